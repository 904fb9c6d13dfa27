//! A page in plain wasm-bindgen that knows its visitor: it greets in the language that suits best, and lets its colour be
//! chosen, which it remembers in a cookie and follows live, in other tabs too. `?name=Ada` is whom it greets.
//!
//! ```sh
//! cargo build --example context --target wasm32-unknown-unknown
//! wasm-bindgen --target web --out-dir examples/context/pkg target/wasm32-unknown-unknown/debug/examples/context.wasm
//! python3 -m http.server --directory examples/context
//! ```
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use tabstate::context::{self, Fact};
use tabstate::cookies::{self, CookieOptions};
use tabstate::query_params;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element};

const GREETINGS: [(&str, &str); 5] =
    [("en", "Hello"), ("fr", "Bonjour"), ("nb", "Hei"), ("pt-BR", "Olá"), ("zh-Hant", "你好")];
const COLOUR: &str = "colour";

#[wasm_bindgen(start)]
fn start() -> Result<(), JsValue> {
    show()?;
    let look = || show().unwrap_or_else(|error| wasm_bindgen::throw_val(error));
    // Both hear for as long as the page is there.
    std::mem::forget(query_params::subscribe(move |_| look()));
    std::mem::forget(context::subscribe(move |facts| {
        if facts.contains(&Fact::Cookies) || facts.contains(&Fact::Locale) {
            look();
        }
    }));
    listen_to_buttons()
}

/// What is known of the visitor, as it is now.
fn show() -> Result<(), JsValue> {
    let languages = GREETINGS.map(|(language, _)| language);
    let language = context::negotiate_locale(&languages).unwrap_or("en");
    let greeting = GREETINGS.iter().find(|(its, _)| *its == language).map_or("", |(_, greeting)| greeting);
    let name = query_params::get("name").unwrap_or_else(|| "🌍".to_owned());
    let colour = cookies::get(COLOUR).unwrap_or_else(|| "seagreen".to_owned());

    put("greeting", &format!("{greeting}, {name}!"))?;
    put("locale", &context::locale().unwrap_or_default())?;
    put("timezone", &context::timezone().unwrap_or_default())?;
    put(COLOUR, &colour)?;
    root()?.set_attribute("style", &format!("--colour: {}", css_name(&colour)))
}

/// Each button sets the colour that is its value.
fn listen_to_buttons() -> Result<(), JsValue> {
    let choose = Closure::<dyn Fn(web_sys::Event) -> Result<(), JsValue>>::new(|event: web_sys::Event| {
        let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(colour) = button.and_then(|button| button.get_attribute("value")) else { return Ok(()) };
        let a_year = CookieOptions { max_age: Some(Duration::from_secs(365 * 86_400)), ..CookieOptions::default() };
        match cookies::set_with(COLOUR, &colour, &a_year) {
            Ok(_) => put("trouble", ""),
            // Blocked, say: the page goes on, and says why it will not remember.
            Err(error) => put("trouble", &error.to_string()),
        }
    });
    let buttons = element("buttons")?;
    buttons.add_event_listener_with_callback("click", choose.as_ref().unchecked_ref())?;
    choose.forget();
    Ok(())
}

/// A cookie is anybody's text: only a word is a colour's name.
fn css_name(colour: &str) -> &str {
    if colour.chars().all(|letter| letter.is_ascii_alphabetic()) { colour } else { "gray" }
}

fn put(id: &str, text: &str) -> Result<(), JsValue> {
    element(id)?.set_text_content(Some(text));
    Ok(())
}

fn element(id: &str) -> Result<Element, JsValue> {
    document()?.get_element_by_id(id).ok_or_else(|| format!("there is no #{id} in the page").into())
}

fn root() -> Result<Element, JsValue> {
    document()?.document_element().ok_or_else(|| "the page is empty".into())
}

fn document() -> Result<Document, JsValue> {
    web_sys::window().and_then(|window| window.document()).ok_or_else(|| "there is no page".into())
}
