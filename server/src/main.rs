//! The binary: reads what it is told, makes the clock and the random source, and hands them in.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::telemetry;

/// 外勤账本: the company's server
#[derive(Parser)]
#[command(name = "fieldbook", version, about = "外勤账本: the company's server")]
struct Fieldbook {
    /// What is logged, such as `info` or `server=debug`
    #[arg(long, global = true, value_name = "FILTER", env = "FIELDBOOK_LOG")]
    log: Option<String>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve phones and console
    Serve(server::config::Serving),
    /// Make a new company
    Init(commands::Init),
    /// Keep who may sign in
    User(commands::User),
    /// Take in customers or prices from an Excel or CSV file
    Import(commands::Import),
    /// Copy the book into a new file while it is in use
    Backup(commands::Backup),
    /// Recompute every chain, digest and sum of a book, or check a device's log in a file
    Verify(commands::Verify),
}

#[tokio::main]
async fn main() -> ExitCode {
    let fieldbook = Fieldbook::parse();
    telemetry::begin(fieldbook.log.as_deref());
    let done = match fieldbook.task {
        Task::Serve(serving) => commands::serve(serving).await,
        Task::Init(init) => init.run().await,
        Task::User(user) => user.run().await,
        Task::Import(import) => import.run().await,
        Task::Backup(backup) => backup.run().await,
        Task::Verify(verify) => verify.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("fieldbook: {trouble}");
            ExitCode::FAILURE
        }
    }
}
