//! This tab's page: its address, its events, its clock.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use crate::port::{Limits, Milliseconds, Navigation, Page, Report, Signal};
use crate::{Environment, Reason, Status};

// The npm build takes the file where it lies, and so shares it with the facade.
#[cfg_attr(feature = "js", wasm_bindgen(raw_module = "../../src/web/page.js"))]
#[cfg_attr(not(feature = "js"), wasm_bindgen(module = "/src/web/page.js"))]
extern "C" {
    #[cfg(not(feature = "js"))]
    #[wasm_bindgen(js_name = hearWith)]
    fn hear_with_callback(tell: JsValue);
    fn address() -> Option<String>;
    fn vendor() -> Option<String>;
    fn follow() -> bool;
    #[cfg(feature = "js")]
    fn release();
    fn write(address: &str, push: bool) -> u8;
    pub(crate) fn now() -> f64;
    #[wasm_bindgen(js_name = endOfTurn)]
    fn end_of_turn() -> bool;
    #[wasm_bindgen(js_name = wakeAfter)]
    fn wake_after(milliseconds: f64);
    fn environment() -> u8;
    #[wasm_bindgen(js_name = sessionStorageTrouble)]
    fn session_storage_trouble() -> u8;
    #[wasm_bindgen(js_name = cookiesWork)]
    pub(crate) fn cookies_work() -> bool;
}

/// What the numbers of `page.js` tell.
pub(crate) const fn signal(number: u8) -> Signal {
    match number {
        0 => Signal::Navigated(Navigation::Replace),
        1 => Signal::Navigated(Navigation::Push),
        2 => Signal::Navigated(Navigation::Traverse),
        3 => Signal::Navigated(Navigation::Pop),
        5 => Signal::BeforeTraversal,
        6 => Signal::Traversing,
        7 => Signal::Leaving,
        8 => Signal::Restored,
        9 => Signal::EndOfTurn,
        10 => Signal::Wake,
        _ => Signal::Navigated(Navigation::Unknown),
    }
}

/// Gives `receive` what the page tells. In the npm build the facade does it, without a closure.
#[cfg(not(feature = "js"))]
pub(crate) fn hear_with(receive: fn(Signal)) {
    let tell = Closure::<dyn Fn(u8)>::new(move |number| receive(signal(number)));
    hear_with_callback(tell.into_js_value());
}

/// This tab's page; without an address it is memory.
pub(crate) struct TabPage {
    has_address: bool,
    tells_changes: bool,
}

impl TabPage {
    /// Tells from now on what happens.
    pub fn new() -> Self {
        let has_address = why_no_address().is_none();
        Self { has_address, tells_changes: !has_address || follow() }
    }

    /// Stops telling, and leaves the page as it was found.
    #[cfg(feature = "js")]
    #[expect(clippy::unused_self, reason = "the page is this one")]
    pub fn release(&self) {
        release();
    }

    fn call(&self, address: &str, push: bool) -> Report {
        if !self.has_address {
            return Report::Threw;
        }
        match write(address, push) {
            0 => Report::Returned,
            1 => Report::Threw,
            _ => Report::Cancelled,
        }
    }
}

impl Page for TabPage {
    fn address(&self) -> Option<String> {
        if self.has_address { address() } else { None }
    }

    fn tells_changes(&self) -> bool {
        self.tells_changes
    }

    fn replace(&self, address: &str) -> Report {
        self.call(address, false)
    }

    fn push(&self, address: &str) -> Report {
        self.call(address, true)
    }

    fn now(&self) -> Milliseconds {
        Milliseconds(now())
    }

    fn end_of_turn(&self) -> bool {
        end_of_turn()
    }

    fn wake_after(&self, Milliseconds(delay): Milliseconds) {
        wake_after(delay);
    }

    fn limits(&self) -> Limits {
        // WebKit names its vendor everywhere, WebKitGTK too; Firefox's is empty.
        match vendor().as_deref() {
            Some("" | "Google Inc.") => Limits::USUAL,
            _ => Limits::STRICTEST,
        }
    }
}

/// Why this page has no address to write to, if it has none.
fn why_no_address() -> Option<Reason> {
    let Some(address) = address() else { return Some(Reason::NoPage) };
    let is_of_no_place = ["about:", "data:", "blob:"].iter().any(|scheme| address.starts_with(scheme));
    is_of_no_place.then_some(Reason::NoAddress)
}

/// What works here.
pub(crate) fn status() -> Status {
    let environment = match environment() {
        0 => Environment::Browser,
        1 => Environment::Worker,
        _ => Environment::Server,
    };
    let mut status = Status {
        environment,
        query_params: why_no_address(),
        session_state: Some(Reason::NoPage),
        cookies: Some(Reason::NoPage),
    };
    if environment == Environment::Browser {
        status.session_state = match session_storage_trouble() {
            0 => None,
            1 => Some(Reason::Denied),
            _ => Some(Reason::Full),
        };
        status.cookies = if cookies_work() { None } else { Some(Reason::Denied) };
    }
    status
}
