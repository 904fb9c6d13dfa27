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

#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(crate) use crate::testing::TabPage;

#[cfg(not(any(
    all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)),
    all(feature = "testing", not(target_arch = "wasm32"))
)))]
pub(crate) use crate::memory::MemoryPage as TabPage;

#[cfg(all(target_arch = "wasm32", feature = "js", not(tabstate_side)))]
pub(crate) use crate::js::Ears as TabAudience;
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub(crate) use crate::query_params::Listeners as TabAudience;

/// Which page of this thread it is: a simulated browser loads one after the other, and each has its own subscriptions.
#[cfg(not(all(target_arch = "wasm32", feature = "js", not(tabstate_side))))]
pub(crate) fn page() -> usize {
    #[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
    return crate::testing::page();
    #[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
    0
}

/// Begins anew, with the page that is there now.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(crate) fn begin() {
    query_params::begin();
    session_state::begin();
    context::begin();
    watched::begin();
}
