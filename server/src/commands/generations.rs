//! Copies of a book in one folder, named by the time they were made.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, Utc};
use sync_core::time::Timestamp;

use super::Trouble;

/// How the names of copies begin and end; what lies between is the time.
const NAME: (&str, &str) = ("fieldbook-", ".db");

/// The time in a name: the world's, to the second.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Copies in one folder. Whatever else lies there is none of ours.
pub(super) struct Generations(PathBuf);

impl Generations {
    /// Those of a folder, which is made where there is none.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Trouble> {
        std::fs::create_dir_all(folder).map_err(|error| Trouble::of_file(folder, &error))?;
        Ok(Self(folder.to_owned()))
    }

    /// Where the next copy goes.
    pub(super) fn next(&self, now: Timestamp) -> PathBuf {
        let at =
            DateTime::from_timestamp_millis(i64::try_from(now.millis()).unwrap_or(0)).unwrap_or_default();
        self.0.join(format!("{}{}{}", NAME.0, at.format(TIME), NAME.1))
    }

    /// All of them, the latest first.
    pub(super) fn latest_first(&self) -> Result<Vec<(DateTime<Utc>, PathBuf)>, Trouble> {
        let of_folder = |error: std::io::Error| Trouble::of_file(&self.0, &error);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.0).map_err(of_folder)? {
            let path = entry.map_err(of_folder)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            found.extend(name.and_then(time_of).map(|at| (at, path)));
        }
        found.sort();
        found.reverse();
        Ok(found)
    }

    /// The copies beyond the latest so many.
    pub(super) fn beyond(&self, keep: usize) -> Result<Vec<PathBuf>, Trouble> {
        Ok(self.latest_first()?.into_iter().skip(keep).map(|(_, path)| path).collect())
    }

    /// The latest copy that was made at a time or before it; the latest of all where no time is given.
    pub(super) fn at(&self, time: Option<DateTime<Utc>>) -> Result<Option<PathBuf>, Trouble> {
        let mut all = self.latest_first()?.into_iter();
        Ok(all.find(|(made, _)| time.is_none_or(|time| *made <= time)).map(|(_, path)| path))
    }
}

fn time_of(name: &str) -> Option<DateTime<Utc>> {
    let time = name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?;
    Some(NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_tells_its_time_by_its_name_and_nothing_else_is_a_copy() {
        let folder = Generations("x".into());
        let name = folder.next(Timestamp::from_millis(1_795_140_000_999));
        let name = name.file_name().and_then(|name| name.to_str()).expect("a name");
        assert_eq!(time_of(name).map(|at| at.timestamp()), Some(1_795_140_000), "{name}");
        for other in ["fieldbook.db", "fieldbook-20261120.db", "fieldbook-20261120T020000Z.db.bad", ".db", ""]
        {
            assert_eq!(time_of(other), None, "{other}");
        }
    }
}
