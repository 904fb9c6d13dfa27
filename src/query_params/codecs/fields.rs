//! The fields of a query, cut once for all parameters of a definition, and decoded where they stand: no text becomes
//! longer by that.

use core::ops::{Range, RangeInclusive};

/// Where a key stands, decoded, and where its value does, as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    key: (usize, usize),
    value: (usize, usize),
}

pub(crate) struct Fields<'m> {
    query: &'m mut [u8],
    fields: &'m [Field],
}

impl<'m> Fields<'m> {
    /// There is `room` for half as many fields as the query has bytes, and one more.
    pub fn of(query: &'m mut [u8], room: &'m mut [Field]) -> Self {
        let (mut start, mut count) = (0, 0);
        while start < query.len() {
            let key = start + query.iter().skip(start).take_while(|byte| !matches!(byte, b'=' | b'&')).count();
            let value = if query.get(key) == Some(&b'=') { key + 1 } else { key };
            let end = value + query.iter().skip(value).take_while(|byte| **byte != b'&').count();
            // An empty field is none.
            if end > start
                && let Some(field) = room.get_mut(count)
            {
                let decoded = decode(query.get_mut(start..key).unwrap_or_default());
                *field = Field { key: (start, start + decoded), value: (value, end) };
                count += 1;
            }
            start = end + 1;
        }
        Self { query, fields: room.get(..count).unwrap_or_default() }
    }

    /// The next field of `key`, from the one at `start` on.
    pub fn next(&self, start: usize, key: &[u8]) -> Option<usize> {
        let fields = self.fields.get(start..)?;
        fields.iter().position(|field| self.query.get(field.key.0..field.key.1) == Some(key)).map(|nth| start + nth)
    }

    fn value(&self, nth: usize) -> Range<usize> {
        self.fields.get(nth).map_or(0..0, |field| field.value.0..field.value.1)
    }

    pub fn is_empty(&self, nth: usize) -> bool {
        self.value(nth).is_empty()
    }

    /// The value of a field. It is decoded by that, so it can be taken once.
    pub fn take(&mut self, nth: usize) -> &mut [u8] {
        let at = self.value(nth);
        let value = self.query.get_mut(at).unwrap_or_default();
        let end = decode(value);
        value.get_mut(..end).unwrap_or_default()
    }
}

/// Decodes a text where it stands; returns how long it is then.
///
/// U+FFFD stands for what is no UTF-8, up to the byte that cannot be a part of it, as in the Encoding standard. It has
/// three bytes, as the escape of a byte has.
fn decode(text: &mut [u8]) -> usize {
    const ANY: RangeInclusive<u8> = 0x80..=0xBF;
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return text.len();
    }
    let (mut read, mut written) = (0, 0);
    let (mut start, mut missing, mut allowed) = (0, 0, ANY);
    loop {
        let (mut byte, mut size) = (0, 0);
        if let Some([first, behind @ ..]) = text.get(read..) {
            (byte, size) = (*first, 1);
            if byte == b'+' {
                byte = b' ';
            } else if byte == b'%'
                && let [high, low, ..] = behind
                && let (Some(high), Some(low)) = (digit(*high), digit(*low))
            {
                (byte, size) = (high << 4 | low, 3);
            }
        }
        read += size;
        let mut is_one = true;
        if missing > 0 && size > 0 && allowed.contains(&byte) {
            missing -= 1;
            allowed = ANY;
        } else {
            if missing > 0 {
                written = replace(text, start);
            }
            if size == 0 {
                return written;
            }
            start = written;
            // Overlong forms, surrogates and what is above U+10FFFF are told by the second byte.
            (missing, allowed) = match byte {
                0..0x80 => (0, ANY),
                0xC2..0xE0 => (1, ANY),
                0xE0 => (2, 0xA0..=0xBF),
                0xED => (2, 0x80..=0x9F),
                0xE1..0xF0 => (2, ANY),
                0xF0 => (3, 0x90..=0xBF),
                0xF1..0xF4 => (3, ANY),
                0xF4 => (3, 0x80..=0x8F),
                _ => {
                    is_one = false;
                    (0, ANY)
                }
            };
        }
        if !is_one {
            written = replace(text, start);
        } else if let Some(place) = text.get_mut(written) {
            *place = byte;
            written += 1;
        }
    }
}

/// Writes U+FFFD at `start`; returns where it ends.
fn replace(text: &mut [u8], start: usize) -> usize {
    let end = start + 3;
    if let Some(place) = text.get_mut(start..end) {
        place.copy_from_slice("\u{FFFD}".as_bytes());
    }
    end
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
