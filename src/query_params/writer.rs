//! The writer: edits that are on their way to the address, as a pure state machine.
//!
//! Inputs are edits, clock readings and addresses seen; outputs are actions. It holds these laws: the address converges
//! to the view; no edit is lost or applied twice; bytes of other parameters stay; no outcome lies.
//!
//! The view is the query's text with every edit made in it. What waits for the address is a list of such texts, one for
//! each history call; what they change is what they differ by.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::address::Address;
use super::budget::Budget;
use super::edit::{Edits, carried, differing, only};
use super::fields::{Keys, reads_the_same};
use super::news::{Change, News, Source};
use super::text::{entries, escape_last, fields, key_of, read_entry};
use super::waiters::{Outcome, Waiters};
use crate::port::{Limits, Milliseconds, Navigation, Report};
use crate::{Error, ErrorKind};

/// How long a traversal that was asked for may take to land before writes go on without it.
const LONGEST_TRAVERSAL: Milliseconds = Milliseconds(100.0);
/// Pushes that may wait for the address; what comes on top joins the last of them.
const MOST_WAITING: usize = 50;
/// Above it Chromium shows one address and reloads another; Firefox throws above half of it already.
const LONGEST_ADDRESS: usize = 2_000_000;
/// Writing these is refused, and reads do not see them: they belong to the page that embeds this one.
pub(crate) const RESERVED: &str = "&embed&embed_options";

/// What a write does to the browser's history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum History {
    /// Changes the current entry.
    #[default]
    Replace,
    /// Makes a new entry, so that Back returns to the state before.
    Push,
}

/// How one write reaches the address. What is not said follows [`configure`](super::configure).
///
/// ```
/// use std::time::Duration;
/// use tabstate::query_params::{self, WriteOptions};
///
/// let one_step_back = WriteOptions::push().burst(Duration::from_secs(1));
/// query_params::set_with("price", 40, one_step_back)?;
/// query_params::set_with("price", 41, one_step_back)?;
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WriteOptions {
    pub(crate) history: Option<History>,
    pub(crate) burst: Option<Milliseconds>,
    pub(crate) debounce: Option<Milliseconds>,
}

impl WriteOptions {
    /// A write that makes a new history entry.
    #[must_use]
    pub const fn push() -> Self {
        Self { history: Some(History::Push), burst: None, debounce: None }
    }

    /// A write that changes the current history entry.
    #[must_use]
    pub const fn replace() -> Self {
        Self { history: Some(History::Replace), burst: None, debounce: None }
    }

    /// A push of the same keys as the last push, within this time of it, replaces the entry which that one made.
    #[must_use]
    pub fn burst(mut self, within: Duration) -> Self {
        self.burst = Some(within.into());
        self
    }

    /// What these do not say, as `others` say it.
    #[cfg(not(all(target_arch = "wasm32", feature = "js")))]
    pub(crate) fn or(self, others: Self) -> Self {
        Self {
            history: self.history.or(others.history),
            burst: self.burst.or(others.burst),
            debounce: self.debounce.or(others.debounce),
        }
    }

    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn in_milliseconds(mut self, burst: f64, debounce: f64) -> Self {
        self.burst = Some(Milliseconds(burst)).filter(|_| burst > 0.0);
        self.debounce = Some(Milliseconds(debounce)).filter(|_| debounce > 0.0);
        self
    }

    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) const fn history(self) -> Option<History> {
        self.history
    }

    /// Delays the address by this time after the last write of the key, never the state.
    #[must_use]
    pub fn debounce(mut self, delay: Duration) -> Self {
        self.debounce = Some(delay.into());
        self
    }
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    Replace(String),
    Push(String),
    /// Nothing before this moment.
    Wait(Milliseconds),
    /// Nothing until something happens.
    Rest,
}

/// How hard a step tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// What is due, at the pace of the budget.
    Turn,
    /// Everything, debounced or not, as far as the budget goes.
    Flush,
    /// Everything, and a refusal costs nothing: there may be no later.
    Leaving,
}

/// Edits for one history call.
#[derive(Clone, Debug, Default)]
struct Group {
    /// The whole query with these edits and all before them.
    text: String,
    push: bool,
    ends_with_push: bool,
    /// Every edit in it waits for its key's time.
    debounced: bool,
    /// A traversal was asked for since: what is written later makes a group of its own.
    sealed: bool,
    turn: u32,
    burst: Option<Milliseconds>,
    /// The keys that pushes named, changed or not: what a burst is told by.
    named: Keys,
    /// When its first and its last push was written.
    since: Milliseconds,
    at: Milliseconds,
}

/// The push that a burst may go on with.
#[derive(Debug)]
struct LastPush {
    named: Keys,
    at: Milliseconds,
}

impl Group {
    fn continues(&self, named: &Keys, at: Milliseconds) -> bool {
        self.burst.is_some_and(|burst| self.since - at <= burst)
            && self.named.names().len() == named.names().len()
            && named.names().iter().all(|key| self.named.has(key))
    }

    /// Makes one call of this group and a later one; whose text it is then is not said here.
    fn absorb(&mut self, later: Self) {
        if later.push {
            self.at = later.at;
            if !self.push {
                self.since = later.since;
            }
        }
        self.push |= later.push;
        self.ends_with_push = later.ends_with_push;
        self.debounced &= later.debounced;
        self.turn = later.turn;
        self.burst = later.burst.or(self.burst);
        for key in later.named.names() {
            self.named.add(key);
        }
    }
}

#[derive(Debug)]
struct Attempt {
    query: String,
    push: bool,
    /// The group's debounced keys are not in it.
    partial: bool,
}

/// The query parameters of one address, the edits not in it yet, and what to do about them.
pub(crate) struct Writer<W> {
    history: History,
    /// A batch of keys.
    reserved: String,
    attached: bool,
    here: Address,
    groups: Vec<Group>,
    /// For each open transaction, which keys were debounced before it; each has a group of its own, the last ones.
    transactions: Vec<Vec<(String, Milliseconds)>>,
    /// Edits of the last group that are not in its text yet: many writes cost one pass over the text.
    unwritten: Edits,
    /// The keys of the last text, while it stays the same.
    keys: Option<Keys>,
    version: u32,
    budget: Budget,
    blocked: bool,
    /// Until when a traversal may land; the groups made before it are sealed.
    traversing: Option<Milliseconds>,
    /// Debounced keys and when they are due.
    held: Vec<(String, Milliseconds)>,
    last_push: Option<LastPush>,
    attempt: Option<Attempt>,
    turn: u32,
    waiters: Waiters<W>,
    news: News,
}

impl<W> Writer<W> {
    /// A writer for an address; without one, everything lives in memory.
    pub fn new(address: Option<&str>, limits: Limits) -> Self {
        Self {
            history: History::default(),
            reserved: RESERVED.to_owned(),
            attached: address.is_some(),
            here: Address::split(address.unwrap_or_default()),
            groups: Vec::new(),
            transactions: Vec::new(),
            unwritten: Edits::default(),
            keys: None,
            version: 0,
            budget: Budget::new(limits),
            blocked: false,
            traversing: None,
            held: Vec::new(),
            last_push: None,
            attempt: None,
            turn: 0,
            waiters: Waiters::default(),
            news: News::default(),
        }
    }

    pub fn set_history(&mut self, history: History) {
        self.history = history;
    }

    pub fn set_reserved(&mut self, keys: String) {
        self.reserved = keys;
        self.changed();
    }

    pub const fn is_attached(&self) -> bool {
        self.attached
    }

    pub fn is_reserved(&self, key: &str) -> bool {
        is_among(&self.reserved, key)
    }

    /// Counts the changes of the view.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The whole query as it is or will be, reserved keys and all, but for edits that [`Self::write_out`] would make.
    pub fn view(&self) -> &str {
        self.groups.last().map_or(&self.here.query, |group| &group.text)
    }

    /// Makes the edits that are not in the view yet.
    pub fn write_out(&mut self) {
        if !self.unwritten.is_empty() {
            let edits = core::mem::take(&mut self.unwritten);
            if let Some(last) = self.groups.last_mut() {
                last.text = edits.applied(&last.text);
            }
            self.keys = None;
        }
    }

    /// The view's text as the address will show it.
    pub fn text(&self) -> String {
        let mut text = self.view().to_owned();
        if ends_with_ours(&self.here.query, &text) {
            escape_last(&mut text);
        }
        text
    }

    fn has(&mut self, key: &str) -> bool {
        match self.unwritten.get(key) {
            Some(new) => !new.is_empty(),
            None => {
                let keys = self.keys.take().unwrap_or_else(|| Keys::of(self.view()));
                self.keys.insert(keys).has(key)
            }
        }
    }

    /// The keys that are not in the address as the view has them.
    pub fn pending(&self) -> Vec<String> {
        differing(&self.here.query, self.view()).into_names()
    }

    pub const fn is_blocked(&self) -> bool {
        self.blocked
    }

    pub fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    // Writes.

    /// # Errors
    /// `Reserved` when the key is.
    pub fn check(&self, key: &str) -> Result<(), Error> {
        if self.is_reserved(key) {
            let message = "the key belongs to the embedding page: use another key";
            return Err(Error::new(ErrorKind::Reserved, message).with_key(key));
        }
        Ok(())
    }

    /// Whether a write has to know the time.
    pub fn is_timed(&self, options: WriteOptions) -> bool {
        options.debounce.is_some() || options.history.unwrap_or(self.history) == History::Push
    }

    /// Gives one key these fields.
    ///
    /// # Errors
    /// `Reserved` when the key is.
    pub fn write(&mut self, key: &str, new: String, options: WriteOptions, now: Milliseconds) -> Result<(), Error> {
        match self.unwritten.get(key) {
            // A key that was removed, and is set again, goes to the end, as a dict's does.
            Some("") if !new.is_empty() => self.write_out(),
            Some(_) => {}
            None => self.check(key)?,
        }
        self.hold(key, options.debounce, now);
        self.begin_write(options, now, Some(key));
        self.unwritten.put(key, new);
        Ok(())
    }

    /// Removes one key; returns whether it was there.
    pub fn remove(&mut self, key: &str, options: WriteOptions, now: Milliseconds) -> bool {
        !self.is_reserved(key) && self.has(key) && self.write(key, String::new(), options, now).is_ok()
    }

    /// Makes the entries of a batch, in their order. With `all` they are the whole of the query, but for the reserved
    /// keys.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is; nothing is changed then.
    pub fn write_batch(
        &mut self,
        batch: &str,
        all: bool,
        options: WriteOptions,
        now: Milliseconds,
    ) -> Result<(), Error> {
        entries(batch).try_for_each(|entry| self.check(&read_entry(entry).0))?;
        self.transaction_begin();
        let before = self.view().to_owned();
        if all {
            for key in Keys::of(&before).names() {
                if !self.is_reserved(key) {
                    self.begin_write(options, now, Some(key));
                }
            }
            let text = only(&before, &|key| self.is_reserved(key));
            if let Some(last) = self.groups.last_mut() {
                last.text = text;
            }
        }
        let mut writes = entries(batch).map(read_entry);
        let result = writes.try_for_each(|(key, new)| self.write(&key, new, options, now));
        self.write_out();
        if let Some(last) = self.groups.last_mut().filter(|_| all) {
            // Where the order is what it was, bytes stay.
            let same = carried(&before, &last.text, &differing(&before, &last.text));
            if reads_the_same(&same, &last.text) {
                last.text = same;
            }
        }
        self.transaction_end(result.is_ok());
        result
    }

    /// The address, without its fragment, as it would be with the entries of a batch merged.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub fn link(&self, batch: &str) -> Result<String, Error> {
        let mut edits = Edits::default();
        for (key, new) in entries(batch).map(read_entry) {
            self.check(&key)?;
            edits.put(&key, new);
        }
        let mut query = edits.applied(self.view());
        if ends_with_ours(&self.here.query, &query) {
            escape_last(&mut query);
        }
        let mark = if query.is_empty() { "" } else { "?" };
        Ok(super::text::joined(&[&self.here.before, mark, &query], ""))
    }

    /// Makes the last group one that takes the next edit.
    fn begin_write(&mut self, options: WriteOptions, now: Milliseconds, key: Option<&str>) {
        self.begin(Source::Local);
        if self.blocked {
            self.try_anew();
        }
        self.version = self.version.wrapping_add(1);
        let is_timed = self.is_timed(options);
        if let Some(last) = self.groups.last_mut().filter(|last| !is_timed && !last.sealed) {
            last.ends_with_push = false;
            last.debounced = false;
            return;
        }
        let push = options.history.unwrap_or(self.history) == History::Push;
        let mut named = Keys::default();
        if let Some(key) = key.filter(|_| push) {
            named.add(key);
        }
        self.join(Group {
            text: String::new(),
            push,
            ends_with_push: push,
            debounced: options.debounce.is_some(),
            sealed: false,
            turn: self.turn,
            burst: options.burst.filter(|_| push),
            named,
            since: now,
            at: now,
        });
    }

    /// Makes one call of a group and the last one, or puts it behind.
    fn join(&mut self, mut later: Group) {
        let in_transaction = !self.transactions.is_empty();
        let is_full = self.groups.len() >= MOST_WAITING;
        match self.groups.last_mut() {
            Some(last)
                if in_transaction
                    || !last.sealed
                        && (is_full
                            || !later.push
                            || last.push && last.ends_with_push && last.turn == later.turn
                            || last.push && last.debounced && later.debounced) =>
            {
                last.absorb(later);
            }
            _ => {
                self.write_out();
                self.view().clone_into(&mut later.text);
                self.groups.push(later);
            }
        }
    }

    /// All that is written until the end is one notification and one history call.
    pub fn transaction_begin(&mut self) {
        self.write_out();
        let text = self.view().to_owned();
        self.groups.push(Group { text, turn: self.turn, debounced: true, ..Group::default() });
        self.transactions.push(self.held.clone());
    }

    /// Ends the innermost transaction; without `commit`, as if nothing had been written since it began.
    pub fn transaction_end(&mut self, commit: bool) {
        self.write_out();
        let Some(held) = self.transactions.pop() else { return };
        if !commit {
            self.held = held;
        }
        let Some(mut group) = self.groups.pop() else { return };
        let text = core::mem::take(&mut group.text);
        if commit && text != self.view() {
            self.join(group);
            if let Some(last) = self.groups.last_mut() {
                last.text = text;
            }
        } else if let Some(outer) = self.groups.last_mut().filter(|outer| commit && outer.turn == group.turn) {
            for key in group.named.names() {
                outer.named.add(key);
            }
        }
        self.changed();
    }

    fn hold(&mut self, key: &str, debounce: Option<Milliseconds>, now: Milliseconds) {
        self.release(&|held, _| held == key);
        if let Some(delay) = debounce {
            self.held.push((key.to_owned(), now + delay));
        }
    }

    /// Holds these keys no more.
    fn release(&mut self, which: &dyn Fn(&str, Milliseconds) -> bool) {
        while let Some(at) = self.held.iter().position(|(key, due)| which(key, *due)) {
            self.held.swap_remove(at);
        }
    }

    fn changed(&mut self) {
        self.keys = None;
        self.version = self.version.wrapping_add(1);
    }

    fn try_anew(&mut self) {
        self.budget.relent();
        self.blocked = false;
    }

    // Actions.

    /// Whether nothing is done or told until its end.
    pub const fn is_in_transaction(&self) -> bool {
        !self.transactions.is_empty()
    }

    /// The microtask turn is over: later pushes make entries of their own.
    pub const fn end_turn(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }

    /// What is to be done now. `Replace` and `Push` must be answered by [`Self::acted`].
    pub fn step(&mut self, now: Milliseconds, urgency: Urgency) -> Action {
        self.write_out();
        if !self.transactions.is_empty() {
            return Action::Rest;
        }
        if !self.attached {
            if let Some(group) = self.groups.pop() {
                self.groups.clear();
                self.here.query = group.text;
                self.waiters.resolve(Outcome::Unavailable);
            }
            return Action::Rest;
        }
        if let Some(until) = self.traversing {
            if now < until && urgency == Urgency::Turn {
                return Action::Wait(until);
            }
            self.traversing = None;
        }
        self.join_bursts();
        loop {
            let Some(head) = self.groups.first() else { return Action::Rest };
            let mut later = self.groups.iter().skip(1);
            let is_whole = urgency != Urgency::Turn || later.any(|group| !group.debounced);
            let mut text = head.text.clone();
            let mut next = None;
            if !is_whole {
                let mut back = Keys::default();
                for (key, due) in self.held.iter().filter(|(_, due)| *due > now) {
                    back.add(key);
                    next = Some(next.filter(|earlier| earlier < due).unwrap_or(*due));
                }
                text = carried(&text, &self.here.query, &back);
            }
            if text == self.here.query {
                match next {
                    Some(due) if head.text != text => return Action::Wait(due),
                    _ => self.drop_groups(1),
                }
                continue;
            }
            if ends_with_ours(&self.here.query, &text) {
                escape_last(&mut text);
            }
            if urgency != Urgency::Leaving {
                if self.blocked && urgency == Urgency::Turn {
                    return Action::Rest;
                }
                let ready = self.budget.ready_at(now, urgency == Urgency::Turn);
                if ready > now {
                    return Action::Wait(ready);
                }
            }
            let continues = self.last_push.as_ref().is_some_and(|last| head.continues(&last.named, last.at));
            let push = head.push && !continues;
            let partial = next.is_some();
            let url = self.here.with_query(&text);
            if url.len() > LONGEST_ADDRESS {
                self.block();
                return Action::Rest;
            }
            self.attempt = Some(Attempt { query: text, push, partial });
            // What listeners write while the call runs is no part of it.
            if let Some(head) = self.groups.first_mut() {
                head.sealed = true;
            }
            return if push { Action::Push(url) } else { Action::Replace(url) };
        }
    }

    /// What the address is after an action, what the call told, and whether the wanted address was seen meanwhile.
    /// Returns whether the action is done.
    pub fn acted(&mut self, now: Milliseconds, report: Report, seen: &str, landed: bool) -> bool {
        let Some(attempt) = self.attempt.take() else { return false };
        let seen = Address::split(seen);
        let reads_so = reads_the_same(&seen.query, &attempt.query);
        if let Some(head) = self.groups.first_mut() {
            head.sealed = self.traversing.is_some();
        }
        if !landed && !reads_so {
            if !self.budget.refuse(now, report) {
                self.block();
            }
            return false;
        }
        self.budget.count(now);
        self.try_anew();
        self.release(&|_, due| due <= now);
        if reads_so {
            self.here = seen;
        } else {
            self.here.query = attempt.query;
        }
        let Some(head) = self.groups.first_mut() else { return true };
        if head.push {
            let at = head.at;
            match &mut self.last_push {
                Some(last) if !attempt.push => last.at = at,
                last => *last = Some(LastPush { named: core::mem::take(&mut head.named), at }),
            }
        }
        head.push = false;
        if !attempt.partial {
            self.drop_groups(1);
        }
        true
    }

    /// Gives up until the next write or navigation.
    fn block(&mut self) {
        self.blocked = true;
        self.waiters.resolve(Outcome::Blocked);
    }

    /// The address as it is now, when something else may have changed it.
    pub fn observe(&mut self, seen: &str, navigation: Navigation) {
        if !self.attached {
            return;
        }
        self.write_out();
        let seen = Address::split(seen);
        let is_same_page = seen.before == self.here.before;
        let is_traversal = match navigation {
            Navigation::Traverse => true,
            Navigation::Pop => !is_same_page || seen.query != self.here.query || self.traversing.is_some(),
            _ => false,
        };
        if navigation != Navigation::Unknown {
            self.try_anew();
        }
        if seen == self.here && !is_traversal {
            return;
        }
        self.begin(if is_traversal { Source::Traversal } else { Source::External });
        if navigation != Navigation::Replace {
            self.last_push = None;
        }
        let dropped = if is_traversal {
            let known = self.traversing.take().is_some();
            self.groups.iter().take_while(|group| group.sealed || !known).count()
        } else if navigation == Navigation::Push && !is_same_page {
            self.groups.len()
        } else {
            0
        };
        if dropped > 0 || seen.query != self.here.query {
            self.rebase(&seen.query, dropped);
            self.changed();
        }
        self.here = seen;
    }

    /// Puts the groups but the first `dropped` on a new base. Last writer wins, key by key: what the others changed is
    /// theirs, what they left alone is still to be written.
    fn rebase(&mut self, base: &str, dropped: usize) {
        let theirs = differing(&self.here.query, base);
        let mut before = self.here.query.clone();
        let mut onto = base.to_owned();
        for (nth, group) in self.groups.iter_mut().enumerate() {
            let mut ours = Keys::default();
            if nth >= dropped {
                for key in differing(&before, &group.text).names().iter().filter(|key| !theirs.has(key)) {
                    ours.add(key);
                }
            }
            onto = carried(&onto, &group.text, &ours);
            before = core::mem::replace(&mut group.text, onto.clone());
        }
        if self.transactions.is_empty() {
            self.drop_groups(dropped);
        }
        if dropped > 0 {
            self.waiters.resolve(Outcome::Superseded);
        }
    }

    fn drop_groups(&mut self, count: usize) {
        for _ in 0..count.min(self.groups.len()) {
            self.groups.remove(0);
        }
    }

    /// Somebody's history call was seen to go through.
    pub fn count_call(&mut self, now: Milliseconds) {
        self.budget.count(now);
    }

    /// A traversal was asked for: what is written from now on waits until it lands.
    pub fn traversal_begins(&mut self, now: Milliseconds) {
        self.write_out();
        self.traversing = Some(now + LONGEST_TRAVERSAL);
        for group in &mut self.groups {
            group.sealed = true;
        }
    }

    /// The traversal led away from the page, which is back: it is on the entry that it was on.
    pub const fn traversal_ends(&mut self) {
        self.traversing = None;
    }

    /// Pushes of one burst that wait for the address make one entry.
    fn join_bursts(&mut self) {
        let mut at = 1;
        while let Some([last, group]) = self.groups.get(at - 1..=at) {
            if !(group.push && last.push && group.continues(&last.named, last.at)) {
                at += 1;
                continue;
            }
            let mut group = self.groups.remove(at);
            if let Some(last) = self.groups.get_mut(at - 1) {
                last.text = core::mem::take(&mut group.text);
                last.absorb(group);
            }
        }
    }

    // Who is told.

    /// Tells `waiter` what becomes of the writes made so far.
    pub fn settled(&mut self, waiter: W) {
        self.write_out();
        let view = self.groups.last().map_or(&self.here.query, |group| &group.text);
        self.waiters.wait(&self.here.query, view, waiter);
        if self.blocked {
            self.waiters.resolve(Outcome::Blocked);
        }
        if !self.attached {
            self.waiters.resolve(Outcome::Unavailable);
        }
    }

    /// Takes out those whose writes are settled, with the outcome.
    pub fn take_settled(&mut self) -> Vec<(W, Outcome)> {
        let view = self.groups.last().map_or(&self.here.query, |group| &group.text);
        self.waiters.take_done(&self.here.query, view)
    }

    pub fn listen(&mut self) {
        self.write_out();
        let view = self.groups.last().map_or(&self.here.query, |group| &group.text);
        self.news.listen(view);
    }

    pub fn ignore(&mut self) {
        self.news.ignore();
    }

    /// Whether somebody is to be told.
    pub const fn has_news(&self) -> bool {
        self.news.is_due()
    }

    /// The batches not told yet; none while a transaction is open.
    pub fn take_changes(&mut self) -> Vec<Change> {
        if !self.transactions.is_empty() {
            return Vec::new();
        }
        self.write_out();
        self.collect_news();
        self.news.take()
    }

    fn begin(&mut self, source: Source) {
        if self.news.is_of_other(source) {
            self.write_out();
            self.collect_news();
        }
        self.news.set_source(source);
    }

    fn collect_news(&mut self) {
        let view = self.groups.last().map_or(&self.here.query, |group| &group.text);
        self.news.collect(view, &|key| !is_among(&self.reserved, key));
    }
}

pub(crate) fn is_among(reserved: &str, key: &str) -> bool {
    entries(reserved).any(|reserved| key_of(reserved).eq_ignore_ascii_case(key))
}

/// Whether the last field of `after` is not one of `before`'s, and so was written by us.
fn ends_with_ours(before: &str, after: &str) -> bool {
    let last = fields(after).last();
    !fields(before).any(|field| Some(field) == last)
}
