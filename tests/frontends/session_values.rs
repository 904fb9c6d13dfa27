//! A frontend in Rust that shares a tab with JavaScript: one table of values, each with its type, to be written from here and
//! to be read back, and a cache. tests/e2e/session_rust.test.mjs has the same table in JavaScript, and the same cache.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, reason = "a test may fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Debug};

use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use tabstate::cache::CacheData;
use tabstate::session_state;
use wasm_bindgen::prelude::*;

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Place {
    name: String,
    population: Option<u32>,
    position: (f64, f64),
    tags: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
enum Colour {
    Red,
    Grey(u8),
    Rgb(u8, u8, u8),
    Named { name: String },
}

#[derive(Debug, Deserialize, Serialize)]
struct Wrapped(u8);

#[derive(Debug, Deserialize, Serialize)]
struct Nothing;

/// Bytes as serde has them, and not a list of numbers.
#[derive(Debug)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Buffer;
        impl Visitor<'_> for Buffer {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Buffer)
    }
}

fn map<K: Ord, V, const N: usize>(entries: [(K, V); N]) -> BTreeMap<K, V> {
    BTreeMap::from(entries)
}

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// `NaN` equals itself here, and -0 is not 0.
fn is_same<T: Debug>(one: &T, other: &T) -> bool {
    format!("{one:?}") == format!("{other:?}")
}

macro_rules! table {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        /// Writes every value under its name.
        #[wasm_bindgen]
        pub fn write_all() -> Result<(), JsError> {
            $({
                let value: $type = $value;
                session_state::set(stringify!($name), value)?;
            })*
            Ok(())
        }

        /// The names of the values that are not read as what they are, each with what was read.
        #[wasm_bindgen]
        pub fn misread() -> Vec<String> {
            let mut all = Vec::new();
            $({
                let read = session_state::get::<$type>(stringify!($name));
                if !matches!(&read, Ok(Some(value)) if { let own: $type = $value; is_same(value, &own) }) {
                    all.push(format!("{}: {read:?}", stringify!($name)));
                }
            })*
            all
        }
    };
}

table! {
    yes: bool = true;
    no: bool = false;
    none: Option<u8> = None;
    unit: () = ();
    unit_struct: Nothing = Nothing;
    empty_text: String = String::new();
    text: String = "Oslo".to_owned();
    text_of_all_planes: String = "São Paulo ∀ 🎈 \u{10FFFF}".to_owned();
    controls: String = "\0\u{1}\t\n\r\"\\/\u{7F}\u{2028}".to_owned();
    letter: char = 'é';
    zero: u8 = 0;
    byte: u8 = 255;
    negative: i8 = -128;
    largest_plain: u64 = (1 << 53) - 1;
    smallest_plain: i64 = -((1 << 53) - 1);
    first_bigint: u64 = 1 << 53;
    largest_u64: u64 = u64::MAX;
    smallest_i64: i64 = i64::MIN;
    largest_u128: u128 = u128::MAX;
    half: f64 = 0.5;
    third: f64 = 1.0 / 3.0;
    single: f32 = 0.1;
    huge: f64 = 1.797_693_134_862_315_7e308;
    tiny: f64 = 5e-324;
    exponent: f64 = 1e21;
    minus_zero: f64 = -0.0;
    not_a_number: f64 = f64::NAN;
    infinite: f64 = f64::NEG_INFINITY;
    empty_list: Vec<u8> = Vec::new();
    list: Vec<i32> = vec![1, -2, 3];
    lists: Vec<Vec<String>> = vec![texts(["a"]), texts([]), texts(["b", "c"])];
    options: Vec<Option<bool>> = vec![Some(true), None, Some(false)];
    tuple: (u8, String, f64, Option<bool>) = (1, "a".to_owned(), 0.25, None);
    set: BTreeSet<String> = BTreeSet::from(["b".to_owned(), "a".to_owned()]);
    with_not_a_number: Vec<f64> = vec![1.0, f64::NAN, -0.0];
    object: BTreeMap<String, u8> = map([("a".to_owned(), 1), ("b".to_owned(), 2)]);
    empty_object: BTreeMap<String, u8> = map([]);
    odd_keys: BTreeMap<String, u8> = map([(String::new(), 1), ("__proto__".to_owned(), 2), ("ключ".to_owned(), 3)]);
    nested: BTreeMap<String, BTreeMap<String, Vec<u8>>> = map([("a".to_owned(), map([("b".to_owned(), vec![1])]))]);
    by_number: BTreeMap<i32, String> = map([(-1, "a".to_owned()), (2, "b".to_owned())]);
    by_pair: BTreeMap<(u8, u8), bool> = map([((1, 2), true)]);
    place: Place = Place { name: "Ålesund".to_owned(), population: Some(66_258), position: (62.4722, 6.1549), tags: texts(["sea"]) };
    place_without: Place = Place { name: "?".to_owned(), population: None, position: (0.0, -0.5), tags: texts([]) };
    places: Vec<Wrapped> = vec![Wrapped(1), Wrapped(2)];
    name_of_a_variant: Colour = Colour::Red;
    variant_of_one: Colour = Colour::Grey(7);
    variant_of_many: Colour = Colour::Rgb(1, 2, 3);
    variant_of_fields: Colour = Colour::Named { name: "teal".to_owned() };
    bytes: Bytes = Bytes((0..=255).collect());
    no_bytes: Bytes = Bytes(Vec::new());
    parts_of_bytes: Vec<Bytes> = vec![Bytes(vec![0]), Bytes(vec![255, 254])];
    long_text: String = "🎈 long ".repeat(2000);
    long_list: Vec<u32> = (0..5000).collect();
}

thread_local! {
    static CITIES: CacheData<(String,), Place> =
        CacheData::builder().ttl("1h").persist_in_session("cities@1").build().expect("the options are right");
}

fn made_in_rust(name: &str) -> Place {
    Place { name: name.to_owned(), population: None, position: (0.5, f64::NAN), tags: texts(["rust"]) }
}

/// What is kept of a city, or what Rust makes of it: the tags, which say who made it.
#[wasm_bindgen]
pub fn city(name: String) -> Result<Vec<String>, JsError> {
    let cities = CITIES.with(CacheData::clone);
    let key = (name,);
    Ok(cities.get_or_insert_with(&key, || made_in_rust(&key.0))?.tags)
}

/// The same, in a promise.
#[wasm_bindgen]
pub async fn city_later(name: String) -> Result<Vec<String>, JsError> {
    let cities = CITIES.with(CacheData::clone);
    let key = (name.clone(),);
    Ok(cities.get_or_insert_with_async(&key, move || async move { made_in_rust(&name) }).await?.tags)
}

/// Lets go of what is kept of a city.
#[wasm_bindgen]
pub fn clear_city(name: String) {
    CITIES.with(|cities| cities.clear(&(name,)));
}

/// Where cities are kept.
#[wasm_bindgen]
pub fn persistence() -> String {
    CITIES.with(|cities| cities.persistence().as_str().to_owned())
}
