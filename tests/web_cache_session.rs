//! Caches in the session storage of a real page: what is there for JavaScript, what an earlier page has left, and a storage that
//! is full, or denied in the midst of it.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use tabstate::Reason;
use tabstate::cache::{CacheData, Persistence};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::js_sys::{Date, eval};

wasm_bindgen_test_configure!(run_in_browser);

/// What the page itself gives for a piece of JavaScript.
fn js(code: &str) -> JsValue {
    eval(code).expect(code)
}

fn text(code: &str) -> Option<String> {
    js(code).as_string()
}

fn open(ttl: &str) -> CacheData<(&'static str,), String> {
    CacheData::builder().ttl(ttl).persist_in_session("cities@1").build().unwrap()
}

/// The methods, before they are taken: they throw from then on when the user thinks better of it.
const REVOCABLE: &str = "
    if (globalThis.isDenied === undefined) {
        globalThis.isDenied = false;
        const denied = () => { if (globalThis.isDenied) throw new DOMException('denied', 'SecurityError'); };
        for (const name of ['getItem', 'setItem', 'removeItem', 'key']) {
            const method = Storage.prototype[name];
            Storage.prototype[name] = function (...given) { denied(); return method.apply(this, given); };
        }
        const length = Object.getOwnPropertyDescriptor(Storage.prototype, 'length').get;
        Object.defineProperty(Storage.prototype, 'length', { get() { denied(); return length.call(this); } });
    }";

/// A tab without values.
fn empty() {
    js(REVOCABLE);
    js("sessionStorage.clear()");
}

const OSLO: &str = "'tabstate!cache:8:cities@1a1:s4:Oslo'";

#[wasm_bindgen_test]
async fn a_value_is_one_entry_of_the_time_of_day() {
    empty();
    let before = Date::now();
    let cache = open("10m");
    assert_eq!(cache.persistence(), Persistence::Session);
    assert_eq!(cache.get_or_insert_with(&("Oslo",), || "snow".to_owned()).as_deref(), Ok("snow"));
    let record = text(&format!("sessionStorage.getItem({OSLO})")).unwrap();
    let time: f64 = record.strip_prefix("1/").unwrap().strip_suffix("/0=\"snow\"").unwrap().parse().unwrap();
    assert!((before.floor()..=Date::now()).contains(&time), "{time}");
    assert_eq!(js("sessionStorage.length").as_f64(), Some(1.0));

    let again = open("10m");
    let hit = again.get_or_insert_with_async(&("Oslo",), || async { unreachable!("it is kept") });
    assert_eq!(hit.await.as_deref(), Ok("snow"));
    again.clear_all();
    assert_eq!(js("sessionStorage.length").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
fn what_an_earlier_page_has_kept_is_found_while_it_is_alive() {
    let left = |age: u32| {
        empty();
        js(&format!("sessionStorage.setItem({OSLO}, `1/${{Date.now() - {age}}}/1=\"kept\"`)"));
        open("1h").peek(&("Oslo",))
    };
    assert_eq!(left(3_590_000).as_deref(), Some("kept"));
    assert_eq!(left(3_600_000), None);
    assert_eq!(js("sessionStorage.length").as_f64(), Some(0.0));

    // By a clock that was ahead.
    js(&format!("sessionStorage.setItem({OSLO}, `1/${{Date.now() + 1e9}}/1=\"early\"`)"));
    assert_eq!(open("1h").peek(&("Oslo",)).as_deref(), Some("early"));
    let is_rewritten = js(&format!("Number(sessionStorage.getItem({OSLO}).split('/')[1]) <= Date.now()"));
    assert_eq!(is_rewritten.as_bool(), Some(true));
}

#[wasm_bindgen_test]
fn what_no_text_of_rust_holds_is_removed() {
    empty();
    js("sessionStorage.setItem('tabstate!cache:8:cities@1\\ud800', '1/0/0=\"\"')");
    js(&format!("sessionStorage.setItem({OSLO}, '1/0/0=\\ud800')"));
    assert_eq!(open("1h").stats().entries, 0);
    assert!(js(&format!("sessionStorage.getItem({OSLO})")).is_null());
    empty();
}

#[wasm_bindgen_test]
fn where_the_quota_is_spent_values_are_in_memory() {
    empty();
    let cache = open("10m");
    let large = "x".repeat(6_000_000);
    cache.get_or_insert_with(&("Oslo",), || large).unwrap();
    assert_eq!(cache.persistence(), Persistence::Memory(Some(Reason::Full)));
    assert_eq!(cache.peek(&("Oslo",)).map(|text| text.len()), Some(6_000_000));
    assert_eq!(js("sessionStorage.length").as_f64(), Some(0.0));
    cache.get_or_insert_with(&("Bergen",), || "rain".to_owned()).unwrap();
    assert_eq!(cache.persistence(), Persistence::Session);
    assert_eq!(js("sessionStorage.length").as_f64(), Some(1.0));
    cache.clear_all();
}

#[wasm_bindgen_test]
fn a_storage_that_is_denied_in_the_midst_of_it_is_memory() {
    empty();
    let cache = open("10m");
    cache.get_or_insert_with(&("Oslo",), || "snow".to_owned()).unwrap();
    js("globalThis.isDenied = true");
    assert_eq!(cache.peek(&("Oslo",)).as_deref(), Some("snow"));
    cache.get_or_insert_with(&("Bergen",), || "rain".to_owned()).unwrap();
    assert_eq!(cache.persistence(), Persistence::Memory(Some(Reason::Denied)));
    assert_eq!(cache.peek(&("Bergen",)).as_deref(), Some("rain"));
    cache.clear_all();
    assert_eq!(cache.peek(&("Oslo",)), None);

    let later = open("10m");
    assert_eq!(later.get_or_insert_with(&("Oslo",), || "hail".to_owned()).as_deref(), Ok("hail"));
    assert!(matches!(later.persistence(), Persistence::Memory(Some(_))));
    js("globalThis.isDenied = false");
    assert!(matches!(later.persistence(), Persistence::Memory(Some(_))), "it has been opened in memory");
    cache.get_or_insert_with(&("Tromsø",), || "dark".to_owned()).unwrap();
    assert_eq!(cache.persistence(), Persistence::Session);
    empty();
}
