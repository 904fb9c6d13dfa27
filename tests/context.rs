//! Context on any host: headers, cookies' text, language tags and the choice among locales.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use serde_json::Value;
use tabstate::context::{
    Cldr, ColorScheme, Cookies, Direction, Engine, Facts, Headers, Theme, accept_language, accepted_languages,
    negotiate,
};

#[test]
fn every_row_of_the_negotiation_holds() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("cases/negotiation.json")).unwrap();
    assert!(rows.len() >= 60);
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (requested, available) = (texts(&row["requested"]), texts(&row["available"]));
            let requested: Vec<&str> = requested.iter().map(String::as_str).collect();
            let available: Vec<&str> = available.iter().map(String::as_str).collect();
            let found = negotiate(&requested, &available);
            (found != row["expected"].as_str()).then(|| format!("{}: {found:?}", row["name"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_tags_are_matched_without_a_panic(
        requested in prop::collection::vec("\\PC{0,12}|[a-zA-Z]{1,4}([-_][a-zA-Z0-9]{1,5}){0,3}", 0..4),
        available in prop::collection::vec("\\PC{0,12}|[a-zA-Z]{1,4}([-_][a-zA-Z0-9]{1,5}){0,3}", 0..4),
    ) {
        let requested: Vec<&str> = requested.iter().map(String::as_str).collect();
        let available: Vec<&str> = available.iter().map(String::as_str).collect();
        let found = negotiate(&requested, &available);
        prop_assert!(found.is_none_or(|found| available.contains(&found)));
    }

    #[test]
    fn what_is_available_as_it_is_wished_is_taken(tag in "[a-z]{2}(-[A-Z]{2})?", others in prop::collection::vec("[a-z]{2}(-[A-Z]{2})?", 0..6)) {
        let mut available: Vec<&str> = others.iter().map(String::as_str).collect();
        available.push(&tag);
        prop_assert_eq!(negotiate(&[&tag], &available), Some(tag.as_str()));
    }

    #[test]
    fn any_text_is_cookies(text in "\\PC{0,60}|([a-z=; %\"]|%[0-9A-F]{2}){0,40}") {
        let cookies = Cookies::parse(&text);
        for (name, value) in cookies.to_dict() {
            prop_assert_eq!(cookies.get(&name), Some(value));
        }
    }
}

#[test]
fn accept_language_is_what_each_engine_sends() {
    let twelve: Vec<String> = (0..12).map(|nth| format!("{}{}", char::from(b'a' + nth), 'x')).collect();
    let twelve: Vec<&str> = twelve.iter().map(String::as_str).collect();
    let rows: [(&[&str], Engine, &str); 10] = [
        (&["fr-CH", "en-US"], Engine::Chromium, "fr-CH,fr;q=0.9,en-US;q=0.8,en;q=0.7"),
        (&["en-US", "en"], Engine::Chromium, "en-US,en;q=0.9"),
        (&["en-US"], Engine::Chromium, "en-US,en;q=0.9"),
        (&["de"], Engine::Chromium, "de"),
        (&["en-GB", "en-US", "fr"], Engine::Chromium, "en-GB,en-US;q=0.9,en;q=0.8,fr;q=0.7"),
        (&["en-US", "de", "en-GB"], Engine::Chromium, "en-US,en;q=0.9,de;q=0.8,en-GB;q=0.7"),
        (
            &twelve,
            Engine::Chromium,
            "ax,bx;q=0.9,cx;q=0.8,dx;q=0.7,ex;q=0.6,fx;q=0.5,gx;q=0.4,hx;q=0.3,ix;q=0.2,jx;q=0.1",
        ),
        (&["en-US", "en"], Engine::Firefox, "en-US,en;q=0.5"),
        (&["fr-CH", "fr", "en"], Engine::Firefox, "fr-CH,fr;q=0.7,en;q=0.3"),
        (&["nb"], Engine::Firefox, "nb"),
    ];
    for (languages, engine, expected) in rows {
        assert_eq!(accept_language(languages, engine).as_deref(), Some(expected), "{languages:?} {engine:?}");
    }
    assert_eq!(accept_language(&[], Engine::Firefox), None);
}

#[test]
fn accepted_languages_come_by_their_quality() {
    let rows: [(&str, &[&str]); 7] = [
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", &["fr-CH", "fr", "en", "de", "*"]),
        ("en;q=0.5,nb", &["nb", "en"]),
        ("en;q=0,nb", &["nb"]),
        ("en;q=0.001,nb;q=0.002", &["nb", "en"]),
        ("en;q=x,nb;q=0.9", &["en", "nb"]),
        (" , ,en", &["en"]),
        ("", &[]),
    ];
    for (text, expected) in rows {
        assert_eq!(accepted_languages(text), expected, "{text}");
    }
}

#[test]
fn headers_are_found_in_any_letter_case() {
    let headers: Headers =
        [("host", "x"), ("accept-language", "fr"), ("pragma", "a"), ("Pragma", "b")].into_iter().collect();
    assert_eq!((headers.get("HOST"), headers.get("Host")), (Some("x"), Some("x")));
    assert_eq!(headers.get_all("PRAGMA"), ["a", "b"]);
    assert_eq!(headers.names().collect::<Vec<_>>(), ["Host", "Accept-Language", "Pragma"]);
    assert_eq!(headers.len(), 3);
    assert_eq!(headers.to_dict().last(), Some(("Pragma", "a")));
    assert_eq!(headers.get("x"), None);
    assert!(headers.get_all("x").is_empty() && !headers.has("x"));
}

#[test]
fn cookies_are_cut_as_browsers_cut_them() {
    let cookies = Cookies::parse("a=1; B=2 ;  c = \"x y\" ;d;=e;f==g; a=3; g=%zz%41; h=%E9; __proto__=p;;");
    let rows = [
        ("a", Some("1")),
        ("b", None),
        ("B", Some("2")),
        ("c", Some("\"x y\"")),
        ("", Some("d")),
        ("f", Some("=g")),
        ("g", Some("%zzA")),
        ("h", Some("%E9")),
        ("__proto__", Some("p")),
    ];
    for (name, expected) in rows {
        assert_eq!(cookies.get(name).as_deref(), expected, "{name:?}");
    }
    assert_eq!(cookies.get_all("a"), ["1", "3"]);
    assert_eq!(cookies.get_all(""), ["d", "e"]);
    assert_eq!(cookies.raw("g"), Some("%zz%41"));
    assert_eq!(cookies.to_dict().first(), Some(&("a".to_owned(), "1".to_owned())));
    assert_eq!(cookies.len(), 8);
}

/// What browsers and tools really send, as an echo server received it.
#[test]
fn the_facts_of_real_requests() {
    let chromium = Facts::from_headers([
        ("host", "localhost:8501"),
        ("sec-ch-ua", "\"Chromium\";v=\"156\", \"Not)A;Brand\";v=\"24\""),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", "\"Linux\""),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        ),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "fr-CH,fr;q=0.9,en-US;q=0.8,en;q=0.7"),
        ("cookie", "theme=dark; city=S%C3%A3o%20Paulo"),
    ])
    .with_ip_address("127.0.0.1");
    assert_eq!(chromium.locales(), ["fr-CH", "fr", "en-US", "en"]);
    assert_eq!(chromium.cookies().get("city").as_deref(), Some("São Paulo"));
    assert_eq!(chromium.headers().get("Sec-CH-UA-Mobile"), Some("?0"));
    assert_eq!((chromium.theme(), chromium.ip_address()), (Theme::default(), None));
    assert_eq!(chromium.negotiate_locale(&["en", "de-CH", "fr"]), Some("fr"));

    let curl = Facts::from_headers([("Host", "h"), ("User-Agent", "curl/8.14.1"), ("Accept", "*/*")]);
    assert_eq!((curl.locale(), curl.cookies().is_empty()), (None, true));
    assert_eq!(curl.negotiate_locale(&["en"]), None);

    let told = Facts::from_headers([
        ("accept-language", "ar-EG"),
        ("Accept-Language", "en;q=0.5"),
        ("Sec-CH-Prefers-Color-Scheme", "\"dark\""),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
    ])
    .with_ip_address("2001:db8::1");
    assert_eq!(told.locales(), ["ar-EG", "en"]);
    assert_eq!(told.direction(&Cldr), Some(Direction::Rtl));
    assert_eq!(told.theme().color_scheme, Some(ColorScheme::Dark));
    assert_eq!(told.cookies().to_dict().len(), 2);
    assert_eq!(told.ip_address(), Some("2001:db8::1"));
}

#[test]
fn a_loopback_address_is_none_as_in_streamlit() {
    // cx-046 to cx-049
    let rows = [
        ("2001:db8::1", Some("2001:db8::1")),
        ("127.0.0.2", Some("127.0.0.2")),
        ("::ffff:127.0.0.1", Some("::ffff:127.0.0.1")),
        ("127.0.0.1", None),
        ("::1", None),
    ];
    for (address, expected) in rows {
        assert_eq!(Facts::default().with_ip_address(address).ip_address(), expected, "{address}");
    }
    assert_eq!(Facts::default().ip_address(), None);
}
