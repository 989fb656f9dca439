//! `fieldbook init`

use std::fs;
use std::sync::Arc;

use clap::Args;
use server::auth::Passwords;
use server::config::{DEMO_SIGN_INS, DataFolder};
use server::demo;
use server::hub::Hub;
use server::outside::Outside;
use server::store::{ChosenStore, Identities, Place, Store};

use super::user::NewUser;
use super::{Trouble, open_store, place};
use sync_core::domain::people::Role;
use sync_core::unit::Text;

/// `fieldbook init`
#[derive(Args)]
pub(crate) struct Init {
    #[command(flatten)]
    folder: DataFolder,
    /// The company's name
    #[arg(long, value_name = "NAME", default_value = "外勤账本", value_parser = |name: &str| Text::<1, 60>::new(name))]
    name: Text<1, 60>,
    /// The staff number of the first administrator
    #[arg(long, value_name = "NUMBER", default_value = "admin", value_parser = |number: &str| Text::<1, 20>::new(number))]
    admin: Text<1, 20>,
    /// Make a demo company with three months of history instead
    #[arg(long, conflicts_with_all = ["name", "admin"])]
    demo: bool,
}

impl Init {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let place = place(&self.folder)?;
        if self.demo || place.file().is_some() {
            fs::create_dir_all(&self.folder.data)
                .map_err(|error| Trouble::of_file(&self.folder.data, &error))?;
        }
        if place.file().is_some_and(std::path::Path::exists) {
            return Err(there_already(&place));
        }
        let outside = Outside::real();
        let store = open_store(&place).await?;
        // A database is there before its book is, and somebody else may be about to make one in it.
        let turn = store.making().await.map_err(|error| Trouble::of_store(&place, &error))?;
        let there = store.companies().await.map_err(|error| Trouble::of_store(&place, &error))?;
        if !there.is_empty() {
            return Err(there_already(&place));
        }
        if self.demo {
            // The company is entered with the first thing it does; the turn lasts for all of it.
            let _turn = turn;
            return demo_company(store, &outside, &self.folder, &place).await;
        }
        let hub = Hub::found(store, self.name.as_str(), outside.clone(), outside.now())
            .await
            .map_err(|error| Trouble::of_store(&place, &error))?;
        drop(turn);
        println!("made {} in {place}", self.name);
        let administrator = NewUser {
            number: self.admin,
            name: Some(Text::new("系统管理员").expect("five characters are a name")),
            role: Some(Role::Administrator),
            team: Text::default(),
        };
        administrator.enter(Arc::new(hub), outside, &place).await
    }
}

fn there_already(place: &Place) -> Trouble {
    Trouble::new(
        format!("there is a book at {place} already"),
        "serve it with `fieldbook serve`, or choose another folder with --data",
    )
}

/// Founds the demo company, lets everybody of it sign in, and says with what.
async fn demo_company(
    store: ChosenStore,
    outside: &Outside,
    folder: &DataFolder,
    place: &Place,
) -> Result<(), Trouble> {
    let half_made = |error: &dyn std::fmt::Display| {
        Trouble::new(format!("{place}: {error}"), "remove it, it is half made, and try again")
    };
    let (hub, told) = demo::found(store, outside.now()).await.map_err(|error| half_made(&error))?;
    let identities = Identities::new(hub.store(), hub.company());
    let hash = Passwords::new(outside)
        .hash(demo::PASSWORD.to_owned(), outside.random())
        .await
        .map_err(|error| half_made(&error))?;
    for person in demo::everybody() {
        identities
            .set_user(person.id(), &person.number, &hash, outside.now())
            .await
            .map_err(|error| Trouble::of_store(place, &error))?;
    }
    hub.store().close().await;
    let sign_ins = folder.data.join(DEMO_SIGN_INS);
    fs::write(&sign_ins, demo::sign_ins()).map_err(|error| Trouble::of_file(&sign_ins, &error))?;
    println!("made {} with {} changes in {place}", demo::COMPANY, told.changes);
    print!("{}", demo::sign_ins());
    Ok(())
}
