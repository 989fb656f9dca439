//! Starting other programs: always from the workspace's root, never waiting for input.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::steps;
use crate::tree;
use crate::trouble::Trouble;

/// A program, started in the workspace's root and without input.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(tree::root()).stdin(Stdio::null());
    command
}

/// The cargo this task was started by, building into the one target folder.
pub(crate) fn cargo() -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told this program about itself must not reach the next cargo: it would rebuild for it.
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if told.starts_with("CARGO_PKG_")
            || told.starts_with("CARGO_BIN_")
            || told.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TARGET_DIR", tree::target());
    command
}

/// Runs a program whose output the reader sees.
pub(crate) fn run(command: &mut Command, way_on: &str) -> Result<(), Trouble> {
    steps::end_line();
    let line = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Trouble::new(format!("`{line}` ended with {status}"), way_on)),
        Err(error) => Err(Trouble::new(format!("`{line}` did not start: {error}"), way_on)),
    }
}

/// Runs a program whose output the reader sees, and ends it when it has not ended by itself in time.
pub(crate) fn run_within(limit: Duration, command: &mut Command, way_on: &str) -> Result<(), Trouble> {
    steps::end_line();
    let line = shown(command);
    let begun = Instant::now();
    let mut child =
        command.spawn().map_err(|error| Trouble::new(format!("`{line}` did not start: {error}"), way_on))?;
    loop {
        match child.try_wait() {
            Ok(None) if begun.elapsed() > limit => {
                // Should it be gone by now, there is nothing left to end.
                let _ = child.kill();
                let _ = child.wait();
                let minutes = limit.as_secs() / 60;
                return Err(Trouble::new(format!("`{line}` had not ended after {minutes} minutes"), way_on));
            }
            Ok(None) => thread::sleep(Duration::from_millis(200)),
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(Trouble::new(format!("`{line}` ended with {status}"), way_on)),
            Err(error) => return Err(Trouble::new(format!("`{line}` was lost: {error}"), way_on)),
        }
    }
}

/// What a program prints, or nothing where it is missing or fails.
pub(crate) fn answer_of(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program of this name lies on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// The command as a reader would type it.
fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
