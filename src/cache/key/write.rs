//! Writing a key's text: a serializer. `docs/cache-key.md` says what is written.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_core::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::by_units;
use crate::session_state::{MOST, print, print_number, signed, unsigned};
use crate::{Error, ErrorKind};

/// The most levels of lists, objects and Maps in one another.
const DEEPEST: usize = 128;

pub(super) fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut writer = Writer::default();
    value.serialize(&mut writer).map_err(|problem| problem.0)?;
    Ok(writer.out)
}

/// What serde reports while a value is written.
#[derive(Debug)]
struct Problem(Error);

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Problem {}

impl ser::Error for Problem {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self(Error::new(ErrorKind::UnsupportedValue, "the value refuses to be written, and so has no key"))
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    fn push(&mut self, text: &str) -> Result<(), Problem> {
        self.out.push_str(text);
        Ok(())
    }

    /// A tag and a count, behind which all else stands.
    fn push_header(&mut self, tag: &str, count: usize) {
        self.out.push_str(tag);
        push_digits(count, &mut self.out);
        self.out.push(':');
    }

    fn push_text(&mut self, text: &str) {
        self.push_header("s", if text.is_ascii() { text.len() } else { text.encode_utf16().count() });
        self.out.push_str(text);
    }

    fn open(&mut self) -> Result<(), Problem> {
        if self.depth == DEEPEST {
            let message = "the value is deeper than 128 levels, and so has no key";
            return Err(Problem(Error::new(ErrorKind::UnsupportedValue, message)));
        }
        self.depth += 1;
        Ok(())
    }

    /// Opens the object of a variant: its name, behind which its value stands.
    fn open_variant(&mut self, name: &str) -> Result<(), Problem> {
        self.open()?;
        self.push_header("o", 1);
        self.push_text(name);
        Ok(())
    }

    fn written(&self, range: Range<usize>) -> &str {
        self.out.get(range).unwrap_or_default()
    }
}

fn push_digits(number: usize, out: &mut String) {
    if number > 9 {
        push_digits(number / 10, out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

macro_rules! whole {
    ($($serialize:ident $type:ty, $size:ident;)*) => {$(
        fn $serialize(self, value: $type) -> Result<(), Problem> {
            let is_number = u64::try_from($size(value)).is_ok_and(|size| size <= MOST);
            self.out.push(if is_number { 'n' } else { 'i' });
            print(format_args!("{value};"), &mut self.out);
            Ok(())
        }
    )*};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Problem;
    type SerializeMap = Entries<'a>;
    type SerializeSeq = Items<'a>;
    type SerializeStruct = Entries<'a>;
    type SerializeStructVariant = Entries<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;

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
        self.push(if value { "t" } else { "f" })
    }

    fn serialize_f32(self, value: f32) -> Result<(), Problem> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Problem> {
        if value.is_nan() {
            return self.push("nNaN;");
        }
        if value.is_infinite() {
            return self.push(if value > 0.0 { "nInfinity;" } else { "n-Infinity;" });
        }
        self.out.push('n');
        print_number(value, &mut self.out);
        self.out.push(';');
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
        self.push_header("yUint8Array:", value.len());
        STANDARD.encode_string(value, &mut self.out);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Problem> {
        self.push("z")
    }

    /// `Some(None)` is another value than `None`: it is written in a box, in which JavaScript has no `null`.
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Problem> {
        let start = self.out.len();
        value.serialize(&mut *self)?;
        if self.written(start..self.out.len()).trim_start_matches('p') == "z" {
            self.out.insert(start, 'p');
        }
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Problem> {
        self.push("z")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        self.push("z")
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
        self.open_variant(variant)?;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Items<'a>, Problem> {
        Items::open(self, length, None)
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'a>, Problem> {
        Items::open(self, Some(length), None)
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items<'a>, Problem> {
        Items::open(self, Some(length), None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Items<'a>, Problem> {
        Items::open(self, Some(length), Some(variant))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Entries<'a>, Problem> {
        Entries::open(self, length, None)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Entries<'a>, Problem> {
        Entries::open(self, Some(length), None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Entries<'a>, Problem> {
        Entries::open(self, Some(length), Some(variant))
    }
}

/// A container under way. Its count is written before its parts, as it was told, and mended where that was not true.
struct Part<'a> {
    writer: &'a mut Writer,
    tag: &'static str,
    header: Range<usize>,
    told: usize,
    is_variant: bool,
}

impl<'a> Part<'a> {
    fn open(
        writer: &'a mut Writer,
        tag: &'static str,
        told: Option<usize>,
        variant: Option<&'static str>,
    ) -> Result<Self, Problem> {
        if let Some(name) = variant {
            writer.open_variant(name)?;
        }
        writer.open()?;
        let (start, told) = (writer.out.len(), told.unwrap_or(0));
        writer.push_header(tag, told);
        let header = start..writer.out.len();
        Ok(Self { writer, tag, header, told, is_variant: variant.is_some() })
    }

    fn close(self, tag: &'static str, count: usize) {
        if tag != self.tag || count != self.told {
            let mut header = Writer::default();
            header.push_header(tag, count);
            self.writer.out.replace_range(self.header, &header.out);
        }
        self.writer.depth -= 1 + usize::from(self.is_variant);
    }
}

/// A list under way.
struct Items<'a> {
    part: Part<'a>,
    count: usize,
}

impl<'a> Items<'a> {
    fn open(writer: &'a mut Writer, told: Option<usize>, variant: Option<&'static str>) -> Result<Self, Problem> {
        Ok(Self { part: Part::open(writer, "a", told, variant)?, count: 0 })
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.count += 1;
        value.serialize(&mut *self.part.writer)
    }
}

macro_rules! items {
    ($($part:ident $add:ident;)*) => {$(
        impl $part for Items<'_> {
            type Ok = ();
            type Error = Problem;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
                self.add(value)
            }

            fn end(self) -> Result<(), Problem> {
                self.part.close("a", self.count);
                Ok(())
            }
        }
    )*};
}

items! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

/// Where an entry stands: its key, and its value behind that.
struct Entry {
    start: usize,
    /// Of a key that is a text, where that begins; of any other, nowhere.
    name: Option<usize>,
    value: usize,
    end: usize,
}

/// An object or a Map under way: which of them it is, is known when all of its keys are.
struct Entries<'a> {
    part: Part<'a>,
    entries: Vec<Entry>,
}

impl<'a> Entries<'a> {
    fn open(writer: &'a mut Writer, told: Option<usize>, variant: Option<&'static str>) -> Result<Self, Problem> {
        Ok(Self { part: Part::open(writer, "o", told, variant)?, entries: Vec::new() })
    }

    fn add_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        let start = self.part.writer.out.len();
        key.serialize(&mut *self.part.writer)?;
        let value = self.part.writer.out.len();
        let written = self.part.writer.written(start..value);
        let header = written.find(':').filter(|_| written.starts_with('s'));
        self.entries.push(Entry { start, name: header.map(|header| start + header + 1), value, end: value });
        Ok(())
    }

    fn add_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        value.serialize(&mut *self.part.writer)?;
        if let Some(entry) = self.entries.last_mut() {
            entry.end = self.part.writer.out.len();
        }
        Ok(())
    }

    fn close(mut self) {
        let writer = &*self.part.writer;
        let is_object = self.entries.iter().all(|entry| entry.name.is_some());
        // What entries are sorted by: an object's keys, or all of the text.
        let place = |entry: &Entry| match entry.name {
            Some(name) if is_object => writer.written(name..entry.value),
            _ => writer.written(entry.start..entry.end),
        };
        let ascends = |pair: &[Entry]| matches!(pair, [one, other] if by_units(place(one), place(other)).is_lt());
        if !self.entries.windows(2).all(ascends) {
            let mut sorted: Vec<&Entry> = self.entries.iter().collect();
            sorted.sort_by(|one, other| by_units(place(one), place(other)));
            let mut text = String::with_capacity(writer.out.len() - self.part.header.end);
            let mut kept = 0;
            for (nth, entry) in sorted.iter().enumerate() {
                // Of an object's key that comes twice, the last value counts.
                let is_replaced = sorted.get(nth + 1).is_some_and(|next| is_object && place(next) == place(entry));
                if !is_replaced {
                    text.push_str(writer.written(entry.start..entry.end));
                    kept += 1;
                }
            }
            self.part.writer.out.truncate(self.part.header.end);
            self.part.writer.out.push_str(&text);
            self.entries.truncate(kept);
        }
        self.part.close(if is_object { "o" } else { "m" }, self.entries.len());
    }
}

impl SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        self.add_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.add_value(value)
    }

    fn end(self) -> Result<(), Problem> {
        self.close();
        Ok(())
    }
}

macro_rules! fields {
    ($($part:ident)*) => {$(
        impl $part for Entries<'_> {
            type Ok = ();
            type Error = Problem;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
                self.add_key(key)?;
                self.add_value(value)
            }

            fn end(self) -> Result<(), Problem> {
                self.close();
                Ok(())
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }
