//! Writing cookies, and telling whether they were stored: browsers drop what they do not like without a word, so each write
//! is held against their rules first, and read back.
//!
//! The functions here work on this tab's cookies; off the browser, on a jar in memory. [`set_cookie_text`] is the text
//! alone, for a server's `Set-Cookie`; [`set_in_jar`] and [`delete_in_jar`] are the same rules on a jar of another kind. To
//! read cookies, see [`context::cookies`](crate::context::cookies).

mod jar;
mod text;

#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js")))]
pub(crate) use jar::changed_in;
pub use jar::{Stored, delete_in_jar, set_in_jar};
pub use text::{CookieOptions, Priority, Rejection, SameSite, Setting, set_cookie_text};

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use crate::tab::cookies::*;
