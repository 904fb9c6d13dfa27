//! The exports behind the npm package: convert and call. They are built as two modules, so that a page that reads no
//! typed parameters carries no codecs: everything, and with `--cfg tabstate_module="codecs"` the codecs alone.

#[cfg(not(any(feature = "web", target_feature = "atomics")))]
mod allocator;
#[cfg(tabstate_module = "codecs")]
mod codecs;
#[cfg(tabstate_module = "codecs")]
mod memory;
#[cfg(not(feature = "web"))]
mod no_std;
#[cfg(not(tabstate_module = "codecs"))]
mod query_params;
#[cfg(not(tabstate_module = "codecs"))]
mod status;
#[cfg(not(tabstate_module = "codecs"))]
mod told;

#[cfg(not(feature = "web"))]
pub(crate) use no_std::OneThread;
#[cfg(not(tabstate_module = "codecs"))]
pub(crate) use told::Ears;
