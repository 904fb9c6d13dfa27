//! The page and the cookies in memory: for tests, servers, workers, and frames whose address cannot be written.

use crate::context::Cookies;
use crate::port::{Jar, Limits, Milliseconds, Page, Report};
#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
use crate::{Environment, Reason, Status};
use alloc::string::String;
use core::cell::RefCell;

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

/// Cookies of a document that is nowhere: one for each name.
#[derive(Debug, Default)]
pub struct MemoryJar {
    text: RefCell<String>,
}

#[cfg(not(all(target_arch = "wasm32", feature = "web")))]
impl MemoryJar {
    /// What there is to be read.
    pub(crate) fn readable(&self) -> String {
        self.text.borrow().clone()
    }

    /// Nobody follows.
    #[expect(clippy::unused_self, reason = "a document's jar has it")]
    pub(crate) const fn notice(&self) {}
}

impl Jar for MemoryJar {
    fn text(&self) -> Option<String> {
        Some(self.text.borrow().clone())
    }

    fn set(&self, text: &str) -> bool {
        let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
        let name = pair.split_once('=').map_or("", |(name, _)| name);
        let mut kept = String::new();
        let mut keep = |name: &str, value: &str| {
            if !kept.is_empty() {
                kept.push_str("; ");
            }
            kept.push_str(name);
            kept.push('=');
            kept.push_str(value);
        };
        for (its, value) in Cookies::parse(&self.text.borrow()).pairs() {
            if its != name {
                keep(its, value);
            }
        }
        let is_deleted = attributes.split(';').any(|attribute| attribute.trim() == "Max-Age=0");
        if !is_deleted {
            keep(name, pair.split_once('=').map_or(pair, |(_, value)| value));
        }
        self.text.replace(kept);
        true
    }

    fn keeps(&self) -> bool {
        true
    }

    fn hides(&self) -> bool {
        false
    }

    fn host(&self) -> String {
        "localhost".into()
    }

    fn path(&self) -> String {
        "/".into()
    }

    fn is_secure(&self) -> bool {
        true
    }
}

/// What works without a browser.
#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
pub(crate) const fn status() -> Status {
    let no_page = Some(Reason::NoPage);
    Status { environment: Environment::Server, query_params: no_page, session_state: no_page, cookies: no_page }
}
