//! The facts and the cookies of a real page, through the Rust API alone: parameters are never touched here, so what is heard
//! of the address is heard without them.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tabstate::ErrorKind;
use tabstate::context::{self, ColorScheme, Contrast, Direction, Fact, Source};
use tabstate::cookies::{self, CookieOptions, Rejection, SameSite, Stored};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::js_sys::{Promise, eval};

wasm_bindgen_test_configure!(run_in_browser);

/// What the page itself gives for a piece of JavaScript.
fn js(code: &str) -> JsValue {
    eval(code).expect(code)
}

fn js_text(code: &str) -> String {
    js(code).as_string().expect(code)
}

/// Lets the browser tell what it has to tell.
async fn a_moment() {
    JsFuture::from(Promise::from(js("new Promise((done) => setTimeout(done, 250))"))).await.unwrap();
    // Where no event tells of cookies, they are looked at when the person comes back.
    js("cookieStore ?? dispatchEvent(new Event('focus'))".replace("cookieStore", "globalThis.cookieStore").as_str());
}

/// What a subscription hears, as lists of facts.
fn heard() -> (Rc<RefCell<Vec<Vec<Fact>>>>, context::Subscription) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    (heard, context::subscribe(move |facts| hears.borrow_mut().push(facts.to_vec())))
}

fn of(facts: &RefCell<Vec<Vec<Fact>>>, fact: Fact) -> usize {
    facts.borrow().iter().flatten().filter(|heard| **heard == fact).count()
}

#[wasm_bindgen_test]
fn the_locale_is_the_navigators() {
    // WebKit without a locale of the system's has "C", which is none.
    js("globalThis.canonical = (tag) => { try { return Intl.getCanonicalLocales(tag); } catch { return []; } }");
    let wanted = js_text("JSON.stringify(navigator.languages.flatMap(canonical))");
    let wanted: Vec<String> = serde_json::from_str(&wanted).unwrap();
    assert_eq!(context::locales(), wanted);
    assert_eq!(context::locale().as_ref(), wanted.first());
    assert_eq!(context::direction(), wanted.first().map(|_| Direction::Ltr));
    let available: Vec<&str> = ["xx"].into_iter().chain(wanted.first().map(String::as_str)).collect();
    assert_eq!(context::negotiate_locale(&available), wanted.first().map(String::as_str));
}

#[wasm_bindgen_test]
fn time_theme_and_frame_are_what_the_browser_shows() {
    assert_eq!(context::timezone().unwrap(), js_text("new Intl.DateTimeFormat().resolvedOptions().timeZone"));
    let offset = js("new Date().getTimezoneOffset()").as_f64().unwrap();
    assert_eq!(context::timezone_offset().map(f64::from), Some(offset));
    let is = |query: &str| js(&format!("matchMedia('({query})').matches")).as_bool().unwrap();
    let theme = context::theme();
    let scheme = if is("prefers-color-scheme: dark") { ColorScheme::Dark } else { ColorScheme::Light };
    assert_eq!(theme.color_scheme, Some(scheme));
    assert_eq!(theme.contrast == Some(Contrast::More), is("prefers-contrast: more"));
    assert_eq!(theme.forced_colors.unwrap_or_default(), is("forced-colors: active"));
    assert_eq!(theme.reduced_motion, Some(is("prefers-reduced-motion: reduce")));
    assert_eq!(context::is_framed(), js("top !== self").as_bool());
    assert_eq!(context::ip_address(), None, "no server told it");
}

#[wasm_bindgen_test]
fn the_url_and_the_embedding_follow_the_address() {
    js("history.replaceState(null, '', '?EMBED=True&embed_options=SHOW_toolbar&embed_options=x#top')");
    assert_eq!(context::url().unwrap(), js_text("location.origin + location.pathname"));
    assert!(context::is_embedded());
    assert_eq!(context::embed_options(), ["show_toolbar", "x"]);
    js("history.replaceState(null, '', location.pathname)");
    assert!(!context::is_embedded() && context::embed_options().is_empty());
}

#[wasm_bindgen_test]
fn headers_say_how_they_are_known() {
    let headers = context::headers();
    assert_eq!(headers.get("user-agent").unwrap(), js_text("navigator.userAgent"));
    assert_eq!(headers.get("Host").unwrap(), js_text("location.host"));
    assert_eq!(headers.source("HOST"), Source::Observed);
    // WebKit's may be longer than what a page sees of it.
    let accepted = headers.get("Accept-Language");
    let source = if accepted.is_some() { Source::Derived } else { Source::Unknown };
    assert_eq!(headers.source("Accept-Language"), source);
    assert!(accepted.is_none_or(|text| text.starts_with(&js_text("navigator.language"))), "{accepted:?}");
    for unknowable in ["Authorization", "X-Forwarded-For", "Sec-Fetch-Mode"] {
        assert_eq!((headers.has(unknowable), headers.source(unknowable)), (false, Source::Unknown));
    }
}

#[wasm_bindgen_test]
fn what_a_server_handed_over_counts_first() {
    js(r#"
        const script = Object.assign(document.createElement("script"), { type: "application/json", id: "tabstate-context" });
        script.textContent = JSON.stringify({
            headers: { "accept-language": "nb", "x-tag": ["a", "b"], bad: 1 },
            ip_address: "2001:db8::1",
        });
        document.head.append(script);
    "#);
    let headers = context::headers();
    assert_eq!((headers.get("Accept-Language"), headers.source("Accept-Language")), (Some("nb"), Source::Server));
    assert_eq!((headers.get_all("X-Tag").len(), headers.has("bad")), (2, false));
    assert_eq!(headers.source("User-Agent"), Source::Observed);
    assert_eq!(context::ip_address().as_deref(), Some("2001:db8::1"));
    js("document.getElementById('tabstate-context').remove()");
    assert_eq!((context::headers().has("X-Tag"), context::ip_address()), (false, None));
}

#[wasm_bindgen_test]
fn the_browsers_likely_subtags_choose_as_those_of_cldr() {
    let rows: Vec<serde_json::Value> = serde_json::from_str(include_str!("cases/negotiation.json")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let texts = |name: &str| -> Vec<String> { serde_json::from_value(row[name].clone()).unwrap() };
        let (requested, available) = (texts("requested"), texts("available"));
        let requested: Vec<&str> = requested.iter().map(String::as_str).collect();
        let available: Vec<&str> = available.iter().map(String::as_str).collect();
        let found = context::negotiate(&requested, &available);
        if found != row["expected"].as_str() {
            wrong.push(format!("{}: {found:?}", row["name"]));
        }
    }
    assert!(rows.len() >= 60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[wasm_bindgen_test]
fn no_tag_is_too_strange() {
    let tags = [
        "",
        "*",
        "C",
        "en_US.UTF-8",
        "-",
        "en-",
        "x",
        "日本語",
        "i-klingon",
        "en-u",
        "a-b-c",
        "\u{0}",
        "zh-cmn-Hans-CN",
    ];
    for tag in tags {
        let found = context::negotiate(&[tag], &tags);
        assert!(found.is_none_or(|found| tags.contains(&found)), "{tag}");
        let canonical = context::canonical_locale(tag).unwrap_or_default();
        let taken =
            js(&format!("try {{ {canonical:?} && Intl.getCanonicalLocales({canonical:?}); true }} catch {{ false }}"));
        assert_eq!(taken.as_bool(), Some(true), "{canonical}");
    }
}

#[wasm_bindgen_test]
fn a_cookie_is_set_read_and_removed() {
    assert_eq!(cookies::set("city", "São Paulo; 100%"), Ok(Stored::Stored));
    assert_eq!(cookies::get("city").as_deref(), Some("São Paulo; 100%"));
    assert!(js_text("document.cookie").contains("city=S%C3%A3o%20Paulo%3B%20100%25"));
    assert_eq!(context::cookies().get("city"), cookies::get("city"));
    assert_eq!(context::headers().get("Cookie"), Some(js_text("document.cookie").as_str()));
    assert_eq!(cookies::remove("city"), Ok(true));
    assert_eq!((cookies::get("city"), cookies::remove("city")), (None, Ok(false)));
    assert!(!js_text("document.cookie").contains("city"));
}

#[wasm_bindgen_test]
fn names_of_an_objects_prototype_are_ordinary() {
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty"] {
        assert_eq!(cookies::get(name), None);
        assert_eq!(cookies::set(name, "1"), Ok(Stored::Stored), "{name}");
        assert_eq!(cookies::get(name).as_deref(), Some("1"));
        assert_eq!(cookies::remove(name), Ok(true));
    }
}

#[wasm_bindgen_test]
fn what_becomes_of_a_cookie_is_told() {
    let usual = CookieOptions::default;
    let path = |path: &str| CookieOptions { path: Some(path.to_owned()), ..usual() };
    let domain = |domain: &str| CookieOptions { domain: Some(domain.to_owned()), ..usual() };
    let month = CookieOptions { max_age: Some(Duration::from_secs(30 * 86_400)), ..usual() };
    let below = format!("{}/below", js_text("location.pathname").trim_end_matches('/'));
    let rejected = |rejection| Err(ErrorKind::Rejected(rejection));
    let long = "a".repeat(5000);
    let rows = [
        ("kept for a month", "1", month, Ok(Stored::Stored)),
        ("for a path below", "1", path(&below), Ok(Stored::Unverified)),
        ("for another domain", "1", domain("example.com"), rejected(Rejection::Domain)),
        ("too long", long.as_str(), usual(), rejected(Rejection::Size)),
        ("a line end in the path", "1", path("/\n"), rejected(Rejection::Characters)),
    ];
    for (about, value, options, expected) in rows {
        let outcome = cookies::set_with("told", value, &options).map_err(|error| error.kind());
        assert_eq!(outcome, expected, "{about}");
    }
    assert_eq!(cookies::remove_with("told", &below, None), Ok(false), "it cannot be seen from here");
    assert_eq!(cookies::remove_with("told", "/", None), Ok(true));
    assert!(!js_text("document.cookie").contains("t"), "{}", js_text("document.cookie"));
}

#[wasm_bindgen_test]
fn a_deletion_leaves_others() {
    cookies::set("many", "1").unwrap();
    let below = CookieOptions { path: Some("/below".to_owned()), ..CookieOptions::default() };
    assert_eq!(cookies::set_with("many", "2", &below), Ok(Stored::Unverified));
    cookies::set("other", "3").unwrap();
    assert!(context::cookies().has("many"));
    assert_eq!(cookies::remove("many"), Ok(true));
    assert_eq!((context::cookies().has("many"), cookies::get("other").as_deref()), (false, Some("3")));
    assert_eq!(cookies::remove("other"), Ok(true));
    assert_eq!(cookies::remove_with("many", "/below", None), Ok(false), "it cannot be seen from here");
}

#[wasm_bindgen_test]
async fn a_subscription_hears_cookies_until_it_is_dropped() {
    a_moment().await;
    let (facts, subscription) = heard();
    cookies::set("live", "1").unwrap();
    a_moment().await;
    assert_eq!(*facts.borrow(), [vec![Fact::Cookies]], "set here");
    js("document.cookie = 'live=2; path=/; samesite=lax'");
    a_moment().await;
    assert_eq!(of(&facts, Fact::Cookies), 2, "set by other code");
    assert_eq!(cookies::get("live").as_deref(), Some("2"));
    cookies::set("live", "2").unwrap();
    a_moment().await;
    assert_eq!(of(&facts, Fact::Cookies), 2, "nothing has changed");
    drop(subscription);
    cookies::remove("live").unwrap();
    a_moment().await;
    assert_eq!(of(&facts, Fact::Cookies), 2, "it is dropped");
}

#[wasm_bindgen_test]
async fn a_subscription_hears_the_url_but_not_its_query() {
    let start = js_text("location.pathname");
    let (facts, subscription) = heard();
    js("history.replaceState(null, '', '?a=1#b')");
    a_moment().await;
    assert_eq!(of(&facts, Fact::Url), 0);
    js("history.replaceState(null, '', '/elsewhere?a=1')");
    a_moment().await;
    assert_eq!(of(&facts, Fact::Url), 1);
    assert!(context::url().unwrap().ends_with("/elsewhere"));
    drop(subscription);
    js(&format!("history.replaceState(null, '', {start:?})"));
    a_moment().await;
    assert_eq!(of(&facts, Fact::Url), 1, "it is dropped");
}

/// Cookies go by the path that a document was loaded by.
#[wasm_bindgen_test]
fn a_pushed_address_does_not_mislead() {
    let start = js_text("location.pathname");
    js("history.replaceState(null, '', '/pushed/elsewhere')");
    let of_path = |path: &str| CookieOptions { path: Some(path.to_owned()), ..CookieOptions::default() };
    assert_eq!(cookies::set_with("pushed", "1", &of_path("/pushed")), Ok(Stored::Unverified));
    assert_eq!(cookies::set_with("pushed", "2", &of_path(&start)), Ok(Stored::Stored));
    assert_eq!(cookies::remove("pushed"), Ok(true));
    js("document.cookie = 'pushed=; path=/pushed; max-age=0'");
    js(&format!("history.replaceState(null, '', {start:?})"));
}

#[wasm_bindgen_test]
async fn a_listener_may_end_and_begin_subscriptions() {
    let kept = Rc::new(RefCell::new(Vec::new()));
    let keeps = Rc::clone(&kept);
    let (facts, other) = heard();
    let other = RefCell::new(Some(other));
    let first = context::subscribe(move |_| {
        other.borrow_mut().take();
        keeps.borrow_mut().push(context::subscribe(|_| {}));
    });
    cookies::set("again", "1").unwrap();
    cookies::remove("again").unwrap();
    a_moment().await;
    assert!(of(&facts, Fact::Cookies) <= 1 && !kept.borrow().is_empty());
    drop(first);
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn one_of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// The law of `tests/cookies_jar.rs`, in a browser that is not simulated.
#[wasm_bindgen_test]
fn no_outcome_lies() {
    let all =
        ["a", "b", "", "__Host-a", "__Secure-a", "__Http-a", "__proto__", " a", "a;", "a\u{7f}", "\u{e9}", "\u{1f600}"];
    // WebKitGTK cuts a text at the first character that is not ASCII: of such a name a nameless cookie is left.
    let names = if js_text("navigator.vendor").starts_with("Apple") { &all[..10] } else { &all[..] };
    let long = "v".repeat(4093);
    let values = ["1", "2", "", "a=1", "\u{e9}; \"\t%41,", "__Host-x", "\u{0}", &long];
    let here = js_text("location.pathname");
    let paths = [None, Some("/"), Some(here.as_str()), Some("/x"), Some("x"), Some(""), Some(" /"), Some("/\u{e9}")];
    let domains =
        [None, None, None, Some("127.0.0.1"), Some("example.com"), Some(""), Some("0.0.1"), Some(".127.0.0.1")];
    let ages = [None, None, Some(Duration::ZERO), Some(Duration::from_millis(3_600_001)), Some(Duration::MAX)];
    let sites = [SameSite::Lax, SameSite::Strict, SameSite::None];
    let secures = [None, Some(true), Some(false)];
    let shown = || js_text("document.cookie");
    let mut numbers = Numbers(0x5eed);
    for nth in 0..1_500 {
        let (name, before) = (numbers.one_of(names), shown());
        let count = |text: &str| context::Cookies::parse(text).get_all(name).len();
        if numbers.below(4) == 0 {
            let outcome = match numbers.below(2) {
                0 => cookies::remove(name),
                _ => cookies::remove_with(name, &here, None),
            };
            let gone = count(&shown()) < count(&before);
            assert!(outcome != Ok(true) || gone, "{nth}: {name:?} is not gone: {}", shown());
            continue;
        }
        let options = CookieOptions {
            max_age: numbers.one_of(&ages),
            path: numbers.one_of(&paths).map(str::to_owned),
            domain: numbers.one_of(&domains).map(str::to_owned),
            same_site: numbers.one_of(&sites),
            secure: numbers.one_of(&secures),
            partitioned: numbers.below(6) == 0,
            priority: None,
        };
        let value = numbers.one_of(&values);
        let outcome = cookies::set_with(name, value, &options);
        let about = || format!("{nth}: {name:?}={value:?} {options:?}: {outcome:?}, {:?} then {:?}", before, shown());
        match &outcome {
            Ok(Stored::Stored) if options.max_age == Some(Duration::ZERO) => {
                assert!(count(&shown()) == 0 || count(&shown()) < count(&before), "{}", about());
            }
            Ok(Stored::Stored) => {
                assert!(context::cookies().get_all(name).iter().any(|its| its == value), "{}", about());
            }
            Ok(Stored::Unverified) => {}
            Err(_) => assert_eq!(shown(), before, "{}", about()),
        }
        assert!(!shown().contains("tabstate-probe"), "{}", about());
    }
    for name in names {
        let removed = cookies::remove(name);
        assert!(!context::cookies().has(name), "{name:?}: {removed:?} {}", shown());
    }
    assert_eq!(shown(), "");
}
