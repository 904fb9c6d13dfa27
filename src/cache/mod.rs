//! What was computed once and is kept: per arguments, for a time, up to a size.

mod key;
mod size;
mod ttl;

pub use key::Key;
pub use size::Size;
pub use ttl::Ttl;
