//! The codecs for JavaScript: many parameters in one call.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::packed::{Packed, Unpacked};
use crate::query_params::codecs::shape;

/// Reads parameters, packed: the shape of each and its text; of a list, its packed texts. Returns for each, packed: an
/// empty text and the leaves, or why it is invalid.
#[wasm_bindgen(js_name = codecsRead)]
pub fn codecs_read(params: &str) -> String {
    let mut answer = Packed::default();
    let mut params = Unpacked::of(params);
    while let (Some(shape), Some(text)) = (params.next(), params.next()) {
        let start = answer.len();
        answer.push("");
        if let Err(invalid) = shape::read(shape, text, &mut answer) {
            answer.truncate(start);
            answer.push(invalid.reason());
        }
    }
    answer.into_text()
}

/// Writes parameters, packed: the shape of each and its packed leaves. Returns for each, packed: an empty text and its
/// texts, packed, or why there is no text for it.
#[wasm_bindgen(js_name = codecsWrite)]
pub fn codecs_write(params: &str) -> String {
    let mut answer = Packed::default();
    let mut params = Unpacked::of(params);
    while let (Some(shape), Some(leaves)) = (params.next(), params.next()) {
        match shape::write(shape, &mut Unpacked::of(leaves)) {
            Ok(texts) => {
                let mut packed = Packed::default();
                texts.iter().for_each(|text| packed.push(text));
                answer.push("");
                answer.push(&packed.into_text());
            }
            Err(invalid) => answer.push(invalid.reason()),
        }
    }
    answer.into_text()
}
