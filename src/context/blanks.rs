//! The blanks that stand around the parts of a header.

/// Without the spaces and tabs around it. A loop over bytes: a quarter of the patterns of `str` in size.
pub(crate) fn trimmed(text: &str) -> &str {
    let is_text = |byte: u8| !matches!(byte, b' ' | b'\t');
    let start = text.bytes().position(is_text).unwrap_or(text.len());
    let end = text.bytes().rposition(is_text).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}
