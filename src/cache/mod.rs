//! What was computed once and is kept: per arguments, for a time, up to a size.
//!
//! [`CacheData`] keeps data: every caller gets a clone. [`CacheResource`] keeps what is shared, such as a connection: every
//! caller gets the same object, and the cache says when it lets go of it. Both find what they keep by the [`Key`] of any value
//! of serde, and run a function once for all who ask at the same time.
//!
//! [`Shelf`] is what both of them do, without the values: by it, another runtime does the same.

pub mod data;
mod events;
mod key;
mod options;
pub mod resource;
mod run;
mod shelf;
mod size;
mod store;
mod threads;
mod ttl;
mod waiting;

pub use data::{CacheData, CacheDataBuilder};
pub use events::{CacheEvent, CacheEventKind, CacheSubscription};
pub use key::Key;
pub use resource::{CacheResource, CacheResourceBuilder};
pub use shelf::{Bounds, Counts, Ended, Found, Gone, Shelf, Ticket, Why};
pub use size::Size;
pub use threads::{MaybeSend, MaybeSync, Task};
pub use ttl::Ttl;
