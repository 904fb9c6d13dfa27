//! The browser behind the ports. One browser object a file; no rule of the product.

mod cookies;
mod events;
mod history;
mod navigation;
mod page;
mod storage;
mod timers;
mod wrapped_history;

pub(crate) use page::{TabPage, status};
