//! A hook for each kind of thing that a tab knows; [`use_watched`] does the work.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct, SessionState};
use yew::prelude::*;

use crate::{UseWatchedHandle, use_watched};

/// A query parameter, by its key and a codec.
///
/// ```
/// use tabstate::query_params::{History, codecs::Int};
/// use tabstate::watched::QueryParam;
/// use tabstate_yew::use_query_param;
/// use yew::prelude::*;
///
/// #[component]
/// fn Pages() -> Html {
///     let page = use_query_param(QueryParam::new("page", Int::default()).default(1).history(History::Push));
///     let onclick = {
///         let page = page.clone();
///         move |_| page.update(|page| page + 1)
///     };
///     html! { <button {onclick}>{ "Page " }{ *page }</button> }
/// }
/// ```
#[hook]
pub fn use_query_param<T: Clone + PartialEq + 'static>(param: QueryParam<T>) -> UseWatchedHandle<QueryParam<T>> {
    use_watched(param)
}

/// A whole struct of query parameters, a field for each key. What is as in its `Default` is left out of the address.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tabstate::watched::QueryStruct;
/// use tabstate_yew::use_query_params;
/// use yew::prelude::*;
///
/// #[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
/// #[serde(default)]
/// struct Filters {
///     q: String,
///     tags: Vec<String>,
/// }
///
/// #[component]
/// fn Clear() -> Html {
///     let filters = use_query_params(QueryStruct::<Filters>::new());
///     let is_clear = filters.q.is_empty() && filters.tags.is_empty();
///     html! { <button disabled={is_clear} onclick={move |_| filters.set(Filters::default())}>{ "All" }</button> }
/// }
/// ```
#[hook]
pub fn use_query_params<T>(params: QueryStruct<T>) -> UseWatchedHandle<QueryStruct<T>>
where
    T: Clone + Default + PartialEq + Serialize + DeserializeOwned + 'static,
{
    use_watched(params)
}

/// A value that outlives a reload; what `init` makes, while there is none.
///
/// ```
/// use tabstate_yew::use_session_state;
/// use yew::prelude::*;
///
/// #[component]
/// fn Steps() -> Html {
///     let step = use_session_state("step", || 1_u8);
///     let text = format!("Step {}", *step);
///     html! { <button onclick={move |_| step.update(|step| step.saturating_add(1))}>{ text }</button> }
/// }
/// ```
#[hook]
pub fn use_session_state<T>(key: &str, init: impl FnOnce() -> T) -> UseWatchedHandle<SessionState<T>>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + 'static,
{
    use_watched(SessionState::new(key, init()))
}

/// A fact of this tab, live.
///
/// ```
/// use tabstate::watched::ContextFact;
/// use tabstate_yew::use_tab_context;
/// use yew::prelude::*;
///
/// #[component]
/// fn Language() -> Html {
///     let locale = use_tab_context(ContextFact::locale());
///     html! { <p lang={(*locale).clone()}>{ locale.as_deref().unwrap_or("unknown") }</p> }
/// }
/// ```
#[hook]
pub fn use_tab_context<T>(fact: ContextFact<T>) -> UseWatchedHandle<ContextFact<T>>
where
    T: Clone + Default + PartialEq + 'static,
{
    use_watched(fact)
}

/// A cookie: `Some` sets it, `None` deletes it.
///
/// ```
/// use tabstate::watched::Cookie;
/// use tabstate_yew::use_cookie;
/// use yew::prelude::*;
///
/// #[component]
/// fn Notice() -> Html {
///     let notice = use_cookie(Cookie::new("notice"));
///     let is_seen = notice.as_deref() == Some("seen");
///     html! { <button hidden={is_seen} onclick={move |_| notice.set(Some("seen".to_owned()))}>{ "I see" }</button> }
/// }
/// ```
#[hook]
pub fn use_cookie(cookie: Cookie) -> UseWatchedHandle<Cookie> {
    use_watched(cookie)
}
