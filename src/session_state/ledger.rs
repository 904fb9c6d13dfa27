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
    /// The storage holds what could not be undone; the value is in memory, and written down if there was room.
    Owed,
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

/// What became of the wish to save one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is kept as well as it can be here.
    Saved,
    /// Other code changed the entry meanwhile: that holds, and nothing was written.
    Followed,
}

/// When in a batch something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// What cannot be read is copied to a name of its own.
    SetAside,
    /// What was not there is written, which is undone without a write.
    Add,
    Replace,
    /// The longest of what is replaced: the last write of the batch, and so never undone.
    ReplaceLongest,
    /// What cannot fail.
    Remove,
}

use Phase::{Add, Remove, ReplaceLongest, SetAside};

/// An edit on its way.
#[derive(Debug)]
struct Job {
    entry: usize,
    phase: Phase,
    is_done: bool,
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
    /// The batch that is not committed yet.
    jobs: Vec<Job>,
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
        // What is written down is not to come back over what others wrote.
        self.settle(false, entries);
        true
    }

    /// Takes the entry for one that an earlier page owed to the storage, and left written down. To be saved.
    pub fn owe(&mut self, entry: usize) {
        self.stand(entry, Standing::Owed);
        self.is_written_down = true;
    }

    /// A ledger without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self { standings: Vec::new(), jobs: Vec::new(), is_written_down: false }
    }

    /// Adds an edit to the batch, each of another entry. What others changed meanwhile is followed first, so that it is what
    /// is replaced, and what is put back.
    pub fn edit(&mut self, edit: Edit, entries: &impl Entries) {
        let (Edit::Write(entry) | Edit::Remove(entry)) = edit;
        self.follow(entry, entries);
        let is_broken = self.standing(entry) == Standing::Broken;
        match edit {
            Edit::Remove(_) if is_broken => {}
            Edit::Remove(_) => self.plan(entry, Remove),
            Edit::Write(_) => {
                if is_broken {
                    self.plan(entry, SetAside);
                }
                self.plan(entry, if entries.units(entry) == 0 { Add } else { Phase::Replace });
            }
        }
    }

    fn plan(&mut self, entry: usize, phase: Phase) {
        self.jobs.push(Job { entry, phase, is_done: false });
    }

    /// Writes the batch, all of it or nothing, and begins another one.
    ///
    /// # Errors
    /// Why the storage did not take it; all entries are kept as before.
    pub fn commit(&mut self, entries: &impl Entries) -> Result<(), Refusal> {
        let mut jobs = core::mem::take(&mut self.jobs);
        let longest =
            jobs.iter_mut().filter(|job| job.phase == Phase::Replace).max_by_key(|job| entries.units(job.entry));
        if let Some(job) = longest {
            job.phase = ReplaceLongest;
        }
        let mut written = self.attempt(&[SetAside, Add, Phase::Replace, ReplaceLongest, Remove], &mut jobs, entries);
        if written == Err(Refusal::Full) && jobs.iter().any(|job| job.phase == Remove) {
            written = self.attempt(&[Remove, SetAside, Add, Phase::Replace, ReplaceLongest], &mut jobs, entries);
        }
        if written.is_ok() {
            for job in &jobs {
                let standing = if job.phase == Remove { Standing::Absent } else { kept(entries) };
                self.stand(job.entry, standing);
            }
        }
        self.settle(written.is_err(), entries);
        written
    }

    /// Writes one entry that changed in place, or is owed.
    ///
    /// # Errors
    /// Why the storage did not take it: it holds what it held, and memory the value.
    pub fn save(&mut self, entry: usize, entries: &impl Entries) -> Result<Saved, Refusal> {
        if self.follow(entry, entries) {
            return Ok(Saved::Followed);
        }
        let written = entries.write(entry);
        if written.is_ok() {
            self.stand(entry, kept(entries));
        } else if self.standing(entry) != Standing::Owed {
            self.stand(entry, Standing::Unsaved);
        }
        self.settle(written.is_err(), entries);
        written.map(|()| Saved::Saved)
    }

    fn stand(&mut self, entry: usize, standing: Standing) {
        while self.standings.len() <= entry {
            self.standings.push(Standing::Absent);
        }
        if let Some(place) = self.standings.get_mut(entry) {
            *place = standing;
        }
    }

    /// Does the jobs phase by phase, or undoes what it did of them.
    fn attempt(&mut self, order: &[Phase], jobs: &mut [Job], entries: &impl Entries) -> Result<(), Refusal> {
        let removes_first = order.first() == Some(&Remove);
        let is_risked =
            |phase| phase == Phase::Replace || (removes_first && (phase == Remove || phase == ReplaceLongest));
        let risked = jobs.iter().filter(|job| is_risked(job.phase)).map(|job| job.entry);
        // Where there is no room to write it down, there is room to undo all the same: it was there before.
        self.write_down(risked, entries);
        for phase in order {
            for job in jobs.iter_mut().filter(|job| job.phase == *phase) {
                let done = match phase {
                    SetAside => entries.set_aside(job.entry),
                    Remove => {
                        entries.remove(job.entry);
                        Ok(())
                    }
                    _ => entries.write(job.entry),
                };
                job.is_done = done.is_ok();
                if done.is_err() {
                    self.undo(order, jobs, entries);
                    return done;
                }
            }
        }
        Ok(())
    }

    fn undo(&mut self, order: &[Phase], jobs: &mut [Job], entries: &impl Entries) {
        for phase in order.iter().rev() {
            for job in jobs.iter_mut().rev().filter(|job| job.phase == *phase && job.is_done) {
                let Job { entry, .. } = *job;
                job.is_done = false;
                match phase {
                    // If its entry is not what it was, the copy is all there is.
                    SetAside if self.standing(entry) == Standing::Broken => entries.take_back(entry),
                    SetAside => {}
                    Add => entries.remove(entry),
                    _ if entries.write_back(entry).is_ok() => {}
                    _ if self.standing(entry) == Standing::Broken => {
                        entries.remove(entry);
                        self.stand(entry, Standing::Absent);
                    }
                    _ => self.stand(entry, Standing::Owed),
                }
            }
        }
    }

    /// Writes down what is owed, and what is at risk.
    fn write_down(&mut self, risked: impl Iterator<Item = usize>, entries: &impl Entries) {
        let mut is_any = false;
        let owed = self.standings.iter().enumerate().filter(|(_, standing)| **standing == Standing::Owed);
        for entry in owed.map(|(entry, _)| entry).chain(risked) {
            entries.note(entry);
            is_any = true;
        }
        if is_any {
            self.is_written_down |= entries.keep_undo().is_ok();
        }
    }

    /// What stays written down is what is owed. Where that cannot be written in place of what is there, it stays as long as
    /// it holds what is in force.
    fn settle(&mut self, is_in_force: bool, entries: &impl Entries) {
        if core::mem::take(&mut self.is_written_down) {
            self.write_down(core::iter::empty(), entries);
            if !self.is_written_down {
                self.is_written_down = is_in_force && self.standings.contains(&Standing::Owed);
                if !self.is_written_down {
                    entries.drop_undo();
                }
            }
        }
    }
}

/// How a value is kept that was written.
fn kept(entries: &impl Entries) -> Standing {
    if entries.is_durable() { Standing::Stored } else { Standing::Unsaved }
}
