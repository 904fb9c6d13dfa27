//! Whole structs through serde, single parameters through a codec, and Streamlit's deprecated pair.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_browser;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use simulated_browser::{Engine, open};
use tabstate::query_params::codecs::{Bool, Codec, Delimited, Float, Int, Invalid, List, Text};
use tabstate::query_params::{IntoParam as _, Param, QueryText, WriteOptions};
use tabstate::{Error, ErrorKind, query_params};

const NOW: WriteOptions = WriteOptions::replace();

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    QueryText::parse(query).read()
}

/// The kind, and the key.
fn failure<T: DeserializeOwned + Debug>(query: &str) -> (ErrorKind, Option<String>) {
    let error = read::<T>(query).unwrap_err();
    (error.kind(), error.key().map(str::to_owned))
}

fn malformed(key: &str) -> (ErrorKind, Option<String>) {
    (ErrorKind::Malformed, Some(key.to_owned()))
}

fn unsupported(key: &str) -> (ErrorKind, Option<String>) {
    (ErrorKind::UnsupportedValue, Some(key.to_owned()))
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sort {
    Price,
    NewestFirst,
    #[serde(rename = "")]
    Nothing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Id(u64);

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Marker;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    small: i8,
    short: u16,
    whole: i32,
    long: i64,
    longest: i128,
    largest: u128,
    half: f32,
    float: f64,
    on: bool,
    letter: char,
    #[serde(rename = "a key & more")]
    text: String,
    perhaps: Option<String>,
    count: Option<u32>,
    sort: Sort,
    id: Id,
    marker: Marker,
    unit: (),
    tags: Vec<String>,
    numbers: Vec<f64>,
    sorts: BTreeSet<Sort>,
    pair: (i32, String),
    triple: [u8; 3],
    several: Option<(bool, bool)>,
    #[serde(default = "seven", skip_serializing_if = "is_seven")]
    page: u32,
    #[serde(skip)]
    ours: u8,
}

fn seven() -> u32 {
    7
}

fn is_seven(page: &u32) -> bool {
    *page == 7
}

prop_compose! {
    fn numbers()(
        small in any::<i8>(), short in any::<u16>(), whole in any::<i32>(), long in any::<i64>(),
        longest in any::<i128>(), largest in any::<u128>(),
        half in prop::num::f32::NORMAL | prop::num::f32::SUBNORMAL | prop::num::f32::ZERO,
        float in finite(), numbers in prop::collection::vec(finite(), 0..4),
        page in 0..10_u32, count in any::<Option<u32>>(),
    ) -> Everything {
        Everything {
            small, short, whole, long, longest, largest, half, float, numbers, page, count, on: false, letter: 'x',
            text: String::new(), perhaps: None, sort: Sort::Price, id: Id(long.unsigned_abs()), marker: Marker,
            unit: (), tags: Vec::new(), sorts: BTreeSet::new(), pair: (whole, String::new()),
            triple: [0, 255, short as u8], several: None, ours: 0,
        }
    }
}

prop_compose! {
    fn everything()(
        numbers in numbers(), on in any::<bool>(), letter in any::<char>(), text in any::<String>(),
        perhaps in any::<Option<String>>(), sort in sort(), tags in prop::collection::vec(any::<String>(), 0..4),
        sorts in prop::collection::btree_set(sort(), 0..4), second in any::<String>(),
        several in any::<Option<(bool, bool)>>(),
    ) -> Everything {
        let pair = (numbers.pair.0, second);
        Everything { on, letter, text, perhaps, sort, tags, sorts, several, pair, ..numbers }
    }
}

fn finite() -> impl Strategy<Value = f64> {
    prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO
}

fn sort() -> impl Strategy<Value = Sort> {
    prop::sample::select(vec![Sort::Price, Sort::NewestFirst, Sort::Nothing])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_struct_reads_back_as_it_was_written(before in everything(), after in everything()) {
        let text = QueryText::write(&before).unwrap();
        prop_assert_eq!(text.read::<Everything>().unwrap(), before.clone());
        prop_assert!(text.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        let (browser, live) = open(Engine::Chromium, "https://h/p?embed=true&x=%41&flag#f");
        for value in [before, after] {
            live.write_fields(&value, NOW).unwrap();
            prop_assert_eq!(&live.read::<Everything>().unwrap(), &value);
            browser.advance(1_000.0);
            prop_assert_eq!(&QueryText::parse(&browser.query()).read::<Everything>().unwrap(), &value);
            prop_assert!(browser.query().starts_with("embed=true&x=%41&flag&"));
        }
    }

    #[test]
    fn a_map_reads_back_as_it_was_written(map in prop::collection::btree_map(any::<String>(), any::<String>(), 0..6)) {
        let text = QueryText::write(&map).unwrap();
        prop_assert_eq!(QueryText::parse(&format!("?{text}")).read::<BTreeMap<String, String>>().unwrap(), map);
    }

    #[test]
    fn a_map_of_lists_reads_back_as_it_was_written(
        map in prop::collection::btree_map(any::<i64>(), prop::collection::vec(any::<char>(), 1..4), 0..6),
    ) {
        let text = QueryText::write(&map).unwrap();
        prop_assert_eq!(text.read::<BTreeMap<i64, Vec<char>>>().unwrap(), map);
    }

    #[test]
    fn no_query_is_too_odd_for_a_struct(text in any::<String>(), odd in "([a-z]{1,8}(=[-0-9a-z.%]{0,6})?&){0,12}") {
        for text in [text, odd] {
            if let Ok(value) = read::<Everything>(&text) {
                prop_assert_eq!(QueryText::write(&value).unwrap().read::<Everything>().unwrap(), value);
            }
            prop_assert!(read::<HashMap<String, String>>(&text).is_ok());
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct One<T> {
    v: T,
}

#[test]
fn a_fields_text_is_strict() {
    macro_rules! refused {
        ($($type:ty: $($text:literal)*;)*) => {$($(
            let query = QueryText::format([("v", $text)]).to_string();
            assert_eq!(failure::<One<$type>>(&query), malformed("v"), "{} is no {}", $text, stringify!($type));
            let query = QueryText::format([("v", "1"), ("v", $text)]).to_string();
            assert_eq!(failure::<One<Option<$type>>>(&query), malformed("v"), "{}", $text);
        )*)*};
    }
    refused! {
        i8: "" " 5" "5 " "+5" "1e3" "12abc" "128" "-129" "0x10" "1.0" "1_000" "٣" "--1" "-";
        u8: "-1" "256" "NaN";
        u32: "4294967296" "12abc" "1,000";
        i64: "9223372036854775808";
        i128: "170141183460469231731687303715884105728";
        u128: "340282366920938463463374607431768211456" "-1";
        f64: "" "1.5x" "inf" "Infinity" "NaN" "1e999" "-1e999" ".5" "5." "1e" "+1" " 1" "0x1p3" "1_0";
        f32: "1e39" "3.5e38" "infinity";
        bool: "" "1" "0" "yes" "on" "true " "t";
        char: "" "ab" "e\u{301}";
        Sort: "price " "Price" "newestFirst";
        (): "" "x";
    }
    assert_eq!(read("v=-0&v=007"), Ok(One { v: 7_u8 }));
    assert_eq!(read("v=-0"), Ok(One { v: 0_u8 }));
    assert_eq!(read("v=TRUE"), Ok(One { v: true }));
    assert_eq!(read("v=1e3"), Ok(One { v: 1_000_f64 }));
    assert_eq!(read("v=%F0%9F%8E%88"), Ok(One { v: '\u{1f388}' }));
    assert!(read::<One<f64>>("v=-0").unwrap().v.is_sign_negative());
    assert_eq!(read("v="), Ok(One { v: Sort::Nothing }));
}

#[test]
fn a_repeated_key_is_a_list_or_its_last_value() {
    assert_eq!(read("v=1&w=0&v=2&v=3"), Ok(One { v: vec![1, 2, 3] }));
    assert_eq!(read("v=1&v=2"), Ok(One { v: 2 }));
    assert_eq!(read("v=1&v=2"), Ok(One { v: (1, "2".to_owned()) }));
    assert_eq!(read("v=1&v=2"), Ok(One { v: [1, 2] }));
    assert_eq!(read("v=b&v=a&v=b"), Ok(One { v: BTreeSet::from(["a".to_owned(), "b".to_owned()]) }));
    assert_eq!(read("v="), Ok(One { v: vec![String::new()] }));
    assert_eq!(read("v=1"), Ok(One { v: Some(vec![1]) }));
    assert_eq!(failure::<One<(u8, u8)>>("v=1&v=2&v=3"), malformed("v"));
    assert_eq!(failure::<One<[u8; 3]>>("v=1&v=2"), malformed("v"));
    assert_eq!(failure::<One<Vec<u8>>>("v=1&v=x&v=3"), malformed("v"));
}

#[test]
fn an_absent_key_is_no_items_or_none_or_the_default_or_missing() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Filters {
        list: Vec<u8>,
        other: BTreeSet<String>,
        perhaps: Option<Vec<u8>>,
        #[serde(default = "seven")]
        page: u32,
        #[serde(default)]
        q: String,
    }
    let nothing = Filters { list: vec![], other: BTreeSet::new(), perhaps: None, page: 7, q: String::new() };
    assert_eq!(read("x=1"), Ok(nothing));
    assert_eq!(failure::<One<u8>>("w=1"), malformed("v"));
    assert_eq!(failure::<One<bool>>(""), malformed("v"));
    assert_eq!(failure::<One<Sort>>(""), malformed("v"));
    assert_eq!(failure::<One<(u8, u8)>>(""), malformed("v"));
    assert_eq!(read(""), Ok(One { v: () }));
    assert_eq!(read(""), Ok(Marker));
}

#[test]
fn a_field_that_no_text_stands_for_is_refused_both_ways() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    enum Shape {
        Round(u8),
        Flat { width: u8 },
        Long(u8, u8),
    }
    for query in ["v=Round", "v=1", "v=Flat&v=Long"] {
        assert_eq!(failure::<One<One<u8>>>(query), unsupported("v"));
        assert_eq!(failure::<One<HashMap<String, u8>>>(query), unsupported("v"));
        assert_eq!(failure::<One<Vec<Vec<u8>>>>(query), unsupported("v"));
        assert_eq!(failure::<One<Vec<One<u8>>>>(query), unsupported("v"));
    }
    assert_eq!(failure::<One<Shape>>("v=Round"), unsupported("v"));
    assert_eq!(failure::<One<Shape>>("v=Flat"), unsupported("v"));
    assert_eq!(failure::<One<Shape>>("v=Long"), unsupported("v"));
    assert_eq!(failure::<One<Shape>>("v=Other"), malformed("v"));
    assert_eq!(failure::<u32>("v=1"), (ErrorKind::UnsupportedValue, None));
    assert_eq!(failure::<Vec<u32>>("v=1"), (ErrorKind::UnsupportedValue, None));
    assert_eq!(failure::<Sort>("v=1"), (ErrorKind::UnsupportedValue, None));

    fn refused<T: Serialize>(value: T) {
        let (browser, live) = open(Engine::Chromium, "https://h/?a=1");
        let error = live.write_fields(&BTreeMap::from([("v", value)]), NOW).unwrap_err();
        assert_eq!((error.kind(), error.key()), (ErrorKind::UnsupportedValue, Some("v")));
        browser.end_turn();
        assert_eq!(browser.query(), "a=1");
    }
    refused(BTreeMap::from([("a", 1)]));
    refused(vec![vec![1]]);
    refused(vec![BTreeMap::from([("a", 1)])]);
    refused(vec![None, Some(1)]);
    refused(vec![()]);
    refused(((1, 2), 3));
    refused(Shape::Round(1));
    refused(Shape::Flat { width: 1 });
    refused(Shape::Long(1, 2));
    refused(f64::NAN);
    refused(f32::INFINITY);
    refused(vec![f64::NEG_INFINITY]);
    for error in [QueryText::write(&1), QueryText::write("a=1"), QueryText::write(&[1]), QueryText::write(&Sort::Price)]
    {
        assert_eq!(error.unwrap_err().kind(), ErrorKind::UnsupportedValue);
    }
    let no_keys = BTreeMap::from([(vec![1], 1)]);
    assert_eq!(QueryText::write(&no_keys).unwrap_err().kind(), ErrorKind::UnsupportedValue);
}

#[test]
fn a_write_touches_the_structs_keys_alone_and_is_all_or_nothing() {
    #[derive(Serialize)]
    struct Filters<'a> {
        page: Option<u32>,
        tag: &'a [&'a str],
        #[serde(skip_serializing_if = "str::is_empty")]
        q: &'a str,
    }
    let (browser, live) = open(Engine::Firefox, "https://h/p?sig=a%20b&q=old&page=3&flag&tag=x&e=%E9&tag=y&EMBED=1#f");
    let told = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = std::rc::Rc::clone(&told);
    live.subscribe(move |_| counted.set(counted.get() + 1));
    live.write_fields(&Filters { page: None, tag: &["z"], q: "" }, NOW).unwrap();
    assert_eq!(live.to_lists().len(), 4);
    browser.end_turn();
    assert_eq!(browser.query(), "sig=a%20b&flag&tag=z&e=%E9&EMBED=1");
    assert_eq!((told.get(), browser.own_calls()), (1, 1));
    live.write_fields(&Filters { page: None, tag: &[], q: "fjord" }, WriteOptions::push()).unwrap();
    browser.end_turn();
    assert_eq!((browser.query().as_str(), browser.own_pushes()), ("sig=a%20b&flag&e=%E9&EMBED=1&q=fjord", 1));

    let before = browser.query();
    let entries = [("q", "sea"), ("Embed_Options", "x")];
    let error = live.write_fields(&BTreeMap::from(entries), NOW).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Reserved, Some("Embed_Options")));
    let error = live.write_fields(&(BTreeMap::from([("a", vec![1.0]), ("b", vec![f64::NAN])])), NOW).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::UnsupportedValue, Some("b")));
    browser.end_turn();
    assert_eq!((browser.query(), live.get("q").as_deref()), (before, Some("fjord")));
}

#[test]
fn a_read_does_not_see_reserved_keys() {
    let (_browser, live) = open(Engine::Chromium, "https://h/p?embed=true&EMBED_OPTIONS=x&a=1");
    assert_eq!(live.read::<BTreeMap<String, String>>().unwrap(), BTreeMap::from([("a".to_owned(), "1".to_owned())]));
    #[derive(Debug, PartialEq, Deserialize)]
    struct Embed {
        embed: Option<bool>,
    }
    assert_eq!(live.read::<Embed>(), Ok(Embed { embed: None }));
    assert_eq!(read("embed=true"), Ok(Embed { embed: Some(true) }));
}

#[test]
fn flattened_text_is_read_and_flattened_numbers_say_so() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Inner {
        q: String,
        sort: Option<Sort>,
        letter: Option<char>,
    }
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Outer {
        page: u32,
        #[serde(flatten)]
        inner: Inner,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }
    let outer = Outer {
        page: 2,
        inner: Inner { q: "fjord".to_owned(), sort: Some(Sort::Price), letter: None },
        rest: BTreeMap::from([("utm".to_owned(), "x".to_owned())]),
    };
    assert_eq!(read("utm=y&page=2&q=fjord&sort=price&utm=x"), Ok(outer));
    let outer: Outer = read("page=2&q=").unwrap();
    assert_eq!(QueryText::write(&outer).unwrap().as_str(), "page=2&q=");
    assert_eq!(failure::<Outer>("q=fjord&page=x"), malformed("page"));
    assert_eq!(failure::<Outer>("page=1"), malformed("q"));

    #[derive(Debug, Deserialize, Serialize)]
    struct Numbers {
        #[serde(flatten)]
        inner: One2,
    }
    #[derive(Debug, Deserialize, Serialize)]
    struct One2 {
        v: u32,
    }
    let written = QueryText::write(&Numbers { inner: One2 { v: 3 } }).unwrap();
    assert_eq!(written.as_str(), "v=3");
    let error = written.read::<Numbers>().unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Malformed, "the text is not of the field's type; a flattened field is text")
    );
    assert_eq!(written.read::<One2>().unwrap().v, 3);
    assert_eq!(failure::<Numbers>("w=3"), malformed("v"));
}

#[test]
fn names_and_rules_of_serde_hold() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Strict {
        #[serde(alias = "search")]
        query_text: String,
        #[serde(default, deserialize_with = "even")]
        even: u32,
    }
    fn even<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let value = u32::deserialize(deserializer)?;
        if value % 2 == 0 { Ok(value) } else { Err(D::Error::custom("odd")) }
    }
    assert_eq!(read("search=a&even=4"), Ok(Strict { query_text: "a".to_owned(), even: 4 }));
    assert_eq!(failure::<Strict>("queryText=a&even=3"), malformed("even"));
    assert_eq!(failure::<Strict>("queryText=a&other=3"), malformed("other"));
    for query in ["queryText=a&search=3", "search=3&queryText=a", "search=3&even=0&queryText=a"] {
        assert_eq!(read(query), Ok(Strict { query_text: "a".to_owned(), even: 0 }), "{query}");
    }
    assert_eq!(failure::<Strict>("search=3&queryText=a&even=3"), malformed("even"));

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        List { sort: String },
        Map,
    }
    let tagged = Tagged::List { sort: "price".to_owned() };
    assert_eq!(QueryText::write(&tagged).unwrap().as_str(), "kind=List&sort=price");
    assert_eq!(read("sort=price&kind=List"), Ok(tagged));
    assert_eq!(read("kind=Map"), Ok(Tagged::Map));
    assert_eq!(failure::<Tagged>("sort=price"), malformed("kind"));
}

#[test]
fn a_field_under_several_names_is_its_own_name_or_the_first() {
    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Old {
        #[serde(alias = "search", alias = "query")]
        q: Option<String>,
        #[serde(rename = "p", alias = "page")]
        page: Option<u32>,
        #[serde(alias = "tags")]
        tag: Vec<String>,
    }
    let old = |q: &str, page| Old { q: Some(q.to_owned()), page, tag: vec![] };
    for (query, expected) in [
        ("search=a&q=b", old("b", None)),
        ("q=b&search=a", old("b", None)),
        ("query=a&search=b", old("a", None)),
        ("query=a&page=1&search=b&p=2&q=c", old("c", Some(2))),
        ("page=x&search=b&search=c&p=2", old("c", Some(2))),
        ("search=b&query=c&page=3", old("b", Some(3))),
    ] {
        assert_eq!(read(query), Ok(expected), "{query}");
    }
    assert_eq!(
        read("page=x&p=2&tags=a&tag=b").map(|old: Old| (old.page, old.tag)),
        Ok((Some(2), vec!["b".to_owned()]))
    );
    for (query, key) in [("page=1&p=x", "p"), ("p=x&page=1", "p"), ("page=x&q=a", "page"), ("page=y&p=x", "page")] {
        assert_eq!(failure::<Old>(query), malformed(key), "{query}");
    }
    assert_eq!(failure::<BTreeMap<String, u8>>("a=1&c=x&b=y&d=2"), malformed("c"), "the first one is told");

    let (browser, live) = open(Engine::Chromium, "https://h/?search=a&page=4&tags=x&tags=y");
    let mut read: Old = live.read().unwrap();
    live.write_fields(&read, NOW).unwrap();
    assert_eq!(live.read::<Old>().as_ref(), Ok(&read));
    (read.q, read.page) = (Some("z".to_owned()), Some(5));
    live.write_fields(&read, NOW).unwrap();
    assert_eq!(live.read::<Old>(), Ok(read));
    browser.end_turn();
    assert_eq!(browser.query(), "search=a&page=4&tags=x&tags=y&q=z&p=5&tag=x&tag=y");

    #[derive(Debug, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        _old: Flattened,
    }
    #[derive(Debug, Deserialize)]
    struct Flattened {
        #[serde(alias = "search")]
        _q: String,
    }
    assert_eq!(failure::<Flat>("search=a&_q=b"), malformed("_q"));

    /// Says that a field is there twice whatever is there.
    #[derive(Debug)]
    struct Stubborn;
    impl<'de> Deserialize<'de> for Stubborn {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Twice;
            impl<'de> serde::de::Visitor<'de> for Twice {
                type Value = Stubborn;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("nothing")
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Stubborn, A::Error> {
                    map.next_key::<String>()?;
                    Err(A::Error::duplicate_field("a"))
                }
            }
            deserializer.deserialize_map(Twice)
        }
    }
    assert_eq!(failure::<Stubborn>("a=1&b=2"), malformed("a"));
    assert_eq!(failure::<Stubborn>("b=1&c=2"), malformed("a"));
}

#[test]
fn what_serde_does_not_report_of_a_write_is_as_documented() {
    #[derive(Serialize)]
    struct Outer {
        #[serde(skip_serializing_if = "is_seven")]
        page: u32,
        q: Option<String>,
        #[serde(flatten)]
        rest: BTreeMap<String, u32>,
    }
    let (browser, live) = open(Engine::Chromium, "https://h/?page=3&q=a");
    live.write_fields(&Outer { page: 7, q: None, rest: BTreeMap::new() }, NOW).unwrap();
    browser.end_turn();
    assert_eq!(browser.query(), "page=3", "a skipped field is not reported, `None` is");

    let rest = BTreeMap::from([("page".to_owned(), 2), ("q".to_owned(), 5)]);
    let outer = Outer { page: 1, q: Some("a".to_owned()), rest };
    live.write_fields(&outer, NOW).unwrap();
    browser.end_turn();
    assert_eq!(browser.query(), "page=2&q=5");
    assert_eq!(QueryText::write(&outer).unwrap().as_str(), "page=2&q=5");

    #[derive(Debug, Deserialize, Serialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        Price { max: u32 },
    }
    let written = QueryText::write(&Tagged::Price { max: 3 }).unwrap();
    assert_eq!(written.as_str(), "kind=Price&max=3");
    assert_eq!(failure::<Tagged>(written.as_str()), (ErrorKind::Malformed, None));
}

#[test]
fn many_keys_and_many_absent_lists_are_read() {
    let text: String = (0..50_000).map(|n| format!("&k{n}={n}")).collect();
    assert_eq!(read::<HashMap<String, u32>>(&text).unwrap().len(), 50_000);
    assert_eq!(read::<One<Vec<u8>>>(&text), Ok(One { v: vec![] }));
}

#[test]
fn one_parameter_goes_through_its_codec() {
    let (browser, live) = open(Engine::Chromium, "https://h/p?page=2&page=12abc&id=1&id=2&no=1&no=&sig=a%20b");
    let page = Int { min: Some(1), max: None };
    let error = live.read_param("page", &page).unwrap_err();
    assert_eq!(
        (error.kind(), error.key(), error.message()),
        (ErrorKind::Malformed, Some("page"), "not a whole number")
    );
    assert_eq!(live.read_param("absent", &page), Ok(None));
    assert_eq!(live.read_list("id", &List(page)), Ok(vec![1, 2]));
    assert_eq!(live.read_list("absent", &List(page)), Ok(vec![]));
    assert_eq!(live.read_list("no", &List(Bool)).unwrap_err().key(), Some("no"));

    live.write_param("page", &page, &3, NOW).unwrap();
    assert_eq!(live.read_param("page", &page), Ok(Some(3)));
    let error = live.write_param("page", &page, &0, NOW).unwrap_err();
    assert_eq!(
        (error.kind(), error.key(), error.message()),
        (ErrorKind::UnsupportedValue, Some("page"), "below the minimum")
    );
    live.write_list("id", &List(page), &[7, 8, 9], NOW).unwrap();
    assert!(live.write_list("id", &List(page), &[7, 0], NOW).is_err());
    live.write_list("no", &List(page), &[], NOW).unwrap();
    live.write_param("tags", &Delimited { separator: ",", item: Text }, &vec![], NOW).unwrap();
    live.write_param("q", &Text, &String::new(), NOW).unwrap();
    let tags = List(Delimited { separator: ",", item: Text });
    live.write_list("t", &tags, &[vec![]], NOW).unwrap();
    assert_eq!(live.read_list("t", &tags), Ok(vec![vec![]]));
    assert_eq!(live.write_param("embed", &Bool, &true, NOW).unwrap_err().kind(), ErrorKind::Reserved);
    browser.end_turn();
    assert_eq!(browser.query(), "page=3&id=7&id=8&id=9&sig=a%20b&q=&t=");
}

#[test]
fn a_codec_of_ones_own_is_as_good() {
    struct Even;
    impl Codec for Even {
        type Value = i64;

        fn parse(&self, text: &str) -> Result<i64, Invalid> {
            let value = Int::default().parse(text)?;
            if value % 2 == 0 { Ok(value) } else { Err(Invalid::new("odd")) }
        }

        fn format(&self, value: &i64) -> Result<String, Invalid> {
            let text = value.to_string();
            self.parse(&text).map(|_| text)
        }
    }
    let query = QueryText::parse("n=3&m=4");
    let codec: &dyn Codec<Value = i64> = &Even;
    assert_eq!(query.read_param("n", codec).unwrap_err().message(), "odd");
    assert_eq!(query.read_param("m", codec), Ok(Some(4)));
}

#[test]
fn the_functions_of_this_tab_work_on_memory() {
    query_params::write(&BTreeMap::from([("page", 2), ("n", 3)])).unwrap();
    assert_eq!(query_params::read::<One2>().unwrap(), One2 { page: 2 });
    query_params::write_with(&BTreeMap::from([("n", None::<u8>)]), WriteOptions::push()).unwrap();
    query_params::write_param("x", &Float::default(), &0.5).unwrap();
    query_params::write_list("b", &List(Bool), &[true, false]).unwrap();
    assert_eq!(query_params::text().as_str(), "page=2&x=0.5&b=true&b=false");
    assert_eq!(query_params::read_param("x", &Float::default()), Ok(Some(0.5)));
    assert_eq!(query_params::read_list("b", &List(Bool)), Ok(vec![true, false]));
    query_params::clear();
    assert_eq!(query_params::read::<HashMap<String, String>>().unwrap(), HashMap::new());

    #[derive(Debug, PartialEq, Deserialize)]
    struct One2 {
        page: u8,
    }
}

#[test]
#[allow(deprecated, reason = "the deprecated pair works")]
fn the_deprecated_pair_reads_lists_and_replaces_all() {
    use query_params::{experimental_get_query_params, experimental_set_query_params};
    query_params::set("old", 1).unwrap();
    experimental_set_query_params([("b", vec![1, 2]), ("a", vec![3]), ("none", vec![])]).unwrap();
    let lists = [("b".to_owned(), vec!["1".to_owned(), "2".to_owned()]), ("a".to_owned(), vec!["3".to_owned()])];
    assert_eq!(experimental_get_query_params(), lists);
    assert_eq!(experimental_set_query_params([("EMBED", 1)]).unwrap_err().kind(), ErrorKind::Reserved);
    assert_eq!(experimental_get_query_params(), lists);
    experimental_set_query_params::<&str>([]).unwrap();
    assert_eq!(experimental_get_query_params(), []);
}

#[test]
fn every_recorded_case_of_the_deprecated_pair_holds() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/experimental_query_params.json")).unwrap();
    let mut run = 0;
    for case in cases.iter().filter(|case| case["only"] != "js") {
        let id = case["id"].as_str().unwrap();
        let (browser, live) = open(Engine::Chromium, &format!("https://h/p{}#frag", case["start"].as_str().unwrap()));
        for (op, expected) in case["ops"].as_array().unwrap().iter().zip(case["expect"].as_array().unwrap()) {
            let result = match op[0].as_str().unwrap() {
                "experimentalGet" => serde_json::json!(live.to_lists()),
                "experimentalSet" => {
                    let params: Vec<(String, Param)> = entries(op.get(1));
                    let borrowed = params.iter().map(|(key, param)| (key.as_str(), param.clone()));
                    live.from_dict(borrowed, NOW).map_or_else(
                        |error| serde_json::json!({ "error": error.kind().code(), "key": error.key() }),
                        |()| Value::Null,
                    )
                }
                unknown => panic!("there is no operation {unknown}"),
            };
            assert_eq!(result, *expected, "{id} {op}");
        }
        browser.end_turn();
        let pairs = QueryText::parse(&browser.query());
        let end: Vec<_> = pairs.pairs().map(|(key, value)| [key.into_owned(), value.into_owned()]).collect();
        assert_eq!(serde_json::json!(end), case["end"], "{id}");
        assert_eq!(browser.own_calls() as u64, case["calls"].as_u64().unwrap(), "{id}");
        run += 1;
    }
    assert!(run >= 10, "only {run} cases were found");
}

fn entries(entries: Option<&Value>) -> Vec<(String, Param)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        value => value["$float"].as_str().map_or_else(|| value.to_string(), str::to_owned),
    };
    let param = |value: &Value| match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().into_param(),
        Value::Null => Param::default(),
        value => text(value).into_param(),
    };
    let pairs = entries.and_then(|entries| entries["$pairs"].as_array()).into_iter().flatten();
    pairs.map(|pair| (pair[0].as_str().unwrap().to_owned(), param(&pair[1]))).collect()
}
