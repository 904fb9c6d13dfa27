//! Codecs that JavaScript describes. A shape is packed texts: a letter for the kind, then its arguments; a codec inside
//! another is the inner shape as one text. A value is leaves: the canonical texts of what it holds, in order. Of a list,
//! a `+` stands before each item, and an empty text behind the last.

use super::calendar::{self, Form};
use super::delimited::Delimiter;
use super::fields::Fields;
use super::kinds::Float;
use super::number;
use super::out::{ANY, Out, digits};
use super::reason::Reason;
use super::sink::Sink;
use super::{bool, json};
use crate::packed::Unpacked;

/// Finds the double that a decimal text stands for: what the host is better at.
pub(crate) type Double = fn(&[u8]) -> f64;

/// What a shape says. `says_empty`: absence means something else than no items, so a text has to say that there are
/// none. It is the empty text; a list of empty texts has one more of them then, and a lone empty text in one text is
/// written as the escape in any case.
enum Shape<'a> {
    One { kind: u8, arguments: Unpacked<'a> },
    List { says_empty: bool, item: &'a [u8] },
    InOneText { says_empty: bool, delimiter: Delimiter<'a>, items: Items<'a> },
}

/// The shapes in a text of several: one for all of them, or one for each.
struct Items<'a> {
    repeats: bool,
    shapes: Unpacked<'a>,
}

impl<'a> Shape<'a> {
    fn of(shape: &'a [u8]) -> Result<Self, Reason> {
        let mut shapes = Unpacked::of(shape);
        let kind = *shapes.part().first().ok_or(Reason::NoShape)?;
        if !matches!(kind, b'L' | b'D' | b'T') {
            return Ok(Self::One { kind, arguments: shapes });
        }
        let says_empty = !shapes.part().is_empty();
        if kind == b'L' {
            return Ok(Self::List { says_empty, item: shapes.part() });
        }
        let delimiter = Delimiter::new(shapes.part()).ok_or(Reason::NoShape)?;
        Ok(Self::InOneText { says_empty, delimiter, items: Items { repeats: kind == b'D', shapes } })
    }
}

impl<'a> Items<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        let mut shapes = self.shapes;
        let item = shapes.next();
        if !self.repeats {
            self.shapes = shapes;
        }
        item
    }
}

/// Reads one parameter: the first of `keys` that is there.
pub(crate) fn read(
    shape: &[u8],
    mut keys: Unpacked<'_>,
    fields: &mut Fields<'_>,
    double: Double,
    leaves: &mut Out<'_>,
) -> Result<(), Reason> {
    let (key, first) = keys.find_map(|key| Some((key, fields.next(0, key)?))).ok_or(Reason::Absent)?;
    let list = match Shape::of(shape)? {
        Shape::List { says_empty, item } => Some((says_empty, item)),
        _ => None,
    };
    let (mut last, mut are_empty) = (first, fields.is_empty(first));
    while let Some(next) = fields.next(last + 1, key) {
        are_empty &= fields.is_empty(next);
        last = next;
    }
    let Some((says_empty, item)) = list else {
        return read_one(shape, fields.take(last), double, leaves);
    };
    let mut next = Some(first);
    if says_empty && are_empty {
        next = fields.next(first + 1, key);
    }
    while let Some(nth) = next {
        leaves.pack(b"+");
        read_one(item, fields.take(nth), double, leaves)?;
        next = fields.next(nth + 1, key);
    }
    leaves.pack(b"");
    Ok(())
}

fn read_one(shape: &[u8], text: &mut [u8], double: Double, leaves: &mut Out<'_>) -> Result<(), Reason> {
    match Shape::of(shape)? {
        Shape::One { kind, arguments } => {
            // A canonical text is longer by the seconds at most.
            let leaf = leaves.open(digits(text.len() + 3));
            canonical(kind, arguments, text, double, &mut Joined { text: leaves, joins: None })?;
            leaves.close(leaf);
        }
        Shape::InOneText { says_empty: true, items: Items { repeats: true, .. }, .. } if text.is_empty() => {
            leaves.pack(b"");
        }
        _ if text.is_empty() => return Err(Reason::Empty),
        Shape::InOneText { delimiter, mut items, .. } => {
            for text in delimiter.split(text) {
                if items.repeats {
                    leaves.pack(b"+");
                }
                read_one(items.next().ok_or(Reason::Miscounted)?, text, double, leaves)?;
            }
            if items.repeats {
                leaves.pack(b"");
            } else if items.next().is_some() {
                return Err(Reason::Miscounted);
            }
        }
        Shape::List { .. } => return Err(Reason::NoShape),
    }
    Ok(())
}

/// Writes the leaves of one parameter as its texts, none where no items are an absent parameter.
pub(crate) fn write(
    shape: &[u8],
    leaves: &mut Unpacked<'_>,
    double: Double,
    texts: &mut Out<'_>,
) -> Result<(), Reason> {
    match Shape::of(shape)? {
        Shape::List { mut says_empty, item } => {
            while !leaves.part().is_empty() {
                says_empty &= write_text(item, leaves, double, texts)?;
            }
            if says_empty {
                texts.pack(b"");
            }
        }
        shape_of_one => {
            let start = texts.end();
            let is_empty = write_text(shape, leaves, double, texts)?;
            if is_empty && matches!(shape_of_one, Shape::InOneText { says_empty: false, .. }) {
                texts.truncate(start);
            }
        }
    }
    Ok(())
}

/// Gives whether the text is empty.
fn write_text(shape: &[u8], leaves: &mut Unpacked<'_>, double: Double, texts: &mut Out<'_>) -> Result<bool, Reason> {
    let opened = texts.open(ANY);
    let start = texts.end();
    write_one(shape, leaves, double, &mut Joined { text: texts, joins: None })?;
    let is_empty = texts.end() == start;
    texts.close(opened);
    Ok(is_empty)
}

/// A text among others in one text: what would end it is escaped, for each text around it.
struct Joined<'j, 'm> {
    text: &'j mut Out<'m>,
    joins: Option<&'j Join<'j>>,
}

/// What joins a text with others, and what joins those with others.
struct Join<'j> {
    delimiter: Delimiter<'j>,
    outer: Option<&'j Join<'j>>,
}

impl Sink for Joined<'_, '_> {
    fn push(&mut self, byte: u8) {
        let Some(join) = self.joins else {
            return self.text.push(byte);
        };
        let mut outer = Joined { text: self.text, joins: join.outer };
        if join.delimiter.escapes(byte) {
            outer.push(join.delimiter.escape);
        }
        outer.push(byte);
    }

    fn push_all(&mut self, bytes: &[u8]) {
        if self.joins.is_none() {
            return self.text.push_all(bytes);
        }
        for byte in bytes {
            self.push(*byte);
        }
    }
}

fn write_one(
    shape: &[u8],
    leaves: &mut Unpacked<'_>,
    double: Double,
    joined: &mut Joined<'_, '_>,
) -> Result<(), Reason> {
    let (delimiter, mut items) = match Shape::of(shape)? {
        Shape::One { kind, arguments } => return canonical(kind, arguments, leaves.part(), double, joined),
        Shape::List { .. } => return Err(Reason::NoShape),
        Shape::InOneText { delimiter, items, .. } => (delimiter, items),
    };
    let start = joined.text.end();
    let join = Join { delimiter, outer: joined.joins };
    let mut count = 0;
    while !(items.repeats && leaves.part().is_empty()) {
        let Some(item) = items.next() else { break };
        if count > 0 {
            joined.push_all(delimiter.separator);
        }
        count += 1;
        write_one(item, leaves, double, &mut Joined { text: joined.text, joins: Some(&join) })?;
    }
    if count > 0 && joined.text.end() == start {
        joined.push(delimiter.escape);
    }
    Ok(())
}

/// Writes the canonical text of one value. A float's own is for JavaScript to find. Text, and what the page's own code
/// reads, are as they stand.
fn canonical(
    kind: u8,
    mut arguments: Unpacked<'_>,
    text: &[u8],
    double: Double,
    out: &mut Joined<'_, '_>,
) -> Result<(), Reason> {
    if text.is_empty() && kind != b't' {
        return Err(Reason::Empty);
    }
    match kind {
        b'i' | b'n' | b'm' => {
            let mut number = if kind == b'm' { number::decimal(text)? } else { number::integer(text)? };
            if kind == b'i' {
                number = number.at_most(&number::SAFE)?;
            }
            number.within([arguments.part(), arguments.part()])?.write(out);
        }
        b'b' => out.push_all(if bool(text)? { b"true" } else { b"false" }),
        b'd' => calendar::canonical(Form::Date, text, out)?,
        b'h' => calendar::canonical(Form::Time, text, out)?,
        b'l' => calendar::canonical(Form::LocalDateTime, text, out)?,
        b'z' => calendar::canonical(Form::DateTime { digits: 3 }, text, out)?,
        _ => {
            match kind {
                b'f' => float(text, arguments, double)?,
                b'o' if !arguments.any(|option| option == text) => return Err(Reason::NoOption),
                b'j' => json::bounded(text)?,
                _ => {}
            }
            out.push_all(text);
        }
    }
    Ok(())
}

fn float(text: &[u8], mut arguments: Unpacked<'_>, double: Double) -> Result<(), Reason> {
    let [min, max] = [arguments.part(), arguments.part()];
    // To ask the host takes longer than all else.
    if min.is_empty() && max.is_empty() && number::float(text).is_ok_and(|number| number.is_a_double()) {
        return Ok(());
    }
    let limit = |limit: &[u8]| if limit.is_empty() { None } else { Some(double(limit)) };
    let infinite = !arguments.part().is_empty();
    Float { min: limit(min), max: limit(max), infinite }.read(text, double).map(|_| ())
}
