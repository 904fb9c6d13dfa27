//! The text that `document.cookie` or a `Set-Cookie` header takes, and why a browser would not store it.
//!
//! Source of the rules: RFC 6265bis, sections "The Set-Cookie Header Field" and "Storage Model", and CHIPS for
//! `Partitioned`.

use alloc::string::String;
use core::time::Duration;

use crate::context::trimmed;

/// Which rule keeps a cookie from being stored. The texts are the `reason`s of the JavaScript API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// Name and value are longer than 4,096 bytes together, or an attribute than 1,024.
    Size,
    /// A character that cannot stand there: in a name a control, `;` or `=`; in an attribute a control, `;` or what is not
    /// ASCII; a blank at the ends of either. Or there is neither a name nor a value, or a `=` in the value of no name.
    Characters,
    /// `__Secure-` and `__Host-` names ask for attributes that are missing, `__Http-` and `__Host-Http-` for `HttpOnly`,
    /// which scripts cannot set; or a cookie without a name looks like one.
    Prefix,
    /// `SameSite=None` asks for `Secure`.
    SameSite,
    /// `Secure` cannot be set by a page that came over an insecure connection; `Partitioned` asks for `Secure`.
    Secure,
    /// The name is taken by a cookie that scripts neither see nor replace.
    HttpOnly,
    /// The domain is not the page's own, nor one above it; or it is one that nobody may set cookies for, such as `co.uk`.
    Domain,
    /// A rule that the browser does not tell.
    Unknown,
}

impl Rejection {
    /// The reason's stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Characters => "characters",
            Self::Prefix => "prefix",
            Self::SameSite => "sameSite",
            Self::Secure => "secure",
            Self::HttpOnly => "httpOnly",
            Self::Domain => "domain",
            Self::Unknown => "unknown",
        }
    }

    /// What went wrong, and what to do.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Size => "name and value are longer than 4,096 bytes together, or an attribute than 1,024",
            Self::Characters => {
                "no control, semicolon or blank at the ends in a name or an attribute, no = in a name, ASCII in an attribute"
            }
            Self::Prefix => {
                "__Secure- asks for secure, __Host- also for the path / and no domain, __Http- for an HttpOnly cookie"
            }
            Self::SameSite => "sameSite none asks for secure",
            Self::Secure => {
                "a page that came over an insecure connection sets no secure cookie; partitioned asks for secure"
            }
            Self::HttpOnly => "the name is taken by an HttpOnly cookie: a server can replace it",
            Self::Domain => "the domain is the page's host or one above it, and no public suffix",
            Self::Unknown => "the browser dropped it without a word",
        }
    }
}

/// With which requests of other sites a cookie travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// With none.
    Strict,
    /// With links that are followed.
    #[default]
    Lax,
    /// With all.
    None,
}

/// Which cookies a browser gives up last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// First.
    Low,
    /// As others.
    Medium,
    /// Last.
    High,
}

/// How a cookie is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CookieOptions {
    /// How long; zero deletes. Without it, until the browser ends its session. Browsers cut it to 400 days.
    pub max_age: Option<Duration>,
    /// From which path on; `/` by default.
    pub path: Option<String>,
    /// For which domain and those below; by default for the page's own host alone.
    pub domain: Option<String>,
    /// With which requests of other sites; `Lax` by default.
    pub same_site: SameSite,
    /// Over secure connections only. By default where the page itself came over one.
    pub secure: Option<bool>,
    /// For this site inside this top-level site alone.
    pub partitioned: bool,
    /// Which cookies are given up last.
    pub priority: Option<Priority>,
}

/// Who sets the cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The host name of the page or of the request.
    pub host: &'a str,
    /// Whether it came over a secure connection.
    pub is_secure: bool,
}

impl Setting<'_> {
    /// Whether the browser may take `Secure` from here: most do from this machine itself, over any connection.
    pub(super) fn may_set_secure(&self) -> bool {
        let is_local = matches!(self.host, "localhost" | "[::1]")
            || self.host.ends_with(".localhost")
            || (self.host.starts_with("127.") && is_address(self.host));
        self.is_secure || is_local
    }
}

/// The text that sets a cookie. What a value cannot hold is written as `%XX`.
///
/// # Errors
/// Which rule a browser would drop it by.
///
/// ```
/// use tabstate::cookies::{CookieOptions, Rejection, Setting, set_cookie_text};
///
/// let page = Setting { host: "shop.example.org", is_secure: true };
/// let options = CookieOptions::default();
/// assert_eq!(
///     set_cookie_text("city", "São Paulo", &options, page).as_deref(),
///     Ok("city=S%C3%A3o%20Paulo; Path=/; SameSite=Lax; Secure"),
/// );
/// let elsewhere = CookieOptions { domain: Some("example.com".to_owned()), ..CookieOptions::default() };
/// assert_eq!(set_cookie_text("a", "1", &elsewhere, page), Err(Rejection::Domain));
/// ```
pub fn set_cookie_text(
    name: &str,
    value: &str,
    options: &CookieOptions,
    setting: Setting<'_>,
) -> Result<String, Rejection> {
    let secure = options.secure.unwrap_or(setting.is_secure);
    let path = options.path.as_deref().unwrap_or("/");
    let value = encoded(value);
    refuse_name(name, &value)?;
    for attribute in [Some(path), options.domain.as_deref()].into_iter().flatten() {
        // WebKitGTK cuts the text at a character that is not ASCII; a path has such as `%XX`, in `location.pathname` too.
        let has_other = attribute.bytes().any(|byte| byte == b';' || is_control(byte) || !byte.is_ascii());
        if has_other || trimmed(attribute) != attribute {
            return Err(Rejection::Characters);
        }
        if attribute.len() > 1024 {
            return Err(Rejection::Size);
        }
    }
    refuse_prefix(name, &value, secure, path, options.domain.is_some())?;
    if secure && !setting.may_set_secure() {
        return Err(Rejection::Secure);
    }
    if options.same_site == SameSite::None && !secure {
        return Err(Rejection::SameSite);
    }
    if options.partitioned && !secure {
        return Err(Rejection::Secure);
    }
    if options.domain.as_deref().is_some_and(|domain| !covers(domain, setting.host)) {
        return Err(Rejection::Domain);
    }

    let mut text = String::from(name);
    text.push('=');
    text.push_str(&value);
    let mut add = |attribute: &str, value: &str| {
        text.push_str("; ");
        text.push_str(attribute);
        text.push_str(value);
    };
    add("Path=", path);
    if let Some(domain) = &options.domain {
        // To WebKitGTK, an address with a dot before it is another domain.
        add("Domain=", domain.strip_prefix('.').unwrap_or(domain));
    }
    if let Some(age) = options.max_age {
        // A part of a second is one: `Max-Age=0` deletes, and so does in WebKitGTK what 31 bits do not hold.
        let seconds = age.as_secs().min(LONGEST) + u64::from(age.subsec_nanos() > 0);
        add("Max-Age=", &digits(seconds));
    }
    match options.same_site {
        SameSite::Strict => add("SameSite=Strict", ""),
        SameSite::Lax => add("SameSite=Lax", ""),
        SameSite::None => add("SameSite=None", ""),
    }
    if secure {
        add("Secure", "");
    }
    if options.partitioned {
        add("Partitioned", "");
    }
    match options.priority {
        Some(Priority::Low) => add("Priority=Low", ""),
        Some(Priority::Medium) => add("Priority=Medium", ""),
        Some(Priority::High) => add("Priority=High", ""),
        None => {}
    }
    Ok(text)
}

/// A number in decimal digits. Formatting as the standard library has it is twenty times the code.
fn digits(mut number: u64) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits;
        }
    }
}

fn refuse_name(name: &str, value: &str) -> Result<(), Rejection> {
    if trimmed(name) != name || name.bytes().any(|byte| matches!(byte, b';' | b'=') || is_control(byte)) {
        return Err(Rejection::Characters);
    }
    if name.is_empty() && (value.is_empty() || value.contains('=')) {
        return Err(Rejection::Characters);
    }
    if name.len() + value.len() > 4096 {
        return Err(Rejection::Size);
    }
    Ok(())
}

/// The prefixes count in any letter case, as browsers take them.
fn refuse_prefix(name: &str, value: &str, secure: bool, path: &str, has_domain: bool) -> Result<(), Rejection> {
    let starts =
        |text: &str, prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let is_host = starts(name, "__Host-");
    let is_secure = starts(name, "__Secure-");
    let is_for_servers = starts(name, "__Http-") || starts(name, "__Host-Http-");
    let prefixes = ["__Host-", "__Secure-", "__Http-"];
    let looks_like_one = name.is_empty() && prefixes.into_iter().any(|prefix| starts(value, prefix));
    let misses = is_for_servers || (is_secure && !secure) || (is_host && (!secure || path != "/" || has_domain));
    if misses || looks_like_one { Err(Rejection::Prefix) } else { Ok(()) }
}

/// Whether a cookie for `domain` may be set by `host`. Public suffixes are for the browser to know.
pub(super) fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let (domain, host) = (domain.to_ascii_lowercase(), host.to_ascii_lowercase());
    !domain.is_empty()
        && (domain == host
            || (!is_address(&host) && host.strip_suffix(&domain).is_some_and(|above| above.ends_with('.'))))
}

/// Whether a host is named by its number.
pub(super) fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// 400 days, to which browsers cut what is longer.
const LONGEST: u64 = 400 * 86_400;

const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control()
}

/// What a value cannot hold, as `%XX` of UTF-8: controls, blanks, `"`, `,`, `;`, `\`, all that is not ASCII, and `%`
/// itself, so that reading gives the same value back.
pub(super) fn encoded(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\' | b'%') {
            written.push(char::from(byte));
        } else {
            written.push('%');
            for digit in [byte >> 4, byte & 15] {
                written.push(char::from(if digit < 10 { b'0' + digit } else { b'A' - 10 + digit }));
            }
        }
    }
    written
}
