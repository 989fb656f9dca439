//! `fieldbook doctor`: looks at everything an operator is asked about, and writes nothing.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use server::config::{Fault, Serving};
use server::doctor::{
    Check, Level, of_book, of_chains, of_clock, of_clocks, of_disk, of_everything, of_files, of_keys,
    of_settings, of_store, worst,
};
use server::hub::SharedHub;
use server::outside::Outside;
use server::store::{ChosenStore, Identities, Place, Stored};

use super::{Looking, Told, look_at};

/// `fieldbook doctor`
#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    serving: Serving,
    /// Recompute everything, as `fieldbook verify` does; of a large book that takes minutes
    #[arg(long)]
    full: bool,
    /// How many entries of the feed are looked at, from the last one back
    #[arg(long, value_name = "ENTRIES", default_value_t = 10_000, conflicts_with = "full")]
    last: u64,
    /// Say it as JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks, tells, and ends with 0 where all is well, with 1 where something wants attention, with 2 where something is bad.
    pub(crate) async fn run(self, told: &Told) -> ExitCode {
        let checks = self.checks(&told.faults).await;
        let level = worst(&checks);
        if self.json {
            let said = serde_json::json!({ "level": level, "checks": checks });
            println!("{said:#}");
        } else {
            for check in &checks {
                println!("{check}");
            }
        }
        ExitCode::from(level as u8)
    }

    async fn checks(&self, faults: &[Fault]) -> Vec<Check> {
        let (outside, begun) = (Outside::real(), Instant::now());
        let from = outside.now();
        let mut checks: Vec<_> = faults.iter().map(of_fault).collect();
        checks.extend(of_settings(&self.serving, from));
        // What names no place is told with the settings.
        if let Ok(place) = self.serving.folder.place()
            && place.file().is_none_or(std::path::Path::exists)
        {
            self.book(&place, &outside, &mut checks).await;
        }
        checks.extend(of_clocks(from, outside.now(), begun.elapsed()));
        checks
    }

    /// The book itself, where there is one. The seam between backends: what a store says of itself is [`of_store`]'s, and
    /// what follows from the book is the same for each.
    async fn book(&self, place: &Place, outside: &Outside, checks: &mut Vec<Check>) {
        let health = match ChosenStore::health(place).await {
            Ok(health) => health,
            Err(error) => return checks.push(of_book(&error)),
        };
        // The disk of Postgres is for whoever looks after Postgres.
        if place.file().is_some() {
            checks.push(of_disk(&self.serving.folder.data, health.bytes));
        }
        checks.extend(of_store(&health));
        let steps = &health.steps;
        let not_ours = [&steps.missing, &steps.unknown, &steps.altered, &steps.unfinished];
        if not_ours.into_iter().any(|steps| !steps.is_empty()) {
            let saw = "not looked at: the tables are not those of this program";
            return checks.push(Check::warn("chains", saw, "see to the tables first"));
        }
        match look_at(place, outside).await {
            Ok(Looking { hub, looked }) => {
                if let Err(error) = self.company(&hub, outside, checks).await {
                    checks.push(of_book(&error));
                }
                drop(hub);
                looked.close().await;
            }
            Err(trouble) => checks.push(Check::bad("database", trouble.to_string(), "")),
        }
    }

    async fn company(
        &self,
        hub: &SharedHub<ChosenStore>,
        outside: &Outside,
        checks: &mut Vec<Check>,
    ) -> Stored<()> {
        let holdings = hub.store().holdings(hub.company()).await?;
        let keys = Identities::new(hub.store(), hub.company()).keys_kept().await?;
        checks.extend(of_keys(hub.company(), &keys, holdings.sessions > 0, outside.now()));
        let latest = hub.verify_latest(self.last).await?;
        checks.push(of_clock(&latest, outside.now()));
        checks.push(if self.full { of_everything(&hub.verify().await?) } else { of_chains(&latest) });
        checks.push(of_files(&holdings));
        Ok(())
    }
}

/// A fault of a variable or of a line of the settings file.
fn of_fault(fault: &Fault) -> Check {
    let name = fault.name.as_deref().unwrap_or("settings");
    Check {
        name: name.to_owned(),
        level: Level::Bad,
        saw: fault.to_string(),
        advice: "correct it".to_owned(),
    }
}
