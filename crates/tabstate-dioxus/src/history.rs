//! The history as the router has it: told of what others do with the address, and keeping what is not the router's. Goes
//! nowhere by itself.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use dioxus::core::{Runtime, RuntimeGuard, spawn_forever, use_hook};
use dioxus_history::{History, history, provide_history_context};
use tabstate::query_params::{self, Source};
use tabstate::watched::{ContextFact, Watched as _};

/// Has a router below follow the address, whoever changes it: call it in a component around `Router`.
///
/// By itself, the router of Dioxus listens to Back and Forward alone, and when it starts it takes away a query that its routes
/// do not name.
///
/// ```
/// use dioxus::prelude::*;
/// use tabstate_dioxus::use_tab_history;
///
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
///     use_tab_history();
///     rsx! { Router::<Route> {} }
/// }
/// # fn main() {}
/// ```
pub fn use_tab_history() {
    use_hook(|| provide_history_context(Rc::new(TabHistory::new(history()))));
}

/// A history that a router follows whoever changes the address. [`use_tab_history`] puts it in place.
pub struct TabHistory {
    inner: Rc<dyn History>,
    /// What ends with it.
    subscriptions: RefCell<Vec<Box<dyn Any>>>,
}

impl TabHistory {
    /// On top of the history that the router would have.
    #[must_use]
    pub fn new(inner: Rc<dyn History>) -> Self {
        Self { inner, subscriptions: RefCell::default() }
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
        let told = RefCell::new(self.inner.current_route());
        let inner = Rc::clone(&self.inner);
        let look: Rc<dyn Fn()> = Rc::new(move || {
            let now = inner.current_route();
            if *told.borrow() != now {
                told.replace(now);
                callback();
            }
        });

        let looks = Rc::clone(&look);
        let of_path = ContextFact::url().subscribe(move || looks());
        let later = later();
        let of_query = query_params::subscribe(move |change| {
            if change.source == Source::Local {
                // It is not in the address yet.
                later(Rc::clone(&look));
            } else {
                look();
            }
        });
        self.subscriptions.borrow_mut().extend([Box::new(of_path) as Box<dyn Any>, Box::new(of_query)]);
    }

    fn include_prevent_default(&self) -> bool {
        self.inner.include_prevent_default()
    }
}

/// Runs something when the writes that are on their way have arrived. A router may be gone before its history is.
fn later() -> impl Fn(Rc<dyn Fn()>) + 'static {
    let runtime = Runtime::try_current();
    move |run| {
        if let Some(runtime) = &runtime {
            let _here = RuntimeGuard::new(Rc::clone(runtime));
            spawn_forever(async move {
                let _whatever_became_of_them = query_params::settled().await;
                run();
            });
        }
    }
}
