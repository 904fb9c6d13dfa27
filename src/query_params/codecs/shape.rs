//! Codecs that JavaScript describes. A shape is packed texts: a letter for the kind, then its arguments; a codec inside
//! another is the inner shape as one text. A value is leaves: the canonical texts of what it holds, in order. Of a list,
//! a `+` stands before each item, and an empty text behind the last.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::delimited::Delimiter;
use super::number::Number;
use super::reason::Reason;
use super::{bool, calendar, json, number};
use crate::packed::{Packed, Unpacked};
use crate::query_params::text::{decode, fields, halves};

/// What a shape says. `says_empty`: absence means something else than no items, so a text has to say that there are
/// none. It is the empty text; a list of empty texts has one more of them then, and a lone empty text in one text is
/// written as the escape in any case.
enum Shape<'a> {
    One { kind: u8, arguments: Unpacked<'a> },
    List { says_empty: bool, item: &'a str },
    Delimited { says_empty: bool, delimiter: Delimiter<'a>, item: &'a str },
    Tuple { delimiter: Delimiter<'a>, items: Unpacked<'a> },
}

impl<'a> Shape<'a> {
    fn of(shape: &'a str) -> Result<Self, Reason> {
        let mut parts = Unpacked::of(shape);
        let kind = *parts.part().as_bytes().first().ok_or(Reason::NoShape)?;
        if !matches!(kind, b'L' | b'D' | b'T') {
            return Ok(Self::One { kind, arguments: parts });
        }
        let says_empty = !parts.part().is_empty();
        if kind == b'L' {
            return Ok(Self::List { says_empty, item: parts.part() });
        }
        let delimiter = Delimiter::new(parts.part()).ok_or(Reason::NoShape)?;
        Ok(if kind == b'D' {
            Self::Delimited { says_empty, delimiter, item: parts.part() }
        } else {
            Self::Tuple { delimiter, items: parts }
        })
    }
}

/// A query cut once for all parameters of a definition.
pub(crate) struct Texts<'a> {
    /// Keys, decoded, and values as they stand.
    fields: Vec<(Cow<'a, str>, &'a str)>,
    /// One canonical text on its way into the leaves.
    canonical: String,
}

impl<'a> Texts<'a> {
    pub fn of(query: &'a str) -> Self {
        let mut cut = Vec::with_capacity(16);
        for field in fields(query) {
            let (key, value) = halves(field);
            cut.push((decode(key), value));
        }
        Self { fields: cut, canonical: String::new() }
    }

    /// Reads one parameter: the first of `keys` that is there. `false` when none is.
    pub fn read(&mut self, shape: &str, keys: Unpacked<'_>, leaves: &mut Packed) -> Result<bool, Reason> {
        for key in keys {
            let mut values = self.fields.iter().filter(|(its, _)| its == key).map(|(_, value)| *value);
            let Some(first) = values.next() else { continue };
            if let Shape::List { says_empty, item } = Shape::of(shape)? {
                let values: Vec<&str> = core::iter::once(first).chain(values).collect();
                let spare = usize::from(says_empty && values.iter().all(|value| value.is_empty()));
                for value in values.iter().skip(spare) {
                    leaves.push("+");
                    self.read_one(item, &decode(value), leaves)?;
                }
                leaves.push("");
            } else {
                let last = values.last().unwrap_or(first);
                self.read_one(shape, &decode(last), leaves)?;
            }
            return Ok(true);
        }
        Ok(false)
    }

    fn read_one(&mut self, shape: &str, text: &str, leaves: &mut Packed) -> Result<(), Reason> {
        match Shape::of(shape)? {
            Shape::One { kind, arguments } => {
                self.canonical.clear();
                canonical(kind, arguments, text, &mut self.canonical)?;
                leaves.push(&self.canonical);
            }
            Shape::Delimited { says_empty: true, .. } if text.is_empty() => leaves.push(""),
            _ if text.is_empty() => return Err(Reason::Empty),
            Shape::Delimited { delimiter, item, .. } => {
                for text in delimiter.split(text) {
                    leaves.push("+");
                    self.read_one(item, &text, leaves)?;
                }
                leaves.push("");
            }
            Shape::Tuple { delimiter, mut items } => {
                for text in delimiter.split(text) {
                    self.read_one(items.next().ok_or(Reason::Miscounted)?, &text, leaves)?;
                }
                if items.next().is_some() {
                    return Err(Reason::Miscounted);
                }
            }
            Shape::List { .. } => return Err(Reason::NoShape),
        }
        Ok(())
    }
}

/// Writes the leaves of one parameter as its texts, none where no items are an absent parameter.
pub(crate) fn write(shape: &str, leaves: &mut Unpacked<'_>, texts: &mut Packed) -> Result<(), Reason> {
    match Shape::of(shape)? {
        Shape::List { says_empty, item } => {
            let mut says_empty = says_empty;
            while !leaves.part().is_empty() {
                let text = write_one(item, leaves)?;
                says_empty &= text.is_empty();
                texts.push(&text);
            }
            if says_empty {
                texts.push("");
            }
        }
        shape_of_one => {
            let text = write_one(shape, leaves)?;
            if !text.is_empty() || !matches!(shape_of_one, Shape::Delimited { says_empty: false, .. }) {
                texts.push(&text);
            }
        }
    }
    Ok(())
}

fn write_one(shape: &str, leaves: &mut Unpacked<'_>) -> Result<String, Reason> {
    let mut written = String::new();
    let (delimiter, texts) = match Shape::of(shape)? {
        Shape::One { kind, arguments } => {
            canonical(kind, arguments, leaves.part(), &mut written)?;
            return Ok(written);
        }
        Shape::List { .. } => return Err(Reason::NoShape),
        Shape::Delimited { delimiter, item, .. } => {
            let mut texts = Vec::new();
            while !leaves.part().is_empty() {
                texts.push(write_one(item, leaves)?);
            }
            (delimiter, texts)
        }
        Shape::Tuple { delimiter, items } => {
            let mut texts = Vec::new();
            for item in items {
                texts.push(write_one(item, leaves)?);
            }
            (delimiter, texts)
        }
    };
    Ok(delimiter.join(&texts))
}

/// Writes the canonical text of one value. A float's own is for JavaScript to find. Text, and what the page's own code
/// reads, are as they stand.
fn canonical(kind: u8, mut arguments: Unpacked<'_>, text: &str, out: &mut String) -> Result<(), Reason> {
    if text.is_empty() && kind != b't' {
        return Err(Reason::Empty);
    }
    match kind {
        b'i' => within(number::integer(text)?.at_most(&number::SAFE)?, &mut arguments)?.write(out),
        b'n' => within(number::integer(text)?, &mut arguments)?.write(out),
        b'm' => within(number::decimal(text)?, &mut arguments)?.write(out),
        b'b' => out.push_str(if bool(text)? { "true" } else { "false" }),
        b'd' => calendar::date(text, out)?,
        b'h' => calendar::time(text, out)?,
        b'l' => calendar::local_date_time(text, out)?,
        b'z' => calendar::date_time(text, 3, out)?,
        b'f' if !matches!(text, "Infinity" | "-Infinity") => {
            within(number::float(text)?.at_most(&number::GREATEST)?, &mut arguments)?;
            out.push_str(text);
        }
        // Behind a float's limits stand the infinities that are values.
        b'f' | b'o' if !arguments.any(|option| option == text) => return Err(Reason::NoOption),
        b'j' => {
            json::bounded(text)?;
            out.push_str(text);
        }
        _ => out.push_str(text),
    }
    Ok(())
}

fn within<'n>(number: Number<'n>, arguments: &mut Unpacked<'_>) -> Result<Number<'n>, Reason> {
    number.within((arguments.part(), arguments.part()))
}
