//! Resources that are built once: every caller gets the same object.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;

use serde_core::Serialize;

use super::options::Options;
use super::store::Store;
use super::waiting;
use super::{CacheEvent, CacheSubscription, Counts, Key, MaybeSend, MaybeSync, Task, Ttl};
use crate::Error;
use crate::port::Clock;

/// Objects that are shared, by the keys that they were built of: connections, models, workers.
///
/// Every caller gets the same [`Arc`]: it counts on wasm as well as an `Rc`, and a cache whose objects may cross threads
/// may do so itself. The cache lets go of an object once: when it is cleared, evicted, expired, not valid any more, replaced by
/// another object, or when the cache itself is dropped; then `on_release` is called, while callers may still hold it.
/// What was built while its key was cleared was never kept, and is its callers' own: it is not released.
///
/// How it runs functions, and for whom, is as with [`CacheData`](super::CacheData).
///
/// ```
/// use std::sync::Arc;
/// use tabstate::cache::CacheResource;
///
/// #[derive(Debug, PartialEq)]
/// struct Connection(&'static str);
///
/// let connections = CacheResource::<str, Connection>::builder()
///     .validate(|connection| connection.0 != "closed")
///     .on_release(|connection| println!("{connection:?} is not used any more"))
///     .build()?;
/// let one = connections.get_or_insert_with("db", || Connection("open"))?;
/// let other = connections.get_or_insert_with("db", || Connection("never"))?;
/// assert!(Arc::ptr_eq(&one, &other));
/// # Ok::<(), tabstate::Error>(())
/// ```
pub struct CacheResource<K: ?Sized, V> {
    store: Arc<Store<V>>,
    key: PhantomData<fn(&K)>,
}

impl<K: ?Sized, V> CacheResource<K, V> {
    /// A cache that is to be, by a clock of your own.
    pub fn builder_with(clock: impl Clock + MaybeSend + MaybeSync + 'static) -> CacheResourceBuilder<K, V> {
        CacheResourceBuilder { options: Options::new(Box::new(clock)), key: PhantomData }
    }

    /// Lets go of all that is kept. Runs that are under way reach those who wait for them, and are not kept.
    pub fn clear_all(&self) {
        self.store.clear_all();
    }

    /// What happened so far, and what is there.
    #[must_use]
    pub fn stats(&self) -> Counts {
        self.store.counts()
    }

    /// Calls `listener` with each thing that the cache does, on the thread that does it.
    pub fn subscribe(&self, listener: impl Fn(&CacheEvent) + MaybeSend + MaybeSync + 'static) -> CacheSubscription {
        self.store.listeners.add(Arc::new(listener))
    }
}

impl<K: Serialize + ?Sized, V> CacheResource<K, V> {
    /// What is kept for the key, or what `make` makes: an object, or an `Arc` of one. Where that is the very one that is kept
    /// already, a refresh does not release it.
    ///
    /// # Errors
    /// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue) where the key is none: it is deeper than 128 levels, or refuses
    /// to be written.
    pub fn get_or_insert_with<R: Into<Arc<V>>>(&self, key: &K, make: impl FnOnce() -> R) -> Result<Arc<V>, Error> {
        self.get_or_try_insert_with(key, || Ok(make()))
    }

    /// What is kept for the key, or what `make` makes, if it does. A thread that waited for the function of another one, which
    /// failed, tries its own.
    ///
    /// # Errors
    /// That of `make`, and those of [`get_or_insert_with`](Self::get_or_insert_with).
    pub fn get_or_try_insert_with<R: Into<Arc<V>>, E: From<Error>>(
        &self,
        key: &K,
        make: impl FnOnce() -> Result<R, E>,
    ) -> Result<Arc<V>, E> {
        let key = Key::of(key)?;
        self.store.get(&key, || make().map(R::into))
    }

    /// What is kept for the key, or what the future of `make` makes. Others who ask meanwhile await the same future; it does not
    /// matter who of them is polled, on which executor, or dropped: it goes on until the last of them is, and is dropped then.
    ///
    /// # Errors
    /// Those of [`get_or_insert_with`](Self::get_or_insert_with), and [`Unavailable`](crate::ErrorKind::Unavailable) where the
    /// future panicked in another task.
    pub fn get_or_insert_with_async<F, Fut, R>(
        &self,
        key: &K,
        make: F,
    ) -> impl Future<Output = Result<Arc<V>, Error>> + use<K, V, F, Fut, R>
    where
        V: MaybeSend + MaybeSync + 'static,
        F: FnOnce() -> Fut + MaybeSend + 'static,
        Fut: Future<Output = R> + MaybeSend + 'static,
        R: Into<Arc<V>>,
    {
        self.get_or_try_insert_with_async(key, || async { Ok::<Arc<V>, Error>(make().await.into()) })
    }

    /// What is kept for the key, or what the future of `make` makes, if it does. An error reaches all who await it; one who awaits
    /// another type of error tries its own `make`.
    ///
    /// # Errors
    /// That of `make`, and those of [`get_or_insert_with_async`](Self::get_or_insert_with_async).
    pub fn get_or_try_insert_with_async<F, Fut, R, E>(
        &self,
        key: &K,
        make: F,
    ) -> impl Future<Output = Result<Arc<V>, E>> + use<K, V, F, Fut, R, E>
    where
        V: MaybeSend + MaybeSync + 'static,
        F: FnOnce() -> Fut + MaybeSend + 'static,
        Fut: Future<Output = Result<R, E>> + MaybeSend + 'static,
        R: Into<Arc<V>>,
        E: From<Error> + Clone + MaybeSend + MaybeSync + 'static,
    {
        let key = Key::of(key);
        let store = Arc::clone(&self.store);
        async move { waiting::get(store, key?, || async { make().await.map(R::into) }).await }
    }

    /// What is kept for the key; nothing is run, and it does not count as a use.
    #[must_use]
    pub fn peek(&self, key: &K) -> Option<Arc<V>> {
        self.store.peek(&Key::of(key).ok()?)
    }

    /// Whether something is kept for the key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        Key::of(key).is_ok_and(|key| self.store.peek(&key).is_some())
    }

    /// Lets go of what is kept for the key. A run that is under way reaches those who wait for it, and is not kept.
    pub fn clear(&self, key: &K) {
        if let Ok(key) = Key::of(key) {
            self.store.clear(&key);
        }
    }
}

impl<K: ?Sized, V> Clone for CacheResource<K, V> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), key: PhantomData }
    }
}

impl<K: ?Sized, V> fmt::Debug for CacheResource<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheResource").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

/// The options of a [`CacheResource`].
pub struct CacheResourceBuilder<K: ?Sized, V> {
    options: Options<V>,
    key: PhantomData<fn(&K)>,
}

impl<K: ?Sized, V> CacheResourceBuilder<K, V> {
    /// How long a value is alive: a [`Duration`](core::time::Duration), or a text such as `"10m"`. Without it, for ever; with zero
    /// or less, never.
    #[must_use]
    pub fn ttl<T: TryInto<Ttl, Error: Into<Error>>>(mut self, ttl: T) -> Self {
        self.options.ttl(ttl);
        self
    }

    /// The most values to keep: the one that was not used for the longest time goes.
    #[must_use]
    pub fn max_entries(mut self, most: usize) -> Self {
        self.options.max_entries(most);
        self
    }

    /// Whether an object may still be handed out, asked on each hit. One that may not is let go of, and another one is built.
    #[must_use]
    pub fn validate(mut self, is_valid: impl Fn(&V) -> bool + MaybeSend + MaybeSync + 'static) -> Self {
        self.options.ports.validate = Some(Box::new(is_valid));
        self
    }

    /// Called with each object that the cache lets go of.
    #[must_use]
    pub fn on_release(mut self, release: impl Fn(Arc<V>) + MaybeSend + MaybeSync + 'static) -> Self {
        self.options.ports.release = Some(Box::new(release));
        self
    }

    /// For as long again as its time to live, a value is handed out at once, while a run behind it makes a newer one: `spawn` is
    /// given that run, such as `tokio::spawn` or `wasm_bindgen_futures::spawn_local`.
    ///
    /// A function that is no future cannot run behind: there, the one who finds the value past its time makes the newer one,
    /// and all others get the old one meanwhile.
    #[must_use]
    pub fn refresh_in_background(mut self, spawn: impl Fn(Task) + MaybeSend + MaybeSync + 'static) -> Self {
        self.options.refresh(spawn);
        self
    }

    /// The cache.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) for the first option that is wrong: a text that is no time, a number of
    /// entries of 0, a refresh without a time to live.
    pub fn build(self) -> Result<CacheResource<K, V>, Error> {
        Ok(CacheResource { store: Arc::new(self.options.build()?), key: PhantomData })
    }
}

impl<K: ?Sized, V> fmt::Debug for CacheResourceBuilder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheResourceBuilder").field("bounds", &self.options.bounds).finish_non_exhaustive()
    }
}
