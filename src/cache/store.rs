//! The values of one cache and the runs that make them: drives the shelf, for any number of threads and tasks. What is the
//! user's (functions, values that are dropped) runs while nothing is locked.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::events::Listeners;
use super::run::{Outcome, Run};
use super::session::{Entries, Records, Restored};
use super::threads::{AnyClock, Failure, Release, Spawn, Validate, Weigh};
use super::{CacheEventKind, Counts, Ended, Found, Key, Persistence, Shelf, Why};
use crate::Error;
use crate::port::Milliseconds;

/// What a cache asks of others.
pub(super) struct Ports<V> {
    pub clock: AnyClock,
    /// Where values are kept for other pages.
    pub records: Option<Records<V>>,
    pub release: Option<Release<V>>,
    pub spawn: Option<Spawn>,
    pub validate: Option<Validate<V>>,
    pub weigh: Option<Weigh<V>>,
}

pub(super) struct Store<V> {
    pub ports: Ports<V>,
    pub listeners: Arc<Listeners>,
    state: Mutex<State<V>>,
    /// Whether all that earlier pages have kept is taken in; and what tells who waits for that.
    is_loaded: AtomicBool,
    loaded: Condvar,
}

struct State<V> {
    shelf: Shelf,
    numbers: HashMap<Key, usize>,
    /// By their numbers.
    entries: Vec<Option<Entry<V>>>,
    /// Where else it is kept.
    elsewhere: Option<Entries>,
    /// Who takes in what earlier pages have kept.
    loader: Option<ThreadId>,
    /// Runs of the shelf that nobody asked for; those that were hits; and what was kept without being made.
    loads: u64,
    restores: u64,
    taken_in: u64,
}

struct Entry<V> {
    key: Key,
    value: Option<Arc<V>>,
    run: Option<Arc<Run<V>>>,
}

/// What was let go of while the state was locked, to be told and dropped behind that.
struct Dropped<V> {
    values: Vec<(Key, Arc<V>, Why)>,
    entries: Vec<Entry<V>>,
}

impl<V> Default for Dropped<V> {
    fn default() -> Self {
        Self { values: Vec::new(), entries: Vec::new() }
    }
}

/// What a key has for one who asks.
pub(super) enum Answer<V> {
    Hit(Arc<V>),
    /// The run behind it is the asker's to do.
    Stale(Arc<V>, Arc<Run<V>>),
    Run(Arc<Run<V>>),
    Join(Arc<Run<V>>),
    /// The asker has to do without the cache.
    Alone,
}

impl<V> State<V> {
    fn entry(&mut self, number: usize) -> Option<&mut Entry<V>> {
        self.entries.get_mut(number)?.as_mut()
    }

    /// The entry of a run that was not overtaken.
    fn entry_of(&mut self, run: &Arc<Run<V>>) -> Option<&mut Entry<V>> {
        let is_its = |entry: &&mut Entry<V>| entry.run.as_ref().is_some_and(|its| Arc::ptr_eq(its, run));
        self.entry(run.entry).filter(is_its)
    }

    /// A run for a key that is not there.
    fn begin(&mut self, key: &Key, is_task: bool) -> Arc<Run<V>> {
        let (number, ticket) = self.shelf.begin();
        let run = Arc::new(Run::new(key, number, ticket, is_task));
        while self.entries.len() <= number {
            self.entries.push(None);
        }
        if let Some(place) = self.entries.get_mut(number) {
            *place = Some(Entry { key: key.clone(), value: None, run: Some(Arc::clone(&run)) });
        }
        self.numbers.insert(key.clone(), number);
        run
    }

    fn look(&mut self, key: &Key, now: Milliseconds, is_task: bool) -> (Answer<V>, Dropped<V>) {
        let Some(number) = self.numbers.get(key).copied() else {
            return (Answer::Run(self.begin(key, is_task)), Dropped::default());
        };
        let found = self.shelf.look(number, now);
        let dropped = self.take_gone();
        let Some(entry) = self.entry(number) else { return (Answer::Alone, dropped) };
        let mut begin = |ticket| {
            let run = Arc::new(Run::new(key, number, ticket, is_task));
            entry.run = Some(Arc::clone(&run));
            run
        };
        let answer = match (found, entry.value.clone()) {
            (Found::Hit, Some(value)) => Answer::Hit(value),
            (Found::Stale(ticket), Some(value)) => Answer::Stale(value, begin(ticket)),
            (Found::Run(ticket) | Found::Stale(ticket), _) => Answer::Run(begin(ticket)),
            (Found::Join | Found::Hit, _) => match &entry.run {
                Some(run) => {
                    run.progress().waiting += usize::from(is_task);
                    Answer::Join(Arc::clone(run))
                }
                None => Answer::Alone,
            },
        };
        (answer, dropped)
    }

    /// Puts what a run made into its entry, if it is kept.
    fn complete(
        &mut self,
        run: &Arc<Run<V>>,
        value: &Arc<V>,
        now: Milliseconds,
        age: Milliseconds,
        size: u64,
    ) -> (Ended, Dropped<V>) {
        let had = self.entry_of(run).and_then(|entry| entry.value.as_ref());
        let is_same = had.is_some_and(|had| Arc::ptr_eq(had, value));
        let ended = self.shelf.complete(run.entry, run.ticket, now, age, size, is_same);
        let dropped = self.take_gone();
        if ended == Ended::Kept
            && let Some(entry) = self.entry_of(run)
        {
            entry.value = Some(Arc::clone(value));
        }
        (ended, dropped)
    }

    /// Writes a record, where there is a place for it. Returns whether there is trouble.
    fn keep_elsewhere(&mut self, key: &Key, record: Option<&str>) -> bool {
        let Some(elsewhere) = &mut self.elsewhere else { return false };
        record.is_some_and(|record| elsewhere.write(key, record).is_err())
    }

    fn remove_elsewhere(&self, key: &Key) {
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.remove(key);
        }
    }

    /// What the shelf let go of, here and elsewhere.
    fn take_gone(&mut self) -> Dropped<V> {
        let dropped = self.take_gone_here();
        for (key, ..) in &dropped.values {
            self.remove_elsewhere(key);
        }
        dropped
    }

    fn take_gone_here(&mut self) -> Dropped<V> {
        let mut dropped = Dropped::default();
        while let Some(gone) = self.shelf.next_gone() {
            let Some(place) = self.entries.get_mut(gone.entry) else { continue };
            if let (Some(why), Some(entry)) = (gone.why, place.as_mut()) {
                dropped.values.extend(entry.value.take().map(|value| (entry.key.clone(), value, why)));
            }
            if let Some(entry) = place.take_if(|_| gone.is_forgotten) {
                self.numbers.remove(&entry.key);
                dropped.entries.push(entry);
            }
        }
        dropped
    }
}

impl<V> Store<V> {
    pub fn new(shelf: Shelf, ports: Ports<V>, elsewhere: Option<Entries>) -> Self {
        let is_loaded = AtomicBool::new(ports.records.is_none());
        let state = State {
            shelf,
            numbers: HashMap::new(),
            entries: Vec::new(),
            elsewhere,
            loader: None,
            loads: 0,
            restores: 0,
            taken_in: 0,
        };
        Self { ports, listeners: Arc::default(), state: Mutex::new(state), is_loaded, loaded: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Milliseconds {
        self.ports.clock.now()
    }

    /// What happened so far, and what is there by now.
    pub fn counts_so_far(&self) -> Counts {
        let state = self.state();
        let mut counts = *state.shelf.counts();
        counts.hits += state.restores;
        counts.misses -= state.loads + state.restores;
        counts.stores -= state.taken_in;
        counts
    }

    pub fn counts(&self) -> Counts {
        self.ready();
        self.counts_so_far()
    }

    pub fn persistence(&self) -> Persistence {
        self.ready();
        self.state().elsewhere.as_ref().map_or(Persistence::Memory(None), Entries::persistence)
    }

    /// Takes in what earlier pages have kept, with the first use. Others wait for it, but not what reads the values.
    fn ready(&self) {
        if self.is_loaded.load(Ordering::Acquire) {
            return;
        }
        let Some(records) = &self.ports.records else { return };
        let own = thread::current().id();
        let mut state = self.state();
        while let Some(loader) = state.loader {
            if loader == own || self.is_loaded.load(Ordering::Acquire) {
                return;
            }
            state = self.loaded.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.loader = Some(own);
        let keys = state.elsewhere.as_mut().map(Entries::keys).unwrap_or_default();
        drop(state);
        let loading = Loading(self);
        self.load(records, keys);
        drop(loading);
    }

    fn load(&self, records: &Records<V>, keys: Vec<Key>) {
        let read = |key: &Key| self.state().elsewhere.as_mut().and_then(|elsewhere| elsewhere.read(key));
        let mut found: Vec<(u64, Key, String)> = keys
            .into_iter()
            .filter_map(|key| read(&key).map(|record| (records.time_of(&record), key, record)))
            .collect();
        // As if they had been used when they were made.
        found.sort_by(|(time, key, _), (other, other_key, _)| (time, key.text()).cmp(&(other, other_key.text())));
        for (_, key, record) in found {
            let restored = records.read(&record).ok().map(|restored| {
                let size = self.weigh(&restored.value);
                (restored, size)
            });
            let now = self.now();
            let mut state = self.state();
            // What reads the values may have asked for this one.
            if state.numbers.contains_key(&key) {
                continue;
            }
            let Some((Restored { value, age, record }, size)) = restored else {
                // A cache has no need of what cannot be read.
                state.remove_elsewhere(&key);
                continue;
            };
            let run = state.begin(&key, false);
            state.loads += 1;
            let (ended, dropped) = state.complete(&run, &Arc::new(value), now, age, size);
            let mut is_troubled = false;
            if ended == Ended::Kept {
                state.taken_in += 1;
                is_troubled = state.keep_elsewhere(&key, record.as_deref());
            } else {
                state.remove_elsewhere(&key);
            }
            if let Some(entry) = state.entry_of(&run) {
                entry.run = None;
            }
            drop(state);
            if is_troubled {
                self.listeners.tell(CacheEventKind::Error, Some(&key));
            }
            self.release(dropped);
        }
    }

    /// What others have kept for the key since, for a run that begins. It ends with that.
    fn restore(&self, run: &Arc<Run<V>>) -> Option<Arc<V>> {
        let records = self.ports.records.as_ref()?;
        let text = self.state().elsewhere.as_mut()?.read(&run.key)?;
        let restored = records.read(&text).ok().map(|restored| {
            let size = self.weigh(&restored.value);
            (restored, size)
        });
        let now = self.now();
        let mut guard = self.state();
        let state = &mut *guard;
        // Overtaken meanwhile: whoever cleared it, did so elsewhere too.
        state.entry_of(run)?;
        let room = restored.filter(|(Restored { age, .. }, size)| state.shelf.has_room(*age, *size));
        let Some((Restored { value, age, record }, size)) = room else {
            state.remove_elsewhere(&run.key);
            return None;
        };
        let value = Arc::new(value);
        let (ended, dropped) = state.complete(run, &value, now, age, size);
        let is_kept = ended == Ended::Kept;
        state.restores += 1;
        state.taken_in += u64::from(is_kept);
        let is_troubled = is_kept && state.keep_elsewhere(&run.key, record.as_deref());
        if let Some(entry) = state.entry_of(run) {
            entry.run = None;
        }
        drop(guard);
        run.end(Outcome::Made(Arc::clone(&value)));
        if is_troubled {
            self.listeners.tell(CacheEventKind::Error, Some(&run.key));
        }
        self.release(dropped);
        Some(value)
    }

    fn weigh(&self, value: &V) -> u64 {
        self.ports.weigh.as_ref().map_or(0, |weigh| weigh(value))
    }

    pub fn peek(&self, key: &Key) -> Option<Arc<V>> {
        self.ready();
        let now = self.now();
        let state = &mut *self.state();
        let number = *state.numbers.get(key)?;
        if state.shelf.holds(number, now) { state.entry(number)?.value.clone() } else { None }
    }

    pub fn clear(&self, key: &Key) {
        self.ready();
        let mut state = self.state();
        // Others may have kept it since.
        state.remove_elsewhere(key);
        let Some(number) = state.numbers.get(key).copied() else { return };
        state.shelf.clear(number);
        let dropped = state.take_gone();
        drop(state);
        self.listeners.tell(CacheEventKind::Clear, Some(key));
        self.release(dropped);
    }

    pub fn clear_all(&self) {
        self.ready();
        let mut state = self.state();
        state.shelf.clear_all();
        let dropped = state.take_gone();
        if let Some(elsewhere) = &mut state.elsewhere {
            elsewhere.remove_all();
        }
        drop(state);
        self.listeners.tell(CacheEventKind::Clear, None);
        self.release(dropped);
    }

    fn release(&self, dropped: Dropped<V>) {
        for (key, value, why) in dropped.values {
            match why {
                Why::Expired => self.listeners.tell(CacheEventKind::Expire, Some(&key)),
                Why::Evicted => self.listeners.tell(CacheEventKind::Evict, Some(&key)),
                _ => {}
            }
            if let Some(release) = &self.ports.release {
                release(value);
            }
        }
    }

    fn is_valid(&self, value: &V) -> bool {
        self.ports.validate.as_ref().is_none_or(|is_valid| is_valid(value))
    }

    /// What the key has; a run that begins with this is one of tasks, or of this thread.
    pub fn look(&self, key: &Key, is_task: bool) -> Answer<V> {
        self.ready();
        loop {
            let now = self.now();
            let mut state = self.state();
            let (answer, dropped) = state.look(key, now, is_task);
            drop(state);
            self.release(dropped);
            let tell = |kind| self.listeners.tell(kind, Some(key));
            match answer {
                Answer::Hit(value) => {
                    if self.is_valid(&value) {
                        tell(CacheEventKind::Hit);
                        return Answer::Hit(value);
                    }
                    self.reject(key, &value);
                }
                Answer::Stale(value, run) => {
                    let unended = Unended::new(self, run);
                    if self.is_valid(&value) {
                        tell(CacheEventKind::Hit);
                        tell(CacheEventKind::Refresh);
                        return Answer::Stale(value, unended.let_be());
                    }
                    self.reject(key, &value);
                    tell(CacheEventKind::Miss);
                    return Answer::Run(unended.let_be());
                }
                Answer::Run(run) => {
                    let unended = Unended::new(self, run);
                    if let Some(value) = self.restore(&unended.run) {
                        let _run = unended.let_be();
                        tell(CacheEventKind::Hit);
                        return Answer::Hit(value);
                    }
                    tell(CacheEventKind::Miss);
                    return Answer::Run(unended.let_be());
                }
                Answer::Join(_) | Answer::Alone => return answer,
            }
        }
    }

    /// Lets go of a value that is not valid, unless it is gone already.
    fn reject(&self, key: &Key, value: &Arc<V>) {
        let mut guard = self.state();
        let state = &mut *guard;
        let Some(number) = state.numbers.get(key).copied() else { return };
        let kept = state.entry(number).and_then(|entry| entry.value.as_ref());
        if kept.is_some_and(|kept| Arc::ptr_eq(kept, value)) {
            state.shelf.reject(number);
            let dropped = state.take_gone();
            drop(guard);
            self.release(dropped);
        }
    }

    /// What the key has, or what `make` makes of it on this thread. Where another thread makes it already, this one waits.
    pub fn get<E>(&self, key: &Key, make: impl FnOnce() -> Result<Arc<V>, E>) -> Result<Arc<V>, E> {
        loop {
            let (run, old) = match self.look(key, false) {
                Answer::Hit(value) => return Ok(value),
                Answer::Run(run) => (run, None),
                Answer::Stale(old, run) => (run, Some(old)),
                Answer::Join(run) if run.can_be_waited_for() => match run.wait() {
                    Outcome::Made(value) => return Ok(value),
                    Outcome::Failed(_) => continue,
                },
                Answer::Join(_) | Answer::Alone => return make(),
            };
            let unended = Unended::new(self, run);
            return match (make(), old) {
                (Ok(value), _) => {
                    unended.made(&value);
                    Ok(value)
                }
                (Err(_), Some(old)) => Ok(old),
                (Err(error), None) => Err(error),
            };
        }
    }

    /// Ends a run: keeps what it made, and tells all who wait. The record is what it is kept as elsewhere.
    fn end(&self, run: &Arc<Run<V>>, outcome: Outcome<V>, size: u64, record: Option<Result<String, Error>>) {
        let now = self.now();
        let mut kind = None;
        let mut is_troubled = false;
        let mut guard = self.state();
        let state = &mut *guard;
        let dropped = match &outcome {
            Outcome::Made(value) => {
                let (ended, dropped) = state.complete(run, value, now, Milliseconds::ZERO, size);
                if ended == Ended::Kept {
                    kind = Some(CacheEventKind::Store);
                    is_troubled = match record {
                        Some(Ok(record)) => state.keep_elsewhere(&run.key, Some(&record)),
                        Some(Err(_)) => {
                            // What others have kept since is older, too.
                            state.remove_elsewhere(&run.key);
                            true
                        }
                        None => false,
                    };
                }
                dropped
            }
            Outcome::Failed(_) => {
                kind = state.shelf.fail(run.entry, run.ticket).then_some(CacheEventKind::Error);
                state.take_gone()
            }
        };
        if let Some(entry) = state.entry_of(run) {
            entry.run = None;
        }
        drop(guard);
        run.end(outcome);
        if let Some(kind) = kind {
            self.listeners.tell(kind, Some(&run.key));
        }
        if is_troubled {
            self.listeners.tell(CacheEventKind::Error, Some(&run.key));
        }
        self.release(dropped);
    }

    /// One task less waits. With the last one, the run is given up.
    pub fn leave(&self, run: &Arc<Run<V>>) {
        let mut guard = self.state();
        let state = &mut *guard;
        let mut progress = run.progress();
        progress.waiting = progress.waiting.saturating_sub(1);
        if progress.waiting > 0 || progress.outcome.is_some() || run.thread.is_some() {
            return;
        }
        let making = progress.making.take();
        drop(progress);
        state.shelf.abort(run.entry, run.ticket);
        let dropped = state.take_gone();
        if let Some(entry) = state.entry_of(run) {
            entry.run = None;
        }
        drop(guard);
        self.release(dropped);
        drop(making);
    }
}

/// The cache lets go of all that it has. What is kept elsewhere is for the next page.
impl<V> Drop for Store<V> {
    fn drop(&mut self) {
        let mut state = self.state();
        state.shelf.clear_all();
        let dropped = state.take_gone_here();
        drop(state);
        self.release(dropped);
    }
}

/// Ends the time in which others wait, also where what reads the values panics.
struct Loading<'a, V>(&'a Store<V>);

impl<V> Drop for Loading<'_, V> {
    fn drop(&mut self) {
        // Locked, so that nobody begins to wait behind it.
        let _state = self.0.state();
        self.0.is_loaded.store(true, Ordering::Release);
        self.0.loaded.notify_all();
    }
}

/// A run that has to end, also where what it runs panics.
pub(super) struct Unended<'a, V> {
    store: &'a Store<V>,
    run: Arc<Run<V>>,
    is_ended: bool,
}

impl<'a, V> Unended<'a, V> {
    pub const fn new(store: &'a Store<V>, run: Arc<Run<V>>) -> Self {
        Self { store, run, is_ended: false }
    }

    /// It ends elsewhere.
    pub fn let_be(mut self) -> Arc<Run<V>> {
        self.is_ended = true;
        Arc::clone(&self.run)
    }

    pub fn made(mut self, value: &Arc<V>) {
        let size = self.store.weigh(value);
        let is_async = self.run.thread.is_none();
        let record = self.store.ports.records.as_ref().map(|records| records.write(value, is_async));
        self.is_ended = true;
        self.store.end(&self.run, Outcome::Made(Arc::clone(value)), size, record);
    }

    pub fn failed(mut self, failure: Failure) {
        self.is_ended = true;
        self.store.end(&self.run, Outcome::Failed(Some(failure)), 0, None);
    }
}

impl<V> Drop for Unended<'_, V> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.store.end(&self.run, Outcome::Failed(None), 0, None);
        }
    }
}
