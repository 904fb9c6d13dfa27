//! The clock, microtasks and timers, of whatever global object there is.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::port::Milliseconds;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = queueMicrotask)]
    fn queue_microtask(callback: &Function) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

pub(super) fn now() -> Milliseconds {
    Milliseconds(performance_now())
}

/// Runs `callback` at the end of the microtask turn; returns whether it will.
pub(super) fn end_of_turn(callback: &Function) -> bool {
    queue_microtask(callback).is_ok()
}

/// Calls back once after `delay`, in place of `earlier`; returns what takes the place of that. In a frame that was
/// removed there are no timers, and nothing to wait for.
pub(super) fn after(earlier: &JsValue, callback: &Function, Milliseconds(delay): Milliseconds) -> JsValue {
    let _ = clear_timeout(earlier);
    // A timer may fire a little early: a millisecond more saves a second try.
    set_timeout(callback, delay + 1.0).unwrap_or_default()
}
