//! `history` and `document.URL`: reading the address and changing it.

use alloc::string::String;
use wasm_bindgen::JsValue;
use web_sys::{Document, History};

/// The whole address. `document.URL` costs a tenth of `location.href`, and both are the same text.
pub(super) fn address(document: &Document) -> Option<String> {
    document.url().ok()
}

/// Through the page's own `history`, so that routers that wrap its methods hear of it; the entry keeps its state.
pub(super) fn write(history: &History, address: &str, push: bool) -> Result<(), JsValue> {
    let state = history.state()?;
    if push {
        history.push_state_with_url(&state, "", Some(address))
    } else {
        history.replace_state_with_url(&state, "", Some(address))
    }
}
