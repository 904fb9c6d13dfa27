//! How long an entry lives: a length of time, or its text.

use core::str::FromStr;
use core::time::Duration;

use super::number::{number, split_behind};
use crate::port::Milliseconds;
use crate::{Error, ErrorKind};

const UNIT: &str = "a time to live without a unit: write \"10s\", or give a number of seconds";
const TEXT: &str = "a time to live is a text like \"10m\", \"1h23s\", \"1.5 days\", \"P1D\", \"00:01:30\"";
const MONTH: &str = "M is months to some and minutes to others: write \"m\" or \"min\" for minutes";
const LONG: &str = "a time to live is too long, or no number: leave it out for no end";

const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;

/// Units by their names, in lower case.
const UNITS: [(&str, f64); 8] = [
    ("w week weeks", WEEK),
    ("d day days", DAY),
    ("h hr hrs hour hours", HOUR),
    ("m min mins minute minutes", MINUTE),
    ("s sec secs second seconds", SECOND),
    ("ms milli millis millisecond milliseconds", 1.0),
    ("us \u{b5}s \u{3bc}s micro micros microsecond microseconds", 1e-3),
    ("ns nano nanos nanosecond nanoseconds", 1e-6),
];

/// The parts of a duration of ISO 8601, in the order in which they have to stand; the last three behind a `T`.
const ISO_PARTS: [(u8, f64); 5] = [(b'W', WEEK), (b'D', DAY), (b'H', HOUR), (b'M', MINUTE), (b'S', SECOND)];
const ISO_DATES: usize = 2;

/// How long an entry lives, from the end of the run that made it: it is alive strictly before. Zero or less: never at all.
///
/// ```
/// use std::time::Duration;
/// use tabstate::cache::Ttl;
///
/// let ttl: Ttl = "1h23s".parse()?;
/// assert_eq!(ttl, Duration::from_secs(3623).into());
/// assert_eq!(ttl, Ttl::from_seconds(3623.0)?);
/// assert!("5".parse::<Ttl>().is_err(), "five of what?");
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ttl(Milliseconds);

impl Ttl {
    /// No end.
    pub const NEVER_ENDS: Self = Self(Milliseconds(f64::INFINITY));

    /// So many seconds; `f64::INFINITY` is no end.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) where it is no number.
    pub fn from_seconds(seconds: f64) -> Result<Self, Error> {
        if seconds.is_nan() { Err(invalid(LONG)) } else { Ok(Self(Milliseconds(seconds * SECOND))) }
    }

    /// The length of time.
    #[must_use]
    pub const fn get(self) -> Milliseconds {
        self.0
    }
}

impl Default for Ttl {
    fn default() -> Self {
        Self::NEVER_ENDS
    }
}

impl From<Duration> for Ttl {
    fn from(duration: Duration) -> Self {
        Self(duration.into())
    }
}

impl TryFrom<&str> for Ttl {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self, Error> {
        text.parse()
    }
}

/// Amounts with units (`1h23s`, `1.5 days`, `2 days, 00:01:30`), a clock's time (`00:01:30.5`), or a duration of ISO 8601
/// without years and months (`P1DT2H`). A sign stands in front of all; units are in any case of letters, but `M` is refused.
///
/// The rules are those of the `Timedelta` of pandas, which Streamlit uses, less its accidents: there a number without a unit
/// counts nanoseconds, and `PT1.5H` is five hours and a second. As there, the sign of `-1 days 00:00:01` is that of the days
/// alone.
///
/// # Errors
/// [`InvalidOption`](ErrorKind::InvalidOption) where the text is none of these, or longer than a number holds.
impl FromStr for Ttl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::of_bytes(text.as_bytes()).map_err(invalid)
    }
}

impl Ttl {
    /// That of a text, or what is wrong with it.
    pub(crate) fn of_bytes(text: &[u8]) -> Result<Self, &'static str> {
        let text = split_behind(text, is_blank).1;
        let (sign, unsigned) = match text {
            [b'-', rest @ ..] => (-1.0, rest),
            [b'+', rest @ ..] => (1.0, rest),
            _ => (1.0, text),
        };
        let milliseconds = match split_behind(unsigned, is_blank).1 {
            [b'P', parts @ ..] => sign * iso(parts)?,
            amounts => self::amounts(amounts, sign)?,
        };
        if milliseconds.is_finite() { Ok(Self(Milliseconds(milliseconds))) } else { Err(LONG) }
    }
}

/// Amounts with units, and a clock's time behind them.
fn amounts(text: &[u8], sign: f64) -> Result<f64, &'static str> {
    let mut total = 0.0;
    let mut rest = text;
    let mut is_first = true;
    loop {
        let (amount, behind) = number(rest).ok_or(TEXT)?;
        if behind.first() == Some(&b':') {
            // Behind amounts it has a sign of its own, as pandas prints it.
            return Ok(total + clock(rest)? * if is_first { sign } else { 1.0 });
        }
        let behind = split_behind(behind, is_blank).1;
        let (name, behind) = split_behind(behind, |byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        total += sign * amount * unit(name)?;
        rest = split_behind(behind, |byte| is_blank(byte) || byte == b',').1;
        if rest.is_empty() {
            return Ok(total);
        }
        is_first = false;
        if let [b'+', time @ ..] = rest
            && number(time).is_some_and(|(_, behind)| behind.first() == Some(&b':'))
        {
            rest = time;
        }
    }
}

fn unit(name: &[u8]) -> Result<f64, &'static str> {
    match name {
        [] => Err(UNIT),
        b"M" => Err(MONTH),
        _ => {
            let is_its = |known: &[u8]| known.eq_ignore_ascii_case(name);
            let known = UNITS.iter().find(|(names, _)| names.as_bytes().split(|byte| *byte == b' ').any(is_its));
            known.map(|(_, milliseconds)| *milliseconds).ok_or(TEXT)
        }
    }
}

/// Hours, minutes and seconds: only the seconds have a fraction.
fn clock(text: &[u8]) -> Result<f64, &'static str> {
    let mut total = 0.0;
    let mut parts = text.split(|byte| *byte == b':');
    for length in [HOUR, MINUTE, SECOND] {
        let part = parts.next().unwrap_or_default();
        let (number, behind) = number(part).ok_or(TEXT)?;
        let has_fraction = !split_behind(part, |byte| byte.is_ascii_digit()).1.is_empty();
        if !behind.is_empty() || (length > SECOND && has_fraction) {
            return Err(TEXT);
        }
        total += number * length;
    }
    if parts.next().is_none() { Ok(total) } else { Err(TEXT) }
}

/// What stands behind the `P`.
fn iso(parts: &[u8]) -> Result<f64, &'static str> {
    let mut total = 0.0;
    let mut rest = parts;
    let mut least = 0;
    loop {
        if let [b'T', time @ ..] = rest
            && least <= ISO_DATES
        {
            least = ISO_DATES + 1;
            rest = time;
        }
        let (number, behind) = number(rest).ok_or(TEXT)?;
        let part = ISO_PARTS.iter().enumerate().find(|(_, (letter, _))| behind.first() == Some(letter));
        let Some((nth, (_, milliseconds))) = part else { return Err(TEXT) };
        let is_time = nth >= ISO_DATES;
        let place = nth + usize::from(is_time);
        if place < least || is_time != (least > ISO_DATES) {
            return Err(TEXT);
        }
        least = place + 1;
        total += number * milliseconds;
        rest = behind.get(1..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(total);
        }
    }
}

const fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

const fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
