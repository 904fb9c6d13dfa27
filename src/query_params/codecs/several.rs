//! The codecs of several values: in one text, or in one text each.

use alloc::string::String;
use alloc::vec::Vec;

use super::delimited::Delimiter;
use super::reason::Reason;
use super::{Codec, Invalid};

/// The separator cannot be one.
const NO_SEPARATOR: Invalid = Invalid::new("the separator is empty, or holds all of the characters ~ ! * $ @");

/// Items in one text, with a separator between them. The items may hold anything: what would end them is escaped.
///
/// The empty text is invalid. No items are written as the empty text, so leave the parameter out instead. Inside another
/// codec nothing can be left out: there, the empty text is no items, and reads back.
///
/// ```
/// use tabstate::query_params::codecs::{Codec, Delimited, Text};
///
/// let tags = Delimited { separator: ",", item: Text };
/// assert_eq!(tags.format(&vec!["a,b".to_owned(), "c".to_owned()]).as_deref(), Ok("a~,b,c"));
/// assert_eq!(tags.parse("a~,b,c").as_deref(), Ok(&["a,b".to_owned(), "c".to_owned()][..]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Delimited<'a, C> {
    /// One character or more. The escape is `~`, or the first of `! * $ @` that the separator does not hold.
    pub separator: &'a str,
    /// What the items are.
    pub item: C,
}

impl<C: Codec> Codec for Delimited<'_, C> {
    type Value = Vec<C::Value>;

    fn parse_inside(&self, text: &str) -> Result<Vec<C::Value>, Invalid> {
        if text.is_empty() { Ok(Vec::new()) } else { self.parse(text) }
    }

    fn parse(&self, text: &str) -> Result<Vec<C::Value>, Invalid> {
        if text.is_empty() {
            return Err(Reason::Empty.into());
        }
        let delimiter = Delimiter::new(self.separator.as_bytes()).ok_or(NO_SEPARATOR)?;
        delimiter.texts(text).map(|text| self.item.parse_inside(&text)).collect()
    }

    fn format(&self, values: &Vec<C::Value>) -> Result<String, Invalid> {
        let delimiter = Delimiter::new(self.separator.as_bytes()).ok_or(NO_SEPARATOR)?;
        let texts: Result<Vec<String>, Invalid> = values.iter().map(|value| self.item.format_inside(value)).collect();
        Ok(delimiter.join(&texts?))
    }
}

/// Two values in one text, with a comma between them.
///
/// ```
/// use tabstate::query_params::codecs::{Codec, Float, Pair};
///
/// let place = Pair(Float::default(), Float::default());
/// assert_eq!(place.parse("59.9,10.7"), Ok((59.9, 10.7)));
/// assert!(place.parse("59.9").is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pair<A, B>(pub A, pub B);

impl<A: Codec, B: Codec> Codec for Pair<A, B> {
    type Value = (A::Value, B::Value);

    fn parse(&self, text: &str) -> Result<Self::Value, Invalid> {
        let texts: Vec<String> = Delimiter::new(b",").map_or_else(Vec::new, |comma| comma.texts(text).collect());
        match &texts[..] {
            [first, second] => Ok((self.0.parse_inside(first)?, self.1.parse_inside(second)?)),
            _ => Err(Reason::Miscounted.into()),
        }
    }

    fn format(&self, (first, second): &Self::Value) -> Result<String, Invalid> {
        let texts = [self.0.format_inside(first)?, self.1.format_inside(second)?];
        Ok(Delimiter::new(b",").map_or_else(String::new, |comma| comma.join(&texts)))
    }
}

/// A repeated key: each item is a text of its own. One invalid item makes the list invalid, and shifts none.
///
/// No items are an absent key, and each text is an item, the empty one too. In JavaScript a `list` may mean something
/// else by absence (`.optional()`, a default that is not empty); such a list takes one empty text for no items, and has
/// one more empty text where all of its items are empty. Here `?l=` is one empty text, and `?l=&l=` two.
///
/// ```
/// use tabstate::query_params::codecs::{Int, List};
///
/// let ids = List(Int::default());
/// assert_eq!(ids.parse_all(["1", "2"]), Ok(vec![1, 2]));
/// assert!(ids.parse_all(["1", "x", "3"]).is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct List<C>(pub C);

impl<C: Codec> List<C> {
    /// Reads all values of a key.
    ///
    /// # Errors
    /// Why the first invalid one is no item.
    pub fn parse_all<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<C::Value>, Invalid> {
        texts.into_iter().map(|text| self.0.parse_inside(text)).collect()
    }

    /// Writes the values of a key.
    ///
    /// # Errors
    /// Why the first value without a text has none.
    pub fn format_all(&self, values: &[C::Value]) -> Result<Vec<String>, Invalid> {
        values.iter().map(|value| self.0.format_inside(value)).collect()
    }
}
