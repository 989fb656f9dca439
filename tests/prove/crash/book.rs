//! The company's book as it lies on the disk: the only place here that knows which database that is.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use server::store::Place;
use sqlx::{Connection, PgConnection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use sync_core::{
    log::{Hash, sha256},
    unit::DeviceId,
};
use tests::postgres::Database;

use super::worker::Told;
use crate::Proved;

/// What a book is kept in.
pub(crate) enum Shelf {
    /// A SQLite file.
    File(PathBuf),
    /// A Postgres database, in a cluster that waits for its disk.
    Database(Database),
}

impl Shelf {
    /// An empty one.
    pub(crate) fn fresh(folder: &Path, over_postgres: bool) -> Proved<Self> {
        if !over_postgres {
            return Ok(Self::File(folder.join("fieldbook.db")));
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self::Database(runtime.block_on(Database::fresh())))
    }

    /// The same, as an operator names it.
    pub(crate) fn place(&self) -> Proved<Place> {
        Ok(match self {
            Self::File(file) => Place::File(file.clone()),
            Self::Database(database) => Place::read(&database.url())?,
        })
    }
}

/// Where a book lies, and whose server writes it.
pub(crate) struct Book {
    pub(crate) binary: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) shelf: Arc<Shelf>,
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
        if let Shelf::Database(database) = &*self.shelf {
            command.env("FIELDBOOK_DATABASE", database.url());
        }
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

    async fn seen(&self) -> Proved<Seen> {
        match &*self.shelf {
            Shelf::File(file) => of_sqlite(file).await,
            Shelf::Database(database) => of_postgres(database).await,
        }
    }

    /// The changes of one device in the feed, as they are stored.
    pub(crate) fn changes_of(&self, device: DeviceId) -> Proved<Vec<Vec<u8>>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let feed = runtime.block_on(self.seen())?.feed;
        Ok(feed.into_iter().filter(|row| row.device == device).map(|row| row.change).collect())
    }

    /// Looks for everything that was told, once each and with its bytes, without asking any code of the server.
    pub(crate) fn check(&self, told: &[Told]) -> Proved<Checked> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let seen = runtime.block_on(self.seen())?;
        let checked = compared(&seen.feed, told)?;
        counted(seen.head, seen.feed.len() as u64)?;
        for (hash, bytes) in told.iter().flat_map(|told| &told.photos) {
            if seen.files.get(hash) != Some(bytes) {
                return Err("a photo that was acknowledged is not there as it was".into());
            }
        }
        Ok(checked)
    }
}

/// What the tables hold at one moment.
struct Seen {
    feed: Vec<Stored>,
    /// Position, received, applied, held, put aside.
    head: [i64; 5],
    files: BTreeMap<Hash, Vec<u8>>,
}

const FEED: &str = "SELECT device, last, count, last_seq, entries FROM runs ORDER BY last";
const HEAD: &str = "SELECT position, received, applied, held, quarantined FROM company";
const FILES: &str = "SELECT hash, bytes FROM blobs";

/// Reads what the tables hold: the same words for both databases, and another connection.
macro_rules! read_all {
    ($moment:expr) => {{
        let mut feed = Vec::new();
        for row in sqlx::query(FEED).fetch_all(&mut *$moment).await? {
            let places = [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?];
            feed.extend(stored(row.try_get(0)?, places, &row.try_get::<Vec<u8>, _>(4)?)?);
        }
        let row = sqlx::query(HEAD).fetch_one(&mut *$moment).await?;
        let head = [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        let mut files = BTreeMap::new();
        for row in sqlx::query(FILES).fetch_all(&mut *$moment).await? {
            let hash: Vec<u8> = row.try_get(0)?;
            files.insert(hash.try_into().map_err(|_| "a hash has 32 bytes")?, row.try_get(1)?);
        }
        Seen { feed, head, files }
    }};
}

async fn of_sqlite(file: &Path) -> Proved<Seen> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut moment = connection.begin().await?;
    let seen = read_all!(moment);
    moment.rollback().await?;
    connection.close().await?;
    Ok(seen)
}

async fn of_postgres(database: &Database) -> Proved<Seen> {
    let mut connection = PgConnection::connect_with(&database.options()).await?;
    let mut moment = connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let seen = read_all!(moment);
    moment.rollback().await?;
    connection.close().await?;
    Ok(seen)
}

/// The entries of a run: a form, the length, and as it is or packed a list of which the last is the list of changes.
fn stored(device: Vec<u8>, [last, count, last_seq]: [i64; 3], entries: &[u8]) -> Proved<Vec<Stored>> {
    let device: [u8; 16] = device.try_into().map_err(|_| "a device has 16 bytes")?;
    let rest = entries.get(5..).ok_or("a run is cut off")?;
    let plain = if entries[0] == 0 { rest.to_vec() } else { zstd::decode_all(rest)? };
    let mut parts = minicbor::Decoder::new(&plain);
    for _ in 1..parts.array()?.ok_or("a list without an end")? {
        parts.skip()?;
    }
    if parts.array()?.map(u64::cast_signed) != Some(count) {
        return Err("a run has another number of entries than its row says".into());
    }
    let places = (last - count + 1..=last).zip(last_seq - count + 1..=last_seq);
    let read = places.map(|(position, seq)| {
        Ok(Stored {
            device: DeviceId::from_bytes(device),
            seq: seq.cast_unsigned(),
            position: position.cast_unsigned(),
            change: parts.bytes()?.to_vec(),
        })
    });
    read.collect()
}

/// The head counts what the feed has: received = applied + held + put aside.
fn counted(head: [i64; 5], entries: u64) -> Proved<()> {
    let [position, received, applied, held, aside] = head.map(i64::cast_unsigned);
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
