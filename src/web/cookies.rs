//! `document.cookie`: whether it can be read and written.

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

/// Why cookies are blocked, if they are. `navigator.cookieEnabled` stays true when all are; only a cookie that was
/// written and is there tells.
pub(super) fn why_blocked(document: &Document) -> Option<&'static str> {
    const DENIED: &str = "the browser denies cookies here";
    let jar: &Jar = document.unchecked_ref();
    let Ok(cookies) = jar.cookie() else { return Some(DENIED) };
    if !cookies.is_empty() {
        return None;
    }
    let written = jar.set_cookie("tabstate-probe=1; SameSite=Lax");
    let there = jar.cookie().is_ok_and(|cookies| cookies.contains("tabstate-probe="));
    let removed = jar.set_cookie("tabstate-probe=; Max-Age=0; SameSite=Lax");
    if there && written.and(removed).is_ok() { None } else { Some(DENIED) }
}
