//! The clock, microtasks and timers, of whatever global object there is.

use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &Function);
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

pub(super) fn now() -> Duration {
    Duration::from_micros((performance_now() * 1000.0) as u64)
}

pub(super) fn end_of_turn(callback: &Function) {
    queue_microtask(callback);
}

/// Calls back once after `delay`; returns what [`cancel`] takes.
pub(super) fn after(callback: &Function, delay: Duration) -> JsValue {
    // A timer may fire a little early: a millisecond more saves a second try.
    set_timeout(callback, delay.as_micros() as f64 / 1000.0 + 1.0)
}

pub(super) fn cancel(timer: &JsValue) {
    clear_timeout(timer);
}
