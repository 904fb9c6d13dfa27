//! Session state for JavaScript, in a module of its own: only numbers cross its border. JavaScript keeps the entries, with
//! their texts and values, and does what the ledger asks of it.

#![expect(unsafe_code, reason = "an export has a name of its own")]

use core::cell::RefCell;

use super::OfThread;
use crate::port::{Entries, Found, Refusal};
use crate::session_state::{Edit, Ledger, Saved};

#[link(wasm_import_module = "js")]
unsafe extern "C" {
    /// Does one thing with an entry; what is answered depends on what it is.
    #[link_name = "ask"]
    safe fn ask(what: u32, entry: usize) -> usize;
}

/// What JavaScript is asked, by the numbers of `js/session_border.ts`.
#[derive(Clone, Copy)]
enum Question {
    IsDurable,
    Look,
    Units,
    Write,
    WriteBack,
    Remove,
    SetAside,
    TakeBack,
    /// Names one of the entries to write down.
    Note,
    KeepUndo,
    DropUndo,
}

fn tell(what: Question, entry: usize) -> usize {
    ask(what as u32, entry)
}

/// Whether it is written.
fn written(what: Question, entry: usize) -> Result<(), Refusal> {
    match tell(what, entry) {
        0 => Ok(()),
        1 => Err(Refusal::Full),
        _ => Err(Refusal::Denied),
    }
}

struct TabEntries;

impl Entries for TabEntries {
    fn is_durable(&self) -> bool {
        tell(Question::IsDurable, 0) != 0
    }

    fn look(&self, entry: usize) -> Found {
        match tell(Question::Look, entry) {
            0 => Found::Same,
            1 => Found::Absent,
            2 => Found::Other,
            _ => Found::Broken,
        }
    }

    fn units(&self, entry: usize) -> usize {
        tell(Question::Units, entry)
    }

    fn write(&self, entry: usize) -> Result<(), Refusal> {
        written(Question::Write, entry)
    }

    fn write_back(&self, entry: usize) -> Result<(), Refusal> {
        written(Question::WriteBack, entry)
    }

    fn remove(&self, entry: usize) {
        tell(Question::Remove, entry);
    }

    fn set_aside(&self, entry: usize) -> Result<(), Refusal> {
        written(Question::SetAside, entry)
    }

    fn take_back(&self, entry: usize) {
        tell(Question::TakeBack, entry);
    }

    fn note(&self, entry: usize) {
        tell(Question::Note, entry);
    }

    fn keep_undo(&self) -> Result<(), Refusal> {
        written(Question::KeepUndo, 0)
    }

    fn drop_undo(&self) {
        tell(Question::DropUndo, 0);
    }
}

/// To make it when it is first asked for, as [`OneThread`](super::OneThread) does, would be a tenth of this.
static LEDGER: OfThread<RefCell<Ledger>> = OfThread(RefCell::new(Ledger::new()));

fn with_ledger<T>(use_it: impl FnOnce(&mut Ledger) -> T) -> T {
    use_it(&mut LEDGER.0.borrow_mut())
}

/// Adds an edit to the batch: the entry is to be written or removed.
#[unsafe(no_mangle)]
extern "C" fn edit(entry: usize, removes: bool) {
    with_ledger(|ledger| ledger.edit(if removes { Edit::Remove(entry) } else { Edit::Write(entry) }, &TabEntries));
}

/// Writes the batch. Returns 0, or why not.
#[unsafe(no_mangle)]
extern "C" fn commit() -> usize {
    refusal(with_ledger(|ledger| ledger.commit(&TabEntries)))
}

/// Saves an entry that changed in place. Returns 0, why not, or 3 where another change was followed.
#[unsafe(no_mangle)]
extern "C" fn save(entry: usize) -> usize {
    with_ledger(|ledger| match ledger.save(entry, &TabEntries) {
        Ok(Saved::Followed) => 3,
        saved => refusal(saved.map(|_| ())),
    })
}

/// Takes over what the storage holds; returns whether that is anything else.
#[unsafe(no_mangle)]
extern "C" fn follow(entry: usize) -> bool {
    with_ledger(|ledger| ledger.follow(entry, &TabEntries))
}

/// Takes the entry for one that an earlier page owed to the storage.
#[unsafe(no_mangle)]
extern "C" fn owe(entry: usize) {
    with_ledger(|ledger| ledger.owe(entry));
}

/// How the entry is kept, by the order of `Standing`.
#[unsafe(no_mangle)]
extern "C" fn standing(entry: usize) -> usize {
    with_ledger(|ledger| ledger.standing(entry) as usize)
}

const fn refusal(written: Result<(), Refusal>) -> usize {
    match written {
        Ok(()) => 0,
        Err(Refusal::Full) => 1,
        Err(Refusal::Denied) => 2,
    }
}
