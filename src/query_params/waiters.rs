//! Who waits for writes to settle, and what became of the writes they wait for.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::edit::{carried, differing};
use super::fields::{Fields, Keys};

/// What became of writes, at the worst of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The address holds them.
    Applied,
    /// A later write to the same keys, or a traversal, took their place before they reached the address.
    Superseded,
    /// The page refuses them; reads still see them, and the next write or navigation tries again.
    Blocked,
    /// There is no address to write to; reads see them, from memory.
    Unavailable,
}

impl Outcome {
    /// The text that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Superseded => "superseded",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Called once, with the outcome.
pub(crate) type Done = Box<dyn FnOnce(Outcome)>;

/// Waits for the keys by which `wanted` differs from `from`.
struct Waiter {
    from: String,
    wanted: String,
    outcome: Outcome,
    done: Done,
}

/// The waiters whose writes are under way.
#[derive(Default)]
pub(crate) struct Waiters {
    waiting: Vec<Waiter>,
}

impl Waiters {
    pub fn wait(&mut self, address: &str, view: &str, done: Done) {
        let (from, wanted) = (address.to_owned(), view.to_owned());
        self.waiting.push(Waiter { from, wanted, outcome: Outcome::Applied, done });
    }

    /// Tells all who wait what became of it.
    pub fn resolve(&mut self, outcome: Outcome) {
        for waiter in &mut self.waiting {
            waiter.outcome = waiter.outcome.max(outcome);
            waiter.from.clone_from(&waiter.wanted);
        }
    }

    /// Compares what is waited for with what is in the address and what still will be; takes out those who know all.
    pub fn take_done(&mut self, address: &str, view: &str) -> Vec<(Done, Outcome)> {
        let mut done = Vec::new();
        if self.waiting.is_empty() {
            return done;
        }
        let (address, view) = (Fields::of(address), Fields::of(view));
        for mut waiter in core::mem::take(&mut self.waiting) {
            let mut known = Keys::default();
            let mut is_pending = false;
            let wanted = Fields::of(&waiter.wanted);
            for key in differing(&waiter.from, &waiter.wanted).names() {
                let is_reached = address.agree(&wanted, key);
                if !is_reached && view.agree(&wanted, key) {
                    is_pending = true;
                    continue;
                }
                known.add(key);
                if !is_reached {
                    waiter.outcome = waiter.outcome.max(Outcome::Superseded);
                }
            }
            if is_pending {
                waiter.from = carried(&waiter.from, &waiter.wanted, &known);
                self.waiting.push(waiter);
            } else {
                done.push((waiter.done, waiter.outcome));
            }
        }
        done
    }
}
