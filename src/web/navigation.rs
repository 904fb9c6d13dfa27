//! The Navigation API, where there is one: it tells every change of the current entry at once.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::port::Navigation as How;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = EventTarget)]
    #[derive(Clone, Debug)]
    pub(super) type Navigation;

    #[wasm_bindgen(thread_local_v2, js_name = navigation)]
    static NAVIGATION: Option<Navigation>;

    #[wasm_bindgen(method, getter, js_name = currentEntry)]
    fn current_entry(this: &Navigation) -> JsValue;

    type NavigationEvent;

    #[wasm_bindgen(method, getter, js_name = navigationType)]
    fn navigation_type(this: &NavigationEvent) -> Option<String>;
}

/// The page's navigation object. Documents of opaque origin have one without entries, which tells nothing.
pub(super) fn navigation() -> Option<Navigation> {
    NAVIGATION.with(Option::clone).filter(|navigation| !navigation.current_entry().is_falsy())
}

/// How the entry changed, as `navigate` and `currententrychange` tell it.
pub(super) fn how(event: &JsValue) -> How {
    match event.unchecked_ref::<NavigationEvent>().navigation_type().as_deref() {
        Some("push") => How::Push,
        Some("replace") => How::Replace,
        Some("traverse") => How::Traverse,
        _ => How::Unknown,
    }
}
