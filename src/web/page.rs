//! This tab's page: its address, its events, its clock.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, History, VisibilityState, Window};

use super::events::Listening;
use super::navigation::{Navigation, how, navigation};
use super::wrapped_history::{Wrapped, wrap};
use super::{cookies, history, storage, timers};
use crate::port::{Limits, Navigation as How, Page, Report, Signal};
use crate::{Cookies, Environment, QueryParams, SessionState, Status};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = window)]
    static WINDOW: Option<Window>;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Option<Document>;
    #[wasm_bindgen(thread_local_v2, js_name = history)]
    static HISTORY: Option<History>;
    #[wasm_bindgen(thread_local_v2, js_name = WorkerGlobalScope)]
    static WORKER: JsValue;

    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;
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
    tell: RefCell<Option<Rc<dyn Fn(Signal)>>>,
    end_of_turn: RefCell<Option<Function>>,
    wake: RefCell<Option<Function>>,
    timer: RefCell<Option<JsValue>>,
    listening: RefCell<Vec<Listening>>,
    wrapped: RefCell<Vec<Wrapped>>,
    calling: Rc<Cell<bool>>,
    /// The `navigate` event of our own call under way: only it tells whether a listener cancelled.
    own_event: Rc<RefCell<Option<Event>>>,
}

impl TabPage {
    pub fn new() -> Self {
        Self {
            frame: frame().ok(),
            tell: RefCell::default(),
            end_of_turn: RefCell::default(),
            wake: RefCell::default(),
            timer: RefCell::default(),
            listening: RefCell::default(),
            wrapped: RefCell::default(),
            calling: Rc::default(),
            own_event: Rc::default(),
        }
    }

    /// The document whose `URL` has to be compared before each read, where no event tells its changes.
    pub fn document_to_compare(&self) -> Option<Document> {
        self.frame.as_ref().filter(|frame| frame.navigation.is_none()).map(|frame| frame.document.clone())
    }

    /// Starts telling `receive` what happens.
    pub fn listen(&self, receive: impl Fn(Signal) + 'static) {
        let tell: Rc<dyn Fn(Signal)> = Rc::new(receive);
        *self.tell.borrow_mut() = Some(Rc::clone(&tell));
        *self.end_of_turn.borrow_mut() = Some(callback(&tell, Signal::EndOfTurn));
        *self.wake.borrow_mut() = Some(callback(&tell, Signal::Wake));
        let Some(frame) = &self.frame else { return };
        let mut listening = self.listening.borrow_mut();
        let mut on = |target: &EventTarget, event, signal: fn(&Event) -> Option<Signal>| {
            let tell = Rc::clone(&tell);
            listening.push(Listening::new(target, event, move |event| {
                if let Some(signal) = signal(&event) {
                    tell(signal);
                }
            }));
        };
        on(&frame.window, "pageshow", |event| is_persisted(event).then_some(Signal::Restored));
        on(&frame.window, "pagehide", |_| Some(Signal::Leaving));
        on(&frame.document, "visibilitychange", |_| is_hidden().then_some(Signal::Leaving));
        if let Some(navigation) = &frame.navigation {
            on(navigation, "currententrychange", |event| Some(Signal::Navigated(how(event))));
            let (calling, own_event) = (Rc::clone(&self.calling), Rc::clone(&self.own_event));
            listening.push(Listening::new(navigation, "navigate", move |event| {
                if calling.get() {
                    *own_event.borrow_mut() = Some(event);
                } else if how(&event) == How::Traverse {
                    tell(Signal::Traversing);
                }
            }));
        } else {
            on(&frame.window, "popstate", |_| Some(Signal::Navigated(How::Pop)));
            on(&frame.window, "hashchange", |_| Some(Signal::Navigated(How::Unknown)));
            *self.wrapped.borrow_mut() = wrap(&frame.history, &tell);
        }
    }

    /// Stops telling, and leaves the page as it was found.
    pub fn release(&self) {
        self.listening.borrow_mut().clear();
        self.wrapped.borrow_mut().clear();
    }

    fn call(&self, call: impl FnOnce(&Frame) -> Result<(), JsValue>) -> Report {
        let Some(frame) = &self.frame else { return Report::Threw };
        self.calling.set(true);
        let result = call(frame);
        self.calling.set(false);
        let event = self.own_event.borrow_mut().take();
        if event.is_some_and(|event| event.default_prevented()) {
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
        self.call(|frame| history::replace(&frame.history, address))
    }

    fn push(&self, address: &str) -> Report {
        self.call(|frame| history::push(&frame.history, address))
    }

    fn now(&self) -> Duration {
        timers::now()
    }

    fn end_of_turn(&self) -> bool {
        if let Some(callback) = &*self.end_of_turn.borrow() {
            timers::end_of_turn(callback);
        }
        true
    }

    fn wake_after(&self, delay: Duration) {
        if let Some(timer) = self.timer.borrow_mut().take() {
            timers::cancel(&timer);
        }
        if let Some(callback) = &*self.wake.borrow() {
            *self.timer.borrow_mut() = Some(timers::after(callback, delay));
        }
    }

    fn limits(&self) -> Limits {
        // WebKit names its vendor everywhere, WebKitGTK too; Firefox's is empty.
        match NAVIGATOR.with(|navigator| navigator.as_ref()?.vendor()).as_deref() {
            Some("" | "Google Inc.") => Limits::USUAL,
            _ => Limits::STRICTEST,
        }
    }
}

/// The frame of this page, or why it has no address to write to.
fn frame() -> Result<Frame, &'static str> {
    let (Some(window), Some(document), Some(history)) =
        (WINDOW.with(Option::clone), DOCUMENT.with(Option::clone), HISTORY.with(Option::clone))
    else {
        return Err("there is no page here");
    };
    let address = history::address(&document).unwrap_or_default();
    if ["about:", "data:", "blob:"].iter().any(|scheme| address.starts_with(scheme)) {
        return Err("the frame has no address of its own: about:, data: and blob: documents have no query");
    }
    Ok(Frame { window, document, history, navigation: navigation() })
}

/// What works here.
pub(crate) fn status() -> Status {
    let frame = frame();
    let without_page = "there is no page here";
    let query_params = frame.as_ref().err().copied();
    let session_state = WINDOW.with(|window| window.as_ref().map_or(Some(without_page), storage::why_not_writable));
    let cookies = DOCUMENT.with(|document| document.as_ref().map_or(Some(without_page), cookies::why_blocked));
    let environment = if DOCUMENT.with(Option::is_some) {
        Environment::Browser
    } else if WORKER.with(JsValue::is_undefined) {
        Environment::Server
    } else {
        Environment::Worker
    };
    let reasons = [("queryParams", query_params), ("sessionState", session_state), ("cookies", cookies)];
    Status {
        environment,
        query_params: if query_params.is_none() { QueryParams::Url } else { QueryParams::Memory },
        session_state: if session_state.is_none() { SessionState::Durable } else { SessionState::Memory },
        cookies: if cookies.is_none() { Cookies::Readable } else { Cookies::Blocked },
        reasons: reasons.into_iter().filter_map(|(name, reason)| Some((name, reason?))).collect(),
    }
}

fn callback(tell: &Rc<dyn Fn(Signal)>, signal: Signal) -> Function {
    let tell = Rc::clone(tell);
    Closure::<dyn Fn()>::new(move || tell(signal)).into_js_value().unchecked_into()
}

fn is_hidden() -> bool {
    DOCUMENT.with(|document| document.as_ref().is_some_and(|page| page.visibility_state() == VisibilityState::Hidden))
}

fn is_persisted(event: &Event) -> bool {
    #[wasm_bindgen]
    extern "C" {
        type PageTransitionEvent;
        #[wasm_bindgen(method, getter)]
        fn persisted(this: &PageTransitionEvent) -> bool;
    }
    event.unchecked_ref::<PageTransitionEvent>().persisted()
}
