//! Caches by the clock that there is here, and in the session storage of this tab.

use alloc::boxed::Box;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::clock::{TabClock, TabWallClock};
use super::environment::open_storage;
use super::{session_state, status};
use crate::cache::{CacheData, CacheDataBuilder, CacheResource, CacheResourceBuilder};
use crate::port::Storage as _;

impl<K: ?Sized, V> CacheData<K, V> {
    /// A cache that is to be. Without options it keeps all, for ever.
    #[must_use]
    pub fn builder() -> CacheDataBuilder<K, V> {
        Self::builder_with(TabClock::new())
    }
}

impl<K: ?Sized, V: Serialize + DeserializeOwned> CacheDataBuilder<K, V> {
    /// Keeps values in the session storage of this tab, too, so that a reload and later pages of the tab find them: `name` is
    /// that of the cache, and a version behind an `@`, such as `"cities@3"`. Give another version when `V` changes.
    ///
    /// With the first use of the cache, what is there is taken in, as if each value had been used last when it was made: its time
    /// to live goes on, by the time of day, and the most entries and bytes hold for all of it. What JavaScript keeps later is found
    /// when it is asked for. What is let go of leaves the storage, and so does what cannot be read as a `V`. The same entries are those of JavaScript's `cacheData` with `persist: "session"` and this name for its `key`:
    /// where JavaScript asks for `load("Oslo")`, the key is `("Oslo",)`. Have one cache for a name, and clone it.
    ///
    /// Where the browser denies the storage, where there is no room, and without a browser, values are kept in memory alone, and
    /// [`persistence`](CacheData::persistence) says so. A value that serde cannot write is, too. In each case an
    /// [`Error`](crate::cache::CacheEventKind::Error) event tells.
    ///
    /// ```
    /// use tabstate::cache::{CacheData, Persistence};
    ///
    /// let populations = CacheData::<(&str,), u32>::builder().ttl("1h").persist_in_session("populations@1").build()?;
    /// assert_eq!(populations.get_or_insert_with(&("Oslo",), || 717_710)?, 717_710);
    /// assert!(matches!(populations.persistence(), Persistence::Memory(Some(_))), "there is no browser");
    ///
    /// assert!(CacheData::<str, u32>::builder().persist_in_session("").build().is_err());
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    #[must_use]
    pub fn persist_in_session(self, name: &str) -> Self {
        let storage = open_storage();
        let reason = if storage.is_durable() { None } else { status::status().session_state };
        self.persist(Box::new(storage), Box::new(TabWallClock), Ok(session_state::names()), name, reason)
    }
}

impl<K: ?Sized, V> CacheResource<K, V> {
    /// A cache that is to be. Without options it keeps all, for ever.
    #[must_use]
    pub fn builder() -> CacheResourceBuilder<K, V> {
        Self::builder_with(TabClock::new())
    }
}
