//! The names of a session's entries: `<namespace>:<key>`, and `<namespace>!…` for what is no user's value. All other names
//! are other code's.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::texts::units;
use crate::{Error, ErrorKind};

/// The namespace, unless another one is asked for.
const NAMESPACE: &str = "tabstate";

#[derive(Clone)]
pub(crate) struct Names {
    namespace: String,
}

impl Default for Names {
    fn default() -> Self {
        Self { namespace: NAMESPACE.to_owned() }
    }
}

impl Names {
    pub fn of(namespace: &str) -> Result<Self, Error> {
        if namespace.is_empty() || namespace.contains([':', '!']) {
            let message = "a namespace has a letter at least, and neither `:` nor `!`";
            return Err(Error::new(ErrorKind::InvalidOption, message).with_key(namespace));
        }
        Ok(Self { namespace: namespace.to_owned() })
    }

    pub fn entry(&self, key: &str) -> String {
        format!("{}:{key}", self.namespace)
    }

    /// The key whose entry has the name.
    pub fn key<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.behind(name, ":")
    }

    /// What is to be put back, where a page ends before it comes to it.
    pub fn undo(&self) -> String {
        format!("{}!undo", self.namespace)
    }

    /// A copy of what could not be read when the key was written.
    pub fn aside(&self, nth: usize, key: &str) -> String {
        format!("{}!aside:{nth}:{key}", self.namespace)
    }

    /// The key whose copy has the name.
    pub fn key_aside<'a>(&self, name: &'a str) -> Option<&'a str> {
        let (nth, key) = self.behind(name, "!aside:")?.split_once(':')?;
        let is_number = nth.bytes().all(|byte| byte.is_ascii_digit()) && !nth.is_empty();
        is_number.then_some(key)
    }

    /// What the names of all that a cache keeps begin with; behind it is the key of the arguments.
    pub fn cache(&self, cache: &str) -> String {
        format!("{}!cache:{}:{cache}", self.namespace, units(cache))
    }

    fn behind<'a>(&self, name: &'a str, mark: &str) -> Option<&'a str> {
        name.strip_prefix(&*self.namespace)?.strip_prefix(mark)
    }
}
