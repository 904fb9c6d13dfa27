//! `history` and `document.URL`: reading the address and changing it.

use wasm_bindgen::JsValue;
use web_sys::{Document, History};

/// The whole address. `document.URL` costs a tenth of `location.href`, and both are the same text.
pub(super) fn address(document: &Document) -> Option<String> {
    document.url().ok()
}

/// Through the page's own `history`, so that routers that wrap its methods hear of it; the entry keeps its state.
pub(super) fn replace(history: &History, address: &str) -> Result<(), JsValue> {
    history.replace_state_with_url(&history.state()?, "", Some(address))
}

pub(super) fn push(history: &History, address: &str) -> Result<(), JsValue> {
    history.push_state_with_url(&history.state()?, "", Some(address))
}
