//! The simulated tab of `tabstate::testing`, with the parameters that live in it, for the laws of the writer.

#[path = "../../src/testing/history.rs"]
mod history;

use std::rc::Rc;

pub use history::{Engine, Tab as Browser};
use tabstate::port;
use tabstate::query_params::LiveParams;

/// A tab at `address` with the parameters that live in it.
pub fn open(engine: Engine, address: &str) -> (Browser, Rc<LiveParams<Browser>>) {
    let browser = Browser::new(engine, address);
    let live = Rc::new(LiveParams::new(browser.clone()));
    let lives = Rc::downgrade(&live);
    browser.hear(move |signal| {
        if let Some(live) = lives.upgrade() {
            live.receive(signal);
        }
    });
    (browser, live)
}
