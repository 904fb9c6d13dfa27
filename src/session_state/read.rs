//! Reading a value: plain JSON by `serde_json`, a table by a deserializer over its slots. A slot may stand in many places, so
//! that a short table can tell of a value without end: what a reader visits is counted.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;
use core::ops::Range;

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IgnoredAny, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_core::forward_to_deserialize_any;

use super::problem::{LONE, Problem, TOO_DEEP, TOO_MANY, refusal};
use super::table::{Kind, Node, Slot, Table, View, is_whole};
use super::{DEEPEST, MOST};
use crate::{Error, ErrorKind};

/// How much a reader visits for each byte of a table: a value counts for one, as does each byte of a text or a buffer.
const VISITS_A_BYTE: usize = 4;

/// How much it visits of the shortest table.
const FEWEST_VISITS: usize = 65_536;

/// Reads plain JSON.
pub(super) fn plain<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| {
        let told = alloc::format!("{error}");
        // Serde's JSON calls some values broken text that are no value of the type.
        let is_json = error.is_data() || serde_json::from_str::<IgnoredAny>(json).is_ok();
        refusal(&told).filter(|_| is_json).unwrap_or_else(|| {
            Error::new(
                ErrorKind::Malformed,
                if is_json { "the asked type refuses the value" } else { "the record's value is no JSON" },
            )
        })
    })
}

/// Reads all of plain JSON for nothing: `IgnoredAny` would pass over texts with lone surrogates.
pub(super) fn check_plain(json: &str) -> Result<(), Error> {
    plain::<Anything>(json).map(|Anything| ())
}

pub(super) fn check_table(json: &str) -> Result<(), Error> {
    Table::parse(json).map(|_| ()).map_err(|problem| problem.0)
}

/// Reads a table.
pub(super) fn table<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    let read = || {
        let table = Table::parse(json)?;
        let reader = Reader {
            left: Cell::new(json.len().saturating_mul(VISITS_A_BYTE).saturating_add(FEWEST_VISITS)),
            open: table.nodes.iter().map(|_| Cell::new(false)).collect(),
            table: &table,
        };
        T::deserialize(reader.value(&table.root, 0)?)
    };
    read().map_err(|problem: Problem| problem.0)
}

struct Reader<'a> {
    table: &'a Table<'a>,
    /// Which nodes are under way.
    open: Vec<Cell<bool>>,
    /// How much may still be visited.
    left: Cell<usize>,
}

impl<'a> Reader<'a> {
    fn visit(&self, count: usize) -> Result<(), Problem> {
        let left = self.left.get().checked_sub(count).ok_or_else(|| {
            Problem::malformed("the value is far longer than its record: holes, or parts in too many places")
        })?;
        self.left.set(left);
        Ok(())
    }

    fn slots(&self, range: &Range<usize>) -> &'a [Slot<'a>] {
        self.table.slots.get(range.clone()).unwrap_or_default()
    }

    /// A value `depth` levels below the root.
    fn value(&'a self, slot: &'a Slot<'a>, depth: usize) -> Result<Value<'a>, Problem> {
        let held = match slot {
            Slot::Node(nth) => match self.table.nodes.get(*nth) {
                Some(Node::Single(nth)) => Held::Slot(self.table.slots.get(*nth).unwrap_or(&Slot::Null)),
                Some(node) => Held::Node(node, *nth),
                None => Held::Slot(&Slot::Null),
            },
            slot => Held::Slot(slot),
        };
        let length = match held {
            Held::Slot(Slot::Text(text) | Slot::BigInt(text)) => text.len(),
            _ => 0,
        };
        self.visit(length + 1)?;
        Ok(Value { reader: self, held, depth })
    }

    /// The bytes of a view, each counted as a visit.
    fn bytes(&self, view: &View) -> Result<&'a [u8], Problem> {
        let View { kind, buffer, offset, length } = *view;
        let end = offset.saturating_add(length.saturating_mul(kind.size()));
        let bytes = self.table.buffer(buffer).and_then(|bytes| bytes.get(offset..end)).unwrap_or_default();
        self.visit(bytes.len())?;
        Ok(bytes)
    }
}

/// What a value is: a slot that names no node, or a node that is more than a slot, with its number.
#[derive(Clone, Copy)]
enum Held<'a> {
    Slot(&'a Slot<'a>),
    Node(&'a Node, usize),
}

#[derive(Clone, Copy)]
struct Value<'a> {
    reader: &'a Reader<'a>,
    held: Held<'a>,
    depth: usize,
}

/// A node under way; it no longer is once this is dropped.
struct Open<'a>(&'a Cell<bool>);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl<'a> Value<'a> {
    const fn is_nothing(&self) -> bool {
        matches!(self.held, Held::Slot(Slot::Null | Slot::Undefined | Slot::Hole))
    }

    /// Goes into a node.
    fn open(&self, nth: usize) -> Result<Option<Open<'a>>, Problem> {
        if self.depth >= DEEPEST {
            return Err(Problem::malformed(TOO_DEEP));
        }
        let Some(open) = self.reader.open.get(nth) else { return Ok(None) };
        if open.replace(true) {
            return Err(Problem::malformed("the value holds itself, which no value of Rust does"));
        }
        Ok(Some(Open(open)))
    }

    fn visit_node<'de, V: Visitor<'de>>(self, node: &'a Node, nth: usize, visitor: V) -> Result<V::Value, Problem> {
        let Self { reader, depth, .. } = self;
        let _open = self.open(nth)?;
        let depth = depth + 1;
        match node {
            Node::Object(range) | Node::Map(range) => {
                let has_texts = matches!(node, Node::Object(_));
                let mut entries = Entries { reader, has_texts, slots: reader.slots(range).iter(), depth };
                let value = visitor.visit_map(&mut entries)?;
                if entries.slots.len() == 0 { Ok(value) } else { Err(Problem::malformed(TOO_MANY)) }
            }
            Node::Fields(names, range) => {
                visitor.visit_map(Fields { reader, entries: names.iter().zip(reader.slots(range)), next: None, depth })
            }
            Node::List(range) => {
                let mut items = Items { reader, slots: reader.slots(range).iter(), depth };
                let value = visitor.visit_seq(&mut items)?;
                if items.slots.len() == 0 { Ok(value) } else { Err(Problem::malformed(TOO_MANY)) }
            }
            Node::Sparse(range, length) => {
                let mut items = Sparse { reader, slots: reader.slots(range), next: 0, length: *length, depth };
                let value = visitor.visit_seq(&mut items)?;
                if items.next == *length { Ok(value) } else { Err(Problem::malformed(TOO_MANY)) }
            }
            Node::Buffer(bytes) => {
                reader.visit(bytes.len())?;
                visit_items(bytes, Kind::U8, visitor)
            }
            Node::View(view) => visit_items(reader.bytes(view)?, view.kind, visitor),
            // `Reader::value` has it as a slot.
            Node::Single(_) => visitor.visit_unit(),
        }
    }
}

fn visit_items<'de, V: Visitor<'de>>(bytes: &[u8], kind: Kind, visitor: V) -> Result<V::Value, Problem> {
    let mut items = ViewItems { items: bytes.chunks_exact(kind.size()), kind };
    let value = visitor.visit_seq(&mut items)?;
    if items.items.len() == 0 { Ok(value) } else { Err(Problem::malformed(TOO_MANY)) }
}

fn visit_number<'de, V: Visitor<'de>>(value: f64, visitor: V) -> Result<V::Value, Problem> {
    let is_safe = value.abs() <= MOST as f64 && value.to_bits() != (-0.0_f64).to_bits();
    let is_whole = is_safe && value as i64 as f64 == value;
    match value {
        0.0.. if is_whole => visitor.visit_u64(value as u64),
        _ if is_whole => visitor.visit_i64(value as i64),
        _ => visitor.visit_f64(value),
    }
}

/// The smallest of serde's types that holds it; its text where none does.
fn visit_big_int<'de, V: Visitor<'de>>(text: &str, visitor: V) -> Result<V::Value, Problem> {
    if let Ok(value) = text.parse() {
        return visitor.visit_u64(value);
    }
    if let Ok(value) = text.parse() {
        return visitor.visit_i64(value);
    }
    if let Ok(value) = text.parse() {
        return visitor.visit_i128(value);
    }
    match text.parse() {
        Ok(value) => visitor.visit_u128(value),
        Err(_) => visitor.visit_str(text),
    }
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.held {
            Held::Slot(Slot::Null | Slot::Undefined | Slot::Hole | Slot::Node(_)) => visitor.visit_unit(),
            Held::Slot(Slot::Bool(value)) => visitor.visit_bool(*value),
            Held::Slot(Slot::Number(value)) => visit_number(*value, visitor),
            Held::Slot(Slot::BigInt(text)) => visit_big_int(text, visitor),
            Held::Slot(Slot::Text(text)) => visitor.visit_str(text),
            Held::Slot(Slot::IllFormed) => Err(Problem::malformed(LONE)),
            Held::Node(node, nth) => self.visit_node(node, nth, visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.held {
            Held::Slot(Slot::BigInt(text)) => visitor.visit_str(text),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    /// A float takes whole numbers, and would lose the last digits of a long one.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.held {
            Held::Slot(Slot::BigInt(_)) => Err(Problem::invalid_type(Unexpected::Other("a bigint"), &visitor)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.held {
            Held::Node(Node::Buffer(bytes), _) => {
                self.reader.visit(bytes.len())?;
                visitor.visit_bytes(bytes)
            }
            Held::Node(Node::View(view), _) if view.kind == Kind::U8 => visitor.visit_bytes(self.reader.bytes(view)?),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.is_nothing() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let Self { reader, depth, .. } = self;
        match self.held {
            Held::Slot(Slot::Text(name)) => visitor.visit_enum(Variant { name, value: None }),
            Held::Node(Node::Object(range) | Node::Map(range), nth) => match reader.slots(range) {
                [Slot::Text(name), slot] => {
                    let _open = self.open(nth)?;
                    reader.visit(name.len() + 1)?;
                    visitor.visit_enum(Variant { name, value: Some(reader.value(slot, depth + 1)?) })
                }
                _ => Err(Problem::malformed("the object is no variant of an enum: its one key would be the name")),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

struct Items<'a> {
    reader: &'a Reader<'a>,
    slots: core::slice::Iter<'a, Slot<'a>>,
    depth: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        match self.slots.next() {
            Some(slot) => seed.deserialize(self.reader.value(slot, self.depth)?).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.slots.len())
    }
}

/// A list with holes where no item is. It tells no length: that is what the record claims.
struct Sparse<'a> {
    reader: &'a Reader<'a>,
    slots: &'a [Slot<'a>],
    next: u32,
    length: u32,
    depth: usize,
}

impl<'de> SeqAccess<'de> for Sparse<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        if self.next == self.length {
            return Ok(None);
        }
        let slot = match self.slots {
            [Slot::Number(index), slot, rest @ ..] if *index == f64::from(self.next) => {
                self.slots = rest;
                slot
            }
            _ => &Slot::Hole,
        };
        self.next += 1;
        seed.deserialize(self.reader.value(slot, self.depth)?).map(Some)
    }
}

struct ViewItems<'a> {
    items: core::slice::ChunksExact<'a, u8>,
    kind: Kind,
}

impl<'de> SeqAccess<'de> for ViewItems<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        match self.items.next() {
            Some(bytes) => seed.deserialize(Item { bytes, kind: self.kind }).map(Some),
            None => Ok(None),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// An item of a view.
struct Item<'a> {
    bytes: &'a [u8],
    kind: Kind,
}

impl Item<'_> {
    /// The bytes as an array of their length; little-endian, as every machine with a browser is.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        self.bytes.try_into().unwrap_or([0; N])
    }
}

/// IEEE 754's half: a sign, 5 bits of an exponent, 10 bits of a fraction.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction / f64::from(1 << 24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (1.0 + fraction / 1_024.0) * f64::from(1 << exponent) / f64::from(1 << 15),
    };
    if bits >> 15 == 0 { size } else { -size }
}

impl<'de> Deserializer<'de> for Item<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.kind {
            Kind::I8 => visitor.visit_i8(i8::from_le_bytes(self.bytes())),
            Kind::U8 => visitor.visit_u8(u8::from_le_bytes(self.bytes())),
            Kind::I16 => visitor.visit_i16(i16::from_le_bytes(self.bytes())),
            Kind::U16 => visitor.visit_u16(u16::from_le_bytes(self.bytes())),
            Kind::I32 => visitor.visit_i32(i32::from_le_bytes(self.bytes())),
            Kind::U32 => visitor.visit_u32(u32::from_le_bytes(self.bytes())),
            Kind::I64 => visitor.visit_i64(i64::from_le_bytes(self.bytes())),
            Kind::U64 => visitor.visit_u64(u64::from_le_bytes(self.bytes())),
            Kind::F16 => visit_number(half(u16::from_le_bytes(self.bytes())), visitor),
            Kind::F32 => visit_number(f32::from_le_bytes(self.bytes()).into(), visitor),
            Kind::F64 => visit_number(f64::from_le_bytes(self.bytes()), visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// Keys and values of an object or a Map.
struct Entries<'a> {
    reader: &'a Reader<'a>,
    /// Whether the keys are those of an object.
    has_texts: bool,
    slots: core::slice::Iter<'a, Slot<'a>>,
    depth: usize,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some(slot) = self.slots.next() else { return Ok(None) };
        let value = self.reader.value(slot, self.depth)?;
        match slot {
            Slot::Text(key) if self.has_texts => seed.deserialize(Key(key)),
            _ => seed.deserialize(value),
        }
        .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        seed.deserialize(self.reader.value(self.slots.next().unwrap_or(&Slot::Null), self.depth)?)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.slots.len() / 2)
    }
}

/// What a RegExp and an Error are in Rust.
struct Fields<'a, I> {
    reader: &'a Reader<'a>,
    entries: I,
    next: Option<&'a Slot<'a>>,
    depth: usize,
}

impl<'a, 'de, I: Iterator<Item = (&'a &'static str, &'a Slot<'a>)>> MapAccess<'de> for Fields<'a, I> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((key, slot)) = self.entries.next() else { return Ok(None) };
        self.next = Some(slot);
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        seed.deserialize(self.reader.value(self.next.take().unwrap_or(&Slot::Null), self.depth)?)
    }
}

/// A variant of an enum, with its value where it has one.
struct Variant<'a> {
    name: &'a Cow<'a, str>,
    value: Option<Value<'a>>,
}

impl<'a, 'de> EnumAccess<'de> for Variant<'a> {
    type Error = Problem;
    type Variant = Payload<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Payload<'a>), Problem> {
        let name: StrDeserializer<'_, Problem> = self.name.as_ref().into_deserializer();
        Ok((seed.deserialize(name)?, Payload(self.value)))
    }
}

struct Payload<'a>(Option<Value<'a>>);

impl<'a> Payload<'a> {
    fn value(self) -> Result<Value<'a>, Problem> {
        self.0.ok_or_else(|| Problem::malformed("the variant of the enum has a value, and there is its name alone"))
    }
}

impl<'de> VariantAccess<'de> for Payload<'_> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        match self.0 {
            Some(value) => <()>::deserialize(value),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        seed.deserialize(self.value()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.value()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        self.value()?.deserialize_map(visitor)
    }
}

/// A key of an object: a text, and the number or the `bool` that it spells, as in JSON.
struct Key<'a>(&'a str);

macro_rules! spelled {
    ($visit:ident: $($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            self.$visit(visitor)
        }
    )*};
}

impl Key<'_> {
    fn visit_whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if is_whole(self.0) { visit_big_int(self.0, visitor) } else { visitor.visit_str(self.0) }
    }

    fn visit_float<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let has_blanks = self.0.starts_with(is_blank) || self.0.ends_with(is_blank);
        match serde_json::from_str(self.0) {
            Ok(number) if !has_blanks => visitor.visit_f64(number),
            _ => visitor.visit_str(self.0),
        }
    }
}

/// Whether it is a blank to JSON, among others.
const fn is_blank(letter: char) -> bool {
    letter.is_ascii_whitespace()
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Problem;

    spelled! { visit_whole:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    spelled! { visit_float: deserialize_f32 deserialize_f64 }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            text => visitor.visit_str(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let name: StrDeserializer<'_, Problem> = self.0.into_deserializer();
        visitor.visit_enum(name)
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Any value, which is looked at and let go.
struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}
