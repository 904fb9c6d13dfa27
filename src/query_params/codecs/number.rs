//! Texts of numbers: which are numbers, their canonical form, and which is the greater. Works on the digits, so nothing
//! is rounded and nothing overflows, however long a text is.

use alloc::string::String;
use core::cmp::Ordering;

use super::reason::Reason;

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

/// The greatest double: `Number.MAX_VALUE`.
#[cfg(tabstate_module = "codecs")]
pub(crate) const GREATEST: Number<'static> =
    Number { negative: false, whole: b"17976931348623157", fraction: b"", exponent: 292 };

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
pub(crate) fn integer(text: &str) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Integer).ok_or(Reason::NoInteger)
}

/// `-?[0-9]+(\.[0-9]+)?`.
pub(crate) fn decimal(text: &str) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Decimal).ok_or(Reason::NoDecimal)
}

/// A decimal number, or one with an exponent: what a double is written as.
pub(crate) fn float(text: &str) -> Result<Number<'_>, Reason> {
    Number::read(text, Form::Float).ok_or(Reason::NoNumber)
}

impl<'a> Number<'a> {
    fn read(text: &'a str, widest: Form) -> Option<Self> {
        let mut rest = text.as_bytes();
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
        let zeros = whole.iter().take_while(|digit| **digit == b'0').count();
        let nines = fraction.len() - fraction.iter().rev().take_while(|digit| **digit == b'0').count();
        let number = Self { negative, whole: whole.get(zeros..)?, fraction: fraction.get(..nines)?, exponent };
        (rest.is_empty() && form <= widest).then_some(number)
    }

    /// The one text of this number, which has no exponent.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Writes the one text of this number, which has no exponent.
    pub fn write(&self, text: &mut String) {
        let mut push = |bytes: &[u8]| bytes.iter().for_each(|byte| text.push(char::from(*byte)));
        if self.negative && !self.is_zero() {
            push(b"-");
        }
        push(if self.whole.is_empty() { b"0" } else { self.whole });
        if !self.fraction.is_empty() {
            push(b".");
            push(self.fraction);
        }
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// The power of ten of its first digit that is not 0, and the digits from there on.
    fn scientific(&self) -> (i64, impl Iterator<Item = u8>) {
        let zeros =
            if self.whole.is_empty() { self.fraction.iter().take_while(|digit| **digit == b'0').count() } else { 0 };
        let power = if self.is_zero() { i64::MIN } else { self.exponent + self.whole.len() as i64 - zeros as i64 };
        (power, self.whole.iter().chain(self.fraction).copied().skip(zeros))
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        let ((power, mut digits), (other_power, mut other_digits)) = (self.scientific(), other.scientific());
        let mut order = power.cmp(&other_power);
        while order.is_eq() {
            let (digit, other_digit) = (digits.next(), other_digits.next());
            if digit.or(other_digit).is_none() {
                break;
            }
            order = digit.unwrap_or(b'0').cmp(&other_digit.unwrap_or(b'0'));
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
    pub fn within(self, (min, max): (&str, &str)) -> Result<Self, Reason> {
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
fn skip(rest: &mut &[u8], these: &[u8]) -> bool {
    match rest.split_first() {
        Some((byte, behind)) if these.contains(byte) => {
            *rest = behind;
            true
        }
        _ => false,
    }
}

/// Goes over digits, at least one.
fn digits<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, behind) = rest.split_at_checked(end)?;
    *rest = behind;
    (end > 0).then_some(digits)
}
