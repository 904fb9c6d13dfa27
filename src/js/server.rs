//! The facts of a request for JavaScript on a server: all of them in one answer, and nothing is kept for the next.

use crate::context::{ColorScheme, Contrast, Facts, LikelySubtags, place};
use crate::packed::Packed;
use crate::query_params::{RESERVED, fields, is_among, key_of, value_of};

/// Reserved keys as a batch without values, or `default`; the address or nothing, the address of the person's side or nothing, then names
/// and values of headers: answers triples, a kind, a name and a text for each thing that is known.
///
/// | kind | name | text |
/// |---|---|---|
/// | `param` | key of a query parameter that is not reserved | its value |
/// | `query` | | the whole query |
/// | `header` | of the header | its value |
/// | `cookie`, `raw` | of the cookie | its value, decoded and as it stands |
/// | `locale` | | one of the languages that are wanted, in order |
/// | `direction` | | of the first |
/// | `theme` | of the part | what is known of it |
/// | `url`, `embedded`, `option` | | the address; whether it says so; an option of the embedding page |
/// | `ip` | | the address of the person's side |
pub(super) fn request<'a>(texts: &mut impl Iterator<Item = &'a str>, likely: &dyn LikelySubtags, out: &mut Packed) {
    let mut next = || texts.next().unwrap_or_default();
    let (reserved, address, ip) = (next(), next(), next());
    let pairs = core::iter::from_fn(|| Some((texts.next()?, texts.next()?)));
    let reserved = if reserved == "default" { RESERVED } else { reserved };
    let facts = Facts::from_headers(pairs).with_ip_address(ip);
    let mut tell = |kind: &str, name: &str, text: &str| [kind, name, text].iter().for_each(|text| out.push(text));

    let query = place::query_of(address);
    tell("query", "", query);
    for field in fields(query) {
        let key = key_of(field);
        if !is_among(reserved, &key) {
            tell("param", &key, &value_of(field));
        }
    }
    for name in facts.headers().names() {
        for value in facts.headers().get_all(name) {
            tell("header", name, value);
        }
    }
    for (name, value) in facts.cookies().decoded_pairs() {
        tell("cookie", name, &value);
    }
    for (name, value) in facts.cookies().pairs() {
        tell("raw", name, value);
    }
    for locale in facts.locales() {
        tell("locale", "", &locale);
    }
    if let Some(direction) = facts.direction(likely) {
        tell("direction", "", direction.as_str());
    }
    let theme = facts.theme();
    let is = |yes: bool| if yes { "true" } else { "" };
    for (part, text) in [
        ("type", theme.color_scheme.map(ColorScheme::as_str)),
        ("contrast", theme.contrast.map(Contrast::as_str)),
        ("forcedColors", theme.forced_colors.map(is)),
        ("reducedMotion", theme.reduced_motion.map(is)),
    ] {
        if let Some(text) = text {
            tell("theme", part, text);
        }
    }
    if !address.is_empty() {
        tell("url", "", place::url_of(address));
        tell("embedded", "", is(place::is_embedded(address)));
        place::values(address, place::EMBED_OPTIONS).for_each(|option| tell("option", "", &option));
    }
    if let Some(ip) = facts.ip_address().filter(|ip| !ip.is_empty()) {
        tell("ip", "", ip);
    }
}
