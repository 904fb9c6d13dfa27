//! The Navigation API, where there is one: it tells every change of the current entry at once.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = EventTarget)]
    #[derive(Clone, Debug)]
    pub(super) type Navigation;

    #[wasm_bindgen(method, getter, js_name = currentEntry)]
    fn current_entry(this: &Navigation) -> JsValue;
}

impl Navigation {
    /// Documents of opaque origin have a navigation object without entries, which tells nothing.
    pub fn tells(&self) -> bool {
        self.current_entry().is_object()
    }
}
