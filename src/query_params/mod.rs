//! Query parameters: the dict in the address bar.
//!
//! The functions here work on this tab's own address. [`QueryText`] does the same reading and writing on any text,
//! without state: on a server, for a link.
//!
//! **Reads see writes at once.** The address follows by the end of the microtask turn, in one history call for all
//! writes of the turn. Browsers limit those calls and drop what is above the limit, and pages can cancel them: the
//! address is read back, and what is not in it is tried again. [`settled`] tells what became of it.
//!
//! **Bytes that you do not manage stay.** A write touches the fields of the keys that it names; every other parameter
//! keeps its order and its spelling, and so do the path, the fragment and `history.state`.
//!
//! **Typed.** [`read()`] and [`write()`] take a whole struct through serde, a field for each key; [`read_param`] and
//! [`write_param`] one key through a codec of [`codecs`].
//!
//! Keys named `embed` and `embed_options`, in any letter case, are reserved, as they are in Streamlit: reads do not see
//! them, writes to them are refused, and they stay in the address.

mod address;
mod audience;
mod budget;
pub mod codecs;
mod edit;
mod experimental;
mod fields;
mod live;
mod news;
mod param;
mod settled;
mod structs;
mod text;
mod waiters;
mod writer;

#[allow(deprecated, reason = "they are there to be found")]
pub use experimental::{experimental_get_query_params, experimental_set_query_params};
pub use live::{LiveParams, WriterState};
pub use news::{Change, Source};
pub use param::{IntoParam, IntoText, Param};
pub use settled::Settled;
pub use text::QueryText;
pub use waiters::Outcome;
pub use writer::{History, WriteOptions};

#[cfg(all(target_arch = "wasm32", feature = "js", not(tabstate_side)))]
pub(crate) use audience::Audience;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub(crate) use audience::Listeners;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) use codecs::{texts_of, texts_of_list};
pub(crate) use live::batch;
#[cfg(all(target_arch = "wasm32", feature = "js", not(tabstate_side)))]
pub(crate) use text::{append, joined, without_mark};
pub(crate) use text::{cut, fields, key_of, read_as, split, value_of};
#[cfg(tabstate_module = "server")]
pub(crate) use writer::{RESERVED, is_among};

pub use crate::tab::query_params::*;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub use crate::tab::subscription::*;
