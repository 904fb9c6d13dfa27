//! What stands where: how each entry is kept, and how a batch of edits is written, all of it or nothing. It knows entries by
//! number alone.

use alloc::vec::Vec;

use crate::port::{Entries, Found, Refusal};

/// How an entry is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nowhere.
    #[default]
    Absent,
    /// The storage holds the value.
    Stored,
    /// Memory alone holds the value, or the newest of it. The storage holds what it held before, or nothing.
    Unsaved,
    /// The storage holds what cannot be read; it counts as absent, and stays.
    Broken,
}

/// A change of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It is to hold another record.
    Write(usize),
    /// It is to be no more.
    Remove(usize),
}

impl Edit {
    const fn entry(self) -> usize {
        match self {
            Self::Write(entry) | Self::Remove(entry) => entry,
        }
    }
}

/// One write of a batch.
#[derive(Clone, Copy)]
enum Step {
    SetAside(usize),
    /// Where nothing was: undone without a write, which could fail.
    Add(usize),
    Replace(usize),
    Remove(usize),
}

/// What became of the wish to save one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is kept as well as it can be here.
    Saved,
    /// Other code changed the entry meanwhile: that holds, and nothing was written.
    Followed,
}

/// How all entries are kept.
///
/// A batch is written so that a write that fails can be undone: first what is new, which is undone by removing it, then what
/// is replaced, the longest at the end, and then what is removed, which cannot fail. What two or more replace is written
/// down before, so that even a page that ends in the midst of it loses nothing. Where there is no room for all that, what is
/// removed makes room first.
#[derive(Debug, Default)]
pub struct Ledger {
    standings: Vec<Standing>,
    /// The entries that could not be undone: what they held is in memory and written down, and is owed to the storage.
    owed: Vec<usize>,
    is_written_down: bool,
}

impl Ledger {
    /// How the entry is kept.
    #[must_use]
    pub fn standing(&self, entry: usize) -> Standing {
        self.standings.get(entry).copied().unwrap_or_default()
    }

    /// Takes over what the storage holds of the entry; returns whether that is anything else than was known.
    pub fn follow(&mut self, entry: usize, entries: &impl Entries) -> bool {
        let standing = match entries.look(entry) {
            Found::Same => return false,
            Found::Absent => Standing::Absent,
            Found::Other => Standing::Stored,
            Found::Broken => Standing::Broken,
        };
        self.stand(entry, standing);
        true
    }

    /// Writes all edits, each of another entry, or none. What others changed meanwhile is followed first, so that it is what
    /// is replaced, and what is put back.
    ///
    /// # Errors
    /// Why the storage did not take it; all entries are kept as before.
    pub fn commit(&mut self, edits: &[Edit], entries: &impl Entries) -> Result<(), Refusal> {
        if entries.is_durable() {
            for edit in edits {
                self.follow(edit.entry(), entries);
            }
            self.write(edits, entries)?;
        }
        for edit in edits {
            let standing = match edit {
                Edit::Remove(_) => Standing::Absent,
                Edit::Write(_) => kept(entries),
            };
            if !matches!((edit, self.standing(edit.entry())), (Edit::Remove(_), Standing::Broken)) {
                self.stand(edit.entry(), standing);
            }
        }
        self.settle(entries);
        Ok(())
    }

    /// Writes one entry that changed in place, or is owed.
    ///
    /// # Errors
    /// Why the storage did not take it: it holds what it held, and memory the value.
    pub fn save(&mut self, entry: usize, entries: &impl Entries) -> Result<Saved, Refusal> {
        if self.follow(entry, entries) {
            self.settle(entries);
            return Ok(Saved::Followed);
        }
        let written = if entries.is_durable() { entries.write(entry) } else { Ok(()) };
        self.stand(entry, if written.is_ok() { kept(entries) } else { Standing::Unsaved });
        self.settle(entries);
        written.map(|()| Saved::Saved)
    }

    fn stand(&mut self, entry: usize, standing: Standing) {
        if self.standings.len() <= entry {
            self.standings.resize(entry + 1, Standing::Absent);
        }
        if let Some(place) = self.standings.get_mut(entry) {
            *place = standing;
        }
    }

    fn write(&mut self, edits: &[Edit], entries: &impl Entries) -> Result<(), Refusal> {
        let (mut asides, mut adds, mut replaces, mut removes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for edit in edits {
            let entry = edit.entry();
            let is_broken = self.standing(entry) == Standing::Broken;
            match edit {
                Edit::Remove(_) if is_broken || entries.units(entry) == 0 => {}
                Edit::Remove(_) => removes.push(entry),
                Edit::Write(_) if entries.units(entry) == 0 => adds.push(Step::Add(entry)),
                Edit::Write(_) => replaces.push(entry),
            }
            if is_broken && matches!(edit, Edit::Write(_)) {
                asides.push(Step::SetAside(entry));
            }
        }
        let units = |at: &usize| replaces.get(*at).map(|entry| entries.units(*entry));
        if let Some(longest) = (0..replaces.len()).max_by_key(units) {
            let entry = replaces.remove(longest);
            replaces.push(entry);
        }
        let but_last = replaces.len().saturating_sub(1);
        let mut risked: Vec<usize> = replaces.iter().copied().take(but_last).collect();
        let replaces = replaces.into_iter().map(Step::Replace);
        let mut writes = asides;
        writes.extend(adds);
        writes.extend(replaces);
        let removals = || removes.iter().map(|entry| Step::Remove(*entry));

        let mut in_order = writes.clone();
        in_order.extend(removals());
        let written = self.attempt(&in_order, &risked, entries);
        if written != Err(Refusal::Full) || removes.is_empty() {
            return written;
        }
        risked = writes
            .iter()
            .filter_map(|step| if let Step::Replace(entry) = step { Some(*entry) } else { None })
            .collect();
        risked.extend(&removes);
        let mut in_order: Vec<Step> = removals().collect();
        in_order.extend(writes);
        self.attempt(&in_order, &risked, entries)
    }

    /// Does the steps, or undoes what it did of them.
    fn attempt(&mut self, steps: &[Step], risked: &[usize], entries: &impl Entries) -> Result<(), Refusal> {
        if !risked.is_empty() {
            // Where there is no room to write it down, there is room to undo all the same: it was there before.
            self.write_down(risked, entries);
        }
        for (done, step) in steps.iter().enumerate() {
            let refusal = match *step {
                Step::SetAside(entry) => entries.set_aside(entry),
                Step::Add(entry) | Step::Replace(entry) => entries.write(entry),
                Step::Remove(entry) => {
                    entries.remove(entry);
                    Ok(())
                }
            };
            if refusal.is_err() {
                for step in steps.iter().take(done).rev() {
                    self.undo(*step, entries);
                }
                self.settle(entries);
                return refusal;
            }
        }
        Ok(())
    }

    fn undo(&mut self, step: Step, entries: &impl Entries) {
        match step {
            // Its entry was to be replaced later, and is as it was: or else the copy is all there is.
            Step::SetAside(entry) if self.standing(entry) == Standing::Broken => entries.take_back(entry),
            Step::SetAside(_) => {}
            Step::Add(entry) => entries.remove(entry),
            Step::Replace(entry) | Step::Remove(entry) => {
                if entries.write_back(entry).is_ok() {
                    return;
                }
                if self.standing(entry) == Standing::Broken {
                    entries.remove(entry);
                    self.stand(entry, Standing::Absent);
                } else {
                    self.stand(entry, Standing::Unsaved);
                    self.owed.push(entry);
                }
            }
        }
    }

    /// Writes down what is owed, and what is at risk.
    fn write_down(&mut self, risked: &[usize], entries: &impl Entries) {
        let mut all = self.owed.clone();
        all.extend(risked.iter().filter(|entry| !self.owed.contains(entry)));
        self.is_written_down |= entries.keep_undo(&all).is_ok();
    }

    /// What is written down is what is owed.
    fn settle(&mut self, entries: &impl Entries) {
        if !self.is_written_down {
            return;
        }
        let mut owed = core::mem::take(&mut self.owed);
        owed.retain(|entry| self.standing(*entry) == Standing::Unsaved);
        self.owed = owed;
        entries.drop_undo();
        self.is_written_down = false;
        if !self.owed.is_empty() {
            self.write_down(&[], entries);
        }
    }
}

/// How a value is kept that was written.
fn kept(entries: &impl Entries) -> Standing {
    if entries.is_durable() { Standing::Stored } else { Standing::Unsaved }
}
