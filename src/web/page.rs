//! This tab's page: its address, its events, its clock.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Document, EventTarget, History, VisibilityState, Window};

use super::events::{Ear, Heard, Listening, OwnCall};
use super::navigation::Navigation;
use super::wrapped_history::{Wrapped, wrap};
use super::{cookies, history, storage, timers};
use crate::port::{Limits, Milliseconds, Page, Report, Signal};
use crate::{Environment, Reason, Status};

#[wasm_bindgen]
extern "C" {
    /// Whatever global object there is: each of these may be missing in it.
    type Global;

    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: Global;

    #[wasm_bindgen(method, getter)]
    fn window(this: &Global) -> Option<Window>;
    #[wasm_bindgen(method, getter)]
    fn document(this: &Global) -> Option<Document>;
    #[wasm_bindgen(method, getter)]
    fn history(this: &Global) -> Option<History>;
    #[wasm_bindgen(method, getter)]
    fn navigation(this: &Global) -> Option<Navigation>;
    #[wasm_bindgen(method, getter)]
    fn navigator(this: &Global) -> Option<Navigator>;
    #[wasm_bindgen(method, getter, js_name = WorkerGlobalScope)]
    fn worker_global_scope(this: &Global) -> JsValue;

    type Navigator;
    #[wasm_bindgen(method, getter)]
    fn vendor(this: &Navigator) -> Option<String>;
}

/// The window, its document and its history, where a query can be written.
#[derive(Clone, Debug)]
struct Frame {
    window: Window,
    document: Document,
    history: History,
    navigation: Option<Navigation>,
}

/// This tab's page; without a frame it is memory.
pub(crate) struct TabPage {
    frame: Option<Frame>,
    own_call: Rc<OwnCall>,
    end_of_turn: Function,
    wake: Function,
    timer: RefCell<JsValue>,
    #[cfg_attr(not(feature = "js"), expect(dead_code, reason = "dropping it would end it"))]
    listening: RefCell<Vec<Listening>>,
    #[cfg_attr(not(feature = "js"), expect(dead_code, reason = "dropping it would end it"))]
    wrapped: RefCell<Vec<Wrapped>>,
}

impl TabPage {
    /// Tells `receive` what happens from now on.
    pub fn new(receive: fn(Signal)) -> Self {
        let frame = frame().ok();
        let own_call = Rc::default();
        let ear = Ear { receive, is_hidden, own_call: Rc::clone(&own_call) };
        let mut listening = Vec::new();
        let mut wrapped = Vec::new();
        if let Some(frame) = &frame {
            let mut listen = |target: &EventTarget, event, heard| {
                listening.push(Listening::new(target, event, ear.callback(heard)));
            };
            listen(&frame.window, "pageshow", Heard::PageShow);
            listen(&frame.window, "pagehide", Heard::PageHide);
            listen(&frame.document, "visibilitychange", Heard::VisibilityChange);
            if let Some(navigation) = &frame.navigation {
                listen(navigation, "currententrychange", Heard::EntryChange);
                listen(navigation, "navigate", Heard::Navigate);
            } else {
                listen(&frame.window, "popstate", Heard::PopState);
                listen(&frame.window, "hashchange", Heard::HashChange);
                wrapped = wrap(&frame.history, receive);
            }
        }
        Self {
            frame,
            own_call,
            end_of_turn: ear.callback(Heard::EndOfTurn),
            wake: ear.callback(Heard::Wake),
            timer: RefCell::new(JsValue::UNDEFINED),
            listening: RefCell::new(listening),
            wrapped: RefCell::new(wrapped),
        }
    }

    /// The document whose `URL` has to be compared before each read, where no event tells its changes.
    #[cfg(feature = "js")]
    pub fn document_to_compare(&self) -> Option<Document> {
        self.frame.as_ref().filter(|frame| frame.navigation.is_none()).map(|frame| frame.document.clone())
    }

    /// Stops telling, and leaves the page as it was found.
    #[cfg(feature = "js")]
    pub fn release(&self) {
        self.listening.take();
        self.wrapped.take();
    }

    fn call(&self, address: &str, push: bool) -> Report {
        let Some(frame) = &self.frame else { return Report::Threw };
        self.own_call.begin();
        let result = history::write(&frame.history, address, push);
        if self.own_call.end() {
            Report::Cancelled
        } else if result.is_err() {
            Report::Threw
        } else {
            Report::Returned
        }
    }
}

impl Page for TabPage {
    fn address(&self) -> Option<String> {
        history::address(&self.frame.as_ref()?.document)
    }

    fn tells_changes(&self) -> bool {
        self.frame.as_ref().is_none_or(|frame| frame.navigation.is_some())
    }

    fn replace(&self, address: &str) -> Report {
        self.call(address, false)
    }

    fn push(&self, address: &str) -> Report {
        self.call(address, true)
    }

    fn now(&self) -> Milliseconds {
        timers::now()
    }

    fn end_of_turn(&self) -> bool {
        timers::end_of_turn(&self.end_of_turn)
    }

    fn wake_after(&self, delay: Milliseconds) {
        let timer = timers::after(&self.timer.borrow(), &self.wake, delay);
        self.timer.replace(timer);
    }

    fn limits(&self) -> Limits {
        // WebKit names its vendor everywhere, WebKitGTK too; Firefox's is empty.
        match GLOBAL.with(|global| global.navigator()?.vendor()).as_deref() {
            Some("" | "Google Inc.") => Limits::USUAL,
            _ => Limits::STRICTEST,
        }
    }
}

/// The frame of this page, or why it has no address to write to.
fn frame() -> Result<Frame, Reason> {
    let parts = GLOBAL.with(|global| (global.window(), global.document(), global.history(), global.navigation()));
    let (Some(window), Some(document), Some(history), navigation) = parts else { return Err(Reason::NoPage) };
    let address = history::address(&document).unwrap_or_default();
    if ["about:", "data:", "blob:"].iter().any(|scheme| address.starts_with(scheme)) {
        return Err(Reason::NoAddress);
    }
    Ok(Frame { window, document, history, navigation: navigation.filter(Navigation::tells) })
}

/// What works here.
pub(crate) fn status() -> Status {
    let (window, document, worker) =
        GLOBAL.with(|global| (global.window(), global.document(), global.worker_global_scope()));
    let readable = |document: &Document| if cookies::are_readable(document) { None } else { Some(Reason::Denied) };
    Status {
        environment: match &document {
            Some(_) => Environment::Browser,
            None if worker.is_undefined() => Environment::Server,
            None => Environment::Worker,
        },
        query_params: frame().err(),
        session_state: window.as_ref().map_or(Some(Reason::NoPage), storage::why_not_writable),
        cookies: document.as_ref().map_or(Some(Reason::NoPage), readable),
    }
}

fn is_hidden() -> bool {
    let document = GLOBAL.with(Global::document);
    document.is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}
