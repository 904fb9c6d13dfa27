//! Texts of dates and times, as in ISO 8601 and HTML: which are real, and their canonical form. The years are 0001 to
//! 9999; there are no leap seconds and there is no 24:00.

use super::number::{digits, skip, without_last_zeros};
use super::reason::Reason;
use super::sink::Sink;

/// A day of the calendar.
#[derive(Clone, Copy)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
}

impl Day {
    /// Goes over `YYYY-MM-DD`.
    fn read(rest: &mut &[u8]) -> Option<Self> {
        let year = two(rest)? * 100 + two(rest)?;
        let month = two_behind(rest, b"-")?;
        let day = two_behind(rest, b"-")?;
        let found = Self { year, month, day };
        (year > 0 && (1..=12).contains(&month) && day > 0 && day <= found.days_in_month()).then_some(found)
    }

    const fn is_leap_year(self) -> bool {
        self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400))
    }

    const fn days_in_month(self) -> u32 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    const fn before(self) -> Self {
        let Self { year, month, day } = self;
        match (month, day) {
            (1, 1) => Self { year: year - 1, month: 12, day: 31 },
            (_, 1) => {
                let month = Self { year, month: month - 1, day };
                Self { day: month.days_in_month(), ..month }
            }
            _ => Self { day: day - 1, ..self },
        }
    }

    const fn after(self) -> Self {
        let Self { year, month, day } = self;
        if day < self.days_in_month() {
            Self { day: day + 1, ..self }
        } else if month < 12 {
            Self { year, month: month + 1, day: 1 }
        } else {
            Self { year: year + 1, month: 1, day: 1 }
        }
    }

    fn write(self, text: &mut impl Sink) {
        push_two(text, self.year / 100);
        push_two(text, self.year % 100);
        text.push(b'-');
        push_two(text, self.month);
        text.push(b'-');
        push_two(text, self.day);
    }
}

/// A time of day: minutes since midnight, seconds, and the digits of their fraction without trailing zeros.
struct Time<'a> {
    minutes: u32,
    seconds: u32,
    fraction: &'a [u8],
}

impl<'a> Time<'a> {
    /// Goes over `HH:MM`, `HH:MM:SS`, `HH:MM:SS.f` with one to nine digits.
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let minutes = minutes(rest)?;
        let (mut seconds, mut fraction) = (0, &b""[..]);
        if rest.first() == Some(&b':') {
            seconds = two_behind(rest, b":")?;
            if skip(rest, b".") {
                fraction = digits(rest)?;
            }
        }
        (seconds < 60 && fraction.len() <= 9).then(|| Self { minutes, seconds, fraction: without_last_zeros(fraction) })
    }

    /// The shortest text, as HTML writes it; with the seconds in any case where `seconds` asks for them.
    fn write(&self, seconds: bool, text: &mut impl Sink) {
        push_two(text, self.minutes / 60);
        text.push(b':');
        push_two(text, self.minutes % 60);
        if seconds || self.seconds > 0 || !self.fraction.is_empty() {
            text.push(b':');
            push_two(text, self.seconds);
        }
        if !self.fraction.is_empty() {
            text.push(b'.');
            text.push_all(self.fraction);
        }
    }
}

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM`, with seconds and their fraction or without; written as short as it can be.
    Time,
    /// A date, `T`, a time: what a calendar and a clock on the wall say, in no zone.
    LocalDateTime,
    /// An instant: a date, `T`, a time, and `Z` or an offset as `+02:00`; written with `Z` and seconds (RFC 3339). At
    /// most so many digits of a second's fraction that are not trailing zeros.
    DateTime { digits: usize },
}

/// Writes the canonical form of a text.
pub(crate) fn canonical(form: Form, text: &[u8], out: &mut impl Sink) -> Result<(), Reason> {
    let (day, time) = read(form, text).ok_or(match form {
        Form::Date => Reason::NoDate,
        Form::Time => Reason::NoTime,
        Form::LocalDateTime => Reason::NoLocalDateTime,
        Form::DateTime { .. } => Reason::NoInstant,
    })?;
    if form != Form::Time {
        day.write(out);
    }
    if form != Form::Time && form != Form::Date {
        out.push(b'T');
    }
    let is_instant = matches!(form, Form::DateTime { .. });
    if form != Form::Date {
        time.write(is_instant, out);
    }
    if is_instant {
        out.push(b'Z');
    }
    Ok(())
}

/// The day and the time, in UTC where the form says a zone; what the form does not say is any.
fn read(form: Form, text: &[u8]) -> Option<(Day, Time<'_>)> {
    let mut rest = text;
    let mut day = Day { year: 1, month: 1, day: 1 };
    let mut time = Time { minutes: 0, seconds: 0, fraction: b"" };
    if form != Form::Time {
        day = Day::read(&mut rest)?;
    }
    if form != Form::Date {
        if form != Form::Time && !skip(&mut rest, b"T") {
            return None;
        }
        time = Time::read(&mut rest)?;
    }
    if let Form::DateTime { digits } = form {
        // Both are below a day, so one day further or back is as far as it goes.
        let minutes = time.minutes.cast_signed() - offset(&mut rest)?;
        day = match minutes {
            ..0 => day.before(),
            1440.. => day.after(),
            _ => day,
        };
        time.minutes = minutes.rem_euclid(1440).unsigned_abs();
        if !(1..=9999).contains(&day.year) || time.fraction.len() > digits {
            return None;
        }
    }
    rest.is_empty().then_some((day, time))
}

/// Goes over `Z` or an offset; gives the minutes that the zone is ahead of UTC.
fn offset(rest: &mut &[u8]) -> Option<i32> {
    if skip(rest, b"Z") {
        return Some(0);
    }
    let is_behind = rest.first() == Some(&b'-');
    if !skip(rest, b"+-") {
        return None;
    }
    let minutes = minutes(rest)?.cast_signed();
    Some(if is_behind { -minutes } else { minutes })
}

/// Goes over `HH:MM`.
fn minutes(rest: &mut &[u8]) -> Option<u32> {
    let (hours, minutes) = (two(rest)?, two_behind(rest, b":")?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn two_behind(rest: &mut &[u8], separator: &[u8]) -> Option<u32> {
    if skip(rest, separator) { two(rest) } else { None }
}

/// Goes over two digits.
fn two(rest: &mut &[u8]) -> Option<u32> {
    let [tens, ones, behind @ ..] = *rest else { return None };
    *rest = behind;
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| u32::from(tens & 15) * 10 + u32::from(ones & 15))
}

fn push_two(text: &mut impl Sink, number: u32) {
    for digit in [number / 10, number % 10] {
        text.push(b'0' | (digit % 10) as u8);
    }
}
