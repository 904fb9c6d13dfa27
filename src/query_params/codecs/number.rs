//! Texts of numbers: which are numbers, their canonical form, and which is the greater. Works on the digits, so nothing
//! is rounded and nothing overflows, however long a text is.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use super::reason::Reason;
use super::sink::{Sink, text};

/// A number's text, cut into its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<'a> {
    negative: bool,
    /// Without leading zeros.
    whole: &'a [u8],
    /// Without trailing zeros; nothing when there is no point.
    fraction: &'a [u8],
    exponent: i64,
}

/// The greatest whole number up to which a double holds all: `Number.MAX_SAFE_INTEGER`.
#[cfg(tabstate_module = "codecs")]
pub(crate) const SAFE: Number<'static> =
    Number { negative: false, whole: b"9007199254740991", fraction: b"", exponent: 0 };

/// The least form that a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// `-?[0-9]+`
    Integer,
    /// `-?[0-9]+\.[0-9]+`
    Decimal,
    /// Either of these, and `[eE][+-]?[0-9]+`
    Float,
}

/// `-?[0-9]+`, and nothing else.
pub(crate) fn integer(text: &[u8]) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Integer).ok_or(Reason::NoInteger)
}

/// `-?[0-9]+(\.[0-9]+)?`.
pub(crate) fn decimal(text: &[u8]) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Decimal).ok_or(Reason::NoDecimal)
}

/// A decimal number, or one with an exponent: what a double is written as.
pub(crate) fn float(text: &[u8]) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Float).ok_or(Reason::NoNumber)
}

impl<'a> Number<'a> {
    fn read(text: &'a [u8], widest: Form) -> Option<Self> {
        let mut rest = text;
        let negative = skip(&mut rest, b"-");
        let whole = digits(&mut rest)?;
        let (mut fraction, mut exponent, mut form) = (&b""[..], 0, Form::Integer);
        if skip(&mut rest, b".") {
            fraction = digits(&mut rest)?;
            form = Form::Decimal;
        }
        if skip(&mut rest, b"eE") {
            let below = rest.first() == Some(&b'-');
            skip(&mut rest, b"+-");
            // No text is long enough to make up for an exponent that does not fit.
            let size =
                digits(&mut rest)?.iter().fold(0, |size: i64, digit| (size * 10 + i64::from(digit & 15)).min(1 << 50));
            exponent = if below { -size } else { size };
            form = Form::Float;
        }
        let fraction = without_last_zeros(fraction);
        let number = Self { negative, whole: whole.get(zeros(whole)..)?, fraction, exponent };
        (rest.is_empty() && form <= widest).then_some(number)
    }

    /// The one text of this number, which has no exponent.
    pub fn canonical(&self) -> String {
        let mut canonical = Vec::new();
        self.write(&mut canonical);
        text(&canonical)
    }

    /// Writes the one text of this number, which has no exponent.
    pub fn write(&self, text: &mut impl Sink) {
        if self.negative && !self.is_zero() {
            text.push(b'-');
        }
        text.push_all(if self.whole.is_empty() { b"0" } else { self.whole });
        if !self.fraction.is_empty() {
            text.push(b'.');
            text.push_all(self.fraction);
        }
    }

    /// Whether it is in the range of a double, which goes beyond 10³⁰⁸; a number near its end is not known to be.
    #[cfg(tabstate_module = "codecs")]
    pub const fn is_a_double(&self) -> bool {
        self.exponent + self.whole.len() as i64 <= 308
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// The digits, of which the whole number's come first.
    fn digit(&self, nth: usize) -> Option<u8> {
        self.whole.get(nth).or_else(|| self.fraction.get(nth.wrapping_sub(self.whole.len()))).copied()
    }

    /// Where its first digit is that is not 0, and the power of ten of that digit.
    fn first_digit(&self) -> (usize, i64) {
        let zeros = zeros(if self.whole.is_empty() { self.fraction } else { b"" });
        (zeros, if self.is_zero() { i64::MIN } else { self.exponent + self.whole.len() as i64 - zeros as i64 })
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        let ((mut nth, power), (mut other_nth, other_power)) = (self.first_digit(), other.first_digit());
        let mut order = power.cmp(&other_power);
        while order.is_eq() {
            let (digit, other_digit) = (self.digit(nth), other.digit(other_nth));
            if digit.or(other_digit).is_none() {
                break;
            }
            order = digit.unwrap_or(b'0').cmp(&other_digit.unwrap_or(b'0'));
            nth += 1;
            other_nth += 1;
        }
        order
    }

    /// Which of the two is the greater number.
    pub fn compare(&self, other: &Self) -> Ordering {
        let negative = |number: &Self| number.negative && !number.is_zero();
        match (negative(self), negative(other)) {
            (true, true) => other.compare_size(self),
            (false, false) => self.compare_size(other),
            (below, _) => {
                if below {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }

    /// Refuses what is beyond `size` in either direction.
    #[cfg(tabstate_module = "codecs")]
    pub fn at_most(self, size: &Self) -> Result<Self, Reason> {
        match self.compare_size(size) {
            Ordering::Greater => Err(if self.negative { Reason::BelowMinimum } else { Reason::AboveMaximum }),
            _ => Ok(self),
        }
    }

    /// Refuses what is below `min` or above `max`; a limit that is no number is none.
    pub fn within(self, [min, max]: [&[u8]; 2]) -> Result<Self, Reason> {
        if float(min).is_ok_and(|min| self.compare(&min).is_lt()) {
            return Err(Reason::BelowMinimum);
        }
        if float(max).is_ok_and(|max| self.compare(&max).is_gt()) {
            return Err(Reason::AboveMaximum);
        }
        Ok(self)
    }
}

/// Goes over one byte if it is one of `these`.
pub(super) fn skip(rest: &mut &[u8], these: &[u8]) -> bool {
    match rest.split_first() {
        Some((byte, behind)) if these.iter().any(|this| this == byte) => {
            *rest = behind;
            true
        }
        _ => false,
    }
}

/// Goes over digits, at least one.
pub(super) fn digits<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, behind) = rest.split_at_checked(end)?;
    *rest = behind;
    (end > 0).then_some(digits)
}

pub(super) const fn without_last_zeros(mut digits: &[u8]) -> &[u8] {
    while let [before @ .., b'0'] = digits {
        digits = before;
    }
    digits
}

/// How many zeros stand first.
fn zeros(digits: &[u8]) -> usize {
    digits.iter().take_while(|digit| **digit == b'0').count()
}
