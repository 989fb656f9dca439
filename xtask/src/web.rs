//! The client bundles: what the phone and the office download.
//!
//! One build makes both `.wasm` files; each then gets its bindings and its pages, in a folder the server serves as it is.

mod assembly;
mod bindings;
mod comments;
mod fill;
mod halves;
mod packing;

use std::path::PathBuf;

use crate::process;
use crate::setup;
use crate::steps::Steps;
use crate::tree;
use crate::trouble::Trouble;

/// One of the two programs the browser runs.
pub(crate) struct Bundle {
    /// Its name as a binary of `client-wasm`, and of its folder.
    pub(crate) name: &'static str,
    /// The address it is served under.
    pub(crate) mount: &'static str,
}

/// The phone's bundle and the office's.
pub(crate) const BUNDLES: [Bundle; 2] =
    [Bundle { name: "field", mount: "/app" }, Bundle { name: "office", mount: "/office" }];

/// The program of passphrases and seals, which the phone fetches after its first start.
pub(crate) const KEYS: &str = "keys";

/// How many steps [`build`] takes.
pub(crate) const STEPS: usize = 4;

/// `cargo xtask web`.
pub(crate) fn run() -> Result<(), Trouble> {
    build(&mut Steps::of(STEPS))
}

/// Builds both bundles into `target/web`; does nothing twice.
pub(crate) fn build(steps: &mut Steps) -> Result<(), Trouble> {
    steps.step("wasm target", setup::wasm_target)?;
    steps.step("standard library", setup::standard_library)?;
    steps.step("client bundles", compile)?;
    steps.step("pages", put_together)?;
    Ok(())
}

/// What makes the program smaller than its profile alone; see `docs/decisions/007-the-bundles-bring-their-own-standard-library.md`.
const SMALLER: [&str; 4] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
    "--config",
    r#"target.wasm32-unknown-unknown.rustflags=[
        "-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none",
        "-Cllvm-args=--max-store-memcpy=1 --max-store-memmove=1",
    ]"#,
];

fn compile() -> Result<String, Trouble> {
    let mut cargo = process::cargo();
    cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALLER);
    cargo.args(["build", "--package", "client-wasm", "--bins", "--package", KEYS, "--lib"]);
    cargo.args(["--target", setup::WASM_TARGET, "--profile", "wasm"]);
    process::run(&mut cargo, "correct what the compiler says above")?;
    Ok(String::new())
}

/// Builds the program that only merges, as the phone's is built, for Node. The folder it lies in.
pub(crate) fn merging() -> Result<PathBuf, Trouble> {
    setup::wasm_target()?;
    setup::standard_library()?;
    let mut cargo = process::cargo();
    cargo.env("RUSTC_BOOTSTRAP", "1").args(SMALLER);
    cargo.args([
        "build",
        "--package",
        "merging",
        "--lib",
        "--target",
        setup::WASM_TARGET,
        "--profile",
        "wasm",
    ]);
    process::run(&mut cargo, "correct what the compiler says above")?;
    let compiled = tree::target().join(setup::WASM_TARGET).join("wasm/merging.wasm");
    let folder = tree::target().join("merging");
    bindings::for_node(&compiled, &folder)?;
    Ok(folder)
}

fn put_together() -> Result<String, Trouble> {
    let notes: Result<Vec<String>, Trouble> = BUNDLES.iter().map(assembly::assemble).collect();
    Ok(notes?.join("; "))
}
