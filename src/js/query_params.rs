//! `queryParams`, `parseQuery`, `formatQuery` and `configure` for JavaScript.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::Error;
use crate::packed::Packed;
use crate::port::Milliseconds;
use crate::query_params::{QueryText, WriteOptions, append};
use crate::tab::query_params::live;

#[wasm_bindgen]
extern "C" {
    /// The JavaScript side's mark that its snapshot is out of date.
    pub type Snapshot;

    #[wasm_bindgen(method, setter)]
    fn set_stale(this: &Snapshot, stale: bool);
}

/// 1 is replace, 2 is push; no time is none.
fn options(history: u8, burst: f64, debounce: f64) -> WriteOptions {
    let options = match history {
        1 => WriteOptions::replace(),
        2 => WriteOptions::push(),
        _ => WriteOptions::default(),
    };
    options.in_milliseconds(burst, debounce)
}

/// Marks `snapshot` stale whenever the parameters may have changed. Returns the document whose `URL` must be compared
/// as well, where no event tells its changes.
#[wasm_bindgen(js_name = queryParamsWatch)]
pub fn query_params_watch(snapshot: Snapshot) -> JsValue {
    live().on_change(move || snapshot.set_stale(true));
    live().page().document_to_compare().into()
}

#[wasm_bindgen(js_name = queryParamsRelease)]
pub fn query_params_release() {
    live().page().release();
}

/// Every visible pair, packed.
#[wasm_bindgen(js_name = queryParamsPairs)]
pub fn query_params_pairs() -> String {
    let mut packed = Packed::default();
    live().for_each_pair(|key, value| {
        packed.push(key);
        packed.push(value);
    });
    packed.into_text()
}

#[wasm_bindgen(js_name = queryParamsText)]
pub fn query_params_text() -> String {
    live().text().into()
}

#[wasm_bindgen(js_name = queryParamsSet)]
pub fn query_params_set(key: &str, value: &str, history: u8, burst: f64, debounce: f64) -> Result<(), Error> {
    let mut fields = String::new();
    append(&mut fields, key, value);
    live().set_fields(key, fields, options(history, burst, debounce))
}

#[wasm_bindgen(js_name = queryParamsDelete)]
pub fn query_params_delete(key: &str, history: u8, burst: f64, debounce: f64) -> bool {
    live().remove(key, options(history, burst, debounce))
}

/// Merges a batch: `key=value=value`, behind a `&` each, with `%`, `&`, `=` and `+` escaped. With `all`, it is the whole.
#[wasm_bindgen(js_name = queryParamsUpdate)]
pub fn query_params_update(batch: &str, all: bool, history: u8, burst: f64, debounce: f64) -> Result<(), Error> {
    live().write_batch(batch, all, options(history, burst, debounce))
}

/// The address as it would be with a batch merged.
#[wasm_bindgen(js_name = queryParamsLink)]
pub fn query_params_link(batch: &str) -> Result<String, Error> {
    live().link(batch)
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
pub fn query_params_subscribe(listener: Function) -> usize {
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
pub fn query_params_unsubscribe(id: usize) {
    live().unsubscribe(id);
}

/// The reserved keys are a batch without values.
#[wasm_bindgen(js_name = queryParamsConfigure)]
pub fn query_params_configure(history: u8, reserved_keys: Option<String>) -> Result<(), Error> {
    live().configure(options(history, 0.0, 0.0).history(), reserved_keys)
}

/// The keys that are not in the address as they read, packed.
#[wasm_bindgen(js_name = queryParamsPending)]
pub fn query_params_pending() -> String {
    let mut pending = Packed::default();
    for key in &live().writer_state().pending {
        pending.push(key);
    }
    pending.into_text()
}

/// History calls in the window, their limit, the window and the time to the next try in milliseconds (-1 when none
/// waits), whether the page blocks.
#[wasm_bindgen(js_name = queryParamsBudget)]
pub fn query_params_budget() -> Vec<f64> {
    let state = live().writer_state();
    let milliseconds = |duration: Duration| Milliseconds::from(duration).0;
    let next_try = state.next_try.map_or(-1.0, milliseconds);
    let blocked = f64::from(u8::from(state.blocked));
    Vec::from([state.calls as f64, state.limit as f64, milliseconds(state.window), next_try, blocked])
}

/// Every pair of `text`, packed.
#[wasm_bindgen(js_name = parseQuery)]
pub fn parse_query(text: &str) -> String {
    let mut packed = Packed::default();
    for (key, value) in QueryText::parse(text).pairs() {
        packed.push(&key);
        packed.push(&value);
    }
    packed.into_text()
}

/// The text of a batch.
#[wasm_bindgen(js_name = formatQuery)]
pub fn format_query(batch: &str) -> String {
    QueryText::of_batch(batch).into()
}
