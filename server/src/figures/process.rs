//! What the operating system says of this process. Where it says nothing, nothing is shown.

use super::{CPU, FILES, MEMORY, MOST_FILES, STARTED, number};

/// Ticks of the processor clock in a second, as `/proc` counts on every Linux we run on.
const TICKS: u64 = 100;

/// Shows what this process uses at the moment.
pub fn look() {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/{name}")).unwrap_or_default();
    let status = read("self/status");
    if let Some(kib) = figure_after(&status, "VmRSS:") {
        metrics::gauge!(MEMORY).set(number(kib * 1_024));
    }
    if let Some(most) = figure_after(&read("self/limits"), "Max open files") {
        metrics::gauge!(MOST_FILES).set(number(most));
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        metrics::gauge!(FILES).set(number(open.count() as u64));
    }
    if let Some((ticks, since_boot)) = times(&read("self/stat")) {
        metrics::counter!(CPU).absolute(ticks / TICKS);
        if let Some(booted) = figure_after(&read("stat"), "btime") {
            metrics::gauge!(STARTED).set(number(booted + since_boot / TICKS));
        }
    }
}

/// The first number on the line that begins like this.
fn figure_after(said: &str, beginning: &str) -> Option<u64> {
    let line = said.lines().find_map(|line| line.strip_prefix(beginning))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Processor time used and the time of the start, in ticks. The name of the process may hold anything, so what follows
/// its closing bracket is counted.
fn times(stat: &str) -> Option<(u64, u64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((field(11)? + field(12)?, field(19)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read_whatever_the_process_is_called() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 2 3 4 250 150 0 0 20 0 8 0 98765 1 2";
        assert_eq!(times(stat), Some((400, 98_765)));
        let limits =
            "Limit  Soft\nMax processes  1 1 processes\nMax open files            1024                 4096";
        assert_eq!(figure_after(limits, "Max open files"), Some(1_024));
        assert_eq!(figure_after("Name:\tx\nVmRSS:\t   812 kB\n", "VmRSS:"), Some(812));
        assert_eq!((times(""), figure_after("", "VmRSS:")), (None, None));
    }
}
