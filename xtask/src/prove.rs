//! `cargo xtask crash`, `hostile`, `fuzz`, `grants`, `soak`: the proofs against the worst, programs of the package `tests`.

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
    /// What the soak of the cursor may be told.
    Soak "soak"
    /// How many rows
    rows "N" 1_000_000 30_000;
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
        if self.store == Backend::Sqlite {
            return process::run(&mut cargo, PROOF_FAILED);
        }
        setup::postgres_package()?;
        let cluster = Cluster::start(Disk::Waited)?;
        process::run(cargo.args(["--store", "postgres"]).env(CLUSTER, cluster.url()), PROOF_FAILED)
    }
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
