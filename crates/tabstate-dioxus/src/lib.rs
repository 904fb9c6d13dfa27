#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "router")]
mod history;
mod tab_signal;

use dioxus::prelude::ReadSignal;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct, SessionState};

#[cfg(feature = "router")]
pub use history::{TabHistory, use_tab_history};
pub use tab_signal::{TabSignal, WriteThrough, use_watched};

/// A query parameter, with its default, how it is written and for how long the address waits.
///
/// ```
/// use std::time::Duration;
///
/// use dioxus::prelude::*;
/// use tabstate::query_params::History;
/// use tabstate::query_params::codecs::{Int, Text};
/// use tabstate::watched::QueryParam;
/// use tabstate_dioxus::use_query_param;
///
/// #[component]
/// fn Search() -> Element {
///     let q = use_query_param(
///         QueryParam::new("q", Text).default(String::new()).debounce(Duration::from_millis(300)),
///     );
///     let mut page = use_query_param(
///         QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1).history(History::Push),
///     );
///     rsx! {
///         input { value: "{q}", oninput: move |event| q.set(event.value()) }
///         button { onclick: move |_| *page.write() += 1, "Page {page() + 1}" }
///     }
/// }
/// ```
pub fn use_query_param<T: Clone + PartialEq + 'static>(param: QueryParam<T>) -> TabSignal<QueryParam<T>> {
    use_watched(param)
}

/// Query parameters that are the fields of a struct. A write is one call of the history, however many fields it changes.
///
/// ```
/// use dioxus::prelude::*;
/// use serde::{Deserialize, Serialize};
/// use tabstate::watched::QueryStruct;
/// use tabstate_dioxus::use_query_params;
///
/// #[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
/// #[serde(default)]
/// struct Filters {
///     q: String,
///     page: u32,
/// }
///
/// #[component]
/// fn Search() -> Element {
///     let filters = use_query_params(QueryStruct::<Filters>::new());
///     // Another question begins on its first page.
///     let ask = move |event: FormEvent| filters.set(Filters { q: event.value(), page: 0 });
///     rsx! {
///         input { value: filters.read().q.clone(), oninput: ask }
///     }
/// }
/// ```
pub fn use_query_params<T>(params: QueryStruct<T>) -> TabSignal<QueryStruct<T>>
where
    T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static,
{
    use_watched(params)
}

/// A key of session state: it outlives a reload, and is of this tab alone. While it is absent, it is what `init` makes.
///
/// ```
/// use dioxus::prelude::*;
/// use tabstate_dioxus::use_session_state;
///
/// #[component]
/// fn Cart() -> Element {
///     let mut cart = use_session_state("cart", Vec::<String>::new);
///     rsx! {
///         button { onclick: move |_| cart.push("tea".to_owned()), "Tea" }
///         for item in cart() {
///             p { "{item}" }
///         }
///     }
/// }
/// ```
pub fn use_session_state<T>(key: &str, init: impl FnOnce() -> T) -> TabSignal<SessionState<T>>
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + 'static,
{
    use_watched(SessionState::new(key, init()))
}

/// A fact of the context: the theme, the languages, the time zone, the address, the cookies.
///
/// ```
/// use dioxus::prelude::*;
/// use tabstate::watched::ContextFact;
/// use tabstate_dioxus::use_tab_context;
///
/// #[component]
/// fn Greeting() -> Element {
///     let theme = use_tab_context(ContextFact::theme());
///     let locale = use_tab_context(ContextFact::locale());
///     rsx! {
///         p { lang: locale(), class: theme().color_scheme.map(|scheme| scheme.as_str()), "Hei!" }
///     }
/// }
/// ```
pub fn use_tab_context<T: Clone + Default + PartialEq + 'static>(fact: ContextFact<T>) -> ReadSignal<T> {
    use_watched(fact).into()
}

/// A cookie, by its name. To write `None` deletes it.
///
/// ```
/// use std::time::Duration;
///
/// use dioxus::prelude::*;
/// use tabstate::cookies::CookieOptions;
/// use tabstate::watched::Cookie;
/// use tabstate_dioxus::use_cookie;
///
/// #[component]
/// fn Notice() -> Element {
///     let a_day = CookieOptions { max_age: Some(Duration::from_secs(86_400)), ..CookieOptions::default() };
///     let notice = use_cookie(Cookie::new("notice").options(a_day));
///     rsx! {
///         if notice().is_none() {
///             button { onclick: move |_| notice.set(Some("seen".to_owned())), "I have read this" }
///         }
///     }
/// }
/// ```
pub fn use_cookie(cookie: Cookie) -> TabSignal<Cookie> {
    use_watched(cookie)
}
