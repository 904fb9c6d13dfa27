//! The codecs of one value in one text.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use super::number::{decimal, float, integer};
use super::reason::Reason;
use super::{Codec, Invalid, bool, calendar};

/// Any text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text;

impl Codec for Text {
    type Value = String;

    fn parse(&self, text: &str) -> Result<String, Invalid> {
        Ok(text.to_owned())
    }

    fn format(&self, value: &String) -> Result<String, Invalid> {
        Ok(value.clone())
    }
}

/// A whole number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Int {
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
}

impl Int {
    fn check(&self, value: i64) -> Result<i64, Invalid> {
        if self.min.is_some_and(|min| value < min) {
            Err(Reason::BelowMinimum.into())
        } else if self.max.is_some_and(|max| value > max) {
            Err(Reason::AboveMaximum.into())
        } else {
            Ok(value)
        }
    }
}

impl Codec for Int {
    type Value = i64;

    fn parse(&self, text: &str) -> Result<i64, Invalid> {
        let canonical = integer(text)?.canonical();
        self.check(canonical.parse().map_err(|_| Invalid::new("beyond 64 bits: BigInt has no limit"))?)
    }

    fn format(&self, value: &i64) -> Result<String, Invalid> {
        self.check(*value).map(|value| value.to_string())
    }
}

/// A double. No text is NaN.
#[derive(Clone, Copy, Debug, Default)]
pub struct Float {
    /// The least value.
    pub min: Option<f64>,
    /// The greatest value.
    pub max: Option<f64>,
    /// Whether `Infinity` and `-Infinity` are values.
    pub infinite: bool,
}

impl Float {
    fn check(&self, value: f64) -> Result<f64, Invalid> {
        if value.is_nan() {
            Err(Reason::NoNumber.into())
        } else if value.is_infinite() && !self.infinite {
            Err(Invalid::new("beyond the numbers of a double"))
        } else if self.min.is_some_and(|min| value < min) {
            Err(Reason::BelowMinimum.into())
        } else if self.max.is_some_and(|max| value > max) {
            Err(Reason::AboveMaximum.into())
        } else {
            Ok(value)
        }
    }
}

impl Codec for Float {
    type Value = f64;

    fn parse(&self, text: &str) -> Result<f64, Invalid> {
        let value = match text {
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => {
                float(text)?;
                let value = text.parse().map_err(|_| Reason::NoNumber)?;
                // Digits that are too many are no way to write infinity.
                if f64::is_infinite(value) {
                    return Err(Invalid::new("beyond the numbers of a double"));
                }
                value
            }
        };
        self.check(value)
    }

    fn format(&self, value: &f64) -> Result<String, Invalid> {
        let value = self.check(*value)?;
        if value.is_infinite() {
            return Ok(if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned());
        }
        let text = alloc::format!("{value:?}");
        Ok(text.strip_suffix(".0").unwrap_or(&text).to_owned())
    }
}

/// `true` or `false`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bool;

impl Codec for Bool {
    type Value = bool;

    fn parse(&self, text: &str) -> Result<bool, Invalid> {
        Ok(bool(text)?)
    }

    fn format(&self, value: &bool) -> Result<String, Invalid> {
        Ok(value.to_string())
    }
}

/// What a rule writes.
fn canonical(write: impl FnOnce(&mut String) -> Result<(), Reason>) -> Result<String, Invalid> {
    let mut text = String::new();
    write(&mut text)?;
    Ok(text)
}

macro_rules! long_numbers {
    ($($(#[$about:meta])* $name:ident: $read:ident;)*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name<'a> {
            /// The least value, as a text.
            pub min: Option<&'a str>,
            /// The greatest value, as a text.
            pub max: Option<&'a str>,
        }

        impl Codec for $name<'_> {
            type Value = String;

            fn parse(&self, text: &str) -> Result<String, Invalid> {
                let limits = (self.min.unwrap_or_default(), self.max.unwrap_or_default());
                canonical(|out| Ok($read(text)?.within(limits)?.write(out)))
            }

            fn format(&self, value: &String) -> Result<String, Invalid> {
                self.parse(value)
            }
        }
    )*};
}

long_numbers! {
    /// A whole number of any length, as its canonical text.
    ///
    /// ```
    /// use tabstate::query_params::codecs::{BigInt, Codec};
    ///
    /// assert_eq!(BigInt::default().parse("0098765432109876543210").as_deref(), Ok("98765432109876543210"));
    /// ```
    BigInt: integer;
    /// A decimal number of any length, as its canonical text: nothing is rounded.
    ///
    /// ```
    /// use tabstate::query_params::codecs::{Codec, Decimal};
    ///
    /// let price = Decimal { min: Some("0"), max: None };
    /// assert_eq!(price.parse("0.10").as_deref(), Ok("0.1"));
    /// assert!(price.parse("-0.1").is_err());
    /// ```
    Decimal: decimal;
}

macro_rules! canonical_texts {
    ($($(#[$about:meta])* $name:ident: $canonical:expr;)*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl Codec for $name {
            type Value = String;

            fn parse(&self, text: &str) -> Result<String, Invalid> {
                canonical(|out| $canonical(text, out))
            }

            fn format(&self, value: &String) -> Result<String, Invalid> {
                self.parse(value)
            }
        }
    )*};
}

canonical_texts! {
    /// A day of the calendar, as its canonical text: `2024-02-29`.
    Date: calendar::date;
    /// A time of day, as its canonical text: `14:30`, `14:30:15.25`.
    Time: calendar::time;
    /// A date and a time in no zone, as its canonical text: `2024-02-29T14:30`.
    LocalDateTime: calendar::local_date_time;
    /// An instant, to the nanosecond, as its canonical text: `2024-02-29T14:30:00Z`.
    ///
    /// ```
    /// use tabstate::query_params::codecs::{Codec, DateTime};
    ///
    /// assert_eq!(DateTime.parse("2024-03-01T01:30+02:00").as_deref(), Ok("2024-02-29T23:30:00Z"));
    /// ```
    DateTime: |text, out| calendar::date_time(text, 9, out);
}

/// One of some texts.
///
/// ```
/// use tabstate::query_params::codecs::{Codec, OneOf};
///
/// let sort = OneOf(&["price", "name"]);
/// assert_eq!(sort.parse("name"), Ok("name"));
/// assert!(sort.parse("Name").is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OneOf<'a>(pub &'a [&'a str]);

impl<'a> Codec for OneOf<'a> {
    type Value = &'a str;

    fn parse(&self, text: &str) -> Result<&'a str, Invalid> {
        self.0.iter().copied().find(|option| *option == text).ok_or(Reason::NoOption.into())
    }

    fn format(&self, value: &&'a str) -> Result<String, Invalid> {
        self.parse(value).map(str::to_owned)
    }
}
