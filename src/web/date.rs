//! The time of day, as the browser has it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// In milliseconds since 1970.
    #[wasm_bindgen(js_namespace = Date)]
    pub(crate) fn now() -> f64;
}
