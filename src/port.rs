//! What the rules ask of the outside world: an address with a history, a clock, a call later on; the cookies of a document;
//! texts that outlive the page, and the time of day.

use alloc::string::String;
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
use alloc::vec::Vec;
use core::ops::{Add, Sub};
use core::time::Duration;

/// Milliseconds: a length of time, or the time since the page began.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Milliseconds(pub f64);

impl Milliseconds {
    /// No time at all.
    pub const ZERO: Self = Self(0.0);
}

impl From<Duration> for Milliseconds {
    fn from(duration: Duration) -> Self {
        Self(duration.as_secs_f64() * 1000.0)
    }
}

impl From<Milliseconds> for Duration {
    /// The nearest length that is not negative.
    fn from(Milliseconds(milliseconds): Milliseconds) -> Self {
        Self::from_micros((milliseconds * 1000.0) as u64)
    }
}

impl Add for Milliseconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Milliseconds {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// How often a browser lets a page change its address.
///
/// Chromium and Firefox allow 200 changes in 10 seconds, WebKit 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Changes allowed in one window, everybody's together.
    pub calls: usize,
    /// The window's length.
    pub window: Milliseconds,
}

impl Limits {
    /// The strictest engine's: fit for a browser that is not known.
    pub const STRICTEST: Self = Self { calls: 100, window: Milliseconds(10_000.0) };
    /// Those of Chromium and Firefox.
    pub const USUAL: Self = Self { calls: 200, window: Milliseconds(10_000.0) };
}

/// How the current history entry came to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Navigation {
    /// The same entry has another address.
    Replace,
    /// A new entry was made.
    Push,
    /// Another entry became the current one: Back, Forward, `history.go`.
    Traverse,
    /// A `popstate` event: a traversal, or a change of the fragment.
    Pop,
    /// The environment does not say.
    Unknown,
}

/// What the outside world tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The address, or the entry, has changed, or may have.
    Navigated(Navigation),
    /// A traversal is about to be asked for: what is written now is written on the entry that is left.
    BeforeTraversal,
    /// A traversal is under way. To write now would cancel it.
    Traversing,
    /// The page is being hidden or left: what can be done must be done now.
    Leaving,
    /// The page is back from the back/forward cache.
    Restored,
    /// The microtask turn that [`Page::end_of_turn`] asked for is over.
    EndOfTurn,
    /// The time that [`Page::wake_after`] asked for has passed.
    Wake,
}

/// What became of a history call, as far as the call itself can tell. Only the address tells the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The call returned; browsers drop a call above their limit silently.
    Returned,
    /// The call threw.
    Threw,
    /// A listener of the page cancelled the navigation.
    Cancelled,
}

/// A page: one address, its history, a clock.
pub trait Page {
    /// The whole address, or `None` where there is none to write to.
    fn address(&self) -> Option<String>;
    /// Whether every change of the address is told by a [`Signal`] at once. If not, each read compares the address.
    fn tells_changes(&self) -> bool;
    /// Changes the address of the current entry and keeps its state.
    fn replace(&self, address: &str) -> Report;
    /// Makes a new entry with a copy of the current entry's state.
    fn push(&self, address: &str) -> Report;
    /// The time since some fixed moment; it never goes back.
    fn now(&self) -> Milliseconds;
    /// Asks for [`Signal::EndOfTurn`]. `false` where there are no turns: then the turn is over with the call.
    fn end_of_turn(&self) -> bool;
    /// Asks for [`Signal::Wake`], once, in place of what was asked before.
    fn wake_after(&self, delay: Milliseconds);
    /// The limits of this browser.
    fn limits(&self) -> Limits;
}

/// What tells the time.
pub trait Clock {
    /// The time since some fixed moment.
    fn now(&self) -> Milliseconds;
}

/// What tells the time of day, by which pages reckon that know nothing of one another.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub trait WallClock {
    /// The time since the beginning of 1970. It goes back where somebody sets it back.
    fn since_1970(&self) -> Milliseconds;
}

/// The cookies that a document sees and sets.
pub trait Jar {
    /// What there is to be seen, as `document.cookie` has it; `None` where the browser denies it.
    fn text(&self) -> Option<String>;
    /// Sets a cookie by a text such as `document.cookie` takes; `false` where the browser denies it. Browsers drop what they
    /// do not like without a word.
    fn set(&self, text: &str) -> bool;
    /// Whether the browser keeps cookies of this document at all. Asked when nothing is to be seen: then one cookie that is
    /// not UTF-8 may hide all others.
    fn keeps(&self) -> bool;
    /// Whether it is known that one cookie hides all others.
    fn hides(&self) -> bool;
    /// The host name of the document.
    fn host(&self) -> String;
    /// The path of the document.
    fn path(&self) -> String;
    /// Whether the document came over a secure connection.
    fn is_secure(&self) -> bool;
}

/// The entries of one session, by number: what the storage is known to hold of each, and what it is to hold. Texts stay with
/// whoever keeps the entries, so that the rules need none.
pub trait Entries {
    /// Whether the storage outlives the page. Where it does not, nothing is written: all that follows does nothing, and well.
    fn is_durable(&self) -> bool;
    /// Looks at what the storage holds now, and takes it for known.
    fn look(&self, entry: usize) -> Found;
    /// The length of the name and of what the storage is known to hold, in units of UTF-16; 0 when it holds nothing.
    fn units(&self, entry: usize) -> usize;
    /// Writes what the entry is to hold.
    fn write(&self, entry: usize) -> Result<(), Refusal>;
    /// Writes what the entry held before the batch, which is not over; nothing where it held nothing.
    fn write_back(&self, entry: usize) -> Result<(), Refusal>;
    /// Removes the entry.
    fn remove(&self, entry: usize);
    /// Copies what the storage holds, and nobody can read, to a name of its own.
    fn set_aside(&self, entry: usize) -> Result<(), Refusal>;
    /// Removes that copy.
    fn take_back(&self, entry: usize);
    /// Names one of the entries that [`Self::keep_undo`] is to write down.
    fn note(&self, entry: usize);
    /// Writes down what the entries that were noted held before the batch, so that the next page can put it back if this one
    /// does not come to it; in place of what was written down before.
    fn keep_undo(&self) -> Result<(), Refusal>;
    /// Removes what was written down.
    fn drop_undo(&self);
}

/// What the storage holds of an entry, beside what it was known to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The same.
    Same,
    /// Nothing any more.
    Absent,
    /// Another record.
    Other,
    /// Another text, which is no record that can be read.
    Broken,
}

/// Why the storage did not take a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no room left.
    Full,
    /// The browser denies it.
    Denied,
}

/// Texts by name, as a tab keeps them in its session storage. It never calls back.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
pub trait Storage {
    /// Whether what is written outlives the page.
    fn is_durable(&self) -> bool;
    /// All names, everybody's, in no order.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    fn names(&self) -> Result<Vec<String>, Refusal>;
    /// How many names there are; 0 where the browser denies it.
    fn count(&self) -> usize {
        self.names().map_or(0, |names| names.len())
    }
    /// The text of a name.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    fn read(&self, name: &str) -> Result<Option<String>, Refusal>;
    /// Writes a text in place of the one that is there.
    ///
    /// # Errors
    /// Why it is not taken; what was there stays.
    fn write(&self, name: &str, text: &str) -> Result<(), Refusal>;
    /// Writes the text of one name under another one too, as it is: a browser's text may be no `str`. Does nothing where
    /// there is none.
    ///
    /// # Errors
    /// As [`Self::write`].
    fn copy(&self, from: &str, to: &str) -> Result<(), Refusal> {
        self.read(from)?.map_or(Ok(()), |text| self.write(to, &text))
    }
    /// Removes a name and its text. Where reads are allowed, it cannot fail.
    fn remove(&self, name: &str);
}
