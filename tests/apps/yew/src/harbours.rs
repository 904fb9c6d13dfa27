//! What the app knows, and where it keeps it: filters in the address. The same harbours as in tests/apps/harbours.js.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tabstate::query_params::WriteOptions;
use tabstate::query_params::codecs::Text;
use tabstate::watched::{QueryParam, QueryStruct};

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    #[default]
    Name,
    Newest,
}

impl Sort {
    pub const fn as_str(self) -> &'static str {
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
    /// With another one of the rest, the page is the first.
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

/// A burst of typing is one step Back.
pub fn typing() -> WriteOptions {
    WriteOptions::push().burst(Duration::from_secs(1))
}

pub struct Harbour {
    pub name: String,
    /// Days since 1970.
    pub since: u32,
    tags: Vec<Tag>,
}

const NAMES: [&str; 5] = ["Anchor", "Buoy", "Cove", "Delta", "Estuary"];
const OF_EACH: u32 = 6;
pub const PER_PAGE: u32 = 5;

fn harbours() -> impl Iterator<Item = Harbour> {
    NAMES.into_iter().zip(0..).flat_map(|(name, nth)| {
        (0..OF_EACH).map(move |n| Harbour {
            name: format!("{name} {}", n + 1),
            since: first_of_month(nth * OF_EACH + n) + 1 + n,
            tags: [(n % 2 != 0, Tag::Sea), (n % 3 != 0, Tag::Snow)]
                .into_iter()
                .filter_map(|(has, tag)| has.then_some(tag))
                .collect(),
        })
    })
}

/// Days from 1970 to the first day of a month, counted from January 2020. Right until 2100.
fn first_of_month(months: u32) -> u32 {
    const FIRST_OF_2020: u32 = 18_262;
    let days = (0..months).map(|month| match (month % 12, month / 12 % 4) {
        (1, 0) => 29,
        (1, _) => 28,
        (3 | 5 | 8 | 10, _) => 30,
        _ => 31,
    });
    FIRST_OF_2020 + days.sum::<u32>()
}

pub struct Found {
    pub count: u32,
    pub items: Vec<Harbour>,
}

pub fn search(Filters { q, sort, tags, page }: &Filters) -> Found {
    let q = q.to_lowercase();
    let mut items: Vec<Harbour> = harbours()
        .filter(|harbour| harbour.name.to_lowercase().contains(&q))
        .filter(|harbour| tags.iter().all(|tag| harbour.tags.contains(tag)))
        .collect();
    if *sort == Sort::Newest {
        items.sort_by_key(|harbour| std::cmp::Reverse(harbour.since));
    }
    let count = items.len() as u32;
    let skipped = (page.get() - 1).saturating_mul(PER_PAGE);
    Found { count, items: items.into_iter().skip(skipped as usize).take(PER_PAGE as usize).collect() }
}
