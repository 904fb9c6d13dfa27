//! Hooks in a real page: what ends with an owner, what hydration begins with, and what the router and we know of each other.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../../../tests/support/counted.rs"]
mod counted;

use std::rc::Rc;

use counted::Counted;
use leptos::mount::{hydrate_from, mount_to};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
#[cfg(feature = "router")]
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::HtmlElement;
use tabstate::query_params::codecs::{Int, Text};
use tabstate::query_params::{self, WriteOptions};
use tabstate::watched::QueryParam;
use tabstate_leptos::{use_query_param, use_session_state, use_watched};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1)
}

/// A place in the page with this in it.
fn place(html: &str) -> HtmlElement {
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    place.set_inner_html(html);
    document().body().unwrap().append_child(&place).unwrap();
    place
}

async fn after_tasks() {
    for _ in 0..3 {
        leptos::task::tick().await;
    }
}

async fn written() {
    query_params::settled().await;
    after_tasks().await;
}

#[wasm_bindgen_test]
fn a_subscription_ends_with_its_owner() {
    let listeners = Rc::new(());
    let counted = Counted { param: page(), listeners: Rc::clone(&listeners) };
    let alone = Rc::strong_count(&listeners);
    let owner = Owner::new();
    let value = owner.with(|| use_watched(counted.clone()));
    assert!(Rc::strong_count(&listeners) > alone);
    query_params::set("page", 2).unwrap();
    assert_eq!(value.try_get_untracked(), Some(1), "told at the end of the turn");
    owner.cleanup();
    assert_eq!(Rc::strong_count(&listeners), alone);
    query_params::remove("page");
    assert_eq!(value.try_get_untracked(), None);
}

#[wasm_bindgen_test]
async fn a_write_is_shown_when_it_returns_and_by_all_who_use_the_key() {
    let owner = Owner::new();
    owner.with(|| {
        let ((mine, set), (theirs, _)) = (use_query_param(page()), use_query_param(page()));
        set.set(4);
        assert_eq!((mine.get_untracked(), theirs.get_untracked()), (4, 4));
        set.update(|page| *page += 1);
        assert_eq!((mine.get_untracked(), theirs.get_untracked()), (5, 5));
        set.set(0);
        assert_eq!(mine.get_untracked(), 5, "a refused write changes nothing");
        set.set(1);
    });
    written().await;
    assert_eq!(query_params::get("page"), None);
}

#[wasm_bindgen_test]
async fn who_reads_a_signal_while_it_is_written_is_shown_the_write_afterwards() {
    let owner = Owner::new();
    let page = owner.with(|| {
        let ((page, set), (other, _)) = (use_query_param(page()), use_query_param(page()));
        other.with_untracked(|shown| set.set(shown + 1));
        let guard = page.read_untracked();
        set.set(*guard + 1);
        drop(guard);
        page
    });
    a_moment().await;
    assert_eq!(page.get_untracked(), 3);
    query_params::remove("page");
    query_params::settled().await;
}

/// Until the tasks that are due now are over.
async fn a_moment() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 20).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

#[wasm_bindgen_test]
async fn another_key_is_another_signal() {
    query_params::update([("a", "1"), ("b", "2")]).unwrap();
    _ = any_executor();
    let owner = Owner::new();
    owner.with(|| {
        let key = RwSignal::new("a");
        let value = Memo::new(move |_| use_query_param(QueryParam::new(key.get(), Text)).0);
        assert_eq!(value.get_untracked().get_untracked().as_deref(), Some("1"));
        key.set("b");
        assert_eq!(value.get_untracked().get_untracked().as_deref(), Some("2"));
    });
    query_params::update([("a", None::<&str>), ("b", None)]).unwrap();
    written().await;
}

fn any_executor() -> impl Sized {
    mount_to(place(""), || ())
}

#[component]
fn Part() -> impl IntoView {
    let (page, set_page) = use_query_param(page());
    let (note, _) = use_session_state("note", "none".to_owned());
    view! {
        <p>
            <button on:click=move |_| set_page.update(|page| *page += 1)>{page}</button>
            <i>{note}</i>
        </p>
    }
}

#[wasm_bindgen_test]
async fn hydration_begins_with_what_a_server_made_and_then_shows_the_tab() {
    query_params::set("page", 7).unwrap();
    tabstate::session_state::set("note", "milk").unwrap();
    // As tests/server.rs has it.
    let made = "<p><button>1</button><i>none</i></p>";
    let place = place(made);
    let app = hydrate_from(place.clone(), Part);
    assert_eq!(place.inner_html(), made);
    after_tasks().await;
    assert_eq!(place.inner_html(), made.replace('1', "7").replace("none", "milk"));
    place.query_selector("button").unwrap().unwrap().unchecked_into::<HtmlElement>().click();
    after_tasks().await;
    assert_eq!(place.text_content().as_deref(), Some("8milk"));
    drop(app);
    query_params::remove("page");
    written().await;
}

#[cfg(feature = "router")]
mod router {
    use leptos_router::NavigateOptions;
    use leptos_router::components::{Route, Router, Routes};
    use leptos_router::hooks::{use_location, use_navigate, use_query_map};
    use leptos_router::path;
    use tabstate_leptos::tell_router;

    use super::*;

    #[component]
    fn App() -> impl IntoView {
        view! {
            <Router>
                <Shell />
                <Routes fallback=|| ()>
                    <Route path=path!("/routed/:n") view=|| () />
                </Routes>
            </Router>
        }
    }

    /// What we show, what the router shows, and its path.
    #[component]
    fn Shell() -> impl IntoView {
        tell_router();
        let (page, set_page) = use_query_param(page());
        let (query, location, navigate) = (use_query_map(), use_location(), use_navigate());
        let page_of_router = move || query.with(|query| query.get_str("page").unwrap_or("none").to_owned());
        let go = move |_| navigate("/routed/2?page=5&theirs=1", NavigateOptions::default());
        let push = move |_| set_page.update_with(|page| *page += 1, WriteOptions::push());
        view! {
            <button id="go" on:click=go></button>
            <button id="push" on:click=push></button>
            <a id="away" href="/routed/3">"3"</a>
            <i>{page} "," {page_of_router} "," {location.pathname}</i>
        }
    }

    fn click(id: &str) {
        document().get_element_by_id(id).unwrap().unchecked_into::<HtmlElement>().click();
    }

    async fn sleep(milliseconds: i32) {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
    }

    async fn shows(wanted: &str) {
        let shown = || document().query_selector("i").unwrap().unwrap().text_content().unwrap();
        for _ in 0..100 {
            sleep(10).await;
            if shown() == wanted {
                return;
            }
        }
        assert_eq!(shown(), wanted);
    }

    fn address() -> String {
        let location = window().location();
        location.pathname().unwrap() + &location.search().unwrap()
    }

    #[wasm_bindgen_test]
    async fn the_router_and_we_see_what_the_other_writes() {
        let history = window().history().unwrap();
        let before = address();
        history.push_state_with_url(&JsValue::NULL, "", Some("/routed/1?mine=%41")).unwrap();
        let app = mount_to(place(""), App);
        shows("1,none,/routed/1").await;

        click("push");
        shows("2,2,/routed/1").await;
        assert_eq!(address(), "/routed/1?mine=%41&page=2", "the router changes no byte of it");

        click("go");
        shows("5,5,/routed/2").await;
        click("push");
        shows("6,6,/routed/2").await;
        assert_eq!(address(), "/routed/2?page=6&theirs=1");

        for (wanted, address_then) in [
            ("5,5,/routed/2", "/routed/2?page=5&theirs=1"),
            ("2,2,/routed/1", "/routed/1?mine=%41&page=2"),
            ("1,none,/routed/1", "/routed/1?mine=%41"),
        ] {
            history.back().unwrap();
            shows(wanted).await;
            assert_eq!(address(), address_then);
        }

        // `navigate` is done when it returns: the write is for where it went to.
        click("go");
        click("push");
        shows("6,6,/routed/2").await;
        assert_eq!(address(), "/routed/2?page=6&theirs=1");

        // A link is followed later: the write is for the page that is left.
        click("away");
        click("push");
        shows("1,none,/routed/3").await;
        assert_eq!(address(), "/routed/3");

        // The router takes a link to where it went last for no news, and leaves the address alone.
        click("push");
        shows("2,2,/routed/3").await;
        click("away");
        shows("2,none,/routed/3").await;
        assert_eq!(address(), "/routed/3?page=2");

        // A router of Leptos never ends: there is one in this file.
        drop(app);
        history.push_state_with_url(&JsValue::NULL, "", Some(&before)).unwrap();
        written().await;
    }
}
