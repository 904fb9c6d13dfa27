//! The session of this tab, as free functions. The rules are [`Session`]'s.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::environment::{TabStorage, at_end_of_turn, follow_storage, open_storage};
use crate::session_state::{Change, Durability, Names, Options, Quarantined, Session, Usage};
use crate::{Error, ErrorKind};

type TabSession = Session<TabStorage>;

#[derive(Default)]
struct Tab {
    options: RefCell<Options>,
    /// Whether something else relies on the names.
    is_named: Cell<bool>,
    session: RefCell<Option<Rc<TabSession>>>,
    follows: Cell<bool>,
    is_turn_asked: Cell<bool>,
}

std::thread_local! {
    static TAB: Tab = Tab::default();
}

fn session() -> Rc<TabSession> {
    TAB.with(|tab| {
        if let Some(session) = &*tab.session.borrow() {
            return Rc::clone(session);
        }
        let options = tab.options.borrow().clone();
        let mut session = Session::closed(open_storage(), options.clone());
        if session.start().is_err() {
            // What was there a moment ago is denied now: then it is as if it never was.
            session = Session::closed(TabStorage::default(), options);
        }
        let session = Rc::new(session);
        Rc::clone(tab.session.borrow_mut().get_or_insert(session))
    })
}

/// Begins anew, with the storage that is there now. What was configured still is.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(super) fn begin() {
    let session = TAB.with(|tab| {
        tab.follows.set(false);
        tab.is_turn_asked.set(false);
        tab.session.take()
    });
    drop(session);
}

/// The names of this tab's entries, which are settled now.
pub(super) fn names() -> Names {
    TAB.with(|tab| {
        tab.is_named.set(true);
        tab.options.borrow().names.clone()
    })
}

/// Reads, and has listeners told soon of what was come upon: while others read, nothing calls them.
fn read<T>(read: impl FnOnce(&TabSession) -> Result<T, Error>) -> Result<T, Error> {
    let session = session();
    let outcome = read(&session);
    if session.has_news() && !TAB.with(|tab| tab.is_turn_asked.replace(true)) {
        at_end_of_turn(|| {
            TAB.with(|tab| tab.is_turn_asked.set(false));
            tell_of(TabSession::tell);
        });
    }
    outcome
}

fn tell_of(tell: impl FnOnce(&TabSession)) {
    if let Some(session) = TAB.with(|tab| tab.session.borrow().clone()) {
        tell(&session);
    }
}

/// Settles, before the session is used first, how its entries are named, `tabstate` if it is not said, and which version of
/// the application writes them: see [`Session::open`].
///
/// # Errors
/// [`InvalidOption`](ErrorKind::InvalidOption) for a namespace that is empty or has a `:` or a `!`, for a version of
/// 2<sup>53</sup> or more, and once the session was used, be it by a
/// [cache](crate::cache::CacheDataBuilder::persist_in_session).
///
/// ```
/// use tabstate::session_state;
///
/// session_state::configure(Some("shop"), Some(3))?;
/// session_state::set("cart", ["tea"])?;
/// assert_eq!(session_state::version("cart")?, Some(3));
/// assert!(session_state::configure(Some("shop"), Some(4)).is_err(), "it comes too late");
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn configure(namespace: Option<&str>, session_version: Option<u64>) -> Result<(), Error> {
    let options = Options::of(namespace, session_version)?;
    TAB.with(|tab| {
        if tab.session.borrow().is_some() || tab.is_named.get() {
            return Err(Error::new(ErrorKind::InvalidOption, "configure before the first read or write"));
        }
        tab.options.replace(options);
        Ok(())
    })
}

/// The value of `key`, as it is now. What is absent, and [what cannot be read](quarantined), is `Ok(None)`.
///
/// # Errors
/// [`Malformed`](ErrorKind::Malformed) where the value is not a `T`, [`Blocked`](ErrorKind::Blocked) where the browser came to
/// deny the storage.
///
/// ```
/// use tabstate::{ErrorKind, session_state};
///
/// session_state::set("city", "Oslo")?;
/// assert_eq!(session_state::get::<String>("city")?.as_deref(), Some("Oslo"));
/// assert_eq!(session_state::get::<String>("country")?, None);
///
/// let error = session_state::get::<u8>("city").unwrap_err();
/// assert_eq!((error.kind(), error.key()), (ErrorKind::Malformed, Some("city")));
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    read(|session| session.get(key))
}

/// Writes the value of `key`. When it returns, the value is kept; after an error, all is as before. A key keeps its place
/// among the [`keys`].
///
/// # Errors
/// [`UnsupportedValue`](ErrorKind::UnsupportedValue) for a value that cannot be written, and for a key that begins with
/// `$$ID`, which Streamlit keeps for itself; [`Full`](ErrorKind::Full) where there is no room;
/// [`Blocked`](ErrorKind::Blocked) where the browser came to deny the storage.
///
/// ```
/// use std::collections::BTreeMap;
/// use tabstate::{ErrorKind, session_state};
///
/// session_state::set("seen", vec![1, 2, 3])?;
/// session_state::set("prices", BTreeMap::from([("tea", 3.5)]))?;
/// assert_eq!(session_state::set("$$ID-1", true).unwrap_err().kind(), ErrorKind::UnsupportedValue);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn set(key: &str, value: impl Serialize) -> Result<(), Error> {
    session().set(key, value)
}

/// The value of `key`; where it has none, `value`, which is written.
///
/// # Errors
/// Those of [`get`] and [`set`].
///
/// ```
/// use tabstate::session_state;
///
/// assert_eq!(session_state::set_default("visits", 1)?, 1);
/// assert_eq!(session_state::set_default("visits", 7)?, 1);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn set_default<T: Serialize + DeserializeOwned>(key: &str, value: T) -> Result<T, Error> {
    session().set_default(key, value)
}

/// Removes the value of `key`; returns whether there was one. [What cannot be read](quarantined) stays.
///
/// # Errors
/// [`Blocked`](ErrorKind::Blocked) where the browser came to deny the storage.
///
/// ```
/// use tabstate::session_state;
///
/// session_state::set("city", "Oslo")?;
/// assert!(session_state::remove("city")?);
/// assert!(!session_state::remove("city")?);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn remove(key: &str) -> Result<bool, Error> {
    session().remove(key)
}

/// Whether `key` has a value. `()` and `None` are values.
///
/// # Errors
/// [`Blocked`](ErrorKind::Blocked) where the browser came to deny the storage.
///
/// ```
/// use tabstate::session_state;
///
/// session_state::set("choice", None::<u8>)?;
/// assert!(session_state::contains("choice")?);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn contains(key: &str) -> Result<bool, Error> {
    read(|session| session.contains(key))
}

/// All keys that have values, in the order in which they were set first.
///
/// # Errors
/// As [`contains`].
///
/// ```
/// use tabstate::session_state;
///
/// session_state::set("b", 1)?;
/// session_state::set("a", 2)?;
/// session_state::set("b", 3)?;
/// assert_eq!(session_state::keys()?, ["b", "a"]);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn keys() -> Result<Vec<String>, Error> {
    read(TabSession::keys)
}

/// The version of the application, as [`configure`] has it, that wrote the value of `key`; 0 where it had none. For values
/// whose type has changed:
///
/// ```
/// use tabstate::session_state;
///
/// # session_state::configure(None, Some(2))?;
/// # session_state::set("size", 4.5)?;
/// // Up to version 1 it was a text.
/// let size: Option<f64> = match session_state::version("size")? {
///     Some(0 | 1) => session_state::get::<String>("size")?.and_then(|text| text.parse().ok()),
///     _ => session_state::get("size")?,
/// };
/// # assert_eq!(size, Some(4.5));
/// # Ok::<(), tabstate::Error>(())
/// ```
///
/// # Errors
/// As [`contains`].
pub fn version(key: &str) -> Result<Option<u64>, Error> {
    read(|session| session.version(key))
}

/// Removes all values of this namespace. [What cannot be read](quarantined) stays, and so does all that is other code's.
///
/// # Errors
/// As [`remove`].
///
/// ```
/// use tabstate::session_state;
///
/// session_state::set("city", "Oslo")?;
/// session_state::clear()?;
/// assert!(session_state::keys()?.is_empty());
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn clear() -> Result<(), Error> {
    session().clear()
}

/// Runs `edit`: all that it writes is written, and told, as one, when it returns; if it fails, nothing is. Reads inside see
/// its writes. A transaction in a transaction is part of it, and fails alone.
///
/// # Errors
/// What `edit` returns, and those of [`set`] where there is no room for all of it.
///
/// ```
/// use tabstate::{Error, session_state};
///
/// session_state::set("balance", 10)?;
/// let spent = session_state::transaction(|| {
///     session_state::set("balance", 10 - 12)?;
///     session_state::set("basket", ["tea"])?;
///     if session_state::get::<i32>("balance")?.is_some_and(|balance| balance < 0) {
///         return Err(Box::<dyn std::error::Error>::from("that is too dear"));
///     }
///     Ok(())
/// });
/// assert!(spent.is_err());
/// assert_eq!(session_state::get("balance")?, Some(10));
/// assert!(!session_state::contains("basket")?);
/// # Ok::<(), Error>(())
/// ```
pub fn transaction<T, E: From<Error>>(edit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    session().transaction(edit)
}

/// Follows what other code changed, tells listeners of it, and writes what is [pending](Durability::Pending). Reads need
/// none of it.
///
/// # Errors
/// [`Full`](ErrorKind::Full) and [`Blocked`](ErrorKind::Blocked): what is pending still is.
///
/// ```
/// tabstate::session_state::flush()?;
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn flush() -> Result<(), Error> {
    session().flush()
}

/// How long values live.
///
/// ```
/// use tabstate::session_state::{self, Durability};
///
/// assert_eq!(session_state::durability(), Durability::Memory, "there is no browser");
/// ```
#[must_use]
pub fn durability() -> Durability {
    session().durability()
}

/// How long the value of `key` lives; of an absent one, how long it would.
///
/// ```
/// use tabstate::session_state::{self, Durability};
///
/// session_state::set("city", "Oslo")?;
/// assert_eq!(session_state::durability_of("city"), Durability::Memory, "there is no browser");
/// # Ok::<(), tabstate::Error>(())
/// ```
#[must_use]
pub fn durability_of(key: &str) -> Durability {
    session().durability_of(key)
}

/// How much the session keeps, of the about 5 million units that browsers have for all code of a tab's origin together.
///
/// # Errors
/// As [`contains`].
///
/// ```
/// use tabstate::session_state;
///
/// session_state::set("city", "Oslo")?;
/// let usage = session_state::usage()?;
/// // `tabstate:city` and `1/1/0="Oslo"`.
/// assert_eq!((usage.entries, usage.units), (1, 13 + 12));
/// assert_eq!(usage.largest[0].key, "city");
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn usage() -> Result<Usage, Error> {
    read(TabSession::usage)
}

/// The entries that hold no value which can be read: broken ones, and those of a newer version of the application. They read
/// as absent, and are kept: writing their keys gives them another name.
///
/// # Errors
/// As [`contains`].
///
/// ```
/// assert!(tabstate::session_state::quarantined()?.is_empty());
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn quarantined() -> Result<Vec<Quarantined>, Error> {
    read(TabSession::quarantined)
}

/// Ends the subscription when it is dropped.
#[derive(Debug)]
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    id: usize,
    page: usize,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // A thread that ends has none.
        let session = TAB.try_with(|tab| tab.session.borrow().clone());
        if let Ok(Some(session)) = session
            && self.page == super::page()
        {
            session.unsubscribe(self.id);
        }
    }
}

/// Calls `listener` once for each batch of changes, after the state is consistent. What frames of the same origin change is
/// told when the browser tells it; what other code of this page changes, when a read comes upon it, and at the latest with
/// the next write or [`flush`].
///
/// ```
/// use std::{cell::RefCell, rc::Rc};
/// use tabstate::session_state;
///
/// let heard = Rc::new(RefCell::new(Vec::new()));
/// let hears = Rc::clone(&heard);
/// let subscription = session_state::subscribe(move |change| hears.borrow_mut().extend(change.keys.clone()));
///
/// session_state::set("city", "Oslo")?;
/// drop(subscription);
/// session_state::set("country", "Norway")?;
/// assert_eq!(*heard.borrow(), ["city"]);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn subscribe(listener: impl Fn(&Change) + 'static) -> Subscription {
    let session = session();
    if !TAB.with(|tab| tab.follows.replace(true)) {
        // Where it is denied, there is nothing to follow, and nothing to be done: the next call says so.
        let receive = |name: Option<&str>| {
            tell_of(|session| {
                let _denied = session.hear(name);
            });
        };
        let leave = || {
            tell_of(|session| {
                let _denied_or_full = session.flush();
            });
        };
        follow_storage(session.storage(), receive, leave);
    }
    Subscription { id: session.subscribe(listener), page: super::page() }
}

/// What works here, with what this session says of itself, or would if it were opened.
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub(super) fn amended(mut status: crate::Status) -> crate::Status {
    use crate::port::Storage as _;

    let session = TAB.with(|tab| tab.session.borrow().clone());
    let is_durable = session.map_or_else(|| open_storage().is_durable(), |session| session.storage().is_durable());
    status.session_state = if is_durable { None } else { status.session_state.or(Some(crate::Reason::Denied)) };
    status
}
