//! One run of a function, for which any number of threads and tasks wait.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::task::Wake;
use core::mem;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Waker;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::threads::{Failure, Task};
use super::{Key, Ticket};

/// What a run came to.
pub(super) enum Outcome<V> {
    Made(Arc<V>),
    /// With its error, where that can be shared.
    Failed(Option<Failure>),
}

impl<V> Clone for Outcome<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Made(value) => Self::Made(Arc::clone(value)),
            Self::Failed(failure) => Self::Failed(failure.clone()),
        }
    }
}

/// What a task makes, or why not.
pub(super) type Making<V> = Task<Result<Arc<V>, Failure>>;

pub(super) struct Run<V> {
    pub key: Key,
    pub entry: usize,
    pub ticket: Ticket,
    /// The thread that it runs on; none where tasks poll it.
    pub thread: Option<ThreadId>,
    pub bell: Arc<Bell>,
    progress: Mutex<Progress<V>>,
    ended: Condvar,
}

pub(super) struct Progress<V> {
    pub outcome: Option<Outcome<V>>,
    /// What is to be polled, but for the time that somebody does.
    pub making: Option<Making<V>>,
    /// The tasks that wait.
    pub waiting: usize,
}

impl<V> Run<V> {
    pub fn new(key: &Key, entry: usize, ticket: Ticket, is_task: bool) -> Self {
        Self {
            key: key.clone(),
            entry,
            ticket,
            thread: (!is_task).then(|| thread::current().id()),
            bell: Arc::default(),
            progress: Mutex::new(Progress { outcome: None, making: None, waiting: usize::from(is_task) }),
            ended: Condvar::new(),
        }
    }

    pub fn progress(&self) -> MutexGuard<'_, Progress<V>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all who wait.
    pub fn end(&self, outcome: Outcome<V>) {
        self.progress().outcome = Some(outcome);
        self.ended.notify_all();
        self.bell.ring();
    }

    /// Whether this thread can wait for it: not where it is itself what is waited for, and not for tasks, which this thread may
    /// have to poll.
    pub fn can_be_waited_for(&self) -> bool {
        self.thread.is_some_and(|thread| thread != thread::current().id())
    }

    /// Waits on this thread.
    pub fn wait(&self) -> Outcome<V> {
        let mut progress = self.progress();
        loop {
            if let Some(outcome) = &progress.outcome {
                return outcome.clone();
            }
            progress = self.ended.wait(progress).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Wakes all tasks that wait for a run; what is polled wakes it.
pub(super) struct Bell {
    is_rung: AtomicBool,
    wakers: Mutex<(usize, BTreeMap<usize, Waker>)>,
}

impl Default for Bell {
    /// What was never polled has to be.
    fn default() -> Self {
        Self { is_rung: AtomicBool::new(true), wakers: Mutex::default() }
    }
}

impl Bell {
    fn wakers(&self) -> MutexGuard<'_, (usize, BTreeMap<usize, Waker>)> {
        self.wakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for one who waits.
    pub fn number(&self) -> usize {
        let mut wakers = self.wakers();
        wakers.0 += 1;
        wakers.0
    }

    pub fn hear(&self, number: usize, waker: &Waker) {
        let replaced = self.wakers().1.insert(number, waker.clone());
        drop(replaced);
    }

    pub fn forget(&self, number: usize) {
        let removed = self.wakers().1.remove(&number);
        drop(removed);
    }

    pub fn ring(&self) {
        self.is_rung.store(true, Ordering::Release);
        let wakers = mem::take(&mut self.wakers().1);
        wakers.into_values().for_each(Waker::wake);
    }

    pub fn is_rung(&self) -> bool {
        self.is_rung.load(Ordering::Acquire)
    }

    /// Whether it rang since this was asked last.
    pub fn take_ring(&self) -> bool {
        self.is_rung.swap(false, Ordering::AcqRel)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.ring();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
