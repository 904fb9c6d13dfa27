//! One parameter, read and written through a codec.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Codec, Invalid, List};
use crate::port::Page;
use crate::query_params::audience::Audience;
use crate::query_params::{LiveParams, Param, QueryText, WriteOptions};
use crate::{Error, ErrorKind};

fn read<C: Codec + ?Sized>(key: &str, codec: &C, text: Option<String>) -> Result<Option<C::Value>, Error> {
    text.map(|text| codec.parse(&text)).transpose().map_err(|invalid| error(ErrorKind::Malformed, key, invalid))
}

fn read_list<C: Codec>(key: &str, list: &List<C>, texts: &[String]) -> Result<Vec<C::Value>, Error> {
    let texts = texts.iter().map(String::as_str);
    list.parse_all(texts).map_err(|invalid| error(ErrorKind::Malformed, key, invalid))
}

fn error(kind: ErrorKind, key: &str, invalid: Invalid) -> Error {
    Error::new(kind, invalid.reason()).with_key(key)
}

/// What is written for a value: nothing where the codec writes an empty text that it does not read.
pub(crate) fn texts_of<C: Codec + ?Sized>(key: &str, codec: &C, value: &C::Value) -> Result<Vec<String>, Error> {
    let text = codec.format(value).map_err(|invalid| error(ErrorKind::UnsupportedValue, key, invalid))?;
    let is_nothing = text.is_empty() && codec.parse(&text).is_err();
    Ok(if is_nothing { Vec::new() } else { Vec::from([text]) })
}

/// What is written for the values of a list.
pub(crate) fn texts_of_list<C: Codec>(key: &str, list: &List<C>, values: &[C::Value]) -> Result<Vec<String>, Error> {
    list.format_all(values).map_err(|invalid| error(ErrorKind::UnsupportedValue, key, invalid))
}

impl QueryText {
    /// Reads `key` through a codec: the last value when the key repeats.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) with the codec's reason. An absent key is `Ok(None)`.
    ///
    /// ```
    /// use tabstate::query_params::QueryText;
    /// use tabstate::query_params::codecs::{Bool, Date, Int};
    ///
    /// let query = QueryText::parse("?from=2024-02-29&page=12abc");
    /// assert_eq!(query.read_param("from", &Date)?.as_deref(), Some("2024-02-29"));
    /// assert_eq!(query.read_param("open", &Bool)?, None);
    /// assert_eq!(query.read_param("page", &Int::default()).unwrap_err().message(), "not a whole number");
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn read_param<C: Codec + ?Sized>(&self, key: &str, codec: &C) -> Result<Option<C::Value>, Error> {
        read(key, codec, self.get(key))
    }

    /// Reads all values of `key` through a codec of lists; an absent key has none.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) when one of the values is invalid, with the codec's reason.
    ///
    /// ```
    /// use tabstate::query_params::QueryText;
    /// use tabstate::query_params::codecs::{Int, List};
    ///
    /// let query = QueryText::parse("?id=1&id=2&no=1&no=x");
    /// assert_eq!(query.read_list("id", &List(Int::default()))?, [1, 2]);
    /// assert!(query.read_list("no", &List(Int::default())).is_err());
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn read_list<C: Codec>(&self, key: &str, list: &List<C>) -> Result<Vec<C::Value>, Error> {
        read_list(key, list, &self.get_all(key))
    }
}

impl<P: Page, A: Audience> LiveParams<P, A> {
    /// Reads `key` through a codec: the last value when the key repeats.
    ///
    /// # Errors
    /// As [`QueryText::read_param`].
    pub fn read_param<C: Codec + ?Sized>(&self, key: &str, codec: &C) -> Result<Option<C::Value>, Error> {
        read(key, codec, self.get(key))
    }

    /// Reads all values of `key` through a codec of lists.
    ///
    /// # Errors
    /// As [`QueryText::read_list`].
    pub fn read_list<C: Codec>(&self, key: &str, list: &List<C>) -> Result<Vec<C::Value>, Error> {
        read_list(key, list, &self.get_all(key))
    }

    /// Writes `key` through a codec. What the codec writes as an empty text that it does not read removes the key: a
    /// [`Delimited`](super::Delimited) without items.
    ///
    /// # Errors
    /// `UnsupportedValue` with the codec's reason, `Reserved` for a reserved key; nothing is changed.
    pub fn write_param<C: Codec + ?Sized>(
        &self,
        key: &str,
        codec: &C,
        value: &C::Value,
        options: WriteOptions,
    ) -> Result<(), Error> {
        self.set(key, Param(texts_of(key, codec, value)?), options)
    }

    /// Writes the values of `key` through a codec of lists; none remove it.
    ///
    /// # Errors
    /// As [`write_param`](Self::write_param).
    pub fn write_list<C: Codec>(
        &self,
        key: &str,
        list: &List<C>,
        values: &[C::Value],
        options: WriteOptions,
    ) -> Result<(), Error> {
        self.set(key, Param(texts_of_list(key, list, values)?), options)
    }
}
