//! `cargo xtask test`: every check and test, in the order in which a mistake shows soonest.

mod report;
mod suite;

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use crate::setup::{self, Cluster, Disk};
use crate::steps::Steps;
use crate::trouble::Trouble;
use report::Report;
use suite::Suite;

/// What `test` may be told.
#[derive(Args)]
pub(crate) struct Test {
    /// Only these suites, by name
    #[arg(long, value_name = "SUITE", num_args = 1..)]
    only: Vec<Suite>,
}

impl Test {
    /// Sets up and runs the suites, stops at the first that fails, and counts them on its last line.
    pub(crate) fn run(&self) -> ExitCode {
        let suites: Vec<Suite> = Suite::ALL.into_iter().filter(|suite| self.wants(*suite)).collect();
        let mut report = Report::of(1 + suites.len());
        let outcome = self.run_all(&suites, &mut report);
        if let Err(trouble) = &outcome {
            println!("\n{trouble}");
        }
        println!("\n{}", report.text());
        if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn run_all(&self, suites: &[Suite], report: &mut Report) -> Result<(), Trouble> {
        let uses_postgres = suites.iter().any(|suite| suite.uses_postgres());
        let setups = 2 + usize::from(self.wants(Suite::Browser)) + usize::from(uses_postgres);
        let mut steps = Steps::of(setups + suites.iter().map(|suite| suite.steps()).sum::<usize>());
        let mut cluster = None;
        note(report, "setup", || {
            self.set_up(&mut steps)?;
            if uses_postgres {
                steps.step("Postgres", setup::postgres_package)?;
            }
            if suites.iter().any(|suite| suite.needs_postgres()) {
                cluster = Some(Cluster::start(Disk::Forgotten)?);
            }
            Ok(())
        })?;
        for suite in suites {
            note(report, suite.name(), || suite.run(&mut steps, cluster.as_ref()))?;
        }
        Ok(())
    }

    fn set_up(&self, steps: &mut Steps) -> Result<(), Trouble> {
        steps.step("C compiler", setup::c_compiler)?;
        steps.step("wasm target", setup::wasm_target)?;
        if self.wants(Suite::Browser) {
            steps.step("system packages", setup::browser_packages)?;
        }
        Ok(())
    }

    fn wants(&self, suite: Suite) -> bool {
        self.only.is_empty() || self.only.contains(&suite)
    }
}

/// Does a part of the run and takes down how it ended.
fn note(
    report: &mut Report,
    name: &'static str,
    work: impl FnOnce() -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let began = Instant::now();
    let outcome = work();
    report.note(name, began.elapsed(), outcome.is_ok());
    outcome
}
