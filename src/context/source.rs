//! How a fact is known.

/// How a fact is known. The texts are the `source`s of the JavaScript API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A server told it.
    Server,
    /// The browser shows it.
    Observed,
    /// It follows, by a rule, from what the browser shows.
    Derived,
    /// It is not known here.
    Unknown,
}

impl Source {
    /// The source's stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Observed => "observed",
            Self::Derived => "derived",
            Self::Unknown => "unknown",
        }
    }
}
