//! Query text: reading its fields and spelling parameters. Knows nothing of history, of state, or of reserved keys.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use super::fields::Fields;
use crate::{Error, ErrorKind};

/// The text of a query, read by the rules of `application/x-www-form-urlencoded`.
///
/// Any text is a query: bytes that are not UTF-8 read as U+FFFD, a broken escape reads as itself.
/// Source of the rules: the WHATWG URL standard, section "application/x-www-form-urlencoded parsing".
///
/// ```
/// use tabstate::query_params::QueryText;
///
/// let query = QueryText::parse("?city=Oslo&tag=sea&tag=snow");
/// assert_eq!(query.get("tag").as_deref(), Some("snow"));
/// assert_eq!(query.get_all("tag"), ["sea", "snow"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct QueryText {
    text: String,
}

impl QueryText {
    /// Takes a query's text; one leading `?` is skipped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self { text: without_mark(text).to_owned() }
    }

    pub(crate) const fn from_address(text: String) -> Self {
        Self { text }
    }

    /// Spells `pairs` as a query, in their order.
    ///
    /// ```
    /// use tabstate::query_params::QueryText;
    ///
    /// let query = QueryText::format([("q", "fish & chips"), ("at", "Oslo.")]);
    /// assert_eq!(query.as_str(), "q=fish+%26+chips&at=Oslo%2E");
    /// ```
    pub fn format<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut text = String::new();
        for (key, value) in pairs {
            append(&mut text, key, value);
        }
        escape_last(&mut text);
        Self { text }
    }

    #[cfg(all(target_arch = "wasm32", feature = "js"))]
    pub(crate) fn of_batch(batch: &str) -> Self {
        let mut text = String::new();
        for entry in entries(batch) {
            let fields = read_entry(entry).1;
            if !fields.is_empty() {
                separate(&mut text);
                text.push_str(&fields);
            }
        }
        escape_last(&mut text);
        Self { text }
    }

    /// The text, without a `?`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Every pair, in order, repeated keys and all.
    pub fn pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        fields(&self.text).map(|field| (key_of(field), value_of(field)))
    }

    /// The last value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        last_value(&self.text, key)
    }

    /// All values of `key`, in order.
    #[must_use]
    pub fn get_all(&self, key: &str) -> Vec<String> {
        values(&self.text, key).map(Cow::into_owned).collect()
    }

    /// Reads `key` as a `T`: the last value when the key repeats.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the text is there but is not a `T`. An absent key is `Ok(None)`.
    ///
    /// ```
    /// # use tabstate::query_params::QueryText;
    /// assert_eq!(QueryText::parse("?page=2&page=3").get_as::<u32>("page")?, Some(3));
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn get_as<T: FromStr>(&self, key: &str) -> Result<Option<T>, Error> {
        read_as(self.get(key), key)
    }

    /// Whether `key` is there.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        fields(&self.text).any(|field| is_keyed(field, key))
    }

    /// The last value of each key, in the order in which the keys first appear.
    #[must_use]
    pub fn to_dict(&self) -> Vec<(String, String)> {
        Fields::of(&self.text).last_values().collect()
    }
}

impl From<QueryText> for String {
    fn from(query: QueryText) -> Self {
        query.text
    }
}

impl fmt::Display for QueryText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

pub(crate) fn read_as<T: FromStr>(text: Option<String>, key: &str) -> Result<Option<T>, Error> {
    let Some(text) = text else { return Ok(None) };
    match text.parse() {
        Ok(value) => Ok(Some(value)),
        Err(_) => {
            Err(Error::new(ErrorKind::Malformed, "the text is not of the asked type: read it with `get`").with_key(key))
        }
    }
}

pub(crate) fn without_mark(text: &str) -> &str {
    match cut(text, b'?') {
        ("", Some(rest)) => rest,
        _ => text,
    }
}

/// The text before the first `separator`, an ASCII character, and the text behind it. Plain byte loops: they are a third
/// of the patterns of `str` in size, and twice as fast at the size's optimization level.
pub(crate) fn cut(text: &str, separator: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == separator) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// The texts between `separator`s, empty ones too.
pub(crate) const fn split(text: &str, separator: u8) -> Split<'_> {
    Split { rest: Some(text), separator, skips_empty: false }
}

/// The fields that stand for a parameter: all but the empty ones.
pub(crate) const fn fields(query: &str) -> Split<'_> {
    Split { rest: Some(query), separator: b'&', skips_empty: true }
}

/// The parts of a text. One type for all loops over text, whose code is then there once.
pub(crate) struct Split<'a> {
    rest: Option<&'a str>,
    separator: u8,
    skips_empty: bool,
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        loop {
            let (first, others) = cut(self.rest?, self.separator);
            self.rest = others;
            if !(self.skips_empty && first.is_empty()) {
                return Some(first);
            }
        }
    }
}

pub(crate) fn halves(field: &str) -> (&str, &str) {
    let (key, value) = cut(field, b'=');
    (key, value.unwrap_or_default())
}

/// A field's key, decoded. Text without escapes is lent, not copied.
pub(crate) fn key_of(field: &str) -> Cow<'_, str> {
    decode(halves(field).0)
}

/// A field's value, decoded.
pub(crate) fn value_of(field: &str) -> Cow<'_, str> {
    decode(halves(field).1)
}

/// Whether two fields have the same value, however spelled.
pub(crate) fn agree(one: &str, other: &str) -> bool {
    one == other || value_of(one) == value_of(other)
}

pub(crate) fn is_keyed(field: &str, key: &str) -> bool {
    key_of(field) == key
}

/// All values of one key.
pub(crate) fn values<'a>(query: &'a str, key: &str) -> impl Iterator<Item = Cow<'a, str>> {
    fields(query).filter(move |field| is_keyed(field, key)).map(value_of)
}

pub(crate) fn last_value(query: &str, key: &str) -> Option<String> {
    values(query, key).last().map(Cow::into_owned)
}

pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let [first, rest @ ..] = bytes {
        bytes = rest;
        decoded.push(match (first, rest) {
            (b'+', _) => b' ',
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes = behind;
                    high << 4 | low
                }
                _ => b'%',
            },
            _ => *first,
        });
    }
    Cow::Owned(text_of(&decoded))
}

/// Text in UTF-8. U+FFFD stands for what is none, up to the byte that cannot be a part of it, as in the Encoding standard;
/// `from_utf8_lossy` says the same in three times the code.
fn text_of(bytes: &[u8]) -> String {
    const NONE: u32 = u32::MAX;
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        rest = behind;
        let more = match first {
            0..0x80 => {
                text.push(char::from(*first));
                continue;
            }
            0xC2..0xE0 => 1,
            0xE0..0xF0 => 2,
            0xF0..0xF5 => 3,
            _ => 0,
        };
        // Overlong forms, surrogates and what is above U+10FFFF are told by the second byte.
        let mut allowed = match first {
            0xE0 => 0xA0..0xC0,
            0xED => 0x80..0xA0,
            0xF0 => 0x90..0xC0,
            0xF4 => 0x80..0x90,
            _ => 0x80..0xC0,
        };
        let mut code = if more == 0 { NONE } else { u32::from(first & 0x3F >> more) };
        for _ in 0..more {
            match rest {
                [next, behind @ ..] if allowed.contains(next) => {
                    code = code << 6 | u32::from(next & 0x3F);
                    rest = behind;
                    allowed = 0x80..0xC0;
                }
                _ => {
                    code = NONE;
                    break;
                }
            }
        }
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Keeps readable what survives in an address and in a link.
fn encode(text: &mut String, decoded: &str) {
    text.reserve(decoded.len());
    let mut kept = 0;
    for (at, byte) in decoded.bytes().enumerate() {
        let is_mark = matches!(byte, b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'/' | b'@' | b'$' | b'!' | b'*' | b';');
        if !(is_mark || byte.is_ascii_alphanumeric()) {
            text.push_str(decoded.get(kept..at).unwrap_or_default());
            kept = at + 1;
            if byte == b' ' { text.push('+') } else { escape(text, byte) }
        }
    }
    text.push_str(decoded.get(kept..).unwrap_or_default());
}

fn escape(text: &mut String, byte: u8) {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'A' - 10 + value });
    text.push('%');
    text.push(digit(byte >> 4));
    text.push(digit(byte & 15));
}

/// Writes `key=value` behind a query's text; a `&` that stands at its end serves.
pub(crate) fn append(text: &mut String, key: &str, value: &str) {
    separate(text);
    write_field(text, key, value);
}

/// One entry of a batch of writes: its key, and its values spelled as fields; without values it is a removal.
pub(crate) fn read_entry(entry: &str) -> (Cow<'_, str>, String) {
    let mut parts = split(entry, b'=').map(decode);
    let key = parts.next().unwrap_or_default();
    let mut fields = String::new();
    for value in parts {
        append(&mut fields, &key, &value);
    }
    (key, fields)
}

/// A batch of writes as one text: `key=value=value`, behind a `&` each, with `%`, `&`, `=` and `+` escaped.
pub(crate) fn entries(batch: &str) -> Split<'_> {
    Split { rest: cut(batch, b'&').1, separator: b'&', skips_empty: false }
}

/// Puts one entry on a batch.
pub(crate) fn add_entry<'a>(batch: &mut String, key: &str, values: impl Iterator<Item = &'a str>) {
    batch.push('&');
    encode(batch, key);
    for value in values {
        batch.push('=');
        encode(batch, value);
    }
}

pub(crate) fn write_field(text: &mut String, key: &str, value: &str) {
    encode(text, key);
    text.push('=');
    encode(text, value);
}

pub(crate) fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with('&') {
        text.push('&');
    }
}

/// Escapes the last character of a text that we wrote, where chat programs would take it for the sentence's.
pub(crate) fn escape_last(text: &mut String) {
    if let Some(last @ (b'.' | b',' | b'!' | b':' | b';' | b'*' | b'_' | b'~')) = text.bytes().last() {
        text.truncate(text.len() - 1);
        escape(text, last);
    }
}

/// Many texts as one; less code than `concat`, which is written for any type.
pub(crate) fn joined(texts: &[&str], separator: &str) -> String {
    let mut all = String::new();
    for (nth, text) in texts.iter().enumerate() {
        if nth > 0 {
            all.push_str(separator);
        }
        all.push_str(text);
    }
    all
}
