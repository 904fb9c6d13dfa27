//! The simulated storage of `tabstate::testing`, for the laws of session state.

#[path = "../../src/testing/storage.rs"]
mod storage;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use storage::*;
use tabstate::port;
