//! A query as a dict: keys in the order in which they first appear, each with all its values.

use std::hash::BuildHasherDefault;

use indexmap::IndexMap;
use rustc_hash::FxHasher;

use super::text::pairs;

pub(crate) type Ordered<V> = IndexMap<String, V, BuildHasherDefault<FxHasher>>;

/// The decoded parameters of one query.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dict {
    params: Ordered<Vec<String>>,
}

impl Dict {
    /// Reads the parameters whose key is `visible`.
    pub fn read(query: &str, visible: impl Fn(&str) -> bool) -> Self {
        let mut params = Ordered::default();
        for (key, value) in pairs(query) {
            if visible(&key) {
                let values: &mut Vec<String> = params.entry(key.into_owned()).or_default();
                values.push(value.into_owned());
            }
        }
        Self { params }
    }

    pub fn values(&self, key: &str) -> &[String] {
        self.params.get(key).map_or(&[], Vec::as_slice)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.params.keys().map(String::as_str)
    }

    /// Gives each key its values; of a repeated key the last one's.
    pub fn extend(&mut self, params: impl IntoIterator<Item = (String, Vec<String>)>) {
        for (key, values) in params {
            if values.is_empty() {
                self.params.shift_remove(&key);
            } else {
                self.params.insert(key, values);
            }
        }
    }

    pub fn into_params(self) -> impl Iterator<Item = (String, Vec<String>)> {
        self.params.into_iter()
    }

    /// Equal, the order of the keys included.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.params.iter().eq(other.params.iter())
    }

    pub fn last_values(&self) -> Vec<(String, String)> {
        self.params
            .iter()
            .filter_map(|(key, values)| values.last().map(|value| (key.clone(), value.clone())))
            .collect()
    }

    /// The keys whose values differ from `other`'s. A change of order alone is no change.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let gone = other.keys().filter(|key| !self.params.contains_key(*key));
        let changed = self.params.iter().filter(|(key, values)| other.values(key) != values.as_slice());
        changed.map(|(key, _)| key.clone()).chain(gone.map(str::to_owned)).collect()
    }
}
