//! The values of a cache in the session storage of a tab: an entry for each, a session record whose order is the time at which the
//! value was made. See `docs/session-format.md`. JavaScript reads and writes the same entries.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::Key;
use super::threads::{AnyStorage, AnyWallClock};
use crate::port::{Milliseconds, Refusal};
use crate::session_state::{MOST, Names, Record, write_record};
use crate::{Error, Reason};

/// Where a cache keeps its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Persistence {
    /// In memory alone. With the reason, where it was asked for more.
    Memory(Option<Reason>),
    /// In the session storage of this tab, too: a reload keeps them.
    Session,
}

impl Persistence {
    /// The stable text, as JavaScript sees it.
    ///
    /// ```
    /// use tabstate::cache::{CacheData, Persistence};
    ///
    /// let lengths = CacheData::<str, usize>::builder().build()?;
    /// assert_eq!(lengths.persistence(), Persistence::Memory(None));
    /// assert_eq!(lengths.persistence().as_str(), "memory");
    /// # Ok::<(), tabstate::Error>(())
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Memory(_) => "memory",
            Self::Session => "session",
        }
    }
}

/// The entries of one cache. They know no values.
pub(super) struct Entries {
    storage: AnyStorage,
    /// What the names of all begin with.
    start: String,
    /// Why the storage does not do what it is asked for.
    reason: Option<Reason>,
}

impl Entries {
    /// Those of a cache; the reason is why the storage is memory, if that is known.
    pub fn of(storage: AnyStorage, names: &Names, cache: &str, reason: Option<Reason>) -> Self {
        Self { storage, start: names.cache(cache), reason }
    }

    /// Whether it is worth the while to write anything.
    pub fn are_durable(&self) -> bool {
        self.storage.is_durable()
    }

    pub fn persistence(&self) -> Persistence {
        match self.reason {
            None if self.are_durable() => Persistence::Session,
            reason => Persistence::Memory(reason),
        }
    }

    fn name(&self, key: &Key) -> String {
        [&self.start, key.text()].concat()
    }

    /// What the storage says, or that it is denied.
    fn told<T: Default>(&mut self, answer: Result<T, Refusal>) -> T {
        answer.unwrap_or_else(|refusal| {
            self.refused(refusal);
            T::default()
        })
    }

    const fn refused(&mut self, refusal: Refusal) {
        self.reason = Some(match refusal {
            Refusal::Full => Reason::Full,
            Refusal::Denied => Reason::Denied,
        });
    }

    /// The keys of all that is there.
    pub fn keys(&mut self) -> Vec<Key> {
        let names = self.storage.names();
        let names = self.told(names);
        let key = |name: &String| name.strip_prefix(&*self.start).map(|key| Key::of_text(key.into()));
        names.iter().filter_map(key).collect()
    }

    /// The record of a key.
    pub fn read(&mut self, key: &Key) -> Option<String> {
        let text = self.storage.read(&self.name(key));
        self.told(text)
    }

    /// Writes the record of a key. What is not written leaves no older one behind.
    pub fn write(&mut self, key: &Key, record: &str) -> Result<(), Refusal> {
        let name = self.name(key);
        let written = self.storage.write(&name, record);
        match written {
            Ok(()) => self.reason = None,
            Err(refusal) => {
                self.storage.remove(&name);
                self.refused(refusal);
            }
        }
        written
    }

    pub fn remove(&self, key: &Key) {
        self.storage.remove(&self.name(key));
    }

    pub fn remove_all(&mut self) {
        for key in self.keys() {
            self.remove(&key);
        }
    }
}

/// How values become records, and when. It runs code of the user, so nothing is locked meanwhile.
pub(super) struct Records<V> {
    wall: AnyWallClock,
    write: fn(&V, u64, u64) -> Result<String, Error>,
    read: fn(&Record<'_>) -> Result<V, Error>,
}

/// What a record holds.
pub(super) struct Restored<V> {
    pub value: V,
    /// How long ago it was made.
    pub age: Milliseconds,
    /// What is to stand in its place: it is of a time that is yet to come.
    pub record: Option<String>,
}

impl<V> Records<V> {
    pub fn of(wall: AnyWallClock) -> Self
    where
        V: Serialize + DeserializeOwned,
    {
        Self { wall, write: write_record, read: |record| record.read() }
    }

    /// The time of day as an order.
    fn now(&self) -> u64 {
        (self.wall.since_1970().0 as u64).min(MOST)
    }

    /// The record of a value that is made now.
    ///
    /// # Errors
    /// That of [`write_record`].
    pub fn write(&self, value: &V, is_async: bool) -> Result<String, Error> {
        (self.write)(value, self.now(), is_async.into())
    }

    /// The time at which the value of a record was made, for what is sorted by it.
    pub fn time_of(&self, text: &str) -> u64 {
        Record::parse(text).map_or(0, |record| record.order().min(self.now()))
    }

    /// What a record holds.
    ///
    /// # Errors
    /// [`Malformed`](crate::ErrorKind::Malformed): there is no need of what cannot be read.
    pub fn read(&self, text: &str) -> Result<Restored<V>, Error> {
        let record = Record::parse(text)?;
        let value = (self.read)(&record)?;
        let now = self.now();
        // From a time that is yet to come: the clock was set back. It counts from now on.
        let is_ahead = record.order() > now;
        Ok(Restored {
            value,
            age: Milliseconds(now.saturating_sub(record.order()) as f64),
            record: is_ahead.then(|| record.with_order(now).to_string()),
        })
    }
}
