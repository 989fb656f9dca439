//! `fieldbook user add`

use std::io::{IsTerminal, Read};
use std::path::Path;

use clap::{Args, Subcommand};
use server::config::{DataFolder, Surroundings};
use server::http::App;
use server::hub::{Command, CommandError, SharedHub};
use server::outside::Outside;
use server::store::sqlite::SqliteStore;
use server::store::sqlite::identity::Identities;
use sync_core::domain::people::{Role, StaffJoined};
use sync_core::op::Op;
use sync_core::unit::{StaffId, Text};
use uuid::Uuid;

use super::{Trouble, open};

/// `fieldbook user …`
#[derive(Args)]
pub(crate) struct User {
    #[command(subcommand)]
    task: UserTask,
}

#[derive(Subcommand)]
enum UserTask {
    /// Enter a member of staff who may sign in; the password is read from standard input, or made up and shown
    Add(Add),
    /// Let somebody sign in no more; their sessions end within ten seconds
    Disable(Disable),
}

#[derive(Args)]
struct Disable {
    #[command(flatten)]
    folder: DataFolder,
    /// Staff number (工号)
    #[arg(long, value_parser = text::<20>)]
    number: Text<1, 20>,
}

#[derive(Args)]
struct Add {
    #[command(flatten)]
    folder: DataFolder,
    /// Staff number (工号)
    #[arg(long, value_parser = text::<20>)]
    number: Text<1, 20>,
    /// Name
    #[arg(long, value_parser = text::<40>)]
    name: Text<1, 40>,
    /// Role, such as `direct-rep`, `finance`, `sales-head`
    #[arg(long, value_parser = role)]
    role: Role,
    /// Team
    #[arg(long, default_value = "", value_parser = |team: &str| Text::<0, 40>::new(team))]
    team: Text<0, 40>,
}

fn text<const MOST: usize>(text: &str) -> Result<Text<1, MOST>, sync_core::unit::NotAText> {
    Text::new(text)
}

fn role(code: &str) -> Result<Role, String> {
    Role::from_code(code).ok_or_else(|| {
        let all: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("the roles are {}", all.join(", "))
    })
}

impl User {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        match self.task {
            UserTask::Add(add) => add.run().await,
            UserTask::Disable(disable) => disable.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Trouble> {
        let outside = Outside::real();
        let hub = open(&self.folder, &outside).await?;
        let user = NewUser { number: self.number, name: self.name, role: self.role, team: self.team };
        user.enter(hub, outside, &self.folder.database()).await
    }
}

impl Disable {
    async fn run(self) -> Result<(), Trouble> {
        let outside = Outside::real();
        let hub = open(&self.folder, &outside).await?;
        let disabled = Identities::new(hub.store(), hub.company())
            .disable_user(self.number.as_str(), outside.now())
            .await
            .map_err(|error| Trouble::of_store(&self.folder.database(), &error))?;
        hub.store().close().await;
        if !disabled {
            return Err(Trouble::new(
                format!("nobody signs in with number {}", self.number),
                "check the number",
            ));
        }
        println!("number {} may sign in no more", self.number);
        Ok(())
    }
}

/// Somebody who is to sign in.
pub(super) struct NewUser {
    pub(super) number: Text<1, 20>,
    pub(super) name: Text<1, 40>,
    pub(super) role: Role,
    pub(super) team: Text<0, 40>,
}

impl NewUser {
    /// Enters them in the book and lets them sign in.
    pub(super) async fn enter(
        self,
        hub: SharedHub<SqliteStore>,
        outside: Outside,
        file: &Path,
    ) -> Result<(), Trouble> {
        let alone = Surroundings { behind_proxy: false, secure_cookies: true };
        let app = App::around(hub, outside.clone(), alone)
            .await
            .map_err(|error| Trouble::of_store(file, &error))?;
        let (password, made_up) = password(&outside);
        let staff = StaffId(outside.id());
        // The password first: a number that is taken is noticed before anything stands in the book.
        app.auth.set_password(staff, self.number.as_str(), password.clone()).await.map_err(|error| {
            Trouble::new(format!("number {}: {error}", self.number), "choose another number")
        })?;
        let joined = StaffJoined {
            staff,
            number: self.number.clone(),
            name: self.name,
            role: self.role,
            team: self.team,
        };
        let command = Command::new(Command::operator(Uuid::nil()), Op::StaffJoined(joined));
        app.queue.command(command).await.map_err(|error| match error {
            CommandError::Store(error) => Trouble::of_store(file, &error),
            CommandError::Refused { refusal, .. } => {
                Trouble::new(refusal.to_string(), "correct it and try again")
            }
        })?;
        app.hub().store().close().await;
        println!("{} may sign in with number {}", self.role.code(), self.number);
        if made_up {
            println!("password {password}");
        }
        Ok(())
    }
}

/// What made-up passwords are made of: without figures and letters that look alike.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";

/// The first line of standard input, or where nobody pipes one in, a password made up.
fn password(outside: &Outside) -> (String, bool) {
    let mut typed = String::new();
    let mut input = std::io::stdin();
    if !input.is_terminal() && input.read_to_string(&mut typed).is_ok() {
        let line = typed.lines().next().unwrap_or_default().trim();
        if !line.is_empty() {
            return (line.to_owned(), false);
        }
    }
    let made = outside.random::<16>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    (made.into_iter().collect(), true)
}
