//! The raw limit over Postgres: an axum handler that puts the changes of a push into one table by one statement of many
//! rows, in one durable transaction, and does nothing else.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::{get, post},
};
use futures::TryStreamExt;
use sqlx::{
    PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::net::TcpListener;

use crate::{
    Measured,
    raw::{fault, read, row_of},
    server::until_told,
};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS changes (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                     device BYTEA NOT NULL, seq BIGINT NOT NULL, change BYTEA NOT NULL)";
const INSERT: &str =
    "INSERT INTO changes (device, seq, change) SELECT $1, * FROM UNNEST($2::int8[], $3::bytea[])";

/// So many statements at once: more do not make it faster on two cores.
const CONNECTIONS: u32 = 8;

/// Serves until told to stop.
pub(crate) async fn serve(options: PgConnectOptions, listener: TcpListener) -> Measured<()> {
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .min_connections(CONNECTIONS)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    sqlx::query(TABLE).execute(&pool).await?;
    let router = Router::new()
        .route("/push", post(push))
        .route("/one", post(push))
        .route("/rows", get(rows))
        .layer(DefaultBodyLimit::disable())
        .with_state(pool.clone());
    axum::serve(listener, router).with_graceful_shutdown(until_told()).await?;
    pool.close().await;
    Ok(())
}

/// All changes of a push by one statement, which is its own transaction.
async fn push(State(pool): State<PgPool>, body: Bytes) -> Result<(), StatusCode> {
    let (device, first, changes) = read(&body).ok_or(StatusCode::BAD_REQUEST)?;
    let sequences: Vec<i64> = (first..).take(changes.len()).collect();
    let insert = sqlx::query(INSERT).bind(device).bind(sequences).bind(changes);
    insert.execute(&pool).await.map_err(fault)?;
    Ok(())
}

/// Every row there is.
async fn rows(State(pool): State<PgPool>) -> Result<Vec<u8>, StatusCode> {
    let mut all = Vec::new();
    let mut rows = sqlx::query("SELECT device, seq, change FROM changes ORDER BY id").fetch(&pool);
    while let Some(row) = rows.try_next().await.map_err(fault)? {
        row_of(&mut all, row.get(0), row.get(1), row.get(2))?;
    }
    Ok(all)
}
