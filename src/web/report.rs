//! Errors that nobody takes, told as the browser tells exceptions.

use alloc::string::ToString;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: JsValue);
}

pub(crate) fn report(error: &crate::Error) {
    report_error(JsError::new(&error.to_string()).into());
}
