//! What a test run says at its end: each suite with its time and share, then one plain line to count by.

use std::fmt::Write;
use std::time::Duration;

use crate::steps;

/// The suites of one run, as they ended.
pub(super) struct Report {
    planned: usize,
    ended: Vec<(&'static str, Duration, bool)>,
}

impl Report {
    /// A run of so many suites.
    pub(super) fn of(planned: usize) -> Self {
        Self { planned, ended: Vec::new() }
    }

    /// Takes down how a suite ended.
    pub(super) fn note(&mut self, name: &'static str, took: Duration, passed: bool) {
        self.ended.push((name, took, passed));
    }

    /// The report: a line for each suite, then the count.
    pub(super) fn text(&self) -> String {
        let whole: u128 = self.ended.iter().map(|(_, took, _)| took.as_millis()).sum();
        let mut text = String::new();
        for (name, took, passed) in &self.ended {
            let share = took.as_millis() * 100 / whole.max(1);
            let word = if *passed { "passed" } else { "failed" };
            writeln!(text, "{:<14} {word} {:>9} {share:>3} %", name, steps::seconds(*took))
                .expect("a string takes every line");
        }
        let passed = self.ended.iter().filter(|(_, _, passed)| *passed).count();
        let failed = self.ended.len() - passed;
        let not_run = self.planned - self.ended.len();
        if not_run > 0 {
            writeln!(text, "{not_run} not run").expect("a string takes every line");
        }
        write!(text, "{passed} passed, {failed} failed").expect("a string takes every line");
        text
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Report;

    #[test]
    fn the_last_line_counts_suites_and_the_ones_not_run_are_named_before_it() {
        let mut report = Report::of(3);
        report.note("fmt", Duration::from_secs(1), true);
        report.note("deny", Duration::from_secs(3), false);
        let text = report.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1].split_whitespace().collect::<Vec<_>>(),
            ["deny", "failed", "3.0", "s", "75", "%"]
        );
        assert_eq!(lines[2], "1 not run");
        assert_eq!(lines[3], "1 passed, 1 failed");
    }
}
