//! What was computed once and is kept: per arguments, for a time, up to a size.
//!
//! [`CacheData`] keeps data: every caller gets a clone. [`CacheResource`] keeps what is shared, such as a connection: every
//! caller gets the same object, and the cache says when it lets go of it. Both find what they keep by the [`Key`] of any value
//! of serde, and run a function once for all who ask at the same time.
//!
//! [`Shelf`] is what both of them do, without the values: by it, another runtime does the same.

#[cfg(not(tabstate_module = "cache"))]
pub mod data;
#[cfg(not(tabstate_module = "cache"))]
mod events;
#[cfg(not(tabstate_module = "cache"))]
mod key;
mod number;
#[cfg(not(tabstate_module = "cache"))]
mod options;
#[cfg(not(tabstate_module = "cache"))]
pub mod resource;
#[cfg(not(tabstate_module = "cache"))]
mod run;
#[cfg(not(tabstate_module = "cache"))]
mod session;
mod shelf;
mod size;
#[cfg(not(tabstate_module = "cache"))]
mod store;
#[cfg(not(tabstate_module = "cache"))]
mod threads;
mod ttl;
#[cfg(not(tabstate_module = "cache"))]
mod waiting;

#[cfg(not(tabstate_module = "cache"))]
pub use data::{CacheData, CacheDataBuilder};
#[cfg(not(tabstate_module = "cache"))]
pub use events::{CacheEvent, CacheEventKind, CacheSubscription};
#[cfg(not(tabstate_module = "cache"))]
pub use key::Key;
#[cfg(not(tabstate_module = "cache"))]
pub use resource::{CacheResource, CacheResourceBuilder};
#[cfg(not(tabstate_module = "cache"))]
pub use session::Persistence;
pub use shelf::{Bounds, Counts, Ended, Found, Gone, Shelf, Ticket, Why};
pub use size::Size;
#[cfg(not(tabstate_module = "cache"))]
pub use threads::{MaybeSend, MaybeSync, Task};
pub use ttl::Ttl;
