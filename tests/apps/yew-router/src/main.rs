//! yew-router and tabstate on one address: the router has the path, tabstate the parameters, and each sees what the other does.

use std::time::Duration;

use tabstate::query_params::codecs::{Int, Text};
use tabstate::query_params::{History, WriteOptions};
use tabstate::watched::QueryParam;
use tabstate_yew::{use_query_param, use_router_follows};
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Clone, Copy, PartialEq, Routable)]
enum Route {
    #[at("/")]
    Pages,
    #[at("/about")]
    About,
}

type Pairs = Vec<(String, String)>;

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1)
}

/// A burst of typing is one step Back.
fn typed() -> QueryParam<String> {
    QueryParam::new("q", Text).default(String::new()).history(History::Push).burst(Duration::from_secs(1))
}

fn query(location: Option<Location>) -> Pairs {
    location.and_then(|location| location.query::<Pairs>().ok()).unwrap_or_default()
}

#[component]
fn Shell() -> Html {
    use_router_follows();
    let location = use_location();
    let search = location.as_ref().map(|location| location.query_str().to_owned());
    let path = use_route::<Route>().map(|route| route.to_path());
    let query = query(location);
    let third = vec![("page".to_owned(), "3".to_owned())];
    html! {
        <main>
            <nav>
                <Link<Route, Pairs> to={Route::Pages} query={query.clone()}>
                    <span data-testid="to-list">{ "List" }</span>
                </Link<Route, Pairs>>
                <Link<Route, Pairs> to={Route::About} {query}>
                    <span data-testid="to-about">{ "About" }</span>
                </Link<Route, Pairs>>
                <Link<Route, Pairs> to={Route::Pages} query={third}>
                    <span data-testid="to-third">{ "The third page" }</span>
                </Link<Route, Pairs>>
            </nav>
            <output data-testid="path">{ path }</output>
            <output data-testid="router">{ search }</output>
            <Switch<Route> render={show} />
        </main>
    }
}

fn show(route: Route) -> Html {
    match route {
        Route::Pages => html! { <Pages /> },
        Route::About => html! { <About /> },
    }
}

#[component]
fn Pages() -> Html {
    let q = use_query_param(typed());
    let page = use_query_param(page());
    let sort = use_query_param(QueryParam::new("sort", Text));
    let location = use_location();
    let navigator = use_navigator();
    let number = *page;
    let text = (*q).clone();
    let oninput = move |event: InputEvent| q.set(event.target_unchecked_into::<HtmlInputElement>().value());
    let routed = move |_| {
        let next = ("page".to_owned(), (number + 1).to_string());
        let others = query(location.clone()).into_iter().filter(|(key, _)| key != "page");
        let query: Pairs = others.chain([next]).collect();
        if let Some(navigator) = &navigator {
            // Pairs of texts are always a query.
            let _pushed = navigator.push_with_query(&Route::Pages, query);
        }
    };
    html! {
        <p>
            <input data-testid="q" value={text} {oninput} />
            <output data-testid="page">{ number }</output>
            <button type="button" data-testid="next" onclick={move |_| page.update_with(|page| page + 1, WriteOptions::push())}>
                { "Next, by tabstate" }
            </button>
            <button type="button" data-testid="routed" onclick={routed}>{ "Next, by the router" }</button>
            <button type="button" data-testid="sort" onclick={move |_| sort.set(Some("name".to_owned()))}>
                { "By name" }
            </button>
        </p>
    }
}

#[component]
fn About() -> Html {
    let navigator = use_navigator();
    let page = use_query_param(page());
    let back = move |_| {
        if let Some(navigator) = &navigator {
            navigator.back();
        }
    };
    html! {
        <p>
            <output data-testid="about">{ *page }</output>
            <button type="button" data-testid="back" onclick={back}>{ "Back" }</button>
        </p>
    }
}

#[component]
fn App() -> Html {
    // The app is wherever its page is: all of its paths are beside it.
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    let basename = path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    html! {
        <BrowserRouter {basename}>
            <Shell />
        </BrowserRouter>
    }
}

fn main() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.get_element_by_id("root")) {
        yew::Renderer::<App>::with_root(root).render();
    }
}
