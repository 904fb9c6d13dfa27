//! Who waits for writes to settle, and what became of the writes they wait for.

use alloc::borrow::ToOwned;
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

/// Waits for the keys by which `wanted` differs from `from`.
struct Waiting<W> {
    from: String,
    wanted: String,
    outcome: Outcome,
    waiter: W,
}

/// The waiters whose writes are under way.
pub(crate) struct Waiters<W> {
    waiting: Vec<Waiting<W>>,
}

impl<W> Default for Waiters<W> {
    fn default() -> Self {
        Self { waiting: Vec::new() }
    }
}

impl<W> Waiters<W> {
    pub fn wait(&mut self, address: &str, view: &str, waiter: W) {
        let (from, wanted) = (address.to_owned(), view.to_owned());
        self.waiting.push(Waiting { from, wanted, outcome: Outcome::Applied, waiter });
    }

    /// Tells all who wait what became of it.
    pub fn resolve(&mut self, outcome: Outcome) {
        for waiting in &mut self.waiting {
            waiting.outcome = waiting.outcome.max(outcome);
            waiting.from.clone_from(&waiting.wanted);
        }
    }

    /// Compares what is waited for with what is in the address and what still will be; takes out those who know all.
    pub fn take_done(&mut self, address: &str, view: &str) -> Vec<(W, Outcome)> {
        let mut done = Vec::new();
        if self.waiting.is_empty() {
            return done;
        }
        let (address, view) = (Fields::of(address), Fields::of(view));
        for mut waiting in core::mem::take(&mut self.waiting) {
            let mut known = Keys::default();
            let mut is_pending = false;
            let wanted = Fields::of(&waiting.wanted);
            for key in differing(&waiting.from, &waiting.wanted).names() {
                let is_reached = address.agree(&wanted, key);
                if !is_reached && view.agree(&wanted, key) {
                    is_pending = true;
                    continue;
                }
                known.add(key);
                if !is_reached {
                    waiting.outcome = waiting.outcome.max(Outcome::Superseded);
                }
            }
            if is_pending {
                waiting.from = carried(&waiting.from, &waiting.wanted, &known);
                self.waiting.push(waiting);
            } else {
                done.push((waiting.waiter, waiting.outcome));
            }
        }
        done
    }
}
