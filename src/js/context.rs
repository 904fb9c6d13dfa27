//! Context and cookies for JavaScript, in a module of their own: packed texts go in and come out. The environment is asked
//! by text too, so that one import is enough.

#![expect(unsafe_code, reason = "what JavaScript writes into the memory is known by its address alone")]

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;
use core::time::Duration;

use super::no_std::OneThread;
use crate::Error;
use crate::context::request::Request;
use crate::context::{
    Cookies, LikelySubtags, accepted_languages, canonical_locale, direction_of, negotiate_with, place,
};
use crate::cookies::{CookieOptions, Priority, SameSite, changed_in, delete_in_jar, set_in_jar};
use crate::packed::{Packed, Unpacked};
use crate::port::Jar;

#[link(wasm_import_module = "js")]
unsafe extern "C" {
    /// Has JavaScript answer a question about a text: it writes its answer where [`room`] says, and returns its length in
    /// bytes, or -1 for none.
    #[link_name = "ask"]
    safe fn ask_about(what: u32, text: *const u8, length: usize) -> isize;
}

/// What JavaScript is asked, by the numbers of `js/context_border.ts`.
#[derive(Clone, Copy)]
enum Question {
    Maximized,
    CookieText,
    SetCookie,
    KeepsCookies,
    HidesCookies,
    Host,
    Path,
    Secure,
}

static ROOM: OneThread<RefCell<Vec<u8>>> = OneThread::new(|| RefCell::new(Vec::new()));

/// Where JavaScript may write a text of this length.
#[unsafe(no_mangle)]
extern "C" fn room(length: usize) -> *mut u8 {
    ROOM.with(|room| {
        let mut room = room.borrow_mut();
        room.clear();
        room.resize(length, 0);
        room.as_mut_ptr()
    })
}

/// What JavaScript wrote.
fn taken() -> Vec<u8> {
    ROOM.with(|room| room.take())
}

fn ask(what: Question, text: &str) -> Option<String> {
    let is_none = ask_about(what as u32, text.as_ptr(), text.len()) < 0;
    let answer = taken();
    if is_none { None } else { String::from_utf8(answer).ok() }
}

struct OfBrowser;

impl LikelySubtags for OfBrowser {
    fn maximize(&self, tag: &str) -> Option<String> {
        ask(Question::Maximized, tag)
    }
}

struct TabJar;

impl Jar for TabJar {
    fn text(&self) -> Option<String> {
        ask(Question::CookieText, "")
    }

    fn set(&self, text: &str) -> bool {
        ask(Question::SetCookie, text).is_some()
    }

    fn keeps(&self) -> bool {
        ask(Question::KeepsCookies, "").is_some()
    }

    fn hides(&self) -> bool {
        ask(Question::HidesCookies, "").is_some()
    }

    fn host(&self) -> String {
        ask(Question::Host, "").unwrap_or_default()
    }

    fn path(&self) -> String {
        ask(Question::Path, "").unwrap_or_default()
    }

    fn is_secure(&self) -> bool {
        ask(Question::Secure, "").is_some()
    }
}

static ANSWER: OneThread<RefCell<String>> = OneThread::new(|| RefCell::new(String::new()));

/// Where the answer lies.
#[unsafe(no_mangle)]
extern "C" fn answer() -> *const u8 {
    ANSWER.with(|answer| answer.borrow().as_ptr())
}

/// Does one thing with the texts that were packed into the room; returns the length of the answer in bytes.
#[unsafe(no_mangle)]
extern "C" fn run(what: u32) -> usize {
    let packed = taken();
    let mut texts = Unpacked::of(&packed).map(|text| core::str::from_utf8(text).unwrap_or_default());
    let mut out = Packed::default();
    // A server has neither a page nor a jar.
    #[cfg(tabstate_module = "server")]
    match what {
        0 => super::server::request(&mut texts, &OfBrowser, &mut out),
        _ => negotiated(&mut texts, &mut out),
    }
    #[cfg(not(tabstate_module = "server"))]
    match what {
        0 => request(&mut texts, &mut out),
        1 => locales(texts, &mut out),
        2 => cookies(&mut texts, &mut out),
        3 => raw(&mut texts, &mut out),
        4 => changed(&mut texts, &mut out),
        5 => negotiated(&mut texts, &mut out),
        6 => embedding(&mut texts, &mut out),
        7 => set(&mut texts, &mut out),
        _ => delete(&mut texts, &mut out),
    }
    ANSWER.with(|answer| {
        let text = out.into_text();
        let length = text.len();
        answer.replace(text);
        length
    })
}

/// Cookies, then triples: answers triples `ip`, `ignored` and a source, each with a name and a text.
fn request<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let cookies = texts.next().unwrap_or_default();
    let triples = core::iter::from_fn(|| Some([texts.next()?, texts.next()?, texts.next()?]));
    let Request { headers, ip_address, ignored } = Request::of(triples, cookies);
    let mut tell = |kind: &str, name: &str, text: &str| [kind, name, text].iter().for_each(|text| out.push(text));
    if let Some(address) = ip_address {
        tell("ip", "", &address);
    }
    for (place, what) in &ignored {
        tell("ignored", place, what);
    }
    for name in headers.names() {
        for value in headers.get_all(name) {
            tell(headers.source(name).as_str(), name, value);
        }
    }
}

/// Languages: answers the direction, then the locales.
fn locales<'a>(texts: impl Iterator<Item = &'a str>, out: &mut Packed) {
    let locales: Vec<String> = texts.filter_map(canonical_locale).collect();
    let Some(first) = locales.first() else { return };
    out.push(direction_of(first, &OfBrowser).as_str());
    locales.iter().for_each(|locale| out.push(locale));
}

/// A jar's text: answers the name and the value of each cookie.
fn cookies<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    for (name, value) in Cookies::parse(texts.next().unwrap_or_default()).decoded_pairs() {
        out.push(name);
        out.push(&value);
    }
}

/// A jar's text and a name: answers the values of the name as they stand.
fn raw<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let jar = Cookies::parse(texts.next().unwrap_or_default());
    jar.values(texts.next().unwrap_or_default()).for_each(|value| out.push(value));
}

/// Two jars' texts: answers the names that changed.
fn changed<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let (before, after) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    changed_in(before, after).iter().for_each(|name| out.push(name));
}

/// An `Accept-Language` or nothing, the number of locales that are available, those, then those that are requested: answers
/// the one that suits.
fn negotiated<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let accepted = accepted_languages(texts.next().unwrap_or_default());
    let count = texts.next().and_then(|count| count.parse().ok()).unwrap_or_default();
    let available: Vec<&str> = texts.take(count).collect();
    let mut requested: Vec<&str> = accepted.iter().map(String::as_str).collect();
    requested.extend(texts.map(|text| -> &str { text }));
    if let Some(locale) = negotiate_with(&requested, &available, &OfBrowser) {
        out.push(locale);
    }
}

/// Two addresses: answers the first without query and fragment, whether the second says that it is embedded, and the options
/// in it.
fn embedding<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    out.push(place::url_of(texts.next().unwrap_or_default()));
    let own = texts.next().unwrap_or_default();
    out.push(if place::is_embedded(own) { "true" } else { "" });
    place::values(own, place::EMBED_OPTIONS).for_each(|option| out.push(&option));
}

/// Name, value, seconds or nothing, path, domain or nothing, `sameSite`, `secure`, `partitioned`, `priority`: answers
/// what became of it, or an error.
fn set<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let mut next = || texts.next().unwrap_or_default();
    let (name, value) = (next(), next());
    let options = CookieOptions {
        max_age: next().parse().ok().map(Duration::from_secs),
        path: Some(next().to_owned()),
        domain: named(next()),
        same_site: match next() {
            "strict" => SameSite::Strict,
            "none" => SameSite::None,
            _ => SameSite::Lax,
        },
        secure: match next() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        partitioned: next() == "true",
        priority: match next() {
            "low" => Some(Priority::Low),
            "medium" => Some(Priority::Medium),
            "high" => Some(Priority::High),
            _ => None,
        },
    };
    match set_in_jar(&TabJar, name, value, &options) {
        Ok(stored) => out.push(stored.as_str()),
        Err(error) => refuse(&error, out),
    }
}

/// Name, path or nothing, domain or nothing: answers whether one is gone, or an error.
fn delete<'a>(texts: &mut impl Iterator<Item = &'a str>, out: &mut Packed) {
    let mut next = || texts.next().unwrap_or_default();
    let (name, path, domain) = (next(), named(next()), named(next()));
    match delete_in_jar(&TabJar, name, path.as_deref(), domain.as_deref()) {
        Ok(is_gone) => out.push(if is_gone { "true" } else { "" }),
        Err(error) => refuse(&error, out),
    }
}

fn named(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_string())
}

/// Code, reason, message.
fn refuse(error: &Error, out: &mut Packed) {
    out.push(error.kind().code());
    out.push(error.rejection().map_or("", crate::cookies::Rejection::as_str));
    out.push(error.message());
}
