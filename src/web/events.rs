//! Listeners on browser objects, removed when dropped.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget};

/// A listener that is in place.
#[derive(Debug)]
pub(super) struct Listening {
    target: EventTarget,
    event: &'static str,
    callback: JsValue,
}

impl Listening {
    /// Listens in the capture phase, so that later listeners of the page find our state up to date.
    pub fn new(target: &EventTarget, event: &'static str, listener: impl Fn(Event) + 'static) -> Self {
        let callback = Closure::<dyn Fn(Event)>::new(listener).into_js_value();
        // `addEventListener` throws on nothing that is passed here.
        let _ = target.add_event_listener_with_callback_and_bool(event, callback.unchecked_ref::<Function>(), true);
        Self { target: target.clone(), event, callback }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let callback = self.callback.unchecked_ref::<Function>();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.event, callback, true);
    }
}
