//! The files of the client, as text.

use std::fs;
use std::path::{Path, PathBuf};

/// The client's folder.
pub(crate) fn client() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../client-wasm")
}

/// The text of one file of the client.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(client().join(path)).expect("the file is part of the repository")
}

/// Every file with this ending below a folder of the client, with its text.
pub(crate) fn below(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![client().join(folder)];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}
