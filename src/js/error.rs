//! Errors on their way to JavaScript: one text, `code`, message and key, each on a line; the key is last, as it may
//! hold line ends itself.

use wasm_bindgen::JsValue;

use crate::Error;

impl From<Error> for JsValue {
    fn from(error: Error) -> Self {
        let mut text = [error.kind().code(), "\n", error.message()].concat();
        if let Some(key) = error.key() {
            text.push('\n');
            text.push_str(key);
        }
        Self::from_str(&text)
    }
}
