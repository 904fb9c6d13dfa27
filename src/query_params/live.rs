//! The query parameters of one page, live: carries the writer's actions to the page, and what the page tells to the
//! writer and to those who listen. Nothing is borrowed while the page or a listener runs, since both may call back.

use alloc::borrow::Cow;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, Ref, RefCell};
use core::time::Duration;

use super::audience::{Audience, Listeners};
use super::fields::Fields;
use super::news::Change;
use super::param::IntoParam;
use super::settled::Settled;
use super::text::{QueryText, add_entry, append, fields, key_of, last_value, value_of, values};
use super::writer::{Action, History, Urgency, WriteOptions, Writer};
use crate::port::{Limits, Milliseconds, Navigation, Page, Report, Signal};
use crate::{Error, ErrorKind};

/// What the writer is at, for a panel that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriterState {
    /// The keys whose last write is not in the address yet.
    pub pending: Vec<String>,
    /// The history calls seen in the running window, everybody's.
    pub calls: usize,
    /// The calls that the browser allows in one window.
    pub limit: usize,
    /// The window's length.
    pub window: Duration,
    /// How long until the next call is tried, when one waits.
    pub next_try: Option<Duration>,
    /// Whether the page refused the pending writes so often that only a write or a navigation tries them again.
    pub blocked: bool,
}

/// The query parameters of `P`'s address, and who is told of them.
pub struct LiveParams<P: Page, A: Audience = Listeners> {
    page: P,
    audience: A,
    writer: RefCell<Writer<A::Waiter>>,
    /// Called when the view changed, before anybody is told.
    on_change: Cell<Option<fn()>>,
    /// The version of the pairs as they were last read, until they changed.
    seen_version: Cell<Option<u32>>,
    /// The address that an action under way asks for, and whether it was seen.
    acting: RefCell<Option<String>>,
    landed: Cell<bool>,
    driving: Cell<bool>,
    turn_asked: Cell<bool>,
    waking_at: Cell<Option<Milliseconds>>,
    used: Cell<bool>,
    telling: Cell<bool>,
}

impl<P: Page> LiveParams<P> {
    /// Starts from the page's address.
    pub fn new(page: P) -> Self {
        Self::of(page)
    }

    /// What becomes of the writes made so far.
    pub fn settled(&self) -> Settled {
        let (settled, done) = Settled::new();
        self.when_settled(done);
        settled
    }

    /// Calls `listener` once for each batch of changes; returns what [`Self::unsubscribe`] takes.
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> usize {
        self.listen();
        self.audience.add(Rc::new(listener))
    }

    /// Calls the listener no more.
    pub fn unsubscribe(&self, id: usize) {
        if self.audience.remove(id) {
            self.ignore();
        }
    }
}

impl<P: Page, A: Audience> LiveParams<P, A> {
    /// Starts from the page's address.
    pub(crate) fn of(page: P) -> Self
    where
        A: Default,
    {
        let writer = Writer::new(page.address().as_deref(), page.limits());
        Self {
            page,
            audience: A::default(),
            writer: RefCell::new(writer),
            on_change: Cell::new(None),
            seen_version: Cell::new(None),
            acting: RefCell::default(),
            landed: Cell::new(false),
            driving: Cell::new(false),
            turn_asked: Cell::new(false),
            waking_at: Cell::new(None),
            used: Cell::new(false),
            telling: Cell::new(false),
        }
    }

    /// The page behind it.
    pub const fn page(&self) -> &P {
        &self.page
    }

    /// Whether there is an address to write to.
    pub fn has_address(&self) -> bool {
        self.writer.borrow().is_attached()
    }

    /// Settles how writes work that do not say it themselves; the reserved keys are a batch without values.
    ///
    /// # Errors
    /// `InvalidOption` once a parameter was read or written.
    pub(crate) fn configure(&self, history: Option<History>, reserved_keys: Option<String>) -> Result<(), Error> {
        if self.used.get() {
            return Err(Error::new(ErrorKind::InvalidOption, "configure before the first read or write"));
        }
        let mut writer = self.writer.borrow_mut();
        if let Some(history) = history {
            writer.set_history(history);
        }
        if let Some(keys) = reserved_keys {
            writer.set_reserved(keys);
        }
        Ok(())
    }

    // Reads.

    fn seen(&self) -> Ref<'_, Writer<A::Waiter>> {
        self.used.set(true);
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().write_out();
        self.writer.borrow()
    }

    /// The last value of `key`.
    pub fn get(&self, key: &str) -> Option<String> {
        let writer = self.seen();
        if writer.is_reserved(key) { None } else { last_value(writer.view(), key) }
    }

    /// All values of `key`.
    pub fn get_all(&self, key: &str) -> Vec<String> {
        let writer = self.seen();
        if writer.is_reserved(key) { Vec::new() } else { values(writer.view(), key).map(Cow::into_owned).collect() }
    }

    /// Whether `key` is there.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The last value of each key, in order of first appearance.
    pub fn to_dict(&self) -> Vec<(String, String)> {
        let writer = self.seen();
        Fields::of(writer.view()).last_values().filter(|(key, _)| !writer.is_reserved(key)).collect()
    }

    /// The whole query as it is or will be in the address, reserved keys and all.
    pub fn text(&self) -> QueryText {
        QueryText::from_address(self.seen().text())
    }

    /// Gives every pair that is not reserved to `take`, in order; it must not call back.
    pub fn for_each_pair(&self, mut take: impl FnMut(&str, &str)) {
        let writer = self.seen();
        self.seen_version.set(Some(writer.version()));
        for field in fields(writer.view()) {
            let key = key_of(field);
            if !writer.is_reserved(&key) {
                take(&key, &value_of(field));
            }
        }
    }

    // Writes.

    /// Writes one key; no value removes it.
    ///
    /// # Errors
    /// `Reserved` for a reserved key.
    pub fn set(&self, key: &str, value: impl IntoParam, options: WriteOptions) -> Result<(), Error> {
        let mut fields = String::new();
        for value in value.into_param().0 {
            append(&mut fields, key, &value);
        }
        self.set_fields(key, fields, options)
    }

    /// Removes one key; returns whether it was there. A reserved key is not there.
    pub fn remove(&self, key: &str, options: WriteOptions) -> bool {
        self.write(options, |writer, now| writer.remove(key, options, now))
    }

    /// Merges `params`; a key without values is removed. All of it or nothing.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is.
    pub fn update<'a, V: IntoParam>(
        &self,
        params: impl IntoIterator<Item = (&'a str, V)>,
        options: WriteOptions,
    ) -> Result<(), Error> {
        self.write_batch(&batch(params), false, options)
    }

    /// Replaces all but the reserved keys. All of it or nothing.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is.
    pub fn from_dict<'a, V: IntoParam>(
        &self,
        params: impl IntoIterator<Item = (&'a str, V)>,
        options: WriteOptions,
    ) -> Result<(), Error> {
        self.write_batch(&batch(params), true, options)
    }

    /// Removes all but the reserved keys.
    pub fn clear(&self, options: WriteOptions) {
        // No key is named, so none can be reserved.
        let _ = self.write_batch("", true, options);
    }

    /// Writes one key, its values given as fields.
    pub(crate) fn set_fields(&self, key: &str, fields: String, options: WriteOptions) -> Result<(), Error> {
        self.write(options, |writer, now| writer.write(key, fields, options, now))
    }

    /// Writes the entries of a batch; with `all` they are the whole query, but for the reserved keys.
    pub(crate) fn write_batch(&self, batch: &str, all: bool, options: WriteOptions) -> Result<(), Error> {
        self.write(options, |writer, now| writer.write_batch(batch, all, options, now))
    }

    /// The address, without its fragment, as it would be with the entries of a batch merged. Writes nothing.
    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn link(&self, batch: &str) -> Result<String, Error> {
        self.seen().link(batch)
    }

    /// Begins a transaction; each must be ended.
    pub fn transaction_begin(&self) {
        self.used.set(true);
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().transaction_begin();
    }

    /// Ends the innermost transaction.
    pub fn transaction_end(&self, commit: bool) {
        self.writer.borrow_mut().transaction_end(commit);
        self.after_write();
    }

    fn write<T>(&self, options: WriteOptions, edit: impl FnOnce(&mut Writer<A::Waiter>, Milliseconds) -> T) -> T {
        let now = self.before_write(options);
        let result = edit(&mut self.writer.borrow_mut(), now);
        self.after_write();
        result
    }

    fn before_write(&self, options: WriteOptions) -> Milliseconds {
        self.used.set(true);
        self.look(Navigation::Unknown);
        // The clock costs as much as the write.
        let is_timed = self.writer.borrow().is_timed(options);
        if is_timed { self.page.now() } else { Milliseconds::ZERO }
    }

    fn after_write(&self) {
        self.tell_change();
        self.ask_for_turn();
    }

    /// Does now what can be done now.
    pub fn flush(&self) {
        self.look(Navigation::Unknown);
        self.drive(Urgency::Flush);
    }

    // Who waits and who listens.

    /// Tells `waiter` what becomes of the writes made so far.
    pub fn when_settled(&self, waiter: A::Waiter) {
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().settled(waiter);
        self.ask_for_turn();
    }

    /// From now on somebody listens.
    pub(crate) fn listen(&self) {
        self.used.set(true);
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().listen();
    }

    /// Nobody listens any more.
    pub(crate) fn ignore(&self) {
        self.writer.borrow_mut().ignore();
    }

    /// Calls `listener` as soon as the pairs that were read are out of date, in the midst of things: it must not call
    /// back.
    pub fn on_change(&self, listener: fn()) {
        self.on_change.set(Some(listener));
    }

    /// What the writer is at.
    pub fn writer_state(&self) -> WriterState {
        let (calls, next_try) = self.calls();
        let limits = self.limits();
        WriterState {
            pending: self.pending(),
            calls,
            limit: limits.calls,
            window: limits.window.into(),
            next_try: next_try.map(Duration::from),
            blocked: self.is_blocked(),
        }
    }

    pub(crate) fn pending(&self) -> Vec<String> {
        self.look(Navigation::Unknown);
        let mut writer = self.writer.borrow_mut();
        writer.write_out();
        writer.pending()
    }

    /// The history calls of the running window, and how long until the next one is tried, when one waits.
    pub(crate) fn calls(&self) -> (usize, Option<Milliseconds>) {
        self.look(Navigation::Unknown);
        let now = self.page.now();
        (self.writer.borrow_mut().budget().used(now), self.waking_at.get().map(|at| at - now))
    }

    pub(crate) fn limits(&self) -> Limits {
        self.writer.borrow_mut().budget().limits()
    }

    pub(crate) fn is_blocked(&self) -> bool {
        self.writer.borrow().is_blocked()
    }

    // What the page tells.

    /// Takes a signal of the page.
    pub fn receive(&self, signal: Signal) {
        match signal {
            Signal::Navigated(navigation) => self.navigated(navigation),
            Signal::BeforeTraversal | Signal::Traversing => {
                if signal == Signal::BeforeTraversal {
                    self.drive(Urgency::Flush);
                }
                self.writer.borrow_mut().traversal_begins(self.page.now());
                self.ask_for_turn();
            }
            Signal::Leaving => {
                self.look(Navigation::Unknown);
                self.drive(Urgency::Leaving);
            }
            Signal::Restored => {
                self.writer.borrow_mut().traversal_ends();
                self.look(Navigation::Pop);
                self.ask_for_turn();
            }
            Signal::EndOfTurn => {
                self.turn_asked.set(false);
                self.turn();
            }
            Signal::Wake => {
                self.waking_at.set(None);
                self.look(Navigation::Unknown);
                self.drive(Urgency::Turn);
                self.tell();
            }
        }
    }

    fn navigated(&self, navigation: Navigation) {
        let ours =
            self.acting.borrow().as_ref().is_some_and(|wanted| {
                !self.landed.get() && self.page.address().is_some_and(|address| address == *wanted)
            });
        if ours {
            self.landed.set(true);
            return;
        }
        if matches!(navigation, Navigation::Replace | Navigation::Push) {
            self.writer.borrow_mut().count_call(self.page.now());
        }
        if self.acting.borrow().is_none() {
            self.look(navigation);
        }
        self.ask_for_turn();
    }

    /// Compares the address with what is known of it.
    fn look(&self, navigation: Navigation) {
        if self.acting.borrow().is_some() {
            return;
        }
        if navigation == Navigation::Unknown && self.page.tells_changes() && !self.driving.get() {
            return;
        }
        let Some(address) = self.page.address() else { return };
        self.writer.borrow_mut().observe(&address, navigation);
        self.tell_change();
        if self.writer.borrow().has_news() {
            self.ask_for_turn();
        }
    }

    fn turn(&self) {
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().end_turn();
        self.drive(Urgency::Turn);
        self.tell();
    }

    fn ask_for_turn(&self) {
        // The end of the transaction asks for one.
        if self.writer.borrow().is_in_transaction() || self.turn_asked.replace(true) {
            return;
        }
        if !self.page.end_of_turn() {
            self.turn_asked.set(false);
            self.turn();
        }
    }

    /// Does what the writer wants, until it wants to wait.
    fn drive(&self, urgency: Urgency) {
        if self.driving.replace(true) {
            return;
        }
        loop {
            let now = self.page.now();
            let action = self.writer.borrow_mut().step(now, urgency);
            let (address, push) = match action {
                Action::Replace(address) => (address, false),
                Action::Push(address) => (address, true),
                Action::Wait(until) => {
                    self.wake_at(now, until);
                    break;
                }
                Action::Rest => break,
            };
            self.landed.set(false);
            *self.acting.borrow_mut() = Some(address.clone());
            let report = if push { self.page.push(&address) } else { self.page.replace(&address) };
            *self.acting.borrow_mut() = None;
            if !self.read_back(report) && urgency == Urgency::Leaving {
                break;
            }
        }
        self.driving.set(false);
        self.settle();
    }

    fn read_back(&self, report: Report) -> bool {
        let seen = self.page.address().unwrap_or_default();
        let now = self.page.now();
        let done = self.writer.borrow_mut().acted(now, report, &seen, self.landed.get());
        self.look(Navigation::Unknown);
        done
    }

    fn wake_at(&self, now: Milliseconds, at: Milliseconds) {
        if self.waking_at.get().is_none_or(|earlier| at < earlier || earlier <= now) {
            self.waking_at.set(Some(at));
            self.page.wake_after(at - now);
        }
    }

    /// Once, until the pairs are read again.
    fn tell_change(&self) {
        if self.seen_version.get() == Some(self.writer.borrow().version()) {
            return;
        }
        if self.seen_version.take().is_some()
            && let Some(on_change) = self.on_change.get()
        {
            on_change();
        }
    }

    fn settle(&self) {
        let settled = self.writer.borrow_mut().take_settled();
        for (waiter, outcome) in settled {
            self.audience.settled(waiter, outcome);
        }
    }

    /// Tells the listeners; what a listener writes is told after all have heard what came before.
    fn tell(&self) {
        if self.telling.replace(true) {
            return;
        }
        loop {
            let changes = self.writer.borrow_mut().take_changes();
            if changes.is_empty() {
                break;
            }
            for change in &changes {
                self.audience.changed(change);
            }
        }
        self.telling.set(false);
    }
}

/// `params` as a batch.
pub(crate) fn batch<'a, V: IntoParam>(params: impl IntoIterator<Item = (&'a str, V)>) -> String {
    let mut batch = String::new();
    for (key, value) in params {
        add_entry(&mut batch, key, value.into_param().0.iter().map(String::as_str));
    }
    batch
}
