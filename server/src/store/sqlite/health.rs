//! How the file stands: its version, its pages, its steps.

use std::path::Path;

use sqlx::{Connection, Row, sqlite::SqliteConnection};
use sync_core::unit::CompanyId;

use super::{SqliteStore, look::only_to_read, open::MIGRATIONS, trouble::trouble};
use crate::store::{
    Stored,
    health::{Health, Holdings, Steps, Tuned},
};

/// Earlier versions may damage a file in which two connections carry the log over at once.
const LEAST: (&str, [u32; 3]) = ("3.51.3", [3, 51, 3]);

/// So many lines of what does not hold are enough.
const LINES: usize = 5;

impl SqliteStore {
    /// Looks at a file without writing it: version, pages, steps.
    ///
    /// # Errors
    /// It cannot be opened, or is no database at all.
    pub async fn health(path: &Path) -> Stored<Health> {
        let mut file = SqliteConnection::connect_with(&only_to_read(path)).await.map_err(trouble)?;
        let version: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut file).await.map_err(trouble)?;
        let said: Vec<String> =
            sqlx::query_scalar("PRAGMA quick_check").fetch_all(&mut file).await.map_err(trouble)?;
        let damage = said
            .iter()
            .flat_map(|said| said.lines())
            .filter(|line| *line != "ok" && !line.starts_with("***"))
            .take(LINES)
            .map(ToOwned::to_owned)
            .collect();
        let steps = steps(&mut file).await?;
        file.close().await.map_err(trouble)?;
        Ok(Health {
            too_old: (numbers(&version) < LEAST.1).then_some(LEAST.0),
            product: format!("SQLite {version}"),
            settings: vec![Tuned { name: "journal_mode", is: mode(path).to_owned(), due: "wal" }],
            damage,
            pages: "every page and index can be read",
            steps,
            bytes: bytes(path),
        })
    }

    /// What a company has here beside its book.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn holdings(&self, company: CompanyId) -> Stored<Holdings> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM blobs WHERE company = ?1), \
             (SELECT COUNT(DISTINCT hash) FROM blob_scopes s WHERE company = ?1 AND NOT EXISTS \
              (SELECT 1 FROM blobs b WHERE b.company = s.company AND b.hash = s.hash)), \
             (SELECT COUNT(*) FROM sessions WHERE company = ?1)",
        )
        .bind(&company.bytes()[..])
        .fetch_one(self.readers())
        .await
        .map_err(trouble)?;
        let count = |at: usize| u64::try_from(row.get::<i64, _>(at)).unwrap_or(0);
        Ok(Holdings { files: count(0), missing_files: count(1), sessions: count(2) })
    }
}

/// The steps that the tables have been through; none where there is no list of them, which is a file of something else.
async fn steps(file: &mut SqliteConnection) -> Stored<Steps> {
    let listed: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *file)
            .await
            .map_err(trouble)?;
    let rows = if listed == 0 {
        Vec::new()
    } else {
        sqlx::query("SELECT version, description, success, checksum FROM _sqlx_migrations ORDER BY version")
            .fetch_all(file)
            .await
            .map_err(trouble)?
    };
    let found: Vec<_> = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let known: Vec<_> = MIGRATIONS.iter().map(|step| (step.version, step.checksum.to_vec())).collect();
    Ok(Steps::of(&found, &known))
}

/// How the file is written, by its own head: a connection that only reads would say how it reads.
fn mode(path: &Path) -> &'static str {
    use std::io::Read;
    let mut head = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    if read.is_ok() && head[18] == 2 { "wal" } else { "rollback journal" }
}

/// A version as numbers.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// The bytes of the file and of the logs beside it.
fn bytes(path: &Path) -> u64 {
    let size = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        std::fs::metadata(name).map_or(0, |file| file.len())
    };
    size("") + size("-wal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number_and_not_by_letter() {
        assert!(numbers("3.51.3") >= LEAST.1 && numbers("3.100.0") > LEAST.1 && numbers("4.0") > LEAST.1);
        assert!(numbers("3.51.2") < LEAST.1 && numbers("3.9.9") < LEAST.1);
    }
}
