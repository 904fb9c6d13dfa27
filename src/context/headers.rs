//! Headers by name, in any letter case, and how each is known.

use alloc::string::String;
use alloc::vec::Vec;

use super::Source;

/// The headers of one request, in the order in which their names first appear.
///
/// Names are spelled `Title-Case`, as Streamlit spells them, and found in any letter case.
///
/// ```
/// use tabstate::context::{Headers, Source};
///
/// let headers: Headers = [("accept-language", "nb"), ("x-tag", "a"), ("X-Tag", "b")].into_iter().collect();
/// assert_eq!(headers.get("Accept-Language"), Some("nb"));
/// assert_eq!(headers.get("x-tag"), Some("a"));
/// assert_eq!(headers.get_all("X-TAG"), ["a", "b"]);
/// assert_eq!(headers.source("x-tag"), Source::Server);
/// assert_eq!(headers.names().collect::<Vec<_>>(), ["Accept-Language", "X-Tag"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    headers: Vec<Header>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    name: String,
    source: Source,
    values: Vec<String>,
}

impl Headers {
    fn find(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).first().map(String::as_str)
    }

    /// All values of `name`, in order; none where there is no such header.
    #[must_use]
    pub fn get_all(&self, name: &str) -> &[String] {
        self.find(name).map_or(&[], |header| &header.values)
    }

    /// Whether there is a header of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// How the header of that name is known.
    #[must_use]
    pub fn source(&self, name: &str) -> Source {
        self.find(name).map_or(Source::Unknown, |header| header.source)
    }

    /// How many names there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether there is no header at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// The names, in the order in which they first appear.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|header| header.name.as_str())
    }

    /// Each name with its first value.
    pub fn to_dict(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|header| Some((header.name.as_str(), header.values.first()?.as_str())))
    }

    /// Puts one more value behind those of `name`, as a server told it.
    pub fn append(&mut self, name: &str, value: &str) {
        self.add(name, Source::Server, value);
    }

    /// The same, with the source of a name that is new.
    pub(crate) fn add(&mut self, name: &str, source: Source, value: &str) {
        match self.headers.iter_mut().find(|header| header.name.eq_ignore_ascii_case(name)) {
            Some(header) => header.values.push(value.into()),
            None => self.headers.push(Header { name: title_case(name), source, values: Vec::from([value.into()]) }),
        }
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(headers: I) -> Self {
        let mut all = Self::default();
        for (name, value) in headers {
            all.append(name, value);
        }
        all
    }
}

/// `accept-LANGUAGE` as `Accept-Language`.
fn title_case(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    for character in name.chars() {
        let is_first = title.is_empty() || title.ends_with('-');
        title.push(if is_first { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() });
    }
    title
}
