//! How things should look to the person: what media queries answer in a page, and client hints in a request.

use super::Headers;

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColorScheme {
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl ColorScheme {
    /// The text of `prefers-color-scheme`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How strongly things should stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contrast {
    /// More than usual.
    More,
    /// Less than usual.
    Less,
    /// By colours of the person's own.
    Custom,
    /// As usual.
    NoPreference,
}

impl Contrast {
    /// The text of `prefers-contrast`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Less => "less",
            Self::Custom => "custom",
            Self::NoPreference => "no-preference",
        }
    }
}

/// How things should look. What is not known is `None`.
///
/// Sources: Media Queries Level 5, sections "User Preference Media Features" and, for requests, "User Preference Media
/// Features Client Hints Headers".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Theme {
    /// Light or dark: `prefers-color-scheme`.
    pub color_scheme: Option<ColorScheme>,
    /// `prefers-contrast`.
    pub contrast: Option<Contrast>,
    /// Whether the system's colours replace the page's: `forced-colors`.
    pub forced_colors: Option<bool>,
    /// Whether motion should be left out where it can be: `prefers-reduced-motion`.
    pub reduced_motion: Option<bool>,
}

impl Theme {
    /// From the texts of the four media features, or what a header says of them.
    pub(crate) fn of([color_scheme, contrast, forced_colors, reduced_motion]: [&str; 4]) -> Self {
        let either = |text: &str, yes: &str, no: &str| (text == yes || text == no).then(|| text == yes);
        Self {
            color_scheme: match color_scheme {
                "light" => Some(ColorScheme::Light),
                "dark" => Some(ColorScheme::Dark),
                _ => None,
            },
            contrast: match contrast {
                "more" => Some(Contrast::More),
                "less" => Some(Contrast::Less),
                "custom" => Some(Contrast::Custom),
                "no-preference" => Some(Contrast::NoPreference),
                _ => None,
            },
            forced_colors: either(forced_colors, "active", "none"),
            reduced_motion: either(reduced_motion, "reduce", "no-preference"),
        }
    }

    /// As the client hints of a request have it, which browsers send only to servers that asked for them.
    pub(crate) fn of_hints(headers: &Headers) -> Self {
        let hint = |name| headers.get(name).unwrap_or_default().trim_matches([' ', '\t', '"']);
        Self::of([
            hint("Sec-CH-Prefers-Color-Scheme"),
            hint("Sec-CH-Prefers-Contrast"),
            hint("Sec-CH-Forced-Colors"),
            hint("Sec-CH-Prefers-Reduced-Motion"),
        ])
    }
}
