//! The record of session state: the rows of `tests/cases/session-format.json`, the laws over any value of serde, and what
//! strangers may put there, in bounded time. `TABSTATE_FUZZ_CASES` sets how many broken records are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Debug, Write as _};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tabstate::session_state::{Record, write_record};
use tabstate::{Error, ErrorKind};

fn read<T: DeserializeOwned>(record: &str) -> Result<T, Error> {
    Record::parse(record)?.read()
}

fn write<T: Serialize + ?Sized>(value: &T) -> String {
    write_record(value, 0, 0).unwrap()
}

fn failure<T: DeserializeOwned + Debug>(record: &str) -> (ErrorKind, &'static str) {
    let error = read::<T>(record).unwrap_err();
    (error.kind(), error.message())
}

fn refused<T: DeserializeOwned + Debug>(record: &str, message: &str) {
    let (kind, told) = failure::<T>(record);
    assert_eq!(kind, ErrorKind::Malformed, "{record}");
    assert!(told.contains(message), "{record}: {told}");
}

// Any value, in its order.

/// Whatever a record holds, as serde's visitors are told of it.
#[derive(Clone, PartialEq)]
enum Any {
    Nothing,
    Bool(bool),
    Whole(i128),
    /// Beyond the others.
    Large(u128),
    Float(f64),
    Text(String),
    List(Vec<Any>),
    Map(Vec<(Any, Any)>),
    Bytes(Vec<u8>),
}

/// What tells any two values apart, NaN and -0 too.
impl Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Whole(value) => write!(f, "{value}"),
            Self::Large(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?} as a float"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Map(entries) => f.debug_map().entries(entries.iter().map(|(key, value)| (key, value))).finish(),
            Self::Bytes(bytes) => write!(f, "bytes {bytes:?}"),
        }
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor)
    }
}

struct AnyVisitor;

macro_rules! visited {
    ($($visit:ident $type:ty, $of:expr;)*) => {$(
        fn $visit<E>(self, value: $type) -> Result<Any, E> {
            Ok($of(value))
        }
    )*};
}

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    visited! {
        visit_bool bool, Any::Bool;
        visit_i64 i64, |value| Any::Whole(i128::from(value));
        visit_u64 u64, |value| Any::Whole(i128::from(value));
        visit_i128 i128, Any::Whole;
        visit_u128 u128, Any::Large;
        visit_f64 f64, Any::Float;
        visit_str &str, |value: &str| Any::Text(value.to_owned());
        visit_bytes &[u8], |value: &[u8]| Any::Bytes(value.to_vec());
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Any, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Any::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Any, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Any::Map(map))
    }
}

impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Whole(value) => serializer.serialize_i128(*value),
            Self::Large(value) => serializer.serialize_u128(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(items) => items.serialize(serializer),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl Any {
    fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| *name == Self::Text(key.to_owned())).map(|(_, value)| value)
    }

    fn text(&self) -> &str {
        let Self::Text(text) = self else { panic!("{self:?} is no text") };
        text
    }

    fn items(&self) -> &[Self] {
        let Self::List(items) = self else { panic!("{self:?} is no list") };
        items
    }

    fn whole(&self) -> i128 {
        let Self::Whole(value) = self else { panic!("{self:?} is no whole number") };
        *value
    }

    /// Of a key that comes twice, the first place and the last value.
    fn once(self) -> Self {
        let Self::Map(entries) = self else { return self };
        let mut kept: Vec<(Self, Self)> = Vec::new();
        for (key, value) in entries {
            match kept.iter_mut().find(|(earlier, _)| *earlier == key) {
                Some(entry) => entry.1 = value,
                None => kept.push((key, value)),
            }
        }
        Self::Map(kept)
    }

    /// A text, or `{"$concat": [[text, times], …]}`.
    fn long_text(&self) -> String {
        match self.get("$concat") {
            Some(parts) => parts
                .items()
                .iter()
                .map(|part| part.items()[0].text().repeat(part.items()[1].whole() as usize))
                .collect(),
            None => self.text().to_owned(),
        }
    }
}

// The rows.

fn rows() -> Vec<Any> {
    serde_json::from_str::<Any>(include_str!("cases/session-format.json")).unwrap().items().to_vec()
}

/// What a row's value is in Rust.
#[derive(Default)]
struct Seen {
    named: HashMap<String, Any>,
}

impl Seen {
    fn all(&mut self, values: &[Any]) -> Vec<Any> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn pairs(&mut self, pairs: &[Any]) -> Any {
        let pair = |pair: &Any| (self.value(&pair.items()[0]), self.value(&pair.items()[1]));
        Any::Map(pairs.iter().map(pair).collect())
    }

    fn fields(&mut self, names: &[&str], values: &[Any]) -> Any {
        let values = self.all(values);
        Any::Map(names.iter().map(|name| Any::Text((*name).to_owned())).zip(values).collect())
    }

    fn value(&mut self, value: &Any) -> Any {
        let entries = match value {
            Any::List(items) => return Any::List(self.all(items)),
            Any::Map(entries) => entries,
            other => return other.clone(),
        };
        let Some((tag, of)) = entries.first().filter(|(key, _)| key.text().starts_with('$')) else {
            return Any::Map(entries.iter().map(|(key, value)| (key.clone(), self.value(value))).collect());
        };
        match tag.text() {
            "$undefined" | "$hole" => Any::Nothing,
            "$float" => Any::Float(of.text().parse().unwrap()),
            "$bigint" => match (of.text().parse(), of.text().parse()) {
                (Ok(value), _) => Any::Whole(value),
                (_, Ok(value)) => Any::Large(value),
                _ => of.clone(),
            },
            "$entries" | "$bare" | "$map" => self.pairs(of.items()),
            "$set" => Any::List(self.all(of.items())),
            "$sparse" => {
                let mut list = vec![Any::Nothing; of.items()[0].whole() as usize];
                for item in &of.items()[1..] {
                    list[item.items()[0].whole() as usize] = self.value(&item.items()[1]);
                }
                Any::List(list)
            }
            "$date" | "$url" => of.clone(),
            "$boxed" => self.value(of),
            "$regexp" => self.fields(&["source", "flags"], of.items()),
            "$error" => self.fields(&["name", "message", "cause"], of.items()),
            "$buffer" => of.clone(),
            "$view" => self.view(of.items()),
            "$as" => {
                let value = self.value(&of.items()[1]);
                self.named.insert(of.items()[0].text().to_owned(), value.clone());
                value
            }
            "$same" => self.named[of.text()].clone(),
            "$levels" => {
                let inner = self.value(&of.items()[1]);
                (0..of.items()[0].whole()).fold(inner, |value, _| Any::List(vec![value]))
            }
            tag => panic!("{tag} has no meaning in Rust"),
        }
    }

    fn view(&mut self, of: &[Any]) -> Any {
        let buffer = self.value(&of[1]);
        let bytes: Vec<u8> = buffer.items().iter().map(|byte| u8::try_from(byte.whole()).unwrap()).collect();
        let bytes = &bytes[of[2].whole() as usize..];
        let length = of[3].whole() as usize;
        macro_rules! items {
            ($type:ty, $any:expr) => {{
                let items = bytes.chunks_exact(size_of::<$type>()).take(length);
                items.map(|bytes| $any(<$type>::from_le_bytes(bytes.try_into().unwrap()))).collect()
            }};
        }
        macro_rules! wholes {
            ($type:ty) => {
                items!($type, |value| Any::Whole(i128::from(value)))
            };
        }
        Any::List(match of[0].text() {
            "Int8Array" => wholes!(i8),
            "Uint8Array" | "Uint8ClampedArray" | "DataView" => wholes!(u8),
            "Int16Array" => wholes!(i16),
            "Uint16Array" => wholes!(u16),
            "Int32Array" => wholes!(i32),
            "Uint32Array" => wholes!(u32),
            "BigInt64Array" => wholes!(i64),
            "BigUint64Array" => wholes!(u64),
            "Float16Array" => items!(u16, |bits| float(half(bits))),
            "Float32Array" => items!(f32, |value| float(f64::from(value))),
            "Float64Array" => items!(f64, float),
            kind => panic!("{kind} is no kind of view"),
        })
    }
}

/// A float as it is visited: whole ones as whole numbers.
fn float(value: f64) -> Any {
    let is_whole = value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 && value.to_bits() != 1 << 63;
    if is_whole { Any::Whole(value as i128) } else { Any::Float(value) }
}

/// A half, by its definition.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1_023));
    let size = match exponent {
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        0 => 2_f64.powi(-14) * (fraction / 1_024.0),
        _ => 2_f64.powi(exponent - 15) * (1.0 + fraction / 1_024.0),
    };
    if sign == 1 { -size } else { size }
}

/// What Rust writes for a row's value; nothing where Rust has no such value, or another one for it.
fn written(value: &Any) -> Option<Any> {
    let all = |values: &[Any]| values.iter().map(written).collect::<Option<Vec<_>>>();
    let pairs = |pairs: &[Any]| {
        pairs.iter().map(|pair| Some((written(&pair.items()[0])?, written(&pair.items()[1])?))).collect::<Option<_>>()
    };
    let entries = match value {
        Any::List(items) => return all(items).map(Any::List),
        Any::Map(entries) => entries,
        other => return Some(other.clone()),
    };
    let Some((tag, of)) = entries.first().filter(|(key, _)| key.text().starts_with('$')) else {
        let entries = entries.iter().map(|(key, value)| Some((key.clone(), written(value)?)));
        return entries.collect::<Option<_>>().map(Any::Map);
    };
    match tag.text() {
        "$float" | "$levels" => Some(Seen::default().value(value)).filter(|_| written(&of_levels(of)).is_some()),
        "$bigint" => match Seen::default().value(value) {
            Any::Whole(whole) if whole.unsigned_abs() < 1 << 53 => None,
            Any::Text(_) => None,
            whole => Some(whole),
        },
        "$entries" => pairs(of.items()).map(Any::Map),
        "$map" if of.items().iter().any(|pair| !matches!(pair.items()[0], Any::Text(_))) => {
            pairs(of.items()).map(Any::Map)
        }
        "$view" if of.items()[0].text() == "Uint8Array" && of.items()[2].whole() == 0 => {
            let Any::List(bytes) = of.items()[1].get("$buffer")? else { return None };
            Some(Any::Bytes(bytes.iter().map(|byte| byte.whole() as u8).collect()))
        }
        _ => None,
    }
}

fn of_levels(of: &Any) -> Any {
    if let Any::List(parts) = of { parts[1].clone() } else { Any::Nothing }
}

#[test]
fn every_row_reads_as_its_value_or_is_refused() {
    let (mut valid, mut broken, mut both) = (0, 0, 0);
    let mut ids = BTreeSet::new();
    for row in rows() {
        let id = row.get("id").unwrap().text().to_owned();
        assert!(ids.insert(id.clone()), "{id} is there twice");
        if row.get("only").is_some_and(|only| only.text() == "js") {
            continue;
        }
        let record = row.get("record").unwrap().long_text();
        let start = Instant::now();
        if row.get("broken").is_some() {
            broken += 1;
            let error = read::<Any>(&record).expect_err(&id);
            assert_eq!(error.kind(), ErrorKind::Malformed, "{id}");
            // Nor is any part of it read; but JSON's parser does not look into texts that nobody asks for.
            assert!(id.starts_with("plain-surrogate") || read::<IgnoredAny>(&record).is_err(), "{id}");
            assert!(read::<Option<Tree>>(&record).is_err(), "{id}");
        } else {
            valid += 1;
            let number = |name| row.get(name).map_or(0, |number| number.whole() as u64);
            let parsed = Record::parse(&record).expect(&id);
            assert_eq!((parsed.order(), parsed.version()), (number("order"), number("version")), "{id}");
            assert_eq!(parsed.to_string(), record, "{id}");
            let value = row.get("value").unwrap();
            let is_canonical = row.get("canonical").is_none();
            if row.get("rust").is_some() {
                assert_eq!(parsed.read::<Any>().expect_err(&id).kind(), ErrorKind::Malformed, "{id}");
                assert!(parsed.read::<IgnoredAny>().is_ok(), "{id}: the table is broken");
            } else {
                let any = parsed.read::<Any>().expect(&id).once();
                assert_eq!(format!("{any:?}"), format!("{:?}", Seen::default().value(value)), "{id}");
            }
            if let Some(value) = written(value) {
                both += 1;
                match write_record(&value, number("order"), number("version")) {
                    Ok(again) => assert_eq!(again == record, is_canonical, "{id}: {again}"),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::UnsupportedValue, "{id}");
                        assert!(row.get("rust").is_some(), "{id}");
                    }
                }
            }
        }
        assert!(start.elapsed() < Duration::from_secs(5), "{id} took {:?}", start.elapsed());
    }
    assert!(valid >= 140 && broken >= 170 && both >= 50, "{valid} valid, {broken} broken, {both} written by both");
}

// The laws.

/// Bytes, as those of `serde_bytes`.
#[derive(Clone, Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let byte = |item: &Any| if let Any::Whole(byte) = item { u8::try_from(*byte).ok() } else { None };
        let bytes = match deserializer.deserialize_byte_buf(AnyVisitor)? {
            Any::Bytes(bytes) => Some(bytes),
            Any::List(items) => items.iter().map(byte).collect(),
            _ => None,
        };
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("no bytes"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    Price,
    NewestFirst,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Tree {
    Unit,
    Nothing(()),
    Bool(bool),
    Small(i8),
    Int(i64),
    Unsigned(u64),
    Big(i128),
    Huge(u128),
    Float(f64),
    Single(f32),
    Text(String),
    Letter(char),
    Bytes(Bytes),
    Sort(Sort),
    List(Vec<Tree>),
    Pair(Box<Tree>, u8),
    Triple([u16; 3]),
    Named { child: Option<Box<Tree>>, items: Vec<Option<i64>>, perhaps: Option<f64> },
    Texts(BTreeMap<String, Tree>),
    Hashed(HashMap<char, u8>),
    Sorts(BTreeMap<Sort, Tree>),
    Numbers(BTreeMap<i64, Tree>),
    Wide(BTreeMap<u128, Sort>),
    Flags(BTreeMap<bool, Tree>),
    Perhaps(BTreeMap<Option<String>, Tree>),
    Tuples(BTreeMap<(u8, Option<String>), Tree>),
    Set(BTreeSet<u64>),
    Inside(Box<Inside>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inside {
    #[serde(rename = "__proto__", skip_serializing_if = "Option::is_none")]
    odd: Option<String>,
    tagged: Tagged,
    #[serde(flatten)]
    rest: BTreeMap<String, i32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Point { x: f64, big: u64 },
    Empty,
}

const SAFE: u128 = (1 << 53) - 1;

/// By the words of the page, whether a value is plain.
fn is_plain(tree: &Tree) -> bool {
    let is_plain_float = |value: f64| {
        value.is_finite() && value.to_bits() != 1 << 63 && (value.fract() != 0.0 || value.abs() <= SAFE as f64)
    };
    match tree {
        Tree::Unit | Tree::Nothing(()) | Tree::Bool(_) | Tree::Small(_) => true,
        Tree::Text(_) | Tree::Letter(_) | Tree::Sort(_) | Tree::Triple(_) | Tree::Hashed(_) => true,
        Tree::Int(value) => u128::from(value.unsigned_abs()) <= SAFE,
        Tree::Unsigned(value) => u128::from(*value) <= SAFE,
        Tree::Big(value) => value.unsigned_abs() <= SAFE,
        Tree::Huge(value) => *value <= SAFE,
        Tree::Float(value) => is_plain_float(*value),
        Tree::Single(value) => is_plain_float((*value).into()),
        Tree::Bytes(_) => false,
        Tree::List(items) => items.iter().all(is_plain),
        Tree::Pair(first, _) => is_plain(first),
        Tree::Named { child, items, perhaps } => {
            child.as_deref().is_none_or(is_plain)
                && items.iter().flatten().all(|item| u128::from(item.unsigned_abs()) <= SAFE)
                && perhaps.is_none_or(is_plain_float)
        }
        Tree::Texts(map) => map.values().all(is_plain),
        Tree::Sorts(map) => map.values().all(is_plain),
        // An empty map has no key that is no text.
        Tree::Numbers(map) => map.is_empty(),
        Tree::Wide(map) => map.is_empty(),
        Tree::Flags(map) => map.is_empty(),
        Tree::Tuples(map) => map.is_empty(),
        Tree::Perhaps(map) => map.keys().all(Option::is_some) && map.values().all(is_plain),
        Tree::Set(items) => items.iter().all(|item| u128::from(*item) <= SAFE),
        Tree::Inside(inside) => match inside.tagged {
            Tagged::Point { x, big } => is_plain_float(x) && u128::from(big) <= SAFE,
            Tagged::Empty => true,
        },
    }
}

fn floats() -> impl Strategy<Value = f64> {
    let odd = vec![-0.0, 0.0, 1e21, 1e-7, 1e-6, 123_456_789_012_345_680_000.0, SAFE as f64, SAFE as f64 + 1.0, 5e-324];
    prop_oneof![any::<f64>(), select(odd), any::<i32>().prop_map(f64::from), Just(f64::INFINITY), Just(f64::NAN)]
}

fn near() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), any::<i16>().prop_map(i64::from), (SAFE as i64 - 2)..(SAFE as i64 + 3), -3_i64..3]
}

fn texts() -> impl Strategy<Value = String> {
    let odd =
        ["", "__proto__", "constructor", "\\ud800", "\"\\/\u{8}\u{c}\n\r\t\0\u{1f}", "\u{2028}\u{feff}🎈é", "12", "-0"];
    prop_oneof![any::<String>(), select(odd.to_vec()).prop_map(str::to_owned)]
}

fn leaf() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just(Tree::Unit),
        Just(Tree::Nothing(())),
        any::<bool>().prop_map(Tree::Bool),
        any::<i8>().prop_map(Tree::Small),
        near().prop_map(Tree::Int),
        near().prop_map(|value| Tree::Unsigned(value.unsigned_abs())),
        prop_oneof![any::<i128>(), near().prop_map(i128::from)].prop_map(Tree::Big),
        prop_oneof![any::<u128>(), near().prop_map(|value| value.unsigned_abs().into())].prop_map(Tree::Huge),
        floats().prop_map(Tree::Float),
        any::<f32>().prop_map(Tree::Single),
        texts().prop_map(Tree::Text),
        any::<char>().prop_map(Tree::Letter),
        prop::collection::vec(any::<u8>(), 0..9).prop_map(|bytes| Tree::Bytes(Bytes(bytes))),
        select(vec![Sort::Price, Sort::NewestFirst]).prop_map(Tree::Sort),
        any::<[u16; 3]>().prop_map(Tree::Triple),
        prop::collection::hash_map(any::<char>(), any::<u8>(), 0..2).prop_map(Tree::Hashed),
        prop::collection::btree_map(any::<u128>(), Just(Sort::Price), 0..3).prop_map(Tree::Wide),
        prop::collection::btree_set(near().prop_map(i64::unsigned_abs), 0..4).prop_map(Tree::Set),
        inside().prop_map(|inside| Tree::Inside(Box::new(inside))),
    ]
}

fn inside() -> impl Strategy<Value = Inside> {
    let tagged = prop_oneof![
        Just(Tagged::Empty),
        // Serde reads a tagged enum's whole numbers as they come.
        (any::<f64>(), near()).prop_map(|(x, big)| Tagged::Point { x, big: big.unsigned_abs() }),
    ];
    let rest = prop::collection::btree_map("[a-j]{0,3}", any::<i32>(), 0..3);
    (any::<Option<String>>(), tagged, rest).prop_map(|(odd, tagged, rest)| Inside { odd, tagged, rest })
}

fn tree() -> impl Strategy<Value = Tree> {
    leaf().prop_recursive(6, 40, 5, |inner| {
        use prop::collection::btree_map as map;
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            (boxed.clone(), any::<u8>()).prop_map(|(first, second)| Tree::Pair(first, second)),
            (prop::option::of(boxed), prop::collection::vec(any::<Option<i64>>(), 0..3), any::<Option<f64>>())
                .prop_map(|(child, items, perhaps)| Tree::Named { child, items, perhaps }),
            map(texts(), inner.clone(), 0..4).prop_map(Tree::Texts),
            map(select(vec![Sort::Price, Sort::NewestFirst]), inner.clone(), 0..3).prop_map(Tree::Sorts),
            map(near(), inner.clone(), 0..4).prop_map(Tree::Numbers),
            map(any::<bool>(), inner.clone(), 0..3).prop_map(Tree::Flags),
            map(prop::option::of(texts()), inner.clone(), 0..3).prop_map(Tree::Perhaps),
            map((any::<u8>(), prop::option::of(texts())), inner, 0..3).prop_map(Tree::Tuples),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_value_reads_back_as_it_was_written(value in tree(), order in 0..1_u64 << 53, version in 0..1_u64 << 53) {
        let text = write_record(&value, order, version).unwrap();
        let record = Record::parse(&text).unwrap();
        prop_assert_eq!((record.order(), record.version()), (order, version));
        let back: Tree = record.read().unwrap();
        prop_assert_eq!(format!("{back:?}"), format!("{value:?}"));
        prop_assert_eq!(write_record(&back, order, version).unwrap(), text);
    }

    #[test]
    fn a_value_is_plain_json_exactly_where_json_holds_it(value in tree()) {
        let text = write(&value);
        prop_assert_eq!(Record::parse(&text).unwrap().is_plain(), is_plain(&value), "{}", text);
        if let Some(json) = text.strip_prefix("1/0/0=") {
            prop_assert_eq!(serde_json::from_str::<Tree>(json).unwrap(), value);
        }
    }

    #[test]
    fn both_forms_read_the_same(value in tree()) {
        // In a list with a bigint a plain value stands in a table.
        let text = write(&(&value, u64::MAX));
        prop_assert!(!Record::parse(&text).unwrap().is_plain());
        let (back, _): (Any, Any) = read(&text).unwrap();
        if is_plain(&value) {
            let plain: Any = read(&write(&value)).unwrap();
            prop_assert_eq!(format!("{back:?}"), format!("{plain:?}"));
            prop_assert_eq!(write(&back), write(&value));
        }
        let (back, _): (Tree, u64) = read(&text).unwrap();
        prop_assert_eq!(format!("{back:?}"), format!("{value:?}"));
    }

    #[test]
    fn a_number_is_spelled_as_in_javascript(value in floats()) {
        let text = write(&value);
        if let Some(spelled) = text.strip_prefix("1/0/0=").filter(|_| value.is_finite()) {
            prop_assert_eq!(spelled.parse::<f64>().unwrap().to_bits(), value.to_bits());
            prop_assert!(!spelled.contains(".0e") && !spelled.ends_with(".0") && spelled.len() <= 25);
        }
    }

    #[test]
    fn no_text_is_too_odd_for_a_record(text in any::<String>(), odd in "1/[0-9]{1,2}/0[=#][\\[\\]{}\",:0-9a-z-]{0,40}") {
        attempt(&text);
        attempt(&odd);
    }
}

#[test]
fn numbers_have_the_digits_of_javascript() {
    for (value, text) in [
        (1e20, "#[100000000000000000000]"),
        (123_456_789_012_345_680_000.0, "#[123456789012345680000]"),
        (1e21, "#[1e+21]"),
        (-1.5e300, "#[-1.5e+300]"),
        (9_007_199_254_740_991.0, "=9007199254740991"),
        (9_007_199_254_740_992.0, "#[9007199254740992]"),
        (1e-6, "=0.000001"),
        (-1.25e-6, "=-0.00000125"),
        (1e-7, "=1e-7"),
        (-1.25e-7, "=-1.25e-7"),
        (5e-324, "=5e-324"),
        (f64::MAX, "#[1.7976931348623157e+308]"),
        (0.1, "=0.1"),
        (-100.0, "=-100"),
        (12_345.678, "=12345.678"),
    ] {
        assert_eq!(write(&value), format!("1/0/0{text}"));
    }
    assert_eq!(write(&0.1_f32), "1/0/0=0.10000000149011612");
}

// What is read from what JavaScript writes.

#[test]
fn what_javascript_writes_reads_as_the_types_that_rust_has() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Pattern {
        source: String,
        flags: String,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Failure {
        name: String,
        message: String,
        cause: Option<Box<Failure>>,
    }
    let pattern = Pattern { source: "a".to_owned(), flags: "g".to_owned() };
    assert_eq!(read(r#"1/0/0#[[1],["r","a","g"]]"#), Ok(pattern));
    let cause = Failure { name: "TypeError".to_owned(), message: String::new(), cause: None };
    let failure = Failure { name: "Error".to_owned(), message: "no".to_owned(), cause: Some(Box::new(cause)) };
    assert_eq!(read(r#"1/0/0#[[1],["E","Error","no",[2]],["E","TypeError",""]]"#), Ok(failure));
    for date in [Some(-5), None] {
        let milliseconds = date.map_or("null".to_owned(), |date| date.to_string());
        assert_eq!(read::<Option<i64>>(&format!(r#"1/0/0#[[1],["D",{milliseconds}]]"#)), Ok(date));
    }
    assert_eq!(read::<String>(r#"1/0/0#[[1],["U","https://h/"]]"#).as_deref(), Ok("https://h/"));
    assert_eq!(read::<String>(r#"1/0/0#[["n","-12"]]"#).as_deref(), Ok("-12"));
    assert_eq!(read::<i8>(r#"1/0/0#[["n","-12"]]"#), Ok(-12));
    assert_eq!(read::<bool>(r#"1/0/0#[[1],["p",true]]"#), Ok(true));
    assert_eq!(read::<Option<u8>>(r#"1/0/0#[["u"]]"#), Ok(None));
    assert_eq!(read::<()>(r#"1/0/0#[["u"]]"#), Ok(()));
    assert_eq!(read::<Vec<Option<u8>>>(r#"1/0/0#[[1],["A",4,1,7]]"#), Ok(vec![None, Some(7), None, None]));
    assert_eq!(read::<[Option<u8>; 2]>(r#"1/0/0#[[1],["A",2,1,7]]"#), Ok([None, Some(7)]));
    assert_eq!(read::<BTreeSet<u8>>(r#"1/0/0#[[1],["s",3,1]]"#), Ok(BTreeSet::from([1, 3])));
    assert_eq!(read::<Vec<f32>>(r#"1/0/0#[[1],["y","Float32Array",[2],0,1],["b","AADAPw=="]]"#), Ok(vec![1.5]));
    assert_eq!(read::<Vec<i16>>(r#"1/0/0#[[1],["y","Int16Array",[2],2,1],["b","AAD//w=="]]"#), Ok(vec![-1]));
    for record in [
        r#"1/0/0#[[1],["y","Uint8Array",[2],1,2],["b","AQID"]]"#,
        r#"1/0/0#[[1],["y","DataView",[2],1,2],["b","AQID"]]"#,
        r#"1/0/0#[[1],["b","AgM="]]"#,
        "1/0/0=[2,3]",
    ] {
        assert_eq!(read::<Bytes>(record), Ok(Bytes(vec![2, 3])));
        assert_eq!(read::<Vec<u8>>(record), Ok(vec![2, 3]));
        assert_eq!(read::<(u8, f64)>(record), Ok((2, 3.0)));
    }
    assert_eq!(read::<Sort>(r#"1/0/0#[[1],["p","price"]]"#), Ok(Sort::Price));
    assert_eq!(
        read::<Vec<Tree>>(r#"1/0/0#[[1],["a",[2],"Unit"],["m","Bool",true]]"#),
        Ok(vec![Tree::Bool(true), Tree::Unit])
    );
}

#[test]
fn keys_of_objects_are_read_as_the_numbers_that_they_spell_in_both_forms() {
    fn both<T: DeserializeOwned + Debug + PartialEq + Ord>(keys: &[&str], expected: &[T]) {
        let entries: Vec<String> = keys.iter().map(|key| format!("{key:?}:1")).collect();
        let plain = format!("1/0/0={{{}}}", entries.join(","));
        let table = format!("1/0/0#[[1],{{{}}}]", entries.join(","));
        for record in [plain, table] {
            let map: Result<BTreeMap<T, u8>, Error> = read(&record);
            match map {
                Ok(map) => assert!(map.keys().eq(expected), "{record}: {map:?}"),
                Err(error) => assert!(expected.is_empty() && error.kind() == ErrorKind::Malformed, "{record}: {error}"),
            }
        }
    }
    both(&["-5", "0", "12"], &[-5_i64, 0, 12]);
    both(&["340282366920938463463374607431768211455"], &[u128::MAX]);
    both(&["false", "true"], &[false, true]);
    both(&["a", "é"], &['a', 'é']);
    both(&["newest-first"], &[Sort::NewestFirst]);
    both(&["5"], &[Some(5_u8)]);
    for key in ["", "x", "1.5", "01", "+1", " 1", "1 ", "-", "256", "0x1", "1e1"] {
        both::<u8>(&[key], &[]);
    }
    for key in ["", "True", "1"] {
        both::<bool>(&[key], &[]);
    }
    assert_eq!(write(&BTreeMap::from([(1, "a")])), r#"1/0/0#[[1],["m",1,"a"]]"#);
    assert_eq!(write(&BTreeMap::<i32, u8>::new()), "1/0/0={}");
}

#[test]
fn of_a_key_that_is_written_twice_the_later_value_counts() {
    let entry = |key: &str, value| (Any::Text(key.to_owned()), value);
    let twice = Any::Map(vec![
        entry("b", Any::Float(f64::NAN)),
        entry("a", Any::Whole(2)),
        entry("b", Any::Whole(3)),
        entry("c", Any::Nothing),
    ]);
    assert_eq!(write(&twice), r#"1/0/0={"b":3,"a":2,"c":null}"#);
    for record in [r#"1/0/0={"a":1,"a":2}"#, r#"1/0/0#[[1],{"a":1,"a":2}]"#] {
        assert_eq!(read::<BTreeMap<String, u8>>(record), Ok(BTreeMap::from([("a".to_owned(), 2)])));
    }
}

// Errors.

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    page: u8,
    sort: Option<Sort>,
}

#[test]
fn both_forms_say_the_same_of_a_value_of_another_type() {
    fn both<T: DeserializeOwned + Debug>(json: &str, node: &str, message: &str) {
        refused::<T>(&format!("1/0/0={json}"), message);
        refused::<T>(&format!("1/0/0#[[1],{node}]"), message);
    }
    both::<u8>("[1]", r#"["a",1]"#, "another type");
    both::<Vec<u8>>("[1.5]", r#"["a",1.5]"#, "another type");
    both::<Vec<u8>>("[null]", r#"["a",null]"#, "another type");
    both::<Vec<String>>("[1]", r#"["a",1]"#, "another type");
    both::<Vec<()>>("[1]", r#"["a",1]"#, "another type");
    both::<Vec<u8>>("[256]", r#"["a",256]"#, "beyond what the asked type holds");
    both::<Vec<char>>(r#"["ab"]"#, r#"["a","ab"]"#, "beyond what the asked type holds");
    both::<Vec<Sort>>(r#"["Price"]"#, r#"["a","Price"]"#, "none of the enum's variants");
    both::<(u8, u8)>("[1,2,3]", r#"["a",1,2,3]"#, "more items or entries");
    both::<(u8, u8)>("[1]", r#"["a",1]"#, "another number of items");
    both::<Fields>("{}", "{}", "a field is missing");
    both::<Fields>(r#"{"page":1,"x":2}"#, r#"{"page":1,"x":2}"#, "no field for the key");
    both::<Fields>(r#"{"page":1,"page":2}"#, r#"{"page":1,"page":2}"#, "there twice");
    for record in ["1/0/0={}", "1/0/0#[[1],{}]"] {
        let error = read::<Fields>(record).unwrap_err();
        assert_eq!(error.key(), Some("page"));
        assert!(error.to_string().starts_with(r#"malformed: "page": a field is missing"#), "{error}");
    }
    refused::<u64>(r#"1/0/0#[9007199254740992]"#, "another type");
    refused::<u64>(r#"1/0/0#[["n","18446744073709551616"]]"#, "another type");
    refused::<f64>(r#"1/0/0#[["n","9007199254740993"]]"#, "another type");
    refused::<Vec<u8>>("1/0/0=[1,", "no JSON");
    refused::<Vec<u8>>(r#"1/0/0#[[1],["a",1]"#, "cut off");
    refused::<Vec<u8>>("2/0/0=[1]", "another version of the format");
    refused::<Vec<u8>>("[1]", "no record");
    refused::<Vec<u8>>("1/0/01=[1]", "header");
    refused::<(u8,)>(r#"1/0/0#[[1],["y","Uint8Array",[2],0,2],["b","AQI="]]"#, "more items");
}

#[test]
fn what_is_no_value_of_rust_is_an_error_that_says_so() {
    for record in [r#"1/0/0="\ud800""#, r#"1/0/0=["\ud800\n"]"#, r#"1/0/0={"\udc00":1}"#] {
        assert_eq!(failure::<Any>(record).0, ErrorKind::Malformed);
    }
    refused::<Vec<String>>(r#"1/0/0#[[1],["a",["t","\\ud800"]]]"#, "lone surrogate");
    refused::<BTreeMap<String, u8>>(r#"1/0/0#[[1],["o",["t","\\ud800"],1]]"#, "lone surrogate");
    refused::<Any>(r#"1/0/0#[[1],["a",[2]],["m",1,[1]]]"#, "holds itself");
    let deep = |levels: usize| (0..levels).fold(Any::Nothing, |value, _| Any::List(vec![value]));
    for levels in [0, 1, 99, 100, 101, 127, 128] {
        let text = write(&deep(levels));
        assert_eq!(Record::parse(&text).unwrap().is_plain(), levels <= 100, "{levels}");
        assert_eq!(read::<Any>(&text), Ok(deep(levels)), "{levels}");
    }
    assert_eq!(write_record(&deep(129), 0, 0).unwrap_err().kind(), ErrorKind::UnsupportedValue);
    let deeper = format!("1/0/0={}{}", "[".repeat(129), "]".repeat(129));
    refused::<Any>(&deeper, "deeper");
}

#[test]
fn what_refuses_to_be_written_is_unsupported_and_what_is_no_header_an_option() {
    struct Refuses;
    impl Serialize for Refuses {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    assert_eq!(write_record(&[Refuses], 0, 0).unwrap_err().kind(), ErrorKind::UnsupportedValue);
    for (order, version) in [(1 << 53, 0), (0, 1 << 53), (u64::MAX, u64::MAX)] {
        assert_eq!(write_record(&1, order, version).unwrap_err().kind(), ErrorKind::InvalidOption);
    }
}

/// A part of a value that is as it was where its own text is refused.
#[test]
fn an_error_that_a_type_swallows_leaves_the_rest_readable() {
    #[derive(Debug, PartialEq)]
    struct Lenient(Option<Vec<u8>>);
    impl<'de> Deserialize<'de> for Lenient {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Self(Vec::deserialize(deserializer).ok()))
        }
    }
    let record = r#"1/0/0#[[1],["a",[2],[3],[2]],["a",1],["a","x"]]"#;
    let some = || Lenient(Some(vec![1]));
    assert_eq!(read::<Vec<Lenient>>(record), Ok(vec![some(), Lenient(None), some()]));
    // Itself, three times in a row: refused inside, and there again after that.
    let cyclic = r#"1/0/0#[[1],["a",[2]],["a",[1],[1]]]"#;
    assert_eq!(read::<Vec<Lenient>>(cyclic), Ok(vec![Lenient(None)]));
}

// What strangers put there.

/// Reads a text as many things, each of which may fail. What is read, writes and reads again.
fn attempt(record: &str) {
    if let Ok(any) = read::<Any>(record) {
        let text = write(&any);
        let again: Any = read(&text).unwrap();
        assert_eq!(write(&again), text);
    }
    if let Ok(tree) = read::<Tree>(record) {
        let text = write(&tree);
        assert_eq!(write(&read::<Tree>(&text).unwrap()), text);
    }
    let _ = read::<Vec<Option<u8>>>(record);
    let _ = read::<BTreeMap<u64, Vec<String>>>(record);
    let _ = read::<Vec<Bytes>>(record);
    let _ = read::<Fields>(record);
    let _ = read::<serde_json::Value>(record);
    let _ = read::<IgnoredAny>(record);
}

fn quick<T>(about: &str, read: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = read();
    assert!(start.elapsed() < Duration::from_secs(5), "{about} took {:?}", start.elapsed());
    value
}

#[test]
fn a_record_that_is_cut_off_anywhere_is_an_error_or_a_value() {
    for row in rows() {
        let record = row.get("record").unwrap().long_text();
        if row.get("broken").is_some() || record.len() > 2_000 {
            continue;
        }
        for end in (0..record.len()).filter(|end| record.is_char_boundary(*end)) {
            attempt(&record[..end]);
            assert!(record.contains('=') || read::<IgnoredAny>(&record[..end]).is_err(), "{}", &record[..end]);
        }
    }
}

#[test]
fn no_number_that_a_record_claims_is_allocated() {
    for length in ["4294967295", "100000000", "70000"] {
        let sparse = format!(r#"1/0/0#[[1],["A",{length},0,1]]"#);
        quick(length, || refused::<Vec<Option<u8>>>(&sparse, "far longer than its record"));
        quick(length, || refused::<Vec<()>>(&format!(r#"1/0/0#[[1],["A",{length}]]"#), "far longer than its record"));
        assert!(quick(length, || read::<IgnoredAny>(&sparse)).is_ok());
    }
    let list = read::<Vec<Option<u8>>>(r#"1/0/0#[[1],["A",65000,64999,1]]"#).unwrap();
    assert_eq!((list.len(), list[64_999]), (65_000, Some(1)));
}

#[test]
fn a_short_record_of_a_value_without_end_is_refused_soon() {
    fn laughs(levels: usize, last: &str) -> String {
        let mut record = "1/0/0#[[1]".to_owned();
        for level in 2..levels + 2 {
            write!(record, r#",["a",[{level}],[{level}],[{level}]]"#).unwrap();
        }
        record + "," + last + "]"
    }
    quick("lists", || refused::<Any>(&laughs(60, r#"["a"]"#), "far longer"));
    quick("objects", || refused::<serde_json::Value>(&laughs(60, "{}"), "far longer"));
    let text = "x".repeat(1 << 20);
    quick("texts", || refused::<Any>(&laughs(8, &format!(r#"["a","{text}"]"#)), "far longer"));
    quick("keys", || refused::<Any>(&laughs(8, &format!(r#"{{"{text}":1}}"#)), "far longer"));
    quick("URLs", || refused::<Any>(&laughs(8, &format!(r#"["U","{text}"]"#)), "far longer"));
    quick("bigints", || refused::<Any>(&laughs(8, &format!(r#"["a",["n","{}"]]"#, "1".repeat(1 << 20))), "far longer"));
    let buffer = format!(r#"["b","{}"]"#, "AAAA".repeat(1 << 16));
    quick("buffers", || refused::<Any>(&laughs(8, &buffer), "far longer"));
    let mut views = "1/0/0#[[1],[\"a\"".to_owned();
    for view in 0..10_000 {
        write!(views, ",[{}]", view + 3).unwrap();
    }
    write!(views, "],{buffer}").unwrap();
    for _ in 0..10_000 {
        write!(views, r#",["y","Uint8Array",[2],0,196608]"#).unwrap();
    }
    views.push(']');
    quick("views", || refused::<Vec<Bytes>>(&views, "far longer"));
    assert!(quick("what is ignored", || read::<IgnoredAny>(&views)).is_ok());
    // A part in three places is none of that.
    assert!(read::<Any>(&laughs(1, &format!(r#"["a","{text}"]"#))).is_ok());
}

#[test]
fn a_million_levels_are_an_error() {
    let levels = 1_000_000;
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let plain = format!("1/0/0={}1{}", open.repeat(levels), close.repeat(levels));
        quick("plain", || refused::<Any>(&plain, "deeper"));
        quick("plain", || refused::<Tree>(&plain, ""));
        quick("cut off", || refused::<Any>(&format!("1/0/0={}", open.repeat(levels)), "no JSON"));
        quick("table", || refused::<Any>(&plain.replacen('=', "#", 1), ""));
    }
    let mut nodes = "1/0/0#[[1]".to_owned();
    for node in 2..levels {
        write!(nodes, r#",["a",[{node}]]"#).unwrap();
    }
    nodes.push_str(",[\"a\"]]");
    quick("nodes", || refused::<Any>(&nodes, "deeper"));
}

#[test]
fn a_table_takes_time_in_proportion_to_its_length() {
    let numbers = format!(r#"1/0/0#[[1],["a"{}]]"#, ",1".repeat(1 << 20));
    assert_eq!(quick("numbers", || read::<Vec<u8>>(&numbers)).unwrap().len(), 1 << 20);
    let texts = format!(r#"1/0/0#[[1],["a"{}]]"#, r#","\n""#.repeat(1 << 18));
    assert_eq!(quick("texts", || read::<Vec<String>>(&texts)).unwrap().len(), 1 << 18);
    let bytes = Bytes(vec![7; 1 << 20]);
    let record = quick("bytes", || write(&bytes));
    assert!(record.len() < 1_398_200 && record.len() * 10 < (1 << 20) * 14, "{}", record.len());
    assert_eq!(quick("bytes", || read::<Bytes>(&record)), Ok(bytes));
    let map: HashMap<String, u64> = (0..50_000).map(|n| (n.to_string(), u64::MAX - n)).collect();
    assert_eq!(quick("a map", || read::<HashMap<String, u64>>(&write(&map))), Ok(map));
}

/// Records of the rows with parts taken out, put in, doubled, and out of others.
#[test]
fn no_mutation_of_a_record_breaks_the_reader() {
    let cases = std::env::var("TABSTATE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20_000);
    let rows = rows();
    let valid = rows.iter().filter(|row| row.get("broken").is_none());
    let records: Vec<Vec<u8>> = valid
        .map(|row| row.get("record").unwrap().long_text().into_bytes())
        .filter(|record| record.len() < 2_000)
        .collect();
    let parts = [
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud83c",
        "\\udf88",
        "-",
        "0",
        "1",
        "2",
        "3",
        "9",
        ".",
        "e",
        "+",
        "[1]",
        "[2]",
        "[3]",
        "[\"u\"]",
        "[\"h\"]",
        "[\"d\",\"NaN\"]",
        "[\"n\",\"12\"]",
        "[\"t\",\"\\\\ud800\"]",
        "\"a\"",
        "\"o\"",
        "\"0\"",
        "\"A\"",
        "\"m\"",
        "\"s\"",
        "\"D\"",
        "\"r\"",
        "\"U\"",
        "\"E\"",
        "\"b\"",
        "\"y\"",
        "\"p\"",
        "null",
        "true",
        "{}",
        "[\"a\"]",
        "__proto__",
        "4294967295",
        "4294967296",
        "9007199254740991",
        "1e999",
        "AA==",
        "Uint8Array",
        "DataView",
        "\u{0}",
        "\u{e9}",
        " ",
        "1/",
        "#",
        "=",
        "/",
    ];
    let change = (any::<prop::sample::Index>(), 0..8_usize, select(parts.to_vec()), any::<prop::sample::Index>());
    let changes = prop::collection::vec((change, 0..8_u8), 1..4);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    runner
        .run(&(select(records.clone()), changes, select(records)), |(mut record, changes, other)| {
            for ((at, length, part, from), kind) in changes {
                let start = at.index(record.len() + 1);
                let end = (start + length).min(record.len());
                match kind {
                    0 => drop(record.splice(start..end, [])),
                    1 => drop(record.splice(start..start, part.bytes())),
                    2 => drop(record.splice(start..end, part.bytes())),
                    // What stands between two signs of JSON.
                    3..=6 => {
                        let is_sign = |byte: &u8| b",:[]{}#=".contains(byte);
                        let start = record[..start].iter().rposition(is_sign).map_or(0, |at| at + 1);
                        let end = record[start..].iter().position(is_sign).map_or(record.len(), |at| start + at);
                        drop(record.splice(start..end, part.bytes()));
                    }
                    _ => {
                        let from = from.index(other.len() + 1);
                        drop(
                            record
                                .splice(start..end, other[from..(from + 4 * length).min(other.len())].iter().copied()),
                        );
                    }
                }
            }
            attempt(&String::from_utf8_lossy(&record));
            Ok(())
        })
        .unwrap();
}
