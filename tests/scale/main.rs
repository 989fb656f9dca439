//! How far it reaches: a day of so many reps in virtual time, over servers and databases whose speed was measured.
//!
//! Nothing here is guessed about the program: what an operation costs comes from the file that `cargo xtask bench` has
//! written. What people do comes from the demonstration company. Whoever doubts a figure changes one of the two.

mod cluster;
mod day;
#[path = "../sim/dice.rs"]
#[expect(dead_code, reason = "the simulator draws other things as well")]
mod dice;
mod figures;
mod report;

use std::{path::PathBuf, process::ExitCode};

use figures::Figures;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) reps: u64,
    /// So many times the stops of a rep of the demonstration company.
    pub(crate) times: u64,
    pub(crate) seed: u64,
    figures: PathBuf,
}

impl Asked {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut asked = Self { reps: 100_000, times: 4, seed: 1, figures: "docs/scaling.json".into() };
        while let Some(word) = words.next() {
            let next = words.next().ok_or(format!("{word} needs a value"))?;
            let number = || {
                let read = next.parse().ok().filter(|number| (1..=10_000_000).contains(number));
                read.ok_or(format!("{word} needs a number from 1 to 10000000"))
            };
            match word.as_str() {
                "--reps" => asked.reps = number()?,
                "--times" => asked.times = number()?,
                "--seed" => asked.seed = number()?,
                "--figures" => asked.figures = next.into(),
                _ => return Err(format!("{word} is not known; --reps, --times, --seed, --figures are")),
            }
        }
        Ok(asked)
    }
}

fn run() -> Result<String, String> {
    let asked = Asked::read(std::env::args().skip(1))?;
    let named = asked.figures.display();
    let text = std::fs::read_to_string(&asked.figures).map_err(|error| format!("{named}: {error}"))?;
    let figures = Figures::read(&text).map_err(|why| format!("{named}: {why}"))?;
    Ok(report::of(&asked, &figures))
}

fn main() -> ExitCode {
    match run() {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
