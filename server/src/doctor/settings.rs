//! Whether the settings fit each other, and whether the files they name are there and fit for their use.

use std::fs;
use std::path::Path;

use sync_core::time::Timestamp;

use super::Check;
use crate::config::Serving;
use crate::http::MetricsToken;
use crate::store::Place;
use crate::tls::{Certificate, TlsFault};

/// A certificate with fewer days left than this should have been renewed.
const DAYS_TO_RENEW: u64 = 21;

/// Files that are open besides connections: the book, its log, readers, this and that.
const FILES_BESIDES: u64 = 64;

/// Everything there is to say of the settings; what is as it should be stands there too.
pub fn of_settings(serving: &Serving, now: Timestamp) -> Vec<Check> {
    let mut checks = vec![data(serving)];
    checks.extend(reach(serving));
    checks.extend(certificate(serving, now));
    checks.extend(redirect(serving));
    checks.extend(serving.metrics_token_file.as_deref().map(metrics_token));
    checks.push(connections(serving));
    checks
}

fn data(serving: &Serving) -> Check {
    let folder = &serving.folder.data;
    let book = match serving.folder.place() {
        Ok(Place::File(book)) => book,
        Ok(place) => return Check::fine("database", place.to_string()),
        Err(why) => {
            return Check::bad(
                "database",
                why.to_string(),
                "correct it, or leave it out for a file in the folder",
            );
        }
    };
    let name = "data";
    match fs::metadata(folder) {
        Err(error) => Check::bad(
            name,
            format!("{}: {error}", folder.display()),
            "name the folder of the book, or make one with `fieldbook init`",
        ),
        Ok(there) if !there.is_dir() => Check::bad(
            name,
            format!("{} is no folder", folder.display()),
            "name the folder in which the book lies",
        ),
        Ok(_) if !book.exists() => Check::bad(
            name,
            format!("there is no book at {}", book.display()),
            "make one with `fieldbook init`, or name the right folder",
        ),
        Ok(_) => private("data", &book, "chmod 600")
            .unwrap_or_else(|| Check::fine(name, book.display().to_string())),
    }
}

/// A file with something secret in it that others can read.
fn private(name: &str, file: &Path, advice: &str) -> Option<Check> {
    let rights = rights_of(file)?;
    (rights & 0o077 != 0).then(|| {
        Check::warn(
            name,
            format!("{} can be read by others (rights {rights:03o}, 600 is enough)", file.display()),
            format!("{advice} {}", file.display()),
        )
    })
}

#[cfg(unix)]
fn rights_of(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).ok().map(|there| there.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn rights_of(_: &Path) -> Option<u32> {
    None
}

/// Whether phones get what they need: HTTPS, from this server or from a proxy.
fn reach(serving: &Serving) -> Option<Check> {
    let secret = serving.tls.files().is_some();
    if secret && serving.behind_proxy {
        return Some(Check::warn(
            "behind_proxy",
            "HTTPS is spoken here, and the word of a proxy on who calls is believed",
            "leave behind_proxy out, unless a proxy passes the connection on over HTTPS",
        ));
    }
    let open = !secret && !serving.behind_proxy && !serving.listen.ip().is_loopback();
    open.then(|| {
        Check::warn(
            "listen",
            format!(
                "{} is plain HTTP: phones keep nothing, find no place and take no photo over it",
                serving.listen
            ),
            "set tls_certificate and tls_key, or put a proxy in front and set behind_proxy",
        )
    })
}

/// Certificate and key: there, of each other, in time, and the key private.
fn certificate(serving: &Serving, now: Timestamp) -> Vec<Check> {
    let name = "tls_certificate";
    let (certificate, key) = match (&serving.tls.tls_certificate, &serving.tls.tls_key) {
        (None, None) => return Vec::new(),
        (Some(_), None) => {
            return vec![Check::bad(
                "tls_key",
                "is not set, tls_certificate is",
                "name the certificate's key too",
            )];
        }
        (None, Some(_)) => {
            return vec![Check::bad(name, "is not set, tls_key is", "name the key's certificate too")];
        }
        (Some(certificate), Some(key)) => (certificate, key),
    };
    let mut checks = vec![match Certificate::read(certificate, key) {
        Ok(read) => in_time(name, &read, now),
        Err(fault) => of_fault(&fault, key),
    }];
    checks.extend(private("tls_key", key, "chmod 600"));
    checks
}

fn in_time(name: &str, read: &Certificate, now: Timestamp) -> Check {
    if let Err(fault) = read.in_time(now) {
        return Check::bad(name, fault.to_string(), "put one that is good today in its place");
    }
    let days = read.days_left(now).unwrap_or_default();
    let saw = format!("good for {}, {days} days left", read.names().join(", "));
    if read.names().is_empty() {
        let advice = "have one made with the server's name as subjectAltName: browsers look nowhere else";
        return Check::bad(name, "names no host", advice);
    }
    if days < DAYS_TO_RENEW {
        Check::warn(name, saw, "renew it; a new file is taken up by itself")
    } else {
        Check::fine(name, saw)
    }
}

fn of_fault(fault: &TlsFault, key: &Path) -> Check {
    let of_key = match fault {
        TlsFault::Unreadable { path, .. }
        | TlsFault::Missing { path, .. }
        | TlsFault::NotUnderstood { path, .. } => path == key,
        TlsFault::Mismatch { .. } => true,
        TlsFault::Expired { .. } | TlsFault::NotYet { .. } => false,
    };
    let name = if of_key { "tls_key" } else { "tls_certificate" };
    Check::bad(
        name,
        fault.to_string(),
        "name the files that were made together, in PEM, that this user may read",
    )
}

fn redirect(serving: &Serving) -> Option<Check> {
    let (from, name) = (serving.tls.redirect_from?, "redirect_from");
    if serving.tls.files().is_none() {
        let advice = "set tls_certificate and tls_key, or leave it out";
        return Some(Check::bad(
            name,
            format!("{from} would lead to HTTPS, which is not spoken here"),
            advice,
        ));
    }
    (from == serving.listen).then(|| {
        Check::bad(name, format!("{from} is the address of listen as well"), "name another port, such as 80")
    })
}

fn metrics_token(file: &Path) -> Check {
    let name = "metrics_token_file";
    let advice = "write one line of 16 to 200 letters into it: head -c 24 /dev/urandom | base64 > FILE";
    let said = match fs::read_to_string(file) {
        Ok(said) => said,
        Err(error) => return Check::bad(name, format!("{}: {error}", file.display()), advice),
    };
    match MetricsToken::new(said.trim()) {
        Err(why) => Check::bad(name, format!("{}: {why}", file.display()), advice),
        Ok(_) => {
            private(name, file, "chmod 600").unwrap_or_else(|| Check::fine(name, file.display().to_string()))
        }
    }
}

/// Whether the system lets this process have so many connections.
fn connections(serving: &Serving) -> Check {
    let (name, asked) = ("connections", u64::from(serving.connections));
    match most_files() {
        Some(most) if most < asked + FILES_BESIDES => Check::warn(
            name,
            format!("{asked} are allowed, but this user may have {most} files open"),
            format!("raise the limit to {} (ulimit -n, LimitNOFILE=), or set fewer", asked + FILES_BESIDES),
        ),
        _ => Check::fine(name, format!("{asked} at most")),
    }
}

/// How many files this process may have open, where the system tells.
fn most_files() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
