//! Several texts in one, with a separator between them. An escape character makes any content possible, so that the
//! texts come back as they were: a separator inside a text, the escape itself, one empty text, none at all.

use alloc::string::String;
use alloc::vec::Vec;

/// The escape is the first of these that the separator does not hold. All of them stay readable in an address.
const ESCAPES: [char; 5] = ['~', '!', '*', '$', '@'];

/// How texts are joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delimiter<'a> {
    separator: &'a str,
    escape: char,
    /// What of the separator is escaped inside a text: its first character.
    first: char,
}

impl<'a> Delimiter<'a> {
    /// `None` for an empty separator, and for one that holds all five escape characters.
    pub fn new(separator: &'a str) -> Option<Self> {
        let escape = ESCAPES.into_iter().find(|escape| !separator.contains(*escape))?;
        Some(Self { separator, escape, first: separator.chars().next()? })
    }

    /// The texts in `joined`. An escape in front of anything but itself and the separator stands for itself.
    pub fn split(&self, joined: &str) -> Vec<String> {
        let mut texts = Vec::new();
        let mut text = String::new();
        let mut rest = joined;
        loop {
            if let Some(behind) = rest.strip_prefix(self.separator) {
                texts.push(core::mem::take(&mut text));
                rest = behind;
                continue;
            }
            let mut characters = rest.chars();
            let Some(mut character) = characters.next() else { break };
            rest = characters.as_str();
            if character == self.escape {
                // A lone escape is one empty text: the empty text is none.
                if rest.is_empty() && text.is_empty() && texts.is_empty() {
                    break;
                }
                if let Some(escaped) = characters.next().filter(|next| *next == self.escape || *next == self.first) {
                    character = escaped;
                    rest = characters.as_str();
                }
            }
            text.push(character);
        }
        texts.push(text);
        texts
    }

    /// Joins texts so that `split` gives them back; no texts are the empty text.
    pub fn join<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> String {
        let mut joined = String::new();
        let mut count = 0;
        for text in texts {
            if count > 0 {
                joined.push_str(self.separator);
            }
            count += 1;
            for character in text.chars() {
                if character == self.escape || character == self.first {
                    joined.push(self.escape);
                }
                joined.push(character);
            }
        }
        if count == 1 && joined.is_empty() {
            joined.push(self.escape);
        }
        joined
    }
}
