//! The history as the router has it: told of what others do with the address, and keeping what is not the router's. Goes
//! nowhere by itself.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use dioxus::prelude::use_hook;
use dioxus_history::{History, history, provide_history_context};
use tabstate::watched::{ContextFact, Subscription, Watched as _};

/// Has a router below follow the address, whoever changes it: call it in a component around `Router`.
///
/// By itself, the router of Dioxus listens to Back and Forward alone, and when it starts it takes away a query that its routes
/// do not name.
///
/// ```
/// # #[cfg(feature = "router")] {
/// use dioxus::prelude::*;
/// use tabstate_dioxus::use_tab_history;
///
/// # mod routes {
/// # use dioxus::prelude::*;
/// #[derive(Clone, PartialEq, Routable)]
/// enum Route {
///     #[route("/")]
///     Home {},
/// }
///
/// #[component]
/// fn Home() -> Element {
///     rsx! { "Home" }
/// }
///
/// #[component]
/// fn App() -> Element {
///     tabstate_dioxus::use_tab_history();
///     rsx! { Router::<Route> {} }
/// }
/// # }
/// # }
/// ```
pub fn use_tab_history() {
    use_hook(|| provide_history_context(Rc::new(TabHistory::new(history()))));
}

/// A history that a router follows whoever changes the address. [`use_tab_history`] puts it in place.
pub struct TabHistory {
    inner: Rc<dyn History>,
    told: RefCell<Vec<Subscription>>,
}

impl TabHistory {
    /// On top of the history that the router would have.
    #[must_use]
    pub fn new(inner: Rc<dyn History>) -> Self {
        Self { inner, told: RefCell::default() }
    }
}

impl History for TabHistory {
    fn current_route(&self) -> String {
        self.inner.current_route()
    }

    fn current_prefix(&self) -> Option<String> {
        self.inner.current_prefix()
    }

    fn can_go_back(&self) -> bool {
        self.inner.can_go_back()
    }

    fn go_back(&self) {
        self.inner.go_back();
    }

    fn can_go_forward(&self) -> bool {
        self.inner.can_go_forward()
    }

    fn go_forward(&self) {
        self.inner.go_forward();
    }

    fn push(&self, route: String) {
        self.inner.push(route);
    }

    /// A path that the page is at stays with the query and the fragment that it has: a router that starts writes down what
    /// its routes name.
    fn replace(&self, path: String) {
        let current = self.inner.current_route();
        if current.split(['?', '#']).next() != Some(path.as_str()) {
            self.inner.replace(path);
        }
    }

    fn external(&self, url: String) -> bool {
        self.inner.external(url)
    }

    fn updater(&self, callback: Arc<dyn Fn() + Send + Sync>) {
        self.inner.updater(Arc::clone(&callback));
        let told = ContextFact::url().subscribe(move || callback());
        self.told.borrow_mut().push(told);
    }

    fn include_prevent_default(&self) -> bool {
        self.inner.include_prevent_default()
    }
}
