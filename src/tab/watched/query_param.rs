//! A query parameter that is watched.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::{self, Display};
use core::str::FromStr;

use super::{Look, Part, Subscription, Watched, WatchedState, look, looking, written_with_options};
use crate::query_params::codecs::{Codec, List};
use crate::query_params::{self, Param, WriteOptions, texts_of, texts_of_list};
use crate::{Error, ErrorKind};

type Parse<T> = dyn Fn(&[String]) -> Option<T> + Send + Sync;
type Format<T> = dyn Fn(&T) -> Result<Vec<String>, Error> + Send + Sync;

/// A query parameter: its key, what its texts mean, and how it is written.
///
/// What is absent, and a text that is not of the type, reads as `None`, or as the [`default`](QueryParam::default).
///
/// ```
/// use std::time::Duration;
///
/// use tabstate::query_params::codecs::{Int, OneOf, Text};
/// use tabstate::query_params::{self, History};
/// use tabstate::watched::{QueryParam, Watched as _, WatchedState as _};
///
/// let page = QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1).history(History::Push);
/// let q = QueryParam::new("q", Text).default(String::new()).debounce(Duration::from_millis(300));
/// let tags = QueryParam::list("tag", OneOf(&["sea", "snow"]));
/// let zoom = QueryParam::<f32>::parsed("zoom");
///
/// assert_eq!((page.get(), q.get(), tags.get(), zoom.get()), (1, String::new(), vec![], None));
/// page.set(2);
/// tags.set(vec!["snow"]);
/// zoom.set(Some(1.5));
/// assert_eq!(query_params::text().as_str(), "page=2&tag=snow&zoom=1.5");
///
/// // A default is left out.
/// page.set(1);
/// assert_eq!(query_params::get("page"), None);
///
/// assert!(page.try_set(0).is_err(), "the codec says from 1 on");
/// ```
pub struct QueryParam<T> {
    key: Arc<str>,
    parse: Arc<Parse<T>>,
    format: Arc<Format<T>>,
    absent: Arc<dyn Fn() -> T + Send + Sync>,
    keeps_default: bool,
    options: WriteOptions,
}

fn are_equal<T: PartialEq>(one: &T, other: &T) -> bool {
    one == other
}

impl<T: FromStr + Display + PartialEq + Send + Sync + 'static> QueryParam<T> {
    /// The parameter of `key` in the type's own text: that of a number, a `bool`, a `char`, an enum that implements the two.
    /// A text that is none reads as `None`; a value that its own text does not read back to is refused when it is written, and
    /// NaN is no value.
    #[must_use]
    pub fn parsed(key: &str) -> QueryParam<Option<T>> {
        let named = key.to_string();
        // What is not even itself, as NaN, would be a change with each look.
        let parse = |text: &str| text.parse().ok().filter(|value| are_equal(value, value));
        let format = move |value: &T| {
            let text = value.to_string();
            if T::from_str(&text).is_ok_and(|read| are_equal(&read, value)) {
                return Ok(Vec::from([text]));
            }
            let message = "the type does not read back what it writes";
            Err(Error::new(ErrorKind::UnsupportedValue, message).with_key(&named))
        };
        QueryParam::of(key, parse, format)
    }
}

impl<T: Send + Sync + 'static> QueryParam<Option<T>> {
    /// The parameter of `key`, read and written through a codec. Of a repeated key, the last value counts; `None` removes it.
    #[must_use]
    pub fn new(key: &str, codec: impl Codec<Value = T> + Send + Sync + 'static) -> Self {
        let codec = Arc::new(codec);
        let reading = Arc::clone(&codec);
        let parse = move |text: &str| reading.parse(text).ok();
        let named = key.to_string();
        Self::of(key, parse, move |value| texts_of(&named, &*codec, value))
    }

    fn of(
        key: &str,
        parse: impl Fn(&str) -> Option<T> + Send + Sync + 'static,
        format: impl Fn(&T) -> Result<Vec<String>, Error> + Send + Sync + 'static,
    ) -> Self {
        Self {
            key: key.into(),
            parse: Arc::new(move |texts| texts.last().and_then(|text| parse(text)).map(Some)),
            format: Arc::new(move |value| value.as_ref().map_or(Ok(Vec::new()), &format)),
            absent: Arc::new(|| None),
            keeps_default: true,
            options: WriteOptions::default(),
        }
    }

    /// What it is while it is absent or invalid. It is left out of the address.
    #[must_use]
    pub fn default(self, value: T) -> QueryParam<T>
    where
        T: Clone,
    {
        let (parse, format) = (self.parse, self.format);
        QueryParam {
            key: self.key,
            parse: Arc::new(move |texts| parse(texts).flatten()),
            format: Arc::new(move |value| format(&Some(value.clone()))),
            absent: Arc::new(move || value.clone()),
            keeps_default: false,
            options: self.options,
        }
    }
}

impl<T: Send + Sync + 'static> QueryParam<Vec<T>> {
    /// All values of `key`, which is repeated, each read and written through a codec. One bad item makes the list invalid; an
    /// empty list removes the key.
    #[must_use]
    pub fn list(key: &str, codec: impl Codec<Value = T> + Send + Sync + 'static) -> Self {
        let codec = Arc::new(List(codec));
        let reading = Arc::clone(&codec);
        let named = key.to_string();
        Self {
            key: key.into(),
            parse: Arc::new(move |texts| reading.parse_all(texts.iter().map(String::as_str)).ok()),
            format: Arc::new(move |values| texts_of_list(&named, &codec, values)),
            absent: Arc::new(Vec::new),
            keeps_default: true,
            options: WriteOptions::default(),
        }
    }
}

impl<T> QueryParam<T> {
    /// Writes the default as any other value.
    #[must_use]
    pub fn keep_default(self) -> Self {
        Self { keeps_default: true, ..self }
    }
}

written_with_options!(QueryParam);

impl<T> Clone for QueryParam<T> {
    fn clone(&self) -> Self {
        Self {
            key: Arc::clone(&self.key),
            parse: Arc::clone(&self.parse),
            format: Arc::clone(&self.format),
            absent: Arc::clone(&self.absent),
            keeps_default: self.keeps_default,
            options: self.options,
        }
    }
}

impl<T> fmt::Debug for QueryParam<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QueryParam")
            .field("key", &self.key)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<T: Clone + PartialEq + 'static> Watched for QueryParam<T> {
    type Value = T;

    fn key(&self) -> &str {
        &self.key
    }

    fn get(&self) -> T {
        let texts = query_params::get_all(&self.key);
        if texts.is_empty() { None } else { (self.parse)(&texts) }.unwrap_or_else(|| self.initial())
    }

    fn initial(&self) -> T {
        (self.absent)()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        let key = Arc::clone(&self.key);
        follow(self, move |keys| keys.iter().any(|changed| **changed == *key), listener)
    }
}

impl<T: Clone + PartialEq + 'static> WatchedState for QueryParam<T> {
    /// They win over the parameter's own.
    type Options = WriteOptions;

    fn try_set_with(&self, value: T, options: WriteOptions) -> Result<(), Error> {
        let mut texts = (self.format)(&value)?;
        // A default that cannot be written is no value that is left out.
        let is_default = || (self.format)(&self.initial()).is_ok_and(|default| default == texts);
        if !self.keeps_default && is_default() {
            texts.clear();
        }
        query_params::set_with(&self.key, Param(texts), options.or(self.options))?;
        look(Part::QueryParams);
        Ok(())
    }
}

/// Listens to what changes with one of the keys that `is_ours` knows.
pub(super) fn follow<W: Watched>(
    watched: &W,
    is_ours: impl Fn(&[String]) -> bool + 'static,
    listener: impl Fn() + 'static,
) -> Subscription {
    let look = looking(watched, listener);
    let source = query_params::subscribe({
        let look = look.clone();
        move |change| {
            if is_ours(&change.keys) {
                look();
            }
        }
    });
    Subscription { _look: Some(Look::begin(Part::QueryParams, look)), _source: Box::new(source) }
}
