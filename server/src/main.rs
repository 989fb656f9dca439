//! The binary: reads what it is told, makes the clock and the random source, and hands them in.

mod commands;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use commands::{Told, Trouble};
use server::config::{self, Everywhere, SettingsFile};
use server::{memory, telemetry};

/// 外勤账本: the company's server
#[derive(Parser)]
#[command(name = "fieldbook", version, about = "外勤账本: the company's server")]
struct Fieldbook {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Serve phones and console
    Serve(server::config::Serving),
    /// Ask the server with these settings whether it takes new work; ends with 1 where it does not
    Ready(commands::Ready),
    /// Make a new company
    Init(commands::Init),
    /// Keep who may sign in
    User(commands::User),
    /// Take in customers or prices from an Excel or CSV file
    Import(commands::Import),
    /// Copy the book while it is in use: once into a file, or again and again into a folder
    Backup(commands::Backup),
    /// Make a copy the book again
    Restore(commands::Restore),
    /// See, rotate, keep and replace the company's keys
    Keys(commands::Keys),
    /// Move the book from SQLite to Postgres or back, with the proof that nothing changed
    MigrateStore(commands::MigrateStore),
    /// Recompute every chain, digest and sum of a book, or check a device's log in a file
    Verify(commands::Verify),
    /// Read the list of what is owed anew from the papers of the book; the server may run meanwhile
    ReadReceivables(commands::ReadReceivables),
    /// Show the settings, and check them
    Config(commands::Config),
    /// Look at settings, disk, database, keys, clock and chains, and say what to do; ends with 1 for a warning, with 2 for worse
    Doctor(commands::Doctor),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(trouble) => {
            eprintln!("fieldbook: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Trouble> {
    let (fieldbook, told) = told()?;
    let traces = match &fieldbook.task {
        Task::Serve(serving) => commands::traces(serving)?,
        _ => None,
    };
    telemetry::begin(fieldbook.everywhere.logging.log.as_deref(), traces.as_ref());
    // These two tell of faults themselves, among all else; nothing else is begun with them.
    if !matches!(fieldbook.task, Task::Config(_) | Task::Doctor(_)) {
        commands::refused(&told.faults)?;
    }
    let done = match fieldbook.task {
        Task::Doctor(doctor) => return Ok(doctor.run(&told).await),
        Task::Serve(serving) => {
            memory::begin_with_little();
            commands::serve(serving).await
        }
        Task::Ready(ready) => ready.run().await,
        Task::Init(init) => init.run().await,
        Task::User(user) => user.run().await,
        Task::Import(import) => import.run().await,
        Task::Backup(backup) => backup.run().await,
        Task::Restore(restore) => restore.run().await,
        Task::Keys(keys) => keys.run().await,
        Task::MigrateStore(migrate) => migrate.run().await,
        Task::Verify(verify) => verify.run().await,
        Task::ReadReceivables(read) => read.run().await,
        Task::Config(config) => config.run(&told),
    };
    if let Some(traces) = traces {
        // What the collector does not take now is lost; that is no failure of ours.
        let _ = tokio::task::spawn_blocking(move || traces.deliver()).await;
    }
    done.map(|()| ExitCode::SUCCESS)
}

/// What the command line says, over the environment, over the settings file. What is wrong with the latter two is told
/// together, and takes no part.
fn told() -> Result<(Fieldbook, Told), Trouble> {
    let file = settings_file(std::env::args_os().skip(1)).map(|path| SettingsFile::read(&path)).transpose();
    let file =
        file.map_err(|fault| Trouble::new(fault.to_string(), "name a settings file with --config, or none"))?;
    let faults = config::faults(file.as_ref(), |name| {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    });
    let file = file.map(|file| file.without(&faults));
    let command = config::told(Fieldbook::command(), file.as_ref(), &faults);
    let matches = command.get_matches();
    let fieldbook = Fieldbook::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    Ok((fieldbook, Told { file, faults, matches }))
}

/// The settings file that the command line names, or else the environment.
fn settings_file(mut arguments: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            break;
        }
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = argument.to_str().and_then(|said| said.strip_prefix("--config=")) {
            return Some(PathBuf::from(path));
        }
    }
    std::env::var_os(config::CONFIG_VARIABLE).map(PathBuf::from)
}
