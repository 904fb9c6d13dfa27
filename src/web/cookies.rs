//! `document.cookie`: whether it can be read and written.

use alloc::string::String;
use wasm_bindgen::prelude::*;
use web_sys::Document;

#[wasm_bindgen]
extern "C" {
    type Jar;

    #[wasm_bindgen(method, getter, catch)]
    fn cookie(this: &Jar) -> Result<String, JsValue>;
    #[wasm_bindgen(method, setter, catch)]
    fn set_cookie(this: &Jar, text: &str) -> Result<(), JsValue>;
}

/// Whether cookies can be read and written. `navigator.cookieEnabled` stays true when all are blocked; only a cookie
/// that was written and is there tells.
pub(super) fn are_readable(document: &Document) -> bool {
    let jar: &Jar = document.unchecked_ref();
    let has_some = || jar.cookie().is_ok_and(|cookies| !cookies.is_empty());
    if has_some() {
        return true;
    }
    let written = jar.set_cookie("tabstate-probe=1;SameSite=Lax");
    let is_there = has_some();
    let removed = jar.set_cookie("tabstate-probe=;SameSite=Lax;Max-Age=0");
    is_there && written.and(removed).is_ok()
}
