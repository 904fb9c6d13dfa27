//! What a page's JavaScript is asked for: dates as a language writes them, and a count that the tests read. A server knows no
//! language, and counts nothing.

#[cfg(target_arch = "wasm32")]
pub use browser::{date_text, rendered};

#[cfg(target_arch = "wasm32")]
mod browser {
    use js_sys::{Array, Intl, Object, Reflect, global};
    use wasm_bindgen::{JsCast, JsValue, throw_val};

    const MILLISECONDS_A_DAY: f64 = 86_400_000.0;

    /// A day, counted from 1970, in words.
    pub fn date_text(day: u32, locale: &str) -> String {
        let options = Object::new();
        for (name, value) in [("dateStyle", "long"), ("timeZone", "UTC")] {
            set(&options, name, &value.into());
        }
        let locales = Array::of1(&locale.into());
        let format = Intl::DateTimeFormat::new(&locales, &options).format();
        let text = format.call1(&JsValue::UNDEFINED, &(f64::from(day) * MILLISECONDS_A_DAY).into());
        text.ok().and_then(|text| text.as_string()).unwrap_or_default()
    }

    /// Counts how often a part of the page is made.
    pub fn rendered<T>(part: &str, value: T) -> T {
        let global = global();
        let renders = get(&global, "renders").dyn_into::<Object>().unwrap_or_else(|_| {
            let renders = Object::new();
            set(&global, "renders", &renders);
            renders
        });
        set(&renders, part, &(get(&renders, part).as_f64().unwrap_or(0.0) + 1.0).into());
        value
    }

    fn get(object: &Object, name: &str) -> JsValue {
        Reflect::get(object, &name.into()).unwrap_or_default()
    }

    fn set(object: &Object, name: &str, value: &JsValue) {
        if let Err(error) = Reflect::set(object, &name.into(), value) {
            throw_val(error);
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub fn date_text(day: u32, _locale: &str) -> String {
    format!("day {day}")
}

#[cfg(not(target_arch = "wasm32"))]
pub fn rendered<T>(_part: &str, value: T) -> T {
    value
}
