//! `queryParams`, `parseQuery`, `formatQuery` and `configure` for JavaScript.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::told::{answer, answer_numbers, stale, tell_refused};
use crate::packed::Packed;
use crate::port::Limits;
use crate::query_params::{QueryText, WriteOptions, append, fields, key_of, value_of, without_mark};
use crate::tab::query_params::live;
use crate::web::signal;

/// 1 is replace, 2 is push; no time is none.
fn options(history: u8, burst: f64, debounce: f64) -> WriteOptions {
    let options = match history {
        1 => WriteOptions::replace(),
        2 => WriteOptions::push(),
        _ => WriteOptions::default(),
    };
    options.in_milliseconds(burst, debounce)
}

/// What the page tells, by the numbers of `page.js`.
#[wasm_bindgen(js_name = queryParamsHear)]
pub fn query_params_hear(number: u8) {
    live().receive(signal(number));
}

/// Tells `stale` whenever the parameters that were read may have changed.
#[wasm_bindgen(js_name = queryParamsWatch)]
pub fn query_params_watch() {
    live().on_change(stale);
}

#[wasm_bindgen(js_name = queryParamsRelease)]
pub fn query_params_release() {
    live().page().release();
}

/// Answers every visible pair, packed.
#[wasm_bindgen(js_name = queryParamsPairs)]
pub fn query_params_pairs() {
    let mut packed = Packed::default();
    live().for_each_pair(|key, value| {
        packed.push(key);
        packed.push(value);
    });
    answer(&packed.into_text());
}

#[wasm_bindgen(js_name = queryParamsText)]
pub fn query_params_text() {
    answer(live().text().as_str());
}

#[wasm_bindgen(js_name = queryParamsSet)]
pub fn query_params_set(key: &str, value: &str, history: u8, burst: f64, debounce: f64) {
    let mut fields = String::new();
    append(&mut fields, key, value);
    live().set_fields(key, fields, options(history, burst, debounce)).unwrap_or_else(tell_refused);
}

#[wasm_bindgen(js_name = queryParamsDelete)]
pub fn query_params_delete(key: &str, history: u8, burst: f64, debounce: f64) -> bool {
    live().remove(key, options(history, burst, debounce))
}

/// Merges a batch: `key=value=value`, behind a `&` each, with `%`, `&`, `=` and `+` escaped. With `all`, it is the whole.
#[wasm_bindgen(js_name = queryParamsUpdate)]
pub fn query_params_update(batch: &str, all: bool, history: u8, burst: f64, debounce: f64) {
    live().write_batch(batch, all, options(history, burst, debounce)).unwrap_or_else(tell_refused);
}

/// Answers the address as it would be with a batch merged.
#[wasm_bindgen(js_name = queryParamsLink)]
pub fn query_params_link(batch: &str) {
    live().link(batch).map_or_else(tell_refused, |address| answer(&address));
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

/// Tells `settled` the outcome, with this `id`.
#[wasm_bindgen(js_name = queryParamsSettled)]
pub fn query_params_settled(id: u32) {
    live().when_settled(id);
}

/// From now on tells `changed` the changed keys, packed, and the source.
#[wasm_bindgen(js_name = queryParamsListen)]
pub fn query_params_listen() {
    live().listen();
}

/// Tells `changed` no more.
#[wasm_bindgen(js_name = queryParamsIgnore)]
pub fn query_params_ignore() {
    live().ignore();
}

/// The reserved keys are a batch without values.
#[wasm_bindgen(js_name = queryParamsConfigure)]
pub fn query_params_configure(history: u8, reserved_keys: Option<String>) {
    live().configure(options(history, 0.0, 0.0).history(), reserved_keys).unwrap_or_else(tell_refused);
}

/// Answers the keys that are not in the address as they read, packed.
#[wasm_bindgen(js_name = queryParamsPending)]
pub fn query_params_pending() {
    let mut pending = Packed::default();
    for key in &live().pending() {
        pending.push(key);
    }
    answer(&pending.into_text());
}

/// Answers the history calls in the window, their limit, the window and the time to the next try in milliseconds (-1 when
/// none waits), whether the page blocks.
#[wasm_bindgen(js_name = queryParamsBudget)]
pub fn query_params_budget() {
    let (calls, next_try) = live().calls();
    let Limits { calls: limit, window } = live().limits();
    // What is late is tried at once.
    let next_try = next_try.map_or(-1.0, |next_try| next_try.0.max(0.0));
    answer_numbers(calls as f64, limit as f64, window.0, next_try, f64::from(u8::from(live().is_blocked())));
}

/// Answers every pair of `text`, packed.
#[wasm_bindgen(js_name = parseQuery)]
pub fn parse_query(text: &str) {
    let mut packed = Packed::default();
    for field in fields(without_mark(text)) {
        packed.push(&key_of(field));
        packed.push(&value_of(field));
    }
    answer(&packed.into_text());
}

/// Answers the text of a batch.
#[wasm_bindgen(js_name = formatQuery)]
pub fn format_query(batch: &str) {
    answer(QueryText::of_batch(batch).as_str());
}
