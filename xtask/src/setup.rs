//! What must be there before a step can run, and how it is fetched where it may be.

mod node;
mod packages;
mod postgres;

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use node::{Node, node};
pub(crate) use packages::{browser_packages, postgres_package};
pub(crate) use postgres::{CLUSTER, Cluster, Disk};

use crate::process;
use crate::steps;
use crate::tree;
use crate::trouble::Trouble;

/// What the browser's programs are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The compiler's half for the browser.
pub(crate) fn wasm_target() -> Result<String, Trouble> {
    with_rustup(&format!("{WASM_TARGET}/lib"), ["target", "add", WASM_TARGET])
}

/// The source of the standard library, which the bundles are built with.
pub(crate) fn standard_library() -> Result<String, Trouble> {
    with_rustup("src/rust/library/std/Cargo.toml", ["component", "add", "rust-src"])
}

/// Lets rustup add to the compiler what is not there at this place below its libraries.
fn with_rustup(place: &str, words: [&str; 3]) -> Result<String, Trouble> {
    let root = process::answer_of(process::program("rustc").args(["--print", "sysroot"]));
    if root.is_some_and(|root| PathBuf::from(root).join("lib/rustlib").join(place).exists()) {
        return Ok(String::new());
    }
    let way_on = format!("install rustup from https://rustup.rs, then run `rustup {}`", words.join(" "));
    process::run(process::program("rustup").args(words), &way_on)?;
    Ok("added".into())
}

/// The licence and source checker, kept in the project's own folder.
pub(crate) fn cargo_deny() -> Result<PathBuf, Trouble> {
    let own = tree::tools().join("bin/cargo-deny");
    if let Some(found) = process::find("cargo-deny").or_else(|| own.is_file().then(|| own.clone())) {
        return Ok(found);
    }
    steps::say("installing cargo-deny into target/tools, once: about three minutes");
    let mut install = process::cargo();
    // In a folder of its own inside target: what it is built from is not the product's.
    install.env("CARGO_TARGET_DIR", tree::tools().join("build"));
    install.args(["install", "--quiet", "--locked", "cargo-deny", "--root"]).arg(tree::tools());
    process::run(&mut install, "run `cargo install --locked cargo-deny` where the network is reachable")?;
    Ok(own)
}

/// The compiler of C: the database inside the server is written in it.
pub(crate) fn c_compiler() -> Result<String, Trouble> {
    let named = std::env::var_os("CC").map(PathBuf::from);
    let found = match &named {
        Some(named) => named.is_file() || named.to_str().is_some_and(|name| process::find(name).is_some()),
        None => ["cc", "gcc", "clang"].into_iter().any(|name| process::find(name).is_some()),
    };
    if found {
        return Ok(String::new());
    }
    Err(Trouble::new(
        named.map_or_else(
            || "no C compiler is there, and the database is built with one".to_owned(),
            |named| format!("CC names {}, which is not there", named.display()),
        ),
        "install one; on Debian or Ubuntu: `sudo apt-get install build-essential`",
    ))
}

/// The names of browsers the tests can drive.
const BROWSERS: [&str; 4] = ["chromium", "google-chrome-stable", "google-chrome", "chromium-browser"];

/// The browser the tests drive.
pub(crate) fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    let installed = || BROWSERS.into_iter().filter_map(process::find).find(|path| !is_a_snap(path));
    named.or_else(installed)
}

/// Whether the only browser there is a snap, or the small program that would install one.
pub(crate) fn has_only_a_snap() -> bool {
    browser().is_none() && BROWSERS.into_iter().filter_map(process::find).any(|path| is_a_snap(&path))
}

/// A snap sees neither the profiles of the tests nor their files: it cannot be driven.
fn is_a_snap(path: &Path) -> bool {
    /// No browser is as small as the script that stands in for one.
    const SCRIPT: u64 = 16 * 1024;
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if real.starts_with("/snap") || real.file_name().is_some_and(|name| name == "snap") {
        return true;
    }
    let small = real.metadata().is_ok_and(|about| about.len() < SCRIPT);
    small && fs::read_to_string(&real).is_ok_and(|script| script.contains("snap"))
}

#[cfg(test)]
mod tests {
    use super::is_a_snap;

    #[test]
    fn a_script_that_stands_in_for_a_snap_is_no_browser() {
        let folder = std::env::temp_dir().join(format!("fieldbook-browser-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (stub, own) = (folder.join("stub"), folder.join("own"));
        std::fs::write(&stub, "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n").expect("a script");
        std::fs::write(&own, "#!/bin/sh\nexec /usr/lib/chromium/chromium \"$@\"\n").expect("a script");
        let told = (is_a_snap(&stub), is_a_snap(&own));
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
        assert_eq!(told, (true, false));
    }
}
