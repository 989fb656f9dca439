//! Databases of a Postgres that `cargo xtask bench` has started: a book of its own for each round.
//!
//! Where a file is named elsewhere, the URL of a database may stand.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use server::store::{ChosenStore, Place};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};

use crate::Measured;

/// The variable that names the Postgres of this run.
pub(crate) const CLUSTER: &str = "FIELDBOOK_BENCH_POSTGRES";

/// The URL of a database beside the one that is named.
pub(crate) fn named(name: &str) -> Measured<PathBuf> {
    let url = std::env::var(CLUSTER).map_err(|_| {
        format!("{CLUSTER} is not set: `cargo xtask bench` starts a Postgres; or name one, postgres:///postgres?host=…&user=…")
    })?;
    let (before, parameters) = url.split_once('?').unwrap_or((&url, ""));
    let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
    Ok(format!("{server}/{name}?{parameters}").into())
}

/// What leads to a database, where it is one and no file.
pub(crate) fn options(place: &Path) -> Option<PgConnectOptions> {
    let url = place.to_str().filter(|place| place.starts_with("postgres"))?;
    PgConnectOptions::from_str(url).ok()
}

/// Opens the book in a file or in a database.
pub(crate) async fn opened(place: &Path) -> Measured<ChosenStore> {
    let said = place.to_str().ok_or("the file's name is not UTF-8")?;
    Ok(ChosenStore::open(&Place::read(said)?).await?)
}

async fn told(statements: &[String]) -> Measured<()> {
    let cluster = named("postgres")?;
    let mut cluster = PgConnection::connect_with(&options(&cluster).ok_or("no URL of Postgres")?).await?;
    for statement in statements {
        cluster.execute(AssertSqlSafe(statement.clone())).await?;
    }
    Ok(cluster.close().await?)
}

/// A new database like another one.
pub(crate) async fn fresh(name: &str, like: &str) -> Measured<PathBuf> {
    let made = format!("CREATE DATABASE {name} TEMPLATE {like} ENCODING 'UTF8'");
    told(&[format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), made]).await?;
    named(name)
}

/// The bytes of a database.
pub(crate) async fn bytes(options: &PgConnectOptions) -> Measured<u64> {
    let mut connection = PgConnection::connect_with(options).await?;
    connection.execute("CHECKPOINT").await?;
    let bytes: i64 =
        sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(bytes.cast_unsigned())
}
