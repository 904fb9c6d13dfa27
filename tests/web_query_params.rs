//! The Rust API in a real page: the address, its history, and what other code does to them.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_storage::{SessionStorage, Storage as _};
use tabstate::query_params::codecs::{Date, Int, List};
use tabstate::query_params::{self, Change, Outcome, Source, WriteOptions};
use tabstate::{Environment, ErrorKind};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn history() -> web_sys::History {
    web_sys::window().expect("a page").history().expect("a history")
}

fn search() -> String {
    let address = web_sys::window().expect("a page").document().expect("a document").url().unwrap();
    address.split_once('?').map_or(String::new(), |(_, query)| query.to_owned())
}

/// Other code goes to this address, without a notice to anybody.
fn start_at(address: &str) {
    history().replace_state_with_url(&JsValue::NULL, "", Some(address)).unwrap();
}

#[wasm_bindgen_test]
async fn a_write_is_read_at_once_and_reaches_the_address() {
    start_at("?sig=a%20b%2Cc&flag&e=%E9&q=%41#top");
    query_params::set("n", 42).unwrap();
    query_params::set("tag", ["a b", "c."]).unwrap();
    assert_eq!(query_params::get("n").as_deref(), Some("42"));
    assert_eq!(query_params::get_as::<u8>("n"), Ok(Some(42)));
    assert!(!search().contains("n=42"));
    assert_eq!(query_params::settled().await, Outcome::Applied);
    assert_eq!(search(), "sig=a%20b%2Cc&flag&e=%E9&q=%41&n=42&tag=a+b&tag=c%2E#top");
    assert!(query_params::remove("tag"));
    query_params::flush();
    assert_eq!(search(), "sig=a%20b%2Cc&flag&e=%E9&q=%41&n=42#top");
}

#[wasm_bindgen_test]
async fn the_entry_keeps_its_state() {
    start_at("?");
    let state = serde_wasm_bindgen::to_value(&BTreeMap::from([("scroll", 120)])).unwrap();
    history().replace_state_with_url(&state, "", None).unwrap();
    query_params::set("a", 1).unwrap();
    assert_eq!(query_params::settled().await, Outcome::Applied);
    let kept: BTreeMap<String, u32> = serde_wasm_bindgen::from_value(history().state().unwrap()).unwrap();
    assert_eq!(kept, BTreeMap::from([("scroll".to_owned(), 120)]));
    let entries = history().length().unwrap();
    query_params::set_with("a", 2, WriteOptions::push()).unwrap();
    query_params::flush();
    assert_eq!(history().length().unwrap(), entries + 1);
}

#[wasm_bindgen_test]
async fn other_codes_changes_are_read_at_once_and_told_once() {
    start_at("?a=1");
    let heard = Rc::new(RefCell::new(Vec::<Change>::new()));
    let hears = Rc::clone(&heard);
    let subscription = query_params::subscribe(move |change| hears.borrow_mut().push(change.clone()));
    start_at("?a=2");
    assert_eq!(query_params::get("a").as_deref(), Some("2"));
    start_at("?a=3&b=1");
    query_params::settled().await;
    assert_eq!(*heard.borrow(), [Change { keys: vec!["a".to_owned(), "b".to_owned()], source: Source::External }]);
    drop(subscription);
    start_at("?a=4");
    query_params::settled().await;
    assert_eq!(heard.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn structs_and_codecs_go_through_the_address() {
    start_at("?sig=a%20b%2Cc&page=7&tag=x&from=2023-02-29&embed=true#top");
    let filters = BTreeMap::from([("page", vec![]), ("tag", vec!["sea", "snow"])]);
    query_params::write(&filters).unwrap();
    assert_eq!(query_params::read_param("from", &Date).unwrap_err().kind(), ErrorKind::Malformed);
    query_params::write_param("from", &Date, &"2024-02-29".to_owned()).unwrap();
    query_params::write_list("id", &List(Int::default()), &[1, 2]).unwrap();
    assert_eq!(query_params::settled().await, Outcome::Applied);
    assert_eq!(search(), "sig=a%20b%2Cc&tag=sea&tag=snow&from=2024-02-29&embed=true&id=1&id=2#top");

    start_at("?tag=b&tag=c&from=2000-02-29&id=3&embed=true");
    let read: BTreeMap<String, Vec<String>> = query_params::read().unwrap();
    let lists = [("tag", vec!["b", "c"]), ("from", vec!["2000-02-29"]), ("id", vec!["3"])];
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    assert_eq!(read, lists.map(|(key, texts)| (key.to_owned(), owned(texts))).into());
    assert_eq!(query_params::read_list("id", &List(Int::default())), Ok(vec![3]));
    let state = serde_wasm_bindgen::to_value(&read).unwrap();
    assert_eq!(serde_wasm_bindgen::from_value::<BTreeMap<String, Vec<String>>>(state).unwrap(), read);
}

#[wasm_bindgen_test]
fn a_transaction_that_fails_changes_nothing() {
    start_at("?a=1");
    let result: Result<(), tabstate::Error> = query_params::transaction(|| {
        query_params::set("a", 2)?;
        query_params::set("embed", "true")
    });
    assert_eq!(result.unwrap_err().kind(), ErrorKind::Reserved);
    assert_eq!(query_params::to_dict(), [("a".to_owned(), "1".to_owned())]);
}

#[wasm_bindgen_test]
fn status_tells_what_works_and_leaves_no_trace() {
    SessionStorage::set("foreign", "stays").unwrap();
    let before = SessionStorage::length();
    let status = tabstate::status();
    assert_eq!(status.environment, Environment::Browser);
    assert_eq!((status.query_params, status.session_state, status.cookies), (None, None, None));
    assert_eq!(SessionStorage::length(), before);
    assert_eq!(SessionStorage::get::<String>("foreign").unwrap(), "stays");
}
