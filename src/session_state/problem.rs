//! What serde reports while a value is read or written, until it is an [`Error`].

use alloc::string::{String, ToString};
use core::fmt;

use serde_core::{de, ser};

use crate::{Error, ErrorKind};

/// What our messages are for those of serde, which tell the types of the user's program, by how they begin. Serde's own
/// types have no others, in `serde_json` neither.
const REFUSALS: [(&str, &str); 12] = [
    ("invalid type: ", "the value is of another type than the one that is asked for"),
    ("invalid value: ", "the value is beyond what the asked type holds"),
    ("invalid length ", "the list has another number of items than the asked type"),
    ("trailing characters", TOO_MANY),
    ("unknown variant ", "the text is none of the enum's variants"),
    ("unknown field ", "the struct has no field for the key"),
    ("missing field ", "a field is missing: make it an `Option`, or give it a default"),
    ("duplicate field ", "a field is there twice"),
    ("number out of range", "the number is beyond what the asked type holds"),
    ("recursion limit exceeded", TOO_DEEP),
    ("lone leading surrogate", LONE),
    ("unexpected end of hex escape", LONE),
];

pub(super) const LONE: &str = "a text has a lone surrogate, which Rust's texts do not hold";
pub(super) const TOO_DEEP: &str = "the value is deeper than Rust reads: 128 levels";
pub(super) const TOO_MANY: &str = "there are more items or entries than the asked type has";

#[derive(Debug)]
pub(super) struct Problem(pub Error);

impl Problem {
    pub const fn malformed(message: &'static str) -> Self {
        Self(Error::new(ErrorKind::Malformed, message))
    }

    pub const fn unsupported(message: &'static str) -> Self {
        Self(Error::new(ErrorKind::UnsupportedValue, message))
    }
}

/// The error for one of serde's, with the field that it names.
pub(super) fn refusal(told: &str) -> Option<Error> {
    let (start, message) = REFUSALS.iter().find(|(start, _)| told.starts_with(start))?;
    let error = Error::new(ErrorKind::Malformed, message);
    let field = told.split('`').nth(1).filter(|_| start.ends_with("field "));
    Some(match field {
        Some(field) => error.with_key(field),
        None => error,
    })
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(told: T) -> Self {
        let told: String = told.to_string();
        refusal(&told).map_or_else(|| Self::malformed("the asked type refuses the value"), Self)
    }
}

impl ser::Error for Problem {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::unsupported("the value refuses to be written")
    }
}
