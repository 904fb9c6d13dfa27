//! What a cache keeps, against a model that is as naive as can be: random schedules, all short schedules of two keys, and rows
//! that tell each rule. `TABSTATE_SCHEDULES` sets how many random schedules are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use tabstate::cache::{Bounds, Counts, Ended, Found, Shelf, Ticket, Ttl, Why};
use tabstate::port::Milliseconds;

type Key = u8;
/// Values are told apart by their numbers.
type Object = u32;

const fn at(milliseconds: i64) -> Milliseconds {
    Milliseconds(milliseconds as f64)
}

fn bounds(ttl: Option<i32>, refreshes: bool, max_entries: Option<usize>, max_size: Option<u64>) -> Bounds {
    Bounds {
        ttl: ttl.map_or(Ttl::NEVER_ENDS, |ttl| Ttl::from_seconds(f64::from(ttl) / 1000.0).unwrap()),
        refreshes,
        max_entries: max_entries.map(|most| NonZeroUsize::new(most).unwrap()),
        max_size: max_size.map(|most| most.try_into().unwrap()),
    }
}

/// What one step shows to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Hit(Object),
    /// The old value; a run of this number is under way behind it.
    Stale(Object, usize),
    Run(usize),
    Join,
    Kept,
    Returned,
    Overtaken,
    Held(bool),
    Nothing,
}

/// A step from outside. Runs are counted in the order in which they began.
#[derive(Clone, Copy, Debug)]
enum Step {
    Ask(Key),
    Complete {
        run: usize,
        size: u64,
        age: i64,
        object: Made,
    },
    Fail(usize),
    Abort(usize),
    /// Asks, and finds what is handed out not valid.
    Reject(Key),
    Clear(Key),
    ClearAll,
    Peek(Key),
    Pass(i64),
    SetBack(i64),
}

#[derive(Clone, Copy, Debug)]
enum Made {
    New,
    /// The object that the entry of the run's key has already.
    Same,
}

/// The shelf, driven as the runtimes drive it.
#[derive(Clone)]
struct Driven {
    shelf: Shelf,
    numbers: BTreeMap<Key, usize>,
    entries: BTreeMap<usize, (Key, Option<Object>)>,
    runs: Vec<(Key, usize, Ticket)>,
    now: i64,
    released: Vec<(Object, Why)>,
}

impl Driven {
    fn new(bounds: Bounds) -> Self {
        Self {
            shelf: Shelf::new(bounds),
            numbers: BTreeMap::new(),
            entries: BTreeMap::new(),
            runs: Vec::new(),
            now: 0,
            released: Vec::new(),
        }
    }

    fn drop_gone(&mut self) {
        while let Some(gone) = self.shelf.next_gone() {
            let (key, value) = self.entries.get_mut(&gone.entry).expect("what is gone was there");
            if let Some(why) = gone.why {
                self.released.push((value.take().expect("what is let go of is kept"), why));
            }
            if gone.is_forgotten {
                assert_eq!(*value, None, "what is forgotten has no value");
                assert_eq!(self.numbers.remove(key), Some(gone.entry));
                self.entries.remove(&gone.entry);
            }
        }
    }

    fn run(&mut self, key: Key, entry: usize, ticket: Ticket) -> usize {
        self.runs.push((key, entry, ticket));
        self.runs.len() - 1
    }

    fn ask(&mut self, key: Key) -> Shown {
        let Some(&entry) = self.numbers.get(&key) else {
            let (entry, ticket) = self.shelf.begin();
            assert!(self.entries.insert(entry, (key, None)).is_none(), "a number is one entry's");
            self.numbers.insert(key, entry);
            return Shown::Run(self.run(key, entry, ticket));
        };
        let found = self.shelf.look(entry, at(self.now));
        self.drop_gone();
        let value = self.entries[&entry].1;
        match found {
            Found::Hit => Shown::Hit(value.unwrap()),
            Found::Stale(ticket) => Shown::Stale(value.unwrap(), self.run(key, entry, ticket)),
            Found::Run(ticket) => Shown::Run(self.run(key, entry, ticket)),
            Found::Join => Shown::Join,
        }
    }

    fn step(&mut self, step: Step, made: Object) -> Shown {
        let shown = match step {
            Step::Ask(key) => self.ask(key),
            Step::Reject(key) => {
                let shown = self.ask(key);
                if let Shown::Hit(_) | Shown::Stale(..) = shown {
                    self.shelf.reject(self.numbers[&key]);
                }
                shown
            }
            Step::Complete { run, size, age, object } => {
                let (_, entry, ticket) = self.runs[run];
                let had = self.entries.get(&entry).and_then(|(_, value)| *value);
                let same = had.filter(|_| matches!(object, Made::Same));
                match self.shelf.complete(entry, ticket, at(self.now), at(age), size, same.is_some()) {
                    Ended::Kept => {
                        self.drop_gone();
                        self.entries.get_mut(&entry).unwrap().1 = Some(same.unwrap_or(made));
                        Shown::Kept
                    }
                    Ended::Returned => Shown::Returned,
                    Ended::Overtaken => Shown::Overtaken,
                }
            }
            Step::Fail(run) => {
                let (_, entry, ticket) = self.runs[run];
                self.shelf.fail(entry, ticket);
                Shown::Nothing
            }
            Step::Abort(run) => {
                let (_, entry, ticket) = self.runs[run];
                self.shelf.abort(entry, ticket);
                Shown::Nothing
            }
            Step::Clear(key) => {
                if let Some(entry) = self.numbers.get(&key) {
                    self.shelf.clear(*entry);
                }
                Shown::Nothing
            }
            Step::ClearAll => {
                self.shelf.clear_all();
                Shown::Nothing
            }
            Step::Peek(key) => {
                let entry = self.numbers.get(&key);
                Shown::Held(entry.is_some_and(|entry| self.shelf.holds(*entry, at(self.now))))
            }
            Step::Pass(time) => {
                self.now += time;
                Shown::Nothing
            }
            Step::SetBack(time) => {
                self.now -= time;
                Shown::Nothing
            }
        };
        self.drop_gone();
        shown
    }

    fn kept(&self) -> BTreeSet<(Key, Object)> {
        self.entries.values().filter_map(|(key, value)| value.map(|value| (*key, value))).collect()
    }
}

/// What the shelf promises, said in the most obvious way.
#[derive(Clone)]
struct Model {
    bounds: Bounds,
    /// The one that was used last stands at the end.
    kept: Vec<Kept>,
    runs: Vec<Running>,
    now: i64,
    latest: Option<i64>,
    released: Vec<(Object, Why)>,
    counts: Counts,
}

#[derive(Clone)]
struct Kept {
    key: Key,
    object: Object,
    size: u64,
    completed: i64,
    nth: u64,
}

#[derive(Clone)]
struct Running {
    key: Key,
    is_current: bool,
}

impl Model {
    fn new(bounds: Bounds) -> Self {
        let (kept, runs, released) = (Vec::new(), Vec::new(), Vec::new());
        Self { bounds, kept, runs, now: 0, latest: None, released, counts: Counts::default() }
    }

    /// Where the clock was set back, all that is kept is as old as it was.
    fn look_at_the_clock(&mut self) {
        if let Some(back) = self.latest.map(|latest| latest - self.now).filter(|back| *back > 0) {
            self.kept.iter_mut().for_each(|kept| kept.completed -= back);
        }
        self.latest = Some(self.now);
    }

    fn is_alive(&self, completed: i64, times: f64) -> bool {
        ((self.now - completed) as f64) < self.bounds.ttl.get().0 * times
    }

    fn lives(&self) -> f64 {
        if self.bounds.refreshes { 2.0 } else { 1.0 }
    }

    fn release(&mut self, nth: usize, why: Why) {
        let kept = self.kept.remove(nth);
        self.released.push((kept.object, why));
        self.counts.expired += u64::from(why == Why::Expired);
        self.counts.evicted += u64::from(why == Why::Evicted);
    }

    fn place(&self, key: Key) -> Option<usize> {
        self.kept.iter().position(|kept| kept.key == key)
    }

    fn current(&self, key: Key) -> bool {
        self.runs.iter().any(|run| run.is_current && run.key == key)
    }

    fn run(&mut self, key: Key) -> usize {
        self.runs.push(Running { key, is_current: true });
        self.runs.len() - 1
    }

    fn end(&mut self, run: usize) -> bool {
        std::mem::replace(&mut self.runs[run].is_current, false)
    }

    fn ask(&mut self, key: Key) -> Shown {
        if self.place(key).is_some() || self.current(key) {
            self.look_at_the_clock();
        }
        if let Some(nth) = self.place(key) {
            if self.is_alive(self.kept[nth].completed, self.lives()) {
                let kept = self.kept.remove(nth);
                self.kept.push(kept.clone());
                self.counts.hits += 1;
                if self.is_alive(kept.completed, 1.0) || self.current(key) {
                    return Shown::Hit(kept.object);
                }
                self.counts.refreshes += 1;
                return Shown::Stale(kept.object, self.run(key));
            }
            self.release(nth, Why::Expired);
        }
        if self.current(key) {
            self.counts.joins += 1;
            return Shown::Join;
        }
        self.counts.misses += 1;
        Shown::Run(self.run(key))
    }

    fn complete(&mut self, run: usize, size: u64, age: i64, object: Made, made: Object) -> Shown {
        self.look_at_the_clock();
        if !self.end(run) {
            return Shown::Overtaken;
        }
        let key = self.runs[run].key;
        let completed = self.now - age.max(0);
        let fits = self.bounds.max_size.is_none_or(|most| size <= most.get());
        let is_kept = fits && self.is_alive(completed, self.lives());
        let mut object = Some(made).filter(|_| matches!(object, Made::New));
        if let Some(nth) = self.place(key) {
            if object.is_none() && is_kept {
                object = Some(self.kept.remove(nth).object);
            } else {
                let is_alive = self.is_alive(self.kept[nth].completed, self.lives());
                self.release(nth, if is_alive { Why::Replaced } else { Why::Expired });
            }
        }
        loop {
            let dead = self.kept.iter().enumerate().filter(|(_, kept)| !self.is_alive(kept.completed, self.lives()));
            let Some(nth) = dead.min_by_key(|(_, kept)| (kept.completed, kept.nth)).map(|(nth, _)| nth) else { break };
            self.release(nth, Why::Expired);
        }
        if !is_kept {
            return Shown::Returned;
        }
        self.counts.stores += 1;
        self.kept.push(Kept { key, object: object.unwrap_or(made), size, completed, nth: self.counts.stores });
        while self.kept.len() > self.bounds.max_entries.map_or(usize::MAX, NonZeroUsize::get)
            || self.bytes() > self.bounds.max_size.map_or(u64::MAX, |most| most.get())
        {
            self.release(0, Why::Evicted);
        }
        Shown::Kept
    }

    fn bytes(&self) -> u64 {
        self.kept.iter().map(|kept| kept.size).sum()
    }

    fn clear(&mut self, key: Key) {
        self.runs.iter_mut().filter(|run| run.key == key).for_each(|run| run.is_current = false);
        if let Some(nth) = self.place(key) {
            self.release(nth, Why::Cleared);
        }
    }

    fn step(&mut self, step: Step, made: Object) -> Shown {
        match step {
            Step::Ask(key) => return self.ask(key),
            Step::Reject(key) => {
                let shown = self.ask(key);
                if let Shown::Hit(_) | Shown::Stale(..) = shown {
                    self.counts.hits -= 1;
                    self.release(self.place(key).unwrap(), Why::Rejected);
                }
                return shown;
            }
            Step::Complete { run, size, age, object } => return self.complete(run, size, age, object, made),
            Step::Fail(run) => {
                let is_current = self.end(run);
                self.counts.errors += u64::from(is_current);
            }
            Step::Abort(run) => {
                self.end(run);
            }
            Step::Clear(key) => self.clear(key),
            Step::ClearAll => (0..=Key::MAX).for_each(|key| self.clear(key)),
            Step::Peek(key) => {
                let known = self.place(key).is_some() || self.current(key);
                if known {
                    self.look_at_the_clock();
                }
                let place = self.place(key);
                return Shown::Held(place.is_some_and(|nth| self.is_alive(self.kept[nth].completed, self.lives())));
            }
            Step::Pass(time) => self.now += time,
            Step::SetBack(time) => self.now -= time,
        }
        Shown::Nothing
    }

    fn counts(&self) -> Counts {
        Counts { entries: self.kept.len(), bytes: self.bytes(), ..self.counts }
    }
}

/// Both at once.
#[derive(Clone)]
struct Pair {
    driven: Driven,
    model: Model,
    made: Object,
}

impl Pair {
    fn new(bounds: Bounds) -> Self {
        Self { driven: Driven::new(bounds), model: Model::new(bounds), made: 0 }
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        self.made += 1;
        let (shown, expected) = (self.driven.step(step, self.made), self.model.step(step, self.made));
        let is = |what: &str, holds: bool| if holds { Ok(()) } else { Err(format!("{what} after {step:?}")) };
        is(&format!("{shown:?} instead of {expected:?}"), shown == expected)?;
        let kept: BTreeSet<_> = self.model.kept.iter().map(|kept| (kept.key, kept.object)).collect();
        is(&format!("{:?} kept instead of {kept:?}", self.driven.kept()), self.driven.kept() == kept)?;
        let (released, expected) = (&self.driven.released, &self.model.released);
        let mut sorted = (released.clone(), expected.clone());
        if matches!(step, Step::ClearAll) {
            // In the order of their numbers, which are nobody's business.
            sorted.0.sort_by_key(|(object, _)| *object);
            sorted.1.sort_by_key(|(object, _)| *object);
        }
        is(&format!("{released:?} released instead of {expected:?}"), sorted.0 == sorted.1)?;
        self.model.released.clone_from(&self.driven.released);
        let (counts, expected) = (*self.driven.shelf.counts(), self.model.counts());
        is(&format!("{counts:?} instead of {expected:?}"), counts == expected)?;
        is("a number is kept for nothing", self.driven.entries.len() == self.known())
    }

    /// Keys that have a value or a run.
    fn known(&self) -> usize {
        let running = self.model.runs.iter().filter(|run| run.is_current).map(|run| run.key);
        self.model.kept.iter().map(|kept| kept.key).chain(running).collect::<BTreeSet<_>>().len()
    }

    fn runs(&self) -> usize {
        self.driven.runs.len()
    }

    /// Each object that was released, was released once for each time that it was kept, and is not kept any more.
    fn check_releases(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        let kept: BTreeSet<Object> = self.driven.kept().into_iter().map(|(_, object)| object).collect();
        for (object, why) in &self.driven.released {
            if !seen.insert(object) {
                return Err(format!("{object} was released twice, the second time because {why:?}"));
            }
            if kept.contains(object) {
                return Err(format!("{object} was released, because {why:?}, and is still there"));
            }
        }
        Ok(())
    }
}

/// A generator whose schedules are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }

    fn bounds(&mut self) -> Bounds {
        let ttl = self.one_of(&[None, None, Some(10), Some(10), Some(3), Some(1), Some(0), Some(-5)]);
        let refreshes = self.below(2) == 0;
        let max_entries = self.one_of(&[None, None, Some(1), Some(2), Some(3)]);
        bounds(ttl, refreshes, max_entries, self.one_of(&[None, None, Some(10), Some(15)]))
    }

    fn step(&mut self, runs: usize, keys: u64) -> Step {
        let key = self.below(keys) as Key;
        // Runs that are under way are most often among the last.
        let run = |random: &mut Self| runs.saturating_sub(1 + random.below(6) as usize);
        match self.below(20) {
            7..=12 if runs > 0 => Step::Complete {
                run: run(self),
                size: self.one_of(&[0, 1, 4, 5, 10, 11, 16]),
                age: self.one_of(&[0, 0, 0, 0, 1, 2, 5, 10, 20, -3]),
                object: self.one_of(&[Made::New, Made::New, Made::Same]),
            },
            13 if runs > 0 => Step::Fail(run(self)),
            14 if runs > 0 => Step::Abort(run(self)),
            15 => Step::Reject(key),
            16 => self.one_of(&[Step::Clear(key), Step::Clear(key), Step::Clear(key), Step::ClearAll]),
            17 => Step::Peek(key),
            18 => Step::Pass(self.one_of(&[1, 1, 2, 5, 9, 10, 11, 30])),
            19 => self.one_of(&[Step::SetBack(1), Step::SetBack(7), Step::SetBack(100_000), Step::Pass(1)]),
            _ => Step::Ask(key),
        }
    }
}

#[test]
fn random_schedules_show_what_the_model_shows() {
    let schedules = std::env::var("TABSTATE_SCHEDULES").map_or(20_000, |text| text.parse().unwrap());
    for seed in 0..schedules {
        let mut random = Random(seed);
        let mut pair = Pair::new(random.bounds());
        let keys = random.one_of(&[1, 2, 3, 6]);
        let mut steps = Vec::new();
        for _ in 0..60 {
            let step = random.step(pair.runs(), keys);
            steps.push(step);
            // A `Same` of a released object is no claim: nobody has it any more.
            let told = pair.step(step).and_then(|()| pair.check_releases());
            assert_eq!(told, Ok(()), "schedule {seed}, {:?}: {steps:#?}", pair.model.bounds);
        }
    }
}

/// All schedules of so many steps.
fn explore(pair: &Pair, depth: usize, trail: &mut Vec<Step>, seen: &mut usize) {
    let mut steps = vec![Step::ClearAll, Step::Pass(5), Step::SetBack(20)];
    for key in 0..2 {
        steps.extend([Step::Ask(key), Step::Clear(key), Step::Reject(key)]);
    }
    for run in 0..pair.runs().min(3) {
        steps.push(Step::Complete { run, size: 6, age: 0, object: Made::New });
        steps.push(Step::Complete { run, size: 4, age: 0, object: Made::Same });
        steps.extend([Step::Fail(run), Step::Abort(run)]);
    }
    for step in steps {
        let mut next = pair.clone();
        trail.push(step);
        let told = next.step(step).and_then(|()| next.check_releases());
        assert_eq!(told, Ok(()), "{:?}: {trail:#?}", pair.model.bounds);
        *seen += 1;
        if depth > 1 {
            explore(&next, depth - 1, trail, seen);
        }
        trail.pop();
    }
}

#[test]
fn all_short_schedules_of_two_keys_show_what_the_model_shows() {
    let mut seen = 0;
    for bounds in [
        bounds(None, false, Some(1), None),
        bounds(Some(10), false, None, Some(11)),
        bounds(Some(5), true, None, None),
        bounds(Some(0), true, None, None),
    ] {
        explore(&Pair::new(bounds), 5, &mut Vec::new(), &mut seen);
        // From where both keys are kept already.
        let mut pair = Pair::new(bounds);
        for key in 0..2 {
            pair.step(Step::Ask(key)).unwrap();
            pair.step(Step::Complete { run: key.into(), size: 5, age: 0, object: Made::New }).unwrap();
        }
        explore(&pair, 4, &mut Vec::new(), &mut seen);
    }
    assert!(seen > 1_000_000, "{seen} schedules");
}

// Each rule by itself.

fn schedule(bounds: Bounds, steps: &[(Step, Shown)]) -> Driven {
    let mut driven = Driven::new(bounds);
    for (nth, (step, expected)) in steps.iter().enumerate() {
        assert_eq!(driven.step(*step, nth as Object), *expected, "{nth}: {step:?}");
    }
    driven
}

const fn done(run: usize) -> Step {
    Step::Complete { run, size: 1, age: 0, object: Made::New }
}

#[test]
fn a_value_is_alive_strictly_before_its_ttl_counted_from_the_end_of_its_run() {
    schedule(
        bounds(Some(10), false, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (Step::Pass(50), Shown::Nothing),
            (done(0), Shown::Kept),
            (Step::Pass(6), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(2)),
            (Step::Pass(3), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(2)),
            (Step::Pass(1), Shown::Nothing),
            (Step::Peek(1), Shown::Held(false)),
            (Step::Ask(1), Shown::Run(1)),
        ],
    );
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_younger() {
    schedule(
        bounds(Some(10), false, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (done(0), Shown::Kept),
            (Step::Pass(6), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::SetBack(1_000_000), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::Pass(3), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::Pass(1), Shown::Nothing),
            (Step::Ask(1), Shown::Run(1)),
            // Nor does it when it is set right again, but for the time that it was wrong.
            (done(1), Shown::Kept),
            (Step::Pass(9), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(10)),
        ],
    );
}

#[test]
fn a_clock_that_tells_no_time_stands_still() {
    let mut shelf = Shelf::new(bounds(Some(10), false, None, None));
    let (entry, run) = shelf.begin();
    assert_eq!(shelf.complete(entry, run, at(5), Milliseconds::ZERO, 1, false), Ended::Kept);
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(shelf.look(entry, Milliseconds(odd)), Found::Hit);
    }
    assert_eq!(shelf.look(entry, at(14)), Found::Hit);
    assert!(matches!(shelf.look(entry, at(15)), Found::Run(_)));
}

#[test]
fn a_clear_during_a_run_stores_nothing_and_the_next_one_runs_anew() {
    let driven = schedule(
        bounds(None, false, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (Step::Ask(1), Shown::Join),
            (Step::Clear(1), Shown::Nothing),
            (Step::Ask(1), Shown::Run(1)),
            (done(0), Shown::Overtaken),
            (Step::Peek(1), Shown::Held(false)),
            (done(1), Shown::Kept),
            (Step::Ask(1), Shown::Hit(6)),
            (Step::Ask(2), Shown::Run(2)),
            (Step::ClearAll, Shown::Nothing),
            (done(2), Shown::Overtaken),
            (Step::Fail(2), Shown::Nothing),
        ],
    );
    assert_eq!(driven.released, [(6, Why::Cleared)]);
    assert!(driven.entries.is_empty(), "no number is left");
}

#[test]
fn between_ttl_and_twice_of_it_the_old_value_is_handed_out_and_one_run_is_behind() {
    let driven = schedule(
        bounds(Some(10), true, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (done(0), Shown::Kept),
            (Step::Pass(10), Shown::Nothing),
            (Step::Peek(1), Shown::Held(true)),
            (Step::Ask(1), Shown::Stale(1, 1)),
            (Step::Ask(1), Shown::Hit(1)),
            // It fails: the old value stays, and the next one tries again.
            (Step::Fail(1), Shown::Nothing),
            (Step::Ask(1), Shown::Stale(1, 2)),
            (Step::Pass(9), Shown::Nothing),
            (Step::Ask(1), Shown::Hit(1)),
            // At twice the ttl it is gone, and who comes then, waits for the run behind.
            (Step::Pass(1), Shown::Nothing),
            (Step::Ask(1), Shown::Join),
            (done(2), Shown::Kept),
            (Step::Ask(1), Shown::Hit(12)),
        ],
    );
    assert_eq!(driven.released, [(1, Why::Expired)]);
}

#[test]
fn a_newer_value_releases_the_older_one_unless_it_is_the_same_object() {
    let same = |run| Step::Complete { run, size: 1, age: 0, object: Made::Same };
    let driven = schedule(
        bounds(Some(10), true, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (done(0), Shown::Kept),
            (Step::Pass(10), Shown::Nothing),
            (Step::Ask(1), Shown::Stale(1, 1)),
            (same(1), Shown::Kept),
            (Step::Pass(10), Shown::Nothing),
            (Step::Ask(1), Shown::Stale(1, 2)),
            (done(2), Shown::Kept),
            (Step::Ask(1), Shown::Hit(7)),
        ],
    );
    assert_eq!(driven.released, [(1, Why::Replaced)]);
}

#[test]
fn expired_goes_first_and_then_what_was_not_used_for_longest() {
    let driven = schedule(
        bounds(Some(10), false, Some(2), None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (done(0), Shown::Kept),
            (Step::Pass(5), Shown::Nothing),
            (Step::Ask(2), Shown::Run(1)),
            (done(1), Shown::Kept),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::Pass(5), Shown::Nothing),
            // 1 was used later, and has expired.
            (Step::Ask(3), Shown::Run(2)),
            (done(2), Shown::Kept),
            (Step::Ask(2), Shown::Hit(4)),
            (Step::Ask(4), Shown::Run(3)),
            (done(3), Shown::Kept),
            (Step::Ask(2), Shown::Hit(4)),
        ],
    );
    assert_eq!(driven.released, [(1, Why::Expired), (8, Why::Evicted)]);
}

#[test]
fn what_is_larger_than_all_is_returned_and_nothing_else_goes() {
    let sized = |run, size| Step::Complete { run, size, age: 0, object: Made::New };
    let driven = schedule(
        bounds(None, false, None, Some(10)),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (sized(0, 6), Shown::Kept),
            (Step::Ask(2), Shown::Run(1)),
            (sized(1, 11), Shown::Returned),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::Ask(2), Shown::Run(2)),
            (sized(2, 10), Shown::Kept),
            (Step::Ask(1), Shown::Run(3)),
        ],
    );
    assert_eq!(driven.released, [(1, Why::Evicted)]);
    assert_eq!(driven.shelf.counts().bytes, 10);
}

#[test]
fn what_was_kept_elsewhere_is_as_old_as_it_is() {
    let aged = |run, age| Step::Complete { run, size: 1, age, object: Made::New };
    let driven = schedule(
        bounds(Some(10), false, None, None),
        &[
            (Step::Ask(1), Shown::Run(0)),
            (aged(0, 0), Shown::Kept),
            (Step::Ask(2), Shown::Run(1)),
            (aged(1, 8), Shown::Kept),
            (Step::Ask(3), Shown::Run(2)),
            (aged(2, 10), Shown::Returned),
            (Step::Ask(4), Shown::Run(3)),
            // From a clock that is behind.
            (aged(3, -5), Shown::Kept),
            (Step::Pass(2), Shown::Nothing),
            (Step::Ask(2), Shown::Run(4)),
            (Step::Ask(1), Shown::Hit(1)),
            (Step::Pass(8), Shown::Nothing),
            (Step::Ask(1), Shown::Run(5)),
            (Step::Ask(4), Shown::Run(6)),
        ],
    );
    assert_eq!(driven.released, [(3, Why::Expired), (1, Why::Expired), (7, Why::Expired)]);
}

#[test]
fn a_number_is_taken_again_and_an_old_run_does_not_reach_its_new_owner() {
    let mut shelf = Shelf::new(Bounds::default());
    let (entry, old) = shelf.begin();
    shelf.clear(entry);
    assert!(shelf.next_gone().is_some_and(|gone| gone.is_forgotten && gone.why.is_none()));
    let (again, new) = shelf.begin();
    assert_eq!(again, entry);
    assert_eq!(shelf.complete(entry, old, at(0), Milliseconds::ZERO, 1, false), Ended::Overtaken);
    assert!(!shelf.fail(entry, old) && !shelf.abort(entry, old));
    assert_eq!(shelf.complete(entry, new, at(0), Milliseconds::ZERO, 1, false), Ended::Kept);
    assert_eq!(shelf.complete(entry, new, at(0), Milliseconds::ZERO, 1, false), Ended::Overtaken);
    assert_eq!(shelf.counts().stores, 1);
}

#[test]
fn numbers_that_are_nobodys_do_no_harm() {
    let mut shelf = Shelf::new(Bounds::default());
    for entry in [0, 7, usize::MAX] {
        let Found::Run(run) = shelf.look(entry, at(0)) else { panic!("something is kept") };
        assert_eq!(shelf.complete(entry, run, at(0), Milliseconds::ZERO, 1, false), Ended::Overtaken);
        shelf.reject(entry);
        shelf.clear(entry);
        assert!(!shelf.holds(entry, at(0)));
    }
    assert_eq!(shelf.next_gone(), None);
    let (entry, run) = shelf.begin();
    assert_eq!(shelf.complete(entry, run, at(0), Milliseconds::ZERO, u64::MAX, false), Ended::Kept);
    let (entry, run) = shelf.begin();
    assert_eq!(shelf.complete(entry, run, at(0), Milliseconds::ZERO, u64::MAX, false), Ended::Kept);
    shelf.clear_all();
    assert_eq!((shelf.counts().entries, shelf.counts().bytes), (0, 0));
}
