//! The session state of a page whose storage is denied from the start: memory, and no panic.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use tabstate::Reason;
use tabstate::session_state::{self, Durability};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::js_sys::eval;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn a_denied_storage_is_memory_without_a_panic() {
    // As in a sandboxed frame, or with all cookies blocked: the getter throws.
    let denial = "Object.defineProperty(window, 'sessionStorage', {
        configurable: true,
        get() { throw new DOMException('denied', 'SecurityError'); },
    })";
    eval(denial).expect("the property can be defined");
    assert_eq!(tabstate::status().session_state, Some(Reason::Denied));
    session_state::set("a", 1).unwrap();
    session_state::transaction(|| session_state::set("b", 2)).unwrap();
    assert_eq!((session_state::get("a"), session_state::get("b")), (Ok(Some(1)), Ok(Some(2))));
    assert_eq!(
        (session_state::durability(), session_state::durability_of("a")),
        (Durability::Memory, Durability::Memory)
    );
    assert_eq!(session_state::usage().unwrap().entries, 2);
    let _subscription = session_state::subscribe(|_| {});
    assert_eq!(session_state::remove("a"), Ok(true));
    session_state::flush().unwrap();
    assert_eq!(session_state::keys().unwrap(), ["b"]);
    assert_eq!(tabstate::status().session_state, Some(Reason::Denied), "it says what the session does");
}
