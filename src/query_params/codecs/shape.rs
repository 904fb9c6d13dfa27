//! Codecs that JavaScript describes. A shape is packed texts: a letter for the kind, then its arguments; a codec inside
//! another is the inner shape as one text. A value is leaves: the canonical texts of what it holds, in order. Of a list,
//! a `+` stands before each item, and an empty text behind the last.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::delimited::Delimiter;
use super::reason::Reason;
use super::{bool, calendar, json, number};
use crate::packed::{Packed, Unpacked};
use crate::query_params::text::values;

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

/// Reads one parameter of a query: the first of `keys` that is there. `false` when none is.
pub(crate) fn read(shape: &str, keys: Unpacked<'_>, query: &str, leaves: &mut Packed) -> Result<bool, Reason> {
    for key in keys {
        let mut texts = values(query, key);
        let Some(mut text) = texts.next() else { continue };
        if let Shape::List { says_empty, item } = Shape::of(shape)? {
            let texts: Vec<Cow<'_, str>> = core::iter::once(text).chain(texts).collect();
            let spare = says_empty && texts.iter().all(|text| text.is_empty());
            for text in texts.iter().skip(usize::from(spare)) {
                leaves.push("+");
                read_one(item, text, leaves)?;
            }
            leaves.push("");
        } else {
            for later in texts {
                text = later;
            }
            read_one(shape, &text, leaves)?;
        }
        return Ok(true);
    }
    Ok(false)
}

fn read_one(shape: &str, text: &str, leaves: &mut Packed) -> Result<(), Reason> {
    match Shape::of(shape)? {
        Shape::One { kind, arguments } => {
            let mut leaf = String::new();
            canonical(kind, arguments, text, &mut leaf)?;
            leaves.push(&leaf);
            Ok(())
        }
        Shape::Delimited { says_empty: true, .. } if text.is_empty() => {
            leaves.push("");
            Ok(())
        }
        _ if text.is_empty() => Err(Reason::Empty),
        Shape::Delimited { delimiter, item, .. } => {
            for text in delimiter.split(text) {
                leaves.push("+");
                read_one(item, &text, leaves)?;
            }
            leaves.push("");
            Ok(())
        }
        Shape::Tuple { delimiter, mut items } => {
            for text in delimiter.split(text) {
                read_one(items.next().ok_or(Reason::Miscounted)?, &text, leaves)?;
            }
            items.next().map_or(Ok(()), |_| Err(Reason::Miscounted))
        }
        Shape::List { .. } => Err(Reason::NoShape),
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
        b'i' => number::integer(text)?.within((arguments.part(), arguments.part()))?.write(out),
        b'n' => number::decimal(text)?.within((arguments.part(), arguments.part()))?.write(out),
        b'b' => out.push_str(if bool(text)? { "true" } else { "false" }),
        b'd' => calendar::date(text, out)?,
        b'h' => calendar::time(text, out)?,
        b'l' => calendar::local_date_time(text, out)?,
        b'z' => calendar::date_time(text, 3, out)?,
        _ => {
            match kind {
                b'f' => {
                    let limits = (arguments.part(), arguments.part());
                    // Behind the limits stand the infinities that are values.
                    if !arguments.any(|infinity| infinity == text) {
                        number::float(text)?.within(limits)?;
                    }
                }
                b'o' if !arguments.any(|option| option == text) => return Err(Reason::NoOption),
                b'j' => json::bounded(text)?,
                _ => {}
            }
            out.push_str(text);
        }
    }
    Ok(())
}
