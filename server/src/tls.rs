//! HTTPS: a certificate and its key out of files, looked at before they are used, and read again when they change.
//!
//! Floor: beside `config`. It must not know any route; `http` puts it around a connection.

pub mod pinned;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use sync_core::log::{Hash, sha256};
use sync_core::time::Timestamp;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// One day, in milliseconds.
const DAY_MS: u64 = 86_400_000;

/// Why certificate and key cannot be used, in one line that names the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TlsFault {
    /// The file cannot be read.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file holds something else.
    #[error("{}: no {what} in PEM in it (a block that begins with -----BEGIN)", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
    /// The certificate or the key cannot be understood.
    #[error("{}: {why}", path.display())]
    NotUnderstood {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Each is whole, but they do not belong together.
    #[error("{} is not the key of the first certificate in {}", key.display(), certificate.display())]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// Its time is over.
    #[error("{}: the certificate ran out on {on}", path.display())]
    Expired {
        /// The file.
        path: PathBuf,
        /// The last day, by UTC.
        on: String,
    },
    /// Its time has not come.
    #[error("{}: the certificate is good from {on} only; it is {now} by this machine's clock", path.display())]
    NotYet {
        /// The file.
        path: PathBuf,
        /// The first day, by UTC.
        on: String,
        /// Today, by UTC.
        now: String,
    },
}

/// A certificate with its key, as it was read.
pub struct Certificate {
    path: PathBuf,
    pair: Arc<CertifiedKey>,
    /// The bytes of both files, by which a change is seen.
    read: Hash,
    names: Vec<String>,
    /// Good from here to there, in milliseconds since 1970.
    good: (u64, u64),
}

impl Certificate {
    /// Reads a certificate, those above it, and its key. Whether its time is right is asked by [`Certificate::in_time`].
    ///
    /// # Errors
    /// Unreadable, something else, or not belonging together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsFault> {
        let (chain_bytes, key_bytes) = (bytes_of(certificate)?, bytes_of(key)?);
        let read = sha256(&[&chain_bytes, b"\0", &key_bytes]);
        let missing = |path: &Path, what| TlsFault::Missing { path: path.to_owned(), what };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain_bytes)
            .collect::<Result<_, _>>()
            .map_err(|error| not_understood(certificate, &said(&error)))?;
        let Some(first) = chain.first() else { return Err(missing(certificate, "certificate")) };
        let secret = PrivateKeyDer::from_pem_slice(&key_bytes).map_err(|error| match error {
            pem::Error::NoItemsFound => missing(key, "private key"),
            other => not_understood(key, &said(&other)),
        })?;
        let (names, good) = facts(first).map_err(|error| {
            not_understood(certificate, &format!("the first certificate cannot be read: {error}"))
        })?;
        let pair = CertifiedKey::from_der(chain, secret, &rustls::crypto::ring::default_provider()).map_err(
            |error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    TlsFault::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
                }
                other => not_understood(key, &format!("this kind of key is not known: {other}")),
            },
        )?;
        Ok(Self { path: certificate.to_owned(), pair: Arc::new(pair), read, names, good })
    }

    /// The names it is good for.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whole days it is good for from now on; none where it is not good now.
    pub fn days_left(&self, now: Timestamp) -> Option<u64> {
        let (from, to) = self.good;
        (from..=to).contains(&now.millis()).then(|| (to - now.millis()) / DAY_MS)
    }

    /// Whether its time is now.
    ///
    /// # Errors
    /// Over, or not come.
    pub fn in_time(&self, now: Timestamp) -> Result<(), TlsFault> {
        let (from, to) = self.good;
        let path = self.path.clone();
        if now.millis() > to {
            return Err(TlsFault::Expired { path, on: day(to) });
        }
        if now.millis() < from {
            return Err(TlsFault::NotYet { path, on: day(from), now: day(now.millis()) });
        }
        Ok(())
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, TlsFault> {
    std::fs::read(path)
        .map_err(|error| TlsFault::Unreadable { path: path.to_owned(), why: error.to_string() })
}

fn not_understood(path: &Path, why: &str) -> TlsFault {
    TlsFault::NotUnderstood { path: path.to_owned(), why: why.to_owned() }
}

/// What is wrong with a PEM block, never what stands in it.
fn said(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "a block has no end: the file is cut off".to_owned(),
        pem::Error::Base64Decode(_) => "a block has signs that are no base64".to_owned(),
        _ => "it is no PEM".to_owned(),
    }
}

/// The names of a certificate, and from when to when it is good.
fn facts(first: &CertificateDer<'_>) -> Result<(Vec<String>, (u64, u64)), x509_cert::der::Error> {
    let certificate = x509_cert::Certificate::from_der(first)?;
    let inner = certificate.tbs_certificate();
    let ms =
        |time: x509_cert::time::Time| u64::try_from(time.to_unix_duration().as_millis()).unwrap_or(u64::MAX);
    let good = (ms(inner.validity().not_before), ms(inner.validity().not_after));
    let names = inner.get_extension::<SubjectAltName>()?.map(|(_, names)| names.0).unwrap_or_default();
    let named = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(bytes) => {
            let four =
                <[u8; 4]>::try_from(bytes.as_bytes()).map(|four| std::net::IpAddr::from(four).to_string());
            let sixteen =
                || <[u8; 16]>::try_from(bytes.as_bytes()).map(|all| std::net::IpAddr::from(all).to_string());
            four.or_else(|_| sixteen()).ok()
        }
        _ => None,
    };
    Ok((names.iter().filter_map(named).collect(), good))
}

/// A day by UTC, as people write it.
fn day(ms: u64) -> String {
    let at = i64::try_from(ms).ok().and_then(chrono::DateTime::from_timestamp_millis);
    at.map_or_else(|| "a day beyond all calendars".to_owned(), |at| at.format("%Y-%m-%d").to_string())
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("path", &self.path)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

/// HTTPS as the server speaks it: the certificate in force, and where it came from.
#[derive(Clone)]
pub struct Tls {
    kept: Arc<Kept>,
    acceptor: TlsAcceptor,
}

/// The certificate in force.
struct Kept {
    certificate: PathBuf,
    key: PathBuf,
    in_force: Mutex<Arc<Certificate>>,
}

impl Kept {
    fn in_force(&self) -> Arc<Certificate> {
        Arc::clone(&self.in_force.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Tls {
    /// Reads certificate and key, and makes ready to speak with them: HTTP/2 and HTTP/1.1, TLS 1.3 and 1.2.
    ///
    /// # Errors
    /// They cannot be used, or not today.
    pub fn open(certificate: &Path, key: &Path, now: Timestamp) -> Result<Self, TlsFault> {
        let read = Certificate::read(certificate, key)?;
        read.in_time(now)?;
        let kept = Arc::new(Kept {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            in_force: Mutex::new(Arc::new(read)),
        });
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Chosen(Arc::clone(&kept))));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A phone that comes back within half a day need not begin anew: one message fewer on a slow line.
        if let Ok(tickets) = rustls::crypto::ring::Ticketer::new() {
            config.ticketer = tickets;
        }
        Ok(Self { kept, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// The certificate in force.
    pub fn certificate(&self) -> Arc<Certificate> {
        self.kept.in_force()
    }

    /// Looks at the files again: whether there is another certificate in force now. Connections that are open go on.
    ///
    /// # Errors
    /// What lies there now cannot be used; the one in force stays.
    pub fn look_again(&self, now: Timestamp) -> Result<bool, TlsFault> {
        let read = Certificate::read(&self.kept.certificate, &self.kept.key)?;
        if read.read == self.kept.in_force().read {
            return Ok(false);
        }
        read.in_time(now)?;
        *self.kept.in_force.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        Ok(true)
    }

    /// What turns a connection into one that is spoken to in secret.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.kept.certificate).finish_non_exhaustive()
    }
}

/// Whoever calls is shown the certificate in force, by whatever name they call.
struct Chosen(Arc<Kept>);

impl ResolvesServerCert for Chosen {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.in_force().pair))
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chosen")
    }
}
