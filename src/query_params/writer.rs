//! The writer: edits that are on their way to the address, as a pure state machine.
//!
//! Inputs are edits, clock readings and addresses seen; outputs are actions. It holds these laws: the address converges
//! to the view; no edit is lost or applied twice; bytes of other parameters stay; no outcome lies.

use std::time::Duration;

use super::address::Address;
use super::budget::Budget;
use super::dict::Dict;
use super::edits::{Edit, Edits};
use super::news::{Change, News, Source};
use super::text::pairs;
use super::waiters::{Done, Outcome, Waiters};
use crate::port::{Limits, Navigation, Report};
use crate::{Error, ErrorKind};

/// How long a traversal that was asked for may take to land before writes go on without it.
const LONGEST_TRAVERSAL: Duration = Duration::from_millis(100);
/// Pushes that may wait for the address; what comes on top joins the last of them.
const MOST_WAITING_PUSHES: usize = 50;
/// Writing these is refused, and reads do not see them: they belong to the page that embeds this one.
const RESERVED: [&str; 2] = ["embed", "embed_options"];

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    pub(crate) history: Option<History>,
    pub(crate) burst: Option<Duration>,
    pub(crate) debounce: Duration,
}

impl WriteOptions {
    /// A write that makes a new history entry.
    #[must_use]
    pub const fn push() -> Self {
        Self { history: Some(History::Push), burst: None, debounce: Duration::ZERO }
    }

    /// A write that changes the current history entry.
    #[must_use]
    pub const fn replace() -> Self {
        Self { history: Some(History::Replace), burst: None, debounce: Duration::ZERO }
    }

    /// A push of the same keys as the last push, within this time of it, replaces the entry which that one made.
    #[must_use]
    pub const fn burst(mut self, within: Duration) -> Self {
        self.burst = Some(within);
        self
    }

    /// Delays the address by this time after the last write of the key, never the state.
    #[must_use]
    pub const fn debounce(mut self, delay: Duration) -> Self {
        self.debounce = delay;
        self
    }
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Replace(String),
    Push(String),
    /// Nothing before this time has passed.
    Wait(Duration),
    /// Nothing until something happens.
    Rest,
}

/// How hard a step tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// What is due, at the pace of the budget.
    Turn,
    /// Everything, debounced or not, as far as the budget goes.
    Flush,
    /// Everything, and a refusal costs nothing: there may be no later.
    Leaving,
}

/// Edits for one history call.
#[derive(Debug, Default)]
struct Group {
    edits: Edits,
    push: bool,
    ends_with_push: bool,
    turn: u32,
    burst: Option<Duration>,
    /// Every key that the writes named, changed or not: what a burst is told by.
    named: Vec<String>,
    at: Duration,
}

impl Group {
    fn name(&mut self, key: &str) {
        if self.burst.is_some() && !self.named.iter().any(|named| named == key) {
            self.named.push(key.to_owned());
        }
    }

    fn continues(&self, named: &[String], at: Duration) -> bool {
        self.burst.is_some_and(|burst| self.at.saturating_sub(at) <= burst)
            && self.named.len() == named.len()
            && named.iter().all(|key| self.named.contains(key))
    }

    /// Takes the edits of a later group; returns the writes whose place these took.
    fn absorb(&mut self, later: Self) -> Vec<u32> {
        if later.push {
            self.at = later.at;
        }
        self.push |= later.push;
        self.ends_with_push = later.ends_with_push;
        self.turn = later.turn;
        self.burst = later.burst.or(self.burst);
        for key in &later.named {
            self.name(key);
        }
        self.edits.absorb(later.edits)
    }
}

/// The push that a burst may go on with.
#[derive(Debug)]
struct LastPush {
    named: Vec<String>,
    at: Duration,
}

#[derive(Debug)]
struct Attempt {
    address: Address,
    cutoff: Duration,
    push: bool,
}

/// The query parameters of one address, the edits not in it yet, and what to do about them.
pub(crate) struct Writer {
    history: History,
    reserved: Vec<String>,
    attached: bool,
    here: Address,
    base: Dict,
    groups: Vec<Group>,
    /// For each open transaction, how many groups there were before it.
    transactions: Vec<usize>,
    view: Option<String>,
    version: u32,
    budget: Budget,
    blocked: bool,
    traversing: Option<(Duration, u32)>,
    last_push: Option<LastPush>,
    attempt: Option<Attempt>,
    turn: u32,
    sequence: u32,
    waiters: Waiters,
    news: News,
}

impl Writer {
    /// A writer for an address; without one, everything lives in memory.
    pub fn new(address: Option<&str>, limits: Limits) -> Self {
        let mut writer = Self {
            history: History::default(),
            reserved: RESERVED.map(str::to_owned).to_vec(),
            attached: address.is_some(),
            here: Address::split(address.unwrap_or_default()),
            base: Dict::default(),
            groups: Vec::new(),
            transactions: Vec::new(),
            view: None,
            version: 0,
            budget: Budget::new(limits),
            blocked: false,
            traversing: None,
            last_push: None,
            attempt: None,
            turn: 0,
            sequence: 0,
            waiters: Waiters::default(),
            news: News::default(),
        };
        writer.base = writer.read(writer.here.query());
        writer
    }

    pub fn set_history(&mut self, history: History) {
        self.history = history;
    }

    pub fn set_reserved(&mut self, keys: Vec<String>) {
        self.reserved = keys;
        self.base = self.read(self.here.query());
        self.version = self.version.wrapping_add(1);
    }

    pub const fn is_attached(&self) -> bool {
        self.attached
    }

    pub fn is_reserved(&self, key: &str) -> bool {
        self.reserved.iter().any(|reserved| reserved.eq_ignore_ascii_case(key))
    }

    /// Counts the changes of the view.
    pub const fn version(&self) -> u32 {
        self.version
    }

    // Reads: the address with every edit made in it.

    /// The whole query as it is or will be, reserved keys and all.
    pub fn text(&mut self) -> &str {
        if self.groups.is_empty() {
            return self.here.query();
        }
        if self.view.is_none() {
            self.view = Some(self.text_of(self.groups.len()));
        }
        self.view.as_deref().unwrap_or_default()
    }

    pub fn dict(&mut self) -> Dict {
        if self.groups.is_empty() {
            return self.base.clone();
        }
        let text = self.text().to_owned();
        self.read(&text)
    }

    /// The values of one key.
    pub fn values(&self, key: &str) -> &[String] {
        let pending = self.groups.iter().rev().find_map(|group| group.edits.get(key));
        pending.map_or_else(|| self.base.values(key), |edit| &edit.values)
    }

    /// The keys that are not in the address as the view has them.
    pub fn pending(&self) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for (key, _) in self.groups.iter().flat_map(|group| group.edits.iter()) {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    pub const fn is_blocked(&self) -> bool {
        self.blocked
    }

    pub fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    fn read(&self, query: &str) -> Dict {
        Dict::read(query, |key| !self.is_reserved(key))
    }

    fn text_of(&self, groups: usize) -> String {
        let mut text = self.here.query().to_owned();
        for (nth, group) in self.groups.iter().take(groups).enumerate() {
            text = if nth == 0 {
                group.edits.apply(&text, &self.base, Duration::MAX)
            } else {
                group.edits.apply(&text, &self.read(&text), Duration::MAX)
            };
        }
        text
    }

    // Writes.

    /// # Errors
    /// `Reserved` when one of `keys` is.
    pub fn check<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> Result<(), Error> {
        match keys.into_iter().find(|key| self.is_reserved(key)) {
            Some(key) => Err(Error::new(ErrorKind::Reserved, "the key belongs to the embedding page: use another key")
                .with_key(key)),
            None => Ok(()),
        }
    }

    /// Gives one key these values, none removes it. Returns whether the view changed.
    pub fn write(&mut self, key: &str, values: Vec<String>, options: WriteOptions, now: Duration) -> bool {
        self.edit(key, values, false, options, now)
    }

    fn edit(&mut self, key: &str, values: Vec<String>, moved: bool, options: WriteOptions, now: Duration) -> bool {
        let push = options.history.unwrap_or(self.history) == History::Push;
        let due = if options.debounce.is_zero() { Duration::ZERO } else { now.saturating_add(options.debounce) };
        if !moved && self.values(key) == values {
            self.write_again(key, push, options.burst, due, now);
            return false;
        }
        self.start(Source::Local);
        self.budget.relent();
        self.blocked = false;
        self.sequence = self.sequence.wrapping_add(1);
        let edit = Edit { values, moved, sequence: self.sequence, due };
        let group = self.group_for(push, options.burst, now);
        group.name(key);
        let superseded = group.edits.put(key, edit);
        if let Some(sequence) = superseded {
            self.waiters.resolve(sequence, Outcome::Superseded);
        }
        self.changed();
        true
    }

    /// Gives all keys new values: those not named are removed, and the named ones stand in the order given.
    pub fn write_all(&mut self, params: Vec<(String, Vec<String>)>, options: WriteOptions, now: Duration) {
        let mut wanted = Dict::default();
        wanted.extend(params);
        let view = self.dict();
        if view.is_same_as(&wanted) {
            return;
        }
        self.transaction_begin();
        for key in view.keys().filter(|key| wanted.values(key).is_empty()) {
            self.edit(key, Vec::new(), false, options, now);
        }
        for (key, values) in wanted.into_params() {
            self.edit(&key, values, true, options, now);
        }
        self.transaction_commit();
    }

    /// All that is written until the end is one notification and one history call.
    pub fn transaction_begin(&mut self) {
        self.transactions.push(self.groups.len());
        self.groups.push(Group { turn: self.turn, ..Group::default() });
    }

    pub fn transaction_commit(&mut self) {
        if self.transactions.pop().is_none() {
            return;
        }
        if let Some(group) = self.groups.pop().filter(|group| !group.edits.is_empty()) {
            self.join(group);
        }
    }

    /// As if nothing had been written since the beginning.
    pub fn transaction_rollback(&mut self) {
        let Some(before) = self.transactions.pop() else { return };
        self.groups.truncate(before);
        self.changed();
    }

    fn join(&mut self, group: Group) {
        let inside = !self.transactions.is_empty();
        let waiting = self.groups.iter().filter(|waiting| waiting.push).count();
        let joins = |last: &Group| {
            inside
                || !group.push
                || (last.push && last.ends_with_push && last.turn == group.turn)
                || waiting >= MOST_WAITING_PUSHES
        };
        match self.groups.last_mut() {
            Some(last) if joins(last) => {
                for sequence in last.absorb(group) {
                    self.waiters.resolve(sequence, Outcome::Superseded);
                }
            }
            _ => self.groups.push(group),
        }
    }

    /// A write that changes nothing still makes a debounced one due earlier, and still belongs to a burst.
    fn write_again(&mut self, key: &str, push: bool, burst: Option<Duration>, due: Duration, now: Duration) {
        if push && burst.is_some() {
            if !self.transactions.is_empty() {
                self.group_for(push, burst, now).name(key);
            } else if let Some(last) = self.groups.last_mut().filter(|last| last.turn == self.turn) {
                last.name(key);
            }
        }
        for group in &mut self.groups {
            group.edits.hasten(key, due);
        }
    }

    fn group_for(&mut self, push: bool, burst: Option<Duration>, now: Duration) -> &mut Group {
        if self.transactions.is_empty() {
            let turn = self.turn;
            let group = Group { push, ends_with_push: push, turn, burst, at: now, ..Group::default() };
            self.join(group);
        }
        // A write always finds the group that was joined or made just above, or the transaction's.
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len().saturating_sub(1);
        #[expect(clippy::indexing_slicing, reason = "the line above makes sure of one group at least")]
        let group = &mut self.groups[last];
        group.push |= push;
        group.ends_with_push = push;
        group.burst = burst.or(group.burst);
        if push {
            group.at = now;
        }
        group
    }

    fn changed(&mut self) {
        self.view = None;
        self.version = self.version.wrapping_add(1);
    }

    // Actions.

    /// The microtask turn is over: later pushes make entries of their own.
    pub const fn end_turn(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }

    /// Pushes of one burst that wait for the address make one entry.
    fn join_bursts(&mut self) {
        let mut joined: Vec<Group> = Vec::with_capacity(self.groups.len());
        for group in std::mem::take(&mut self.groups) {
            match joined.last_mut() {
                Some(last) if group.push && last.push && group.continues(&last.named, last.at) => {
                    for sequence in last.absorb(group) {
                        self.waiters.resolve(sequence, Outcome::Superseded);
                    }
                }
                _ => joined.push(group),
            }
        }
        self.groups = joined;
    }

    /// What is to be done now. An action that is not `Wait` or `Rest` must be answered by [`Self::acted`].
    pub fn step(&mut self, now: Duration, urgency: Urgency) -> Action {
        if !self.transactions.is_empty() {
            return Action::Rest;
        }
        if !self.attached {
            self.settle_in_memory();
            return Action::Rest;
        }
        if let Some((until, _)) = self.traversing {
            if now < until && urgency == Urgency::Turn {
                return Action::Wait(until.saturating_sub(now));
            }
            self.traversing = None;
        }
        self.join_bursts();
        loop {
            let Some(head) = self.groups.first() else { return Action::Rest };
            let Some(cutoff) = self.cutoff(now, urgency) else { return self.wait_for_due(now) };
            let text = head.edits.apply(self.here.query(), &self.base, cutoff);
            if text == self.here.query() {
                self.settle_head(cutoff, None);
                continue;
            }
            if urgency != Urgency::Leaving {
                if self.blocked && urgency == Urgency::Turn {
                    return Action::Rest;
                }
                let wait = self.budget.wait(now);
                let may_skip_the_pace = urgency == Urgency::Flush
                    && !self.budget.is_paused(now)
                    && self.budget.used(now) < self.budget.limits().calls;
                if !wait.is_zero() && !may_skip_the_pace {
                    return Action::Wait(wait);
                }
            }
            let continues = self.last_push.as_ref().is_some_and(|last| head.continues(&last.named, last.at));
            let push = head.push && !continues;
            let url = self.here.with_query(&text);
            self.attempt = Some(Attempt { address: Address::split(&url), cutoff, push });
            return if push { Action::Push(url) } else { Action::Replace(url) };
        }
    }

    /// What the address is after an action, what the call told, and whether the wanted address was seen meanwhile.
    pub fn acted(&mut self, now: Duration, report: Report, seen: &str, landed: bool) {
        let Some(attempt) = self.attempt.take() else { return };
        let seen_address = Address::split(seen);
        let reads_the_same = pairs(seen_address.query()).eq(pairs(attempt.address.query()));
        if landed || reads_the_same {
            self.budget.count(now);
            self.budget.relent();
            self.blocked = false;
            let reached = if reads_the_same { seen_address } else { attempt.address };
            self.here = reached;
            self.base = self.read(self.here.query());
            self.settle_head(attempt.cutoff, Some(attempt.push));
        } else {
            if report == Report::Cancelled {
                self.budget.count(now);
            }
            self.budget.refuse(now, report);
            if self.budget.is_exhausted() {
                self.block();
            }
        }
    }

    /// The address as it is now, when something else may have changed it.
    pub fn observe(&mut self, seen: &str, navigation: Navigation) {
        if !self.attached {
            return;
        }
        let seen = Address::split(seen);
        let navigation = match navigation {
            Navigation::Pop if seen.before == self.here.before && seen.query == self.here.query => Navigation::Unknown,
            Navigation::Pop => Navigation::Traverse,
            known => known,
        };
        let leaves_the_page = navigation == Navigation::Push && seen.before != self.here.before;
        if navigation != Navigation::Unknown {
            self.budget.relent();
            self.blocked = false;
        }
        if seen == self.here && navigation != Navigation::Traverse {
            return;
        }
        let source = if navigation == Navigation::Traverse { Source::Traversal } else { Source::External };
        self.start(source);
        if navigation != Navigation::Replace {
            self.last_push = None;
        }
        if navigation == Navigation::Traverse {
            let upto = self.traversing.take().map_or(u32::MAX, |(_, upto)| upto);
            self.supersede(|_, edit| edit.sequence <= upto);
        } else if leaves_the_page {
            self.supersede(|_, _| true);
        }
        if seen.query() == self.here.query() {
            self.here = seen;
            return;
        }
        let base = self.read(seen.query());
        let earlier = std::mem::replace(&mut self.base, base);
        self.here = seen;
        self.merge(&earlier);
        self.changed();
    }

    /// Somebody's history call was seen to go through.
    pub fn count_call(&mut self, now: Duration) {
        self.budget.count(now);
    }

    /// A traversal was asked for: what is written from now on waits until it lands.
    pub fn traversal_begins(&mut self, now: Duration) {
        self.traversing = Some((now.saturating_add(LONGEST_TRAVERSAL), self.sequence));
    }

    /// Last writer wins, key by key: what the others changed is theirs, what they left alone is still to be written.
    fn merge(&mut self, earlier: &Dict) {
        let base = std::mem::take(&mut self.base);
        let waiters = &mut self.waiters;
        for group in &mut self.groups {
            group.edits.retain(|key, edit| {
                if base.values(key) == earlier.values(key) {
                    return true;
                }
                let reached = base.values(key) == edit.values;
                waiters.resolve(edit.sequence, if reached { Outcome::Applied } else { Outcome::Superseded });
                false
            });
        }
        self.base = base;
        self.drop_empty_groups();
    }

    fn supersede(&mut self, which: impl Fn(&str, &Edit) -> bool) {
        let waiters = &mut self.waiters;
        for group in &mut self.groups {
            group.edits.retain(|key, edit| {
                let superseded = which(key, edit);
                if superseded {
                    waiters.resolve(edit.sequence, Outcome::Superseded);
                }
                !superseded
            });
        }
        self.drop_empty_groups();
        self.changed();
    }

    fn drop_empty_groups(&mut self) {
        if self.transactions.is_empty() {
            self.groups.retain(|group| !group.edits.is_empty());
        }
    }

    fn block(&mut self) {
        self.blocked = true;
        for (_, edit) in self.groups.iter().flat_map(|group| group.edits.iter()) {
            self.waiters.resolve(edit.sequence, Outcome::Blocked);
        }
    }

    /// Up to which due time the first group's edits go out now; `None` when none does.
    fn cutoff(&self, now: Duration, urgency: Urgency) -> Option<Duration> {
        let (head, later) = self.groups.split_first()?;
        let is_due = |group: &Group| group.edits.is_empty() || group.edits.iter().any(|(_, edit)| edit.due <= now);
        if urgency != Urgency::Turn || later.iter().any(is_due) {
            return Some(Duration::MAX);
        }
        is_due(head).then_some(now)
    }

    fn wait_for_due(&self, now: Duration) -> Action {
        let edits = self.groups.iter().flat_map(|group| group.edits.iter());
        let due = edits.map(|(_, edit)| edit.due).min().unwrap_or(now);
        Action::Wait(due.saturating_sub(now))
    }

    /// The first group's edits up to `cutoff` are in the address; `pushed` when a call was made for them.
    fn settle_head(&mut self, cutoff: Duration, pushed: Option<bool>) {
        let Some(head) = self.groups.first_mut() else { return };
        let waiters = &mut self.waiters;
        head.edits.retain(|_, edit| {
            if edit.due <= cutoff {
                waiters.resolve(edit.sequence, Outcome::Applied);
            }
            edit.due > cutoff
        });
        match pushed {
            Some(true) => self.last_push = Some(LastPush { named: std::mem::take(&mut head.named), at: head.at }),
            Some(false) if head.push => {
                if let Some(last) = &mut self.last_push {
                    last.at = head.at;
                }
            }
            _ => {}
        }
        head.push = false;
        if head.edits.is_empty() {
            self.groups.remove(0);
        }
        self.view = None;
    }

    fn settle_in_memory(&mut self) {
        if self.groups.is_empty() {
            return;
        }
        let text = self.text().to_owned();
        for (_, edit) in self.groups.iter().flat_map(|group| group.edits.iter()) {
            self.waiters.resolve(edit.sequence, Outcome::Unavailable);
        }
        self.groups.clear();
        self.view = None;
        self.base = self.read(&text);
        self.here.query = Some(text);
    }

    // Who is told.

    /// Calls `done` with what became of the writes made so far, now if that is known.
    pub fn settled(&mut self, done: Done) {
        self.waiters.wait(self.sequence, done);
        if self.blocked {
            self.block();
        }
    }

    /// Takes out those whose writes are settled, with the outcome.
    pub fn take_settled(&mut self) -> Vec<(Done, Outcome)> {
        if self.waiters.is_empty() {
            return Vec::new();
        }
        let pending = self.groups.iter().flat_map(|group| group.edits.iter());
        let pending = pending.filter(|_| !self.blocked).map(|(_, edit)| edit.sequence);
        let oldest = pending.min().unwrap_or(u32::MAX);
        let mut settled = self.waiters.take_done(oldest);
        if !self.attached {
            for (_, outcome) in &mut settled {
                *outcome = Outcome::Unavailable;
            }
        }
        settled
    }

    pub fn listen(&mut self) {
        let view = self.dict();
        self.news.listen(|| view);
    }

    pub fn ignore(&mut self) {
        self.news.ignore();
    }

    /// The batches not told yet; none while a transaction is open.
    pub fn take_changes(&mut self) -> Vec<Change> {
        if !self.transactions.is_empty() {
            return Vec::new();
        }
        if self.news.is_outdated() {
            let view = self.dict();
            self.news.collect(&view);
        }
        self.news.take()
    }

    /// Whether somebody is to be told, or waits.
    pub fn has_news(&self) -> bool {
        self.news.is_outdated() || !self.waiters.is_empty()
    }

    /// Changes by `source` begin: those of another source are a batch of their own.
    fn start(&mut self, source: Source) {
        if self.news.has_other_source(source) {
            let view = self.dict();
            self.news.collect(&view);
        }
        self.news.set_source(source);
    }
}
