//! The query parameters of one page, live: carries the writer's actions to the page, and what the page tells to the
//! writer and to those who listen. Nothing is borrowed while the page or a listener runs, since both may call back.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::news::Change;
use super::param::{IntoParam, Param};
use super::settled::Settled;
use super::text::QueryText;
use super::waiters::{Done, Outcome};
use super::writer::{Action, History, Urgency, WriteOptions, Writer};
use crate::port::{Navigation, Page, Report, Signal};
use crate::{Error, ErrorKind};

type Listener = Rc<dyn Fn(&Change)>;

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

/// The query parameters of `P`'s address.
pub struct LiveParams<P: Page> {
    page: P,
    writer: RefCell<Writer>,
    listeners: RefCell<Vec<(u32, Listener)>>,
    last_listener: Cell<u32>,
    /// Called when the view changed, before anybody is told.
    on_change: RefCell<Option<Rc<dyn Fn()>>>,
    seen_version: Cell<u32>,
    /// The address that an action under way asks for, and whether it was seen.
    acting: RefCell<Option<String>>,
    landed: Cell<bool>,
    driving: Cell<bool>,
    turn_asked: Cell<bool>,
    waking_at: Cell<Option<Duration>>,
    used: Cell<bool>,
    telling: RefCell<VecDeque<Change>>,
}

impl<P: Page> LiveParams<P> {
    /// Starts from the page's address.
    pub fn new(page: P) -> Self {
        let writer = Writer::new(page.address().as_deref(), page.limits());
        Self {
            page,
            writer: RefCell::new(writer),
            listeners: RefCell::default(),
            last_listener: Cell::new(0),
            on_change: RefCell::default(),
            seen_version: Cell::new(0),
            acting: RefCell::default(),
            landed: Cell::new(false),
            driving: Cell::new(false),
            turn_asked: Cell::new(false),
            waking_at: Cell::new(None),
            used: Cell::new(false),
            telling: RefCell::default(),
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

    /// Settles how writes work that do not say it themselves.
    ///
    /// # Errors
    /// `InvalidOption` once a parameter was read or written.
    pub fn configure(&self, history: Option<History>, reserved_keys: Option<Vec<String>>) -> Result<(), Error> {
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

    fn seen(&self) -> std::cell::RefMut<'_, Writer> {
        self.used.set(true);
        self.look(Navigation::Unknown);
        self.writer.borrow_mut()
    }

    /// The last value of `key`.
    pub fn get(&self, key: &str) -> Option<String> {
        self.seen().values(key).last().cloned()
    }

    /// All values of `key`.
    pub fn get_all(&self, key: &str) -> Vec<String> {
        self.seen().values(key).to_vec()
    }

    /// Whether `key` is there.
    pub fn has(&self, key: &str) -> bool {
        !self.seen().values(key).is_empty()
    }

    /// The last value of each key, in order of first appearance.
    pub fn to_dict(&self) -> Vec<(String, String)> {
        self.seen().dict().last_values()
    }

    /// The whole query as it is or will be in the address, reserved keys and all.
    pub fn text(&self) -> QueryText {
        QueryText::parse_unmarked(self.seen().text())
    }

    /// Runs `read` on the query's text, and on whether a key is visible.
    pub(crate) fn with_text<T>(&self, read: impl FnOnce(&str, &dyn Fn(&str) -> bool) -> T) -> T {
        let mut writer = self.seen();
        self.seen_version.set(writer.version());
        let text = writer.text().to_owned();
        read(&text, &|key| !writer.is_reserved(key))
    }

    // Writes.

    /// Writes one key.
    ///
    /// # Errors
    /// `Reserved` for a reserved key.
    pub fn set(&self, key: &str, value: impl IntoParam, options: WriteOptions) -> Result<bool, Error> {
        let Param(values) = value.into_param();
        self.write(|writer, now| {
            writer.check([key])?;
            Ok(writer.write(key, values, options, now))
        })
    }

    /// Removes one key; returns whether it was there. A reserved key is not there.
    pub fn remove(&self, key: &str, options: WriteOptions) -> bool {
        let removed = self.write(|writer, now| {
            Ok(!writer.is_reserved(key) && writer.write(key, Vec::new(), options, now))
        });
        removed.unwrap_or(false)
    }

    /// Merges `params`; a key without values is removed. All of it or nothing.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is.
    pub fn update(&self, params: Vec<(String, Vec<String>)>, options: WriteOptions) -> Result<(), Error> {
        self.write(|writer, now| {
            writer.check(params.iter().map(|(key, _)| key.as_str()))?;
            writer.transaction_begin();
            for (key, values) in params {
                writer.write(&key, values, options, now);
            }
            writer.transaction_commit();
            Ok(())
        })
    }

    /// Replaces all but the reserved keys. All of it or nothing.
    ///
    /// # Errors
    /// `Reserved` when one of the keys is.
    pub fn from_dict(&self, params: Vec<(String, Vec<String>)>, options: WriteOptions) -> Result<(), Error> {
        self.write(|writer, now| {
            writer.check(params.iter().map(|(key, _)| key.as_str()))?;
            writer.write_all(params, options, now);
            Ok(())
        })
    }

    /// Begins a transaction; each must be ended.
    pub fn transaction_begin(&self) {
        self.used.set(true);
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().transaction_begin();
    }

    /// Ends the innermost transaction.
    pub fn transaction_end(&self, commit: bool) {
        if commit {
            self.writer.borrow_mut().transaction_commit();
        } else {
            self.writer.borrow_mut().transaction_rollback();
        }
        self.after_write();
    }

    fn write<T>(&self, edit: impl FnOnce(&mut Writer, Duration) -> Result<T, Error>) -> Result<T, Error> {
        self.used.set(true);
        self.look(Navigation::Unknown);
        let now = self.page.now();
        let result = edit(&mut self.writer.borrow_mut(), now);
        self.after_write();
        result
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

    /// Calls `done` with what becomes of the writes made so far.
    pub fn when_settled(&self, done: Done) {
        self.look(Navigation::Unknown);
        self.writer.borrow_mut().settled(done);
        self.ask_for_turn();
    }

    /// What becomes of the writes made so far.
    pub fn settled(&self) -> Settled {
        let (settled, done) = Settled::new();
        self.when_settled(done);
        settled
    }

    /// Calls `listener` once for each batch of changes; returns what [`Self::unsubscribe`] takes.
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> u32 {
        self.used.set(true);
        self.look(Navigation::Unknown);
        let id = self.last_listener.get().wrapping_add(1);
        self.last_listener.set(id);
        self.listeners.borrow_mut().push((id, Rc::new(listener)));
        self.writer.borrow_mut().listen();
        id
    }

    /// Calls the listener no more.
    pub fn unsubscribe(&self, id: u32) {
        let mut listeners = self.listeners.borrow_mut();
        let left = listeners.iter().position(|(known, _)| *known == id).map(|at| listeners.remove(at));
        if listeners.is_empty() {
            self.writer.borrow_mut().ignore();
        }
        drop(listeners);
        drop(left);
    }

    /// Calls `listener` as soon as what was read may be out of date, in the midst of things: it must not call back.
    pub fn on_change(&self, listener: impl Fn() + 'static) {
        *self.on_change.borrow_mut() = Some(Rc::new(listener));
    }

    /// What the writer is at.
    pub fn writer_state(&self) -> WriterState {
        self.look(Navigation::Unknown);
        let now = self.page.now();
        let mut writer = self.writer.borrow_mut();
        WriterState {
            pending: writer.pending(),
            blocked: writer.is_blocked(),
            calls: writer.budget().used(now),
            limit: writer.budget().limits().calls,
            window: writer.budget().limits().window,
            next_try: self.waking_at.get().map(|at| at.saturating_sub(now)),
        }
    }

    // What the page tells.

    /// Takes a signal of the page.
    pub fn receive(&self, signal: Signal) {
        match signal {
            Signal::Navigated(navigation) => self.navigated(navigation),
            Signal::Traversing => {
                self.drive(Urgency::Flush);
                self.writer.borrow_mut().traversal_begins(self.page.now());
                self.ask_for_turn();
            }
            Signal::Leaving => {
                self.look(Navigation::Unknown);
                self.drive(Urgency::Leaving);
            }
            Signal::Restored => {
                self.look(Navigation::Traverse);
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
        let ours = self.acting.borrow().as_ref().is_some_and(|wanted| {
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
        if self.turn_asked.replace(true) {
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
                Action::Wait(delay) => {
                    self.wake_after(now, delay);
                    break;
                }
                Action::Rest => break,
            };
            self.landed.set(false);
            *self.acting.borrow_mut() = Some(address.clone());
            let report = if push { self.page.push(&address) } else { self.page.replace(&address) };
            *self.acting.borrow_mut() = None;
            self.read_back(report);
        }
        self.driving.set(false);
        self.settle();
    }

    fn read_back(&self, report: Report) {
        let seen = self.page.address().unwrap_or_default();
        let now = self.page.now();
        let mut writer = self.writer.borrow_mut();
        writer.acted(now, report, &seen, self.landed.get());
        drop(writer);
        self.look(Navigation::Unknown);
    }

    fn wake_after(&self, now: Duration, delay: Duration) {
        let at = now.saturating_add(delay);
        if self.waking_at.get().is_none_or(|earlier| at < earlier || earlier <= now) {
            self.waking_at.set(Some(at));
            self.page.wake_after(delay);
        }
    }

    fn tell_change(&self) {
        let version = self.writer.borrow().version();
        if self.seen_version.replace(version) != version {
            let on_change = self.on_change.borrow().clone();
            if let Some(on_change) = on_change {
                on_change();
            }
        }
    }

    fn settle(&self) {
        let settled: Vec<(Done, Outcome)> = self.writer.borrow_mut().take_settled();
        for (done, outcome) in settled {
            done(outcome);
        }
    }

    /// Tells the listeners; what a listener writes is told after all have heard what came before.
    fn tell(&self) {
        let changes = self.writer.borrow_mut().take_changes();
        let first = self.telling.borrow().is_empty();
        self.telling.borrow_mut().extend(changes);
        if !first {
            return;
        }
        loop {
            let Some(change) = self.telling.borrow().front().cloned() else { break };
            let listeners = self.listeners.borrow().clone();
            for (id, listener) in listeners {
                if self.listeners.borrow().iter().any(|(known, _)| *known == id) {
                    listener(&change);
                }
            }
            self.telling.borrow_mut().pop_front();
        }
    }
}
