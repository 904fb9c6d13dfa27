//! Language tags: what is one, its canonical spelling, and the lists that headers hold. Knows no language by name but for
//! those that have two codes.

use alloc::string::String;
use alloc::vec::Vec;

use super::blanks::trimmed;
use crate::query_params::{cut, split};

/// A language tag, as far as matching goes: variants and extensions are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Tag {
    pub language: String,
    pub script: String,
    pub region: String,
}

impl Tag {
    /// Reads a tag as people and systems write it: `en_US.UTF-8`, `sr@latin`, ` ZH-hant-tw `. `None` for what names no
    /// language: `*`, `C`, `POSIX`, the empty text.
    pub fn read(text: &str) -> Option<Self> {
        Self::read_with(text, &mut String::new())
    }

    /// The same; each subtag that is none of the three goes behind `rest`.
    fn read_with(text: &str, rest: &mut String) -> Option<Self> {
        let (text, modifier) = cut(trimmed(text), b'@');
        let text: String = cut(text, b'.').0.chars().map(|char| if char == '_' { '-' } else { char }).collect();
        let mut parts = split(&text, b'-');
        let language = parts.next()?;
        let is_language = (2..=8).contains(&language.len()) && language.len() != 4 && is_letters(language);
        if !is_language || language.eq_ignore_ascii_case("posix") {
            return None;
        }
        let mut tag = Self { language: language.to_ascii_lowercase(), ..Self::default() };
        // Behind an extension's or a private use's letter, a subtag is none of the three.
        let mut is_extended = false;
        for part in parts {
            is_extended |= part.len() == 1;
            match part.len() {
                4 if !is_extended && is_letters(part) && tag.script.is_empty() && tag.region.is_empty() => {
                    tag.script = title_case(part)
                }
                2 if !is_extended && is_letters(part) && tag.region.is_empty() => {
                    tag.region = part.to_ascii_uppercase()
                }
                3 if !is_extended && part.bytes().all(|byte| byte.is_ascii_digit()) && tag.region.is_empty() => {
                    tag.region = part.into()
                }
                // Before an extension only variants are left, each once.
                1..=8
                    if part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                        && (is_extended
                            || (is_variant(part)
                                && !split(rest, b'-').any(|seen| seen.eq_ignore_ascii_case(part)))) =>
                {
                    rest.push('-');
                    rest.push_str(part);
                }
                _ => {}
            }
        }
        if tag.script.is_empty() {
            tag.script = match modifier {
                Some("latin") => "Latn",
                Some("cyrillic") => "Cyrl",
                Some("devanagari") => "Deva",
                _ => "",
            }
            .into();
        }
        tag.replace_old_code();
        Some(tag)
    }

    /// Codes that were replaced, which browsers and systems still send. Source: the IANA registry's preferred values and
    /// CLDR's aliases.
    fn replace_old_code(&mut self) {
        const REPLACED: [(&str, &str); 8] = [
            ("iw", "he"),
            ("in", "id"),
            ("ji", "yi"),
            ("jw", "jv"),
            ("mo", "ro"),
            ("tl", "fil"),
            ("sh", "sr"),
            ("cmn", "zh"),
        ];
        let Some((old, new)) = REPLACED.into_iter().find(|(old, _)| *old == self.language) else { return };
        self.language = new.into();
        if old == "sh" && self.script.is_empty() {
            self.script = "Latn".into();
        }
    }

    /// `zh-Hant-TW`.
    pub fn to_text(&self) -> String {
        let mut text = self.language.clone();
        for part in [&self.script, &self.region] {
            if !part.is_empty() {
                text.push('-');
                text.push_str(part);
            }
        }
        text
    }
}

/// The canonical spelling of a tag as people and systems write it, variants and extensions and all: `zh_hant_tw.UTF-8` is
/// `zh-Hant-TW`. `None` for what names no language: `*`, `C`, the empty text. What is no subtag is left out.
///
/// Source: RFC 5646, section 2.1.1, and CLDR's aliases for languages that have two codes.
///
/// ```
/// use tabstate::context::canonical_locale;
///
/// assert_eq!(canonical_locale("en_US.UTF-8").as_deref(), Some("en-US"));
/// assert_eq!(canonical_locale("CA-es-VALENCIA").as_deref(), Some("ca-ES-valencia"));
/// assert_eq!(canonical_locale("iw").as_deref(), Some("he"));
/// assert_eq!(canonical_locale("C"), None);
/// ```
#[must_use]
pub fn canonical_locale(text: &str) -> Option<String> {
    let mut rest = String::new();
    let tag = Tag::read_with(text, &mut rest)?;
    rest.make_ascii_lowercase();
    // An extension without a subtag of its own is none.
    while rest.len() >= 2 && rest.get(rest.len() - 2..).is_some_and(|end| end.starts_with('-')) {
        rest.truncate(rest.len() - 2);
    }
    Some(tag.to_text() + &rest)
}

fn is_variant(part: &str) -> bool {
    part.len() > 4 || (part.len() == 4 && part.bytes().next().is_some_and(|first| first.is_ascii_digit()))
}

fn is_letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn title_case(text: &str) -> String {
    let mut title = text.to_ascii_lowercase();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

/// The tags of an `Accept-Language` text, the most wanted first; those with `q=0` are left out. Tags of the same quality
/// stay in their order.
///
/// Source: RFC 9110, section 12.5.4. A quality that is none counts as 1, as browsers' servers commonly read it.
///
/// ```
/// use tabstate::context::accepted_languages;
///
/// assert_eq!(accepted_languages("en;q=0.5, nb, *;q=0.1, fr;q=0"), ["nb", "en", "*"]);
/// ```
#[must_use]
pub fn accepted_languages(accept_language: &str) -> Vec<String> {
    let mut languages: Vec<(u32, String)> = Vec::new();
    for part in split(accept_language, b',') {
        let mut parts = split(part, b';').map(trimmed);
        let Some(tag) = parts.next().filter(|tag| !tag.is_empty()) else { continue };
        let quality = parts.find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")));
        let quality = quality.and_then(thousandths).unwrap_or(1000);
        if quality > 0 {
            let behind = languages.iter().take_while(|(other, _)| *other >= quality).count();
            languages.insert(behind, (quality, tag.into()));
        }
    }
    languages.into_iter().map(|(_, tag)| tag).collect()
}

/// `0.8` as 800; `None` for what is no quality.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = cut(text, b'.');
    let mut padding = 1000;
    let mut thousandths = 0;
    for digit in fraction.unwrap_or_default().bytes() {
        padding /= 10;
        if padding == 0 || !digit.is_ascii_digit() {
            return None;
        }
        thousandths += u32::from(digit - b'0') * padding;
    }
    match whole {
        "0" => Some(thousandths),
        "1" => Some(1000),
        _ => None,
    }
}

/// How an engine writes `Accept-Language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// Chromium: bare languages are put in, and qualities go down by a tenth.
    Chromium,
    /// Firefox from 147 on: the languages as they are, with qualities that go down by a tenth.
    Firefox,
    /// Firefox before 147: the languages as they are, with qualities spread over them.
    Firefox146,
    /// Apple's Safari: the one language that it shows, and the bare one or the script behind it.
    Safari,
    /// One whose rule is not known: a page of WebKitGTK sees the first of the languages that are sent, apps made with
    /// Electron send what they like.
    Unknown,
}

impl Engine {
    /// From `navigator.vendor`, which every engine names in its own way, and `navigator.userAgent`.
    #[must_use]
    pub fn of(vendor: &str, user_agent: &str) -> Self {
        let version = split(user_agent, b' ').find_map(|product| product.strip_prefix("Firefox/"));
        match (vendor, version.map(|version| cut(version, b'.').0)) {
            ("Google Inc.", None) if !split(user_agent, b' ').any(|product| product.starts_with("Electron/")) => {
                Self::Chromium
            }
            // Of versions with as many digits, the texts are in the order of the numbers.
            ("", Some(version)) if version.len() < 3 || (version.len() == 3 && version < "147") => Self::Firefox146,
            ("", Some(_)) => Self::Firefox,
            ("Apple Computer, Inc.", None) if is_safari(user_agent) => Self::Safari,
            _ => Self::Unknown,
        }
    }
}

/// Apple's own browser on Apple's systems: in other apps a page sees less than is sent.
fn is_safari(user_agent: &str) -> bool {
    let begins = |name: &str| split(user_agent, b' ').any(|word| word.starts_with(name));
    begins("Safari/") && (begins("(Macintosh;") || begins("(iPhone;") || begins("(iPad;"))
}

/// The `Accept-Language` that an engine sends for `navigator.languages`; `None` where it sends none, or where it is not
/// known.
///
/// Chromium writes no tag twice, and puts the bare language behind the last of a run with it, unless it is written
/// already. Firefox writes them as listed, in their canonical spelling. Both go down from 1.0 by 0.1, not below 0.1;
/// before Firefox 147, the nth of count had 1 - n/count. Safari's rule is known for languages with a region alone.
///
/// Sources: 54 settings of Chromium 156 and 27 of Firefox 153, measured against an echo server; Chromium's
/// `AcceptLanguageBuilder`, Firefox's bug 2000765. Safari's is what servers report of it, not measured.
///
/// ```
/// use tabstate::context::{Engine, accept_language};
///
/// let languages = ["fr-CH", "en-US"];
/// assert_eq!(accept_language(&languages, Engine::Chromium).as_deref(), Some("fr-CH,fr;q=0.9,en-US;q=0.8,en;q=0.7"));
/// assert_eq!(accept_language(&languages, Engine::Firefox).as_deref(), Some("fr-CH,en-US;q=0.9"));
/// assert_eq!(accept_language(&languages, Engine::Firefox146).as_deref(), Some("fr-CH,en-US;q=0.5"));
/// ```
#[must_use]
pub fn accept_language(languages: &[&str], engine: Engine) -> Option<String> {
    let listed: Vec<String> = match engine {
        Engine::Chromium => with_bare_languages(languages),
        Engine::Firefox | Engine::Firefox146 => languages.iter().map(|language| spelled(language)).collect(),
        Engine::Safari => with_parent(languages).unwrap_or_default(),
        Engine::Unknown => Vec::new(),
    };
    let count = listed.len();
    let mut text = String::new();
    for (nth, language) in listed.iter().enumerate() {
        if nth > 0 {
            text.push(',');
        }
        text.push_str(language);
        let hundredths = match engine {
            // To one decimal below ten languages, to two from there on.
            Engine::Firefox146 if count < 10 => (2 * 10 * (count - nth) + count) / (2 * count) * 10,
            Engine::Firefox146 => (2 * 100 * (count - nth) + count) / (2 * count),
            _ => 100 - 10 * nth.min(9),
        };
        if hundredths < 100 {
            text.push_str(";q=0.");
            text.push(char::from(b'0' + (hundredths / 10 % 10) as u8));
            if hundredths % 10 > 0 {
                text.push(char::from(b'0' + (hundredths % 10) as u8));
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Each tag once, and the bare language behind the last of a run with it, unless it is written already.
fn with_bare_languages(languages: &[&str]) -> Vec<String> {
    let bare = |language: &str| -> String { cut(language, b'-').0.into() };
    let mut listed: Vec<String> = Vec::new();
    let mut add = |tag: String| {
        if !listed.contains(&tag) {
            listed.push(tag);
        }
    };
    for (nth, language) in languages.iter().enumerate() {
        add((*language).into());
        let own = bare(language);
        let run_goes_on = languages.get(nth + 1).is_some_and(|next| bare(next) == own);
        if !run_goes_on && own != "x" && own != "i" {
            add(own);
        }
    }
    listed
}

/// `de-DE` and `de`, `zh-TW` and `zh-Hant`; none for what has no region, or is not the only one.
fn with_parent(languages: &[&str]) -> Option<Vec<String>> {
    let [language] = languages else { return None };
    let (bare, Some(region)) = cut(language, b'-') else { return None };
    let parent = match (bare, region) {
        ("zh", "TW" | "HK" | "MO") => "zh-Hant",
        ("zh", "CN" | "SG") => "zh-Hans",
        _ if bare.len() == 2 && region.len() == 2 => bare,
        _ => return None,
    };
    Some(Vec::from([(*language).into(), parent.into()]))
}

/// As Firefox spells a tag, cut at a blank or `;`: regions in upper case, scripts in title case, up to the first subtag of
/// one letter.
fn spelled(language: &str) -> String {
    let mut spelled = String::new();
    let mut is_extended = false;
    let language = [b';', b' ', b'\t'].into_iter().fold(language, |text, end| cut(text, end).0);
    for (nth, part) in split(language, b'-').enumerate() {
        is_extended |= nth > 0 && part.len() == 1;
        if nth > 0 {
            spelled.push('-');
        }
        match part.len() {
            2 if nth > 0 && !is_extended => spelled.push_str(&part.to_ascii_uppercase()),
            4 if nth > 0 && !is_extended => spelled.push_str(&title_case(part)),
            _ => spelled.push_str(&part.to_ascii_lowercase()),
        }
    }
    spelled
}
