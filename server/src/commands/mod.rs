//! What the command line does. Every failure is one line: what it is, and what to do about it.

mod backup;
mod config;
mod doctor;
mod generations;
mod import;
mod init;
mod keys;
mod migrate_store;
mod read_receivables;
mod ready;
mod restore;
mod serve;
mod trouble;
mod user;
mod verify;

use std::sync::Arc;

pub(crate) use backup::Backup;
pub(crate) use config::{Config, Told, refused};
pub(crate) use doctor::Doctor;
pub(crate) use import::Import;
pub(crate) use init::Init;
pub(crate) use keys::Keys;
pub(crate) use migrate_store::MigrateStore;
pub(crate) use read_receivables::ReadReceivables;
pub(crate) use ready::Ready;
pub(crate) use restore::Restore;
pub(crate) use serve::{serve, traces};
use server::auth::know_hub_keys;
use server::config::DataFolder;
use server::hub::{Hub, SharedHub};
use server::outside::Outside;
use server::store::{ChosenStore, Identities, LookedAt, Place};
pub(crate) use trouble::Trouble;
pub(crate) use user::User;
pub(crate) use verify::Verify;

/// Where the book lies.
fn place(folder: &DataFolder) -> Result<Place, Trouble> {
    folder.place().map_err(|why| Trouble::new(format!("--database: {why}"), "correct it and try again"))
}

/// Opens a book that must be there.
async fn open(place: &Place, outside: &Outside) -> Result<SharedHub<ChosenStore>, Trouble> {
    must_be_there(place)?;
    let store = open_store(place).await?;
    hub_of(place, store, outside).await
}

/// A file that is not there would be made; a database that is not there says so itself.
fn must_be_there(place: &Place) -> Result<(), Trouble> {
    if place.file().is_none_or(std::path::Path::exists) {
        return Ok(());
    }
    Err(Trouble::new(
        format!("there is no book at {place}"),
        "make one with `fieldbook init`, or name the right folder with --data",
    ))
}

/// A book that is only looked at: nothing in it or beside it is written.
struct Looking {
    hub: SharedHub<ChosenStore>,
    looked: LookedAt,
}

/// Opens a book that must be there to look at it.
async fn look_at(place: &Place, outside: &Outside) -> Result<Looking, Trouble> {
    must_be_there(place)?;
    let aside = std::env::temp_dir().join(format!("fieldbook-look-{}.db", outside.id()));
    let looked = ChosenStore::look(place, &aside).await.map_err(|error| Trouble::of_store(place, &error))?;
    let hub = hub_of(place, looked.store.clone(), outside).await?;
    Ok(Looking { hub, looked })
}

async fn hub_of(
    place: &Place,
    store: ChosenStore,
    outside: &Outside,
) -> Result<SharedHub<ChosenStore>, Trouble> {
    let hub =
        Hub::open(store, None, outside.clone()).await.map_err(|error| Trouble::of_store(place, &error))?;
    let hub = hub.map(Arc::new).ok_or_else(|| {
        let way_on = match place {
            Place::File(_) => "it was left half made: move it away and run `fieldbook init`",
            Place::Postgres(_) => "make one in it with `fieldbook init`",
        };
        Trouble::new(format!("{place} holds no company"), way_on)
    })?;
    let identities = Identities::new(hub.store(), hub.company());
    let known = know_hub_keys(hub.signers(), &identities).await;
    known.map_err(|error| Trouble::of_store(place, &error))?;
    Ok(hub)
}

async fn open_store(place: &Place) -> Result<ChosenStore, Trouble> {
    ChosenStore::open(place).await.map_err(|error| Trouble::of_store(place, &error))
}
