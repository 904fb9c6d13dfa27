//! Who is told: of changes, and of what became of writes. In Rust those are closures; JavaScript keeps its own, and is told
//! numbers and texts. Knows nothing of what it tells.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use super::news::Change;
use super::waiters::Outcome;

/// Those who are told. Nothing is borrowed meanwhile: they may call back.
pub trait Audience {
    /// One who waits for writes to settle.
    type Waiter;

    /// Tells `waiter` what became of the writes.
    fn settled(&self, waiter: Self::Waiter, outcome: Outcome);

    /// Tells all who listen now of one batch of changes.
    fn changed(&self, change: &Change);
}

type Listener = Rc<dyn Fn(&Change)>;

/// Closures.
#[derive(Default)]
pub struct Listeners {
    listeners: RefCell<Vec<Option<Listener>>>,
    telling: Cell<bool>,
}

impl Listeners {
    /// Returns what [`Self::remove`] takes.
    pub(crate) fn add(&self, listener: Listener) -> usize {
        let mut listeners = self.listeners.borrow_mut();
        // Not while telling: who subscribes meanwhile does not hear what is being told.
        let free = listeners.iter().position(Option::is_none).filter(|_| !self.telling.get());
        match free.and_then(|at| listeners.get_mut(at)) {
            Some(slot) => *slot = Some(listener),
            None => listeners.push(Some(listener)),
        }
        free.unwrap_or(listeners.len() - 1)
    }

    /// Returns whether nobody is left.
    pub(crate) fn remove(&self, id: usize) -> bool {
        let mut listeners = self.listeners.borrow_mut();
        let left = listeners.get_mut(id).and_then(Option::take);
        let is_empty = listeners.iter().all(Option::is_none);
        if is_empty {
            listeners.clear();
        }
        drop(listeners);
        drop(left);
        is_empty
    }
}

impl Audience for Listeners {
    type Waiter = Box<dyn FnOnce(Outcome)>;

    fn settled(&self, waiter: Self::Waiter, outcome: Outcome) {
        waiter(outcome);
    }

    fn changed(&self, change: &Change) {
        self.telling.set(true);
        let count = self.listeners.borrow().len();
        for at in 0..count {
            let listener = self.listeners.borrow().get(at).cloned().flatten();
            if let Some(listener) = listener {
                listener(change);
            }
        }
        self.telling.set(false);
    }
}
