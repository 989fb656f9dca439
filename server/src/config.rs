//! What the server is told at start: by flags, or by variables of the same names.
//!
//! Floor: at the very bottom.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use sync_core::replica::Door;

/// The file in the data folder that holds the book.
pub const DATABASE: &str = "fieldbook.db";

/// The file beside it with the sign-ins of a demo company.
pub const DEMO_SIGN_INS: &str = "demo-sign-ins.txt";

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
    #[arg(long, env = "FIELDBOOK_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// For so many days after its last contact a phone opens without a signal
    #[arg(long, value_name = "DAYS", env = "FIELDBOOK_OFFLINE_LEASE_DAYS", default_value_t = Door::LEASE_DAYS, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub offline_lease_days: u32,
    /// A file with a word: /metrics is for whoever brings it as a bearer token; without one, for callers on this machine
    #[arg(long, value_name = "FILE", env = "FIELDBOOK_METRICS_TOKEN_FILE")]
    pub metrics_token_file: Option<PathBuf>,
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
            secure_cookies: self.behind_proxy || !self.listen.ip().is_loopback(),
            offline_lease_days: self.offline_lease_days,
        }
    }
}
