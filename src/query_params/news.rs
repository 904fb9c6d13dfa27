//! What subscribers are told: which keys changed since they last heard, and who changed them.

use super::dict::Dict;

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
    told: Option<Dict>,
    source: Option<Source>,
    changes: Vec<Change>,
}

impl News {
    /// From now on somebody listens; `view` is what they know.
    pub fn listen(&mut self, view: impl FnOnce() -> Dict) {
        if self.told.is_none() {
            self.told = Some(view());
        }
    }

    /// Nobody listens any more.
    pub fn ignore(&mut self) {
        *self = Self::default();
    }

    pub const fn is_followed(&self) -> bool {
        self.told.is_some()
    }

    /// The source of the changes not told yet, when it is not `source`.
    pub fn has_other_source(&self, source: Source) -> bool {
        self.is_followed() && self.source.is_some_and(|earlier| earlier != source)
    }

    pub const fn set_source(&mut self, source: Source) {
        self.source = Some(source);
    }

    pub const fn is_outdated(&self) -> bool {
        self.is_followed() && self.source.is_some()
    }

    /// Closes the batch of the current source.
    pub fn collect(&mut self, view: &Dict) {
        let (Some(told), Some(source)) = (&mut self.told, self.source.take()) else { return };
        let keys = view.differing(told);
        if !keys.is_empty() {
            told.clone_from(view);
            self.changes.push(Change { keys, source });
        }
    }

    pub fn take(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }
}
