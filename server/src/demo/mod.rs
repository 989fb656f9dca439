//! The demo company (演示公司): Chinese, realistic, and the same on every machine.
//!
//! Floor: beside the command line, above the hub. Every change of its past goes through the hub, so every rule has
//! been applied to it. Must not write to the store, and draws nothing at random.

mod bank;
mod customers;
mod days;
mod dice;
mod drawer;
mod goods;
mod history;
mod office;
mod owed;
mod people;
mod phone;
mod pictures;
mod places;
mod rep;
mod words;

pub use people::{Person, WITHOUT_A_PHONE, everybody};

use std::fmt::Write;
use std::sync::Mutex;

use sync_core::{refusal::Refusal, time::Timestamp, unit::Text};
use thiserror::Error;

use self::{days::Calendar, dice::Dice, history::History};
use crate::{
    hub::{CommandError, EnrolError, HoldingError, Hub, PushError, Unacceptable},
    outside::Outside,
    snapshots::SnapshotError,
    store::{Snapshot, Store, StoreError},
};

/// The demo company's name.
pub const COMPANY: &str = "宁夏塞上良品食品有限公司";

/// The password of every demo sign-in. A demo holds nobody's data and listens on this machine only.
pub const PASSWORD: &str = "fieldbook-demo";

/// Why the demo's past could not be told.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A rule said no on a phone: the story and the rules no longer agree.
    #[error("phone {device} would not record it: {refusal}")]
    Refused {
        /// The number of the phone.
        device: u32,
        /// The reason.
        refusal: Refusal,
    },
    /// A phone's book is not what the hub holds.
    #[error("the book of phone {device} is not what the hub holds")]
    Diverged {
        /// The number of the phone.
        device: u32,
    },
    /// Somebody of the tables is not in the book.
    #[error("a member of staff is not in the book")]
    NoSuchPerson,
    /// A push that no hub would read.
    #[error(transparent)]
    Unacceptable(#[from] Unacceptable),
    /// The hub did not take a push.
    #[error(transparent)]
    Push(#[from] PushError),
    /// The hub did not carry out a command.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The hub did not take a phone's statement of what it holds.
    #[error(transparent)]
    Holding(#[from] HoldingError),
    /// The hub did not enrol a phone.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// A phone did not get the past of a scope.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the demo's past came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Changes in the feed.
    pub changes: u64,
    /// Of them held.
    pub held: u64,
}

/// The clock and the dice that the demo company is founded with: the same ids and keys every time.
///
/// For a demo only: its hub's key is known to everybody who has this program.
pub fn outside(now: Timestamp) -> Outside {
    let dice = Mutex::new(Dice::of("outside", 0));
    Outside::of(
        move || now,
        move |bytes| {
            let mut dice = dice.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            for chunk in bytes.chunks_mut(16) {
                chunk.copy_from_slice(&dice.bytes()[..chunk.len()]);
            }
        },
    )
}

/// Founds the demo company in an empty store and tells its past up to `now`.
///
/// # Errors
/// Those of the store; any other means that the story and the rules no longer agree.
pub async fn found<S: Store>(store: S, now: Timestamp) -> Result<(Hub<S>, Told), DemoError> {
    let calendar = Calendar::before(now);
    let founded = days::at(calendar.first - chrono::Days::new(5), 9, 0);
    let hub = Hub::found(store, COMPANY, outside(founded), founded).await?;
    History::begins(&hub, calendar).await?.runs().await?;
    let counters = hub.snapshot().await?.head().await?.counters;
    let told = Told { changes: counters.applied + counters.held, held: counters.held };
    Ok((hub, told))
}

/// The sign-ins of the demo, as they are printed and written beside its database.
pub fn sign_ins() -> String {
    let mut out = format!("{COMPANY} · 演示账号 / demo sign-ins\n密码 / password: {PASSWORD}\n\n");
    let mut line = |person: &Person, mark: &str| {
        let role = person.role.code();
        writeln!(out, "{}\t{}\t{role}\t{}{mark}", person.number, person.name, person.team)
            .expect("writing to a text cannot fail");
    };
    for person in everybody() {
        let mark = if person.keeps_a_phone() { "" } else { "\t可登记新手机 / free to enrol a phone" };
        line(&person, mark);
    }
    out
}

/// A text of the demo's own tables.
fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("the demo's own words are within every limit")
}
