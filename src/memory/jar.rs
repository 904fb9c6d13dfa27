//! The cookies in memory: one for each name.

use alloc::string::String;
use core::cell::RefCell;

use crate::context::Cookies;
use crate::port::Jar;

/// Cookies of a document that is nowhere: one for each name.
#[derive(Debug, Default)]
pub struct MemoryJar {
    text: RefCell<String>,
}

#[cfg(not(any(all(target_arch = "wasm32", feature = "web"), all(feature = "testing", not(target_arch = "wasm32")))))]
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
