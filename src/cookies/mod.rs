//! Writing cookies: the text of one, held against the rules by which browsers drop cookies silently. Knows no jar: what
//! was stored is for the one who wrote to read back.

mod text;

pub use text::{CookieOptions, Priority, Rejection, SameSite, Setting, set_cookie_text};
