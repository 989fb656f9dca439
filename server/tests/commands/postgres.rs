//! The same commands over Postgres; and a password in a URL, which nothing ever shows.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::house::{Folder, fails_saying, fieldbook, stderr, stdout, succeeds};

/// A database of the test run's cluster, and a folder that the commands are told as well.
struct Database {
    name: String,
    folder: Folder,
}

/// The URL of the cluster.
fn cluster() -> String {
    std::env::var("FIELDBOOK_TEST_POSTGRES").expect(
        "FIELDBOOK_TEST_POSTGRES names no Postgres for this test; `cargo xtask test --only stories` starts one",
    )
}

/// Tells the cluster something.
fn told(statement: String) {
    told_to(cluster(), statement);
}

/// Tells a database something.
fn told_to(url: String, statement: String) {
    // In a thread: some tests are inside a runtime.
    let done = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut database = PgConnection::connect(&url).await.expect("the cluster answers");
            database.execute(AssertSqlSafe(statement)).await.expect("it is done");
        });
    });
    done.join().expect("the cluster of the tests did it");
}

impl Database {
    fn bare() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("commands_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        told(format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"));
        Self { name, folder: Folder::new() }
    }

    fn with_company() -> Self {
        let database = Self::bare();
        succeeds(&database.run(&["init", "--name", "宁夏塞上良品"]));
        database
    }

    fn url(&self) -> String {
        cluster().replacen("/postgres?", &format!("/{}?", self.name), 1)
    }

    /// Does something to its tables, as another program does.
    fn told(&self, statement: &str) {
        told_to(self.url(), statement.to_owned());
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = fieldbook(arguments);
        command.arg("--data").arg(self.folder.0.join("none")).env("FIELDBOOK_DATABASE", self.url());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary starts")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        told(format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

#[test]
fn a_company_is_made_kept_and_verified_in_postgres() {
    let database = Database::bare();
    fails_saying(&database.run(&["serve"]), &[&database.name, "fieldbook init"]);
    let made = succeeds(&database.run(&["init", "--name", "宁夏塞上良品"]));
    assert!(made.contains(&format!("made 宁夏塞上良品 in postgres database {}", database.name)), "{made}");
    fails_saying(&database.run(&["init"]), &["there is a book at postgres database", "already"]);
    let added = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    assert!(succeeds(&database.run(&added)).contains("may sign in with number 1001"));
    fails_saying(&database.run(&added), &["number 1001 signs in already"]);
    assert!(succeeds(&database.run(&["user", "disable", "--number", "1001"])).contains("no more"));
    assert!(succeeds(&database.run(&["verify"])).contains("everything holds"));
    assert_eq!(database.folder.files(), Vec::<String>::new(), "no file is made beside it");
}

#[test]
fn of_two_who_make_a_company_at_once_one_does_and_the_other_is_told_so() {
    let database = Database::bare();
    let both = ["宁夏塞上良品", "宁夏塞上珍品"]
        .map(|name| database.command(&["init", "--name", name]).spawn().expect("the binary starts"));
    let done = both.map(|child| child.wait_with_output().expect("it ends"));
    let made = done.iter().filter(|output| output.status.success()).count();
    assert_eq!(made, 1, "{done:?}");
    let told = done.iter().find(|output| !output.status.success()).expect("one of them");
    assert!(stderr(told).contains("there is a book"), "{told:?}");
}

#[test]
fn customers_are_taken_in_from_a_file() {
    let database = Database::with_company();
    succeeds(&database.run(&["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"]));
    let list = database.folder.write("customers.csv", "名称,负责人工号\n宁安食品商行,1001\n");
    let said = database.run(&["import", "customers", &list, "--apply"]);
    assert!(said.status.success(), "{}{}", stdout(&said), stderr(&said));
    assert!(succeeds(&database.run(&["verify"])).contains("everything holds"));
}

#[test]
fn doctor_looks_at_a_book_in_postgres() {
    let database = Database::with_company();
    succeeds(&database.run(&["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"]));
    let found = database.run(&["doctor"]);
    let said = stdout(&found) + &stderr(&found);
    for part in [
        "PostgreSQL",
        "fsync is ",
        "full_page_writes is ",
        "server_encoding is UTF8",
        "steps done",
        "checksum",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // The clusters of tests wait for no disk, and that is what it has to find.
    if said.contains("fsync is off") {
        assert_eq!(found.status.code(), Some(2), "{said}");
        assert!(said.contains("what was acknowledged must be there after a crash"), "{said}");
    }
}

#[test]
fn a_book_that_something_else_has_taken_back_begins_a_new_life() {
    let (database, folder) = (Database::with_company(), Folder::with_company());
    for marked in [database.run(&["restore", "--taken-back"]), folder.run(&["restore", "--taken-back"])] {
        assert!(succeeds(&marked).contains("begins a new life"));
    }
    fails_saying(&database.run(&["restore", "--from", "copy.db"]), &["pg_dump", "docs/operations.md"]);
    let said = stderr(&database.run(&["restore"]));
    assert!(said.contains("--from"), "{said}");
}

#[test]
fn the_tools_of_postgres_are_named_for_a_backup() {
    let database = Database::with_company();
    let copy = database.folder.0.join("copy.db");
    let refused = database.run(&["backup", copy.to_str().expect("a plain path")]);
    fails_saying(&refused, &["pg_dump", "pg_basebackup", "docs/operations.md"]);
}

/// A server over a database of Postgres.
#[cfg(unix)]
struct Serving {
    child: std::process::Child,
    address: String,
}

#[cfg(unix)]
impl Serving {
    fn over(database: &Database) -> Self {
        let mut child =
            database.command(&["serve", "--listen", "127.0.0.1:0"]).spawn().expect("the binary starts");
        let mut first = String::new();
        let output = child.stdout.take().expect("it has an output");
        BufReader::new(output).read_line(&mut first).expect("it says where it serves");
        if first.is_empty() {
            let mut said = String::new();
            child.stderr.take().expect("it has one").read_to_string(&mut said).expect("it reads");
            panic!("{said}");
        }
        assert!(first.contains(&format!("serves postgres database {}", database.name)), "{first}");
        let address = first.trim().rsplit("http://").next().expect("an address").to_owned();
        Self { child, address }
    }

    /// What it says of whether work may be sent to it.
    fn readiness(&self) -> String {
        let mut line = std::net::TcpStream::connect(&self.address).expect("it listens");
        let asked =
            format!("GET /health/ready HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address);
        std::io::Write::write_all(&mut line, asked.as_bytes()).expect("it hears");
        let mut said = String::new();
        line.read_to_string(&mut said).expect("it answers");
        said
    }

    fn ends_in_good_order(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.is_ok_and(|status| status.success()));
        assert!(self.child.wait().expect("it ends").success());
    }
}

#[cfg(unix)]
impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
#[cfg(unix)]
fn a_book_in_postgres_is_served_and_let_go_in_good_order() {
    let database = Database::with_company();
    let server = Serving::over(&database);
    assert!(server.readiness().starts_with("HTTP/1.1 200"), "{}", server.readiness());
    server.ends_in_good_order();
}

/// Decision 029: servers are replaced one by one. What a later version adds, an earlier one serves beside, and starts
/// beside; where a later one has changed something, it takes no more work and does not start.
#[test]
#[cfg(unix)]
fn an_earlier_version_serves_and_starts_beside_a_later_one_that_has_only_added() {
    let database = Database::with_company();
    let server = Serving::over(&database);
    let step = |number: u32, name: &str| {
        format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({number}, '{name}', true, '\\x00', 0)"
        )
    };
    for statement in [
        "CREATE TABLE routes (company BYTEA NOT NULL PRIMARY KEY, name TEXT NOT NULL)",
        "ALTER TABLE papers ADD COLUMN route BYTEA",
        "ALTER TABLE device_logs ADD COLUMN model TEXT NOT NULL DEFAULT ''",
        &step(9_001, "adds routes"),
    ] {
        database.told(statement);
    }
    assert!(server.readiness().starts_with("HTTP/1.1 200"), "{}", server.readiness());
    let added = ["user", "add", "--number", "1001", "--name", "马立群", "--role", "direct-rep"];
    assert!(succeeds(&database.run(&added)).contains("may sign in"), "it writes beside it");
    let another = Serving::over(&database);
    assert!(another.readiness().starts_with("HTTP/1.1 200"), "{}", another.readiness());
    assert!(succeeds(&database.run(&["verify"])).contains("everything holds"));
    let said = stdout(&database.run(&["doctor"]));
    assert!(said.contains("a later version has added step 9001"), "{said}");

    database.told(&step(9_002, "routes"));
    for server in [server, another] {
        let said = server.readiness();
        assert!(said.starts_with("HTTP/1.1 503") && said.contains("server.other-tables"), "{said}");
        server.ends_in_good_order();
    }
    fails_saying(&database.run(&["serve", "--listen", "127.0.0.1:0"]), &["newer version", "9002"]);
}

#[test]
fn a_database_that_is_not_there_is_told_how_to_be_made() {
    let database = Database::bare();
    let missing = database.url().replacen(&database.name, "no_such_book", 1);
    let folder = Folder::new();
    fails_saying(&folder.run(&["verify", "--database", &missing]), &["no_such_book", "CREATE DATABASE"]);
}

#[test]
fn a_password_in_a_url_is_never_shown() {
    let folder = Folder::new();
    let unreachable = [
        "postgres://fieldbook:geheim@127.0.0.1:1/book",
        "postgres://fieldbook:geheim@127.0.0.1:99999/book",
        "postgres://fieldbook@127.0.0.1:1/book?pasword=geheim",
        "postgres:///book?host=/no/such/folder&password=geheim",
        "mysql://root:geheim@127.0.0.1/book",
    ];
    for url in unreachable {
        for task in [&["verify"][..], &["serve"], &["init"], &["config", "check"]] {
            let mut command = fieldbook(task);
            command.args(["--database", url]).arg("--data").arg(&folder.0).env("FIELDBOOK_LOG", "trace");
            let output = command.output().expect("the binary starts");
            // Whether a database answers is not for `config check` to say.
            assert!(task[0] == "config" || output.status.code() == Some(1), "{url}");
            let said = stdout(&output) + &stderr(&output);
            assert!(!said.contains("geheim"), "{url}: {said}");
        }
    }
    let mut shown = fieldbook(&["config", "show"]);
    let said = stdout(&shown.env("FIELDBOOK_DATABASE", unreachable[0]).output().expect("the binary starts"));
    assert!(said.contains("postgres database book at 127.0.0.1:1") && !said.contains("geheim"), "{said}");
    let mut help = fieldbook(&["serve", "--help"]);
    let said = stdout(&help.env("FIELDBOOK_DATABASE", unreachable[0]).output().expect("the binary starts"));
    assert!(said.contains("--database <URL>") && !said.contains("geheim"), "{said}");
    assert_eq!(folder.files(), Vec::<String>::new());
}

#[test]
fn a_book_moves_from_its_file_to_postgres_and_is_served_from_there_alone() {
    let (folder, database) = (Folder::with_company(), Database::bare());
    let file = folder.database();
    let (file, url) = (file.to_str().expect("a plain path"), database.url());
    let moved = succeeds(&folder.run_without(&["migrate-store", "--from", file, "--to", &url]));
    assert!(moved.contains("the same in both") && moved.contains("runs"), "{moved}");
    assert!(succeeds(&database.run(&["verify"])).contains("everything holds"));
    fails_saying(&folder.run(&["serve", "--listen", "127.0.0.1:0"]), &["has moved to another store"]);
    fails_saying(&folder.run_without(&["migrate-store", "--from", file, "--to", &url]), &["has moved"]);
    let back = folder.0.join("back.db");
    let back = back.to_str().expect("a plain path");
    succeeds(&folder.run_without(&["migrate-store", "--from", &url, "--to", back]));
    assert!(succeeds(&folder.run(&["verify", back])).contains("everything holds"));
}
