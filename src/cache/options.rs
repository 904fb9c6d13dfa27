//! The options that all caches have.

use alloc::boxed::Box;
use core::num::NonZeroUsize;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::session::{Entries, Records};
use super::store::{Ports, Store};
use super::threads::{AnyClock, AnyStorage, AnyWallClock, MaybeSend, MaybeSync, Task};
use super::{Bounds, Shelf, Size, Ttl};
use crate::session_state::Names;
use crate::{Error, ErrorKind, Reason};

pub(super) struct Options<V> {
    pub bounds: Bounds,
    pub ports: Ports<V>,
    entries: Option<Entries>,
    /// The first option that is wrong.
    wrong: Option<Error>,
}

impl<V> Options<V> {
    pub fn new(clock: AnyClock) -> Self {
        let ports = Ports { clock, records: None, release: None, spawn: None, validate: None, weigh: None };
        Self { bounds: Bounds::default(), ports, entries: None, wrong: None }
    }

    fn noted<T>(&mut self, option: Result<T, impl Into<Error>>) -> Option<T> {
        option.map_err(|error| self.wrong.get_or_insert(error.into())).ok()
    }

    pub fn ttl<T: TryInto<Ttl, Error: Into<Error>>>(&mut self, ttl: T) {
        if let Some(ttl) = self.noted(ttl.try_into()) {
            self.bounds.ttl = ttl;
        }
    }

    pub fn max_size<T: TryInto<Size, Error: Into<Error>>>(&mut self, size: T) {
        self.bounds.max_size = self.noted(size.try_into());
    }

    pub fn max_entries(&mut self, most: usize) {
        let none = || Error::new(ErrorKind::InvalidOption, "a cache keeps at least one entry: the most is 1 or more");
        self.bounds.max_entries = self.noted(NonZeroUsize::new(most).ok_or_else(none));
    }

    pub fn refresh(&mut self, spawn: impl Fn(Task) + MaybeSend + MaybeSync + 'static) {
        self.bounds.refreshes = true;
        self.ports.spawn = Some(Box::new(spawn));
    }

    /// `reason` is why the storage is memory, if that is known.
    pub fn persist(
        &mut self,
        storage: AnyStorage,
        wall: AnyWallClock,
        names: Result<Names, Error>,
        cache: &str,
        reason: Option<Reason>,
    ) where
        V: Serialize + DeserializeOwned,
    {
        let nameless = || Error::new(ErrorKind::InvalidOption, "what is kept for other pages has a name: \"cities@1\"");
        let names = names.and_then(|names| if cache.is_empty() { Err(nameless()) } else { Ok(names) });
        let Some(names) = self.noted(names) else { return };
        let entries = Entries::of(storage, &names, cache, reason);
        // What would not outlive the memory, is not kept twice.
        self.ports.records = entries.are_durable().then(|| Records::of(wall));
        self.entries = Some(entries);
    }

    pub fn build(self) -> Result<Store<V>, Error> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        if self.bounds.refreshes && self.bounds.ttl == Ttl::NEVER_ENDS {
            return Err(Error::new(ErrorKind::InvalidOption, "what is refreshed has a time to live: give a ttl"));
        }
        Ok(Store::new(Shelf::new(self.bounds), self.ports, self.entries))
    }
}
