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

/// The texts that JavaScript joined, one after the other. A length counts bytes, and is written in characters of six bits, the lowest first; 64 is added to all but the last.
/// What is not packed ends the texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpacked<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacked<'a> {
    pub const fn of(packed: &'a [u8]) -> Self {
        Self { rest: packed }
    }

    /// The next text; the empty text when there is none.
    pub fn part(&mut self) -> &'a [u8] {
        self.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Unpacked<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (mut length, mut shift) = (0, 0);
        loop {
            let (code, rest) = self.rest.split_first()?;
            self.rest = rest;
            length |= usize::from(code & 63) << (shift & 31);
            shift += 6;
            if *code < 64 {
                break;
            }
        }
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }
}
