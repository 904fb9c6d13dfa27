//! A cookie that is watched.

use alloc::string::String;
use alloc::sync::Arc;

use super::context::follow;
use super::{Part, Subscription, Watched, WatchedState, look};
use crate::Error;
use crate::context::Fact;
use crate::cookies::{self, CookieOptions};

/// A cookie by its name. To write `None` deletes it.
///
/// ```
/// use std::time::Duration;
///
/// use tabstate::cookies::CookieOptions;
/// use tabstate::watched::{Cookie, Watched as _, WatchedState as _};
///
/// let a_day = CookieOptions { max_age: Some(Duration::from_secs(86_400)), ..CookieOptions::default() };
/// let notice = Cookie::new("notice").options(a_day);
/// notice.set(Some("seen".to_owned()));
/// assert_eq!(notice.get().as_deref(), Some("seen"));
/// notice.set(None);
/// assert_eq!(tabstate::cookies::get("notice"), None);
/// ```
#[derive(Clone, Debug)]
pub struct Cookie {
    name: Arc<str>,
    options: CookieOptions,
}

impl Cookie {
    /// The cookie of this name, written for all paths of the host until the browser ends its session.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), options: CookieOptions::default() }
    }

    /// How it is kept where a write does not say it.
    #[must_use]
    pub fn options(self, options: CookieOptions) -> Self {
        Self { options, ..self }
    }
}

impl Watched for Cookie {
    type Value = Option<String>;

    fn key(&self) -> &str {
        &self.name
    }

    fn get(&self) -> Option<String> {
        cookies::get(&self.name)
    }

    fn initial(&self) -> Option<String> {
        None
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        follow(self, Fact::Cookies, listener)
    }
}

impl WatchedState for Cookie {
    /// In place of those that it was made with.
    type Options = Option<CookieOptions>;

    fn try_set_with(&self, value: Option<String>, options: Option<CookieOptions>) -> Result<(), Error> {
        match value {
            Some(value) => cookies::set_with(&self.name, &value, options.as_ref().unwrap_or(&self.options)).map(drop),
            None => cookies::remove(&self.name).map(drop),
        }?;
        look(Part::Cookies);
        Ok(())
    }
}
