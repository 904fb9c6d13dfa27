//! A tab in memory: history entries, a clock, microtasks, a timer, and each engine's way of refusing history calls. It
//! behaves as the engines were measured to; it knows nothing of the rules that are tested on it.

#![allow(dead_code, reason = "our own tests, which include this file, use more of it")]

#[allow(unused_imports, reason = "the crate has none of its own")]
use std::prelude::v1::*;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::vec;

use super::port::{Limits, Milliseconds, Navigation, Page, Report, Signal};

/// How an engine limits history calls and tells of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// 200 calls in a window that is checked only above the limit; drops silently; Navigation API.
    Chromium,
    /// 200 calls in a fixed window; throws; Navigation API.
    Firefox,
    /// 100 calls in a fixed window; throws; no Navigation API, so the address has to be compared.
    WebKit,
}

const WINDOW: f64 = 10_000.0;

#[derive(Clone, Debug)]
struct Entry {
    address: String,
    /// Of which document it is: between two of the same one, no page is loaded.
    document: usize,
}

#[derive(Debug)]
struct State {
    engine: Engine,
    entries: Vec<Entry>,
    last_document: usize,
    /// Calls by whomever, those that were refused included.
    calls: usize,
    current: usize,
    now: f64,
    window_start: f64,
    window_calls: usize,
    /// A listener of the page cancels our calls.
    cancels: bool,
    turn_asked: bool,
    wake_at: Option<f64>,
    /// A traversal that was asked for: when it lands and by how much.
    traversal: Option<(f64, isize)>,
    /// When its `navigate` event comes, and whether it is being dispatched.
    navigate_at: Option<f64>,
    navigating: bool,
    /// Every address that the tab ever showed.
    shown: Vec<String>,
    own_calls: usize,
    own_pushes: usize,
    landings: usize,
}

/// Before the address changes or after, and what is done then.
type InCall = (bool, Rc<dyn Fn()>);

type Ear = Rc<RefCell<Option<Rc<dyn Fn(Signal)>>>>;
type Loading = Rc<RefCell<Option<Rc<dyn Fn()>>>>;

/// One tab. Who has a clone has the same one.
#[derive(Clone)]
pub struct Tab {
    state: Rc<RefCell<State>>,
    /// What a listener of the page does, once, in the next history call of ours: before it counts, or after.
    in_call: Rc<Cell<Option<InCall>>>,
    ear: Ear,
    /// Called when a page of another document was loaded.
    loading: Loading,
}

impl Tab {
    /// A tab at `address`.
    pub fn new(engine: Engine, address: &str) -> Self {
        Self {
            state: Rc::new(RefCell::new(State {
                engine,
                entries: vec![Entry { address: address.to_owned(), document: 0 }],
                last_document: 0,
                calls: 0,
                current: 0,
                now: 1_000.0,
                window_start: 0.0,
                window_calls: 0,
                cancels: false,
                turn_asked: false,
                wake_at: None,
                traversal: None,
                navigate_at: None,
                navigating: false,
                shown: vec![address.to_owned()],
                own_calls: 0,
                own_pushes: 0,
                landings: 0,
            })),
            in_call: Rc::default(),
            ear: Rc::default(),
            loading: Rc::default(),
        }
    }

    /// From now on `ear` is told what happens to the page.
    pub fn hear(&self, ear: impl Fn(Signal) + 'static) {
        self.ear.replace(Some(Rc::new(ear)));
    }

    /// From now on `load` is called when a page of another document was loaded.
    pub fn when_loaded(&self, load: impl Fn() + 'static) {
        self.loading.replace(Some(Rc::new(load)));
    }

    pub fn shows(&self) -> String {
        let state = self.state.borrow();
        state.entries.get(state.current).map(|entry| entry.address.clone()).unwrap_or_default()
    }

    pub fn query(&self) -> String {
        let address = self.shows();
        let address = address.split('#').next().unwrap_or_default();
        address.split_once('?').map_or(String::new(), |(_, query)| query.to_owned())
    }

    pub fn shown(&self) -> Vec<String> {
        self.state.borrow().shown.clone()
    }

    pub fn entries(&self) -> Vec<String> {
        self.state.borrow().entries.iter().map(|entry| entry.address.clone()).collect()
    }

    /// Which of the entries is the current one.
    pub fn current(&self) -> usize {
        self.state.borrow().current
    }

    /// History calls by whomever, those that were refused included.
    pub fn calls(&self) -> usize {
        self.state.borrow().calls
    }

    pub fn engine(&self) -> Engine {
        self.state.borrow().engine
    }

    pub fn own_calls(&self) -> usize {
        self.state.borrow().own_calls
    }

    pub fn own_pushes(&self) -> usize {
        self.state.borrow().own_pushes
    }

    pub fn landings(&self) -> usize {
        self.state.borrow().landings
    }

    pub fn is_traversing(&self) -> bool {
        self.state.borrow().traversal.is_some()
    }

    /// In our next history call a listener of the page does this, before the address changes or after.
    pub fn in_call(&self, before: bool, does: impl Fn() + 'static) {
        self.in_call.set(Some((before, Rc::new(does))));
    }

    fn listeners(&self, before: bool) {
        match self.in_call.take() {
            Some((when, does)) if when == before => does(),
            later => self.in_call.set(later),
        }
    }

    pub fn set_cancels(&self, cancels: bool) {
        self.state.borrow_mut().cancels = cancels;
    }

    fn tell(&self, signal: Signal) {
        let ear = self.ear.borrow().clone();
        if let Some(ear) = ear {
            ear(signal);
        }
    }

    /// Whether the engine lets one more call through.
    fn admits(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let limit = if state.engine == Engine::WebKit { 100 } else { 200 };
        let is_over = state.now - state.window_start > WINDOW;
        if state.engine != Engine::Chromium && is_over {
            state.window_start = state.now;
            state.window_calls = 0;
        }
        state.calls += 1;
        state.window_calls += 1;
        if state.window_calls <= limit {
            return true;
        }
        if state.engine == Engine::Chromium && is_over {
            state.window_start = state.now;
            state.window_calls = 1;
            return true;
        }
        false
    }

    fn go_to(&self, address: &str, push: bool) {
        let mut state = self.state.borrow_mut();
        let at = state.current;
        let document = state.entries.get(at).map_or(0, |entry| entry.document);
        put(&mut state, address, push, document);
    }

    /// The person goes to a page of another document.
    pub fn navigate(&self, address: &str) {
        self.tell(Signal::Leaving);
        {
            let mut state = self.state.borrow_mut();
            state.last_document += 1;
            state.traversal = None;
            state.navigate_at = None;
            let document = state.last_document;
            put(&mut state, address, true, document);
        }
        self.load();
    }

    /// The page is loaded anew.
    pub fn reload(&self) {
        self.tell(Signal::Leaving);
        self.load();
    }

    fn load(&self) {
        {
            let mut state = self.state.borrow_mut();
            state.turn_asked = false;
            state.wake_at = None;
            // Firefox counts for the tab, the others for each page.
            if state.engine != Engine::Firefox {
                state.window_start = state.now;
                state.window_calls = 0;
            }
        }
        let loading = self.loading.borrow().clone();
        if let Some(load) = loading {
            load();
        }
    }

    fn write(&self, address: &str, push: bool) -> Report {
        assert!(!self.state.borrow().navigating, "a write in the `navigate` event of a traversal cancels it");
        if !self.admits() {
            let throws = self.state.borrow().engine != Engine::Chromium;
            return if throws { Report::Threw } else { Report::Returned };
        }
        self.listeners(true);
        if self.state.borrow().cancels {
            // Without the Navigation API nobody can tell a cancelled call from a dropped one.
            let tells = self.state.borrow().engine != Engine::WebKit;
            return if tells { Report::Cancelled } else { Report::Returned };
        }
        {
            let mut state = self.state.borrow_mut();
            state.own_calls += 1;
            state.own_pushes += usize::from(push);
        }
        self.go_to(address, push);
        self.tell(Signal::Navigated(if push { Navigation::Push } else { Navigation::Replace }));
        self.listeners(false);
        Report::Returned
    }

    // The outside world.

    /// Other code calls `pushState` or `replaceState`; returns whether the engine let it.
    pub fn foreign(&self, address: &str, push: bool) -> bool {
        if !self.admits() {
            return false;
        }
        self.go_to(address, push);
        self.tell(Signal::Navigated(if push { Navigation::Push } else { Navigation::Replace }));
        true
    }

    /// Other code spends the whole budget without changing anything.
    pub fn spend_history_budget(&self) {
        for _ in 0..450 {
            let address = self.shows();
            self.foreign(&address, false);
        }
    }

    /// `history.go(delta)`: lands a little later, if there is such an entry. WebKit tells the call, the others a
    /// `navigate` event in a task of its own.
    pub fn traverse(&self, delta: isize) {
        let is_webkit = self.state.borrow().engine == Engine::WebKit;
        if is_webkit {
            self.tell(Signal::BeforeTraversal);
        }
        let mut state = self.state.borrow_mut();
        if state.current.checked_add_signed(delta).is_some_and(|to| to < state.entries.len()) {
            state.traversal = Some((state.now + 20.0, delta));
            state.navigate_at = Some(state.now + 5.0).filter(|_| !is_webkit);
        }
    }

    pub fn hide(&self) {
        self.tell(Signal::Leaving);
    }

    pub fn restore(&self) {
        self.tell(Signal::Restored);
    }

    /// Runs the microtasks that are waiting.
    pub fn end_turn(&self) {
        while std::mem::take(&mut self.state.borrow_mut().turn_asked) {
            self.tell(Signal::EndOfTurn);
        }
    }

    /// Lets time pass, with timers and traversals at their times.
    pub fn advance(&self, milliseconds: f64) {
        let until = self.state.borrow().now + milliseconds;
        loop {
            self.end_turn();
            let (wake, navigate, landing) = {
                let state = self.state.borrow();
                (state.wake_at, state.navigate_at, state.traversal.map(|(at, _)| at))
            };
            let next = [navigate, wake, landing].into_iter().flatten().filter(|at| *at <= until).min_by(f64::total_cmp);
            let Some(at) = next else { break };
            {
                let mut state = self.state.borrow_mut();
                state.now = state.now.max(at);
            }
            if navigate == Some(at) {
                {
                    let mut state = self.state.borrow_mut();
                    state.navigate_at = None;
                    state.navigating = true;
                }
                self.tell(Signal::Traversing);
                self.state.borrow_mut().navigating = false;
            } else if landing == Some(at) {
                self.land();
            } else {
                self.state.borrow_mut().wake_at = None;
                self.tell(Signal::Wake);
            }
        }
        self.state.borrow_mut().now = until;
        self.end_turn();
    }

    fn land(&self) {
        let (to, entry, is_of_another) = {
            let mut state = self.state.borrow_mut();
            let Some((_, delta)) = state.traversal.take() else { return };
            let Some(to) = state.current.checked_add_signed(delta) else { return };
            let Some(entry) = state.entries.get(to).cloned() else { return };
            let is_of_another = state.entries.get(state.current).is_some_and(|now| now.document != entry.document);
            (to, entry, is_of_another)
        };
        if is_of_another {
            self.tell(Signal::Leaving);
        }
        let navigation = {
            let mut state = self.state.borrow_mut();
            state.current = to;
            state.landings += 1;
            state.shown.push(entry.address);
            if state.engine == Engine::WebKit { Navigation::Pop } else { Navigation::Traverse }
        };
        if is_of_another {
            self.load();
        } else {
            self.tell(Signal::Navigated(navigation));
        }
    }
}

fn put(state: &mut State, address: &str, push: bool, document: usize) {
    let entry = Entry { address: address.to_owned(), document };
    let at = state.current;
    if push {
        state.entries.truncate(at + 1);
        state.entries.push(entry);
        state.current = at + 1;
    } else if let Some(now) = state.entries.get_mut(at) {
        *now = entry;
    }
    state.shown.push(address.to_owned());
}

impl Page for Tab {
    fn address(&self) -> Option<String> {
        Some(self.shows())
    }

    fn tells_changes(&self) -> bool {
        self.state.borrow().engine != Engine::WebKit
    }

    fn replace(&self, address: &str) -> Report {
        self.write(address, false)
    }

    fn push(&self, address: &str) -> Report {
        self.write(address, true)
    }

    fn now(&self) -> Milliseconds {
        Milliseconds(self.state.borrow().now)
    }

    fn end_of_turn(&self) -> bool {
        self.state.borrow_mut().turn_asked = true;
        true
    }

    fn wake_after(&self, delay: Milliseconds) {
        let mut state = self.state.borrow_mut();
        state.wake_at = Some(state.now + delay.0.max(0.0) + 1.0);
    }

    fn limits(&self) -> Limits {
        if self.state.borrow().engine == Engine::WebKit { Limits::STRICTEST } else { Limits::USUAL }
    }
}
