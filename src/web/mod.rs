//! The browser behind the ports; no rule of the product. The files of JavaScript hold what only JavaScript says in few
//! words. The npm build has `page.js` called from Rust, and the others from the facade.

#[cfg(not(feature = "js"))]
pub(crate) mod context;
#[cfg(not(feature = "js"))]
pub(crate) mod cookies;
#[cfg(not(feature = "js"))]
pub(crate) mod date;
mod page;
#[cfg(not(feature = "js"))]
mod report;
#[cfg(not(feature = "js"))]
pub(crate) mod session_state;

#[cfg(all(feature = "js", not(tabstate_side)))]
pub(crate) use page::signal;
pub(crate) use page::{TabPage, status};
#[cfg(not(feature = "js"))]
pub(crate) use page::{hear_with, now};
#[cfg(not(feature = "js"))]
pub(crate) use report::report;
