//! The raw limit: an axum handler that puts bytes into SQLite and does nothing else.
//!
//! The same pragmas and the same durability as the product: WAL, `synchronous=FULL`, one writer. One row for each
//! change, one transaction for each request. No sign-in, no check, no compression, no de-duplication, no index.

use std::path::Path;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::{get, post},
};
use futures::TryStreamExt;
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::net::TcpListener;

use crate::{Measured, server::until_told};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS changes \
                     (id INTEGER PRIMARY KEY, device BLOB NOT NULL, seq INTEGER NOT NULL, change BLOB NOT NULL) STRICT";
const INSERT: &str = "INSERT INTO changes (device, seq, change) VALUES (?, ?, ?)";

/// Serves until told to stop.
pub(crate) async fn serve(file: &Path, listener: TcpListener) -> Measured<()> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16000")
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", "4000");
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    sqlx::query(TABLE).execute(&pool).await?;
    let router = Router::new()
        .route("/push", post(push))
        .route("/one", post(one))
        .route("/rows", get(rows))
        .route("/page", get(page))
        .layer(DefaultBodyLimit::disable())
        .with_state(pool.clone());
    axum::serve(listener, router).with_graceful_shutdown(until_told()).await?;
    pool.close().await;
    Ok(())
}

/// A body for this handler: the device, then each change with its length before it.
pub(crate) fn body<'c>(device: &[u8; 16], first: u64, changes: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
    let mut body = device.to_vec();
    body.extend(first.to_be_bytes());
    for change in changes {
        body.extend(u32::try_from(change.len()).expect("a change is small").to_be_bytes());
        body.extend(change);
    }
    body
}

/// What [`body`] put together: device, first sequence, changes.
pub(crate) type Read<'b> = (&'b [u8], i64, Vec<&'b [u8]>);

/// Reads what [`body`] put together.
pub(crate) fn read(body: &[u8]) -> Option<Read<'_>> {
    let (device, rest) = body.split_first_chunk::<16>()?;
    let (first, mut rest) = rest.split_first_chunk::<8>()?;
    let mut changes = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (change, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        changes.push(change);
        rest = after;
    }
    Some((&device[..], i64::from_be_bytes(*first), changes))
}

pub(crate) fn fault(_: impl std::error::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

/// One row for each change, one transaction.
async fn push(State(pool): State<SqlitePool>, body: Bytes) -> Result<(), StatusCode> {
    let (device, first, changes) = read(&body).ok_or(StatusCode::BAD_REQUEST)?;
    let mut transaction = pool.begin().await.map_err(fault)?;
    for (change, seq) in changes.into_iter().zip(first..) {
        let insert = sqlx::query(INSERT).bind(device).bind(seq).bind(change);
        insert.execute(&mut *transaction).await.map_err(fault)?;
    }
    transaction.commit().await.map_err(fault)
}

/// One row, one durable commit.
async fn one(State(pool): State<SqlitePool>, body: Bytes) -> Result<(), StatusCode> {
    let (device, seq, changes) = read(&body).ok_or(StatusCode::BAD_REQUEST)?;
    let change = changes.first().copied().ok_or(StatusCode::BAD_REQUEST)?;
    let insert = sqlx::query(INSERT).bind(device).bind(seq).bind(change);
    insert.execute(&pool).await.map_err(fault)?;
    Ok(())
}

/// The last fifty rows.
async fn page(State(pool): State<SqlitePool>) -> Result<Vec<u8>, StatusCode> {
    let rows = sqlx::query("SELECT change FROM changes ORDER BY id DESC LIMIT 50");
    let rows = rows.fetch_all(&pool).await.map_err(fault)?;
    Ok(rows.iter().flat_map(|row| row.get::<Vec<u8>, _>(0)).collect())
}

async fn to_fill(file: &Path) -> Measured<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query(TABLE).execute(&mut connection).await?;
    Ok(connection)
}

/// A row of this handler: device, sequence, bytes.
pub(crate) type Filled = ([u8; 16], u64, Vec<u8>);

/// Puts rows into a file for this handler to serve, after those that are there.
pub(crate) async fn fill(file: &Path, rows: &[Filled]) -> Measured<()> {
    let mut connection = to_fill(file).await?;
    let mut transaction = connection.begin().await?;
    for (device, seq, change) in rows {
        let insert = sqlx::query(INSERT).bind(&device[..]).bind(seq.cast_signed()).bind(&change[..]);
        insert.execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(connection.close().await?)
}

/// Every row there is.
async fn rows(State(pool): State<SqlitePool>) -> Result<Vec<u8>, StatusCode> {
    let mut all = Vec::new();
    let mut rows = sqlx::query("SELECT device, seq, change FROM changes ORDER BY id").fetch(&pool);
    while let Some(row) = rows.try_next().await.map_err(fault)? {
        row_of(&mut all, row.get(0), row.get(1), row.get(2))?;
    }
    Ok(all)
}

/// One row of an answer with all of them.
pub(crate) fn row_of(all: &mut Vec<u8>, device: &[u8], seq: i64, change: &[u8]) -> Result<(), StatusCode> {
    all.extend(device);
    all.extend(seq.to_be_bytes());
    all.extend(u32::try_from(change.len()).map_err(fault)?.to_be_bytes());
    all.extend(change);
    Ok(())
}
