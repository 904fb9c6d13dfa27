//! What a server makes of components: nothing is known of a tab, and nothing is needed of one.
#![cfg(not(target_arch = "wasm32"))]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tabstate::query_params::codecs::{Int, OneOf};
use tabstate::query_params::{self, WriteOptions};
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct, WatchedState as _};
use tabstate::{cookies, session_state};
use tabstate_leptos::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};

#[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Filters {
    q: String,
    open: bool,
}

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1)
}

#[component]
fn Part() -> impl IntoView {
    let (page, set_page) = use_query_param(page());
    let (tags, _) = use_query_param(QueryParam::list("tag", OneOf(&["sea", "snow"])));
    let (filters, _) = use_query_params(QueryStruct::<Filters>::new());
    let note = use_session_state("note", "none".to_owned());
    let (notice, _) = use_cookie(Cookie::new("notice"));
    let theme = use_tab_context(ContextFact::theme());
    let locale = use_tab_context(ContextFact::locale());
    view! {
        <p data-theme=move || theme.get().color_scheme.map(|scheme| scheme.as_str()) lang=locale>
            <button on:click=move |_| set_page.update_with(|page| *page += 1, WriteOptions::push())>{page}</button>
            <i>{move || tags.get().len()}</i>
            <b>{move || filters.with(|filters| format!("{}{}", filters.q, filters.open))}</b>
            <input bind:value=note />
            <u>{note.0}</u>
            <s>{move || notice.get().is_some()}</s>
        </p>
    }
}

fn render() -> String {
    Owner::new().with(|| Part().to_html())
}

const BLANK: &str = "<p><button>1</button><i>0</i><b>false</b><input><u>none</u><s>false</s></p>";

fn without_marks(html: &str) -> String {
    html.replace("<!>", "")
}

#[test]
fn a_server_makes_the_defaults() {
    assert_eq!(without_marks(&render()), BLANK);
}

#[test]
fn what_one_request_left_in_the_memory_of_a_thread_is_not_shown_to_another() {
    query_params::update([("page", "7"), ("tag", "sea"), ("q", "x")]).unwrap();
    session_state::set("note", "of another person").unwrap();
    cookies::set("notice", "seen").unwrap();
    assert_eq!(without_marks(&render()), BLANK);
}

#[test]
fn hooks_work_without_an_owner() {
    let (page, set_page) = use_query_param(page());
    set_page.set(3);
    assert_eq!((page.get_untracked(), query_params::get("page").as_deref()), (1, Some("3")));
}

#[test]
fn setters_write_and_say_how() {
    Owner::new().with(|| {
        let (_, set_page) = use_query_param(page());
        set_page.set(2);
        set_page.update(|page| *page += 1);
        set_page.update_with(|page| *page *= 2, WriteOptions::push());
        assert_eq!(query_params::get("page").as_deref(), Some("6"));
        assert!(!set_page.try_maybe_update(|page| (*page > 100, *page > 100)).unwrap());
        set_page.set_with(1, WriteOptions::replace());
        assert_eq!(query_params::get("page"), None, "a default is left out");
    });
}

#[test]
fn a_refused_write_changes_nothing() {
    Owner::new().with(|| {
        let (_, set_page) = use_query_param(page());
        set_page.set(2);
        set_page.set(0);
        assert!(set_page.watched().unwrap().try_set(0).is_err());
        assert_eq!(query_params::get("page").as_deref(), Some("2"));
    });
}

#[test]
fn a_setter_whose_owner_is_gone_writes_nothing() {
    let owner = Owner::new();
    let (_, set_page) = owner.with(|| use_query_param(page()));
    owner.cleanup();
    set_page.set(2);
    set_page.set_with(2, WriteOptions::push());
    assert_eq!((query_params::get("page"), set_page.is_disposed()), (None, true));
}
