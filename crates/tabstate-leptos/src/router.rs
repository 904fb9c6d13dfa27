//! Tells Leptos' router what is in the address. It hears of nobody's history calls but its own; what it writes itself,
//! tabstate hears without this.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::location::{BrowserUrl, LocationProvider as _};
use tabstate::query_params;

/// Has the router around this component know the query parameters that anybody but itself writes: its `use_query_map` and
/// `use_location` then show them. Without a router, and on a server, it does nothing.
///
/// It is told once a write is in the address, so behind a debounce. A write while the router is on its way to another path
/// is not told: that write is for the page that is left.
///
/// ```
/// use leptos::prelude::*;
/// use leptos_router::components::{Route, Router, Routes};
/// use leptos_router::path;
/// use tabstate_leptos::tell_router;
///
/// #[component]
/// fn App() -> impl IntoView {
///     view! {
///         <Router>
///             <Shell />
///         </Router>
///     }
/// }
///
/// #[component]
/// fn Shell() -> impl IntoView {
///     tell_router();
///     view! {
///         <Routes fallback=|| "not here">
///             <Route path=path!("/") view=|| "a page" />
///         </Routes>
///     }
/// }
/// # let _component = App;
/// ```
pub fn tell_router() {
    let Some(router) = use_context::<BrowserUrl>() else { return };
    let subscription = query_params::subscribe(move |_| {
        let router = router.clone();
        spawn_local(async move {
            query_params::settled().await;
            tell(&router);
        });
    });
    // The owner drops it.
    StoredValue::new_local(subscription);
}

fn tell(router: &BrowserUrl) {
    // An address that cannot be read is none that a router could be at.
    let Ok(now) = BrowserUrl::current() else { return };
    let known = router.as_url();
    let is_behind = known.with_untracked(|known| known.path() == now.path() && *known != now);
    if is_behind {
        known.set(now);
    }
}
