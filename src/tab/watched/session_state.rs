//! A key of the session that is watched.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use super::{Subscription, Watched, WatchedState, looking};
use crate::{Error, session_state};

/// A value that outlives a reload; `initial` while the key is absent, denied, or holds what is no `T`. To read it stores
/// nothing.
///
/// ```
/// use tabstate::session_state;
/// use tabstate::watched::{SessionState, Watched as _, WatchedState as _};
///
/// let cart = SessionState::new("cart", Vec::<String>::new());
/// cart.update(|mut cart| {
///     cart.push("tea".to_owned());
///     cart
/// });
/// assert_eq!(session_state::get::<Vec<String>>("cart")?, Some(vec!["tea".to_owned()]));
/// # Ok::<(), tabstate::Error>(())
/// ```
#[derive(Clone)]
pub struct SessionState<T> {
    key: Arc<str>,
    initial: T,
}

impl<T> SessionState<T> {
    /// The value of `key`.
    #[must_use]
    pub fn new(key: &str, initial: T) -> Self {
        Self { key: key.into(), initial }
    }
}

impl<T> fmt::Debug for SessionState<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SessionState").field("key", &self.key).finish_non_exhaustive()
    }
}

impl<T: Serialize + DeserializeOwned + Clone + PartialEq + 'static> Watched for SessionState<T> {
    type Value = T;

    fn key(&self) -> &str {
        &self.key
    }

    fn get(&self) -> T {
        session_state::get(&self.key).ok().flatten().unwrap_or_else(|| self.initial())
    }

    fn initial(&self) -> T {
        self.initial.clone()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        let look = looking(self, listener);
        let key = Arc::clone(&self.key);
        let source = session_state::subscribe(move |change| {
            if change.keys.iter().any(|changed| **changed == *key) {
                look();
            }
        });
        Subscription { _look: None, _source: Box::new(source) }
    }
}

impl<T: Serialize + DeserializeOwned + Clone + PartialEq + 'static> WatchedState for SessionState<T> {
    type Options = ();

    fn try_set_with(&self, value: T, (): ()) -> Result<(), Error> {
        session_state::set(&self.key, &value)
    }
}
