//! What this tab shows of the person in front of it.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::context::LikelySubtags;
use crate::context::request::Request;

#[wasm_bindgen(module = "/src/web/context.js")]
extern "C" {
    pub(crate) fn languages() -> Vec<String>;
    pub(crate) fn timezone() -> Option<String>;
    #[wasm_bindgen(js_name = timezoneOffset)]
    pub(crate) fn timezone_offset() -> Option<f64>;
    pub(crate) fn theme() -> Vec<String>;
    pub(crate) fn addresses() -> Vec<String>;
    #[wasm_bindgen(js_name = isTab)]
    pub(crate) fn is_tab() -> bool;
    #[wasm_bindgen(js_name = isFramed)]
    pub(crate) fn is_framed() -> Option<bool>;
    fn maximize(tag: &str) -> Option<String>;
    #[wasm_bindgen(js_name = request)]
    fn told_of_request() -> Vec<String>;
    #[wasm_bindgen(js_name = follow)]
    fn follow_facts(tell: JsValue);
}

/// The browser's own tables.
pub(crate) struct OfBrowser;

impl LikelySubtags for OfBrowser {
    fn maximize(&self, tag: &str) -> Option<String> {
        maximize(tag)
    }
}

/// The request that brought this page, as far as it is known, with the cookies that can be read.
pub(crate) fn request(cookies: &str) -> Request {
    let told = told_of_request();
    let (triples, _) = told.as_chunks::<3>();
    Request::of(triples.iter().map(|triple| triple.each_ref().map(String::as_str)), cookies)
}

/// Calls `receive` with the names of the facts that changed, from now on.
pub(crate) fn follow(receive: fn(&[&str])) {
    let tell = Closure::<dyn Fn(Vec<String>)>::new(move |names: Vec<String>| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        receive(&names);
    });
    follow_facts(tell.into_js_value());
}
