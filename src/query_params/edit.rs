//! Edits of a query's text. Each touches the fields of the keys that it names, and no other byte.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::fields::{Fields, Keys};
use super::text::{agree, cut, fields, key_of, separate, split};

/// New fields for some keys, in the order in which new keys are to appear. Without fields a key is removed.
pub(crate) type Edits = Fields;

impl Edits {
    /// The query with the edits made. New fields stand where their key first stood; new keys come last. A key that
    /// reads so already keeps its bytes.
    pub fn applied(&self, query: &str) -> String {
        let mut places: Vec<Place<'_>> = self.texts().iter().map(|new| Place { new, differs: false }).collect();
        for field in fields(query) {
            let Some(at) = self.position(&key_of(field)) else { continue };
            let Some(place) = places.get_mut(at) else { continue };
            let (new, rest) = cut(place.new, b'&');
            place.differs |= new.is_empty() || !agree(new, field);
            place.new = rest.unwrap_or_default();
        }
        for (place, new) in places.iter_mut().zip(self.texts()) {
            place.differs |= !place.new.is_empty();
            place.new = new;
        }
        let mut edited = Edited::with_capacity(query.len());
        for field in split(query, b'&') {
            let at = if field.is_empty() { None } else { self.position(&key_of(field)) };
            match at.and_then(|at| places.get_mut(at)).filter(|place| place.differs) {
                None => edited.keep(field),
                Some(place) if place.new.is_empty() => {}
                Some(place) => edited.keep(core::mem::take(&mut place.new)),
            }
        }
        for place in places.iter().filter(|place| place.differs) {
            edited.add(place.new);
        }
        edited.text
    }
}

/// Where a key's new fields are to stand.
struct Place<'a> {
    /// Those that have not found it yet.
    new: &'a str,
    /// Whether they read otherwise than those that are there.
    differs: bool,
}

/// The query with none but the fields that `keep` wants.
pub(crate) fn only(query: &str, keep: &dyn Fn(&str) -> bool) -> String {
    let mut edited = Edited::with_capacity(0);
    for field in fields(query).filter(|field| keep(&key_of(field))) {
        edited.keep(field);
    }
    edited.text
}

/// The query `onto` with the fields of `keys` as `from` has them.
pub(crate) fn carried(onto: &str, from: &str, keys: &Keys) -> String {
    if keys.names().is_empty() {
        return onto.to_owned();
    }
    let source = Fields::of(from);
    let mut edits = Edits::default();
    for key in source.keys().filter(|key| keys.has(key)).chain(keys.names().iter().map(String::as_str)) {
        edits.put(key, source.get(key).unwrap_or_default().to_owned());
    }
    edits.applied(onto)
}

/// The keys that read otherwise in one query than in the other. A change of order alone is none.
pub(crate) fn differing(before: &str, after: &str) -> Keys {
    let mut keys = Keys::default();
    if before != after {
        let (before, after) = (Fields::of(before), Fields::of(after));
        for key in after.keys().chain(before.keys()) {
            if !before.agree(&after, key) {
                keys.add(key);
            }
        }
    }
    keys
}

/// A query's text under way: every field behind a `&` but the first.
struct Edited {
    text: String,
    is_begun: bool,
}

impl Edited {
    fn with_capacity(units: usize) -> Self {
        Self { text: String::with_capacity(units), is_begun: false }
    }

    /// Takes fields as they stand, empty ones too.
    fn keep(&mut self, fields: &str) {
        if self.is_begun {
            self.text.push('&');
        }
        self.is_begun = true;
        self.text.push_str(fields);
    }

    /// Puts new fields at the end; a `&` that stands there serves.
    fn add(&mut self, fields: &str) {
        if !fields.is_empty() {
            separate(&mut self.text);
            self.text.push_str(fields);
        }
    }
}
