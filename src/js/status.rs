//! `status()` for JavaScript.

use wasm_bindgen::prelude::*;

use crate::Reason;
use crate::tab::status::status as status_of_tab;

/// Four digits of base 8, the lowest first: environment, then for query parameters, session state and cookies 0 or one
/// more than the reason.
#[wasm_bindgen]
pub fn status() -> u32 {
    let status = status_of_tab();
    let digit = |reason: Option<Reason>| reason.map_or(0, |reason| reason as u32 + 1);
    let reasons = digit(status.query_params) | digit(status.session_state) << 3 | digit(status.cookies) << 6;
    status.environment as u32 | reasons << 3
}
