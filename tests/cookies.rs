//! The text that sets a cookie, and the rules by which browsers drop one.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::time::Duration;

use proptest::prelude::*;
use tabstate::context::Cookies;
use tabstate::cookies::{self, CookieOptions, Priority, Rejection, SameSite, Setting, Stored, set_cookie_text};

const SECURE: Setting<'_> = Setting { host: "a.example.org", is_secure: true };
const INSECURE: Setting<'_> = Setting { host: "a.example.org", is_secure: false };

#[test]
fn every_rule_that_drops_a_cookie_is_named() {
    let options = CookieOptions::default;
    let domain = |domain: &str| CookieOptions { domain: Some(domain.to_owned()), ..options() };
    let path = |path: &str| CookieOptions { path: Some(path.to_owned()), ..options() };
    let secure = |secure| CookieOptions { secure: Some(secure), ..options() };
    let none = |secure| CookieOptions { same_site: SameSite::None, secure: Some(secure), ..options() };
    let long = "a".repeat(4096);
    type Row<'a> = (&'a str, &'a str, &'a str, CookieOptions, Setting<'a>, Option<Rejection>);
    let rows: &[Row<'_>] = &[
        ("plain", "a", "1", options(), SECURE, None),
        ("a control in the name", "a\u{1}", "1", options(), SECURE, Some(Rejection::Characters)),
        ("a semicolon in the name", "a;b", "1", options(), SECURE, Some(Rejection::Characters)),
        ("an equals sign in the name", "a=b", "1", options(), SECURE, Some(Rejection::Characters)),
        ("a blank around the name", " a", "1", options(), SECURE, Some(Rejection::Characters)),
        ("nothing at all", "", "", options(), SECURE, Some(Rejection::Characters)),
        ("no name", "", "1", options(), SECURE, None),
        ("a semicolon in the value is escaped", "a", "1;2", options(), SECURE, None),
        ("a semicolon in the path", "a", "1", path("/;"), SECURE, Some(Rejection::Characters)),
        ("a path that is not ASCII", "a", "1", path("/\u{e9}"), SECURE, Some(Rejection::Characters)),
        ("a blank before the path", "a", "1", path(" /x"), SECURE, Some(Rejection::Characters)),
        ("a blank behind the domain", "a", "1", domain("example.org\t"), SECURE, Some(Rejection::Characters)),
        ("an equals sign in the value of no name", "", "a=1", options(), SECURE, Some(Rejection::Characters)),
        ("a line end in the domain", "a", "1", domain("example.org\n"), SECURE, Some(Rejection::Characters)),
        ("as long as it may be", "", &long, options(), SECURE, None),
        ("a byte too long", "b", &long, options(), SECURE, Some(Rejection::Size)),
        ("a path too long", "a", "1", path(&"/".repeat(1025)), SECURE, Some(Rejection::Size)),
        ("__Secure- without Secure", "__Secure-a", "1", secure(false), SECURE, Some(Rejection::Prefix)),
        ("__secure- in another letter case", "__secure-a", "1", secure(false), SECURE, Some(Rejection::Prefix)),
        ("__Secure- with Secure", "__Secure-a", "1", options(), SECURE, None),
        ("__Host- with a domain", "__Host-a", "1", domain("example.org"), SECURE, Some(Rejection::Prefix)),
        ("__Host- with a path", "__Host-a", "1", path("/a"), SECURE, Some(Rejection::Prefix)),
        ("__Host- as it should be", "__Host-a", "1", options(), SECURE, None),
        ("__Http-, which asks for HttpOnly", "__Http-a", "1", options(), SECURE, Some(Rejection::Prefix)),
        ("__host-http-, likewise", "__host-http-a", "1", options(), SECURE, Some(Rejection::Prefix)),
        ("no name, and a value like __Http-", "", "__Http-a", options(), SECURE, Some(Rejection::Prefix)),
        ("no name, and a value like a prefix", "", "__Host-a", options(), SECURE, Some(Rejection::Prefix)),
        ("Secure from an insecure page", "a", "1", secure(true), INSECURE, Some(Rejection::Secure)),
        ("an insecure page's own", "a", "1", options(), INSECURE, None),
        ("SameSite=None without Secure", "a", "1", none(false), SECURE, Some(Rejection::SameSite)),
        ("SameSite=None with Secure", "a", "1", none(true), SECURE, None),
        ("the domain above", "a", "1", domain("example.org"), SECURE, None),
        ("the domain above, with a dot", "a", "1", domain(".Example.ORG"), SECURE, None),
        ("another domain", "a", "1", domain("example.com"), SECURE, Some(Rejection::Domain)),
        ("the end of a name is no domain above", "a", "1", domain("ample.org"), SECURE, Some(Rejection::Domain)),
        ("a domain below", "a", "1", domain("b.a.example.org"), SECURE, Some(Rejection::Domain)),
        (
            "the end of an address",
            "a",
            "1",
            domain("0.1"),
            Setting { host: "10.0.0.1", is_secure: true },
            Some(Rejection::Domain),
        ),
    ];
    for (about, name, value, options, setting, expected) in rows {
        assert_eq!(set_cookie_text(name, value, options, *setting).err(), *expected, "{about}");
    }
    let partitioned = CookieOptions { partitioned: true, secure: Some(false), ..options() };
    assert_eq!(set_cookie_text("a", "1", &partitioned, SECURE), Err(Rejection::Secure));
}

#[test]
fn all_attributes_are_written() {
    let options = CookieOptions {
        max_age: Some(Duration::from_secs(3600)),
        path: Some("/shop".to_owned()),
        domain: Some("example.org".to_owned()),
        same_site: SameSite::None,
        secure: Some(true),
        partitioned: true,
        priority: Some(Priority::High),
    };
    assert_eq!(
        set_cookie_text("a", "1", &options, SECURE).unwrap(),
        "a=1; Path=/shop; Domain=example.org; Max-Age=3600; SameSite=None; Secure; Partitioned; Priority=High"
    );
    let dotted = CookieOptions { domain: Some(".example.org".to_owned()), ..CookieOptions::default() };
    let expected = "a=1; Path=/; Domain=example.org; SameSite=Lax";
    assert_eq!(set_cookie_text("a", "1", &dotted, INSECURE).unwrap(), expected);
    let part = CookieOptions { max_age: Some(Duration::from_millis(1)), ..CookieOptions::default() };
    assert_eq!(set_cookie_text("a", "1", &part, INSECURE).unwrap(), "a=1; Path=/; Max-Age=1; SameSite=Lax");
    let longest = CookieOptions { max_age: Some(Duration::MAX), ..CookieOptions::default() };
    assert_eq!(set_cookie_text("a", "1", &longest, INSECURE).unwrap(), "a=1; Path=/; Max-Age=34560001; SameSite=Lax");
    let deleted = CookieOptions { max_age: Some(Duration::ZERO), ..CookieOptions::default() };
    assert_eq!(set_cookie_text("a", "", &deleted, INSECURE).unwrap(), "a=; Path=/; Max-Age=0; SameSite=Lax");
}

proptest! {
    #[test]
    fn a_value_that_was_written_reads_back(value in "\\PC{0,40}|[ \"%,;\\\\=a-f0-9\u{e9}\u{1f600}]{0,40}") {
        let text = set_cookie_text("name", &value, &CookieOptions::default(), SECURE).unwrap();
        let pair = text.split("; ").next().unwrap();
        prop_assert_eq!(Cookies::parse(pair).get("name"), Some(value));
    }

    /// Off the browser, the cookies of the tab are a jar in memory, by the same rules.
    #[test]
    fn memory_keeps_what_it_says_it_stored(
        writes in prop::collection::vec(("[a-c]{0,2}|\\PC{0,4}|__proto__", "\\PC{0,8}|[ =;%]{0,4}", any::<bool>()), 1..8),
    ) {
        for (name, value, is_removed) in writes {
            let before = tabstate::context::cookies().to_dict();
            match cookies::set(&name, &value) {
                Ok(stored) => {
                    prop_assert_eq!(stored, Stored::Stored);
                    prop_assert_eq!(cookies::get(&name), Some(value));
                }
                Err(_) => prop_assert_eq!(tabstate::context::cookies().to_dict(), before),
            }
            if is_removed {
                let was_there = tabstate::context::cookies().has(&name);
                prop_assert_eq!(cookies::remove(&name), Ok(was_there));
                prop_assert_eq!(cookies::get(&name), None);
            }
        }
    }

    #[test]
    fn any_name_and_option_is_answered_without_a_panic(name in "\\PC{0,20}", domain in "\\PC{0,20}", host in "\\PC{0,20}") {
        let options = CookieOptions { domain: Some(domain), ..CookieOptions::default() };
        let _ = set_cookie_text(&name, "1", &options, Setting { host: &host, is_secure: false });
    }
}
