//! Many texts in one: each behind its length, so that one call brings them all across the border.

use alloc::string::String;

/// Joined texts. A length counts UTF-16 units, and is written in characters of six bits, the lowest first; 64 is added
/// to all but the last.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    text: String,
}

impl Packed {
    pub fn push(&mut self, text: &str) {
        let mut length: usize = text.bytes().map(utf16_units_begun_by).sum();
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

/// Each byte but a character's further ones begins a unit; from four bytes on, a character is two.
pub(crate) const fn utf16_units_begun_by(byte: u8) -> usize {
    match byte {
        0x80..0xC0 => 0,
        0xF0.. => 2,
        _ => 1,
    }
}
