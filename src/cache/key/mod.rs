//! What an entry is found by: the text of a value, from which no other value has the same one, and a short name for it.

mod write;

use alloc::string::String;
use alloc::sync::Arc;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use serde_core::Serialize;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::Error;

/// The key of a value: its canonical text, and 128 bits of hash.
///
/// Two values have one key when they are equal as JavaScript sees them: `docs/cache-key.md` specifies the text, which a later
/// release does not change, and which JavaScript writes too. The hash is SipHash-1-3 of the text without a secret key: a name
/// of 32 digits for what is kept elsewhere. Keys compare by their texts, so that no collision of hashes is one of keys. A clone shares the text.
///
/// ```
/// use std::collections::HashMap;
/// use tabstate::cache::Key;
///
/// assert_eq!(Key::of(&("Oslo", 2))?.text(), "a2:s4:Oslon2;");
/// assert_eq!(Key::of("Oslo")?.name().to_string(), "930b69eea58a6ee1fcf5f7f48de77ddf");
///
/// let one = HashMap::from([("a", 1), ("b", 2)]);
/// let other = HashMap::from([("b", 2), ("a", 1)]);
/// assert_eq!(Key::of(&one)?, Key::of(&other)?);
/// assert_ne!(Key::of(&1)?, Key::of("1")?);
/// assert_ne!(Key::of(&Some(None::<u8>))?, Key::of(&None::<Option<u8>>)?);
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Key {
    text: Arc<str>,
    hash: u128,
}

impl Key {
    /// The key of a value. A `HashSet` has no order, and serde tells it from no list: its key is another one each time. Take a
    /// `BTreeSet`.
    ///
    /// # Errors
    /// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue) where the value is deeper than 128 levels, or refuses to be
    /// written.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        write::text(value).map(Self::of_text)
    }

    /// The key of that text, whoever wrote it.
    pub(super) fn of_text(text: String) -> Self {
        let mut hasher = SipHasher13::new();
        hasher.write(text.as_bytes());
        let hash = u128::from_le_bytes(hasher.finish128().as_bytes());
        Self { text: text.into(), hash }
    }

    /// The canonical text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hash of the text.
    #[must_use]
    pub const fn hash(&self) -> u128 {
        self.hash
    }

    /// The 16 bytes of the hash, in 32 hexadecimal digits.
    #[must_use]
    pub const fn name(&self) -> impl fmt::Display + use<> {
        Name(self.hash)
    }
}

struct Name(u128);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0.swap_bytes())
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text == other.text
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.hash);
    }
}

/// The order in which JavaScript sorts texts: by their units of UTF-16.
fn by_units(one: &str, other: &str) -> Ordering {
    let bytes = one.as_bytes().iter().zip(other.as_bytes());
    // Of bytes that differ, those of a surrogate pair begin with 0xf0 or more, and sort between 0xd7ff and 0xe000.
    let differing = bytes.map(|(one, other)| (*one, *other)).find(|(one, other)| one != other);
    match differing {
        Some((0xf0.., 0xee | 0xef)) => Ordering::Less,
        Some((0xee | 0xef, 0xf0..)) => Ordering::Greater,
        Some((one, other)) => one.cmp(&other),
        None => one.len().cmp(&other.len()),
    }
}
