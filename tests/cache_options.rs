//! The options of caches as texts: times to live and sizes.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use tabstate::ErrorKind;
use tabstate::cache::{Size, Ttl};
use tabstate::port::Milliseconds;

/// Seconds; `None`: refused. What pandas makes of the text where that is something else.
const TTLS: [(&str, Option<f64>, &str); 92] = [
    ("10s", Some(10.0), ""),
    ("10m", Some(600.0), ""),
    ("1h23s", Some(3623.0), ""),
    ("1 h 23 s", Some(3623.0), ""),
    ("1.5 days", Some(129_600.0), ""),
    ("1d2h34m", Some(95_640.0), ""),
    ("1day2hours", Some(93_600.0), ""),
    ("1 Days", Some(86_400.0), ""),
    ("1D", Some(86_400.0), ""),
    ("1H", Some(3600.0), ""),
    ("1S", Some(1.0), ""),
    ("1MS", Some(0.001), ""),
    ("100ms", Some(0.1), ""),
    ("1ms500us", Some(0.0015), ""),
    ("1us", Some(1e-6), ""),
    ("1\u{b5}s", Some(1e-6), ""),
    ("1ns", Some(1e-9), ""),
    ("1w", Some(604_800.0), ""),
    ("1w2d", Some(777_600.0), ""),
    ("1 week", Some(604_800.0), "refused"),
    ("2 weeks", Some(1_209_600.0), "refused"),
    ("1s1s", Some(2.0), ""),
    ("5.s", Some(5.0), ""),
    (".5s", Some(0.5), "refused"),
    ("0s", Some(0.0), ""),
    ("-1h", Some(-3600.0), ""),
    ("- 1h", Some(-3600.0), ""),
    ("+1h", Some(3600.0), ""),
    ("-1h30m", Some(-5400.0), ""),
    ("1d, 2h", Some(93_600.0), ""),
    ("1h,", Some(3600.0), ""),
    ("  1h  ", Some(3600.0), ""),
    ("1\th", Some(3600.0), "refused"),
    ("00:01:30", Some(90.0), ""),
    ("1:2:3", Some(3723.0), ""),
    ("24:00:00", Some(86_400.0), ""),
    ("00:90:00", Some(5400.0), ""),
    ("00:00:01.5", Some(1.5), ""),
    ("00:00:01.", Some(1.0), "refused"),
    ("-00:01:30", Some(-90.0), ""),
    ("1 days 00:01:30", Some(86_490.0), ""),
    ("1 day, 00:01:30", Some(86_490.0), ""),
    ("1h 00:01:30", Some(3690.0), ""),
    ("-1 days +00:00:01", Some(-86_399.0), ""),
    ("-1 days 00:00:01", Some(-86_399.0), ""),
    ("P1D", Some(86_400.0), ""),
    ("P1W", Some(604_800.0), ""),
    ("-P1D", Some(-86_400.0), ""),
    ("P1DT2H3M4.5S", Some(93_784.5), ""),
    ("PT1H", Some(3600.0), ""),
    ("PT36H", Some(129_600.0), ""),
    ("PT1M", Some(60.0), ""),
    ("PT1.5H", Some(5400.0), "18001"),
    ("P1.5D", Some(129_600.0), "432001"),
    ("", None, "no number"),
    (" ", None, ""),
    ("-", None, ""),
    ("5", None, "5e-9"),
    ("5 ", None, "5e-9"),
    ("1.5", None, ""),
    ("1h 5", None, ""),
    ("5h5", None, ""),
    ("1 s 2", None, ""),
    ("2 1s", None, "21"),
    ("h", None, ""),
    ("1M", None, ""),
    ("1y", None, ""),
    ("1 month", None, ""),
    ("1x", None, ""),
    ("1e3s", None, ""),
    ("1.5.5s", None, "1.55"),
    ("1 day and 2h", None, ""),
    ("--1h", None, ""),
    ("1h-30m", None, ""),
    ("1h+30m", None, "5400"),
    ("soon", None, ""),
    ("NaT", None, "no number"),
    ("nan", None, "no number"),
    ("inf", None, ""),
    ("\u{967}s", None, ""),
    ("00:01", None, ""),
    ("1:2:3:4", None, ""),
    ("1.5:00:00", None, ""),
    ("00:01:30s", None, ""),
    ("00:01:30 1h", None, ""),
    ("1 days 1:00", None, ""),
    ("P", None, ""),
    ("PT", None, ""),
    ("P1DT", None, "86400"),
    ("P1Y", None, ""),
    ("P1M", None, "60"),
    ("PT1S1H", None, "39601"),
];

#[test]
fn a_time_to_live_is_read_by_the_rules_of_pandas_less_its_accidents() {
    for (text, seconds, _) in TTLS {
        match (text.parse::<Ttl>(), seconds) {
            (Ok(ttl), Some(seconds)) => {
                let Milliseconds(milliseconds) = ttl.get();
                assert!((milliseconds / 1000.0 - seconds).abs() <= seconds.abs() * 1e-15, "{text}: {ttl:?}");
            }
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::InvalidOption, "{text}"),
            (told, _) => panic!("{text}: {told:?}"),
        }
    }
}

#[test]
fn more_times_to_live() {
    assert_eq!(Ttl::from(Duration::from_millis(1500)), "1.5s".parse().unwrap());
    assert_eq!(Ttl::from_seconds(0.5).unwrap(), "500ms".parse().unwrap());
    assert_eq!(Ttl::from_seconds(f64::INFINITY).unwrap(), Ttl::NEVER_ENDS);
    assert_eq!(Ttl::default(), Ttl::NEVER_ENDS);
    assert_eq!(Ttl::from_seconds(-1.0).unwrap(), Ttl::try_from("-1s").unwrap());
    assert_eq!(Ttl::from_seconds(f64::NAN).unwrap_err().kind(), ErrorKind::InvalidOption);
    assert_eq!("9".repeat(400).parse::<Ttl>().unwrap_err().kind(), ErrorKind::InvalidOption);
    assert_eq!(format!("{}d", "9".repeat(400)).parse::<Ttl>().unwrap_err().kind(), ErrorKind::InvalidOption);
}

/// Bytes; `None`: refused.
const SIZES: [(&str, Option<u64>); 40] = [
    ("1b", Some(1)),
    ("1B", Some(1)),
    ("1kb", Some(1024)),
    ("1 kb", Some(1024)),
    ("1 KB", Some(1024)),
    ("1. kb", Some(1024)),
    ("1.1KB", Some(1126)),
    (".5kb", Some(512)),
    ("1KiB", Some(1024)),
    ("10MB", Some(10 << 20)),
    ("500MB", Some(524_288_000)),
    ("1.5GiB", Some(1_610_612_736)),
    ("1tb", Some(1 << 40)),
    ("0.5TiB", Some(1 << 39)),
    ("0001kb", Some(1024)),
    ("8191TB", Some(8191 << 40)),
    ("9007199254740991b", Some((1 << 53) - 1)),
    // 2^-30, of which no digit may be lost, and a little less.
    ("0.000000000931322574615478515625gb", Some(1)),
    ("0.000000000931322574615478515624gb", None),
    ("1.999999999999999999999999999999999999999999999kb", Some(2047)),
    ("", None),
    ("b", None),
    (".", None),
    (".b", None),
    ("1", None),
    ("1000", None),
    ("1.5", None),
    ("0b", None),
    ("0MB", None),
    ("0.9b", None),
    ("-1b", None),
    ("+1b", None),
    (" 1kb", None),
    ("1kb ", None),
    ("1  kb", None),
    ("1e3kb", None),
    ("1 XB", None),
    ("1.2.3kb", None),
    ("8192TB", None),
    ("\u{661}kb", None),
];

#[test]
fn a_size_is_read_exactly_in_powers_of_1024() {
    for (text, bytes) in SIZES {
        match (text.parse::<Size>(), bytes) {
            (Ok(size), Some(bytes)) => assert_eq!(size.get(), bytes, "{text}"),
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::InvalidOption, "{text}"),
            (told, _) => panic!("{text}: {told:?}"),
        }
    }
}

#[test]
fn a_size_in_numbers_is_from_1_to_less_than_2_to_the_53() {
    assert_eq!(Size::try_from(1).map(Size::get), Ok(1));
    assert_eq!(Size::try_from((1 << 53) - 1).map(Size::get), Ok((1 << 53) - 1));
    for bytes in [0, 1 << 53, u64::MAX] {
        assert_eq!(Size::try_from(bytes).unwrap_err().kind(), ErrorKind::InvalidOption);
    }
    assert!(format!("{}kb", "9".repeat(1000)).parse::<Size>().is_err());
}

proptest! {
    #[test]
    fn no_text_is_more_than_refused(text in ".{0,12}") {
        let _ = (text.parse::<Ttl>(), text.parse::<Size>());
    }

    #[test]
    fn texts_of_likely_pieces_are_times_that_are_finite_or_refused(
        pieces in prop::collection::vec(select(vec![
            "1", "23", "0.5", ".", ":", "00", "h", "m", "M", "s", "ms", "d", "days", "w", "P", "T", "D", "H", "S", "-", "+",
            " ", ",", "\u{b5}s", "kb", "MiB", "b", "\u{e9}",
        ]), 0..8),
    ) {
        let text = pieces.concat();
        if let Ok(ttl) = text.parse::<Ttl>() {
            prop_assert!(ttl.get().0.is_finite());
        }
        let _ = text.parse::<Size>();
    }

    #[test]
    fn amounts_add_up(days in 0_u32..100, hours in 0_u32..100, seconds in 0_u32..1000) {
        let expected = Duration::from_secs(u64::from(days) * 86_400 + u64::from(hours) * 3600 + u64::from(seconds));
        for text in [
            format!("{days}d{hours}h{seconds}s"),
            format!("{days} days, {hours} hours, {seconds} seconds"),
            format!("{days} days {hours}:00:{seconds}"),
            format!("P{days}DT{hours}H{seconds}S"),
        ] {
            prop_assert_eq!(text.parse::<Ttl>(), Ok(expected.into()), "{}", text);
        }
    }

    #[test]
    fn a_size_is_what_its_number_and_its_unit_make(thousandths in 1_000_u64..8_000_000_000, power in 0_u32..4) {
        let text = format!("{}.{:03}{}", thousandths / 1000, thousandths % 1000, ["b", "KB", "mib", "Gb"][power as usize]);
        let expected = u128::from(thousandths) * 1024_u128.pow(power) / 1000;
        prop_assert_eq!(text.parse::<Size>().map(|size| u128::from(size.get())), Ok(expected), "{}", text);
    }
}
