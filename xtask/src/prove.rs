//! `cargo xtask crash`, `cluster`, `hostile`, `fuzz`, `grants`, `soak`: the proofs against the worst, programs of the package `tests`.

use std::process::Command;

use clap::{Args, ValueEnum};

use crate::process;
use crate::setup::{self, CLUSTER, Cluster, Disk};
use crate::tree;
use crate::trouble::Trouble;
use crate::up;

/// What a proof may be told, beside how much of it.
#[derive(Args)]
pub(crate) struct Seed {
    /// The first seed; what fails names its own
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Declares a command that runs one of the proofs, with how much of it belongs to every test run.
macro_rules! proofs {
    ($($(#[$doc:meta])* $name:ident $word:literal $(#[$much_doc:meta])* $much:ident $letter:literal $whole:literal $in_tests:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Args)]
            pub(crate) struct $name {
                $(#[$much_doc])*
                #[arg(long, value_name = $letter, default_value_t = $whole)]
                $much: u64,
                #[command(flatten)]
                seed: Seed,
            }

            impl $name {
                /// The run that belongs to the tests.
                pub(crate) fn of_the_tests() -> Self {
                    Self { $much: $in_tests, seed: Seed { seed: 1 } }
                }

                /// Runs it.
                pub(crate) fn run(&self) -> Result<(), Trouble> {
                    prove($word, concat!("--", stringify!($much)), self.$much, self.seed.seed)
                }
            }
        )*
    };
}

proofs! {
    /// What the hostile batches may be told.
    Hostile "hostile"
    /// How many batches
    batches "N" 100_000 100_000;
    /// What the hostile bytes may be told.
    Fuzz "fuzz"
    /// For how long
    seconds "N" 600 15;
    /// What the histories of grants may be told.
    Grants "grants"
    /// How many histories
    histories "N" 10_000 60;
}

/// What the kills may be told.
#[derive(Args)]
pub(crate) struct Crash {
    /// How often the server is killed
    #[arg(long, value_name = "N", default_value_t = 500)]
    kills: u64,
    /// The database it keeps its book in
    #[arg(long, value_name = "STORE", value_enum, default_value_t = Backend::Sqlite)]
    store: Backend,
    #[command(flatten)]
    seed: Seed,
}

/// Where a book may be kept.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// A file
    Sqlite,
    /// A cluster of this run's own, which waits for its disk
    Postgres,
}

impl Crash {
    /// The runs that belong to the tests.
    pub(crate) fn of_the_tests(store: Backend) -> Self {
        let kills = if store == Backend::Sqlite { 10 } else { 5 };
        Self { kills, store, seed: Seed { seed: 1 } }
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        up::build_server(false)?;
        let mut cargo = proof("crash", "--kills", self.kills, self.seed.seed);
        over(self.store, said(&mut cargo, self.store))
    }
}

/// What the soak of the cursor may be told.
#[derive(Args)]
pub(crate) struct Soak {
    /// How many rows
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    rows: u64,
    /// The database the rows are kept in
    #[arg(long, value_name = "STORE", value_enum, default_value_t = Backend::Sqlite)]
    store: Backend,
    #[command(flatten)]
    seed: Seed,
}

impl Soak {
    /// The runs that belong to the tests.
    pub(crate) fn of_the_tests(store: Backend) -> Self {
        let rows = if store == Backend::Sqlite { 30_000 } else { 12_000 };
        Self { rows, store, seed: Seed { seed: 1 } }
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        over(self.store, said(&mut proof("soak", "--rows", self.rows, self.seed.seed), self.store))
    }
}

/// What the two servers may be told.
#[derive(Args)]
pub(crate) struct TwoServers {
    /// For how long they are killed, one every ten seconds, and Postgres twice
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u64).range(5..=3_600))]
    seconds: u64,
    #[command(flatten)]
    seed: Seed,
}

impl TwoServers {
    /// The run that belongs to the tests: a kill or two, and one restart.
    pub(crate) fn of_the_tests() -> Self {
        Self { seconds: 12, seed: Seed { seed: 1 } }
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Result<(), Trouble> {
        up::build_server(false)?;
        over(Backend::Postgres, &mut proof("cluster", "--seconds", self.seconds, self.seed.seed))
    }
}

/// Tells a proof which database it is to use.
fn said(cargo: &mut Command, store: Backend) -> &mut Command {
    let store = match store {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    };
    cargo.args(["--store", store])
}

/// Runs a proof that knows both databases over one of them.
fn over(store: Backend, cargo: &mut Command) -> Result<(), Trouble> {
    if store == Backend::Sqlite {
        return process::run(cargo, PROOF_FAILED);
    }
    setup::postgres_package()?;
    let cluster = Cluster::start(Disk::Waited)?;
    process::run(cargo.env(CLUSTER, cluster.url()), PROOF_FAILED)
}

const PROOF_FAILED: &str = "run again what the line above names, and correct what it says";

/// Runs a proof against the server as it is built for development.
fn prove(word: &str, measure: &str, much: u64, seed: u64) -> Result<(), Trouble> {
    process::run(&mut proof(word, measure, much, seed), PROOF_FAILED)
}

fn proof(word: &str, measure: &str, much: u64, seed: u64) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["run", "--quiet", "--bin", "prove", "--", word, measure, &much.to_string()]);
    cargo.args(["--seed", &seed.to_string()]).env("FIELDBOOK", tree::server_binary("debug"));
    cargo
}
