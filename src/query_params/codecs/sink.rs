//! Where rules write: byte by byte, so that the codecs of the npm build need no strings.

use alloc::string::String;
use alloc::vec::Vec;

use super::reason::Reason;

pub(crate) trait Sink {
    fn push(&mut self, byte: u8);

    fn push_all(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.push(*byte);
        }
    }
}

impl Sink for Vec<u8> {
    fn push(&mut self, byte: u8) {
        Self::push(self, byte);
    }
}

/// What a rule writes.
pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>) -> Result<(), Reason>) -> Result<String, Reason> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(text(&bytes))
}

/// Rules cut and join texts where characters meet: the bytes are UTF-8.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
