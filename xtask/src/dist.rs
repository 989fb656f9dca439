//! `cargo xtask dist`: the product as it is shipped: one file, with the pages in it.

use std::fs;

use crate::setup;
use crate::steps::{self, Steps};
use crate::tree;
use crate::trouble::Trouble;
use crate::up::build_server;
use crate::web::{self, BUNDLES};

/// Builds the bundles and the server that carries them, and says what came of it.
pub(crate) fn run() -> Result<(), Trouble> {
    let mut steps = Steps::of(web::STEPS + 3);
    steps.step("C compiler", setup::c_compiler)?;
    web::build(&mut steps)?;
    steps.step("server", || build_server(true))?;
    steps.step("one file", put_out)?;
    steps::say(
        "It needs the C library of this system or a later one, and nothing else: docs/operations.md says how to run it.",
    );
    Ok(())
}

/// The file, at its place, once it has been seen that the pages are in it.
fn put_out() -> Result<String, Trouble> {
    let built = tree::read(&tree::server_binary("release"))?;
    for bundle in &BUNDLES {
        let page = tree::web().join(bundle.name).join("index.html");
        if !holds(&built, &tree::read(&page)?) {
            return Err(Trouble::new(
                format!("{} is not in the server", page.display()),
                "touch server/src/http/pages.rs, so that the pages are taken in anew, and run it again",
            ));
        }
    }
    let place = tree::target().join("dist").join(format!("fieldbook{}", std::env::consts::EXE_SUFFIX));
    tree::write(&place, &built)?;
    let rights = fs::metadata(tree::server_binary("release")).map(|built| built.permissions());
    let set = rights.and_then(|rights| fs::set_permissions(&place, rights));
    set.map_err(|error| Trouble::of_file(&place, &error))?;
    let tenths = built.len() / 100_000;
    Ok(format!("{}, {}.{} MB", place.display(), tenths / 10, tenths % 10))
}

/// Whether one run of bytes is in another.
fn holds(all: &[u8], some: &[u8]) -> bool {
    let Some(first) = some.first() else { return true };
    let mut rest = all;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(some) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_page_is_found_in_a_program_wherever_it_lies() {
        assert!(holds(b"program<html>", b"<html>") && holds(b"<<html>x", b"<html>") && holds(b"x", b""));
        assert!(!holds(b"program<htm", b"<html>") && !holds(b"", b"<html>"));
    }
}
