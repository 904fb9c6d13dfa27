//! The session storage of a browser in memory for tests: its quota, its refusals, a page that ends in the midst of
//! writing, and other code that writes too. It knows nothing of the rules under test.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use tabstate::port::{Refusal, Storage};

/// A storage that whoever has a clone of it shares, as pages and frames of a tab do.
#[derive(Clone, Debug, Default)]
pub struct SimulatedStorage(Rc<Inside>);

#[derive(Debug, Default)]
struct Inside {
    texts: RefCell<BTreeMap<String, String>>,
    /// The most units of all names and texts together.
    quota: Cell<Option<usize>>,
    denies: Cell<bool>,
    /// The writes to come that are refused, counted from the next one.
    refusals: RefCell<BTreeMap<usize, Refusal>>,
    /// How often it was written to or removed from, or tried to.
    writes: Cell<usize>,
    /// The count of writes from which on the page is no more.
    end: Cell<Option<usize>>,
    /// The names that were refused.
    refused: RefCell<Vec<String>>,
}

/// Units of UTF-16.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

impl SimulatedStorage {
    pub fn with(texts: &[(&str, &str)]) -> Self {
        let storage = Self::default();
        for (name, text) in texts {
            storage.put(name, text);
        }
        storage
    }

    pub fn set_quota(&self, units: Option<usize>) {
        self.0.quota.set(units);
    }

    /// Leaves room for so many units more.
    pub fn leave_room(&self, units: usize) {
        self.set_quota(Some(self.used() + units));
    }

    pub fn set_denial(&self, denies: bool) {
        self.0.denies.set(denies);
    }

    /// Refuses the write that comes after so many others.
    pub fn refuse(&self, after: usize, refusal: Refusal) {
        self.0.refusals.borrow_mut().insert(self.0.writes.get() + after, refusal);
    }

    /// Refuses nothing that was not refused yet.
    pub fn relent(&self) {
        self.0.refusals.borrow_mut().clear();
    }

    /// The page ends after so many writes: what it does then, nobody sees.
    pub fn end_after(&self, writes: usize) {
        self.0.end.set(Some(self.0.writes.get() + writes));
    }

    /// Another page of the tab begins.
    pub fn begin(&self) {
        self.0.end.set(None);
    }

    /// The names whose writes were refused since this was asked.
    pub fn take_refused(&self) -> Vec<String> {
        self.0.refused.take()
    }

    pub fn used(&self) -> usize {
        self.0.texts.borrow().iter().map(|(name, text)| units(name) + units(text)).sum()
    }

    /// What is there, for whoever looks from outside.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.0.texts.borrow().clone()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.0.texts.borrow().get(name).cloned()
    }

    /// Other code writes; there is always room for it.
    pub fn put(&self, name: &str, text: &str) {
        self.0.texts.borrow_mut().insert(name.to_owned(), text.to_owned());
    }

    /// Other code removes.
    pub fn take(&self, name: &str) -> Option<String> {
        self.0.texts.borrow_mut().remove(name)
    }

    /// Other code clears.
    pub fn clear(&self) {
        self.0.texts.borrow_mut().clear();
    }

    /// Counts one write; `None` when the page is no more.
    fn count_write(&self) -> Option<usize> {
        let writes = self.0.writes.get();
        self.0.writes.set(writes + 1);
        self.0.end.get().is_none_or(|end| writes < end).then_some(writes)
    }

    fn refusal(&self, write: usize, name: &str, text: &str) -> Option<Refusal> {
        if self.0.denies.get() {
            return Some(Refusal::Denied);
        }
        if let Some(refusal) = self.0.refusals.borrow_mut().remove(&write) {
            return Some(refusal);
        }
        let before = self.text(name).map_or(0, |text| units(name) + units(&text));
        let after = self.used() - before + units(name) + units(text);
        self.0.quota.get().filter(|quota| after > *quota).map(|_| Refusal::Full)
    }
}

impl Storage for SimulatedStorage {
    fn is_durable(&self) -> bool {
        true
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        if self.0.denies.get() {
            return Err(Refusal::Denied);
        }
        // In no order.
        Ok(self.0.texts.borrow().keys().rev().cloned().collect())
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        if self.0.denies.get() { Err(Refusal::Denied) } else { Ok(self.text(name)) }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        let Some(write) = self.count_write() else { return Ok(()) };
        if let Some(refusal) = self.refusal(write, name, text) {
            self.0.refused.borrow_mut().push(name.to_owned());
            return Err(refusal);
        }
        self.put(name, text);
        Ok(())
    }

    fn remove(&self, name: &str) {
        if self.count_write().is_some() && !self.0.denies.get() {
            self.take(name);
        }
    }
}
