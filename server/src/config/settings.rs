//! The settings as a list, where each of them comes from, and whether it is what it should be.

use std::fmt;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command};

use super::{Logging, Serving, SettingsFile};
use crate::store;

/// A setting, as it was written down at its flag.
#[derive(Clone, Debug)]
pub struct Setting {
    arg: Arg,
}

/// Where a setting's value comes from; the first of these that says something counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// A variable of the environment.
    Variable,
    /// A line of the settings file.
    File(usize),
    /// Nobody said anything.
    Default,
}

/// Where something wrong stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A variable of the environment.
    Variable(String),
    /// A line of a file; 0 for the file as a whole.
    File(PathBuf, usize),
}

/// A setting that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub place: Place,
    /// The setting's name, or what was written in the place of one; none where the file cannot be read at all.
    pub name: Option<String>,
    /// What is wrong with it, with the limit.
    pub why: String,
}

impl Setting {
    /// Its name, as a key of the file.
    pub fn name(&self) -> &str {
        self.arg.get_id().as_str()
    }

    /// Its flag, without the two strokes.
    pub fn flag(&self) -> &str {
        self.arg.get_long().unwrap_or_default()
    }

    /// The variable of the environment that sets it.
    pub fn variable(&self) -> String {
        self.arg.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What it means, with its range where it has one.
    pub fn help(&self) -> String {
        self.arg.get_help().map(ToString::to_string).unwrap_or_default()
    }

    /// What stands in the place of its value: its unit, or what it is.
    pub fn unit(&self) -> &str {
        self.arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str())
    }

    /// What it is when nobody says anything; none where it is then left out.
    pub fn default(&self) -> Option<String> {
        self.arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned())
    }

    /// Whether it names a file that nobody else should be able to read.
    pub fn names_a_secret(&self) -> bool {
        self.name() == "tls_key" || self.name().ends_with("_token_file")
    }

    /// Whether its value stands in the file without quotes.
    pub fn is_bare(&self) -> bool {
        self.unit() == "BOOL" || self.default().is_some_and(|value| value.parse::<u64>().is_ok())
    }

    /// What is wrong with a value, by the setting's own range; looked at by itself, so that one fault hides no other.
    pub fn fault_of(&self, value: &str) -> Option<String> {
        let arg = self.arg.clone().env(None::<&'static str>).global(false);
        let alone = Command::new("setting").no_binary_name(true).disable_help_flag(true).arg(arg);
        let refused = alone.try_get_matches_from([format!("--{}={value}", self.flag())]).err()?;
        let why = std::error::Error::source(&refused).map(ToString::to_string);
        let unit = self.unit();
        Some(why.unwrap_or_else(|| match unit {
            "BOOL" => format!("{value} is not true or false"),
            _ => format!("{value:?} is no {unit}"),
        }))
    }

    /// A value as it may be read by others: of a database its place alone, for a password may hide anywhere in its URL.
    fn shown(&self, value: &str) -> String {
        if self.name() != "database" {
            return without_password(value);
        }
        store::Place::read(value)
            .map_or_else(|_| "a URL that cannot be read".to_owned(), |place| place.to_string())
    }

    /// The value in force, and where it comes from. A default that the file has set comes from the file.
    pub fn in_force(&self, told: &ArgMatches, file: Option<&SettingsFile>) -> (Option<String>, Source) {
        let known = told.try_get_raw(self.name()).ok().flatten();
        let value =
            known.and_then(|mut values| values.next()).map(|value| value.to_string_lossy().into_owned());
        let source = match told.value_source(self.name()) {
            Some(ValueSource::CommandLine) => Source::Flag,
            Some(ValueSource::EnvVariable) => Source::Variable,
            _ => match file.and_then(|file| file.line(self.name())) {
                Some(line) => Source::File(line.number),
                None => Source::Default,
            },
        };
        (value.map(|value| self.shown(&value)), source)
    }
}

/// An address of a database without the password in it.
fn without_password(value: &str) -> String {
    let hidden = || {
        let (scheme, rest) = value.split_once("://")?;
        let (who, place) = rest.rsplit_once('@')?;
        let (user, _) = who.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{place}"))
    };
    hidden().unwrap_or_else(|| value.to_owned())
}

/// All settings, in the order in which they are written down.
pub fn settings() -> Vec<Setting> {
    let all = Logging::augment_args(Serving::augment_args(Command::new("settings")));
    all.get_arguments().cloned().map(|arg| Setting { arg }).collect()
}

/// The commands with what the file says in the place of the defaults: flags and variables still come before it.
///
/// A variable that is wrong takes no part, so that everything else can still be looked at.
pub fn told(command: Command, file: Option<&SettingsFile>, faults: &[Fault]) -> Command {
    let ours = settings();
    let is_ours = |arg: &Arg| {
        ours.iter()
            .any(|setting| setting.arg.get_id() == arg.get_id() && setting.arg.get_env() == arg.get_env())
    };
    let is_wrong = |name: &str| {
        let is_it =
            |fault: &Fault| fault.name.as_deref() == Some(name) && matches!(fault.place, Place::Variable(_));
        faults.iter().any(is_it)
    };
    with_defaults(command, &|arg: Arg| {
        if !is_ours(&arg) {
            return arg;
        }
        let name = arg.get_id().to_string();
        let arg = if is_wrong(&name) { arg.env(None::<&'static str>) } else { arg };
        match file.and_then(|file| file.line(&name)) {
            // Kept for as long as the program runs, as the defaults that are written down are.
            Some(line) => arg.default_value(&*line.value.clone().leak()),
            None => arg,
        }
    })
}

fn with_defaults(command: Command, say: &dyn Fn(Arg) -> Arg) -> Command {
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let command = command.mut_args(say);
    below
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |sub| with_defaults(sub, say)))
}

/// Everything that is wrong with variables and lines of the file, each by itself.
pub fn faults(file: Option<&SettingsFile>, variable: impl Fn(&str) -> Option<String>) -> Vec<Fault> {
    let all = settings();
    let mut found: Vec<Fault> = all
        .iter()
        .filter_map(|setting| {
            let why = setting.fault_of(&variable(&setting.variable())?)?;
            let name = Some(setting.name().to_owned());
            Some(Fault { place: Place::Variable(setting.variable()), name, why })
        })
        .collect();
    if let Some(file) = file {
        found.extend(file.faults(&all));
    }
    found
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Variable => f.write_str("variable"),
            Self::File(line) => write!(f, "file, line {line}"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File(path, 0) => write!(f, "{}", path.display()),
            Self::File(path, line) => write!(f, "{} line {line}", path.display()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{}: {name}: {}", self.place, self.why),
            None => write!(f, "{}: {}", self.place, self.why),
        }
    }
}

/// The example file: every setting with what it means and its default, as a comment until somebody needs it.
impl Setting {
    /// Its part of the example file.
    pub fn example(&self) -> String {
        use std::fmt::Write as _;
        let mut said = String::new();
        let flag = match self.arg.get_action() {
            ArgAction::Set if self.unit() == "BOOL" => format!("--{}", self.flag()),
            _ => format!("--{} {}", self.flag(), self.unit()),
        };
        let help = self.help();
        writeln!(said, "# {help}.").expect("writing to memory cannot fail");
        writeln!(said, "# {flag}, or {}", self.variable()).expect("writing to memory cannot fail");
        let value = self.default().unwrap_or_default();
        let quoted = if self.is_bare() { value } else { format!("{value:?}") };
        writeln!(said, "#{} = {quoted}", self.name()).expect("writing to memory cannot fail");
        said
    }
}
