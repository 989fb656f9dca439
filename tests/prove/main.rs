//! Proofs against the worst: a server killed under load, hostile batches, hostile bytes, every grant history, late commits.
//!
//! One program with a command for each proof, because each is run long by hand and briefly in every test run. Whatever
//! fails prints the command that replays it.

#[path = "../sim/dice.rs"]
mod dice;

mod asked;
mod cluster;
mod crash;
mod fuzz;
mod grants;
mod hostile;
mod pen;
mod soak;

use std::process::ExitCode;

use asked::Asked;

/// What went wrong is only ever told to a person.
type Proved<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let asked = match Asked::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let proved = match asked.what.as_str() {
        "crash" => crash::run(&asked),
        "cluster" => cluster::run(&asked),
        "grants" => grants::run(&asked),
        "fuzz" => fuzz::run(&asked),
        "soak" => soak::run(&asked),
        "hostile" => hostile::run(&asked),
        _ => Err(format!("{} is not known", asked.what).into()),
    };
    match proved {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("{why}");
            ExitCode::FAILURE
        }
    }
}
