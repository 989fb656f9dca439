//! The simulator: real phones, a real hub, everything else made of one seed.
//!
//! A seed that fails prints the command that replays it.

mod dice;
mod gesture;
mod office;
mod phone;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Instant,
};

use world::{Outcome, World};

/// Seeds that have once failed, each for a fault of its own: an answer of an old life taken for one of the new, a late
/// copy of a push answered as if it were the last, an acknowledgement of another log, a late page that left a gap. They
/// are run with every run that does not begin at a seed of its own.
const ONCE_FAILED: [u64; 6] = [19, 37, 40, 69, 1584, 1677];

struct Asked {
    seeds: u64,
    first: Option<u64>,
}

impl Asked {
    fn all(&self) -> Vec<u64> {
        let first = self.first.unwrap_or(1);
        let known = ONCE_FAILED.into_iter().filter(|_| self.first.is_none());
        let mut all: Vec<u64> = (first..first + self.seeds).chain(known).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { seeds: 200, first: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number =
            words.next().and_then(|number| number.parse().ok()).ok_or(format!("{word} needs a number"))?;
        match word.as_str() {
            "--seeds" => asked.seeds = number,
            "--seed" => asked.first = Some(number),
            _ => return Err(format!("{word} is not known; --seeds N and --seed S are")),
        }
    }
    Ok(asked)
}

/// Runs one seed. One that panics has failed like any other, and the seeds after it are still run.
fn run(seed: u64) -> Result<Outcome, String> {
    let world = AssertUnwindSafe(|| World::new(seed).run());
    catch_unwind(world).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panicked: {}", said.unwrap_or("without a word")))
    })
}

fn main() -> ExitCode {
    let asked = match asked() {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let begun = Instant::now();
    let (mut changes, mut slowest, mut failed) = (0, 0, 0u64);
    let all = asked.all();
    let count = all.len() as u64;
    for seed in all {
        match run(seed) {
            Ok(outcome) => {
                changes += outcome.changes;
                slowest = slowest.max(outcome.rested_after_ms);
            }
            Err(fault) => {
                failed += 1;
                println!("seed {seed}: {fault}\n  replay: cargo xtask sim --seeds 1 --seed {seed}");
            }
        }
    }
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    println!(
        "{count} seeds, {changes} changes, {} seeds a second, at rest {slowest} virtual ms after healing at the latest",
        count * 1000 / millis,
    );
    println!("{} passed, {failed} failed", count - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
