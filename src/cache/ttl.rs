//! How long an entry lives: a length of time, or its text.

use core::str::FromStr;
use core::time::Duration;

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
const UNITS: [(&str, f64); 38] = [
    ("w", WEEK),
    ("week", WEEK),
    ("weeks", WEEK),
    ("d", DAY),
    ("day", DAY),
    ("days", DAY),
    ("h", HOUR),
    ("hr", HOUR),
    ("hrs", HOUR),
    ("hour", HOUR),
    ("hours", HOUR),
    ("m", MINUTE),
    ("min", MINUTE),
    ("mins", MINUTE),
    ("minute", MINUTE),
    ("minutes", MINUTE),
    ("s", SECOND),
    ("sec", SECOND),
    ("secs", SECOND),
    ("second", SECOND),
    ("seconds", SECOND),
    ("ms", 1.0),
    ("milli", 1.0),
    ("millis", 1.0),
    ("millisecond", 1.0),
    ("milliseconds", 1.0),
    ("us", 1e-3),
    ("\u{b5}s", 1e-3),
    ("\u{3bc}s", 1e-3),
    ("micro", 1e-3),
    ("micros", 1e-3),
    ("microsecond", 1e-3),
    ("microseconds", 1e-3),
    ("ns", 1e-6),
    ("nano", 1e-6),
    ("nanos", 1e-6),
    ("nanosecond", 1e-6),
    ("nanoseconds", 1e-6),
];

/// The parts of a duration of ISO 8601, in the order in which they have to stand; the last three behind a `T`.
const ISO_PARTS: [(char, f64); 5] = [('W', WEEK), ('D', DAY), ('H', HOUR), ('M', MINUTE), ('S', SECOND)];
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
        let text = text.trim_matches(is_blank);
        let unsigned = text.strip_prefix(['-', '+']).map_or(text, |rest| rest.trim_start_matches(is_blank));
        let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
        let milliseconds = match unsigned.strip_prefix('P') {
            Some(parts) => sign * iso(parts)?,
            None => amounts(unsigned, sign)?,
        };
        if milliseconds.is_finite() { Ok(Self(Milliseconds(milliseconds))) } else { Err(invalid(LONG)) }
    }
}

/// Amounts with units, and a clock's time behind them.
fn amounts(text: &str, sign: f64) -> Result<f64, Error> {
    let mut total = 0.0;
    let mut rest = text;
    let mut is_first = true;
    loop {
        let Some((number, behind)) = number(rest) else { return Err(invalid(TEXT)) };
        if behind.starts_with(':') {
            // Behind amounts it has a sign of its own, as pandas prints it.
            return Ok(total + clock(rest)? * if is_first { sign } else { 1.0 });
        }
        let behind = behind.trim_start_matches(is_blank);
        let end = behind.find(|letter: char| !letter.is_alphabetic()).unwrap_or(behind.len());
        let (name, behind) = behind.split_at(end);
        total += sign * number * unit(name)?;
        rest = behind.trim_start_matches(|letter| is_blank(letter) || letter == ',');
        if rest.is_empty() {
            return Ok(total);
        }
        is_first = false;
        if let Some(time) = rest.strip_prefix('+').filter(|time| time.contains(':')) {
            rest = time;
        }
    }
}

fn unit(name: &str) -> Result<f64, Error> {
    if name.is_empty() {
        return Err(invalid(UNIT));
    }
    if name == "M" {
        return Err(invalid(MONTH));
    }
    let known = UNITS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known.map(|(_, milliseconds)| *milliseconds).ok_or_else(|| invalid(TEXT))
}

/// Hours, minutes and seconds: only the seconds have a fraction.
fn clock(text: &str) -> Result<f64, Error> {
    let mut parts = text.split(':');
    let (Some(hours), Some(minutes), Some(seconds), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(invalid(TEXT));
    };
    let is_whole = !hours.contains('.') && !minutes.contains('.');
    match (number(hours), number(minutes), number(seconds)) {
        (Some((hours, "")), Some((minutes, "")), Some((seconds, ""))) if is_whole => {
            Ok(hours * HOUR + minutes * MINUTE + seconds * SECOND)
        }
        _ => Err(invalid(TEXT)),
    }
}

/// What stands behind the `P`.
fn iso(parts: &str) -> Result<f64, Error> {
    let mut total = 0.0;
    let mut rest = parts;
    let mut least = 0;
    loop {
        if let Some(time) = rest.strip_prefix('T').filter(|_| least <= ISO_DATES) {
            least = ISO_DATES + 1;
            rest = time;
        }
        let Some((number, behind)) = number(rest) else { return Err(invalid(TEXT)) };
        let part = ISO_PARTS.iter().enumerate().find(|(_, (letter, _))| behind.starts_with(*letter));
        let Some((nth, (_, milliseconds))) = part else { return Err(invalid(TEXT)) };
        let is_time = nth >= ISO_DATES;
        let place = nth + usize::from(is_time);
        if place < least || is_time != (least > ISO_DATES) {
            return Err(invalid(TEXT));
        }
        least = place + 1;
        total += number * milliseconds;
        rest = behind.get(1..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(total);
        }
    }
}

/// Digits with a fraction, or without, and what stands behind them.
fn number(text: &str) -> Option<(f64, &str)> {
    let whole = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let mut end = whole;
    if let Some(fraction) = text.get(whole..).and_then(|rest| rest.strip_prefix('.')) {
        end = text.len() - fraction.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    }
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r')
}

const fn invalid(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOption, message)
}
