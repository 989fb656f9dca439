//! The two servers, each a child process, so that its processor time and memory can be read apart.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
};

use server::{
    config::Surroundings,
    http::{self, App},
    hub::Hub,
    outside::Outside,
    telemetry,
};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{Measured, database, raw, raw_postgres};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Raw,
    Product,
}

impl Which {
    /// The word by which the bench starts itself as this server.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Raw => "serve-raw",
            Self::Product => "serve-product",
        }
    }
}

/// Runs as one of the servers: prints the address, and serves until standard input ends.
pub(crate) async fn run(which: Which, file: &Path) -> Measured<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    if which == Which::Raw {
        println!("{address}");
        return match database::options(file) {
            Some(options) => raw_postgres::serve(options, listener).await,
            None => raw::serve(file, listener).await,
        };
    }
    telemetry::begin(None, None);
    telemetry::figures();
    let outside = Outside::real();
    let hub = Hub::open(database::opened(file).await?, None, outside.clone()).await?;
    let hub = hub.ok_or("the file holds no company")?;
    let surroundings = Surroundings { behind_proxy: false, secure_cookies: false, offline_lease_days: 35 };
    let app = App::around(Arc::new(hub), outside, surroundings).await?;
    println!("{address}");
    Ok(http::serve(listener, app, until_told()).await?)
}

/// Ends when standard input does: also when the bench itself has gone.
pub(crate) async fn until_told() {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = ended.send(());
    });
    let _ = end.await;
}

/// A server that runs.
pub(crate) struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    pub(crate) address: SocketAddr,
    log: PathBuf,
    file: PathBuf,
}

/// What a server has used since it was last asked to count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    pub(crate) cpu_us: f64,
    pub(crate) peak_bytes: f64,
}

impl Running {
    /// Starts a server over a database file. What it logs goes into a file beside it.
    pub(crate) fn start(which: Which, file: &Path) -> Measured<Self> {
        let log = log_of(which, file)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(which.word())
            .arg(file)
            // As `fieldbook serve` begins itself.
            .env(::server::memory::KEPT_APART.0, ::server::memory::KEPT_APART.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log)?)
            .spawn()?;
        let stdin = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
        let Ok(address) = line.trim().parse() else {
            let why = fs::read_to_string(log).unwrap_or_default();
            let _ = child.wait();
            return Err(format!("the {} did not start: {why}", which.word()).into());
        };
        Ok(Self { child, stdin, address, log, file: file.to_owned() })
    }

    /// Forgets the peak of memory so far; returns the processor time so far, in microseconds.
    pub(crate) fn count_from_here(&self) -> Measured<f64> {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?;
        self.cpu_us()
    }

    /// What was used since [`Running::count_from_here`].
    pub(crate) fn used_since(&self, cpu_us: f64) -> Measured<Used> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes: f64 =
            peak.and_then(|text| text.split_whitespace().next()).ok_or("no VmHWM")?.parse()?;
        Ok(Used { cpu_us: self.cpu_us()? - cpu_us, peak_bytes: kilobytes * 1024.0 })
    }

    /// User and system time of all its threads, in microseconds. The kernel counts hundredths of a second.
    fn cpu_us(&self) -> Measured<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit(')').next().ok_or("no stat")?.split_whitespace();
        let ticks: Vec<f64> = fields.skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        Ok(ticks.iter().sum::<f64>() * 10_000.0)
    }

    /// Ends the server and returns the bytes of its database, checkpointed.
    pub(crate) async fn stop(mut self) -> Measured<u64> {
        drop(self.stdin.take());
        let status = self.child.wait()?;
        if !status.success() {
            let why = fs::read_to_string(&self.log).unwrap_or_default();
            return Err(format!("the server ended with {status}: {why}").into());
        }
        bytes_on_disk(&self.file).await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.stdin.is_some() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Where a server logs: beside its file, or beside this program.
fn log_of(which: Which, file: &Path) -> Measured<PathBuf> {
    Ok(match database::options(file) {
        Some(_) => std::env::current_exe()?.with_file_name(format!("{}.log", which.word())),
        None => file.with_extension("log"),
    })
}

/// The bytes of a database and its log, after a checkpoint.
pub(crate) async fn bytes_on_disk(file: &Path) -> Measured<u64> {
    use sqlx::Connection;
    if let Some(options) = database::options(file) {
        return database::bytes(&options).await;
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
    connection.close().await?;
    let mut bytes = fs::metadata(file)?.len();
    let wal = file.with_file_name(format!("{}-wal", file.file_name().unwrap_or_default().to_string_lossy()));
    bytes += fs::metadata(wal).map_or(0, |wal| wal.len());
    Ok(bytes)
}
