//! The binary as an operator meets it: what it prints, how it ends, and that every failure is one line with a way on.
//!
//! Stands here and not with the other suites because only this package is told by cargo where its binary lies.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection, SqliteConnection};

/// A folder of its own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let turn = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("fieldbook-commands-{}-{turn}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary folder can be written");
        Self(path)
    }

    fn database(&self) -> PathBuf {
        self.0.join("fieldbook.db")
    }

    /// Runs the binary over this folder.
    fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    fn run_with(&self, arguments: &[&str], input: &str) -> Output {
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

    fn with_company() -> Self {
        let folder = Self::new();
        let made = folder.run(&["init", "--name", "宁夏塞上良品"]);
        assert!(made.status.success(), "{}", stderr(&made));
        folder
    }

    async fn connection(&self) -> SqliteConnection {
        let address = format!("sqlite://{}", self.database().display());
        SqliteConnection::connect(&address).await.expect("the file opens")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn fieldbook(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldbook"));
    command.args(arguments).env("FIELDBOOK_LOG", "off");
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// It failed, in one line that names the trouble and the way on.
#[track_caller]
fn fails_saying(output: &Output, words: &[&str]) {
    let said = stderr(output);
    assert!(!output.status.success(), "it succeeded: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "one line: {said}");
    for word in words {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
}

#[test]
fn a_company_is_made_once_and_not_over_another() {
    let folder = Folder::with_company();
    fails_saying(&folder.run(&["init"]), &["there is a book", "fieldbook serve"]);
}

#[test]
fn a_user_is_added_with_a_password_typed_or_made_up_and_no_number_twice() {
    let folder = Folder::with_company();
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    let made_up = folder.run(&add);
    assert!(stdout(&made_up).lines().any(|line| line.starts_with("password ")), "{}", stderr(&made_up));
    fails_saying(&folder.run_with(&add, "another\n"), &["number 1001", "choose another number"]);
    assert!(folder.run(&["user", "disable", "--number", "1001"]).status.success());
    fails_saying(&folder.run(&["user", "disable", "--number", "7"]), &["nobody", "check the number"]);
    let typed = ["user", "add", "--number", "1002", "--name", "王海霞", "--role", "rep"];
    let typed = folder.run_with(&typed, "mine-2026\n");
    assert!(typed.status.success() && !stdout(&typed).contains("mine-2026"), "{}", stdout(&typed));
    let role = folder.run(&["user", "add", "--number", "1", "--name", "x", "--role", "king"]);
    assert!(!role.status.success() && stderr(&role).contains("direct-rep"), "{}", stderr(&role));
}

#[test]
fn what_is_no_database_is_left_alone_and_said_plainly() {
    let folder = Folder::new();
    let poem = "床前明月光，疑是地上霜。".repeat(400);
    std::fs::write(folder.database(), &poem).expect("the file is written");
    for task in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["verify"],
        &["user", "add", "--number", "1", "--name", "x", "--role", "rep"],
    ] {
        fails_saying(&folder.run(task), &["fieldbook.db", "check the path"]);
    }
    assert_eq!(std::fs::read_to_string(folder.database()).ok(), Some(poem));
}

#[test]
fn a_book_that_is_not_there_is_not_made_by_accident() {
    let folder = Folder::new();
    for task in [&["serve", "--listen", "127.0.0.1:0"][..], &["verify"]] {
        fails_saying(&folder.run(task), &["there is no book", "fieldbook init"]);
    }
    assert!(!folder.database().exists());
}

#[tokio::test]
async fn a_locked_book_says_who_may_hold_it() {
    let folder = Folder::with_company();
    let mut holder = folder.connection().await;
    sqlx::query("PRAGMA locking_mode = EXCLUSIVE").execute(&mut holder).await.expect("taken");
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut holder).await.expect("locked");
    let task = ["user", "add", "--number", "1001", "--name", "x", "--role", "rep"];
    fails_saying(&folder.run(&task), &["no other process holds it"]);
}

#[test]
fn a_backup_opens_and_is_never_written_over() {
    let folder = Folder::with_company();
    let copy = folder.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    let made = folder.run(&["backup", path]);
    assert!(
        stdout(&made).contains("it opens, and its feed ends at 1"),
        "{} {}",
        stdout(&made),
        stderr(&made)
    );
    fails_saying(&folder.run(&["backup", path]), &["copy.db", "choose another name"]);
}

#[tokio::test]
async fn verify_tells_what_it_checked_and_finds_a_change_edited_behind_its_back() {
    let folder = Folder::with_company();
    let good = folder.run(&["verify"]);
    assert!(good.status.success(), "{}", stderr(&good));
    for word in ["entries of the feed read", "device chains recomputed", "scope digests", "everything holds"]
    {
        assert!(stdout(&good).contains(word), "{}", stdout(&good));
    }
    let mut behind = folder.connection().await;
    let tampered = sqlx::query(
        "UPDATE papers SET state = CAST(REPLACE(state, CAST('admin' AS BLOB), CAST('edmin' AS BLOB)) AS BLOB)",
    );
    tampered.execute(&mut behind).await.expect("the table can be written");
    drop(behind);
    let bad = folder.run(&["verify"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("FINDING"), "{}", stdout(&bad));
}

fn serving(data: &Path) -> (Child, String) {
    let mut child = fieldbook(&["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut first = String::new();
    let output = child.stdout.take().expect("it has an output");
    BufReader::new(output).read_line(&mut first).expect("it prints its address");
    (child, first)
}

#[test]
#[cfg(unix)]
fn a_server_prints_its_address_and_ends_in_good_order_when_told() {
    let folder = Folder::with_company();
    let (mut child, first) = serving(&folder.0);
    let address = first.trim().rsplit("http://").next().expect("an address").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok(), "{first}");
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(told.is_ok_and(|status| status.success()));
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn an_address_in_use_is_named() {
    let folder = Folder::with_company();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    fails_saying(&folder.run(&["serve", "--listen", &address]), &[&address, "--listen"]);
}
