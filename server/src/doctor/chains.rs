//! What was received, by the clock and by the chains; and whether the files are there.

use std::time::Duration;

use sync_core::time::Timestamp;

use super::Check;
use crate::store::health::Holdings;
use crate::verify::{Latest, Report};

/// A receipt so far ahead of the clock was stamped by a clock that stood right, or by one that did not: one of both.
const AHEAD_MS: u64 = 120_000;

/// While one looks, the clock may be slewed by this, and no more.
const SLEWED_MS: u64 = 500;

/// So many faults are enough to see what is the matter.
const SHOWN: usize = 3;

/// The clock against what was received.
pub fn of_clock(latest: &Latest, now: Timestamp) -> Check {
    let name = "clock";
    let seconds = |ms: u64| format!("{}.{:03} s", ms / 1_000, ms % 1_000);
    if let Some(received) = latest.received {
        let ahead = received.millis().saturating_sub(now.millis());
        if ahead > AHEAD_MS {
            let saw = format!("it stands {} behind the latest receipt", seconds(ahead));
            return Check::bad(
                name,
                saw,
                "set it right by a time server (chrony, systemd-timesyncd), then look again",
            );
        }
    }
    if latest.set_back_ms > AHEAD_MS {
        let saw = format!("it was set back by {} between two receipts", seconds(latest.set_back_ms));
        return Check::warn(name, saw, "let a time server keep it: deadlines are counted by it");
    }
    match latest.received {
        Some(received) => {
            let since = now.millis().saturating_sub(received.millis());
            Check::fine(name, format!("after the latest receipt, which was {} ago", seconds(since)))
        }
        None => Check::fine(name, "nothing was received yet to hold it against"),
    }
}

/// The clock against the machine's own count of time, from one reading to another.
pub fn of_clocks(from: Timestamp, to: Timestamp, passed: Duration) -> Option<Check> {
    let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
    let due = from.millis().saturating_add(passed);
    let off = to.millis().abs_diff(due);
    (off > SLEWED_MS).then(|| {
        Check::warn(
            "clock",
            format!("it jumped by {off} ms while it was looked at"),
            "let one time server keep it, not two",
        )
    })
}

/// The chains of what was read last, and every device's signature.
pub fn of_chains(latest: &Latest) -> Check {
    let Report { entries, chains, signatures, .. } = latest.report;
    let saw = format!(
        "{entries} entries read, {chains} chains and {signatures} signatures hold (--full reads everything)"
    );
    faults("chains", &latest.report, saw)
}

/// Everything recomputed.
pub fn of_everything(report: &Report) -> Check {
    let Report { entries, chains, papers, files, .. } = *report;
    let saw = format!(
        "{entries} entries, {chains} chains, {papers} papers and {files} files recomputed, and all hold"
    );
    faults("chains", report, saw)
}

fn faults(name: &str, report: &Report, saw: String) -> Check {
    if report.holds() {
        return Check::fine(name, saw);
    }
    let more = report.faults.len().saturating_sub(SHOWN);
    let shown: Vec<_> = report.faults.iter().take(SHOWN).cloned().collect();
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    let advice = "keep the file as it is; `fieldbook verify` lists all of it, and the latest backup that verifies is the way back";
    Check::bad(name, format!("{}{more}", shown.join(", ")), advice)
}

/// Whether the files are there that changes name.
pub fn of_files(holdings: &Holdings) -> Check {
    let Holdings { files, missing_files, .. } = holdings;
    if *missing_files == 0 {
        return Check::fine("files", format!("{files} there, none missing"));
    }
    Check::warn(
        "files",
        format!("{files} there, {missing_files} named by changes and not there"),
        "a phone that is still to bring them does so by itself; if this lasts for days, see which phones are silent",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_clock_behind_a_receipt_or_that_was_set_back_or_jumps_is_named() {
        let at = |ms: u64| Timestamp::from_millis(1_795_140_000_000 + ms);
        let latest =
            |received, set_back_ms| Latest { received: Some(at(received)), set_back_ms, ..Latest::default() };
        assert_eq!(of_clock(&latest(120_000, 0), at(0)).level, Level::Ok);
        let behind = of_clock(&latest(120_001, 0), at(0));
        assert!(behind.level == Level::Bad && behind.saw.contains("120.001 s behind"), "{behind}");
        assert_eq!(of_clock(&latest(0, 120_001), at(5)).level, Level::Warn);
        assert_eq!(of_clock(&Latest::default(), at(0)).level, Level::Ok);
        assert_eq!(of_clocks(at(0), at(1_400), Duration::from_secs(1)), None);
        assert!(
            of_clocks(at(0), at(1_600), Duration::from_secs(1))
                .is_some_and(|check| check.level == Level::Warn)
        );
        assert!(of_clocks(at(0), at(0), Duration::from_secs(1)).is_some());
    }
}
