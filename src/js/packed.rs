//! Many texts in one: each behind its length, so that one call brings them all across the border.

use alloc::string::String;

/// Joined texts. A length counts UTF-16 units, and is written in characters of six bits, the lowest first; 64 is added
/// to all but the last.
#[derive(Debug, Default)]
pub(super) struct Packed {
    text: String,
}

impl Packed {
    pub fn push(&mut self, text: &str) {
        let mut length = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        while length >= 64 {
            self.text.push(char::from(64 | (length & 63) as u8));
            length >>= 6;
        }
        self.text.push(char::from(length as u8));
        self.text.push_str(text);
    }

    pub fn into_text(self) -> String {
        self.text
    }
}
