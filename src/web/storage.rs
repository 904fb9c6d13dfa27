//! `sessionStorage`: whether it can be written. Reading the getter already throws where it is denied.

use web_sys::Window;

use crate::Reason;

/// Why session storage cannot be written, if it cannot.
pub(super) fn why_not_writable(window: &Window) -> Option<Reason> {
    const PROBE: &str = "tabstate-probe";
    let Ok(Some(storage)) = window.session_storage() else { return Some(Reason::Denied) };
    let written = storage.set_item(PROBE, "");
    let removed = storage.remove_item(PROBE);
    if written.and(removed).is_err() { Some(Reason::Full) } else { None }
}
