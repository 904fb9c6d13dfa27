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

/// Languages that readers of one read well: how far away, what does, and for whom. One that is not here does not do.
///
/// Source: CLDR's `languageMatching`; what it says of `sh` stands for `sr`, as that code is read.
const KIN: &[(u32, &str, &str)] = &[
    (1, "nb", "no"),
    (1, "no", "nb"),
    (4, "aa", "ssy"),
    (4, "bs", "hr sr"),
    (4, "de", "gsw lb"),
    (4, "hr", "bs sr"),
    (4, "sr", "bs hr"),
    (4, "ssy", "aa"),
    (8, "da", "nb no"),
    (8, "nb", "da"),
    (8, "no", "da"),
    (
        10,
        "ar",
        "aao abh abv acm acq acw acx acy adf aeb aec afb apc apd arq ars ary arz auz avl ayh ayl ayn ayp bbz pga shu ssh",
    ),
    (10, "az", "azb"),
    (10, "et", "vro"),
    (10, "ff", "ffm fub fue fuf fuh fui fuq fuv"),
    (10, "gn", "gnw gui gun nhd"),
    (10, "iu", "ikt"),
    (10, "kln", "enb eyo niq oki pko sgc tec tuy"),
    (10, "kok", "knn"),
    (10, "kpe", "gkp"),
    (10, "luy", "ida lkb lko lks lri lrm lsm lto lts lwg nle nyd rag"),
    (10, "lv", "ltg"),
    (10, "mg", "bhr bjq bmm bzc msh skg tdx tkg txy xmv xmw"),
    (10, "mn", "mvf"),
    (
        10,
        "ms",
        "bjn btj bve bvu coa dup hji id jak jax kvb kvr kxd lce lcf liw max meo mfa mfb min mqg msi mui orn ors pel pse tmw urk vkk vkt xmm zlm zmi",
    ),
    (10, "ne", "dty"),
    (10, "om", "gax hae orc"),
    (10, "or", "spv"),
    (10, "ps", "pbt pst"),
    (
        10,
        "qu",
        "qub qud quf qug quh quk qul qup qur qus quw qux quy qva qvc qve qvh qvi qvj qvl qvm qvn qvo qvp qvs qvw qvz qwa qwc qwh qws qxa qxc qxh qxl qxn qxo qxp qxr qxt qxu qxw",
    ),
    (10, "rn", "rw"),
    (10, "rw", "rn"),
    (10, "sc", "sdc sdn sro"),
    (10, "sq", "aae aat aln"),
    (10, "syr", "aii"),
    (10, "uz", "uzs"),
    (10, "yi", "yih"),
    (10, "zh", "cdo cjy cnp cpx csp czh czo gan hak hnm hsn luh lzh mnp nan sjc wuu yue"),
    (20, "cs", "sk"),
    (20, "da", "fo"),
    (20, "de", "rm"),
    (20, "en", "af chr cy ga gd haw is mi pcm"),
    (20, "es", "ay ca eu gl gn"),
    (20, "fr", "br co crs ht oc"),
    (20, "hi", "mai"),
    (20, "id", "jv su"),
    (20, "it", "la scn"),
    (20, "nb", "nn"),
    (20, "nl", "fy"),
    (20, "nn", "nb no"),
    (20, "no", "nn"),
    (20, "ru", "be"),
    (20, "sk", "cs"),
    (20, "ur", "bal"),
    (20, "zh", "bo ug za"),
    (30, "ar", "ckb"),
    (
        30,
        "en",
        "ach ak am bem bn ee eo gaa ha ia ig ka km kn kri lg lo loz mfe ml mt my ne nso ny nyn om or pa ps rw sd si sn so sq st sw ta te ti tlh tn to tum ur xh yi yo zu",
    ),
    (30, "es", "qu"),
    (30, "fil", "ceb"),
    (30, "fr", "kg ln lua mg rn wo"),
    (30, "hi", "bh gu mr sa"),
    (30, "id", "ms"),
    (30, "ru", "ab az hy kk ky mn tg tk tt uz"),
    (30, "tr", "ku"),
    (35, "en", "rn"),
    (35, "fr", "rw"),
];

fn language_distance(wanted: &str, supported: &str) -> u32 {
    if wanted == supported {
        return 0;
    }
    let found = KIN.iter().find(|(_, does, readers)| *does == supported && is_one_of(wanted, readers));
    found.map_or(80, |(distance, _, _)| *distance)
}

/// Whether a word is in a list with blanks between.
pub(super) fn is_one_of(word: &str, list: &str) -> bool {
    split(list, b' ').any(|listed| listed == word)
}

fn script_distance(wanted: &Tag, supported: &Tag) -> u32 {
    match (supported.language.as_str(), wanted.script.as_str(), supported.script.as_str()) {
        (_, wanted, supported) if wanted == supported || wanted.is_empty() || supported.is_empty() => 0,
        ("zh", "Hans", "Hant") => 15,
        ("zh", "Hant", "Hans") => 19,
        ("zh", "Latn", "Hans") => 20,
        ("zh" | "ja" | "ko", "Latn", _) | ("sr" | "bs" | "hr", "Latn" | "Cyrl", "Latn" | "Cyrl") => 5,
        // Who reads a language beside the own reads its script.
        _ if wanted.language != supported.language => 10,
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
