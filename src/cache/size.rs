//! How many bytes a cache may keep: a number, or its text.

use alloc::vec::Vec;
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
        match bytes {
            0 => Err(invalid(TEXT)),
            BEYOND.. => Err(invalid(LARGE)),
            _ => Ok(Self(bytes)),
        }
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
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(end).ok_or_else(|| invalid(TEXT))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(invalid(TEXT));
        }
        let power = power(unit.strip_prefix(' ').unwrap_or(unit)).ok_or_else(|| invalid(TEXT))?;
        let bytes = bytes(whole, fraction, power).ok_or_else(|| invalid(LARGE))?;
        bytes.try_into()
    }
}

/// Of 1024.
fn power(unit: &str) -> Option<u32> {
    let (prefix, last) = unit.split_at_checked(unit.len().checked_sub(1)?)?;
    let prefix = match prefix.as_bytes() {
        [] => return last.eq_ignore_ascii_case("b").then_some(0),
        [prefix] | [prefix, b'i' | b'I'] => prefix.to_ascii_lowercase(),
        _ => return None,
    };
    let nth = b"kmgt".iter().position(|known| *known == prefix)?;
    last.eq_ignore_ascii_case("b").then_some(nth as u32 + 1)
}

/// Exactly, digit by digit: `None` beyond what is counted.
fn bytes(whole: &str, fraction: &str, power: u32) -> Option<u64> {
    let mut total: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut digits: Vec<u8> = fraction.bytes().map(|digit| digit - b'0').collect();
    for _ in 0..power {
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let grown = u32::from(*digit) * 1024 + carry;
            *digit = (grown % 10) as u8;
            carry = grown / 10;
        }
        total = total.checked_mul(1024)?.checked_add(carry.into())?;
    }
    Some(total)
}

const fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
