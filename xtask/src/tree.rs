//! Where things lie in the working tree, and the few file operations the tasks share.

use std::fs;
use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies one folder below the workspace's root")
        .to_path_buf()
}

/// The one folder everything is built into.
pub(crate) fn target() -> PathBuf {
    root().join("target")
}

/// Tools that were installed for this project alone.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// What the server serves as its pages: one folder per bundle.
pub(crate) fn web() -> PathBuf {
    target().join("web")
}

/// Where the bundles are put together before they are swapped in.
pub(crate) fn workshop() -> PathBuf {
    target().join("xtask")
}

/// The browser tests: a package of Node, outside cargo.
pub(crate) fn browser_tests() -> PathBuf {
    root().join("tests/browser")
}

/// The server's binary as built in this profile's folder (`debug` or `release`).
pub(crate) fn server_binary(folder: &str) -> PathBuf {
    target().join(folder).join(format!("fieldbook{}", std::env::consts::EXE_SUFFIX))
}

/// All files below `folder`, in a stable order; files whose name begins with a dot are left out.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| Trouble::of_file(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| Trouble::of_file(folder, &error))?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The whole content of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Trouble> {
    fs::read(path).map_err(|error| Trouble::of_file(path, &error))
}

/// Writes a file, with the folders above it.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Trouble> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Trouble::of_file(folder, &error))?;
    }
    fs::write(path, content).map_err(|error| Trouble::of_file(path, &error))
}

/// Leaves `folder` there and empty.
pub(crate) fn empty(folder: &Path) -> Result<(), Trouble> {
    remove(folder)?;
    fs::create_dir_all(folder).map_err(|error| Trouble::of_file(folder, &error))
}

/// Puts `new` in the place of `old`, so that nobody finds a half-written folder there.
pub(crate) fn swap_in(new: &Path, old: &Path) -> Result<(), Trouble> {
    if let Some(above) = old.parent() {
        fs::create_dir_all(above).map_err(|error| Trouble::of_file(above, &error))?;
    }
    remove(old)?;
    fs::rename(new, old).map_err(|error| Trouble::of_file(old, &error))
}

fn remove(folder: &Path) -> Result<(), Trouble> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Trouble::of_file(folder, &error))?;
    }
    Ok(())
}
