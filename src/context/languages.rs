//! Language tags: what is one, its canonical spelling, and the lists that headers hold. Knows no language by name but for
//! those that have two codes.

use alloc::string::String;
use alloc::vec::Vec;

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
        let text = text.trim_matches([' ', '\t']);
        let (text, modifier) = text.split_once('@').unwrap_or((text, ""));
        let text = text.split('.').next().unwrap_or_default();
        let mut parts = text.split(['-', '_']);
        let language = parts.next()?;
        let is_language = (2..=8).contains(&language.len()) && language.len() != 4 && is_letters(language);
        if !is_language || language.eq_ignore_ascii_case("posix") {
            return None;
        }
        let mut tag = Self { language: language.to_ascii_lowercase(), ..Self::default() };
        for part in parts {
            match part.len() {
                // An extension or a private use: what follows is none of the three.
                1 => break,
                4 if is_letters(part) && tag.script.is_empty() && tag.region.is_empty() => {
                    tag.script = title_case(part)
                }
                2 if is_letters(part) && tag.region.is_empty() => tag.region = part.to_ascii_uppercase(),
                3 if part.bytes().all(|byte| byte.is_ascii_digit()) && tag.region.is_empty() => {
                    tag.region = part.into()
                }
                _ => {}
            }
        }
        if tag.script.is_empty() {
            tag.script = match modifier {
                "latin" => "Latn",
                "cyrillic" => "Cyrl",
                "devanagari" => "Deva",
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
        let (language, script) = match self.language.as_str() {
            "iw" => ("he", ""),
            "in" => ("id", ""),
            "ji" => ("yi", ""),
            "jw" => ("jv", ""),
            "mo" => ("ro", ""),
            "tl" => ("fil", ""),
            "sh" => ("sr", "Latn"),
            "cmn" => ("zh", ""),
            _ => return,
        };
        if self.language == "mo" && self.region.is_empty() {
            self.region = "MD".into();
        }
        self.language = language.into();
        if self.script.is_empty() {
            self.script = script.into();
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
    let mut languages: Vec<(u32, String)> = accept_language
        .split(',')
        .filter_map(|part| {
            let mut parts = part.split(';').map(|part| part.trim_matches([' ', '\t']));
            let tag = parts.next().filter(|tag| !tag.is_empty())?;
            let quality = parts.find_map(|parameter| parameter.strip_prefix("q=").or(parameter.strip_prefix("Q=")));
            let thousandths = quality.and_then(thousandths).unwrap_or(1000);
            (thousandths > 0).then(|| (thousandths, tag.into()))
        })
        .collect();
    languages.sort_by(|(one, _), (other, _)| other.cmp(one));
    languages.into_iter().map(|(_, tag)| tag).collect()
}

/// `0.8` as 800; `None` for what is no quality.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(whole, "0" | "1") {
        return None;
    }
    let padding = [1000, 100, 10, 1].get(fraction.len()).copied()?;
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<u32>().ok()? * padding };
    Some(if whole == "1" { 1000 } else { fraction })
}

/// How an engine writes `Accept-Language`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Engine {
    /// Chromium: bare languages are put in, and qualities go down by a tenth.
    Chromium,
    /// Firefox: the languages as they are, with qualities spread over them.
    Firefox,
    /// Safari: as Firefox, with bare languages left out.
    Safari,
}

/// The `Accept-Language` that an engine sends for `navigator.languages`; `None` where it sends none.
///
/// Chromium takes ten languages at most, puts the bare language behind the last of a run with it, unless it is listed,
/// and goes down from 1.0 by 0.1, not below 0.1. Firefox writes them as listed, the nth of count with 1 - n/count, rounded
/// to one decimal, to two from ten languages on. Source: measured against an echo server.
///
/// ```
/// use tabstate::context::{Engine, accept_language};
///
/// let languages = ["fr-CH", "en-US"];
/// assert_eq!(accept_language(&languages, Engine::Chromium).as_deref(), Some("fr-CH,fr;q=0.9,en-US;q=0.8,en;q=0.7"));
/// assert_eq!(accept_language(&languages, Engine::Firefox).as_deref(), Some("fr-CH,en-US;q=0.5"));
/// ```
#[must_use]
pub fn accept_language(languages: &[&str], engine: Engine) -> Option<String> {
    let listed = match engine {
        Engine::Chromium => with_bare_languages(languages.get(..10).unwrap_or(languages)),
        _ => languages.iter().map(|language| (*language).into()).collect(),
    };
    let count = listed.len();
    let mut text = String::new();
    for (nth, language) in listed.iter().enumerate() {
        if nth > 0 {
            text.push(',');
        }
        text.push_str(language);
        let hundredths = match engine {
            Engine::Chromium => 100 - 10 * nth.min(9),
            // As Firefox: to one decimal below ten languages, to two from there on.
            _ if count < 10 => (2 * 10 * (count - nth) + count) / (2 * count) * 10,
            _ => (2 * 100 * (count - nth) + count) / (2 * count),
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

/// Each run of tags with one language, and the bare language behind it unless it is listed anywhere.
fn with_bare_languages(languages: &[&str]) -> Vec<String> {
    let bare = |language: &str| -> String { language.split('-').next().unwrap_or_default().into() };
    let mut listed: Vec<String> = Vec::new();
    for (nth, language) in languages.iter().enumerate() {
        listed.push((*language).into());
        let own = bare(language);
        let run_goes_on = languages.get(nth + 1).is_some_and(|next| bare(next) == own);
        if !run_goes_on && !languages.contains(&own.as_str()) && !listed.contains(&own) {
            listed.push(own);
        }
    }
    listed
}
