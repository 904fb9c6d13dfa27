//! The clock, microtasks and timers, of whatever global object there is.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::port::Milliseconds;

#[wasm_bindgen]
extern "C" {
    /// Runs a function at the end of the microtask turn.
    #[wasm_bindgen(js_name = queueMicrotask)]
    pub(super) fn end_of_turn(callback: &Function);
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    /// Cancels a timer; one that has fired, or none, is no matter.
    #[wasm_bindgen(js_name = clearTimeout)]
    pub(super) fn cancel(timer: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

pub(super) fn now() -> Milliseconds {
    Milliseconds(performance_now())
}

/// Calls back once after `delay`; returns what [`cancel`] takes.
pub(super) fn after(callback: &Function, Milliseconds(delay): Milliseconds) -> JsValue {
    // A timer may fire a little early: a millisecond more saves a second try.
    set_timeout(callback, delay + 1.0)
}
