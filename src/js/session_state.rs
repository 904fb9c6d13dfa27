//! Session state for JavaScript, in a module of its own: only numbers cross its border. JavaScript keeps the entries, with
//! their texts and values, and does what the ledger asks of it.

#![expect(unsafe_code, reason = "an export has a name of its own")]

use alloc::vec::Vec;
use core::cell::RefCell;

use super::no_std::OneThread;
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

/// The ledger, and the edits that are not committed yet.
static LEDGER: OneThread<RefCell<(Ledger, Vec<Edit>)>> = OneThread::new(RefCell::default);

fn with_ledger<T>(use_it: impl FnOnce(&mut Ledger, &mut Vec<Edit>) -> T) -> T {
    LEDGER.with(|cell| {
        let (ledger, edits) = &mut *cell.borrow_mut();
        use_it(ledger, edits)
    })
}

/// Adds an edit to the batch: the entry is to be written or removed.
#[unsafe(no_mangle)]
extern "C" fn edit(entry: usize, removes: bool) {
    with_ledger(|_, edits| edits.push(if removes { Edit::Remove(entry) } else { Edit::Write(entry) }));
}

/// Writes the batch. Returns 0, or why not.
#[unsafe(no_mangle)]
extern "C" fn commit() -> usize {
    with_ledger(|ledger, edits| {
        let written = ledger.commit(edits, &TabEntries);
        edits.clear();
        refusal(written)
    })
}

/// Saves an entry that changed in place. Returns 0, why not, or 3 where another change was followed.
#[unsafe(no_mangle)]
extern "C" fn save(entry: usize) -> usize {
    with_ledger(|ledger, _| match ledger.save(entry, &TabEntries) {
        Ok(Saved::Followed) => 3,
        saved => refusal(saved.map(|_| ())),
    })
}

/// Takes over what the storage holds; returns whether that is anything else.
#[unsafe(no_mangle)]
extern "C" fn follow(entry: usize) -> bool {
    with_ledger(|ledger, _| ledger.follow(entry, &TabEntries))
}

/// Takes the entry for one that an earlier page owed to the storage.
#[unsafe(no_mangle)]
extern "C" fn owe(entry: usize) {
    with_ledger(|ledger, _| ledger.owe(entry));
}

/// How the entry is kept, by the order of `Standing`.
#[unsafe(no_mangle)]
extern "C" fn standing(entry: usize) -> usize {
    with_ledger(|ledger, _| ledger.standing(entry) as usize)
}

const fn refusal(written: Result<(), Refusal>) -> usize {
    match written {
        Ok(()) => 0,
        Err(Refusal::Full) => 1,
        Err(Refusal::Denied) => 2,
    }
}
