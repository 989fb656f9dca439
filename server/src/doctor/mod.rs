//! What an operator wants to know before a phone finds out: each thing looked at, what was seen, and what to do.
//!
//! Floor: above everything else but the commands. It looks and never writes.

mod book;
mod chains;
mod disk;
mod keys;
mod settings;

pub use book::{of_book, of_steps, of_store};
pub use chains::{of_chains, of_clock, of_clocks, of_everything, of_files};
pub use disk::of_disk;
pub use keys::of_keys;
use serde::Serialize;
pub use settings::of_settings;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, and will not for ever.
    Warn,
    /// It does not work, or what is stored does not hold.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name; of a setting the setting's.
    pub name: String,
    /// How it stands.
    pub level: Level,
    /// What was seen.
    pub saw: String,
    /// What to do; nothing where all is well.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice: String,
}

impl Check {
    /// As it should be.
    pub fn fine(name: &str, saw: impl Into<String>) -> Self {
        Self { name: name.to_owned(), level: Level::Ok, saw: saw.into(), advice: String::new() }
    }

    /// It works, and will not for ever.
    pub fn warn(name: &str, saw: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name: name.to_owned(), level: Level::Warn, saw: saw.into(), advice: advice.into() }
    }

    /// It does not work, or what is stored does not hold.
    pub fn bad(name: &str, saw: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name: name.to_owned(), level: Level::Bad, saw: saw.into(), advice: advice.into() }
    }
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let level = match self.level {
            Level::Ok => "ok  ",
            Level::Warn => "WARN",
            Level::Bad => "BAD ",
        };
        // Whatever a library says, it stays on one line.
        let saw = self.saw.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "{level}  {:<20}  {saw}", self.name)?;
        if self.advice.is_empty() { Ok(()) } else { write!(f, "; {}", self.advice) }
    }
}

/// The worst of what was seen.
pub fn worst(checks: &[Check]) -> Level {
    checks.iter().map(|check| check.level).max().unwrap_or(Level::Ok)
}
