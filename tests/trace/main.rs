//! Every clause of the regulation that this part builds is cited by the code that keeps it and by a test that tells it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The clauses built so far, each with a rule and a test of its own.
const BUILT: [&str; 11] = ["S5", "S13", "S14", "S15", "S17", "S42", "S46", "S78", "S85", "S92", "S93"];

fn sources(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "node_modules" && name != "output" {
            sources(&path, endings, found);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
}

fn cited_in(folders: &[&str], endings: &[&str]) -> Vec<&'static str> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace");
    let mut files = Vec::new();
    for folder in folders {
        sources(&root.join(folder), endings, &mut files);
    }
    let itself = Path::new(env!("CARGO_MANIFEST_DIR")).join("trace");
    let texts: Vec<String> = files
        .iter()
        .filter(|file| !file.starts_with(&itself))
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    let cites = |clause: &&str| {
        texts.iter().any(|text| {
            text.match_indices(*clause).any(|(at, _)| {
                let after = text[at + clause.len()..].chars().next();
                let before = text[..at].chars().next_back();
                !after.is_some_and(|c| c.is_ascii_digit())
                    && !before.is_some_and(|c| c.is_ascii_alphanumeric())
            })
        })
    };
    BUILT.into_iter().filter(cites).collect()
}

#[test]
fn every_clause_built_is_cited_by_the_rule_that_keeps_it() {
    assert_eq!(cited_in(&["sync-core/src"], &["rs"]), BUILT);
}

#[test]
fn every_clause_built_is_cited_by_a_test_that_tells_it() {
    assert_eq!(cited_in(&["tests"], &["rs", "js"]), BUILT);
}
