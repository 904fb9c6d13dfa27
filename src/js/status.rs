//! `status()` for JavaScript.

use wasm_bindgen::prelude::*;

use crate::tab::status::status as status_of_tab;

/// Environment, query parameters, session state, cookies, then names and reasons in turn.
#[wasm_bindgen]
pub fn status() -> Vec<String> {
    let status = status_of_tab();
    let mut texts = vec![
        status.environment.as_str().to_owned(),
        status.query_params.as_str().to_owned(),
        status.session_state.as_str().to_owned(),
        status.cookies.as_str().to_owned(),
    ];
    for (name, reason) in status.reasons {
        texts.extend([name.to_owned(), reason.to_owned()]);
    }
    texts
}
