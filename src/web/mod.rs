//! The browser behind the ports; no rule of the product. `page.js` holds what only JavaScript says in few words.

mod page;

#[cfg(not(feature = "js"))]
pub(crate) use page::hear_with;
#[cfg(all(feature = "js", not(tabstate_module = "codecs")))]
pub(crate) use page::signal;
pub(crate) use page::{TabPage, status};
