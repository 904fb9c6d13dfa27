//! A bounded fuzz target for the text editor: bytes are cut into a query and edits, and nothing may panic, lose another
//! parameter, or read otherwise than written. `TABSTATE_FUZZ_CASES` sets how many inputs are tried.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod simulated_browser;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use simulated_browser::{Engine, open};
use tabstate::query_params::{QueryText, WriteOptions};

const NOW: WriteOptions = WriteOptions::replace();

/// The first byte tells how long the query is; then keys and values follow behind NULs.
fn edit(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).replace('#', "");
    let length = usize::from(bytes.first().copied().unwrap_or_default());
    let (query, edits) =
        text.split_at((0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap());
    let (browser, live) = open(Engine::WebKit, &format!("https://h/?{query}"));
    let mut parts = edits.split('\0');
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        let before = live.text();
        let others = |text: &QueryText| -> Vec<(String, String)> {
            let pairs = QueryText::parse(&format!("?{text}"));
            pairs.pairs().filter(|(name, _)| name != key).map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
        };
        match live.set(key, value.split('\x01').collect::<Vec<_>>(), NOW) {
            Ok(()) => assert_eq!(live.get(key).as_deref(), value.split('\x01').next_back()),
            Err(_) => assert_eq!(live.text(), before),
        }
        assert_eq!(others(&before), others(&live.text()));
    }
    browser.end_turn();
    assert_eq!(browser.query(), live.text().to_string());
    live.from_dict(live.to_dict().iter().map(|(key, value)| (key.as_str(), value.as_str())), NOW).unwrap();
    live.clear(NOW);
    browser.end_turn();
    assert!(live.to_dict().is_empty());
}

#[test]
fn no_bytes_break_the_text_editor() {
    let cases = std::env::var("TABSTATE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(5_000);
    let odd = prop::sample::select(b"&=+%?;\0\x01aAeE09\xe9\xff\xf0\x9f\xc3 '\"".to_vec());
    let bytes = prop::collection::vec(prop_oneof![3 => odd, 1 => any::<u8>()], 0..200);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    runner
        .run(&bytes, |bytes| {
            edit(&bytes);
            Ok(())
        })
        .unwrap();
}
