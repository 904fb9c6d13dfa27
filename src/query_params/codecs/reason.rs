//! Why a rule refuses a text: one byte, so that a result is one register in the npm build.

use super::Invalid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Empty,
    NoInteger,
    NoDecimal,
    NoNumber,
    BeyondDoubles,
    BelowMinimum,
    AboveMaximum,
    NoBool,
    NoDate,
    NoTime,
    NoLocalDateTime,
    NoInstant,
    NoOption,
    Miscounted,
    NotJson,
    TooLong,
    TooDeep,
    /// There is no text.
    #[cfg(tabstate_module = "codecs")]
    Absent,
    /// A description that is none; JavaScript's own codecs make no such.
    #[cfg(tabstate_module = "codecs")]
    NoShape,
}

impl Reason {
    pub const fn text(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoInteger => "not a whole number",
            Self::NoDecimal => "not a decimal number",
            Self::NoNumber => "not a number",
            Self::BeyondDoubles => "beyond the numbers of a double",
            Self::BelowMinimum => "below the minimum",
            Self::AboveMaximum => "above the maximum",
            Self::NoBool => "neither true nor false",
            Self::NoDate => "not a date as 2024-02-29",
            Self::NoTime => "not a time as 14:30 or 14:30:15",
            Self::NoLocalDateTime => "not a date and time as 2024-02-29T14:30, without a zone",
            Self::NoInstant => "not an instant as 2024-02-29T14:30:00Z",
            Self::NoOption => "none of the options",
            Self::Miscounted => "not as many items as the tuple has",
            Self::NotJson => "not JSON",
            Self::TooLong => "JSON of more than 65,536 bytes",
            Self::TooDeep => "JSON of more than 64 levels",
            #[cfg(tabstate_module = "codecs")]
            Self::Absent => "absent",
            #[cfg(tabstate_module = "codecs")]
            Self::NoShape => "not a shape",
        }
    }
}

impl From<Reason> for Invalid {
    fn from(reason: Reason) -> Self {
        Self::new(reason.text())
    }
}
