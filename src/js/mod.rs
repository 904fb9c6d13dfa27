//! The exports behind the npm package: convert and call.

mod error;
#[cfg(not(feature = "web"))]
mod no_std;
mod packed;
mod query_params;
mod status;

#[cfg(not(feature = "web"))]
pub(crate) use no_std::OneThread;
