//! The options that all caches have.

use alloc::boxed::Box;
use core::num::NonZeroUsize;

use super::store::{Ports, Store};
use super::threads::{AnyClock, MaybeSend, MaybeSync, Task};
use super::{Bounds, Shelf, Size, Ttl};
use crate::{Error, ErrorKind};

pub(super) struct Options<V> {
    pub bounds: Bounds,
    pub ports: Ports<V>,
    /// The first option that is wrong.
    wrong: Option<Error>,
}

impl<V> Options<V> {
    pub fn new(clock: AnyClock) -> Self {
        let ports = Ports { clock, release: None, spawn: None, validate: None, weigh: None };
        Self { bounds: Bounds::default(), ports, wrong: None }
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

    pub fn build(self) -> Result<Store<V>, Error> {
        if let Some(wrong) = self.wrong {
            return Err(wrong);
        }
        if self.bounds.refreshes && self.bounds.ttl == Ttl::NEVER_ENDS {
            return Err(Error::new(ErrorKind::InvalidOption, "what is refreshed has a time to live: give a ttl"));
        }
        Ok(Store::new(Shelf::new(self.bounds), self.ports))
    }
}
