//! How many bytes a cache may keep: a number, or its text.

use core::str::FromStr;

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
        let end = text.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(end).ok_or_else(|| TEXT)?;
        let mut parts = number.split(|byte| *byte == b'.');
        let (whole, fraction) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if (whole.is_empty() && fraction.is_empty()) || parts.next().is_some() {
            return Err(TEXT);
        }
        let factor = factor(unit.strip_prefix(b" ").unwrap_or(unit)).ok_or_else(|| TEXT)?;
        let bytes = bytes(whole, fraction, factor).ok_or_else(|| LARGE)?;
        Self::of(bytes)
    }
}

/// How many bytes the unit has.
fn factor(unit: &[u8]) -> Option<u64> {
    let (prefix, b'b' | b'B') = (
        match unit {
            [_] => b'b',
            [prefix, _] | [prefix, b'i' | b'I', _] => prefix.to_ascii_lowercase(),
            _ => return None,
        },
        *unit.last()?,
    ) else {
        return None;
    };
    let nth = b"bkmgt".iter().position(|known| *known == prefix)?;
    // A byte has no other name.
    (unit.len() == 1 || nth > 0).then_some(1 << (10 * nth))
}

/// Exactly: `None` beyond what is counted.
fn bytes(whole: &[u8], fraction: &[u8], factor: u64) -> Option<u64> {
    let with = |total: u64, digit: &u8| total.checked_mul(10)?.checked_add((digit - b'0').into());
    let whole = whole.iter().try_fold(0, with)?.checked_mul(factor)?;
    // From the last digit on, what is left of a byte in one step is nothing in the next one either.
    let part = fraction.iter().rev().fold(0, |part, digit| (u64::from(digit - b'0') * factor + part) / 10);
    whole.checked_add(part)
}

const fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
