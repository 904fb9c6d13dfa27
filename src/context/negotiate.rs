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
    match (wanted, supported) {
        ("no", "nb") | ("nb", "no") => 1,
        ("hr" | "bs" | "sr", "hr" | "bs" | "sr") => 4,
        ("gsw" | "lb", "de") => 4,
        ("da", "no" | "nb") | ("no" | "nb", "da") => 8,
        ("nn", "nb" | "no") | ("nb" | "no", "nn") => 20,
        ("fo", "da") | ("fy" | "af", "nl") | ("oc" | "br" | "co", "fr") | ("ca" | "gl" | "eu", "es") | ("rm", "de") => {
            20
        }
        _ => 80,
    }
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
    let near_and_far = |is_in: fn(&str) -> bool| if is_in(from) == is_in(to) { 4 } else { 5 };
    match wanted.language.as_str() {
        // Outside of America, English is nearest to Britain's.
        "en" if !is_of_american_english(from) && to == "GB" => 3,
        "en" => near_and_far(is_of_american_english),
        "es" | "pt" => near_and_far(is_american),
        "zh" if wanted.script == "Hant" => near_and_far(|region| matches!(region, "HK" | "MO")),
        "ar" => near_and_far(|region| matches!(region, "MA" | "DZ" | "TN" | "LY" | "MR" | "EH")),
        _ => 4,
    }
}

/// The United States and what belongs to them.
fn is_of_american_english(region: &str) -> bool {
    matches!(region, "US" | "AS" | "GU" | "MP" | "PR" | "UM" | "VI" | "PH" | "MH")
}

/// America from north to south: its countries, and the numbers of its parts.
fn is_american(region: &str) -> bool {
    const COUNTRIES: &str = "AG AI AR AW BB BL BM BO BQ BR BS BV BZ CA CL CO CR CU CW DM DO EC FK GD GF GL GP GS GT GY HN HT \
        JM KN KY LC MF MQ MS MX NI PA PE PM PR PY SR SV SX TC TT US UY VC VE VG VI";
    matches!(region, "003" | "005" | "013" | "019" | "021" | "029" | "419")
        || split(COUNTRIES, b' ').any(|country| country == region)
}

/// The locales that stand for many: where two are as near, one of these is the better guess.
fn is_paradigm(tag: &Tag) -> bool {
    matches!(
        (tag.language.as_str(), tag.region.as_str()),
        ("en", "US" | "GB" | "001") | ("es", "ES" | "419") | ("pt", "BR" | "PT")
    )
}
