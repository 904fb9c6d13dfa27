//! What a cache keeps, and for how long; which runs are under way, and what becomes of what they make. It knows entries by
//! number alone, has no clock, and holds no values: whoever keeps those tells it what happened, and does what it answers.

use alloc::vec::Vec;
use core::num::NonZeroUsize;

use super::{Size, Ttl};
use crate::port::Milliseconds;

/// How long and how much a shelf keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// How long a value is alive, from the end of the run that made it.
    pub ttl: Ttl,
    /// Whether a value is handed out for as long again, while a run behind it makes a newer one.
    pub refreshes: bool,
    /// The most values that are kept.
    pub max_entries: Option<NonZeroUsize>,
    /// The most that all values may weigh.
    pub max_size: Option<Size>,
}

/// One run of the function. No other run has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

impl Ticket {
    /// The number of the run, which goes over borders that numbers alone go over.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The ticket of that number.
    #[must_use]
    pub const fn of_number(number: u32) -> Self {
        Self(number)
    }
}

/// What an entry has for one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The value that is kept.
    Hit,
    /// The value that is kept; it is past its time, and this run is to make a newer one behind it.
    Stale(Ticket),
    /// No value, and nobody makes one: this run is to.
    Run(Ticket),
    /// No value yet: the run that is under way makes it.
    Join,
}

/// What becomes of what a run made. Whoever waits for it, gets it in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is kept: it is to be put into the entry, after all that [`Shelf::next_gone`] tells.
    Kept,
    /// It is not kept: it is too large, or its time is up already.
    Returned,
    /// It is not kept: the entry was cleared while the run was under way, or the run was given up.
    Overtaken,
}

/// Why the cache lets go of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its time is up.
    Expired,
    /// Others need its room, and were used later.
    Evicted,
    /// It was cleared.
    Cleared,
    /// A newer one is there.
    Replaced,
    /// It is not valid any more.
    Rejected,
}

/// What is to be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone {
    /// The entry.
    pub entry: usize,
    /// Why its value is let go of, where it has one.
    pub why: Option<Why>,
    /// Whether all of the entry is forgotten: its key leads nowhere, and its number is another's from now on.
    pub is_forgotten: bool,
}

/// What happened so far, and what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Askers who got what was kept.
    pub hits: u64,
    /// Askers for whom a run began.
    pub misses: u64,
    /// Askers who waited for a run that was under way.
    pub joins: u64,
    /// Values that were kept.
    pub stores: u64,
    /// Values whose time was up.
    pub expired: u64,
    /// Values that others needed the room of.
    pub evicted: u64,
    /// Runs behind a value that was handed out.
    pub refreshes: u64,
    /// Runs that failed.
    pub errors: u64,
    /// The values that are kept.
    pub entries: usize,
    /// What they weigh together.
    pub bytes: u64,
}

/// No entry, and no run.
const NONE: u32 = u32::MAX;
const NO_RUN: u32 = 0;

#[derive(Clone, Copy, Debug)]
struct Link {
    before: u32,
    after: u32,
}

const UNLINKED: Link = Link { before: NONE, after: NONE };

/// The two orders of all that is kept.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// By their last use, the last one at the end.
    Use,
    /// By the end of the runs that made them.
    Age,
}

#[derive(Clone, Debug)]
struct Slot {
    /// When the run ended, by the shelf's own time.
    completed: f64,
    size: u64,
    /// In each order.
    links: [Link; 2],
    /// The run that is under way.
    run: u32,
    is_kept: bool,
    is_taken: bool,
}

/// The state of a cache.
///
/// A value is alive strictly before its time is up; asking for it does not give it more. When something is kept, what has
/// expired goes first, and then what was not used for the longest time, until all is within bounds. Each step takes the same
/// time, however many entries there are.
///
/// Whoever drives it has a map from keys to numbers. Of a key that is not there, [`begin`](Self::begin) gives the number; of
/// one that is, [`look`](Self::look) says what is to be done. A run ends with [`complete`](Self::complete),
/// [`fail`](Self::fail) or [`abort`](Self::abort). After each step, [`next_gone`](Self::next_gone) is asked until there is
/// nothing more: it tells each value that the cache lets go of, once.
///
/// ```
/// use tabstate::cache::{Bounds, Ended, Found, Gone, Shelf, Why};
/// use tabstate::port::Milliseconds;
///
/// let at = |seconds: f64| Milliseconds(seconds * 1000.0);
/// let mut shelf = Shelf::new(Bounds { ttl: "10s".parse()?, ..Bounds::default() });
///
/// let (entry, run) = shelf.begin();
/// assert_eq!(shelf.look(entry, at(1.0)), Found::Join);
/// assert_eq!(shelf.complete(entry, run, at(2.0), Milliseconds::ZERO, 100, false), Ended::Kept);
/// assert_eq!(shelf.look(entry, at(11.9)), Found::Hit);
/// assert!(matches!(shelf.look(entry, at(12.0)), Found::Run(_)));
/// assert_eq!(shelf.next_gone(), Some(Gone { entry, why: Some(Why::Expired), is_forgotten: false }));
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Shelf {
    bounds: Bounds,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// The first and the last one in each order.
    ends: [Link; 2],
    /// What is to be told, and how much of it is.
    gone: Vec<(u32, Option<Why>)>,
    told: usize,
    counts: Counts,
    last_run: u32,
    /// The latest time, and how far the clock is behind it.
    time: f64,
    behind: f64,
}

impl Shelf {
    /// A shelf with nothing on it.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            slots: Vec::new(),
            free: Vec::new(),
            ends: [UNLINKED; 2],
            gone: Vec::new(),
            told: 0,
            counts: Counts {
                hits: 0,
                misses: 0,
                joins: 0,
                stores: 0,
                expired: 0,
                evicted: 0,
                refreshes: 0,
                errors: 0,
                entries: 0,
                bytes: 0,
            },
            last_run: NO_RUN,
            time: f64::MIN,
            behind: 0.0,
        }
    }

    /// A number for a key that has none, and the run that is to make its value.
    pub fn begin(&mut self) -> (usize, Ticket) {
        let entry = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot {
                completed: 0.0,
                size: 0,
                links: [UNLINKED; 2],
                run: NO_RUN,
                is_kept: false,
                is_taken: false,
            });
            self.slots.len() as u32 - 1
        });
        if let Some(slot) = self.slot(entry) {
            slot.is_taken = true;
        }
        self.counts.misses += 1;
        (entry as usize, self.start(entry))
    }

    /// What an entry has for one who asks now. Of a number that is nobody's, nothing is kept.
    pub fn look(&mut self, entry: usize, now: Milliseconds) -> Found {
        let time = self.time_at(now);
        let entry = entry as u32;
        let ttl = self.bounds.ttl.get().0;
        let life = self.life();
        let Some(slot) = self.slot(entry).filter(|slot| slot.is_taken) else { return Found::Run(Ticket(NO_RUN)) };
        let (age, run) = (time - slot.completed, slot.run);
        if slot.is_kept {
            if age < life {
                self.touch(entry);
                self.counts.hits += 1;
                if age < ttl || run != NO_RUN {
                    return Found::Hit;
                }
                self.counts.refreshes += 1;
                return Found::Stale(self.start(entry));
            }
            self.let_go(entry, Why::Expired);
        }
        if run != NO_RUN {
            self.counts.joins += 1;
            return Found::Join;
        }
        self.counts.misses += 1;
        Found::Run(self.start(entry))
    }

    /// Whether a value is kept that would be handed out now. It does not count as a use.
    pub fn holds(&mut self, entry: usize, now: Milliseconds) -> bool {
        let time = self.time_at(now);
        self.slots.get(entry).is_some_and(|slot| slot.is_kept && time - slot.completed < self.life())
    }

    /// Whether a value of that age and size would be kept.
    #[cfg(not(tabstate_module = "cache"))]
    pub(super) fn has_room(&self, age: Milliseconds, size: u64) -> bool {
        age.0.max(0.0) < self.life() && self.bounds.max_size.is_none_or(|most| size <= most.get())
    }

    /// A run made a value of that size, now, or so long ago as `age` says, where it was kept elsewhere meanwhile. Where the entry
    /// has this very object already (`is_same`), nothing is let go of.
    pub fn complete(
        &mut self,
        entry: usize,
        run: Ticket,
        now: Milliseconds,
        age: Milliseconds,
        size: u64,
        is_same: bool,
    ) -> Ended {
        let time = self.time_at(now);
        let entry = entry as u32;
        if !self.end(entry, run) {
            return Ended::Overtaken;
        }
        let completed = time - age.0.max(0.0);
        let life = self.life();
        let is_kept = time - completed < life && self.bounds.max_size.is_none_or(|most| size <= most.get());
        let had = self.slot(entry).filter(|slot| slot.is_kept).map(|slot| slot.completed);
        match had {
            Some(_) if is_same && is_kept => self.take_off(entry),
            Some(before) => self.let_go(entry, if time - before < life { Why::Replaced } else { Why::Expired }),
            None => {}
        }
        while let Some(oldest) = self.first(Order::Age).filter(|first| time - self.completed(*first) >= life) {
            self.let_go(oldest, Why::Expired);
        }
        if !is_kept {
            self.forget_if_empty(entry);
            return Ended::Returned;
        }
        self.put(entry, completed, size);
        // It is within bounds by itself, and was used last.
        while let Some(first) = self.first(Order::Use).filter(|_| self.is_over()) {
            self.let_go(first, Why::Evicted);
        }
        Ended::Kept
    }

    /// A run failed: what is kept, stays. Returns `false` for a run that was overtaken.
    pub fn fail(&mut self, entry: usize, run: Ticket) -> bool {
        let is_current = self.abort(entry, run);
        self.counts.errors += u64::from(is_current);
        is_current
    }

    /// A run was given up, because nobody waits for it any more: it ends with this. Returns `false` for a run that was
    /// overtaken.
    pub fn abort(&mut self, entry: usize, run: Ticket) -> bool {
        let is_current = self.end(entry as u32, run);
        if is_current {
            self.forget_if_empty(entry as u32);
        }
        is_current
    }

    /// The value that was just handed out is not valid: it was no hit.
    pub fn reject(&mut self, entry: usize) {
        if self.slots.get(entry).is_some_and(|slot| slot.is_kept) {
            self.counts.hits = self.counts.hits.saturating_sub(1);
            self.let_go(entry as u32, Why::Rejected);
        }
    }

    /// Drops what an entry has; a run that is under way will keep nothing.
    pub fn clear(&mut self, entry: usize) {
        let entry = entry as u32;
        let Some(slot) = self.slot(entry).filter(|slot| slot.is_taken) else { return };
        slot.run = NO_RUN;
        if slot.is_kept {
            self.let_go(entry, Why::Cleared);
        }
        self.forget_if_empty(entry);
    }

    /// [Clears](Self::clear) all entries, the oldest number first.
    pub fn clear_all(&mut self) {
        for entry in 0..self.slots.len() {
            self.clear(entry);
        }
    }

    /// What is to be dropped next, in the order in which it was let go of.
    pub fn next_gone(&mut self) -> Option<Gone> {
        while let Some((entry, why)) = self.gone.get(self.told).copied() {
            self.told += 1;
            let is_forgotten = self.slot(entry).is_some_and(|slot| {
                let is_empty = slot.is_taken && !slot.is_kept && slot.run == NO_RUN;
                slot.is_taken &= !is_empty;
                is_empty
            });
            if is_forgotten {
                self.free.push(entry);
            }
            // An entry that is forgotten already may be listed again.
            if is_forgotten || why.is_some() {
                return Some(Gone { entry: entry as usize, why, is_forgotten });
            }
        }
        self.gone.clear();
        self.told = 0;
        None
    }

    /// What happened so far, and what is there.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How long a value may be handed out.
    fn life(&self) -> f64 {
        self.bounds.ttl.get().0 * if self.bounds.refreshes { 2.0 } else { 1.0 }
    }

    /// A clock that was set back goes on from the latest time that it told: what is kept, does not get younger.
    fn time_at(&mut self, Milliseconds(now): Milliseconds) -> f64 {
        let time = now + self.behind;
        if time >= self.time && time.is_finite() {
            self.time = time;
        } else if now.is_finite() {
            self.behind = self.time - now;
        }
        self.time
    }

    fn start(&mut self, entry: u32) -> Ticket {
        self.last_run = self.last_run.checked_add(1).unwrap_or(NO_RUN + 1);
        let run = self.last_run;
        if let Some(slot) = self.slot(entry) {
            slot.run = run;
        }
        Ticket(run)
    }

    /// Ends a run; returns whether it is the entry's.
    fn end(&mut self, entry: u32, Ticket(run): Ticket) -> bool {
        let slot = self.slot(entry).filter(|slot| slot.run == run && run != NO_RUN);
        slot.map(|slot| slot.run = NO_RUN).is_some()
    }

    fn is_over(&self) -> bool {
        self.bounds.max_entries.is_some_and(|most| self.counts.entries > most.get())
            || self.bounds.max_size.is_some_and(|most| self.counts.bytes > most.get())
    }

    fn completed(&self, entry: u32) -> f64 {
        self.slots.get(entry as usize).map_or(f64::MIN, |slot| slot.completed)
    }

    fn forget_if_empty(&mut self, entry: u32) {
        let is_empty = self.slot(entry).is_some_and(|slot| !slot.is_kept && slot.run == NO_RUN);
        if is_empty {
            self.gone.push((entry, None));
        }
    }

    fn let_go(&mut self, entry: u32, why: Why) {
        self.take_off(entry);
        match why {
            Why::Expired => self.counts.expired += 1,
            Why::Evicted => self.counts.evicted += 1,
            _ => {}
        }
        self.gone.push((entry, Some(why)));
    }

    fn take_off(&mut self, entry: u32) {
        self.unlink(Order::Use, entry);
        self.unlink(Order::Age, entry);
        let Some(slot) = self.slot(entry) else { return };
        slot.is_kept = false;
        let size = slot.size;
        self.counts.entries -= 1;
        self.counts.bytes = self.counts.bytes.wrapping_sub(size);
    }

    fn put(&mut self, entry: u32, completed: f64, size: u64) {
        let Some(slot) = self.slot(entry) else { return };
        slot.is_kept = true;
        slot.completed = completed;
        slot.size = size;
        self.counts.entries += 1;
        // Nobody weighs so much, and if so, nothing is held against it: below a bound there is no overflow.
        self.counts.bytes = self.counts.bytes.wrapping_add(size);
        self.counts.stores += 1;
        self.link_behind(Order::Use, self.last(Order::Use), entry);
        let mut before = self.last(Order::Age);
        // One step, unless the value was kept elsewhere meanwhile.
        while before.is_some_and(|before| self.completed(before) > completed) {
            before = before.and_then(|before| self.link(Order::Age, before)).map(|link| link.before).filter(is_some);
        }
        self.link_behind(Order::Age, before, entry);
    }

    fn touch(&mut self, entry: u32) {
        let last = self.last(Order::Use);
        if last != Some(entry) {
            self.unlink(Order::Use, entry);
            self.link_behind(Order::Use, self.last(Order::Use), entry);
        }
    }

    fn slot(&mut self, entry: u32) -> Option<&mut Slot> {
        self.slots.get_mut(entry as usize)
    }

    fn first(&self, order: Order) -> Option<u32> {
        self.ends.get(order as usize).map(|ends| ends.after).filter(is_some)
    }

    fn last(&self, order: Order) -> Option<u32> {
        self.ends.get(order as usize).map(|ends| ends.before).filter(is_some)
    }

    fn link(&self, order: Order, entry: u32) -> Option<Link> {
        self.slots.get(entry as usize)?.links.get(order as usize).copied()
    }

    /// The link of an entry, or, for none, the ends of the order: they close the ring.
    fn link_mut(&mut self, order: Order, entry: u32) -> Option<&mut Link> {
        if entry == NONE {
            return self.ends.get_mut(order as usize);
        }
        self.slots.get_mut(entry as usize)?.links.get_mut(order as usize)
    }

    fn unlink(&mut self, order: Order, entry: u32) {
        let Some(Link { before, after }) = self.link(order, entry) else { return };
        if let Some(link) = self.link_mut(order, before) {
            link.after = after;
        }
        if let Some(link) = self.link_mut(order, after) {
            link.before = before;
        }
    }

    fn link_behind(&mut self, order: Order, before: Option<u32>, entry: u32) {
        let before = before.unwrap_or(NONE);
        let Some(link) = self.link_mut(order, before) else { return };
        let after = core::mem::replace(&mut link.after, entry);
        if let Some(link) = self.link_mut(order, after) {
            link.before = entry;
        }
        if let Some(link) = self.link_mut(order, entry) {
            *link = Link { before, after };
        }
    }
}

const fn is_some(entry: &u32) -> bool {
    *entry != NONE
}
