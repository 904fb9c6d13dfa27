//! What the apps in Rust know, and where they keep it: filters and a remark in the address, a cookie. The same harbours as in
//! `harbours.js`.

use std::num::NonZeroU32;
use std::time::Duration;

use js_sys::{Date, Intl, Object, Reflect, global};
use serde::{Deserialize, Serialize};
use tabstate::cookies::CookieOptions;
use tabstate::query_params::WriteOptions;
use tabstate::query_params::codecs::Text;
use tabstate::watched::{Cookie, QueryParam, QueryStruct};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    #[default]
    Name,
    Newest,
}

impl Sort {
    /// What a select says.
    pub fn of(text: &str) -> Self {
        if text == Self::Newest.as_str() { Self::Newest } else { Self::Name }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Newest => "newest",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tag {
    Sea,
    Snow,
}

impl Tag {
    pub const ALL: [Self; 2] = [Self::Sea, Self::Snow];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sea => "sea",
            Self::Snow => "snow",
        }
    }
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
        Self { q: String::new(), sort: Sort::default(), tags: Vec::new(), page: NonZeroU32::MIN }
    }
}

impl Filters {
    /// Another search begins on the first page.
    pub fn with_q(self, q: String) -> Self {
        Self { q, page: NonZeroU32::MIN, ..self }
    }

    pub fn with_sort(self, sort: Sort) -> Self {
        Self { sort, page: NonZeroU32::MIN, ..self }
    }

    /// With the tag, or without it where it is there.
    pub fn toggle(mut self, tag: Tag) -> Self {
        match self.tags.iter().position(|its| *its == tag) {
            Some(at) => drop(self.tags.remove(at)),
            None => self.tags.push(tag),
        }
        Self { page: NonZeroU32::MIN, ..self }
    }

    pub fn turn(self, pages: i32) -> Self {
        let page = self.page.get().saturating_add_signed(pages);
        Self { page: NonZeroU32::new(page).unwrap_or(NonZeroU32::MIN), ..self }
    }
}

pub fn filters() -> QueryStruct<Filters> {
    QueryStruct::new()
}

pub fn q() -> QueryParam<String> {
    QueryParam::new("q", Text).default(String::new())
}

/// The address waits for the one who writes; all else does not.
pub fn remark() -> QueryParam<String> {
    QueryParam::new("remark", Text).default(String::new()).debounce(Duration::from_millis(400))
}

/// For a day, whether the notice was read.
pub fn notice() -> Cookie {
    let a_day = CookieOptions { max_age: Some(Duration::from_secs(86_400)), ..CookieOptions::default() };
    Cookie::new("notice").options(a_day)
}

/// A burst of typing is one step Back.
pub fn typing() -> WriteOptions {
    WriteOptions::push().burst(Duration::from_secs(1))
}

#[derive(Clone, Debug, PartialEq)]
pub struct Harbour {
    pub name: String,
    /// As in `2020-01-02`.
    pub since: String,
    tags: Vec<Tag>,
}

fn harbours() -> impl Iterator<Item = Harbour> {
    ["Anchor", "Buoy", "Cove", "Delta", "Estuary"].into_iter().zip(0..).flat_map(|(name, nth)| {
        (0..6).map(move |n| {
            let month = nth * 6 + n;
            let has = [(Tag::Sea, n % 2 != 0), (Tag::Snow, n % 3 != 0)];
            Harbour {
                name: format!("{name} {}", n + 1),
                since: format!("{}-{:02}-{:02}", 2020 + month / 12, month % 12 + 1, n + 2),
                tags: has.into_iter().filter_map(|(tag, has)| has.then_some(tag)).collect(),
            }
        })
    })
}

const PER_PAGE: usize = 5;

/// What is on a page, and what there is in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub count: usize,
    pub items: Vec<Harbour>,
    pub is_last: bool,
}

pub fn search(Filters { q, sort, tags, page }: &Filters) -> Found {
    let q = q.to_lowercase();
    let mut all: Vec<Harbour> = harbours()
        .filter(|harbour| harbour.name.to_lowercase().contains(&q))
        .filter(|harbour| tags.iter().all(|tag| harbour.tags.contains(tag)))
        .collect();
    if *sort == Sort::Newest {
        all.sort_by(|a, b| b.since.cmp(&a.since));
    }
    let (count, behind) = (all.len(), (page.get() as usize).saturating_mul(PER_PAGE));
    let items = all.into_iter().skip(behind.saturating_sub(PER_PAGE)).take(PER_PAGE).collect();
    Found { count, items, is_last: behind >= count }
}

/// As people write it who read this language; where that is not known, as it is.
pub fn date_text(since: &str, locale: Option<&str>) -> String {
    let Some(locale) = locale else { return since.to_owned() };
    let options = Intl::DateTimeFormatOptions::new();
    options.set_date_style(Intl::DateTimeStyle::Long);
    options.set_time_zone("UTC");
    Date::new(&since.into()).to_locale_date_string(locale, &options).into()
}

/// Counts for the tests how often a part of the page is made. A server counts nothing.
pub fn rendered<T>(part: &str, value: T) -> T {
    if cfg!(target_arch = "wasm32") {
        let renders = Reflect::get(&global(), &"renders".into()).unwrap_or_default();
        let renders = if renders.is_object() { renders } else { Object::new().into() };
        let before = Reflect::get(&renders, &part.into()).ok().and_then(|count| count.as_f64()).unwrap_or_default();
        let counted = Reflect::set(&renders, &part.into(), &(before + 1.0).into());
        let kept = Reflect::set(&global(), &"renders".into(), &renders);
        debug_assert_eq!((counted, kept), (Ok(true), Ok(true)));
    }
    value
}
