//! `tabstate::testing`: the free functions on the simulated browser of a thread, as users' tests have them. The claims about
//! budgets, traversals, quota and cookies are those of tests/support/simulated_claims.mjs, which run in real browsers too.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tabstate::cache::CacheData;
use tabstate::context::{self, ColorScheme, Fact, Theme};
use tabstate::cookies::{self, CookieOptions, Rejection};
use tabstate::query_params::{self, Source, WriteOptions};
use tabstate::session_state::{self, Durability};
use tabstate::testing::{Browser, Engine};
use tabstate::watched::{QueryParam, Watched as _, WatchedState as _};
use tabstate::{Environment, ErrorKind, Reason};

const ENGINES: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];
const A_MOMENT: Duration = Duration::from_millis(1);

type Heard<T> = Rc<RefCell<Vec<T>>>;

fn heard<T: 'static>() -> (Heard<T>, Heard<T>) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    (Rc::clone(&heard), heard)
}

#[test]
fn a_write_is_read_at_once_and_is_in_the_address_after_the_turn() {
    for engine in ENGINES {
        let browser = Browser::with_engine(engine, "https://app.test/?sig=a%20b%2Cc&flag#top");
        query_params::set("page", 2).unwrap();
        assert_eq!(query_params::get("page").as_deref(), Some("2"));
        assert_eq!(browser.address(), "https://app.test/?sig=a%20b%2Cc&flag#top");
        browser.end_turn();
        assert_eq!(browser.address(), "https://app.test/?sig=a%20b%2Cc&flag&page=2#top");
        assert_eq!(browser.history_calls(), 1);
    }
}

#[test]
fn the_pushes_of_a_turn_are_one_entry_and_a_burst_is_one_too() {
    let browser = Browser::new("https://app.test");
    query_params::set_with("a", 1, WriteOptions::push()).unwrap();
    query_params::set_with("b", 1, WriteOptions::push()).unwrap();
    browser.end_turn();
    for q in ["f", "fj", "fjo"] {
        query_params::set_with("q", q, WriteOptions::push().burst(Duration::from_secs(60))).unwrap();
        browser.advance(A_MOMENT);
    }
    let expected = ["https://app.test/", "https://app.test/?a=1&b=1", "https://app.test/?a=1&b=1&q=fjo"];
    assert_eq!(browser.entries(), expected);
}

#[test]
fn what_other_code_writes_is_read_at_once_and_told_as_external() {
    for engine in ENGINES {
        let browser = Browser::with_engine(engine, "https://app.test/?page=1");
        let (hears, heard) = heard();
        let _subscription =
            query_params::subscribe(move |change| hears.borrow_mut().push((change.source, change.keys.clone())));
        assert!(browser.push_state("?page=2&q=a#x"));
        assert_eq!(query_params::get("page").as_deref(), Some("2"));
        browser.end_turn();
        assert_eq!(*heard.borrow(), [(Source::External, vec!["page".to_owned(), "q".to_owned()])]);
    }
}

#[test]
fn back_and_forward_are_read_and_told_as_traversals() {
    for engine in ENGINES {
        let browser = Browser::with_engine(engine, "https://app.test/?page=1");
        query_params::set_with("page", 2, WriteOptions::push()).unwrap();
        browser.end_turn();
        let (hears, heard) = heard();
        let _subscription = query_params::subscribe(move |change| hears.borrow_mut().push(change.source));
        browser.back();
        assert_eq!((query_params::get("page").as_deref(), browser.index()), (Some("1"), 0));
        browser.forward();
        assert_eq!(query_params::get("page").as_deref(), Some("2"));
        assert_eq!(*heard.borrow(), [Source::Traversal, Source::Traversal]);
    }
}

#[test]
fn a_spent_budget_delays_the_address_and_not_what_is_read() {
    for engine in ENGINES {
        let browser = Browser::with_engine(engine, "https://app.test/?page=1");
        browser.spend_history_budget();
        assert!(!browser.replace_state("?page=7"));
        query_params::set("page", 2).unwrap();
        browser.advance(Duration::from_millis(200));
        assert_eq!(query_params::get("page").as_deref(), Some("2"));
        assert_eq!(browser.address(), "https://app.test/?page=1");
        assert_eq!(query_params::writer_state().pending, ["page"]);
        browser.advance(Duration::from_secs(25));
        assert_eq!(browser.address(), "https://app.test/?page=2");
        assert!(query_params::writer_state().pending.is_empty());
    }
}

#[test]
fn another_page_has_another_budget_but_in_firefox() {
    for engine in ENGINES {
        let browser = Browser::with_engine(engine, "https://app.test/");
        browser.spend_history_budget();
        browser.reload();
        assert_eq!(browser.replace_state("?n=1"), engine != Engine::Firefox);
        query_params::set("page", 2).unwrap();
        browser.advance(Duration::from_secs(25));
        assert!(browser.address().ends_with("page=2"));
    }
}

#[test]
fn a_value_that_has_no_room_is_refused_and_the_one_before_stays() {
    let browser = Browser::new("https://app.test/");
    session_state::set("note", "before").unwrap();
    assert_eq!(session_state::durability_of("note"), Durability::Durable);
    browser.fill_storage(0);
    let refusal = session_state::set("note", "x".repeat(1000)).unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::Full);
    assert_eq!(session_state::get::<String>("note").unwrap().as_deref(), Some("before"));
    browser.limit_storage(10_000_000);
    session_state::set("note", "after").unwrap();
    assert!(browser.storage().contains_key("tabstate:note"));
}

#[test]
fn session_state_outlives_a_reload_and_is_of_its_origin() {
    let browser = Browser::new("https://app.test/?page=1");
    session_state::set("note", ["milk"]).unwrap();
    query_params::set_with("q", "fjord", WriteOptions::replace().debounce(Duration::from_secs(60))).unwrap();
    browser.reload();
    assert_eq!(browser.address(), "https://app.test/?page=1&q=fjord", "what waits is written before");
    assert_eq!(session_state::get("note").unwrap(), Some(["milk".to_owned()]));
    browser.navigate("https://elsewhere.test");
    assert_eq!(session_state::get::<[String; 1]>("note").unwrap(), None);
    assert_eq!(query_params::get("q"), None);
    browser.back();
    assert_eq!(query_params::get("q").as_deref(), Some("fjord"));
    assert!(session_state::contains("note").unwrap());
}

#[test]
fn where_storage_is_denied_all_works_in_memory_after_a_reload() {
    let browser = Browser::new("https://app.test/");
    session_state::set("note", 1).unwrap();
    cookies::set("a", "1").unwrap();
    browser.deny_storage();
    assert_eq!(session_state::set("note", 2).unwrap_err().kind(), ErrorKind::Blocked);
    assert_eq!(cookies::get("a"), None);
    browser.reload();
    session_state::set("note", 3).unwrap();
    assert_eq!(session_state::durability(), Durability::Memory);
    assert_eq!(tabstate::status().session_state, Some(Reason::Denied));
}

#[test]
fn cookies_are_kept_refused_and_told_of() {
    let browser = Browser::new("https://app.test/");
    let (hears, heard) = heard();
    let _subscription = context::subscribe(move |facts| hears.borrow_mut().extend_from_slice(facts));
    cookies::set("city", "São Paulo").unwrap();
    assert!(browser.set_cookie("id=1; HttpOnly"));
    assert!(browser.set_cookie("theme=dark; Path=/"));
    assert_eq!(*heard.borrow(), [Fact::Cookies, Fact::Cookies]);
    assert_eq!(cookies::get("city").as_deref(), Some("São Paulo"));
    assert_eq!(cookies::get("id"), None);
    let shop = CookieOptions { path: Some("/shop".to_owned()), ..CookieOptions::default() };
    let refusal = cookies::set_with("__Host-a", "1", &shop).unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::Rejected(Rejection::Prefix));
    browser.reload();
    assert_eq!(cookies::remove("city"), Ok(true));
    browser.clear_cookies();
    assert_eq!(cookies::get("theme"), None);
}

#[test]
fn what_the_person_wants_is_seen_and_its_changes_told() {
    let browser = Browser::new("https://app.test/");
    assert_eq!((context::locale().as_deref(), context::is_framed()), (Some("en-US"), Some(false)));
    let (hears, heard) = heard();
    let subscription = context::subscribe(move |facts| hears.borrow_mut().extend_from_slice(facts));
    browser.set_languages(&["nb-NO", "en"]);
    browser.set_theme(Theme { color_scheme: Some(ColorScheme::Dark), ..context::theme() });
    browser.set_timezone("Asia/Tokyo", -540);
    assert_eq!(*heard.borrow(), [Fact::Locale, Fact::Theme, Fact::Timezone]);
    assert_eq!(context::negotiate_locale(&["en", "nb"]), Some("nb"));
    assert_eq!(context::headers().get("Accept-Language"), Some("nb-NO,nb;q=0.9,en;q=0.8"));
    assert_eq!(context::theme().color_scheme, Some(ColorScheme::Dark));
    assert_eq!((context::timezone().as_deref(), context::timezone_offset()), (Some("Asia/Tokyo"), Some(-540)));
    browser.navigate("/shop?page=2");
    assert_eq!(context::url().as_deref(), Some("https://app.test/shop"));
    browser.set_languages(&["de"]);
    assert_eq!(heard.borrow().len(), 3, "the page that listened is gone");
    drop(subscription);
}

#[test]
fn a_cached_value_ages_with_the_clock() {
    let browser = Browser::new("https://app.test/");
    let cities = CacheData::<str, u32>::builder().ttl("10m").persist_in_session("cities").build().unwrap();
    assert_eq!(cities.get_or_insert_with("Oslo", || 1).unwrap(), 1);
    browser.advance(Duration::from_secs(500));
    assert_eq!(cities.get_or_insert_with("Oslo", || 2).unwrap(), 1);
    browser.advance(Duration::from_secs(101));
    assert_eq!(cities.get_or_insert_with("Oslo", || 3).unwrap(), 3);
}

#[test]
fn each_browser_begins_without_what_the_one_before_knew() {
    let first = Browser::new("https://app.test/?page=2");
    assert_eq!(tabstate::status().environment, Environment::Browser);
    let (hears, heard) = heard();
    let subscription = query_params::subscribe(move |change| hears.borrow_mut().push(change.clone()));
    session_state::set("note", 1).unwrap();
    let second = Browser::new("https://app.test/?page=3");
    let _other = query_params::subscribe(|_| {});
    drop(subscription);
    drop(first);
    assert_eq!(query_params::get("page").as_deref(), Some("3"));
    query_params::set("page", 4).unwrap();
    second.end_turn();
    assert!(heard.borrow().is_empty());
    assert!(!session_state::contains("note").unwrap());
    drop(second);
    assert_eq!(query_params::get("page"), None);
    assert_eq!(tabstate::status().environment, Environment::Server);
}

#[test]
fn addresses_are_resolved_as_in_a_page() {
    let browser = Browser::new("https://app.test/a/b?c=1#d");
    for (given, expected) in [
        ("?x=1", "https://app.test/a/b?x=1"),
        ("#top", "https://app.test/a/b?x=1#top"),
        ("c?y=2", "https://app.test/a/c?y=2"),
        ("/z", "https://app.test/z"),
        ("https://app.test?q", "https://app.test/?q"),
    ] {
        assert!(browser.replace_state(given));
        assert_eq!(browser.address(), expected);
    }
}

#[test]
fn who_watches_hears_of_what_was_written_and_taken_back_in_a_turn() {
    let browser = Browser::new("https://app.test/");
    let page = QueryParam::<u32>::parsed("page").default(1);
    let (hears, heard) = heard();
    let _subscription = page.subscribe({
        let page = page.clone();
        move || hears.borrow_mut().push(page.get())
    });
    page.set(2);
    query_params::remove("page");
    assert_eq!(*heard.borrow(), [2]);
    browser.end_turn();
    assert_eq!(*heard.borrow(), [2, 1]);
}

#[test]
fn who_watched_the_page_before_hears_nothing_of_the_next_one() {
    let browser = Browser::new("https://app.test/");
    let page = QueryParam::<u32>::parsed("page").default(1);
    let (hears, heard) = heard();
    let _subscription = page.subscribe(move || hears.borrow_mut().push(()));
    browser.reload();
    page.set(2);
    browser.end_turn();
    assert!(heard.borrow().is_empty());
}
