//! The codecs for JavaScript: many parameters in one call. Each is answered by two texts: why it is refused, or an empty
//! text, and what became of it.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::packed::{Packed, Unpacked};
use crate::query_params::codecs::{Invalid, shape};

/// Reads parameters, packed: the shape of each and its text; of a list, its packed texts. They convert packed leaves.
#[wasm_bindgen(js_name = codecsRead)]
pub fn codecs_read(params: &str) -> String {
    answer(params, |shape, text, leaves| shape::read(shape, text, leaves))
}

/// Writes parameters, packed: the shape of each and its packed leaves. They convert packed texts.
#[wasm_bindgen(js_name = codecsWrite)]
pub fn codecs_write(params: &str) -> String {
    answer(params, |shape, leaves, texts| shape::write(shape, &mut Unpacked::of(leaves), texts))
}

fn answer(params: &str, convert: fn(&str, &str, &mut Packed) -> Result<(), Invalid>) -> String {
    let mut answer = Packed::default();
    let mut params = Unpacked::of(params);
    while let (Some(shape), Some(given)) = (params.next(), params.next()) {
        let mut made = Packed::default();
        let reason = convert(shape, given, &mut made).map_or_else(|invalid| invalid.reason(), |()| "");
        answer.push(reason);
        answer.push(&made.into_text());
    }
    answer.into_text()
}
