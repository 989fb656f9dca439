//! Whether there is room.

use std::path::Path;

use super::Check;

/// Under this the book may stop at any moment: its log alone grows to tens of megabytes before it is carried over.
const LEAST: u64 = 256 << 20;

/// What a company needs for some weeks besides a copy of its book.
const COMFORTABLE: u64 = 1 << 30;

/// Room on the disk of the data folder, against what the book needs: a copy of itself, as backups and moves make one.
pub fn of_disk(folder: &Path, book: u64) -> Check {
    let name = "disk";
    let Some(free) = free(folder) else {
        return Check::warn(
            name,
            format!("{}: the system does not say how much is free", folder.display()),
            "look yourself",
        );
    };
    let needed = book + COMFORTABLE;
    let saw = format!("{} free at {}, the book has {}", in_mb(free), folder.display(), in_mb(book));
    if free < LEAST {
        let advice =
            format!("make room now: with less than {} the server may stop taking anything", in_mb(LEAST));
        return Check::bad(name, saw, advice);
    }
    if free < needed {
        let advice =
            format!("make room: {} are needed to copy the book and to go on for some weeks", in_mb(needed));
        return Check::warn(name, saw, advice);
    }
    Check::fine(name, saw)
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let there = rustix::fs::statvfs(folder).ok()?;
    Some(there.f_bavail.saturating_mul(there.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

fn in_mb(bytes: u64) -> String {
    format!("{} MB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_book_that_could_not_be_copied_is_told() {
        let here = std::env::temp_dir();
        let free = free(&here).expect("the system says");
        assert_eq!(
            of_disk(&here, 0).level,
            if free < LEAST {
                Level::Bad
            } else if free < COMFORTABLE {
                Level::Warn
            } else {
                Level::Ok
            }
        );
        let cramped = of_disk(&here, u64::MAX >> 2);
        assert!(cramped.level >= Level::Warn && cramped.advice.contains("make room"), "{cramped}");
    }
}
