//! The codecs of one value in one text.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use super::calendar::Form;
use super::number::{decimal, float, integer};
use super::reason::Reason;
use super::sink::written;
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
        let canonical = integer(text.as_bytes())?.canonical();
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
    fn check(&self, value: f64) -> Result<f64, Reason> {
        if value.is_nan() {
            Err(Reason::NoNumber)
        } else if value.is_infinite() && !self.infinite {
            Err(Reason::BeyondDoubles)
        } else if self.min.is_some_and(|min| value < min) {
            Err(Reason::BelowMinimum)
        } else if self.max.is_some_and(|max| value > max) {
            Err(Reason::AboveMaximum)
        } else {
            Ok(value)
        }
    }

    /// `double` finds the double that is nearest to a decimal text: infinity, where none is near.
    pub(crate) fn read(&self, text: &[u8], double: impl FnOnce(&[u8]) -> f64) -> Result<f64, Reason> {
        let value = match text {
            b"Infinity" => f64::INFINITY,
            b"-Infinity" => f64::NEG_INFINITY,
            _ => {
                float(text)?;
                let value = double(text);
                // Digits that are too many are no way to write infinity.
                if value.is_infinite() {
                    return Err(Reason::BeyondDoubles);
                }
                value
            }
        };
        self.check(value)
    }
}

impl Codec for Float {
    type Value = f64;

    fn parse(&self, text: &str) -> Result<f64, Invalid> {
        Ok(self.read(text.as_bytes(), |_| text.parse().unwrap_or(f64::NAN))?)
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
        Ok(bool(text.as_bytes())?)
    }

    fn format(&self, value: &bool) -> Result<String, Invalid> {
        Ok(value.to_string())
    }
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
                let limits = [self.min, self.max].map(|limit| limit.unwrap_or_default().as_bytes());
                Ok($read(text.as_bytes())?.within(limits)?.canonical())
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
    ($($(#[$about:meta])* $name:ident: $form:expr;)*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl Codec for $name {
            type Value = String;

            fn parse(&self, text: &str) -> Result<String, Invalid> {
                Ok(written(|out| calendar::canonical($form, text.as_bytes(), out))?)
            }

            fn format(&self, value: &String) -> Result<String, Invalid> {
                self.parse(value)
            }
        }
    )*};
}

canonical_texts! {
    /// A day of the calendar, as its canonical text: `2024-02-29`.
    Date: Form::Date;
    /// A time of day, as its canonical text: `14:30`, `14:30:15.25`.
    Time: Form::Time;
    /// A date and a time in no zone, as its canonical text: `2024-02-29T14:30`.
    LocalDateTime: Form::LocalDateTime;
    /// An instant, to the nanosecond, as its canonical text: `2024-02-29T14:30:00Z`.
    ///
    /// ```
    /// use tabstate::query_params::codecs::{Codec, DateTime};
    ///
    /// assert_eq!(DateTime.parse("2024-03-01T01:30+02:00").as_deref(), Ok("2024-02-29T23:30:00Z"));
    /// ```
    DateTime: Form::DateTime { digits: 9 };
}

/// One of some texts. The empty text is none of them, even where it is given.
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
        if text.is_empty() {
            return Err(Reason::Empty.into());
        }
        self.0.iter().copied().find(|option| *option == text).ok_or(Reason::NoOption.into())
    }

    fn format(&self, value: &&'a str) -> Result<String, Invalid> {
        self.parse(value).map(str::to_owned)
    }
}
