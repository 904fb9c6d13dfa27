//! Something of this tab that can be read, written and listened to, as one value: what bindings to frameworks stand on.
//!
//! A [`Watched`] thing is made by its name and costs nothing until it is listened to. Two with the same name show the same.
//!
//! ```
//! use std::cell::Cell;
//! use std::rc::Rc;
//!
//! use tabstate::query_params::{self, codecs::Int};
//! use tabstate::watched::{QueryParam, Watched as _, WatchedState as _};
//!
//! let page = QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1);
//! let seen = Rc::new(Cell::new(page.get()));
//! let subscription = page.subscribe({
//!     let (page, seen) = (page.clone(), Rc::clone(&seen));
//!     move || seen.set(page.get())
//! });
//!
//! page.update(|page| page + 1);
//! assert_eq!(seen.get(), 2);
//! assert_eq!(query_params::get("page").as_deref(), Some("2"));
//! # drop(subscription);
//! ```

mod context;
mod cookie;
mod query_param;
mod query_struct;
mod session_state;

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;

pub use context::ContextFact;
pub use cookie::Cookie;
pub use query_param::QueryParam;
pub use query_struct::QueryStruct;
pub use session_state::SessionState;

use crate::Error;

/// How writes of a parameter, or of several, are done where a write does not say it.
macro_rules! written_with_options {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Whether a write makes a new history entry.
            #[must_use]
            pub fn history(mut self, history: $crate::query_params::History) -> Self {
                self.options.history = Some(history);
                self
            }

            /// Delays the address by this time after the last write of the same keys, never the state.
            #[must_use]
            pub fn debounce(mut self, delay: core::time::Duration) -> Self {
                self.options = self.options.debounce(delay);
                self
            }

            /// A push of the same keys within this time of the last one replaces the entry which that made: a burst of typing
            /// is one step Back.
            #[must_use]
            pub fn burst(mut self, within: core::time::Duration) -> Self {
                self.options = self.options.burst(within);
                self
            }
        }
    };
}
use written_with_options;

/// Something of this tab.
pub trait Watched: Clone + 'static {
    /// What it is.
    type Value: Clone + PartialEq + 'static;

    /// What tells it from others of its kind: two with one key are taken for the same thing, and a hook that is given another
    /// one with the same key goes on with the first. With another key, another thing is watched.
    fn key(&self) -> &str;

    /// What it is now. What is absent, invalid or denied reads as the default.
    fn get(&self) -> Self::Value;

    /// What it is where nothing is known of a tab: on a server, and in a page that takes over what a server made.
    fn initial(&self) -> Self::Value;

    /// Calls `listener` after each change of the value. It has heard of a write through [`WatchedState`] when that returns,
    /// unless a batch is under way that is told as one: a `session_state::transaction`, a listener of the session. A change that
    /// came before is not told: read once more behind `subscribe` what was read before it.
    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription;
}

/// Something of this tab that can be written too.
pub trait WatchedState: Watched {
    /// How a write is done.
    type Options: Default;

    /// Writes a value, and says how.
    ///
    /// # Errors
    /// As the free function that writes this: of [`query_params`](crate::query_params::set_with),
    /// [`session_state`](crate::session_state::set) or [`cookies`](crate::cookies::set_with). Nothing is changed then.
    fn try_set_with(&self, value: Self::Value, options: Self::Options) -> Result<(), Error>;

    /// Writes a value.
    ///
    /// # Errors
    /// As [`try_set_with`](Self::try_set_with).
    fn try_set(&self, value: Self::Value) -> Result<(), Error> {
        self.try_set_with(value, Self::Options::default())
    }

    /// Writes a value, and says how. A refusal is reported as an exception in a handler of events is: on the console, and to
    /// the page's listeners of `error`. The value stays what it was.
    fn set_with(&self, value: Self::Value, options: Self::Options) {
        if let Err(error) = self.try_set_with(value, options) {
            report(&error);
        }
    }

    /// Writes a value; as [`set_with`](Self::set_with).
    fn set(&self, value: Self::Value) {
        self.set_with(value, Self::Options::default());
    }

    /// Writes what `change` makes of the value as it is now; as [`set_with`](Self::set_with).
    fn update_with(&self, change: impl FnOnce(Self::Value) -> Self::Value, options: Self::Options) {
        self.set_with(change(self.get()), options);
    }

    /// Writes what `change` makes of the value as it is now; as [`set_with`](Self::set_with).
    fn update(&self, change: impl FnOnce(Self::Value) -> Self::Value) {
        self.update_with(change, Self::Options::default());
    }
}

#[cfg(all(target_arch = "wasm32", feature = "web"))]
use crate::web::report;

#[cfg(not(all(target_arch = "wasm32", feature = "web")))]
fn report(error: &Error) {
    std::eprintln!("tabstate: {error}");
}

/// Ends the subscription when it is dropped.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    /// Dropped in this order: first nobody looks any more.
    _look: Option<Look>,
    _source: Box<dyn core::any::Any>,
}

impl fmt::Debug for Subscription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Subscription")
    }
}

/// What has to be looked at anew behind a write of our own, as its subscribers are told later, or not at all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    QueryParams,
    Cookies,
}

type Looker = Rc<dyn Fn()>;

struct Looks {
    all: RefCell<Vec<(usize, Part, Looker)>>,
    last: Cell<usize>,
}

std::thread_local! {
    static LOOKS: Looks = const { Looks { all: RefCell::new(Vec::new()), last: Cell::new(0) } };
}

struct Look {
    id: usize,
}

impl Look {
    fn begin(part: Part, look: Looker) -> Self {
        LOOKS.with(|looks| {
            let id = looks.last.get() + 1;
            looks.last.set(id);
            looks.all.borrow_mut().push((id, part, look));
            Self { id }
        })
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        // A thread that ends has none. The look goes when nothing is borrowed any more: its listener may own a subscription.
        let _left = LOOKS.try_with(|looks| {
            let mut all = looks.all.borrow_mut();
            all.iter().position(|(id, ..)| *id == self.id).map(|at| all.remove(at))
        });
    }
}

/// Begins anew: who watched the page before is told nothing any more.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(super) fn begin() {
    let _before = LOOKS.with(|looks| looks.all.take());
}

/// Has everybody look who watches something of this part.
pub(super) fn look(part: Part) {
    let all: Vec<_> = LOOKS.with(|looks| looks.all.borrow().iter().filter(|(_, of, _)| *of == part).cloned().collect());
    for (id, _, look) in all {
        // One that ended the subscription of another is not the last to look.
        if LOOKS.with(|looks| looks.all.borrow().iter().any(|(other, ..)| *other == id)) {
            look();
        }
    }
}

/// Nobody is told of what was written and taken back within a turn; whoever heard of the write looks once more.
#[cfg(any(all(target_arch = "wasm32", feature = "web"), all(feature = "testing", not(target_arch = "wasm32"))))]
pub(crate) fn look_behind(signal: crate::port::Signal) {
    if signal == crate::port::Signal::EndOfTurn {
        look(Part::QueryParams);
    }
}

/// Calls `listener` when the value is another one than it was at the last look.
fn looking<W: Watched>(watched: &W, listener: impl Fn() + 'static) -> Looker {
    let watched = watched.clone();
    let told = RefCell::new(watched.get());
    Rc::new(move || {
        let now = watched.get();
        if *told.borrow() != now {
            let _before = told.replace(now);
            listener();
        }
    })
}
