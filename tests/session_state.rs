//! What the session does: the shared cases of `tests/cases/session_state.json`, by id, and what is Rust's own.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_storage;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};

use proptest::prelude::*;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use simulated_storage::{SimulatedStorage, units};
use tabstate::memory::MemoryStorage;
use tabstate::port::{Refusal, Storage};
use tabstate::session_state::{self, Change, Durability, Large, Quarantined, Session, Source};
use tabstate::{Error, ErrorKind};

type Tab = Session<SimulatedStorage>;

fn open(storage: &SimulatedStorage) -> Tab {
    Session::open(storage.clone(), "tabstate", None).unwrap()
}

fn open_version(storage: &SimulatedStorage, version: u64) -> Tab {
    Session::open(storage.clone(), "tabstate", Some(version)).unwrap()
}

fn number(session: &Tab, key: &str) -> Option<i32> {
    session.get(key).unwrap()
}

fn kind<T>(outcome: Result<T, Error>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind())
}

/// Keys, and who changed them.
type Heard = Rc<RefCell<Vec<(Vec<String>, Source)>>>;

fn hearing(session: &Tab) -> Heard {
    let heard = Heard::default();
    let hears = Rc::clone(&heard);
    session.subscribe(move |Change { keys, source }| hears.borrow_mut().push((keys.clone(), *source)));
    heard
}

fn local(keys: &[&str]) -> (Vec<String>, Source) {
    (keys.iter().map(|key| (*key).to_owned()).collect(), Source::Local)
}

fn external(keys: &[&str]) -> (Vec<String>, Source) {
    (local(keys).0, Source::External)
}

// The shared cases.

/// A value that refuses to be written.
struct Unsupported;

impl Serialize for Unsupported {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("a function"))
    }
}

#[test]
fn every_case_holds_by_its_id() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/session_state.json")).unwrap();
    let ours = cases.iter().filter(|case| case["inapplicable"].is_null() && case["only"] != "js");
    let mut run = 0;
    let failed: Vec<String> = ours.inspect(|_| run += 1).filter_map(failure_of).collect();
    assert!(failed.is_empty(), "{} of {run} cases:\n{}", failed.len(), failed.join("\n"));
    assert!(run > 30, "only {run} cases were found");
}

fn failure_of(case: &Value) -> Option<String> {
    let id = case["id"].as_str().unwrap();
    let mut storage = SimulatedStorage::default();
    for (name, text) in case["start"].as_object().into_iter().flatten() {
        storage.put(name, text.as_str().unwrap());
    }
    let version = case["version"].as_u64();
    let mut session = Session::open(storage.clone(), "tabstate", version).unwrap();
    for (op, expected) in case["ops"].as_array().unwrap().iter().zip(case["expect"].as_array().unwrap()) {
        let result = match op[0].as_str().unwrap() {
            "reload" => {
                session = Session::open(storage.clone(), "tabstate", version).unwrap();
                Ok(Value::Null)
            }
            "newSession" => {
                storage = SimulatedStorage::default();
                session = Session::open(storage.clone(), "tabstate", version).unwrap();
                Ok(Value::Null)
            }
            _ => apply(&session, op.as_array().unwrap()),
        };
        let result = result.unwrap_or_else(|error| json!({ "error": error.kind().code(), "key": error.key() }));
        if result != *expected {
            return Some(format!("{id} {op}: {result} instead of {expected}"));
        }
    }
    let end = json!(storage.texts());
    (!case["end"].is_null() && end != case["end"]).then(|| format!("{id} ends with {end} instead of {}", case["end"]))
}

fn apply(session: &Tab, op: &[Value]) -> Result<Value, Error> {
    let key = || op[1].as_str().unwrap();
    let set = |key: &str, value: &Value| {
        if value["$unsupported"] == true { session.set(key, Unsupported) } else { session.set(key, value) }
    };
    Ok(match op[0].as_str().unwrap() {
        "get" | "property" => session.get::<Value>(key())?.unwrap_or_else(|| json!({ "$absent": true })),
        "has" => json!(session.contains(key())?),
        "size" => json!(session.keys()?.len()),
        "keys" => json!(session.keys()?),
        "set" | "setProperty" => json!(set(key(), &op[2])?),
        "setDefault" => session.set_default(key(), op[2].clone())?,
        "update" => json!(
            session
                .transaction(|| { op[1].as_object().unwrap().iter().try_for_each(|(key, value)| set(key, value)) })?
        ),
        "delete" => json!(session.remove(key())?),
        "clear" => json!(session.clear()?),
        "durability" => json!(session.durability_of(key()).as_str()),
        "quarantined" => session.quarantined()?.into_iter().map(|its| its.key).collect(),
        unknown => panic!("there is no operation {unknown}"),
    })
}

// Reads and writes.

#[test]
fn a_value_of_another_type_is_an_error_that_names_its_key() {
    let session = open(&SimulatedStorage::default());
    session.set("city", "Oslo").unwrap();
    let error = session.get::<u8>("city").unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Malformed, Some("city")));
    assert!(session.contains("city").unwrap(), "it is there all the same");
    assert_eq!(session.quarantined(), Ok(vec![]));
}

#[test]
fn reads_see_what_other_code_wrote_a_moment_ago() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    storage.put("tabstate:a", "1/1/0=1");
    assert_eq!(number(&session, "a"), Some(1));
    storage.put("tabstate:a", "1/1/0=2");
    assert_eq!(number(&session, "a"), Some(2));
    storage.clear();
    assert_eq!((number(&session, "a"), session.keys()), (None, Ok(vec![])));
    session.set("b", 1).unwrap();
    assert_eq!(storage.texts(), BTreeMap::from([("tabstate:b".to_owned(), "1/1/0=1".to_owned())]), "a is not back");
}

#[test]
fn a_new_key_comes_behind_those_that_other_code_added() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("z", 1).unwrap();
    storage.put("tabstate:y", "1/2/0=1");
    session.set("a", 1).unwrap();
    assert_eq!(session.keys().unwrap(), ["z", "y", "a"]);
}

#[test]
fn namespaces_do_not_see_one_another() {
    let storage = SimulatedStorage::default();
    let (shop, blog) = (open(&storage), Session::open(storage.clone(), "blog", None).unwrap());
    shop.set("a", 1).unwrap();
    blog.set("a", 2).unwrap();
    shop.clear().unwrap();
    assert_eq!((shop.keys().unwrap(), blog.keys().unwrap()), (vec![], vec!["a".to_owned()]));
    assert_eq!(shop.usage().unwrap().entries, 0);
}

#[test]
fn a_namespace_is_no_mark_and_a_version_is_a_double() {
    for namespace in ["", "a:b", "a!", ":"] {
        let opened = Session::open(MemoryStorage::default(), namespace, None);
        assert_eq!(kind(opened), Some(ErrorKind::InvalidOption), "{namespace:?}");
    }
    for version in [1 << 53, u64::MAX] {
        let opened = Session::open(MemoryStorage::default(), "a", Some(version));
        assert_eq!(kind(opened), Some(ErrorKind::InvalidOption), "{version}");
    }
    assert!(Session::open(MemoryStorage::default(), "🦀 a/b", Some((1 << 53) - 1)).is_ok());
}

#[test]
fn an_older_versions_value_is_read_and_says_so() {
    let storage = SimulatedStorage::with(&[("tabstate:a", "1/1/1=1"), ("tabstate:b", "1/2/0=1")]);
    let session = open_version(&storage, 2);
    assert_eq!(
        (session.version("a"), session.version("b"), session.version("c")),
        (Ok(Some(1)), Ok(Some(0)), Ok(None))
    );
    assert_eq!(number(&session, "a"), Some(1));
    session.set("a", 1).unwrap();
    assert_eq!(session.version("a"), Ok(Some(2)));
}

// What cannot be read.

#[test]
fn what_cannot_be_read_is_told_and_kept() {
    let rows = [
        ("no record", "dark", "the text is no record of session state"),
        ("nothing", "", "the text is no record of session state"),
        ("a later format", "2/1/0=1", "the record is of another version of the format: a newer release reads it"),
        ("a broken header", "1/01/0=1", "the record's header is broken"),
        ("no JSON", "1/1/0={", "the record's value is no JSON"),
        (
            "a lone surrogate",
            r#"1/1/0={"a":["\ud800"]}"#,
            "a text has a lone surrogate, which Rust's texts do not hold",
        ),
        ("a broken table", "1/1/0#[[1]]", "the record's table names a node that is not there"),
        ("a newer version", "1/1/3=1", "written by a newer version of the application"),
    ];
    for (row, text, reason) in rows {
        let storage = SimulatedStorage::with(&[("tabstate:a", text)]);
        let session = open_version(&storage, 2);
        let quarantined = |name: &str| Quarantined { key: "a".to_owned(), reason, name: name.to_owned() };
        assert_eq!(
            (session.get::<Value>("a"), session.contains("a"), session.keys()),
            (Ok(None), Ok(false), Ok(vec![])),
            "{row}"
        );
        assert_eq!(session.quarantined().unwrap(), [quarantined("tabstate:a")], "{row}");
        assert_eq!((session.remove("a"), session.clear()), (Ok(false), Ok(())), "{row}");
        assert_eq!(storage.text("tabstate:a").as_deref(), Some(text), "{row}");
        session.set("a", 1).unwrap();
        assert_eq!(
            (number(&session, "a"), session.quarantined().unwrap()),
            (Some(1), vec![quarantined("tabstate!aside:0:a")]),
            "{row}"
        );
        assert_eq!(storage.text("tabstate!aside:0:a").as_deref(), Some(text), "{row}");
    }
}

#[test]
fn a_value_that_is_none_of_rusts_is_no_broken_one() {
    // A list that holds itself, a text with a lone surrogate.
    let storage = SimulatedStorage::with(&[
        ("tabstate:a", r#"1/1/0#[[1],["a",[1]]]"#),
        ("tabstate:b", r#"1/2/0#[["t","\\ud800"]]"#),
    ]);
    let session = open(&storage);
    assert_eq!(session.keys().unwrap(), ["a", "b"]);
    assert_eq!(session.quarantined(), Ok(vec![]));
    assert_eq!(kind(session.get::<Value>("a")), Some(ErrorKind::Malformed));
    assert_eq!(kind(session.get::<String>("b")), Some(ErrorKind::Malformed));
}

#[test]
fn where_there_is_no_room_to_set_aside_nothing_is_written() {
    let storage = SimulatedStorage::with(&[("tabstate:a", "dark")]);
    let session = open(&storage);
    storage.leave_room(10);
    let before = storage.texts();
    assert_eq!(kind(session.set("a", 1)), Some(ErrorKind::Full));
    assert_eq!(storage.texts(), before);
}

// Room.

#[test]
fn where_there_is_no_room_the_previous_value_stays() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    let heard = hearing(&session);
    session.set("a", "short").unwrap();
    storage.leave_room(20);
    let error = session.set("a", "x".repeat(100)).unwrap_err();
    assert_eq!((error.kind(), error.key(), error.kind().code()), (ErrorKind::Full, Some("a"), "full"));
    assert_eq!(session.get::<String>("a").unwrap().as_deref(), Some("short"));
    assert_eq!(session.durability_of("a"), Durability::Durable);
    session.set("a", "longer").unwrap();
    assert_eq!(*heard.borrow(), [local(&["a"]), local(&["a"])], "what failed was not told");
}

#[test]
fn what_a_transaction_removes_makes_room_for_what_it_writes() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("old", "x".repeat(100)).unwrap();
    storage.leave_room(0);
    session
        .transaction(|| {
            session.remove("old")?;
            session.set("new", "y".repeat(100))
        })
        .unwrap();
    assert_eq!(session.keys().unwrap(), ["new"]);
}

#[test]
fn a_denial_in_the_midst_is_told_by_every_call_and_passes() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("a", 1).unwrap();
    storage.set_denial(true);
    let outcomes = [
        ("get", session.get::<i32>("a").map(drop)),
        ("contains", session.contains("b").map(drop)),
        ("version", session.version("a").map(drop)),
        ("set", session.set("a", 2)),
        ("set another", session.set("b", 2)),
        ("set_default", session.set_default("b", 2).map(drop)),
        ("remove", session.remove("a").map(drop)),
        ("clear", session.clear()),
        ("keys", session.keys().map(drop)),
        ("usage", session.usage().map(drop)),
        ("quarantined", session.quarantined().map(drop)),
        ("flush", session.flush()),
        ("hear", session.hear(Some("tabstate:a"))),
        ("transaction", session.transaction(|| session.set("c", 1))),
    ];
    for (call, outcome) in outcomes {
        assert_eq!(kind(outcome), Some(ErrorKind::Blocked), "{call}");
    }
    assert_eq!(kind(Session::open(storage.clone(), "tabstate", None)), Some(ErrorKind::Blocked));
    storage.set_denial(false);
    assert_eq!((number(&session, "a"), session.keys().unwrap()), (Some(1), vec!["a".to_owned()]));
}

/// A session whose `a` is 1, and owed to the storage, which holds 2.
fn owing(storage: &SimulatedStorage) -> Tab {
    let session = open(storage);
    session.set("a", 1).unwrap();
    session.set("b", 1).unwrap();
    // What is at risk is written down, a is replaced, b is refused, and so is a's undoing.
    storage.refuse(2, Refusal::Full);
    storage.refuse(3, Refusal::Denied);
    let written = session.transaction(|| {
        session.set("a", 2)?;
        session.set("b", 2)
    });
    assert_eq!(kind(written), Some(ErrorKind::Full));
    assert_eq!((number(&session, "a"), number(&session, "b")), (Some(1), Some(1)));
    assert_eq!(storage.text("tabstate:a").as_deref(), Some("1/1/0=2"));
    session
}

#[test]
fn what_could_not_be_undone_is_pending_until_there_is_room() {
    let storage = SimulatedStorage::default();
    let session = owing(&storage);
    assert_eq!((session.durability_of("a"), session.durability_of("b")), (Durability::Pending, Durability::Durable));
    assert_eq!(session.durability(), Durability::Pending);
    assert_eq!(number(&open(&storage), "a"), Some(1), "the next page puts it back");

    session.flush().unwrap();
    assert_eq!((session.durability(), number(&session, "a")), (Durability::Durable, Some(1)));
    assert_eq!(storage.text("tabstate!undo"), None);
}

#[test]
fn wherever_the_page_ends_what_is_owed_is_put_back() {
    for writes in 0..10 {
        let storage = SimulatedStorage::default();
        let session = owing(&storage);
        storage.end_after(writes);
        session.set("c", 1).unwrap();
        storage.begin();
        assert_eq!(number(&open(&storage), "a"), Some(1), "after {writes} writes");
    }
}

#[test]
fn what_is_written_down_does_not_bring_back_what_was_replaced_since() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    for key in ["a", "b", "c"] {
        session.set(key, if key == "c" { "the longest" } else { "old" }).unwrap();
    }
    // Both are written down and replaced, c is refused, and so are b's undoing, and a shorter note.
    for after in [3, 4, 6] {
        storage.refuse(after, Refusal::Full);
    }
    let written = session.transaction(|| ["a", "b", "c"].into_iter().try_for_each(|key| session.set(key, "new")));
    assert_eq!(kind(written), Some(ErrorKind::Full));
    assert_eq!(session.durability_of("b"), Durability::Pending);
    assert_eq!(
        storage.text("tabstate!undo").map(|note| note.contains("tabstate:a")),
        Some(true),
        "the longer note stays"
    );

    // No shorter note is taken now, either.
    for after in [0, 2, 3, 4, 5] {
        storage.refuse(after, Refusal::Full);
    }
    session.set("a", "newest").unwrap();
    assert_eq!(open(&storage).get::<String>("a").unwrap().as_deref(), Some("newest"));
}

#[test]
fn what_other_code_wrote_over_what_is_owed_stays() {
    let storage = SimulatedStorage::default();
    let session = owing(&storage);
    storage.put("tabstate:a", "1/1/0=3");
    assert_eq!((number(&session, "a"), session.durability()), (Some(3), Durability::Durable));
    assert_eq!(storage.text("tabstate!undo"), None);
    assert_eq!(number(&open(&storage), "a"), Some(3));
}

#[test]
fn usage_counts_as_browsers_do() {
    let storage = SimulatedStorage::with(&[("other", "x"), ("tabstate!tab", "id"), ("tabstate:bad", "dark")]);
    let session = open(&storage);
    let keys: Vec<String> = (0..12).map(|nth| format!("🦀{nth:02}")).collect();
    for (nth, key) in keys.iter().enumerate() {
        session.set(key, "é".repeat(nth)).unwrap();
    }
    session.set("bad", 1).unwrap();
    let usage = session.usage().unwrap();
    let own = |name: &&String| name.starts_with("tabstate:") || name.starts_with("tabstate!aside:");
    let sum = storage.texts().iter().filter(|(name, _)| own(name)).map(|(name, text)| units(name) + units(text)).sum();
    assert_eq!((usage.entries, usage.units, usage.largest.len()), (14, sum, 10));
    // `tabstate:🦀11` and `1/12/0="ééééééééééé"`.
    assert_eq!(usage.largest[0], Large { key: "🦀11".to_owned(), units: 13 + 7 + 13 });
    assert!(usage.largest.is_sorted_by(|one, other| one.units >= other.units));
    assert_eq!(usage.entries, session.keys().unwrap().len() + session.quarantined().unwrap().len());
}

// Transactions.

#[test]
fn a_transaction_is_told_once_and_read_inside() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    let heard = hearing(&session);
    session.set("c", 0).unwrap();
    session
        .transaction(|| {
            session.set("b", 1)?;
            session.set("a", 2)?;
            session.set("gone", 3)?;
            assert!(session.remove("gone")? && session.remove("c")?);
            assert_eq!(session.keys()?, ["b", "a"]);
            assert_eq!((number(&session, "a"), session.contains("c")?), (Some(2), false));
            assert_eq!((session.durability_of("a"), session.durability()), (Durability::Pending, Durability::Pending));
            assert_eq!(storage.texts().len(), 1, "nothing is written yet");
            Ok::<_, Error>(())
        })
        .unwrap();
    assert_eq!(*heard.borrow(), [local(&["c"]), local(&["a", "b", "c"])]);
    assert_eq!(session.keys().unwrap(), ["b", "a"]);
    assert_eq!(session.durability(), Durability::Durable);
}

#[test]
fn a_transaction_that_fails_leaves_all_as_it_was() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("a", 1).unwrap();
    let (heard, before) = (hearing(&session), storage.texts());
    let failed: Result<(), Box<dyn std::error::Error>> = session.transaction(|| {
        session.clear()?;
        session.set("b", 1)?;
        Err("no".into())
    });
    assert_eq!(failed.unwrap_err().to_string(), "no");
    assert_eq!((storage.texts(), heard.borrow().len(), number(&session, "a")), (before, 0, Some(1)));
}

#[test]
fn a_transaction_inside_fails_alone() {
    let session = open(&SimulatedStorage::default());
    let heard = hearing(&session);
    session
        .transaction(|| {
            session.set("a", 1)?;
            let inner = session.transaction(|| {
                session.set("a", 2)?;
                session.set("b", 2)?;
                session.set("$$ID", 2)
            });
            assert_eq!(kind(inner), Some(ErrorKind::UnsupportedValue));
            assert_eq!((number(&session, "a"), number(&session, "b")), (Some(1), None));
            session.transaction(|| session.set("c", 3))
        })
        .unwrap();
    assert_eq!(*heard.borrow(), [local(&["a", "c"])]);
}

#[test]
fn a_panic_in_a_transaction_takes_its_writes_along() {
    let session = open(&SimulatedStorage::default());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        session.transaction(|| {
            session.set("a", 1)?;
            panic!("in the midst");
            #[expect(unreachable_code, reason = "says what fails")]
            Ok::<(), Error>(())
        })
    }));
    assert!(panicked.is_err());
    assert!(!session.contains("a").unwrap());
    session.set("b", 1).unwrap();
    assert_eq!(session.durability(), Durability::Durable);
}

// Listeners.

#[test]
fn what_changes_nothing_is_neither_written_nor_told() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("a", 1).unwrap();
    let heard = hearing(&session);
    storage.refuse(0, Refusal::Denied);
    session.set("a", 1).unwrap();
    session.remove("b").unwrap();
    session.transaction(|| Ok::<_, Error>(())).unwrap();
    assert!(heard.borrow().is_empty());
}

#[test]
fn what_other_code_changed_is_told_once_and_before_what_comes_after() {
    let storage = SimulatedStorage::default();
    let session = open(&storage);
    session.set("a", 1).unwrap();
    let heard = hearing(&session);
    storage.put("tabstate:a", "1/1/0=2");
    storage.put("tabstate:b", "1/2/0=2");
    storage.put("tabstate:bad", "dark");
    storage.put("other", "x");
    assert_eq!(number(&session, "a"), Some(2));
    assert!(heard.borrow().is_empty() && session.has_news(), "who reads does not call listeners");
    session.flush().unwrap();
    assert_eq!(*heard.borrow(), [external(&["a", "b"])], "what cannot be read is none");
    storage.put("tabstate:b", "1/2/0=3");
    session.hear(Some("tabstate:b")).unwrap();
    session.hear(Some("other")).unwrap();
    session.hear(Some("tabstate!undo")).unwrap();
    assert_eq!(heard.take()[1..], [external(&["b"])]);

    storage.take("tabstate:b");
    assert_eq!(number(&session, "b"), None);
    session.set("a", 5).unwrap();
    assert_eq!(heard.take(), [external(&["b"]), local(&["a"])]);
}

#[test]
fn listeners_may_write_unsubscribe_and_subscribe() {
    let session = Rc::new(open(&SimulatedStorage::default()));
    let heard = Rc::new(RefCell::new(Vec::new()));
    let inside: Weak<Tab> = Rc::downgrade(&session);
    let hears = Rc::clone(&heard);
    session.subscribe(move |change| {
        let session = inside.upgrade().unwrap();
        hears.borrow_mut().push(("first", change.keys.clone()));
        if change.keys == ["a"] {
            session.set("b", 1).unwrap();
            session.unsubscribe(2);
            let late = Rc::clone(&hears);
            session.subscribe(move |change| late.borrow_mut().push(("late", change.keys.clone())));
        }
    });
    let hears = Rc::clone(&heard);
    assert_eq!(session.subscribe(move |_| hears.borrow_mut().push(("second", Vec::new()))), 2);
    let hears = Rc::clone(&heard);
    session.subscribe(move |change| hears.borrow_mut().push(("third", change.keys.clone())));
    session.set("a", 1).unwrap();
    let (a, b) = (vec!["a".to_owned()], vec!["b".to_owned()]);
    // In order for each; one that came later hears nothing of what was before.
    assert_eq!(*heard.borrow(), [("first", a.clone()), ("third", a), ("first", b.clone()), ("third", b)]);
    heard.take();
    session.remove("a").and_then(|_| session.remove("b")).unwrap();
    assert!(heard.borrow().iter().any(|(who, _)| *who == "late"));
}

#[test]
fn a_listener_that_panics_does_not_silence_the_session() {
    let session = open(&SimulatedStorage::default());
    let id = session.subscribe(|_| panic!("in a listener"));
    assert!(catch_unwind(AssertUnwindSafe(|| session.set("a", 1))).is_err());
    session.unsubscribe(id);
    let heard = hearing(&session);
    session.set("a", 2).unwrap();
    assert_eq!(*heard.borrow(), [local(&["a"])]);
}

/// A value that uses the session while it is written.
struct Meddler<'a>(&'a Tab);

impl Serialize for Meddler<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seen = self.0.keys().map_err(serde::ser::Error::custom)?;
        self.0.set("inner", seen.len()).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str("outer")
    }
}

#[test]
fn a_value_may_use_the_session_that_it_is_written_to() {
    let session = open(&SimulatedStorage::default());
    session.set("outer", Meddler(&session)).unwrap();
    assert_eq!(session.get::<String>("outer").unwrap().as_deref(), Some("outer"));
    assert_eq!(session.get::<usize>("inner"), Ok(Some(0)));
}

/// A storage that breaks its promise, and calls back.
struct CallingBack(SimulatedStorage, RefCell<Weak<Session<Self>>>);

impl CallingBack {
    fn call(&self) {
        let Some(session) = self.1.borrow().upgrade() else { return };
        let outcomes = [
            session.get::<i32>("b").map(drop),
            session.set("b", 1),
            session.clear(),
            session.flush(),
            session.hear(None),
            session.usage().map(drop),
            session.transaction(|| session.set("b", 1)),
        ];
        assert!(outcomes.into_iter().all(|outcome| kind(outcome) == Some(ErrorKind::Unavailable)));
        assert_eq!(session.durability_of("b"), Durability::Durable);
    }
}

impl Storage for CallingBack {
    fn is_durable(&self) -> bool {
        true
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        self.0.names()
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.0.read(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        self.call();
        self.0.write(name, text)
    }

    fn remove(&self, name: &str) {
        self.call();
        self.0.remove(name);
    }
}

#[test]
fn a_storage_that_calls_back_is_refused_without_a_panic() {
    let storage = CallingBack(SimulatedStorage::default(), RefCell::default());
    let session = Rc::new(Session::open(storage, "tabstate", None).unwrap());
    session.storage().1.replace(Rc::downgrade(&session));
    session.set("a", 1).unwrap();
    assert_eq!(session.remove("a"), Ok(true));
    assert_eq!(session.get::<i32>("a"), Ok(None));
}

// Values of serde.

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
enum Anything {
    Nothing,
    Number(f64),
    Wide(u128),
    Text(String),
    List(Vec<Self>),
    Named(BTreeMap<String, Self>),
    Numbered(BTreeMap<i64, Option<bool>>),
    Set(BTreeSet<char>),
    Struct { first: (u8, i64), second: Option<Box<Self>> },
}

fn anything() -> impl Strategy<Value = Anything> {
    let leaf = prop_oneof![
        Just(Anything::Nothing),
        any::<f64>().prop_filter("NaN is not itself", |float| !float.is_nan()).prop_map(Anything::Number),
        any::<u128>().prop_map(Anything::Wide),
        any::<String>().prop_map(Anything::Text),
        prop::collection::btree_map(any::<i64>(), any::<Option<bool>>(), 0..4).prop_map(Anything::Numbered),
        prop::collection::btree_set(any::<char>(), 0..4).prop_map(Anything::Set),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Anything::List),
            prop::collection::btree_map(any::<String>(), inner.clone(), 0..4).prop_map(Anything::Named),
            (any::<(u8, i64)>(), prop::option::of(inner.prop_map(Box::new)))
                .prop_map(|(first, second)| Anything::Struct { first, second }),
        ]
    })
}

/// Names and texts that may be ours, or may not.
fn strangers() -> impl Strategy<Value = BTreeMap<String, String>> {
    let text = prop_oneof![any::<String>(), "1/[01]/[01][=#].{0,8}"];
    prop::collection::btree_map("(tabstate[:!](undo|aside:[0-9]?:)?)?[ab]?", text, 0..6)
}

proptest! {
    #[test]
    fn what_was_set_is_got_by_any_key_also_after_a_reload(key in any::<String>(), value in anything()) {
        prop_assume!(!key.starts_with("$$ID"));
        let storage = SimulatedStorage::default();
        let session = open(&storage);
        session.set(&key, &value).unwrap();
        prop_assert_eq!(session.get(&key), Ok(Some(value.clone())));
        let reloaded = open(&storage);
        prop_assert_eq!(reloaded.get(&key), Ok(Some(value)));
        prop_assert_eq!(reloaded.keys(), Ok(vec![key]));
        prop_assert_eq!(reloaded.quarantined(), Ok(vec![]));
    }

    #[test]
    fn any_texts_of_strangers_are_read_or_kept(texts in strangers()) {
        let storage = SimulatedStorage::default();
        for (name, text) in &texts {
            storage.put(name, text);
        }
        let session = open_version(&storage, 0);
        session.set("a", 1).unwrap();
        session.clear().unwrap();
        session.flush().unwrap();
        let (count, quarantined) = (session.usage().unwrap().entries, session.quarantined().unwrap());
        prop_assert_eq!(count, quarantined.len());
        for Quarantined { name, .. } in quarantined {
            prop_assert!(storage.text(&name).is_some_and(|text| texts.values().any(|its| *its == text)));
        }
    }
}

// This thread's own session.

#[test]
fn off_the_browser_the_session_is_memory_and_says_so() {
    session_state::set("a", 1).unwrap();
    assert_eq!(
        (session_state::durability(), session_state::durability_of("a")),
        (Durability::Memory, Durability::Memory)
    );
    assert!(tabstate::status().session_state.is_some());
    assert_eq!(kind(session_state::configure(Some("late"), None)), Some(ErrorKind::InvalidOption));
}

#[test]
fn a_listener_may_own_its_subscription() {
    let slot = Rc::new(RefCell::new(None));
    let owned = Rc::clone(&slot);
    let subscription = session_state::subscribe(move |_| drop(owned.take()));
    slot.replace(Some(subscription));
    session_state::set("a", 1).unwrap();
    session_state::set("a", 2).unwrap();
    assert!(slot.borrow().is_none());
}
