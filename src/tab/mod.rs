//! The one state of this tab: which page stands behind the rules, and the functions that users call.

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod cache;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod clock;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) mod context;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) mod cookies;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod environment;
pub(crate) mod query_params;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub(crate) mod session_state;
pub(crate) mod status;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub(crate) mod subscription;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub mod watched;

#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)))]
pub(crate) use crate::web::TabPage;

#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
pub(crate) use crate::memory::MemoryPage as TabPage;

#[cfg(all(target_arch = "wasm32", feature = "js", not(tabstate_side)))]
pub(crate) use crate::js::Ears as TabAudience;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub(crate) use crate::query_params::Listeners as TabAudience;
