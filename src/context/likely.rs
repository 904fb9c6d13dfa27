//! Likely subtags where no browser is at hand, from CLDR's own tables.

use alloc::string::String;

use icu_locale::{LanguageIdentifier, LocaleExpander};

use super::negotiate::LikelySubtags;

/// CLDR's tables, as the `icu_locale` crate carries them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cldr;

impl LikelySubtags for Cldr {
    fn maximize(&self, tag: &str) -> Option<String> {
        let mut identifier: LanguageIdentifier = tag.parse().ok()?;
        LocaleExpander::new_extended().maximize(&mut identifier);
        Some(identifier.to_string())
    }
}
