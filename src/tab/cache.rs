//! Caches by the clock that there is here.

use super::clock::TabClock;
use crate::cache::{CacheData, CacheDataBuilder, CacheResource, CacheResourceBuilder};

impl<K: ?Sized, V> CacheData<K, V> {
    /// A cache that is to be. Without options it keeps all, for ever.
    #[must_use]
    pub fn builder() -> CacheDataBuilder<K, V> {
        Self::builder_with(TabClock::new())
    }
}

impl<K: ?Sized, V> CacheResource<K, V> {
    /// A cache that is to be. Without options it keeps all, for ever.
    #[must_use]
    pub fn builder() -> CacheResourceBuilder<K, V> {
        Self::builder_with(TabClock::new())
    }
}
