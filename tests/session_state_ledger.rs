//! The ledger by itself, with entries such as JavaScript keeps: values that change in place, and storages that keep nothing.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail")]

use std::cell::{Cell, RefCell};

use tabstate::port::{Entries, Found, Refusal};
use tabstate::session_state::{Edit, Ledger, Saved, Standing};

/// Three entries, whose texts are numbers; a negative one is no record.
#[derive(Default)]
struct Three {
    is_durable: bool,
    /// What the storage holds, and what it is known to hold.
    held: RefCell<[Option<i32>; 3]>,
    known: RefCell<[Option<i32>; 3]>,
    next: [i32; 3],
    refuses: Cell<Option<usize>>,
    asides: RefCell<Vec<i32>>,
    done: RefCell<Vec<String>>,
}

impl Three {
    fn of(held: [Option<i32>; 3]) -> (Self, Ledger) {
        let entries = Self { is_durable: true, held: RefCell::new(held), next: [10, 20, 30], ..Self::default() };
        let mut ledger = Ledger::default();
        for entry in 0..3 {
            ledger.follow(entry, &entries);
        }
        (entries, ledger)
    }

    fn does(&self, what: &str, entry: usize) {
        self.done.borrow_mut().push(format!("{what} {entry}"));
    }

    fn held(&self) -> [Option<i32>; 3] {
        *self.held.borrow()
    }

    fn put(&self, entry: usize, number: Option<i32>) {
        if self.is_durable {
            self.held.borrow_mut()[entry] = number;
            self.known.borrow_mut()[entry] = number;
        }
    }
}

impl Entries for Three {
    fn is_durable(&self) -> bool {
        self.is_durable
    }

    fn look(&self, entry: usize) -> Found {
        let now = self.held.borrow()[entry];
        let before = std::mem::replace(&mut self.known.borrow_mut()[entry], now);
        match now {
            _ if now == before => Found::Same,
            None => Found::Absent,
            Some(..0) => Found::Broken,
            Some(_) => Found::Other,
        }
    }

    fn units(&self, entry: usize) -> usize {
        self.known.borrow()[entry].map_or(0, |number| number.unsigned_abs() as usize)
    }

    fn write(&self, entry: usize) -> Result<(), Refusal> {
        self.does("write", entry);
        if self.refuses.get() == Some(entry) {
            return Err(Refusal::Full);
        }
        self.put(entry, Some(self.next[entry]));
        Ok(())
    }

    fn write_back(&self, entry: usize) -> Result<(), Refusal> {
        self.does("write back", entry);
        self.put(entry, Some(1 + i32::try_from(entry).unwrap()));
        Ok(())
    }

    fn remove(&self, entry: usize) {
        self.does("remove", entry);
        self.put(entry, None);
    }

    fn set_aside(&self, entry: usize) -> Result<(), Refusal> {
        self.does("set aside", entry);
        self.asides.borrow_mut().extend(self.held.borrow()[entry]);
        Ok(())
    }

    fn take_back(&self, entry: usize) {
        self.does("take back", entry);
        self.asides.borrow_mut().pop();
    }

    fn note(&self, entry: usize) {
        self.does("note", entry);
    }

    fn keep_undo(&self) -> Result<(), Refusal> {
        Ok(())
    }

    fn drop_undo(&self) {
        self.does("drop", 0);
    }
}

fn commit(ledger: &mut Ledger, edits: &[Edit], entries: &impl Entries) -> Result<(), Refusal> {
    edits.iter().for_each(|edit| ledger.edit(*edit, entries));
    ledger.commit(entries)
}

#[test]
fn what_cannot_be_read_is_not_removed() {
    let (entries, mut ledger) = Three::of([Some(-1), None, None]);
    assert_eq!(commit(&mut ledger, &[Edit::Remove(0)], &entries), Ok(()));
    assert_eq!((entries.held()[0], ledger.standing(0)), (Some(-1), Standing::Broken));
}

#[test]
fn what_cannot_be_read_is_set_aside_before_it_is_written_over() {
    let (entries, mut ledger) = Three::of([Some(-1), None, None]);
    assert_eq!(commit(&mut ledger, &[Edit::Write(0)], &entries), Ok(()));
    assert_eq!((entries.held()[0], entries.asides.take()), (Some(10), vec![-1]));
    assert_eq!(ledger.standing(0), Standing::Stored);
}

#[test]
fn what_other_code_wrote_unseen_is_what_is_replaced() {
    let (entries, mut ledger) = Three::of([Some(1), None, None]);
    *entries.held.borrow_mut() = [Some(-5), Some(2), None];
    assert_eq!(commit(&mut ledger, &[Edit::Write(0), Edit::Remove(1)], &entries), Ok(()));
    assert_eq!((entries.held(), entries.asides.take()), ([Some(10), None, None], vec![-5]));
}

#[test]
fn the_longest_is_replaced_last_and_is_not_written_down() {
    let (entries, mut ledger) = Three::of([Some(1), Some(9), Some(3)]);
    let edits = [Edit::Write(0), Edit::Write(1), Edit::Write(2)];
    assert_eq!(commit(&mut ledger, &edits, &entries), Ok(()));
    assert_eq!(*entries.done.borrow(), ["note 0", "note 2", "write 0", "write 2", "write 1", "drop 0"]);
}

#[test]
fn a_batch_that_fails_is_undone_backwards() {
    let (entries, mut ledger) = Three::of([None, Some(2), Some(3)]);
    entries.refuses.set(Some(2));
    let edits = [Edit::Write(0), Edit::Write(1), Edit::Write(2)];
    assert_eq!(commit(&mut ledger, &edits, &entries), Err(Refusal::Full));
    assert_eq!(entries.held(), [None, Some(2), Some(3)]);
    let done = ["note 1", "write 0", "write 1", "write 2", "write back 1", "remove 0", "drop 0"];
    assert_eq!(*entries.done.borrow(), done);
    assert_eq!([0, 1, 2].map(|entry| ledger.standing(entry)), [Standing::Absent, Standing::Stored, Standing::Stored]);
}

#[test]
fn what_changed_in_place_is_saved_unless_other_code_was_first() {
    let (entries, mut ledger) = Three::of([Some(1), Some(2), None]);
    assert_eq!(ledger.save(0, &entries), Ok(Saved::Saved));
    assert_eq!((entries.held()[0], ledger.standing(0)), (Some(10), Standing::Stored));

    entries.held.borrow_mut()[1] = Some(7);
    assert_eq!(ledger.save(1, &entries), Ok(Saved::Followed));
    assert_eq!((entries.held()[1], ledger.standing(1)), (Some(7), Standing::Stored));

    entries.held.borrow_mut()[1] = None;
    assert_eq!(ledger.save(1, &entries), Ok(Saved::Followed));
    assert_eq!((entries.held()[1], ledger.standing(1)), (None, Standing::Absent));

    entries.refuses.set(Some(0));
    assert_eq!(ledger.save(0, &entries), Err(Refusal::Full));
    assert_eq!((entries.held()[0], ledger.standing(0)), (Some(10), Standing::Unsaved));
}

#[test]
fn what_an_earlier_page_owed_is_owed_until_it_is_saved() {
    let (entries, mut ledger) = Three::of([Some(1), None, None]);
    ledger.owe(0);
    entries.refuses.set(Some(0));
    assert_eq!(ledger.save(0, &entries), Err(Refusal::Full));
    assert_eq!(ledger.standing(0), Standing::Owed);
    entries.refuses.set(None);
    assert_eq!(ledger.save(0, &entries), Ok(Saved::Saved));
    assert_eq!(*entries.done.borrow(), ["write 0", "note 0", "write 0", "drop 0"]);
    assert_eq!(ledger.standing(0), Standing::Stored);
}

#[test]
fn where_nothing_is_kept_values_are_unsaved_and_nothing_fails() {
    let entries = Three { next: [10, 20, 30], ..Three::default() };
    let mut ledger = Ledger::default();
    assert_eq!(commit(&mut ledger, &[Edit::Write(0), Edit::Write(1)], &entries), Ok(()));
    assert_eq!(ledger.save(2, &entries), Ok(Saved::Saved));
    assert_eq!(commit(&mut ledger, &[Edit::Remove(1)], &entries), Ok(()));
    let standings = [0, 1, 2].map(|entry| ledger.standing(entry));
    assert_eq!(standings, [Standing::Unsaved, Standing::Absent, Standing::Unsaved]);
    assert_eq!(entries.held(), [None; 3]);
}
