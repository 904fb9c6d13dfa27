//! Codecs that JavaScript describes. A shape is packed texts: a letter for the kind, then its arguments; a codec inside
//! another is the inner shape as one text. A value is leaves: the canonical texts of what it holds, in order. Of a list,
//! a `+` stands before each item, and an empty text behind the last.

use alloc::string::String;
use alloc::vec::Vec;

use super::delimited::Delimiter;
use super::{Invalid, bool, calendar, json, number};
use crate::packed::{Packed, Unpacked};

const EMPTY: Invalid = Invalid::new("empty");
const MISCOUNTED: Invalid = Invalid::new("not as many items as the tuple has");
const NO_SHAPE: Invalid = Invalid::new("not a shape");

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
    fn of(shape: &'a str) -> Result<Self, Invalid> {
        let mut parts = Unpacked::of(shape);
        let kind = *parts.part().as_bytes().first().ok_or(NO_SHAPE)?;
        if !matches!(kind, b'L' | b'D' | b'T') {
            return Ok(Self::One { kind, arguments: parts });
        }
        let says_empty = !parts.part().is_empty();
        if kind == b'L' {
            return Ok(Self::List { says_empty, item: parts.part() });
        }
        let delimiter = Delimiter::new(parts.part()).ok_or(NO_SHAPE)?;
        Ok(if kind == b'D' {
            Self::Delimited { says_empty, delimiter, item: parts.part() }
        } else {
            Self::Tuple { delimiter, items: parts }
        })
    }
}

/// Reads the text of one parameter, of a list its packed texts, into leaves.
pub(crate) fn read(shape: &str, text: &str, leaves: &mut Packed) -> Result<(), Invalid> {
    match Shape::of(shape)? {
        Shape::One { kind, arguments } => leaves.push(&canonical(kind, arguments, text)?),
        Shape::List { says_empty, item } => {
            let texts = Unpacked::of(text);
            let spare = says_empty && texts.clone().all(str::is_empty);
            for text in texts.skip(usize::from(spare)) {
                leaves.push("+");
                read(item, text, leaves)?;
            }
            leaves.push("");
        }
        Shape::Delimited { says_empty: false, .. } | Shape::Tuple { .. } if text.is_empty() => return Err(EMPTY),
        Shape::Delimited { delimiter, item, .. } => {
            let texts = if text.is_empty() { None } else { Some(delimiter.split(text)) };
            for text in texts.into_iter().flatten() {
                leaves.push("+");
                read(item, &text, leaves)?;
            }
            leaves.push("");
        }
        Shape::Tuple { delimiter, mut items } => {
            for text in delimiter.split(text) {
                read(items.next().ok_or(MISCOUNTED)?, &text, leaves)?;
            }
            if items.next().is_some() {
                return Err(MISCOUNTED);
            }
        }
    }
    Ok(())
}

/// Writes the leaves of one parameter as its texts, none where no items are an absent parameter.
pub(crate) fn write(shape: &str, leaves: &mut Unpacked<'_>, texts: &mut Packed) -> Result<(), Invalid> {
    match Shape::of(shape)? {
        Shape::List { says_empty, item } => {
            let mut items = Vec::new();
            write_items(item, leaves, &mut items)?;
            let spare = says_empty && items.iter().all(String::is_empty);
            items.iter().for_each(|text| texts.push(text));
            if spare {
                texts.push("");
            }
        }
        one => {
            let text = write_one(shape, leaves)?;
            if !text.is_empty() || !matches!(one, Shape::Delimited { says_empty: false, .. }) {
                texts.push(&text);
            }
        }
    }
    Ok(())
}

fn write_one(shape: &str, leaves: &mut Unpacked<'_>) -> Result<String, Invalid> {
    let mut texts = Vec::new();
    let delimiter = match Shape::of(shape)? {
        Shape::One { kind, arguments } => return canonical(kind, arguments, leaves.part()),
        Shape::List { .. } => return Err(NO_SHAPE),
        Shape::Delimited { delimiter, item, .. } => {
            write_items(item, leaves, &mut texts)?;
            delimiter
        }
        Shape::Tuple { delimiter, items } => {
            for item in items {
                texts.push(write_one(item, leaves)?);
            }
            delimiter
        }
    };
    Ok(delimiter.join(&texts))
}

fn write_items(item: &str, leaves: &mut Unpacked<'_>, texts: &mut Vec<String>) -> Result<(), Invalid> {
    while !leaves.part().is_empty() {
        texts.push(write_one(item, leaves)?);
    }
    Ok(())
}

/// The canonical text of one value. A float's own is for JavaScript to find. Text, and what the page's own code reads,
/// are as they stand.
fn canonical(kind: u8, mut arguments: Unpacked<'_>, text: &str) -> Result<String, Invalid> {
    if text.is_empty() && kind != b't' {
        return Err(EMPTY);
    }
    match kind {
        b'i' => Ok(number::integer(text)?.within((arguments.part(), arguments.part()))?.canonical()),
        b'n' => Ok(number::decimal(text)?.within((arguments.part(), arguments.part()))?.canonical()),
        b'b' => Ok(if bool(text)? { "true" } else { "false" }.into()),
        b'd' => calendar::date(text),
        b'h' => calendar::time(text),
        b'l' => calendar::local_date_time(text),
        b'z' => calendar::date_time(text, 3),
        _ => {
            match kind {
                b'f' => {
                    let limits = (arguments.part(), arguments.part());
                    // Behind the limits stand the infinities that are values.
                    if !arguments.any(|infinity| infinity == text) {
                        number::float(text)?.within(limits)?;
                    }
                }
                b'o' if !arguments.any(|option| option == text) => return Err(Invalid::new("none of the options")),
                b'j' => json::bounded(text)?,
                _ => {}
            }
            Ok(text.into())
        }
    }
}
