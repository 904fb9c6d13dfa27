//! The exports behind the npm package: convert and call.

mod error;
mod packed;
mod query_params;
mod status;
