//! Context on any host: headers, cookies' text, language tags and the choice among locales.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use serde_json::{Value, json};
use tabstate::context::{
    self, Cldr, ColorScheme, Contrast, Cookies, Direction, Engine, Facts, Headers, Source, Theme, accept_language,
    accepted_languages, canonical_locale, negotiate, subscribe,
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
    fn the_names_that_changed_are_those_whose_values_differ(
        before in "([ab_]=[12]?; ?|x;|=2; ){0,6}",
        after in "([ab_]=[12]?; ?|x;|=2; ){0,6}",
    ) {
        let (before, after) = (Cookies::parse(&before), Cookies::parse(&after));
        let mut changed = before.changed_names(&after);
        changed.sort();
        let differs = |name: &&str| before.get_all(name) != after.get_all(name);
        prop_assert_eq!(changed, ["", "_", "a", "b"].into_iter().filter(differs).collect::<Vec<_>>());
        prop_assert!(before.changed_names(&before).is_empty());
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
    let rows: Vec<Value> = serde_json::from_str(include_str!("cases/accept_language.json")).unwrap();
    let mut wrong = Vec::new();
    for row in &rows {
        let languages: Vec<&str> =
            row["languages"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        let engine = match row["engine"].as_str().unwrap() {
            "chromium" => Engine::Chromium,
            "firefox" => Engine::Firefox,
            "firefox146" => Engine::Firefox146,
            "safari" => Engine::Safari,
            _ => Engine::Unknown,
        };
        let sent = accept_language(&languages, engine);
        if sent.as_deref() != row["header"].as_str() {
            wrong.push(format!("{engine:?} {languages:?}: {sent:?} instead of {}", row["header"]));
        }
    }
    let measured = |engine: &str| rows.iter().filter(|row| row["engine"] == engine && row["source"].is_null()).count();
    assert!(measured("chromium") >= 25 && measured("firefox") >= 10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_engine_is_known_by_its_vendor_and_version() {
    const APPLE: &str = "Apple Computer, Inc.";
    const GOOGLE: &str = "Google Inc.";
    let rows = [
        (
            "Chromium",
            GOOGLE,
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
            Engine::Chromium,
        ),
        (
            "Edge",
            GOOGLE,
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 \
             Safari/537.36 Edg/143.0.0.0",
            Engine::Chromium,
        ),
        (
            "Chrome on a phone",
            GOOGLE,
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36",
            Engine::Chromium,
        ),
        ("Chromium under another name", GOOGLE, "Foo/1.0", Engine::Chromium),
        (
            "an app on Electron, which sends one language",
            GOOGLE,
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) app/1.2.3 Chrome/142.0.7444.175 \
             Electron/39.2.3 Safari/537.36",
            Engine::Unknown,
        ),
        ("Firefox", "", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", Engine::Firefox),
        (
            "the first Firefox that sends tenths",
            "",
            "Mozilla/5.0 (X11; rv:147.0) Gecko/20100101 Firefox/147.0",
            Engine::Firefox,
        ),
        (
            "the last Firefox that does not",
            "",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0",
            Engine::Firefox146,
        ),
        (
            "an old Firefox",
            "",
            "Mozilla/5.0 (X11; Linux x86_64; rv:52.0) Gecko/20100101 Firefox/52.0",
            Engine::Firefox146,
        ),
        (
            "Firefox on a phone",
            "",
            "Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0",
            Engine::Firefox,
        ),
        ("Firefox under another name", "", "Foo/1.0", Engine::Unknown),
        (
            "Safari",
            APPLE,
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 \
             Safari/605.1.15",
            Engine::Safari,
        ),
        (
            "Safari on a phone",
            APPLE,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 \
             Mobile/15E148 Safari/604.1",
            Engine::Safari,
        ),
        (
            "an app's own page on a phone",
            APPLE,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
            Engine::Unknown,
        ),
        (
            "WebKitGTK",
            APPLE,
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
            Engine::Unknown,
        ),
        ("nobody", "", "", Engine::Unknown),
    ];
    for (about, vendor, user_agent, expected) in rows {
        assert_eq!(Engine::of(vendor, user_agent), expected, "{about}");
    }
}

#[test]
fn a_locale_has_one_spelling() {
    let rows: [(&str, Option<&str>); 40] = [
        ("en", Some("en")),
        ("EN", Some("en")),
        ("en-us", Some("en-US")),
        ("en_US", Some("en-US")),
        ("en_US.UTF-8", Some("en-US")),
        ("de_DE@euro", Some("de-DE")),
        ("sr_RS@latin", Some("sr-Latn-RS")),
        ("sr-Cyrl@latin", Some("sr-Cyrl")),
        ("uz_UZ.UTF-8@cyrillic", Some("uz-Cyrl-UZ")),
        (" nb\t", Some("nb")),
        ("ZH-hant-tw", Some("zh-Hant-TW")),
        ("es-419", Some("es-419")),
        ("CA-es-VALENCIA", Some("ca-ES-valencia")),
        ("de-DE-1996", Some("de-DE-1996")),
        ("sl-rozaj-biske", Some("sl-rozaj-biske")),
        ("en-US-u-CA-buddhist", Some("en-US-u-ca-buddhist")),
        ("en-u-ca-gregory-x-Mine", Some("en-u-ca-gregory-x-mine")),
        ("en-x-US", Some("en-x-us")),
        ("iw-IL", Some("he-IL")),
        ("in", Some("id")),
        ("ji", Some("yi")),
        ("tl", Some("fil")),
        ("mo", Some("ro")),
        ("sh", Some("sr-Latn")),
        ("cmn-TW", Some("zh-TW")),
        ("en-", Some("en")),
        ("en--US", Some("en-US")),
        ("en-US-u", Some("en-US")),
        ("en-é", Some("en")),
        ("en-US-latn", Some("en-US")),
        ("en-US-oxendict-OXENDICT", Some("en-US-oxendict")),
        ("zh-yue", Some("zh")),
        ("", None),
        ("*", None),
        ("C", None),
        ("C.UTF-8", None),
        ("POSIX", None),
        ("x-pig-latin", None),
        ("latn-RS", None),
        ("日本語", None),
    ];
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, canonical_locale(text), expected))
        .filter(|(_, found, expected)| found.as_deref() != **expected)
        .map(|(text, found, expected)| format!("{text:?}: {found:?} instead of {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// CLDR's canonical form, as the `icu_locale` crate has it.
fn canonical_of_cldr(tag: &str) -> Option<String> {
    let mut locale: icu_locale::Locale = tag.parse().ok()?;
    icu_locale::LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    Some(locale.to_string())
}

#[test]
fn old_codes_are_replaced_as_cldr_replaces_them() {
    for tag in
        ["iw", "in-ID", "ji", "jw", "mo", "mo-RO", "tl-PH", "sh", "sh-RS", "sh-Cyrl", "cmn", "cmn-Hant-TW", "no", "nb"]
    {
        assert_eq!(canonical_locale(tag), canonical_of_cldr(tag), "{tag}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_canonical_locale_or_none(
        text in "\\PC{0,16}|[a-zA-Z]{1,9}([-_@.][a-zA-Z0-9é]{0,9}){0,5}",
    ) {
        if let Some(canonical) = canonical_locale(&text) {
            prop_assert_eq!(canonical_locale(&canonical), Some(canonical.clone()), "it is stable");
            prop_assert!(negotiate(&[&text], &[&canonical]).is_some(), "{} is not {}", text, canonical);
        }
    }

    #[test]
    fn a_tag_without_extensions_is_spelled_as_in_cldr(
        language in prop::sample::select(vec!["en", "DE", "zh", "sr", "pt", "es", "ca", "nb", "fil", "haw", "gsw", "iw", "in"]),
        script in prop::option::of(prop::sample::select(vec!["latn", "Cyrl", "HANT", "hans", "Arab"])),
        region in prop::option::of(prop::sample::select(vec!["us", "RS", "tw", "419", "001", "BR", "es"])),
        variant in prop::option::of(prop::sample::select(vec!["1996", "VALENCIA", "rozaj", "oxendict"])),
    ) {
        let tag = [Some(language), script, region, variant].into_iter().flatten().collect::<Vec<_>>().join("-");
        prop_assert_eq!(canonical_locale(&tag), canonical_of_cldr(&tag));
    }

    /// Handed to `Intl`, it does not throw.
    #[test]
    fn what_has_no_extension_is_well_formed(text in "[a-zA-Z]{1,3}([-_][b-tv-zB-TV-Z0-9]{2,9}){0,5}([.]UTF-8)?(@[a-z]{1,8})?") {
        if let Some(canonical) = canonical_locale(&text) {
            prop_assert!(canonical.parse::<icu_locale::Locale>().is_ok(), "{} is none", canonical);
        }
    }
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
fn what_a_request_has_is_told_by_a_server_and_all_else_is_unknown() {
    let facts = Facts::from_headers([("accept-language", "nb")]);
    assert_eq!(facts.headers().source("Accept-LANGUAGE"), Source::Server);
    assert_eq!(facts.headers().source("User-Agent"), Source::Unknown);
    let mut headers = facts.headers().clone();
    headers.append("x-tag", "");
    assert_eq!((headers.source("X-Tag"), headers.get("X-Tag")), (Source::Server, Some("")));
    let texts = [Source::Server, Source::Observed, Source::Derived, Source::Unknown].map(Source::as_str);
    assert_eq!(texts, ["server", "observed", "derived", "unknown"]);
}

#[test]
fn a_theme_is_what_the_client_hints_say() {
    let told = |hints: &[(&str, &str)]| Facts::from_headers(hints.iter().copied()).theme();
    let all = told(&[
        ("Sec-CH-Prefers-Color-Scheme", "light"),
        ("sec-ch-prefers-contrast", "\"more\""),
        ("sec-ch-forced-colors", "active"),
        ("sec-ch-prefers-reduced-motion", "\"no-preference\""),
    ]);
    let expected = Theme {
        color_scheme: Some(ColorScheme::Light),
        contrast: Some(Contrast::More),
        forced_colors: Some(true),
        reduced_motion: Some(false),
    };
    assert_eq!(all, expected);
    let rows = [
        ("dark", Some(ColorScheme::Dark)),
        ("\"dark\"", Some(ColorScheme::Dark)),
        (" \"light\" ", Some(ColorScheme::Light)),
        ("Dark", None),
        ("no-preference", None),
        ("", None),
    ];
    for (text, expected) in rows {
        assert_eq!(told(&[("Sec-CH-Prefers-Color-Scheme", text)]).color_scheme, expected, "{text:?}");
    }
    let contrasts =
        ["less", "custom", "no-preference", "none"].map(|text| told(&[("Sec-CH-Prefers-Contrast", text)]).contrast);
    assert_eq!(contrasts, [Some(Contrast::Less), Some(Contrast::Custom), Some(Contrast::NoPreference), None]);
    assert_eq!(told(&[]), Theme::default());
}

#[test]
fn an_address_tells_where_a_page_is_and_how_it_is_embedded() {
    let rows: [(&str, &str, bool, &[&str]); 12] = [
        ("http://h/", "http://h/", false, &[]),
        ("http://h:8501/p?x=1#frag", "http://h:8501/p", false, &[]),
        ("http://h/p#a?embed=true", "http://h/p", false, &[]),
        ("http://h/?EMBED=True", "http://h/", true, &[]),
        ("http://h/?%65mbed=tru%65", "http://h/", true, &[]),
        ("http://h/?embed=false&embed=true", "http://h/", true, &[]),
        ("http://h/?embed=true%20", "http://h/", false, &[]),
        ("http://h/?embedded=true", "http://h/", false, &[]),
        (
            "http://h/?embed_options=SHOW_Toolbar&Embed_Options=dark_theme",
            "http://h/",
            false,
            &["show_toolbar", "dark_theme"],
        ),
        ("http://h/?embed_options=a+b&embed_options=", "http://h/", false, &["a b", ""]),
        ("about:srcdoc", "about:srcdoc", false, &[]),
        ("", "", false, &[]),
    ];
    for (address, url, is_embedded, options) in rows {
        let facts = Facts::default().with_url(address);
        assert_eq!((facts.url(), facts.is_embedded()), (Some(url), is_embedded), "{address}");
        assert_eq!(facts.embed_options(), options, "{address}");
    }
    let nowhere = Facts::default();
    assert_eq!((nowhere.url(), nowhere.is_embedded(), nowhere.embed_options()), (None, false, Vec::new()));
}

/// Off the browser, this tab's functions know nothing, and guess nothing.
#[test]
fn there_is_no_tab_here() {
    assert_eq!((context::locale(), context::direction(), context::timezone()), (None, None, None));
    assert_eq!((context::timezone_offset(), context::url(), context::is_framed()), (None, None, None));
    assert_eq!((context::ip_address(), context::theme()), (None, Theme::default()));
    assert!(context::locales().is_empty() && context::headers().is_empty() && context::embed_options().is_empty());
    assert!(!context::is_embedded());
    assert_eq!(context::negotiate_locale(&["en"]), None);
    drop(context::subscribe(|_| {}));
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

#[test]
fn every_case_holds_by_its_id() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/context.json")).unwrap();
    let ours: Vec<&Value> = cases.iter().filter(|case| case["only"] != "js").collect();
    let mut wrong = Vec::new();
    for case in &ours {
        let texts = |pair: &'static str| case[pair].as_str();
        let pairs = case["headers"].as_array().into_iter().flatten();
        let headers = pairs.map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
        let mut facts = Facts::from_headers(headers.chain(texts("cookies").map(|text| ("cookie", text))));
        if let Some(address) = texts("ip") {
            facts = facts.with_ip_address(address);
        }
        if let Some(address) = texts("address") {
            facts = facts.with_url(address);
        }
        for (op, expected) in case["ops"].as_array().unwrap().iter().zip(case["expect"].as_array().unwrap()) {
            let result = match case["on"].as_str().unwrap() {
                "headers" => of_headers(facts.headers(), op),
                "cookies" => of_cookies(facts.cookies(), op),
                _ => of_context(&facts, op),
            };
            if result != *expected {
                wrong.push(format!("{} {op}: {result} instead of {expected}", case["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(ours.len() >= 24, "only {} cases were found", ours.len());
}

fn of_headers(headers: &Headers, op: &Value) -> Value {
    let name = op[1].as_str().unwrap_or_default();
    match op[0].as_str().unwrap() {
        "get" | "property" => json!(headers.get(name)),
        "getAll" => json!(headers.get_all(name)),
        "keys" => headers.names().collect(),
        "size" => json!(headers.len()),
        "toDict" => headers.to_dict().map(|(name, value)| (name.to_owned(), json!(value))).collect(),
        unknown => unreachable!("there is no operation {unknown}"),
    }
}

fn of_cookies(cookies: &Cookies, op: &Value) -> Value {
    let name = op[1].as_str().unwrap_or_default();
    let dict = || cookies.to_dict().into_iter();
    match op[0].as_str().unwrap() {
        "get" | "property" => json!(cookies.get(name)),
        "getAll" => json!(cookies.get_all(name)),
        "keys" => dict().map(|(name, _)| name).collect(),
        "size" => json!(cookies.len()),
        "toDict" => dict().map(|(name, value)| (name, json!(value))).collect(),
        unknown => unreachable!("there is no operation {unknown}"),
    }
}

fn of_context(facts: &Facts, op: &Value) -> Value {
    match op[1].as_str().unwrap() {
        "locale" => json!(facts.locale()),
        "url" => json!(facts.url()),
        "isEmbedded" => json!(facts.is_embedded()),
        "embedOptions" => json!(facts.embed_options()),
        "ipAddress" => json!(facts.ip_address()),
        unknown => unreachable!("there is no fact {unknown}"),
    }
}

#[test]
fn a_listener_may_own_another_subscription() {
    let inner = subscribe(|_| {});
    let outer = subscribe(move |_| drop(format!("{inner:?}")));
    drop(outer);
    // Those that are left can be ended, and new ones made.
    drop(subscribe(|_| {}));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_a_header_says_the_element_holds_it_and_ends_where_it_should(
        values in prop::collection::vec("\\PC{0,8}|</script>|<!--<script|[\u{0}-\u{1f}&<>\"\\\\\u{2028}\u{1f600}]{0,4}", 1..4),
    ) {
        let facts = Facts::from_headers(values.iter().map(|value| ("x-tag", value.as_str())));
        let script = facts.script_with(&["X-TAG"]).unwrap();
        let json = script.strip_prefix("<script type=\"application/json\" id=\"tabstate-context\">").unwrap();
        let json = json.strip_suffix("</script>").unwrap();
        prop_assert!(json.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"<>&".contains(&byte)));
        let read: Value = serde_json::from_str(json).unwrap();
        let expected = if let [value] = &values[..] { json!(value) } else { json!(values) };
        prop_assert_eq!(&read["headers"]["X-Tag"], &expected);
    }
}

#[test]
fn what_may_be_a_secret_is_not_handed_over() {
    let sent = ["cookie", "authorization", "x-api-key", "x-forwarded-for", "user-agent", "Sec-CH-UA", "dnt"];
    let facts = Facts::from_headers(sent.map(|name| (name, "1"))).with_ip_address("203.0.113.9");
    let expected = r#"{"headers":{"Dnt":"1","Sec-Ch-Ua":"1","User-Agent":"1"},"ip_address":"203.0.113.9"}"#;
    assert!(facts.script().contains(expected), "{}", facts.script());
    for name in ["Cookie", "X-Auth-Request", "my-token", "X-APIKEY"] {
        assert_eq!(facts.script_with(&[name]).unwrap_err().key(), Some(name));
    }
    assert!(facts.script_with(&["X-Forwarded-For"]).is_ok());
}
