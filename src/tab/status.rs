//! What works in this tab, asked when it is wanted.

use crate::Status;

/// What works here, and why not what does not.
///
/// Asking may write a cookie and a session entry named `tabstate-probe`, and removes them at once: no browser tells
/// otherwise whether they are kept.
///
/// ```
/// use tabstate::{Environment, Reason};
///
/// let status = tabstate::status();
/// assert_eq!(status.environment, Environment::Server);
/// assert_eq!(status.query_params, Some(Reason::NoPage));
/// ```
#[must_use]
pub fn status() -> Status {
    #[cfg(all(target_arch = "wasm32", feature = "js", not(tabstate_side)))]
    return crate::web::status();
    #[cfg(all(target_arch = "wasm32", feature = "web", not(feature = "js")))]
    return super::session_state::amended(crate::web::status());
    #[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
    return crate::testing::status();
    #[cfg(not(any(
        all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)),
        all(feature = "testing", not(target_arch = "wasm32"))
    )))]
    crate::memory::status()
}
