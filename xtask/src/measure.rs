//! `cargo xtask sim`, `bench` and `scale`: all are programs of the package `tests`.

use std::path::PathBuf;

use clap::Args;

use crate::process;
use crate::setup::{self, Cluster, Disk};
use crate::trouble::Trouble;
use crate::web;

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
    /// Prove the simulator: plant known bugs, one at a time, and let each be caught within so many seeds
    #[arg(long)]
    planted: bool,
    /// Build it optimised first: for many seeds
    #[arg(long)]
    release: bool,
}

impl Sim {
    /// The runs that belong to the tests: the product under every fault, and the simulator itself.
    pub(crate) fn of_the_tests() -> Result<(), Trouble> {
        let sim = Self { seeds: SEEDS_IN_TESTS, seed: None, planted: false, release: false };
        sim.run()?;
        Self { planted: true, ..sim }.run()
    }

    /// Runs the simulation.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--bin", "sim"]);
        if self.release {
            cargo.arg("--release");
        }
        cargo.args(["--", "--seeds", &self.seeds.to_string()]);
        if let Some(seed) = self.seed {
            cargo.args(["--seed", &seed.to_string()]);
        }
        if self.planted {
            cargo.arg("--planted");
            return process::run(
                &mut cargo,
                "a bug named above was not caught: the check that should see it is blind",
            );
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
    /// Only this figure; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// An earlier run's JSON: ratios that are worse by more than a tenth are marked
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
}

/// The figure that is measured in the phone's kind of program.
const IN_WASM: [&str; 1] = ["merge_wasm"];
/// The figures that are measured in a browser, with the pages as they are shipped.
const IN_A_BROWSER: [&str; 3] = ["cold_start", "save_p95", "apply_50k"];

/// How figures end that are measured over Postgres.
const OVER_POSTGRES: &str = "_postgres";

impl Bench {
    /// Whether any of these figures is asked for.
    fn wants(&self, figures: &[&str]) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| figures.contains(&only.as_str()))
    }

    /// Measures the server as it is shipped.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        if self.wants(&IN_WASM) {
            cargo.env("FIELDBOOK_BENCH_WASM", web::merging()?);
            cargo.env("FIELDBOOK_BENCH_NODE", setup::node()?.program());
        }
        if self.wants(&IN_A_BROWSER) {
            web::run()?;
            let node = setup::node()?;
            node.install_packages()?;
            cargo.env("FIELDBOOK_BENCH_DRIVER", node.program());
            if let Some(browser) = setup::browser() {
                cargo.env("CHROMIUM", browser);
            }
        }
        let over_postgres = |only: &String| only.ends_with(OVER_POSTGRES);
        let cluster = if self.only.is_empty() || self.only.iter().any(over_postgres) {
            Some(Cluster::start(Disk::Waited)?)
        } else {
            None
        };
        if let Some(cluster) = &cluster {
            cargo.env("FIELDBOOK_BENCH_POSTGRES", cluster.url());
        }
        cargo.args(["run", "--release", "--bin", "bench", "--"]);
        for (word, file) in [("--json", &self.json), ("--against", &self.against)] {
            if let Some(file) = file {
                let file = std::path::absolute(file).map_err(|error| Trouble::of_file(file, &error))?;
                cargo.arg(word).arg(file);
            }
        }
        for only in &self.only {
            cargo.args(["--only", only]);
        }
        process::run(
            &mut cargo,
            "see above what could not be measured; close other programs and run it again",
        )
    }
}

/// What the simulation of many reps may be told.
#[derive(Args)]
pub(crate) struct Scale {
    /// How many reps
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    reps: u64,
    /// So many times the stops of a rep of the demonstration company
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=20))]
    times: u64,
    /// The seed of the day
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    seed: u64,
    /// What operations cost: a file that `bench --json` has written
    #[arg(long, value_name = "FILE", default_value = "docs/scaling.json")]
    figures: PathBuf,
}

impl Scale {
    /// Plays the day in virtual time and prints the tables of `docs/scaling.md`.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        let mut cargo = process::cargo();
        cargo.args(["run", "--quiet", "--bin", "scale", "--"]);
        for (name, number) in [("--reps", self.reps), ("--times", self.times), ("--seed", self.seed)] {
            cargo.args([name, &number.to_string()]);
        }
        cargo.arg("--figures").arg(&self.figures);
        process::run(
            &mut cargo,
            "measure first: `cargo xtask bench --json FILE`, then name that file with --figures",
        )
    }
}
