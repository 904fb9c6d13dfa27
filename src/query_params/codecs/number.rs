//! Texts of numbers: which are numbers, their canonical form, and which is the greater. Works on the digits, so nothing
//! is rounded and nothing overflows, however long a text is.

use alloc::string::String;
use core::cmp::Ordering;

use super::Invalid;

/// A number's text, cut into its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number<'a> {
    negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
    exponent: i64,
}

/// `-?[0-9]+`, and nothing else.
pub(crate) fn integer(text: &str) -> Result<Number<'_>, Invalid> {
    match cut(text) {
        Some((number, "", "")) => Ok(number),
        _ => Err(Invalid::new("not a whole number: digits, with a minus or without")),
    }
}

/// `-?[0-9]+(\.[0-9]+)?`.
pub(crate) fn decimal(text: &str) -> Result<Number<'_>, Invalid> {
    match cut(text) {
        Some((number, _, "")) => Ok(number),
        _ => Err(Invalid::new("not a decimal number: digits, at most one point between them")),
    }
}

/// A decimal number, or one with an exponent, `e` or `E`: what a double is written as.
pub(crate) fn float(text: &str) -> Result<Number<'_>, Invalid> {
    let (number, _, exponent) = cut(text).ok_or(Invalid::new("not a number"))?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    // No text is long enough to make up for an exponent beyond this.
    let size = digits.bytes().fold(0, |size: i64, digit| (size * 10 + i64::from(digit & 15)).min(1 << 50));
    Ok(Number { exponent: if exponent.starts_with('-') { -size } else { size }, ..number })
}

/// The parts of `-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`: the number without its exponent, its fraction as written, and
/// its exponent as written.
fn cut(text: &str) -> Option<(Number<'_>, &str, &str)> {
    let negative = text.starts_with('-');
    let (whole, mut rest) = digits(text.get(usize::from(negative)..)?)?;
    let (mut fraction, mut exponent) = ("", "");
    if let Some(behind) = rest.strip_prefix('.') {
        (fraction, rest) = digits(behind)?;
    }
    if let Some(behind) = rest.strip_prefix(['e', 'E']) {
        digits(behind.strip_prefix(['+', '-']).unwrap_or(behind)).filter(|(_, rest)| rest.is_empty())?;
        (exponent, rest) = (behind, "");
    }
    if !rest.is_empty() {
        return None;
    }
    let number = Number {
        negative,
        whole: whole.trim_start_matches('0'),
        fraction: fraction.trim_end_matches('0'),
        exponent: 0,
    };
    Some((number, fraction, exponent))
}

/// The digits that `text` begins with, at least one, and the rest.
fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

impl Number<'_> {
    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.bytes().all(|digit| digit == b'0')
    }

    /// The one text of this number, for numbers without an exponent.
    pub fn canonical(&self) -> String {
        let sign = if self.negative && !self.is_zero() { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        [sign, whole, point, self.fraction].concat()
    }

    /// Its digit at a power of ten.
    fn digit(&self, power: i64) -> u8 {
        let place = power - self.exponent;
        let digit = if place >= 0 {
            usize::try_from(place).ok().and_then(|place| self.whole.bytes().rev().nth(place))
        } else {
            usize::try_from(-1 - place).ok().and_then(|place| self.fraction.as_bytes().get(place).copied())
        };
        digit.unwrap_or(b'0')
    }

    /// The power of ten of its first digit that is not 0.
    fn power(&self) -> i64 {
        let digits = if self.whole.is_empty() {
            let zeros = self.fraction.bytes().take_while(|digit| *digit == b'0').count();
            -1 - i64::try_from(zeros).unwrap_or(i64::MAX / 2)
        } else {
            i64::try_from(self.whole.len()).unwrap_or(i64::MAX / 2) - 1
        };
        digits + self.exponent
    }

    fn length(&self) -> i64 {
        i64::try_from(self.whole.len() + self.fraction.len()).unwrap_or(i64::MAX / 2)
    }

    fn compare_size(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        let power = self.power();
        power.cmp(&other.power()).then_with(|| {
            let places = 0..self.length().max(other.length());
            places
                .map(|place| self.digit(power - place).cmp(&other.digit(power - place)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        })
    }

    /// Which of the two is the greater number.
    pub fn compare(&self, other: &Self) -> Ordering {
        let negative = |number: &Self| number.negative && !number.is_zero();
        match (negative(self), negative(other)) {
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }

    /// Refuses what is below `min` or above `max`; an empty limit is none.
    pub fn within(&self, min: &str, max: &str) -> Result<(), Invalid> {
        if float(min).is_ok_and(|min| self.compare(&min).is_lt()) {
            return Err(Invalid::new("below the minimum"));
        }
        if float(max).is_ok_and(|max| self.compare(&max).is_gt()) {
            return Err(Invalid::new("above the maximum"));
        }
        Ok(())
    }
}
