//! The phone's program in two: what signing in needs, and what comes after it.
//!
//! See `docs/decisions/021-what-comes-after-the-sign-in-is-fetched-after-it.md`.

use std::path::{Path, PathBuf};

use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::Options;
use wasmparser::Parser;

use crate::tree;
use crate::trouble::Trouble;

/// The script that brings the other half, as the first half names it.
const LINK: &str = "./other-half.js";

/// What it takes from the script that starts the first half.
const FROM_MAIN: &str = "import { initSync } from \"./main.js\";";

/// The section of a program that browsers do not read: names, and what the linker knew.
const CUSTOM: u8 = 0;

/// A divided program.
pub(super) struct Halves {
    /// Where the first half lies, which is yet to get its bindings.
    pub(super) first: PathBuf,
    /// The other half, as it is sent.
    pub(super) other: Vec<u8>,
    /// The name the script asks for it by.
    other_name: String,
    /// The script that brings it.
    link: String,
}

/// Divides a program where it says so itself; what lies on the way stands in `folder`.
pub(super) fn divide(compiled: &Path, folder: &Path) -> Result<Halves, Trouble> {
    tree::empty(folder)?;
    let program = tree::read(compiled)?;
    let first = folder.join(compiled.file_name().unwrap_or_default());
    let mut options = Options::new(&program);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.link_name = LINK;
    let divided = wasm_split_cli_support::transform(options)
        .map_err(|error| trouble(&format!("{} cannot be divided: {error:#}", compiled.display())))?;
    let [other] = divided.split_modules.as_slice() else {
        return Err(trouble(&format!(
            "{} falls into {} parts",
            compiled.display(),
            divided.split_modules.len()
        )));
    };
    let other_name = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let link = String::from_utf8_lossy(&tree::read(&folder.join(LINK))?).into_owned();
    Ok(Halves { first, other: without_custom_sections(&tree::read(other)?)?, other_name, link })
}

impl Halves {
    /// The script of the first half with that of the other one in it: it is asked for no more than one file.
    ///
    /// `other` is the name under which the other half is served beside the script.
    pub(super) fn join(&self, script: &str, other: &str) -> Result<String, Trouble> {
        let import = script.lines().find(|line| line.starts_with("import") && line.contains(LINK));
        let name = import.and_then(|line| line.split_whitespace().nth(3));
        let (Some(import), Some(name)) = (import, name) else {
            return Err(trouble("the script of the first half does not ask for the other one"));
        };
        let mut link = self.link.replacen(FROM_MAIN, "", 1).replacen(&self.other_name, other, 1);
        if link.len() == self.link.len() || !link.contains(other) {
            return Err(trouble("the script of the other half reads otherwise than it did"));
        }
        let mut brought = String::new();
        for line in self.link.lines() {
            if let Some((named, _)) = line.strip_prefix("export const ").and_then(|line| line.split_once(' '))
            {
                brought.push_str(named);
                brought.push(',');
            }
        }
        link = link.replace("export const ", "const ");
        Ok(format!("{}\n{link}\nconst {name} = {{ {brought} }};\n", script.replacen(import, "", 1)))
    }
}

/// The program without what only tools read.
fn without_custom_sections(program: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut lean = Module::new();
    for part in Parser::new(0).parse_all(program) {
        let part = part.map_err(|error| trouble(&format!("the other half cannot be read: {error}")))?;
        if let Some((id, range)) = part.as_section().filter(|(id, _)| *id != CUSTOM) {
            let at = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
            let Some(data) = program.get(at(range.start)..at(range.end)) else {
                return Err(trouble("the other half ends inside a section"));
            };
            lean.section(&RawSection { id, data });
        }
    }
    Ok(lean.finish())
}

fn trouble(what: &str) -> Trouble {
    Trouble::new(
        what,
        "wasm_split_helpers, wasm_split_cli_support and wasm-bindgen must go together in Cargo.toml",
    )
}

#[cfg(test)]
mod tests {
    use super::{FROM_MAIN, Halves};

    fn halves(link: &str) -> Halves {
        Halves { first: "f".into(), other: Vec::new(), other_name: "split_p.wasm".into(), link: link.into() }
    }

    #[test]
    fn the_scripts_of_both_halves_become_one() {
        let link = format!("{FROM_MAIN}\nexport const load_p = () => fetch(\"./split_p.wasm\");\n");
        let script = "import * as import1 from \"./other-half.js\"\nconst imports = { a: import1 };";
        let joined = halves(&link).join(script, "field-1.wasm").expect("they go together");
        assert!(!joined.contains("import {") && !joined.contains("import *") && !joined.contains("export"));
        assert!(joined.contains("const load_p = () => fetch(\"./field-1.wasm\");"));
        assert!(joined.contains("const import1 = { load_p, };"));
    }

    #[test]
    fn a_script_that_reads_otherwise_is_told() {
        let link = "import { other } from \"./main.js\";\nexport const load_p = 1;";
        let script = "import * as import1 from \"./other-half.js\"\n";
        assert!(halves(link).join(script, "field-1.wasm").is_err());
        assert!(halves(link).join("", "field-1.wasm").is_err());
    }
}
