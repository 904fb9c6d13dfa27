//! `queryParams`, `parseQuery`, `formatQuery` and `configure` for JavaScript.

use std::time::Duration;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::Document;

use super::packed::Packed;
use crate::Error;
use crate::query_params::{History, QueryText, WriteOptions, pairs, without_mark};
use crate::tab::query_params::live;

#[wasm_bindgen]
extern "C" {
    /// The JavaScript side's mark that its snapshot is out of date.
    pub type Snapshot;

    #[wasm_bindgen(method, setter)]
    fn set_stale(this: &Snapshot, stale: bool);
}

fn options(history: u8, burst: f64, debounce: f64) -> WriteOptions {
    let options = match history {
        1 => WriteOptions::replace(),
        2 => WriteOptions::push(),
        _ => WriteOptions::default(),
    };
    let options = if burst > 0.0 { options.burst(milliseconds(burst)) } else { options };
    options.debounce(milliseconds(debounce))
}

fn milliseconds(milliseconds: f64) -> Duration {
    Duration::from_micros((milliseconds * 1000.0) as u64)
}

/// Texts of one flat list, cut into `[key, …values]` by the counts of each.
fn params(texts: Vec<String>, counts: &[u32]) -> Vec<(String, Vec<String>)> {
    let mut texts = texts.into_iter();
    counts
        .iter()
        .filter_map(|count| Some((texts.next()?, texts.by_ref().take(*count as usize).collect())))
        .collect()
}

/// Marks `snapshot` stale whenever the parameters may have changed. Returns the document whose `URL` must be compared
/// as well, where no event tells its changes.
#[wasm_bindgen(js_name = queryParamsWatch)]
pub fn query_params_watch(snapshot: Snapshot) -> Option<Document> {
    live().on_change(move || snapshot.set_stale(true));
    live().page().document_to_compare()
}

#[wasm_bindgen(js_name = queryParamsRelease)]
pub fn query_params_release() {
    live().page().release();
}

/// Every visible pair, packed.
#[wasm_bindgen(js_name = queryParamsPairs)]
pub fn query_params_pairs() -> String {
    live().with_text(|text, is_visible| {
        let mut packed = Packed::default();
        for (key, value) in pairs(text).filter(|(key, _)| is_visible(key)) {
            packed.push(&key);
            packed.push(&value);
        }
        packed.into_text()
    })
}

#[wasm_bindgen(js_name = queryParamsText)]
pub fn query_params_text() -> String {
    live().with_text(|text, _| text.to_owned())
}

#[wasm_bindgen(js_name = queryParamsSet)]
pub fn query_params_set(key: &str, value: &str, history: u8, burst: f64, debounce: f64) -> Result<(), Error> {
    live().set(key, value, options(history, burst, debounce)).map(drop)
}

#[wasm_bindgen(js_name = queryParamsDelete)]
pub fn query_params_delete(key: &str, history: u8, burst: f64, debounce: f64) -> bool {
    live().remove(key, options(history, burst, debounce))
}

#[wasm_bindgen(js_name = queryParamsUpdate)]
pub fn query_params_update(
    texts: Vec<String>,
    counts: &[u32],
    history: u8,
    burst: f64,
    debounce: f64,
) -> Result<(), Error> {
    live().update(params(texts, counts), options(history, burst, debounce))
}

#[wasm_bindgen(js_name = queryParamsFromDict)]
pub fn query_params_from_dict(
    texts: Vec<String>,
    counts: &[u32],
    history: u8,
    burst: f64,
    debounce: f64,
) -> Result<(), Error> {
    live().from_dict(params(texts, counts), options(history, burst, debounce))
}

#[wasm_bindgen(js_name = queryParamsTransactionBegin)]
pub fn query_params_transaction_begin() {
    live().transaction_begin();
}

#[wasm_bindgen(js_name = queryParamsTransactionEnd)]
pub fn query_params_transaction_end(commit: bool) {
    live().transaction_end(commit);
}

#[wasm_bindgen(js_name = queryParamsFlush)]
pub fn query_params_flush() {
    live().flush();
}

/// Calls `done` with the outcome's text.
#[wasm_bindgen(js_name = queryParamsSettled)]
pub fn query_params_settled(done: Function) {
    live().when_settled(Box::new(move |outcome| {
        // `done` resolves a promise, which throws nothing.
        let _ = done.call1(&JsValue::UNDEFINED, &JsValue::from_str(outcome.as_str()));
    }));
}

/// Calls `listener` with the changed keys, packed, and the source; returns what `queryParamsUnsubscribe` takes.
#[wasm_bindgen(js_name = queryParamsSubscribe)]
pub fn query_params_subscribe(listener: Function) -> u32 {
    live().subscribe(move |change| {
        let mut keys = Packed::default();
        for key in &change.keys {
            keys.push(key);
        }
        let source = JsValue::from_str(change.source.as_str());
        // The facade's listener catches what users' listeners throw.
        let _ = listener.call2(&JsValue::UNDEFINED, &JsValue::from_str(&keys.into_text()), &source);
    })
}

#[wasm_bindgen(js_name = queryParamsUnsubscribe)]
pub fn query_params_unsubscribe(id: u32) {
    live().unsubscribe(id);
}

#[wasm_bindgen(js_name = queryParamsConfigure)]
pub fn query_params_configure(history: u8, reserved_keys: Option<Vec<String>>) -> Result<(), Error> {
    let history = match history {
        1 => Some(History::Replace),
        2 => Some(History::Push),
        _ => None,
    };
    live().configure(history, reserved_keys)
}

/// `[pending, calls, limit, windowMs, nextTryInMs or undefined, blocked]`; `pending` is packed.
#[wasm_bindgen(js_name = queryParamsWriter)]
pub fn query_params_writer() -> Array {
    let state = live().writer_state();
    let mut pending = Packed::default();
    for key in &state.pending {
        pending.push(key);
    }
    let milliseconds = |duration: Duration| JsValue::from_f64(duration.as_millis() as f64);
    Array::from_iter([
        JsValue::from_str(&pending.into_text()),
        JsValue::from_f64(state.calls as f64),
        JsValue::from_f64(state.limit as f64),
        milliseconds(state.window),
        state.next_try.map_or(JsValue::UNDEFINED, milliseconds),
        JsValue::from_bool(state.blocked),
    ])
}

/// Every pair of `text`, packed.
#[wasm_bindgen(js_name = parseQuery)]
pub fn parse_query(text: &str) -> String {
    let mut packed = Packed::default();
    for (key, value) in pairs(without_mark(text)) {
        packed.push(&key);
        packed.push(&value);
    }
    packed.into_text()
}

/// `texts` are keys and values in turn.
#[wasm_bindgen(js_name = formatQuery)]
pub fn format_query(texts: Vec<String>) -> String {
    let pairs = texts.chunks_exact(2).filter_map(|pair| match pair {
        [key, value] => Some((key.as_str(), value.as_str())),
        _ => None,
    });
    QueryText::format(pairs).to_string()
}
