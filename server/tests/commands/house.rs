//! A folder with a book, and the binary run over it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, SqliteConnection};

/// A folder of its own, gone afterwards.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let turn = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("fieldbook-commands-{}-{turn}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("fieldbook.db")
    }

    /// Runs the binary over this folder.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = fieldbook(arguments)
            .arg("--data")
            .arg(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut typed = child.stdin.take().expect("it has an input");
        typed.write_all(input.as_bytes()).expect("it reads");
        drop(typed);
        child.wait_with_output().expect("it ends")
    }

    /// Runs the binary without naming the folder.
    pub(crate) fn run_without(&self, arguments: &[&str]) -> Output {
        fieldbook(arguments).current_dir(&self.0).stdin(Stdio::null()).output().expect("the binary starts")
    }

    pub(crate) fn with_company() -> Self {
        let folder = Self::new();
        let made = folder.run(&["init", "--name", "宁夏塞上良品"]);
        assert!(made.status.success(), "{}", stderr(&made));
        folder
    }

    pub(crate) async fn connection(&self) -> SqliteConnection {
        let address = format!("sqlite://{}", self.database().display());
        SqliteConnection::connect(&address).await.expect("the file opens")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn fieldbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldbook"));
    command.args(arguments).env("FIELDBOOK_LOG", "off").env("LC_ALL", "zh_CN.UTF-8");
    command
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// It failed, in one line that names the trouble and the way on.
#[track_caller]
pub(crate) fn fails_saying(output: &Output, words: &[&str]) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "one line: {said}");
    for word in words {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
}

impl Folder {
    /// Writes a file beside the book; its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("the file is written");
        path.to_str().expect("a plain path").to_owned()
    }

    /// What lies in the folder, by name.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the folder").flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// It did what it was told.
#[track_caller]
pub(crate) fn succeeds(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", stderr(output));
    stdout(output)
}
