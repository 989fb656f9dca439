//! The binary told to stop while a delivery is under way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::house::{Folder, fieldbook, stdout, succeeds};

/// A server that runs, and where.
struct Serving {
    child: Child,
    /// Held, so that what it prints has somewhere to go.
    _prints: BufReader<ChildStdout>,
    address: String,
}

impl Serving {
    fn over(data: &Path, more: &[&str]) -> Self {
        let mut child = fieldbook(&["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut prints = BufReader::new(child.stdout.take().expect("it has an output"));
        let mut first = String::new();
        prints.read_line(&mut first).expect("it prints its address");
        let address = first.trim().rsplit("http://").next().expect("an address").to_owned();
        Self { child, _prints: prints, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("it listens")
    }

    fn told_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()));
    }

    /// The status and the body of the answer to a question.
    fn asked(&self, path: &str) -> (String, String) {
        let mut line = self.connect();
        write!(line, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("it reads");
        rest(&mut line)
    }
}

fn rest(line: &mut TcpStream) -> (String, String) {
    let mut said = String::new();
    line.read_to_string(&mut said).expect("it answers");
    let (head, body) = said.split_once("\r\n\r\n").expect("a head and a body");
    (head.split(' ').nth(1).expect("a status").to_owned(), body.to_owned())
}

/// A sign-in whose body has come half-way, and what is still to come. It writes into the store like a push does, and
/// takes as long as a password.
fn under_way(server: &Serving) -> (TcpStream, &'static str) {
    let (first, second) = (r#"{"number":"9999","pass"#, r#"word":"nobody-knows-it"}"#);
    let mut line = server.connect();
    write!(
        line,
        "POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{first}",
        first.len() + second.len()
    )
    .expect("it reads");
    (line, second)
}

/// What lies written ahead beside the book.
fn ahead(folder: &Folder) -> u64 {
    std::fs::metadata(folder.0.join("fieldbook.db-wal")).map_or(0, |known| known.len())
}

#[test]
#[cfg(unix)]
fn a_server_told_to_stop_says_so_first_and_finishes_what_is_under_way() {
    let folder = Folder::with_company();
    let mut server = Serving::over(&folder.0, &["--drain-seconds", "600"]);
    assert_eq!(server.asked("/health/ready").0, "200");
    let (mut line, second) = under_way(&server);
    server.told_to_stop();
    // The grace is far longer than this test: only the signal makes it say no, and it still answers everything else.
    let refused = loop {
        let (status, body) = server.asked("/health/ready");
        if status == "503" {
            break body;
        }
        assert_eq!(status, "200");
    };
    assert!(refused.contains("server.draining"), "{refused}");
    assert_eq!(server.asked("/health/live").0, "200");
    line.write_all(second.as_bytes()).expect("it reads");
    let (status, body) = rest(&mut line);
    assert_eq!(status, "401", "{body}");
    assert!(body.contains("session.wrong-password"), "{body}");
    // A second signal does not wait for the grace.
    server.told_to_stop();
    let ended = server.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(143), "at once, and it says by which signal");
    assert!(stdout(&folder.run(&["verify"])).contains("everything holds"));
}

#[test]
#[cfg(unix)]
fn a_server_without_a_grace_answers_what_is_under_way_carries_its_log_over_and_ends_well() {
    let folder = Folder::with_company();
    let mut server = Serving::over(&folder.0, &[]);
    let (mut line, second) = under_way(&server);
    // Another caller's question and answer: by then the first request has been taken up.
    assert_eq!(server.asked("/health/ready").0, "200");
    server.told_to_stop();
    while TcpStream::connect(&server.address).is_ok() {}
    line.write_all(second.as_bytes()).expect("it reads");
    let (status, body) = rest(&mut line);
    assert_eq!(status, "401", "{body}");
    assert!(server.child.wait().expect("it ends").success());
    assert_eq!(ahead(&folder), 0, "everything is in the file itself");
    assert!(succeeds(&folder.run(&["verify"])).contains("everything holds"));
}

#[test]
#[cfg(unix)]
fn what_is_under_way_for_ever_does_not_keep_a_server_from_ending() {
    let folder = Folder::with_company();
    let mut server = Serving::over(&folder.0, &["--stop-seconds", "1"]);
    let (line, _) = under_way(&server);
    assert_eq!(server.asked("/health/ready").0, "200");
    server.told_to_stop();
    assert!(server.child.wait().expect("it ends").success());
    drop(line);
}
