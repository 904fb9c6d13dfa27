//! Setting and deleting cookies against a simulated browser that says nothing: what is reported is what happened.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

mod simulated_jar;

use std::time::Duration;

use proptest::prelude::*;
use simulated_jar::{Denial, Kept, SimulatedJar};
use tabstate::ErrorKind;
use tabstate::context::Cookies;
use tabstate::cookies::{CookieOptions, Rejection, SameSite, Stored, delete_in_jar, set_in_jar};

const PAGE: &str = "https://shop.example.org/a/b";

fn usual() -> CookieOptions {
    CookieOptions::default()
}

fn of_path(path: &str) -> CookieOptions {
    CookieOptions { path: Some(path.to_owned()), ..usual() }
}

fn of_domain(domain: &str) -> CookieOptions {
    CookieOptions { domain: Some(domain.to_owned()), ..usual() }
}

fn with_secure(is_secure: bool) -> CookieOptions {
    CookieOptions { secure: Some(is_secure), ..usual() }
}

fn for_all_sites() -> CookieOptions {
    CookieOptions { same_site: SameSite::None, secure: Some(true), ..usual() }
}

fn partitioned() -> CookieOptions {
    CookieOptions { partitioned: true, ..for_all_sites() }
}

fn deleted(options: CookieOptions) -> CookieOptions {
    CookieOptions { max_age: Some(Duration::ZERO), ..options }
}

/// Where a row's document is, and what is different there.
fn jar(address: &str, change: impl FnOnce(&mut SimulatedJar)) -> SimulatedJar {
    let mut jar = SimulatedJar::at(address);
    change(&mut jar);
    jar
}

fn page() -> SimulatedJar {
    SimulatedJar::at(PAGE)
}

/// A document at which a server has set cookies.
fn served(address: &str, cookies: &[&str]) -> SimulatedJar {
    jar(address, |jar| cookies.iter().for_each(|text| assert!(jar.server_sets(text), "{text}")))
}

fn poisoned(address: &str) -> SimulatedJar {
    jar(address, |jar| jar.poison())
}

fn in_frame_of_another_site(denies_third_parties: bool) -> SimulatedJar {
    jar(PAGE, |jar| {
        jar.is_cross_site = true;
        jar.denies_third_parties = denies_third_parties;
    })
}

fn denied(denial: Denial) -> SimulatedJar {
    jar(PAGE, |jar| jar.denial = denial)
}

#[test]
fn every_outcome_of_a_write_is_told() {
    let (stored, unverified) = (Ok(Stored::Stored), Ok(Stored::Unverified));
    let rejected = |rejection| Err(ErrorKind::Rejected(rejection));
    let blocked = Err(ErrorKind::Blocked);
    type Row<'a> = (&'a str, SimulatedJar, &'a str, &'a str, CookieOptions, Result<Stored, ErrorKind>);
    let long = "a".repeat(4097);
    let rows: Vec<Row<'_>> = vec![
        ("plain", page(), "a", "1", usual(), stored),
        ("a value that has to be escaped", page(), "a", "São; \"x\", 100%", usual(), stored),
        ("an empty value", page(), "a", "", usual(), stored),
        ("no name", page(), "", "1", usual(), stored),
        ("a name of an object's prototype", page(), "__proto__", "1", usual(), stored),
        ("in place of an older one", served(PAGE, &["a=0; Path=/"]), "a", "1", usual(), stored),
        ("beside one of a longer path", served(PAGE, &["a=0; Path=/a"]), "a", "1", usual(), stored),
        ("the domain above", page(), "a", "1", of_domain("example.org"), stored),
        ("the path of the page", page(), "a", "1", of_path("/a/b"), stored),
        ("a directory above the page", page(), "a", "1", of_path("/a/"), stored),
        ("a path without a slash is the page's directory", page(), "a", "1", of_path("x"), stored),
        ("the empty path likewise", page(), "a", "1", of_path(""), stored),
        ("for all sites", page(), "a", "1", for_all_sites(), stored),
        ("for this site in this one alone", page(), "a", "1", partitioned(), stored),
        ("a prefix with all it asks for", page(), "__Host-a", "1", usual(), stored),
        ("an insecure page", SimulatedJar::at("http://example.org/"), "a", "1", usual(), stored),
        ("secure from this machine", SimulatedJar::at("http://localhost/"), "a", "1", with_secure(true), stored),
        (
            "a host that is a public suffix",
            SimulatedJar::at("https://github.io/"),
            "a",
            "1",
            of_domain("github.io"),
            stored,
        ),
        ("in a frame of another site", in_frame_of_another_site(false), "a", "1", for_all_sites(), stored),
        ("partitioned where third parties are denied", in_frame_of_another_site(true), "a", "1", partitioned(), stored),
        ("a deletion", served(PAGE, &["a=0; Path=/"]), "a", "", deleted(usual()), stored),
        ("a deletion of nothing", page(), "a", "", deleted(usual()), stored),
        ("another path", page(), "a", "1", of_path("/x"), unverified),
        ("a path below the page", page(), "a", "1", of_path("/a/b/c"), unverified),
        ("a path that only begins like the page's", page(), "a", "1", of_path("/a/bc"), unverified),
        ("a poisoned jar", poisoned(PAGE), "a", "1", usual(), unverified),
        ("a poisoned jar, another path", poisoned(PAGE), "a", "1", of_path("/x"), unverified),
        (
            "a deletion in a jar that is known to be poisoned",
            jar(PAGE, |jar| {
                jar.server_sets("a=1; HttpOnly; Path=/");
                jar.poison();
                jar.knows_poison = true;
            }),
            "a",
            "",
            deleted(usual()),
            unverified,
        ),
        ("a deletion of another path's", served(PAGE, &["a=0; Path=/x"]), "a", "", deleted(of_path("/x")), unverified),
        ("a deletion that leaves it", served(PAGE, &["a=0; Path=/a"]), "a", "", deleted(usual()), unverified),
        ("too long", page(), "a", &long, usual(), rejected(Rejection::Size)),
        ("a line end in the name", page(), "a\n", "1", usual(), rejected(Rejection::Characters)),
        ("nothing at all", page(), "", "", usual(), rejected(Rejection::Characters)),
        ("no name and an equals sign", page(), "", "a=1", usual(), rejected(Rejection::Characters)),
        ("a blank around the path", page(), "a", "1", of_path(" /x"), rejected(Rejection::Characters)),
        ("a prefix without what it asks for", page(), "__Host-a", "1", of_path("/a"), rejected(Rejection::Prefix)),
        (
            "for all sites, insecure",
            page(),
            "a",
            "1",
            CookieOptions { secure: Some(false), ..for_all_sites() },
            rejected(Rejection::SameSite),
        ),
        (
            "secure from an insecure page",
            SimulatedJar::at("http://example.org/"),
            "a",
            "1",
            with_secure(true),
            rejected(Rejection::Secure),
        ),
        (
            "secure from this machine where it is not trusted",
            jar("http://localhost/", |jar| jar.trusts_localhost = false),
            "a",
            "1",
            with_secure(true),
            rejected(Rejection::Secure),
        ),
        (
            "taken by an HttpOnly cookie",
            served(PAGE, &["a=0; Path=/; HttpOnly"]),
            "a",
            "1",
            usual(),
            rejected(Rejection::HttpOnly),
        ),
        (
            "taken by an HttpOnly cookie of the domain above",
            served(PAGE, &["a=0; Path=/; HttpOnly; Domain=example.org"]),
            "a",
            "1",
            of_domain("example.org"),
            rejected(Rejection::HttpOnly),
        ),
        (
            "an insecure page, taken by a secure or an HttpOnly cookie",
            served("http://example.org/", &["a=0; Path=/; Secure"]),
            "a",
            "1",
            usual(),
            rejected(Rejection::Unknown),
        ),
        ("another domain", page(), "a", "1", of_domain("example.com"), rejected(Rejection::Domain)),
        ("a public suffix", page(), "a", "1", of_domain("org"), rejected(Rejection::Domain)),
        (
            "a public suffix, and the value is there already",
            served(PAGE, &["a=1; Path=/"]),
            "a",
            "1",
            of_domain("org"),
            rejected(Rejection::Domain),
        ),
        ("the value is there already", served(PAGE, &["a=1; Path=/"]), "a", "1", usual(), stored),
        (
            "a public suffix of two parts",
            SimulatedJar::at("https://shop.co.uk/"),
            "a",
            "1",
            of_domain("co.uk"),
            rejected(Rejection::Domain),
        ),
        ("lax, in a frame of another site", in_frame_of_another_site(false), "a", "1", usual(), blocked),
        (
            "lax, in a frame of another site that sees a cookie",
            jar(PAGE, |jar| {
                jar.server_sets("b=0; Path=/; SameSite=None; Secure");
                jar.is_cross_site = true;
            }),
            "a",
            "1",
            usual(),
            blocked,
        ),
        ("third parties are denied", in_frame_of_another_site(true), "a", "1", for_all_sites(), blocked),
        ("cookies are blocked", denied(Denial::Silent), "a", "1", usual(), blocked),
        ("cookies are blocked, another path", denied(Denial::Silent), "a", "1", of_path("/x"), blocked),
        ("cookies are blocked, a deletion", denied(Denial::Silent), "a", "", deleted(usual()), blocked),
        ("a sandboxed frame", denied(Denial::Throws), "a", "1", usual(), blocked),
    ];
    let mut wrong = Vec::new();
    for (about, jar, name, value, options, expected) in rows {
        let before = jar.kept();
        let outcome = set_in_jar(&jar, name, value, &options).map_err(|error| error.kind());
        if outcome != expected {
            wrong.push(format!("{about}: {outcome:?} instead of {expected:?}"));
        }
        if outcome.is_err() && jar.kept() != before {
            wrong.push(format!("{about}: the jar is not as it was: {:?}", jar.kept()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_rejection_names_the_cookie_and_its_rule() {
    let error = set_in_jar(&page(), "a", "1", &of_domain("org")).unwrap_err();
    assert_eq!((error.key(), error.rejection()), (Some("a"), Some(Rejection::Domain)));
    assert!(error.to_string().contains("public suffix"), "{error}");
    let error = set_in_jar(&denied(Denial::Silent), "a", "1", &usual()).unwrap_err();
    assert_eq!((error.key(), error.rejection()), (None, None));
}

#[test]
fn a_deletion_really_deletes() {
    let everywhere = [
        "a=1; Path=/",
        "a=2; Path=/a",
        "a=3; Path=/a/",
        "a=4; Path=/a/b",
        "a=5; Path=/; Domain=example.org",
        "a=6; Path=/a; Domain=shop.example.org",
        "a=7; Path=/; Secure",
        "a=8; Path=/; Secure; Partitioned; SameSite=None",
        "a=9; Path=/a; Secure; Partitioned; SameSite=None; Domain=example.org",
        "b=1; Path=/",
        "b=2; Path=/a; HttpOnly",
    ];
    type Named<'a> = (Option<&'a str>, Option<&'a str>);
    type Row<'a> = (&'a str, SimulatedJar, &'a str, Named<'a>, Result<bool, ErrorKind>, &'a [&'a str]);
    let nowhere = (None, None);
    let rejected = |rejection| Err(ErrorKind::Rejected(rejection));
    let local = "http://localhost:8080/";
    let in_frame = jar(PAGE, |jar| {
        jar.server_sets("a=1; Path=/; SameSite=None; Secure");
        jar.server_sets("a=2; Path=/a; SameSite=None; Secure; Partitioned");
        jar.is_cross_site = true;
    });
    let hidden = |knows| {
        jar(PAGE, |jar| {
            jar.server_sets("a=1; Path=/a");
            jar.poison();
            jar.knows_poison = knows;
        })
    };
    let rows: Vec<Row<'_>> = vec![
        ("wherever it was set", served(PAGE, &everywhere), "a", nowhere, Ok(true), &["b=1", "b=2"]),
        ("nothing is there", served(PAGE, &["b=1; Path=/"]), "a", nowhere, Ok(false), &["b=1"]),
        ("only out of sight", served(PAGE, &["a=1; Path=/x"]), "a", nowhere, Ok(false), &["a=1"]),
        (
            "HttpOnly beside a usual one",
            served(PAGE, &["a=1; Path=/; HttpOnly", "a=2; Path=/a"]),
            "a",
            nowhere,
            Ok(true),
            &["a=1"],
        ),
        ("HttpOnly alone", served(PAGE, &["a=1; Path=/; HttpOnly"]), "a", nowhere, Ok(false), &["a=1"]),
        ("a path", served(PAGE, &["a=1; Path=/", "a=2; Path=/a"]), "a", (Some("/a"), None), Ok(true), &["a=1"]),
        (
            "another path",
            served(PAGE, &["a=1; Path=/", "a=2; Path=/a"]),
            "a",
            (Some("/b"), None),
            Ok(false),
            &["a=1", "a=2"],
        ),
        (
            "a domain",
            served(PAGE, &["a=1; Path=/", "a=2; Path=/; Domain=example.org"]),
            "a",
            (None, Some("example.org")),
            Ok(true),
            &["a=1"],
        ),
        (
            "a path and a domain",
            served(PAGE, &["a=1; Path=/a", "a=2; Path=/; Domain=example.org", "a=3; Path=/a; Domain=example.org"]),
            "a",
            (Some("/a"), Some("example.org")),
            Ok(true),
            &["a=1", "a=2"],
        ),
        ("a path out of sight", served(PAGE, &["a=1; Path=/x"]), "a", (Some("/x"), None), Ok(false), &[]),
        (
            "a path's partition",
            served(PAGE, &["a=1; Path=/a; Secure; Partitioned; SameSite=None"]),
            "a",
            (Some("/a"), None),
            Ok(true),
            &[],
        ),
        ("without a name", served(PAGE, &["b=1; Path=/", "=x; Path=/a"]), "", nowhere, Ok(true), &["b=1"]),
        ("secure, on this machine", served(local, &["a=1; Path=/; Secure"]), "a", nowhere, Ok(true), &[]),
        ("a prefix", served(PAGE, &["__Host-a=1; Path=/; Secure"]), "__Host-a", nowhere, Ok(true), &[]),
        (
            "a prefix, on this machine",
            served(local, &["__Host-a=1; Path=/; Secure"]),
            "__Host-a",
            nowhere,
            Ok(true),
            &[],
        ),
        (
            "a prefix and its path, on this machine",
            served(local, &["__Host-a=1; Path=/; Secure"]),
            "__Host-a",
            (Some("/"), None),
            Ok(true),
            &[],
        ),
        (
            "a prefix and a path that it cannot have",
            page(),
            "__Host-a",
            (Some("/a"), None),
            rejected(Rejection::Prefix),
            &[],
        ),
        (
            "its own address as a domain",
            served("https://10.0.0.1/", &["a=1; Domain=10.0.0.1"]),
            "a",
            nowhere,
            Ok(true),
            &[],
        ),
        (
            "a name of servers' alone",
            served(PAGE, &["__Http-a=1; Secure; HttpOnly"]),
            "__Http-a",
            nowhere,
            Ok(false),
            &["__Http-a=1"],
        ),
        ("a domain that it cannot have", page(), "a", (None, Some("example.com")), rejected(Rejection::Domain), &[]),
        ("a name that none has", page(), "a;b", (Some("/"), None), rejected(Rejection::Characters), &[]),
        ("a name that none has, anywhere", page(), "a;b", nowhere, Ok(false), &[]),
        ("an insecure page", served("http://example.org/", &["a=1; Path=/"]), "a", nowhere, Ok(true), &[]),
        ("in a frame of another site", in_frame, "a", nowhere, Ok(true), &[]),
        ("hidden by another one, as was seen", hidden(true), "a", nowhere, Ok(false), &["poison=\u{fffd}"]),
        ("blocked", denied(Denial::Silent), "a", nowhere, Ok(false), &[]),
        ("a sandboxed frame", denied(Denial::Throws), "a", nowhere, Err(ErrorKind::Blocked), &[]),
    ];
    let mut wrong = Vec::new();
    for (about, jar, name, (path, domain), expected, left) in rows {
        let outcome = delete_in_jar(&jar, name, path, domain).map_err(|error| error.kind());
        let kept: Vec<String> = jar.kept().iter().map(|Kept { name, value, .. }| format!("{name}={value}")).collect();
        if outcome != expected || kept != left {
            wrong.push(format!("{about}: {outcome:?} instead of {expected:?}, and {kept:?} is left"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What happens to a jar.
#[derive(Clone, Debug)]
enum Act {
    Set(String, String, CookieOptions),
    Delete(String, Option<String>, Option<String>),
    Server(String),
    Elsewhere(String),
    Poison(bool),
    Knows(bool),
    Deny(Denial),
    Frame(bool, bool),
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["a", "b", "", "__Host-a", "__Secure-a", "__Http-a", "__proto__"]).prop_map(str::to_owned),
        1 => "\\PC{0,6}|[ =;\t\u{1}a]{0,4}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["1", "2", "", "a=1", "__Host-x"]).prop_map(str::to_owned),
        1 => "\\PC{0,8}|[ =;,\"%\t\u{1}a]{0,6}",
        1 => (4090_usize..4100).prop_map(|length| "v".repeat(length)),
    ]
}

fn path() -> impl Strategy<Value = Option<String>> {
    let usual = vec!["/", "/a", "/a/", "/a/b", "/a/b/c", "/x", "x", "", " /x", "/a ", "//"];
    prop::option::of(prop_oneof![
        6 => prop::sample::select(usual).prop_map(str::to_owned),
        1 => "\\PC{0,6}|/[ a/;=]{0,5}",
    ])
}

fn domain() -> impl Strategy<Value = Option<String>> {
    let usual = vec!["shop.example.org", "example.org", ".EXAMPLE.org", "org", "localhost", "co.uk", "example.com", ""];
    prop::option::weighted(
        0.4,
        prop_oneof![
            6 => prop::sample::select(usual).prop_map(str::to_owned),
            1 => "\\PC{0,6}|[ .a-z;=]{0,8}",
        ],
    )
}

fn options() -> impl Strategy<Value = CookieOptions> {
    let max_age = prop_oneof![
        3 => Just(None),
        1 => Just(Some(Duration::ZERO)),
        1 => (0_u64..u64::MAX, 0_u32..1_000_000_000).prop_map(|(seconds, nanos)| Some(Duration::new(seconds, nanos))),
    ];
    let same_site = prop::sample::select(vec![SameSite::Strict, SameSite::Lax, SameSite::None]);
    (max_age, path(), domain(), same_site, any::<Option<bool>>(), prop::bool::weighted(0.2)).prop_map(
        |(max_age, path, domain, same_site, secure, partitioned)| CookieOptions {
            max_age,
            path,
            domain,
            same_site,
            secure,
            partitioned,
            priority: None,
        },
    )
}

/// A text that sets a cookie, as other code may write it.
fn foreign() -> impl Strategy<Value = String> {
    let attribute = prop::sample::select(vec![
        "; Path=/",
        "; Path=/a",
        "; Path=/a/b",
        "; Path=/x",
        "; Domain=example.org",
        "; Domain=shop.example.org",
        "; Secure",
        "; HttpOnly",
        "; SameSite=None",
        "; SameSite=Strict",
        "; Partitioned",
        "; Max-Age=0",
    ]);
    (name(), value(), prop::collection::vec(attribute, 0..5))
        .prop_map(|(name, value, attributes)| format!("{name}={value}{}", attributes.concat()))
}

fn act() -> impl Strategy<Value = Act> {
    let denial = prop::sample::select(vec![Denial::Nothing, Denial::Nothing, Denial::Silent, Denial::Throws]);
    prop_oneof![
        8 => (name(), value(), options()).prop_map(|(name, value, options)| Act::Set(name, value, options)),
        4 => (name(), path(), domain()).prop_map(|(name, path, domain)| Act::Delete(name, path, domain)),
        2 => name().prop_map(|name| Act::Delete(name, None, None)),
        6 => foreign().prop_map(Act::Server),
        2 => foreign().prop_map(Act::Elsewhere),
        1 => any::<bool>().prop_map(Act::Poison),
        1 => any::<bool>().prop_map(Act::Knows),
        1 => denial.prop_map(Act::Deny),
        1 => any::<(bool, bool)>().prop_map(|(is_framed, denies)| Act::Frame(is_framed, denies)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_outcome_lies(
        address in prop::sample::select(vec![
            PAGE, "https://example.org/", "http://shop.example.org/a/b/", "http://localhost/a", "https://10.0.0.1/a//b",
            "https://github.io/a", "http://127.0.0.1/",
        ]),
        trusts_localhost: bool,
        acts in prop::collection::vec(act(), 1..16),
    ) {
        let mut jar = SimulatedJar::at(address);
        jar.trusts_localhost = trusts_localhost;
        for act in acts {
            let before = jar.kept();
            let seen_before = jar.visible();
            let others = |kept: Vec<Kept>, name: &str| -> Vec<Kept> {
                kept.into_iter().filter(|cookie| cookie.name != name).collect()
            };
            match act {
                Act::Set(name, value, options) => {
                    let outcome = set_in_jar(&jar, &name, &value, &options);
                    let is_deletion = options.max_age == Some(Duration::ZERO);
                    let of_name = |kept: &[Kept]| kept.iter().filter(|cookie| cookie.as_read().0 == name).count();
                    match &outcome {
                        Ok(Stored::Stored) if is_deletion => {
                            let left = of_name(&jar.visible());
                            prop_assert!(left == 0 || left < of_name(&seen_before));
                        }
                        Ok(Stored::Stored) => {
                            let is_it = |cookie: &Kept| {
                                let (its_name, its_value) = cookie.as_read();
                                let read = Cookies::parse(&format!("x={its_value}"));
                                its_name == name && read.get("x").as_ref() == Some(&value)
                            };
                            prop_assert!(jar.visible().iter().any(is_it), "{:?}", jar.visible());
                        }
                        Ok(Stored::Unverified) => {}
                        Err(error) => {
                            prop_assert!(matches!(error.kind(), ErrorKind::Rejected(_) | ErrorKind::Blocked));
                            // There no page can tell a jar that is hidden from one that is denied, until it is seen.
                            let is_untold = jar.is_cross_site && before.iter().any(|cookie| cookie.is_poison);
                            if error.kind() != ErrorKind::Blocked || !is_untold {
                                prop_assert_eq!(jar.kept(), before.clone(), "{:?}", error);
                            }
                        }
                    }
                    if jar.denial != Denial::Nothing {
                        prop_assert!(outcome.is_err());
                    }
                    prop_assert_eq!(others(jar.kept(), &name), others(before, &name));
                }
                Act::Delete(name, path, domain) => {
                    // A jar that hides itself, without being known to, looks empty: nothing is there to delete.
                    let is_hidden = seen_before.iter().any(|cookie| cookie.is_poison);
                    let outcome = delete_in_jar(&jar, &name, path.as_deref(), domain.as_deref());
                    let of_name = |kept: Vec<Kept>| kept.iter().filter(|cookie| cookie.as_read().0 == name).count();
                    let (was, is) = (of_name(seen_before), of_name(jar.visible()));
                    if outcome == Ok(true) {
                        prop_assert!(is < was && (is == 0 || path.is_some() || domain.is_some()));
                    }
                    // An insecure page leaves a cookie alone that covers a secure one which it does not see.
                    let is_left_alone = !jar.is_secure && before.iter().any(|cookie| cookie.is_secure);
                    if outcome.is_ok() && path.is_none() && domain.is_none() && !is_hidden && !is_left_alone {
                        let left = jar.visible().into_iter().find(|cookie| cookie.name == name && cookie.as_read().0 == name);
                        prop_assert!(left.is_none(), "{:?} is left", left);
                    }
                    if outcome.as_ref().is_err_and(|error| error.rejection().is_some()) {
                        prop_assert_eq!(jar.kept(), before.clone());
                    }
                    // What it was not asked to delete stays.
                    let is_asked = |cookie: &Kept| {
                        let its_path = path.as_deref().unwrap_or("/");
                        cookie.name == name
                            && (path.is_none() && domain.is_none()
                                || !its_path.starts_with('/')
                                || cookie.path == its_path.trim_matches([' ', '\t']))
                    };
                    let asked_not = |kept: Vec<Kept>| -> Vec<Kept> {
                        kept.into_iter().filter(|cookie| !is_asked(cookie)).collect()
                    };
                    prop_assert_eq!(asked_not(jar.kept()), asked_not(before));
                }
                Act::Server(text) => drop(jar.server_sets(&text)),
                Act::Elsewhere(text) => drop(jar.elsewhere_sets(&text)),
                Act::Poison(true) => jar.poison(),
                Act::Poison(false) => jar.remove_poison(),
                Act::Knows(knows) => jar.knows_poison = knows,
                Act::Deny(denial) => jar.denial = denial,
                Act::Frame(is_cross_site, denies) => {
                    jar.is_cross_site = is_cross_site;
                    jar.denies_third_parties = denies;
                }
            }
            prop_assert!(jar.kept().iter().all(|cookie| cookie.name != "tabstate-probe"), "a probe was left");
        }
    }
}
