//! The builder's bench: sets up what is missing, then builds, serves, tests and measures the product.
//!
//! It stands outside the product's floors: it knows commands and folders, and nothing of customers, money or changes.

mod dist;
mod measure;
mod process;
mod prove;
mod setup;
mod steps;
mod test;
mod tree;
mod trouble;
mod up;
mod web;

use std::process::ExitCode;

use clap::Parser;

/// Everything that is done to the product from outside, by one command each.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about, disable_help_subcommand = true)]
enum Task {
    /// Set up, build and serve the product with a demo company, on this machine only
    Up(up::Up),
    /// Build the two client bundles into target/web
    Web,
    /// Build the product as it is shipped: one file with the pages in it, in target/dist
    Dist,
    /// Set up, then run every check and test
    Test(test::Test),
    /// Run the simulation: many phones, a bad network, one truth
    Sim(measure::Sim),
    /// Kill the server under load, and look for everything that was acknowledged
    Crash(prove::Crash),
    /// Kill one of two servers over one Postgres every ten seconds, and Postgres itself twice
    Cluster(prove::TwoServers),
    /// Offer the hub mutated batches: each is refused or put aside, and nothing is discarded
    Hostile(prove::Hostile),
    /// Read mutated messages of every kind: nothing panics, and what is read reads the same again
    Fuzz(prove::Fuzz),
    /// Read on behind six writers who commit late: no row is missed
    Soak(prove::Soak),
    /// Play random histories of grants, and look for foreign rows on every route
    Grants(prove::Grants),
    /// Write the samples of today's format that are not there yet; never one that is
    Golden,
    /// Measure the server beside the raw limit of this machine
    Bench(measure::Bench),
    /// Play a day of many reps in virtual time, with operations as dear as they were measured
    Scale(measure::Scale),
}

fn main() -> ExitCode {
    let outcome = match Task::parse() {
        Task::Up(task) => task.run(),
        Task::Web => web::run(),
        Task::Dist => dist::run(),
        Task::Test(task) => return task.run(),
        Task::Sim(task) => task.run(),
        Task::Crash(task) => task.run(),
        Task::Cluster(task) => task.run(),
        Task::Hostile(task) => task.run(),
        Task::Fuzz(task) => task.run(),
        Task::Soak(task) => task.run(),
        Task::Grants(task) => task.run(),
        Task::Golden => measure::golden(),
        Task::Bench(task) => task.run(),
        Task::Scale(task) => task.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("\n{trouble}");
            ExitCode::FAILURE
        }
    }
}
