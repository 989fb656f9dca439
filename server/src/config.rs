//! What the server is told: by a flag, else by a variable, else by a line of the settings file, else by its default.
//!
//! A setting is written down once, below: its name, what it means, its unit, its range and its default. The flag, the
//! variable, the key of the file, the example file and the table of `config check` are all read off that.
//!
//! Floor: at the bottom, with `store`, whose places it names.

mod file;
mod settings;

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgAction, Args};
pub use file::{Line, SettingsFile};
pub use settings::{Fault, Place, Setting, Source, faults, settings, told};
use sync_core::replica::Door;

use crate::store::{self, NotAPlace};

/// The file in the data folder that holds the book.
pub const DATABASE: &str = "fieldbook.db";

/// The file beside it with the sign-ins of a demo company.
pub const DEMO_SIGN_INS: &str = "demo-sign-ins.txt";

/// What every command is told.
#[derive(Clone, Debug, Args)]
pub struct Everywhere {
    /// A file of settings (TOML); `fieldbook config show --default` writes one to begin with
    #[arg(long, global = true, value_name = "FILE", env = CONFIG_VARIABLE)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    /// What is logged.
    pub logging: Logging,
}

/// What is logged.
#[derive(Clone, Debug, Args)]
pub struct Logging {
    /// What is logged, such as `info` or `server=debug`
    #[arg(long, global = true, value_name = "FILTER", env = "FIELDBOOK_LOG")]
    pub log: Option<String>,
}

/// The variable that names the settings file.
pub const CONFIG_VARIABLE: &str = "FIELDBOOK_CONFIG";

/// Where the book lies.
#[derive(Clone, Debug, Args)]
pub struct DataFolder {
    /// The folder of the database
    #[arg(long, value_name = "DIR", env = "FIELDBOOK_DATA", default_value = "data")]
    pub data: PathBuf,
    /// A Postgres database in place of the file in the folder: `postgres://USER@HOST/DATABASE`
    #[arg(long, value_name = "URL", env = "FIELDBOOK_DATABASE", hide_env_values = true)]
    pub database: Option<DatabaseUrl>,
}

impl DataFolder {
    /// Where the book lies: in the database that was named, or in the file of the folder.
    ///
    /// # Errors
    /// What was named is no place.
    pub fn place(&self) -> Result<store::Place, NotAPlace> {
        match &self.database {
            Some(said) => said.place(),
            None => Ok(store::Place::File(self.data.join(DATABASE))),
        }
    }
}

/// A database as it was named. It may hold a password, so nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The place it means.
    ///
    /// # Errors
    /// It is none.
    pub fn place(&self) -> Result<store::Place, NotAPlace> {
        store::Place::read(&self.0)
    }
}

impl FromStr for DatabaseUrl {
    /// Read later, because a text that is refused here would be shown.
    type Err = Infallible;

    fn from_str(said: &str) -> Result<Self, Infallible> {
        Ok(Self(said.to_owned()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Serving {
    #[command(flatten)]
    /// Where the book lies.
    pub folder: DataFolder,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", env = "FIELDBOOK_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A proxy stands in front: it ends TLS and says in X-Forwarded-For who calls
    #[arg(long, env = "FIELDBOOK_BEHIND_PROXY", action = ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value_t = false, default_missing_value = "true", value_name = "BOOL")]
    pub behind_proxy: bool,
    /// For so many days after its last contact a phone opens without a signal; 1 to 365
    #[arg(long, value_name = "DAYS", env = "FIELDBOOK_OFFLINE_LEASE_DAYS", default_value_t = Door::LEASE_DAYS, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub offline_lease_days: u32,
    /// A file with a word: /metrics is for whoever brings it as a bearer token; without one, for callers on this machine
    #[arg(long, value_name = "FILE", env = "FIELDBOOK_METRICS_TOKEN_FILE")]
    pub metrics_token_file: Option<PathBuf>,
    #[command(flatten)]
    /// How it speaks HTTPS.
    pub tls: Https,
    /// So many connections are open at most; one address has a quarter of them, unless a proxy stands in front; 16 to 100000
    #[arg(long, value_name = "CONNECTIONS", env = "FIELDBOOK_CONNECTIONS", default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(16..=100_000))]
    pub connections: u32,
    /// Where traces are sent to, by OTLP over HTTP: such as `http://127.0.0.1:4318/v1/traces`; none are made unless it is set
    #[arg(long, value_name = "URL", env = "FIELDBOOK_TRACES_ENDPOINT")]
    pub traces_endpoint: Option<String>,
    /// So many of a hundred traces are sent; 1 to 100
    #[arg(long, value_name = "PERCENT", env = "FIELDBOOK_TRACES_PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub traces_percent: u32,
    #[command(flatten)]
    /// How much one caller may ask.
    pub rates: Rates,
    /// Told to stop, for so many seconds it still answers and says that it is not ready: unless set, 5 behind a proxy and else 0; 0 to 600
    #[arg(long, value_name = "SECONDS", env = "FIELDBOOK_DRAIN_SECONDS", value_parser = clap::value_parser!(u32).range(0..=600))]
    pub drain_seconds: Option<u32>,
    /// After that, so many seconds at most for answers on their way; 1 to 600
    #[arg(long, value_name = "SECONDS", env = "FIELDBOOK_STOP_SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=600))]
    pub stop_seconds: u32,
}

/// HTTPS by the server itself. Phones give a page its storage, place and camera only over HTTPS.
#[derive(Clone, Debug, Default, Args)]
pub struct Https {
    /// The certificate and those above it, in PEM: the server speaks HTTPS itself; read again when it changes
    #[arg(long, value_name = "FILE", env = "FIELDBOOK_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,
    /// A file with the certificate's key, in PEM; nobody else should be able to read it
    #[arg(long, value_name = "FILE", env = "FIELDBOOK_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// An address for plain HTTP, from which every request is sent on to HTTPS; such as 0.0.0.0:80
    #[arg(long, value_name = "ADDRESS", env = "FIELDBOOK_REDIRECT_FROM")]
    pub redirect_from: Option<SocketAddr>,
}

impl Https {
    /// The files of certificate and key, where both are named.
    pub fn files(&self) -> Option<(&std::path::Path, &std::path::Path)> {
        self.tls_certificate.as_deref().zip(self.tls_key.as_deref())
    }
}

/// How much one caller may ask; a rate of 0 is no limit.
#[derive(Clone, Copy, Debug, Args)]
pub struct Rates {
    /// Requests a second of one device, 0 for no limit; 0 to 100000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_DEVICE_RATE", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub device_rate: u32,
    /// Requests at once of one device, after a pause; 1 to 1000000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_DEVICE_BURST", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub device_burst: u32,
    /// Requests a second of one sign-in, 0 for no limit; 0 to 100000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_SESSION_RATE", default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub session_rate: u32,
    /// Requests at once of one sign-in, after a pause; 1 to 1000000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_SESSION_BURST", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub session_burst: u32,
    /// Requests a second of one address, of callers who have not signed in, 0 for no limit; 0 to 100000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_ADDRESS_RATE", default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub address_rate: u32,
    /// Requests at once of one address, after a pause: a whole office may sit behind one; 1 to 1000000
    #[arg(long, value_name = "REQUESTS", env = "FIELDBOOK_ADDRESS_BURST", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub address_burst: u32,
}

impl Rates {
    /// That of a device.
    pub const fn device(&self) -> Rate {
        Rate { per_second: self.device_rate, burst: self.device_burst }
    }

    /// That of a sign-in.
    pub const fn session(&self) -> Rate {
        Rate { per_second: self.session_rate, burst: self.session_burst }
    }

    /// That of an address.
    pub const fn address(&self) -> Rate {
        Rate { per_second: self.address_rate, burst: self.address_burst }
    }
}

/// How much one caller may ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second, for as long as they like. Zero: no limit.
    pub per_second: u32,
    /// Requests at once, after a pause.
    pub burst: u32,
}

/// How a server stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopping {
    /// For so long it still takes requests while it says that it is not ready, so that whoever shares out the requests
    /// turns to another server first.
    pub grace: Duration,
    /// For so long after that it waits for answers on their way.
    pub within: Duration,
}

impl Default for Stopping {
    fn default() -> Self {
        Self { grace: Duration::ZERO, within: Duration::from_secs(20) }
    }
}

/// What the handlers need to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether `X-Forwarded-For` is believed.
    pub behind_proxy: bool,
    /// Whether cookies are for HTTPS only: always, but for a server that only this machine reaches.
    pub secure_cookies: bool,
    /// For so many days after its last contact a phone opens without a signal.
    pub offline_lease_days: u32,
}

impl Serving {
    /// What the handlers need to know of it.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            behind_proxy: self.behind_proxy,
            secure_cookies: self.behind_proxy
                || self.tls.files().is_some()
                || !self.listen.ip().is_loopback(),
            offline_lease_days: self.offline_lease_days,
        }
    }

    /// How it stops.
    pub fn stopping(&self) -> Stopping {
        let grace = self.drain_seconds.unwrap_or(if self.behind_proxy { 5 } else { 0 });
        Stopping {
            grace: Duration::from_secs(grace.into()),
            within: Duration::from_secs(self.stop_seconds.into()),
        }
    }
}
