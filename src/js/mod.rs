//! The exports behind the npm package: convert and call. They are built as modules of their own, so that a page carries
//! only what it asks for: query parameters, and with `--cfg tabstate_side` what `tabstate_module` names.

#[cfg(not(any(feature = "web", target_feature = "atomics")))]
mod allocator;
#[cfg(tabstate_module = "cache")]
mod cache;
#[cfg(tabstate_module = "codecs")]
mod codecs;
#[cfg(any(tabstate_module = "context", tabstate_module = "server"))]
mod context;
#[cfg(tabstate_module = "codecs")]
mod memory;
#[cfg(not(feature = "web"))]
mod no_std;
#[cfg(not(tabstate_side))]
mod query_params;
#[cfg(tabstate_module = "server")]
mod server;
#[cfg(tabstate_module = "session")]
mod session_state;
#[cfg(not(tabstate_side))]
mod status;
#[cfg(not(tabstate_side))]
mod told;

#[cfg(not(feature = "web"))]
pub(crate) use no_std::{OfThread, OneThread};
#[cfg(not(tabstate_side))]
pub(crate) use told::Ears;
