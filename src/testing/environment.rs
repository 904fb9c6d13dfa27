//! What the free functions work on: the simulated browser of this thread, or memory where there is none.

use alloc::string::String;
use alloc::vec::Vec;

use super::current;
use super::storage::SimulatedStorage;
use crate::context::request::Request;
use crate::context::{ColorScheme, Contrast, Theme};
use crate::memory::{MemoryJar, MemoryStorage};
use crate::port::{Jar, Limits, Milliseconds, Page, Refusal, Report, Storage};

/// The page of the simulated browser, or one without an address.
#[derive(Clone, Copy, Debug, Default)]
pub struct TabPage;

impl Page for TabPage {
    fn address(&self) -> Option<String> {
        current().map(|inside| inside.tab.shows())
    }

    fn tells_changes(&self) -> bool {
        current().is_none_or(|inside| inside.tab.tells_changes())
    }

    fn replace(&self, address: &str) -> Report {
        current().map_or(Report::Returned, |inside| inside.tab.replace(address))
    }

    fn push(&self, address: &str) -> Report {
        current().map_or(Report::Returned, |inside| inside.tab.push(address))
    }

    fn now(&self) -> Milliseconds {
        current().map_or(Milliseconds::ZERO, |inside| inside.tab.now())
    }

    fn end_of_turn(&self) -> bool {
        current().is_some_and(|inside| inside.tab.end_of_turn())
    }

    fn wake_after(&self, delay: Milliseconds) {
        if let Some(inside) = current() {
            inside.tab.wake_after(delay);
        }
    }

    fn limits(&self) -> Limits {
        current().map_or(Limits::USUAL, |inside| inside.tab.limits())
    }
}

/// The cookies of the simulated browser, or those of memory.
#[derive(Debug, Default)]
pub struct TabJar {
    memory: MemoryJar,
}

impl TabJar {
    fn with<T>(&self, ask: impl FnOnce(&dyn Jar) -> T) -> T {
        match current() {
            Some(inside) => ask(&*inside.jar.borrow()),
            None => ask(&self.memory),
        }
    }

    /// What there is to be read.
    pub(crate) fn readable(&self) -> String {
        self.text().unwrap_or_default()
    }

    /// Has those who follow look.
    #[expect(clippy::unused_self, reason = "a document's jar has it")]
    pub(crate) fn notice(&self) {
        if let Some(inside) = current() {
            inside.notice_cookies();
        }
    }
}

impl Jar for TabJar {
    fn text(&self) -> Option<String> {
        self.with(|jar| jar.text())
    }

    fn set(&self, text: &str) -> bool {
        self.with(|jar| jar.set(text))
    }

    fn keeps(&self) -> bool {
        self.with(|jar| jar.keeps())
    }

    fn hides(&self) -> bool {
        self.with(|jar| jar.hides())
    }

    fn host(&self) -> String {
        self.with(|jar| jar.host())
    }

    fn path(&self) -> String {
        self.with(|jar| jar.path())
    }

    fn is_secure(&self) -> bool {
        self.with(|jar| jar.is_secure())
    }
}

/// The session storage of the page, or memory where there is none, or where it is denied.
#[derive(Debug)]
pub enum TabStorage {
    /// Of a page.
    Simulated(SimulatedStorage),
    /// Of nobody.
    Memory(MemoryStorage),
}

impl Default for TabStorage {
    fn default() -> Self {
        Self::Memory(MemoryStorage::default())
    }
}

impl TabStorage {
    fn inner(&self) -> &dyn Storage {
        match self {
            Self::Simulated(storage) => storage,
            Self::Memory(storage) => storage,
        }
    }
}

impl Storage for TabStorage {
    fn is_durable(&self) -> bool {
        self.inner().is_durable()
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        self.inner().names()
    }

    fn count(&self) -> usize {
        self.inner().count()
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        self.inner().read(name)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        self.inner().write(name, text)
    }

    fn remove(&self, name: &str) {
        self.inner().remove(name);
    }
}

pub const fn likely() -> crate::context::Cldr {
    crate::context::Cldr
}

pub fn languages() -> Vec<String> {
    current().map(|inside| inside.languages.borrow().clone()).unwrap_or_default()
}

pub fn timezone() -> Option<String> {
    current().and_then(|inside| inside.timezone.borrow().as_ref().map(|(name, _)| name.clone()))
}

pub fn timezone_offset() -> Option<f64> {
    current().and_then(|inside| inside.timezone.borrow().as_ref().map(|(_, offset)| f64::from(*offset)))
}

/// The texts of the media features, in the order of `theme.rs`.
pub fn theme() -> Vec<String> {
    let Some(inside) = current() else { return Vec::new() };
    let Theme { color_scheme, contrast, forced_colors, reduced_motion } = inside.theme.get();
    let either = |is: Option<bool>, yes, no| is.map_or("", |is| if is { yes } else { no });
    let texts = [
        color_scheme.map_or("", ColorScheme::as_str),
        contrast.map_or("", Contrast::as_str),
        either(forced_colors, "active", "none"),
        either(reduced_motion, "reduce", "no-preference"),
    ];
    texts.map(Into::into).into()
}

/// That of the outermost page, and our own.
pub fn addresses() -> Vec<String> {
    current().map(|inside| alloc::vec![inside.tab.shows(), inside.tab.shows()]).unwrap_or_default()
}

pub fn is_framed() -> Option<bool> {
    current().map(|_| false)
}

pub fn request(cookies: &str) -> Request {
    let Some(inside) = current() else { return Request::of([], cookies) };
    let vendor = match inside.tab.engine() {
        super::Engine::Chromium => "Google Inc.",
        super::Engine::Firefox => "",
        super::Engine::WebKit => "Apple Computer, Inc.",
    };
    let agent = if inside.tab.engine() == super::Engine::Firefox { "Gecko/20100101 Firefox/153.0" } else { "" };
    let host = inside.jar.borrow().host.clone();
    let languages = languages();
    let told = languages.iter().map(|language| ["language", "", language]);
    let of_browser = [["vendor", "", vendor], ["agent", "", agent], ["seen", "Host", &host]];
    Request::of(of_browser.into_iter().chain(told), cookies)
}

/// Calls `receive` with the names of the facts that changed, from now on.
pub fn follow(receive: fn(&[&str])) {
    // The page is followed with the first look at its parameters.
    crate::tab::query_params::live();
    if let Some(inside) = current() {
        inside.facts.set(Some(receive));
        inside.seen_cookies.replace(inside.jar.borrow().text().unwrap_or_default());
    }
}

pub fn open_storage() -> TabStorage {
    match current() {
        Some(inside) if !inside.denies.get() => TabStorage::Simulated(inside.storage()),
        _ => TabStorage::default(),
    }
}

/// There are no other frames that write to it. Calls `leave` when the page is left.
pub fn follow_storage(_storage: &TabStorage, _receive: fn(Option<&str>), leave: fn()) {
    if let Some(inside) = current() {
        inside.leaving.set(Some(leave));
    }
}

pub fn at_end_of_turn(run: fn()) {
    if let Some(inside) = current() {
        inside.at_end_of_turn.borrow_mut().push(run);
    }
}
