//! What stopped a step, and what the reader can do about it.

use std::fmt;
use std::io;
use std::path::Path;

/// A step that could not be finished: what happened, and the way on.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: String,
    way_on: String,
}

impl Trouble {
    /// A trouble with the sentence that helps.
    pub(crate) fn new(what: impl Into<String>, way_on: impl Into<String>) -> Self {
        Self { what: what.into(), way_on: way_on.into() }
    }

    /// The trouble of reading or writing `path`.
    pub(crate) fn of_file(path: &Path, error: &io::Error) -> Self {
        Self::new(
            format!("{}: {error}", path.display()),
            "see that the folder is writable and the disk has room, then run the command again",
        )
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stopped: {}\nwhat to do: {}", self.what, self.way_on)
    }
}
