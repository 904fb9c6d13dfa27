//! How many history calls are left: the count of the running window, the pace, and when to try again after a refusal.

use alloc::vec::Vec;

use crate::port::{Limits, Milliseconds, Report};

/// Refused calls in a row after which the writer gives up, until the next write or navigation.
const MOST_TRIES: u32 = 10;
/// The first pause after a call that a listener cancelled, and the longest; each is twice the one before.
const AFTER_CANCEL: (f64, f64) = (25.0, 400.0);
/// The same after a call that was dropped or threw. Together the pauses outlast every engine's window.
const AFTER_REFUSAL: (f64, f64) = (250.0, 4000.0);

/// The calls of the running window, everybody's, and the refusals in a row.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    limits: Limits,
    calls: Vec<Milliseconds>,
    tries: u32,
    pause: f64,
    not_before: Milliseconds,
}

impl Budget {
    pub const fn new(limits: Limits) -> Self {
        Self { limits, calls: Vec::new(), tries: 0, pause: 0.0, not_before: Milliseconds::ZERO }
    }

    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts one call that changed the address, ours or not.
    pub fn count(&mut self, now: Milliseconds) {
        self.used(now);
        self.calls.push(now);
    }

    /// The calls of the window that ends now.
    pub fn used(&mut self, now: Milliseconds) -> usize {
        let window = self.limits.window;
        let old = self.calls.iter().take_while(|call| **call + window <= now).count();
        let left = self.calls.len() - old;
        // Moved by hand: `drain` is made for any range.
        self.calls.copy_within(old.., 0);
        self.calls.truncate(left);
        left
    }

    /// When the next call may go out: not later than now when it may at once.
    ///
    /// The first half of the budget is free; then calls keep a pace that no window can exceed, so that other code finds
    /// calls left; a spent budget waits until the window's oldest call is old enough. Without `pace` only the latter.
    pub fn ready_at(&mut self, now: Milliseconds, pace: bool) -> Milliseconds {
        let used = self.used(now);
        let limit = self.limits.calls;
        let ready = if used >= limit {
            self.calls.first().map(|oldest| *oldest + self.limits.window)
        } else if pace && used >= limit / 2 {
            self.calls.last().map(|latest| *latest + Milliseconds(self.limits.window.0 / limit as f64))
        } else {
            None
        };
        match ready {
            Some(ready) if ready > self.not_before => ready,
            _ => self.not_before,
        }
    }

    /// Notes a refused call; returns whether it is to be tried again, at a time of the budget's.
    pub fn refuse(&mut self, now: Milliseconds, report: Report) -> bool {
        let (first, longest) = if report == Report::Cancelled { AFTER_CANCEL } else { AFTER_REFUSAL };
        self.pause = (self.pause * 2.0).clamp(first, longest);
        self.not_before = now + Milliseconds(self.pause);
        self.tries += 1;
        self.tries < MOST_TRIES
    }

    /// A call went through, or there is a reason to try anew.
    pub const fn relent(&mut self) {
        self.tries = 0;
        self.pause = 0.0;
        self.not_before = Milliseconds::ZERO;
    }
}
