//! Values that live as long as the tab: across reloads and pages, not across tabs.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use tabstate::session_state;
//!
//! #[derive(Debug, PartialEq, Deserialize, Serialize)]
//! struct Draft {
//!     title: String,
//!     #[serde(default)]
//!     tags: Vec<String>,
//! }
//!
//! session_state::set("draft", Draft { title: "Fjords".to_owned(), tags: Vec::new() })?;
//! let draft: Option<Draft> = session_state::get("draft")?;
//! assert_eq!(draft.map(|draft| draft.title).as_deref(), Some("Fjords"));
//! # Ok::<(), tabstate::Error>(())
//! ```
//!
//! The functions here work on this tab's `sessionStorage`: one entry for each key, named `<namespace>:<key>`. Where there is
//! none, or the browser denies it, they work on memory, and [`durability`] says so. [`Session`] is the same on a storage of
//! another kind.
//!
//! **Values are kept by value.** [`get`] reads what the storage holds now, be it written by Rust, by JavaScript or in a frame
//! of the same origin; nothing that was read changes with it. **A write is all or nothing**: after an error, which says why,
//! all is as it was, and [`transaction`] makes one write of many. **What cannot be read is kept**: it reads as absent, is
//! listed by [`quarantined`], and is never deleted.
//!
//! # Values
//!
//! JavaScript and Rust write and read the same records, and every release reads what earlier ones wrote. The format, and the
//! names of entries, are specified in `docs/session-format.md`; here it is for the values of serde.
//!
//! | in Rust | in JavaScript |
//! |---|---|
//! | `bool`, `char`, `String` | boolean, text |
//! | integers up to 2<sup>53</sup> - 1, `f32`, `f64` | number |
//! | integers beyond | bigint |
//! | `None`, `()`; read also from `undefined`, holes of lists, invalid Dates | `null` |
//! | sequences, tuples, sets; read also from a Set and a view of numbers | list |
//! | structs, maps whose keys are texts | object |
//! | maps with other keys | Map |
//! | bytes, as of `serde_bytes`; read also from an `ArrayBuffer`, a `DataView`, a `Uint8ClampedArray` | `Uint8Array` |
//! | an enum's variant | the name, or an object of the name |
//! | a number of milliseconds | read from a Date |
//! | a text | read from a URL; from a bigint, in digits |
//! | a struct of `source` and `flags` | read from a RegExp |
//! | a struct of `name`, `message` and, where there is one, `cause` | read from an Error |
//!
//! As in JSON, `Some(None)` reads back as `None`, and the float `5.0` is the number 5, which an `untagged` enum may take
//! for an integer. A key that is a number or a `bool` is read from the text of an object's key, too. Values that hold
//! themselves, texts with lone surrogates, and more than 128 levels are no values of Rust: reading them is an error.

mod ledger;
// The npm build has the values of JavaScript, which are walked there, and keeps their texts there too.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod change;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod names;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod problem;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod read;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod record;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod session;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod table;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod texts;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod write;

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use change::{Change, Source};
pub use ledger::{Edit, Ledger, Saved, Standing};
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) use names::Names;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use record::{Record, write_record};
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) use session::Options;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use session::{Durability, Large, Quarantined, Session, Usage};

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use crate::tab::session_state::*;
/// How JavaScript spells numbers.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) use write::{print, print_number, signed, unsigned};

/// The most levels of lists, objects and Maps in one another.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
const DEEPEST: usize = 128;

/// The greatest whole number up to which each is a double: 2^53 - 1.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) const MOST: u64 = (1 << 53) - 1;
