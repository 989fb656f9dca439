//! A phone's storage, by the law of IndexedDB: a transaction is there as a whole or not at all, whenever the power fails.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    log::Hash,
    paper::{Paper, PaperKey},
    replica::{Index, LogRecord, Replica, ScopeRecord},
    scope::Scope,
};

use crate::dice::Dice;

/// When a write stops: the phone dies there and starts again from what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    /// All goes well.
    On,
    /// It dies before anything is written.
    FailsBefore,
    /// It dies after so many steps, or fewer where there are not so many: by the law nothing of the transaction stays.
    FailsMidway(usize),
    /// It dies after the write, before the phone's memory learns of it.
    FailsAfter,
    /// It lives, and the browser says that there is no room.
    Full,
}

/// Why a write did not come back well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DiskFault {
    /// The phone died: it does not know whether anything was written.
    Died,
    /// Nothing was written: there is no room.
    Full,
    /// Nothing was written: a record that had to be new is there.
    Exists,
}

/// One step of a transaction.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A record of the log that must be new.
    Add(u64, Vec<u8>),
    /// A record of the log in the place of the old one.
    Log(u64, Vec<u8>),
    Scope(Scope, Vec<u8>),
    NoScope(Scope),
    Index(Vec<u8>),
}

#[derive(Clone, Default)]
pub(crate) struct Disk {
    pub(crate) index: Option<Vec<u8>>,
    pub(crate) scopes: BTreeMap<Scope, Vec<u8>>,
    pub(crate) log: BTreeMap<u64, Vec<u8>>,
}

/// What is found when the phone starts.
pub(crate) enum Found {
    Book(Box<Replica>),
    /// Nothing: nobody is enrolled here.
    Nothing,
    /// Not what it should be.
    Damaged,
}

pub(crate) fn encoded<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("to memory")
}

fn decoded<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> T {
    minicbor::decode(bytes).expect("as written")
}

impl Disk {
    /// Writes all steps, or none.
    pub(crate) fn write(&mut self, steps: &[Step], power: Power) -> Result<(), DiskFault> {
        match power {
            Power::FailsBefore => return Err(DiskFault::Died),
            Power::Full => return Err(DiskFault::Full),
            _ => {}
        }
        let mut after = self.clone();
        for (done, step) in steps.iter().enumerate() {
            if matches!(power, Power::FailsMidway(at) if at % steps.len() == done) {
                return Err(DiskFault::Died);
            }
            after.step(step)?;
        }
        *self = after;
        if power == Power::On { Ok(()) } else { Err(DiskFault::Died) }
    }

    fn step(&mut self, step: &Step) -> Result<(), DiskFault> {
        match step {
            Step::Add(seq, _) if self.log.contains_key(seq) => return Err(DiskFault::Exists),
            Step::Add(seq, bytes) | Step::Log(seq, bytes) => drop(self.log.insert(*seq, bytes.clone())),
            Step::Scope(scope, bytes) => drop(self.scopes.insert(*scope, bytes.clone())),
            Step::NoScope(scope) => drop(self.scopes.remove(scope)),
            Step::Index(bytes) => self.index = Some(bytes.clone()),
        }
        Ok(())
    }

    /// Opens what is stored.
    pub(crate) fn open(&self) -> Found {
        let Some(index) = &self.index else { return Found::Nothing };
        let index: Index = decoded(index);
        let scopes: Vec<ScopeRecord> = self.scopes.values().map(|bytes| decoded(bytes)).collect();
        match Replica::restore(index, scopes, self.records()) {
            Ok(replica) => Found::Book(Box::new(replica)),
            Err(_) => Found::Damaged,
        }
    }

    /// The log as it is stored.
    pub(crate) fn records(&self) -> Vec<LogRecord> {
        self.log.values().map(|bytes| decoded(bytes)).collect()
    }

    pub(crate) fn record(&self, seq: u64) -> Option<LogRecord> {
        self.log.get(&seq).map(|bytes| decoded(bytes))
    }

    /// The links after all changes stored here.
    pub(crate) fn links(&self) -> BTreeSet<Hash> {
        self.records().into_iter().map(|record| record.link).collect()
    }

    /// Every paper stored here, with the scope of the record it lies in.
    pub(crate) fn papers(&self) -> Vec<(Scope, PaperKey, Paper)> {
        let records = self.scopes.values().map(|bytes| decoded::<ScopeRecord>(bytes));
        let of_record = |record: ScopeRecord| {
            let scope = record.scope;
            record.papers.into_iter().map(move |(key, paper)| (scope, key, paper))
        };
        records.flat_map(of_record).collect()
    }

    /// A part of what is stored goes.
    pub(crate) fn lose_a_part(&mut self, dice: &mut Dice) {
        let scopes: Vec<Scope> = self.scopes.keys().copied().collect();
        let last = self.log.keys().next_back().copied().unwrap_or_default();
        match dice.below(6) {
            0 => self.index = None,
            1 => self.scopes.clear(),
            2 => self.log.clear(),
            3 => {
                let from = last.saturating_sub(dice.below(4));
                self.log.retain(|seq, _| *seq < from);
            }
            4 if last > 2 => drop(self.log.remove(&(2 + dice.below(last - 1)))),
            _ => {
                if let Some(scope) = dice.pick(&scopes) {
                    self.scopes.remove(scope);
                }
            }
        }
    }
}
