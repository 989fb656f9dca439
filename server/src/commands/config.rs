//! `fieldbook config check` and `fieldbook config show`

use clap::{ArgMatches, Args, Subcommand};
use server::config::{Fault, Serving, Setting, SettingsFile, Source, settings};
use server::doctor::{Check, Level, of_settings};
use server::outside::Outside;

use super::Trouble;

/// What the program was told before it knew what to do: the settings file, and what is wrong with it or with variables.
pub(crate) struct Told {
    pub(crate) file: Option<SettingsFile>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) matches: ArgMatches,
}

/// `fieldbook config …`
#[derive(Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    task: ConfigTask,
}

#[derive(Subcommand)]
enum ConfigTask {
    /// Say which settings are in force and who set them, and name everything that is wrong with them
    Check(Asked),
    /// Show the settings in force
    Show {
        #[command(flatten)]
        asked: Asked,
        /// Show a settings file to begin with instead: every setting, what it means, and its default
        #[arg(long = "default")]
        example: bool,
    },
}

#[derive(Args)]
struct Asked {
    #[command(flatten)]
    serving: Serving,
}

impl Config {
    pub(crate) fn run(&self, told: &Told) -> Result<(), Trouble> {
        match &self.task {
            ConfigTask::Show { example: true, .. } => {
                print!("{}", example());
                Ok(())
            }
            ConfigTask::Show { .. } => {
                show(told, "show");
                refused(&told.faults)
            }
            ConfigTask::Check(asked) => {
                show(told, "check");
                println!();
                let checks = of_settings(&asked.serving, Outside::real().now());
                ended(&told.faults, &checks)
            }
        }
    }
}

/// A settings file to begin with.
fn example() -> String {
    let head = "# Settings of Fieldbook, with their defaults. A flag comes before a variable, a variable before this file.\n\
                # `fieldbook config check --config FILE` says what is in force and what is wrong.\n";
    let parts: Vec<String> = settings().iter().map(Setting::example).collect();
    format!("{head}\n{}", parts.join("\n"))
}

/// The settings in force, and who set each.
fn show(told: &Told, task: &str) {
    let matches =
        told.matches.subcommand_matches("config").and_then(|config| config.subcommand_matches(task));
    let Some(matches) = matches else { return };
    if let Some(file) = &told.file {
        println!("settings file: {}", file.path().display());
    }
    for setting in settings() {
        let (value, source) = setting.in_force(matches, told.file.as_ref());
        let value = value.unwrap_or_else(|| "-".to_owned());
        let by = match source {
            Source::Flag => format!("flag --{}", setting.flag()),
            Source::Variable => format!("variable {}", setting.variable()),
            source => source.to_string(),
        };
        println!("{:<20}  {value:<32}  {by}", setting.name());
    }
}

/// Everything that is wrong, by name; then how it ends.
fn ended(faults: &[Fault], checks: &[Check]) -> Result<(), Trouble> {
    for check in checks {
        println!("{check}");
    }
    for fault in faults {
        println!("BAD   {fault}");
    }
    let bad = faults.len() + checks.iter().filter(|check| check.level == Level::Bad).count();
    if bad == 0 {
        return Ok(());
    }
    Err(Trouble::new(
        format!("{bad} settings cannot be used, listed above"),
        "correct them, then check again",
    ))
}

/// Faults of variables and of the settings file: nothing is begun with them.
pub(crate) fn refused(faults: &[Fault]) -> Result<(), Trouble> {
    if faults.is_empty() {
        return Ok(());
    }
    let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(Trouble::new(all.join("; "), "correct them; `fieldbook config check` lists what is in force"))
}
