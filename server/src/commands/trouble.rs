//! One line for an operator: what is wrong, and what to do.

use std::fmt;
use std::path::Path;

use server::store::{Place, StoreError};

/// What is wrong, and what to do.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: String,
    way_on: String,
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>, way_on: impl Into<String>) -> Self {
        Self { what: what.into(), way_on: way_on.into() }
    }

    /// What the store says about the place where it is.
    pub(crate) fn of_store(place: &Place, error: &StoreError) -> Self {
        let way_on = match place {
            Place::File(_) => Self::of_a_file(error),
            Place::Postgres(_) => Self::of_postgres(error),
        };
        Self::new(format!("{place}: {error}"), way_on)
    }

    const fn of_postgres(error: &StoreError) -> &'static str {
        match error {
            StoreError::Unavailable(_) => {
                "see that Postgres runs and that the URL leads to it, then try again; nothing was lost"
            }
            StoreError::Full(_) => "make room on the disk of Postgres, then try again; nothing was lost",
            StoreError::Conflict(_) => "choose another name or number",
            StoreError::Corrupt(_) => {
                "check the URL; if it is the right database, restore the latest backup of it"
            }
            StoreError::Migration(_) => {
                "use the program that fits these tables, or bring Postgres and its database to what is needed"
            }
        }
    }

    const fn of_a_file(error: &StoreError) -> &'static str {
        match error {
            StoreError::Unavailable(_) => {
                "see that no other process holds it and that it can be read and written, then try again"
            }
            StoreError::Full(_) => "make room on that disk, then try again; nothing was lost",
            StoreError::Conflict(_) => "choose another name or number",
            StoreError::Corrupt(_) => "check the path; if it is the right file, restore the latest backup",
            StoreError::Migration(_) => {
                "it may be of a newer version: use that version's program, or restore a backup"
            }
        }
    }

    /// What the file system says about a path.
    pub(crate) fn of_file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("{}: {error}", path.display()), "check the path and its rights, then try again")
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whatever a library says, it stays on one line.
        let what = self.what.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "{what}; {}", self.way_on)
    }
}
