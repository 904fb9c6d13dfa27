//! Values of caches in the session storage of a tab: what the entries are, what a reload finds of them, and what becomes of them
//! where the clock is set back, where there is no room, and where other code writes too. A model that is as naive as can be goes
//! through random schedules; `TABSTATE_SCHEDULES` sets how many.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_storage;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use proptest::prelude::*;
use proptest::sample::select;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use simulated_storage::{SimulatedStorage, units};
use tabstate::cache::{CacheData, CacheDataBuilder, CacheEventKind, Persistence};
use tabstate::memory::MemoryStorage;
use tabstate::port::{Clock, Milliseconds, Refusal, WallClock};
use tabstate::session_state::Session;
use tabstate::{Error, ErrorKind, Reason};

const START: &str = "tabstate!cache:8:cities@1";

/// A tab: its storage, the time of day, and the clock of its page.
#[derive(Clone, Default)]
struct Tab {
    storage: SimulatedStorage,
    wall: Time,
    clock: Time,
}

#[derive(Clone, Default)]
struct Time(Arc<AtomicI64>);

impl Time {
    fn get(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn set(&self, milliseconds: i64) {
        self.0.store(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> Milliseconds {
        Milliseconds(self.get() as f64)
    }
}

impl WallClock for Time {
    fn since_1970(&self) -> Milliseconds {
        Milliseconds(self.get() as f64)
    }
}

type Cache<V> = CacheData<(&'static str,), V>;

impl Tab {
    fn at(time: i64) -> Self {
        let tab = Self::default();
        tab.wall.set(time);
        tab
    }

    fn advance(&self, milliseconds: i64) {
        self.wall.set(self.wall.get() + milliseconds);
        self.clock.set(self.clock.get() + milliseconds);
    }

    /// A page's cache, to which options may be added. The page's clock begins with it.
    fn builder<V: Serialize + DeserializeOwned>(&self) -> CacheDataBuilder<(&'static str,), V> {
        self.clock.set(0);
        let cache = CacheData::builder_with(self.clock.clone());
        cache.persist_in(self.storage.clone(), self.wall.clone(), "tabstate", "cities@1")
    }

    fn open<V: Serialize + DeserializeOwned>(&self) -> Cache<V> {
        self.builder().build().unwrap()
    }

    fn entries(&self) -> Vec<(String, String)> {
        self.storage.texts().into_iter().collect()
    }

    fn entry(&self, key: &str) -> Option<String> {
        self.storage.text(&name(key))
    }
}

/// The name of the entry of a text.
fn name(key: &str) -> String {
    format!("{START}a1:s{}:{key}", units(key))
}

fn entry(key: &str, record: &str) -> (String, String) {
    (name(key), record.to_owned())
}

/// That nothing is kept, where nothing is to be made.
struct Nothing;

impl From<Error> for Nothing {
    fn from(error: Error) -> Self {
        panic!("{error}")
    }
}

/// What is kept, as one who asks gets it.
fn kept<V: Serialize + DeserializeOwned + Clone>(cache: &Cache<V>, key: &'static str) -> Option<V> {
    cache.get_or_try_insert_with(&(key,), || Err(Nothing)).ok()
}

fn put<V: Serialize + DeserializeOwned + Clone>(cache: &Cache<V>, key: &'static str, value: V) {
    cache.get_or_insert_with(&(key,), || value).unwrap();
}

/// A future that needs no waking.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

fn events<V>(cache: &Cache<V>) -> (Arc<Mutex<Vec<&'static str>>>, tabstate::cache::CacheSubscription) {
    let heard = Arc::<Mutex<Vec<&'static str>>>::default();
    let hears = Arc::clone(&heard);
    (heard, cache.subscribe(move |event| hears.lock().unwrap().push(event.kind.as_str())))
}

const FULL: Persistence = Persistence::Memory(Some(Reason::Full));
const DENIED: Persistence = Persistence::Memory(Some(Reason::Denied));

// What is written.

#[test]
fn a_value_is_one_entry_as_javascript_writes_it() {
    let tab = Tab::at(1_700_000_000_000);
    let cache = tab.open::<Vec<f64>>();
    put(&cache, "Oslo", vec![1.0, 0.5]);
    tab.advance(5);
    let made = cache.get_or_insert_with_async(&("Bergen",), || async { vec![f64::NAN] });
    assert!(block_on(made).unwrap()[0].is_nan());
    assert_eq!(
        tab.entries(),
        [entry("Oslo", "1/1700000000000/0=[1,0.5]"), entry("Bergen", r#"1/1700000000005/1#[[1],["a",["d","NaN"]]]"#),]
    );
    assert_eq!(cache.persistence(), Persistence::Session);
    assert_eq!(cache.persistence().as_str(), "session");
}

#[test]
fn names_are_counted_in_units() {
    let tab = Tab::default();
    let cache = CacheData::<str, u8>::builder_with(tab.clock.clone())
        .persist_in(tab.storage.clone(), tab.wall.clone(), "shop", "🦀é")
        .build()
        .unwrap();
    cache.get_or_insert_with("", || 7).unwrap();
    assert_eq!(tab.entries(), [("shop!cache:3:🦀és0:".to_owned(), "1/0/0=7".to_owned())]);
}

#[test]
fn a_time_of_day_that_is_none_is_the_nearest_one() {
    for (time, order) in [(-5, 0), (0, 0), (i64::MAX, (1_u64 << 53) - 1)] {
        let tab = Tab::at(time);
        put(&tab.open(), "a", 1);
        assert_eq!(tab.entry("a"), Some(format!("1/{order}/0=1")));
        assert_eq!(kept::<i32>(&tab.open(), "a"), Some(1));
    }
}

#[test]
fn what_has_no_name_is_refused() {
    let refused = |namespace: &str, name: &str| {
        let tab = Tab::default();
        let built = CacheData::<str, u8>::builder_with(tab.clock.clone())
            .persist_in(tab.storage, tab.wall, namespace, name)
            .build();
        built.unwrap_err().kind()
    };
    for (namespace, name) in [("tabstate", ""), ("", "a"), ("a:b", "a"), ("a!", "a")] {
        assert_eq!(refused(namespace, name), ErrorKind::InvalidOption, "{namespace:?} {name:?}");
    }
}

// What a reload finds.

#[test]
fn a_reload_finds_what_was_kept() {
    let tab = Tab::at(1000);
    let first = tab.open();
    put(&first, "Oslo", "snow".to_owned());
    drop(first);
    tab.advance(50);

    let second = tab.open::<String>();
    assert_eq!(second.get_or_insert_with(&("Oslo",), || unreachable!("it is kept")).as_deref(), Ok("snow"));
    assert_eq!(second.peek(&("Oslo",)).as_deref(), Some("snow"));
    let stats = second.stats();
    assert_eq!((stats.hits, stats.misses, stats.stores, stats.entries), (1, 0, 0, 1));
    assert_eq!(tab.entries(), [entry("Oslo", r#"1/1000/0="snow""#)], "it is as old as it was");
}

#[test]
fn looking_in_is_a_first_use_too() {
    let tab = Tab::default();
    put(&tab.open(), "a", 1);
    assert_eq!(tab.open().peek(&("a",)), Some(1));
    assert!(tab.open::<i32>().contains(&("a",)));
    assert_eq!(tab.open::<i32>().stats().entries, 1);
    assert!(format!("{:?}", tab.open::<i32>()).contains("entries: 0"), "but printing it is none");
    tab.open::<i32>().clear(&("a",));
    assert_eq!(tab.entries(), []);
}

#[test]
fn both_kinds_of_versions_are_read() {
    let tab = Tab::at(9);
    tab.storage.put(&name("sync"), "1/9/0=1");
    tab.storage.put(&name("async"), "1/9/1=2");
    let cache = tab.open();
    assert_eq!((kept(&cache, "sync"), kept(&cache, "async")), (Some(1), Some(2)));
    assert_eq!(block_on(cache.get_or_insert_with_async(&("sync",), || async { 9 })), Ok(1));
}

#[test]
fn the_time_to_live_goes_on_over_reloads() {
    let tab = Tab::at(1000);
    let open = || tab.builder().ttl("10s").build().unwrap();
    put(&open(), "a", 1);
    tab.advance(9_998);
    let cache = open();
    assert_eq!(kept(&cache, "a"), Some(1));
    tab.advance(1);
    assert_eq!(kept(&cache, "a"), Some(1));
    tab.advance(1);
    assert_eq!(kept(&cache, "a"), None, "in the page that has restored it");
    assert_eq!(tab.entries(), []);

    put(&open(), "a", 2);
    tab.advance(10_000);
    let cache = open();
    assert_eq!(kept(&cache, "a"), None, "in the next one");
    assert_eq!(tab.entries(), []);
    assert_eq!(cache.stats().expired, 0);
}

#[test]
fn inside_a_page_the_time_of_day_counts_for_nothing() {
    let tab = Tab::at(1_000_000);
    let cache = tab.builder().ttl("10s").build().unwrap();
    put(&cache, "a", 1);
    tab.wall.set(2_000_000);
    assert_eq!(kept(&cache, "a"), Some(1));
    tab.wall.set(0);
    tab.clock.set(10_000);
    assert_eq!(kept(&cache, "a"), None);
}

#[test]
fn a_value_of_a_time_to_come_counts_from_now() {
    let tab = Tab::at(100_000);
    let open = || tab.builder().ttl("10s").build().unwrap();
    block_on(open().get_or_insert_with_async(&("a",), || async { 1 })).unwrap();
    tab.wall.set(50_000);
    assert_eq!(kept(&open(), "a"), Some(1));
    assert_eq!(tab.entries(), [entry("a", "1/50000/1=1")], "from when that was seen");
    tab.advance(9_999);
    assert_eq!(kept(&open(), "a"), Some(1));
    tab.advance(1);
    assert_eq!(kept(&open(), "a"), None);
}

#[test]
fn a_value_whose_time_cannot_be_rewritten_is_in_memory() {
    let tab = Tab::at(1);
    tab.storage.put(&name("a"), "1/5/0=1");
    tab.wall.set(10_000_000);
    tab.storage.put(&name("b"), "1/99999999/0=2");
    tab.storage.set_quota(Some(0));
    let cache = tab.open();
    assert_eq!((kept(&cache, "a"), kept(&cache, "b")), (Some(1), Some(2)));
    assert_eq!(tab.entries(), [entry("a", "1/5/0=1")]);
    assert_eq!(cache.persistence(), FULL);
}

#[test]
fn what_was_used_longest_ago_goes_over_reloads_too() {
    let tab = Tab::default();
    let open = || tab.builder().max_entries(3).build().unwrap();
    let cache = open();
    for key in ["a", "b", "c"] {
        tab.advance(1);
        put(&cache, key, 1);
    }
    assert_eq!(kept(&cache, "a"), Some(1));
    put(&cache, "d", 1);
    let names: Vec<String> = tab.storage.texts().into_keys().collect();
    assert_eq!(names, ["a", "c", "d"].map(name), "b was used longest ago");

    // The next page knows when they were made.
    let cache = open();
    assert_eq!(cache.stats().entries, 3);
    put(&cache, "e", 1);
    let names: Vec<String> = tab.storage.texts().into_keys().collect();
    assert_eq!(names, ["c", "d", "e"].map(name));

    // One that keeps less lets go of the rest at once, and tells.
    let cache: Cache<i32> = tab.builder().max_entries(1).build().unwrap();
    let (heard, _subscription) = events(&cache);
    assert_eq!(cache.stats().evicted, 2);
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["e"].map(name));
    assert_eq!(*heard.lock().unwrap(), ["evict", "evict"]);
}

#[test]
fn sizes_hold_over_reloads() {
    let tab = Tab::default();
    let open = |most: u64| tab.builder().max_size(most, |text: &String| text.len() as u64).build().unwrap();
    let cache = open(10);
    for key in ["a", "b"] {
        put(&cache, key, "x".repeat(5));
        tab.advance(1);
    }
    let cache = open(10);
    assert_eq!(cache.stats().bytes, 10);
    put(&cache, "c", "x".repeat(3));
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["b", "c"].map(name));
    put(&cache, "d", "x".repeat(11));
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["b", "c"].map(name), "too large, and not kept");
    assert_eq!(open(4).stats().entries, 1);
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["c"].map(name));
}

#[test]
fn what_cannot_be_read_is_removed_and_what_is_not_ours_stays() {
    let tab = Tab::at(1);
    let foreign = [
        "a",
        "tabstate:a",
        "tabstate!undo",
        "tabstate!cache:7:cities@s0:",
        "tabstate!cache:9:cities@1as0:",
        "tabstate!cache:8:cities@2s0:",
        "shop!cache:8:cities@1s0:",
    ];
    for name in foreign {
        tab.storage.put(name, "dark");
    }
    let broken =
        ["", "dark", "1/1", "1/01/0=1", "2/1/0=1", "1/1/0=", "1/1/0=[1", r#"1/1/0="text""#, "1/1/0=-1", "1/1/0#[[1]]"];
    for (nth, text) in broken.iter().enumerate() {
        tab.storage.put(&format!("{START}n{nth};"), text);
    }
    // Any key is one that JavaScript may have.
    tab.storage.put(&format!("{START}anything"), "1/1/0=5");
    let cache = tab.open::<u8>();
    assert_eq!(cache.stats().entries, 1);
    let mut left: Vec<String> = tab.storage.texts().into_keys().collect();
    left.retain(|name| !foreign.contains(&name.as_str()));
    assert_eq!(left, [format!("{START}anything")]);
    assert_eq!(tab.storage.texts().len(), foreign.len() + 1);
    cache.clear_all();
    assert_eq!(tab.storage.texts().len(), foreign.len(), "nor is it cleared");
}

#[test]
fn session_state_and_caches_do_not_see_one_another() {
    let tab = Tab::default();
    put(&tab.open(), "a", 1);
    let session = Session::open(tab.storage.clone(), "tabstate", None).unwrap();
    session.set("a", 2).unwrap();
    assert_eq!(session.keys().unwrap(), ["a"]);
    assert_eq!(session.quarantined().unwrap(), []);
    session.clear().unwrap();
    assert_eq!(kept(&tab.open(), "a"), Some(1));
}

// What leaves the storage.

#[test]
fn what_is_cleared_is_gone_for_later_pages() {
    let tab = Tab::default();
    let cache = tab.open();
    for key in ["a", "b", "c"] {
        put(&cache, key, 1);
    }
    cache.clear(&("a",));
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["b", "c"].map(name));
    // What JavaScript has kept since, too.
    tab.storage.put(&name("d"), "1/0/1=4");
    tab.storage.put(&name("e"), "1/0/1=5");
    cache.clear(&("e",));
    assert_eq!(tab.storage.texts().into_keys().collect::<Vec<_>>(), ["b", "c", "d"].map(name));
    cache.clear_all();
    assert_eq!(tab.entries(), []);
}

#[test]
fn what_is_cleared_during_its_run_is_not_written() {
    let tab = Tab::default();
    let cache = tab.open();
    put(&cache, "b", 1);
    let made = cache.get_or_insert_with(&("a",), || {
        cache.clear(&("a",));
        2
    });
    assert_eq!(made, Ok(2));
    assert_eq!(tab.entries(), [entry("b", "1/0/0=1")]);
    let mut future = std::pin::pin!(cache.get_or_insert_with_async(&("a",), || async { 3 }));
    cache.clear_all();
    assert_eq!(block_on(future.as_mut()), Ok(3));
    assert_eq!(tab.entries(), [entry("a", "1/0/1=3")], "it begins when it is polled");
}

#[test]
fn a_run_that_fails_leaves_the_storage_as_it_is() {
    let tab = Tab::default();
    let cache = tab.open::<u8>();
    assert_eq!(kept(&cache, "a"), None);
    let panicked = catch_unwind(AssertUnwindSafe(|| cache.get_or_insert_with(&("a",), || panic!("no"))));
    assert!(panicked.is_err());
    assert_eq!(tab.entries(), []);
}

#[test]
fn what_is_made_behind_an_old_value_is_written() {
    let tab = Tab::at(1000);
    let open = || tab.builder().ttl("10s").refresh_in_background(block_on).build().unwrap();
    put(&open(), "a", 1);
    tab.advance(10_000);
    let cache = open();
    let ask = || block_on(cache.get_or_insert_with_async(&("a",), || async { 2 }));
    assert_eq!(ask(), Ok(1));
    assert_eq!(tab.entries(), [entry("a", "1/11000/1=2")]);
    assert_eq!(ask(), Ok(2));
    tab.advance(20_000);
    assert_eq!(kept(&open(), "a"), None, "two times its time to live have passed");
}

// Trouble.

#[test]
fn where_there_is_no_room_the_value_is_in_memory_and_no_older_one_stays() {
    let tab = Tab::default();
    let cache = tab.builder().ttl("10s").build().unwrap();
    let (heard, _subscription) = events(&cache);
    put(&cache, "a", "x".to_owned());
    // Other code has its own value there by now.
    tab.clock.set(10_000);
    tab.storage.leave_room(5);
    put(&cache, "a", "x".repeat(100));
    assert_eq!(cache.persistence(), FULL);
    assert_eq!(tab.entries(), []);
    assert_eq!(kept(&cache, "a"), Some("x".repeat(100)));
    assert_eq!(*heard.lock().unwrap(), ["miss", "store", "expire", "miss", "store", "error", "hit"]);

    tab.storage.set_quota(None);
    put(&cache, "b", "y".to_owned());
    assert_eq!(cache.persistence(), Persistence::Session, "it is tried again with the next one");
    assert_eq!(tab.entries(), [entry("b", r#"1/0/0="y""#)]);
}

#[test]
fn a_value_that_replaces_another_one_leaves_nothing_behind_where_it_is_refused() {
    for refusal in [Refusal::Full, Refusal::Denied] {
        let tab = Tab::default();
        let cache = tab.builder().ttl("10s").refresh_in_background(block_on).build().unwrap();
        put(&cache, "a", 1);
        tab.advance(10_000);
        // Behind the removal of the older one.
        tab.storage.refuse(1, refusal);
        assert_eq!(block_on(cache.get_or_insert_with_async(&("a",), || async { 2 })), Ok(1));
        assert_eq!(tab.entries(), [], "{refusal:?}");
        assert_eq!(cache.persistence(), if refusal == Refusal::Full { FULL } else { DENIED });
        assert_eq!(kept(&cache, "a"), Some(2));
    }
}

#[test]
fn a_storage_that_is_denied_is_memory() {
    let tab = Tab::default();
    put(&tab.open(), "a", 1);
    tab.storage.set_denial(true);
    let cache = tab.open();
    assert_eq!(cache.persistence(), DENIED);
    assert_eq!(kept(&cache, "a"), None);
    put(&cache, "a", 2);
    assert_eq!(kept(&cache, "a"), Some(2));
    cache.clear_all();
    assert_eq!(kept(&cache, "a"), None);
    tab.storage.set_denial(false);
    put(&cache, "b", 3);
    assert_eq!(cache.persistence(), Persistence::Session);
}

#[test]
fn memory_is_not_kept_twice() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("nobody needs a record")
        }
    }
    impl<'de> Deserialize<'de> for Unwritable {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("nobody needs a value")
        }
    }
    impl Clone for Unwritable {
        fn clone(&self) -> Self {
            Self
        }
    }
    let tab = Tab::default();
    let cache = CacheData::<str, Unwritable>::builder_with(tab.clock.clone())
        .persist_in(MemoryStorage::default(), tab.wall, "tabstate", "cities@1")
        .build()
        .unwrap();
    let (heard, _subscription) = {
        let heard = Arc::new(AtomicUsize::new(0));
        let hears = Arc::clone(&heard);
        (
            heard,
            cache.subscribe(move |event| {
                _ = hears.fetch_add((event.kind == CacheEventKind::Error).into(), Ordering::SeqCst)
            }),
        )
    };
    cache.get_or_insert_with("a", || Unwritable).unwrap();
    assert!(cache.contains("a"));
    assert_eq!(cache.persistence(), Persistence::Memory(None));
    assert_eq!(heard.load(Ordering::SeqCst), 0);
    cache.clear_all();
    assert!(!cache.contains("a"));
}

#[test]
fn the_session_of_no_browser_is_memory() {
    let cache = CacheData::<str, u8>::builder().persist_in_session("cities@1").build().unwrap();
    assert_eq!(cache.get_or_insert_with("a", || 1), Ok(1));
    assert_eq!(cache.get_or_insert_with("a", || 2), Ok(1));
    assert_eq!(cache.persistence(), Persistence::Memory(Some(Reason::NoPage)));
    let late = tabstate::session_state::configure(Some("shop"), None);
    assert_eq!(late.unwrap_err().kind(), ErrorKind::InvalidOption, "the cache has its names");
}

/// As many lists in one another.
#[derive(Clone, Debug, PartialEq)]
struct Deep(usize);

impl Serialize for Deep {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_unit(),
            levels => [Self(levels - 1)].serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Deep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let inner = Option::<Vec<Self>>::deserialize(deserializer)?;
        Ok(inner.and_then(|mut list| list.pop()).map_or(Self(0), |inner| Self(inner.0 + 1)))
    }
}

#[test]
fn a_value_that_cannot_be_written_is_in_memory() {
    let tab = Tab::default();
    let cache = tab.builder().ttl("10s").refresh_in_background(block_on).build().unwrap();
    let (heard, _subscription) = events(&cache);
    put(&cache, "a", Deep(3));
    assert_eq!(tab.entries(), [entry("a", "1/0/0=[[[null]]]")]);
    tab.advance(10_000);
    assert_eq!(block_on(cache.get_or_insert_with_async(&("a",), || async { Deep(200) })), Ok(Deep(3)));
    assert_eq!(tab.entries(), []);
    assert_eq!(kept(&cache, "a"), Some(Deep(200)));
    assert_eq!(cache.persistence(), Persistence::Session, "others can be");
    assert_eq!(*heard.lock().unwrap(), ["miss", "store", "hit", "refresh", "store", "error", "hit"]);
}

// What other code writes meanwhile.

#[test]
fn what_javascript_keeps_later_is_found_when_it_is_asked_for() {
    let tab = Tab::at(5000);
    let cache = tab.builder().ttl("10s").max_size(8, |text: &String| text.len() as u64).build().unwrap();
    let (heard, _subscription) = events(&cache);
    assert_eq!(kept(&cache, "a"), None);
    let rows = [
        ("a", r#"1/4000/1="kept""#, Some("kept")),
        ("b", r#"1/9000/1="early""#, Some("early")),
        ("old", r#"1/0/1="x""#, Some("x")),
        ("large", r#"1/4000/1="larger than all""#, None),
        ("broken", "1/4000/1=1", None),
    ];
    tab.wall.set(9_999);
    for (key, record, found) in rows {
        if key == "b" {
            tab.wall.set(5000);
        } else {
            tab.wall.set(9_999);
        }
        tab.storage.put(&name(key), record);
        assert_eq!(kept(&cache, key).as_deref(), found, "{key}");
        let left = tab.entry(key);
        match (found, key) {
            (None, _) => assert_eq!(left, None, "{key}"),
            (_, "b") => assert_eq!(left.as_deref(), Some(r#"1/5000/1="early""#)),
            _ => assert_eq!(left.as_deref(), Some(record)),
        }
    }
    assert_eq!(
        *heard.lock().unwrap(),
        ["miss", "error", "hit", "evict", "hit", "hit", "miss", "error", "miss", "error"]
    );
}

#[test]
fn what_is_found_later_is_found_by_all_who_wait() {
    let tab = Tab::default();
    let cache = tab.open::<u8>();
    assert_eq!(cache.stats().entries, 0);
    tab.storage.put(&name("a"), "1/0/1=7");
    let ask = || cache.get_or_insert_with_async(&("a",), || async { 1 });
    assert_eq!((block_on(ask()), block_on(ask())), (Ok(7), Ok(7)));
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.stores, stats.joins), (2, 0, 0, 0));
}

// Threads, and values whose reading is odd.

#[test]
fn threads_that_come_first_together_all_find_what_is_kept() {
    for _ in 0..50 {
        let tab = Tab::default();
        for nth in 0..20 {
            tab.storage.put(&format!("{START}a1:n{nth};"), &format!("1/0/0={nth}"));
        }
        let cache = CacheData::<(u32,), u32>::builder_with(tab.clock.clone())
            .persist_in(tab.storage.clone(), tab.wall, "tabstate", "cities@1")
            .build()
            .unwrap();
        let start = Barrier::new(4);
        thread::scope(|scope| {
            for first in 0..4 {
                let (cache, start) = (&cache, &start);
                scope.spawn(move || {
                    start.wait();
                    for nth in (first..20).chain(0..first) {
                        assert_eq!(cache.get_or_insert_with(&(nth,), || unreachable!("it is kept")), Ok(nth));
                    }
                });
            }
        });
        let stats = cache.stats();
        assert_eq!((stats.hits, stats.misses, stats.stores, stats.entries), (80, 0, 0, 20));
    }
}

thread_local! {
    static ASKED: RefCell<Option<Cache<Curious>>> = const { RefCell::new(None) };
}

/// Asks the cache while it is read.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Curious(u8);

impl<'de> Deserialize<'de> for Curious {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u8::deserialize(deserializer)?;
        if number == 99 {
            panic!("a value that does not like to be read");
        }
        let cache = ASKED.with_borrow(Option::clone);
        if let Some(cache) = cache {
            let _counts = cache.stats();
            for key in ["a", "b"] {
                cache.get_or_insert_with(&(key,), || Self(50)).unwrap();
            }
        }
        Ok(Self(number))
    }
}

#[test]
fn a_value_may_ask_the_cache_while_it_is_read() {
    let tab = Tab::default();
    tab.storage.put(&name("a"), "1/0/0=1");
    tab.storage.put(&name("b"), "1/0/0=2");
    let cache = tab.open::<Curious>();
    ASKED.set(Some(cache.clone()));
    assert!(cache.peek(&("a",)).is_some());
    let read: Vec<Option<Curious>> = ["a", "b"].iter().map(|key| cache.peek(&(key,))).collect();
    ASKED.set(None);
    assert_eq!(read.len(), 2);
    let memory: Vec<String> = read.into_iter().map(|value| format!("1/0/0={}", value.unwrap().0)).collect();
    assert_eq!(tab.storage.texts().into_values().collect::<Vec<_>>(), memory, "memory and storage agree");
}

#[test]
fn a_value_that_panics_while_it_is_read_stops_nobody_else() {
    let tab = Tab::default();
    tab.storage.put(&name("a"), "1/0/0=99");
    tab.storage.put(&name("b"), "1/1/0=2");
    let cache = tab.open::<Curious>();
    assert!(catch_unwind(AssertUnwindSafe(|| cache.stats())).is_err());
    assert_eq!(kept(&cache, "b"), Some(Curious(2)));
    assert!(catch_unwind(AssertUnwindSafe(|| kept(&cache, "a"))).is_err());
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(kept(&cache, "b"), Some(Curious(2))));
    });
}

// Random schedules.

const KEYS: [&str; 4] = ["a", "b", "c", ""];
const BROKEN: [&str; 4] = ["dark", "2/0/0=1", "1/7/0=\"text\"", ""];

#[derive(Clone, Debug)]
enum Step {
    Ask(&'static str),
    AskAsync(&'static str),
    Fail(&'static str),
    Peek(&'static str),
    Clear(&'static str),
    ClearAll,
    Advance(i64),
    SetWall(i64),
    /// JavaScript keeps a value, so long ago.
    Put(&'static str, i64),
    Break(&'static str, &'static str),
    Take(&'static str),
    /// Room for so many units more.
    Room(Option<usize>),
    Deny(bool),
    Reload,
}

fn step() -> impl Strategy<Value = Step> {
    let key = || select(&KEYS[..]);
    prop_oneof![
        6 => key().prop_map(Step::Ask),
        4 => key().prop_map(Step::AskAsync),
        1 => key().prop_map(Step::Fail),
        1 => key().prop_map(Step::Peek),
        1 => key().prop_map(Step::Clear),
        1 => Just(Step::ClearAll),
        4 => (1..60_i64).prop_map(Step::Advance),
        2 => (0..1200_i64).prop_map(Step::SetWall),
        2 => (key(), -30..120_i64).prop_map(|(key, age)| Step::Put(key, age)),
        1 => (key(), select(&BROKEN[..])).prop_map(|(key, text)| Step::Break(key, text)),
        1 => key().prop_map(Step::Take),
        2 => prop::option::of(0..80_usize).prop_map(Step::Room),
        1 => any::<bool>().prop_map(Step::Deny),
        4 => Just(Step::Reload),
    ]
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    ttl: Option<i64>,
    entries: Option<usize>,
    size: Option<u64>,
}

fn limits() -> impl Strategy<Value = Limits> {
    let ttl = prop::option::of(prop_oneof![5 => Just(100_i64), 1 => Just(0)]);
    (ttl, prop::option::of(1..4_usize), prop::option::of(4..12_u64)).prop_map(|(ttl, entries, size)| Limits {
        ttl,
        entries,
        size,
    })
}

const fn size_of(value: i64) -> u64 {
    value as u64 % 6
}

/// What is to be.
struct Model {
    limits: Limits,
    texts: BTreeMap<String, String>,
    quota: Option<usize>,
    is_denied: bool,
    reason: Option<Reason>,
    wall: i64,
    clock: i64,
    is_loaded: bool,
    /// Keys of entries, values, and when they were made by the page's clock; the last one used at the end.
    memory: Vec<(String, i64, i64)>,
    hits: u64,
    misses: u64,
    stores: u64,
}

impl Model {
    fn life(&self) -> i64 {
        self.limits.ttl.unwrap_or(i64::MAX)
    }

    fn room(&self, age: i64, value: i64) -> bool {
        age < self.life() && self.limits.size.is_none_or(|most| size_of(value) <= most)
    }

    fn write(&mut self, name: &str, text: String) {
        let used: usize =
            self.texts.iter().filter(|(its, _)| *its != name).map(|(name, text)| units(name) + units(text)).sum();
        if self.is_denied {
            self.reason = Some(Reason::Denied);
        } else if self.quota.is_some_and(|quota| used + units(name) + units(&text) > quota) {
            self.reason = Some(Reason::Full);
            self.remove(name);
        } else {
            self.reason = None;
            self.texts.insert(name.to_owned(), text);
        }
    }

    fn remove(&mut self, name: &str) {
        if !self.is_denied {
            self.texts.remove(name);
        }
    }

    fn read(&mut self, name: &str) -> Option<String> {
        if self.is_denied {
            self.reason = Some(Reason::Denied);
            return None;
        }
        self.texts.get(name).cloned()
    }

    fn let_go(&mut self, nth: usize) {
        let (name, ..) = self.memory.remove(nth);
        self.remove(&name);
    }

    /// A value that is so old by now.
    fn keep(&mut self, name: &str, value: i64, age: i64) -> bool {
        while let Some(nth) = self.memory.iter().position(|(.., made)| self.clock - made >= self.life()) {
            self.let_go(nth);
        }
        if !self.room(age, value) {
            return false;
        }
        self.memory.push((name.to_owned(), value, self.clock - age));
        let bytes = |memory: &[(String, i64, i64)]| memory.iter().map(|(_, value, _)| size_of(*value)).sum::<u64>();
        while self.limits.entries.is_some_and(|most| self.memory.len() > most)
            || self.limits.size.is_some_and(|most| bytes(&self.memory) > most)
        {
            self.let_go(0);
        }
        true
    }

    /// Its order, its version and its value.
    fn record(text: &str) -> Option<(i64, i64, i64)> {
        let (order, rest) = text.strip_prefix("1/")?.split_once('/')?;
        let (version, value) = rest.split_once('=')?;
        Some((order.parse().ok()?, version.parse().ok()?, value.parse().ok()?))
    }

    fn take_in(&mut self, name: &str, text: &str) -> Option<i64> {
        let Some((order, version, value)) = Self::record(text) else {
            self.remove(name);
            return None;
        };
        if !self.keep(name, value, (self.wall - order).max(0)) {
            self.remove(name);
            return None;
        }
        if order > self.wall {
            self.write(name, format!("1/{}/{version}={value}", self.wall));
        }
        Some(value)
    }

    fn load(&mut self) {
        if self.is_loaded {
            return;
        }
        self.is_loaded = true;
        if self.is_denied {
            self.reason = Some(Reason::Denied);
            return;
        }
        let mut all: Vec<(i64, String, String)> = self
            .texts
            .iter()
            .map(|(name, text)| {
                let order =
                    text.split('/').nth(1).and_then(|order| order.parse().ok()).filter(|_| text.starts_with("1/"));
                (self.wall.min(order.unwrap_or(0)), name.clone(), text.clone())
            })
            .collect();
        all.sort();
        for (_, name, text) in all {
            self.take_in(&name, &text);
        }
    }

    /// What is found for one who asks.
    fn ask(&mut self, name: &str) -> Option<i64> {
        self.load();
        if let Some(nth) = self.memory.iter().position(|(its, ..)| its == name) {
            if self.clock - self.memory[nth].2 < self.life() {
                let used = self.memory.remove(nth);
                self.memory.push(used);
                self.hits += 1;
                return self.memory.last().map(|(_, value, _)| *value);
            }
            self.let_go(nth);
        }
        let text = self.read(name);
        // What is not kept, does not even let the others go.
        let is_kept = text
            .as_deref()
            .and_then(Self::record)
            .is_some_and(|(order, _, value)| self.room((self.wall - order).max(0), value));
        if text.is_some() && !is_kept {
            self.remove(name);
        }
        let found = text.filter(|_| is_kept).and_then(|text| self.take_in(name, &text));
        if found.is_some() {
            self.hits += 1;
        } else {
            self.misses += 1;
        }
        found
    }

    fn made(&mut self, name: &str, value: i64, is_async: bool) {
        if self.keep(name, value, 0) {
            self.stores += 1;
            self.write(name, format!("1/{}/{}={value}", self.wall, i64::from(is_async)));
        }
    }

    fn peek(&mut self, name: &str) -> Option<i64> {
        self.load();
        let alive = |made: i64| self.clock - made < self.life();
        self.memory.iter().find(|(its, _, made)| its == name && alive(*made)).map(|(_, value, _)| *value)
    }

    fn clear(&mut self, name: &str) {
        self.load();
        self.memory.retain(|(its, ..)| its != name);
        self.remove(name);
    }

    fn used(&self) -> usize {
        self.texts.iter().map(|(name, text)| units(name) + units(text)).sum()
    }
}

fn opened(tab: &Tab, limits: Limits) -> Cache<i64> {
    let mut builder = tab.builder();
    if let Some(ttl) = limits.ttl {
        builder = builder.ttl(std::time::Duration::from_millis(ttl as u64));
    }
    if let Some(most) = limits.entries {
        builder = builder.max_entries(most);
    }
    if let Some(most) = limits.size {
        builder = builder.max_size(most, |value| size_of(*value));
    }
    builder.build().unwrap()
}

fn goes_as_the_model_says(limits: Limits, steps: &[Step]) {
    let tab = Tab::at(500);
    let mut cache = opened(&tab, limits);
    let mut model = Model {
        limits,
        texts: BTreeMap::new(),
        quota: None,
        is_denied: false,
        reason: None,
        wall: 500,
        clock: 0,
        is_loaded: false,
        memory: Vec::new(),
        hits: 0,
        misses: 0,
        stores: 0,
    };
    for (nth, step) in steps.iter().enumerate() {
        let next = nth as i64;
        match step.clone() {
            Step::Ask(key) => {
                let found = model.ask(&name(key));
                assert_eq!(cache.get_or_insert_with(&(key,), || next), Ok(found.unwrap_or(next)), "{nth}: {step:?}");
                if found.is_none() {
                    model.made(&name(key), next, false);
                }
            }
            Step::AskAsync(key) => {
                let found = model.ask(&name(key));
                let asked = block_on(cache.get_or_insert_with_async(&(key,), move || async move { next }));
                assert_eq!(asked, Ok(found.unwrap_or(next)), "{nth}: {step:?}");
                if found.is_none() {
                    model.made(&name(key), next, true);
                }
            }
            Step::Fail(key) => assert_eq!(kept(&cache, key), model.ask(&name(key)), "{nth}: {step:?}"),
            Step::Peek(key) => assert_eq!(cache.peek(&(key,)), model.peek(&name(key)), "{nth}: {step:?}"),
            Step::Clear(key) => {
                cache.clear(&(key,));
                model.clear(&name(key));
            }
            Step::ClearAll => {
                cache.clear_all();
                model.load();
                if model.is_denied {
                    model.reason = Some(Reason::Denied);
                } else {
                    model.texts.clear();
                }
                model.memory.clear();
            }
            Step::Advance(time) => {
                tab.advance(time);
                model.clock += time;
                model.wall += time;
            }
            Step::SetWall(time) => {
                tab.wall.set(time);
                model.wall = time;
            }
            Step::Put(key, age) => {
                let text = format!("1/{}/1={next}", (model.wall - age).max(0));
                tab.storage.put(&name(key), &text);
                model.texts.insert(name(key), text);
            }
            Step::Break(key, text) => {
                tab.storage.put(&name(key), text);
                model.texts.insert(name(key), text.to_owned());
            }
            Step::Take(key) => {
                tab.storage.take(&name(key));
                model.texts.remove(&name(key));
            }
            Step::Room(room) => {
                model.quota = room.map(|room| model.used() + room);
                tab.storage.set_quota(model.quota);
            }
            Step::Deny(denies) => {
                tab.storage.set_denial(denies);
                model.is_denied = denies;
            }
            Step::Reload => {
                cache = opened(&tab, limits);
                model.clock = 0;
                model.is_loaded = false;
                model.memory.clear();
                model.reason = None;
                (model.hits, model.misses, model.stores) = (0, 0, 0);
            }
        }
        assert_eq!(tab.storage.texts(), model.texts, "{nth}: {step:?}");
        if model.is_loaded {
            let stats = cache.stats();
            let seen = (stats.hits, stats.misses, stats.stores, stats.entries);
            assert_eq!(seen, (model.hits, model.misses, model.stores, model.memory.len()), "{nth}: {step:?}");
            let persistence = model.reason.map_or(Persistence::Session, |reason| Persistence::Memory(Some(reason)));
            assert_eq!(cache.persistence(), persistence, "{nth}: {step:?}");
        }
    }
}

fn schedules() -> u32 {
    std::env::var("TABSTATE_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(3000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: schedules(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_loaded_is_what_was_kept_last(limits in limits(), steps in prop::collection::vec(step(), 1..40)) {
        goes_as_the_model_says(limits, &steps);
    }
}
