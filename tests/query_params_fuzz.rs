//! Bounded fuzz targets. For the text editor, bytes are cut into a query and edits, and nothing may panic, lose another
//! parameter, or read otherwise than written. For the codecs and for structs, they are a text, and what is read from it
//! must be what is written. `TABSTATE_FUZZ_CASES` sets how many inputs are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod simulated_browser;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde::{Deserialize, Serialize};
use simulated_browser::{Engine, open};
use tabstate::query_params::codecs::{
    BigInt, Bool, Codec, Date, DateTime, Decimal, Delimited, Float, Int, Json, LocalDateTime, Pair, Text, Time,
};
use tabstate::query_params::{QueryText, WriteOptions};

const NOW: WriteOptions = WriteOptions::replace();

/// The first byte tells how long the query is; then keys and values follow behind NULs.
fn edit(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replace('#', "");
    let length = usize::from(bytes.first().copied().unwrap_or_default());
    let (query, edits) =
        text.split_at((0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap());
    let (browser, live) = open(Engine::WebKit, &format!("https://h/?{query}"));
    let mut parts = edits.split('\0');
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        let before = live.text();
        let others = |text: &QueryText| -> Vec<(String, String)> {
            let pairs = QueryText::parse(&format!("?{text}"));
            pairs.pairs().filter(|(name, _)| name != key).map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
        };
        match live.set(key, value.split('\x01').collect::<Vec<_>>(), NOW) {
            Ok(()) => assert_eq!(live.get(key).as_deref(), value.split('\x01').next_back()),
            Err(_) => assert_eq!(live.text(), before),
        }
        assert_eq!(others(&before), others(&live.text()));
    }
    browser.end_turn();
    assert_eq!(browser.query(), live.text().to_string());
    live.from_dict(live.to_dict().iter().map(|(key, value)| (key.as_str(), value.as_str())), NOW).unwrap();
    live.clear(NOW);
    browser.end_turn();
    assert!(live.to_dict().is_empty());
}

/// What a codec reads, it writes and reads again.
fn hold<C: Codec<Value: PartialEq + std::fmt::Debug>>(codec: &C, text: &str) {
    if let Ok(value) = codec.parse(text) {
        let written = codec.format(&value).unwrap();
        assert_eq!(codec.parse(&written), Ok(value));
    }
}

/// The first character separates, the first line limits, the rest is the text.
fn decode(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (limit, text) = text.split_once('\n').unwrap_or(("", &text));
    let separator = text.get(..text.chars().next().map_or(0, char::len_utf8)).unwrap_or_default();
    hold(&Text, text);
    hold(&Int::default(), text);
    hold(&Float { infinite: true, ..Float::default() }, text);
    hold(&Bool, text);
    hold(&BigInt { min: Some(limit), max: None }, text);
    hold(&Decimal { min: None, max: Some(limit) }, text);
    hold(&Date, text);
    hold(&Time, text);
    hold(&LocalDateTime, text);
    hold(&DateTime, text);
    hold(&Delimited { separator, item: Text }, text);
    hold(&Delimited { separator: limit, item: Delimited { separator, item: Float::default() } }, text);
    hold(&Pair(Text, Int::default()), text);
    hold(&Json::<serde_json::Value>::new(), text);
    read_struct(text);
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Fields {
    #[serde(default)]
    a: i8,
    e: Option<f64>,
    #[serde(rename = "")]
    empty: Vec<char>,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

fn read_struct(text: &str) {
    if let Ok(fields) = QueryText::parse(text).read::<Fields>() {
        let written = QueryText::write(&fields).unwrap();
        assert_eq!(QueryText::parse(&format!("?{written}")).read::<Fields>(), Ok(fields));
    }
}

fn run(odd: &[u8], target: fn(&[u8])) {
    let cases = std::env::var("TABSTATE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(5_000);
    let odd = prop::sample::select(odd.to_vec());
    let bytes = prop::collection::vec(prop_oneof![3 => odd, 1 => any::<u8>()], 0..200);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    runner
        .run(&bytes, |bytes| {
            target(&bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_bytes_break_the_text_editor() {
    run(b"&=+%?;\0\x01aAeE09\xe9\xff\xf0\x9f\xc3 '\"", edit);
}

#[test]
fn no_bytes_break_a_codec_or_a_struct() {
    run(b"0123456789-+.eE:TZ,~!*$@\n&=a\"[]{}tfrul\xe9\xff\xf0", decode);
}
