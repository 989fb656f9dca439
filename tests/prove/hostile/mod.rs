//! Mutated batches of real devices: every one is refused or put aside, nothing that was validly signed is discarded, and
//! the book of honest devices stays what it is.
//!
//! A round is a company of its own with a thousand batches. What becomes of each is known before it is offered.

mod batch;
mod house;
mod mutant;
mod web;

pub(crate) use house::op;
pub(crate) use mutant::mangled;

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::{Proved, asked::Asked};

/// How many batches one company is offered.
const ROUND: u64 = 1_000;

/// How many of each kind, and what became of them.
#[derive(Default)]
pub(crate) struct Tally(Mutex<BTreeMap<(&'static str, &'static str), u64>>);

impl Tally {
    fn note(&self, kind: &'static str, became: &'static str) {
        let mut tally = self.0.lock().expect("nobody panics while counting");
        *tally.entry((kind, became)).or_default() += 1;
    }
}

/// Offers so many mutated batches, as many companies at once as the machine has cores.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let begun = Instant::now();
    let (tally, next) = (Tally::default(), AtomicU64::new(0));
    let rounds = asked.much.div_ceil(ROUND);
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let faults: Vec<String> = std::thread::scope(|scope| {
        let work = || some_rounds(asked, rounds, &next, &tally);
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(work)).collect();
        hands
            .into_iter()
            .filter_map(|hand| hand.join().unwrap_or(Some("a batch made the hub panic".into())))
            .collect()
    });
    if let Some(fault) = faults.first() {
        return Err(fault.clone().into());
    }
    let tally = tally.0.into_inner().map_err(|_| "somebody panicked while counting")?;
    let mut said: Vec<String> =
        tally.iter().map(|((kind, became), count)| format!("{count:>7} {kind}: {became}")).collect();
    let count: u64 = tally.values().sum();
    said.push(format!(
        "{count} hostile batches: all refused, put aside or taken as what they are; nothing validly signed was discarded; {} s",
        begun.elapsed().as_secs()
    ));
    Ok(said.join("\n"))
}

fn some_rounds(asked: &Asked, rounds: u64, next: &AtomicU64, tally: &Tally) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if turn > rounds {
            return None;
        }
        let seed = asked.seed + turn;
        let batches = ROUND.min(asked.much.saturating_sub(turn * ROUND));
        // The last turn is the one through the whole HTTP layer, with packed bodies and bombs.
        let done = if turn == rounds {
            runtime.block_on(web::round(asked.seed, tally))
        } else {
            runtime.block_on(house::round(seed, batches, tally))
        };
        if let Err(why) = done {
            next.store(rounds + 1, Ordering::Relaxed);
            return Some(format!(
                "seed {seed}: {why}\n  again: cargo xtask hostile --batches {batches} --seed {seed}"
            ));
        }
    }
}
