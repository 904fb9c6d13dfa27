//! Codecs: the rows of `tests/cases/codecs.json`, and the laws, over any text and any value, against references.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_browser;

use std::cmp::Ordering;
use std::fmt::Debug;

use jiff::civil;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use simulated_browser::{Engine, open};
use tabstate::ErrorKind;
use tabstate::query_params::codecs::{
    BigInt, Bool, Codec, Date, DateTime, Decimal, Delimited, Float, Int, Invalid, Json, List, LocalDateTime, OneOf,
    Pair, Text, Time,
};
use tabstate::query_params::{QueryText, WriteOptions};

const NOW: WriteOptions = WriteOptions::replace();

// The rows.

/// A codec that a row names; its values are the row's.
struct Named(Box<dyn Codec<Value = Value>>);

impl Codec for Named {
    type Value = Value;

    fn parse(&self, text: &str) -> Result<Value, Invalid> {
        self.0.parse(text)
    }

    fn format(&self, value: &Value) -> Result<String, Invalid> {
        self.0.format(value)
    }

    fn parse_inside(&self, text: &str) -> Result<Value, Invalid> {
        self.0.parse_inside(text)
    }

    fn format_inside(&self, value: &Value) -> Result<String, Invalid> {
        self.0.format_inside(value)
    }
}

struct Adapted<C, R, W> {
    codec: C,
    to_row: R,
    of_row: W,
}

impl<C: Codec, R: Fn(C::Value) -> Value, W: Fn(&Value) -> C::Value> Codec for Adapted<C, R, W> {
    type Value = Value;

    fn parse(&self, text: &str) -> Result<Value, Invalid> {
        self.codec.parse(text).map(&self.to_row)
    }

    fn format(&self, value: &Value) -> Result<String, Invalid> {
        self.codec.format(&(self.of_row)(value))
    }

    fn parse_inside(&self, text: &str) -> Result<Value, Invalid> {
        self.codec.parse_inside(text).map(&self.to_row)
    }

    fn format_inside(&self, value: &Value) -> Result<String, Invalid> {
        self.codec.format_inside(&(self.of_row)(value))
    }
}

fn adapted<C: Codec + 'static>(
    codec: C,
    to_row: impl Fn(C::Value) -> Value + 'static,
    of_row: impl Fn(&Value) -> C::Value + 'static,
) -> Named {
    Named(Box::new(Adapted { codec, to_row, of_row }))
}

fn kept(text: &Value) -> String {
    text.as_str().unwrap().to_owned()
}

fn leaked(text: &Value) -> Option<&'static str> {
    text.as_str().map(|text| &*text.to_owned().leak())
}

fn codec(row: &Value) -> Named {
    let (name, of) = match row {
        Value::Array(parts) => (parts[0].as_str().unwrap(), &parts[1..]),
        name => (name.as_str().unwrap(), &[][..]),
    };
    let limits = of.first().unwrap_or(&Value::Null);
    let (min, max) = (&limits["min"], &limits["max"]);
    let dated = |text: String| json!({ "$date": text });
    let date = |value: &Value| kept(&value["$date"]);
    match name {
        "text" => adapted(Text, Value::from, kept),
        "int" => adapted(Int { min: min.as_i64(), max: max.as_i64() }, Value::from, |row| row.as_i64().unwrap()),
        "float" => {
            let infinite = limits["infinite"] == true;
            adapted(Float { min: min.as_f64(), max: max.as_f64(), infinite }, float_row, float_of_row)
        }
        "bool" => adapted(Bool, Value::from, |row| row.as_bool().unwrap()),
        "bigint" => {
            let codec = BigInt { min: leaked(min), max: leaked(max) };
            adapted(codec, |text| json!({ "$bigint": text }), |row| kept(&row["$bigint"]))
        }
        "decimal" => adapted(Decimal { min: leaked(min), max: leaked(max) }, Value::from, kept),
        "date" => adapted(Date, dated, date),
        "time" => adapted(Time, Value::from, kept),
        "localDateTime" => adapted(LocalDateTime, Value::from, kept),
        "dateTime" => adapted(DateTime, dated, date),
        "oneOf" => {
            let options: Vec<&str> = of[0].as_array().unwrap().iter().map(|option| leaked(option).unwrap()).collect();
            adapted(OneOf(options.leak()), Value::from, |row| leaked(row).unwrap())
        }
        "delimited" => {
            let codec = Delimited { separator: leaked(&of[0]).unwrap(), item: self::codec(&of[1]) };
            adapted(codec, Value::from, |row| row.as_array().unwrap().clone())
        }
        "tuple" => {
            let codec = Pair(self::codec(&of[0]), self::codec(&of[1]));
            adapted(codec, |(one, two)| json!([one, two]), |row| (row[0].clone(), row[1].clone()))
        }
        "json" => adapted(Json::<Value>::new(), |value| value, Value::clone),
        unknown => panic!("there is no codec {unknown}"),
    }
}

fn float_row(value: f64) -> Value {
    if value.is_finite() && (value != 0.0 || value.is_sign_positive()) {
        // A whole float is a whole number in the rows.
        let whole = value as i64;
        return if value.abs() < 1e15 && whole as f64 == value { json!(whole) } else { json!(value) };
    }
    json!({ "$float": if value == 0.0 { "-0" } else if value > 0.0 { "Infinity" } else { "-Infinity" } })
}

fn float_of_row(row: &Value) -> f64 {
    row["$float"].as_str().map_or_else(|| row.as_f64().unwrap(), |text| text.parse().unwrap())
}

/// `{"$concat": [[text, times], …]}` as its text.
fn spelled_out(row: &Value) -> Value {
    match row["$concat"].as_array() {
        Some(parts) => parts
            .iter()
            .map(|part| part[0].as_str().unwrap().repeat(part[1].as_u64().unwrap() as usize))
            .collect::<String>()
            .into(),
        None => row.clone(),
    }
}

fn texts(row: &Value) -> Vec<String> {
    row.as_array().unwrap().iter().map(|text| kept(&spelled_out(text))).collect()
}

/// Reads and writes one parameter as the row says.
fn check(row: &Value) -> Result<(), String> {
    let same = |what: &str, found: &Value, expected: &Value| {
        if same_value(found, expected) { Ok(()) } else { Err(format!("{what} {found} instead of {expected}")) }
    };
    let (_browser, live) = open(Engine::Chromium, "https://h/");
    let item = row["codec"].as_array().filter(|parts| parts[0] == "list").map(|parts| List(codec(&parts[1])));
    let read = |texts: &[String]| {
        let text = QueryText::format(texts.iter().map(|text| ("k", text.as_str())));
        match &item {
            Some(list) => text.read_list("k", list).map(Value::from),
            None => text.read_param("k", &codec(&row["codec"])).map(Option::unwrap_or_default),
        }
    };
    let write = |value: &Value| match &item {
        Some(list) => live.write_list("k", list, value.as_array().unwrap(), NOW),
        None if value.is_null() && row["raw"] == json!([]) => Ok(()),
        None => live.write_param("k", &codec(&row["codec"]), value, NOW),
    };
    if row["unwritable"] == true {
        let error = write(&spelled_out(&row["value"])).err().ok_or("was written")?;
        return same("is refused as", &error.kind().code().into(), &"unsupported-value".into());
    }
    if let Some(raw) = row.get("raw").map(texts) {
        match read(&raw) {
            Ok(value) if row["invalid"] == true => return Err(format!("reads {value}")),
            Ok(value) => same("reads", &value, &spelled_out(&row["value"]))?,
            Err(error) if row["invalid"] != true => return Err(error.to_string()),
            Err(error) => {
                same("is", &error.kind().code().into(), &"malformed".into())?;
                return same("is about", &error.key().into(), &"k".into());
            }
        }
    }
    let value = spelled_out(&row["value"]);
    write(&value).map_err(|error| error.to_string())?;
    let written = live.get_all("k");
    same("writes", &json!(written), &json!(texts(row.get("written").unwrap_or(&row["raw"]))))?;
    if written.is_empty() { Ok(()) } else { same("reads back", &read(&written).unwrap(), &value) }
}

/// `1` and `1.0` are one value.
fn same_value(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_value(one, other))
        }
        (Value::Number(number), Value::Number(other)) if number.is_f64() || other.is_f64() => {
            number.as_f64() == other.as_f64()
        }
        _ => one == other,
    }
}

#[test]
fn every_row_holds_by_its_id() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("cases/codecs.json")).unwrap();
    let ours: Vec<&Value> = rows.iter().filter(|row| row["only"] != "js").collect();
    let failed: Vec<String> = ours
        .iter()
        .filter_map(|row| check(row).err().map(|why| format!("{} {}: {why}", row["id"], row["codec"])))
        .collect();
    assert!(failed.is_empty(), "{} of {} rows:\n{}", failed.len(), ours.len(), failed.join("\n"));
    assert!(ours.len() > 350, "only {} rows were found", ours.len());
    let mut ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rows.len(), "two rows share an id");
}

// The laws.

/// What is written is read as the same value, and written the same again.
fn round_trips<C: Codec<Value: PartialEq + Debug>>(codec: &C, value: &C::Value) -> Result<(), TestCaseError> {
    let text = codec.format(value).map_err(|invalid| TestCaseError::fail(format!("{value:?}: {invalid}")))?;
    let back = codec.parse(&text).map_err(|invalid| TestCaseError::fail(format!("{text:?}: {invalid}")))?;
    prop_assert_eq!(&back, value, "{:?}", text);
    prop_assert_eq!(codec.format(&back), Ok(text));
    Ok(())
}

/// Any text is refused, or is a value that round trips.
fn is_stable<C: Codec<Value: PartialEq + Debug>>(codec: &C, text: &str) -> Result<(), TestCaseError> {
    match codec.parse(text) {
        Ok(value) => round_trips(codec, &value),
        Err(invalid) => {
            prop_assert!(!invalid.reason().is_empty() && !invalid.reason().ends_with('.'));
            Ok(())
        }
    }
}

/// A text, and what a slip of the hand makes of it.
fn slipped(texts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let odd = "0123456789-+.eE:TZ ,~_\u{661}xaAn".chars().collect::<Vec<_>>();
    (texts, prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, select(odd)), 0..3)).prop_map(
        |(text, slips)| {
            let mut characters: Vec<char> = text.chars().collect();
            for (at, slip, character) in slips {
                let at = at.index(characters.len() + 1);
                match slip {
                    0 => characters.insert(at, character),
                    1 if at < characters.len() => drop(characters.remove(at)),
                    2 if at < characters.len() => characters[at] = character,
                    3 if at + 1 < characters.len() => characters.swap(at, at + 1),
                    _ => {}
                }
            }
            characters.into_iter().collect()
        },
    )
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.chars().all(|character| character.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, fraction)) => is_whole(whole) && is_whole(fraction) && !fraction.starts_with('-'),
        None => is_whole(text),
    }
}

fn is_float(text: &str) -> bool {
    match text.split_once(['e', 'E']) {
        Some((number, exponent)) => {
            is_decimal(number)
                && is_whole(exponent.strip_prefix('+').unwrap_or(exponent))
                && !exponent.starts_with("+-")
        }
        None => is_decimal(text),
    }
}

/// A decimal of at most 15 digits on each side and an exponent, as a count of the smallest unit.
fn scaled(text: &str, exponent: i32) -> i128 {
    let (whole, fraction) = text.trim_start_matches('-').split_once('.').unwrap_or((text.trim_start_matches('-'), ""));
    let digits: i128 = format!("{whole}{fraction:0<15}").parse().unwrap();
    let size = digits * 10_i128.pow((exponent + 3) as u32);
    if text.starts_with('-') { -size } else { size }
}

fn decimal_text() -> impl Strategy<Value = String> {
    prop_oneof![r"-?(0|[1-9][0-9]{0,3}|0{1,3}[0-9]{1,10})", r"-?[0-9]{1,10}\.[0-9]{1,15}", r"-?[019]{1,3}\.[09]{1,6}1?"]
}

fn two(text: &str) -> Option<i8> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().unwrap())
}

/// What jiff makes of the parts of a date.
fn reference_date(text: &str) -> Option<civil::Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) && year != "0000";
    let year = is_year.then(|| year.parse().unwrap())?;
    civil::Date::new(year, two(month)?, two(day)?).ok()
}

fn reference_time(text: &str) -> Option<civil::Time> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction.is_none() => (two(hour)?, two(minute)?, 0),
        [hour, minute, second] => (two(hour)?, two(minute)?, two(second)?),
        _ => return None,
    };
    let fraction = fraction.unwrap_or("0");
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    civil::Time::new(hour, minute, second, format!("{fraction:0<9}").parse().unwrap()).ok()
}

fn reference_local(text: &str) -> Option<civil::DateTime> {
    let (date, time) = text.split_once('T')?;
    Some(civil::DateTime::from_parts(reference_date(date)?, reference_time(time)?))
}

fn reference_instant(text: &str) -> Option<civil::DateTime> {
    let (local, minutes) = match text.strip_suffix('Z') {
        Some(local) => (local, 0),
        None => {
            let at = text.rfind(['+', '-'])?;
            let (hours, minutes) = text[at + 1..].split_once(':')?;
            let (hours, minutes) = (two(hours)?, two(minutes)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let size = i64::from(hours) * 60 + i64::from(minutes);
            (&text[..at], if text[at..].starts_with('-') { -size } else { size })
        }
    };
    let instant = reference_local(local)?.checked_sub(jiff::Span::new().minutes(minutes)).ok()?;
    (1..=9999).contains(&instant.year()).then_some(instant)
}

fn any_date() -> impl Strategy<Value = String> {
    let year = prop_oneof![1..=9999_i16, select(vec![1_i16, 4, 100, 400, 1900, 2000, 2023, 2024, 9999])];
    let edges = select(vec![(1_i8, 1_i8), (2, 28), (2, 29), (12, 31), (3, 1), (4, 30)]);
    let month_and_day = prop_oneof![(1..=12_i8, 1..=31_i8), edges];
    (year, month_and_day).prop_filter_map("no such day", |(year, (month, day))| {
        civil::Date::new(year, month, day).ok().map(|_| format!("{year:04}-{month:02}-{day:02}"))
    })
}

fn any_time() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..24, 0..60).prop_map(|(hour, minute)| format!("{hour:02}:{minute:02}")),
        (0..24, 0..60, 0..60).prop_map(|(hour, minute, second)| format!("{hour:02}:{minute:02}:{second:02}")),
        (0..24, 0..60, 0..60, "[0-9]{1,9}").prop_map(|(h, m, s, fraction)| format!("{h:02}:{m:02}:{s:02}.{fraction}")),
    ]
}

fn any_instant() -> impl Strategy<Value = String> {
    let offset = prop_oneof![
        Just("Z".to_owned()),
        (select(vec!['+', '-']), 0..24, 0..60)
            .prop_map(|(sign, hours, minutes)| format!("{sign}{hours:02}:{minutes:02}")),
    ];
    (any_date(), any_time(), offset).prop_map(|(date, time, offset)| format!("{date}T{time}{offset}"))
}

fn finite() -> impl Strategy<Value = f64> {
    prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO
}

fn separator() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![",", "-", "--", "~", "aa", "ab", "aba", "~~", "!~", "~!*$", "\u{2192}", "\u{1f388}-", " ", "0"])
            .prop_map(str::to_owned),
        any::<String>().prop_filter("no separator", |text| {
            !text.is_empty() && ['~', '!', '*', '$', '@'].iter().any(|escape| !text.contains(*escape))
        }),
    ]
}

/// Texts made of what separators and escapes are made of.
fn item() -> impl Strategy<Value = String> {
    prop_oneof![r"[-~!*$@,ab\u{2192}0 ]{0,6}", any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whole_numbers_mean_what_i128_says(text in slipped(any::<i128>().prop_map(|number| number.to_string()))) {
        let expected = is_whole(&text).then(|| text.parse::<i128>().ok()).flatten();
        let found = BigInt::default().parse(&text);
        prop_assert_eq!(found.is_ok(), is_whole(&text), "{}", text);
        if let Some(expected) = expected {
            prop_assert_eq!(found, Ok(expected.to_string()));
        }
        let expected = expected.and_then(|number| i64::try_from(number).ok());
        prop_assert_eq!(Int::default().parse(&text).ok(), expected);
        is_stable(&BigInt::default(), &text)?;
    }

    #[test]
    fn integers_mean_what_i64_says(text in slipped("-?0{0,2}[0-9]{1,19}"), value in any::<i64>(), other in any::<i64>()) {
        let expected = if is_whole(&text) { text.parse::<i64>().ok() } else { None };
        prop_assert_eq!(Int::default().parse(&text).ok(), expected, "{}", text);
        let (min, max) = (value.min(other), value.max(other));
        let limited = Int { min: Some(min), max: Some(max) };
        let expected = expected.filter(|number| (min..=max).contains(number));
        prop_assert_eq!(limited.parse(&text).ok(), expected);
        round_trips(&limited, &value)?;
        round_trips(&limited, &max)?;
        prop_assert_eq!(limited.format(&max.saturating_add(1)).is_ok(), max == i64::MAX);
    }

    #[test]
    fn floats_mean_what_the_standard_library_says(
        value in finite(), text in slipped(finite().prop_map(|value| format!("{value:?}"))),
        short in slipped(r"-?[0-9]{1,3}(\.[0-9]{1,3})?([eE][-+]?[0-9]{1,3})?"), limit in finite(),
    ) {
        round_trips(&Float::default(), &value)?;
        prop_assert_eq!(Float::default().parse(&Float::default().format(&value).unwrap()).unwrap().to_bits(), value.to_bits());
        for text in [text, short] {
            let expected = if is_float(&text) { text.parse::<f64>().ok().filter(|value| value.is_finite()) } else { None };
            let found = Float::default().parse(&text);
            prop_assert_eq!(found.ok().map(f64::to_bits), expected.map(f64::to_bits), "{}", text);
            let limited = Float { min: Some(limit), max: None, infinite: true };
            prop_assert_eq!(limited.parse(&text).is_ok(), expected.is_some_and(|value| value >= limit));
            is_stable(&limited, &text)?;
        }
    }

    #[test]
    fn decimals_keep_every_digit(text in slipped(decimal_text()), long in r"-?[0-9]{1,60}(\.[0-9]{1,60})?") {
        prop_assert_eq!(Decimal::default().parse(&text).is_ok(), is_decimal(&text), "{}", text);
        is_stable(&Decimal::default(), &text)?;
        let canonical = Decimal::default().parse(&long).unwrap();
        is_stable(&Decimal::default(), &long)?;
        let negative = canonical.starts_with('-');
        let size = canonical.trim_start_matches('-');
        prop_assert!(size == "0" || !size.starts_with('0') || size.starts_with("0."), "{}", canonical);
        prop_assert!(!size.contains('.') || !size.ends_with(['0', '.']), "{}", canonical);
        let digits = |text: &str| text.replace(['-', '.'], "").trim_matches('0').to_owned();
        prop_assert_eq!(digits(&canonical), digits(&long));
        prop_assert_eq!(negative, long.starts_with('-') && !digits(&long).is_empty());
    }

    #[test]
    fn limits_compare_numbers_and_not_texts(
        text in decimal_text(), limit in decimal_text(), exponent in -3..4_i32, near in 0..3,
        behind in "0{0,2}[0-9]?",
    ) {
        // A limit that goes on where the number ends, or the other way round.
        let longer = |text: &str| if text.contains('.') { text.to_owned() } else { format!("{text}.{behind}0") };
        let (text, limit) = match near {
            0 => (longer(&text), text),
            1 => (text.clone(), longer(&text)),
            _ => (text, limit),
        };
        let written = if exponent == 0 { limit.clone() } else { format!("{limit}e{exponent}") };
        let order = scaled(&text, 0).cmp(&scaled(&limit, exponent));
        let at_least = Decimal { min: Some(&written), max: None };
        let at_most = Decimal { min: None, max: Some(&written) };
        prop_assert_eq!(at_least.parse(&text).is_ok(), order != Ordering::Less, "{} >= {}", text, written);
        prop_assert_eq!(at_most.parse(&text).is_ok(), order != Ordering::Greater, "{} <= {}", text, written);
        if is_whole(&text) {
            let at_least = BigInt { min: Some(&written), max: None };
            prop_assert_eq!(at_least.parse(&text).is_ok(), order != Ordering::Less, "{} >= {}", text, written);
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar(text in slipped(any_date())) {
        let expected = reference_date(&text).map(|date| date.to_string());
        prop_assert_eq!(Date.parse(&text).ok(), expected, "{}", text);
        is_stable(&Date, &text)?;
    }

    #[test]
    fn times_are_those_of_the_clock(text in slipped(any_time())) {
        let expected = reference_time(&text);
        let found = Time.parse(&text);
        prop_assert_eq!(found.is_ok(), expected.is_some(), "{}", text);
        prop_assert_eq!(found.ok().and_then(|text| reference_time(&text)), expected);
        is_stable(&Time, &text)?;
    }

    #[test]
    fn local_times_are_a_date_and_a_time(date in any_date(), time in any_time(), text in slipped(any_instant())) {
        for text in [format!("{date}T{time}"), text] {
            let expected = reference_local(&text);
            let found = LocalDateTime.parse(&text);
            prop_assert_eq!(found.is_ok(), expected.is_some(), "{}", text);
            prop_assert_eq!(found.ok().and_then(|text| reference_local(&text)), expected);
            is_stable(&LocalDateTime, &text)?;
        }
    }

    #[test]
    fn instants_are_the_same_moment(text in any_instant(), wrong in slipped(any_instant())) {
        for text in [text, wrong] {
            let expected = reference_instant(&text);
            let found = DateTime.parse(&text);
            prop_assert_eq!(found.is_ok(), expected.is_some(), "{}", text);
            if let (Ok(found), Some(expected)) = (found, expected) {
                prop_assert!(found.ends_with('Z') && found.len() >= 20, "{}", found);
                prop_assert_eq!(reference_instant(&found), Some(expected));
                prop_assert_eq!(found.parse::<jiff::Timestamp>().ok(), jiff::tz::TimeZone::UTC.to_timestamp(expected).ok());
            }
            is_stable(&DateTime, &text)?;
        }
    }

    #[test]
    fn delimited_texts_come_back_whatever_they_hold(
        separator in separator(), items in prop::collection::vec(item(), 1..5), text in item(),
    ) {
        let codec = Delimited { separator: &separator, item: Text };
        round_trips(&codec, &items)?;
        is_stable(&codec, &text)?;
        let outer = Delimited { separator: &separator, item: codec };
        round_trips(&outer, &vec![items.clone(), vec![text.clone()]])?;
        round_trips(&outer, &vec![Vec::new(), items.clone(), Vec::new()])?;
        round_trips(&Pair(codec, Text), &(items.clone(), text.clone()))?;
        round_trips(&Pair(Pair(Text, Text), codec), &((text, separator.clone()), items))?;
    }

    #[test]
    fn delimited_items_are_strict(
        separator in separator(), values in prop::collection::vec(any::<i64>(), 1..5),
        days in prop::collection::vec(any_date(), 1..4), text in slipped("(-?[0-9]{1,3},){0,3}[0-9]"),
    ) {
        round_trips(&Delimited { separator: &separator, item: Int::default() }, &values)?;
        round_trips(&Delimited { separator: &separator, item: Date }, &days)?;
        let codec = Delimited { separator: ",", item: Int::default() };
        is_stable(&codec, &text)?;
        if !text.contains('~') {
            let expected: Option<Vec<i64>> = text
                .split(',')
                .map(|item| is_whole(item).then(|| item.parse().ok()).flatten())
                .collect();
            prop_assert_eq!(codec.parse(&text).ok(), expected, "{}", text);
        }
    }

    #[test]
    fn lists_come_back(texts in prop::collection::vec(item(), 0..5), numbers in prop::collection::vec(finite(), 0..5)) {
        let formatted = List(Text).format_all(&texts).unwrap();
        prop_assert_eq!(&List(Text).parse_all(formatted.iter().map(String::as_str)).unwrap(), &texts);
        let formatted = List(Float::default()).format_all(&numbers).unwrap();
        let list = List(Float::default());
        prop_assert_eq!(list.parse_all(formatted.iter().map(String::as_str)).unwrap(), numbers);
        let all_whole: Option<Vec<i64>> = texts.iter().map(|text| Int::default().parse(text).ok()).collect();
        prop_assert_eq!(List(Int::default()).parse_all(texts.iter().map(String::as_str)).ok(), all_whole);
    }

    #[test]
    fn json_gives_back_what_it_was_given(
        value in any::<(i64, f64, String, Option<bool>, Vec<(char, u8)>)>(), text in item(),
        odd in prop::num::f64::ANY,
    ) {
        if value.1.is_finite() {
            round_trips(&Json::new(), &value)?;
        }
        let formatted = Json::<f64>::new().format(&odd);
        prop_assert_eq!(formatted.is_ok(), odd.is_finite());
        if let Ok(formatted) = formatted {
            prop_assert_eq!(Json::<f64>::new().parse(&formatted).unwrap().to_bits(), odd.to_bits());
        }
        is_stable(&Json::<Value>::new(), &text)?;
    }

    #[test]
    fn json_of_a_bounded_depth_alone_is_read(depth in 1..200_usize, objects in any::<bool>()) {
        let (open, close) = if objects { ("{\"a\":", "}") } else { ("[", "]") };
        let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        prop_assert_eq!(Json::<Value>::new().parse(&text).is_ok(), depth <= 64);
        prop_assert_eq!(Json::<Value>::new().parse(&open.repeat(depth)).is_ok(), false);
    }

    #[test]
    fn choices_and_truths_are_exact(text in slipped(select(vec!["true", "FALSE", "price", "name", ""]).prop_map(str::to_owned))) {
        let expected = match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        prop_assert_eq!(Bool.parse(&text).ok(), expected);
        let sort = OneOf(&["price", "name"]);
        prop_assert_eq!(sort.parse(&text).ok(), ["price", "name"].into_iter().find(|option| *option == text));
        prop_assert_eq!(sort.format(&text.as_str()).is_ok(), sort.parse(&text).is_ok());
    }

    #[test]
    fn no_text_is_too_odd_for_a_codec(text in any::<String>(), short in item(), separator in any::<String>()) {
        for text in [text, short] {
            is_stable(&Text, &text)?;
            is_stable(&Int::default(), &text)?;
            is_stable(&Float { infinite: true, ..Float::default() }, &text)?;
            is_stable(&Bool, &text)?;
            is_stable(&BigInt { min: Some(&text), max: Some(&separator) }, &text)?;
            is_stable(&Decimal { min: Some(&text), max: Some(&separator) }, &text)?;
            is_stable(&Date, &text)?;
            is_stable(&Time, &text)?;
            is_stable(&LocalDateTime, &text)?;
            is_stable(&DateTime, &text)?;
            is_stable(&Delimited { separator: &separator, item: Text }, &text)?;
            is_stable(&Pair(Text, Float::default()), &text)?;
            is_stable(&Json::<Value>::new(), &text)?;
            prop_assert!(OneOf(&[]).parse(&text).is_err());
        }
    }
}

#[test]
fn the_empty_text_is_a_value_of_text_alone() {
    fn refuses<C: Codec>(codec: &C) {
        assert!(codec.parse("").is_err(), "{}", std::any::type_name::<C>());
    }
    assert_eq!(Text.parse("").as_deref(), Ok(""));
    refuses(&Int::default());
    refuses(&Float { infinite: true, ..Float::default() });
    refuses(&Bool);
    refuses(&BigInt::default());
    refuses(&Decimal::default());
    refuses(&Date);
    refuses(&Time);
    refuses(&LocalDateTime);
    refuses(&DateTime);
    refuses(&OneOf(&["a"]));
    refuses(&Delimited { separator: ",", item: Text });
    refuses(&Pair(Text, Text));
    refuses(&Json::<Option<String>>::new());
}

#[test]
fn no_items_among_several_are_the_empty_text() {
    let ints = Delimited { separator: ";", item: Int::default() };
    assert_eq!(List(ints).format_all(&[vec![1], vec![]]), Ok(vec!["1".to_owned(), String::new()]));
    assert_eq!(List(ints).parse_all(["1", ""]), Ok(vec![vec![1], vec![]]));
    round_trips(&Pair(ints, Text), &(vec![], String::new())).unwrap();
    round_trips(&Pair(ints, ints), &(vec![], vec![])).unwrap();
    let nested = Delimited { separator: ",", item: ints };
    assert_eq!(nested.format(&vec![vec![]]).as_deref(), Ok("~"));
    round_trips(&nested, &vec![vec![]]).unwrap();
    round_trips(&Delimited { separator: "-", item: nested }, &vec![vec![vec![]], vec![], vec![vec![], vec![1]]])
        .unwrap();
    for text in ["", ";"] {
        assert!(ints.parse(text).is_err() && nested.parse("").is_err(), "{text:?}");
    }
    assert!(List(Pair(Text, Text)).parse_all([""]).is_err());
}

#[test]
fn an_empty_item_that_does_not_read_back_is_refused() {
    struct Careless;
    impl Codec for Careless {
        type Value = ();

        fn parse(&self, text: &str) -> Result<(), Invalid> {
            if text == "x" { Ok(()) } else { Err(Invalid::new("not an x")) }
        }

        fn format(&self, _: &()) -> Result<String, Invalid> {
            Ok(String::new())
        }
    }
    assert!(List(Careless).format_all(&[()]).is_err());
    assert!(Pair(Careless, Text).format(&((), String::new())).is_err());
    assert!(Delimited { separator: ",", item: Careless }.format(&vec![()]).is_err());
}

#[test]
fn json_refuses_a_number_that_it_does_not_hold_wherever_it_stands() {
    #[derive(serde::Serialize, serde::Deserialize)]
    enum Shape {
        One(Option<f64>),
        Two(Option<f64>, u8),
        Named { size: Option<f32> },
    }
    fn refuses<T: serde::Serialize + serde::de::DeserializeOwned>(value: fn(f64) -> T) {
        assert!(Json::new().format(&value(0.5)).is_ok(), "{}", std::any::type_name::<T>());
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let reason = Json::new().format(&value(odd)).unwrap_err().reason();
            assert_eq!(reason, "JSON holds no number that is not finite", "{}", std::any::type_name::<T>());
        }
    }
    refuses(|odd| odd);
    refuses(|odd| Some(odd as f32));
    refuses(|odd| vec![None, Some(odd)]);
    refuses(|odd| (1_u8, Some(odd), "text".to_owned(), 'c', true, ()));
    refuses(|odd| std::collections::BTreeMap::from([("k".to_owned(), Some(odd))]));
    refuses(|odd| Shape::One(Some(odd)));
    refuses(|odd| Shape::Two(Some(odd), 1));
    refuses(|odd| Shape::Named { size: Some(odd as f32) });
    assert_eq!(Json::<Option<f64>>::new().format(&None).as_deref(), Ok("null"));
    assert!(Json::new().format(&(i128::MIN, u128::MAX)).is_ok());
}

#[test]
fn a_separator_that_cannot_separate_is_refused() {
    for separator in ["", "~!*$@", "a@$*!~"] {
        let codec = Delimited { separator, item: Text };
        assert!(codec.parse("a").is_err() && codec.format(&vec!["a".to_owned()]).is_err(), "{separator:?}");
    }
}

#[test]
fn long_numbers_are_read_in_a_moment() {
    let long = "9".repeat(1_000_000);
    let at_most = BigInt { min: Some("-1e999999"), max: Some("1e1000000") };
    assert_eq!(at_most.parse(&long).map(|text| text.len()), Ok(1_000_000));
    assert!(at_most.parse(&format!("{long}0")).is_err());
    assert!(Decimal { min: Some("1e99999999999999999999999"), max: None }.parse(&long).is_err());
    assert!(Decimal { min: Some("1e-99999999999999999999999"), max: None }.parse(&long).is_ok());
}

#[test]
fn a_malformed_parameter_says_the_codecs_reason() {
    let query = QueryText::format([("d", "2023-02-29")]);
    let error = query.read_param("d", &Date).unwrap_err();
    assert_eq!(
        (error.kind(), error.key(), error.message()),
        (ErrorKind::Malformed, Some("d"), "not a date as 2024-02-29")
    );
}
