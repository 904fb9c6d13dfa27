//! The cookies of this document.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::page::cookies_work;
use crate::cookies::changed_in;
use crate::port::Jar;

#[wasm_bindgen(module = "/src/web/cookies.js")]
extern "C" {
    #[wasm_bindgen(js_name = cookieText)]
    fn cookie_text() -> Option<String>;
    #[wasm_bindgen(js_name = allCookies)]
    fn all_cookies() -> Option<String>;
    #[wasm_bindgen(js_name = setCookie)]
    fn set_cookie(text: &str) -> bool;
    #[wasm_bindgen(js_name = cookieSetting)]
    fn cookie_setting() -> Vec<String>;
    #[wasm_bindgen(js_name = hidesCookies)]
    fn hides_cookies() -> bool;
    #[wasm_bindgen(js_name = noticeCookies)]
    fn notice_cookies();
    #[wasm_bindgen(js_name = followCookies)]
    fn follow_cookies(tell: JsValue);
}

/// This document's jar.
#[derive(Default)]
pub(crate) struct TabJar;

impl TabJar {
    /// What there is to be read, and what one cookie that is not UTF-8 hides.
    #[expect(clippy::unused_self, reason = "the document is this one")]
    pub fn readable(&self) -> String {
        all_cookies().unwrap_or_default()
    }

    /// Has those who follow look.
    #[expect(clippy::unused_self, reason = "the document is this one")]
    pub fn notice(&self) {
        notice_cookies();
    }
}

/// Calls `receive` whenever cookies changed, from now on.
pub(crate) fn follow(receive: impl Fn() + 'static) {
    let tell = Closure::<dyn Fn(String, String)>::new(move |before: String, after: String| {
        if !changed_in(&before, &after).is_empty() {
            receive();
        }
    });
    follow_cookies(tell.into_js_value());
}

fn part(nth: usize) -> String {
    cookie_setting().into_iter().nth(nth).unwrap_or_default()
}

impl Jar for TabJar {
    fn text(&self) -> Option<String> {
        cookie_text()
    }

    fn set(&self, text: &str) -> bool {
        set_cookie(text)
    }

    fn keeps(&self) -> bool {
        cookies_work()
    }

    fn hides(&self) -> bool {
        hides_cookies()
    }

    fn host(&self) -> String {
        part(0)
    }

    fn path(&self) -> String {
        part(1)
    }

    fn is_secure(&self) -> bool {
        !part(2).is_empty()
    }
}
