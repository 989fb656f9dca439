//! `fieldbook user add`

use std::io::{IsTerminal, Read};

use clap::{Args, Subcommand};
use server::auth::{Passwords, made_up};
use server::config::DataFolder;
use server::hub::{Command, CommandError, SharedHub};
use server::outside::Outside;
use server::store::{ChosenStore, Filter, Identities, ListAsk, Place, Snapshot, StoreError};
use sync_core::domain::people::{Role, StaffJoined};
use sync_core::op::Op;
use sync_core::paper::{Paper, PaperKind};
use sync_core::unit::{StaffId, Text};
use uuid::Uuid;

use super::{Trouble, open, place};

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
    /// Let somebody sign in no more; their sessions end within ten seconds, and their phones only deliver
    Disable(Known),
    /// Give somebody who has forgotten theirs a new password, read from standard input, or made up and shown
    Password(Known),
    /// Let somebody sign in again
    Enable(Known),
}

#[derive(Args)]
struct Known {
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
    /// Name; may be left out for somebody who is in the book already
    #[arg(long, value_parser = text::<40>)]
    name: Option<Text<1, 40>>,
    /// Role, such as `direct-rep`, `finance`, `sales-head`; may be left out for somebody who is in the book already
    #[arg(long, value_parser = role)]
    role: Option<Role>,
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
            UserTask::Disable(known) => known.may_sign_in(false).await,
            UserTask::Password(known) => known.new_password().await,
            UserTask::Enable(known) => known.may_sign_in(true).await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<(), Trouble> {
        let outside = Outside::real();
        let place = place(&self.folder)?;
        let hub = open(&place, &outside).await?;
        let user = NewUser { number: self.number, name: self.name, role: self.role, team: self.team };
        user.enter(hub, outside, &place).await
    }
}

impl Known {
    /// Their sessions go on; a locked phone opens with it at its next sign-in.
    async fn new_password(self) -> Result<(), Trouble> {
        let outside = Outside::real();
        let place = place(&self.folder)?;
        let of_store = |error: StoreError| Trouble::of_store(&place, &error);
        let hub = open(&place, &outside).await?;
        let (identities, number) = (Identities::new(hub.store(), hub.company()), self.number.as_str());
        let Some(staff) = identities.holder_of(number).await.map_err(of_store)? else {
            return Err(Trouble::new(format!("nobody signs in with number {number}"), "check the number"));
        };
        let (password, made_up) = password(&outside)?;
        let hash = Passwords::new(&outside).hash(password.to_string(), outside.random()).await;
        let hash = hash.map_err(|error| Trouble::new(error.to_string(), "try again"))?;
        identities.set_user(staff, number, &hash, outside.now()).await.map_err(of_store)?;
        hub.store().close().await;
        println!("number {number} has a new password");
        if made_up {
            println!("password {password}");
        }
        Ok(())
    }

    async fn may_sign_in(self, again: bool) -> Result<(), Trouble> {
        let outside = Outside::real();
        let place = place(&self.folder)?;
        let hub = open(&place, &outside).await?;
        let (identities, number) = (Identities::new(hub.store(), hub.company()), self.number.as_str());
        let found = if again {
            identities.enable_user(number).await
        } else {
            identities.disable_user(number, outside.now()).await
        };
        let found = found.map_err(|error| Trouble::of_store(&place, &error))?;
        hub.store().close().await;
        if !found {
            return Err(Trouble::new(format!("nobody signs in with number {number}"), "check the number"));
        }
        println!("number {number} may sign in {}", if again { "again" } else { "no more" });
        Ok(())
    }
}

/// Somebody who is to sign in.
pub(super) struct NewUser {
    pub(super) number: Text<1, 20>,
    pub(super) name: Option<Text<1, 40>>,
    pub(super) role: Option<Role>,
    pub(super) team: Text<0, 40>,
}

/// Somebody as the book has them.
struct InTheBook {
    staff: StaffId,
    name: Text<1, 40>,
    role: Role,
}

impl NewUser {
    /// Lets them sign in, and enters them in the book where they are not in it yet.
    ///
    /// The book comes first: whoever stands in it without a password gets one by the same command again.
    pub(super) async fn enter(
        self,
        hub: SharedHub<ChosenStore>,
        outside: Outside,
        place: &Place,
    ) -> Result<(), Trouble> {
        let of_store = |error: StoreError| Trouble::of_store(place, &error);
        let identities = Identities::new(hub.store(), hub.company());
        let (password, made_up) = password(&outside)?;
        let known = in_the_book(&hub, &self.number).await.map_err(of_store)?;
        if let Some(holder) = identities.holder_of(self.number.as_str()).await.map_err(of_store)? {
            if known.iter().any(|person| person.staff == holder) {
                return Err(Trouble::new(
                    format!("number {} signs in already", self.number),
                    "choose another number, or `fieldbook user enable` where it was disabled",
                ));
            }
            // Left behind by a command that was cut off before the book knew of it.
            identities.forget_user(holder).await.map_err(of_store)?;
        }
        let person = match known.as_slice() {
            [] => self.joins(&hub, &outside, place).await?,
            [_] => self.is(known.into_iter().next().expect("there is one"))?,
            _ => {
                return Err(Trouble::new(
                    format!("number {} belongs to several people in the book", self.number),
                    "choose another number",
                ));
            }
        };
        let hash = Passwords::new(&outside).hash(password.to_string(), outside.random()).await;
        let hash = hash.map_err(|error| Trouble::new(error.to_string(), "try again"))?;
        let set = identities.set_user(person.staff, self.number.as_str(), &hash, outside.now()).await;
        set.map_err(of_store)?;
        hub.store().close().await;
        println!("{} {} may sign in with number {}", person.role.code(), person.name, self.number);
        if made_up {
            println!("password {password}");
        }
        Ok(())
    }

    /// They are in the book; what was said of them must not be about somebody else.
    fn is(&self, person: InTheBook) -> Result<InTheBook, Trouble> {
        let same_name = self.name.as_ref().is_none_or(|name| *name == person.name);
        let same_role = self.role.is_none_or(|role| role == person.role);
        if same_name && same_role {
            return Ok(person);
        }
        let (number, name, role) = (&self.number, &person.name, person.role.code());
        Err(Trouble::new(
            format!("number {number} is {name}, {role}, in the book"),
            "leave out --name and --role to let them sign in, or choose another number",
        ))
    }

    /// They are new: the book learns of them.
    async fn joins(
        &self,
        hub: &SharedHub<ChosenStore>,
        outside: &Outside,
        place: &Place,
    ) -> Result<InTheBook, Trouble> {
        let (Some(name), Some(role)) = (self.name.clone(), self.role) else {
            return Err(Trouble::new(
                format!("number {} is not in the book", self.number),
                "give --name and --role",
            ));
        };
        let person = InTheBook { staff: StaffId(outside.id()), name, role };
        let joined = StaffJoined {
            staff: person.staff,
            number: self.number.clone(),
            name: person.name.clone(),
            role,
            team: self.team.clone(),
        };
        let command = Command::new(Command::operator(Uuid::nil()), Op::StaffJoined(joined));
        hub.command(command, outside.now()).await.map_err(|error| match error {
            CommandError::Store(error) => Trouble::of_store(place, &error),
            CommandError::Refused { refusal, .. } => {
                Trouble::new(refusal.to_string(), "correct it and try again")
            }
        })?;
        Ok(person)
    }
}

/// Whoever has this number in the book.
async fn in_the_book(
    hub: &SharedHub<ChosenStore>,
    number: &Text<1, 20>,
) -> Result<Vec<InTheBook>, StoreError> {
    let found_by = Filter { words: Some(number.to_string()), ..Filter::default() };
    let ask = ListAsk { limit: 1_000, ..ListAsk::every(&[PaperKind::Staff], found_by) };
    let listing = hub.snapshot().await?.list(&ask).await?;
    let people = listing.rows.into_iter().filter_map(|row| match row.paper {
        Paper::Staff(card) => {
            let role = card.role.value().copied();
            let joined = card.joined?.what;
            let role = role.unwrap_or(joined.role);
            (joined.number == *number).then_some(InTheBook { staff: joined.staff, name: joined.name, role })
        }
        _ => None,
    });
    Ok(people.collect())
}

/// A password as somebody chooses one.
type Password = Text<8, 200>;

/// The first line of standard input, or where nobody pipes one in, a password made up.
fn password(outside: &Outside) -> Result<(Password, bool), Trouble> {
    let mut typed = String::new();
    let mut input = std::io::stdin();
    if !input.is_terminal() && input.read_to_string(&mut typed).is_ok() {
        let line = typed.lines().next().unwrap_or_default().trim();
        if !line.is_empty() {
            let password = Password::new(line).map_err(|why| {
                Trouble::new(format!("the password: {why}"), "type one of 8 to 200 characters")
            })?;
            return Ok((password, false));
        }
    }
    Ok((Password::new(&made_up(outside.random())).expect("sixteen letters are a password"), true))
}
