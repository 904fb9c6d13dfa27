//! Several texts in one, with a separator between them. An escape character makes any content possible, so that the
//! texts come back as they were: a separator inside a text, the escape itself, one empty text, none at all.
//!
//! Works on bytes: a separator is cut at its first byte, which in UTF-8 stands nowhere but at a character's start.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem::take;

use super::sink::{Sink, text};

/// The escape is the first of these that the separator does not hold. All of them stay readable in an address.
const ESCAPES: &[u8] = b"~!*$@";

/// How texts are joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delimiter<'a> {
    pub separator: &'a [u8],
    pub escape: u8,
    /// What of the separator is escaped inside a text: its first byte.
    first: u8,
}

impl<'a> Delimiter<'a> {
    /// `None` for an empty separator, and for one that holds all five escape characters.
    pub fn new(separator: &'a [u8]) -> Option<Self> {
        let escape = ESCAPES.iter().find(|escape| separator.iter().all(|byte| byte != *escape))?;
        Some(Self { separator, escape: *escape, first: *separator.first()? })
    }

    /// Whether an escape has to stand before `byte`.
    pub const fn escapes(self, byte: u8) -> bool {
        byte == self.escape || byte == self.first
    }

    /// The texts in `joined`, each unescaped where it stands. An escape in front of anything but itself and the
    /// separator stands for itself.
    pub fn split<'t>(self, joined: &'t mut [u8]) -> Split<'a, 't> {
        // A lone escape is one empty text: the empty text is none.
        let rest = if *joined == [self.escape] { &mut [] } else { joined };
        Split { delimiter: self, rest: Some(rest) }
    }

    /// As `split`, for texts of their own.
    pub fn texts(self, joined: &str) -> impl Iterator<Item = String> {
        let mut joined = Vec::from(joined);
        let texts: Vec<String> = self.split(&mut joined).map(|item| text(item)).collect();
        texts.into_iter()
    }

    /// Joins texts so that `split` gives them back; no texts are the empty text.
    pub fn join(self, texts: &[String]) -> String {
        let mut joined = Vec::new();
        for (nth, text) in texts.iter().enumerate() {
            if nth > 0 {
                joined.push_all(self.separator);
            }
            for byte in text.bytes() {
                if self.escapes(byte) {
                    joined.push(self.escape);
                }
                joined.push(byte);
            }
        }
        if joined.is_empty() && !texts.is_empty() {
            joined.push(self.escape);
        }
        text(&joined)
    }
}

/// The texts in one text.
#[derive(Debug)]
pub(crate) struct Split<'a, 't> {
    delimiter: Delimiter<'a>,
    rest: Option<&'t mut [u8]>,
}

impl<'t> Iterator for Split<'_, 't> {
    type Item = &'t mut [u8];

    fn next(&mut self) -> Option<&'t mut [u8]> {
        let Delimiter { separator, escape, .. } = self.delimiter;
        let joined = take(&mut self.rest)?;
        let (mut read, mut written) = (0, 0);
        while let Some(rest) = joined.get(read..) {
            if rest.starts_with(separator) {
                let (text, behind) = joined.split_at_mut_checked(read + separator.len())?;
                self.rest = Some(behind);
                return text.get_mut(..written);
            }
            let byte = match *rest {
                [] => break,
                [byte, next, ..] if byte == escape && self.delimiter.escapes(next) => {
                    read += 1;
                    next
                }
                [byte, ..] => byte,
            };
            *joined.get_mut(written)? = byte;
            read += 1;
            written += 1;
        }
        joined.get_mut(..written)
    }
}
