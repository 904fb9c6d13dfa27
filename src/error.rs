//! The one error of the crate. It holds text only, so it can cross threads and borders.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
use crate::cookies::Rejection;

/// What went wrong, for callers to branch on. The texts are the `code`s of the JavaScript API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Text is there, but not of the asked type.
    Malformed,
    /// A value that cannot be written; the old value stays.
    UnsupportedValue,
    /// A write to a reserved query key.
    Reserved,
    /// The browser denies it.
    Blocked,
    /// There is no room left; the previous value is kept.
    #[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
    Full,
    /// A cookie that the browser does not store, and by which rule.
    #[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
    Rejected(Rejection),
    /// An option's name, type or range is wrong, or it comes too late.
    InvalidOption,
    /// There is no such thing in this environment, and memory cannot stand in.
    Unavailable,
}

impl ErrorKind {
    /// The kind's stable text, as JavaScript sees it.
    ///
    /// ```
    /// assert_eq!(tabstate::ErrorKind::UnsupportedValue.code(), "unsupported-value");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnsupportedValue => "unsupported-value",
            Self::Reserved => "reserved",
            Self::Blocked => "blocked",
            #[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
            Self::Full => "full",
            #[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
            Self::Rejected(_) => "rejected",
            Self::InvalidOption => "invalid-option",
            Self::Unavailable => "unavailable",
        }
    }
}

/// An error with its kind, the key it is about, and a message that says what to do.
///
/// ```
/// use tabstate::{ErrorKind, query_params};
///
/// let error = query_params::set("embed", "true").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Reserved);
/// assert_eq!(error.key(), Some("embed"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    key: Option<String>,
    message: &'static str,
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind, message: &'static str) -> Self {
        Self { kind, key: None, message }
    }

    pub(crate) fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The key that it is about, where there is one.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Of a [`Rejected`](ErrorKind::Rejected) cookie, by which rule.
    #[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
    #[must_use]
    pub const fn rejection(&self) -> Option<Rejection> {
        match self.kind {
            ErrorKind::Rejected(rejection) => Some(rejection),
            _ => None,
        }
    }

    /// What and where, and what to do, without the key.
    #[must_use]
    pub const fn message(&self) -> &'static str {
        self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{}: {key:?}: {}", self.kind.code(), self.message),
            None => write!(f, "{}: {}", self.kind.code(), self.message),
        }
    }
}

impl core::error::Error for Error {}

/// For options that any value is right for.
impl From<core::convert::Infallible> for Error {
    fn from(never: core::convert::Infallible) -> Self {
        match never {}
    }
}
