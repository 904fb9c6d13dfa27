//! Query text: tables, and laws over any text.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::type_complexity, reason = "a test may fail")]

mod simulated_browser;

use proptest::prelude::*;
use simulated_browser::{Engine, open};
use tabstate::ErrorKind;
use tabstate::query_params::{QueryText, WriteOptions};

const NOW: WriteOptions = WriteOptions::replace();

fn pairs(text: &str) -> Vec<(String, String)> {
    QueryText::parse(text).pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

#[test]
fn text_reads_as_the_url_standard_says() {
    let rows: &[(&str, &str, &[(&str, &str)])] = &[
        ("empty", "", &[]),
        ("mark alone", "?", &[]),
        ("one mark is skipped, one is not", "??a=1", &[("?a", "1")]),
        ("bare flag", "flag", &[("flag", "")]),
        ("empty key", "=x", &[("", "x")]),
        ("empty fields", "&&a=1&&", &[("a", "1")]),
        ("second equals sign", "a=b=c", &[("a", "b=c")]),
        ("plus in key and value", "a+b=c+d", &[("a b", "c d")]),
        ("escapes", "%61=%2B%20%26", &[("a", "+ &")]),
        ("broken escapes stay", "a=%&b=%z&c=%4&d=%4g", &[("a", "%"), ("b", "%z"), ("c", "%4"), ("d", "%4g")]),
        ("lower case digits", "a=%c3%a9", &[("a", "\u{e9}")]),
        ("not UTF-8", "e=%E9&f=%ff%fe", &[("e", "\u{fffd}"), ("f", "\u{fffd}\u{fffd}")]),
        ("truncated sequence", "a=%F0%9F%92x", &[("a", "\u{fffd}x")]),
        ("byte order mark stays", "%EF%BB%BFa=%EF%BB%BF", &[("\u{feff}a", "\u{feff}")]),
        ("no semicolons, no nesting", "a=1;b=2&c[d]=3", &[("a", "1;b=2"), ("c[d]", "3")]),
        ("names of objects", "__proto__=1&constructor=2", &[("__proto__", "1"), ("constructor", "2")]),
        ("NUL", "a=%00b\0", &[("a", "\0b\0")]),
    ];
    for (name, text, expected) in rows {
        let expected: Vec<_> = expected.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        assert_eq!(pairs(text), expected, "{name}");
    }
}

#[test]
fn bytes_that_are_no_text_read_as_the_standard_library_reads_them() {
    // Every byte that begins or ends a range of UTF-8.
    let bytes = [
        0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
        0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF_u8,
    ];
    for number in 0..bytes.len().pow(4) {
        let sequence: Vec<u8> = (0..4).map(|place| bytes[number / bytes.len().pow(place) % bytes.len()]).collect();
        let text: String = sequence.iter().map(|byte| format!("%{byte:02X}")).collect();
        let read = QueryText::parse(&format!("a={text}")).get("a");
        assert_eq!(read.as_deref(), Some(&*String::from_utf8_lossy(&sequence)), "{text}");
    }
}

#[test]
fn written_text_stays_readable_and_survives_a_link() {
    let rows = [
        ("a b", "k=a+b"),
        ("-._~,:/@$!*;x", "k=-._~,:/@$!*;x"),
        ("'\"<>`#?&=+%()[]", "k=%27%22%3C%3E%60%23%3F%26%3D%2B%25%28%29%5B%5D"),
        ("\u{e9}\u{1f388}", "k=%C3%A9%F0%9F%8E%88"),
        ("\0\r\n\t\u{7f}", "k=%00%0D%0A%09%7F"),
        ("end.", "k=end%2E"),
        ("end,", "k=end%2C"),
        ("end!", "k=end%21"),
        ("end:", "k=end%3A"),
        ("end;", "k=end%3B"),
        ("end*", "k=end%2A"),
        ("end_", "k=end%5F"),
        ("end~", "k=end%7E"),
        ("end-", "k=end-"),
        ("end/", "k=end/"),
        ("", "k="),
    ];
    for (value, expected) in rows {
        assert_eq!(QueryText::format([("k", value)]).as_str(), expected);
        let (browser, live) = open(Engine::Chromium, "https://h/");
        live.set("k", value, NOW).unwrap();
        assert_eq!(live.text().as_str(), expected, "the view is what the address will be");
        browser.end_turn();
        assert_eq!(browser.query(), expected);
    }
    assert_eq!(QueryText::format([("a", "x."), ("b", "y.")]).as_str(), "a=x.&b=y%2E");
}

#[test]
fn typed_reads_tell_absent_from_malformed() {
    let query = QueryText::parse("page=3&page=x&n=7");
    assert_eq!(query.get_as::<u32>("n"), Ok(Some(7)));
    assert_eq!(query.get_as::<u32>("absent"), Ok(None));
    let error = query.get_as::<u32>("page").unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::Malformed, Some("page")));
}

#[test]
fn an_error_is_text_that_can_go_anywhere() {
    fn goes_anywhere<T: Send + Sync + Clone + Eq + std::error::Error + 'static>() {}
    goes_anywhere::<tabstate::Error>();
}

#[test]
fn parts_of_an_address_that_are_not_the_query_stay() {
    let rows = [
        ("https://h//evil/path?a=1#f?g", "https://h//evil/path?a=1&n=1#f?g"),
        ("https://u:p@h:8080/p", "https://u:p@h:8080/p?n=1"),
        ("https://h/p?", "https://h/p?n=1"),
        ("https://h/p#", "https://h/p?n=1#"),
        ("https://h/p?a=1?b=2", "https://h/p?a=1?b=2&n=1"),
        ("https://h/p?a=1&", "https://h/p?a=1&n=1"),
        ("https://h/p?&&a", "https://h/p?&&a&n=1"),
        ("file:///d/x.html?q", "file:///d/x.html?q&n=1"),
    ];
    for (before, after) in rows {
        let (browser, live) = open(Engine::Firefox, before);
        live.set("n", 1, NOW).unwrap();
        browser.end_turn();
        assert_eq!(browser.shows(), after);
        live.remove("n", NOW);
        live.clear(NOW);
        browser.end_turn();
        assert!(!browser.query().contains("n=") && !browser.shows().contains("?#"), "{}", browser.shows());
    }
}

#[test]
fn huge_queries_are_read_and_written() {
    let text: String = (0..100_000).map(|n| format!("&k{n}={n}%20")).collect();
    let (browser, live) = open(Engine::Chromium, &format!("https://h/?{text}"));
    assert_eq!(live.get("k99999").as_deref(), Some("99999 "));
    assert_eq!(live.to_dict().len(), 100_000);
    let all: Vec<(String, String)> = live.to_dict();
    live.from_dict(all.iter().rev().map(|(key, value)| (key.as_str(), value.as_str())), NOW).unwrap();
    live.set("k5", "x", NOW).unwrap();
    browser.foreign(&format!("https://h/?{text}&z=1"), false);
    browser.end_turn();
    assert_eq!((live.get("k5").as_deref(), live.get("z").as_deref()), (Some("x"), Some("1")));
    live.clear(NOW);
    browser.end_turn();
    assert_eq!(browser.query(), "");
}

/// Queries with everything that is odd in queries, more often than chance would have it.
fn query() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("&".to_owned()),
        Just("=".to_owned()),
        Just("+".to_owned()),
        Just("%".to_owned()),
        Just("%E9".to_owned()),
        Just("%2".to_owned()),
        Just("%26".to_owned()),
        Just("%3D".to_owned()),
        Just("a".to_owned()),
        Just("b=1".to_owned()),
        Just("embed=true".to_owned()),
        "[a-c]{1,2}",
        any::<char>().prop_filter("no fragment in a query", |c| *c != '#').prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c]{0,2}", 1 => any::<String>()]
        .prop_filter("reserved keys are refused", |key| !key.to_ascii_lowercase().starts_with("embed"))
}

fn fields_without<'a>(query: &'a str, key: &str) -> Vec<&'a str> {
    let is_other = |field: &&str| QueryText::parse_field(field) != key;
    query.split('&').filter(|field| !field.is_empty()).filter(is_other).collect()
}

trait ParseField {
    fn parse_field(field: &str) -> String;
}

impl ParseField for QueryText {
    fn parse_field(field: &str) -> String {
        // A leading `?` of a field is text, not a mark.
        pairs(&format!("?{field}")).into_iter().next().map(|(key, _)| key).unwrap_or_default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_write_leaves_unmanaged_bytes_alone(
        query in query(),
        edits in prop::collection::vec((key(), prop::collection::vec(any::<String>(), 0..3)), 1..5),
    ) {
        let (browser, live) = open(Engine::Chromium, &format!("https://h/p?{query}#f"));
        for (key, values) in edits {
            let before = browser.query();
            live.set(&key, values.clone(), NOW).unwrap();
            prop_assert_eq!(live.get_all(&key), values.clone());
            browser.advance(1_000.0);
            let after = browser.query();
            prop_assert_eq!(fields_without(&before, &key), fields_without(&after, &key));
            prop_assert_eq!(QueryText::parse(&format!("?{after}")).get_all(&key), values);
            prop_assert!(browser.shows().starts_with("https://h/p") && browser.shows().ends_with("#f"));
        }
    }

    #[test]
    fn what_is_written_reads_back(pairs_written in prop::collection::vec((any::<String>(), any::<String>()), 0..8)) {
        let query = QueryText::format(pairs_written.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        prop_assert_eq!(pairs(&format!("?{query}")), pairs_written);
        prop_assert!(query.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    }

    #[test]
    fn writing_what_was_read_is_canonical(query in query()) {
        let once = QueryText::format(pairs(&format!("?{query}")).iter().map(|(k, v)| (k.as_str(), v.as_str()))).to_string();
        let twice = QueryText::format(pairs(&format!("?{once}")).iter().map(|(k, v)| (k.as_str(), v.as_str()))).to_string();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn from_dict_keeps_reserved_keys_alone(query in query(), key in key(), value in any::<String>()) {
        let (browser, live) = open(Engine::Firefox, &format!("https://h/p?{query}"));
        live.from_dict([(key.as_str(), value.as_str())], NOW).unwrap();
        prop_assert_eq!(live.to_dict(), vec![(key.clone(), value.clone())]);
        browser.end_turn();
        let reserved = |field: &&str| QueryText::parse_field(field).to_ascii_lowercase().starts_with("embed");
        let kept: Vec<String> = query.split('&').filter(reserved).map(str::to_owned).collect();
        let left: Vec<String> = browser.query().split('&').filter(reserved).map(str::to_owned).collect();
        if kept.iter().all(|field| ["embed", "embed_options"].contains(&QueryText::parse_field(field).to_ascii_lowercase().as_str())) {
            prop_assert_eq!(kept, left);
        }
    }

    #[test]
    fn no_text_is_too_odd(text in any::<String>(), key in any::<String>()) {
        let query = QueryText::parse(&text);
        let all = query.get_all(&key);
        prop_assert_eq!(query.get(&key), all.last().cloned());
        prop_assert_eq!(query.has(&key), !all.is_empty());
        prop_assert!(query.to_dict().len() <= query.pairs().count());
    }
}
