//! How many bytes a cache may keep: a number, or its text.

use core::str::FromStr;

use super::number::digits;
use crate::{Error, ErrorKind};

const TEXT: &str = "a size is a number of bytes, at least 1, or a text with its unit, like \"10MB\" or \"1.5 GiB\"";
const LARGE: &str = "a size is less than 2^53 bytes";

/// What is above all sizes: each below is a whole number in JavaScript too.
const BEYOND: u64 = 1 << 53;

/// A number of bytes, at least 1. The units of its texts are powers of 1024, as in Streamlit.
///
/// ```
/// use tabstate::cache::Size;
///
/// assert_eq!("10MB".parse::<Size>()?.get(), 10 * 1024 * 1024);
/// assert_eq!("1.1 kb".parse::<Size>()?.get(), 1126);
/// assert!("1000".parse::<Size>().is_err(), "a thousand of what?");
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(u64);

impl Size {
    /// The number of bytes.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// # Errors
/// [`InvalidOption`](ErrorKind::InvalidOption) for 0, and for 2^53 or more.
impl TryFrom<u64> for Size {
    type Error = Error;

    fn try_from(bytes: u64) -> Result<Self, Error> {
        Self::of(bytes).map_err(invalid)
    }
}

impl TryFrom<&str> for Size {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        text.parse()
    }
}

/// Digits, with a fraction or without, at most one blank, and `B`, `KB`, `MB`, `GB`, `TB`, or `KiB` and so on, in any case of
/// letters. What is left of a byte does not count.
///
/// # Errors
/// [`InvalidOption`](ErrorKind::InvalidOption) where the text is no such size, or less than one byte, or 2^53 or more.
impl FromStr for Size {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::of_bytes(text.as_bytes()).map_err(invalid)
    }
}

impl Size {
    const fn of(bytes: u64) -> Result<Self, &'static str> {
        match bytes {
            0 => Err(TEXT),
            BEYOND.. => Err(LARGE),
            _ => Ok(Self(bytes)),
        }
    }

    /// That of a text, or what is wrong with it.
    pub(crate) fn of_bytes(text: &[u8]) -> Result<Self, &'static str> {
        let (whole, fraction, unit) = digits(text).ok_or(TEXT)?;
        let shift = shift(unit.strip_prefix(b" ").unwrap_or(unit)).ok_or(TEXT)?;
        let with = |total: u64, digit: &u8| (total * 10 + u64::from(digit - b'0')).min(BEYOND);
        let whole = whole.iter().fold(0, with);
        // From the last digit on, what is left of a byte in one step is nothing in the next one either.
        let part = fraction.iter().rev().fold(0, |part, digit| ((u64::from(digit - b'0') << shift) + part) / 10);
        if whole > BEYOND >> shift { Err(LARGE) } else { Self::of((whole << shift) + part) }
    }
}

/// By how many bits the unit is more than a byte.
fn shift(unit: &[u8]) -> Option<usize> {
    let (prefix, last) = match unit {
        [last] => (b'b', last),
        [prefix, last] | [prefix, b'i' | b'I', last] if *prefix != b'b' => (prefix.to_ascii_lowercase(), last),
        _ => return None,
    };
    let nth = b"bkmgt".iter().position(|known| *known == prefix)?;
    last.eq_ignore_ascii_case(&b'b').then_some(10 * nth)
}

const fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
