//! Texts of dates and times, as in ISO 8601 and HTML: which are real, and their canonical form. The years are 0001 to
//! 9999; there are no leap seconds and there is no 24:00.

use alloc::string::String;

use super::reason::Reason;

/// A day of the calendar.
#[derive(Clone, Copy)]
struct Day {
    year: u32,
    month: u32,
    day: u32,
}

impl Day {
    /// `YYYY-MM-DD`.
    fn read(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return None;
        };
        let year = two(y1, y2)? * 100 + two(y3, y4)?;
        let (month, day) = (two(m1, m2)?, two(d1, d2)?);
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

    fn write(self, text: &mut String) {
        push_two(text, self.year / 100);
        push_two(text, self.year % 100);
        text.push('-');
        push_two(text, self.month);
        text.push('-');
        push_two(text, self.day);
    }
}

/// A time of day: minutes since midnight, seconds, and the digits of their fraction without trailing zeros.
struct Time<'a> {
    minutes: u32,
    seconds: u32,
    fraction: &'a str,
}

impl<'a> Time<'a> {
    /// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.f` with one to nine digits.
    fn read(text: &'a str) -> Option<Self> {
        let (clock, rest) = text.split_at_checked(5)?;
        let [h1, h2, b':', m1, m2] = *clock.as_bytes() else {
            return None;
        };
        let minutes = minutes(h1, h2, m1, m2)?;
        if rest.is_empty() {
            return Some(Self { minutes, seconds: 0, fraction: "" });
        }
        let (seconds, fraction) = rest.split_at_checked(3)?;
        let [b':', s1, s2] = *seconds.as_bytes() else {
            return None;
        };
        let seconds = two(s1, s2)?;
        let digits = match fraction.as_bytes() {
            [] => 0,
            [b'.', digits @ ..] if (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) => {
                digits.len() - digits.iter().rev().take_while(|digit| **digit == b'0').count()
            }
            _ => return None,
        };
        let fraction = if digits == 0 { "" } else { fraction.get(1..=digits)? };
        (seconds < 60).then_some(Self { minutes, seconds, fraction })
    }

    /// The shortest text, as HTML writes it; with the seconds in any case where `seconds` asks for them.
    fn write(&self, seconds: bool, text: &mut String) {
        push_two(text, self.minutes / 60);
        text.push(':');
        push_two(text, self.minutes % 60);
        if seconds || self.seconds > 0 || !self.fraction.is_empty() {
            text.push(':');
            push_two(text, self.seconds);
        }
        if !self.fraction.is_empty() {
            text.push('.');
            text.push_str(self.fraction);
        }
    }
}

/// `YYYY-MM-DD`.
pub(crate) fn date(text: &str, canonical: &mut String) -> Result<(), Reason> {
    Day::read(text).ok_or(Reason::NoDate)?.write(canonical);
    Ok(())
}

/// `HH:MM`, with seconds and their fraction or without; written as short as it can be.
pub(crate) fn time(text: &str, canonical: &mut String) -> Result<(), Reason> {
    Time::read(text).ok_or(Reason::NoTime)?.write(false, canonical);
    Ok(())
}

/// A date, `T`, a time: what a calendar and a clock on the wall say, in no zone.
pub(crate) fn local_date_time(text: &str, canonical: &mut String) -> Result<(), Reason> {
    let (day, rest) = split_day(text).ok_or(Reason::NoLocalDateTime)?;
    let time = Time::read(rest).ok_or(Reason::NoLocalDateTime)?;
    day.write(canonical);
    canonical.push('T');
    time.write(false, canonical);
    Ok(())
}

/// An instant: a date, `T`, a time, and `Z` or an offset as `+02:00`; written with `Z` and seconds (RFC 3339). At most
/// `digits` digits of a second's fraction that are not trailing zeros.
pub(crate) fn date_time(text: &str, digits: usize, canonical: &mut String) -> Result<(), Reason> {
    let (day, time) = instant(text, digits).ok_or(Reason::NoInstant)?;
    day.write(canonical);
    canonical.push('T');
    time.write(true, canonical);
    canonical.push('Z');
    Ok(())
}

/// The day and the time in UTC.
fn instant(text: &str, digits: usize) -> Option<(Day, Time<'_>)> {
    let (day, rest) = split_day(text)?;
    let (time, offset) = split_offset(rest)?;
    let time = Time::read(time)?;
    // Both are below a day, so one day further or back is as far as it goes.
    let minutes = i32::try_from(time.minutes).ok()? - offset;
    let day = match minutes {
        ..0 => day.before(),
        1440.. => day.after(),
        _ => day,
    };
    let is_known = (1..=9999).contains(&day.year) && time.fraction.len() <= digits;
    is_known.then(|| (day, Time { minutes: minutes.rem_euclid(1440).unsigned_abs(), ..time }))
}

/// The day, and what stands behind the `T`.
fn split_day(text: &str) -> Option<(Day, &str)> {
    let (day, rest) = text.split_at_checked(10)?;
    Some((Day::read(day)?, rest.strip_prefix('T')?))
}

/// The time, and the minutes that its zone is ahead of UTC.
fn split_offset(text: &str) -> Option<(&str, i32)> {
    if let Some(time) = text.strip_suffix('Z') {
        return Some((time, 0));
    }
    let (time, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *offset.as_bytes() else {
        return None;
    };
    let ahead = i32::try_from(minutes(h1, h2, m1, m2)?).ok()?;
    Some((time, if sign == b'-' { -ahead } else { ahead }))
}

fn minutes(h1: u8, h2: u8, m1: u8, m2: u8) -> Option<u32> {
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
    digits.then(|| u32::from(tens & 15) * 10 + u32::from(ones & 15))
}

fn push_two(text: &mut String, number: u32) {
    for digit in [number / 10, number % 10] {
        text.push(char::from(b'0' | (digit % 10) as u8));
    }
}
