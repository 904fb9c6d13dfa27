//! Leptos signals that read this tab, and setters that write it. What is read and written is of [`tabstate::watched`].
//!
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "router")]
mod router;
mod set_state;

use std::time::Duration;

use leptos::prelude::*;
#[cfg(feature = "router")]
pub use router::tell_router;
pub use set_state::SetState;
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct, SessionState, Watched, WatchedState};

/// A query parameter: its signal, and what writes it.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate::query_params::{History, codecs::Int};
/// use tabstate::watched::QueryParam;
/// use tabstate_leptos::use_query_param;
///
/// #[component]
/// fn Pager() -> impl IntoView {
///     let page = QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1);
///     let (page, set_page) = use_query_param(page.history(History::Push));
///     view! { <button on:click=move |_| set_page.update(|page| *page += 1)>"Page " {page}</button> }
/// }
/// # let _component = Pager;
/// ```
pub fn use_query_param<T>(param: QueryParam<T>) -> (Signal<T>, SetState<QueryParam<T>>)
where
    QueryParam<T>: WatchedState<Value = T>,
    T: Send + Sync,
{
    use_watched_state(param)
}

/// A struct whose fields are query parameters: its signal, and what writes those fields that a change is about.
///
/// ```
/// use leptos::prelude::*;
/// use serde::{Deserialize, Serialize};
/// use tabstate::watched::QueryStruct;
/// use tabstate_leptos::use_query_params;
///
/// #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
/// #[serde(default)]
/// struct Filters {
///     q: String,
///     page: u32,
/// }
///
/// #[component]
/// fn Search() -> impl IntoView {
///     let (filters, set_filters) = use_query_params(QueryStruct::<Filters>::new());
///     let search = move |q| set_filters.set(Filters { q, page: 0 });
///     view! {
///         <input prop:value=move || filters.get().q on:input=move |event| search(event_target_value(&event)) />
///     }
/// }
/// # let _component = Search;
/// ```
pub fn use_query_params<T>(params: QueryStruct<T>) -> (Signal<T>, SetState<QueryStruct<T>>)
where
    QueryStruct<T>: WatchedState<Value = T>,
    T: Send + Sync,
{
    use_watched_state(params)
}

/// A value that outlives a reload: its signal, which is `initial` while the key is absent, and what writes it.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate_leptos::use_session_state;
///
/// #[component]
/// fn Note() -> impl IntoView {
///     let note = use_session_state("note", String::new());
///     view! { <textarea bind:value=note></textarea> }
/// }
/// # let _component = Note;
/// ```
pub fn use_session_state<T>(key: &str, initial: T) -> (Signal<T>, SetState<SessionState<T>>)
where
    SessionState<T>: WatchedState<Value = T> + Send + Sync,
    T: Send + Sync,
{
    use_watched_state(SessionState::new(key, initial))
}

/// A fact of this tab, live.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate::watched::ContextFact;
/// use tabstate_leptos::use_tab_context;
///
/// #[component]
/// fn App() -> impl IntoView {
///     let theme = use_tab_context(ContextFact::theme());
///     view! { <main data-theme=move || theme.get().color_scheme.map(|scheme| scheme.as_str())></main> }
/// }
/// # let _component = App;
/// ```
pub fn use_tab_context<T>(fact: ContextFact<T>) -> Signal<T>
where
    ContextFact<T>: Watched<Value = T>,
    T: Send + Sync,
{
    use_watched(fact)
}

/// A cookie: its signal, and what writes it. `None` deletes it.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate::watched::Cookie;
/// use tabstate_leptos::use_cookie;
///
/// #[component]
/// fn Notice() -> impl IntoView {
///     let (seen, set_seen) = use_cookie(Cookie::new("seen"));
///     view! {
///         <Show when=move || seen.get().is_none()>
///             <button on:click=move |_| set_seen.set(Some("yes".to_owned()))>"This app keeps a cookie"</button>
///         </Show>
///     }
/// }
/// # let _component = Notice;
/// ```
#[must_use]
pub fn use_cookie(cookie: Cookie) -> (Signal<Option<String>>, SetState<Cookie>) {
    use_watched_state(cookie)
}

/// Anything of this tab that is watched and written: what the other hooks stand on.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate::watched::QueryParam;
/// use tabstate_leptos::use_watched_state;
///
/// # Owner::new().with(|| {
/// let (zoom, set_zoom) = use_watched_state(QueryParam::<f32>::parsed("zoom").default(1.0));
/// assert_eq!(zoom.get_untracked(), 1.0);
/// set_zoom.set(1.5);
/// # });
/// ```
pub fn use_watched_state<W>(watched: W) -> (Signal<W::Value>, SetState<W>)
where
    W: WatchedState + Send + Sync,
    W::Value: Send + Sync,
{
    let set = SetState::new(watched.clone());
    (use_watched(watched), set)
}

/// Anything of this tab that is watched: a signal of it, which ends with its owner.
///
/// On a server it is what is [initial](Watched::initial), and follows nothing. In a page that hydrates it is that until the
/// page is taken over, and then what the tab has.
///
/// ```
/// use leptos::prelude::*;
/// use tabstate::watched::ContextFact;
/// use tabstate_leptos::use_watched;
///
/// # Owner::new().with(|| {
/// let locale = use_watched(ContextFact::locale());
/// assert_eq!(locale.get_untracked(), None, "not known on a server");
/// # });
/// ```
pub fn use_watched<W>(watched: W) -> Signal<W::Value>
where
    W: Watched,
    W::Value: Send + Sync,
{
    let shared = Owner::current_shared_context();
    // Some servers are WebAssembly too.
    if cfg!(not(target_arch = "wasm32")) || shared.as_ref().is_some_and(|shared| !shared.is_browser()) {
        return Signal::stored(watched.initial());
    }
    let hydrates = shared.is_some_and(|shared| shared.during_hydration());
    let value = RwSignal::new(if hydrates { watched.initial() } else { watched.get() });
    let show = {
        let watched = watched.clone();
        move || show(&watched, value)
    };
    // The owner drops it.
    StoredValue::new_local(watched.subscribe(show.clone()));
    if hydrates {
        // Effects run when the page is taken over.
        Effect::new(show);
    }
    value.into()
}

/// Shows what the tab has. Where the one who writes holds a guard of the same signal, or of another one that the write
/// changes, it is shown when the task is over.
fn show<W>(watched: &W, value: RwSignal<W::Value>)
where
    W: Watched,
    W::Value: Send + Sync,
{
    let now = watched.get();
    if value.try_with_untracked(|shown| *shown != now) != Some(true) {
        return;
    }
    let Some(mut shown) = value.try_write_untracked() else {
        let watched = watched.clone();
        set_timeout(move || show(&watched, value), Duration::ZERO);
        return;
    };
    *shown = now;
    drop(shown);
    value.notify();
}
