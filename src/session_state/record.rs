//! The header of a record: the version of the format, the order of the entry, the application's version, and the form.

use alloc::string::String;
use core::fmt;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{MOST, read, write};
use crate::{Error, ErrorKind};

/// The version of the format, as a record begins with it.
const FORMAT: &str = "1/";

/// A record, of which the header is read: `1/<order>/<version>`, and the form, `=` or `#`. What is behind it, is read when
/// it is asked for.
///
/// ```
/// use tabstate::session_state::{Record, write_record};
///
/// let text = write_record(&("Oslo", Some(2)), 7, 3)?;
/// assert_eq!(text, r#"1/7/3=["Oslo",2]"#);
///
/// let record = Record::parse(&text)?;
/// assert_eq!((record.order(), record.version()), (7, 3));
/// assert_eq!(record.read::<(String, Option<u8>)>()?, ("Oslo".to_owned(), Some(2)));
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    order: u64,
    version: u64,
    is_plain: bool,
    json: &'a str,
}

impl<'a> Record<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) where it is none, or that of another version of the format.
    ///
    /// ```
    /// use tabstate::session_state::Record;
    ///
    /// assert!(Record::parse("1/0/0=null").is_ok());
    /// assert!(Record::parse("2/0/0=null").is_err());
    /// assert!(Record::parse("dark").is_err());
    /// ```
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        let Some(rest) = text.strip_prefix(FORMAT) else {
            let is_versioned = text.split_once('/').is_some_and(|(format, _)| number(format).is_some());
            return Err(malformed(if is_versioned {
                "the record is of another version of the format: a newer release reads it"
            } else {
                "the text is no record of session state"
            }));
        };
        let broken = || malformed("the record's header is broken");
        let (order, rest) = rest.split_once('/').ok_or_else(broken)?;
        let form = rest.find(|letter: char| !letter.is_ascii_digit()).ok_or_else(broken)?;
        let (version, rest) = rest.split_at(form);
        let (is_plain, json) = match (rest.strip_prefix('='), rest.strip_prefix('#')) {
            (Some(json), _) => (true, json),
            (_, Some(json)) => (false, json),
            _ => return Err(broken()),
        };
        let (Some(order), Some(version)) = (number(order), number(version)) else { return Err(broken()) };
        Ok(Self { order, version, is_plain, json })
    }

    /// The place of the key among the keys of the session: it grows with each one that is new.
    #[must_use]
    pub const fn order(&self) -> u64 {
        self.order
    }

    /// The same with another order, which is below 2^53.
    pub(crate) const fn with_order(self, order: u64) -> Self {
        Self { order, ..self }
    }

    /// The application's version, that wrote the value; 0 where it has none.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Whether the value stands there as plain JSON.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Reads the value, as the table of [the module](super) has it. A struct is read from an object, and its fields without a
    /// key are what serde makes of them; keys without a field are ignored.
    ///
    /// It takes time and memory in proportion to the record, whatever is in it: lists with more holes, and parts that
    /// stand in more places, than 4 times the record's length allows are an error.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) where the record is broken, the value is not a `T`, or no value of Rust; with the
    /// key, where it is about a field of a struct.
    ///
    /// ```
    /// use tabstate::ErrorKind;
    /// use tabstate::session_state::Record;
    ///
    /// // What JavaScript writes for `new Map([["today", new Date(0)]])`.
    /// let record = Record::parse(r#"1/0/0#[[1],["m","today",[2]],["D",0]]"#)?;
    /// let dates: std::collections::BTreeMap<String, i64> = record.read()?;
    /// assert_eq!(dates["today"], 0);
    ///
    /// let error = record.read::<Vec<String>>().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Malformed);
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if self.is_plain { read::plain(self.json) } else { read::table(self.json) }
    }

    /// Whether the record holds a value at all, be it none of Rust's.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.is_plain { read::check_plain(self.json) } else { read::check_table(self.json) }
    }
}

/// The record's text.
impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.is_plain { '=' } else { '#' };
        write!(f, "{FORMAT}{}/{}{form}{}", self.order, self.version, self.json)
    }
}

/// Writes the record of a value: plain JSON, where JSON holds all of it. [`Record::read`] reads it back.
///
/// Equal values have equal records, as far as maps are in order. Of a map's key that is a text and comes twice, the later
/// value counts.
///
/// # Errors
/// [`UnsupportedValue`](ErrorKind::UnsupportedValue) where the value is deeper than 128 levels, or refuses to be written;
/// [`InvalidOption`](ErrorKind::InvalidOption) where `order` or `version` is 2<sup>53</sup> or more.
///
/// ```
/// use tabstate::session_state::write_record;
///
/// assert_eq!(write_record(&[1.5, 2.0], 0, 0)?, "1/0/0=[1.5,2]");
/// assert_eq!(write_record(&[1.5, f64::NAN], 0, 0)?, r#"1/0/0#[[1],["a",1.5,["d","NaN"]]]"#);
/// assert_eq!(write_record(&u64::MAX, 0, 0)?, r#"1/0/0#[["n","18446744073709551615"]]"#);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn write_record<T: Serialize + ?Sized>(value: &T, order: u64, version: u64) -> Result<String, Error> {
    if order > MOST || version > MOST {
        return Err(Error::new(ErrorKind::InvalidOption, "order and version are whole numbers below 2^53"));
    }
    write::write(value, |is_plain| alloc::format!("{}", Record { order, version, is_plain, json: "" }))
}

/// A whole number in digits, without leading zeros, below 2^53.
fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|number| is_number && *number <= MOST)
}

const fn malformed(message: &'static str) -> Error {
    Error::new(ErrorKind::Malformed, message)
}
