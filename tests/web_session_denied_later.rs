//! The session state of a page whose storage is denied in the midst: each call says so, and nothing is lost.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use tabstate::session_state;
use tabstate::{Error, ErrorKind};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::js_sys::eval;

wasm_bindgen_test_configure!(run_in_browser);

/// Before the session takes the methods: they throw from then on when the user thinks better of it.
const REVOCABLE: &str = "
    const denied = () => { if (globalThis.isDenied) throw new DOMException('denied', 'SecurityError'); };
    for (const name of ['getItem', 'setItem', 'removeItem', 'key']) {
        const method = Storage.prototype[name];
        Storage.prototype[name] = function (...given) { denied(); return method.apply(this, given); };
    }
    const length = Object.getOwnPropertyDescriptor(Storage.prototype, 'length').get;
    Object.defineProperty(Storage.prototype, 'length', { get() { denied(); return length.call(this); } });";

fn kind<T>(outcome: Result<T, Error>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind())
}

#[wasm_bindgen_test]
fn a_denial_in_the_midst_is_told_and_passes() {
    eval(&format!("{{ {REVOCABLE} }}")).expect("methods can be replaced");
    session_state::set("a", 1).unwrap();
    eval("globalThis.isDenied = true").unwrap();
    let blocked = Some(ErrorKind::Blocked);
    assert_eq!(kind(session_state::get::<i32>("a")), blocked);
    assert_eq!(kind(session_state::keys()), blocked);
    assert_eq!(kind(session_state::set("a", 2)), blocked);
    assert_eq!(kind(session_state::set("b", 2)), blocked);
    assert_eq!(kind(session_state::remove("a")), blocked);
    assert_eq!(kind(session_state::flush()), blocked);
    eval("globalThis.isDenied = false").unwrap();
    assert_eq!(session_state::get("a"), Ok(Some(1)));
    assert_eq!(session_state::keys().unwrap(), ["a"]);
    session_state::clear().unwrap();
}
