//! Several texts in one, with a separator between them. An escape character makes any content possible, so that the
//! texts come back as they were: a separator inside a text, the escape itself, one empty text, none at all.

use alloc::string::String;

/// The escape is the first of these that the separator does not hold. All of them stay readable in an address.
const ESCAPES: &[u8] = b"~!*$@";

/// How texts are joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delimiter<'a> {
    separator: &'a str,
    escape: u8,
    /// What of the separator is escaped inside a text: its first byte.
    first: u8,
}

impl<'a> Delimiter<'a> {
    /// `None` for an empty separator, and for one that holds all five escape characters.
    pub fn new(separator: &'a str) -> Option<Self> {
        let escape = ESCAPES.iter().find(|escape| !separator.as_bytes().contains(escape))?;
        Some(Self { separator, escape: *escape, first: *separator.as_bytes().first()? })
    }

    /// The texts in `joined`. An escape in front of anything but itself and the separator stands for itself.
    pub fn split(self, joined: &'a str) -> Split<'a> {
        // A lone escape is one empty text: the empty text is none.
        let lone = joined.as_bytes() == [self.escape];
        Split { delimiter: self, rest: Some(if lone { "" } else { joined }) }
    }

    /// Joins texts so that `split` gives them back; no texts are the empty text.
    pub fn join(self, texts: &[String]) -> String {
        let mut joined = String::new();
        for (nth, text) in texts.iter().enumerate() {
            if nth > 0 {
                joined.push_str(self.separator);
            }
            for (at, character) in text.char_indices() {
                if self.escapes(text.as_bytes().get(at)) {
                    joined.push(char::from(self.escape));
                }
                joined.push(character);
            }
        }
        if joined.is_empty() && !texts.is_empty() {
            joined.push(char::from(self.escape));
        }
        joined
    }

    fn escapes(self, byte: Option<&u8>) -> bool {
        byte == Some(&self.escape) || byte == Some(&self.first)
    }
}

/// The texts in one text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Split<'a> {
    delimiter: Delimiter<'a>,
    rest: Option<&'a str>,
}

impl Iterator for Split<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut rest = self.rest?;
        let mut text = String::new();
        loop {
            if let Some(behind) = rest.strip_prefix(self.delimiter.separator) {
                self.rest = Some(behind);
                return Some(text);
            }
            let mut characters = rest.chars();
            let Some(mut character) = characters.next() else {
                self.rest = None;
                return Some(text);
            };
            if character == char::from(self.delimiter.escape)
                && self.delimiter.escapes(characters.as_str().as_bytes().first())
            {
                character = characters.next()?;
            }
            rest = characters.as_str();
            text.push(character);
        }
    }
}
