//! Caches for JavaScript, in a module of their own: the shelves, by numbers, and the texts of options. JavaScript keeps the
//! keys and the values, and runs the functions.

#![expect(unsafe_code, reason = "an export has a name of its own, and an option's text is known by its address alone")]

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::num::NonZeroUsize;

use super::OfThread;
use crate::cache::{Bounds, Shelf, Size, Ticket, Ttl};
use crate::port::Milliseconds;

struct Shelves {
    list: Vec<Option<Box<Shelf>>>,
    /// The run that began last.
    run: u32,
    /// An option's text.
    text: Vec<u8>,
    /// What is wrong with it.
    message: &'static str,
}

static SHELVES: OfThread<RefCell<Shelves>> =
    OfThread(RefCell::new(Shelves { list: Vec::new(), run: 0, text: Vec::new(), message: "" }));

/// What is asked of a shelf that is not there answers 0.
fn with<T: Default>(shelf: usize, use_it: impl FnOnce(&mut Shelf, &mut u32) -> T) -> T {
    let shelves = &mut *SHELVES.0.borrow_mut();
    let shelf = shelves.list.get_mut(shelf).and_then(Option::as_deref_mut);
    shelf.map(|shelf| use_it(shelf, &mut shelves.run)).unwrap_or_default()
}

/// A shelf of these bounds: seconds, entries and bytes; 0 of the latter two is no bound.
#[unsafe(no_mangle)]
extern "C" fn open(ttl: f64, refreshes: bool, max_entries: usize, max_size: f64) -> usize {
    let bounds = Bounds {
        ttl: Ttl::from_seconds(ttl).unwrap_or_default(),
        refreshes,
        max_entries: NonZeroUsize::new(max_entries),
        max_size: Size::try_from(max_size as u64).ok(),
    };
    let list = &mut SHELVES.0.borrow_mut().list;
    let free = list.iter().position(Option::is_none).unwrap_or(list.len());
    if free == list.len() {
        list.push(None);
    }
    if let Some(place) = list.get_mut(free) {
        *place = Some(Box::new(Shelf::new(bounds)));
    }
    free
}

/// Takes a shelf away: its number is another's from now on.
#[unsafe(no_mangle)]
extern "C" fn close(shelf: usize) {
    if let Some(place) = SHELVES.0.borrow_mut().list.get_mut(shelf) {
        *place = None;
    }
}

/// A number for a key that has none; [`run`] is to make its value.
#[unsafe(no_mangle)]
extern "C" fn begin(shelf: usize) -> usize {
    with(shelf, |shelf, run| {
        let (entry, ticket) = shelf.begin();
        *run = ticket.number();
        entry
    })
}

/// The run that began last.
#[unsafe(no_mangle)]
extern "C" fn run() -> u32 {
    SHELVES.0.borrow().run
}

/// What an entry has, by the order of `Found`.
#[unsafe(no_mangle)]
extern "C" fn look(shelf: usize, entry: usize, now: f64) -> u32 {
    use crate::cache::Found;
    with(shelf, |shelf, run| {
        let found = shelf.look(entry, Milliseconds(now));
        if let Found::Stale(ticket) | Found::Run(ticket) = found {
            *run = ticket.number();
        }
        match found {
            Found::Hit => 0,
            Found::Stale(_) => 1,
            Found::Run(_) => 2,
            Found::Join => 3,
        }
    })
}

/// Whether a value is kept that would be handed out now.
#[unsafe(no_mangle)]
extern "C" fn holds(shelf: usize, entry: usize, now: f64) -> bool {
    with(shelf, |shelf, _| shelf.holds(entry, Milliseconds(now)))
}

/// A run made a value; returns what becomes of it, by the order of `Ended`.
#[unsafe(no_mangle)]
extern "C" fn complete(shelf: usize, entry: usize, run: u32, now: f64, age: f64, size: f64, is_same: bool) -> u32 {
    let run = Ticket::of_number(run);
    with(shelf, |shelf, _| {
        shelf.complete(entry, run, Milliseconds(now), Milliseconds(age), size as u64, is_same) as u32
    })
}

/// A run failed, or was given up; returns `false` for one that was overtaken.
#[unsafe(no_mangle)]
extern "C" fn end(shelf: usize, entry: usize, run: u32, failed: bool) -> bool {
    let run = Ticket::of_number(run);
    with(shelf, |shelf, _| if failed { shelf.fail(entry, run) } else { shelf.abort(entry, run) })
}

/// The value that was just handed out is not valid.
#[unsafe(no_mangle)]
extern "C" fn reject(shelf: usize, entry: usize) {
    with(shelf, |shelf, _| shelf.reject(entry));
}

/// Drops what an entry has.
#[unsafe(no_mangle)]
extern "C" fn clear(shelf: usize, entry: usize) {
    with(shelf, |shelf, _| shelf.clear(entry));
}

/// Drops what all entries have.
#[unsafe(no_mangle)]
extern "C" fn clear_all(shelf: usize) {
    with(shelf, |shelf, _| shelf.clear_all());
}

/// What is to be dropped next: 16 times the entry, twice the place of its `Why` behind 0 for none, and whether all of the
/// entry is forgotten. -1 where there is nothing more.
#[unsafe(no_mangle)]
extern "C" fn next_gone(shelf: usize) -> i32 {
    with(shelf, |shelf, _| {
        shelf.next_gone().map(|gone| {
            let why = gone.why.map_or(0, |why| why as usize + 1);
            (gone.entry * 16 + why * 2 + usize::from(gone.is_forgotten)) as i32
        })
    })
    .unwrap_or(-1)
}

/// One of the counts, by their order.
#[unsafe(no_mangle)]
extern "C" fn count(shelf: usize, nth: u32) -> f64 {
    let count = with(shelf, |shelf, _| {
        let counts = shelf.counts();
        match nth {
            0 => counts.hits,
            1 => counts.misses,
            2 => counts.joins,
            3 => counts.stores,
            4 => counts.expired,
            5 => counts.evicted,
            6 => counts.refreshes,
            7 => counts.errors,
            8 => counts.entries as u64,
            _ => counts.bytes,
        }
    });
    count as f64
}

/// Where JavaScript may write an option's text of this length.
#[unsafe(no_mangle)]
extern "C" fn room(length: usize) -> *mut u8 {
    let text = &mut SHELVES.0.borrow_mut().text;
    text.clear();
    text.resize(length, 0);
    text.as_mut_ptr()
}

/// What the text stands for; NaN where it stands for nothing, and [`message`] says why.
fn option<T>(parse: impl FnOnce(&[u8]) -> Result<T, &'static str>, number: impl FnOnce(T) -> f64) -> f64 {
    let shelves = &mut *SHELVES.0.borrow_mut();
    match parse(&shelves.text) {
        Ok(option) => number(option),
        Err(message) => {
            shelves.message = message;
            f64::NAN
        }
    }
}

/// The seconds of a time to live.
#[unsafe(no_mangle)]
extern "C" fn ttl() -> f64 {
    option(Ttl::of_bytes, |ttl| ttl.get().0 / 1000.0)
}

/// The bytes of a size.
#[unsafe(no_mangle)]
extern "C" fn size() -> f64 {
    option(Size::of_bytes, |size| size.get() as f64)
}

/// What is wrong with the last option.
#[unsafe(no_mangle)]
extern "C" fn message() -> *const u8 {
    SHELVES.0.borrow().message.as_ptr()
}

/// How long that is.
#[unsafe(no_mangle)]
extern "C" fn message_length() -> usize {
    SHELVES.0.borrow().message.len()
}
