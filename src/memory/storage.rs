//! Texts by name in memory: a session of a server or a test, and of a page that is denied its storage.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::port::{Refusal, Storage};

/// Texts that end with whoever holds them; there is room for all.
#[derive(Debug, Default)]
pub struct MemoryStorage {
    texts: RefCell<BTreeMap<String, String>>,
}

impl Storage for MemoryStorage {
    fn is_durable(&self) -> bool {
        false
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        Ok(self.texts.borrow().keys().cloned().collect())
    }

    fn count(&self) -> usize {
        self.texts.borrow().len()
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.texts.borrow().get(name).cloned())
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        self.texts.borrow_mut().insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    fn remove(&self, name: &str) {
        self.texts.borrow_mut().remove(name);
    }
}
