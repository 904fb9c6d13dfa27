//! Reading a struct from parameters: a deserializer over keys and their values.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::str::FromStr;

use serde_core::de::value::StrDeserializer;
use serde_core::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde_core::forward_to_deserialize_any;

use super::Lists;
use super::problem::Problem;
use crate::query_params::codecs::number::{float, integer};
use crate::query_params::codecs::{bool, reason::Reason};
use crate::{Error, ErrorKind};

/// The most fields without a key that are asked what they make of that.
const MOST_ABSENT: usize = 1_000;

/// The most keys that are left out, as they name a field that another key names.
const MOST_ALIASES: usize = 1_000;

/// The most keys whose texts are refused that are read once more.
const MOST_REFUSED: usize = 16;

/// Reads a `T`.
///
/// An absent list has no items, yet serde asks for no text of an absent key: it reports the field as missing. Then the
/// field is asked once more, with no values: a list takes them. Which fields are lists cannot be seen otherwise, and one
/// with a default is not reported.
///
/// Of a field that is there under several names, serde reports its own when it sees the second. Then its own name is
/// read first, and what makes it a duplicate after that is an alias, which is left out. A key whose text is refused may
/// be such an alias: it is read once more behind the others. A flattened field is reported when all keys are read, so
/// that nothing tells which they were.
pub(super) fn read<T: DeserializeOwned>(lists: &Lists) -> Result<T, Error> {
    let (mut absent, mut first, mut last, mut left_out) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut missing = None;
    loop {
        let at = Cell::new(None);
        let params = Params { lists, absent: &absent, first: &first, last: &last, left_out: &left_out, at: &at };
        let problem = match T::deserialize(params) {
            Ok(value) => return Ok(value),
            Err(problem) => problem,
        };
        if let Some(at) = at.get().filter(|at| !first.contains(at)) {
            let is_own = |field| lists.get(at).is_some_and(|(key, _)| key == field);
            let place = match problem.duplicate {
                Some(field) if is_own(field) => Some(&mut first),
                Some(_) => Some(&mut left_out).filter(|left_out| left_out.len() < MOST_ALIASES),
                None if problem.error.kind() != ErrorKind::Malformed || last.contains(&at) => None,
                None => Some(&mut last).filter(|last| last.len() < MOST_REFUSED),
            };
            if let Some(place) = place {
                place.push(at);
                continue;
            }
        }
        match problem.missing.filter(|field| absent.len() < MOST_ABSENT && !absent.contains(field)) {
            Some(field) => absent.push(field),
            // A flattened field does not know its key: it is the one that was missing.
            None if problem.error.key().is_none() => return Err(missing.unwrap_or(problem.error)),
            None => return Err(problem.error),
        }
        missing = Some(problem.error);
    }
}

/// All parameters, and the absent keys to ask about.
#[derive(Clone, Copy)]
struct Params<'a> {
    lists: &'a Lists,
    absent: &'a [&'static str],
    /// Positions of the keys to read before the others.
    first: &'a [usize],
    /// Positions of the keys to read behind the others.
    last: &'a [usize],
    left_out: &'a [usize],
    /// The position of the key under way.
    at: &'a Cell<Option<usize>>,
}

impl<'de> Deserializer<'de> for Params<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let Self { lists, absent, first, last, left_out, at } = self;
        let is_out = move |nth: &usize| first.contains(nth) || left_out.contains(nth);
        let others = (0..lists.len()).filter(|nth| !is_out(nth) && !last.contains(nth));
        let behind = last.iter().copied().filter(|nth| !is_out(nth));
        let positions = first.iter().copied().chain(others).chain(behind);
        let present = positions.filter_map(|nth| {
            at.set(Some(nth));
            lists.get(nth)
        });
        let absent = absent.iter().map(|key| {
            at.set(None);
            (*key, &[][..])
        });
        visitor.visit_map(Entries { entries: present.chain(absent), next: None, at })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        Err(Problem::invalid_type(Unexpected::Map, &visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

struct Entries<'a, I> {
    entries: I,
    next: Option<(&'a str, &'a [String])>,
    at: &'a Cell<Option<usize>>,
}

impl<'a, 'de, I: Iterator<Item = (&'a str, &'a [String])>> MapAccess<'de> for Entries<'a, I> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        self.next = self.entries.next();
        let Some((key, _)) = self.next else {
            self.at.set(None);
            return Ok(None);
        };
        seed.deserialize(One(key)).map(Some).map_err(|problem| problem.at(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let (key, values) = self.next.take().unwrap_or_default();
        seed.deserialize(Values(values)).map_err(|problem| problem.at(key))
    }
}

/// Reads one text as a number, strictly.
fn parsed<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::malformed("the number is beyond the range of the field's type"))
}

fn whole<T: FromStr>(text: &str) -> Result<T, Problem> {
    parsed(&integer(text.as_bytes()).map_err(malformed)?.canonical())
}

fn malformed(reason: Reason) -> Problem {
    Problem::malformed(reason.text())
}

const NO_TEXT_FOR_FIELDS: &str = "no text stands for a struct or a map: flatten it, or read it with a codec as `Json`";
const NO_TEXT_FOR_LISTS: &str = "no text stands for a list in a list: read it with a codec as `Delimited`";
const NO_TEXT_FOR_BYTES: &str = "no text stands for bytes: read text or numbers";

/// One text.
#[derive(Clone, Copy)]
struct One<'a>(&'a str);

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $read:ident;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            visitor.$visit($read(self.0)?)
        }
    )*};
}

fn finite<T: FromStr + Into<f64> + Copy>(text: &str) -> Result<T, Problem> {
    float(text.as_bytes()).map_err(malformed)?;
    let value: T = parsed(text)?;
    if value.into().is_finite() {
        Ok(value)
    } else {
        Err(Problem::malformed("the number is beyond the range of the field's type"))
    }
}

impl<'de> Deserializer<'de> for One<'_> {
    type Error = Problem;

    numbers! {
        deserialize_i8 visit_i8 whole;
        deserialize_i16 visit_i16 whole;
        deserialize_i32 visit_i32 whole;
        deserialize_i64 visit_i64 whole;
        deserialize_i128 visit_i128 whole;
        deserialize_u8 visit_u8 whole;
        deserialize_u16 visit_u16 whole;
        deserialize_u32 visit_u32 whole;
        deserialize_u64 visit_u64 whole;
        deserialize_u128 visit_u128 whole;
        deserialize_f32 visit_f32 finite;
        deserialize_f64 visit_f64 finite;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_bool(bool(self.0.as_bytes()).map_err(malformed)?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let mut characters = self.0.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => visitor.visit_char(character),
            _ => Err(Problem::malformed("the text is not one character")),
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
        visitor.visit_enum(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem::malformed("a text is there, and the field's type holds nothing"))
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_BYTES))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_BYTES))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_LISTS))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_LISTS))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_LISTS))
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    forward_to_deserialize_any! { str string identifier ignored_any }
}

/// A variant by its name. Only unit variants have no more than that.
impl<'de> EnumAccess<'de> for One<'_> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let name: StrDeserializer<'_, Problem> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for One<'_> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Problem> {
        Err(Problem::unsupported(NO_TEXT_FOR_FIELDS))
    }
}

/// All values of one key; none for an absent one.
#[derive(Clone, Copy)]
struct Values<'a>(&'a [String]);

impl<'a> Values<'a> {
    fn last(self) -> Result<One<'a>, Problem> {
        self.0.last().map(|text| One(text)).ok_or_else(Problem::absent)
    }
}

macro_rules! last_values {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            self.last()?.$deserialize(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = Problem;

    last_values! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_identifier
    }

    /// A flattened field: of an absent key it is a list, or it would not have been asked for.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.last() {
            Ok(text) => text.deserialize_any(visitor),
            Err(_) => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.last() {
            Ok(text) => text.deserialize_unit(visitor),
            Err(_) => visitor.visit_unit(),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.last()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let mut items = Items(self.0.iter());
        let value = visitor.visit_seq(&mut items)?;
        if items.0.len() == 0 {
            Ok(value)
        } else {
            Err(Problem::malformed("the key does not have as many values as the field"))
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        One("").deserialize_bytes(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        One("").deserialize_bytes(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        One("").deserialize_map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        One("").deserialize_map(visitor)
    }
}

/// The items of a list.
struct Items<'a>(core::slice::Iter<'a, String>);

impl<'de> SeqAccess<'de> for &mut Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        self.0.next().map(|text| seed.deserialize(One(text))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}
