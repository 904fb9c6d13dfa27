//! The texts that JavaScript joined, one after the other, each behind its length.

/// A length counts bytes, and is written in characters of six bits, the lowest first; 64 is added to all but the last.
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
