//! Tells cargo what the binary carries besides code: the tables' migrations, and in a release the built pages.

use std::fs;
use std::io;

/// Where the pages lie, as `src/http/pages.rs` names it.
const PAGES: [&str; 2] = ["../target/web/field", "../target/web/office"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=build.rs");
    // Development builds read the pages from disk at run time: they need no new build, but a folder that is not there
    // when they are built would never be looked into.
    PAGES.into_iter().try_for_each(fs::create_dir_all)?;
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/web");
    }
    Ok(())
}
