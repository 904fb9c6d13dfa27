//! The session storage of a browser in memory: its quota, its refusals, a page that ends in the midst of
//! writing, and other code that writes too. It knows nothing of the rules under test.

#![allow(dead_code, reason = "our own tests, which include this file, use more of it")]

#[allow(unused_imports, reason = "the crate has none of its own")]
use std::prelude::v1::*;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::port::{Refusal, Storage};

/// A storage that whoever has a clone of it shares, as pages and frames of a tab do. It crosses threads, as caches do.
#[derive(Clone, Debug, Default)]
pub struct SimulatedStorage(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
struct Inside {
    texts: BTreeMap<String, String>,
    /// The most units of all names and texts together.
    quota: Option<usize>,
    denies: bool,
    /// The writes to come that are refused, counted from the next one.
    refusals: BTreeMap<usize, Refusal>,
    /// How often it was written to or removed from, or tried to.
    writes: usize,
    /// The count of writes from which on the page is no more.
    end: Option<usize>,
    /// The names that were refused.
    refused: Vec<String>,
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

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn set_quota(&self, units: Option<usize>) {
        self.inside().quota = units;
    }

    /// Leaves room for so many units more.
    pub fn leave_room(&self, units: usize) {
        self.set_quota(Some(self.used() + units));
    }

    pub fn set_denial(&self, denies: bool) {
        self.inside().denies = denies;
    }

    /// Refuses the write that comes after so many others.
    pub fn refuse(&self, after: usize, refusal: Refusal) {
        let mut inside = self.inside();
        let write = inside.writes + after;
        inside.refusals.insert(write, refusal);
    }

    /// Refuses nothing that was not refused yet.
    pub fn relent(&self) {
        self.inside().refusals.clear();
    }

    /// The page ends after so many writes: what it does then, nobody sees.
    pub fn end_after(&self, writes: usize) {
        let mut inside = self.inside();
        inside.end = Some(inside.writes + writes);
    }

    /// Another page of the tab begins.
    pub fn begin(&self) {
        self.inside().end = None;
    }

    /// The names whose writes were refused since this was asked.
    pub fn take_refused(&self) -> Vec<String> {
        std::mem::take(&mut self.inside().refused)
    }

    pub fn used(&self) -> usize {
        self.inside().texts.iter().map(|(name, text)| units(name) + units(text)).sum()
    }

    /// What is there, for whoever looks from outside.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.inside().texts.clone()
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.inside().texts.get(name).cloned()
    }

    /// Other code writes; there is always room for it.
    pub fn put(&self, name: &str, text: &str) {
        self.inside().texts.insert(name.to_owned(), text.to_owned());
    }

    /// Other code removes.
    pub fn take(&self, name: &str) -> Option<String> {
        self.inside().texts.remove(name)
    }

    /// Other code clears.
    pub fn clear(&self) {
        self.inside().texts.clear();
    }

    /// Counts one write; `None` when the page is no more.
    fn count_write(&self) -> Option<usize> {
        let mut inside = self.inside();
        let writes = inside.writes;
        inside.writes += 1;
        inside.end.is_none_or(|end| writes < end).then_some(writes)
    }

    fn refusal(&self, write: usize, name: &str, text: &str) -> Option<Refusal> {
        let mut inside = self.inside();
        if inside.denies {
            return Some(Refusal::Denied);
        }
        if let Some(refusal) = inside.refusals.remove(&write) {
            return Some(refusal);
        }
        let quota = inside.quota;
        drop(inside);
        let before = self.text(name).map_or(0, |text| units(name) + units(&text));
        let after = self.used() - before + units(name) + units(text);
        quota.filter(|quota| after > *quota).map(|_| Refusal::Full)
    }
}

impl Storage for SimulatedStorage {
    fn is_durable(&self) -> bool {
        true
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        let inside = self.inside();
        if inside.denies {
            return Err(Refusal::Denied);
        }
        // In no order.
        Ok(inside.texts.keys().rev().cloned().collect())
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        if self.inside().denies { Err(Refusal::Denied) } else { Ok(self.text(name)) }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        let Some(write) = self.count_write() else { return Ok(()) };
        if let Some(refusal) = self.refusal(write, name, text) {
            self.inside().refused.push(name.to_owned());
            return Err(refusal);
        }
        self.put(name, text);
        Ok(())
    }

    fn remove(&self, name: &str) {
        if self.count_write().is_some() && !self.inside().denies {
            self.take(name);
        }
    }
}
