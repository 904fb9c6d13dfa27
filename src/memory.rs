//! The page, the cookies and the session storage in memory: for tests, servers, workers, and frames whose address cannot be
//! written.

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod jar;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
mod storage;

use alloc::string::String;

#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use jar::MemoryJar;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub use storage::MemoryStorage;

use crate::port::{Limits, Milliseconds, Page, Report};
#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
use crate::{Environment, Reason, Status};

/// A page without an address: reads see writes, and nothing else happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryPage;

impl Page for MemoryPage {
    fn address(&self) -> Option<String> {
        None
    }

    fn tells_changes(&self) -> bool {
        true
    }

    fn replace(&self, _address: &str) -> Report {
        Report::Returned
    }

    fn push(&self, _address: &str) -> Report {
        Report::Returned
    }

    fn now(&self) -> Milliseconds {
        Milliseconds::ZERO
    }

    fn end_of_turn(&self) -> bool {
        false
    }

    fn wake_after(&self, _delay: Milliseconds) {}

    fn limits(&self) -> Limits {
        Limits::USUAL
    }
}

/// What works without a browser.
#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
pub(crate) const fn status() -> Status {
    let no_page = Some(Reason::NoPage);
    Status { environment: Environment::Server, query_params: no_page, session_state: no_page, cookies: no_page }
}
