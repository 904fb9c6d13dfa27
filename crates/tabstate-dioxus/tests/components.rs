//! The hooks in components that no browser shows: what a server makes of them, what they follow, what they leave behind.

#[path = "../../../tests/support/counted.rs"]
mod counted;

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use counted::Counted;
use dioxus::core::NoOpMutations;
use dioxus::prelude::*;
use serde::{Deserialize, Serialize};
use tabstate::cookies;
use tabstate::query_params::codecs::Int;
use tabstate::query_params::{self, History};
use tabstate::session_state;
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct, WatchedState as _};
use tabstate_dioxus::{
    TabSignal, use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context, use_watched,
};

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1).history(History::Push)
}

/// As a server does: once, and nothing after that.
fn rendered(app: fn() -> Element) -> VirtualDom {
    let mut dom = VirtualDom::new(app);
    dom.rebuild_in_place();
    dom
}

/// As a page does: effects run, and what is to be made anew is.
fn settle(dom: &mut VirtualDom) -> String {
    while has_work(dom) {
        dom.render_immediate(&mut NoOpMutations);
    }
    dioxus::ssr::render(dom)
}

fn has_work(dom: &mut VirtualDom) -> bool {
    pin!(dom.wait_for_work()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[derive(Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Sorted {
    by: String,
    page: u32,
}

#[test]
fn a_server_makes_the_defaults_whatever_its_thread_has_stored() {
    fn app() -> Element {
        let page = use_query_param(page());
        let sorted = use_query_params(QueryStruct::<Sorted>::new());
        let note = use_session_state("note", || "none".to_owned());
        let locale = use_tab_context(ContextFact::locale());
        let notice = use_cookie(Cookie::new("notice"));
        rsx! { "{page} {sorted.read().by}/{sorted.read().page} {note} {locale:?} {notice:?}" }
    }
    query_params::update([("page", "7"), ("by", "name")]).unwrap();
    session_state::set("note", "milk").unwrap();
    cookies::set("notice", "seen").unwrap();
    assert_eq!(dioxus::ssr::render(&rendered(app)), "1 /0 none None None");
}

#[test]
fn a_page_shows_what_the_tab_has_and_follows_whoever_writes() {
    fn app() -> Element {
        let page = use_query_param(page());
        let note = use_session_state("note", || "none".to_owned());
        let notice = use_cookie(Cookie::new("notice"));
        rsx! { "{page} {note} {notice:?}" }
    }
    query_params::set("page", 7).unwrap();
    let mut dom = rendered(app);
    assert_eq!(settle(&mut dom), "7 none None");
    query_params::set("page", 8).unwrap();
    session_state::set("note", "milk").unwrap();
    Cookie::new("notice").set(Some("seen".to_owned()));
    assert_eq!(settle(&mut dom), "8 milk Some(&#34;seen&#34;)");
    assert!(query_params::remove("page"));
    assert_eq!(settle(&mut dom), "1 milk Some(&#34;seen&#34;)");
}

thread_local! {
    static HELD: Cell<Option<TabSignal<QueryParam<i64>>>> = const { Cell::new(None) };
}

#[component]
fn Held() -> Element {
    let page = use_query_param(page());
    HELD.set(Some(page));
    rsx! { "{page}" }
}

#[test]
fn who_reads_the_signal_while_it_is_written_is_shown_the_write_afterwards() {
    let mut dom = rendered(Held);
    settle(&mut dom);
    let page = HELD.take().unwrap();
    dom.in_scope(ScopeId::APP, || {
        let shown = page.read();
        page.set(*shown + 1);
        assert_eq!(*shown, 1);
    });
    assert_eq!((settle(&mut dom).as_str(), query_params::get("page").as_deref()), ("2", Some("2")));
}

#[test]
fn what_is_written_into_the_signal_is_in_the_tab_when_the_write_ends() {
    let mut dom = rendered(Held);
    settle(&mut dom);
    let mut page = HELD.take().unwrap();
    dom.in_scope(ScopeId::APP, || {
        *page.write() += 1;
        assert_eq!((page.peek().to_owned(), query_params::get("page").as_deref()), (2, Some("2")));
        page.set(3);
        assert_eq!((page.peek().to_owned(), query_params::get("page").as_deref()), (3, Some("3")));
        page.update(|page| page + 1);
        page.with_mut(|page| *page += 1);
        assert_eq!((page.peek().to_owned(), query_params::get("page").as_deref()), (5, Some("5")));
        let mut handed_on = WriteSignal::from(page);
        handed_on.set(6);
    });
    assert_eq!((settle(&mut dom).as_str(), query_params::get("page").as_deref()), ("6", Some("6")));
}

#[test]
fn a_write_that_is_refused_is_not_shown() {
    let mut dom = rendered(Held);
    settle(&mut dom);
    let mut page = HELD.take().unwrap();
    dom.in_scope(ScopeId::APP, || {
        assert!(page.try_set(0).is_err());
        *page.write() = 0;
        page.set(-1);
    });
    assert_eq!((settle(&mut dom).as_str(), query_params::get("page")), ("1", None));
}

thread_local! {
    static LISTENERS: Rc<()> = Rc::new(());
    static IS_THERE: Cell<bool> = const { Cell::new(true) };
    static KEY: RefCell<&'static str> = const { RefCell::new("a") };
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// The listeners alone: things are held by the components that are there.
fn listeners() -> usize {
    LISTENERS.with(Rc::strong_count) - 1
}

#[component]
fn Part() -> Element {
    RUNS.set(RUNS.get() + 1);
    let key = KEY.with_borrow(|key| *key);
    let counted =
        Counted { param: QueryParam::new(key, Int::default()).default(0), listeners: LISTENERS.with(Rc::clone) };
    let value = use_watched(counted);
    rsx! { "{key}={value}" }
}

fn parts() -> Element {
    rsx! {
        if IS_THERE.get() {
            Part {}
        }
    }
}

#[test]
fn a_component_that_is_taken_away_leaves_nothing_behind() {
    let mut dom = rendered(parts);
    let held = listeners();
    assert_eq!(settle(&mut dom), "a=0");
    assert_eq!(listeners() - held, 1, "servers follow nothing, pages each thing once");

    IS_THERE.set(false);
    dom.mark_dirty(ScopeId::APP);
    settle(&mut dom);
    assert_eq!(listeners(), 0);
    let runs = RUNS.get();
    query_params::set("a", 5).unwrap();
    settle(&mut dom);
    assert_eq!(RUNS.get(), runs);

    IS_THERE.set(true);
    dom.mark_dirty(ScopeId::APP);
    assert_eq!(settle(&mut dom), "a=5");
    drop(dom);
    assert_eq!(listeners(), 0);
}

#[test]
fn a_component_is_run_again_for_the_values_of_its_own_keys_alone() {
    let mut dom = rendered(parts);
    settle(&mut dom);
    let runs = RUNS.get();
    query_params::set("b", 5).unwrap();
    query_params::set("a", "00").unwrap();
    settle(&mut dom);
    assert_eq!(RUNS.get(), runs);
    query_params::set("a", 1).unwrap();
    query_params::set("a", 2).unwrap();
    assert_eq!((settle(&mut dom).as_str(), RUNS.get()), ("a=2", runs + 1));
}

#[test]
fn with_another_key_another_thing_is_followed() {
    query_params::update([("a", "1"), ("b", "2")]).unwrap();
    let mut dom = rendered(parts);
    assert_eq!(settle(&mut dom), "a=1");
    let before = listeners();
    KEY.set("b");
    dom.mark_all_dirty();
    assert_eq!(settle(&mut dom), "b=2");
    assert_eq!(listeners(), before);
    query_params::update([("a", "3"), ("b", "4")]).unwrap();
    assert_eq!(settle(&mut dom), "b=4");
}
