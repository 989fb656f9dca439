//! What the command line does. Every failure is one line: what it is, and what to do about it.

mod backup;
mod import;
mod init;
mod serve;
mod trouble;
mod user;

use std::path::Path;
use std::sync::Arc;

pub(crate) use backup::{Backup, Verify};
pub(crate) use import::Import;
pub(crate) use init::Init;
pub(crate) use serve::serve;
use server::config::DataFolder;
use server::hub::{Hub, SharedHub};
use server::outside::Outside;
use server::store::sqlite::SqliteStore;
pub(crate) use trouble::Trouble;
pub(crate) use user::User;

/// Opens the book of a data folder that must be there.
async fn open(folder: &DataFolder, outside: &Outside) -> Result<SharedHub<SqliteStore>, Trouble> {
    open_file(&folder.database(), outside).await
}

/// Opens a book that must be there.
async fn open_file(file: &Path, outside: &Outside) -> Result<SharedHub<SqliteStore>, Trouble> {
    if !file.exists() {
        return Err(Trouble::new(
            format!("there is no book at {}", file.display()),
            "make one with `fieldbook init`, or name the right folder with --data",
        ));
    }
    let store = open_store(file).await?;
    let hub =
        Hub::open(store, None, outside.clone()).await.map_err(|error| Trouble::of_store(file, &error))?;
    hub.map(Arc::new).ok_or_else(|| {
        Trouble::new(
            format!("{} holds no company", file.display()),
            "it was left half made: move it away and run `fieldbook init`",
        )
    })
}

async fn open_store(file: &Path) -> Result<SqliteStore, Trouble> {
    SqliteStore::open(file).await.map_err(|error| Trouble::of_store(file, &error))
}
