//! Edits of a query's text. Each touches the fields of the keys that it names, and no other byte.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::fields::{Fields, Keys};
use super::text::{fields, is_keyed, key_of, separate, value_of};

/// The query with these `fields` for `key`, or `None` when it reads so already.
///
/// They stand where the key first stood; a new key comes last. Without fields the key is removed.
pub(crate) fn with_fields(query: &str, key: &str, new: &str) -> Option<String> {
    let mut wanted = fields(new);
    let mut same = true;
    for field in fields(query).filter(|field| is_keyed(field, key)) {
        same &= wanted.next().is_some_and(|new| new == field || value_of(new) == value_of(field));
    }
    if same && wanted.next().is_none() {
        return None;
    }
    let mut edited = Edited::with_capacity(query.len() + new.len());
    let mut rest = new;
    for field in query.split('&') {
        if field.is_empty() || !is_keyed(field, key) {
            edited.keep(field);
        } else if !rest.is_empty() {
            edited.keep(core::mem::take(&mut rest));
        }
    }
    edited.add(rest);
    Some(edited.text)
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
    let mut written = Keys::default();
    let mut edited = Edited::with_capacity(onto.len());
    for field in onto.split('&') {
        let key = key_of(field);
        if field.is_empty() || !keys.has(&key) {
            edited.keep(field);
        } else if !written.has(&key) {
            written.add(&key);
            for field in source.get(&key) {
                edited.keep(field);
            }
        }
    }
    for field in fields(from) {
        let key = key_of(field);
        if keys.has(&key) && !written.has(&key) {
            edited.add(field);
        }
    }
    edited.text
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
