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

/// The texts that JavaScript joined, one after the other. What is not packed ends them.
#[cfg(tabstate_module = "codecs")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpacked<'a> {
    rest: &'a str,
}

#[cfg(tabstate_module = "codecs")]
impl<'a> Unpacked<'a> {
    pub const fn of(packed: &'a str) -> Self {
        Self { rest: packed }
    }

    /// The next text; the empty text when there is none.
    pub fn part(&mut self) -> &'a str {
        self.next().unwrap_or_default()
    }
}

#[cfg(tabstate_module = "codecs")]
impl<'a> Iterator for Unpacked<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let (code, rest) = self.rest.split_at_checked(1)?;
            let code = usize::from(*code.as_bytes().first()?);
            self.rest = rest;
            length |= (code & 63).checked_shl(shift)?;
            shift += 6;
            if code < 64 {
                break;
            }
        }
        let mut end = 0;
        for byte in self.rest.bytes() {
            // One unit for each character, two above U+FFFF: counted at its first byte.
            let units = if byte & 0xC0 == 0x80 { 0 } else { 1 + usize::from(byte >= 0xF0) };
            if units > length {
                break;
            }
            length -= units;
            end += 1;
        }
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(text)
    }
}
