//! Writing a struct as parameters: a serializer into keys and their values.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Debug;

use serde_core::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct,
    Serializer,
};

use super::Lists;
use super::problem::Problem;
use crate::Error;

/// The keys with their values; a key without values is one to remove.
type Written = Vec<(String, Vec<String>)>;

const NO_FIELDS: &str = "no text stands for this: write a struct or a map, each field a key";
const NO_TEXT_FOR_FIELDS: &str =
    "no text stands for a struct, a map or a variant with data: flatten it, or write it with a codec as `Json`";
const NO_TEXT_FOR_LISTS: &str = "no text stands for a list in a list: write it with a codec as `Delimited`";
const NO_TEXT_FOR_NOTHING: &str = "no text stands for nothing in a list: leave the item out";
const NO_TEXT_FOR_BYTES: &str = "no text stands for bytes: write text or numbers";

/// The texts of each field. A key that comes again, from a flattened map, replaces what was there.
pub(super) fn write<T: Serialize + ?Sized>(value: &T) -> Result<Written, Error> {
    let mut params = Params::default();
    value.serialize(&mut params).map_err(|problem| problem.error)?;
    Ok(params.written.into_vec())
}

/// What is written, and the key of the entry under way.
#[derive(Default)]
struct Params {
    written: Lists,
    key: String,
}

impl Params {
    fn add<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Problem> {
        let mut texts = Texts::default();
        value.serialize(&mut texts).map_err(|problem| problem.at(key))?;
        self.written.put(key, texts.texts);
        Ok(())
    }
}

macro_rules! refused {
    ($message:ident: $($serialize:ident $type:ty;)*) => {$(
        fn $serialize(self, _: $type) -> Result<(), Problem> {
            Err(Problem::unsupported($message))
        }
    )*};
}

impl Serializer for &mut Params {
    type Ok = ();
    type Error = Problem;
    type SerializeMap = Self;
    type SerializeSeq = Impossible<(), Problem>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Impossible<(), Problem>;
    type SerializeTuple = Impossible<(), Problem>;
    type SerializeTupleStruct = Impossible<(), Problem>;
    type SerializeTupleVariant = Impossible<(), Problem>;

    refused! { NO_FIELDS:
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
        serialize_bytes &[u8];
    }

    fn serialize_none(self) -> Result<(), Problem> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Problem> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Problem> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Problem> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Problem> {
        Err(Problem::unsupported(NO_FIELDS))
    }
}

impl SerializeStruct for &mut Params {
    type Ok = ();
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
        self.add(key, value)
    }

    /// A field that is not written, for `skip_serializing_if`, is not in the address either.
    fn skip_field(&mut self, key: &'static str) -> Result<(), Problem> {
        self.written.put(key, Vec::new());
        Ok(())
    }

    fn end(self) -> Result<(), Problem> {
        Ok(())
    }
}

impl SerializeMap for &mut Params {
    type Ok = ();
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        let mut texts = Texts { in_list: true, ..Texts::default() };
        key.serialize(&mut texts)?;
        self.key = texts.texts.pop().unwrap_or_default();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let key = core::mem::take(&mut self.key);
        self.add(&key, value)
    }

    fn end(self) -> Result<(), Problem> {
        Ok(())
    }
}

/// The texts of one field.
#[derive(Default)]
struct Texts {
    texts: Vec<String>,
    /// Whether one text is asked for: an item of a list, the key of a map.
    in_list: bool,
}

impl Texts {
    fn push(&mut self, text: impl ToString) -> Result<(), Problem> {
        self.texts.push(text.to_string());
        Ok(())
    }

    /// The shortest text that reads back.
    fn push_float(&mut self, value: impl Debug, is_finite: bool) -> Result<(), Problem> {
        if !is_finite {
            return Err(Problem::unsupported("no text stands for a number that is not finite"));
        }
        let text = format!("{value:?}");
        self.push(text.strip_suffix(".0").unwrap_or(&text))
    }

    /// No text: the key is removed.
    fn nothing(&self) -> Result<(), Problem> {
        if self.in_list { Err(Problem::unsupported(NO_TEXT_FOR_NOTHING)) } else { Ok(()) }
    }

    fn list(&mut self) -> Result<List<'_>, Problem> {
        if core::mem::replace(&mut self.in_list, true) {
            Err(Problem::unsupported(NO_TEXT_FOR_LISTS))
        } else {
            Ok(List(self))
        }
    }
}

macro_rules! displayed {
    ($($serialize:ident $type:ty;)*) => {$(
        fn $serialize(self, value: $type) -> Result<(), Problem> {
            self.push(value)
        }
    )*};
}

impl<'a> Serializer for &'a mut Texts {
    type Ok = ();
    type Error = Problem;
    type SerializeMap = Impossible<(), Problem>;
    type SerializeSeq = List<'a>;
    type SerializeStruct = Impossible<(), Problem>;
    type SerializeStructVariant = Impossible<(), Problem>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = Impossible<(), Problem>;

    displayed! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_char char;
        serialize_str &str;
    }

    refused! { NO_TEXT_FOR_BYTES:
        serialize_bytes &[u8];
    }

    fn serialize_f32(self, value: f32) -> Result<(), Problem> {
        self.push_float(value, value.is_finite())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Problem> {
        self.push_float(value, value.is_finite())
    }

    fn serialize_none(self) -> Result<(), Problem> {
        self.nothing()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Problem> {
        self.nothing()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Problem> {
        self.nothing()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Problem> {
        self.push(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Problem> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Problem> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Problem> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Problem> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }
}

/// A list under way.
struct List<'a>(&'a mut Texts);

macro_rules! lists {
    ($($list:ident $add:ident;)*) => {$(
        impl $list for List<'_> {
            type Ok = ();
            type Error = Problem;

            fn $add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Problem> {
                item.serialize(&mut *self.0)
            }

            fn end(self) -> Result<(), Problem> {
                Ok(())
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}
