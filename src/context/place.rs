//! Where the page is: its address without what changes, and how it is embedded.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::query_params::{cut, fields, key_of, value_of};

/// The key of the embedding page's options.
pub(crate) const EMBED_OPTIONS: &str = "embed_options";

/// An address without its query and fragment.
pub(crate) fn url_of(address: &str) -> &str {
    cut(cut(address, b'#').0, b'?').0
}

/// The query of an address, without its `?`.
pub(crate) fn query_of(address: &str) -> &str {
    cut(cut(address, b'#').0, b'?').1.unwrap_or_default()
}

/// The values of a key of the embedding page, in any letter case, in the query of an address.
pub(crate) fn values<'a>(address: &'a str, key: &str) -> impl Iterator<Item = Cow<'a, str>> {
    fields(query_of(address)).filter(move |field| key_of(field).eq_ignore_ascii_case(key)).map(value_of)
}

/// Whether the page is embedded: `?embed=true`, in any letter case; of a repeated key, any of the values.
///
/// Source: Streamlit's embed options.
pub(crate) fn is_embedded(address: &str) -> bool {
    values(address, "embed").any(|value| value.eq_ignore_ascii_case("true"))
}

/// The options of the embedding page, `?embed_options=show_toolbar&embed_options=dark_theme`, in lower case.
pub(crate) fn embed_options(address: &str) -> Vec<String> {
    values(address, EMBED_OPTIONS).map(|value| value.to_lowercase()).collect()
}
