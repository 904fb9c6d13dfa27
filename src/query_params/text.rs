//! Query text: reading it, and spelling parameters in it. Knows nothing of history, of state, or of reserved keys.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

use super::dict::Dict;
use crate::{Error, ErrorKind};

/// What a written text keeps readable: everything else is `%XX`, but for the space, which is `+`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b' ')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@')
    .remove(b'$')
    .remove(b'!')
    .remove(b'*')
    .remove(b';');

/// Chat programs cut these off the end of a link.
const CUT_OFF_LINKS: &[char] = &['.', ',', '!', ':', ';', '*', '_', '~'];

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

    pub(crate) fn parse_unmarked(text: &str) -> Self {
        Self { text: text.to_owned() }
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
            append_pair(&mut text, key, value);
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
        pairs(&self.text)
    }

    /// The last value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        self.pairs().filter(|(name, _)| name == key).last().map(|(_, value)| value.into_owned())
    }

    /// All values of `key`, in order.
    #[must_use]
    pub fn get_all(&self, key: &str) -> Vec<String> {
        self.pairs().filter(|(name, _)| name == key).map(|(_, value)| value.into_owned()).collect()
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
        self.pairs().any(|(name, _)| name == key)
    }

    /// The last value of each key, in the order in which the keys first appear.
    #[must_use]
    pub fn to_dict(&self) -> Vec<(String, String)> {
        Dict::read(&self.text, |_| true).last_values()
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
        Err(_) => Err(Error::new(ErrorKind::Malformed, "the text is not of the asked type: read it with `get`")
            .with_key(key)),
    }
}

pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('?').unwrap_or(text)
}

/// Every pair of a query's text, decoded. Text without escapes is lent, not copied.
pub(crate) fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|field| !field.is_empty()).map(|field| {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        (decode(key), decode(value))
    })
}

pub(crate) fn key_of(field: &str) -> Cow<'_, str> {
    decode(field.split_once('=').map_or(field, |(key, _)| key))
}

fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.bytes().position(|byte| byte == b'%' || byte == b'+') else {
        return Cow::Borrowed(text);
    };
    let mut bytes = text.as_bytes().to_vec();
    for byte in bytes.iter_mut().skip(first) {
        if *byte == b'+' {
            *byte = b' ';
        }
    }
    let decoded: Cow<'_, [u8]> = percent_decode(&bytes).into();
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

fn encode(text: &mut String, decoded: &str) {
    for piece in utf8_percent_encode(decoded, ESCAPED) {
        for (nth, words) in piece.split(' ').enumerate() {
            if nth > 0 {
                text.push('+');
            }
            text.push_str(words);
        }
    }
}

/// Writes `key=value` behind a query's text; a `&` that stands at its end serves.
pub(crate) fn append_pair(text: &mut String, key: &str, value: &str) {
    if !text.is_empty() && !text.ends_with('&') {
        text.push('&');
    }
    append_field(text, key, value);
}

pub(crate) fn append_field(text: &mut String, key: &str, value: &str) {
    encode(text, key);
    text.push('=');
    encode(text, value);
}

/// Escapes the last character of a text that we wrote, where chat programs would take it for the sentence's.
pub(crate) fn escape_last(text: &mut String) {
    if let Some(last) = text.chars().last().filter(|last| CUT_OFF_LINKS.contains(last)) {
        text.pop();
        text.push_str(match last {
            '.' => "%2E",
            ',' => "%2C",
            '!' => "%21",
            ':' => "%3A",
            ';' => "%3B",
            '*' => "%2A",
            '_' => "%5F",
            _ => "%7E",
        });
    }
}
