//! What was computed once and is kept: per arguments, for a time, up to a size.

mod key;
mod shelf;
mod size;
mod ttl;

pub use key::Key;
pub use shelf::{Bounds, Counts, Ended, Found, Gone, Shelf, Ticket, Why};
pub use size::Size;
pub use ttl::Ttl;
