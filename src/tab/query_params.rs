//! The query parameters of this tab, as free functions. The rules are [`LiveParams`]'s.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::str::FromStr;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{TabAudience, TabPage};
use crate::Error;
use crate::query_params::codecs::{Codec, List};
use crate::query_params::{
    History, IntoParam, LiveParams, Param, QueryText, WriteOptions, WriterState, batch, read_as,
};

type TabParams = LiveParams<TabPage, TabAudience>;

#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
std::thread_local! {
    static LIVE: core::cell::Cell<&'static TabParams> = core::cell::Cell::new(start());
}
#[cfg(all(
    any(not(feature = "js"), feature = "web", not(target_arch = "wasm32")),
    not(all(feature = "testing", not(target_arch = "wasm32")))
))]
std::thread_local! {
    static LIVE: &'static TabParams = start();
}
#[cfg(all(feature = "js", not(feature = "web"), target_arch = "wasm32"))]
static LIVE: crate::js::OneThread<&'static TabParams> = crate::js::OneThread::new(start);

#[cfg(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side)))]
fn start() -> &'static TabParams {
    #[cfg(not(feature = "js"))]
    crate::web::hear_with(|signal| {
        live().receive(signal);
        super::context::address_changed();
        super::watched::look_behind(signal);
    });
    Box::leak(Box::new(LiveParams::of(TabPage::new())))
}

#[cfg(not(all(target_arch = "wasm32", any(feature = "web", feature = "js"), not(tabstate_side))))]
fn start() -> &'static TabParams {
    Box::leak(Box::new(LiveParams::of(TabPage)))
}

pub(crate) fn live() -> &'static TabParams {
    #[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
    return LIVE.with(core::cell::Cell::get);
    #[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
    LIVE.with(|live| *live)
}

/// Begins anew, with the page that is there now.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub(crate) fn begin() {
    LIVE.with(|live| live.set(start()));
}

/// Settles, before the first read or write, what every write does that does not say it, and which keys are reserved.
///
/// # Errors
/// [`InvalidOption`](crate::ErrorKind::InvalidOption) once a parameter was read or written.
pub fn configure(history: Option<History>, reserved_keys: Option<&[&str]>) -> Result<(), Error> {
    live().configure(history, reserved_keys.map(|keys| batch(keys.iter().map(|key| (*key, Param::default())))))
}

/// The last value of `key`.
///
/// ```
/// use tabstate::query_params;
///
/// query_params::set("page", 2)?;
/// assert_eq!(query_params::get("page").as_deref(), Some("2"));
/// # Ok::<(), tabstate::Error>(())
/// ```
#[must_use]
pub fn get(key: &str) -> Option<String> {
    live().get(key)
}

/// All values of `key`, in order.
#[must_use]
pub fn get_all(key: &str) -> Vec<String> {
    live().get_all(key)
}

/// Reads `key` as a `T`: the last value when the key repeats.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed) when the text is there but is not a `T`. An absent key is `Ok(None)`.
pub fn get_as<T: FromStr>(key: &str) -> Result<Option<T>, Error> {
    read_as(get(key), key)
}

/// Reads `key` through a codec: the last value when the key repeats.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed) with the codec's reason. An absent key is `Ok(None)`.
///
/// ```
/// use tabstate::query_params::{self, codecs::Date};
///
/// query_params::write_param("from", &Date, &"2024-02-29".to_owned())?;
/// assert_eq!(query_params::read_param("from", &Date)?.as_deref(), Some("2024-02-29"));
///
/// query_params::set("from", "2023-02-29")?;
/// assert!(query_params::read_param("from", &Date).is_err());
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn read_param<C: Codec + ?Sized>(key: &str, codec: &C) -> Result<Option<C::Value>, Error> {
    live().read_param(key, codec)
}

/// Reads all values of `key` through a codec of lists; an absent key has none.
///
/// # Errors
/// [`Malformed`](crate::ErrorKind::Malformed) when one of the values is invalid, with the codec's reason.
pub fn read_list<C: Codec>(key: &str, list: &List<C>) -> Result<Vec<C::Value>, Error> {
    live().read_list(key, list)
}

/// Reads a whole struct, or a map: each field is a key. [`QueryText::read`] says how. Reserved keys are not there.
///
/// # Errors
/// As [`QueryText::read`].
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tabstate::query_params;
///
/// #[derive(Debug, PartialEq, Deserialize, Serialize)]
/// struct Filters {
///     page: u32,
///     q: Option<String>,
///     tag: Vec<String>,
/// }
///
/// let filters = Filters { page: 2, q: None, tag: vec!["sea".to_owned(), "snow".to_owned()] };
/// query_params::write(&filters)?;
/// assert_eq!(query_params::get_all("tag"), ["sea", "snow"]);
/// assert_eq!(query_params::read::<Filters>()?, filters);
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn read<T: DeserializeOwned>() -> Result<T, Error> {
    live().read()
}

/// Reads a whole struct, with what is invalid as in its default; as [`QueryText::read_or_default`].
#[must_use]
pub fn read_or_default<T: DeserializeOwned + Default>() -> T {
    live().read_or_default()
}

/// Whether `key` is there.
#[must_use]
pub fn has(key: &str) -> bool {
    live().has(key)
}

/// Writes one key. `None` and an empty list remove it.
///
/// # Errors
/// [`Reserved`](crate::ErrorKind::Reserved) for a reserved key; nothing is changed.
pub fn set(key: &str, value: impl IntoParam) -> Result<(), Error> {
    set_with(key, value, WriteOptions::default())
}

/// Writes one key, and says how it reaches the address.
///
/// # Errors
/// As [`set`].
pub fn set_with(key: &str, value: impl IntoParam, options: WriteOptions) -> Result<(), Error> {
    live().set(key, value, options)
}

/// Writes one key through a codec. What the codec writes as an empty text that it does not read removes the key: a
/// [`Delimited`](crate::query_params::codecs::Delimited) without items.
///
/// # Errors
/// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue) with the codec's reason, and as [`set`]; nothing is changed.
///
/// ```
/// use tabstate::query_params::{self, codecs::{Delimited, Text}};
///
/// let tags = Delimited { separator: ",", item: Text };
/// query_params::write_param("tags", &tags, &vec!["a,b".to_owned(), "c".to_owned()])?;
/// assert_eq!(query_params::get("tags").as_deref(), Some("a~,b,c"));
/// query_params::write_param("tags", &tags, &Vec::new())?;
/// assert!(!query_params::has("tags"));
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn write_param<C: Codec + ?Sized>(key: &str, codec: &C, value: &C::Value) -> Result<(), Error> {
    write_param_with(key, codec, value, WriteOptions::default())
}

/// Writes one key through a codec, and says how it reaches the address.
///
/// # Errors
/// As [`write_param`].
pub fn write_param_with<C: Codec + ?Sized>(
    key: &str,
    codec: &C,
    value: &C::Value,
    options: WriteOptions,
) -> Result<(), Error> {
    live().write_param(key, codec, value, options)
}

/// Writes the values of one key through a codec of lists; none remove it.
///
/// # Errors
/// As [`write_param`].
pub fn write_list<C: Codec>(key: &str, list: &List<C>, values: &[C::Value]) -> Result<(), Error> {
    write_list_with(key, list, values, WriteOptions::default())
}

/// Writes the values of one key through a codec of lists, and says how they reach the address.
///
/// # Errors
/// As [`write_param`].
pub fn write_list_with<C: Codec>(
    key: &str,
    list: &List<C>,
    values: &[C::Value],
    options: WriteOptions,
) -> Result<(), Error> {
    live().write_list(key, list, values, options)
}

/// Writes the fields of a struct, or the entries of a map, all of them or, after an error, none. What `None`, an empty
/// list, and a field that `skip_serializing_if` leaves out stand for is removed; other parameters stay.
///
/// Two things serde does not report, so that they stay in the address:
///
/// - **Skipped fields of a struct with `flatten`**, its own and those of the flattened one, as serde writes it as a map.
///   Leave `skip_serializing_if` off there: `None` and an empty list need none.
/// - **The key of an `alias`**, which an old link has. Once the field's own key is written, that counts in [`read`];
///   where the field is `None`, the old key is read again: [`remove`] it by its name.
///
/// # Errors
/// [`UnsupportedValue`](crate::ErrorKind::UnsupportedValue), with the key, for a field that no text stands for: a struct,
/// a map, bytes, a list in a list, a number that is not finite. [`Reserved`](crate::ErrorKind::Reserved) when one of the
/// keys is reserved.
///
/// ```
/// use serde::Serialize;
/// use tabstate::query_params;
///
/// #[derive(Serialize)]
/// struct Filters {
///     #[serde(skip_serializing_if = "is_first")]
///     page: u32,
///     q: Option<&'static str>,
/// }
///
/// fn is_first(page: &u32) -> bool {
///     *page == 1
/// }
///
/// query_params::update([("page", "7"), ("view", "map")])?;
/// query_params::write(&Filters { page: 1, q: Some("fjord") })?;
/// assert_eq!(query_params::text().as_str(), "view=map&q=fjord");
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn write<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    write_with(value, WriteOptions::default())
}

/// Writes the fields of a struct, and says how they reach the address.
///
/// # Errors
/// As [`write()`].
pub fn write_with<T: Serialize + ?Sized>(value: &T, options: WriteOptions) -> Result<(), Error> {
    live().write_fields(value, options)
}

/// Removes one key; returns whether it was there.
pub fn remove(key: &str) -> bool {
    remove_with(key, WriteOptions::default())
}

/// Removes one key, and says how that reaches the address; returns whether it was there.
pub fn remove_with(key: &str, options: WriteOptions) -> bool {
    live().remove(key, options)
}

/// Merges `params`, all of them or, after an error, none.
///
/// # Errors
/// [`Reserved`](crate::ErrorKind::Reserved) when one of the keys is reserved.
///
/// ```
/// use tabstate::query_params;
///
/// query_params::update([("sort", Some("price")), ("page", None)])?;
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn update<'a, V: IntoParam>(params: impl IntoIterator<Item = (&'a str, V)>) -> Result<(), Error> {
    update_with(params, WriteOptions::default())
}

/// Merges `params`, and says how they reach the address.
///
/// # Errors
/// As [`update`].
pub fn update_with<'a, V: IntoParam>(
    params: impl IntoIterator<Item = (&'a str, V)>,
    options: WriteOptions,
) -> Result<(), Error> {
    live().update(params, options)
}

/// Replaces all parameters but the reserved ones, in the order given.
///
/// # Errors
/// As [`update`].
pub fn from_dict<'a, V: IntoParam>(params: impl IntoIterator<Item = (&'a str, V)>) -> Result<(), Error> {
    from_dict_with(params, WriteOptions::default())
}

/// Replaces all parameters but the reserved ones, and says how that reaches the address.
///
/// # Errors
/// As [`update`].
pub fn from_dict_with<'a, V: IntoParam>(
    params: impl IntoIterator<Item = (&'a str, V)>,
    options: WriteOptions,
) -> Result<(), Error> {
    live().from_dict(params, options)
}

/// Removes all parameters but the reserved ones.
pub fn clear() {
    clear_with(WriteOptions::default());
}

/// Removes all parameters but the reserved ones, and says how that reaches the address.
pub fn clear_with(options: WriteOptions) {
    live().clear(options);
}

/// The last value of each key, in the order in which the keys first appear.
#[must_use]
pub fn to_dict() -> Vec<(String, String)> {
    live().to_dict()
}

/// The whole query as it is or will be in the address, reserved keys and all.
#[must_use]
pub fn text() -> QueryText {
    live().text()
}

/// Runs `edit`: all that it writes is one notification and one history entry, or, if it fails, nothing.
///
/// # Errors
/// What `edit` returns.
///
/// ```
/// use tabstate::query_params;
///
/// query_params::transaction(|| {
///     query_params::set("q", "fjord")?;
///     query_params::remove("page");
///     Ok::<(), tabstate::Error>(())
/// })?;
/// # Ok::<(), tabstate::Error>(())
/// ```
pub fn transaction<T, E>(edit: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    struct Rollback;
    impl Drop for Rollback {
        fn drop(&mut self) {
            live().transaction_end(false);
            // Nobody is told of what was taken back.
            #[cfg(not(all(target_arch = "wasm32", feature = "js")))]
            super::watched::look(super::watched::Part::QueryParams);
        }
    }

    live().transaction_begin();
    let rollback = Rollback;
    let value = edit()?;
    core::mem::forget(rollback);
    live().transaction_end(true);
    Ok(value)
}

/// Does now what can be done now: debounced writes too, without the pace that leaves history calls to others.
pub fn flush() {
    live().flush();
}

/// What the writer is at: pending keys, the history budget, the next try.
#[must_use]
pub fn writer_state() -> WriterState {
    live().writer_state()
}
