//! The cookies of a browser in memory: what a document's jar takes, drops without a word, hides and shows, after
//! RFC 6265bis (sections "Storage Model" and "Retrieval Model") and what engines were seen to do. It knows nothing of the
//! rules under test.

#![allow(dead_code, reason = "our own tests, which include this file, use more of it")]

#[allow(unused_imports, reason = "the crate has none of its own")]
use std::prelude::v1::*;

use std::cell::RefCell;
use std::format;

use super::port::Jar;

/// With which requests of other sites a cookie travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    Strict,
    Lax,
    None,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    pub value: String,
    pub domain: String,
    pub is_host_only: bool,
    pub path: String,
    pub is_secure: bool,
    pub is_http_only: bool,
    pub same_site: SameSite,
    /// Kept for this site inside this top-level site alone.
    pub is_partitioned: bool,
    /// Not UTF-8: one that can be seen empties what a document reads.
    pub is_poison: bool,
}

impl Kept {
    /// Name and value as a document reads them: one without a name, whose value has a `=`, looks like another.
    pub fn as_read(&self) -> (&str, &str) {
        match self.value.split_once('=') {
            Some((name, value)) if self.name.is_empty() => (blank_free(name), blank_free(value)),
            _ => (&self.name, &self.value),
        }
    }
}

/// How a browser denies cookies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Denial {
    #[default]
    Nothing,
    /// Reads are empty, writes vanish; so it is where cookies are blocked.
    Silent,
    /// Reads and writes throw; so it is in a sandboxed frame.
    Throws,
}

/// A document and the browser's cookies.
#[derive(Clone, Debug)]
pub struct SimulatedJar {
    pub host: String,
    pub path: String,
    /// Over https.
    pub is_secure: bool,
    /// The document is in a frame of another site.
    pub is_cross_site: bool,
    /// Cookies that are not partitioned are denied to such a frame.
    pub denies_third_parties: bool,
    /// `Secure` can be set from this machine over http. WebKit does not let it.
    pub trusts_localhost: bool,
    pub denial: Denial,
    /// It was seen that one cookie hides the others.
    pub knows_poison: bool,
    kept: RefCell<Vec<Kept>>,
}

const PUBLIC_SUFFIXES: [&str; 5] = ["com", "org", "co.uk", "github.io", "localhost"];

impl SimulatedJar {
    /// The jar of a document at an address such as `https://shop.example.org/a/b`.
    pub fn at(address: &str) -> Self {
        let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        Self {
            host: host.split(':').next().unwrap_or_default().to_owned(),
            path: format!("/{path}"),
            is_secure: scheme == "https",
            is_cross_site: false,
            denies_third_parties: false,
            trusts_localhost: true,
            denial: Denial::Nothing,
            knows_poison: false,
            kept: RefCell::default(),
        }
    }

    /// All that is kept, the oldest first.
    pub fn kept(&self) -> Vec<Kept> {
        self.kept.borrow().clone()
    }

    /// Drops all.
    pub fn clear(&self) {
        self.kept.borrow_mut().clear();
    }

    /// A server of the document's host sets a cookie over https: it may be `HttpOnly`. Returns whether it is kept.
    pub fn server_sets(&self, text: &str) -> bool {
        self.store(text, Source { is_http: true, is_secure: true, is_cross_site: false })
    }

    /// Another document, elsewhere on this host, sets a cookie.
    pub fn elsewhere_sets(&self, text: &str) -> bool {
        self.store(text, Source { is_http: false, is_secure: self.is_secure, is_cross_site: false })
    }

    /// Another program puts a cookie that is not UTF-8 into the jar.
    pub fn poison(&self) {
        self.remove_poison();
        let poison = Kept {
            name: "poison".to_owned(),
            value: "\u{fffd}".to_owned(),
            domain: self.host.clone(),
            is_host_only: true,
            path: "/".to_owned(),
            is_secure: false,
            is_http_only: false,
            same_site: SameSite::None,
            is_partitioned: false,
            is_poison: true,
        };
        self.kept.borrow_mut().push(poison);
    }

    pub fn remove_poison(&self) {
        self.kept.borrow_mut().retain(|cookie| !cookie.is_poison);
    }

    /// What the document would see if no cookie hid the others, in the order in which it is listed.
    pub fn visible(&self) -> Vec<Kept> {
        let mut visible: Vec<Kept> = self.kept.borrow().iter().filter(|cookie| self.shows(cookie)).cloned().collect();
        visible.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        visible
    }

    fn shows(&self, cookie: &Kept) -> bool {
        let is_its_domain =
            if cookie.is_host_only { cookie.domain == self.host } else { domain_matches(&self.host, &cookie.domain) };
        let is_let = !self.is_cross_site
            || (cookie.same_site == SameSite::None && (cookie.is_partitioned || !self.denies_third_parties));
        self.denial == Denial::Nothing
            && is_its_domain
            && is_let
            && path_matches(&self.path, &cookie.path)
            && (!cookie.is_secure || self.is_trusted())
            && !cookie.is_http_only
    }

    fn is_trusted(&self) -> bool {
        let is_local = self.host == "localhost" || self.host.ends_with(".localhost") || self.host == "127.0.0.1";
        self.is_secure || (self.trusts_localhost && is_local)
    }

    /// The storage model, step by step; `false` where the cookie is dropped.
    fn store(&self, text: &str, source: Source) -> bool {
        if text.bytes().any(|byte| byte != b'\t' && byte.is_ascii_control()) {
            return false;
        }
        let mut parts = text.split(';');
        let pair = parts.next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        let (name, value) = (blank_free(name), blank_free(value));
        if (name.is_empty() && value.is_empty()) || name.len() + value.len() > 4096 {
            return false;
        }
        let mut cookie = Kept {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: self.host.clone(),
            is_host_only: true,
            path: default_path(&self.path),
            is_secure: false,
            is_http_only: false,
            same_site: SameSite::Lax,
            is_partitioned: false,
            is_poison: false,
        };
        let mut is_over = false;
        let mut domain = String::new();
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let (key, value) = (blank_free(key), blank_free(value));
            if value.len() > 1024 {
                continue;
            }
            match key.to_ascii_lowercase().as_str() {
                "domain" => domain = value.strip_prefix('.').unwrap_or(value).to_ascii_lowercase(),
                "path" if value.starts_with('/') => cookie.path = value.to_owned(),
                "path" => cookie.path = default_path(&self.path),
                "max-age" => is_over = value.parse::<i64>().is_ok_and(|age| age <= 0),
                "samesite" => {
                    cookie.same_site = match value.to_ascii_lowercase().as_str() {
                        "strict" => SameSite::Strict,
                        "none" => SameSite::None,
                        _ => SameSite::Lax,
                    }
                }
                "secure" => cookie.is_secure = true,
                "httponly" => cookie.is_http_only = true,
                "partitioned" => cookie.is_partitioned = true,
                _ => {}
            }
        }
        let is_trusted = source.is_secure || self.is_trusted();
        if cookie.is_secure && !is_trusted {
            return false;
        }
        let is_suffix = PUBLIC_SUFFIXES.contains(&domain.as_str());
        let is_host_itself = domain.is_empty() || (domain == self.host && (is_suffix || is_address(&domain)));
        if !is_host_itself {
            if is_suffix || !domain_matches(&self.host, &domain) {
                return false;
            }
            cookie.is_host_only = false;
            cookie.domain = domain;
        }
        let breaks_prefix = |text: &str| {
            let text = text.to_ascii_lowercase();
            (text.starts_with("__secure-") && !cookie.is_secure)
                || ((text.starts_with("__http-") || text.starts_with("__host-http-")) && !cookie.is_http_only)
                || (text.starts_with("__host-") && !(cookie.is_secure && cookie.is_host_only && cookie.path == "/"))
        };
        let value_is_like_a_prefix = || {
            ["__secure-", "__host-", "__http-"]
                .iter()
                .any(|prefix| cookie.value.to_ascii_lowercase().starts_with(prefix))
        };
        let is_dropped = (cookie.is_http_only && !source.is_http)
            || breaks_prefix(&cookie.name)
            || (cookie.name.is_empty() && value_is_like_a_prefix())
            || (cookie.same_site == SameSite::None && !cookie.is_secure)
            || (cookie.is_partitioned && !cookie.is_secure)
            || (source.is_cross_site && cookie.same_site != SameSite::None)
            || (source.is_cross_site && self.denies_third_parties && !cookie.is_partitioned);
        if is_dropped {
            return false;
        }
        let mut kept = self.kept.borrow_mut();
        // "Leave secure cookies alone".
        let overlays = |old: &Kept| {
            old.is_secure
                && old.name == cookie.name
                && (domain_matches(&old.domain, &cookie.domain) || domain_matches(&cookie.domain, &old.domain))
                && path_matches(&cookie.path, &old.path)
        };
        if !cookie.is_secure && !is_trusted && kept.iter().any(overlays) {
            return false;
        }
        let is_same = |old: &Kept| {
            old.name == cookie.name
                && old.domain == cookie.domain
                && old.is_host_only == cookie.is_host_only
                && old.path == cookie.path
                && old.is_partitioned == cookie.is_partitioned
        };
        match kept.iter().position(is_same) {
            Some(at) if kept.get(at).is_some_and(|old| old.is_http_only) && !source.is_http => return false,
            Some(at) if is_over => drop(kept.remove(at)),
            Some(at) => {
                if let Some(old) = kept.get_mut(at) {
                    *old = cookie;
                }
            }
            None if is_over => {}
            None => kept.push(cookie),
        }
        true
    }
}

/// Who sets a cookie.
#[derive(Clone, Copy)]
struct Source {
    is_http: bool,
    is_secure: bool,
    is_cross_site: bool,
}

impl Jar for SimulatedJar {
    fn text(&self) -> Option<String> {
        let visible = self.visible();
        let is_hidden = visible.iter().any(|cookie| cookie.is_poison);
        let pairs = visible.iter().map(|Kept { name, value, .. }| match name.as_str() {
            "" => value.clone(),
            name => format!("{name}={value}"),
        });
        let text = if is_hidden { String::new() } else { pairs.collect::<Vec<_>>().join("; ") };
        (self.denial != Denial::Throws).then_some(text)
    }

    fn set(&self, text: &str) -> bool {
        if self.denial == Denial::Nothing {
            let source = Source { is_http: false, is_secure: self.is_secure, is_cross_site: self.is_cross_site };
            self.store(text, source);
        }
        self.denial != Denial::Throws
    }

    /// As `src/web/page.js` finds it out.
    fn keeps(&self) -> bool {
        if self.text().is_some_and(|text| !text.is_empty()) {
            return true;
        }
        let is_written = self.set("tabstate-probe=1;SameSite=Lax");
        let is_seen = self.text().is_some_and(|text| !text.is_empty());
        self.set("tabstate-probe=;SameSite=Lax;Max-Age=0");
        is_written && (is_seen || (self.denial == Denial::Nothing && !self.is_cross_site))
    }

    fn hides(&self) -> bool {
        self.knows_poison && self.visible().iter().any(|cookie| cookie.is_poison)
    }

    fn host(&self) -> String {
        self.host.clone()
    }

    fn path(&self) -> String {
        self.path.clone()
    }

    fn is_secure(&self) -> bool {
        self.is_secure
    }
}

fn blank_free(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// Section "Paths and Path-Match": the directory of a document.
fn default_path(path: &str) -> String {
    match path.rfind('/') {
        Some(at) if at > 0 => path.chars().take(at).collect(),
        _ => "/".to_owned(),
    }
}

fn path_matches(path: &str, of_cookie: &str) -> bool {
    path == of_cookie
        || path.strip_prefix(of_cookie).is_some_and(|rest| of_cookie.ends_with('/') || rest.starts_with('/'))
}

fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn domain_matches(host: &str, domain: &str) -> bool {
    host == domain || (!is_address(host) && host.strip_suffix(domain).is_some_and(|above| above.ends_with('.')))
}
