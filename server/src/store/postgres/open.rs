//! Connecting, bringing the tables up to date, and closing.

use std::time::Duration;

use sqlx::{
    Connection, PgConnection, Postgres, Row, Transaction,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use sync_core::{time::Timestamp, unit::CompanyId};

use super::{
    PostgresStore, Stored,
    trouble::{migration_trouble, newer, trouble},
};
use crate::store::{Store, StoreError, steps};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long the feed lock is waited for, where another server holds it.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a connection is waited for.
const CONNECTION_PATIENCE: Duration = Duration::from_secs(10);

/// One connection writes: the writers of this server wait for it here, and only for those of other servers in the database.
const WRITERS: u32 = 1;

/// How many connections for everything else.
const READERS: u32 = 12;

/// So many of them stay open: whoever reads page after page would wait for another again and again, while the last one ends
/// its transaction.
const READERS_KEPT: u32 = 3;

/// The oldest version whose behaviour is tested and looked after by its makers.
pub(super) const OLDEST: i32 = 140_000;

/// A server that vanished with the feed lock in its hands is given up after so long without a word.
const IDLE_WITH_LOCK: &str = "30s";

/// The turn to make a company; it ends when this is dropped.
#[derive(Debug)]
pub struct Making {
    _tx: Transaction<'static, Postgres>,
}

impl PostgresStore {
    /// Connects, and brings the tables up to date where they are not.
    ///
    /// # Errors
    /// No connection, missing rights, a Postgres that is too old, tables of a newer version: each told apart.
    pub async fn open(options: PgConnectOptions) -> Stored<Self> {
        Self::open_within(options, PATIENCE).await
    }

    /// [`PostgresStore::open`], waiting so long for a feed lock that another server holds.
    ///
    /// # Errors
    /// As [`PostgresStore::open`].
    pub async fn open_within(options: PgConnectOptions, patience: Duration) -> Stored<Self> {
        let mut first = PgConnection::connect_with(&watched(options.clone())).await.map_err(trouble)?;
        suits(&mut first).await?;
        // Whoever may not change tables serves as well, as long as they are up to date.
        if missing_steps(&mut first).await? {
            steps::beside(&MIGRATIONS).run(&mut first).await.map_err(migration_trouble)?;
        }
        first.close().await.map_err(trouble)?;
        let store = Self::connected(watched(options), patience).await?;
        Ok(store)
    }

    /// Connects only to look: nothing is written, and the tables are not brought up to date.
    ///
    /// # Errors
    /// As [`PostgresStore::open`]; tables of an earlier version as well.
    pub async fn look(options: PgConnectOptions) -> Stored<Self> {
        let options = watched(options).options([("default_transaction_read_only", "on")]);
        let mut first = PgConnection::connect_with(&options).await.map_err(trouble)?;
        suits(&mut first).await?;
        if missing_steps(&mut first).await? {
            return Err(StoreError::Migration(
                "the tables are of an earlier version, and looking does not change them; `fieldbook serve` of this \
                 version brings them up to date"
                    .into(),
            ));
        }
        first.close().await.map_err(trouble)?;
        Self::connected(options, PATIENCE).await
    }

    async fn connected(options: PgConnectOptions, patience: Duration) -> Stored<Self> {
        let lock_timeout = format!("{}ms", patience.as_millis());
        let locking = options.clone().options([
            ("lock_timeout", lock_timeout.as_str()),
            ("idle_in_transaction_session_timeout", IDLE_WITH_LOCK),
        ]);
        let writer = pool(WRITERS).connect_with(locking).await.map_err(trouble)?;
        let readers = pool(READERS).min_connections(READERS_KEPT).connect_lazy_with(options);
        let voice: String =
            sqlx::query_scalar("SELECT gen_random_uuid()::text").fetch_one(&writer).await.map_err(trouble)?;
        Ok(Self { writer, readers, voice: voice.into() })
    }

    /// Waits until nobody else makes a company here, and keeps everybody else waiting until it is dropped: between the look
    /// whether there is one and its entry, nobody enters another.
    ///
    /// It is the lock of a row that is there as soon as there are tables: the step that made them.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn making(&self) -> Stored<Making> {
        let mut tx = self.readers.begin().await.map_err(trouble)?;
        sqlx::query("SELECT 1 FROM _sqlx_migrations WHERE version = 1 FOR UPDATE")
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        Ok(Making { _tx: tx })
    }

    /// Before serving: a restored copy begins a new life of the book, so that phones offer again what it does not know.
    ///
    /// It is known by where it lies: in another cluster, as another database, or on another timeline, as after a recovery
    /// to a point in time or where a standby took over. What cannot be told by that, as a disk that was put back as a whole,
    /// an operator tells: [`PostgresStore::taken_back`].
    ///
    /// The epoch is taken from the clock, so that two copies of one life begin different ones; it only ever grows.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn begin_life(&self, now: Timestamp) -> Stored<()> {
        const EPOCHS_SINCE_MS: u64 = 1_577_836_800_000;
        let seconds = now.millis().saturating_sub(EPOCHS_SINCE_MS) / 1_000;
        if let Some(place) = self.place().await? {
            for company in self.companies().await? {
                self.lies_at(company.id, &place).await?;
            }
        }
        sqlx::query("UPDATE company SET epoch = GREATEST(epoch + 1, $1), copied = 0 WHERE copied = 1")
            .bind(i64::from(u32::try_from(seconds).unwrap_or(u32::MAX)))
            .execute(&self.readers)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// The book was taken back to an earlier state by other means than ours: the next server begins a new life of it.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn taken_back(&self) -> Stored<()> {
        sqlx::query("UPDATE company SET copied = 1 WHERE copied = 0")
            .execute(&self.readers)
            .await
            .map_err(trouble)?;
        Ok(())
    }

    /// Where the database lies: its cluster, its number there, and the timeline. `None` where the engine or the rights of
    /// this role do not say.
    async fn place(&self) -> Stored<Option<String>> {
        const UNKNOWN: [&str; 4] = ["42883", "42501", "42P01", "0A000"];
        let place = sqlx::query_scalar(
            "SELECT CONCAT_WS(' ', s.system_identifier, d.oid, LEFT(pg_walfile_name(pg_current_wal_lsn()), 8)) \
             FROM pg_control_system() AS s, pg_database AS d WHERE d.datname = current_database()",
        )
        .fetch_one(&self.readers)
        .await;
        match place {
            Err(sqlx::Error::Database(error))
                if error.code().is_some_and(|code| UNKNOWN.contains(&&*code)) =>
            {
                Ok(None)
            }
            place => place.map(Some).map_err(trouble),
        }
    }

    /// Writes down where a company's book is served; one that was served elsewhere before is a copy.
    async fn lies_at(&self, company: CompanyId, place: &str) -> Stored<()> {
        let mut tx = self.readers.begin().await.map_err(trouble)?;
        let elsewhere = sqlx::query("UPDATE homes SET place = $2 WHERE company = $1 AND place <> $2")
            .bind(&company.bytes()[..])
            .bind(place)
            .execute(&mut *tx)
            .await
            .map_err(trouble)?;
        let then = if elsewhere.rows_affected() > 0 {
            sqlx::query("UPDATE company SET copied = 1 WHERE company = $1 AND copied = 0")
                .bind(&company.bytes()[..])
        } else {
            sqlx::query("INSERT INTO homes (company, place) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .bind(&company.bytes()[..])
                .bind(place)
        };
        then.execute(&mut *tx).await.map_err(trouble)?;
        tx.commit().await.map_err(trouble)
    }

    /// Lets the database look at what its tables hold, so that it chooses its ways by that: after much was brought in at
    /// once. Until it has looked by itself, a list could take minutes.
    ///
    /// # Errors
    /// Any, as it comes.
    pub async fn look_over(&self) -> Stored<()> {
        sqlx::query("ANALYZE").execute(&self.readers).await.map(drop).map_err(trouble)
    }

    /// Closes all connections; what is durable stays.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new().max_connections(connections).acquire_timeout(CONNECTION_PATIENCE).after_connect(
        |connection, _| {
            Box::pin(async move {
                // A commit that is answered is on the disk, whatever the database was set to.
                sqlx::query(
                    "SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .execute(connection)
                .await
                .map(drop)
            })
        },
    )
}

/// A connection that is noticed to be gone, on either side, within half a minute.
fn watched(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("fieldbook").statement_cache_capacity(200).options([
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "4"),
    ])
}

/// Whether this Postgres can hold a book.
async fn suits(connection: &mut PgConnection) -> Stored<()> {
    let row = sqlx::query(
        "SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
         current_setting('server_encoding')",
    )
    .fetch_one(connection)
    .await
    .map_err(trouble)?;
    let version: i32 = row.try_get(0).map_err(trouble)?;
    let (named, encoding): (String, String) =
        (row.try_get(1).map_err(trouble)?, row.try_get(2).map_err(trouble)?);
    if version < OLDEST {
        let oldest = OLDEST / 10_000;
        return Err(StoreError::Migration(format!("Postgres {oldest} or newer is needed; this is {named}")));
    }
    if encoding != "UTF8" {
        return Err(StoreError::Migration(format!(
            "the database keeps its words in {encoding}; make one with ENCODING 'UTF8' TEMPLATE template0"
        )));
    }
    Ok(())
}

/// Whether the tables have steps before them. Steps that this program does not know are of a newer one, beside which it
/// works where they only add.
async fn missing_steps(connection: &mut PgConnection) -> Stored<bool> {
    let there: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await
        .map_err(trouble)?;
    if !there {
        return Ok(true);
    }
    let been_through: Vec<(i64, String)> =
        sqlx::query_as("SELECT version, description FROM _sqlx_migrations WHERE success ORDER BY version")
            .fetch_all(connection)
            .await
            .map_err(trouble)?;
    if let Some(unknown) = steps::changes(&MIGRATIONS, &been_through) {
        return Err(newer(unknown));
    }
    Ok(!MIGRATIONS.iter().all(|step| been_through.iter().any(|(version, _)| *version == step.version)))
}
