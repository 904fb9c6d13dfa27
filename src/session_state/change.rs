//! Who listens to the session, and what they are told: one batch after the other, in order, whatever a listener does.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// Who changed the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// A write through this session.
    Local,
    /// Other code: JavaScript, a frame of the same origin, another copy of this crate.
    External,
}

impl Source {
    /// The stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::External => "external",
        }
    }
}

/// One batch of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The keys whose values changed, in the order of their letters.
    pub keys: Vec<String>,
    /// Who changed them.
    pub source: Source,
}

type Listener = Rc<dyn Fn(&Change)>;

#[derive(Default)]
pub(super) struct Listeners {
    listeners: RefCell<Vec<(usize, Listener)>>,
    /// The last one's number: they are never used twice.
    last: Cell<usize>,
    /// What is to be told, and the last of those who listened when it happened.
    changes: RefCell<VecDeque<(usize, Change)>>,
    is_telling: Cell<bool>,
}

impl Listeners {
    pub fn add(&self, listener: Listener) -> usize {
        let id = self.last.get() + 1;
        self.last.set(id);
        self.listeners.borrow_mut().push((id, listener));
        id
    }

    pub fn remove(&self, id: usize) {
        let mut listeners = self.listeners.borrow_mut();
        let left = listeners.iter().position(|(its, _)| *its == id).map(|at| listeners.remove(at));
        drop(listeners);
        // It goes when nothing is borrowed: it may own a subscription.
        drop(left);
    }

    pub fn is_empty(&self) -> bool {
        self.listeners.borrow().is_empty()
    }

    pub fn push(&self, change: Change) {
        self.changes.borrow_mut().push_back((self.last.get(), change));
    }

    /// Tells all that is to be told. What listeners change meanwhile is told after it.
    pub fn tell(&self) {
        struct Done<'a>(&'a Cell<bool>);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }

        if self.is_telling.replace(true) {
            return;
        }
        let _done = Done(&self.is_telling);
        loop {
            let next = self.changes.borrow_mut().pop_front();
            let Some((last, change)) = next else { return };
            let mut told = 0;
            while let Some((id, listener)) = self.next_after(told).filter(|(id, _)| *id <= last) {
                told = id;
                listener(&change);
            }
        }
    }

    /// The listener with the next number: one that ended the subscription of another is not the last to be called.
    fn next_after(&self, id: usize) -> Option<(usize, Listener)> {
        self.listeners.borrow().iter().find(|(its, _)| *its > id).cloned()
    }
}
