//! What tells the time here, and the time of day.

use crate::port::{Clock, Milliseconds, WallClock};

#[cfg(not(target_arch = "wasm32"))]
pub(super) use machine::TabClock;
#[cfg(target_arch = "wasm32")]
pub(super) use page::TabClock;

/// The time of day, as this machine has it.
pub(super) struct TabWallClock;

impl WallClock for TabWallClock {
    /// Without a browser there is none: it is always 1970, and nothing outlives the page that would ask.
    fn since_1970(&self) -> Milliseconds {
        #[cfg(not(target_arch = "wasm32"))]
        return std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(Milliseconds::ZERO, Milliseconds::from)
            + skipped();
        #[cfg(all(target_arch = "wasm32", feature = "web"))]
        return Milliseconds(crate::web::date::now());
        #[cfg(all(target_arch = "wasm32", not(feature = "web")))]
        Milliseconds::ZERO
    }
}

/// How far simulated browsers on this thread went ahead.
#[cfg(not(target_arch = "wasm32"))]
fn skipped() -> Milliseconds {
    #[cfg(feature = "testing")]
    return crate::testing::skipped();
    #[cfg(not(feature = "testing"))]
    Milliseconds::ZERO
}

#[cfg(not(target_arch = "wasm32"))]
mod machine {
    use std::time::Instant;

    use super::{Clock, Milliseconds};

    /// The machine's clock, which nobody sets.
    pub(in crate::tab) struct TabClock(Instant);

    impl TabClock {
        pub fn new() -> Self {
            Self(Instant::now())
        }
    }

    impl Clock for TabClock {
        fn now(&self) -> Milliseconds {
            Milliseconds::from(self.0.elapsed()) + super::skipped()
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod page {
    use super::{Clock, Milliseconds};

    /// The page's clock, which nobody sets.
    pub(in crate::tab) struct TabClock;

    impl TabClock {
        pub const fn new() -> Self {
            Self
        }
    }

    impl Clock for TabClock {
        /// Without a browser there is no clock: time stands still.
        fn now(&self) -> Milliseconds {
            #[cfg(feature = "web")]
            return Milliseconds(crate::web::now());
            #[cfg(not(feature = "web"))]
            Milliseconds::ZERO
        }
    }
}
