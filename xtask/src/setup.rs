//! What must be there before a step can run, and how it is fetched where it may be.

mod node;
mod packages;

use std::path::PathBuf;

pub(crate) use node::{Node, node};
pub(crate) use packages::system_packages;

use crate::process;
use crate::steps;
use crate::tree;
use crate::trouble::Trouble;

/// What the browser's programs are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The compiler's half for the browser.
pub(crate) fn wasm_target() -> Result<String, Trouble> {
    let way_on = format!("install rustup from https://rustup.rs, then run `rustup target add {WASM_TARGET}`");
    let root = process::answer_of(process::program("rustc").args(["--print", "sysroot"]));
    let libraries = root.map(|root| PathBuf::from(root).join("lib/rustlib").join(WASM_TARGET).join("lib"));
    if libraries.is_some_and(|libraries| libraries.is_dir()) {
        return Ok(String::new());
    }
    process::run(process::program("rustup").args(["target", "add", WASM_TARGET]), &way_on)?;
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

/// The browser the tests drive.
pub(crate) fn browser() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(process::find))
}
