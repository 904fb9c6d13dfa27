//! Hooks for Yew that read and write what this browser tab knows. They are thin: the rules, and the state, are those of
//! [`tabstate`], so components, a router and a script on the page see each other's changes.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod handle;
mod hooks;
#[cfg(feature = "router")]
mod router;
mod watched;

pub use handle::UseWatchedHandle;
pub use hooks::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};
#[cfg(feature = "router")]
pub use router::use_router_follows;
pub use watched::use_watched;
