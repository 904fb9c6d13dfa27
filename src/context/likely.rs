//! Likely subtags where no browser is at hand.

use alloc::string::String;

#[cfg(not(target_arch = "wasm32"))]
use icu_locale::{LanguageIdentifier, LocaleExpander};

use super::negotiate::LikelySubtags;

/// CLDR's tables, as the `icu_locale` crate carries them.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct Cldr;

#[cfg(not(target_arch = "wasm32"))]
impl LikelySubtags for Cldr {
    fn maximize(&self, tag: &str) -> Option<String> {
        let mut identifier: LanguageIdentifier = tag.parse().ok()?;
        LocaleExpander::new_extended().maximize(&mut identifier);
        Some(identifier.to_string())
    }
}

/// No tables at all: scripts and regions count as far as they are named.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTables;

impl LikelySubtags for NoTables {
    fn maximize(&self, _tag: &str) -> Option<String> {
        None
    }
}
