//! One database, and two servers over it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use server::store::Place;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{Book, Shelf, Told};
use crate::Proved;

/// Postgres is there again within this time.
const BACK_WITHIN: Duration = Duration::from_secs(30);

pub(super) struct House {
    folder: PathBuf,
    books: [Book; 2],
    shelf: Arc<Shelf>,
}

impl House {
    /// An empty database, and a folder of each server's own for its log.
    pub(super) fn open(binary: &Path) -> Proved<Self> {
        let folder = std::env::current_exe()?.with_file_name(format!("cluster-{}", std::process::id()));
        let shelf = Arc::new(Shelf::fresh(&folder, true)?);
        let book = |name: &str| {
            let folder = folder.join(name);
            fs::create_dir_all(&folder)?;
            Proved::Ok(Book { binary: binary.to_owned(), folder, shelf: Arc::clone(&shelf) })
        };
        let books = [book("one")?, book("two")?];
        Ok(Self { folder, books, shelf })
    }

    pub(super) fn place(&self) -> Proved<Place> {
        self.shelf.place()
    }

    pub(super) const fn book(&self) -> &Book {
        &self.books[0]
    }

    pub(super) const fn book_of(&self, which: usize) -> &Book {
        &self.books[which]
    }

    /// Ends one process of Postgres by signal 9: it ends all others, and recovers from its log.
    pub(super) fn crash_postgres(&self) -> Proved<()> {
        let Shelf::Database(database) = &*self.shelf else { return Err("two servers need Postgres".into()) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut connection = PgConnection::connect_with(&database.options()).await?;
            let process: i32 =
                sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
            let mut witness = PgConnection::connect_with(&database.options()).await?;
            let killed = Command::new("kill").args(["-9", &process.to_string()]).status()?;
            if !killed.success() {
                return Err("a process of Postgres could not be ended".into());
            }
            drop(connection);
            // It has fallen over when everybody else's connection is gone as well, and is back when one answers.
            let begun = Instant::now();
            let waits = |error: sqlx::Error| {
                if begun.elapsed() > BACK_WITHIN {
                    return Err(error);
                }
                sleep(Duration::from_millis(50));
                Ok(())
            };
            while sqlx::query("SELECT 1").execute(&mut witness).await.is_ok() {
                waits(sqlx::Error::WorkerCrashed)?;
            }
            loop {
                match answers(&database.options()).await {
                    Ok(()) => break Ok(()),
                    Err(error) => waits(error)?,
                }
            }
        })
    }

    /// Every command of the desk is in the feed once, though it was asked for again at another server.
    pub(super) fn said_once(&self, told: &[Told]) -> Proved<()> {
        for desk in told.iter().filter(|told| !told.is_a_phone) {
            let entries = self.book().changes_of(desk.device)?;
            for words in &desk.said {
                let times = entries.iter().filter(|change| contains(change, words.as_bytes())).count();
                if times != 1 {
                    return Err(
                        format!("the desk said {words} once, and it is in the feed {times} times").into()
                    );
                }
            }
        }
        Ok(())
    }
}

/// Whether Postgres answers on a new connection.
async fn answers(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::query("SELECT 1").execute(&mut connection).await.map(drop)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|some| some == part)
}

impl Drop for House {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}
