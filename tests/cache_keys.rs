//! The keys of cached values: the rows of `tests/cases/cache-keys.json` against a second writer that is as naive as can be, and
//! knows JavaScript's values too; against the crate's, where Rust has such values; and the laws over any value of serde.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tabstate::ErrorKind;
use tabstate::cache::Key;

fn key<T: Serialize + ?Sized>(value: &T) -> String {
    Key::of(value).unwrap().text().to_owned()
}

fn rows() -> Vec<Value> {
    serde_json::from_str(include_str!("cases/cache-keys.json")).unwrap()
}

fn id(row: &Value) -> &str {
    row["id"].as_str().unwrap()
}

// The second writer.

type Units = Vec<u16>;

fn units(text: &str) -> Units {
    text.encode_utf16().collect()
}

/// A text, or `{"$units": numbers}`.
fn units_of(value: &Value) -> Units {
    let numbers = value["$units"].as_array();
    numbers.map_or_else(
        || units(value.as_str().unwrap()),
        |numbers| numbers.iter().map(|unit| unit.as_u64().unwrap() as u16).collect(),
    )
}

fn text_key(text: &Units) -> String {
    if let Ok(text) = String::from_utf16(text) {
        return format!("s{}:{text}", units(&text).len());
    }
    let escaped: String = char::decode_utf16(text.iter().copied())
        .map(|letter| match letter {
            Ok('\\') => "\\\\".to_owned(),
            Ok(letter) => letter.to_string(),
            Err(lone) => format!("\\u{:04x}", lone.unpaired_surrogate()),
        })
        .collect();
    format!("S{}:{escaped}", units(&escaped).len())
}

/// As JavaScript spells it. The rows' numbers are those of which `serde_json` and JavaScript agree, or texts.
fn number_key(value: &Value) -> String {
    let float: f64 = value.as_str().map_or_else(|| value.as_f64().unwrap(), |text| text.parse().unwrap());
    if float.is_infinite() {
        if float > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if float != 0.0 && !(1e-6..1e21).contains(&float.abs()) && !float.is_nan() {
        let text = format!("{float:e}");
        if text.contains("e-") { text } else { text.replace('e', "e+") }
    } else {
        float.to_string()
    }
}

#[derive(Default)]
struct Second<'a> {
    named: HashMap<&'a str, &'a Value>,
    /// What the value under way stands in, by name, the outermost first.
    above: Vec<Option<&'a str>>,
}

impl<'a> Second<'a> {
    fn all(&mut self, values: impl IntoIterator<Item = &'a Value>, name: Option<&'a str>) -> Vec<String> {
        self.above.push(name);
        let keys = values.into_iter().map(|value| self.key(value, None)).collect();
        self.above.pop();
        keys
    }

    fn object(&mut self, entries: Vec<(Units, &'a Value)>, name: Option<&'a str>) -> String {
        let sorted: BTreeMap<Units, &Value> = entries.into_iter().collect();
        let values = self.all(sorted.values().copied(), name);
        let entries = sorted.keys().zip(values).map(|(key, value)| text_key(key) + &value);
        format!("o{}:{}", sorted.len(), entries.collect::<String>())
    }

    fn key(&mut self, value: &'a Value, name: Option<&'a str>) -> String {
        let is_hole = |item: &Value| item["$hole"] == true;
        match value {
            Value::Null => return "z".to_owned(),
            Value::Bool(value) => return if *value { "t" } else { "f" }.to_owned(),
            Value::Number(_) => return format!("n{};", number_key(value)),
            Value::String(text) => return text_key(&units(text)),
            Value::Array(items) => {
                let keys = self.all(items.iter().filter(|item| !is_hole(item)), name);
                let mut keys = keys.into_iter();
                if items.len() > 2 * keys.len() {
                    let places = items.iter().enumerate().filter(|(_, item)| !is_hole(item)).map(|(nth, _)| nth);
                    let count = keys.len();
                    let items_of: String = places.zip(keys).map(|(nth, key)| format!("{nth}:{key}")).collect();
                    return format!("A{},{count}:{items_of}", items.len());
                }
                let each = items.iter().map(|item| if is_hole(item) { "h".to_owned() } else { keys.next().unwrap() });
                return format!("a{}:{}", items.len(), each.collect::<String>());
            }
            Value::Object(_) => {}
        }
        let entries = value.as_object().unwrap();
        let tagged = entries.iter().next().filter(|(tag, _)| tag.starts_with('$'));
        let Some((tag, of)) = tagged else {
            return self.object(entries.iter().map(|(key, value)| (units(key), value)).collect(), name);
        };
        let parts = || of.as_array().unwrap();
        match tag.as_str() {
            "$undefined" => "u".to_owned(),
            "$float" => format!("n{};", number_key(of)),
            "$bigint" => format!("i{};", of.as_str().unwrap()),
            "$units" => text_key(&units_of(value)),
            "$entries" | "$bare" => {
                self.object(parts().iter().map(|pair| (units_of(&pair[0]), &pair[1])).collect(), name)
            }
            "$sparse" => {
                let items = &parts()[1..];
                let keys = self.all(items.iter().map(|item| &item[1]), name);
                let items_of: String = items.iter().zip(keys).map(|(item, key)| format!("{}:{key}", item[0])).collect();
                format!("A{},{}:{items_of}", parts()[0], items.len())
            }
            "$map" | "$set" => {
                let is_map = tag == "$map";
                let flat: Vec<&Value> = if is_map {
                    parts().iter().flat_map(|pair| [&pair[0], &pair[1]]).collect()
                } else {
                    parts().iter().collect()
                };
                let keys = self.all(flat, name);
                let mut entries: Vec<String> =
                    keys.chunks(if is_map { 2 } else { 1 }).map(<[String]>::concat).collect();
                entries.sort_by_key(|entry| units(entry));
                format!("{}{}:{}", if is_map { 'm' } else { 'e' }, entries.len(), entries.concat())
            }
            "$date" => format!("d{};", if of.is_null() { "NaN".to_owned() } else { number_key(of) }),
            "$regexp" => format!("r{}{}", text_key(&units_of(&of[0])), text_key(&units_of(&of[1]))),
            "$url" => format!("l{}", text_key(&units_of(of))),
            "$error" => format!("x{}{}", text_key(&units_of(&of[0])), text_key(&units_of(&of[1]))),
            "$buffer" => {
                let bytes = bytes_of(of);
                format!("b{}:{}", bytes.len(), STANDARD.encode(bytes))
            }
            "$view" => {
                let kind = of[0].as_str().unwrap();
                let width = match kind {
                    "Uint16Array" | "Int16Array" => 2,
                    "Float32Array" | "Int32Array" => 4,
                    "Float64Array" => 8,
                    _ => 1,
                };
                let [start, length] = [2, 3].map(|nth| of[nth].as_u64().unwrap() as usize);
                let bytes = &bytes_of(&of[1]["$buffer"])[start..start + length * width];
                format!("y{kind}:{}:{}", bytes.len(), STANDARD.encode(bytes))
            }
            "$boxed" => format!("p{}", self.key(of, None)),
            "$as" => {
                let name = of[0].as_str().unwrap();
                self.named.insert(name, &of[1]);
                self.key(&of[1], Some(name))
            }
            "$same" => {
                let name = of.as_str().unwrap();
                match self.above.iter().rev().position(|above| *above == Some(name)) {
                    Some(levels) => format!("k{};", levels + 1),
                    None => self.key(self.named[name], None),
                }
            }
            "$levels" => "a1:".repeat(of[0].as_u64().unwrap() as usize) + &self.key(&of[1], None),
            tag => panic!("{tag} has no meaning here"),
        }
    }
}

fn bytes_of(value: &Value) -> Vec<u8> {
    value.as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8).collect()
}

fn second(value: &Value) -> String {
    Second::default().key(value, None)
}

// Values of serde.

/// A value of serde, as it is told.
#[derive(Clone, Debug)]
enum Tree {
    Nothing,
    Some(Box<Tree>),
    Bool(bool),
    Whole(i128),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Some(value) => serializer.serialize_some(value),
            Self::Bool(value) => value.serialize(serializer),
            Self::Whole(value) => match (u8::try_from(*value), i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), ..) => value.serialize(serializer),
                (_, Ok(value), _) => value.serialize(serializer),
                (.., Ok(value)) => value.serialize(serializer),
                _ => value.serialize(serializer),
            },
            Self::Float(value) => value.serialize(serializer),
            Self::Text(value) => value.serialize(serializer),
            Self::Bytes(value) => serializer.serialize_bytes(value),
            // Whether the length is told, and truly, makes no difference.
            Self::List(items) => {
                let mut list = serializer.serialize_seq([None, Some(items.len()), Some(7)][items.len() % 3])?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map([None, Some(entries.len()), Some(7)][entries.len() % 3])?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

/// What tells values apart: equal exactly when the values are, as the page has it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Plain {
    Nothing,
    Some(Box<Plain>),
    Bool(bool),
    /// By its bits: all NaNs are one.
    Number(u64),
    Bigint(i128),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Plain>),
    Object(BTreeMap<String, Plain>),
    Map(Vec<(Plain, Plain)>),
}

fn plain(tree: &Tree) -> Plain {
    match tree {
        Tree::Nothing => Plain::Nothing,
        Tree::Some(value) => match plain(value) {
            value @ (Plain::Nothing | Plain::Some(_)) => Plain::Some(Box::new(value)),
            value => value,
        },
        Tree::Bool(value) => Plain::Bool(*value),
        Tree::Whole(value) if value.unsigned_abs() < 1 << 53 => Plain::Number((*value as f64).to_bits()),
        Tree::Whole(value) => Plain::Bigint(*value),
        Tree::Float(value) if value.is_nan() => Plain::Number(f64::NAN.to_bits()),
        Tree::Float(value) => Plain::Number(value.to_bits()),
        Tree::Text(value) => Plain::Text(value.clone()),
        Tree::Bytes(value) => Plain::Bytes(value.clone()),
        Tree::List(items) => Plain::List(items.iter().map(plain).collect()),
        Tree::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|(key, value)| (plain(key), plain(value))).collect();
            if entries.iter().all(|(key, _)| matches!(key, Plain::Text(_))) {
                let text = |key| if let Plain::Text(text) = key { text } else { String::new() };
                return Plain::Object(entries.into_iter().map(|(key, value)| (text(key), value)).collect());
            }
            entries.sort();
            Plain::Map(entries)
        }
    }
}

/// The value of a row as one of serde; nothing where Rust has none, or writes another one.
fn tree(value: &Value) -> Option<Tree> {
    let pairs = |pairs: &Value| {
        let pairs = pairs.as_array().unwrap().iter();
        pairs.map(|pair| Some((tree(&pair[0])?, tree(&pair[1])?))).collect::<Option<Vec<_>>>().map(Tree::Map)
    };
    Some(match value {
        Value::Null => Tree::Nothing,
        Value::Bool(value) => Tree::Bool(*value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Tree::Float(number.as_f64().unwrap()), |whole| Tree::Whole(whole.into()))
        }
        Value::String(text) => Tree::Text(text.clone()),
        Value::Array(items) => Tree::List(items.iter().map(tree).collect::<Option<_>>()?),
        Value::Object(entries) => {
            let Some((tag, of)) = entries.iter().next().filter(|(tag, _)| tag.starts_with('$')) else {
                let entries = entries.iter().map(|(key, value)| Some((Tree::Text(key.clone()), tree(value)?)));
                return entries.collect::<Option<_>>().map(Tree::Map);
            };
            match tag.as_str() {
                "$float" => Tree::Float(of.as_str().unwrap().parse().unwrap()),
                "$bigint" => of
                    .as_str()
                    .unwrap()
                    .parse()
                    .ok()
                    .filter(|whole: &i128| whole.unsigned_abs() >= 1 << 53)
                    .map(Tree::Whole)?,
                "$entries" | "$bare" => pairs(of)?,
                "$map" if of.as_array().unwrap().iter().any(|pair| !pair[0].is_string()) => pairs(of)?,
                "$view" if of[0] == "Uint8Array" && of[2] == 0 => Tree::Bytes(bytes_of(&of[1]["$buffer"])),
                "$levels" => {
                    (0..of[0].as_u64().unwrap()).try_fold(tree(&of[1])?, |inner, _| Some(Tree::List(vec![inner])))?
                }
                _ => return None,
            }
        }
    })
}

#[test]
fn every_row_has_its_text_and_its_name() {
    let (mut all, mut ours) = (0, 0);
    let mut ids = BTreeSet::new();
    for row in rows() {
        assert!(ids.insert(id(&row).to_owned()), "{} is there twice", id(&row));
        let Some(text) = row["text"].as_str() else { continue };
        all += 1;
        let mut value = row["value"].clone();
        if let Some(arguments) = row["arguments"].as_array() {
            let mut arguments = arguments.clone();
            while arguments.last().is_some_and(|last| last["$undefined"] == true) {
                arguments.pop();
            }
            value = Value::Array(arguments);
        }
        assert_eq!(second(&value), text, "{}", id(&row));
        if let Some(tree) = tree(&value) {
            ours += 1;
            let key = Key::of(&tree).unwrap();
            assert_eq!(key.text(), text, "{}", id(&row));
            assert_eq!(key.name().to_string(), row["name"], "{}", id(&row));
        }
    }
    assert!(all >= 88 && ours >= 44, "{all} rows, {ours} of Rust");
}

#[test]
fn pairs_that_differ_and_pairs_that_are_equal() {
    let (mut differ, mut equal, mut ours) = (0, 0, 0);
    for row in rows() {
        for (field, is_equal) in [("differ", false), ("equal", true)] {
            let Some(pair) = row[field].as_array() else { continue };
            *if is_equal { &mut equal } else { &mut differ } += 1;
            assert_eq!(second(&pair[0]) == second(&pair[1]), is_equal, "{}", id(&row));
            if let (Some(one), Some(other)) = (tree(&pair[0]), tree(&pair[1])) {
                ours += 1;
                let (one, other) = (Key::of(&one).unwrap(), Key::of(&other).unwrap());
                assert_eq!(one == other, is_equal, "{}", id(&row));
                assert_eq!(one.hash() == other.hash(), is_equal, "{}", id(&row));
            }
        }
    }
    assert!(differ >= 120 && equal >= 30 && ours >= 65, "{differ} differ, {equal} are equal, {ours} of Rust");
}

#[test]
fn what_the_types_of_rust_are_written_as() {
    #[derive(Serialize)]
    struct Point {
        y: f32,
        x: u8,
    }
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Wrapped(u8);
    #[derive(Serialize)]
    enum Shape {
        Empty,
        Circle(u8),
        Line(u8, u8),
        Box { w: u8, h: u8 },
    }
    #[derive(Serialize)]
    struct Borrowed<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        city: Option<&'a str>,
        #[serde(flatten)]
        rest: BTreeMap<&'a str, u8>,
    }
    let rows: Vec<(&str, String, &str)> = vec![
        ("a struct", key(&Point { y: 0.1, x: 1 }), "o2:s1:xn1;s1:yn0.10000000149011612;"),
        ("a unit", key(&()), "z"),
        ("a unit struct", key(&Unit), "z"),
        ("a newtype", key(&Wrapped(1)), "n1;"),
        ("a variant", key(&Shape::Empty), "s5:Empty"),
        ("a variant of one", key(&Shape::Circle(1)), "o1:s6:Circlen1;"),
        ("a variant of several", key(&Shape::Line(1, 2)), "o1:s4:Linea2:n1;n2;"),
        ("a variant of fields", key(&Shape::Box { w: 1, h: 2 }), "o1:s3:Boxo2:s1:hn2;s1:wn1;"),
        ("a character", key(&'\u{e9}'), "s1:\u{e9}"),
        ("beyond 16 bits", key("\u{1f388}"), "s2:\u{1f388}"),
        ("a tuple", key(&(1, "1", true)), "a3:n1;s1:1t"),
        ("the arguments of one text", key(&("Oslo",)), "a1:s4:Oslo"),
        ("none", key(&None::<u8>), "z"),
        ("some", key(&Some(1)), "n1;"),
        ("some none", key(&Some(None::<u8>)), "pz"),
        ("some some none", key(&Some(Some(None::<u8>))), "ppz"),
        ("some unit", key(&Some(())), "pz"),
        ("some some", key(&Some(Some(1))), "n1;"),
        ("a list of none", key(&Some(vec![None::<u8>])), "a1:z"),
        ("u64", key(&u64::MAX), "i18446744073709551615;"),
        ("i64", key(&i64::MIN), "i-9223372036854775808;"),
        ("u128", key(&u128::MAX), "i340282366920938463463374607431768211455;"),
        ("2^53 - 1", key(&9_007_199_254_740_991_i64), "n9007199254740991;"),
        ("-(2^53 - 1)", key(&-9_007_199_254_740_991_i64), "n-9007199254740991;"),
        ("2^53", key(&9_007_199_254_740_992_u64), "i9007199254740992;"),
        ("2^53 as a float", key(&9_007_199_254_740_992_f64), "n9007199254740992;"),
        ("a map of numbers", key(&BTreeMap::from([(10, 'a'), (9, 'b')])), "m2:n10;s1:an9;s1:b"),
        ("an empty map", key(&BTreeMap::<u8, u8>::new()), "o0:"),
        ("a set", key(&BTreeSet::from([2, 1])), "a2:n1;n2;"),
        ("fields left out", key(&Borrowed { city: None, rest: BTreeMap::new() }), "o0:"),
        (
            "a struct that is written as a map",
            key(&Borrowed { city: Some("Oslo"), rest: BTreeMap::from([("b", 1), ("d", 2)]) }),
            "o3:s1:bn1;s4:citys4:Oslos1:dn2;",
        ),
        (
            "a key that comes twice",
            key(&Tree::Map(vec![
                (Tree::Text("b".into()), Tree::Whole(1)),
                (Tree::Text("a".into()), Tree::Whole(2)),
                (Tree::Text("b".into()), Tree::Whole(3)),
            ])),
            "o2:s1:an2;s1:bn3;",
        ),
    ];
    for (name, text, expected) in rows {
        assert_eq!(text, expected, "{name}");
    }
}

#[test]
fn what_has_no_key_is_refused() {
    let deep = |levels| (0..levels).fold(Tree::Nothing, |inner, _| Tree::List(vec![inner]));
    assert!(Key::of(&deep(128)).is_ok());
    assert_eq!(Key::of(&deep(129)).unwrap_err().kind(), ErrorKind::UnsupportedValue);
    let maps = |levels| (0..levels).fold(Tree::Nothing, |inner, _| Tree::Map(vec![(inner, Tree::Nothing)]));
    assert!(Key::of(&maps(128)).is_ok());
    assert_eq!(Key::of(&maps(129)).unwrap_err().kind(), ErrorKind::UnsupportedValue);
    let poisoned = std::sync::Mutex::new(1);
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _held = poisoned.lock().unwrap();
        panic!("poison");
    }));
    assert_eq!(Key::of(&poisoned).unwrap_err().kind(), ErrorKind::UnsupportedValue);
}

#[test]
fn a_wide_value_is_written_in_time() {
    let wide: HashMap<String, usize> = (0..200_000).map(|nth| (format!("{nth}"), nth)).collect();
    let start = std::time::Instant::now();
    assert!(key(&wide).len() > 2_000_000);
    let lists = (0..100).fold(Tree::List(vec![Tree::Text("x".repeat(100_000))]), |inner, _| {
        Tree::List(vec![inner, Tree::Nothing, Tree::Nothing])
    });
    assert!(key(&lists).len() > 100_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let texts = prop_oneof![
        "[ab1:;]{0,3}",
        "\\PC{0,3}",
        prop::sample::select(vec!["\u{ffff}", "\u{1f388}", "\u{d7ff}", "\u{e000}"]).prop_map(str::to_owned)
    ];
    let leaf = prop_oneof![
        Just(Tree::Nothing),
        any::<bool>().prop_map(Tree::Bool),
        (-3_i128..3).prop_map(Tree::Whole),
        any::<i128>().prop_map(Tree::Whole),
        (-2_i128..2).prop_map(|near| Tree::Whole((1 << 53) + near)),
        (-2_i32..2).prop_map(|whole| Tree::Float(whole.into())),
        prop::sample::select(vec![-0.0, f64::NAN, -f64::NAN, f64::INFINITY, 1e21, 1e-7, 0.1, 9_007_199_254_740_992.0])
            .prop_map(Tree::Float),
        any::<f64>().prop_map(Tree::Float),
        texts.clone().prop_map(Tree::Text),
        prop::collection::vec(any::<u8>(), 0..3).prop_map(Tree::Bytes),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(|value| Tree::Some(Box::new(value))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Tree::List),
            prop::collection::vec((texts.clone().prop_map(Tree::Text), inner.clone()), 0..4).prop_map(Tree::Map),
            prop::collection::vec((inner.clone(), inner), 0..4).prop_map(Tree::Map),
        ]
    })
}

/// A value that is nearly the same: one part is another.
fn changed(tree: &Tree, at: &mut usize, other: &Tree) -> Tree {
    if *at == 0 {
        *at = usize::MAX;
        return other.clone();
    }
    *at -= 1;
    match tree {
        Tree::Some(value) => Tree::Some(Box::new(changed(value, at, other))),
        Tree::List(items) => Tree::List(items.iter().map(|item| changed(item, at, other)).collect()),
        Tree::Map(entries) => {
            Tree::Map(entries.iter().map(|(key, value)| (key.clone(), changed(value, at, other))).collect())
        }
        other => other.clone(),
    }
}

/// The same value, with its maps in another order.
fn shuffled(tree: &Tree) -> Tree {
    match tree {
        Tree::Some(value) => Tree::Some(Box::new(shuffled(value))),
        Tree::List(items) => Tree::List(items.iter().map(shuffled).collect()),
        Tree::Map(entries) => {
            let mut seen = BTreeSet::new();
            let mut kept: Vec<(Tree, Tree)> = Vec::new();
            let are_texts = entries.iter().all(|(key, _)| matches!(plain(key), Plain::Text(_)));
            // Of an object's name that comes twice, the last value counts.
            for (key, value) in entries.iter().rev() {
                if seen.insert(plain(key)) || !are_texts {
                    kept.push((shuffled(key), shuffled(value)));
                }
            }
            Tree::Map(kept)
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn keys_are_equal_exactly_when_values_are(one in any_tree(), other in any_tree(), at in 0_usize..12) {
        prop_assert_eq!(key(&one) == key(&other), plain(&one) == plain(&other));
        let near = changed(&one, &mut at.clone(), &other);
        prop_assert_eq!(key(&one) == key(&near), plain(&one) == plain(&near), "{:?} {:?}", one, near);
        prop_assert_eq!(key(&one), key(&shuffled(&one)));
    }

    #[test]
    fn no_text_is_the_beginning_of_another(one in any_tree(), other in any_tree(), at in 0_usize..12) {
        for other in [changed(&one, &mut at.clone(), &other), other] {
            let (one, other) = (key(&one), key(&other));
            prop_assert!(one == other || !(one.starts_with(&other) || other.starts_with(&one)), "{} {}", one, other);
        }
    }

    #[test]
    fn names_sort_as_javascript_sorts_them(names in prop::collection::btree_set(".{0,3}", 0..6)) {
        let object: BTreeMap<&str, u8> = names.iter().map(|name| (&**name, 1)).collect();
        prop_assert_eq!(key(&object), second(&json!({ "$entries": names.iter().map(|name| json!([name, 1])).collect::<Vec<_>>() })));
    }

    #[test]
    fn floats_are_spelled_as_javascript_spells_them(value in any::<f64>()) {
        prop_assert_eq!(key(&value), format!("n{};", number_key(&json!(value.to_string()))));
        // What the text says is the same number again.
        let text = key(&value);
        let again: f64 = text[1..text.len() - 1].parse().unwrap();
        prop_assert!(again.to_bits() == value.to_bits() || value.is_nan());
    }
}
