//! What the facade is told, in `js/told.ts`: numbers and texts only, so that no table of JavaScript values is kept.

use wasm_bindgen::prelude::*;

use crate::Error;
use crate::packed::Packed;
use crate::query_params::{Audience, Change, Outcome, joined};

#[wasm_bindgen(raw_module = "../../js/told.ts")]
extern "C" {
    pub fn stale();
    fn settled(id: u32, outcome: &str);
    fn changed(keys: &str, source: &str);
    pub fn answer(text: &str);
    #[wasm_bindgen(js_name = answerNumbers)]
    pub fn answer_numbers(calls: f64, limit: f64, window: f64, next_try: f64, blocked: f64);
    fn refuse(error: &str);
}

/// JavaScript, which keeps its waiters by number, and its listeners to itself.
#[derive(Default)]
pub struct Ears;

impl Audience for Ears {
    type Waiter = u32;

    fn settled(&self, id: u32, outcome: Outcome) {
        settled(id, outcome.as_str());
    }

    fn changed(&self, change: &Change) {
        let mut keys = Packed::default();
        for key in &change.keys {
            keys.push(key);
        }
        changed(&keys.into_text(), change.source.as_str());
    }
}

/// Errors on their way to JavaScript: one text, `code`, message and key, each on a line; the key is last, as it may hold
/// line ends itself.
pub fn tell_refused(error: Error) {
    let mut text = joined(&[error.kind().code(), error.message()], "\n");
    if let Some(key) = error.key() {
        text.push('\n');
        text.push_str(key);
    }
    refuse(&text);
}
