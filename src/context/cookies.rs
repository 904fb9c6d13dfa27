//! The text of cookies: reading what a page or a request has, and writing one. Knows no jar.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::blanks::trimmed;
use crate::query_params::{cut, split};

/// The cookies of a `Cookie` header or of `document.cookie`.
///
/// Of a repeated name the first one counts: browsers put the cookie with the longest path first. Values are decoded
/// from `%XX`; a broken escape stays as it is, and hides nothing else. Source of the rules: RFC 6265bis, section
/// "The Cookie Header Field", and what browsers do with a nameless cookie: `x` and `=x` are the same one.
///
/// ```
/// use tabstate::context::Cookies;
///
/// let cookies = Cookies::parse("theme=dark; city=S%C3%A3o%20Paulo; bad=100%; theme=light");
/// assert_eq!(cookies.get("theme").as_deref(), Some("dark"));
/// assert_eq!(cookies.get("city").as_deref(), Some("São Paulo"));
/// assert_eq!(cookies.get("bad").as_deref(), Some("100%"));
/// assert_eq!(cookies.get_all("theme"), ["dark", "light"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookies {
    /// Names and values as they stand.
    cookies: Vec<(String, String)>,
}

impl Cookies {
    /// Cuts a text at `;`, and each part at its first `=`. Any text is cookies; empty parts are none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut cookies = Vec::new();
        for part in split(text, b';').map(trimmed) {
            match cut(part, b'=') {
                (name, Some(value)) => cookies.push((trimmed(name).to_owned(), trimmed(value).to_owned())),
                ("", None) => {}
                (value, None) => cookies.push((String::new(), value.to_owned())),
            }
        }
        Self { cookies }
    }

    /// The value of `name`, decoded.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.raw(name).map(decoded)
    }

    /// The value of `name` as it stands, quotes and escapes and all.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// All values of `name`, decoded, the most specific path first.
    #[must_use]
    pub fn get_all(&self, name: &str) -> Vec<String> {
        self.values(name).map(decoded).collect()
    }

    /// Whether there is a cookie of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Each name with its value, decoded, in the order in which the names first appear.
    #[must_use]
    pub fn to_dict(&self) -> Vec<(String, String)> {
        let mut dict: Vec<(String, String)> = Vec::new();
        for (name, value) in self.decoded_pairs() {
            if !dict.iter().any(|(seen, _)| seen == name) {
                dict.push((name.into(), value));
            }
        }
        dict
    }

    /// Every cookie, repeated names and all, with its value decoded.
    pub(crate) fn decoded_pairs(&self) -> impl Iterator<Item = (&str, String)> {
        self.cookies.iter().map(|(name, value)| (name.as_str(), decoded(value)))
    }

    /// Every cookie, repeated names and all: name and value as they stand.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.cookies
    }

    /// The names whose values are not the same in `other`, in order.
    #[must_use]
    pub fn changed_names(&self, other: &Self) -> Vec<String> {
        let mut changed: Vec<String> = Vec::new();
        for (name, _) in self.cookies.iter().chain(&other.cookies) {
            if !changed.contains(name) && !self.values(name).eq(other.values(name)) {
                changed.push(name.clone());
            }
        }
        changed
    }

    /// All values of `name` as they stand.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.cookies.iter().filter(move |(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.to_dict().len()
    }

    /// Whether there is no cookie at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }
}

/// `%XX` decoded where all of it is whole and gives UTF-8; else the text as it stands.
pub(crate) fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        let escaped = match (first, behind) {
            (b'%', [high, low, behind @ ..]) => {
                digit(*high).zip(digit(*low)).map(|(high, low)| (high << 4 | low, behind))
            }
            _ => None,
        };
        bytes.push(*first);
        if let (Some((byte, behind)), Some(last)) = (escaped, bytes.last_mut()) {
            *last = byte;
            rest = behind;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| value.to_owned())
}

const fn digit(hexadecimal: u8) -> Option<u8> {
    match hexadecimal {
        b'0'..=b'9' => Some(hexadecimal - b'0'),
        b'A'..=b'F' => Some(hexadecimal - b'A' + 10),
        b'a'..=b'f' => Some(hexadecimal - b'a' + 10),
        _ => None,
    }
}
