//! What a cache tells of what it does, and who listens.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Key;
use super::threads::Listener;

/// What a cache did. The texts are those of JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheEventKind {
    /// Somebody got what was kept.
    Hit,
    /// Nothing was kept: a run begins.
    Miss,
    /// What a run made is kept.
    Store,
    /// A value's time was up.
    Expire,
    /// A value made room for others.
    Evict,
    /// Somebody cleared a key, or all.
    Clear,
    /// A value past its time was handed out, and a run behind it begins.
    Refresh,
    /// A run failed, or a value could not be kept for later pages, and is in memory alone.
    Error,
}

impl CacheEventKind {
    /// The kind's stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Store => "store",
            Self::Expire => "expire",
            Self::Evict => "evict",
            Self::Clear => "clear",
            Self::Refresh => "refresh",
            Self::Error => "error",
        }
    }
}

/// One thing that a cache did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CacheEvent {
    /// What it did.
    pub kind: CacheEventKind,
    /// The key that it is about; `None` where all are cleared.
    pub key: Option<Key>,
}

#[derive(Default)]
pub(super) struct Listeners {
    /// Spares a lock where nobody listens.
    are_any: AtomicBool,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    last: usize,
    listeners: Vec<(usize, Listener)>,
}

impl Listeners {
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(self: &Arc<Self>, listener: Listener) -> CacheSubscription {
        let mut list = self.list();
        list.last += 1;
        let id = list.last;
        list.listeners.push((id, listener));
        self.are_any.store(true, Ordering::Release);
        CacheSubscription { listeners: Arc::clone(self), id }
    }

    pub fn tell(&self, kind: CacheEventKind, key: Option<&Key>) {
        if !self.are_any.load(Ordering::Acquire) {
            return;
        }
        let listeners = self.list().listeners.clone();
        let event = CacheEvent { kind, key: key.cloned() };
        for (id, listener) in listeners {
            // One that ended the subscription of another is not the last to be called.
            if self.list().listeners.iter().any(|(other, _)| *other == id) {
                listener(&event);
            }
        }
    }
}

/// Ends the subscription when it is dropped.
#[must_use = "dropping a subscription ends it"]
pub struct CacheSubscription {
    listeners: Arc<Listeners>,
    id: usize,
}

impl Drop for CacheSubscription {
    fn drop(&mut self) {
        let mut list = self.listeners.list();
        let place = list.listeners.iter().position(|(id, _)| *id == self.id);
        let listener = place.map(|place| list.listeners.remove(place));
        self.listeners.are_any.store(!list.listeners.is_empty(), Ordering::Release);
        drop(list);
        // It may own a subscription.
        drop(listener);
    }
}

impl fmt::Debug for CacheSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheSubscription").field("id", &self.id).finish_non_exhaustive()
    }
}
