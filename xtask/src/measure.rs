//! `cargo xtask sim` and `cargo xtask bench`: both are programs of the package `tests`.

use std::path::PathBuf;

use clap::Args;

use crate::process;
use crate::trouble::Trouble;

/// How many seeds the tests run.
pub(crate) const SEEDS_IN_TESTS: u64 = 200;

/// What the simulation may be told.
#[derive(Args)]
pub(crate) struct Sim {
    /// How many runs, each with a seed of its own
    #[arg(long, value_name = "N", default_value_t = SEEDS_IN_TESTS)]
    seeds: u64,
    /// The first seed; a failing run names its own
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
}

impl Sim {
    /// The run that belongs to the tests.
    pub(crate) fn of_the_tests() -> Self {
        Self { seeds: SEEDS_IN_TESTS, seed: None }
    }

    /// Runs the simulation.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--bin", "sim", "--", "--seeds", &self.seeds.to_string()]);
        if let Some(seed) = self.seed {
            cargo.args(["--seed", &seed.to_string()]);
        }
        process::run(&mut cargo, "replay the seed named above with `cargo xtask sim --seeds 1 --seed S`")
    }
}

/// Writes the samples of today's format that are not there yet.
pub(crate) fn golden() -> Result<(), Trouble> {
    process::run(
        process::cargo().args(["run", "--quiet", "--bin", "golden"]),
        "see above which sample could not be made",
    )
}

/// What the measurement may be told.
#[derive(Args)]
pub(crate) struct Bench {
    /// Where the figures go, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Bench {
    /// Measures the server as it is shipped.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        cargo.args(["run", "--release", "--bin", "bench", "--"]);
        if let Some(file) = &self.json {
            let file = std::path::absolute(file).map_err(|error| Trouble::of_file(file, &error))?;
            cargo.arg("--json").arg(file);
        }
        process::run(
            &mut cargo,
            "see above what could not be measured; close other programs and run it again",
        )
    }
}
