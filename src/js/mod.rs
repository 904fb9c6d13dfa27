//! The exports behind the npm package: convert and call. They are built as three modules, so that a page that reads no
//! typed parameters carries no codecs, and one that asks for no facts and cookies carries none of them: query parameters,
//! and with `--cfg tabstate_side` what `tabstate_module` names.

#[cfg(not(any(feature = "web", target_feature = "atomics")))]
mod allocator;
#[cfg(tabstate_module = "codecs")]
mod codecs;
#[cfg(tabstate_module = "context")]
mod context;
#[cfg(tabstate_module = "codecs")]
mod memory;
#[cfg(not(feature = "web"))]
mod no_std;
#[cfg(not(tabstate_side))]
mod query_params;
#[cfg(not(tabstate_side))]
mod status;
#[cfg(not(tabstate_side))]
mod told;

#[cfg(not(feature = "web"))]
pub(crate) use no_std::OneThread;
#[cfg(not(tabstate_side))]
pub(crate) use told::Ears;
