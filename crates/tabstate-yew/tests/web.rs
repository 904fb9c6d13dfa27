//! The hook in a real page: who listens, to what, and for how long; with the feature `hydration`, what it takes over.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::cell::Cell;

use js_sys::Promise;
use tabstate::query_params::{self, codecs::Int};
use tabstate::watched::{QueryParam, Subscription, Watched};
use tabstate_yew::use_watched;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::Element;
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

thread_local! {
    static LISTENERS: Cell<usize> = const { Cell::new(0) };
    static RENDERS: Cell<usize> = const { Cell::new(0) };
}

/// There as long as a listener is.
struct Listening;

impl Listening {
    fn begin() -> Self {
        LISTENERS.set(LISTENERS.get() + 1);
        Self
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENERS.set(LISTENERS.get() - 1);
    }
}

/// A parameter whose listeners are counted.
#[derive(Clone)]
struct Counted(QueryParam<i64>);

impl Watched for Counted {
    type Value = i64;

    fn key(&self) -> &str {
        self.0.key()
    }

    fn get(&self) -> i64 {
        self.0.get()
    }

    fn initial(&self) -> i64 {
        self.0.initial()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        let listening = Listening::begin();
        self.0.subscribe(move || {
            let _: &Listening = &listening;
            listener();
        })
    }
}

#[derive(Clone, PartialEq, Properties)]
struct Named {
    name: AttrValue,
    #[prop_or_default]
    starts_with: Option<i64>,
}

#[component]
fn Number(Named { name, starts_with }: &Named) -> Html {
    RENDERS.set(RENDERS.get() + 1);
    // Before the effect of the hook, which comes behind it.
    use_effect_with((name.clone(), *starts_with), |(name, starts_with)| {
        if let Some(number) = starts_with {
            query_params::set(name, *number).unwrap();
        }
    });
    let number = use_watched(Counted(QueryParam::new(name, Int::default()).default(1)));
    html! { <b>{ *number }</b> }
}

fn named(name: &'static str) -> Named {
    Named { name: name.into(), starts_with: None }
}

fn place() -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let place = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&place).unwrap();
    place
}

async fn settle() {
    let later = Promise::new(&mut |resolve, _| {
        web_sys::window().unwrap().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 20).unwrap();
    });
    JsFuture::from(later).await.unwrap();
}

fn text(place: &Element) -> String {
    place.text_content().unwrap()
}

#[wasm_bindgen_test]
async fn a_component_listens_while_it_is_there() {
    let place = place();
    let app = yew::Renderer::<Number>::with_root_and_props(place.clone(), named("there")).render();
    settle().await;
    assert_eq!((text(&place).as_str(), LISTENERS.get()), ("1", 1));

    query_params::set("there", 2).unwrap();
    settle().await;
    assert_eq!((text(&place).as_str(), LISTENERS.get()), ("2", 1));

    app.destroy();
    settle().await;
    let renders = RENDERS.get();
    query_params::set("there", 3).unwrap();
    settle().await;
    assert_eq!((LISTENERS.get(), RENDERS.get()), (0, renders));
}

#[wasm_bindgen_test]
async fn another_key_is_shown_and_listened_to_from_then_on() {
    query_params::update([("one", 5), ("other", 6)]).unwrap();
    let place = place();
    let mut app = yew::Renderer::<Number>::with_root_and_props(place.clone(), named("one")).render();
    settle().await;
    app.update(named("other"));
    settle().await;
    assert_eq!((text(&place).as_str(), LISTENERS.get()), ("6", 1));

    let renders = RENDERS.get();
    query_params::set("one", 8).unwrap();
    settle().await;
    assert_eq!(RENDERS.get(), renders, "nobody shows it any more");
    query_params::set("other", 7).unwrap();
    settle().await;
    assert_eq!((text(&place).as_str(), RENDERS.get()), ("7", renders + 1));
    app.destroy();
}

#[wasm_bindgen_test]
async fn what_changes_before_the_component_listens_is_shown() {
    let place = place();
    let props = Named { starts_with: Some(4), ..named("early") };
    let app = yew::Renderer::<Number>::with_root_and_props(place.clone(), props).render();
    settle().await;
    assert_eq!(text(&place), "4");
    app.destroy();
}

#[cfg(feature = "hydration")]
#[wasm_bindgen_test]
async fn what_a_server_made_is_taken_over_and_then_shows_the_tab() {
    let made = yew::LocalServerRenderer::<Number>::with_props(named("taken")).render().await;
    assert!(made.contains("<b>1</b>"), "{made}");
    query_params::set("taken", 9).unwrap();

    let place = place();
    place.set_inner_html(&made);
    let element = place.query_selector("b").unwrap();
    let app = yew::Renderer::<Number>::with_root_and_props(place.clone(), named("taken")).hydrate();
    settle().await;
    assert_eq!(text(&place), "9");
    assert_eq!(place.query_selector("b").unwrap(), element, "it is the same element");
    app.destroy();
}
