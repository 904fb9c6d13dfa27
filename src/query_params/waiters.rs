//! Who waits for writes to settle, and what became of the writes they wait for.

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

struct Waiter {
    upto: u32,
    outcome: Outcome,
    done: Done,
}

/// The waiters whose writes are under way.
#[derive(Default)]
pub(crate) struct Waiters {
    waiting: Vec<Waiter>,
}

impl Waiters {
    pub fn wait(&mut self, upto: u32, done: Done) {
        self.waiting.push(Waiter { upto, outcome: Outcome::Applied, done });
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Tells all who wait for the write `sequence` what became of it.
    pub fn resolve(&mut self, sequence: u32, outcome: Outcome) {
        for waiter in &mut self.waiting {
            if sequence <= waiter.upto {
                waiter.outcome = waiter.outcome.max(outcome);
            }
        }
    }

    /// Takes out those who wait for no write from `oldest_pending` on.
    pub fn take_done(&mut self, oldest_pending: u32) -> Vec<(Done, Outcome)> {
        let waiting = std::mem::take(&mut self.waiting);
        let (done, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|waiter| waiter.upto < oldest_pending);
        self.waiting = waiting;
        done.into_iter().map(|waiter| (waiter.done, waiter.outcome)).collect()
    }
}
