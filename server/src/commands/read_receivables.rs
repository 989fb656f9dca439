//! `fieldbook read-receivables`: the list of what is owed, made anew from the papers of the book.

use clap::Args;
use server::config::DataFolder;
use server::outside::Outside;
use server::receivables;
use server::store::Receivables;

use super::{Trouble, open, place};

/// `fieldbook read-receivables`
#[derive(Args)]
pub(crate) struct ReadReceivables {
    #[command(flatten)]
    folder: DataFolder,
}

impl ReadReceivables {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let place = place(&self.folder)?;
        let hub = open(&place, &Outside::real()).await?;
        let of_store = |error| Trouble::of_store(&place, &error);
        let table = Receivables::new(hub.store(), hub.company());
        // A server that reads on meanwhile has moved the mark: then it is looked at again.
        loop {
            let mut moment = hub.snapshot().await.map_err(of_store)?;
            let mark = moment.owed_mark().await.map_err(of_store)?;
            drop(moment);
            if table.forget(mark).await.map_err(of_store)? {
                break;
            }
        }
        let read = receivables::refresh(hub.store(), &table, hub.company()).await.map_err(of_store)?;
        println!("what is owed was read anew: {} customers", read.customers);
        hub.store().close().await;
        Ok(())
    }
}
