//! Events of the page, and callbacks of its timers, as signals.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::{Cell, RefCell};

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::port::{Navigation, Signal};

#[wasm_bindgen]
extern "C" {
    type AnyEvent;

    #[wasm_bindgen(method, getter)]
    fn persisted(this: &AnyEvent) -> bool;
    #[wasm_bindgen(method, getter, js_name = navigationType)]
    fn navigation_type(this: &AnyEvent) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = defaultPrevented)]
    fn default_prevented(this: &AnyEvent) -> bool;
}

/// What is heard.
#[derive(Clone, Copy, Debug)]
pub(super) enum Heard {
    EndOfTurn,
    Wake,
    PageShow,
    PageHide,
    VisibilityChange,
    EntryChange,
    Navigate,
    PopState,
    HashChange,
}

/// Our own history call under way: only its `navigate` event tells whether a listener of the page cancelled it.
#[derive(Debug, Default)]
pub(super) struct OwnCall {
    is_under_way: Cell<bool>,
    event: RefCell<Option<JsValue>>,
}

impl OwnCall {
    pub fn begin(&self) {
        self.is_under_way.set(true);
    }

    /// Ends the call; returns whether it was cancelled.
    pub fn end(&self) -> bool {
        self.is_under_way.set(false);
        self.event.take().is_some_and(|event| event.unchecked_ref::<AnyEvent>().default_prevented())
    }
}

/// Who is told, and what has to be known to tell.
#[derive(Clone)]
pub(super) struct Ear {
    pub receive: fn(Signal),
    pub is_hidden: fn() -> bool,
    pub own_call: Rc<OwnCall>,
}

impl Ear {
    /// The callback for one thing that is heard.
    pub fn callback(&self, heard: Heard) -> Function {
        let ear = self.clone();
        Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| ear.hear(heard, event)).into_js_value().unchecked_into()
    }

    fn hear(&self, heard: Heard, value: JsValue) {
        let event: &AnyEvent = value.unchecked_ref();
        let signal = match heard {
            Heard::EndOfTurn => Signal::EndOfTurn,
            Heard::Wake => Signal::Wake,
            Heard::PageShow if event.persisted() => Signal::Restored,
            Heard::VisibilityChange if (self.is_hidden)() => Signal::Leaving,
            Heard::PageShow | Heard::VisibilityChange => return,
            Heard::PageHide => Signal::Leaving,
            Heard::PopState => Signal::Navigated(Navigation::Pop),
            Heard::HashChange => Signal::Navigated(Navigation::Unknown),
            Heard::EntryChange => Signal::Navigated(how(event)),
            Heard::Navigate if self.own_call.is_under_way.get() => {
                self.own_call.event.replace(Some(value));
                return;
            }
            Heard::Navigate if how(event) == Navigation::Traverse => Signal::Traversing,
            Heard::Navigate => return,
        };
        (self.receive)(signal);
    }
}

fn how(event: &AnyEvent) -> Navigation {
    match event.navigation_type().as_deref() {
        Some("push") => Navigation::Push,
        Some("replace") => Navigation::Replace,
        Some("traverse") => Navigation::Traverse,
        _ => Navigation::Unknown,
    }
}

/// A listener that is in place; dropping it removes it.
#[derive(Debug)]
pub(super) struct Listening {
    target: EventTarget,
    event: &'static str,
    callback: Function,
}

impl Listening {
    /// Listens in the capture phase, so that later listeners of the page find our state up to date.
    pub fn new(target: &EventTarget, event: &'static str, callback: Function) -> Self {
        // `addEventListener` throws on nothing that is passed here.
        let _ = target.add_event_listener_with_callback_and_bool(event, &callback, true);
        Self { target: target.clone(), event, callback }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.event, &self.callback, true);
    }
}
