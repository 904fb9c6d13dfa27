//! Setting and deleting in a jar that says nothing: what became of a write is known by reading back.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use super::text::{CookieOptions, Rejection, SameSite, Setting, encoded, is_address, set_cookie_text};
use crate::context::Cookies;
use crate::port::Jar;
use crate::query_params::{cut, split};
use crate::{Error, ErrorKind};

/// What became of a cookie that the browser did not refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stored {
    /// It was read back.
    Stored,
    /// It cannot be seen from here: it is for another path, or one cookie that is not UTF-8 hides all others.
    Unverified,
}

impl Stored {
    /// The stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Unverified => "unverified",
        }
    }
}

const BLOCKED: Error = Error::new(ErrorKind::Blocked, "the browser denies cookies here");
const OF_ANOTHER_SITE: Error =
    Error::new(ErrorKind::Blocked, "in a frame of another site the browser keeps cookies with sameSite none alone");

/// The name of the cookies that find out why another one was dropped. They are removed at once.
const PROBE: &str = "tabstate-probe";

/// The names that changed from one text of a jar to another; a probe is no news.
#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js")))]
pub(crate) fn changed_in(before: &str, after: &str) -> Vec<String> {
    let mut names = Cookies::parse(before).changed_names(&Cookies::parse(after));
    names.retain(|name| name != PROBE);
    names
}

fn rejected(name: &str, rejection: Rejection) -> Error {
    Error::new(ErrorKind::Rejected(rejection), rejection.message()).with_key(name)
}

fn read(jar: &dyn Jar) -> Result<Cookies, Error> {
    jar.text().map(|text| Cookies::parse(&text)).ok_or(BLOCKED)
}

/// Sets one cookie in any jar and reads it back.
///
/// # Errors
/// [`Rejected`](ErrorKind::Rejected) with the rule by which the browser drops it, [`Blocked`](ErrorKind::Blocked) where it
/// keeps none.
///
/// ```
/// use tabstate::cookies::{CookieOptions, Stored, delete_in_jar, set_in_jar};
/// use tabstate::memory::MemoryJar;
///
/// let jar = MemoryJar::default();
/// assert_eq!(set_in_jar(&jar, "city", "Oslo", &CookieOptions::default())?, Stored::Stored);
/// assert!(delete_in_jar(&jar, "city", None, None)?);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn set_in_jar(jar: &dyn Jar, name: &str, value: &str, options: &CookieOptions) -> Result<Stored, Error> {
    let (host, is_secure) = (jar.host(), jar.is_secure());
    let setting = Setting { host: &host, is_secure };
    let before = read(jar)?;
    let text = set_cookie_text(name, value, options, setting).map_err(|rejection| rejected(name, rejection))?;
    if !jar.set(&text) {
        return Err(BLOCKED);
    }
    let after = read(jar)?;
    let count = |cookies: &Cookies| cookies.values(name).count();
    let is_seen = is_of_path(&jar.path(), options.path.as_deref().unwrap_or("/"));
    // Where it can be seen, if it is stored at all.
    let here = CookieOptions { path: options.path.clone().filter(|_| is_seen), ..options.clone() };
    if options.max_age == Some(Duration::ZERO) {
        let is_gone = count(&after) == 0 || count(&after) < count(&before);
        return if before.is_empty() && after.is_empty() && !is_stored(jar, here, setting) {
            out_of_sight(jar)
        } else {
            Ok(if is_gone && is_seen { Stored::Stored } else { Stored::Unverified })
        };
    }
    let written = encoded(value);
    let has_it = |cookies: &Cookies| cookies.values(name).any(|value| value == written);
    // What was there before tells nothing: then another cookie with the same attributes does.
    if is_seen && has_it(&after) && (!has_it(&before) || is_stored(jar, here.clone(), setting)) {
        return Ok(Stored::Stored);
    }
    match why_dropped(jar, name, &here, setting) {
        Some(Dropped::ByName(_)) if !is_seen => Ok(Stored::Unverified),
        // Some browsers keep nothing else here, others nothing at all: one code for both.
        Some(Dropped::ByAttribute(Rejection::SameSite)) => Err(OF_ANOTHER_SITE.with_key(name)),
        Some(Dropped::ByName(rejection) | Dropped::ByAttribute(rejection)) => Err(rejected(name, rejection)),
        None => out_of_sight(jar),
    }
}

/// What is known of a write where no cookie is to be seen at all: one that is not UTF-8 may hide the others.
fn out_of_sight(jar: &dyn Jar) -> Result<Stored, Error> {
    if jar.hides() || jar.keeps() { Ok(Stored::Unverified) } else { Err(BLOCKED) }
}

/// Whether a cookie with these attributes, which is removed at once, can be seen.
fn is_stored(jar: &dyn Jar, mut options: CookieOptions, setting: Setting<'_>) -> bool {
    let mut probe = |max_age| {
        options.max_age = max_age;
        set_cookie_text(PROBE, "1", &options, setting).is_ok_and(|text| jar.set(&text))
    };
    let is_there = probe(None) && read(jar).is_ok_and(|cookies| cookies.has(PROBE));
    probe(Some(Duration::ZERO));
    is_there
}

/// What a cookie was dropped for: by its name, another one with the same attributes is stored; or by an attribute.
enum Dropped {
    ByName(Rejection),
    ByAttribute(Rejection),
}

/// Why a cookie was dropped that breaks no rule which its text tells: others with the same attributes, but for one, are
/// tried. `None` where no cookie is to be seen at all.
fn why_dropped(jar: &dyn Jar, name: &str, options: &CookieOptions, setting: Setting<'_>) -> Option<Dropped> {
    let is_stored = |options| is_stored(jar, options, setting);
    if is_stored(options.clone()) {
        // Where `Secure` cannot be set, the name may also be taken by a secure cookie; and not every browser takes every name.
        let sees_secure = setting.is_secure || is_stored(CookieOptions { secure: Some(true), ..options.clone() });
        let is_usual = !name.is_empty() && name.is_ascii();
        let rejection = if sees_secure && is_usual { Rejection::HttpOnly } else { Rejection::Unknown };
        return Some(Dropped::ByName(rejection));
    }
    let plain = CookieOptions { path: Some("/".into()), ..CookieOptions::default() };
    let insecure =
        CookieOptions { secure: Some(false), same_site: SameSite::Lax, partitioned: false, ..options.clone() };
    let anywhere = CookieOptions { same_site: SameSite::None, secure: Some(true), ..options.clone() };
    let is_something_seen = || read(jar).is_ok_and(|cookies| !cookies.is_empty());
    let rejection = if options.domain.is_some() && is_stored(CookieOptions { domain: None, ..options.clone() }) {
        Rejection::Domain
    } else if options.secure == Some(true) && is_stored(insecure) {
        Rejection::Secure
    } else if options.same_site != SameSite::None && is_stored(anywhere) {
        Rejection::SameSite
    } else if is_something_seen() || is_stored(plain) {
        Rejection::Unknown
    } else {
        return None;
    };
    Some(Dropped::ByAttribute(rejection))
}

/// Deletes what there is to be seen of a name in any jar. Without a path and a domain, wherever it may have been set: a
/// cookie is only deleted by the path, the domain and the partition that it was set with, and none of them can be read.
///
/// Returns whether one was there and is gone.
///
/// # Errors
/// [`Rejected`](ErrorKind::Rejected) for a name, path or domain that cannot be, [`Blocked`](ErrorKind::Blocked) where the
/// browser denies it.
pub fn delete_in_jar(jar: &dyn Jar, name: &str, path: Option<&str>, domain: Option<&str>) -> Result<bool, Error> {
    let (host, is_secure) = (jar.host(), jar.is_secure());
    let setting = Setting { host: &host, is_secure };
    let page = jar.path();
    let is_named = path.is_some() || domain.is_some();
    let paths = if is_named { Vec::from([path.unwrap_or("/")]) } else { paths_above(&page) };
    let domains = if is_named { Vec::from([domain]) } else { domains_above(&host) };
    let count = |jar| read(jar).map(|cookies| cookies.values(name).count());
    let before = count(jar)?;
    let mut left = before;
    let is_blind = is_named || jar.hides();
    let (mut refusal, mut is_tried) = (None, false);
    for domain in &domains {
        for path in &paths {
            for kind in Kind::ALL {
                if left == 0 && !is_blind {
                    return Ok(before > 0);
                }
                match deletion(name, path, *domain, kind, setting) {
                    Some(Ok(text)) if jar.set(&text) => {
                        left = count(jar)?;
                        is_tried = true;
                    }
                    Some(Ok(_)) => return Err(BLOCKED),
                    // `__Host-` goes with one path and no domain, and prefixes with no insecure cookie.
                    Some(Err(rejection)) => refusal = Some(rejection),
                    None => {}
                }
            }
        }
    }
    match refusal {
        Some(rejection) if is_named && !is_tried => Err(rejected(name, rejection)),
        _ => Ok(if is_named { left < before } else { before > 0 && left == 0 }),
    }
}

/// Cookies that are not deleted by the same text.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Usual,
    /// Those of an insecure page of this machine.
    Secure,
    Partitioned,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Usual, Self::Secure, Self::Partitioned];
}

/// The text that deletes a cookie of this kind; none where there are none of it.
fn deletion(
    name: &str,
    path: &str,
    domain: Option<&str>,
    kind: Kind,
    setting: Setting<'_>,
) -> Option<Result<String, Rejection>> {
    let secure = setting.is_secure || kind != Kind::Usual;
    if (secure && !setting.may_set_secure()) || (setting.is_secure && kind == Kind::Secure) {
        return None;
    }
    let options = CookieOptions {
        max_age: Some(Duration::ZERO),
        path: Some(path.into()),
        domain: domain.map(Into::into),
        // In a frame of another site, all else is dropped.
        same_site: if secure { SameSite::None } else { SameSite::Lax },
        secure: Some(secure),
        partitioned: kind == Kind::Partitioned,
        priority: None,
    };
    // A cookie with neither a name nor a value is none.
    Some(set_cookie_text(name, if name.is_empty() { "-" } else { "" }, &options, setting))
}

/// Whether a document at `page` sees the cookies of `path`. Source: RFC 6265bis, section "Paths and Path-Match".
fn is_of_path(page: &str, path: &str) -> bool {
    // What does not begin with a slash stands for the document's own directory.
    !path.starts_with('/')
        || page.strip_prefix(path).is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// How many paths and domains are tried at most: addresses of any length do not stop the page.
const MOST_TRIED: usize = 16;

/// The paths whose cookies a document at `page` sees: `/`, `/a`, `/a/`, `/a/b` of `/a/b`.
fn paths_above(page: &str) -> Vec<&str> {
    let mut paths = Vec::from(["/"]);
    let mut end = 1;
    for part in split(page.get(1..).unwrap_or_default(), b'/').take(MOST_TRIED) {
        end += part.len();
        paths.extend(page.get(..end));
        paths.extend(page.get(..=end));
        end += 1;
    }
    paths
}

/// None, for a cookie of the host alone, then the host and the domains above it that have a dot.
fn domains_above(host: &str) -> Vec<Option<&str>> {
    let mut domains = Vec::from([None]);
    let mut next = if is_address(host) { "" } else { host };
    while let (_, Some(above)) = cut(next, b'.')
        && domains.len() <= MOST_TRIED
    {
        domains.push(Some(next));
        next = above;
    }
    domains
}
