//! How the book stands: the headline figures, the feed, and what waits for a person.
//!
//! Floor: office/api. This module must not know how anything is drawn.

use serde::Deserialize;
use sync_core::unit::{ChangeId, Money};

use super::At;
use super::papers::{Said, Written};
use super::people::Person;

/// Received = applied + held + quarantined (守恒).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Conservation {
    pub(crate) received: u64,
    pub(crate) applied: u64,
    pub(crate) held: u64,
    pub(crate) quarantined: u64,
    /// Of the applied, what counts for its author only until a head has decided.
    pub(crate) withheld: u64,
    /// What waits for a head: of the held what nobody has decided on, and the withheld.
    pub(crate) waiting: u64,
}

impl Conservation {
    pub(crate) const fn holds(&self) -> bool {
        self.received == self.applied + self.held + self.quarantined
    }

    /// What is in the book for everybody: what still waits is told once, with what waits.
    pub(crate) const fn entered(&self) -> u64 {
        self.applied.saturating_sub(self.withheld)
    }

    /// What was held and has been decided on: taken over, sent back, or corrected by its author.
    pub(crate) const fn settled(&self) -> u64 {
        (self.held + self.withheld).saturating_sub(self.waiting)
    }
}

/// The headline figures of today.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Summary {
    pub(crate) as_of: At,
    pub(crate) position: u64,
    pub(crate) visits_today: u64,
    pub(crate) orders_today: u64,
    pub(crate) orders_sum_today: Money,
    pub(crate) collected_today: Money,
    pub(crate) cash_in_hand: Money,
    pub(crate) reps_to_remit: u32,
    /// Cash that reps have signed for and finance has not.
    pub(crate) hand_ins: u32,
    /// Lines of bank statements that are nobody's yet.
    pub(crate) bank_lines: u32,
    pub(crate) held: u32,
    pub(crate) conflicts: u32,
    /// Values of which one must be chosen: among the held as well as among the conflicts.
    pub(crate) undecided: u32,
    /// Violations that a head or finance has still to stamp.
    pub(crate) violations: u32,
    pub(crate) phones_late: u32,
    pub(crate) conservation: Conservation,
}

impl Summary {
    /// What waits for a decision, each thing once.
    pub(crate) const fn open(&self) -> u32 {
        (self.held + self.conflicts).saturating_sub(self.undecided)
    }
}

/// What a feed entry says, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Gist {
    pub(crate) number: Option<String>,
    pub(crate) amount: Option<Money>,
    pub(crate) text: Option<String>,
    pub(crate) means: Option<String>,
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct FeedEntry {
    pub(crate) position: u64,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) claimed: Option<At>,
    #[serde(default)]
    pub(crate) received: Option<At>,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) staff: Option<Person>,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    #[serde(default)]
    pub(crate) device_number: Option<u32>,
    pub(crate) change: ChangeId,
    #[serde(default)]
    pub(crate) hash: String,
    pub(crate) verdict: String,
    #[serde(default)]
    pub(crate) withheld: bool,
    #[serde(default)]
    pub(crate) findings: Vec<Said>,
    #[serde(default)]
    pub(crate) reason: Option<Said>,
    #[serde(default)]
    pub(crate) summary: Gist,
}

impl FeedEntry {
    /// When the office heard of it.
    pub(crate) fn heard(&self) -> At {
        self.received.unwrap_or(self.at)
    }

    /// When it happened, as its author's phone says.
    pub(crate) fn happened(&self) -> At {
        self.claimed.unwrap_or(self.at)
    }
}

/// A stretch of the feed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct FeedPage {
    pub(crate) head: u64,
    /// How far was looked; what lies beyond is asked for from here on.
    pub(crate) reached: u64,
    pub(crate) entries: Vec<FeedEntry>,
}

/// A change that waits for a person (待处理).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct HeldRow {
    pub(crate) id: String,
    pub(crate) change: ChangeId,
    pub(crate) at: At,
    pub(crate) by: Person,
    pub(crate) reason: Said,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) content: Option<serde_json::Value>,
    /// The number and the sum on the paper it writes.
    #[serde(default)]
    pub(crate) number: Option<String>,
    #[serde(default)]
    pub(crate) amount: Option<Money>,
    #[serde(default)]
    pub(crate) customer: Option<Person>,
    /// `held`, `undecided`, `withheld` wait; `accepted`, `declined`, `corrected` are settled.
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) decided: Option<Settled>,
    #[serde(default)]
    pub(crate) corrected: Option<Settled>,
    #[serde(default)]
    pub(crate) other: Option<OtherValue>,
    /// Whether whoever is signed in may decide.
    #[serde(default)]
    pub(crate) may_decide: bool,
}

/// What somebody said of a change that waited.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Settled {
    pub(crate) by: Person,
    pub(crate) at: At,
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// What stands in a field now, where one of two values must be chosen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct OtherValue {
    #[serde(default)]
    pub(crate) base: Option<serde_json::Value>,
    pub(crate) theirs: serde_json::Value,
    pub(crate) by: Person,
    pub(crate) at: At,
}

/// A ruling that is in the feed.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Ruled {
    /// How many that waited for this one were accepted with it.
    pub(crate) also: u64,
}

/// A field that two people wrote without knowing of each other.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ConflictRow {
    pub(crate) customer: Person,
    pub(crate) field: String,
    /// What stood there before the two parted.
    #[serde(default)]
    pub(crate) base: Option<Written>,
    pub(crate) shown: Written,
    #[serde(default)]
    pub(crate) losing: Vec<Written>,
    #[serde(default)]
    pub(crate) heads: Vec<ChangeId>,
    /// The held change to decide on, where one of two values has to be chosen.
    #[serde(default)]
    pub(crate) waits: Option<ChoiceRef>,
}

/// A held change of which a head chooses, or not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct ChoiceRef {
    pub(crate) id: String,
    pub(crate) may_decide: bool,
}

/// What became of a command.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    pub(crate) position: u64,
    pub(crate) verdict: String,
    pub(crate) findings: Vec<Said>,
}
