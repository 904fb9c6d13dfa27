//! Numbers in the texts of options: digits, and a fraction.

/// How many digits of a fraction count.
const FRACTION: usize = 18;

/// The digits of a number, those of its fraction, and what stands behind them.
pub(super) fn digits(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let (whole, mut rest) = split_behind(text, is_digit);
    let mut fraction: &[u8] = &[];
    if let [b'.', behind @ ..] = rest {
        (fraction, rest) = split_behind(behind, is_digit);
    }
    (whole.len() + fraction.len() > 0).then_some((whole, fraction, rest))
}

/// A number, and what stands behind it. Of up to 15 digits it is the nearest double, of more one beside it: the tables of a
/// parser that is always right would be larger than all the rest of the npm build.
pub(super) fn number(text: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, fraction, rest) = digits(text)?;
    let with = |value: f64, digit: &u8| value * 10.0 + f64::from(digit - b'0');
    // What is behind is less than any unit counts.
    let fraction = fraction.get(..FRACTION).unwrap_or(fraction);
    let scale = fraction.iter().fold(1.0, |scale, _| scale * 10.0);
    Some((fraction.iter().fold(whole.iter().fold(0.0, with), with) / scale, rest))
}

/// Before the first byte that is no such one, and from there.
#[inline(never)]
pub(super) fn split_behind(text: &[u8], is_such: fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !is_such(*byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}
