//! The shared cases of `tests/cases/cache.json`, by id.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use serde::ser::{Error as _, SerializeMap as _};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tabstate::Error;
use tabstate::cache::{CacheData, CacheResource, Size, Task, Ttl};
use tabstate::port::{Clock, Milliseconds};

/// Arguments of a call, as values of serde.
struct Argument(Value);

impl Serialize for Argument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = |values: &Value| values.as_array().unwrap().iter().cloned().map(Argument).collect::<Vec<_>>();
        match &self.0 {
            Value::Array(_) => all(&self.0).serialize(serializer),
            Value::Object(entries) => match entries.iter().next() {
                Some((tag, of)) if tag == "$entries" => {
                    let mut map = serializer.serialize_map(None)?;
                    for pair in of.as_array().unwrap() {
                        map.serialize_entry(&pair[0], &Argument(pair[1].clone()))?;
                    }
                    map.end()
                }
                Some((tag, of)) if tag == "$view" => {
                    let bytes = of[1]["$buffer"].as_array().unwrap().iter();
                    serializer.serialize_bytes(&bytes.map(|byte| byte.as_u64().unwrap() as u8).collect::<Vec<_>>())
                }
                Some((tag, of)) if tag == "$float" => serializer.serialize_f64(of.as_str().unwrap().parse().unwrap()),
                Some((tag, _)) if tag == "$refusing" => Err(S::Error::custom("on purpose")),
                _ => panic!("{} is no argument", self.0),
            },
            plain => plain.serialize(serializer),
        }
    }
}

#[derive(Clone, Default)]
struct World {
    now: Arc<AtomicI64>,
    runs: Arc<AtomicUsize>,
    is_valid: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    released: Arc<Mutex<Vec<Value>>>,
    behind: Arc<Mutex<Vec<Task>>>,
}

impl Clock for World {
    fn now(&self) -> Milliseconds {
        Milliseconds(self.now.load(Ordering::SeqCst) as f64)
    }
}

impl World {
    fn returned(&self, returns: &Value) -> Value {
        let runs = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
        match returns.as_str() {
            None | Some("list") => json!([runs]),
            Some("null") => Value::Null,
            Some("object") => json!("<object>"),
            Some(unknown) => panic!("nothing returns {unknown}"),
        }
    }
}

enum Cache {
    Data(CacheData<Argument, Value>),
    Resource(CacheResource<Argument, Value>),
}

/// All options but functions. Those that the host does not have, are none of its cases.
macro_rules! with_options {
    ($builder:expr, $options:expr, $world:expr) => {{
        let mut builder = $builder;
        let behind = Arc::clone(&$world.behind);
        builder = match &$options["ttl"] {
            Value::Null => builder,
            Value::String(text) => builder.ttl(text.as_str()),
            seconds => builder.ttl(Ttl::from_seconds(seconds.as_f64().unwrap())?),
        };
        if let Some(most) = $options["maxEntries"].as_u64() {
            builder = builder.max_entries(most as usize);
        }
        if $options["refreshMode"] == "background" {
            builder = builder.refresh_in_background(move |task| behind.lock().unwrap().push(task));
        }
        builder
    }};
}

fn build(case: &Value, world: &World) -> Result<Cache, Error> {
    let options = &case["options"];
    if case["cache"] == "data" {
        let builder = with_options!(CacheData::builder_with(world.clone()), options, world);
        let weigh = |value: &Value| value.to_string().len() as u64;
        let builder = match &options["maxSize"] {
            Value::Null => builder,
            Value::String(text) => builder.max_size(text.as_str(), weigh),
            bytes => builder.max_size(bytes.as_u64().unwrap(), weigh),
        };
        return builder.build().map(Cache::Data);
    }
    let mut builder = with_options!(CacheResource::builder_with(world.clone()), options, world);
    if options["validate"] == true {
        let World { is_valid, asked, .. } = world.clone();
        is_valid.store(true, Ordering::SeqCst);
        builder = builder.validate(move |_| {
            asked.fetch_add(1, Ordering::SeqCst);
            is_valid.load(Ordering::SeqCst)
        });
    }
    if options["onRelease"] == true {
        let released = Arc::clone(&world.released);
        builder = builder.on_release(move |value: Arc<Value>| released.lock().unwrap().push(value[0].clone()));
    }
    builder.build().map(Cache::Resource)
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing waits here"),
    }
}

fn arguments(case: &Value, given: &Value) -> Argument {
    let skipped = case["options"]["skipArgs"].as_array();
    let is_skipped = |nth: usize| skipped.is_some_and(|all| all.iter().any(|skipped| *skipped == nth));
    let given = given.as_array().unwrap().iter().enumerate();
    Argument(given.filter(|(nth, _)| !is_skipped(*nth)).map(|(_, value)| value.clone()).collect())
}

fn failed(error: &Error) -> Value {
    json!({ "error": error.kind().code() })
}

fn call(case: &Value, cache: &Cache, world: &World, key: &Argument) -> Value {
    let before = world.runs.load(Ordering::SeqCst);
    let (returns, inside) = (case["returns"].clone(), world.clone());
    let is_behind = case["options"]["refreshMode"] == "background";
    let value = match cache {
        Cache::Data(cache) if is_behind => {
            now(cache.get_or_insert_with_async(key, move || async move { inside.returned(&returns) }))
        }
        Cache::Data(cache) => cache.get_or_insert_with(key, || inside.returned(&returns)),
        Cache::Resource(cache) => cache.get_or_insert_with(key, || inside.returned(&returns)).map(Arc::unwrap_or_clone),
    };
    match value {
        Ok(value) => json!({ "ran": world.runs.load(Ordering::SeqCst) > before, "value": value }),
        Err(error) => failed(&error),
    }
}

fn apply(case: &Value, cache: &Cache, world: &World, op: &Value) -> Value {
    let key = || arguments(case, &op[1]);
    match op[0].as_str().unwrap() {
        "call" => call(case, cache, world, &key()),
        "callWith" => call(case, cache, world, &Argument(json!([{ "$refusing": true }]))),
        "clear" => {
            match cache {
                Cache::Data(cache) => cache.clear(&key()),
                Cache::Resource(cache) => cache.clear(&key()),
            }
            Value::Null
        }
        "clearAll" => {
            match cache {
                Cache::Data(cache) => cache.clear_all(),
                Cache::Resource(cache) => cache.clear_all(),
            }
            Value::Null
        }
        "has" => match cache {
            Cache::Data(cache) => json!(cache.contains(&key())),
            Cache::Resource(cache) => json!(cache.contains(&key())),
        },
        "peek" => match cache {
            Cache::Data(cache) => json!(cache.peek(&key())),
            Cache::Resource(cache) => json!(cache.peek(&key()).as_deref()),
        },
        "sameObject" => match cache {
            Cache::Data(cache) => {
                let get = || cache.get_or_insert_with(&key(), || json!([1])).unwrap();
                let (one, other) = (get(), get());
                json!(one.as_array().unwrap().as_ptr() == other.as_array().unwrap().as_ptr())
            }
            Cache::Resource(cache) => {
                let get = || cache.get_or_insert_with(&key(), || json!([1])).unwrap();
                json!(Arc::ptr_eq(&get(), &get()))
            }
        },
        "advance" => {
            world.now.fetch_add(op[1].as_i64().unwrap(), Ordering::SeqCst);
            Value::Null
        }
        "settle" => {
            let behind = std::mem::take(&mut *world.behind.lock().unwrap());
            behind.into_iter().for_each(now);
            Value::Null
        }
        "setValid" => {
            world.is_valid.store(op[1].as_bool().unwrap(), Ordering::SeqCst);
            Value::Null
        }
        "runs" => json!(world.runs.load(Ordering::SeqCst)),
        "validateCalls" => json!(world.asked.load(Ordering::SeqCst)),
        "released" => json!(*world.released.lock().unwrap()),
        unknown => panic!("there is no operation {unknown}"),
    }
}

fn run_ops(case: &Value) -> Value {
    let world = World::default();
    let ops = case["ops"].as_array().unwrap();
    match build(case, &world) {
        Ok(cache) => ops.iter().map(|op| apply(case, &cache, &world, op)).collect(),
        Err(error) => ops.iter().map(|_| failed(&error)).collect(),
    }
}

#[derive(Clone)]
struct Failure;

impl From<Error> for Failure {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Callers that are all there before the function ends.
fn run_concurrently(case: &Value) -> Value {
    let world = World::default();
    let cache = CacheData::<str, Value>::builder().build().unwrap();
    let is_open = Arc::new(AtomicBool::new(false));
    let ask = |_| {
        let (world, is_open, case) = (world.clone(), Arc::clone(&is_open), case.clone());
        Box::pin(cache.get_or_try_insert_with_async("key", move || async move {
            let number = world.runs.fetch_add(1, Ordering::SeqCst) + 1;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if is_open.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            if case["returns"] == "failure" { Err(Failure) } else { Ok(json!([number])) }
        }))
    };
    let mut asked: Vec<_> = (0..case["concurrent"].as_u64().unwrap()).map(ask).collect();
    let mut context = Context::from_waker(Waker::noop());
    assert!(asked.iter_mut().all(|future| Pin::new(future).poll(&mut context).is_pending()));
    is_open.store(true, Ordering::SeqCst);
    let results: Vec<Value> =
        asked.into_iter().map(|future| now(future).unwrap_or_else(|Failure| json!("failure"))).collect();
    json!({ "runs": world.runs.load(Ordering::SeqCst), "results": results })
}

fn run_option(case: &Value) -> Value {
    let input = &case["input"];
    let seconds = |ttl: Ttl| json!(ttl.get().0 / 1000.0);
    let read = match (case["option"].as_str().unwrap(), input) {
        (_, Value::Null) => {
            assert_eq!(Ttl::default(), Ttl::NEVER_ENDS);
            return Value::Null;
        }
        ("ttl", Value::String(text)) => text.parse().map(seconds),
        ("ttl", number) => Ttl::from_seconds(number.as_f64().unwrap()).map(seconds),
        ("maxSize", Value::String(text)) => text.parse::<Size>().map(|size| json!(size.get())),
        ("maxSize", number) => Size::try_from(number.as_u64().unwrap()).map(|size| json!(size.get())),
        (unknown, _) => panic!("there is no option {unknown}"),
    };
    read.unwrap_or_else(|error| failed(&error))
}

/// Whole numbers are numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

#[test]
fn every_case_holds_by_its_id() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/cache.json")).unwrap();
    let (mut run, mut failed) = (0, Vec::new());
    for case in cases.iter().filter(|case| case["only"] != "js" && case["inapplicable"].is_null()) {
        run += 1;
        let told = if case["concurrent"].is_u64() {
            run_concurrently(case)
        } else if case["option"].is_string() {
            run_option(case)
        } else {
            run_ops(case)
        };
        if !same(&told, &case["expect"]) {
            failed.push(format!("{}: {told} instead of {}", case["id"], case["expect"]));
        }
    }
    assert!(failed.is_empty(), "{} of {run} cases:\n{}", failed.len(), failed.join("\n"));
    assert!(run >= 70, "only {run} cases were found");
}

#[test]
fn each_id_is_there_once() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/cache.json")).unwrap();
    let mut ids: Vec<&str> = cases.iter().map(|case| case["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
}
