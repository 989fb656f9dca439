//! Databases of the test run's own Postgres, each gone when its test is over.
//!
//! `cargo xtask test` starts a cluster and names it in [`CLUSTER`]. A test that needs Postgres and has none fails and says so.

use std::{
    path::{Path, PathBuf},
    process::Command,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
};

use server::store::{Place, postgres::PostgresStore};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

/// The variable that names the cluster of this run, as the URL of a database in it.
pub const CLUSTER: &str = "FIELDBOOK_TEST_POSTGRES";

/// A database of its own with the tables of today, dropped at the end.
#[derive(Debug)]
pub struct Database {
    name: String,
}

/// The URL of the cluster.
///
/// # Panics
/// No cluster is named.
pub fn cluster() -> String {
    std::env::var(CLUSTER).unwrap_or_else(|_| {
        panic!(
            "{CLUSTER} is not set: this test needs a Postgres. `cargo xtask test --only stories` starts one; or name one of \
             your own, as postgres:///postgres?host=/run/postgresql&user=postgres"
        )
    })
}

/// The URL of another database of the cluster.
fn url_of(name: &str) -> String {
    let cluster = cluster();
    let (before, parameters) = cluster.split_once('?').unwrap_or((&cluster, ""));
    let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
    format!("{server}/{name}?{parameters}")
}

/// Tells the cluster itself something.
///
/// # Panics
/// It does not do it.
async fn told(statement: String) {
    let mut cluster = PgConnection::connect(&cluster()).await.expect("the cluster of the tests answers");
    cluster.execute(AssertSqlSafe(statement)).await.expect("the cluster of the tests does it");
    cluster.close().await.expect("it closes");
}

/// Runs a tool of Postgres with a file at its end: the one on the search path, or in Debian's folder of a version.
fn tool(name: &str, arguments: &[&str], file: &Path) {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let mut places =
        std::env::split_paths(&paths).chain(folders.into_iter().rev()).map(|folder| folder.join(name));
    let program = places.find(|program| program.is_file()).expect("the tools of Postgres are there");
    let done = Command::new(program).args(arguments).arg(file).output().expect("it starts");
    assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
}

fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("book_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A database with the tables in it, from which the others are copied; one for each process.
async fn template() -> &'static str {
    static MADE: OnceCell<String> = OnceCell::const_new();
    MADE.get_or_init(async || {
        let name = format!("tables_{}", std::process::id());
        told(format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
        let options = PgConnectOptions::from_str(&url_of(&name)).expect("a URL");
        PostgresStore::open(options).await.expect("the tables are made").close().await;
        name
    })
    .await
}

impl Database {
    /// A database with today's tables and nothing in them.
    ///
    /// # Panics
    /// There is no cluster.
    pub async fn fresh() -> Self {
        let name = fresh_name();
        told(format!("CREATE DATABASE {name} TEMPLATE {}", template().await)).await;
        Self { name }
    }

    /// A database without any tables, made with these words of SQL.
    ///
    /// # Panics
    /// There is no cluster.
    pub async fn bare(with: &str) -> Self {
        let name = fresh_name();
        told(format!("CREATE DATABASE {name} TEMPLATE template0 {with}")).await;
        Self { name }
    }

    /// Another database with all that is in this one now, by `pg_dump` and `pg_restore`.
    ///
    /// # Panics
    /// There is no cluster, or the tools of Postgres are not there.
    pub async fn dumped_and_restored(&self) -> Self {
        let dump =
            std::env::temp_dir().join(format!("fieldbook-{}-{}.dump", std::process::id(), fresh_name()));
        let copy = Self::bare("ENCODING 'UTF8'").await;
        tool("pg_dump", &["--format=custom", "--no-owner", "--dbname", &self.url(), "--file"], &dump);
        tool("pg_restore", &["--exit-on-error", "--no-owner", "--dbname", &copy.url()], &dump);
        drop(std::fs::remove_file(&dump));
        copy
    }

    /// Its URL.
    pub fn url(&self) -> String {
        url_of(&self.name)
    }

    /// The way to it.
    ///
    /// # Panics
    /// Never: the URL is made here.
    pub fn options(&self) -> PgConnectOptions {
        PgConnectOptions::from_str(&self.url()).expect("a URL")
    }

    /// The same, as an operator names it.
    ///
    /// # Panics
    /// Never: the URL is made here.
    pub fn place(&self) -> Place {
        Place::read(&self.url()).expect("a URL")
    }

    /// A connection of another program.
    ///
    /// # Panics
    /// It does not answer.
    pub async fn connection(&self) -> PgConnection {
        PgConnection::connect_with(&self.options()).await.expect("the database answers")
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A test ends inside its runtime, which cannot wait; what cannot be dropped goes with the cluster.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(told(statement));
        });
        drop(dropped.join());
    }
}
