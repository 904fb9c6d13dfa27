//! This tab's session storage.

use alloc::string::String;
use alloc::vec::Vec;

use gloo_storage::{SessionStorage, Storage as _};
use wasm_bindgen::prelude::*;

use crate::memory::MemoryStorage;
use crate::port::{Refusal, Storage};

#[wasm_bindgen(module = "/src/web/session_state.js")]
extern "C" {
    #[wasm_bindgen(js_name = openStorage)]
    fn open_storage() -> JsValue;
    #[wasm_bindgen(js_name = isDenied)]
    fn is_denied(storage: &JsValue) -> bool;
    #[wasm_bindgen(js_name = entryNames)]
    fn entry_names(storage: &JsValue) -> Vec<String>;
    #[wasm_bindgen(js_name = entryCount)]
    fn entry_count(storage: &JsValue) -> usize;
    #[wasm_bindgen(js_name = readEntry)]
    fn read_entry(storage: &JsValue, name: &str, denied: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = writeEntry)]
    fn write_entry(storage: &JsValue, name: &str, text: &JsValue) -> u8;
    #[wasm_bindgen(js_name = removeEntry)]
    fn remove_entry(storage: &JsValue, name: &str);
    #[wasm_bindgen(js_name = followStorage)]
    fn follow_storage(storage: &JsValue, tell: JsValue, leave: JsValue);
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(run: JsValue);
}

/// The storage of this tab; memory where the browser denies it, where there is no room for anything, and where there is no
/// page. Its methods are the browser's own, whatever the page has put in their place.
pub(crate) enum TabStorage {
    Kept(JsValue),
    Memory(MemoryStorage),
}

impl Default for TabStorage {
    fn default() -> Self {
        Self::Memory(MemoryStorage::default())
    }
}

impl TabStorage {
    pub fn open() -> Self {
        // Asked for before it is known to be there, it panics.
        if open_storage().is_undefined() { Self::default() } else { Self::Kept(SessionStorage::raw().into()) }
    }

    /// Calls `receive` with the name of each entry that a frame changes, and with none when it may be any, and `leave` when
    /// the page is hidden or left, from now on.
    pub fn follow(&self, receive: fn(Option<&str>), leave: fn()) {
        if let Self::Kept(storage) = self {
            let tell = Closure::<dyn Fn(Option<String>)>::new(move |name: Option<String>| receive(name.as_deref()));
            let leave = Closure::<dyn Fn()>::new(leave);
            follow_storage(storage, tell.into_js_value(), leave.into_js_value());
        }
    }
}

/// Calls `run` when the page's code that runs now is through.
pub(crate) fn at_end_of_turn(run: fn()) {
    queue_microtask(Closure::once_into_js(run));
}

/// The text of a name as JavaScript has it, `undefined` where there is none.
fn text(storage: &JsValue, name: &str) -> Result<JsValue, Refusal> {
    // In some frames that were removed, reads go on, and removals do nothing.
    let text = if is_denied(storage) { JsValue::NULL } else { read_entry(storage, name, &JsValue::NULL) };
    if text.is_null() { Err(Refusal::Denied) } else { Ok(text) }
}

fn written(number: u8) -> Result<(), Refusal> {
    match number {
        0 => Ok(()),
        1 => Err(Refusal::Full),
        _ => Err(Refusal::Denied),
    }
}

impl Storage for TabStorage {
    fn is_durable(&self) -> bool {
        matches!(self, Self::Kept(_))
    }

    fn names(&self) -> Result<Vec<String>, Refusal> {
        match self {
            Self::Kept(storage) if is_denied(storage) => Err(Refusal::Denied),
            Self::Kept(storage) => Ok(entry_names(storage)),
            Self::Memory(memory) => memory.names(),
        }
    }

    fn count(&self) -> usize {
        match self {
            Self::Kept(storage) => entry_count(storage),
            Self::Memory(memory) => memory.count(),
        }
    }

    fn read(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self {
            Self::Kept(storage) => text(storage, name).map(|text| text.as_string()),
            Self::Memory(memory) => memory.read(name),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Refusal> {
        match self {
            Self::Kept(storage) => written(write_entry(storage, name, &text.into())),
            Self::Memory(memory) => memory.write(name, text),
        }
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), Refusal> {
        match self {
            Self::Kept(storage) => {
                let text = text(storage, from)?;
                if text.is_undefined() { Ok(()) } else { written(write_entry(storage, to, &text)) }
            }
            Self::Memory(memory) => memory.copy(from, to),
        }
    }

    fn remove(&self, name: &str) {
        match self {
            Self::Kept(storage) => remove_entry(storage, name),
            Self::Memory(memory) => memory.remove(name),
        }
    }
}
