//! Context: what a tab or a request tells of the person behind it. Facts are read, never guessed.

mod cookies;
mod facts;
mod headers;
mod languages;
#[cfg(not(target_arch = "wasm32"))]
mod likely;
mod negotiate;

pub use cookies::Cookies;
pub use facts::{ColorScheme, Direction, Facts};
pub use headers::Headers;
pub use languages::{Engine, accept_language, accepted_languages};
#[cfg(not(target_arch = "wasm32"))]
pub use likely::Cldr;
pub use negotiate::{LikelySubtags, negotiate};

/// The one of `available` that suits `requested` best, spelled as it is there; `None` when none does.
///
/// ```
/// use tabstate::context::negotiate_locale;
///
/// assert_eq!(negotiate_locale(&["zh-HK"], &["en", "zh", "zh-TW"]), Some("zh-TW"));
/// assert_eq!(negotiate_locale(&["es-MX", "en"], &["en", "es", "es-419"]), Some("es-419"));
/// assert_eq!(negotiate_locale(&["*", "C", "xx"], &[]), None);
/// ```
#[cfg(not(target_arch = "wasm32"))]
#[must_use]
pub fn negotiate_locale<'a>(requested: &[&str], available: &[&'a str]) -> Option<&'a str> {
    negotiate(requested, available, &Cldr)
}
