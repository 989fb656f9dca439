//! `fieldbook backup` and `fieldbook verify`

use std::path::PathBuf;

use clap::Args;
use server::config::DataFolder;
use server::hub::Hub;
use server::outside::Outside;
use server::verify::Report;

use super::{Trouble, open, open_file};

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
        let copy = open_file(&self.file, &outside).await?;
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
    /// A backup to check instead
    file: Option<PathBuf>,
}

impl Verify {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let file = self.file.unwrap_or_else(|| self.folder.database());
        let hub = open_file(&file, &Outside::real()).await?;
        let report = hub.verify().await.map_err(|error| Trouble::of_store(&file, &error))?;
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
