//! Random histories of grants against the real hub and the whole HTTP layer: nobody reads a foreign row on any route.
//!
//! Every fact that a history writes carries a word of its own. After every step somebody looks at every route of the
//! described interface, and the words they find are compared with what an oracle of this test says they may find.

mod judged;
mod oracle;
mod step;
mod view;
mod world;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use crate::{Proved, asked::Asked};
pub(crate) use world::World;

/// What the histories came to.
#[derive(Default)]
pub(crate) struct Sums {
    pub(crate) steps: AtomicU64,
    pub(crate) answers: AtomicU64,
    pub(crate) facts: AtomicU64,
    pub(crate) withheld: AtomicU64,
}

/// Plays so many histories, as many at once as the machine has cores.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let begun = Instant::now();
    let sums = Sums::default();
    let next = AtomicU64::new(0);
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    let faults: Vec<String> = std::thread::scope(|scope| {
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(|| histories(asked, &next, &sums))).collect();
        hands
            .into_iter()
            .filter_map(|hand| hand.join().unwrap_or(Some("a history panicked".into())))
            .collect()
    });
    if let Some(fault) = faults.first() {
        return Err(fault.clone().into());
    }
    let count = |sum: &AtomicU64| sum.load(Ordering::Relaxed);
    Ok(format!(
        "{} histories, {} steps, {} facts; {} answers read, {} times something was withheld from whoever looked; \
         0 foreign rows; {} s",
        asked.much,
        count(&sums.steps),
        count(&sums.facts),
        count(&sums.answers),
        count(&sums.withheld),
        begun.elapsed().as_secs(),
    ))
}

fn histories(asked: &Asked, next: &AtomicU64, sums: &Sums) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if turn >= asked.much {
            return None;
        }
        let seed = asked.seed + turn;
        if let Err(why) = runtime.block_on(history(seed, sums)) {
            next.store(asked.much, Ordering::Relaxed);
            return Some(format!(
                "seed {seed}: {why}\n  again: cargo xtask grants --histories 1 --seed {seed}"
            ));
        }
    }
}

async fn history(seed: u64, sums: &Sums) -> Proved<()> {
    let mut world = World::found(seed).await?;
    let steps = 6 + world.dice.below(8);
    for step in 0..steps {
        let what = world.step().await?;
        let who = world.anybody();
        world.looks(&who, false, sums).await.map_err(|why| format!("step {step}, after {what}: {why}"))?;
        sums.steps.fetch_add(1, Ordering::Relaxed);
    }
    for _ in 0..2 {
        let who = world.anybody();
        world.looks(&who, true, sums).await.map_err(|why| format!("at the end: {why}"))?;
    }
    let who = world.anybody();
    world.listens(&who).await?;
    sums.facts.fetch_add(world.facts.len() as u64, Ordering::Relaxed);
    Ok(())
}
