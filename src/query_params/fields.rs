//! Fields found by key, and keys known by name: a hash table small enough for a page to load.
//!
//! A library's table is 5 kB of the module for each type of entry; the index here is one for all.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::hash::Hasher;

use fnv::FnvHasher;

use super::text::{agree, fields, key_of, value_of};

/// Positions by hash, open addressed. Holds no entry: whoever asks tells whether a position is the one looked for.
#[derive(Clone, Debug, Default)]
struct Index {
    hashes: Vec<u32>,
    /// A position plus one; 0 is free. The length is a power of two.
    slots: Vec<u32>,
}

impl Index {
    fn find(&self, hash: u32, is_it: &dyn Fn(usize) -> bool) -> Option<usize> {
        let mut slot = hash as usize;
        loop {
            let position = *self.slots.get(slot & self.slots.len().wrapping_sub(1))? as usize;
            let position = position.checked_sub(1)?;
            if self.hashes.get(position) == Some(&hash) && is_it(position) {
                return Some(position);
            }
            slot = slot.wrapping_add(1);
        }
    }

    /// Adds the next position.
    fn add(&mut self, hash: u32) {
        self.hashes.push(hash);
        if self.hashes.len() * 2 <= self.slots.len() {
            place(&mut self.slots, hash, self.hashes.len() as u32);
            return;
        }
        self.slots.clear();
        self.slots.resize((self.hashes.len() * 4).next_power_of_two(), 0);
        for (position, hash) in (1..).zip(&self.hashes) {
            place(&mut self.slots, *hash, position);
        }
    }
}

fn place(slots: &mut [u32], hash: u32, position: u32) {
    let mask = slots.len().wrapping_sub(1);
    let mut slot = hash as usize;
    while let Some(taken) = slots.get_mut(slot & mask) {
        if *taken == 0 {
            *taken = position;
            return;
        }
        slot = slot.wrapping_add(1);
    }
}

fn hash(key: &str) -> u32 {
    let mut hasher = FnvHasher::default();
    hasher.write(key.as_bytes());
    hasher.finish() as u32
}

/// A set of keys, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    index: Index,
    names: Vec<String>,
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
        self.find(hash(key), key)
    }

    /// Adds a key, unless it is there; returns its position.
    pub fn add(&mut self, key: &str) -> usize {
        let hash = hash(key);
        self.find(hash, key).unwrap_or_else(|| {
            self.index.add(hash);
            self.names.push(key.to_owned());
            self.names.len().wrapping_sub(1)
        })
    }

    pub fn names(&self) -> &[String] {
        &self.names
    }

    pub fn into_names(self) -> Vec<String> {
        self.names
    }

    fn find(&self, hash: u32, key: &str) -> Option<usize> {
        self.index.find(hash, &|at| self.names.get(at).is_some_and(|name| name == key))
    }
}

/// The fields of a query by key, the keys in the order in which they first appear.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a> {
    keys: Keys,
    /// Of each key, as they are spelled.
    fields: Vec<Vec<&'a str>>,
}

impl<'a> Fields<'a> {
    pub fn of(query: &'a str) -> Self {
        let mut found = Self::default();
        for field in fields(query) {
            match found.fields.get_mut(found.keys.add(&key_of(field))) {
                Some(fields) => fields.push(field),
                None => found.fields.push(Vec::from([field])),
            }
        }
        found
    }

    /// The fields of one key.
    pub fn get(&self, key: &str) -> &[&'a str] {
        self.keys.position(key).and_then(|at| self.fields.get(at)).map_or(&[], |fields| fields)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.names().iter().map(String::as_str)
    }

    pub fn last_values(&self) -> impl Iterator<Item = (String, String)> {
        let last = |(key, fields): (&str, &Vec<&str>)| Some((key.to_owned(), value_of(fields.last()?).into_owned()));
        self.keys().zip(&self.fields).filter_map(last)
    }

    /// Whether `key` reads the same in `other`.
    pub fn agree(&self, other: &Fields<'_>, key: &str) -> bool {
        let (ours, theirs) = (self.get(key), other.get(key));
        ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(one, other)| agree(one, other))
    }
}
