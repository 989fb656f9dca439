//! `fieldbook backup`: one copy into a file, or copies in a folder, of which the oldest give way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use server::config::DataFolder;
use server::outside::Outside;
use server::store::{ChosenStore, Place, StoreError};

use super::generations::Generations;
use super::{Looking, Trouble, look_at, must_be_there, open_store, place};

/// `fieldbook backup FILE`, `fieldbook backup --to DIR`
#[derive(Args)]
#[command(group(ArgGroup::new("where").required(true).args(["file", "to"])))]
pub(crate) struct Backup {
    #[command(flatten)]
    folder: DataFolder,
    /// The file to make; it must not be there yet
    file: Option<PathBuf>,
    /// A folder for copies named by their time, of which the oldest are removed
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// So many copies stay in that folder
    #[arg(long, value_name = "COPIES", default_value_t = 14, requires = "to", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    keep: u32,
    /// Goes on until it is stopped, and makes a copy every so many minutes
    #[arg(long, value_name = "MINUTES", requires = "to", value_parser = clap::value_parser!(u32).range(1..=43_200))]
    every: Option<u32>,
    /// Only opens each copy; else all of it is recomputed, as `fieldbook verify` does
    #[arg(long)]
    quick: bool,
}

impl Backup {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let book = place(&self.folder)?;
        if let Place::Postgres(_) = book {
            return Err(of_postgres(&book));
        }
        must_be_there(&book)?;
        match (&self.file, &self.to, self.every) {
            (Some(file), ..) => self.copy(&book, file).await.map(drop),
            (None, Some(to), None) => self.generation(&book, to).await,
            (None, Some(to), Some(minutes)) => self.again_and_again(&book, to, minutes).await,
            (None, None, _) => Ok(()),
        }
    }

    /// One more copy in the folder; the oldest give way once it is known to be good.
    async fn generation(&self, book: &Place, to: &Path) -> Result<(), Trouble> {
        let generations = Generations::in_folder(to)?;
        let file = generations.next(Outside::real().now());
        self.copy(book, &file).await?;
        for old in generations.beyond(self.keep as usize)? {
            std::fs::remove_file(&old).map_err(|error| Trouble::of_file(&old, &error))?;
            println!("removed {}", old.display());
        }
        Ok(())
    }

    /// A copy that could not be made is told, and made at the next turn; the ones before it stay.
    async fn again_and_again(&self, book: &Place, to: &Path, minutes: u32) -> Result<(), Trouble> {
        let mut turns = tokio::time::interval(Duration::from_mins(minutes.into()));
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            if let Err(trouble) = self.generation(book, to).await {
                eprintln!("fieldbook: {trouble}");
            }
        }
    }

    /// Copies the book, and looks whether the copy is one. One that is not is removed.
    async fn copy(&self, book: &Place, file: &Path) -> Result<(), Trouble> {
        let ChosenStore::Sqlite(store) = open_store(book).await? else { return Err(of_postgres(book)) };
        let done = store.backup(file).await;
        store.close().await;
        done.map_err(|error| Trouble::of_store(&Place::File(file.to_owned()), &error))?;
        let told = told_of(file, self.quick).await;
        if told.is_err() && !self.quick {
            // What does not verify is kept under a name that no restore takes for a copy.
            let mut aside = file.as_os_str().to_owned();
            aside.push(".bad");
            std::fs::rename(file, &aside).map_err(|error| Trouble::of_file(file, &error))?;
        }
        println!("copied to {}: {}", file.display(), told?);
        Ok(())
    }
}

/// Postgres has tools of its own, which copy a book of any size while it is in use.
pub(super) fn of_postgres(place: &Place) -> Trouble {
    Trouble::new(
        format!("{place} is backed up and restored by the tools of Postgres"),
        "use pg_dump for a copy of one moment, or pg_basebackup with archived WAL for every moment; a server \
         that begins over a restored database notices, and phones offer again what it lost: see docs/operations.md",
    )
}

/// Looks at a copy: that it opens, where its feed ends, and, unless it shall be quick, that everything in it holds.
pub(super) async fn told_of(file: &Path, quick: bool) -> Result<String, Trouble> {
    let place = Place::File(file.to_owned());
    let copy = look_at(&place, &Outside::real()).await?;
    let told = if quick {
        position(&copy).await.map(|head| (head, 0))
    } else {
        copy.hub.verify().await.map(|report| (report.entries, report.faults.len()))
    };
    copy.looked.close().await;
    match told.map_err(|error| Trouble::of_store(&place, &error))? {
        (head, 0) if quick => Ok(format!("it opens, and its feed ends at {head}")),
        (head, 0) => Ok(format!("everything in it holds, and its feed ends at {head}")),
        (_, faults) => Err(Trouble::new(
            format!("{}: {faults} findings", file.display()),
            "see them with `fieldbook verify` on it, and keep an earlier copy",
        )),
    }
}

async fn position(copy: &Looking) -> Result<u64, StoreError> {
    use server::store::Snapshot;
    Ok(copy.hub.snapshot().await?.head().await?.position)
}
