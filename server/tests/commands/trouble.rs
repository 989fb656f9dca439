//! Files that are missing, locked, full, or something else.

use crate::house::{Folder, fails_saying, stderr};

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
#[cfg(unix)]
fn a_disk_without_room_is_said_and_the_book_stays_as_it_was() {
    use std::process::{Command, Stdio};
    let folder = Folder::with_company();
    // Files may grow to some kilobytes only; the signal that says so is not to end the program.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let run = |task: &[&str]| {
        let mut command = Command::new("sh");
        command.args(["-c", limited, "sh", env!("CARGO_BIN_EXE_fieldbook")]).args(task);
        command.arg("--data").arg(&folder.0).env("FIELDBOOK_LOG", "off").stdin(Stdio::null());
        command.output().expect("it ends")
    };
    let copy = folder.0.join("copy.db");
    let path = copy.to_str().expect("a plain path");
    fails_saying(&run(&["backup", path]), &["try again"]);
    assert_eq!(folder.files(), ["fieldbook.db"], "nothing half made is left");
    let add = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"];
    let refused = run(&add);
    fails_saying(&refused, &["fieldbook.db", "try again"]);
    let again = folder.run(&add);
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(folder.run(&["verify"]).status.success());
}

#[test]
fn what_is_asked_wrongly_ends_with_two_and_the_usage() {
    let folder = Folder::new();
    for task in [&["user"][..], &["import"], &["fly"], &["backup"], &["user", "add", "--number", ""]] {
        let refused = folder.run(task);
        assert_eq!(refused.status.code(), Some(2), "{task:?}: {}", stderr(&refused));
    }
    assert!(folder.files().is_empty());
}
