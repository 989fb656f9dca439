//! The settings file: one `name = value` in a line, by TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::settings::{Fault, Place, Setting};

/// The most bytes a settings file has.
const MOST_BYTES: usize = 100_000;

/// Names further apart than this are not what somebody meant.
const ALIKE: f64 = 0.75;

/// What one line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The value, as a flag would bring it.
    pub value: String,
    /// The number of the line.
    pub number: usize,
}

/// A settings file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFile {
    path: PathBuf,
    lines: BTreeMap<String, Line>,
    /// What no setting can be: tables, lists, times.
    unread: Vec<Fault>,
}

impl SettingsFile {
    /// Reads a file. What it says is looked at later, by [`faults`](super::faults).
    ///
    /// # Errors
    /// It cannot be read, or is no TOML.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let fault = |line, why: String| Fault { place: Place::File(path.to_owned(), line), name: None, why };
        let text = std::fs::read_to_string(path).map_err(|error| fault(0, error.to_string()))?;
        if text.len() > MOST_BYTES {
            return Err(fault(
                0,
                format!("has {} bytes; a settings file has {MOST_BYTES} at most", text.len()),
            ));
        }
        Self::of(path, &text)
    }

    /// The same, of its text.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn of(path: &Path, text: &str) -> Result<Self, Fault> {
        let number = |at: usize| text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(0, |span| number(span.start));
            Fault { place: Place::File(path.to_owned(), line), name: None, why: error.message().to_owned() }
        })?;
        let mut read = Self { path: path.to_owned(), lines: BTreeMap::new(), unread: Vec::new() };
        for (key, value) in table.get_ref() {
            let (name, number) = (key.get_ref().to_string(), number(key.span().start));
            if let Some(value) = as_flag(value.get_ref()) {
                read.lines.insert(name, Line { value, number });
                continue;
            }
            let kind = value.get_ref().type_str();
            let why =
                format!("is a {kind}; a setting is one text, number, true or false, at the top of the file");
            read.unread.push(Fault { place: read.place(number), name: Some(name), why });
        }
        Ok(read)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of a setting.
    pub fn line(&self, name: &str) -> Option<&Line> {
        self.lines.get(name)
    }

    /// The file without the lines that are wrong.
    #[must_use]
    pub fn without(mut self, faults: &[Fault]) -> Self {
        let wrong = |name: &String| {
            let is_it =
                |fault: &Fault| fault.name.as_ref() == Some(name) && matches!(fault.place, Place::File(..));
            faults.iter().any(is_it)
        };
        self.lines.retain(|name, _| !wrong(name));
        self
    }

    fn place(&self, line: usize) -> Place {
        Place::File(self.path.clone(), line)
    }

    /// Names that are no setting, with the nearest that is one, and values out of range; by line.
    pub(super) fn faults(&self, all: &[Setting]) -> Vec<Fault> {
        let mut found = self.unread.clone();
        for (name, line) in &self.lines {
            let why = match all.iter().find(|setting| setting.name() == name) {
                Some(setting) => setting.fault_of(&line.value),
                None => Some(is_no_setting(name, all)),
            };
            found.extend(why.map(|why| Fault {
                place: self.place(line.number),
                name: Some(name.clone()),
                why,
            }));
        }
        found.sort_by_key(|fault| match &fault.place {
            Place::File(_, line) => *line,
            Place::Variable(_) => 0,
        });
        found
    }
}

/// A value as a flag would bring it.
fn as_flag(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// What is said of a name that is no setting.
pub(super) fn is_no_setting(name: &str, all: &[Setting]) -> String {
    let meant = name.to_lowercase().replace('-', "_");
    let alike = all.iter().map(|setting| (strsim::jaro_winkler(&meant, setting.name()), setting.name()));
    let nearest = alike.max_by(|one, other| one.0.total_cmp(&other.0)).filter(|(alike, _)| *alike >= ALIKE);
    match nearest {
        Some((_, name)) => format!("there is no such setting; did you mean {name}?"),
        None => "there is no such setting; `fieldbook config show --default` lists them all".to_owned(),
    }
}
