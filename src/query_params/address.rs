//! An address cut into what a query write keeps and the query itself.

/// An address. The parts before and behind the query are kept to the byte.
///
/// The first part is the whole of the address up to the query, origin and all: a path such as `//a/b` alone would be
/// read as another host's, and a relative query would follow `<base href>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub before: String,
    /// `None` when there is no `?`.
    pub query: Option<String>,
    /// With its `#`, or empty.
    pub fragment: String,
}

impl Address {
    pub fn split(address: &str) -> Self {
        let (rest, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let (before, query) = match rest.split_once('?') {
            Some((before, query)) => (before, Some(query)),
            None => (rest, None),
        };
        Self { before: before.to_owned(), query: query.map(str::to_owned), fragment: fragment.to_owned() }
    }

    pub fn query(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// The address with another query; an empty one leaves no `?` behind.
    pub fn with_query(&self, query: &str) -> String {
        let mut address = self.before.clone();
        if !query.is_empty() {
            address.push('?');
            address.push_str(query);
        }
        address.push_str(&self.fragment);
        address
    }
}
