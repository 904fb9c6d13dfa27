//! The facts of one request, from its headers: what a server knows of the person behind it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::languages::{Tag, accepted_languages, canonical_locale};
use super::negotiate::{LikelySubtags, is_one_of, negotiate_with};
use super::{Cookies, Headers, Theme, place};

/// In which direction a language's script is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The direction's stable text, as JavaScript and HTML's `dir` have it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The facts of a request. Off the browser, they answer what `context` answers in a page.
///
/// ```
/// use tabstate::context::Facts;
///
/// let facts = Facts::from_headers([
///     ("accept-language", "fr-CH, fr;q=0.9, en;q=0.5"),
///     ("cookie", "theme=dark; id=7"),
///     ("x-tag", "a"),
/// ]);
/// assert_eq!(facts.locale().as_deref(), Some("fr-CH"));
/// assert_eq!(facts.cookies().get("theme").as_deref(), Some("dark"));
/// assert_eq!(facts.headers().get("X-Tag"), Some("a"));
/// assert_eq!(facts.negotiate_locale(&["en", "fr"]), Some("fr"));
/// assert_eq!(facts.timezone(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    headers: Headers,
    cookies: Cookies,
    ip_address: Option<String>,
    url: Option<String>,
}

impl Facts {
    /// Takes the headers of a request, repeated names and all.
    pub fn from_headers<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let headers: Headers = headers.into_iter().collect();
        // Several Cookie headers are one list: HTTP/2 clients may split it (RFC 9113, section 8.2.3).
        let cookies = Cookies::parse(&headers.get_all("Cookie").join("; "));
        Self { headers, cookies, ip_address: None, url: None }
    }

    /// Adds the address of the other side, which no header tells reliably.
    #[must_use]
    pub fn with_ip_address(mut self, address: &str) -> Self {
        self.ip_address = Some(address.to_owned());
        self
    }

    /// Adds the address that was asked for, of which the headers tell the host alone.
    ///
    /// ```
    /// use tabstate::context::Facts;
    ///
    /// let facts = Facts::default().with_url("https://h/app?embed=true&embed_options=show_toolbar#top");
    /// assert_eq!(facts.url(), Some("https://h/app"));
    /// assert!(facts.is_embedded());
    /// assert_eq!(facts.embed_options(), ["show_toolbar"]);
    /// ```
    #[must_use]
    pub fn with_url(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// The request's headers.
    #[must_use]
    pub const fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The request's cookies.
    #[must_use]
    pub const fn cookies(&self) -> &Cookies {
        &self.cookies
    }

    /// The languages that are wanted, the first one first, in their canonical spelling. What names no language is left
    /// out.
    #[must_use]
    pub fn locales(&self) -> Vec<String> {
        let wanted = accepted_languages(&self.headers.get_all("Accept-Language").join(","));
        wanted.iter().filter_map(|text| canonical_locale(text)).collect()
    }

    /// The language that is wanted most.
    #[must_use]
    pub fn locale(&self) -> Option<String> {
        self.locales().into_iter().next()
    }

    /// The direction of [`Facts::locale`]'s script.
    #[must_use]
    pub fn direction(&self, likely: &dyn LikelySubtags) -> Option<Direction> {
        self.locale().map(|locale| direction_of(&locale, likely))
    }

    /// The one of `available` that suits best, spelled as it is there.
    #[cfg(not(target_arch = "wasm32"))]
    #[must_use]
    pub fn negotiate_locale<'a>(&self, available: &[&'a str]) -> Option<&'a str> {
        self.negotiate_locale_with(available, &super::Cldr)
    }

    /// The same, with likely subtags from elsewhere.
    #[must_use]
    pub fn negotiate_locale_with<'a>(&self, available: &[&'a str], likely: &dyn LikelySubtags) -> Option<&'a str> {
        let wanted = accepted_languages(&self.headers.get_all("Accept-Language").join(","));
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        negotiate_with(&wanted, available, likely)
    }

    /// How things should look, as far as the browser sent client hints of it: only when a server asked for them.
    #[must_use]
    pub fn theme(&self) -> Theme {
        Theme::of_hints(&self.headers)
    }

    /// The time zone: no header tells it.
    #[must_use]
    pub const fn timezone(&self) -> Option<&str> {
        None
    }

    /// Minutes from local time to UTC: no header tells it.
    #[must_use]
    pub const fn timezone_offset(&self) -> Option<i32> {
        None
    }

    /// The address that was asked for, without query and fragment.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref().map(place::url_of)
    }

    /// Whether the address says `?embed=true`.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.as_deref().is_some_and(place::is_embedded)
    }

    /// What the address says in `embed_options`, in lower case.
    #[must_use]
    pub fn embed_options(&self) -> Vec<String> {
        self.url.as_deref().map_or_else(Vec::new, place::embed_options)
    }

    /// The address of the other side. A loopback address is none, as in Streamlit.
    #[must_use]
    pub fn ip_address(&self) -> Option<&str> {
        self.ip_address.as_deref().filter(|address| !is_loopback(address))
    }
}

/// The two that Streamlit takes for one.
pub(crate) fn is_loopback(address: &str) -> bool {
    matches!(address, "127.0.0.1" | "::1")
}

/// The direction in which a locale's likely script is written.
pub(crate) fn direction_of(locale: &str, likely: &dyn LikelySubtags) -> Direction {
    let tag = likely.maximize(locale).as_deref().and_then(Tag::read).or_else(|| Tag::read(locale)).unwrap_or_default();
    let is_rtl = is_one_of(&tag.script, "Arab Hebr Thaa Syrc Nkoo Adlm Mand Rohg Samr Mend Yezi");
    if is_rtl { Direction::Rtl } else { Direction::Ltr }
}
