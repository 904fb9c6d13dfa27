//! The state of a browser tab behind one API: query parameters synced to the address bar.
//!
//! The nouns and meanings are those of Streamlit's "Caching and state" page, brought to the browser where that state
//! really lives. On `wasm32` the functions work on the page's address; on any other target, and where a page has no
//! address to write to, the same functions work on memory.
//!
//! ```
//! use tabstate::query_params;
//!
//! query_params::set("city", "Oslo")?;
//! query_params::set("tag", ["sea", "snow"])?;
//! assert_eq!(query_params::get("city").as_deref(), Some("Oslo"));
//! assert_eq!(query_params::get_all("tag"), ["sea", "snow"]);
//! # Ok::<(), tabstate::Error>(())
//! ```
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    all(target_arch = "wasm32", feature = "js"),
    allow(dead_code, unused_imports, reason = "each module of the npm build takes a part of the rules")
)]

extern crate alloc;
#[cfg(any(not(feature = "js"), feature = "web", not(target_arch = "wasm32")))]
extern crate std;

/// README's example runs as it stands there.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So does that of a server.
#[cfg(all(doctest, not(target_arch = "wasm32")))]
#[doc = include_str!("../docs/server.md")]
struct Server;

// The npm build has the rules of it alone, in a module of their own.
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_module = "cache"))))]
pub mod cache;
// The npm build has them in a module of their own; unused code would change how the compiler lays out the rest.
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub mod context;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub mod cookies;
mod error;
pub mod memory;
#[cfg(all(target_arch = "wasm32", feature = "js"))]
mod packed;
pub mod port;
pub mod query_params;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_module = "session"))))]
pub mod session_state;
mod status;
mod tab;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub mod testing;

#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)))]
mod web;

#[cfg(all(target_arch = "wasm32", feature = "js"))]
mod js;

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use cache::{data as cache_data, resource as cache_resource};
pub use error::{Error, ErrorKind};
pub use status::{Environment, Reason, Status};
pub use tab::status::status;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use tab::watched;
