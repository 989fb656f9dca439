//! How the database stands: its version, the settings on which durability hangs, its steps.

use sqlx::{Connection, PgConnection, Row, postgres::PgConnectOptions};
use sync_core::unit::CompanyId;

use super::{
    PostgresStore,
    open::{MIGRATIONS, OLDEST},
    trouble,
};
use crate::store::{
    Stored,
    health::{Health, Holdings, Steps, Tuned},
};

impl PostgresStore {
    /// Looks at a database without writing it: version, settings, steps, and what Postgres itself knows of its pages.
    ///
    /// # Errors
    /// It does not answer, or does not let this role in.
    pub async fn health(options: PgConnectOptions) -> Stored<Health> {
        let mut database = PgConnection::connect_with(&options).await.map_err(trouble)?;
        let row = sqlx::query(
            "SELECT current_setting('server_version_num')::int4, current_setting('server_version'), \
             current_setting('fsync'), current_setting('full_page_writes'), current_setting('server_encoding'), \
             pg_database_size(current_database()), current_setting('data_checksums'), \
             COALESCE((SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()), 0)",
        )
        .fetch_one(&mut database)
        .await
        .map_err(trouble)?;
        let setting = |at: usize, name, due| Tuned { name, is: row.get(at), due };
        let steps = steps(&mut database).await?;
        database.close().await.map_err(trouble)?;
        let (version, failed): (String, i64) = (row.get(1), row.get(7));
        let has_checksums = row.get::<&str, _>(6) == "on";
        Ok(Health {
            too_old: (row.get::<i32, _>(0) < OLDEST).then_some("14"),
            product: format!("PostgreSQL {version}"),
            settings: vec![
                setting(2, "fsync", "on"),
                setting(3, "full_page_writes", "on"),
                setting(4, "server_encoding", "UTF8"),
            ],
            damage: (failed > 0)
                .then(|| format!("{failed} pages did not fit their checksums"))
                .into_iter()
                .collect(),
            pages: if has_checksums {
                "Postgres has found no page that does not fit its checksum"
            } else {
                "pages have no checksums: damage would show when they are read (pg_checksums --enable)"
            },
            steps,
            bytes: u64::try_from(row.get::<i64, _>(5)).unwrap_or(0),
        })
    }

    /// What a company has here beside its book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holdings(&self, company: CompanyId) -> Stored<Holdings> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM blobs WHERE company = $1), \
             (SELECT COUNT(DISTINCT hash) FROM blob_scopes s WHERE company = $1 AND NOT EXISTS \
              (SELECT 1 FROM blobs b WHERE b.company = s.company AND b.hash = s.hash)), \
             (SELECT COUNT(*) FROM sessions WHERE company = $1)",
        )
        .bind(&company.bytes()[..])
        .fetch_one(self.readers())
        .await
        .map_err(trouble)?;
        let count = |at: usize| u64::try_from(row.get::<i64, _>(at)).unwrap_or(0);
        Ok(Holdings { files: count(0), missing_files: count(1), sessions: count(2) })
    }
}

/// The steps that the tables have been through; none where there is no list of them.
async fn steps(database: &mut PgConnection) -> Stored<Steps> {
    let listed: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *database)
        .await
        .map_err(trouble)?;
    let rows = if listed {
        sqlx::query("SELECT version, description, success, checksum FROM _sqlx_migrations ORDER BY version")
            .fetch_all(database)
            .await
            .map_err(trouble)?
    } else {
        Vec::new()
    };
    let found: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let known: Vec<_> = MIGRATIONS.iter().map(|step| (step.version, step.checksum.to_vec())).collect();
    Ok(Steps::of(&found, &known))
}
