//! The session state of a real page: what the browser's own storage does, and what other code of the page does to it.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::cell::RefCell;
use std::rc::Rc;

use tabstate::ErrorKind;
use tabstate::session_state::{self, Durability, Source};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::js_sys::{Promise, eval};

wasm_bindgen_test_configure!(run_in_browser);

/// What the page itself gives for a piece of JavaScript.
fn js(code: &str) -> JsValue {
    eval(code).expect(code)
}

fn text(code: &str) -> Option<String> {
    js(code).as_string()
}

async fn awaited(code: &str) -> JsValue {
    JsFuture::from(Promise::from(js(code))).await.expect(code)
}

type Heard = Rc<RefCell<Vec<(Vec<String>, Source)>>>;

fn hearing() -> (Heard, session_state::Subscription) {
    let heard = Heard::default();
    let hears = Rc::clone(&heard);
    (heard, session_state::subscribe(move |change| hears.borrow_mut().push((change.keys.clone(), change.source))))
}

fn of(keys: &[&str], source: Source) -> (Vec<String>, Source) {
    (keys.iter().map(|key| (*key).to_owned()).collect(), source)
}

/// A frame of the same origin, in the same tab.
async fn frame_runs(code: &str) {
    awaited(&format!(
        "new Promise((done) => {{
            const frame = document.createElement('iframe');
            frame.src = '/nothing-is-here';
            frame.onload = () => {{
                frame.contentWindow.eval({code:?});
                setTimeout(() => done(frame.remove()), 250);
            }};
            document.body.append(frame);
        }})"
    ))
    .await;
}

#[wasm_bindgen_test]
fn a_value_is_one_entry_that_javascript_reads() {
    js("sessionStorage.clear()");
    session_state::set("draft", vec![Some(1.5), None]).unwrap();
    assert_eq!(text("sessionStorage.getItem('tabstate:draft')").as_deref(), Some("1/1/0=[1.5,null]"));
    assert_eq!(js("sessionStorage.length").as_f64(), Some(1.0));
    assert_eq!(session_state::get("draft"), Ok(Some(vec![Some(1.5), None])));
    assert_eq!(session_state::durability_of("draft"), Durability::Durable);
    assert_eq!(tabstate::status().session_state, None);
}

#[wasm_bindgen_test]
fn what_an_earlier_page_or_javascript_wrote_is_read() {
    js("sessionStorage.setItem('tabstate:seen', '1/5/0#[[1],[\"s\",\"Oslo\",\"Bergen\"]]')");
    assert_eq!(session_state::get("seen"), Ok(Some(vec!["Oslo".to_owned(), "Bergen".to_owned()])));
}

#[wasm_bindgen_test]
fn a_page_that_hides_the_methods_of_storage_hides_nothing() {
    js("sessionStorage.clear();
        for (const name of ['getItem', 'setItem', 'removeItem', 'key']) sessionStorage[name] = 'hidden'");
    session_state::set("a", 1).unwrap();
    assert_eq!(session_state::get("a"), Ok(Some(1)));
    assert_eq!(session_state::keys().unwrap(), ["a"]);
    assert_eq!(session_state::remove("a"), Ok(true));
    assert_eq!(session_state::get::<i32>("a"), Ok(None));
    js("Storage.prototype.clear.call(sessionStorage)");
}

#[wasm_bindgen_test]
fn any_key_is_an_ordinary_one() {
    js("sessionStorage.clear()");
    for key in ["", "__proto__", "length", "getItem", "nul\0", "a:b", "!undo", "🦀"] {
        session_state::set(key, key).unwrap();
        assert_eq!(session_state::get::<String>(key).unwrap().as_deref(), Some(key));
    }
    let keys = session_state::keys().unwrap();
    assert_eq!(keys, ["", "__proto__", "length", "getItem", "nul\0", "a:b", "!undo", "🦀"]);
    session_state::clear().unwrap();
    assert_eq!(js("sessionStorage.length").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
fn where_the_quota_is_spent_the_previous_value_stays() {
    js("sessionStorage.clear()");
    session_state::set("a", "before").unwrap();
    session_state::set("large", "x".repeat(2_000_000)).unwrap();
    let error = session_state::set("a", "y".repeat(5_300_000)).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Full, Some("a")));
    assert_eq!(session_state::get::<String>("a").unwrap().as_deref(), Some("before"));
    assert_eq!(session_state::durability(), Durability::Durable);

    // Filled to the last unit by other code: it is durable all the same, and what is there can be made shorter.
    js("for (let length = 2 ** 22; length >= 1; ) {
            try { sessionStorage.setItem('fill' + sessionStorage.length, 'z'.repeat(length)); } catch { length /= 2; }
        }");
    assert_eq!(tabstate::status().session_state, None);
    assert_eq!(session_state::set("b", 1).unwrap_err().kind(), ErrorKind::Full);
    session_state::set("a", "after").unwrap();
    let written = session_state::transaction(|| {
        session_state::remove("large")?;
        session_state::set("a", "x".repeat(1_000_000))?;
        session_state::set("b", "y".repeat(900_000))
    });
    assert_eq!(written, Ok(()));
    assert_eq!(session_state::keys().unwrap(), ["a", "b"]);
    js("sessionStorage.clear()");
    session_state::set("a", 1).unwrap();
}

#[wasm_bindgen_test]
fn a_transaction_that_the_quota_ends_changes_nothing() {
    js("sessionStorage.clear()");
    session_state::set("a", "x".repeat(1000)).unwrap();
    session_state::set("b", "y".repeat(1000)).unwrap();
    let before = text("JSON.stringify(Object.entries(sessionStorage).sort())");
    let written = session_state::transaction(|| {
        session_state::set("c", "new")?;
        session_state::set("a", "shorter")?;
        session_state::set("b", "z".repeat(6_000_000))
    });
    assert_eq!(written.unwrap_err().kind(), ErrorKind::Full);
    assert_eq!(text("JSON.stringify(Object.entries(sessionStorage).sort())"), before);
    js("sessionStorage.clear()");
}

#[wasm_bindgen_test]
async fn what_this_pages_other_code_wrote_is_told_when_a_read_comes_upon_it() {
    js("sessionStorage.clear()");
    session_state::set("a", 1).unwrap();
    let (heard, _subscription) = hearing();
    js("sessionStorage.setItem('tabstate:a', '1/1/0=2')");
    assert_eq!(session_state::get("a"), Ok(Some(2)));
    assert!(heard.borrow().is_empty(), "not while something is read");
    awaited("Promise.resolve()").await;
    awaited("Promise.resolve()").await;
    assert_eq!(heard.take(), [of(&["a"], Source::External)]);
    js("sessionStorage.clear()");
    session_state::flush().unwrap();
    assert_eq!(heard.take(), [of(&["a"], Source::External)]);
    assert_eq!(js("sessionStorage.length").as_f64(), Some(0.0), "nothing is written back");
}

#[wasm_bindgen_test]
async fn what_a_frame_of_the_tab_writes_is_told() {
    js("sessionStorage.clear()");
    session_state::set("a", 1).unwrap();
    let (heard, subscription) = hearing();
    frame_runs("sessionStorage.setItem('tabstate:b', '1/2/0=\"frame\"'); sessionStorage.setItem('other', '1')").await;
    assert_eq!(heard.take(), [of(&["b"], Source::External)]);
    assert_eq!(session_state::get::<String>("b").unwrap().as_deref(), Some("frame"));
    frame_runs("sessionStorage.clear()").await;
    assert_eq!(heard.take(), [of(&["a", "b"], Source::External)]);
    assert!(session_state::keys().unwrap().is_empty());
    drop(subscription);
    frame_runs("sessionStorage.setItem('tabstate:b', '1/2/0=1')").await;
    assert!(heard.borrow().is_empty());
}

#[wasm_bindgen_test]
fn a_page_that_is_left_follows_once_more_and_throws_nothing() {
    js("sessionStorage.clear()");
    session_state::set("a", 1).unwrap();
    let (heard, _subscription) = hearing();
    js("globalThis.thrown = 0; addEventListener('error', () => thrown++); sessionStorage.clear()");
    js("dispatchEvent(new Event('pagehide'))");
    assert_eq!(heard.take(), [of(&["a"], Source::External)]);
    assert_eq!(js("thrown").as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
fn what_no_text_of_rust_holds_is_set_aside_as_it_is() {
    js("sessionStorage.clear(); sessionStorage.setItem('tabstate:a', 'dark \\ud800')");
    assert_eq!(session_state::get::<i32>("a"), Ok(None));
    assert_eq!(session_state::quarantined().unwrap().len(), 1);
    session_state::set("a", 1).unwrap();
    assert_eq!(js("sessionStorage.getItem('tabstate!aside:0:a') === 'dark \\ud800'").as_bool(), Some(true));
    js("sessionStorage.clear()");
}

#[wasm_bindgen_test]
fn the_session_is_configured_before_it_is_used() {
    session_state::keys().unwrap();
    let late = session_state::configure(Some("shop"), Some(1));
    assert_eq!(late.unwrap_err().kind(), ErrorKind::InvalidOption);
}
