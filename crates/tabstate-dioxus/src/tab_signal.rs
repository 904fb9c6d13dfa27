//! The signal of something of this tab, and the one hook that all others are. What is read, written and told is the core's.

use std::fmt::{self, Debug, Display};
use std::ops::Deref;

use dioxus::core::{
    AttributeValue, DynamicNode, IntoAttributeValue, IntoDynNode, Runtime, Subscribers, queue_effect, spawn_forever,
};
use dioxus::prelude::*;
use dioxus::signals::{BorrowError, BorrowMutError, ReadableRef, SignalSubscriberDrop, UnsyncStorage, WritableRef};
use tabstate::Error;
use tabstate::watched::{Subscription, Watched, WatchedState};

/// What a hook gives: a signal that follows something of this tab, and writes to it.
///
/// It is read as any signal is: `page()`, `page.read()`, `"{page}"` in `rsx!`. What reads it is run again when the value
/// changes, whoever changed it. It is written as any signal is, too: `page.set(2)`, `*page.write() += 1`, `tags.push(…)`.
/// When the write ends, the tab has it.
///
/// What the tab refuses (a value that the codec does not take, a full storage) is reported as an exception in a handler of
/// events is, and the signal stays what it was; [`try_set`](Self::try_set) returns it.
///
/// ```
/// use dioxus::prelude::*;
/// use tabstate::query_params::codecs::OneOf;
/// use tabstate::watched::QueryParam;
/// use tabstate_dioxus::use_query_param;
///
/// #[component]
/// fn Tags() -> Element {
///     let mut tags = use_query_param(QueryParam::list("tag", OneOf(&["sea", "snow"])));
///     rsx! {
///         button { onclick: move |_| tags.push("snow"), "Snow" }
///         for tag in tags() {
///             span { "{tag}" }
///         }
///     }
/// }
/// ```
pub struct TabSignal<W: Watched> {
    value: Signal<W::Value>,
    /// The same, as what the call syntax of signals stands on.
    read: ReadSignal<W::Value>,
    watched: CopyValue<W>,
    following: CopyValue<Option<Subscription>>,
}

/// Follows anything of this tab: what all other hooks are. It takes things of your own that implement
/// [`Watched`] too.
///
/// With another [`key`](Watched::key), in a later run of the component, it follows that instead.
///
/// ```
/// use dioxus::prelude::*;
/// use tabstate::watched::SessionState;
/// use tabstate_dioxus::use_watched;
///
/// #[component]
/// fn Draft(id: u32) -> Element {
///     let mut draft = use_watched(SessionState::new(&format!("draft-{id}"), String::new()));
///     rsx! {
///         textarea { value: "{draft}", oninput: move |event| draft.set(event.value()) }
///     }
/// }
/// ```
pub fn use_watched<W: Watched>(watched: W) -> TabSignal<W> {
    let signal = use_hook(|| TabSignal::open(watched.clone()));
    signal.take(watched);
    signal
}

/// Whether a tab can be asked. It cannot on a server, and what a page takes over from one has to be shown first.
fn knows_tab() -> bool {
    cfg!(target_arch = "wasm32") && !is_hydrating()
}

#[cfg(feature = "fullstack")]
use dioxus_fullstack_core::is_hydrating;

#[cfg(not(feature = "fullstack"))]
fn is_hydrating() -> bool {
    false
}

fn first<W: Watched>(watched: &W) -> W::Value {
    if knows_tab() { watched.get() } else { watched.initial() }
}

impl<W: Watched> TabSignal<W> {
    fn open(watched: W) -> Self {
        let value = Signal::new(first(&watched));
        let signal =
            Self { value, read: value.into(), watched: CopyValue::new(watched), following: CopyValue::new(None) };
        signal.follow();
        signal
    }

    /// Another run of the component may have another default, other options, or another key.
    fn take(mut self, watched: W) {
        if self.watched.peek().key() == watched.key() {
            self.watched.set(watched);
            return;
        }
        self.following.set(None);
        self.show(first(&watched));
        self.watched.set(watched);
        self.follow();
    }

    /// Servers run no effects: nothing is followed there.
    fn follow(self) {
        if knows_tab() {
            self.begin();
        } else {
            queue_effect(move || self.begin());
        }
    }

    fn begin(mut self) {
        // The component may be gone by now.
        let Ok(watched) = self.watched.try_peek().map(|watched| watched.clone()) else { return };
        let following = watched.subscribe(move || self.look());
        self.following.set(Some(following));
        self.look();
    }

    /// Shows what the tab has.
    fn look(self) {
        if let Ok(now) = self.watched.try_peek().map(|watched| watched.get()) {
            self.show(now);
        }
    }

    /// Where the one who writes is reading the signal at the same time, as in `page.set(*page.read() + 1)`, later.
    fn show(self, now: W::Value) {
        if !self.try_show(now) && Runtime::try_current().is_some() {
            spawn_forever(async move {
                if let Ok(now) = self.watched.try_peek().map(|watched| watched.get()) {
                    self.try_show(now);
                }
            });
        }
    }

    /// Whether there is nothing left to be done.
    fn try_show(mut self, now: W::Value) -> bool {
        if !self.value.try_peek().is_ok_and(|shown| *shown != now) {
            return true;
        }
        let shown = self.value.try_write();
        let is_there = shown.is_ok();
        if let Ok(mut shown) = shown {
            *shown = now;
        }
        is_there
    }
}

impl<W: WatchedState> TabSignal<W> {
    /// Writes a value.
    pub fn set(&self, value: W::Value) {
        self.thing().set(value);
    }

    /// Writes a value, and says how: `WriteOptions` for query parameters, `Some(CookieOptions)` for cookies.
    ///
    /// ```
    /// # use dioxus::prelude::*;
    /// # use std::time::Duration;
    /// use tabstate::query_params::{WriteOptions, codecs::Text};
    /// use tabstate::watched::QueryParam;
    /// use tabstate_dioxus::use_query_param;
    ///
    /// # #[component]
    /// # fn Search() -> Element {
    /// let q = use_query_param(QueryParam::new("q", Text).default(String::new()));
    /// // Typing is one step Back.
    /// let typing = WriteOptions::push().burst(Duration::from_secs(1));
    /// rsx! {
    ///     input { value: "{q}", oninput: move |event| q.set_with(event.value(), typing) }
    /// }
    /// # }
    /// ```
    pub fn set_with(&self, value: W::Value, options: W::Options) {
        self.thing().set_with(value, options);
    }

    /// Writes what `change` makes of the value as it is now, be that shown yet or not.
    pub fn update(&self, change: impl FnOnce(W::Value) -> W::Value) {
        self.thing().update(change);
    }

    /// Writes what `change` makes of the value as it is now, and says how.
    pub fn update_with(&self, change: impl FnOnce(W::Value) -> W::Value, options: W::Options) {
        self.thing().update_with(change, options);
    }

    /// Writes a value.
    ///
    /// # Errors
    /// As [`WatchedState::try_set_with`]. Nothing is changed then.
    pub fn try_set(&self, value: W::Value) -> Result<(), Error> {
        self.thing().try_set(value)
    }

    /// Writes a value, and says how.
    ///
    /// # Errors
    /// As [`WatchedState::try_set_with`]. Nothing is changed then.
    pub fn try_set_with(&self, value: W::Value, options: W::Options) -> Result<(), Error> {
        self.thing().try_set_with(value, options)
    }

    /// A listener of it may end the component that this is of: nothing is borrowed meanwhile.
    fn thing(&self) -> W {
        self.watched.peek().clone()
    }
}

impl<W: Watched> Readable for TabSignal<W> {
    type Target = W::Value;
    type Storage = UnsyncStorage;

    fn try_read_unchecked(&self) -> Result<ReadableRef<'static, Self>, BorrowError> {
        self.value.try_read_unchecked()
    }

    fn try_peek_unchecked(&self) -> Result<ReadableRef<'static, Self>, BorrowError> {
        self.value.try_peek_unchecked()
    }

    fn subscribers(&self) -> Subscribers {
        self.value.subscribers()
    }
}

impl<W: WatchedState> Writable for TabSignal<W> {
    type WriteMetadata = WriteThrough<W>;

    fn try_write_unchecked(&self) -> Result<WritableRef<'static, Self>, BorrowMutError> {
        // Who counts one up counts from what the tab has.
        self.look();
        let lock = self.value.try_write_unchecked()?;
        Ok(lock.map_metadata(|told| WriteThrough { signal: *self, _told: told }))
    }
}

/// Brings what was written into the signal to the tab, when the write ends.
pub struct WriteThrough<W: WatchedState> {
    signal: TabSignal<W>,
    /// Tells those who read the signal, after that.
    _told: SignalSubscriberDrop<W::Value, UnsyncStorage>,
}

impl<W: WatchedState> Drop for WriteThrough<W> {
    fn drop(&mut self) {
        if let Ok(value) = self.signal.value.try_peek().map(|value| value.clone()) {
            self.signal.set(value);
            // What was refused is not shown.
            self.signal.look();
        }
    }
}

impl<W: Watched> Clone for TabSignal<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W: Watched> Copy for TabSignal<W> {}

/// The same signal.
impl<W: Watched> PartialEq for TabSignal<W> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// Brings the call syntax: `page()`.
impl<W: Watched> Deref for TabSignal<W> {
    type Target = ReadSignal<W::Value>;

    fn deref(&self) -> &ReadSignal<W::Value> {
        &self.read
    }
}

impl<W: Watched<Value: Display>> Display for TabSignal<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&*self.value.read(), formatter)
    }
}

impl<W: Watched<Value: Debug>> Debug for TabSignal<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&*self.value.read(), formatter)
    }
}

impl<W: Watched<Value: IntoAttributeValue>> IntoAttributeValue for TabSignal<W> {
    fn into_value(self) -> AttributeValue {
        self.value.into_value()
    }
}

impl<W: Watched<Value: IntoDynNode>> IntoDynNode for TabSignal<W> {
    fn into_dyn_node(self) -> DynamicNode {
        self.value.into_dyn_node()
    }
}

/// For the properties of components.
impl<W: Watched> From<TabSignal<W>> for ReadSignal<W::Value> {
    fn from(signal: TabSignal<W>) -> Self {
        signal.read
    }
}

/// For the properties of components.
impl<W: WatchedState> From<TabSignal<W>> for WriteSignal<W::Value> {
    fn from(signal: TabSignal<W>) -> Self {
        WriteSignal::new(signal)
    }
}
