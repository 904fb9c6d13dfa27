//! Writing a value: a serializer into slots and nodes, which are printed as plain JSON where JSON holds them, else as a table.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{Arguments, Display, Write as _};
use core::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_core::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::problem::Problem;
use super::{DEEPEST, MOST};
use crate::Error;

/// The most levels of a plain value: what every parser of JSON reads.
const DEEPEST_PLAIN: usize = 100;

/// Writes a value behind the header that its form has.
pub(super) fn write<T: Serialize + ?Sized>(value: &T, header: impl Fn(bool) -> String) -> Result<String, Error> {
    let mut writer = Writer::default();
    value.serialize(&mut writer).map_err(|problem| problem.0)?;
    let Some(root) = writer.slots.pop() else { return Err(Problem::unsupported("the value wrote nothing").0) };
    let is_plain = writer.is_plain(&root, 0);
    let mut out = header(is_plain);
    out.reserve(writer.text.len() + 2 * writer.slots.len());
    if is_plain {
        writer.print_plain(&root, &mut out);
    } else {
        writer.print_table(&root, &mut out);
    }
    Ok(out)
}

/// A value in its place. Texts and numbers are printed already, as ranges of the writer's text.
#[derive(Clone)]
enum Slot {
    /// A text, which may be an object's key.
    Text(Range<usize>),
    Plain(Range<usize>),
    /// What stands in tables alone.
    Special(Range<usize>),
    Node(usize),
}

enum Kind {
    /// Keys and values by turns; the keys are texts.
    Object,
    List,
    /// Keys and values by turns.
    Map,
    /// One slot, base64.
    Buffer,
    /// One slot, the buffer; and its length in bytes.
    Bytes(usize),
}

/// Its slots stand next to one another in the writer's.
struct Node {
    kind: Kind,
    slots: Range<usize>,
}

#[derive(Default)]
struct Writer {
    text: String,
    nodes: Vec<Node>,
    /// The slots of finished nodes.
    node_slots: Vec<Slot>,
    /// The slots of the nodes under way, the innermost last.
    slots: Vec<Slot>,
    depth: usize,
}

impl Writer {
    /// Prints at the end of the text.
    fn printed(&mut self, print: impl FnOnce(&mut String)) -> Range<usize> {
        let start = self.text.len();
        print(&mut self.text);
        start..self.text.len()
    }

    fn push_plain(&mut self, text: impl Display) -> Result<(), Problem> {
        let range = self.printed(|out| print(format_args!("{text}"), out));
        self.slots.push(Slot::Plain(range));
        Ok(())
    }

    fn push_special(&mut self, tag: &str, text: impl Display) -> Result<(), Problem> {
        let range = self.printed(|out| print(format_args!(r#"["{tag}","{text}"]"#), out));
        self.slots.push(Slot::Special(range));
        Ok(())
    }

    fn push_text(&mut self, text: &str) {
        let range = self.printed(|out| print_text(text, out));
        self.slots.push(Slot::Text(range));
    }

    fn open(&mut self) -> Result<usize, Problem> {
        if self.depth == DEEPEST {
            return Err(Problem::unsupported("the value is deeper than 128 levels"));
        }
        self.depth += 1;
        Ok(self.slots.len())
    }

    /// Makes a node of the slots from `start` on.
    fn close(&mut self, kind: Kind, start: usize) {
        self.depth -= 1;
        self.push_node(kind, start);
    }

    fn push_node(&mut self, kind: Kind, start: usize) {
        let first = self.node_slots.len();
        self.node_slots.extend(self.slots.drain(start..));
        self.nodes.push(Node { kind, slots: first..self.node_slots.len() });
        self.slots.push(Slot::Node(self.nodes.len() - 1));
    }

    fn printed_text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn node(&self, nth: usize) -> Option<(&Kind, &[Slot])> {
        let node = self.nodes.get(nth)?;
        Some((&node.kind, self.node_slots.get(node.slots.clone())?))
    }

    /// Closes a map: an object where all of its keys are texts.
    fn close_map(&mut self, start: usize) {
        let (mut is_object, mut is_ascending, mut last) = (true, true, None);
        for key in self.slots.iter().skip(start).step_by(2) {
            let Slot::Text(range) = key else {
                is_object = false;
                break;
            };
            let key = self.printed_text(range);
            is_ascending &= last < Some(key);
            last = Some(key);
        }
        if is_object && !is_ascending {
            self.drop_earlier(start);
        }
        self.close(if is_object { Kind::Object } else { Kind::Map }, start);
    }

    /// Of a key that comes twice, the first place and the last value count.
    fn drop_earlier(&mut self, start: usize) {
        let entries = self.slots.split_off(start);
        let (mut kept, mut places) = (Vec::with_capacity(entries.len()), BTreeMap::new());
        let mut slots = entries.into_iter();
        while let (Some(key), Some(value)) = (slots.next(), slots.next()) {
            let Slot::Text(range) = &key else { continue };
            match places.entry(self.text.get(range.clone()).unwrap_or_default()) {
                Entry::Vacant(place) => {
                    place.insert(kept.len() + 1);
                    kept.extend([key, value]);
                }
                Entry::Occupied(place) => {
                    if let Some(earlier) = kept.get_mut(*place.get()) {
                        *earlier = value;
                    }
                }
            }
        }
        self.slots.append(&mut kept);
    }

    fn is_plain(&self, slot: &Slot, depth: usize) -> bool {
        match slot {
            Slot::Text(_) | Slot::Plain(_) => true,
            Slot::Special(_) => false,
            Slot::Node(nth) => self.node(*nth).is_some_and(|(kind, slots)| {
                let is_plain = matches!(kind, Kind::Object | Kind::List) && depth < DEEPEST_PLAIN;
                is_plain && slots.iter().all(|slot| self.is_plain(slot, depth + 1))
            }),
        }
    }

    fn print_plain(&self, slot: &Slot, out: &mut String) {
        match slot {
            Slot::Text(range) | Slot::Plain(range) | Slot::Special(range) => out.push_str(self.printed_text(range)),
            Slot::Node(nth) => match self.node(*nth) {
                Some((Kind::Object, slots)) => print_object(slots, out, |slot, out| self.print_plain(slot, out)),
                Some((_, slots)) => {
                    out.push('[');
                    for (nth, slot) in slots.iter().enumerate() {
                        out.push_str(if nth == 0 { "" } else { "," });
                        self.print_plain(slot, out);
                    }
                    out.push(']');
                }
                None => {}
            },
        }
    }

    /// Nodes get their numbers, and stand, in the order in which slots name them.
    fn print_table(&self, root: &Slot, out: &mut String) {
        let mut named = Vec::new();
        let print_slot = |slot: &Slot, named: &mut Vec<usize>, out: &mut String| match slot {
            Slot::Text(range) | Slot::Plain(range) | Slot::Special(range) => out.push_str(self.printed_text(range)),
            Slot::Node(nth) => {
                named.push(*nth);
                out.push('[');
                print(format_args!("{}", named.len()), out);
                out.push(']');
            }
        };
        out.push('[');
        print_slot(root, &mut named, out);
        let mut printed = 0;
        while let Some((kind, slots)) = named.get(printed).and_then(|nth| self.node(*nth)) {
            printed += 1;
            out.push(',');
            if matches!(kind, Kind::Object) {
                print_object(slots, out, |slot, out| print_slot(slot, &mut named, out));
                continue;
            }
            out.push_str(match kind {
                Kind::Object | Kind::List => r#"["a""#,
                Kind::Map => r#"["m""#,
                Kind::Buffer => r#"["b""#,
                Kind::Bytes(_) => r#"["y","Uint8Array""#,
            });
            for slot in slots {
                out.push(',');
                print_slot(slot, &mut named, out);
            }
            if let Kind::Bytes(length) = kind {
                print(format_args!(",0,{length}"), out);
            }
            out.push(']');
        }
        out.push(']');
    }
}

fn print_object(slots: &[Slot], out: &mut String, mut print: impl FnMut(&Slot, &mut String)) {
    out.push('{');
    for (nth, slot) in slots.iter().enumerate() {
        out.push_str(match nth {
            0 => "",
            _ if nth % 2 == 1 => ":",
            _ => ",",
        });
        print(slot, out);
    }
    out.push('}');
}

/// A text in JSON, as `JSON.stringify` has it.
fn print_text(text: &str, out: &mut String) {
    out.push('"');
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            0x0c => "\\f",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            ..b' ' => "",
            _ => continue,
        };
        out.push_str(text.get(written..at).unwrap_or_default());
        out.push_str(escape);
        if escape.is_empty() {
            print(format_args!("\\u{byte:04x}"), out);
        }
        written = at + 1;
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push('"');
}

/// A finite double as JavaScript prints it: the fewest digits that tell it, with an exponent where it is far from 1.
///
/// <https://tc39.es/ecma262/#sec-numeric-types-number-tostring>
pub(crate) fn print_number(value: f64, out: &mut String) {
    match value.abs() {
        0.0 | 1e-6..1e21 => print(format_args!("{value}"), out),
        1e21.. => print(format_args!("{}", format!("{value:e}").replace('e', "e+")), out),
        _ => print(format_args!("{value:e}"), out),
    }
}

pub(crate) fn print(text: Arguments<'_>, out: &mut String) {
    // A `String` refuses nothing.
    let _ = out.write_fmt(text);
}

macro_rules! whole {
    ($($serialize:ident $type:ty, $size:ident;)*) => {$(
        fn $serialize(self, value: $type) -> Result<(), Problem> {
            match u64::try_from($size(value)) {
                Ok(..=MOST) => self.push_plain(value),
                _ => self.push_special("n", value),
            }
        }
    )*};
}

/// How far the number is from zero.
pub(crate) fn signed(value: impl Into<i128>) -> u128 {
    value.into().unsigned_abs()
}

pub(crate) fn unsigned(value: impl Into<u128>) -> u128 {
    value.into()
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Problem;
    type SerializeMap = Parts<'a>;
    type SerializeSeq = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;

    whole! {
        serialize_i8 i8, signed;
        serialize_i16 i16, signed;
        serialize_i32 i32, signed;
        serialize_i64 i64, signed;
        serialize_i128 i128, signed;
        serialize_u8 u8, unsigned;
        serialize_u16 u16, unsigned;
        serialize_u32 u32, unsigned;
        serialize_u64 u64, unsigned;
        serialize_u128 u128, unsigned;
    }

    fn serialize_bool(self, value: bool) -> Result<(), Problem> {
        self.push_plain(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, value: f32) -> Result<(), Problem> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Problem> {
        if value.is_nan() {
            return self.push_special("d", "NaN");
        }
        if value.is_infinite() {
            return self.push_special("d", if value > 0.0 { "Infinity" } else { "-Infinity" });
        }
        if value == 0.0 && value.is_sign_negative() {
            return self.push_special("d", "-0");
        }
        let range = self.printed(|out| print_number(value, out));
        // Beyond that all are whole numbers, of which readers of JSON make integers, each of its own range.
        self.slots.push(if value.abs() <= MOST as f64 { Slot::Plain(range) } else { Slot::Special(range) });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Problem> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Problem> {
        self.push_text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Problem> {
        let start = self.slots.len();
        let range = self.printed(|out| {
            out.push('"');
            STANDARD.encode_string(value, out);
            out.push('"');
        });
        self.slots.push(Slot::Special(range));
        self.push_node(Kind::Buffer, start);
        self.push_node(Kind::Bytes(value.len()), start);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Problem> {
        self.push_plain("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Problem> {
        self.push_plain("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        self.push_plain("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Problem> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Problem> {
        let start = self.open()?;
        self.push_text(variant);
        value.serialize(&mut *self)?;
        self.close(Kind::Object, start);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Problem> {
        Parts::open(self, None)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Problem> {
        Parts::open(self, None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Problem> {
        Parts::open(self, None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Problem> {
        Parts::open(self, Some(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Problem> {
        Parts::open(self, None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Problem> {
        Parts::open(self, None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Problem> {
        Parts::open(self, Some(variant))
    }
}

/// A list, a map or a struct under way; in the object of its variant, where it is one.
struct Parts<'a> {
    writer: &'a mut Writer,
    start: usize,
    is_variant: bool,
}

impl<'a> Parts<'a> {
    fn open(writer: &'a mut Writer, variant: Option<&'static str>) -> Result<Self, Problem> {
        if let Some(variant) = variant {
            writer.open()?;
            writer.push_text(variant);
        }
        let start = writer.open()?;
        Ok(Self { writer, start, is_variant: variant.is_some() })
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        value.serialize(&mut *self.writer)
    }

    fn add_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
        self.writer.push_text(key);
        self.add(value)
    }

    fn close(self, kind: Kind) -> Result<(), Problem> {
        self.writer.close(kind, self.start);
        if self.is_variant {
            self.writer.close(Kind::Object, self.start - 1);
        }
        Ok(())
    }
}

macro_rules! parts {
    ($($part:ident $add:ident $adds:ident($($name:ty)?) $kind:ident;)*) => {$(
        impl $part for Parts<'_> {
            type Ok = ();
            type Error = Problem;

            fn $add<T: Serialize + ?Sized>(&mut self, $(key: $name,)? value: &T) -> Result<(), Problem> {
                self.$adds($({ let key: $name = key; key },)? value)
            }

            fn end(self) -> Result<(), Problem> {
                self.close(Kind::$kind)
            }
        }
    )*};
}

parts! {
    SerializeSeq serialize_element add() List;
    SerializeTuple serialize_element add() List;
    SerializeTupleStruct serialize_field add() List;
    SerializeTupleVariant serialize_field add() List;
    SerializeStruct serialize_field add_field(&'static str) Object;
    SerializeStructVariant serialize_field add_field(&'static str) Object;
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        self.add(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.add(value)
    }

    fn end(self) -> Result<(), Problem> {
        self.writer.close_map(self.start);
        Ok(())
    }
}
