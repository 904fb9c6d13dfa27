//! The request that brought a page, rebuilt from what the page can see of it. A header that cannot be known exactly is
//! left out; what a server handed over counts first.

use alloc::string::String;
use alloc::vec::Vec;

use super::facts::is_loopback;
use super::languages::{Engine, accept_language};
use super::{Headers, Source};

/// What is known of a request.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub headers: Headers,
    /// The address of the person's side; a loopback address is none.
    pub ip_address: Option<String>,
    /// What was handed over and is of no use: where it stands, and what is wrong with it.
    pub ignored: Vec<(String, String)>,
}

impl Request {
    /// From the cookies that can be read, and from what the page shows: a kind, a name and a text for each thing, as
    /// `src/web/context.js` tells them.
    ///
    /// | kind | name | text |
    /// |---|---|---|
    /// | `header` | of the header | a value that a server handed over |
    /// | `ip` | | the address that a server handed over |
    /// | `ignored` | where in the hand-over | what is wrong there |
    /// | `language` | | one of `navigator.languages`, in order |
    /// | `vendor` | | `navigator.vendor` |
    /// | `agent` | | `navigator.userAgent` |
    /// | `brand` | of a brand | its version |
    /// | `seen` | of the header | its text as it is shown |
    /// | `flag` | of the header | its text, where something else is shown to be so |
    /// | `hint` | of the header | its text without the quotes of a structured field |
    pub fn of<'a>(told: impl IntoIterator<Item = [&'a str; 3]>, cookies: &str) -> Self {
        let mut request = Self::default();
        let mut languages = Vec::new();
        let (mut vendor, mut agent) = ("", "");
        let mut brands = String::new();
        let mut seen = Vec::new();
        for [kind, name, text] in told {
            match kind {
                "header" => request.headers.append(name, text),
                "ip" if text.is_empty() => {}
                "ip" if is_loopback(text) => {
                    request.ignored.push(("ip_address".into(), "a loopback address stands for none".into()));
                }
                "ip" => request.ip_address = Some(text.into()),
                "ignored" => request.ignored.push((name.into(), text.into())),
                "language" => languages.push(text),
                "vendor" => vendor = text,
                "agent" => agent = text,
                "brand" => {
                    if !brands.is_empty() {
                        brands.push_str(", ");
                    }
                    push_quoted(&mut brands, name);
                    brands.push_str(";v=");
                    push_quoted(&mut brands, text);
                }
                "hint" => {
                    let mut quoted = String::new();
                    push_quoted(&mut quoted, text);
                    seen.push((name, Source::Derived, quoted));
                }
                "flag" => seen.push((name, Source::Derived, text.into())),
                _ => seen.push((name, Source::Observed, text.into())),
            }
        }
        if let Some(text) = accept_language(&languages, Engine::of(vendor, agent)) {
            seen.push(("Accept-Language", Source::Derived, text));
        }
        if !brands.is_empty() {
            seen.push(("Sec-CH-UA", Source::Derived, brands));
        }
        if !cookies.is_empty() {
            seen.push(("Cookie", Source::Observed, cookies.into()));
        }
        for (name, source, text) in seen {
            if !request.headers.has(name) {
                request.headers.add(name, source, &text);
            }
        }
        request
    }
}

/// A text as a structured field writes it. Source: RFC 9651, section 4.1.6.
fn push_quoted(field: &mut String, text: &str) {
    field.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            field.push('\\');
        }
        field.push(character);
    }
    field.push('"');
}
