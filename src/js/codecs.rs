//! The codecs for JavaScript: many parameters in one call. Each is answered by two packed texts: the reason, when it is
//! refused, or an empty text; and what became of it.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::packed::{Packed, Unpacked};
use crate::query_params::codecs::shape::{self, Texts};

/// Reads the parameters of a definition from a query: packed for each its shape and its keys. They become packed leaves;
/// one that is not there is answered by `absent`.
#[wasm_bindgen(js_name = codecsRead)]
pub fn codecs_read(definition: &str, query: &str) -> String {
    let mut answer = Packed::default();
    let mut leaves = Packed::default();
    let mut texts = Texts::of(query);
    for param in Unpacked::of(definition) {
        let mut keys = Unpacked::of(param);
        leaves.clear();
        answer.push(match texts.read(keys.part(), keys, &mut leaves) {
            Ok(true) => "",
            Ok(false) => "absent",
            Err(reason) => reason.text(),
        });
        answer.push(leaves.as_str());
    }
    answer.into_text()
}

/// Writes one parameter: its packed leaves become packed texts.
#[wasm_bindgen(js_name = codecsWrite)]
pub fn codecs_write(shape: &str, leaves: &str) -> String {
    let mut answer = Packed::default();
    let mut texts = Packed::default();
    answer.push(shape::write(shape, &mut Unpacked::of(leaves), &mut texts).err().map_or("", |reason| reason.text()));
    answer.push(&texts.into_text());
    answer.into_text()
}
