//! Whole structs as parameters, through serde: a field is a key, and its texts are strict, as the codecs' are.

mod problem;
mod read;
mod write;

use alloc::string::String;
use alloc::vec::Vec;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::audience::Audience;
use super::fields::Keys;
use super::live::LiveParams;
use super::text::{QueryText, add_entry, append, escape_last};
use super::writer::WriteOptions;
use crate::Error;
use crate::port::Page;

/// All values of each key, in the order in which the keys first appear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    keys: Keys,
    values: Vec<Vec<String>>,
}

impl Lists {
    pub fn add(&mut self, key: &str, value: &str) {
        let at = self.keys.add(key);
        match self.values.get_mut(at) {
            Some(values) => values.push(value.into()),
            None => self.values.push(Vec::from([value.into()])),
        }
    }

    /// Gives a key these values, in place of those that it has.
    pub fn put(&mut self, key: &str, values: Vec<String>) {
        match self.values.get_mut(self.keys.add(key)) {
            Some(earlier) => *earlier = values,
            None => self.values.push(values),
        }
    }

    pub const fn len(&self) -> usize {
        self.values.len()
    }

    pub fn get(&self, nth: usize) -> Option<(&str, &[String])> {
        Some((self.keys.names().get(nth)?, self.values.get(nth)?))
    }

    pub fn keys(&self) -> &[String] {
        self.keys.names()
    }

    /// The values of a key, where it is there.
    pub fn of(&self, key: &str) -> Option<&[String]> {
        let at = self.keys.names().iter().position(|name| name == key)?;
        self.values.get(at).map(Vec::as_slice)
    }

    /// Takes a key away; returns whether it had values.
    pub fn remove(&mut self, key: &str) -> bool {
        let had = self.of(key).is_some();
        let others = core::mem::take(self).into_vec().into_iter().filter(|(name, _)| name != key);
        *self = others.collect();
        had
    }

    pub fn into_vec(self) -> Vec<(String, Vec<String>)> {
        self.keys.into_names().into_iter().zip(self.values).collect()
    }
}

impl FromIterator<(String, Vec<String>)> for Lists {
    fn from_iter<I: IntoIterator<Item = (String, Vec<String>)>>(entries: I) -> Self {
        let mut lists = Self::default();
        for (key, values) in entries {
            lists.put(&key, values);
        }
        lists
    }
}

fn read_or_default<T: DeserializeOwned + Default>(mut lists: Lists) -> T {
    loop {
        match read::read(&lists) {
            Ok(value) => return value,
            Err(error) if error.key().is_some_and(|key| lists.remove(key)) => {}
            Err(_) => return T::default(),
        }
    }
}

impl QueryText {
    /// Reads a whole struct, or a map: each field is a key.
    ///
    /// | field | text |
    /// |---|---|
    /// | integers up to 128 bits | `-?[0-9]+` in the range of the type |
    /// | `f32`, `f64` | a decimal number, with an exponent or without; finite |
    /// | `bool` | `true` or `false`, in any letter case |
    /// | `char` | one character |
    /// | `String`, an enum of unit variants | the text; the variant's name |
    /// | `Option` | `None`: the key is absent |
    /// | a list, a set, a tuple, an array | the values of the repeated key, in order; absent: no items |
    /// | a newtype | what is inside it |
    ///
    /// Where the key repeats, a field that is no list takes the last value. Keys without a field are ignored. `default`,
    /// `rename` and `alias` work as they do everywhere in serde. Where a field is there under several names, its own name
    /// counts, and without that the first: [`write`](Self::write) knows no aliases. `flatten` works for maps, and for
    /// structs of text, `char`, enums and options of those; a flattened field under two names is `Malformed`.
    ///
    /// Serde reads flattened structs, and enums that are `#[serde(tag = "…")]` or `untagged`, without saying the types of
    /// their fields. A number, a `bool` or a list in them is written, and then is no text for its type: `Malformed`,
    /// without a key. Have texts in them, or read their struct by itself.
    ///
    /// A struct may be tried more than once, as serde does not say which of its absent fields are lists, nor which names
    /// are aliases.
    ///
    /// No key is reserved here: [`query_params::read`](super::read) does not see those that are.
    ///
    /// # Errors
    /// [`Malformed`](crate::ErrorKind::Malformed), with the key: a text is not of the field's type, or a field that is
    /// neither a list nor an `Option`, and has no default, is absent.
    /// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue), with the key: the field is a struct, a map, bytes, or a
    /// list in a list, which no text stands for.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tabstate::ErrorKind;
    /// use tabstate::query_params::QueryText;
    ///
    /// #[derive(Debug, PartialEq, Deserialize)]
    /// struct Filters {
    ///     #[serde(default = "first_page")]
    ///     page: u32,
    ///     q: Option<String>,
    ///     tag: Vec<String>,
    /// }
    ///
    /// fn first_page() -> u32 {
    ///     1
    /// }
    ///
    /// let filters: Filters = QueryText::parse("?tag=sea&tag=snow&utm=x").read()?;
    /// assert_eq!(filters, Filters { page: 1, q: None, tag: vec!["sea".to_owned(), "snow".to_owned()] });
    ///
    /// let error = QueryText::parse("?page=12abc").read::<Filters>().unwrap_err();
    /// assert_eq!((error.kind(), error.key()), (ErrorKind::Malformed, Some("page")));
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read::read(&self.lists())
    }

    /// Reads a whole struct, with what is invalid as in its default: a key whose text is none for its field is as good as
    /// absent. Derive `Deserialize` with `#[serde(default)]`, or one absent field makes all of them the defaults.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tabstate::query_params::QueryText;
    ///
    /// #[derive(Debug, Default, PartialEq, Deserialize)]
    /// #[serde(default)]
    /// struct Filters {
    ///     page: u32,
    ///     q: String,
    /// }
    ///
    /// let filters: Filters = QueryText::parse("?page=12abc&q=fjord").read_or_default();
    /// assert_eq!(filters, Filters { page: 0, q: "fjord".to_owned() });
    /// ```
    #[must_use]
    pub fn read_or_default<T: DeserializeOwned + Default>(&self) -> T {
        read_or_default(self.lists())
    }

    fn lists(&self) -> Lists {
        let mut lists = Lists::default();
        for (key, value) in self.pairs() {
            lists.add(&key, &value);
        }
        lists
    }

    /// Spells a whole struct, or a map, as a query: what [`read`](Self::read) reads. A field goes by its own name. Where a
    /// flattened map has a key that a field has, the later of the two counts.
    ///
    /// # Errors
    /// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue), with the key, for a field that no text stands for.
    ///
    /// ```
    /// use serde::Serialize;
    /// use tabstate::query_params::QueryText;
    ///
    /// #[derive(Serialize)]
    /// struct Filters<'a> {
    ///     page: u32,
    ///     q: Option<&'a str>,
    ///     tag: [&'a str; 2],
    /// }
    ///
    /// let link = QueryText::write(&Filters { page: 2, q: None, tag: ["sea", "snow"] })?;
    /// assert_eq!(link.as_str(), "page=2&tag=sea&tag=snow");
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        let mut text = String::new();
        for (key, values) in write::write(value)? {
            for value in values {
                append(&mut text, &key, &value);
            }
        }
        escape_last(&mut text);
        Ok(Self::from_address(text))
    }
}

impl<P: Page, A: Audience> LiveParams<P, A> {
    pub(crate) fn lists(&self) -> Lists {
        let mut lists = Lists::default();
        self.for_each_pair(|key, value| lists.add(key, value));
        lists
    }

    /// Reads a whole struct, or a map; reserved keys are not there.
    ///
    /// # Errors
    /// As [`QueryText::read`].
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read::read(&self.lists())
    }

    /// Writes the fields of a struct, or the entries of a map, all of them or, after an error, none.
    ///
    /// What `None`, an empty list, and a field that `skip_serializing_if` skips stand for is removed. Two things serde
    /// does not report, so that they stay in the address:
    ///
    /// - **Skipped fields of a struct with `flatten`**, its own and those of the flattened one, as serde writes it as a
    ///   map. Leave `skip_serializing_if` off there: `None` and an empty list need none.
    /// - **The key of an `alias`**, which an old link has. Once the field's own key is written, that counts in
    ///   [`read`](Self::read); where the field is `None`, the old key is read again: remove it by its name.
    ///
    /// # Errors
    /// As [`QueryText::write`], and `Reserved` when one of the keys is.
    pub fn write_fields<T: Serialize + ?Sized>(&self, value: &T, options: WriteOptions) -> Result<(), Error> {
        let mut batch = String::new();
        for (key, values) in write::write(value)? {
            add_entry(&mut batch, &key, values.iter().map(String::as_str));
        }
        self.write_batch(&batch, false, options)
    }

    /// Reads a whole struct, with what is invalid as in its default; reserved keys are not there.
    #[must_use]
    pub fn read_or_default<T: DeserializeOwned + Default>(&self) -> T {
        read_or_default(self.lists())
    }

    /// Writes the fields that are others in `after` than in `before`; those that are as in `defaults` are removed.
    pub(crate) fn write_changes<T: Serialize>(
        &self,
        before: &T,
        after: &T,
        defaults: Option<&T>,
        options: WriteOptions,
    ) -> Result<(), Error> {
        let lists = |value: &T| write::write(value).map(Lists::from_iter);
        let (before, after) = (lists(before)?, lists(after)?);
        let defaults = defaults.map(lists).transpose()?.unwrap_or_default();
        let mut batch = String::new();
        for key in after.keys().iter().chain(before.keys().iter().filter(|key| after.of(key).is_none())) {
            let values = after.of(key).unwrap_or_default();
            if before.of(key).unwrap_or_default() != values {
                let is_default = defaults.of(key).is_some_and(|default| default == values);
                let written = if is_default { &[] } else { values };
                add_entry(&mut batch, key, written.iter().map(String::as_str));
            }
        }
        if batch.is_empty() { Ok(()) } else { self.write_batch(&batch, false, options) }
    }
}
