//! `fieldbook restore`: a copy becomes the book again.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use server::config::DataFolder;
use server::outside::Outside;
use server::store::{ChosenStore, Place, sqlite::SqliteStore};

use super::backup::{of_postgres, told_of};
use super::generations::Generations;
use super::{Trouble, look_at, must_be_there, open_store, place};

/// `fieldbook restore --from FILE`, `fieldbook restore --from DIR --at TIME`, `fieldbook restore --taken-back`
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    folder: DataFolder,
    /// A copy made by `fieldbook backup`, or a folder of them, of which the latest is taken
    #[arg(long, value_name = "FILE|DIR", required_unless_present = "taken_back")]
    from: Option<PathBuf>,
    /// Of a folder, the latest copy made then or before, such as 2026-11-20T18:00:00+08:00
    #[arg(long, value_name = "TIME", value_parser = |time: &str| DateTime::parse_from_rfc3339(time).map(|time| time.to_utc()))]
    at: Option<DateTime<Utc>>,
    /// The book that is there now is put aside under another name
    #[arg(long)]
    replace: bool,
    /// The book was taken back by other means, such as a disk that was put back: the next server begins a new life of it
    #[arg(long, conflicts_with_all = ["from", "at", "replace"])]
    taken_back: bool,
}

impl Restore {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let place = place(&self.folder)?;
        let Some(from) = &self.from else { return taken_back(&place).await };
        let Some(book) = place.file().map(Path::to_owned) else { return Err(of_postgres(&place)) };
        let copy = self.chosen(from)?;
        if book.exists() && !self.replace {
            return Err(Trouble::new(
                format!("there is a book at {}", book.display()),
                "add --replace to put it aside, or choose another folder with --data",
            ));
        }
        let told = told_of(&copy, false).await?;
        std::fs::create_dir_all(&self.folder.data)
            .map_err(|error| Trouble::of_file(&self.folder.data, &error))?;
        let outside = Outside::real();
        // First beside its place: where the disk is too small, the book that is there stays there.
        let beside = self.folder.data.join(format!("restoring-{}.db", outside.id()));
        let looking = look_at(&Place::File(copy.clone()), &outside).await?;
        let ChosenStore::Sqlite(store) = &looking.looked.store else { return Err(of_postgres(&place)) };
        let made = store.backup(&beside).await;
        looking.looked.close().await;
        made.map_err(|error| Trouble::of_store(&Place::File(beside.clone()), &error))?;
        if book.exists() {
            let aside =
                put_aside(&book, &outside).await.inspect_err(|_| drop(std::fs::remove_file(&beside)))?;
            println!("the book that was there is at {}", aside.display());
        }
        std::fs::rename(&beside, &book).map_err(|error| Trouble::of_file(&book, &error))?;
        println!("restored {} from {}: {told}", book.display(), copy.display());
        println!(
            "serve it with `fieldbook serve`: it begins a new life, and phones bring back what they delivered since; commands of the office made since are gone"
        );
        Ok(())
    }

    fn chosen(&self, from: &Path) -> Result<PathBuf, Trouble> {
        if !from.is_dir() {
            must_be_there(&Place::File(from.to_owned()))?;
            return Ok(from.to_owned());
        }
        let found = Generations::in_folder(from)?.at(self.at)?;
        found.ok_or_else(|| {
            Trouble::new(
                format!("{} holds no copy of that time or before", from.display()),
                "name an earlier folder or a later time",
            )
        })
    }
}

/// Marks a book that something else has taken back.
async fn taken_back(place: &Place) -> Result<(), Trouble> {
    must_be_there(place)?;
    let store = open_store(place).await?;
    let marked = store.taken_back().await;
    store.close().await;
    marked.map_err(|error| Trouble::of_store(place, &error))?;
    println!(
        "marked {place}: start its servers anew; the first begins a new life of the book, and phones bring back what they delivered since"
    );
    Ok(())
}

/// Puts a book aside that nobody has open. Its name there.
async fn put_aside(book: &Path, outside: &Outside) -> Result<PathBuf, Trouble> {
    let of_store = |error| Trouble::of_store(&Place::File(book.to_owned()), &error);
    SqliteStore::leave_whole(book).await.map_err(of_store)?;
    let mut aside = book.as_os_str().to_owned();
    aside.push(format!(".before-{}", outside.now().millis() / 1_000));
    let aside = PathBuf::from(aside);
    std::fs::rename(book, &aside).map_err(|error| Trouble::of_file(book, &error))?;
    Ok(aside)
}
