//! Where the codecs of the npm build write: the part of the memory behind what they read. What does not fit is counted,
//! so that the caller knows how much memory it takes.

use super::sink::Sink;
use crate::packed::utf16_units_begun_by;

pub(crate) struct Out<'m> {
    bytes: &'m mut [u8],
    end: usize,
    /// How many UTF-16 units were written.
    units: usize,
}

/// How many characters of a length do for any text.
pub(crate) const ANY: usize = 5;

impl<'m> Out<'m> {
    pub const fn of(bytes: &'m mut [u8]) -> Self {
        Self { bytes, end: 0, units: 0 }
    }

    pub const fn end(&self) -> usize {
        self.end
    }

    pub const fn truncate(&mut self, end: usize) {
        self.end = end;
    }

    fn set(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.bytes.get_mut(at) {
            *place = byte;
        }
    }

    /// Begins a text behind its length, which takes `digits` characters of six bits, the lowest first; 64 is added to all
    /// but the last. It counts UTF-16 units.
    pub const fn open(&mut self, digits: usize) -> Opened {
        let at = self.end;
        self.end += digits;
        Opened { at, start: self.end, units: self.units }
    }

    pub fn close(&mut self, Opened { at, start, units }: Opened) {
        let mut length = self.units - units;
        for digit in at..start {
            let more = if digit + 1 < start { 64 } else { 0 };
            self.set(digit, more | (length & 63) as u8);
            length >>= 6;
        }
        self.units += start - at;
    }

    /// Writes a text as it stands, behind its length.
    pub fn pack(&mut self, text: &[u8]) {
        let opened = self.open(digits(text.len()));
        self.push_all(text);
        self.close(opened);
    }
}

/// A text that is being written.
pub(crate) struct Opened {
    at: usize,
    start: usize,
    units: usize,
}

/// How many characters the length of a text takes that has no more units than these.
pub(crate) const fn digits(most: usize) -> usize {
    if most < 64 { 1 } else { ANY }
}

impl Sink for Out<'_> {
    fn push(&mut self, byte: u8) {
        self.push_all(&[byte]);
    }

    fn push_all(&mut self, bytes: &[u8]) {
        let places = self.bytes.get_mut(self.end..).unwrap_or_default();
        for (place, byte) in places.iter_mut().zip(bytes) {
            *place = *byte;
            self.units += utf16_units_begun_by(*byte);
        }
        self.end += bytes.len();
    }
}
