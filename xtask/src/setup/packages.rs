//! Packages of the system: a browser, Chinese letters for its pictures, a database for the tests.

use std::path::Path;
use std::process::Command;

use crate::process;
use crate::steps;
use crate::trouble::Trouble;

/// One package the tests use.
struct Package {
    name: &'static str,
    is_there: fn() -> bool,
}

const OF_THE_BROWSER: [Package; 2] = [
    Package { name: "chromium", is_there: || super::browser().is_some() },
    Package { name: "fonts-noto-cjk", is_there: chinese_letters },
];

const OF_THE_STORE: [Package; 1] =
    [Package { name: "postgresql", is_there: || super::postgres::programs().is_some() }];

/// The browser and the letters of its pictures, installed where they are missing and this user may.
pub(crate) fn browser_packages() -> Result<String, Trouble> {
    if super::has_only_a_snap() {
        return Err(only_a_snap());
    }
    let done = installed(&OF_THE_BROWSER)?;
    if super::has_only_a_snap() {
        return Err(only_a_snap());
    }
    Ok(done)
}

/// Postgres, installed where it is missing and this user may.
pub(crate) fn postgres_package() -> Result<String, Trouble> {
    installed(&OF_THE_STORE)
}

/// Installs what is missing through apt-get where this user may, else says what to install.
fn installed(packages: &[Package]) -> Result<String, Trouble> {
    let names: Vec<&str> =
        packages.iter().filter(|package| !(package.is_there)()).map(|package| package.name).collect();
    if names.is_empty() {
        return Ok(String::new());
    }
    let list = names.join(" ");
    install(&names, &format!("install them; on Debian or Ubuntu: `sudo apt-get install {list}`"))?;
    Ok(format!("installed {list}"))
}

fn only_a_snap() -> Trouble {
    Trouble::new(
        "the only Chromium here is a snap, as Ubuntu ships it, and a snap cannot be driven by the tests",
        "install Google Chrome (google-chrome-stable) from https://www.google.com/chrome, or name a browser in CHROMIUM",
    )
}

/// Installs these packages, where this user may.
pub(super) fn install(names: &[&str], way_on: &str) -> Result<(), Trouble> {
    let list = names.join(" ");
    if !may_install() {
        return Err(Trouble::new(format!("missing on this machine: {list}"), way_on));
    }
    steps::say(&format!("installing {list} by apt-get"));
    process::run(apt().args(["update", "--quiet=2"]), way_on)?;
    process::run(apt().args(["install", "--quiet=2", "--yes", "--no-install-recommends"]).args(names), way_on)
}

/// As root, or by a sudo that asks nothing.
fn may_install() -> bool {
    let sudo = || process::answer_of(process::program("sudo").args(["-n", "true"])).is_some();
    process::find("apt-get").is_some() && (is_root() || sudo())
}

/// apt-get, told that nobody is there to answer questions.
fn apt() -> Command {
    let mut command = process::program(if is_root() { "env" } else { "sudo" });
    if !is_root() {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

pub(super) fn is_root() -> bool {
    process::answer_of(process::program("id").arg("-u")).is_some_and(|id| id == "0")
}

fn chinese_letters() -> bool {
    let fonts = process::answer_of(process::program("fc-list").arg(":lang=zh"));
    fonts.is_some_and(|fonts| !fonts.is_empty()) || Path::new("/usr/share/fonts/opentype/noto").is_dir()
}
