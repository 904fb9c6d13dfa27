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

/// A query parameter.
pub fn use_query_param<T: Clone + PartialEq + 'static>(param: QueryParam<T>) -> TabSignal<QueryParam<T>> {
    use_watched(param)
}

/// A struct of query parameters: a write of many fields is one history call.
pub fn use_query_params<T>(params: QueryStruct<T>) -> TabSignal<QueryStruct<T>>
where
    T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static,
{
    use_watched(params)
}

/// A key of session state: it outlives a reload.
pub fn use_session_state<T>(state: SessionState<T>) -> TabSignal<SessionState<T>>
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + 'static,
{
    use_watched(state)
}

/// A fact of the context.
pub fn use_tab_context<T: Clone + Default + PartialEq + 'static>(fact: ContextFact<T>) -> ReadSignal<T> {
    use_watched(fact).into()
}

/// A cookie.
pub fn use_cookie(cookie: Cookie) -> TabSignal<Cookie> {
    use_watched(cookie)
}
