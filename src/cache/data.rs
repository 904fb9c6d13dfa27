//! Data that is computed once: every caller gets a clone of its own.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::options::Options;
use super::store::Store;
use super::threads::{AnyStorage, AnyWallClock};
use super::waiting;
use super::{CacheEvent, CacheSubscription, Counts, Key, MaybeSend, MaybeSync, Persistence, Size, Task, Ttl};
use crate::port::{Clock, Storage, WallClock};
use crate::session_state::Names;
use crate::{Error, Reason};

/// Values by the keys that they were computed of.
///
/// A key is any value of serde: equal values are one [`Key`]. Each caller gets a clone, so that nobody changes what another one
/// gets. What fails is not kept.
///
/// While a function runs, others who ask for the same key do not run theirs: threads wait, and tasks await. Where that could
/// have no end, the cache is passed over, and what is computed is not kept: in a function that asks for its own key, and on
/// a thread that asks for what tasks are making. Two threads that wait for one another's keys wait for ever.
///
/// A clone of the cache is the same cache. It is [`Send`] and [`Sync`] where its values are.
///
/// ```
/// use tabstate::cache::CacheData;
///
/// let lengths = CacheData::<str, usize>::builder().ttl("10m").max_entries(100).build()?;
/// assert_eq!(lengths.get_or_insert_with("Oslo", || "Oslo".len())?, 4);
/// assert_eq!(lengths.get_or_insert_with("Oslo", || unreachable!("it is kept"))?, 4);
///
/// lengths.clear("Oslo");
/// assert_eq!(lengths.peek("Oslo"), None);
/// assert_eq!((lengths.stats().hits, lengths.stats().misses), (1, 1));
/// # Ok::<(), tabstate::Error>(())
/// ```
pub struct CacheData<K: ?Sized, V> {
    store: Arc<Store<V>>,
    key: PhantomData<fn(&K)>,
}

impl<K: ?Sized, V> CacheData<K, V> {
    /// A cache that is to be, by a clock of your own.
    pub fn builder_with(clock: impl Clock + MaybeSend + MaybeSync + 'static) -> CacheDataBuilder<K, V> {
        CacheDataBuilder { options: Options::new(Box::new(clock)), key: PhantomData }
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

    /// Where values are kept.
    #[must_use]
    pub fn persistence(&self) -> Persistence {
        self.store.persistence()
    }

    /// Calls `listener` with each thing that the cache does, on the thread that does it.
    pub fn subscribe(&self, listener: impl Fn(&CacheEvent) + MaybeSend + MaybeSync + 'static) -> CacheSubscription {
        self.store.listeners.add(Arc::new(listener))
    }
}

impl<K: Serialize + ?Sized, V: Clone> CacheData<K, V> {
    /// What is kept for the key, or what `make` makes.
    ///
    /// # Errors
    /// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue) where the key is none: it is deeper than 128 levels, or refuses
    /// to be written.
    pub fn get_or_insert_with(&self, key: &K, make: impl FnOnce() -> V) -> Result<V, Error> {
        self.get_or_try_insert_with(key, || Ok(make()))
    }

    /// What is kept for the key, or what `make` makes, if it does. A thread that waited for the function of another one, which
    /// failed, tries its own.
    ///
    /// # Errors
    /// That of `make`, and those of [`get_or_insert_with`](Self::get_or_insert_with).
    ///
    /// ```
    /// use tabstate::cache::CacheData;
    ///
    /// let numbers = CacheData::<str, u32>::builder().build()?;
    /// let parse = |text: &str| -> Result<u32, Box<dyn std::error::Error>> {
    ///     numbers.get_or_try_insert_with(text, || Ok(text.parse()?))
    /// };
    /// assert_eq!(parse("7")?, 7);
    /// assert!(parse("seven").is_err());
    /// assert_eq!(numbers.stats().entries, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_or_try_insert_with<E: From<Error>>(&self, key: &K, make: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let key = Key::of(key)?;
        self.store.get(&key, || make().map(Arc::new)).map(Arc::unwrap_or_clone)
    }

    /// What is kept for the key, or what the future of `make` makes. Others who ask meanwhile await the same future; it does not
    /// matter who of them is polled, on which executor, or dropped: it goes on until the last of them is, and is dropped then.
    ///
    /// # Errors
    /// Those of [`get_or_insert_with`](Self::get_or_insert_with), and [`Unavailable`](crate::ErrorKind::Unavailable) where the
    /// future panicked in another task.
    ///
    /// ```
    /// use tabstate::cache::CacheData;
    /// # fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop {
    /// #         if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
    /// #             return value;
    /// #         }
    /// #     }
    /// # }
    ///
    /// let pages = CacheData::<str, String>::builder().build()?;
    /// let page = pages.get_or_insert_with_async("Oslo", || async { "snow".to_owned() });
    /// assert_eq!(block_on(page)?, "snow");
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    pub fn get_or_insert_with_async<F, Fut>(
        &self,
        key: &K,
        make: F,
    ) -> impl Future<Output = Result<V, Error>> + use<K, V, F, Fut>
    where
        V: MaybeSend + MaybeSync + 'static,
        F: FnOnce() -> Fut + MaybeSend + 'static,
        Fut: Future<Output = V> + MaybeSend + 'static,
    {
        self.get_or_try_insert_with_async(key, || async { Ok::<V, Error>(make().await) })
    }

    /// What is kept for the key, or what the future of `make` makes, if it does. An error reaches all who await it; one who awaits
    /// another type of error tries its own `make`.
    ///
    /// # Errors
    /// That of `make`, and those of [`get_or_insert_with_async`](Self::get_or_insert_with_async).
    pub fn get_or_try_insert_with_async<F, Fut, E>(
        &self,
        key: &K,
        make: F,
    ) -> impl Future<Output = Result<V, E>> + use<K, V, F, Fut, E>
    where
        V: MaybeSend + MaybeSync + 'static,
        F: FnOnce() -> Fut + MaybeSend + 'static,
        Fut: Future<Output = Result<V, E>> + MaybeSend + 'static,
        E: From<Error> + Clone + MaybeSend + MaybeSync + 'static,
    {
        let key = Key::of(key);
        let store = Arc::clone(&self.store);
        async move {
            let made = waiting::get(store, key?, || async { make().await.map(Arc::new) });
            made.await.map(Arc::unwrap_or_clone)
        }
    }

    /// What is kept for the key; nothing is run, and it does not count as a use.
    #[must_use]
    pub fn peek(&self, key: &K) -> Option<V> {
        self.store.peek(&Key::of(key).ok()?).map(Arc::unwrap_or_clone)
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

impl<K: ?Sized, V> Clone for CacheData<K, V> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), key: PhantomData }
    }
}

impl<K: ?Sized, V> fmt::Debug for CacheData<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheData").field("stats", &self.store.counts_so_far()).finish_non_exhaustive()
    }
}

/// The options of a [`CacheData`].
pub struct CacheDataBuilder<K: ?Sized, V> {
    options: Options<V>,
    key: PhantomData<fn(&K)>,
}

impl<K: ?Sized, V> CacheDataBuilder<K, V> {
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

    /// The most bytes to keep, a number or a text such as `"10MB"`, and what a value weighs. The one that was not used for the
    /// longest time goes; one that is larger than all is returned and not kept.
    ///
    /// ```
    /// use tabstate::cache::CacheData;
    ///
    /// let pages = CacheData::<str, String>::builder().max_size("1KB", |page| page.len() as u64).build()?;
    /// pages.get_or_insert_with("small", || "x".repeat(1000))?;
    /// pages.get_or_insert_with("large", || "x".repeat(2000))?;
    /// assert!(pages.contains("small") && !pages.contains("large"));
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    #[must_use]
    pub fn max_size<T: TryInto<Size, Error: Into<Error>>>(
        mut self,
        size: T,
        weigh: impl Fn(&V) -> u64 + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        self.options.max_size(size);
        self.options.ports.weigh = Some(Box::new(weigh));
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

    /// Keeps values for later pages as [`persist_in_session`](Self::persist_in_session) does, in a storage and by a time of day
    /// of your own. `namespace` is as in [`Session::open`](crate::session_state::Session::open).
    #[must_use]
    pub fn persist_in(
        self,
        storage: impl Storage + MaybeSend + 'static,
        wall: impl WallClock + MaybeSend + MaybeSync + 'static,
        namespace: &str,
        name: &str,
    ) -> Self
    where
        V: Serialize + DeserializeOwned,
    {
        self.persist(Box::new(storage), Box::new(wall), Names::of(namespace), name, None)
    }

    pub(crate) fn persist(
        mut self,
        storage: AnyStorage,
        wall: AnyWallClock,
        names: Result<Names, Error>,
        name: &str,
        reason: Option<Reason>,
    ) -> Self
    where
        V: Serialize + DeserializeOwned,
    {
        self.options.persist(storage, wall, names, name, reason);
        self
    }

    /// The cache.
    ///
    /// # Errors
    /// [`InvalidOption`](crate::ErrorKind::InvalidOption) for the first option that is wrong: a text that is no time or no size,
    /// a size or a number of entries of 0, a refresh without a time to live, an empty name.
    ///
    /// ```
    /// use tabstate::cache::CacheData;
    ///
    /// assert!(CacheData::<str, u8>::builder().ttl("soon").build().is_err());
    /// assert!(CacheData::<str, u8>::builder().max_entries(0).build().is_err());
    /// ```
    pub fn build(self) -> Result<CacheData<K, V>, Error> {
        Ok(CacheData { store: Arc::new(self.options.build()?), key: PhantomData })
    }
}

impl<K: ?Sized, V> fmt::Debug for CacheDataBuilder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheDataBuilder").field("bounds", &self.options.bounds).finish_non_exhaustive()
    }
}
