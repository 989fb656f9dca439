//! The simulator proved: bugs that offline systems are known for, each planted in what stands around the product, and
//! each to be caught.

mod between;
mod phone;
mod store;

use std::{process::ExitCode, rc::Rc, time::Instant};

use crate::{
    run,
    ways::{Honest, Ways},
};

/// A bug, and a world's ways with it in.
struct Planted {
    name: &'static str,
    ways: fn() -> Rc<dyn Ways>,
}

macro_rules! planted {
    ($($name:literal $ways:expr;)*) => {
        &[$(Planted { name: $name, ways: || Rc::new($ways) }),*]
    };
}

const BUGS: &[Planted] = planted! {
    "store: rows that commit late are skipped by whoever reads by position" store::serial_cursor();
    "store: acknowledged before it is durable, then forgotten" store::forgetful();
    "store: a write that broke off half-way stays" store::torn();
    "store: what was put aside is dropped" store::without_quarantine();
    "store: what is held is dropped" store::without_held();
    "store: the last write wins by the time of its receipt" store::by_receipt();
    "store: what was decided on a held change is forgotten" store::without_outcome();
    "store: a delivery that comes twice is applied twice" store::repeating();
    "office: restored without a new epoch" between::OldEpoch;
    "office: the phone's clock is trusted" between::TrustedClock;
    "office: what a head accepts is decided and not taken over" between::OnlyDecided;
    "office: pushes are told apart by their content and not by their link" between::ByContent::default();
    "link: two phones' snapshots are mixed up" between::MixedUp::default();
    "link: what is not understood is not passed on" between::OnlyKnown;
    "phone: the cursor is saved before what it stands for" phone::CursorFirst;
    "phone: changes are cleared away before they are acknowledged" phone::PurgedWhenSent;
    "phone: a deleted phone begins again under its old id" phone::SameIdAgain;
    "phone: digests are not compared" phone::NoDigest;
    "phone: pages are taken in without their grants" phone::NoGrants;
    "phone: what is taken away goes before its changes are delivered" phone::EvictedFirst;
    "phone: a broken lock lets one tab write over the other" phone::Overwriting;
    "phone: a save that the full phone refused is told as saved" phone::SavedWhenFull;
};

/// Runs every bug until a seed catches it. Whether each was caught.
pub(crate) fn prove(seeds: u64) -> ExitCode {
    // What a bug makes panic is told in its line.
    std::panic::set_hook(Box::new(|_| ()));
    let begun = Instant::now();
    let mut missed = 0;
    for Planted { name, ways } in BUGS {
        let catches = |seed| run(seed, ways()).err().map(|said| (seed, said));
        // A seed on which the product itself fails proves nothing.
        let sound = |(seed, _): &(u64, String)| run(*seed, Rc::new(Honest)).is_ok();
        let caught = (1..=seeds).filter_map(catches).find(sound);
        if let Some((seed, said)) = caught {
            println!("caught by seed {seed}: {name}\n    {}", short(&said));
        } else {
            missed += 1;
            println!("NOT CAUGHT in {seeds} seeds: {name}");
        }
    }
    let count = BUGS.len();
    println!("{} of {count} planted bugs caught, in {} s", count - missed, begun.elapsed().as_secs());
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The first line of what was said, and not too much of it.
fn short(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    line.chars().take(200).collect()
}
