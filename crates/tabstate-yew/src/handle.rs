//! What the hooks give to a component: a value as it was rendered, and what writes it.

use std::fmt::{self, Debug};
use std::ops::Deref;
use std::rc::Rc;

use tabstate::Error;
use tabstate::watched::{Watched, WatchedState};

/// What a component watches: dereferences to the value that is rendered, and writes what can be written.
///
/// It is cheap to clone, so that callbacks take one of their own, and can be a property. Two are equal that show the same
/// value of the same thing.
///
/// A callback that outlives its render shows an old value: [`update`](Self::update) starts from the value as it is, and
/// [`get`](Self::get) tells it.
pub struct UseWatchedHandle<W: Watched> {
    watched: W,
    value: Rc<W::Value>,
}

impl<W: Watched> UseWatchedHandle<W> {
    pub(crate) const fn new(watched: W, value: Rc<W::Value>) -> Self {
        Self { watched, value }
    }

    /// The value as it is now, which may be another one than was rendered.
    #[must_use]
    pub fn get(&self) -> W::Value {
        self.watched.get()
    }

    /// What is watched.
    #[must_use]
    pub const fn watched(&self) -> &W {
        &self.watched
    }
}

/// Writes are seen by the very next read. A component that watches the value is rendered by the end of the microtask turn,
/// before the browser goes on to another event.
impl<W: WatchedState> UseWatchedHandle<W> {
    /// Writes a value. A refusal is reported to the console.
    pub fn set(&self, value: W::Value) {
        self.watched.set(value);
    }

    /// Writes a value, and says how. A refusal is reported to the console.
    pub fn set_with(&self, value: W::Value, options: W::Options) {
        self.watched.set_with(value, options);
    }

    /// Writes what is made of the value as it is. A refusal is reported to the console.
    pub fn update(&self, change: impl FnOnce(W::Value) -> W::Value) {
        self.watched.update(change);
    }

    /// Writes what is made of the value as it is, and says how. A refusal is reported to the console.
    pub fn update_with(&self, change: impl FnOnce(W::Value) -> W::Value, options: W::Options) {
        self.watched.update_with(change, options);
    }

    /// Writes a value.
    ///
    /// # Errors
    /// Those of the write that stands behind it: a value that cannot be, no room, a cookie that the browser does not store.
    /// The previous value stays.
    pub fn try_set(&self, value: W::Value) -> Result<(), Error> {
        self.watched.try_set(value)
    }

    /// Writes a value, and says how.
    ///
    /// # Errors
    /// As [`try_set`](Self::try_set).
    pub fn try_set_with(&self, value: W::Value, options: W::Options) -> Result<(), Error> {
        self.watched.try_set_with(value, options)
    }
}

impl<W: Watched> Deref for UseWatchedHandle<W> {
    type Target = W::Value;

    fn deref(&self) -> &W::Value {
        &self.value
    }
}

impl<W: Watched> Clone for UseWatchedHandle<W> {
    fn clone(&self) -> Self {
        Self { watched: self.watched.clone(), value: Rc::clone(&self.value) }
    }
}

impl<W: Watched> PartialEq for UseWatchedHandle<W> {
    fn eq(&self, other: &Self) -> bool {
        self.watched.key() == other.watched.key() && self.value == other.value
    }
}

impl<W: Watched> yew::html::ImplicitClone for UseWatchedHandle<W> {}

impl<W: Watched<Value: Debug>> Debug for UseWatchedHandle<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UseWatchedHandle").field("key", &self.watched.key()).field("value", &self.value).finish()
    }
}
