//! The shared cases of `tests/cases/query_params.json`, by id, against a simulated browser.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

mod simulated_browser;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use simulated_browser::{Browser, Engine, open};
use tabstate::query_params::{IntoText, LiveParams, Param, QueryText, WriteOptions};

type Live = Rc<LiveParams<Browser>>;
type Params = Vec<(String, Param)>;

const NOW: WriteOptions = WriteOptions::replace();

#[test]
fn every_case_holds_by_its_id() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/query_params.json")).unwrap();
    let ours = cases.iter().filter(|case| case["later"].is_null() && case["only"] != "js");
    let mut run = 0;
    let failed: Vec<String> = ours.inspect(|_| run += 1).filter_map(failure_of).collect();
    assert!(failed.is_empty(), "{} of {run} cases:\n{}", failed.len(), failed.join("\n"));
    assert!(run > 80, "only {run} cases were found");
}

fn failure_of(case: &Value) -> Option<String> {
    let id = case["id"].as_str().unwrap();
    let (browser, live) = open(Engine::Chromium, &format!("https://h/p{}#frag", case["start"].as_str().unwrap()));
    let mut last = Value::Null;
    for (op, expected) in case["ops"].as_array().unwrap().iter().zip(case["expect"].as_array().unwrap()) {
        let result = apply(&live, op.as_array().unwrap(), &mut last);
        let same = match (op[0].as_str().unwrap(), expected) {
            ("toDict", _) => by_key(&result) == by_key(expected),
            (_, expected) if expected["error"].is_string() => result["error"] == expected["error"],
            _ => result == *expected,
        };
        if !same {
            return Some(format!("{id} {op}: {result} instead of {expected}"));
        }
    }
    browser.end_turn();
    let end: Vec<[String; 2]> =
        QueryText::parse(&browser.query()).pairs().map(|(key, value)| [key.into_owned(), value.into_owned()]).collect();
    if json!(end) != case["end"] {
        return Some(format!("{id} ends with {} instead of {}", json!(end), case["end"]));
    }
    if case["calls"].as_u64().is_some_and(|calls| calls != browser.own_calls() as u64) {
        return Some(format!("{id} made {} calls instead of {}", browser.own_calls(), case["calls"]));
    }
    let text = case["text"].as_str().filter(|text| *text != browser.query());
    text.map(|text| format!("{id} wrote {} instead of {text}", browser.query()))
}

fn apply(live: &Live, op: &[Value], last: &mut Value) -> Value {
    let key = || op[1].as_str().unwrap();
    let result = match op[0].as_str().unwrap() {
        "get" | "property" => json!(live.get(key())),
        "getAll" => json!(live.get_all(key())),
        "has" => json!(live.has(key())),
        "size" => json!(live.to_dict().len()),
        "keys" => live.to_dict().into_iter().map(|(key, _)| key).collect(),
        "values" => live.to_dict().into_iter().map(|(_, value)| value).collect(),
        "entries" | "iterate" => json!(live.to_dict()),
        "toDict" => json!(live.to_dict().into_iter().collect::<BTreeMap<_, _>>()),
        "toString" => json!(live.text().as_str()),
        "set" | "setProperty" => outcome(live.set(key(), param(&op[2]), NOW)),
        "delete" => json!(live.remove(key(), NOW)),
        "deleteProperty" => {
            live.remove(key(), NOW);
            Value::Null
        }
        "update" => outcome(live.update(borrowed(&params(live, op.get(1))), NOW)),
        "fromDict" => outcome(live.from_dict(borrowed(&params(live, op.get(1))), NOW)),
        "clear" => {
            live.clear(NOW);
            Value::Null
        }
        "formatQuery" => {
            let params = params(live, op.get(1));
            let pairs = params.iter().flat_map(|(key, Param(values))| values.iter().map(|value| (&**key, &**value)));
            json!(QueryText::format(pairs).as_str())
        }
        "appendToLast" => {
            last.as_array_mut().unwrap().push(op[1].clone());
            return Value::Null;
        }
        "deleteWhileIterating" => {
            for (key, _) in live.to_dict() {
                live.remove(&key, NOW);
            }
            Value::Null
        }
        unknown => panic!("there is no operation {unknown}"),
    };
    *last = result.clone();
    result
}

fn outcome(result: Result<(), tabstate::Error>) -> Value {
    result.map_or_else(|error| json!({ "error": error.kind().code(), "key": error.key() }), |()| Value::Null)
}

fn by_key(dict: &Value) -> BTreeMap<String, Value> {
    dict.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn params(live: &Live, entries: Option<&Value>) -> Params {
    let Some(entries) = entries else { return Vec::new() };
    if entries["$self"] == true {
        return live.to_dict().into_iter().map(|(key, value)| (key, Param(vec![value]))).collect();
    }
    if let Some(pairs) = entries["$pairs"].as_array() {
        return pairs.iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), param(&pair[1]))).collect();
    }
    entries.as_object().unwrap().iter().map(|(key, value)| (key.clone(), param(value))).collect()
}

fn borrowed(params: &Params) -> impl Iterator<Item = (&str, Param)> {
    params.iter().map(|(key, param)| (key.as_str(), param.clone()))
}

fn param(value: &Value) -> Param {
    let items = ["$set", "$iterator"].into_iter().find_map(|name| value[name].as_array()).or(value.as_array());
    match items {
        Some(items) => Param(items.iter().map(text).collect()),
        None if value.is_null() => Param::default(),
        None => Param(vec![text(value)]),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.into_text(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into_text(),
            None => number.as_f64().unwrap().into_text(),
        },
        _ => match (value["$bigint"].as_str(), value["$float"].as_str()) {
            (Some(whole), _) => whole.parse::<i128>().unwrap().into_text(),
            (_, Some(float)) => float.parse::<f64>().unwrap().into_text(),
            _ => panic!("{value} is not a value of this host"),
        },
    }
}
