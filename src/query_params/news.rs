//! What subscribers are told: which keys changed since they last heard, and who changed them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::edit::differing;

/// Who changed the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A write through this module.
    Local,
    /// Back, Forward, `history.go`, or a page that is back from the cache.
    Traversal,
    /// Other code that changed the address.
    External,
}

impl Source {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Traversal => "traversal",
            Self::External => "external",
        }
    }
}

/// One batch of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The keys whose values changed.
    pub keys: Vec<String>,
    /// Who changed them.
    pub source: Source,
}

/// The batches that nobody has been told yet.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// The query that the listeners know; `None` when nobody listens.
    told: Option<String>,
    /// Who made the changes that are in no batch yet.
    source: Option<Source>,
    changes: Vec<Change>,
}

impl News {
    /// From now on somebody listens; `view` is what they know.
    pub fn listen(&mut self, view: &str) {
        self.told.get_or_insert_with(|| view.to_owned());
    }

    /// Nobody listens any more.
    pub fn ignore(&mut self) {
        *self = Self::default();
    }

    /// Whether there is something to tell.
    pub const fn is_due(&self) -> bool {
        self.told.is_some() && self.source.is_some()
    }

    /// Whether there are changes to tell that `source` did not make.
    pub fn is_of_other(&self, source: Source) -> bool {
        self.is_due() && self.source != Some(source)
    }

    pub const fn set_source(&mut self, source: Source) {
        self.source = Some(source);
    }

    /// The batches that were collected.
    pub fn take(&mut self) -> Vec<Change> {
        core::mem::take(&mut self.changes)
    }

    /// Makes a batch of the changes up to `view`; what comes later is one of its own.
    pub fn collect(&mut self, view: &str, is_visible: &dyn Fn(&str) -> bool) {
        let (Some(source), Some(told)) = (self.source.take(), &mut self.told) else { return };
        let mut keys = Vec::new();
        for key in differing(told, view).names() {
            if is_visible(key) {
                keys.push(key.clone());
            }
        }
        if !keys.is_empty() {
            self.changes.push(Change { keys, source });
        }
        view.clone_into(told);
    }
}
