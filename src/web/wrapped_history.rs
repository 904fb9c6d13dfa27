//! The history methods of a page without the Navigation API, wrapped so that other code's calls are heard.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::Cell;

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::History;

use crate::port::{Navigation, Signal};

type Method = dyn Fn(JsValue, JsValue, JsValue) -> Result<JsValue, JsValue>;

/// One method in its wrapper. Dropping it puts back what was there; if other code has wrapped it since, that code's
/// wrapper stays, and ours only passes on.
#[derive(Debug)]
pub(super) struct Wrapped {
    history: History,
    name: JsValue,
    wrapper: JsValue,
    before: JsValue,
    tells: Rc<Cell<bool>>,
}

impl Wrapped {
    fn new(history: &History, name: &str, signal: Signal, receive: fn(Signal)) -> Option<Self> {
        let name = JsValue::from_str(name);
        let original: Function = Reflect::get(history, &name).ok()?.dyn_into().ok()?;
        let before: JsValue = Object::get_own_property_descriptor(history, &name);
        let tells = Rc::new(Cell::new(true));
        let (this, still_tells) = (history.clone(), Rc::clone(&tells));
        let tell = move |when: bool| {
            if when && still_tells.get() {
                receive(signal);
            }
        };
        let is_traversal = signal == Signal::BeforeTraversal;
        let wrapper = Closure::<Method>::new(move |first: JsValue, second: JsValue, third: JsValue| {
            tell(is_traversal);
            let result = original.call3(&this, &first, &second, &third)?;
            tell(!is_traversal);
            Ok(result)
        })
        .into_js_value();
        Reflect::set(history, &name, &wrapper).ok()?;
        Some(Self { history: history.clone(), name, wrapper, before, tells })
    }
}

impl Drop for Wrapped {
    fn drop(&mut self) {
        self.tells.set(false);
        if Reflect::get(&self.history, &self.name).ok().as_ref() != Some(&self.wrapper) {
            return;
        }
        // A page's own `history` is extensible and configurable; were it not, the wrapper would not be there.
        if self.before.is_undefined() {
            let _ = Reflect::delete_property(&self.history, &self.name);
        } else {
            let _ = Reflect::define_property(&self.history, &self.name, self.before.unchecked_ref());
        }
    }
}

/// Wraps what changes the entry and what traverses.
pub(super) fn wrap(history: &History, receive: fn(Signal)) -> Vec<Wrapped> {
    let methods = [
        ("pushState", Signal::Navigated(Navigation::Push)),
        ("replaceState", Signal::Navigated(Navigation::Replace)),
        ("back", Signal::BeforeTraversal),
        ("forward", Signal::BeforeTraversal),
        ("go", Signal::BeforeTraversal),
    ];
    methods.into_iter().filter_map(|(name, signal)| Wrapped::new(history, name, signal, receive)).collect()
}
