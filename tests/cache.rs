//! The caches of Rust: data and resources, on threads and in tasks, by a clock that the test moves.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use tabstate::cache::{CacheData, CacheEventKind, CacheResource, Counts, Task};
use tabstate::port::{Clock, Milliseconds};
use tabstate::{Error, ErrorKind};

// The outside world.

#[derive(Clone, Default)]
struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Milliseconds {
        Milliseconds(self.0.load(Ordering::SeqCst) as f64)
    }
}

#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl Count {
    fn up(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.up();
    }
}

/// Polls by hand: whether it is done, and with what.
fn poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = Context::from_waker(Waker::noop());
    match Pin::new(future).poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls when it is woken, and not else: what is not woken waits for ever.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        thread::park();
    }
}

/// A door that a future waits at.
#[derive(Clone, Default)]
struct Door(Arc<(AtomicBool, Mutex<Vec<Waker>>)>);

impl Door {
    fn open(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        for waker in self.0.1.lock().unwrap().drain(..) {
            waker.wake();
        }
    }

    async fn pass(self) {
        poll_fn(|context| {
            self.0.1.lock().unwrap().push(context.waker().clone());
            if self.0.0.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Counts when it is dropped.
struct Guard(Count);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.up();
    }
}

fn data(clock: &FakeClock) -> CacheData<str, Vec<usize>> {
    CacheData::builder_with(clock.clone()).ttl("10s").build().unwrap()
}

#[derive(Debug, PartialEq)]
struct Object(usize);

const NOTHING: [usize; 0] = [];

// What is promised of threads.

const _: () = {
    const fn crosses<T: Send + Sync>() {}
    crosses::<CacheData<str, Vec<u8>>>();
    crosses::<CacheResource<(u8, String), Object>>();
    crosses::<CacheData<*const u8, u8>>();
};

#[test]
fn futures_of_caches_cross_threads() {
    fn crosses<T: Send + 'static>(value: T) -> T {
        value
    }
    let cache = CacheData::<str, u8>::builder().build().unwrap();
    let key = "Oslo".to_owned();
    assert_eq!(block_on(crosses(cache.get_or_insert_with_async(&key, || async { 1 }))), Ok(1));
    drop(key);
}

#[test]
fn values_that_stay_on_their_thread_can_be_kept_there() {
    let cache = CacheResource::<str, Cell<u8>>::builder().build().unwrap();
    cache.get_or_insert_with("a", || Cell::new(1)).unwrap().set(2);
    assert_eq!(cache.get_or_insert_with("a", || Cell::new(1)).unwrap().get(), 2);
    let cache = CacheData::<str, Rc<u8>>::builder().build().unwrap();
    assert_eq!(*cache.get_or_insert_with("a", || Rc::new(1)).unwrap(), 1);
}

// Data.

#[test]
fn every_caller_gets_a_value_of_its_own() {
    let cache = data(&FakeClock::default());
    let mut first = cache.get_or_insert_with("a", || vec![1]).unwrap();
    first.push(2);
    let mut second = cache.get_or_insert_with("a", || vec![9]).unwrap();
    assert_eq!(second, [1]);
    second.clear();
    assert_eq!(cache.peek("a"), Some(vec![1]));
    cache.peek("a").unwrap().push(3);
    assert_eq!(cache.get_or_insert_with("a", || vec![9]), Ok(vec![1]));
}

#[test]
fn values_live_for_their_ttl() {
    let clock = FakeClock::default();
    let cache = data(&clock);
    let runs = Count::default();
    let get = || cache.get_or_insert_with("a", || vec![runs.up()]).unwrap();
    assert_eq!(get(), [1]);
    clock.advance(9_999);
    assert_eq!(get(), [1]);
    assert!(cache.contains("a"));
    clock.advance(1);
    assert!(!cache.contains("a"));
    assert_eq!(cache.peek("a"), None);
    assert_eq!(get(), [2]);
}

#[test]
fn the_clock_of_this_machine_runs() {
    let cache = CacheData::<str, u8>::builder().ttl(Duration::from_millis(50)).build().unwrap();
    assert_eq!(cache.get_or_insert_with("a", || 1), Ok(1));
    thread::sleep(Duration::from_millis(60));
    assert_eq!(cache.get_or_insert_with("a", || 2), Ok(2));
}

#[test]
fn failures_are_not_kept() {
    let cache = CacheData::<str, u32>::builder().build().unwrap();
    let parse = |text: &str| cache.get_or_try_insert_with(text, || text.parse().map_err(|_| Problem("no number")));
    assert_eq!(parse("x"), Err(Problem("no number")));
    assert_eq!(parse("x"), Err(Problem("no number")));
    assert_eq!(parse("7"), Ok(7));
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.errors, stats.stores, stats.entries), (3, 2, 1, 1));
}

#[derive(Clone, Debug, PartialEq)]
struct Problem(&'static str);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error.kind().code())
    }
}

#[test]
fn a_key_that_is_none_is_refused_and_holds_nothing() {
    #[derive(serde::Serialize)]
    struct Deep(Option<Box<(Deep,)>>);
    let deep = (0..200).fold(Deep(None), |inner, _| Deep(Some(Box::new((inner,)))));
    let cache = CacheData::<Deep, u8>::builder().build().unwrap();
    assert_eq!(cache.get_or_insert_with(&deep, || 1).unwrap_err().kind(), ErrorKind::UnsupportedValue);
    let told = cache.get_or_try_insert_with(&deep, || Ok::<_, Problem>(1));
    assert_eq!(told, Err(Problem("unsupported-value")));
    assert_eq!(
        block_on(cache.get_or_insert_with_async(&deep, || async { 1 })).unwrap_err().kind(),
        ErrorKind::UnsupportedValue
    );
    assert!(cache.peek(&deep).is_none() && !cache.contains(&deep));
    cache.clear(&deep);
    assert_eq!(cache.stats(), Counts::default());
    std::mem::forget(deep);
}

#[test]
fn clear_takes_one_key_or_all() {
    let cache = data(&FakeClock::default());
    for key in ["a", "b", "c"] {
        cache.get_or_insert_with(key, || vec![1]).unwrap();
    }
    cache.clear("a");
    cache.clear("nobody");
    assert_eq!(["a", "b", "c"].map(|key| cache.contains(key)), [false, true, true]);
    cache.clear_all();
    assert_eq!(cache.stats().entries, 0);
}

#[test]
fn a_clone_of_a_cache_is_the_same_cache() {
    let cache = data(&FakeClock::default());
    let other = cache.clone();
    cache.get_or_insert_with("a", || vec![1]).unwrap();
    assert!(other.contains("a"));
    assert!(format!("{cache:?}").contains("misses: 1"));
}

#[test]
fn options_that_are_wrong_are_refused_when_the_cache_is_built() {
    let refused = |built: Result<CacheData<str, u8>, Error>| built.unwrap_err().kind() == ErrorKind::InvalidOption;
    let builder = CacheData::<str, u8>::builder;
    assert!(refused(builder().ttl("5").build()));
    assert!(refused(builder().max_entries(0).build()));
    assert!(refused(builder().max_size(0, |_| 1).build()));
    assert!(refused(builder().max_size("1 XB", |_| 1).build()));
    assert!(refused(builder().refresh_in_background(drop).build()));
    // The first one is told.
    let error = builder().ttl("NaT").max_entries(0).build().unwrap_err();
    assert!(error.message().contains("time to live"));
    assert!(builder().ttl("-1h").max_entries(1).max_size(1, |_| 1).build().is_ok());
}

#[test]
fn sizes_are_weighed_and_bounded() {
    let weigh = |value: &String| value.len() as u64;
    let cache = CacheData::<str, String>::builder().max_size("10b", weigh).build().unwrap();
    let put = |key: &str, length| cache.get_or_insert_with(key, || "x".repeat(length)).unwrap().len();
    assert_eq!((put("a", 4), put("b", 6), put("c", 11)), (4, 6, 11));
    assert_eq!(["a", "b", "c"].map(|key| cache.contains(key)), [true, true, false]);
    put("a", 0);
    put("d", 6);
    assert_eq!(["a", "b", "d"].map(|key| cache.contains(key)), [true, false, true]);
    assert_eq!((cache.stats().bytes, cache.stats().evicted), (10, 1));
}

#[test]
fn events_tell_what_happens_in_order() {
    let clock = FakeClock::default();
    let cache = CacheData::<str, u8>::builder_with(clock.clone()).ttl("10s").max_entries(1).build().unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let subscription = cache.subscribe(move |event| {
        let key = event.key.as_ref().map_or("all", |key| &key.text()[3..]).to_owned();
        heard.lock().unwrap().push(format!("{} {key}", event.kind.as_str()));
    });
    cache.get_or_insert_with("a", || 1).unwrap();
    cache.get_or_insert_with("a", || 1).unwrap();
    cache.get_or_insert_with("b", || 1).unwrap();
    clock.advance(10_000);
    cache.get_or_insert_with("b", || 1).unwrap();
    let _ = cache.get_or_try_insert_with("c", || Err(Problem("")));
    cache.clear("b");
    cache.clear("nobody");
    cache.clear_all();
    let expected = [
        "miss a",
        "store a",
        "hit a",
        "miss b",
        "store b",
        "evict a",
        "expire b",
        "miss b",
        "store b",
        "miss c",
        "error c",
        "clear b",
        "clear all",
    ];
    assert_eq!(*told.lock().unwrap(), expected);
    drop(subscription);
    cache.get_or_insert_with("a", || 1).unwrap();
    assert_eq!(told.lock().unwrap().len(), expected.len());
}

#[test]
fn a_listener_may_use_the_cache_and_end_subscriptions() {
    let cache = data(&FakeClock::default());
    let inner = cache.clone();
    let other = Mutex::new(Some(cache.subscribe(|_| panic!("it was ended"))));
    let seen = Count::default();
    let count = seen.clone();
    // The one that was there first is called first.
    drop(other.lock().unwrap().take());
    let subscription = cache.subscribe(move |event| {
        if event.kind == CacheEventKind::Store {
            count.up();
            assert!(inner.contains("a"));
            inner.clear("a");
        }
    });
    assert_eq!(cache.get_or_insert_with("a", || vec![1]), Ok(vec![1]));
    assert!(!cache.contains("a"));
    assert_eq!(seen.get(), 1);
    drop(subscription);
}

#[test]
fn functions_may_use_the_cache() {
    fn fibonacci(cache: &CacheData<u64, u64>, runs: &Count, nth: u64) -> u64 {
        let make = || {
            runs.up();
            if nth < 2 { nth } else { fibonacci(cache, runs, nth - 1) + fibonacci(cache, runs, nth - 2) }
        };
        cache.get_or_insert_with(&nth, make).unwrap()
    }
    let (cache, runs) = (CacheData::builder().build().unwrap(), Count::default());
    assert_eq!(fibonacci(&cache, &runs, 50), 12_586_269_025);
    assert_eq!(runs.get(), 51);
}

#[test]
fn a_function_that_asks_for_its_own_key_passes_the_cache_over() {
    let cache = data(&FakeClock::default());
    let value = cache.get_or_insert_with("a", || {
        let inner = cache.get_or_insert_with("a", || vec![1]).unwrap();
        [inner, vec![2]].concat()
    });
    assert_eq!(value, Ok(vec![1, 2]));
    assert_eq!(cache.peek("a"), Some(vec![1, 2]));
}

#[test]
fn a_function_that_clears_its_own_key_is_not_kept() {
    let cache = data(&FakeClock::default());
    let value = cache.get_or_insert_with("a", || {
        cache.clear("a");
        vec![1]
    });
    assert_eq!(value, Ok(vec![1]));
    assert!(!cache.contains("a"));
    let value = cache.get_or_insert_with("a", || {
        cache.clear_all();
        cache.get_or_insert_with("a", || vec![2]).unwrap();
        vec![3]
    });
    assert_eq!(value, Ok(vec![3]));
    assert_eq!(cache.peek("a"), Some(vec![2]), "what began behind the clear is kept");
}

// Threads.

#[test]
fn a_hundred_threads_run_the_function_once() {
    let (cache, runs) = (data(&FakeClock::default()), Count::default());
    let start = Barrier::new(100);
    thread::scope(|scope| {
        for _ in 0..100 {
            scope.spawn(|| {
                start.wait();
                let value = cache.get_or_insert_with("a", || {
                    thread::sleep(Duration::from_millis(20));
                    vec![runs.up()]
                });
                assert_eq!(value, Ok(vec![1]));
            });
        }
    });
    let stats = cache.stats();
    assert_eq!((runs.get(), stats.misses, stats.hits + stats.joins), (1, 1, 99));
}

#[test]
fn a_thread_that_waited_for_a_failure_tries_its_own_function() {
    for panics in [false, true] {
        let cache = data(&FakeClock::default());
        let (began, fail) = (Barrier::new(2), Barrier::new(2));
        thread::scope(|scope| {
            let failing = scope.spawn(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    cache.get_or_try_insert_with("a", || {
                        began.wait();
                        fail.wait();
                        if panics { panic!("on purpose") } else { Err(Problem("first")) }
                    })
                }))
            });
            began.wait();
            let waiting = scope.spawn(|| cache.get_or_try_insert_with("a", || Ok::<_, Problem>(vec![2])));
            while cache.stats().joins == 0 {
                thread::yield_now();
            }
            fail.wait();
            assert_eq!(waiting.join().unwrap(), Ok(vec![2]));
            assert_eq!(failing.join().unwrap().ok(), (!panics).then_some(Err(Problem("first"))));
        });
        assert_eq!(cache.peek("a"), Some(vec![2]));
        assert_eq!(cache.stats().errors, 1);
    }
}

#[test]
fn a_panic_leaves_a_cache_that_works() {
    let cache = CacheData::<str, u64>::builder().max_size(10, |value| 10 / value).build().unwrap();
    let told = catch_unwind(AssertUnwindSafe(|| cache.get_or_insert_with("a", || panic!("on purpose"))));
    assert!(told.is_err());
    // Nor does one of what weighs.
    let told = catch_unwind(AssertUnwindSafe(|| cache.get_or_insert_with("a", || 0)));
    assert!(told.is_err());
    assert_eq!(cache.get_or_insert_with("a", || 2), Ok(2));
    assert_eq!((cache.stats().errors, cache.stats().entries), (2, 1));
}

// Tasks.

type Asked<V> = Pin<Box<dyn Future<Output = Result<V, Error>> + Send>>;

fn ask(cache: &CacheData<str, Vec<usize>>, door: &Door, runs: &Count) -> Asked<Vec<usize>> {
    let (door, runs) = (door.clone(), runs.clone());
    Box::pin(cache.get_or_insert_with_async("a", move || async move {
        let run = runs.up();
        door.pass().await;
        vec![run]
    }))
}

#[test]
fn a_hundred_tasks_run_the_function_once() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let mut asked: Vec<_> = (0..100).map(|_| ask(&cache, &door, &runs)).collect();
    assert!(asked.iter_mut().all(|future| poll(future).is_none()));
    door.open();
    for future in &mut asked {
        assert_eq!(poll(future), Some(Ok(vec![1])));
    }
    let stats = cache.stats();
    assert_eq!((runs.get(), stats.misses, stats.joins, stats.stores), (1, 1, 99, 1));
    assert_eq!(block_on(ask(&cache, &door, &runs)), Ok(vec![1]));
}

#[test]
fn a_hundred_tasks_on_threads_are_all_woken() {
    for _ in 0..20 {
        let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
        thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| assert_eq!(block_on(ask(&cache, &door, &runs)), Ok(vec![1])));
            }
            while cache.stats().misses == 0 {
                thread::yield_now();
            }
            door.open();
        });
        assert_eq!(runs.get(), 1);
    }
}

#[test]
fn nothing_runs_before_it_is_polled() {
    let (cache, runs) = (data(&FakeClock::default()), Count::default());
    drop(ask(&cache, &Door::default(), &runs));
    assert_eq!((runs.get(), cache.stats().misses), (0, 0));
}

#[test]
fn a_caller_that_is_dropped_does_not_hurt_the_others() {
    // Whichever of them goes, whether or not it was the first.
    for gone in 0..3 {
        let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
        let mut asked: Vec<_> = (0..3).map(|_| ask(&cache, &door, &runs)).collect();
        for future in &mut asked {
            assert_eq!(poll(future), None);
        }
        drop(asked.remove(gone));
        door.open();
        for future in &mut asked {
            assert_eq!(poll(future), Some(Ok(vec![1])));
        }
        assert_eq!((runs.get(), cache.stats().errors), (1, 0));
    }
}

#[test]
fn who_is_left_is_woken() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let mut first = ask(&cache, &door, &runs);
    assert_eq!(poll(&mut first), None);
    let mut second = ask(&cache, &door, &runs);
    let woken = Count::default();
    let waker = Waker::from(Arc::new(woken.clone()));
    assert!(second.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(first);
    assert_eq!(woken.get(), 0);
    door.open();
    assert!(woken.get() > 0);
    assert_eq!(poll(&mut second), Some(Ok(vec![1])));
}

#[test]
fn who_was_woken_while_another_one_polled_is_woken_again() {
    let cache = data(&FakeClock::default());
    let woken = Count::default();
    let other: Arc<Mutex<Option<Asked<Vec<usize>>>>> = Arc::default();
    let (inner, count) = (Arc::clone(&other), woken.clone());
    let mut times = 0;
    let mut first = Box::pin(cache.get_or_insert_with_async("a", move || {
        poll_fn(move |context| {
            times += 1;
            if times == 2 {
                return Poll::Ready(vec![1]);
            }
            context.waker().wake_by_ref();
            // As on another thread: what all wait for is being polled.
            let waker = Waker::from(Arc::new(count.clone()));
            let mut other = inner.lock().unwrap();
            assert!(other.as_mut().unwrap().as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            Poll::Pending
        })
    }));
    *other.lock().unwrap() = Some(ask(&cache, &Door::default(), &Count::default()));
    assert_eq!(poll(&mut first), None);
    assert_eq!(woken.get(), 1);
    drop(first);
    assert_eq!(poll(other.lock().unwrap().as_mut().unwrap()), Some(Ok(vec![1])));
}

#[test]
fn a_run_is_dropped_with_the_last_who_waits_and_the_next_one_runs_anew() {
    let (cache, door, dropped, runs) =
        (data(&FakeClock::default()), Door::default(), Count::default(), Count::default());
    let ask = || -> Asked<Vec<usize>> {
        let (door, guard, runs) = (door.clone(), Guard(dropped.clone()), runs.clone());
        Box::pin(cache.get_or_insert_with_async("a", move || async move {
            runs.up();
            door.pass().await;
            drop(guard);
            vec![1]
        }))
    };
    let (mut first, mut second) = (ask(), ask());
    assert!(poll(&mut first).is_none() && poll(&mut second).is_none());
    drop(first);
    assert_eq!(dropped.get(), 0);
    drop(second);
    // That of the second, which never ran, too.
    assert_eq!(dropped.get(), 2);
    let stats = cache.stats();
    assert_eq!((runs.get(), stats.entries, stats.errors), (1, 0, 0));
    door.open();
    assert_eq!(block_on(ask()), Ok(vec![1]));
    assert_eq!(runs.get(), 2);
}

#[test]
fn an_error_reaches_all_and_is_not_kept() {
    let cache = data(&FakeClock::default());
    let runs = Count::default();
    let door = Door::default();
    let ask = || {
        let (door, runs) = (door.clone(), runs.clone());
        Box::pin(cache.get_or_try_insert_with_async("a", move || async move {
            runs.up();
            door.pass().await;
            Err(Problem("offline"))
        }))
    };
    let mut asked: Vec<_> = (0..10).map(|_| ask()).collect();
    assert!(asked.iter_mut().all(|future| poll(future).is_none()));
    door.open();
    assert!(asked.iter_mut().all(|future| poll(future) == Some(Err(Problem("offline")))));
    assert_eq!((runs.get(), cache.stats().errors, cache.stats().entries), (1, 1, 0));
    assert_eq!(block_on(ask()), Err(Problem("offline")));
    assert_eq!(runs.get(), 2);
}

#[test]
fn who_waits_for_another_type_of_error_tries_its_own() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let wait = door.clone();
    let mut failing = Box::pin(cache.get_or_try_insert_with_async("a", move || async move {
        wait.pass().await;
        Err(Problem("offline"))
    }));
    assert_eq!(poll(&mut failing), None);
    let mut other = ask(&cache, &door, &runs);
    assert_eq!(poll(&mut other), None);
    door.open();
    assert_eq!(poll(&mut failing), Some(Err(Problem("offline"))));
    assert_eq!(poll(&mut other), Some(Ok(vec![1])));
    assert_eq!(cache.peek("a"), Some(vec![1]));
}

#[test]
fn a_future_that_panics_is_the_end_of_its_run_alone() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let wait = door.clone();
    let mut failing = Box::pin(cache.get_or_insert_with_async("a", move || async move {
        wait.pass().await;
        panic!("on purpose")
    }));
    assert!(poll(&mut failing).is_none());
    let mut other = ask(&cache, &door, &runs);
    assert!(poll(&mut other).is_none());
    door.open();
    // Whoever polls it, has it: here the one whose future it is not.
    assert!(catch_unwind(AssertUnwindSafe(|| poll(&mut other))).is_err());
    assert_eq!(poll(&mut failing).unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(block_on(ask(&cache, &door, &runs)), Ok(vec![1]));
}

#[test]
fn a_clear_during_a_run_of_tasks_stores_nothing() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let (mut old, mut joined) = (ask(&cache, &door, &runs), ask(&cache, &door, &runs));
    assert!(poll(&mut old).is_none() && poll(&mut joined).is_none());
    cache.clear("a");
    let mut new = ask(&cache, &door, &runs);
    assert!(poll(&mut new).is_none());
    assert_eq!(runs.get(), 2, "who comes behind the clear does not wait for what began before it");
    door.open();
    assert_eq!((poll(&mut old), poll(&mut joined)), (Some(Ok(vec![1])), Some(Ok(vec![1]))));
    assert!(!cache.contains("a"));
    assert_eq!(poll(&mut new), Some(Ok(vec![2])));
    assert_eq!(cache.peek("a"), Some(vec![2]));
}

#[test]
fn dropping_who_waits_for_an_overtaken_run_leaves_the_new_one() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let mut old = ask(&cache, &door, &runs);
    assert!(poll(&mut old).is_none());
    cache.clear_all();
    let mut new = ask(&cache, &door, &runs);
    assert!(poll(&mut new).is_none());
    drop(old);
    let mut joined = ask(&cache, &door, &runs);
    assert!(poll(&mut joined).is_none());
    door.open();
    assert_eq!((poll(&mut joined), poll(&mut new)), (Some(Ok(vec![2])), Some(Ok(vec![2]))));
    assert_eq!(runs.get(), 2);
}

#[test]
fn a_future_that_wakes_itself_reaches_its_end() {
    let cache = data(&FakeClock::default());
    let ask = || {
        cache.get_or_insert_with_async("a", || async {
            let mut left = 10;
            poll_fn(|context| {
                left -= 1;
                context.waker().wake_by_ref();
                if left == 0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            vec![1]
        })
    };
    assert_eq!(block_on(ask()), Ok(vec![1]));
    cache.clear_all();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(block_on(ask()), Ok(vec![1])));
        }
    });
}

#[test]
fn tasks_wait_for_threads_and_threads_pass_tasks_over() {
    let (cache, door, runs) = (data(&FakeClock::default()), Door::default(), Count::default());
    let mut task = ask(&cache, &door, &runs);
    assert!(poll(&mut task).is_none());
    assert_eq!(cache.get_or_insert_with("a", || vec![9]), Ok(vec![9]), "this thread may have to poll the task");
    door.open();
    assert_eq!(poll(&mut task), Some(Ok(vec![1])));
    assert_eq!(cache.peek("a"), Some(vec![1]));

    cache.clear_all();
    let (began, end) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            cache.get_or_insert_with("a", || {
                began.wait();
                end.wait();
                vec![7]
            })
        });
        began.wait();
        // One that gives up does not end a thread's run.
        let mut other = ask(&cache, &door, &runs);
        assert!(poll(&mut other).is_none());
        drop(other);
        let mut task = ask(&cache, &door, &runs);
        assert!(poll(&mut task).is_none());
        end.wait();
        assert_eq!(block_on(task), Ok(vec![7]));
    });
    assert_eq!(runs.get(), 1);
}

// Refreshing.

#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<Vec<Task>>>);

impl Tasks {
    fn spawner(&self) -> impl Fn(Task) + Send + Sync + use<> {
        let tasks = Arc::clone(&self.0);
        move |task| tasks.lock().unwrap().push(task)
    }

    fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn run(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap());
        tasks.into_iter().for_each(block_on);
    }
}

#[test]
fn past_its_time_the_old_value_comes_at_once_and_one_run_is_behind() {
    let (clock, tasks, runs) = (FakeClock::default(), Tasks::default(), Count::default());
    let builder = CacheData::<str, Vec<usize>>::builder_with(clock.clone());
    let cache = builder.ttl("10s").refresh_in_background(tasks.spawner()).build().unwrap();
    let door = Door::default();
    door.open();
    let get = || block_on(ask(&cache, &door, &runs)).unwrap();
    assert_eq!(get(), [1]);
    clock.advance(10_000);
    assert_eq!((get(), get(), tasks.len()), (vec![1], vec![1], 1));
    tasks.run();
    assert_eq!((get(), tasks.len(), cache.stats().refreshes), (vec![2], 0, 1));
    // A run that nobody does is given up, and the next one asks for another.
    clock.advance(10_000);
    assert_eq!((get(), tasks.len()), (vec![2], 1));
    tasks.0.lock().unwrap().clear();
    assert_eq!((get(), tasks.len()), (vec![2], 1));
    // Behind twice the time, who comes does what was to be done behind.
    clock.advance(10_000);
    assert_eq!(get(), [3]);
    tasks.run();
    assert_eq!((get(), runs.get()), (vec![3], 3));
}

#[test]
fn a_refresh_that_fails_leaves_the_old_value_to_the_end() {
    let (clock, tasks) = (FakeClock::default(), Tasks::default());
    let builder = CacheData::<str, u8>::builder_with(clock.clone());
    let cache = builder.ttl("10s").refresh_in_background(tasks.spawner()).build().unwrap();
    let get =
        |result: Result<u8, Problem>| block_on(cache.get_or_try_insert_with_async("a", move || async move { result }));
    assert_eq!(get(Ok(1)), Ok(1));
    clock.advance(15_000);
    assert_eq!(get(Err(Problem("offline"))), Ok(1));
    tasks.run();
    assert_eq!((get(Ok(2)), tasks.len(), cache.stats().errors), (Ok(1), 1, 1));
    tasks.run();
    assert_eq!(get(Ok(3)), Ok(2));
}

#[test]
fn a_function_on_a_thread_refreshes_for_all() {
    let clock = FakeClock::default();
    let builder = CacheData::<str, u8>::builder_with(clock.clone());
    let cache = builder.ttl("10s").refresh_in_background(drop).build().unwrap();
    assert_eq!(cache.get_or_insert_with("a", || 1), Ok(1));
    clock.advance(15_000);
    let value = cache.get_or_insert_with("a", || {
        assert_eq!(cache.get_or_insert_with("a", || panic!("others get the old one")), Ok(1));
        2
    });
    assert_eq!(value, Ok(2));
    clock.advance(15_000);
    assert_eq!(cache.get_or_try_insert_with("a", || Err(Problem("offline"))), Ok(2), "the old one is still good");
    clock.advance(5_000);
    assert_eq!(cache.get_or_try_insert_with("a", || Err(Problem("offline"))), Err(Problem("offline")));
}

// Resources.

#[derive(Clone, Default)]
struct Releases(Arc<Mutex<Vec<usize>>>);

impl Releases {
    fn hear(&self) -> impl Fn(Arc<Object>) + Send + Sync + use<> {
        let all = Arc::clone(&self.0);
        move |object| all.lock().unwrap().push(object.0)
    }

    fn take(&self) -> Vec<usize> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[test]
fn every_caller_gets_the_same_object() {
    let cache = CacheResource::<str, Object>::builder().build().unwrap();
    let one = cache.get_or_insert_with("a", || Object(1)).unwrap();
    let other = cache.get_or_insert_with("a", || Object(2)).unwrap();
    let third = block_on(cache.get_or_insert_with_async("a", || async { Object(3) })).unwrap();
    assert!(Arc::ptr_eq(&one, &other) && Arc::ptr_eq(&one, &third));
    assert!(Arc::ptr_eq(&one, &cache.peek("a").unwrap()) && cache.contains("a"));
    assert_eq!(Arc::strong_count(&one), 4, "these three and the cache's");
    assert_eq!(cache.get_or_try_insert_with("b", || Err::<Object, _>(Problem("no"))), Err(Problem("no")));
    let made = cache.get_or_try_insert_with_async("b", || async { Ok::<_, Problem>(Arc::new(Object(4))) });
    assert_eq!(*block_on(made).unwrap(), Object(4));
    cache.clear("a");
    cache.clear_all();
    assert!(format!("{cache:?}").contains("entries: 0"));
}

#[test]
fn what_the_cache_lets_go_of_is_released_once() {
    let (clock, releases) = (FakeClock::default(), Releases::default());
    let builder = CacheResource::<str, Object>::builder_with(clock.clone());
    let cache = builder.ttl("10s").max_entries(2).on_release(releases.hear()).build().unwrap();
    let get = |key: &str, number| cache.get_or_insert_with(key, || Object(number)).unwrap().0;
    assert_eq!((get("a", 1), get("b", 2)), (1, 2));
    assert_eq!(releases.take(), NOTHING);
    get("c", 3);
    assert_eq!(releases.take(), [1], "evicted");
    cache.clear("b");
    assert_eq!(releases.take(), [2], "cleared");
    clock.advance(10_000);
    assert_eq!(releases.take(), NOTHING, "nobody looked");
    get("d", 4);
    assert_eq!(releases.take(), [3], "expired");
    clock.advance(10_000);
    get("d", 5);
    assert_eq!(releases.take(), [4], "expired, and built anew");
    get("e", 6);
    cache.clear_all();
    assert_eq!(releases.take(), [5, 6]);
    get("f", 7);
    let other = cache.clone();
    drop(cache);
    assert_eq!(releases.take(), NOTHING);
    drop(other);
    assert_eq!(releases.take(), [7], "the cache itself is gone");
}

#[test]
fn what_is_not_valid_is_released_and_built_anew() {
    let (releases, is_valid, asked) = (Releases::default(), Arc::new(AtomicBool::new(true)), Count::default());
    let (valid, count) = (Arc::clone(&is_valid), asked.clone());
    let cache = CacheResource::<str, Object>::builder()
        .validate(move |_| {
            count.up();
            valid.load(Ordering::SeqCst)
        })
        .on_release(releases.hear())
        .build()
        .unwrap();
    let get = |number| cache.get_or_insert_with("a", || Object(number)).unwrap().0;
    assert_eq!((get(1), asked.get()), (1, 0), "not when it is built");
    assert_eq!((get(2), asked.get()), (1, 1));
    is_valid.store(false, Ordering::SeqCst);
    assert_eq!((get(2), asked.get()), (2, 2));
    assert_eq!(releases.take(), [1]);
    assert_eq!(block_on(cache.get_or_insert_with_async("a", || async { Object(3) })).unwrap().0, 3);
    assert_eq!(releases.take(), [2]);
    is_valid.store(true, Ordering::SeqCst);
    assert_eq!((get(4), releases.take()), (3, vec![]));
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses), (2, 3), "what is not valid is no hit");
}

#[test]
fn what_is_past_its_time_and_not_valid_is_built_anew_at_once() {
    let (clock, tasks, releases) = (FakeClock::default(), Tasks::default(), Releases::default());
    let cache = CacheResource::<str, Object>::builder_with(clock.clone())
        .ttl("10s")
        .refresh_in_background(tasks.spawner())
        .validate(|object| object.0 > 1)
        .on_release(releases.hear())
        .build()
        .unwrap();
    let get = |number| block_on(cache.get_or_insert_with_async("a", move || async move { Object(number) })).unwrap().0;
    assert_eq!(get(1), 1);
    clock.advance(15_000);
    assert_eq!((get(2), tasks.len(), releases.take()), (2, 0, vec![1]));
    clock.advance(15_000);
    assert_eq!((get(3), tasks.len()), (2, 1));
    tasks.run();
    assert_eq!((get(4), releases.take()), (3, vec![2]), "replaced");
}

#[test]
fn the_same_object_is_no_replacement() {
    let (clock, tasks, releases) = (FakeClock::default(), Tasks::default(), Releases::default());
    let cache = CacheResource::<str, Object>::builder_with(clock.clone())
        .ttl("10s")
        .refresh_in_background(tasks.spawner())
        .on_release(releases.hear())
        .build()
        .unwrap();
    let object = Arc::new(Object(1));
    let get = || {
        let object = Arc::clone(&object);
        block_on(cache.get_or_insert_with_async("a", move || async move { object })).unwrap()
    };
    get();
    for _ in 0..3 {
        clock.advance(15_000);
        assert!(Arc::ptr_eq(&get(), &object));
        tasks.run();
    }
    assert_eq!((releases.take(), cache.stats().stores), (vec![], 4));
    cache.clear_all();
    assert_eq!(releases.take(), [1]);
}

#[test]
fn what_was_never_kept_is_not_released() {
    let releases = Releases::default();
    let cache = CacheResource::<str, Object>::builder().on_release(releases.hear()).build().unwrap();
    let object = cache.get_or_insert_with("a", || {
        cache.clear_all();
        Object(1)
    });
    assert_eq!(object.unwrap().0, 1);
    drop(cache);
    assert_eq!(releases.take(), NOTHING);
    let cache = CacheResource::<str, Object>::builder().ttl("0s").on_release(releases.hear()).build().unwrap();
    cache.get_or_insert_with("a", || Object(1)).unwrap();
    cache.get_or_insert_with("a", || Object(2)).unwrap();
    drop(cache);
    assert_eq!(releases.take(), NOTHING);
}

#[test]
fn a_release_may_use_the_cache() {
    let slot: Arc<Mutex<Option<CacheResource<str, Object>>>> = Arc::default();
    let inner = Arc::clone(&slot);
    let cache = CacheResource::<str, Object>::builder()
        .max_entries(1)
        .on_release(move |object| {
            let cache = inner.lock().unwrap().clone();
            if let Some(cache) = cache.filter(|_| object.0 == 1) {
                assert_eq!(cache.get_or_insert_with("b", || Object(9)).unwrap().0, 2);
                cache.clear_all();
            }
        })
        .build()
        .unwrap();
    *slot.lock().unwrap() = Some(cache.clone());
    cache.get_or_insert_with("a", || Object(1)).unwrap();
    cache.get_or_insert_with("b", || Object(2)).unwrap();
    assert_eq!(cache.stats().entries, 0);
    slot.lock().unwrap().take();
}

// All at once.

/// A generator whose schedules are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// What each object went through: how often it was built, and released.
#[derive(Clone, Default)]
struct Lives(Arc<Mutex<Vec<Life>>>);

type Life = (Arc<Object>, usize);

impl Lives {
    fn build(&self) -> Arc<Object> {
        let mut all = self.0.lock().unwrap();
        let object = Arc::new(Object(all.len()));
        all.push((Arc::clone(&object), 0));
        object
    }

    fn release(&self) -> impl Fn(Arc<Object>) + Send + Sync + use<> {
        let all = Arc::clone(&self.0);
        move |object| all.lock().unwrap()[object.0].1 += 1
    }

    /// All that was kept was released once, and nothing else.
    fn check(&self, stores: u64) {
        let all = self.0.lock().unwrap();
        assert!(all.iter().all(|(_, released)| *released <= 1), "released twice");
        assert_eq!(all.iter().filter(|(_, released)| *released == 1).count() as u64, stores, "kept and not released");
    }
}

#[test]
fn random_schedules_of_tasks_release_once_and_end() {
    for seed in 0..2_000 {
        let mut random = Random(seed);
        let (clock, lives, tasks) = (FakeClock::default(), Lives::default(), Tasks::default());
        let builder = CacheResource::<usize, Object>::builder_with(clock.clone()).ttl("10s").max_entries(2);
        let valid = Arc::new(AtomicBool::new(true));
        let is_valid = Arc::clone(&valid);
        let builder = builder.on_release(lives.release()).validate(move |_| is_valid.load(Ordering::SeqCst));
        let builder = if seed % 2 == 0 { builder } else { builder.refresh_in_background(tasks.spawner()) };
        let cache = builder.build().unwrap();
        let running = Count::default();
        let mut asked = Vec::new();
        let mut doors: Vec<Door> = Vec::new();
        for _ in 0..80 {
            match random.below(12) {
                0..=3 => {
                    let door = Door::default();
                    doors.push(door.clone());
                    let (lives, running) = (lives.clone(), running.clone());
                    let fails = random.below(5) == 0;
                    asked.push(Box::pin(cache.get_or_try_insert_with_async(&random.below(3), move || async move {
                        running.up();
                        door.pass().await;
                        if fails { Err(Problem("offline")) } else { Ok(lives.build()) }
                    })));
                }
                4..=6 if !asked.is_empty() => {
                    let nth = random.below(asked.len());
                    if poll(&mut asked[nth]).is_some() {
                        drop(asked.swap_remove(nth));
                    }
                }
                7 if !asked.is_empty() => drop(asked.swap_remove(random.below(asked.len()))),
                8 if !doors.is_empty() => doors.swap_remove(random.below(doors.len())).open(),
                9 => match random.below(4) {
                    0 => cache.clear_all(),
                    1 => cache.clear(&random.below(3)),
                    2 => valid.store(random.below(3) > 0, Ordering::SeqCst),
                    _ => tasks.0.lock().unwrap().truncate(1),
                },
                10 => clock.advance([1, 5_000, 10_000, -20_000][random.below(4)]),
                _ => {
                    let mut all = std::mem::take(&mut *tasks.0.lock().unwrap());
                    all.retain_mut(|task| poll(task).is_none());
                    tasks.0.lock().unwrap().extend(all);
                }
            }
        }
        doors.iter().for_each(Door::open);
        // Runs whose first caller is gone have a door that is still shut: those who wait give up.
        for mut future in asked {
            let _ = poll(&mut future);
        }
        tasks.0.lock().unwrap().clear();
        let stats = cache.stats();
        assert!(running.get() as u64 <= stats.misses + stats.refreshes, "{seed}");
        cache.clear_all();
        assert_eq!((cache.stats().entries, cache.stats().bytes), (0, 0));
        drop(cache);
        lives.check(stats.stores);
    }
}

#[test]
fn threads_and_tasks_at_once_release_once_and_end() {
    for seed in 0..20 {
        let (clock, lives) = (FakeClock::default(), Lives::default());
        let cache = CacheResource::<usize, Object>::builder_with(clock.clone())
            .ttl("10s")
            .max_entries(3)
            .on_release(lives.release())
            .build()
            .unwrap();
        thread::scope(|scope| {
            for thread in 0..6 {
                let (cache, clock, lives) = (&cache, &clock, &lives);
                scope.spawn(move || {
                    let mut random = Random(seed * 100 + thread);
                    for _ in 0..300 {
                        let key = random.below(5);
                        let build = lives.clone();
                        match random.below(10) {
                            0..=3 => drop(cache.get_or_insert_with(&key, || lives.build()).unwrap()),
                            4..=6 => {
                                let made = cache.get_or_insert_with_async(&key, move || async move {
                                    let mut is_first = true;
                                    poll_fn(|context| {
                                        context.waker().wake_by_ref();
                                        if std::mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }
                                    })
                                    .await;
                                    build.build()
                                });
                                drop(block_on(made).unwrap());
                            }
                            7 => {
                                let door = Door::default();
                                let shut = door.clone();
                                let mut made = Box::pin(cache.get_or_insert_with_async(&key, move || async move {
                                    shut.pass().await;
                                    build.build()
                                }));
                                let _ = poll(&mut made);
                                drop(made);
                                door.open();
                            }
                            8 => cache.clear(&key),
                            _ => clock.advance(3_000),
                        }
                    }
                });
            }
        });
        let stats = cache.stats();
        drop(cache);
        lives.check(stats.stores);
    }
}
