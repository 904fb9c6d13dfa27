//! A simulated browser for the tests of code that uses this crate, with the feature `testing`. While there is one on a thread,
//! the free functions work on it there, as they do in a page. On `wasm32` there is none: tests run in a real one.
//!
//! ```
//! use std::time::Duration;
//! use tabstate::{query_params, testing::Browser};
//!
//! let browser = Browser::new("https://app.test/?page=2");
//! assert_eq!(query_params::get("page").as_deref(), Some("2"));
//!
//! browser.spend_history_budget();
//! query_params::set("page", 3)?;
//! assert_eq!(query_params::get("page").as_deref(), Some("3"), "reads see writes at once");
//! browser.advance(Duration::from_secs(1));
//! assert_eq!(browser.address(), "https://app.test/?page=2", "the address waits for the budget");
//! browser.advance(Duration::from_secs(20));
//! assert_eq!(browser.address(), "https://app.test/?page=3");
//! # Ok::<(), tabstate::Error>(())
//! ```

pub(crate) mod environment;
mod history;
mod jar;
mod place;
mod storage;

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::time::Duration;

pub(crate) use environment::TabPage;
pub use history::Engine;
use history::Tab;
use jar::{Denial, SimulatedJar};
use storage::SimulatedStorage;

use crate::context::Theme;
use crate::port::{self, Milliseconds};
use crate::{Environment, Reason, Status};

/// As long as the person's Back takes.
const LANDING: Duration = Duration::from_millis(20);
/// Units of UTF-16; WebKit has half of it.
const QUOTA: usize = 5_242_880;

/// Called with the names of the facts that changed.
type FactsEar = fn(&[&str]);

/// What is simulated: the tab, and what the browser has around it.
struct Inside {
    tab: Tab,
    /// By origin.
    storages: RefCell<BTreeMap<String, SimulatedStorage>>,
    quota: Cell<usize>,
    denies: Cell<bool>,
    jar: RefCell<SimulatedJar>,
    seen_cookies: RefCell<String>,
    languages: RefCell<Vec<String>>,
    theme: Cell<Theme>,
    timezone: RefCell<Option<(String, i32)>>,
    facts: Cell<Option<FactsEar>>,
    leaving: Cell<Option<fn()>>,
    at_end_of_turn: RefCell<Vec<fn()>>,
}

std::thread_local! {
    static CURRENT: RefCell<Option<Rc<Inside>>> = const { RefCell::new(None) };
    static PAGE: Cell<usize> = const { Cell::new(0) };
    static SKIPPED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The browser of this thread. One that ends has none.
fn current() -> Option<Rc<Inside>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

pub(crate) fn page() -> usize {
    PAGE.try_with(Cell::get).unwrap_or_default()
}

pub(crate) fn skipped() -> Milliseconds {
    SKIPPED.try_with(Cell::get).unwrap_or_default().into()
}

pub(crate) fn status() -> Status {
    let Some(inside) = current() else { return crate::memory::status() };
    let denied = inside.denies.get().then_some(Reason::Denied);
    Status { environment: Environment::Browser, query_params: None, session_state: denied, cookies: denied }
}

/// Another page: nothing that the one before knew is known.
fn begin() {
    PAGE.with(|page| page.set(page.get() + 1));
    crate::tab::begin();
}

/// A simulated browser with one tab. Until it is dropped, the free functions of this crate work on it on this thread; dropping
/// it closes the tab, and they work on memory again.
#[derive(Debug)]
#[must_use = "dropping a browser closes it"]
pub struct Browser {
    inside: Rc<Inside>,
}

impl core::fmt::Debug for Inside {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("Inside").field("address", &self.tab.shows()).finish_non_exhaustive()
    }
}

impl Browser {
    /// Opens Chromium at `address`: 200 history calls in 10 seconds, and silence above that. One that is still there on this
    /// thread is closed.
    pub fn new(address: &str) -> Self {
        Self::with_engine(Engine::Chromium, address)
    }

    /// Opens a browser with the limits and ways of `engine` at `address`.
    pub fn with_engine(engine: Engine, address: &str) -> Self {
        let tab = Tab::new(engine, &place::with_path(address));
        tab.hear(|signal| {
            if signal == port::Signal::Leaving
                && let Some(leave) = current().and_then(|inside| inside.leaving.get())
            {
                leave();
            }
            if signal == port::Signal::EndOfTurn {
                end_turn();
            }
            crate::tab::query_params::live().receive(signal);
            crate::tab::context::address_changed();
            crate::tab::watched::look_behind(signal);
        });
        let quota = if engine == Engine::WebKit { QUOTA / 2 } else { QUOTA };
        let mut jar = SimulatedJar::at(place::of_document(&tab.shows()));
        jar.trusts_localhost = engine != Engine::WebKit;
        let inside = Rc::new(Inside {
            tab,
            storages: RefCell::default(),
            quota: Cell::new(quota),
            denies: Cell::new(false),
            jar: RefCell::new(jar),
            seen_cookies: RefCell::default(),
            languages: RefCell::new(["en-US".into()].into()),
            theme: Cell::new(Theme::of(["light", "no-preference", "none", "no-preference"])),
            timezone: RefCell::default(),
            facts: Cell::new(None),
            leaving: Cell::new(None),
            at_end_of_turn: RefCell::default(),
        });
        let opened = Rc::downgrade(&inside);
        inside.tab.when_loaded(move || {
            if let Some(inside) = opened.upgrade() {
                inside.arrive();
            }
        });
        CURRENT.with(|current| current.replace(Some(Rc::clone(&inside))));
        begin();
        Self { inside }
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> String {
        self.inside.tab.shows()
    }

    /// The addresses of the history's entries, the oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<String> {
        self.inside.tab.entries()
    }

    /// Which of the entries is the current one.
    #[must_use]
    pub fn index(&self) -> usize {
        self.inside.tab.current()
    }

    /// How many history calls there were, by whomever, those that the engine let not through included.
    #[must_use]
    pub fn history_calls(&self) -> usize {
        self.inside.tab.calls()
    }

    /// Other code calls `history.pushState`; returns whether the engine let it through. The address may be relative.
    pub fn push_state(&self, address: &str) -> bool {
        self.inside.tab.foreign(&self.resolved(address), true)
    }

    /// Other code calls `history.replaceState`; returns whether the engine let it through. The address may be relative.
    pub fn replace_state(&self, address: &str) -> bool {
        self.inside.tab.foreign(&self.resolved(address), false)
    }

    fn resolved(&self, address: &str) -> String {
        place::resolved(&self.address(), address)
    }

    /// The person types an address, or follows a link: another page is loaded, which knows nothing of this one but what
    /// storage and cookies keep.
    pub fn navigate(&self, address: &str) {
        self.inside.tab.navigate(&self.resolved(address));
    }

    /// The page is loaded anew.
    pub fn reload(&self) {
        self.inside.tab.reload();
    }

    /// The person goes back, which takes 20 milliseconds.
    pub fn back(&self) {
        self.go(-1);
    }

    /// The person goes forward, which takes 20 milliseconds.
    pub fn forward(&self) {
        self.go(1);
    }

    /// The person goes so many entries on, or back, if there is such an entry.
    pub fn go(&self, delta: isize) {
        self.inside.tab.traverse(delta);
        self.advance(LANDING);
    }

    /// Other code makes history calls until the engine lets none through.
    pub fn spend_history_budget(&self) {
        self.inside.tab.spend_history_budget();
    }

    /// Other code fills the session storage, but for so many units of UTF-16.
    pub fn fill_storage(&self, left: usize) {
        let storage = self.inside.storage();
        let name = "other-code";
        storage.take(name);
        let room = self.inside.quota.get().saturating_sub(storage.used());
        if let Some(length) = room.checked_sub(name.len() + left) {
            storage.put(name, &"x".repeat(length));
        }
    }

    /// The room in the session storage, in units of UTF-16: 5,242,880 if it is not set, half of it in WebKit.
    pub fn limit_storage(&self, units: usize) {
        self.inside.quota.set(units);
        for storage in self.inside.storages.borrow().values() {
            storage.set_quota(Some(units));
        }
    }

    /// From now on the browser denies storage, and keeps no cookies: where the person blocks cookies, browsers do both.
    pub fn deny_storage(&self) {
        self.inside.denies.set(true);
        self.inside.jar.borrow_mut().denial = Denial::Silent;
        for storage in self.inside.storages.borrow().values() {
            storage.set_denial(true);
        }
    }

    /// The texts that the session storage has by their names, everybody's.
    #[must_use]
    pub fn storage(&self) -> BTreeMap<String, String> {
        self.inside.storage().texts()
    }

    /// The server sets a cookie, by a text as in `Set-Cookie`; returns whether the browser keeps it. Cookies do not age here.
    pub fn set_cookie(&self, text: &str) -> bool {
        let is_kept = self.inside.jar.borrow().server_sets(text);
        self.inside.notice_cookies();
        is_kept
    }

    /// The person deletes all cookies.
    pub fn clear_cookies(&self) {
        self.inside.jar.borrow().clear();
        self.inside.notice_cookies();
    }

    /// The person wants other languages, the first one first: `en-US` if it is not set.
    pub fn set_languages(&self, tags: &[&str]) {
        self.inside.languages.replace(tags.iter().map(|tag| (*tag).into()).collect());
        self.inside.tell("locale");
    }

    /// Things should look like this from now on: light, and as usual, if it is not set.
    pub fn set_theme(&self, theme: Theme) {
        self.inside.theme.set(theme);
        self.inside.tell("theme");
    }

    /// The person travels: the zone's name, and the minutes from local time to UTC there.
    pub fn set_timezone(&self, name: &str, offset: i32) {
        self.inside.timezone.replace(Some((name.into(), offset)));
        self.inside.tell("timezone");
    }

    /// The page is hidden: what can be written is.
    pub fn hide(&self) {
        self.inside.tab.hide();
    }

    /// Ends the turn: what was written in it goes to the address, and listeners hear.
    pub fn end_turn(&self) {
        self.inside.tab.end_turn();
        end_turn();
    }

    /// Lets time pass, with all that is due meanwhile. Caches age, too.
    pub fn advance(&self, time: Duration) {
        self.end_turn();
        SKIPPED.with(|skipped| skipped.set(skipped.get().saturating_add(time)));
        self.inside.tab.advance(time.as_secs_f64() * 1000.0);
        self.end_turn();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Another one may have taken its place.
        let is_open = current().is_some_and(|inside| Rc::ptr_eq(&inside, &self.inside));
        if is_open && CURRENT.try_with(|current| current.take()).is_ok() {
            begin();
        }
    }
}

fn end_turn() {
    let waiting = current().map(|inside| inside.at_end_of_turn.take()).unwrap_or_default();
    for run in waiting {
        run();
    }
}

impl Inside {
    /// A page was loaded.
    fn arrive(&self) {
        let jar = SimulatedJar::at(place::of_document(&self.tab.shows()));
        {
            let mut now = self.jar.borrow_mut();
            now.host = jar.host;
            now.path = jar.path;
            now.is_secure = jar.is_secure;
        }
        self.facts.set(None);
        self.leaving.set(None);
        self.at_end_of_turn.take();
        begin();
    }

    /// The storage of the page's origin.
    fn storage(&self) -> SimulatedStorage {
        let origin = place::origin(&self.tab.shows()).into();
        let mut storages = self.storages.borrow_mut();
        let storage = storages.entry(origin).or_insert_with(|| {
            let storage = SimulatedStorage::default();
            storage.set_quota(Some(self.quota.get()));
            storage.set_denial(self.denies.get());
            storage
        });
        storage.clone()
    }

    fn tell(&self, fact: &str) {
        if let Some(tell) = self.facts.get() {
            tell(&[fact]);
        }
    }

    /// Tells whoever follows when they have changed.
    fn notice_cookies(&self) {
        let now = port::Jar::text(&*self.jar.borrow()).unwrap_or_default();
        if self.seen_cookies.replace(now.clone()) != now {
            self.tell("cookies");
        }
    }
}
