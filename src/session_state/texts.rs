//! The texts of a session's entries: what the storage is known to hold of each, what is in force, and what is to be written.
//! In which order it is written, the ledger decides. No entry of a foreign name is touched.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::names::Names;
use super::record::Record;
use crate::port::{Entries, Found, Refusal, Storage};

/// One entry.
#[derive(Clone, Default)]
struct Slot {
    key: String,
    name: Rc<str>,
    /// What the storage is known to hold.
    known: Option<Rc<str>>,
    /// What it held when it was looked at last, or what was written since; memory has it alone where it could not be put back.
    value: Option<Rc<str>>,
    /// What it is to hold.
    next: Option<Rc<str>>,
    /// The order in the value's header.
    order: u64,
    /// Where a copy of the value was put in this batch.
    aside: Option<String>,
}

impl Slot {
    const fn is_free(&self) -> bool {
        self.known.is_none() && self.value.is_none() && self.next.is_none()
    }

    fn hold(&mut self, value: Option<Rc<str>>) {
        self.order = value.as_deref().map_or(0, order_of);
        self.value = value;
    }
}

/// The order in the header of a record, 0 where there is none.
pub(super) fn order_of(text: &str) -> u64 {
    Record::parse(text).map_or(0, |record| record.order())
}

pub(super) struct Texts<S> {
    pub storage: S,
    pub names: Names,
    /// The application's version.
    pub version: Option<u64>,
    slots: RefCell<Vec<Slot>>,
    entries: RefCell<BTreeMap<String, usize>>,
    noted: RefCell<Vec<usize>>,
    is_denied: Cell<bool>,
}

impl<S: Storage> Texts<S> {
    pub fn new(storage: S, names: Names, version: Option<u64>) -> Self {
        Self {
            storage,
            names,
            version,
            slots: RefCell::default(),
            entries: RefCell::default(),
            noted: RefCell::default(),
            is_denied: Cell::default(),
        }
    }

    fn slot<T>(&self, entry: usize, read: impl FnOnce(&Slot) -> T) -> Option<T> {
        self.slots.borrow().get(entry).map(read)
    }

    fn change(&self, entry: usize, change: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.slots.borrow_mut().get_mut(entry) {
            change(slot);
        }
    }

    /// The entry of the key. A new one takes the place of one that holds nothing any more.
    pub fn entry(&self, key: &str) -> usize {
        if let Some(entry) = self.known_entry(key) {
            return entry;
        }
        let mut slots = self.slots.borrow_mut();
        let slot = Slot { key: key.into(), name: self.names.entry(key).into(), ..Slot::default() };
        let mut entries = self.entries.borrow_mut();
        let entry = slots.iter().position(Slot::is_free).unwrap_or(slots.len());
        match slots.get_mut(entry) {
            Some(free) => {
                entries.remove(&free.key);
                *free = slot;
            }
            None => slots.push(slot),
        }
        entries.insert(key.into(), entry);
        entry
    }

    pub fn known_entry(&self, key: &str) -> Option<usize> {
        self.entries.borrow().get(key).copied()
    }

    /// The entry of the key, unless nothing is known of it and the storage has nothing either.
    pub fn find(&self, key: &str) -> Result<Option<usize>, Refusal> {
        if let Some(entry) = self.known_entry(key) {
            return Ok(Some(entry));
        }
        Ok(self.storage.read(&self.names.entry(key))?.map(|_| self.entry(key)))
    }

    /// All entries that are known, with their keys.
    pub fn all(&self) -> Vec<(usize, String)> {
        self.entries.borrow().iter().map(|(key, entry)| (*entry, key.clone())).collect()
    }

    pub fn value(&self, entry: usize) -> Option<Rc<str>> {
        self.slot(entry, |slot| slot.value.clone()).flatten()
    }

    /// The highest order of all, of those that cannot be read too.
    pub fn highest_order(&self) -> u64 {
        self.slots.borrow().iter().map(|slot| slot.order).max().unwrap_or_default()
    }

    /// Why the text is no value of this application; `None` where it is one.
    pub fn trouble(&self, text: &str) -> Option<&'static str> {
        let checked = Record::parse(text).and_then(|record| {
            let is_newer = self.version.is_some_and(|version| record.version() > version);
            if is_newer {
                Ok(Some("written by a newer version of the application"))
            } else {
                record.check().map(|()| None)
            }
        });
        checked.unwrap_or_else(|error| Some(error.message()))
    }

    /// Whether the storage denied the last look.
    pub fn last_look(&self) -> Result<(), Refusal> {
        if self.is_denied.get() { Err(Refusal::Denied) } else { Ok(()) }
    }

    /// Says what the entry is to hold.
    pub fn plan(&self, entry: usize, text: &Rc<str>) {
        self.change(entry, |slot| slot.next = Some(Rc::clone(text)));
    }

    /// What was planned is in force now.
    pub fn take_over(&self, entry: usize) {
        self.change(entry, |slot| {
            let next = slot.next.take();
            slot.hold(next);
            slot.aside = None;
        });
    }

    /// What was planned is not to be. `value` is whether the entry still has the value that it had.
    pub fn give_up(&self, entry: usize, has_value: bool) {
        self.change(entry, |slot| {
            slot.next = None;
            slot.aside = None;
            if !has_value {
                slot.hold(None);
                // Whatever is there is looked at anew.
                slot.known = None;
            }
        });
    }

    /// What an earlier page was to put back: keys and texts. What is no such list is nothing.
    pub fn written_down(&self) -> Result<Vec<(String, Rc<str>)>, Refusal> {
        let text = self.storage.read(&self.names.undo())?.unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_json::from_str(&text).unwrap_or_default();
        let own = pairs.into_iter().filter_map(|(name, text)| Some((self.names.key(&name)?.into(), text.into())));
        Ok(own.collect())
    }

    /// Takes the text of an earlier page for the entry's value, to be written; returns whether it has to be.
    pub fn restore(&self, entry: usize, text: &Rc<str>) -> bool {
        let is_there = self.slot(entry, |slot| slot.known.as_ref() == Some(text)).unwrap_or_default();
        // What cannot be read was set aside before anything was written over it.
        if is_there || self.trouble(text).is_some() {
            return false;
        }
        self.change(entry, |slot| {
            slot.hold(Some(Rc::clone(text)));
            slot.next = Some(Rc::clone(text));
        });
        true
    }
}

impl<S: Storage> Entries for Texts<S> {
    /// Memory is written as any other storage is.
    fn is_durable(&self) -> bool {
        true
    }

    fn look(&self, entry: usize) -> Found {
        let Some((name, known)) = self.slot(entry, |slot| (Rc::clone(&slot.name), slot.known.clone())) else {
            return Found::Same;
        };
        let now = self.storage.read(&name);
        self.is_denied.set(now.is_err());
        let Ok(now) = now else { return Found::Same };
        if now.as_deref() == known.as_deref() {
            return Found::Same;
        }
        let now: Option<Rc<str>> = now.map(Rc::from);
        self.change(entry, |slot| {
            slot.known.clone_from(&now);
            slot.hold(now.clone());
        });
        match now {
            None => Found::Absent,
            Some(text) if self.trouble(&text).is_some() => Found::Broken,
            Some(_) => Found::Other,
        }
    }

    fn units(&self, entry: usize) -> usize {
        let units = |slot: &Slot| slot.known.as_deref().map_or(0, |text| units(&slot.name) + units(text));
        self.slot(entry, units).unwrap_or_default()
    }

    fn write(&self, entry: usize) -> Result<(), Refusal> {
        let Some((name, Some(text))) = self.slot(entry, |slot| (Rc::clone(&slot.name), slot.next.clone())) else {
            return Ok(());
        };
        self.storage.write(&name, &text)?;
        self.change(entry, |slot| slot.known = Some(text));
        Ok(())
    }

    fn write_back(&self, entry: usize) -> Result<(), Refusal> {
        let parts = |slot: &Slot| (Rc::clone(&slot.name), slot.value.clone(), slot.aside.clone());
        let Some((name, Some(text), aside)) = self.slot(entry, parts) else { return Ok(()) };
        match aside {
            Some(aside) => self.storage.copy(&aside, &name)?,
            None => self.storage.write(&name, &text)?,
        }
        self.change(entry, |slot| slot.known = Some(text));
        Ok(())
    }

    fn remove(&self, entry: usize) {
        if let Some(name) = self.slot(entry, |slot| Rc::clone(&slot.name)) {
            self.storage.remove(&name);
            self.change(entry, |slot| slot.known = None);
        }
    }

    fn set_aside(&self, entry: usize) -> Result<(), Refusal> {
        let parts = |slot: &Slot| (slot.key.clone(), Rc::clone(&slot.name), slot.known.is_some());
        let Some((key, name, true)) = self.slot(entry, parts) else { return Ok(()) };
        let mut nth = 0;
        let aside = loop {
            let aside = self.names.aside(nth, &key);
            if self.storage.read(&aside)?.is_none() {
                break aside;
            }
            nth += 1;
        };
        self.storage.copy(&name, &aside)?;
        self.change(entry, |slot| slot.aside = Some(aside));
        Ok(())
    }

    fn take_back(&self, entry: usize) {
        if let Some(aside) = self.slot(entry, |slot| slot.aside.clone()).flatten() {
            self.storage.remove(&aside);
            self.change(entry, |slot| slot.aside = None);
        }
    }

    fn note(&self, entry: usize) {
        self.noted.borrow_mut().push(entry);
    }

    fn keep_undo(&self) -> Result<(), Refusal> {
        let mut noted = self.noted.take();
        noted.sort_unstable();
        noted.dedup();
        let slots = self.slots.borrow();
        let pairs: Vec<(&str, &str)> = noted
            .iter()
            .filter_map(|entry| slots.get(*entry).and_then(|slot| Some((&*slot.name, slot.value.as_deref()?))))
            .collect();
        let text = serde_json::to_string(&pairs).map_err(|_| Refusal::Denied)?;
        drop(slots);
        self.storage.write(&self.names.undo(), &text)
    }

    fn drop_undo(&self) {
        self.storage.remove(&self.names.undo());
    }
}

/// The length in units of UTF-16, by which browsers count.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
