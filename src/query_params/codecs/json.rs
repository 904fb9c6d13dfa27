//! JSON in a parameter, bounded: an address comes from anywhere, and a page must not be stopped by what stands in it.

use alloc::string::String;
use core::marker::PhantomData;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::finite::is_finite;
use super::reason::Reason;
use super::{Codec, Invalid};

/// The longest text, in bytes: more than any server takes.
pub(crate) const LONGEST: usize = 65_536;

/// How deep objects and lists may stand in one another.
pub(crate) const DEEPEST: usize = 64;

/// Refuses what is too long or too deep. Whether it is JSON is for a parser to say.
pub(crate) fn bounded(text: &[u8]) -> Result<(), Reason> {
    if text.is_empty() {
        return Err(Reason::NotJson);
    }
    if text.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(Reason::TooDeep);
        }
    }
    Ok(())
}

/// A value as JSON, at most 65,536 bytes and 64 levels. NaN and the infinities are refused: JSON does not hold them.
///
/// ```
/// use tabstate::query_params::codecs::{Codec, Json};
///
/// let size = Json::<(u32, u32)>::new();
/// assert_eq!(size.parse("[3, 4]"), Ok((3, 4)));
/// assert_eq!(size.format(&(3, 4)).as_deref(), Ok("[3,4]"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

impl<T> Json<T> {
    /// JSON of a `T`.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Json<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Serialize + DeserializeOwned> Codec for Json<T> {
    type Value = T;

    fn parse(&self, text: &str) -> Result<T, Invalid> {
        bounded(text.as_bytes())?;
        serde_json::from_str(text).map_err(|_| Invalid::new("not JSON of this type"))
    }

    fn format(&self, value: &T) -> Result<String, Invalid> {
        let text = serde_json::to_string(value).map_err(|_| Invalid::new("not a value that JSON holds"))?;
        bounded(text.as_bytes())?;
        // NaN and the infinities are written as `null`, which reads back as another value where it reads back at all.
        if !is_finite(value) {
            return Err(Invalid::new("JSON holds no number that is not finite"));
        }
        self.parse(&text).map_err(|_| Invalid::new("not a value that JSON gives back"))?;
        Ok(text)
    }
}
