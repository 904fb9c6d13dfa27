//! Where the facts, the cookies and the session of this tab come from: the browser, or nowhere.

#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub(crate) use browser::*;
#[cfg(not(any(
    all(target_arch = "wasm32", feature = "web"),
    all(feature = "testing", not(target_arch = "wasm32"))
)))]
pub(crate) use nowhere::*;

#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(crate) use crate::testing::environment::*;

#[cfg(all(target_arch = "wasm32", feature = "web"))]
mod browser {
    pub(crate) use crate::web::context::{
        OfBrowser, addresses, is_framed, languages, request, theme, timezone, timezone_offset,
    };
    pub(crate) use crate::web::cookies::TabJar;
    pub(crate) use crate::web::session_state::{TabStorage, at_end_of_turn};

    pub const fn likely() -> OfBrowser {
        OfBrowser
    }

    /// Calls `receive` with the names of the facts that changed, from now on.
    pub fn follow(receive: fn(&[&str])) {
        // The page is followed with the first look at its parameters, and tells of its address too.
        crate::tab::query_params::live();
        crate::web::context::follow(receive);
        crate::web::cookies::follow(move || receive(&["cookies"]));
    }

    pub fn open_storage() -> TabStorage {
        TabStorage::open()
    }

    /// Calls `receive` with the name of each entry that other code is known to change, or with none when it may be any, and
    /// `leave` when the page is hidden or left.
    pub fn follow_storage(storage: &TabStorage, receive: fn(Option<&str>), leave: fn()) {
        storage.follow(receive, leave);
    }
}

#[cfg(not(any(all(target_arch = "wasm32", feature = "web"), all(feature = "testing", not(target_arch = "wasm32")))))]
mod nowhere {
    use alloc::string::String;
    use alloc::vec::Vec;

    use crate::context::request::Request;
    pub(crate) use crate::memory::{MemoryJar as TabJar, MemoryStorage as TabStorage};

    #[cfg(not(target_arch = "wasm32"))]
    pub const fn likely() -> crate::context::Cldr {
        crate::context::Cldr
    }

    #[cfg(target_arch = "wasm32")]
    pub const fn likely() -> crate::context::NoTables {
        crate::context::NoTables
    }

    pub const fn languages() -> Vec<String> {
        Vec::new()
    }

    pub const fn timezone() -> Option<String> {
        None
    }

    pub const fn timezone_offset() -> Option<f64> {
        None
    }

    pub const fn theme() -> Vec<String> {
        Vec::new()
    }

    pub const fn addresses() -> Vec<String> {
        Vec::new()
    }

    pub const fn is_framed() -> Option<bool> {
        None
    }

    pub fn request(cookies: &str) -> Request {
        Request::of([], cookies)
    }

    /// Nothing ever changes.
    pub const fn follow(_receive: fn(&[&str])) {}

    pub fn open_storage() -> TabStorage {
        TabStorage::default()
    }

    /// Nobody else writes to it.
    pub const fn follow_storage(_storage: &TabStorage, _receive: fn(Option<&str>), _leave: fn()) {}

    /// There are no turns, and nothing that is read is news.
    pub const fn at_end_of_turn(_run: fn()) {}
}
