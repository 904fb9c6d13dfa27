//! Fields found by key, and keys known by name: a hash table small enough for a page to load.
//!
//! A library's table is 5 kB of the module for each type of entry.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::Hasher;

use fnv::FnvHasher;

use super::text::{agree, fields, key_of, value_of};

fn place(slots: &mut [u32], hash: usize, position: u32) {
    let mask = slots.len().wrapping_sub(1);
    let mut slot = hash;
    while let Some(taken) = slots.get_mut(slot & mask) {
        if *taken == 0 {
            *taken = position;
            return;
        }
        slot = slot.wrapping_add(1);
    }
}

fn hash(key: &str) -> usize {
    let mut hasher = FnvHasher::default();
    hasher.write(key.as_bytes());
    hasher.finish() as usize
}

/// A set of keys, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    names: Vec<String>,
    /// Positions by hash, open addressed: a position plus one; 0 is free. The length is a power of two.
    slots: Vec<u32>,
}

impl Keys {
    pub fn of(query: &str) -> Self {
        let mut keys = Self::default();
        for field in fields(query) {
            keys.add(&key_of(field));
        }
        keys
    }

    pub fn has(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Which of the keys it is, counted from 0.
    pub fn position(&self, key: &str) -> Option<usize> {
        let mut slot = hash(key);
        loop {
            let position = *self.slots.get(slot & self.slots.len().wrapping_sub(1))? as usize;
            let position = position.checked_sub(1)?;
            if self.names.get(position).is_some_and(|name| name == key) {
                return Some(position);
            }
            slot = slot.wrapping_add(1);
        }
    }

    /// Adds a key, unless it is there; returns its position.
    pub fn add(&mut self, key: &str) -> usize {
        if let Some(position) = self.position(key) {
            return position;
        }
        self.names.push(key.to_owned());
        let count = self.names.len();
        if count * 2 <= self.slots.len() {
            place(&mut self.slots, hash(key), count as u32);
        } else {
            self.slots.clear();
            self.slots.resize((count * 4).next_power_of_two(), 0);
            for (position, name) in (1..).zip(&self.names) {
                place(&mut self.slots, hash(name), position);
            }
        }
        count - 1
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn into_names(self) -> Vec<String> {
        self.names
    }
}

/// Fields by key, the keys in the order in which they first appear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    keys: Keys,
    /// Of each key, with a `&` between them, as they are spelled.
    texts: Vec<String>,
}

impl Fields {
    pub fn of(query: &str) -> Self {
        let mut found = Self::default();
        for field in fields(query) {
            let at = found.keys.add(&key_of(field));
            match found.texts.get_mut(at) {
                Some(text) => {
                    text.push('&');
                    text.push_str(field);
                }
                None => found.texts.push(field.to_owned()),
            }
        }
        found
    }

    /// Gives a key these fields, in place of those that it has.
    pub fn put(&mut self, key: &str, fields: String) {
        match self.texts.get_mut(self.keys.add(key)) {
            Some(earlier) => *earlier = fields,
            None => self.texts.push(fields),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Which of the keys it is, counted from 0.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.keys.position(key)
    }

    /// The fields of one key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.texts.get(self.position(key)?).map(String::as_str)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.names().iter().map(String::as_str)
    }

    /// The fields of each key.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    pub fn last_values(&self) -> impl Iterator<Item = (String, String)> {
        let last = |(key, text): (&str, &String)| Some((key.to_owned(), value_of(fields(text).last()?).into_owned()));
        self.keys().zip(&self.texts).filter_map(last)
    }

    /// Whether `key` reads the same in `other`.
    pub fn agree(&self, other: &Self, key: &str) -> bool {
        reads_the_same(self.get(key).unwrap_or_default(), other.get(key).unwrap_or_default())
    }
}

/// Whether two queries hold the same pairs in the same order, however spelled.
pub(crate) fn reads_the_same(one: &str, other: &str) -> bool {
    let (mut ones, mut others) = (fields(one), fields(other));
    loop {
        match (ones.next(), others.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || key_of(one) == key_of(other) && agree(one, other) => {}
            _ => return false,
        }
    }
}
