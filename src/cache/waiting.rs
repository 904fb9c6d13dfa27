//! Waiting in tasks: whichever of them is polled, polls what all wait for, and whichever is dropped, leaves it to the others.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use super::Key;
use super::run::{Outcome, Run};
use super::store::{Answer, Store, Unended};
use super::threads::{Failure, MaybeSend, MaybeSync};
use crate::{Error, ErrorKind};

/// One task that waits for a run. Whoever makes it has been counted.
struct Waiting<V> {
    store: Arc<Store<V>>,
    run: Arc<Run<V>>,
    number: usize,
}

impl<V> Future for Waiting<V> {
    type Output = Outcome<V>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<V>> {
        let Self { store, run, number } = &*self;
        run.bell.hear(*number, context.waker());
        let mut progress = run.progress();
        if let Some(outcome) = &progress.outcome {
            return Poll::Ready(outcome.clone());
        }
        // Where another one polls it right now, that one looks after the bell.
        if progress.making.is_none() || !run.bell.take_ring() {
            return Poll::Pending;
        }
        let Some(mut making) = progress.making.take() else { return Poll::Pending };
        drop(progress);
        let unended = Unended::new(store, Arc::clone(run));
        let waker = Waker::from(Arc::clone(&run.bell));
        match making.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => {
                let _run = unended.let_be();
                run.progress().making = Some(making);
                // Those who heard it meanwhile could not poll.
                if run.bell.is_rung() {
                    run.bell.ring();
                }
                Poll::Pending
            }
            Poll::Ready(Ok(value)) => {
                unended.made(&value);
                Poll::Ready(Outcome::Made(value))
            }
            Poll::Ready(Err(failure)) => {
                unended.failed(Arc::clone(&failure));
                Poll::Ready(Outcome::Failed(Some(failure)))
            }
        }
    }
}

impl<V> Drop for Waiting<V> {
    fn drop(&mut self) {
        self.run.bell.forget(self.number);
        self.store.leave(&self.run);
    }
}

/// What the key has, or what the future of `make` makes of it, which all tasks that ask meanwhile wait for.
pub(super) async fn get<V, F, Fut, E>(store: Arc<Store<V>>, key: Key, make: F) -> Result<Arc<V>, E>
where
    V: MaybeSend + MaybeSync + 'static,
    F: FnOnce() -> Fut + MaybeSend + 'static,
    Fut: Future<Output = Result<Arc<V>, E>> + MaybeSend + 'static,
    E: From<Error> + Clone + MaybeSend + MaybeSync + 'static,
{
    let lost = || Error::new(ErrorKind::Unavailable, "the run of this value panicked");
    let mut make = Some(make);
    loop {
        let (run, old, is_ours) = match store.look(&key, true) {
            Answer::Hit(value) => return Ok(value),
            Answer::Run(run) => (run, None, true),
            Answer::Stale(old, run) => (run, Some(old), true),
            Answer::Join(run) => (run, None, false),
            Answer::Alone => match make {
                Some(make) => return make().await,
                None => return Err(lost().into()),
            },
        };
        let number = run.bell.number();
        let waiting = Waiting { store: Arc::clone(&store), run, number };
        if is_ours {
            let Some(make) = make.take() else { return Err(lost().into()) };
            let making = async move { make().await.map_err(|error| Arc::new(error) as Failure) };
            waiting.run.progress().making = Some(Box::pin(making));
        }
        if let (Some(old), Some(spawn)) = (old, &store.ports.spawn) {
            spawn(Box::pin(async move {
                waiting.await;
            }));
            return Ok(old);
        }
        match waiting.await {
            Outcome::Made(value) => return Ok(value),
            Outcome::Failed(failure) => {
                let error = failure.and_then(|failure| failure.downcast_ref::<E>().cloned());
                match error {
                    Some(error) => return Err(error),
                    // It was somebody else's: ours is still to be tried.
                    None if make.is_some() => {}
                    None => return Err(lost().into()),
                }
            }
        }
    }
}
