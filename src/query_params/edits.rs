//! Edits of a query that are not in the address yet, and what they make of its text.

use std::time::Duration;

use super::dict::{Dict, Ordered};
use super::text::{append_field, append_pair, escape_last, key_of};

/// What one key is to become.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// Empty: the key is removed.
    pub values: Vec<String>,
    /// The key was removed and set again: like a dict's, it goes to the end.
    pub moved: bool,
    /// Which write it is, counted from the first.
    pub sequence: u32,
    /// When it may reach the address.
    pub due: Duration,
}

impl Edit {
    /// Whether `later` takes this edit's place; a key that was removed, and set again, goes to the end.
    fn gives_way_in_place(&self, later: &Self) -> bool {
        later.values.is_empty() || !(later.moved || self.values.is_empty())
    }
}

/// At most one edit for each key, in the order in which new keys are to appear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    edits: Ordered<Edit>,
}

impl Edits {
    pub fn get(&self, key: &str) -> Option<&Edit> {
        self.edits.get(key)
    }

    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Edit)> {
        self.edits.iter().map(|(key, edit)| (key.as_str(), edit))
    }

    /// Puts `edit` in the place of an earlier one of the same key, and returns the earlier one's sequence.
    pub fn put(&mut self, key: &str, edit: Edit) -> Option<u32> {
        match self.edits.get_mut(key) {
            None => {
                self.edits.insert(key.to_owned(), edit);
                None
            }
            Some(earlier) => {
                let sequence = earlier.sequence;
                if !earlier.gives_way_in_place(&edit) {
                    self.edits.shift_remove(key);
                    self.edits.insert(key.to_owned(), Edit { moved: true, ..edit });
                } else {
                    let moved = edit.moved || earlier.moved;
                    *earlier = Edit { moved, ..edit };
                }
                Some(sequence)
            }
        }
    }

    /// Puts all of `later` in; returns the sequences of the edits whose place they took.
    pub fn absorb(&mut self, later: Self) -> Vec<u32> {
        let mut superseded = Vec::new();
        let moving = |key: &str, earlier: &Edit| {
            later.edits.get(key).filter(|edit| !earlier.gives_way_in_place(edit)).map(|_| earlier.sequence)
        };
        self.edits.retain(|key, earlier| match moving(key, earlier) {
            Some(sequence) => {
                superseded.push(sequence);
                earlier.values.clear();
                false
            }
            None => true,
        });
        for (key, edit) in later.edits.into_iter() {
            superseded.extend(self.put(&key, edit));
        }
        superseded
    }

    /// Makes the edit of `key` due by `due` at the latest.
    pub fn hasten(&mut self, key: &str, due: Duration) {
        if let Some(edit) = self.edits.get_mut(key) {
            edit.due = edit.due.min(due);
        }
    }

    /// Forgets the edits that `keep` refuses.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &Edit) -> bool) {
        self.edits.retain(|key, edit| keep(key, edit));
    }

    /// The query `text`, whose dict is `base`, with the edits due by `cutoff` made in it.
    ///
    /// Only the fields of edited keys are touched; an edit that changes nothing touches none.
    pub fn apply(&self, text: &str, base: &Dict, cutoff: Duration) -> String {
        let mut edited = String::with_capacity(text.len());
        let mut in_place: Vec<bool> = vec![false; self.edits.len()];
        let mut ours_is_last = false;
        let mut first = true;
        let is_made = |key: &str, edit: &Edit| edit.due <= cutoff && (edit.moved || base.values(key) != edit.values);
        let fields = (!text.is_empty()).then(|| text.split('&')).into_iter().flatten();
        for field in fields {
            let found = if field.is_empty() { None } else { self.edits.get_full(key_of(field).as_ref()) };
            let Some((nth, key, edit)) = found.filter(|(_, key, edit)| is_made(key, edit)) else {
                if !first {
                    edited.push('&');
                }
                edited.push_str(field);
                first = false;
                ours_is_last = false;
                continue;
            };
            let Some(written) = in_place.get_mut(nth).filter(|written| !**written && !edit.moved) else { continue };
            *written = true;
            for value in &edit.values {
                if !first {
                    edited.push('&');
                }
                first = false;
                ours_is_last = true;
                append_field(&mut edited, key, value);
            }
        }
        for ((key, edit), written) in self.edits.iter().zip(in_place) {
            if !written && is_made(key, edit) {
                for value in &edit.values {
                    append_pair(&mut edited, key, value);
                    ours_is_last = true;
                }
            }
        }
        if ours_is_last {
            escape_last(&mut edited);
        }
        edited
    }
}
