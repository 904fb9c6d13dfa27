//! What the app knows: as tests/apps/harbours.js has it for the apps in JavaScript.

use std::num::NonZeroU32;
use std::time::Duration;

use js_sys::{Array, Date, Intl, Object, Reflect};
use serde::{Deserialize, Serialize};
use tabstate::query_params::WriteOptions;
use wasm_bindgen::JsValue;

pub const PER_PAGE: u32 = 5;

/// In milliseconds.
const A_DAY: f64 = 86_400_000.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    #[default]
    Name,
    Newest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    Sea,
    Snow,
}

impl Tag {
    pub const ALL: [(Self, &str); 2] = [(Self::Sea, "sea"), (Self::Snow, "snow")];
}

/// What is in the address.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Filters {
    pub q: String,
    pub sort: Sort,
    pub tags: Vec<Tag>,
    pub page: NonZeroU32,
}

impl Default for Filters {
    fn default() -> Self {
        Self { q: String::new(), sort: Sort::Name, tags: Vec::new(), page: NonZeroU32::MIN }
    }
}

impl Filters {
    /// Another search begins on the first page.
    pub fn search(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.page = NonZeroU32::MIN;
    }

    pub fn toggle(&mut self, tag: Tag) {
        if self.tags.contains(&tag) {
            self.tags.retain(|other| *other != tag);
        } else {
            self.tags.push(tag);
        }
    }

    pub fn go(&mut self, by: i32) {
        self.page = self.page.get().checked_add_signed(by).and_then(NonZeroU32::new).unwrap_or(self.page);
    }
}

/// A burst of typing is one step Back.
pub fn typing() -> WriteOptions {
    WriteOptions::push().burst(Duration::from_secs(1))
}

#[derive(Clone, Debug, PartialEq)]
pub struct Harbour {
    pub name: String,
    pub since: f64,
    tags: Vec<Tag>,
}

fn harbours() -> impl Iterator<Item = Harbour> {
    ["Anchor", "Buoy", "Cove", "Delta", "Estuary"].into_iter().zip(0_u32..).flat_map(|(name, nth)| {
        (0..6_u32).map(move |n| Harbour {
            name: format!("{name} {}", n + 1),
            since: Date::utc(2020.0, f64::from(nth * 6 + n)) + f64::from(1 + n) * A_DAY,
            tags: [(n % 2 != 0).then_some(Tag::Sea), (n % 3 != 0).then_some(Tag::Snow)].into_iter().flatten().collect(),
        })
    })
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub count: usize,
    pub items: Vec<Harbour>,
}

impl Found {
    pub fn is_last(&self, page: NonZeroU32) -> bool {
        page.get() as usize * PER_PAGE as usize >= self.count
    }
}

pub fn search(filters: &Filters) -> Found {
    let q = filters.q.to_lowercase();
    let mut found: Vec<_> = harbours()
        .filter(|harbour| harbour.name.to_lowercase().contains(&q))
        .filter(|harbour| filters.tags.iter().all(|tag| harbour.tags.contains(tag)))
        .collect();
    if filters.sort == Sort::Newest {
        found.sort_by(|a, b| b.since.total_cmp(&a.since));
    }
    let first = (filters.page.get() as usize - 1).saturating_mul(PER_PAGE as usize);
    Found { count: found.len(), items: found.into_iter().skip(first).take(PER_PAGE as usize).collect() }
}

/// As the locale writes it; nothing where that is not known.
pub fn date_text(since: f64, locale: Option<&str>) -> String {
    let Some(locale) = locale else { return String::new() };
    let options = Object::new();
    for (name, value) in [("dateStyle", "long"), ("timeZone", "UTC")] {
        // A plain object takes everything.
        let _is_set = Reflect::set(&options, &name.into(), &value.into());
    }
    let format = Intl::DateTimeFormat::new(&Array::of1(&locale.into()), &options).format();
    format.call1(&JsValue::UNDEFINED, &since.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Counts for the tests how often a part of the page is made.
pub fn rendered<T>(part: &str, value: T) -> T {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let set = |of: &JsValue, name: &str, value: &JsValue| Reflect::set(of, &name.into(), value).unwrap_or_default();
    let page = js_sys::global().into();
    if get(&page, "renders").is_undefined() {
        set(&page, "renders", &Object::new());
    }
    let renders = get(&page, "renders");
    set(&renders, part, &(get(&renders, part).as_f64().unwrap_or_default() + 1.0).into());
    value
}
