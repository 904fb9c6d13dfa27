//! A fact of this tab that is watched.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Look, Part, Subscription, Watched, looking};
use crate::context::{self, Cookies, Direction, Fact, Theme};

/// A fact of the context. On a server, and until a page has taken over what a server made, it is not known.
///
/// ```
/// use tabstate::watched::{ContextFact, Watched as _};
///
/// assert_eq!(ContextFact::locale().get(), tabstate::context::locale());
/// assert_eq!(ContextFact::theme().initial().color_scheme, None);
/// ```
pub struct ContextFact<T> {
    fact: Fact,
    name: &'static str,
    read: fn() -> T,
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $fact:ident;)*) => {$(
        impl ContextFact<$type> {
            $(#[$doc])*
            #[must_use]
            pub const fn $name() -> Self {
                Self { fact: Fact::$fact, name: stringify!($name), read: context::$name }
            }
        }
    )*};
}

facts! {
    /// [`context::theme`].
    theme: Theme, Theme;
    /// [`context::locale`].
    locale: Option<String>, Locale;
    /// [`context::locales`].
    locales: Vec<String>, Locale;
    /// [`context::direction`].
    direction: Option<Direction>, Locale;
    /// [`context::timezone`].
    timezone: Option<String>, Timezone;
    /// [`context::timezone_offset`].
    timezone_offset: Option<i32>, Timezone;
    /// [`context::url`].
    url: Option<String>, Url;
    /// [`context::cookies`].
    cookies: Cookies, Cookies;
}

impl<T> Clone for ContextFact<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ContextFact<T> {}

impl<T> fmt::Debug for ContextFact<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ContextFact").field(&self.name).finish()
    }
}

impl<T: Clone + Default + PartialEq + 'static> Watched for ContextFact<T> {
    type Value = T;

    fn key(&self) -> &str {
        self.name
    }

    fn get(&self) -> T {
        (self.read)()
    }

    fn initial(&self) -> T {
        T::default()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        follow(self, self.fact, listener)
    }
}

/// Listens to what changes with a fact.
pub(super) fn follow<W: Watched>(watched: &W, fact: Fact, listener: impl Fn() + 'static) -> Subscription {
    let look = looking(watched, listener);
    let source = context::subscribe({
        let look = look.clone();
        move |facts| {
            if facts.contains(&fact) {
                look();
            }
        }
    });
    let own = (fact == Fact::Cookies).then(|| Look::begin(Part::Cookies, look));
    Subscription { _look: own, _source: alloc::boxed::Box::new(source) }
}
