//! The feed's cursor under late commits and rollbacks: nobody who reads "everything after this" misses a row.
//!
//! Six writers save transactions of a hundred rows; between saving and committing they let others run, and one in ten
//! gives up. Readers read on all the time. Over Postgres three servers share the work. Beside the store a naive serial
//! cursor stands the same soak, and misses: in memory, or in a table of the same Postgres.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use server::{
    hub::Hub,
    outside::Outside,
    store::{ChosenStore, Counters, FeedAsk, FeedRow, Place, Snapshot, Store, Unit, Writing},
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use sync_core::{
    feed::Entry,
    log::{Change, Header},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};
use tests::postgres::Database;

use crate::{Proved, asked::Asked, dice::Dice};

const WRITERS: u8 = 6;
const READERS: usize = 3;
const ROWS: u64 = 100;
/// Servers over one Postgres.
const SERVERS: usize = 3;
/// So many rows of the naive feed always show what is wrong with it.
const NAIVE_ROWS: u64 = 20_000;

/// A row as the soak names it: who wrote it, and the how-manieth it was.
type Name = (u8, u64);

/// A feed that is written in transactions and read on from a position.
trait Feed: Clone + Send + Sync + 'static {
    /// Writes rows, lets others run for a while, and commits or gives up.
    fn write(
        &self,
        writer: u8,
        first: u64,
        late: u64,
        commits: bool,
    ) -> impl Future<Output = Proved<()>> + Send;

    /// The rows after a position, and the position to go on from.
    fn read(&self, after: u64) -> impl Future<Output = Proved<(Vec<Name>, u64)>> + Send;
}

/// The product's store, as each of its servers has opened it.
#[derive(Clone)]
struct Real {
    servers: Vec<ChosenStore>,
    company: CompanyId,
}

impl Real {
    /// The server of a writer or reader.
    fn server(&self, whose: usize) -> &ChosenStore {
        &self.servers[whose % self.servers.len()]
    }
}

fn row(position: u64, writer: u8, seq: u64) -> FeedRow {
    let at = Timestamp::from_millis(1_795_140_000_000 + position);
    let header = Header {
        seq,
        at,
        seen: 0,
        kind: 999,
        version: 1,
        scopes: vec![Scope::Common],
        entity: None,
        actor: None,
        epoch: None,
    };
    let change = Change::seal(DeviceId::from_bytes([writer; 16]), header, None, vec![0xa0]);
    let staff = StaffId::from_bytes([writer; 16]);
    let entry = Entry { position, change, staff, effective: at, received: at, verdict: Verdict::plain() };
    FeedRow { entry, link: [writer; 32], scopes: vec![Scope::Common] }
}

/// Lets others run so many times.
async fn let_others_run(times: u64) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

impl Feed for Real {
    async fn write(&self, writer: u8, first: u64, late: u64, commits: bool) -> Proved<()> {
        let mut unit = self.server(usize::from(writer)).begin(self.company).await?;
        let mut head = unit.head().await?;
        let rows: Vec<FeedRow> = (0..ROWS).map(|n| row(head.position + 1 + n, writer, first + n)).collect();
        head.position += ROWS;
        head.counters = Counters { received: head.position, applied: head.position, ..Counters::default() };
        unit.save(&Writing { head, rows, ..Writing::default() }).await?;
        let_others_run(late).await;
        if commits {
            unit.commit().await?;
        }
        Ok(())
    }

    async fn read(&self, after: u64) -> Proved<(Vec<Name>, u64)> {
        let ask = FeedAsk { after, limit: 1_000, ..FeedAsk::default() };
        let whose = usize::try_from(after / ROWS).unwrap_or(0);
        let rows = self.server(whose).snapshot(self.company).await?.feed(&ask).await?;
        let next = rows.last().map_or(after, |row| row.entry.position);
        let name = |row: &FeedRow| (row.entry.change.id.device.bytes()[0], row.entry.change.id.seq);
        Ok((rows.iter().map(name).collect(), next))
    }
}

/// What many do: a serial drawn when a row is written, and "everything after the largest I have seen".
#[derive(Clone, Default)]
struct Naive {
    drawn: Arc<AtomicU64>,
    committed: Arc<Mutex<BTreeMap<u64, Name>>>,
}

impl Feed for Naive {
    async fn write(&self, writer: u8, first: u64, late: u64, commits: bool) -> Proved<()> {
        let serial = self.drawn.fetch_add(ROWS, Ordering::SeqCst);
        let_others_run(late).await;
        if commits {
            let rows = (0..ROWS).map(|n| (serial + 1 + n, (writer, first + n)));
            self.committed.lock().expect("nobody panics while holding the rows").extend(rows);
        }
        Ok(())
    }

    async fn read(&self, after: u64) -> Proved<(Vec<Name>, u64)> {
        let committed = self.committed.lock().expect("nobody panics while holding the rows");
        let rows: Vec<(u64, Name)> =
            committed.range(after + 1..).take(1_000).map(|(serial, name)| (*serial, *name)).collect();
        let next = rows.last().map_or(after, |(serial, _)| *serial);
        Ok((rows.into_iter().map(|(_, name)| name).collect(), next))
    }
}

/// The same in a table of Postgres: a column that counts up by itself, and transactions that really commit.
#[derive(Clone)]
struct Serial(PgPool);

impl Serial {
    /// A table for it, beside those of the book.
    async fn beside(database: &Database) -> Proved<Self> {
        let pool = PgPoolOptions::new().max_connections(16).connect_with(database.options()).await?;
        let table =
            "CREATE TABLE naive (serial bigserial PRIMARY KEY, writer int4 NOT NULL, seq int8 NOT NULL)";
        sqlx::query(table).execute(&pool).await?;
        Ok(Self(pool))
    }
}

impl Feed for Serial {
    async fn write(&self, writer: u8, first: u64, late: u64, commits: bool) -> Proved<()> {
        let mut transaction = self.0.begin().await?;
        let (first, last) = (first.cast_signed(), (first + ROWS - 1).cast_signed());
        sqlx::query("INSERT INTO naive (writer, seq) SELECT $1, seq FROM generate_series($2, $3) AS seq")
            .bind(i32::from(writer))
            .bind(first)
            .bind(last)
            .execute(&mut *transaction)
            .await?;
        let_others_run(late).await;
        if commits {
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn read(&self, after: u64) -> Proved<(Vec<Name>, u64)> {
        let asked = "SELECT serial, writer, seq FROM naive WHERE serial > $1 ORDER BY serial LIMIT 1000";
        let rows: Vec<(i64, i32, i64)> =
            sqlx::query_as(asked).bind(after.cast_signed()).fetch_all(&self.0).await?;
        let next = rows.last().map_or(after, |(serial, ..)| serial.cast_unsigned());
        let name = |(_, writer, seq): (i64, i32, i64)| Ok((u8::try_from(writer)?, seq.cast_unsigned()));
        Ok((rows.into_iter().map(name).collect::<Proved<_>>()?, next))
    }
}

/// What a soak came to.
struct Soaked {
    committed: u64,
    given_up: u64,
    missing: u64,
    twice: u64,
    reads: u64,
}

/// Writes so many rows while readers read on.
async fn soak<F: Feed>(feed: F, rows: u64, seed: u64) -> Proved<Soaked> {
    let done = Arc::new(AtomicBool::new(false));
    let reads = Arc::new(AtomicU64::new(0));
    let mut writers = Vec::new();
    for writer in 1..=WRITERS {
        let (feed, mut dice) = (feed.clone(), Dice::new(seed + u64::from(writer)));
        let mut left = rows.div_ceil(ROWS) / u64::from(WRITERS) + 1;
        writers.push(tokio::spawn(async move {
            let (mut written, mut given_up) = (BTreeSet::new(), 0);
            let mut first = 1;
            while left > 0 {
                let commits = !dice.once_in(10);
                let late = if dice.once_in(3) { dice.below(200) } else { dice.below(5) };
                feed.write(writer, first, late, commits).await?;
                if commits {
                    written.extend((first..first + ROWS).map(|seq| (writer, seq)));
                    first += ROWS;
                    left -= 1;
                } else {
                    given_up += ROWS;
                }
            }
            Proved::Ok((written, given_up))
        }));
    }
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let (feed, done, reads) = (feed.clone(), Arc::clone(&done), Arc::clone(&reads));
        readers.push(tokio::spawn(async move {
            let (mut seen, mut twice, mut after) = (BTreeSet::new(), 0, 0);
            loop {
                // Asked before reading: what was committed before that must be seen.
                let last = done.load(Ordering::SeqCst);
                let (rows, next) = feed.read(after).await?;
                reads.fetch_add(1, Ordering::Relaxed);
                after = next;
                let some = !rows.is_empty();
                twice += rows.into_iter().filter(|name| !seen.insert(*name)).count() as u64;
                if last && !some {
                    return Proved::Ok((seen, twice));
                }
                tokio::task::yield_now().await;
            }
        }));
    }
    let (mut written, mut given_up) = (BTreeSet::new(), 0);
    for writer in writers {
        let (rows, dropped) = writer.await??;
        written.extend(rows);
        given_up += dropped;
    }
    done.store(true, Ordering::SeqCst);
    let (mut missing, mut twice) = (0, 0);
    for reader in readers {
        let (seen, again) = reader.await??;
        missing += written.difference(&seen).count() as u64;
        twice += again + seen.difference(&written).count() as u64;
    }
    let reads = reads.load(Ordering::Relaxed);
    Ok(Soaked { committed: written.len() as u64, given_up, missing, twice, reads })
}

/// Soaks the store and the naive feed.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let begun = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    let folder = Folder::fresh()?;
    let (real, naive) = runtime.block_on(async {
        let outside = Outside::of(|| Timestamp::from_millis(1_795_140_000_000), |bytes| bytes.fill(7));
        let database = if asked.over_postgres { Some(Database::fresh().await) } else { None };
        let file = || Place::File(folder.0.join("fieldbook.db"));
        let place = database.as_ref().map_or_else(file, Database::place);
        let store = ChosenStore::open(&place).await?;
        let hub = Hub::found(store.clone(), "塞北食品", outside.clone(), outside.now()).await?;
        let mut servers = vec![store];
        let others = if asked.over_postgres { SERVERS - 1 } else { 0 };
        for _ in 0..others {
            servers.push(ChosenStore::open(&place).await?);
        }
        let real =
            soak(Real { servers: servers.clone(), company: hub.company() }, asked.much, asked.seed).await?;
        for server in servers {
            server.close().await;
        }
        let naive = match &database {
            Some(database) => soak(Serial::beside(database).await?, NAIVE_ROWS, asked.seed).await?,
            None => soak(Naive::default(), NAIVE_ROWS, asked.seed).await?,
        };
        Proved::Ok((real, naive))
    })?;
    if real.missing + real.twice > 0 {
        return Err(
            format!("{} rows missing, {} twice, of {}", real.missing, real.twice, real.committed).into()
        );
    }
    if naive.missing == 0 {
        return Err("a naive serial cursor misses nothing: this soak shows nothing".into());
    }
    Ok(format!(
        "{}: {} rows committed by {WRITERS} writers, {} given up; {READERS} readers, {} reads: 0 missing, 0 twice. A naive \
         serial cursor: {} of {} rows missed by its {READERS} readers; {} s",
        if asked.over_postgres { "Postgres" } else { "SQLite" },
        real.committed,
        real.given_up,
        real.reads,
        naive.missing,
        naive.committed * READERS as u64,
        begun.elapsed().as_secs(),
    ))
}

/// A folder of its own on the disk of the build, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> Proved<Self> {
        let folder = std::env::current_exe()?.with_file_name(format!("soak-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
