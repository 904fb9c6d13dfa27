//! The router of Dioxus and tabstate on one address: the router has the path, tabstate the parameters, and each sees what the
//! other does. No route names the query, but `Third`.

use dioxus::prelude::*;
use tabstate::query_params::codecs::{Int, Text};
use tabstate::query_params::{History, WriteOptions};
use tabstate::watched::QueryParam;
use tabstate_dioxus::{use_query_param, use_tab_history};

#[derive(Clone, PartialEq, Routable)]
enum Route {
    #[layout(Frame)]
    #[route("/")]
    Pages {},
    #[route("/about")]
    About {},
    #[route("/third?:page")]
    Third { page: i64 },
}

#[cfg(target_arch = "wasm32")]
fn main() {
    use tabstate::watched::{ContextFact, Watched as _};

    // It lies below a path of its own: all but the last part of what it is opened by.
    let url = ContextFact::url().get().unwrap_or_default();
    let path = url.splitn(4, '/').nth(3).and_then(|path| path.rsplit_once('/')).map(|(before, _)| before.to_owned());
    let history = dioxus::web::WebHistory::new(path, true);
    let config = dioxus::web::Config::new().rootname("root").history(std::rc::Rc::new(history));
    dioxus::LaunchBuilder::new().with_cfg(config).launch(App);
}

/// Prints what a server makes of it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut dom = VirtualDom::new(App);
    dom.rebuild_in_place();
    print!("{}", dioxus::ssr::render(&dom));
}

#[component]
fn App() -> Element {
    use_tab_history();
    rsx! {
        main {
            Router::<Route> {}
        }
    }
}

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1).history(History::Push)
}

#[component]
fn Frame() -> Element {
    let route = router().full_route_string();
    let (path, search) = route.find('?').map_or((route.as_str(), ""), |at| route.split_at(at));
    rsx! {
        nav {
            Link { to: Route::Pages {}, "data-testid": "to-list", "List" }
            Link { to: Route::About {}, "data-testid": "to-about", "About" }
            Link { to: Route::Third { page: 3 }, "data-testid": "to-third", "The third page" }
        }
        output { "data-testid": "path", "{path}" }
        output { "data-testid": "router", "{search}" }
        Outlet::<Route> {}
    }
}

#[component]
fn Pages() -> Element {
    let page = use_query_param(page());
    let sort = use_query_param(QueryParam::new("sort", Text));
    rsx! {
        output { "data-testid": "page", "{page}" }
        button { "data-testid": "next", onclick: move |_| page.update(|page| page + 1), "Next" }
        button {
            "data-testid": "sort",
            onclick: move |_| sort.set_with(Some("name".to_owned()), WriteOptions::replace()),
            "By name"
        }
    }
}

#[component]
fn About() -> Element {
    let page = use_query_param(page());
    let navigator = use_navigator();
    rsx! {
        output { "data-testid": "about", "{page}" }
        button { "data-testid": "back", onclick: move |_| navigator.go_back(), "Back" }
    }
}

/// The route has the parameter too.
#[component]
fn Third(page: i64) -> Element {
    let own = use_query_param(self::page());
    rsx! {
        output { "data-testid": "page", "{own}" }
        output { "data-testid": "routed-page", "{page}" }
        button { "data-testid": "next", onclick: move |_| own.update(|page| page + 1), "Next" }
    }
}
