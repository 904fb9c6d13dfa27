//! The facts of this tab, as free functions.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::environment as tab;
use crate::context::{Cookies, Direction, Headers, Theme, canonical_locale, direction_of, negotiate_with, place};

/// The cookies that this tab can read. To write them, see [`cookies`](crate::cookies).
#[must_use]
pub fn cookies() -> Cookies {
    Cookies::parse(&super::cookies::text())
}

/// The headers of the request that brought this page: what a server handed over, then what can be rebuilt exactly.
#[must_use]
pub fn headers() -> Headers {
    tab::request(&super::cookies::text()).headers
}

/// The languages that the person wants, the first one first, in their canonical spelling.
#[must_use]
pub fn locales() -> Vec<String> {
    tab::languages().iter().filter_map(|text| canonical_locale(text)).collect()
}

/// The language that the person wants most.
///
/// ```
/// assert_eq!(tabstate::context::locale(), None, "there is no browser");
/// ```
#[must_use]
pub fn locale() -> Option<String> {
    locales().into_iter().next()
}

/// The direction in which [`locale`] is written.
#[must_use]
pub fn direction() -> Option<Direction> {
    locale().map(|locale| direction_of(&locale, &tab::likely()))
}

/// The time zone's name, such as `Europe/Oslo`.
#[must_use]
pub fn timezone() -> Option<String> {
    tab::timezone()
}

/// Minutes from local time to UTC, now: `-120` in Oslo's summer.
#[must_use]
pub fn timezone_offset() -> Option<i32> {
    tab::timezone_offset().map(|minutes| minutes as i32)
}

/// How things should look.
#[must_use]
pub fn theme() -> Theme {
    let texts = tab::theme();
    let text = |nth: usize| texts.get(nth).map_or("", String::as_str);
    Theme::of([text(0), text(1), text(2), text(3)])
}

/// The address without query and fragment; in a frame of the same origin, the outer page's.
#[must_use]
pub fn url() -> Option<String> {
    tab::addresses().first().map(|address| place::url_of(address).into())
}

/// Whether the address says `?embed=true`.
#[must_use]
pub fn is_embedded() -> bool {
    tab::addresses().get(1).is_some_and(|address| place::is_embedded(address))
}

/// What the address says in `embed_options`, in lower case.
#[must_use]
pub fn embed_options() -> Vec<String> {
    tab::addresses().get(1).map_or_else(Vec::new, |address| place::embed_options(address))
}

/// Whether the page is in a frame.
#[must_use]
pub fn is_framed() -> Option<bool> {
    tab::is_framed()
}

/// The address of the person's side, where a server handed it over. A loopback address is none, as in Streamlit.
#[must_use]
pub fn ip_address() -> Option<String> {
    tab::request("").ip_address
}

/// The one of `available` that suits the person best, spelled as it is there; `None` when none does.
///
/// ```
/// use tabstate::context;
///
/// let locale = context::negotiate_locale(&["en", "pt-BR"]).unwrap_or("en");
/// assert_eq!(locale, "en", "there is no browser");
/// ```
#[must_use]
pub fn negotiate_locale<'a>(available: &[&'a str]) -> Option<&'a str> {
    let wanted = tab::languages();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    negotiate(&wanted, available)
}

/// The one of `available` that suits `requested` best, spelled as it is there; `None` when none does.
///
/// ```
/// use tabstate::context::negotiate;
///
/// assert_eq!(negotiate(&["zh-HK"], &["en", "zh", "zh-TW"]), Some("zh-TW"));
/// assert_eq!(negotiate(&["es-MX", "en"], &["en", "es", "es-419"]), Some("es-419"));
/// assert_eq!(negotiate(&["*", "C", "xx"], &[]), None);
/// ```
#[must_use]
pub fn negotiate<'a>(requested: &[&str], available: &[&'a str]) -> Option<&'a str> {
    negotiate_with(requested, available, &tab::likely())
}

/// A fact that can change while the page is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// [`theme`].
    Theme,
    /// [`locale`] and what follows from it.
    Locale,
    /// [`timezone`].
    Timezone,
    /// [`cookies`].
    Cookies,
    /// [`url`].
    Url,
}

impl Fact {
    const ALL: [Self; 5] = [Self::Theme, Self::Locale, Self::Timezone, Self::Cookies, Self::Url];

    /// The fact's stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Locale => "locale",
            Self::Timezone => "timezone",
            Self::Cookies => "cookies",
            Self::Url => "url",
        }
    }
}

type Listener = dyn Fn(&[Fact]);

#[derive(Default)]
struct Listeners {
    listeners: RefCell<Vec<(usize, Rc<Listener>)>>,
    last: Cell<usize>,
    follows: Cell<bool>,
    url: RefCell<Option<String>>,
}

std::thread_local! {
    static LISTENERS: Listeners = Listeners::default();
}

/// Ends the subscription when it is dropped.
#[derive(Debug)]
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    id: usize,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // A thread that ends has none. The listener goes when nothing is borrowed any more: it may own a subscription.
        let _left = LISTENERS.try_with(|all| {
            let mut listeners = all.listeners.borrow_mut();
            listeners.iter().position(|(id, _)| *id == self.id).map(|at| listeners.remove(at))
        });
    }
}

/// Calls `listener` with the facts that changed, once for each batch. A new time zone is seen when the person comes back to
/// the page: no event tells it.
pub fn subscribe(listener: impl Fn(&[Fact]) + 'static) -> Subscription {
    LISTENERS.with(|all| {
        if !all.follows.replace(true) {
            all.url.replace(url());
            tab::follow(tell);
        }
        let id = all.last.get() + 1;
        all.last.set(id);
        all.listeners.borrow_mut().push((id, Rc::new(listener)));
        Subscription { id }
    })
}

/// Begins anew: whoever listened to the page before hears no more.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(super) fn begin() {
    let left = LISTENERS.with(|all| {
        all.follows.set(false);
        all.listeners.take()
    });
    drop(left);
}

fn tell(names: &[&str]) {
    let facts: Vec<Fact> = Fact::ALL.into_iter().filter(|fact| names.contains(&fact.as_str())).collect();
    let listeners = LISTENERS.with(|all| all.listeners.borrow().clone());
    for (id, listener) in listeners {
        // One that ended the subscription of another is not the last to be called.
        if LISTENERS.with(|all| all.listeners.borrow().iter().any(|(other, _)| *other == id)) {
            listener(&facts);
        }
    }
}

/// The address has changed, or may have.
#[cfg(any(all(target_arch = "wasm32", feature = "web"), all(feature = "testing", not(target_arch = "wasm32"))))]
pub(crate) fn address_changed() {
    let is_new = |all: &Listeners| {
        let now = url();
        all.url.replace(now.clone()) != now
    };
    if LISTENERS.with(|all| all.follows.get() && is_new(all)) {
        tell(&[Fact::Url.as_str()]);
    }
}
