//! What writes: a setter as those of Leptos are, with the options of a write.

use std::fmt;

use leptos::prelude::*;
use tabstate::watched::WatchedState;

/// Writes something of this tab. It has Leptos' `set` and `update`, and goes with its signal into `bind:value`.
///
/// A write is shown when it returns: the value of the signal is the new one. One that is refused changes nothing, and is
/// reported as an exception in an event handler would be; to have it as a `Result`, write the [`watched`](Self::watched).
/// Like signals it ends with its owner, and then does nothing.
///
/// ```
/// use std::time::Duration;
///
/// use leptos::prelude::*;
/// use tabstate::query_params::{WriteOptions, codecs::Text};
/// use tabstate::watched::QueryParam;
/// use tabstate_leptos::use_query_param;
///
/// #[component]
/// fn Search() -> impl IntoView {
///     let (q, set_q) = use_query_param(QueryParam::new("q", Text).default(String::new()));
///     let typing = WriteOptions::push().burst(Duration::from_secs(1)); // a burst is one step Back
///     view! {
///         <input prop:value=q on:input:target=move |event| set_q.set_with(event.target().value(), typing) />
///         <button on:click=move |_| set_q.update(|q| q.clear())>"Clear"</button>
///     }
/// }
/// # let _component = Search;
/// ```
pub struct SetState<W> {
    watched: StoredValue<W>,
}

impl<W: WatchedState + Send + Sync> SetState<W> {
    pub(crate) fn new(watched: W) -> Self {
        Self { watched: StoredValue::new(watched) }
    }

    /// What is written; `None` when its owner is gone.
    ///
    /// ```
    /// use leptos::prelude::*;
    /// use tabstate::query_params::codecs::Int;
    /// use tabstate::watched::{QueryParam, WatchedState as _};
    /// use tabstate_leptos::use_query_param;
    ///
    /// # Owner::new().with(|| {
    /// let page = QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1);
    /// let (_, set_page) = use_query_param(page);
    /// let refused = set_page.watched().map(|page| page.try_set(0).is_err());
    /// assert_eq!(refused, Some(true));
    /// # });
    /// ```
    #[must_use]
    pub fn watched(&self) -> Option<W> {
        self.watched.try_get_value()
    }

    /// Writes a value, and says how.
    pub fn set_with(&self, value: W::Value, options: W::Options) {
        if let Some(watched) = self.watched() {
            watched.set_with(value, options);
        }
    }

    /// Changes the value as it is now, and says how that is written.
    pub fn update_with(&self, change: impl FnOnce(&mut W::Value), options: W::Options) {
        if let Some(watched) = self.watched() {
            let mut value = watched.get();
            change(&mut value);
            watched.set_with(value, options);
        }
    }
}

impl<W: WatchedState + Send + Sync> Update for SetState<W> {
    type Value = W::Value;

    fn try_maybe_update<U>(&self, change: impl FnOnce(&mut W::Value) -> (bool, U)) -> Option<U> {
        let watched = self.watched()?;
        let mut value = watched.get();
        let (is_changed, result) = change(&mut value);
        if is_changed {
            WatchedState::set(&watched, value);
        }
        Some(result)
    }
}

impl<W> IsDisposed for SetState<W> {
    fn is_disposed(&self) -> bool {
        self.watched.is_disposed()
    }
}

impl<W> Clone for SetState<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for SetState<W> {}

impl<W> fmt::Debug for SetState<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SetState").finish_non_exhaustive()
    }
}
