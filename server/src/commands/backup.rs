//! `fieldbook backup`

use std::path::PathBuf;

use clap::Args;
use server::config::DataFolder;
use server::hub::Hub;
use server::outside::Outside;

use super::{Trouble, look_at, open};

/// `fieldbook backup FILE`
#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    folder: DataFolder,
    /// The file to make; it must not be there yet
    file: PathBuf,
}

impl Backup {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let outside = Outside::real();
        let hub = open(&self.folder, &outside).await?;
        let done = hub.store().backup(&self.file).await;
        hub.store().close().await;
        done.map_err(|error| Trouble::of_store(&self.file, &error))?;
        // A copy that does not open is no backup.
        let copy = look_at(&self.file, &outside).await?;
        let head = position(&copy.hub).await.map_err(|error| Trouble::of_store(&self.file, &error))?;
        copy.looked.close().await;
        println!("copied to {}: it opens, and its feed ends at {head}", self.file.display());
        Ok(())
    }
}

async fn position(hub: &Hub<server::store::sqlite::SqliteStore>) -> server::store::Stored<u64> {
    use server::store::Snapshot;
    Ok(hub.snapshot().await?.head().await?.position)
}
