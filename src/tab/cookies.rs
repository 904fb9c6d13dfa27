//! The cookies of this tab, as free functions. The rules are those of [`crate::cookies`].

use alloc::string::String;

use super::environment::TabJar;
use crate::Error;
use crate::context::Cookies;
use crate::cookies::{CookieOptions, Stored, delete_in_jar, set_in_jar};

/// The value of `name`, decoded. Of a repeated name, the one with the longest path.
///
/// ```
/// use tabstate::cookies;
///
/// cookies::set("city", "São Paulo")?;
/// assert_eq!(cookies::get("city").as_deref(), Some("São Paulo"));
/// assert_eq!(cookies::remove("city"), Ok(true));
/// assert_eq!(cookies::get("city"), None);
/// # Ok::<(), tabstate::Error>(())
/// ```
#[must_use]
pub fn get(name: &str) -> Option<String> {
    Cookies::parse(&text()).get(name)
}

/// All cookies that this tab sees, as one text.
pub(super) fn text() -> String {
    with_jar(TabJar::readable)
}

std::thread_local! {
    static JAR: TabJar = Default::default();
}

fn with_jar<T>(use_it: impl FnOnce(&TabJar) -> T) -> T {
    JAR.with(use_it)
}

/// Sets a cookie for all paths of this host, until the browser ends its session, and reads it back.
///
/// # Errors
/// [`Rejected`](crate::ErrorKind::Rejected) with the rule by which the browser drops it,
/// [`Blocked`](crate::ErrorKind::Blocked) where the browser keeps none.
pub fn set(name: &str, value: &str) -> Result<Stored, Error> {
    set_with(name, value, &CookieOptions::default())
}

/// Sets a cookie, says how it is kept, and reads it back. A `max_age` of zero deletes.
///
/// # Errors
/// As [`set`].
///
/// ```
/// use std::time::Duration;
/// use tabstate::ErrorKind;
/// use tabstate::cookies::{self, CookieOptions, Rejection, Stored};
///
/// let a_month = CookieOptions { max_age: Some(Duration::from_secs(30 * 86_400)), ..CookieOptions::default() };
/// assert_eq!(cookies::set_with("notice", "seen", &a_month)?, Stored::Stored);
///
/// let error = cookies::set("a;b", "1").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Rejected(Rejection::Characters));
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn set_with(name: &str, value: &str, options: &CookieOptions) -> Result<Stored, Error> {
    with_jar(|jar| {
        let stored = set_in_jar(jar, name, value, options);
        jar.notice();
        stored
    })
}

/// Deletes a cookie, wherever it may have been set: a cookie is only deleted by the path, the domain and the partition that
/// it was set with, and none of them can be read, so all that this tab can see are tried. Returns whether one was there and
/// is gone.
///
/// # Errors
/// [`Blocked`](crate::ErrorKind::Blocked) where the browser denies it.
pub fn remove(name: &str) -> Result<bool, Error> {
    delete(name, None, None)
}

/// Deletes the cookie of a path and a domain; without a domain, the host's own. Returns whether one was there and is gone.
///
/// # Errors
/// As [`remove`], and [`Rejected`](crate::ErrorKind::Rejected) for a path or a domain that cannot be.
pub fn remove_with(name: &str, path: &str, domain: Option<&str>) -> Result<bool, Error> {
    delete(name, Some(path), domain)
}

fn delete(name: &str, path: Option<&str>, domain: Option<&str>) -> Result<bool, Error> {
    with_jar(|jar| {
        let is_gone = delete_in_jar(jar, name, path, domain);
        jar.notice();
        is_gone
    })
}
