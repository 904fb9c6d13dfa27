//! The writer against a simulated browser: claims by table, laws over random schedules.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::type_complexity, reason = "a test may fail")]

mod simulated_browser;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use simulated_browser::{Browser, Engine, open};
use tabstate::query_params::{Change, LiveParams, Outcome, QueryText, Settled, Source, WriteOptions};

type Live = Rc<LiveParams<Browser>>;

const ENGINES: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];
const NOW: WriteOptions = WriteOptions::replace();
const PUSH: WriteOptions = WriteOptions::push();

fn changes_of(live: &Live) -> Rc<RefCell<Vec<Change>>> {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    live.subscribe(move |change| hears.borrow_mut().push(change.clone()));
    heard
}

fn change(keys: &[&str], source: Source) -> Change {
    Change { keys: keys.iter().map(|key| (*key).to_owned()).collect(), source }
}

#[test]
fn all_writes_of_a_turn_are_one_history_call() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?x=1#f");
        for n in 0..1000 {
            live.set("n", n, NOW).unwrap();
        }
        live.set("m", "a b", NOW).unwrap();
        assert_eq!(live.get("n").as_deref(), Some("999"));
        assert_eq!(browser.shows(), "https://h/p?x=1#f");
        browser.end_turn();
        assert_eq!(browser.shows(), "https://h/p?x=1&n=999&m=a+b#f");
        assert_eq!(browser.own_calls(), 1);
    }
}

#[test]
fn a_write_that_changes_nothing_makes_no_call() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?a=%41&b=b%20c");
    live.set("a", "A", NOW).unwrap();
    live.set("b", "b c", PUSH).unwrap();
    live.from_dict([("a", "A"), ("b", "b c")], NOW).unwrap();
    live.set("c", 1, NOW).unwrap();
    assert!(live.remove("c", NOW));
    browser.end_turn();
    assert_eq!((browser.own_calls(), browser.shows()), (0, "https://h/p?a=%41&b=b%20c".to_owned()));
}

#[test]
fn a_push_ends_the_run_of_replaces_before_it() {
    let (browser, live) = open(Engine::Firefox, "https://h/p");
    live.set("a", 1, NOW).unwrap();
    live.set("b", 2, PUSH).unwrap();
    live.set("c", 3, PUSH).unwrap();
    live.set("d", 4, NOW).unwrap();
    live.set("e", 5, PUSH).unwrap();
    browser.end_turn();
    let expected = ["https://h/p?a=1", "https://h/p?a=1&b=2&c=3&d=4", "https://h/p?a=1&b=2&c=3&d=4&e=5"];
    assert_eq!(browser.entries(), expected);
    assert_eq!(browser.own_calls(), 3);
}

#[test]
fn a_burst_is_one_step_back_however_long_it_lasts() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?page=2");
        let options = PUSH.burst(Duration::from_millis(1000)).debounce(Duration::from_millis(100));
        for n in 0..300 {
            live.update([("page", None), ("a", Some(n))], options).unwrap();
            browser.advance(30.0);
            assert!(!browser.query().is_empty(), "an address that never was: {}", browser.shows());
        }
        browser.advance(900.0);
        live.update([("page", None), ("a", Some(1000))], options).unwrap();
        browser.advance(5_000.0);
        assert_eq!(browser.entries(), ["https://h/p?page=2", "https://h/p?a=1000"], "{engine:?}");
        live.update([("page", None), ("a", Some(1))], options).unwrap();
        browser.advance(5_000.0);
        assert_eq!(browser.entries().len(), 3, "a pause ends the burst");
    }
}

#[test]
fn a_burst_in_a_transaction_is_told_by_all_the_keys_it_names() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?page=2");
    let options = PUSH.burst(Duration::from_millis(1000));
    for n in 0..4 {
        live.transaction_begin();
        live.update([("page", None::<u8>)], options).unwrap();
        live.update([("a", n)], options).unwrap();
        live.transaction_end(true);
        browser.advance(200.0);
    }
    assert_eq!(browser.entries(), ["https://h/p?page=2", "https://h/p?a=3"]);
}

#[test]
fn a_burst_ends_with_the_entry_that_it_made() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    let options = PUSH.burst(Duration::from_millis(1000));
    live.set("q", "a", options).unwrap();
    browser.advance(50.0);
    browser.foreign("https://h/p?q=a&z=1", true);
    browser.advance(50.0);
    live.set("q", "ab", options).unwrap();
    browser.advance(50.0);
    assert_eq!(browser.entries().len(), 4);
}

#[test]
fn a_debounce_delays_the_address_and_never_the_state() {
    let (browser, live) = open(Engine::WebKit, "https://h/p?q=x&page=2");
    let late = NOW.debounce(Duration::from_millis(300));
    live.set("q", "ab", late).unwrap();
    live.set("page", 3, NOW).unwrap();
    assert_eq!(live.get("q").as_deref(), Some("ab"));
    browser.advance(200.0);
    assert_eq!(browser.query(), "q=x&page=3");
    live.set("q", "abc", late).unwrap();
    browser.advance(200.0);
    assert_eq!(browser.query(), "q=x&page=3");
    browser.advance(200.0);
    assert_eq!(browser.query(), "q=abc&page=3");
    live.set("q", "d", late).unwrap();
    live.flush();
    assert_eq!(browser.query(), "q=d&page=3");
    live.set("q", "e", late).unwrap();
    browser.hide();
    assert_eq!(browser.query(), "q=e&page=3");
}

#[test]
fn a_transaction_is_one_call_and_one_notification_or_nothing() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?a=1");
    let heard = changes_of(&live);
    live.transaction_begin();
    live.set("a", 2, PUSH).unwrap();
    live.set("b", 3, NOW).unwrap();
    live.transaction_begin();
    live.set("a", 9, NOW).unwrap();
    live.transaction_end(false);
    browser.end_turn();
    assert!(heard.borrow().is_empty());
    live.transaction_end(true);
    browser.end_turn();
    assert_eq!(browser.entries(), ["https://h/p?a=1", "https://h/p?a=2&b=3"]);
    assert_eq!(*heard.borrow(), [change(&["a", "b"], Source::Local)]);
    live.transaction_begin();
    live.set("a", 5, PUSH).unwrap();
    live.transaction_end(false);
    browser.end_turn();
    assert_eq!((browser.entries().len(), live.get("a").as_deref()), (2, Some("2")));
    assert_eq!(heard.borrow().len(), 1);
}

/// WebKit runs microtasks when a listener returns that a click in the transaction has called.
#[test]
fn a_turn_that_ends_in_the_midst_of_a_transaction_asks_for_no_other() {
    for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
        let (browser, live) = open(engine, "https://h/p?a=1");
        let heard = changes_of(&live);
        live.set("a", 2, NOW).unwrap();
        live.transaction_begin();
        live.set("b", 3, NOW).unwrap();
        browser.end_turn();
        assert_eq!((browser.query().as_str(), heard.borrow().len()), ("a=1", 0), "{engine:?}");
        live.transaction_end(true);
        browser.end_turn();
        assert_eq!((browser.query().as_str(), heard.borrow().len()), ("a=2&b=3", 1), "{engine:?}");
    }
}

#[test]
fn a_spent_budget_delays_and_loses_nothing() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?sig=a%20b%2Cc");
        browser.spend_history_budget();
        browser.end_turn();
        live.set("n", 42, NOW).unwrap();
        let settled = live.settled();
        browser.end_turn();
        assert_eq!(live.get("n").as_deref(), Some("42"));
        for _ in 0..90 {
            browser.advance(100.0);
            assert_eq!(settled.outcome().is_some(), browser.query().contains("n=42"), "{engine:?}");
        }
        browser.advance(6_000.0);
        assert_eq!(settled.outcome(), Some(Outcome::Applied), "{engine:?}");
        assert_eq!(browser.query(), "sig=a%20b%2Cc&n=42");
    }
}

#[test]
fn the_pace_leaves_calls_to_others() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p");
        let mut refused = 0;
        for n in 0..3_000 {
            live.set("n", n, NOW).unwrap();
            browser.advance(16.0);
            if n % 100 == 99 && !browser.foreign(&browser.shows(), false) {
                refused += 1;
            }
        }
        browser.advance(1_000.0);
        assert_eq!(browser.query(), "n=2999");
        assert!(refused <= 2, "{engine:?}: {refused} of 30 calls of others were refused");
    }
}

#[test]
fn a_page_that_cancels_is_told_and_tried_again_with_the_next_write() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p");
        browser.set_cancels(true);
        live.set("n", 1, NOW).unwrap();
        let settled = live.settled();
        browser.advance(60_000.0);
        assert_eq!(settled.outcome(), Some(Outcome::Blocked), "{engine:?}");
        assert_eq!(live.get("n").as_deref(), Some("1"));
        assert!(live.writer_state().blocked);
        browser.set_cancels(false);
        browser.advance(60_000.0);
        assert_eq!(browser.query(), "");
        live.set("m", 2, NOW).unwrap();
        let settled = live.settled();
        browser.end_turn();
        assert_eq!((browser.query().as_str(), settled.outcome()), ("n=1&m=2", Some(Outcome::Applied)));
    }
}

#[test]
fn a_cancelled_write_is_blocked_within_seconds_where_the_engine_tells() {
    for engine in [Engine::Chromium, Engine::Firefox] {
        let (browser, live) = open(engine, "https://h/p");
        browser.set_cancels(true);
        live.set("n", 1, NOW).unwrap();
        let settled = live.settled();
        browser.advance(4_000.0);
        assert_eq!(settled.outcome(), Some(Outcome::Blocked));
    }
}

#[test]
fn other_codes_changes_are_seen_by_the_next_read_and_told_once() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?a=1");
        let heard = changes_of(&live);
        browser.foreign("https://h/p?a=2&b=1", false);
        assert_eq!(live.get("a").as_deref(), Some("2"));
        browser.foreign("https://h/p?a=3&b=1", true);
        assert_eq!(live.get("a").as_deref(), Some("3"));
        browser.end_turn();
        assert_eq!(*heard.borrow(), [change(&["a", "b"], Source::External)]);
        browser.traverse(-1);
        browser.advance(50.0);
        assert_eq!(live.get("a").as_deref(), Some("2"));
        assert_eq!(heard.borrow()[1..], [change(&["a"], Source::Traversal)]);
        browser.foreign("https://h/p?a=2&b=1#elsewhere", true);
        browser.advance(50.0);
        assert_eq!(heard.borrow().len(), 2, "a change of the fragment notifies nobody");
    }
}

#[test]
fn last_writer_wins_key_by_key() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?a=1&b=1&c=1");
        live.set("a", 2, NOW).unwrap();
        live.set("b", 2, NOW).unwrap();
        let settled = live.settled();
        browser.foreign("https://h/p?a=1&b=3&c=3", false);
        assert_eq!(live.get("a").as_deref(), Some("2"));
        assert_eq!(live.get("b").as_deref(), Some("3"));
        browser.end_turn();
        assert_eq!(browser.query(), "a=2&b=3&c=3");
        assert_eq!(settled.outcome(), Some(Outcome::Superseded));
    }
}

#[test]
fn a_pending_write_is_for_the_page_it_was_made_on() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/one?a=1");
        live.set("a", 2, NOW).unwrap();
        let settled = live.settled();
        browser.foreign("https://h/two", true);
        browser.end_turn();
        assert_eq!((browser.shows().as_str(), live.get("a")), ("https://h/two", None));
        assert_eq!(settled.outcome(), Some(Outcome::Superseded));
    }
}

#[test]
fn a_pending_write_reaches_its_entry_before_a_traversal_or_is_superseded() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?a=1");
        browser.foreign("https://h/p?a=2", true);
        browser.end_turn();
        live.set("b", 1, NOW).unwrap();
        let applied = live.settled();
        browser.traverse(-1);
        browser.advance(50.0);
        assert_eq!(browser.entries(), ["https://h/p?a=1", "https://h/p?a=2&b=1"], "{engine:?}");
        assert_eq!((applied.outcome(), live.get("b")), (Some(Outcome::Applied), None));

        browser.traverse(1);
        browser.advance(50.0);
        browser.spend_history_budget();
        live.set("b", 2, NOW).unwrap();
        let superseded = live.settled();
        browser.traverse(-1);
        browser.advance(50.0);
        assert_eq!((superseded.outcome(), live.get("b")), (Some(Outcome::Superseded), None), "{engine:?}");
        browser.advance(30_000.0);
        assert_eq!(browser.query(), "a=1");
    }
}

#[test]
fn a_write_that_waits_does_not_stop_back() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?a=1");
        browser.foreign("https://h/p?a=2", true);
        live.set("b", 1, NOW.debounce(Duration::from_secs(60))).unwrap();
        browser.advance(50.0);
        browser.traverse(-1);
        browser.advance(50.0);
        assert_eq!(browser.query(), "a=1", "{engine:?}");
    }
}

#[test]
fn a_write_made_while_our_own_call_runs_is_written_next() {
    for engine in ENGINES {
        for before in [true, false] {
            for (key, cancels) in [("y", false), ("x", false), ("y", true)] {
                let (browser, live) = open(engine, "https://h/p?k=1");
                browser.set_cancels(cancels);
                let writes = Rc::downgrade(&live);
                browser.in_call(before, move || writes.upgrade().unwrap().set(key, 2, NOW).unwrap());
                live.set("x", 1, NOW).unwrap();
                browser.end_turn();
                browser.set_cancels(false);
                browser.advance(60_000.0);
                let expected = if key == "x" { "k=1&x=2" } else { "k=1&x=1&y=2" };
                assert_eq!(live.text().as_str(), expected, "{engine:?}");
                assert_eq!(browser.query(), live.text().as_str());
            }
        }
    }
}

#[test]
fn a_transaction_that_is_rolled_back_leaves_times_as_they_were() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    live.set("q", 1, NOW).unwrap();
    live.set("late", 1, NOW.debounce(Duration::from_secs(5))).unwrap();
    live.transaction_begin();
    live.set("q", 2, NOW.debounce(Duration::from_secs(5))).unwrap();
    live.set("late", 2, NOW).unwrap();
    live.transaction_end(false);
    browser.end_turn();
    assert_eq!((browser.query().as_str(), live.get("late").as_deref()), ("q=1", Some("1")));
}

#[test]
fn a_burst_goes_on_with_any_push_of_its_keys() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    live.set("a", 1, PUSH).unwrap();
    browser.advance(50.0);
    live.set("a", 2, PUSH.burst(Duration::from_secs(5))).unwrap();
    browser.advance(50.0);
    assert_eq!(browser.entries(), ["https://h/p", "https://h/p?a=2"]);
    live.set("b", 2, PUSH).unwrap();
    browser.advance(50.0);
    live.clear(PUSH.burst(Duration::from_secs(5)));
    browser.advance(50.0);
    assert_eq!(browser.entries().len(), 4);
}

#[test]
fn from_dict_keeps_bytes_where_the_order_stays() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?sig=a%20b%2Cc&x=1&e=%41");
    live.from_dict([("sig", "a b,c"), ("e", "A")], NOW).unwrap();
    browser.end_turn();
    assert_eq!(browser.query(), "sig=a%20b%2Cc&e=%41");
    live.from_dict([("e", "A"), ("sig", "a b,c")], NOW).unwrap();
    browser.end_turn();
    assert_eq!(browser.query(), "e=A&sig=a+b,c");
}

#[test]
fn an_address_too_long_is_blocked_at_once() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    live.set("n", 1, NOW).unwrap();
    live.set("long", "x".repeat(3_000_000), NOW).unwrap();
    let settled = live.settled();
    browser.end_turn();
    assert_eq!((settled.outcome(), browser.own_calls()), (Some(Outcome::Blocked), 0));
    live.remove("long", NOW);
    browser.end_turn();
    assert_eq!(browser.query(), "n=1");
}

#[test]
fn an_entry_that_happens_to_read_the_same_does_not_make_a_write_applied() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?n=1");
    browser.foreign("https://h/p", true);
    browser.spend_history_budget();
    live.set("n", 1, NOW).unwrap();
    let settled = live.settled();
    browser.traverse(-1);
    browser.advance(50.0);
    assert_eq!((live.get("n").as_deref(), settled.outcome()), (Some("1"), Some(Outcome::Superseded)));
}

#[test]
fn what_is_written_during_a_traversal_waits_for_the_entry_it_lands_on() {
    for engine in ENGINES {
        let (browser, live) = open(engine, "https://h/p?a=1");
        browser.foreign("https://h/p?a=2", true);
        browser.end_turn();
        browser.traverse(-1);
        browser.advance(10.0);
        live.set("b", 1, NOW).unwrap();
        let settled = live.settled();
        browser.end_turn();
        assert_eq!(browser.query(), "a=2");
        browser.advance(200.0);
        assert_eq!(browser.entries(), ["https://h/p?a=1&b=1", "https://h/p?a=2"], "{engine:?}");
        assert_eq!(settled.outcome(), Some(Outcome::Applied));
    }
}

#[test]
fn a_write_during_a_traversal_outlives_one_that_was_waiting() {
    let (browser, live) = open(Engine::Firefox, "https://h/p?a=1");
    browser.foreign("https://h/p?a=2", true);
    browser.spend_history_budget();
    live.set("b", 1, NOW).unwrap();
    let waiting = live.settled();
    browser.traverse(-1);
    browser.advance(10.0);
    live.set("c", 2, NOW).unwrap();
    browser.advance(60_000.0);
    assert_eq!(waiting.outcome(), Some(Outcome::Superseded));
    assert_eq!(browser.entries(), ["https://h/p?a=1&c=2", "https://h/p?a=2"]);
}

#[test]
fn a_restored_page_goes_on_with_what_was_waiting() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    browser.spend_history_budget();
    live.set("n", 1, NOW).unwrap();
    browser.hide();
    browser.restore();
    assert_eq!(live.get("n").as_deref(), Some("1"));
    browser.advance(60_000.0);
    assert_eq!(browser.query(), "n=1");
}

#[test]
fn a_traversal_that_never_lands_holds_writes_for_a_moment_only() {
    let (browser, live) = open(Engine::WebKit, "https://h/p");
    browser.traverse(-1);
    live.set("b", 1, NOW).unwrap();
    browser.advance(50.0);
    assert_eq!(browser.query(), "");
    browser.advance(60.0);
    assert_eq!(browser.query(), "b=1");
}

#[test]
fn an_outcome_is_of_the_writes_made_so_far() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    let nothing = live.settled();
    live.set("a", 1, NOW).unwrap();
    let first = live.settled();
    live.set("a", 2, NOW).unwrap();
    let second = live.settled();
    live.set("b", 1, NOW.debounce(Duration::from_millis(500))).unwrap();
    let third = live.settled();
    browser.end_turn();
    assert_eq!(nothing.outcome(), Some(Outcome::Applied));
    assert_eq!(first.outcome(), Some(Outcome::Superseded));
    assert_eq!(second.outcome(), Some(Outcome::Applied));
    assert_eq!(third.outcome(), None);
    live.set("a", 3, NOW).unwrap();
    browser.advance(600.0);
    assert_eq!(third.outcome(), Some(Outcome::Applied), "what was reached is not superseded by what came later");
}

#[test]
fn a_listener_that_writes_is_heard_after_all_have_heard_the_first() {
    let (browser, live) = open(Engine::Chromium, "https://h/p");
    let heard = Rc::new(RefCell::new(Vec::new()));
    let (hears, writes) = (Rc::clone(&heard), Rc::downgrade(&live));
    live.subscribe(move |change| {
        hears.borrow_mut().push(("first", change.keys.clone()));
        if let Some(live) = writes.upgrade().filter(|live| !live.has("b")) {
            live.set("b", 1, NOW).unwrap();
            live.flush();
        }
    });
    let hears = Rc::clone(&heard);
    live.subscribe(move |change| hears.borrow_mut().push(("second", change.keys.clone())));
    live.set("a", 1, NOW).unwrap();
    browser.end_turn();
    let names = |key: &str| vec![key.to_owned()];
    assert_eq!(
        *heard.borrow(),
        [("first", names("a")), ("second", names("a")), ("first", names("b")), ("second", names("b"))]
    );
}

// Laws over random schedules.

#[derive(Clone, Debug)]
enum Step {
    Set { key: u8, value: u8, push: bool, late: bool },
    Remove { key: u8 },
    Dict { key: u8, value: u8 },
    Rollback { key: u8 },
    Foreign { key: u8, value: u8, push: bool },
    Fragment,
    Spend,
    Traverse(i8),
    Hide,
    Restore,
    Cancel(bool),
    EndTurn,
    Advance(u16),
    Settled,
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..4u8, 0..5u8, any::<bool>(), any::<bool>()).prop_map(|(key, value, push, late)| Step::Set { key, value, push, late }),
        2 => (0..4u8).prop_map(|key| Step::Remove { key }),
        1 => (0..4u8, 0..5u8).prop_map(|(key, value)| Step::Dict { key, value }),
        1 => (0..4u8).prop_map(|key| Step::Rollback { key }),
        3 => (0..4u8, 0..5u8, any::<bool>()).prop_map(|(key, value, push)| Step::Foreign { key, value, push }),
        1 => Just(Step::Fragment),
        1 => Just(Step::Spend),
        2 => prop_oneof![Just(-1i8), Just(1), Just(-2)].prop_map(Step::Traverse),
        1 => Just(Step::Hide),
        1 => Just(Step::Restore),
        1 => any::<bool>().prop_map(Step::Cancel),
        4 => Just(Step::EndTurn),
        4 => (0..3000u16).prop_map(Step::Advance),
        2 => Just(Step::Settled),
        1 => Just(Step::Flush),
    ]
}

/// The fields that nobody writes: signed, bare, ill spelled.
const UNMANAGED: [&str; 4] = ["sig=a%20b%2Cc", "flag", "e=%E9", "%71=%41"];

fn name(key: u8) -> String {
    format!("k{key}")
}

fn managed(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut params: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in QueryText::parse(query).pairs().filter(|(key, _)| key.starts_with('k')) {
        params.entry(key.into_owned()).or_default().push(value.into_owned());
    }
    params
}

fn query_of(address: &str) -> &str {
    address.split('#').next().unwrap_or_default().split_once('?').map_or("", |(_, query)| query)
}

struct Waiter {
    settled: Settled,
    /// What was to reach the address.
    wanted: BTreeMap<String, Vec<String>>,
    keys: Vec<String>,
    shown_before: usize,
}

struct Run {
    browser: Browser,
    live: Live,
    /// What the parameters must come to: last writer wins.
    model: BTreeMap<String, Vec<String>>,
    /// What was written since a traversal was asked for.
    since_traversal: Vec<(String, Vec<String>)>,
    waiters: Vec<Waiter>,
    pushes: usize,
}

impl Run {
    fn write(&mut self, key: String, values: Vec<String>) {
        self.since_traversal.push((key.clone(), values.clone()));
        if values.is_empty() {
            self.model.remove(&key);
        } else {
            self.model.insert(key, values);
        }
    }

    fn land(&mut self, landings: usize) {
        if self.browser.landings() > landings {
            self.model = managed(&self.browser.query());
            for (key, values) in std::mem::take(&mut self.since_traversal) {
                if values.is_empty() {
                    self.model.remove(&key);
                } else {
                    self.model.insert(key, values);
                }
            }
        }
    }

    fn advance(&mut self, milliseconds: f64) {
        let landings = self.browser.landings();
        self.browser.advance(milliseconds);
        self.land(landings);
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Set { key, value, push, late } => {
                let options = if *push { PUSH } else { NOW };
                let options = if *late { options.debounce(Duration::from_millis(400)) } else { options };
                self.live.set(&name(*key), *value, options).unwrap();
                self.pushes += usize::from(*push);
                self.write(name(*key), vec![value.to_string()]);
            }
            Step::Remove { key } => {
                let was = self.live.has(&name(*key));
                assert_eq!(self.live.remove(&name(*key), NOW), was);
                self.write(name(*key), vec![]);
            }
            Step::Dict { key, value } => {
                self.live.transaction_begin();
                for other in 0..4 {
                    self.live.remove(&name(other), NOW);
                }
                self.live.set(&name(*key), vec![*value, *value], PUSH).unwrap();
                self.live.transaction_end(true);
                self.pushes += 1;
                for other in 0..4 {
                    self.write(name(other), vec![]);
                }
                self.write(name(*key), vec![value.to_string(), value.to_string()]);
            }
            Step::Rollback { key } => {
                let before = self.live.text();
                self.live.transaction_begin();
                self.live.set(&name(*key), "never", PUSH).unwrap();
                self.live.transaction_end(false);
                assert_eq!(self.live.text(), before);
            }
            Step::Foreign { key, value, push } => {
                let mut fields: Vec<String> =
                    self.browser.query().split('&').filter(|field| !field.is_empty()).map(str::to_owned).collect();
                let before = managed(&self.browser.query());
                fields.retain(|field| !field.starts_with(&format!("{}=", name(*key))));
                fields.insert(fields.len() / 2, format!("{}={value}", name(*key)));
                let changes = before.get(&name(*key)) != Some(&vec![value.to_string()]);
                if self.browser.foreign(&format!("https://h/p?{}", fields.join("&")), *push) && changes {
                    self.write(name(*key), vec![value.to_string()]);
                }
            }
            Step::Fragment => {
                let address = self.browser.shows();
                let address = address.split('#').next().unwrap_or_default();
                self.browser.foreign(&format!("{address}#f{}", self.browser.shown().len()), true);
            }
            Step::Spend => self.browser.spend_history_budget(),
            Step::Traverse(delta) => {
                if !self.browser.is_traversing() {
                    self.since_traversal.clear();
                    self.browser.traverse(isize::from(*delta));
                    // An entry that is not there: nothing lands, nothing is dropped.
                    self.advance(30.0);
                }
            }
            Step::Hide => self.browser.hide(),
            Step::Restore => self.browser.restore(),
            Step::Cancel(cancels) => self.browser.set_cancels(*cancels),
            Step::EndTurn => self.browser.end_turn(),
            Step::Advance(milliseconds) => self.advance(f64::from(*milliseconds)),
            Step::Settled => {
                let wanted = managed(self.live.text().as_str());
                let here = managed(&self.browser.query());
                let keys = wanted.keys().chain(here.keys()).filter(|key| wanted.get(*key) != here.get(*key));
                let keys = keys.cloned().collect();
                let shown_before = self.browser.shown().len() - 1;
                self.waiters.push(Waiter { settled: self.live.settled(), wanted, keys, shown_before });
            }
            Step::Flush => self.live.flush(),
        }
    }

    fn check(&self) {
        let view = managed(self.live.text().as_str());
        assert_eq!(view, self.model, "reads see the writes at once");
        for address in self.browser.shown() {
            let kept: Vec<&str> = query_of(&address).split('&').filter(|field| UNMANAGED.contains(field)).collect();
            assert_eq!(kept, UNMANAGED, "unmanaged bytes: {address}");
        }
        let shown = self.browser.shown();
        for waiter in &self.waiters {
            if waiter.settled.outcome() == Some(Outcome::Applied) {
                for key in &waiter.keys {
                    let reached = shown[waiter.shown_before..]
                        .iter()
                        .any(|address| managed(query_of(address)).get(key) == waiter.wanted.get(key));
                    assert!(reached, "{key} was told applied, and never was: {:?}", waiter.wanted);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 3_000 } else { 30_000 }))]

    #[test]
    fn the_address_converges_to_the_view_and_no_outcome_lies(
        engine in prop_oneof![Just(Engine::Chromium), Just(Engine::Firefox), Just(Engine::WebKit)],
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let (browser, live) = open(engine, &format!("https://h/p?{}#top", UNMANAGED.join("&")));
        let mut run = Run {
            browser,
            live,
            model: BTreeMap::new(),
            since_traversal: Vec::new(),
            waiters: Vec::new(),
            pushes: 0,
        };
        for step in &steps {
            run.apply(step);
            run.check();
        }
        run.browser.set_cancels(false);
        run.advance(60_000.0);
        run.live.set("k9", "last", NOW).unwrap();
        run.write("k9".to_owned(), vec!["last".to_owned()]);
        run.waiters.push(Waiter {
            settled: run.live.settled(),
            wanted: managed(run.live.text().as_str()),
            keys: vec!["k9".to_owned()],
            shown_before: run.browser.shown().len() - 1,
        });
        run.advance(60_000.0);
        run.check();
        prop_assert_eq!(managed(&run.browser.query()), run.model.clone());
        prop_assert_eq!(run.browser.query(), run.live.text().to_string());
        prop_assert!(run.live.writer_state().pending.is_empty());
        prop_assert!(run.waiters.iter().all(|waiter| waiter.settled.outcome().is_some()), "somebody waits for ever");
        prop_assert!(run.browser.own_pushes() <= run.pushes, "an edit was applied twice");
    }
}
