//! What the command line does. Every failure is one line: what it is, and what to do about it.

mod backup;
mod config;
mod doctor;
mod generations;
mod import;
mod init;
mod keys;
mod ready;
mod restore;
mod serve;
mod trouble;
mod user;
mod verify;

use std::path::Path;
use std::sync::Arc;

pub(crate) use backup::Backup;
pub(crate) use config::{Config, Told, refused};
pub(crate) use doctor::Doctor;
pub(crate) use import::Import;
pub(crate) use init::Init;
pub(crate) use keys::Keys;
pub(crate) use ready::Ready;
pub(crate) use restore::Restore;
pub(crate) use serve::serve;
use server::config::DataFolder;
use server::hub::{Hub, SharedHub};
use server::outside::Outside;
use server::store::sqlite::{Looked, SqliteStore};
pub(crate) use trouble::Trouble;
pub(crate) use user::User;
pub(crate) use verify::Verify;

/// Opens the book of a data folder that must be there.
async fn open(folder: &DataFolder, outside: &Outside) -> Result<SharedHub<SqliteStore>, Trouble> {
    open_file(&folder.database(), outside).await
}

/// Opens a book that must be there.
async fn open_file(file: &Path, outside: &Outside) -> Result<SharedHub<SqliteStore>, Trouble> {
    must_be_there(file)?;
    let store = open_store(file).await?;
    hub_of(file, store, outside).await
}

fn must_be_there(file: &Path) -> Result<(), Trouble> {
    if file.exists() {
        return Ok(());
    }
    Err(Trouble::new(
        format!("there is no book at {}", file.display()),
        "make one with `fieldbook init`, or name the right folder with --data",
    ))
}

/// A book that is only looked at: nothing in the file or beside it is written.
struct Looking {
    hub: SharedHub<SqliteStore>,
    looked: Looked,
}

/// Opens a book that must be there to look at it.
async fn look_at(file: &Path, outside: &Outside) -> Result<Looking, Trouble> {
    must_be_there(file)?;
    let aside = std::env::temp_dir().join(format!("fieldbook-look-{}.db", outside.id()));
    let looked = SqliteStore::look(file, &aside).await.map_err(|error| Trouble::of_store(file, &error))?;
    let hub = hub_of(file, looked.store.clone(), outside).await?;
    Ok(Looking { hub, looked })
}

async fn hub_of(
    file: &Path,
    store: SqliteStore,
    outside: &Outside,
) -> Result<SharedHub<SqliteStore>, Trouble> {
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
