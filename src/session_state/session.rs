//! The session: values by key in a storage that other code writes to as well. Each read looks at the storage; writes are
//! collected into batches, which the ledger writes. Nothing is borrowed while a listener or a user's value runs.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell, RefMut};
use core::cmp::Reverse;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::MOST;
use super::change::{Change, Listeners, Source};
use super::ledger::{Edit, Ledger, Standing};
use super::names::Names;
use super::record::{Record, write_record};
use super::texts::{Texts, order_of, units};
use crate::port::{Entries as _, Refusal, Storage};
use crate::{Error, ErrorKind};

/// How keys begin that Streamlit keeps for itself.
const RESERVED: &str = "$$ID";

/// How many entries [`Usage::largest`] names.
const MOST_LARGEST: usize = 10;

/// How long a value lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Durability {
    /// As long as the tab: the storage holds it.
    Durable,
    /// As long as the page: there is no storage, or the browser denies it.
    Memory,
    /// Memory alone has the newest of it: it is part of a transaction that is not over, or of one that failed and could not
    /// be undone in the storage. [`Session::flush`] tries again.
    Pending,
}

impl Durability {
    /// The stable text, as JavaScript sees it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Durable => "durable",
            Self::Memory => "memory",
            Self::Pending => "pending",
        }
    }
}

/// An entry that holds no value which can be read, and is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The key, which reads as absent, or holds what was written since.
    pub key: String,
    /// Why it cannot be read.
    pub reason: &'static str,
    /// The name of the entry in the storage: `<namespace>:<key>`, or `<namespace>!aside:<number>:<key>` once the key was
    /// written.
    pub name: String,
}

/// How much the session keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The entries: those of [`Session::keys`], and those of [`Session::quarantined`].
    pub entries: usize,
    /// The units of UTF-16 of their names and texts, which browsers count; they keep about 5 million for a tab.
    pub units: usize,
    /// The longest ones, at most ten, the longest first.
    pub largest: Vec<Large>,
}

/// How much one entry takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Large {
    /// The entry's key.
    pub key: String,
    /// The units of UTF-16 of its name and text.
    pub units: usize,
}

/// How a session is opened.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub names: Names,
    version: Option<u64>,
}

impl Options {
    /// As [`Session::open`] takes them.
    pub fn of(namespace: Option<&str>, version: Option<u64>) -> Result<Self, Error> {
        if version.is_some_and(|version| version > MOST) {
            return Err(Error::new(ErrorKind::InvalidOption, "the session's version is a whole number below 2^53"));
        }
        Ok(Self { names: namespace.map_or_else(|| Ok(Names::default()), Names::of)?, version })
    }
}

/// What is to be written: the record of each key, or that it is to be no more.
type Batch = BTreeMap<String, Option<Rc<str>>>;

/// The values of one namespace in a storage. [The module's functions](super) are those of this tab's.
///
/// ```
/// use tabstate::memory::MemoryStorage;
/// use tabstate::session_state::{Durability, Session};
///
/// let session = Session::open(MemoryStorage::default(), "shop", None)?;
/// session.set("cart", ["tea", "salt"])?;
/// assert_eq!(session.get::<Vec<String>>("cart")?, Some(vec!["tea".to_owned(), "salt".to_owned()]));
/// assert_eq!(session.durability(), Durability::Memory);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub struct Session<S: Storage> {
    texts: Texts<S>,
    ledger: RefCell<Ledger>,
    /// The transactions under way, the innermost last.
    batches: RefCell<Vec<Batch>>,
    listeners: Listeners,
    /// The keys that other code changed, of which nobody was told yet.
    external: RefCell<BTreeSet<String>>,
    /// Whether there is a value that could not be put back.
    owes: Cell<bool>,
    /// How many names the storage had when all of them were known.
    seen: Cell<usize>,
}

impl<S: Storage> Session<S> {
    /// Opens what the storage holds under a namespace, and puts back what an earlier page could not.
    ///
    /// With a `version`, values are written with it, and those of a newer one are [quarantined](Self::quarantined). Those of
    /// an older one are read as they are: give new fields a default, or ask [`version`](Self::version). Without one, values
    /// of any version are read, and 0 is written.
    ///
    /// # Errors
    /// [`InvalidOption`](ErrorKind::InvalidOption) for a namespace that is empty or has a `:` or a `!`, and a version of
    /// 2<sup>53</sup> or more; [`Blocked`](ErrorKind::Blocked) where the storage cannot be read.
    pub fn open(storage: S, namespace: &str, version: Option<u64>) -> Result<Self, Error> {
        let session = Self::closed(storage, Options::of(Some(namespace), version)?);
        session.start()?;
        Ok(session)
    }

    /// A session that knows nothing of its storage yet.
    pub(crate) fn closed(storage: S, options: Options) -> Self {
        Self {
            texts: Texts::new(storage, options.names, options.version),
            ledger: RefCell::default(),
            batches: RefCell::default(),
            listeners: Listeners::default(),
            external: RefCell::default(),
            owes: Cell::default(),
            seen: Cell::default(),
        }
    }

    /// Looks at the storage, and puts back what an earlier page could not.
    pub(crate) fn start(&self) -> Result<(), Error> {
        self.look_at_all()?;
        self.put_back()
    }

    /// The storage behind it.
    pub const fn storage(&self) -> &S {
        &self.texts.storage
    }

    // Reads.

    /// The value of `key`, as the storage has it now.
    ///
    /// # Errors
    /// [`Malformed`](ErrorKind::Malformed) where it is not a `T`, [`Blocked`](ErrorKind::Blocked) where the browser denies the
    /// storage meanwhile. An absent key, and [one that cannot be read](Self::quarantined), is `Ok(None)`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let value = Record::parse(&text).and_then(|record| record.read());
        value.map(Some).map_err(|error| error.with_key(key))
    }

    /// Whether `key` has a value.
    ///
    /// # Errors
    /// [`Blocked`](ErrorKind::Blocked) where the browser denies the storage meanwhile.
    pub fn contains(&self, key: &str) -> Result<bool, Error> {
        Ok(self.text(key)?.is_some())
    }

    /// The application's version that wrote the value of `key`; 0 where it had none.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn version(&self, key: &str) -> Result<Option<u64>, Error> {
        Ok(self.text(key)?.and_then(|text| Record::parse(&text).ok().map(|record| record.version())))
    }

    /// All keys that have values, in the order in which they were set first.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn keys(&self) -> Result<Vec<String>, Error> {
        self.look_at_all()?;
        let ledger = self.ledger()?;
        let stored = self.texts.all().into_iter().map(|(entry, key)| (key, self.value(&ledger, entry)));
        let mut texts: Batch = stored.collect();
        for batch in self.batches.borrow().iter() {
            texts.extend(batch.clone());
        }
        let mut keys: Vec<(u64, String)> =
            texts.into_iter().filter_map(|(key, text)| Some((order_of(&text?), key))).collect();
        keys.sort();
        Ok(keys.into_iter().map(|(_, key)| key).collect())
    }

    /// The entries that hold no value which can be read: broken ones, and those of a newer version of the application. They
    /// are kept, by a name of their own once the key is written, until other code removes them.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn quarantined(&self) -> Result<Vec<Quarantined>, Error> {
        self.look_at_all()?;
        let ledger = self.ledger()?;
        let mut all = Vec::new();
        for (entry, key) in self.texts.all() {
            let text = self.texts.value(entry).filter(|_| ledger.standing(entry) == Standing::Broken);
            if let Some(reason) = text.and_then(|text| self.texts.trouble(&text)) {
                all.push(Quarantined { name: self.texts.names.entry(&key), key, reason });
            }
        }
        for name in self.names_aside()? {
            let (Some(key), Some(text)) = (self.texts.names.key_aside(&name), self.read(&name)?) else { continue };
            let reason = self.texts.trouble(&text).unwrap_or("written by a newer version, until this one read it");
            all.push(Quarantined { key: key.into(), reason, name });
        }
        all.sort_by(|one, other| (&one.key, &one.name).cmp(&(&other.key, &other.name)));
        Ok(all)
    }

    /// How long values live.
    pub fn durability(&self) -> Durability {
        let is_written = self.batches.borrow().iter().any(|batch| !batch.is_empty());
        self.durability_if(is_written || !self.owed().is_empty())
    }

    /// How long the value of `key` lives; of an absent one, how long it would.
    pub fn durability_of(&self, key: &str) -> Durability {
        let is_written = self.batches.borrow().iter().any(|batch| batch.contains_key(key));
        // Where it is denied, what was known last counts.
        let _looked = self.look(key);
        self.durability_if(is_written || self.owed().iter().any(|(_, owed)| owed == key))
    }

    fn durability_if(&self, is_pending: bool) -> Durability {
        match (self.storage().is_durable(), is_pending) {
            (false, _) => Durability::Memory,
            (true, true) => Durability::Pending,
            (true, false) => Durability::Durable,
        }
    }

    /// How much the session keeps in the storage. Foreign entries are not counted.
    ///
    /// # Errors
    /// As [`contains`](Self::contains).
    pub fn usage(&self) -> Result<Usage, Error> {
        self.look_at_all()?;
        let known = self.texts.all().into_iter().map(|(entry, key)| (key, self.texts.units(entry)));
        let mut all: Vec<(String, usize)> = known.filter(|(_, units)| *units > 0).collect();
        for name in self.names_aside()? {
            if let (Some(key), Some(text)) = (self.texts.names.key_aside(&name), self.read(&name)?) {
                all.push((key.into(), units(&name) + units(&text)));
            }
        }
        all.sort_by(|(one, its), (other, others)| (Reverse(its), one).cmp(&(Reverse(others), other)));
        let sum = all.iter().map(|(_, units)| units).sum();
        let entries = all.len();
        let largest = all.into_iter().take(MOST_LARGEST).map(|(key, units)| Large { key, units }).collect();
        Ok(Usage { entries, units: sum, largest })
    }

    // Writes.

    /// Writes the value of `key`. When it returns, the storage holds it; after an error, all is as before.
    ///
    /// # Errors
    /// [`UnsupportedValue`](ErrorKind::UnsupportedValue) where the value cannot be written, and for keys that begin with
    /// `$$ID`, which Streamlit keeps for itself; [`Full`](ErrorKind::Full) where there is no room,
    /// [`Blocked`](ErrorKind::Blocked) where the browser denies the storage meanwhile.
    pub fn set(&self, key: &str, value: impl Serialize) -> Result<(), Error> {
        if key.starts_with(RESERVED) {
            let message = "keys that begin with `$$ID` are Streamlit's own: take another one";
            return Err(Error::new(ErrorKind::UnsupportedValue, message).with_key(key));
        }
        let order = self.order_for(key)?;
        let version = self.texts.version.unwrap_or_default();
        let text = write_record(&value, order, version).map_err(|error| error.with_key(key))?;
        self.put(Batch::from([(key.into(), Some(text.into()))]))
    }

    /// The value of `key`; where it has none, `value`, which is written.
    ///
    /// # Errors
    /// Those of [`get`](Self::get) and [`set`](Self::set).
    pub fn set_default<T: Serialize + DeserializeOwned>(&self, key: &str, value: T) -> Result<T, Error> {
        if let Some(value) = self.get(key)? {
            return Ok(value);
        }
        self.set(key, &value)?;
        Ok(value)
    }

    /// Removes the value of `key`; returns whether there was one. [What cannot be read](Self::quarantined) stays.
    ///
    /// # Errors
    /// [`Blocked`](ErrorKind::Blocked) where the browser denies the storage meanwhile.
    pub fn remove(&self, key: &str) -> Result<bool, Error> {
        let is_there = self.contains(key)?;
        if is_there {
            self.put(Batch::from([(key.into(), None)]))?;
        }
        Ok(is_there)
    }

    /// Removes all values of this namespace. [What cannot be read](Self::quarantined) stays.
    ///
    /// # Errors
    /// [`Blocked`](ErrorKind::Blocked) where the browser denies the storage meanwhile.
    pub fn clear(&self) -> Result<(), Error> {
        self.put(self.keys()?.into_iter().map(|key| (key, None)).collect())
    }

    /// Runs `edit`: all that it writes is written, and told, as one, when it returns; if it fails, nothing is. Reads inside
    /// see its writes. A transaction in a transaction is part of it, and fails alone.
    ///
    /// # Errors
    /// What `edit` returns, and those of [`set`](Self::set) where the storage does not take all of it.
    pub fn transaction<T, E: From<Error>>(&self, edit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        /// Takes back also what a panic leaves.
        struct Rollback<'a>(&'a RefCell<Vec<Batch>>, usize);
        impl Drop for Rollback<'_> {
            fn drop(&mut self) {
                self.0.borrow_mut().truncate(self.1);
            }
        }

        let depth = self.batches.borrow().len();
        self.batches.borrow_mut().push(Batch::new());
        let rollback = Rollback(&self.batches, depth);
        let result = edit();
        let batch = self.batches.borrow_mut().get_mut(depth).map(core::mem::take).unwrap_or_default();
        drop(rollback);
        match result {
            Ok(value) => self.put(batch).map(|()| value).map_err(E::from),
            Err(error) => {
                self.tell();
                Err(error)
            }
        }
    }

    /// Follows what other code changed, tells it, and writes what could not be put back after a failed transaction.
    ///
    /// # Errors
    /// [`Full`](ErrorKind::Full) and [`Blocked`](ErrorKind::Blocked): what is [pending](Durability::Pending) still is.
    pub fn flush(&self) -> Result<(), Error> {
        let flushed = self.look_at_all().and_then(|()| self.save_owed());
        self.tell();
        flushed
    }

    // What others do.

    /// Calls `listener` once for each batch of changes, after the state is consistent; returns what
    /// [`unsubscribe`](Self::unsubscribe) takes.
    ///
    /// What other code changed is told when it is [heard](Self::hear) of, and at the latest with the next write or flush.
    pub fn subscribe(&self, listener: impl Fn(&Change) + 'static) -> usize {
        self.listeners.add(Rc::new(listener))
    }

    /// Calls the listener no more.
    pub fn unsubscribe(&self, id: usize) {
        self.listeners.remove(id);
    }

    /// Takes over what other code changed: the entry of a name, or, without one, any.
    ///
    /// # Errors
    /// [`Blocked`](ErrorKind::Blocked) where the browser denies the storage.
    pub fn hear(&self, name: Option<&str>) -> Result<(), Error> {
        let looked = match name {
            None => self.look_at_all(),
            Some(name) => self.texts.names.key(name).map_or(Ok(()), |key| self.look(key).map(|_| ())),
        };
        self.tell();
        looked
    }

    /// Whether a read came upon changes of other code, which listeners have still to be told of.
    pub fn has_news(&self) -> bool {
        !self.external.borrow().is_empty()
    }

    /// Tells listeners what there is to tell; during a transaction, when it is over.
    pub fn tell(&self) {
        if !self.batches.borrow().is_empty() {
            return;
        }
        self.push_external();
        self.listeners.tell();
    }

    fn push_external(&self) {
        let keys: Vec<String> = self.external.take().into_iter().collect();
        if !keys.is_empty() {
            self.listeners.push(Change { keys, source: Source::External });
        }
    }

    // Inside.

    fn ledger(&self) -> Result<RefMut<'_, Ledger>, Error> {
        let busy = Error::new(ErrorKind::Unavailable, "a storage cannot use the session that it is written by");
        self.ledger.try_borrow_mut().map_err(|_| busy)
    }

    fn read(&self, name: &str) -> Result<Option<String>, Error> {
        self.storage().read(name).map_err(refused)
    }

    fn names_aside(&self) -> Result<Vec<String>, Error> {
        let mut names = self.storage().names().map_err(refused)?;
        names.retain(|name| self.texts.names.key_aside(name).is_some());
        Ok(names)
    }

    /// The record in force.
    fn text(&self, key: &str) -> Result<Option<Rc<str>>, Error> {
        let written = self.batches.borrow().iter().rev().find_map(|batch| batch.get(key).cloned());
        written.map_or_else(|| self.look(key), Ok)
    }

    /// The record of an entry, as it was looked at last.
    fn value(&self, ledger: &Ledger, entry: usize) -> Option<Rc<str>> {
        match ledger.standing(entry) {
            Standing::Absent | Standing::Broken => None,
            Standing::Stored | Standing::Unsaved | Standing::Owed => self.texts.value(entry),
        }
    }

    /// The entries that memory alone has.
    fn owed(&self) -> Vec<(usize, String)> {
        let Some(ledger) = self.ledger().ok().filter(|_| self.owes.get()) else { return Vec::new() };
        self.texts.all().into_iter().filter(|(entry, _)| is_pending(ledger.standing(*entry))).collect()
    }

    /// Looks at the storage, transactions aside.
    fn look(&self, key: &str) -> Result<Option<Rc<str>>, Error> {
        let mut ledger = self.ledger()?;
        let Some(entry) = self.texts.find(key).map_err(refused)? else { return Ok(None) };
        self.follow(&mut ledger, entry, key)?;
        Ok(self.value(&ledger, entry))
    }

    fn follow(&self, ledger: &mut Ledger, entry: usize, key: &str) -> Result<(), Error> {
        let before = self.value(ledger, entry);
        let is_other = ledger.follow(entry, &self.texts);
        self.texts.last_look().map_err(refused)?;
        if is_other && before != self.value(ledger, entry) && !self.listeners.is_empty() {
            self.external.borrow_mut().insert(key.into());
        }
        Ok(())
    }

    fn look_at_all(&self) -> Result<(), Error> {
        let mut ledger = self.ledger()?;
        let names = self.storage().names().map_err(refused)?;
        for (entry, key) in self.texts.all() {
            self.follow(&mut ledger, entry, &key)?;
        }
        for key in names.iter().filter_map(|name| self.texts.names.key(name)) {
            if self.texts.known_entry(key).is_none() {
                let entry = self.texts.entry(key);
                self.follow(&mut ledger, entry, key)?;
            }
        }
        self.seen.set(names.len());
        Ok(())
    }

    /// Puts back what an earlier page wrote down before a batch whose end it did not see.
    fn put_back(&self) -> Result<(), Error> {
        let written_down = self.texts.written_down().map_err(refused)?;
        let mut ledger = self.ledger()?;
        let mut owed = Vec::new();
        for (key, text) in written_down {
            let entry = self.texts.entry(&key);
            // What cannot be read, other code wrote since.
            if ledger.standing(entry) != Standing::Broken && self.texts.restore(entry, &text) {
                owed.push(entry);
            }
        }
        for entry in &owed {
            ledger.owe(*entry);
        }
        if owed.is_empty() {
            self.texts.drop_undo();
        }
        self.owes.set(!owed.is_empty());
        drop(ledger);
        // Where there is no room, it stays owed, and written down.
        let _still_owed = self.save_owed();
        Ok(())
    }

    /// Writes what is owed to the storage. What it does not take stays owed.
    fn save_owed(&self) -> Result<(), Error> {
        let mut outcome = Ok(());
        for (entry, key) in self.owed() {
            let mut ledger = self.ledger()?;
            self.follow(&mut ledger, entry, &key)?;
            let Some(text) = self.texts.value(entry).filter(|_| is_pending(ledger.standing(entry))) else { continue };
            self.texts.plan(entry, &text);
            if let Err(refusal) = ledger.save(entry, &self.texts) {
                outcome = Err(refused(refusal).with_key(&key));
            }
            self.texts.take_over(entry);
        }
        self.owes.set(outcome.is_err());
        outcome
    }

    /// The place among the keys: that of the value that is there, or behind all others.
    fn order_for(&self, key: &str) -> Result<u64, Error> {
        if let Some(text) = self.text(key)? {
            return Ok(order_of(&text));
        }
        if self.seen.get() != self.storage().count() {
            self.look_at_all()?;
        }
        let batches = self.batches.borrow();
        let written = batches.iter().flat_map(|batch| batch.values().flatten()).map(|text| order_of(text)).max();
        Ok((self.texts.highest_order().max(written.unwrap_or_default()) + 1).min(MOST))
    }

    /// Hands writes to the transaction under way, or to the storage.
    fn put(&self, batch: Batch) -> Result<(), Error> {
        if let Some(innermost) = self.batches.borrow_mut().last_mut() {
            innermost.extend(batch);
            return Ok(());
        }
        let committed = self.commit(&batch);
        if committed.is_ok() && self.owes.get() {
            // There may be room again. If not, it stays owed.
            let _still_owed = self.save_owed();
        }
        self.tell();
        committed
    }

    fn commit(&self, batch: &Batch) -> Result<(), Error> {
        let mut ledger = self.ledger()?;
        let (mut edits, mut changed) = (Vec::new(), Vec::new());
        for (key, text) in batch {
            // What is absent and is to be removed is no entry.
            let entry = if text.is_some() { Some(self.texts.entry(key)) } else { self.texts.known_entry(key) };
            let Some(entry) = entry else { continue };
            if let Err(error) = self.follow(&mut ledger, entry, key) {
                self.finish(&edits, false, &ledger);
                return Err(error);
            }
            let before = self.value(&ledger, entry);
            if before != *text {
                changed.push(key);
            } else if !is_pending(ledger.standing(entry)) {
                continue;
            }
            edits.push(match text {
                Some(text) => {
                    self.texts.plan(entry, text);
                    Edit::Write(entry)
                }
                None => Edit::Remove(entry),
            });
        }
        let is_all_seen = self.seen.get() == self.storage().count();
        for edit in &edits {
            ledger.edit(*edit, &self.texts);
        }
        let written = ledger.commit(&self.texts);
        if is_all_seen {
            self.seen.set(self.storage().count());
        }
        self.finish(&edits, written.is_ok(), &ledger);
        written.map_err(|refusal| {
            let error = refused(refusal);
            if let [key] = *changed { error.with_key(key) } else { error }
        })?;
        if !changed.is_empty() && !self.listeners.is_empty() {
            let keys: Vec<String> = changed.into_iter().cloned().collect();
            // What is there no more is no news.
            self.external.borrow_mut().retain(|key| !keys.contains(key));
            self.push_external();
            self.listeners.push(Change { keys, source: Source::Local });
        }
        Ok(())
    }

    /// What was planned is in force now, or not to be.
    fn finish(&self, edits: &[Edit], is_written: bool, ledger: &Ledger) {
        for Edit::Write(entry) | Edit::Remove(entry) in edits.iter().copied() {
            let standing = ledger.standing(entry);
            if is_written {
                self.texts.take_over(entry);
            } else {
                self.owes.set(self.owes.get() || is_pending(standing));
                self.texts.give_up(entry, standing != Standing::Absent);
            }
        }
    }
}

const fn is_pending(standing: Standing) -> bool {
    matches!(standing, Standing::Owed | Standing::Unsaved)
}

const fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Full => Error::new(ErrorKind::Full, "there is no room left in the storage: all is kept as it was"),
        Refusal::Denied => Error::new(ErrorKind::Blocked, "the browser denies the storage: all is kept as it was"),
    }
}
