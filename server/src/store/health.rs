//! What a store says of itself, for an operator: read only, and of the whole store, not of one company.

use super::steps::only_adds;

/// How a store stands. Each backend has its own way to find out; what is found is told in the same words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Which database, with its version, such as `SQLite 3.51.3`.
    pub product: String,
    /// The least version that is good enough, where this one is not.
    pub too_old: Option<&'static str>,
    /// Settings of the database on which it hangs that what was acknowledged is there after a crash.
    pub settings: Vec<Tuned>,
    /// What the database's own check of its pages and indexes says; nothing where all is well.
    pub damage: Vec<String>,
    /// What is known of its pages where nothing is wrong with them.
    pub pages: &'static str,
    /// The steps that the tables have been through.
    pub steps: Steps,
    /// Bytes that the store takes, its logs included.
    pub bytes: u64,
}

/// A setting of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tuned {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub is: String,
    /// What it has to be.
    pub due: &'static str,
}

impl Tuned {
    /// Whether it is what it has to be.
    pub fn holds(&self) -> bool {
        self.is.eq_ignore_ascii_case(self.due)
    }
}

/// The steps (migrations) of the tables, beside those that this program knows. Numbers of steps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Been through.
    pub done: u64,
    /// Known here and not been through: an earlier version's tables.
    pub missing: Vec<i64>,
    /// Been through and not known here: a later version's tables.
    pub unknown: Vec<i64>,
    /// Been through and not known here, but such as only add: a later version serves the same book. Decision 029.
    pub added: Vec<i64>,
    /// Been through in another wording than the one known here.
    pub altered: Vec<i64>,
    /// Begun and not ended.
    pub unfinished: Vec<i64>,
}

/// A company's files, keys and receipts, as far as the store can tell without knowing what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Files that are here.
    pub files: u64,
    /// Files that changes name and that are not here.
    pub missing_files: u64,
    /// Sign-ins that were ever opened and are still kept.
    pub sessions: u64,
}

impl Steps {
    /// Of what was found in the store, and what this program knows: number and fingerprint of each step, and of those that
    /// were found their names.
    pub fn of(found: &[(i64, String, bool, Vec<u8>)], known: &[(i64, Vec<u8>)]) -> Self {
        let known_as = |step: i64| known.iter().find(|(version, _)| *version == step).map(|(_, sum)| sum);
        let mut steps = Self::default();
        for (step, name, ended, sum) in found {
            match known_as(*step) {
                _ if !ended => steps.unfinished.push(*step),
                None if only_adds(name) => steps.added.push(*step),
                None => steps.unknown.push(*step),
                Some(known) if known != sum => steps.altered.push(*step),
                Some(_) => steps.done += 1,
            }
        }
        let is_found = |step: i64| found.iter().any(|(version, ..)| *version == step);
        steps.missing = known.iter().map(|(step, _)| *step).filter(|step| !is_found(*step)).collect();
        steps
    }
}
