//! Which of the locales that an app has suits a person best. The distances are those of CLDR's language matching
//! (UTS #35, section "Language Matching"), for one language and its close kin: a script that is not read weighs more
//! than a region, and a region of the same part of the world less than another.

use alloc::string::String;
use alloc::vec::Vec;

use super::blanks::trimmed;
use super::languages::Tag;
use crate::query_params::split;

/// Adds likely subtags: `zh-HK` becomes `zh-Hant-HK`. The tables are large, so the environment brings them.
pub trait LikelySubtags {
    /// The tag with its likely script and region, or `None` where nothing is known of it.
    fn maximize(&self, tag: &str) -> Option<String>;
}

/// What is farther away does not match at all.
const FARTHEST: u32 = 50;

/// What each further place in the list of wishes costs: a far match of the first wish loses against a near one of the
/// second. As in ICU's matcher.
const NEXT_WISH: u32 = 5;

/// The one of `available` that suits `requested` best, spelled as it is there; `None` when none does.
///
/// Never fails: a tag that is none matches nothing. A `*` stands for any of them, so the first one is taken.
pub fn negotiate_with<'a>(requested: &[&str], available: &[&'a str], likely: &dyn LikelySubtags) -> Option<&'a str> {
    let known: Vec<(&'a str, Tag, Tag)> =
        available.iter().filter_map(|text| Tag::read(text).map(|tag| (*text, maximized(&tag, likely), tag))).collect();
    let mut best: Option<(u32, &'a str)> = None;
    let mut cost = 0;
    for wish in requested {
        // What comes later has to be nearer, not just as near.
        if best.is_some_and(|(least, _)| least <= cost) {
            break;
        }
        if trimmed(wish) == "*" {
            best = best.or_else(|| available.first().map(|first| (cost, *first)));
        }
        let Some(tag) = Tag::read(wish) else { continue };
        let wanted = maximized(&tag, likely);
        let mut nearest = (FARTHEST, 0, "");
        for (text, full, plain) in &known {
            // Of two that are as near, the one that is spelled as the wish is, then one that stands for many.
            let strangeness = match (text.eq_ignore_ascii_case(wish), *plain == tag) {
                (true, _) => 0,
                (false, true) => 1,
                _ => 2 + u32::from(!is_paradigm(full)),
            };
            let (distance, text) = (distance(&wanted, full), *text);
            if (distance, strangeness) < (nearest.0, nearest.1) {
                nearest = (distance, strangeness, text);
            }
        }
        let (distance, _, text) = nearest;
        if distance < FARTHEST && best.is_none_or(|(least, _)| cost + distance < least) {
            best = Some((cost + distance, text));
        }
        cost += NEXT_WISH;
    }
    best.map(|(_, text)| text)
}

fn maximized(tag: &Tag, likely: &dyn LikelySubtags) -> Tag {
    likely.maximize(&tag.to_text()).and_then(|text| Tag::read(&text)).unwrap_or_else(|| tag.clone())
}

/// How far away a locale is from a wish, both maximized.
fn distance(wanted: &Tag, supported: &Tag) -> u32 {
    let languages = language_distance(&wanted.language, &supported.language);
    if languages >= FARTHEST {
        return languages;
    }
    languages + script_distance(wanted, supported) + region_distance(wanted, supported)
}

/// Languages that readers of one read well. Those that a reader of the first can be expected to know beside it, but the
/// other way round not, stand once.
fn language_distance(wanted: &str, supported: &str) -> u32 {
    if wanted == supported {
        return 0;
    }
    // What is wanted, what does as well, and how far away it is.
    const KIN: [(&str, &str, u32); 12] = [
        ("no nb", "no nb", 1),
        ("hr bs sr", "hr bs sr", 4),
        ("gsw lb", "de", 4),
        ("da", "no nb", 8),
        ("no nb", "da", 8),
        ("nn", "nb no", 20),
        ("nb no", "nn", 20),
        ("fo", "da", 20),
        ("fy af", "nl", 20),
        ("oc br co", "fr", 20),
        ("ca gl eu", "es", 20),
        ("rm", "de", 20),
    ];
    let found = KIN.into_iter().find(|(from, to, _)| is_one_of(wanted, from) && is_one_of(supported, to));
    found.map_or(80, |(_, _, distance)| distance)
}

/// Whether a word is in a list with blanks between.
pub(super) fn is_one_of(word: &str, list: &str) -> bool {
    split(list, b' ').any(|listed| listed == word)
}

fn script_distance(wanted: &Tag, supported: &Tag) -> u32 {
    match (wanted.language.as_str(), wanted.script.as_str(), supported.script.as_str()) {
        (_, wanted, supported) if wanted == supported || wanted.is_empty() || supported.is_empty() => 0,
        ("zh", "Hans", "Hant") => 15,
        ("zh", "Hant", "Hans") => 19,
        ("zh", "Latn", "Hans") => 20,
        ("zh" | "ja" | "ko", "Latn", _) | ("sr" | "bs" | "hr", "Latn" | "Cyrl", "Latn" | "Cyrl") => 5,
        _ => FARTHEST,
    }
}

fn region_distance(wanted: &Tag, supported: &Tag) -> u32 {
    let (from, to) = (wanted.region.as_str(), supported.region.as_str());
    if from == to || from.is_empty() || to.is_empty() {
        return 0;
    }
    // Regions that are near one another.
    let cluster = match wanted.language.as_str() {
        "en" => "US AS GU MP PR UM VI PH MH",
        "es" | "pt" => AMERICA,
        "zh" if wanted.script == "Hant" => "HK MO",
        "ar" => "MA DZ TN LY MR EH",
        _ => return 4,
    };
    let is_in = |region| is_one_of(region, cluster);
    match (wanted.language.as_str(), to) {
        // Outside of America, English is nearest to Britain's.
        ("en", "GB") if !is_in(from) => 3,
        _ if is_in(from) == is_in(to) => 4,
        _ => 5,
    }
}

/// America from north to south: its countries, and the numbers of its parts.
const AMERICA: &str = "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT JM KN \
    KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI 003 005 013 019 021 029 419";

/// The locales that stand for many: where two are as near, one of these is the better guess.
fn is_paradigm(tag: &Tag) -> bool {
    let regions = match tag.language.as_str() {
        "en" => "US GB 001",
        "es" => "ES 419",
        "pt" => "BR PT",
        _ => return false,
    };
    is_one_of(&tag.region, regions)
}
