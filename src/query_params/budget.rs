//! How many history calls are left: the count of the running window, the pace, and when to try again after a refusal.

use std::time::Duration;

use crate::port::{Limits, Report};

/// Refused calls in a row after which the writer gives up, until the next write or navigation.
const MOST_TRIES: u32 = 10;
/// The first pause after a call that a listener cancelled; it doubles.
const AFTER_CANCEL: Duration = Duration::from_millis(25);
const LONGEST_AFTER_CANCEL: Duration = Duration::from_millis(400);
/// The first pause after a call that was dropped or threw; it doubles. Together they outlast every engine's window.
const AFTER_REFUSAL: Duration = Duration::from_millis(250);
const LONGEST_AFTER_REFUSAL: Duration = Duration::from_secs(4);

/// The calls of the running window, everybody's, and the refusals in a row.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    limits: Limits,
    calls: Vec<Duration>,
    tries: u32,
    not_before: Duration,
}

impl Budget {
    pub const fn new(limits: Limits) -> Self {
        Self { limits, calls: Vec::new(), tries: 0, not_before: Duration::ZERO }
    }

    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts one call that changed the address, ours or not.
    pub fn count(&mut self, now: Duration) {
        self.forget_old(now);
        self.calls.push(now);
    }

    /// The calls of the window that ends now.
    pub fn used(&mut self, now: Duration) -> usize {
        self.forget_old(now);
        self.calls.len()
    }

    /// How long to wait before the next call; nothing when it may go out now.
    ///
    /// The first half of the budget is free; then calls keep a pace that no window can exceed, so that other code finds
    /// calls left; a spent budget waits until the window's oldest call is old enough.
    pub fn wait(&mut self, now: Duration) -> Duration {
        self.forget_old(now);
        let used = self.calls.len();
        let pace = self.limits.window.checked_div(self.limits.calls as u32).unwrap_or_default();
        let ready = match (self.calls.first(), self.calls.last()) {
            (Some(oldest), _) if used >= self.limits.calls => oldest.saturating_add(self.limits.window),
            (_, Some(latest)) if used >= self.limits.calls / 2 => latest.saturating_add(pace),
            _ => now,
        };
        ready.max(self.not_before).saturating_sub(now)
    }

    /// Notes a refused call and when to try again.
    pub fn refuse(&mut self, now: Duration, report: Report) {
        let (first, longest) = match report {
            Report::Cancelled => (AFTER_CANCEL, LONGEST_AFTER_CANCEL),
            Report::Returned | Report::Threw => (AFTER_REFUSAL, LONGEST_AFTER_REFUSAL),
        };
        let pause = first.saturating_mul(1 << self.tries.min(MOST_TRIES)).min(longest);
        self.not_before = now.saturating_add(pause);
        self.tries = self.tries.saturating_add(1);
    }

    /// A call went through, or there is a reason to try anew.
    pub const fn relent(&mut self) {
        self.tries = 0;
        self.not_before = Duration::ZERO;
    }

    pub const fn is_exhausted(&self) -> bool {
        self.tries >= MOST_TRIES
    }

    /// Whether a refused call is to be tried later, not now.
    pub fn is_paused(&self, now: Duration) -> bool {
        now < self.not_before
    }

    fn forget_old(&mut self, now: Duration) {
        let window = self.limits.window;
        self.calls.retain(|call| call.saturating_add(window) > now);
    }
}
