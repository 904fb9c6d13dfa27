//! `sessionStorage`: whether it can be written. Reading the getter already throws where it is denied.

use gloo_storage::{SessionStorage, Storage as _};
use web_sys::Window;

const PROBE: &str = "tabstate-probe";

/// Why session storage cannot be written, if it cannot. gloo-storage panics on denied storage, so the getter is asked
/// first.
pub(super) fn why_not_writable(window: &Window) -> Option<&'static str> {
    if !matches!(window.session_storage(), Ok(Some(_))) {
        return Some("the browser denies session storage here");
    }
    let storage = SessionStorage::raw();
    let written = storage.set_item(PROBE, "");
    let removed = storage.remove_item(PROBE);
    if written.and(removed).is_err() { Some("session storage is full, or refuses writes") } else { None }
}
