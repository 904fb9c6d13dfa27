//! What the app knows, and what it does with the page without tabstate: dates in a person's own words, counts for the tests.

use std::num::NonZeroU32;

use js_sys::{Date, Intl, Object, Reflect, global};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// What is asked for.
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

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    Name,
    Newest,
}

impl Sort {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Newest => "newest",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    Sea,
    Snow,
}

impl Tag {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sea => "sea",
            Self::Snow => "snow",
        }
    }
}

pub struct Harbour {
    pub name: String,
    /// As in `2020-01-02`.
    pub since: String,
    tags: Vec<Tag>,
}

pub const PER_PAGE: u32 = 5;

fn harbours() -> impl Iterator<Item = Harbour> {
    ["Anchor", "Buoy", "Cove", "Delta", "Estuary"].into_iter().zip(0..).flat_map(|(name, nth)| {
        (0..6).map(move |n| {
            let month = nth * 6 + n;
            Harbour {
                name: format!("{name} {}", n + 1),
                since: format!("{}-{:02}-{:02}", 2020 + month / 12, month % 12 + 1, n + 2),
                tags: [(Tag::Sea, n % 2), (Tag::Snow, n % 3)]
                    .into_iter()
                    .filter_map(|(tag, rest)| (rest > 0).then_some(tag))
                    .collect(),
            }
        })
    })
}

/// How many there are, and those on the page.
pub fn search(Filters { q, sort, tags, page }: &Filters) -> (usize, Vec<Harbour>) {
    let mut found: Vec<_> = harbours()
        .filter(|harbour| harbour.name.to_lowercase().contains(&q.to_lowercase()))
        .filter(|harbour| tags.iter().all(|tag| harbour.tags.contains(tag)))
        .collect();
    if *sort == Sort::Newest {
        found.sort_by(|a, b| b.since.cmp(&a.since));
    }
    let before = usize::try_from((page.get() - 1).saturating_mul(PER_PAGE)).unwrap_or(usize::MAX);
    (found.len(), found.into_iter().skip(before).take(PER_PAGE as usize).collect())
}

/// As people write it who read this language; while it is not known, as it is.
pub fn date_text(since: &str, locale: Option<&str>) -> String {
    let Some(locale) = locale else { return since.to_owned() };
    let options = Intl::DateTimeFormatOptions::new();
    options.set_date_style(Intl::DateTimeStyle::Long);
    options.set_time_zone("UTC");
    Date::new(&since.into()).to_locale_date_string(locale, &options).into()
}

/// Counts for the tests how often a part of the page is made.
pub fn rendered<T>(part: &str, value: T) -> T {
    if cfg!(not(target_arch = "wasm32")) {
        return value;
    }
    let counts = Reflect::get(&global(), &"renders".into()).unwrap_or(JsValue::UNDEFINED);
    let counts = if counts.is_object() { counts } else { Object::new().into() };
    let before = Reflect::get(&counts, &part.into()).ok().and_then(|count| count.as_f64()).unwrap_or(0.0);
    let counted = Reflect::set(&counts, &part.into(), &(before + 1.0).into());
    let kept = Reflect::set(&global(), &"renders".into(), &counts);
    debug_assert_eq!((counted, kept), (Ok(true), Ok(true)));
    value
}
