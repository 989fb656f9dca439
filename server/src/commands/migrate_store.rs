//! `fieldbook migrate-store`: a company moves from SQLite to Postgres, or back, and nothing of it changes.

use std::fmt::Write as _;

use clap::Args;
use server::config::DatabaseUrl;
use server::store::moving::{Moved, Same, move_company};
use server::store::{ChosenStore, Place, Store, StoreError};

use super::{Trouble, must_be_there, open_store};

/// `fieldbook migrate-store --from PLACE --to PLACE`
#[derive(Args)]
pub(crate) struct MigrateStore {
    /// Where the book is: a SQLite file, or `postgres://USER@HOST/DATABASE`
    #[arg(long, value_name = "PLACE")]
    from: DatabaseUrl,
    /// Where it goes: a file that is not there yet, or an empty database
    #[arg(long, value_name = "PLACE")]
    to: DatabaseUrl,
}

impl MigrateStore {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let [from, to] = [(&self.from, "--from"), (&self.to, "--to")].map(|(said, flag)| {
            said.place().map_err(|why| Trouble::new(format!("{flag}: {why}"), "correct it and try again"))
        });
        let (from, to) = (from?, to?);
        must_be_there(&from)?;
        let (source, target) = (open_store(&from).await?, open_store(&to).await?);
        let outcome = all_of(&source, &target, &from, &to).await;
        source.close().await;
        target.close().await;
        outcome
    }
}

async fn all_of(source: &ChosenStore, target: &ChosenStore, from: &Place, to: &Place) -> Result<(), Trouble> {
    let companies = source.companies().await.map_err(|error| Trouble::of_store(from, &error))?;
    if companies.is_empty() {
        return Err(Trouble::new(format!("{from} holds no company"), "name the place where the book is"));
    }
    for company in companies {
        let moved =
            move_company(source, target, company.id).await.map_err(|error| refused(from, to, &error))?;
        println!("{} ({}): the same in both, table by table", company.name, company.id);
        for same in moved.proof() {
            println!("{}", line(same));
        }
        if let Moved::Before(_) = moved {
            println!("it was there already: an earlier move had been cut off at its very end");
        }
    }
    // The book has moved, whatever comes of this.
    if let Err(error) = target.look_over().await {
        eprintln!("{to}: {error}; lists are slow until the database has looked over its tables (ANALYZE)");
    }
    println!("moved from {from} to {to}; the old place serves it no more");
    println!("serve it from the new one, and keep the old one until `fieldbook verify` has passed there");
    Ok(())
}

fn refused(from: &Place, to: &Place, error: &StoreError) -> Trouble {
    let way_on = match error {
        StoreError::Conflict(_) => "choose a place that has no book of this company yet",
        StoreError::Full(_) => "make room at the new place, then try again",
        StoreError::Corrupt(_) => "nothing was moved; run `fieldbook verify` on the old place",
        StoreError::Unavailable(_) | StoreError::Migration(_) => {
            "nothing was moved, and the old place serves on; see that both can be reached, then try again"
        }
    };
    Trouble::new(format!("{from} to {to}: {error}"), way_on)
}

fn line(same: &Same) -> String {
    let mut line = format!("{:<18} {:>10} rows  sha256 ", same.table, same.rows);
    for byte in &same.hash {
        write!(line, "{byte:02x}").expect("writing to memory cannot fail");
    }
    line
}
