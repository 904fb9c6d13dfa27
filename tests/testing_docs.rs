//! What docs/testing.md gives to copy for `cargo test`, as it stands there.

#![cfg(not(target_arch = "wasm32"))]

// ---- from the docs
use std::time::Duration;

use tabstate::testing::{Browser, Engine};
use tabstate::{ErrorKind, query_params, session_state};

#[test]
fn a_spent_budget_delays_the_address_and_nothing_else() -> Result<(), tabstate::Error> {
    let browser = Browser::with_engine(Engine::WebKit, "https://app.test/?page=1");
    browser.spend_history_budget();
    query_params::set("page", 2)?;
    assert_eq!(query_params::get("page").as_deref(), Some("2"));
    browser.advance(Duration::from_secs(1));
    assert_eq!(browser.address(), "https://app.test/?page=1");
    browser.advance(Duration::from_secs(20));
    assert_eq!(browser.address(), "https://app.test/?page=2");
    Ok(())
}

#[test]
fn a_draft_that_has_no_room_is_refused_and_the_one_before_outlives_a_reload() -> Result<(), tabstate::Error> {
    let browser = Browser::new("https://app.test/");
    session_state::set("draft", "short")?;
    browser.fill_storage(0);
    let refusal = session_state::set("draft", "x".repeat(1000)).map_err(|error| error.kind());
    assert_eq!(refusal, Err(ErrorKind::Full));
    browser.reload();
    assert_eq!(session_state::get::<String>("draft")?.as_deref(), Some("short"));
    Ok(())
}
// ---- to here

#[test]
fn the_docs_have_this_very_example() {
    let after = include_str!("testing_docs.rs").split("// ---- from the docs\n").nth(1);
    let example = after.and_then(|after| after.split("// ---- to here").next());
    assert!(example.is_some_and(|example| include_str!("../docs/testing.md").contains(example)));
}
