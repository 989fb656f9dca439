//! What the server is told: by a flag, else by a variable, else by a line of the settings file, else by its default.
//!
//! A setting is written down once, below: its name, what it means, its unit, its range and its default. The flag, the
//! variable, the key of the file, the example file and the table of `config check` are all read off that.
//!
//! Floor: at the very bottom.

mod file;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args};
pub use file::{Line, SettingsFile};
pub use settings::{Fault, Place, Setting, Source, faults, settings, told};
use sync_core::replica::Door;

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
}

impl DataFolder {
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data.join(DATABASE)
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
}
