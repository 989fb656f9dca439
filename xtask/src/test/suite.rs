//! The suites: what each one runs, and what to do when it fails.

use std::time::Duration;

use clap::ValueEnum;

use crate::measure::Sim;
use crate::process;
use crate::prove::{Backend, Crash, Fuzz, Grants, Hostile, Soak, TwoServers};
use crate::setup::{self, CLUSTER, Cluster, Node, WASM_TARGET};
use crate::steps::Steps;
use crate::tree;
use crate::trouble::Trouble;
use crate::up;
use crate::web;

/// A part of the test run, by the name `--only` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Suite {
    /// Formatting
    Fmt,
    /// Licences, sources and banned packages
    Deny,
    /// Lints, for this machine and for the browser
    Clippy,
    /// Tests inside the crates
    Unit,
    /// Examples in the documentation
    Docs,
    /// Tests from outside: stories, store laws, HTTP
    Stories,
    /// The HTTP suite once more, over Postgres
    Postgres,
    /// Simulation
    Sim,
    /// The server killed under load
    Crash,
    /// The same, over Postgres
    CrashPostgres,
    /// Two servers over one Postgres, killed in turn
    Cluster,
    /// Mutated batches
    Hostile,
    /// Mutated messages
    Fuzz,
    /// Readers behind late commits
    Soak,
    /// The same, over Postgres
    SoakPostgres,
    /// Random histories of grants
    Grants,
    /// Stories in a real browser
    Browser,
}

impl Suite {
    /// All of them, the quick ones first.
    pub(super) const ALL: [Self; 17] = [
        Self::Fmt,
        Self::Deny,
        Self::Clippy,
        Self::Unit,
        Self::Docs,
        Self::Stories,
        Self::Postgres,
        Self::Sim,
        Self::Crash,
        Self::CrashPostgres,
        Self::Cluster,
        Self::Hostile,
        Self::Fuzz,
        Self::Soak,
        Self::SoakPostgres,
        Self::Grants,
        Self::Browser,
    ];

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Deny => "deny",
            Self::Clippy => "clippy",
            Self::Unit => "unit",
            Self::Docs => "docs",
            Self::Stories => "stories",
            Self::Postgres => "postgres",
            Self::Sim => "sim",
            Self::Crash => "crash",
            Self::CrashPostgres => "crash-postgres",
            Self::Cluster => "cluster",
            Self::Hostile => "hostile",
            Self::Fuzz => "fuzz",
            Self::Soak => "soak",
            Self::SoakPostgres => "soak-postgres",
            Self::Grants => "grants",
            Self::Browser => "browser",
        }
    }

    /// How many lines it takes in the list of steps.
    pub(super) fn steps(self) -> usize {
        match self {
            Self::Browser => web::STEPS + 2,
            _ => 1,
        }
    }

    /// Whether it needs the cluster of the run.
    pub(super) const fn needs_postgres(self) -> bool {
        matches!(self, Self::Stories | Self::Postgres)
    }

    /// Whether it needs a Postgres, the run's or one of its own.
    pub(super) const fn uses_postgres(self) -> bool {
        self.needs_postgres() || matches!(self, Self::CrashPostgres | Self::Cluster | Self::SoakPostgres)
    }

    /// Runs it.
    pub(super) fn run(self, steps: &mut Steps, cluster: Option<&Cluster>) -> Result<(), Trouble> {
        match self {
            Self::Browser => browser(steps),
            _ => steps.step(self.name(), || self.check(cluster)).map(drop),
        }
    }

    fn check(self, cluster: Option<&Cluster>) -> Result<String, Trouble> {
        match self {
            Self::Fmt => cargo(&["fmt", "--all", "--check"], "run `cargo fmt --all`"),
            Self::Deny => deny(),
            Self::Clippy => clippy(),
            Self::Unit => unit(),
            Self::Docs => cargo(&["test", "--doc"], FAILING_TEST),
            Self::Stories => over(cluster, "sqlite", "*"),
            Self::Postgres => over(cluster, "postgres", "http"),
            Self::Sim => Sim::of_the_tests(),
            Self::Crash => Crash::of_the_tests(Backend::Sqlite).run(),
            Self::CrashPostgres => Crash::of_the_tests(Backend::Postgres).run(),
            Self::Cluster => TwoServers::of_the_tests().run(),
            Self::Hostile => Hostile::of_the_tests().run(),
            Self::Fuzz => Fuzz::of_the_tests().run(),
            Self::Soak => Soak::of_the_tests(Backend::Sqlite).run(),
            Self::SoakPostgres => Soak::of_the_tests(Backend::Postgres).run(),
            Self::Grants => Grants::of_the_tests().run(),
            Self::Browser => Ok(()), // it has steps of its own
        }
        .map(|()| String::new())
    }
}

/// A story that hangs must not keep the whole run waiting.
const BROWSER_LIMIT: Duration = Duration::from_mins(25);

const FAILING_TEST: &str =
    "the claim that no longer holds is named above; run it alone with `cargo test NAME`";

fn cargo(words: &[&str], way_on: &str) -> Result<(), Trouble> {
    process::run(process::cargo().args(words), way_on)
}

/// Tests from outside, where they keep one book in this database, and where the cluster is for those who keep several.
fn over(cluster: Option<&Cluster>, store: &str, tests: &str) -> Result<(), Trouble> {
    let mut cargo = process::cargo();
    cargo.args(["test", "--test", tests]).env("FIELDBOOK_TEST_STORE", store);
    if let Some(cluster) = cluster {
        cargo.env(CLUSTER, cluster.url());
    }
    process::run(&mut cargo, FAILING_TEST)
}

/// The client's own tests need no browser: they run on this machine too.
fn unit() -> Result<(), Trouble> {
    cargo(&["test", "--lib", "--bins"], FAILING_TEST)?;
    cargo(&["test", "--package", "client-wasm", "--lib"], FAILING_TEST)
}

fn deny() -> Result<(), Trouble> {
    let mut deny = process::program(setup::cargo_deny()?);
    deny.args(["--log-level", "error", "check", "bans", "licenses", "sources"]);
    process::run(&mut deny, "choose a package with a permitted licence, or state the exception in .deny.toml")
}

/// The client is linted for the browser, everything else for this machine.
fn clippy() -> Result<(), Trouble> {
    let strict = ["--", "-D", "warnings"];
    let way_on = "follow what the lint says; where it is wrong, write #[expect(lint, reason = \"…\")]";
    process::run(process::cargo().args(["clippy", "--all-targets"]).args(strict), way_on)?;
    let mut client = process::cargo();
    client.args(["clippy", "--package", "client-wasm", "--target", WASM_TARGET, "--all-targets"]);
    process::run(client.args(strict), way_on)
}

fn browser(steps: &mut Steps) -> Result<(), Trouble> {
    web::build(steps)?;
    steps.step("server", || up::build_server(false))?;
    steps.step("browser", || drive(&setup::node()?).map(|()| String::new()))?;
    Ok(())
}

fn drive(node: &Node) -> Result<(), Trouble> {
    node.install_packages()?;
    let mut tests = node.command();
    tests.args(["--test", "--test-reporter=spec"]).env("FIELDBOOK", tree::server_binary("debug"));
    if let Some(browser) = setup::browser() {
        tests.env("CHROMIUM", browser);
    }
    // Browsers wait for a disk that is still writing what was built.
    process::answer_of(&mut process::program("sync"));
    process::run_within(
        BROWSER_LIMIT,
        &mut tests,
        "pictures of the screens lie in tests/browser/output; run the story alone with `node --test FILE`",
    )
}
