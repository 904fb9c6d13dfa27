//! The session against a simulated storage with a quota, refusals, denial, other code that writes, and pages that end in the
//! midst of it, over random schedules: no previous value is lost, every outcome is told as it is, a batch is written whole
//! or not at all, and what is not the session's stays. `TABSTATE_SCHEDULES` sets how many are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_storage;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use proptest::prelude::*;
use proptest::sample::select;
use simulated_storage::SimulatedStorage;
use tabstate::port::Refusal;
use tabstate::session_state::{Change, Durability, Record, Session, Source, write_record};
use tabstate::{Error, ErrorKind};

const NAMESPACE: &str = "ns";
const VERSION: u64 = 2;
const KEYS: [&str; 5] = ["a", "b", "", "a:b", "!undo"];
/// Names of other code that resemble ours.
const FOREIGN: [&str; 5] = ["a", "ns", "n:a", "nss:a", "tabstate:a"];

#[derive(Clone, Debug)]
enum Edit {
    Set(&'static str, usize),
    /// Writes the value that is there.
    SetAgain(&'static str),
    Remove(&'static str),
    Clear,
    Transaction(Vec<Edit>, Ends),
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    Well,
    InError,
    /// In an error that the outer transaction does not mind.
    Mildly,
}

#[derive(Clone, Debug)]
enum Other {
    Put(&'static str, usize, u64),
    Break(&'static str, Breakage),
    Take(&'static str),
    PutForeign(&'static str, usize),
    Clear,
}

#[derive(Clone, Copy, Debug)]
enum Breakage {
    Garbage,
    Empty,
    NewerVersion,
    NoJson,
    LoneSurrogate,
}

#[derive(Clone, Debug)]
enum Step {
    Edit(Edit),
    Other(Other),
    /// Reads all that there is.
    Look,
    Flush,
    Quota(Option<usize>),
    /// After so many writes, refuses so many.
    Refuse(usize, usize, Refusal),
    Relent,
    Deny(bool),
    Reload,
    /// The page ends after so many writes of the edit.
    EndIn(usize, Edit),
}

fn key() -> impl Strategy<Value = &'static str> {
    select(&KEYS[..])
}

fn edit() -> impl Strategy<Value = Edit> {
    let simple = prop_oneof![
        8 => (key(), 0..40usize).prop_map(|(key, length)| Edit::Set(key, length)),
        1 => key().prop_map(Edit::SetAgain),
        3 => key().prop_map(Edit::Remove),
        1 => Just(Edit::Clear),
    ];
    let ends = prop_oneof![4 => Just(Ends::Well), 1 => Just(Ends::InError), 1 => Just(Ends::Mildly)];
    simple.prop_recursive(2, 8, 4, move |inner| {
        (prop::collection::vec(inner, 0..5), ends.clone()).prop_map(|(edits, ends)| Edit::Transaction(edits, ends))
    })
}

fn other() -> impl Strategy<Value = Other> {
    let breakage = select(
        &[Breakage::Garbage, Breakage::Empty, Breakage::NewerVersion, Breakage::NoJson, Breakage::LoneSurrogate][..],
    );
    prop_oneof![
        4 => (key(), 0..40usize, 1..=VERSION).prop_map(|(key, length, version)| Other::Put(key, length, version)),
        3 => (key(), breakage).prop_map(|(key, breakage)| Other::Break(key, breakage)),
        2 => key().prop_map(Other::Take),
        2 => (select(&FOREIGN[..]), 0..20usize).prop_map(|(name, length)| Other::PutForeign(name, length)),
        1 => Just(Other::Clear),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let refusal = prop_oneof![3 => Just(Refusal::Full), 1 => Just(Refusal::Denied)];
    prop_oneof![
        12 => edit().prop_map(Step::Edit),
        4 => other().prop_map(Step::Other),
        2 => Just(Step::Look),
        1 => Just(Step::Flush),
        3 => prop::option::weighted(0.8, 0..120usize).prop_map(Step::Quota),
        8 => (0..8usize, 1..4usize, refusal).prop_map(|(after, count, refusal)| Step::Refuse(after, count, refusal)),
        1 => Just(Step::Relent),
        1 => any::<bool>().prop_map(Step::Deny),
        2 => Just(Step::Reload),
        2 => (0..10usize, edit()).prop_map(|(writes, edit)| Step::EndIn(writes, edit)),
    ]
}

/// A value, and the version that wrote it.
type Value = (String, u64);
/// What is to be seen, in its order.
type Seen = Vec<(&'static str, Value)>;

fn of(seen: &Seen, key: &str) -> Option<Value> {
    seen.iter().find(|(its, _)| *its == key).map(|(_, value)| value.clone())
}

fn put(seen: &mut Seen, key: &'static str, value: Value) {
    match seen.iter_mut().find(|(its, _)| *its == key) {
        Some((_, place)) => *place = value,
        None => seen.push((key, value)),
    }
}

fn drop_key(seen: &mut Seen, key: &str) {
    seen.retain(|(its, _)| *its != key);
}

fn differing(one: &Seen, other: &Seen) -> Vec<String> {
    let keys: BTreeSet<&str> = KEYS.into_iter().collect();
    keys.into_iter().filter(|key| of(one, key) != of(other, key)).map(str::to_owned).collect()
}

fn entry(key: &str) -> String {
    format!("{NAMESPACE}:{key}")
}

/// What a text is read as, by the format's own description.
fn meaning(text: Option<&str>) -> Option<Value> {
    let record = Record::parse(text?).ok()?;
    let value: String = record.read().ok()?;
    (record.version() <= VERSION).then(|| (value, record.version()))
}

/// Whatever a transaction of the test fails with.
#[derive(Debug, PartialEq)]
enum Failure {
    OfSession(Error),
    Wanted,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::OfSession(error)
    }
}

struct World {
    storage: SimulatedStorage,
    session: Rc<Session<SimulatedStorage>>,
    heard: Rc<RefCell<Vec<Change>>>,
    /// What has to be seen.
    seen: Seen,
    /// What the edit under way is to make of it.
    wanted: Seen,
    /// What a listener knows who reads a key when it is told of it.
    mirror: Seen,
    foreign: BTreeMap<String, String>,
    /// The texts that nobody can read, and nobody but other code has removed.
    broken: BTreeSet<String>,
    /// What memory alone has, or had until other code wrote unseen, and is written down for the next page.
    pending: BTreeMap<&'static str, Value>,
    /// Whether the storage did not take what was written down, or other code touched it.
    is_note_lost: bool,
    /// What the storage held when it was looked at last.
    texts: BTreeMap<String, String>,
    /// What was in force until other code wrote unseen.
    replaced: BTreeMap<&'static str, Value>,
    /// What other code did unseen. A key that is new is seen by the number of names; one in another's place is not, and may
    /// have the place of a key that is set then.
    others: usize,
    is_order_known: bool,
    is_denied: bool,
    counter: usize,
}

type Opened = (Rc<Session<SimulatedStorage>>, Rc<RefCell<Vec<Change>>>);

fn open(storage: &SimulatedStorage) -> Opened {
    let session = Session::open(storage.clone(), NAMESPACE, Some(VERSION)).unwrap();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    session.subscribe(move |change| hears.borrow_mut().push(change.clone()));
    (Rc::new(session), heard)
}

fn noted_name() -> String {
    format!("{NAMESPACE}!undo")
}

impl World {
    fn new() -> Self {
        let storage = SimulatedStorage::default();
        let (session, heard) = open(&storage);
        Self {
            storage,
            session,
            heard,
            seen: Seen::new(),
            wanted: Seen::new(),
            mirror: Seen::new(),
            foreign: BTreeMap::new(),
            broken: BTreeSet::new(),
            pending: BTreeMap::new(),
            is_note_lost: false,
            texts: BTreeMap::new(),
            replaced: BTreeMap::new(),
            others: 0,
            is_order_known: true,
            is_denied: false,
            counter: 0,
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Edit(edit) => self.edit(edit),
            Step::Other(other) => self.other(other),
            Step::Look => self.look(),
            Step::Flush => {
                let flushed = self.session.flush().map_err(Failure::OfSession);
                self.judge(flushed.as_ref().err());
                self.reads_are_true();
            }
            Step::Quota(Some(room)) => self.storage.leave_room(*room),
            Step::Quota(None) => self.storage.set_quota(None),
            Step::Refuse(after, count, refusal) => {
                (*after..after + count).for_each(|after| self.storage.refuse(after, *refusal));
            }
            Step::Relent => self.storage.relent(),
            Step::Deny(denies) => {
                self.is_denied = *denies;
                self.storage.set_denial(*denies);
            }
            Step::Reload => self.reload(false),
            Step::EndIn(writes, edit) => {
                self.look();
                self.wanted = self.seen.clone();
                self.storage.end_after(*writes);
                let mut after = self.seen.clone();
                let _unseen = self.run(edit, &mut after);
                self.storage.begin();
                self.notice_refusals();
                self.reload(true);
            }
        }
        self.hear();
        self.what_is_not_ours_stays();
    }

    /// An outcome has a reason: nothing fails where nothing was refused.
    fn judge(&mut self, failure: Option<&Failure>) {
        let refused = self.notice_refusals();
        if let Some(Failure::OfSession(error)) = failure {
            assert!(matches!(error.kind(), ErrorKind::Full | ErrorKind::Blocked), "{error}");
            assert!(self.is_denied || !refused.is_empty(), "{error}, of nothing");
        }
    }

    fn notice_refusals(&mut self) -> Vec<String> {
        let refused = self.storage.take_refused();
        self.is_note_lost |= refused.contains(&noted_name());
        refused
    }

    fn edit(&mut self, edit: &Edit) {
        self.hear();
        let before = self.seen.clone();
        let mut after = before.clone();
        let outcome = self.run(edit, &mut after);
        self.judge(outcome.as_ref().err());
        if self.is_denied {
            assert!(outcome.is_err() || after == before, "{edit:?} while denied");
        } else if outcome.is_ok() {
            self.seen = after;
        }
        let changed = differing(&before, &self.seen);
        let heard = self.heard.borrow().clone();
        let local = heard.into_iter().filter(|change| change.source == Source::Local);
        let told: Vec<Vec<String>> = local.map(|change| change.keys).collect();
        let expected = if changed.is_empty() { Vec::new() } else { Vec::from([changed]) };
        assert_eq!(told, expected, "one batch is told once, what fails is not");
        self.reads_are_true();
    }

    /// Runs an edit on the session, and on what is to be seen after it.
    fn run(&mut self, edit: &Edit, seen: &mut Seen) -> Result<(), Failure> {
        let mut after = seen.clone();
        match edit {
            Edit::Set(key, length) => {
                self.counter += 1;
                let value = format!("{}-{}", self.counter, "x".repeat(*length));
                put(&mut after, key, (value.clone(), VERSION));
                self.wanted.clone_from(&after);
                self.session.set(key, value)?;
            }
            Edit::SetAgain(key) => {
                if let Some((value, _)) = of(seen, key) {
                    put(&mut after, key, (value.clone(), VERSION));
                    self.wanted.clone_from(&after);
                    self.session.set(key, value)?;
                }
            }
            Edit::Remove(key) => {
                drop_key(&mut after, key);
                self.wanted.clone_from(&after);
                let is_gone = self.session.remove(key)?;
                assert_eq!(is_gone, after != *seen, "what is removed was there: {key:?}");
            }
            Edit::Clear => {
                after.clear();
                self.wanted.clone_from(&after);
                self.session.clear()?;
            }
            Edit::Transaction(edits, ends) => {
                let session = Rc::clone(&self.session);
                let outcome = session.transaction(|| {
                    for edit in edits {
                        self.run(edit, &mut after)?;
                        for key in KEYS {
                            let value = session.get::<String>(key)?;
                            assert_eq!(value, of(&after, key).map(|(value, _)| value), "reads inside see writes");
                        }
                    }
                    self.wanted.clone_from(&after);
                    if *ends == Ends::Well { Ok(()) } else { Err(Failure::Wanted) }
                });
                match outcome {
                    Err(Failure::Wanted) if *ends == Ends::Mildly => return Ok(()),
                    outcome => outcome?,
                }
            }
        }
        *seen = after;
        Ok(())
    }

    fn other(&mut self, other: &Other) {
        self.counter += 1;
        let id = self.counter;
        let raw = |key: &str| self.storage.text(&entry(key));
        let before: Vec<Option<String>> = KEYS.iter().map(|key| raw(key)).collect();
        let texts = self.storage.texts();
        let order_of = |text: &String| Record::parse(text).map_or(0, |record| record.order());
        let order = 1 + texts.values().map(order_of).max().unwrap_or_default();
        match other {
            Other::Put(key, length, version) => {
                let value = format!("{id}-{}", "y".repeat(*length));
                self.storage.put(&entry(key), &write_record(&value, order, *version).unwrap());
            }
            Other::Break(key, breakage) => {
                let text = match breakage {
                    Breakage::Garbage => format!("garbage {id}"),
                    Breakage::Empty => String::new(),
                    Breakage::NewerVersion => write_record(&id, order, VERSION + 1).unwrap(),
                    Breakage::NoJson => format!("1/{order}/0={{\"{id}\":"),
                    Breakage::LoneSurrogate => format!("1/{order}/0=[{id},\"\\ud800\"]"),
                };
                self.storage.put(&entry(key), &text);
            }
            Other::Take(key) => {
                self.storage.take(&entry(key));
            }
            Other::PutForeign(name, length) => {
                let text = format!("{id}{}", "z".repeat(*length));
                self.storage.put(name, &text);
                self.foreign.insert((*name).to_owned(), text);
            }
            Other::Clear => {
                self.storage.clear();
                self.foreign.clear();
                self.broken.clear();
                self.is_note_lost = true;
            }
        }
        self.others += 1;
        self.is_order_known &= self.others < 2 && self.pending.is_empty();
        for (key, before) in KEYS.into_iter().zip(before) {
            let after = self.storage.text(&entry(key));
            if after == before {
                continue;
            }
            if let Some(before) = before {
                self.broken.remove(&before);
                self.is_order_known = false;
            }
            if let Some(value) = of(&self.seen, key) {
                self.replaced.insert(key, value);
            }
            drop_key(&mut self.seen, key);
            if let Some(value) = self.pending.get(key).filter(|_| self.texts.get(&entry(key)) == after.as_ref()) {
                // What comes and goes unseen never was.
                put(&mut self.seen, key, value.clone());
                continue;
            }
            match (meaning(after.as_deref()), after) {
                (Some(value), _) => put(&mut self.seen, key, value),
                (None, Some(text)) => drop(self.broken.insert(text)),
                (None, None) => {}
            }
        }
    }

    /// Another page of the tab begins; perhaps as the one before ended in the midst of an edit.
    fn reload(&mut self, is_cut: bool) {
        self.is_denied = false;
        self.storage.set_denial(false);
        let raw: Vec<Option<Value>> =
            KEYS.iter().map(|key| meaning(self.storage.text(&entry(key)).as_deref())).collect();
        (self.session, self.heard) = open(&self.storage);
        self.notice_refusals();
        for (key, raw) in KEYS.into_iter().zip(raw) {
            let now = self.session.get::<String>(key).unwrap();
            let now = now.map(|value| (value, self.session.version(key).unwrap().unwrap()));
            let mut allowed = Vec::from([of(&self.seen, key)]);
            if is_cut {
                allowed.push(of(&self.wanted, key));
            }
            if let Some(value) = self.pending.get(key) {
                // What other code made of it unseen, may be undone; what could not be written down, is lost.
                allowed.push(Some(value.clone()));
                if self.is_note_lost {
                    allowed.push(raw);
                }
            }
            if !self.pending.is_empty() && self.is_note_lost {
                // What is written down may hold more than what is owed.
                allowed.extend(self.replaced.get(key).cloned().map(Some));
            }
            assert!(allowed.contains(&now), "{key:?} is {now:?} after a reload, and was one of {allowed:?}");
            match now {
                Some(value) => put(&mut self.seen, key, value),
                None => drop_key(&mut self.seen, key),
            }
        }
        self.is_order_known &= !is_cut && self.pending.is_empty();
        self.pending.clear();
        self.mirror.clone_from(&self.seen);
        self.reads_are_true();
        self.look();
    }

    /// What listeners are told of, they read.
    fn hear(&mut self) {
        if self.is_denied {
            return;
        }
        for change in self.heard.take() {
            assert!(!change.keys.is_empty());
            for key in KEYS {
                if change.keys.iter().any(|its| its == key) {
                    match of(&self.seen, key) {
                        Some(value) => put(&mut self.mirror, key, value),
                        None => drop_key(&mut self.mirror, key),
                    }
                }
            }
        }
    }

    /// Each key reads as it is to, and what is said to be durable is in the storage.
    fn reads_are_true(&mut self) {
        if self.is_denied {
            return;
        }
        let mut pending = BTreeMap::new();
        for key in KEYS {
            let value = of(&self.seen, key);
            assert_eq!(self.session.get::<String>(key).unwrap(), value.clone().map(|(value, _)| value), "{key:?}");
            assert_eq!(self.session.version(key).unwrap(), value.as_ref().map(|(_, version)| *version), "{key:?}");
            assert_eq!(self.session.contains(key).unwrap(), value.is_some(), "{key:?}");
            match (self.session.durability_of(key), value) {
                (Durability::Durable, value) => {
                    assert_eq!(meaning(self.storage.text(&entry(key)).as_deref()), value, "{key:?} is not durable");
                }
                (Durability::Pending, Some(value)) => drop(pending.insert(key, value)),
                told => panic!("{key:?} is {told:?}"),
            }
        }
        assert_eq!(self.session.durability() == Durability::Pending, !pending.is_empty());
        self.notice_refusals();
        if pending.is_empty() {
            assert_eq!(self.storage.text(&noted_name()), None, "nothing is owed");
            self.is_note_lost = false;
        } else if !self.is_note_lost {
            assert!(self.storage.text(&noted_name()).is_some(), "what is owed is written down");
        }
        self.pending = pending;
        self.replaced.clear();
        self.texts = self.storage.texts();
    }

    /// All that there is reads as it is to, and all changes were told.
    fn look(&mut self) {
        if self.is_denied {
            assert_eq!(self.session.keys().unwrap_err().kind(), ErrorKind::Blocked);
            return;
        }
        self.session.hear(None).unwrap();
        self.reads_are_true();
        self.hear();
        assert_eq!(differing(&self.mirror, &self.seen), [""; 0], "all changes are told");

        let keys = self.session.keys().unwrap();
        let seen = |key: &String| KEYS.into_iter().find(|its| its == key).unwrap();
        if !self.is_order_known {
            let order: Vec<&str> = keys.iter().map(seen).collect();
            self.seen.sort_by_key(|(key, _)| order.iter().position(|its| its == key));
            self.is_order_known = true;
        }
        self.others = 0;
        assert_eq!(keys, self.seen.iter().map(|(key, _)| *key).collect::<Vec<_>>());

        let texts = self.storage.texts();
        let is_aside = |name: &str| name.starts_with("ns!aside:");
        let entries = texts.iter().filter(|(name, _)| name.starts_with("ns:") || is_aside(name));
        let units: Vec<usize> =
            entries.map(|(name, text)| simulated_storage::units(name) + simulated_storage::units(text)).collect();
        let usage = self.session.usage().unwrap();
        assert_eq!((usage.entries, usage.units), (units.len(), units.iter().sum()));
        let is_broken = |name: &str, text: &str| name.starts_with("ns:") && meaning(Some(text)).is_none();
        let quarantined =
            texts.iter().filter(|(name, text)| is_aside(name) || is_broken(name, text)).map(|(name, _)| name);
        let told: BTreeSet<String> = self.session.quarantined().unwrap().into_iter().map(|its| its.name).collect();
        assert_eq!(told, quarantined.cloned().collect(), "what cannot be read is told");
    }

    fn what_is_not_ours_stays(&self) {
        let texts = self.storage.texts();
        let is_own = |name: &str| name.starts_with("ns:") || name.starts_with("ns!");
        let foreign: BTreeMap<_, _> = texts.clone().into_iter().filter(|(name, _)| !is_own(name)).collect();
        assert_eq!(foreign, self.foreign, "foreign entries stay");
        let is_kept = |broken: &String| {
            texts
                .iter()
                .any(|(name, text)| (name.starts_with("ns:") || name.starts_with("ns!aside:")) && text == broken)
        };
        for broken in &self.broken {
            assert!(is_kept(broken), "{broken:?} is gone");
        }
    }
}

fn schedules() -> u32 {
    std::env::var("TABSTATE_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: schedules(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_every_outcome_is_true(steps in prop::collection::vec(step(), 1..24)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.storage.relent();
        world.storage.set_quota(None);
        world.reload(false);
    }
}
