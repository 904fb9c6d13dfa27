//! The one state of this tab: which page stands behind the rules, and the functions that users call.

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) mod context;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) mod cookies;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod environment;
pub(crate) mod query_params;
pub(crate) mod status;

#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)))]
pub(crate) use crate::web::TabPage;

#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
pub(crate) use crate::memory::MemoryPage as TabPage;
