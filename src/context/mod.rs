//! Context: what a tab or a request tells of the person behind it. Facts are read, never guessed: what cannot be known is
//! absent.
//!
//! The functions here answer for this tab: what the browser shows, and what a server handed over. [`Facts`] answers the
//! same questions for a request, on a server. Off the browser, the functions know nothing.
//!
//! A server renders with the facts of a request, and hands over by [`Facts::script`] what a page cannot see:
//! `examples/axum` is a whole one.
//!
//! `examples/context` in the repository is a page in plain wasm-bindgen that greets its visitor by these facts, and follows
//! a cookie live.

mod blanks;
mod cookies;
mod facts;
mod headers;
mod languages;
mod likely;
mod negotiate;
pub(crate) mod place;
pub(crate) mod request;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod script;
mod source;
mod theme;

pub use cookies::Cookies;
pub use facts::{Direction, Facts};
pub use headers::Headers;
pub use languages::{Engine, accept_language, accepted_languages, canonical_locale};
#[cfg(not(target_arch = "wasm32"))]
pub use likely::Cldr;
pub use likely::NoTables;
pub use negotiate::{LikelySubtags, negotiate_with};
pub use source::Source;
pub use theme::{ColorScheme, Contrast, Theme};

pub(crate) use blanks::trimmed;
pub(crate) use facts::direction_of;

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use crate::tab::context::*;
