//! The page in memory: for tests, servers, workers, and frames whose address cannot be written.

use std::time::Duration;

use crate::port::{Limits, Page, Report};
#[cfg(not(all(target_arch = "wasm32", feature = "web")))]
use crate::{Cookies, Environment, QueryParams, SessionState, Status};

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

    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn end_of_turn(&self) -> bool {
        false
    }

    fn wake_after(&self, _delay: Duration) {}

    fn limits(&self) -> Limits {
        Limits::USUAL
    }
}

/// What works without a browser.
#[cfg(not(all(target_arch = "wasm32", feature = "web")))]
pub(crate) fn status() -> Status {
    const NO_BROWSER: &str = "there is no page here";
    Status {
        environment: Environment::Server,
        query_params: QueryParams::Memory,
        session_state: SessionState::Memory,
        cookies: Cookies::Blocked,
        reasons: vec![("queryParams", NO_BROWSER), ("sessionState", NO_BROWSER), ("cookies", NO_BROWSER)],
    }
}
