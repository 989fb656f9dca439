//! The company's book as it lies on the disk: the only place here that knows which database that is.
//!
//! Another backend is another way to start the server and another connection to read what it has stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::{Command, Stdio},
};

use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use sync_core::{log::sha256, unit::DeviceId};

use super::worker::Told;
use crate::Proved;

/// Where a book lies, and whose server writes it.
pub(crate) struct Book {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
}

/// What a look into the book came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checked {
    /// Entries of the feed.
    pub(crate) entries: u64,
    /// Changes that are there though their phone never heard so.
    pub(crate) unheard: u64,
}

/// A row of the feed, as the database has it.
struct Stored {
    device: DeviceId,
    seq: u64,
    position: u64,
    change: Vec<u8>,
}

impl Book {
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).arg("--data").arg(&self.folder);
        command.env("FIELDBOOK_LOG", "warn").stdin(Stdio::null());
        command
    }

    /// The server over this book, at a free port of this machine.
    pub(crate) fn serve(&self) -> Command {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        // Five phones ask here for more than any phone may.
        for limit in ["FIELDBOOK_DEVICE_RATE", "FIELDBOOK_SESSION_RATE", "FIELDBOOK_ADDRESS_RATE"] {
            command.env(limit, "0");
        }
        command
    }

    /// The command that recomputes everything from the feed finds nothing wrong.
    pub(crate) fn verify(&self) -> Proved<()> {
        let done = self.command(&["verify"]).output()?;
        if done.status.success() {
            return Ok(());
        }
        let [out, err] = [&done.stdout, &done.stderr].map(|said| String::from_utf8_lossy(said).into_owned());
        Err(format!("verify finds a fault after a kill: {out}{err}").into())
    }

    /// Looks for everything that was told, once each and with its bytes, without asking any code of the server.
    pub(crate) fn check(&self, told: &[Told]) -> Proved<Checked> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let options =
                SqliteConnectOptions::new().filename(self.folder.join("fieldbook.db")).read_only(true);
            let mut connection = SqliteConnection::connect_with(&options).await?;
            let mut moment = connection.begin().await?;
            let rows = feed(&mut moment).await?;
            let checked = compared(&rows, told)?;
            counted(&mut moment, rows.len() as u64).await?;
            for (hash, bytes) in told.iter().flat_map(|told| &told.photos) {
                let found = sqlx::query("SELECT bytes FROM blobs WHERE hash = ?").bind(&hash[..]);
                let found: Vec<Vec<u8>> =
                    found.fetch_all(&mut *moment).await?.iter().map(|row| row.get(0)).collect();
                if found != [bytes.clone()] {
                    return Err("a photo that was acknowledged is not there as it was".into());
                }
            }
            moment.rollback().await?;
            connection.close().await?;
            Ok(checked)
        })
    }
}

async fn feed(connection: &mut SqliteConnection) -> Proved<Vec<Stored>> {
    let rows = sqlx::query("SELECT device, seq, position, change FROM feed ORDER BY position");
    let rows = rows.fetch_all(connection).await?;
    let read = rows.iter().map(|row| {
        let device: [u8; 16] = row.get::<Vec<u8>, _>(0).try_into().map_err(|_| "a device has 16 bytes")?;
        Ok(Stored {
            device: DeviceId::from_bytes(device),
            seq: row.get::<i64, _>(1).cast_unsigned(),
            position: row.get::<i64, _>(2).cast_unsigned(),
            change: row.get(3),
        })
    });
    read.collect()
}

/// The head counts what the feed has: received = applied + held + put aside.
async fn counted(connection: &mut SqliteConnection, entries: u64) -> Proved<()> {
    let row = sqlx::query("SELECT position, received, applied, held, quarantined FROM company");
    let row = row.fetch_one(connection).await?;
    let [position, received, applied, held, aside] =
        [0, 1, 2, 3, 4].map(|n| row.get::<i64, _>(n).cast_unsigned());
    if position != entries || received != applied + held + aside || aside != 0 || received != entries {
        return Err(format!(
            "{entries} entries, the head says {position}; {received} received, {applied} applied, {held} held, {aside} aside"
        )
        .into());
    }
    Ok(())
}

fn compared(rows: &[Stored], told: &[Told]) -> Proved<Checked> {
    let mut checked = Checked { entries: rows.len() as u64, unheard: 0 };
    let mut seen: BTreeSet<(DeviceId, u64)> = BTreeSet::new();
    let mut next: BTreeMap<DeviceId, u64> = BTreeMap::new();
    for (row, position) in rows.iter().zip(1..) {
        if row.position != position {
            return Err(format!("position {position} is missing from the feed").into());
        }
        let expected = next.entry(row.device).or_insert(1);
        if row.seq != *expected || !seen.insert((row.device, row.seq)) {
            return Err(format!("device {}: {} comes where {expected} is due", row.device, row.seq).into());
        }
        *expected += 1;
    }
    let by_change: BTreeMap<(DeviceId, u64), &Stored> =
        rows.iter().map(|row| ((row.device, row.seq), row)).collect();
    for told in told {
        for (seq, acknowledged) in &told.changes {
            let Some(row) = by_change.get(&(told.device, *seq)) else {
                return Err(format!("change {seq} of {} was acknowledged and is lost", told.device).into());
            };
            let other_bytes = acknowledged.hash.is_some_and(|hash| hash != sha256(&[&row.change]));
            if row.position != acknowledged.position || other_bytes {
                return Err(
                    format!("change {seq} of {} is another than was acknowledged", told.device).into()
                );
            }
        }
        // What the phone wrote and nobody told it about yet: its own bytes or nothing.
        let unheard =
            rows.iter().filter(|row| row.device == told.device && !told.changes.contains_key(&row.seq));
        for row in unheard.filter(|_| told.is_a_phone) {
            match told.written.get(&row.seq) {
                Some(hash) if *hash == sha256(&[&row.change]) => checked.unheard += 1,
                // Written after the phone last rested.
                None => {}
                Some(_) => {
                    return Err(format!("change {} of {} is not what it wrote", row.seq, told.device).into());
                }
            }
        }
    }
    Ok(checked)
}
