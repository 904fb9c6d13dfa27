//! Tells a router on the page what tabstate wrote to the address. It does not know which router it is.

use tabstate::query_params::{self, Outcome, Source};
use yew::platform::spawn_local;
use yew::prelude::*;

/// Has yew-router follow what tabstate writes: once, in a component that is there as long as the router.
///
/// tabstate sees whatever a router does with the address. yew-router looks at the address after its own calls and after Back
/// and Forward, and hears of no other code; so a write is told to it as Back and Forward are, by a `popstate` event, once the
/// write is in the address. What else listens to that event on the page hears it too.
///
/// A write that is on its way when the router goes to another path is for the page that is left.
///
/// ```
/// use tabstate_yew::use_router_follows;
/// use yew::prelude::*;
///
/// /// Inside of `<BrowserRouter>`.
/// #[component]
/// fn Shell() -> Html {
///     use_router_follows();
///     html! { <main /> }
/// }
/// ```
#[hook]
pub fn use_router_follows() {
    use_effect_with((), |()| {
        let subscription = query_params::subscribe(|change| {
            if change.source == Source::Local {
                let settled = query_params::settled();
                match settled.outcome() {
                    Some(outcome) => tell_of(outcome),
                    None => spawn_local(async { tell_of(settled.await) }),
                }
            }
        });
        move || drop(subscription)
    });
}

/// What the browser refused, the router has no need to look for.
fn tell_of(outcome: Outcome) {
    if matches!(outcome, Outcome::Applied | Outcome::Superseded) {
        page::tell();
    }
}

#[cfg(target_arch = "wasm32")]
mod page {
    use web_sys::{PopStateEvent, PopStateEventInit};

    /// A page that may not do this has no router that listens.
    pub fn tell() {
        let Some(window) = web_sys::window() else { return };
        let options = PopStateEventInit::new();
        options.set_state(&window.history().and_then(|history| history.state()).unwrap_or_default());
        if let Ok(event) = PopStateEvent::new_with_event_init_dict("popstate", &options) {
            let _was_not_cancelled = window.dispatch_event(&event);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod page {
    /// A server runs no effects.
    pub const fn tell() {}
}
