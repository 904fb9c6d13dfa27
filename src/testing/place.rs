//! The parts of an address that a simulated browser needs. It takes addresses as they are, and spells nothing anew.

use alloc::format;
use alloc::string::String;

/// Where the path begins.
fn path_at(address: &str) -> usize {
    let host = address.find("://").map_or(0, |at| at + 3);
    address.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(address.len(), |at| host + at)
}

/// `https://app.test`
pub fn origin(address: &str) -> &str {
    address.get(..path_at(address)).unwrap_or(address)
}

/// Without query and fragment.
pub fn of_document(address: &str) -> &str {
    address.find(['?', '#']).and_then(|at| address.get(..at)).unwrap_or(address)
}

/// An address with nothing behind its host has the path `/`.
pub fn with_path(address: &str) -> String {
    let origin = origin(address);
    let rest = address.get(origin.len()..).unwrap_or_default();
    if rest.starts_with('/') { address.into() } else { format!("{origin}/{rest}") }
}

/// An address as it is meant in a page at `base`.
pub fn resolved(base: &str, address: &str) -> String {
    let without_fragment = base.split('#').next().unwrap_or(base);
    let document = of_document(base);
    let directory = document.rfind('/').and_then(|at| document.get(..=at)).unwrap_or(document);
    match address.chars().next() {
        None => without_fragment.into(),
        Some('#') => format!("{without_fragment}{address}"),
        Some('?') => format!("{document}{address}"),
        Some('/') => format!("{}{address}", origin(base)),
        Some(_) if address.contains("://") => with_path(address),
        Some(_) => format!("{directory}{address}"),
    }
}
