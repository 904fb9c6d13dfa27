//! Who waits and who listens in Rust. The npm build leaves this out: JavaScript keeps its own waiters and listeners.

use super::query_params::live;
use crate::query_params::{Change, Settled};

/// Resolves with what became of the writes made so far. It never fails.
#[must_use = "nothing is waited for until the future is polled"]
pub fn settled() -> Settled {
    live().settled()
}

/// Ends the subscription when it is dropped.
#[derive(Debug)]
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    id: usize,
    page: usize,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if self.page == super::page() {
            live().unsubscribe(self.id);
        }
    }
}

/// Calls `listener` once for each batch of changes, after the state is consistent.
pub fn subscribe(listener: impl Fn(&Change) + 'static) -> Subscription {
    Subscription { id: live().subscribe(listener), page: super::page() }
}
