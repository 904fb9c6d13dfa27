//! Tells a router on the page what tabstate wrote to the address. It does not know which router it is.

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
    #[cfg(target_arch = "wasm32")]
    use_effect_with((), |()| {
        let subscription = page::follow_writes();
        move || drop(subscription)
    });
}

#[cfg(target_arch = "wasm32")]
mod page {
    use tabstate::query_params::{self, Outcome, Source, Subscription};
    use web_sys::{History, PopStateEvent, PopStateEventInit, Window};
    use yew::platform::spawn_local;

    pub fn follow_writes() -> Subscription {
        query_params::subscribe(|change| {
            if change.source != Source::Local {
                return;
            }
            let settled = query_params::settled();
            match settled.outcome() {
                Some(outcome) => tell_of(outcome),
                None => spawn_local(async { tell_of(settled.await) }),
            }
        })
    }

    /// What the browser refused, the router has no need to look for.
    fn tell_of(outcome: Outcome) {
        let is_there = matches!(outcome, Outcome::Applied | Outcome::Superseded);
        if is_there
            && let Some(window) = web_sys::window()
            && let Ok(history) = window.history()
        {
            tell(&window, &history);
        }
    }

    /// A page that may not do this has no router that listens.
    fn tell(window: &Window, history: &History) {
        let options = PopStateEventInit::new();
        options.set_state(&history.state().unwrap_or_default());
        if let Ok(event) = PopStateEvent::new_with_event_init_dict("popstate", &options) {
            let _was_not_cancelled = window.dispatch_event(&event);
        }
    }
}
