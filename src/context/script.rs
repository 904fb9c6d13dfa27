//! What a server hands over to the page: an element that holds nothing but data. `tabstate/server` writes the same in
//! JavaScript, and the page reads both.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use serde_json::{Map, Value};

use super::Facts;
use crate::{Error, ErrorKind};

/// Browsers send them of themselves, and they say nothing that the page may not know; and all that begin with `Sec-CH-`.
const HARMLESS: [&str; 5] = ["Accept-Language", "User-Agent", "Save-Data", "DNT", "Sec-GPC"];

/// Whoever reads the page's text, its scripts or its cache must not learn these.
const SECRET: [&str; 11] =
    ["cookie", "auth", "token", "secret", "passw", "credential", "jwt", "assertion", "signature", "api-key", "apikey"];

impl Facts {
    /// The element that hands over to the page what the server received: there, [`context::headers`](super::headers) has it
    /// first. In it are `Accept-Language`, `User-Agent`, `Save-Data`, `DNT`, `Sec-GPC`, all that begin with `Sec-CH-`, and
    /// the [address of the other side](Self::with_ip_address) where it is given. Nothing in a header can end the element; it
    /// needs no nonce, as it is no script that runs.
    ///
    /// Send such a page with `Cache-Control: private`.
    ///
    /// ```
    /// use tabstate::context::Facts;
    ///
    /// let facts = Facts::from_headers([("accept-language", "nb"), ("cookie", "id=7"), ("sec-ch-ua-mobile", "?0")]);
    /// assert_eq!(
    ///     facts.script(),
    ///     "<script type=\"application/json\" id=\"tabstate-context\">\
    ///      {\"headers\":{\"Accept-Language\":\"nb\",\"Sec-Ch-Ua-Mobile\":\"?0\"}}</script>"
    /// );
    /// ```
    #[must_use]
    pub fn script(&self) -> String {
        self.element(|name| {
            let begins = name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sec-ch-"));
            begins || HARMLESS.iter().any(|harmless| harmless.eq_ignore_ascii_case(name))
        })
    }

    /// The same with these headers, in any letter case, in place of those.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) for a header that may hold a secret: a name with `cookie`, `auth`, `token`,
    /// `secret`, `passw`, `credential`, `jwt`, `assertion`, `signature` or `api-key` in it. What is in a page is in its
    /// text, its caches, and in the hands of each of its scripts.
    ///
    /// ```
    /// use tabstate::context::Facts;
    ///
    /// let facts = Facts::from_headers([("x-country", "</script>"), ("cookie", "id=7")]);
    /// let script = facts.script_with(&["X-Country"])?;
    /// assert!(script.contains(r#"{"X-Country":"\u003c/script\u003e"}"#));
    /// assert!(facts.script_with(&["Cookie"]).is_err());
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn script_with(&self, headers: &[&str]) -> Result<String, Error> {
        let is_secret = |name: &&&str| SECRET.iter().any(|secret| name.to_ascii_lowercase().contains(secret));
        if let Some(name) = headers.iter().find(is_secret) {
            let message = "a header that may hold a secret is not for a page's text: leave it out";
            return Err(Error::new(ErrorKind::InvalidOption, message).with_key(name));
        }
        Ok(self.element(|name| headers.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))))
    }

    fn element(&self, is_wanted: impl Fn(&str) -> bool) -> String {
        let mut headers = Map::new();
        for name in self.headers().names().filter(|name| is_wanted(name)) {
            let values: Vec<Value> = self.headers().get_all(name).iter().map(|value| value.as_str().into()).collect();
            let value = if let [value] = &values[..] { value.clone() } else { values.into() };
            headers.insert(name.into(), value);
        }
        let mut handed = Map::new();
        handed.insert("headers".into(), headers.into());
        if let Some(address) = self.ip_address() {
            handed.insert("ip_address".into(), address.into());
        }
        let json = escaped(&format!("{}", Value::from(handed)));
        format!("<script type=\"application/json\" id=\"tabstate-context\">{json}</script>")
    }
}

/// All that means anything to HTML, and all that another encoding than UTF-8 would read otherwise, is `\uXXXX` in JSON.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, ' '..='~') && !matches!(character, '<' | '>' | '&') {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a text cannot fail.
            let _written = write!(text, "\\u{unit:04x}");
        }
    }
    text
}
