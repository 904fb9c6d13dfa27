//! What serde reports while a struct is read or written, until it is an [`Error`]. The messages of users' own
//! implementations are not kept: an error's text is ours.

use core::fmt;

use serde_core::{de, ser};

use crate::{Error, ErrorKind};

/// An error, and the field that was missing or there twice, where that is what it is about.
#[derive(Debug)]
pub(super) struct Problem {
    pub error: Error,
    pub missing: Option<&'static str>,
    pub duplicate: Option<&'static str>,
}

impl Problem {
    pub fn malformed(message: &'static str) -> Self {
        Self { error: Error::new(ErrorKind::Malformed, message), missing: None, duplicate: None }
    }

    pub fn unsupported(message: &'static str) -> Self {
        Self { error: Error::new(ErrorKind::UnsupportedValue, message), missing: None, duplicate: None }
    }

    /// There is no text for a field that needs one.
    pub fn absent() -> Self {
        Self::malformed("the key is absent: make the field an `Option`, or give it a default")
    }

    /// Says which key it is about, unless it is known.
    pub fn at(mut self, key: &str) -> Self {
        if self.error.key().is_none() {
            self.error = self.error.with_key(key);
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl core::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::malformed("the field's type refuses the text")
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        match unexpected {
            de::Unexpected::Map => Self::unsupported("the query is fields: read a struct or a map"),
            _ => Self::malformed("the text is not of the field's type; a flattened field is text"),
        }
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self::malformed("the key does not have as many values as the field")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::malformed("the text is none of the variants")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::malformed("there is no field for the key").at(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some(field), ..Self::absent().at(field) }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self { duplicate: Some(field), ..Self::malformed("the field is there under two names").at(field) }
    }
}

impl ser::Error for Problem {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::unsupported("the value refuses to be written")
    }
}
