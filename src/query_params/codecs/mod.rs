//! Codecs: what the text of a parameter means, and how a value is written.
//!
//! A codec is lawful. It reads back what it wrote: `parse(format(x))` is `x`. It has one text for each value:
//! `format(parse(s))` is the same whenever it is read and written again. It is strict: a text that is not wholly a value
//! is none, so `12abc` is not 12 and `1e3` is not an [`Int`]. The empty text is a value of [`Text`] alone.
//!
//! | codec | accepted | written |
//! |---|---|---|
//! | [`Text`] | any text | the text |
//! | [`Int`] | `-?[0-9]+` in the range of `i64` | without leading zeros |
//! | [`BigInt`] | `-?[0-9]+` of any length | without leading zeros |
//! | [`Decimal`] | `-?[0-9]+(\.[0-9]+)?` of any length | without zeros that say nothing |
//! | [`Float`] | a decimal number, or one with an exponent | the shortest text of the double |
//! | [`Bool`] | `true`, `false`, in any letter case | `true`, `false` |
//! | [`Date`] | `2024-02-29` | the same |
//! | [`Time`] | `14:30`, `14:30:15`, `14:30:15.25` | as short as it can be |
//! | [`LocalDateTime`] | a date, `T`, a time | as short as it can be |
//! | [`DateTime`] | a date, `T`, a time, `Z` or an offset as `+02:00` | in UTC, with seconds and `Z` |
//! | [`OneOf`] | one of the texts given | the same |
//! | [`Delimited`] | items with a separator between them | items, escaped with `~` where they hold the separator |
//! | [`Pair`] | two items with a comma between them | the same |
//! | [`List`] | one text for each item | the same |
//! | [`Json`] | JSON, bounded in length and depth | JSON without blanks |
//!
//! Dates, times and long numbers are their canonical text: every library of dates or numbers reads it.
//!
//! [`read_param`](super::read_param) and [`write_param`](super::write_param) put a codec between a key and its value,
//! [`read_list`](super::read_list) and [`write_list`](super::write_list) between a repeated key and its values.

mod calendar;
mod delimited;
#[cfg(tabstate_module = "codecs")]
pub(crate) mod fields;
mod finite;
mod json;
mod kinds;
pub(crate) mod number;
#[cfg(tabstate_module = "codecs")]
pub(crate) mod out;
mod parameter;
pub(crate) mod reason;
mod several;
#[cfg(tabstate_module = "codecs")]
pub(crate) mod shape;
mod sink;

use alloc::string::String;
use core::fmt;

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) use parameter::{texts_of, texts_of_list};

pub use json::Json;
pub use kinds::{BigInt, Bool, Date, DateTime, Decimal, Float, Int, LocalDateTime, OneOf, Text, Time};
pub use several::{Delimited, List, Pair};

/// What one text means.
///
/// ```
/// use tabstate::query_params::codecs::{Codec, Int};
///
/// let page = Int { min: Some(1), ..Int::default() };
/// assert_eq!(page.parse("12"), Ok(12));
/// assert!(page.parse("12abc").is_err() && page.parse("0").is_err());
/// assert_eq!(page.format(&7).as_deref(), Ok("7"));
/// ```
pub trait Codec {
    /// What it reads and writes.
    type Value;

    /// Reads a text.
    ///
    /// # Errors
    /// Why the text is no value of this codec.
    fn parse(&self, text: &str) -> Result<Self::Value, Invalid>;

    /// Writes a value.
    ///
    /// # Errors
    /// Why this codec has no text for the value.
    fn format(&self, value: &Self::Value) -> Result<String, Invalid>;

    /// As `parse`, for an item of another codec, where nothing can be absent: there, the empty text may be no items.
    #[doc(hidden)]
    fn parse_inside(&self, text: &str) -> Result<Self::Value, Invalid> {
        self.parse(text)
    }

    /// As `format`, for an item of another codec. The empty text is a value of few codecs: where it is none, it would
    /// not read back.
    #[doc(hidden)]
    fn format_inside(&self, value: &Self::Value) -> Result<String, Invalid> {
        let text = self.format(value)?;
        if text.is_empty() {
            self.parse_inside(&text)?;
        }
        Ok(text)
    }
}

/// Why a text is no value of a codec, or a value has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    reason: &'static str,
}

impl Invalid {
    /// A reason, in lower case and without a full stop, for codecs of your own.
    ///
    /// ```
    /// use tabstate::query_params::codecs::{Codec, Invalid};
    ///
    /// struct Hex;
    ///
    /// impl Codec for Hex {
    ///     type Value = u32;
    ///
    ///     fn parse(&self, text: &str) -> Result<u32, Invalid> {
    ///         let value = u32::from_str_radix(text, 16).map_err(|_| Invalid::new("not hexadecimal"))?;
    ///         if self.format(&value)? == text { Ok(value) } else { Err(Invalid::new("not as it is written")) }
    ///     }
    ///
    ///     fn format(&self, value: &u32) -> Result<String, Invalid> {
    ///         Ok(format!("{value:x}"))
    ///     }
    /// }
    ///
    /// assert_eq!(Hex.parse("ff"), Ok(255));
    /// assert_eq!(Hex.parse("0xff"), Err(Invalid::new("not hexadecimal")));
    /// ```
    #[must_use]
    pub const fn new(reason: &'static str) -> Self {
        Self { reason }
    }

    /// What is wrong, in lower case and without a full stop.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl core::error::Error for Invalid {}

/// `true` or `false`, in any letter case, as Streamlit reads them.
pub(crate) fn bool(text: &[u8]) -> Result<bool, reason::Reason> {
    if text.eq_ignore_ascii_case(b"true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Ok(false)
    } else {
        Err(reason::Reason::NoBool)
    }
}
