//! The simulated cookies of `tabstate::testing`, for the laws of cookies.

#[path = "../../src/testing/jar.rs"]
mod jar;

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub use jar::*;
use tabstate::port;
