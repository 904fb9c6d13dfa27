//! The future of `settled()`: filled once, from the writer.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::RefCell;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use super::waiters::Outcome;

#[derive(Debug, Default)]
struct Cell {
    outcome: Option<Outcome>,
    waker: Option<Waker>,
}

/// Resolves with what became of the writes made before it; it never fails.
#[derive(Debug)]
pub struct Settled {
    cell: Rc<RefCell<Cell>>,
}

impl Settled {
    pub(crate) fn new() -> (Self, Box<dyn FnOnce(Outcome)>) {
        let cell = Rc::new(RefCell::new(Cell::default()));
        let filled = Rc::clone(&cell);
        let done = move |outcome| {
            let mut cell = filled.borrow_mut();
            cell.outcome = Some(outcome);
            let waker = cell.waker.take();
            drop(cell);
            if let Some(waker) = waker {
                waker.wake();
            }
        };
        (Self { cell }, Box::new(done))
    }

    /// The outcome, when it is known already.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.cell.borrow().outcome
    }
}

impl Future for Settled {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let mut cell = self.cell.borrow_mut();
        match cell.outcome {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                cell.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
