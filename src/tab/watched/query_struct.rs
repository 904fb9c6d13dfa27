//! A struct of query parameters that is watched.

use core::fmt;
use core::marker::PhantomData;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::query_param::follow;
use super::{Part, Subscription, Watched, WatchedState, look, written_with_options};
use crate::Error;
use crate::query_params::WriteOptions;
use crate::tab::query_params::live;

/// A struct whose fields are query parameters, as [`query_params::read`](crate::query_params::read()) and
/// [`write`](crate::query_params::write()) have it.
///
/// What is absent or invalid reads as in `T::default()`: derive `Deserialize` with `#[serde(default)]`, or one absent field
/// makes all of them the defaults. A write names the fields alone that it changes, all in one history call, and leaves out
/// what is as in the default. An absent key is the only text of `None` and of an empty list: let those be the defaults of
/// their fields, or they cannot be written.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tabstate::query_params;
/// use tabstate::watched::{QueryStruct, Watched as _, WatchedState as _};
///
/// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(default)]
/// struct Filters {
///     q: String,
///     page: u32,
/// }
///
/// impl Default for Filters {
///     fn default() -> Self {
///         Self { q: String::new(), page: 1 }
///     }
/// }
///
/// let filters = QueryStruct::<Filters>::new();
/// query_params::update([("page", "7"), ("view", "map")])?;
/// filters.update(|filters| Filters { q: "fjord".to_owned(), page: 1, ..filters });
/// assert_eq!(query_params::text().as_str(), "view=map&q=fjord");
///
/// query_params::set("page", "12abc")?;
/// assert_eq!(filters.get(), Filters { q: "fjord".to_owned(), page: 1 });
/// # Ok::<(), tabstate::Error>(())
/// ```
pub struct QueryStruct<T> {
    keeps_defaults: bool,
    options: WriteOptions,
    of: PhantomData<fn() -> T>,
}

impl<T> QueryStruct<T> {
    /// The parameters that are the fields of `T`.
    #[must_use]
    pub fn new() -> Self {
        Self { keeps_defaults: false, options: WriteOptions::default(), of: PhantomData }
    }

    /// Writes a default as any other value, where a write makes it one.
    #[must_use]
    pub fn keep_defaults(self) -> Self {
        Self { keeps_defaults: true, ..self }
    }
}

written_with_options!(QueryStruct);

impl<T> Default for QueryStruct<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for QueryStruct<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for QueryStruct<T> {}

impl<T> fmt::Debug for QueryStruct<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("QueryStruct").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static> Watched for QueryStruct<T> {
    type Value = T;

    fn key(&self) -> &str {
        core::any::type_name::<T>()
    }

    fn get(&self) -> T {
        live().read_or_default()
    }

    fn initial(&self) -> T {
        T::default()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        follow(self, |_| true, listener)
    }
}

impl<T: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static> WatchedState for QueryStruct<T> {
    /// They win over the struct's own.
    type Options = WriteOptions;

    fn try_set_with(&self, value: T, options: WriteOptions) -> Result<(), Error> {
        let (defaults, options) = ((!self.keeps_defaults).then(T::default), options.or(self.options));
        live().write_changes(&self.get(), &value, defaults.as_ref(), options)?;
        let written = self.get();
        if written != value {
            // What was left out is still there by an alias, which a key that is there wins over.
            live().write_changes(&written, &value, None, options)?;
        }
        look(Part::QueryParams);
        Ok(())
    }
}
