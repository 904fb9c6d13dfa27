//! An address cut into what a query write keeps and the query itself.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::text::{cut, joined};

/// An address. The parts before and behind the query are kept to the byte.
///
/// The first part is the whole of the address up to the query, origin and all: a path such as `//a/b` alone would be
/// read as another host's, and a relative query would follow `<base href>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub before: String,
    /// Without its `?`.
    pub query: String,
    /// With its `#`, or empty.
    pub fragment: String,
}

impl Address {
    pub fn split(address: &str) -> Self {
        let (rest, fragment) = match cut(address, b'#') {
            (rest, Some(fragment)) => (rest, joined(&["#", fragment], "")),
            _ => (address, String::new()),
        };
        let (before, query) = cut(rest, b'?');
        Self { before: before.to_owned(), query: query.unwrap_or_default().to_owned(), fragment }
    }

    /// The address with another query; an empty one leaves no `?` behind.
    pub fn with_query(&self, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        joined(&[&self.before, mark, query, &self.fragment], "")
    }
}
