//! `fieldbook backup` and `fieldbook verify`

use std::path::PathBuf;

use clap::Args;
use server::config::DataFolder;
use server::hub::Hub;
use server::outside::Outside;
use server::verify::Report;

use super::{Trouble, open, open_store};

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
        done.map_err(|error| Trouble::of_store(&self.file, &error))?;
        hub.store().close().await;
        // A copy that does not open is no backup.
        let store = open_store(&self.file).await?;
        let copy =
            Hub::open(store, None, outside).await.map_err(|error| Trouble::of_store(&self.file, &error))?;
        let copy = copy.ok_or_else(|| {
            Trouble::new(
                format!("{} opens but holds no company", self.file.display()),
                "make the backup again",
            )
        })?;
        let head = position(&copy).await.map_err(|error| Trouble::of_store(&self.file, &error))?;
        copy.store().close().await;
        println!("copied to {}: it opens, and its feed ends at {head}", self.file.display());
        Ok(())
    }
}

async fn position(hub: &Hub<server::store::sqlite::SqliteStore>) -> server::store::Stored<u64> {
    use server::store::Snapshot;
    Ok(hub.snapshot().await?.head().await?.position)
}

/// `fieldbook verify`
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    folder: DataFolder,
}

impl Verify {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let hub = open(&self.folder, &Outside::real()).await?;
        let report =
            hub.verify().await.map_err(|error| Trouble::of_store(&self.folder.database(), &error))?;
        tell(&report);
        hub.store().close().await;
        if report.holds() {
            println!("everything holds");
            return Ok(());
        }
        Err(Trouble::new(
            format!("{} findings, listed above", report.faults.len()),
            "keep this file as it is, and restore the latest backup that verifies",
        ))
    }
}

fn tell(report: &Report) {
    let counters = report.counters;
    println!("entries of the feed read     {:>10}", report.entries);
    println!("device chains recomputed     {:>10}", report.chains);
    println!("signatures over chain heads  {:>10}", report.signatures);
    println!("papers folded anew           {:>10}", report.papers);
    println!("scope digests recomputed     {:>10}", report.digests);
    println!("places in scopes and lists   {:>10}", report.places);
    println!("files compared with names    {:>10}", report.files);
    println!("accounts added up            {:>10}", report.balances);
    println!(
        "received {} = applied {} + held {} + put aside {}",
        counters.received, counters.applied, counters.held, counters.quarantined
    );
    for fault in &report.faults {
        println!("FINDING {fault}");
    }
}
