//! Floor 8: changes that wait for somebody to decide, and what was said of them.

use minicbor::Encode;

use super::{Row, millis, searched_number};
use crate::{
    op::{Ending, Op, Ruling, UnreadableBody},
    refusal::{ChangeRefusal, Refusal},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

/// A change that waits for somebody to decide (待处理), with its content as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct HeldChange {
    /// Which change.
    #[n(0)]
    pub id: ChangeId,
    /// Who wrote it.
    #[n(1)]
    pub by: StaffId,
    /// Its effective time.
    #[n(2)]
    pub at: Timestamp,
    /// Why it waits.
    #[n(3)]
    pub reason: Refusal,
    /// Its kind.
    #[n(4)]
    pub kind: u16,
    /// Its version.
    #[n(5)]
    pub version: u8,
    /// What it says, as it was written.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub body: Vec<u8>,
    /// Whether it names what only few may see of a customer's person. Source: S92.
    #[n(7)]
    pub personal: bool,
}

reads_map!(HeldChange {
    0: id, 1: by, 2: at, 3: reason, 4: kind, 5: version, 6: body with minicbor::bytes::decode, 7: personal,
});

impl HeldChange {
    /// Where it is to be seen: by its author and whoever supervises them.
    pub const fn scope(&self) -> Scope {
        held_scope(self.by, self.personal)
    }

    /// What it says.
    ///
    /// # Errors
    /// A kind not known here, or a malformed body.
    pub fn op(&self) -> Result<Op, UnreadableBody> {
        Op::from_body(self.kind, self.version, &self.body)
    }

    /// Whether it is a fact (台帐): it counts for its author already, and is withheld from the customer's papers.
    pub fn is_fact(&self) -> bool {
        let unreadable = matches!(
            self.reason,
            Refusal::Change(ChangeRefusal::UnknownKind { .. } | ChangeRefusal::Malformed { .. })
        );
        !unreadable && Op::ending_of(self.kind) == Some(Ending::Ledger)
    }
}

/// What somebody has said of a change that waited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode)]
#[cbor(map)]
pub struct Settled {
    /// When it took effect.
    #[n(0)]
    pub at: Timestamp,
    /// By which change.
    #[n(1)]
    pub id: ChangeId,
    /// Who.
    #[n(2)]
    pub by: StaffId,
    /// What.
    #[n(3)]
    pub ruling: Ruling,
}

reads_map!(Settled { 0: at, 1: id, 2: by, 3: ruling });

/// What became of a change that waited. Of several that decided it, the earliest counts, whatever the order they came in.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Outcome {
    /// Who wrote the change.
    #[n(0)]
    pub author: StaffId,
    /// Whether it names what only few may see of a customer's person. Source: S92.
    #[n(1)]
    pub personal: bool,
    /// What a head decided.
    #[n(2)]
    pub decided: Option<Settled>,
    /// The change by which its author corrected it.
    #[n(3)]
    pub corrected: Option<Settled>,
}

reads_map!(Outcome { 0: author, 1: personal, 2: decided, 3: corrected });

impl Outcome {
    /// Nothing yet.
    pub(crate) const fn open(author: StaffId, personal: bool) -> Self {
        Self { author, personal, decided: None, corrected: None }
    }

    /// Takes in what somebody said.
    pub(crate) fn enter(&mut self, settled: Settled) {
        let corrects = settled.ruling == Ruling::Corrected;
        let slot = if corrects { &mut self.corrected } else { &mut self.decided };
        if slot.as_ref().is_none_or(|there| settled < *there) {
            *slot = Some(settled);
        }
    }

    /// What counts in the end: an author corrects what was sent back to them, not the other way round.
    pub fn settled(&self) -> Option<&Settled> {
        self.corrected.as_ref().or(self.decided.as_ref())
    }

    /// Whether a head has accepted it.
    pub fn is_accepted(&self) -> bool {
        self.decided.as_ref().is_some_and(|decided| decided.ruling == Ruling::Accepted)
    }
}

/// Where a held change of `author` is to be seen.
pub const fn held_scope(author: StaffId, personal: bool) -> Scope {
    if personal { Scope::StaffPrivate(author) } else { Scope::Staff(author) }
}

pub(super) fn row(held: &HeldChange, outcome: Option<&Outcome>) -> Row {
    let op = held.op().ok();
    let said = match op.as_ref().map(Op::said) {
        Some(Op::OrderTaken(op)) => format!("{} {}", searched_number(held.id.device, op.number), op.note),
        Some(Op::CardFieldSet(op)) => op.value.text().unwrap_or_default().to_owned(),
        Some(Op::ContactAdded(op)) => format!("{} {}", op.contact.name, op.contact.phone),
        _ => String::new(),
    };
    let code = held.reason.code();
    Row {
        customer: op.as_ref().and_then(Op::customer),
        staff: Some(held.by),
        at_ms: millis(held.at),
        status: held_status(held, outcome),
        label: code.to_owned(),
        search: format!("{said} {code}"),
        ..Row::default()
    }
}

/// Where changes stand that wait for somebody: `held`; two values of which one must be chosen, `undecided`; facts that
/// count for their author only, `withheld`.
pub const WAITING: [&str; 3] = ["held", "undecided", "withheld"];

/// Where a change stands that waits or waited: one of [`WAITING`], `accepted`, `declined` or `corrected`.
pub fn held_status(held: &HeldChange, outcome: Option<&Outcome>) -> &'static str {
    match outcome.and_then(Outcome::settled).map(|settled| &settled.ruling) {
        Some(Ruling::Accepted) => "accepted",
        Some(Ruling::Declined { .. }) => "declined",
        Some(Ruling::Corrected) => "corrected",
        None if held.is_fact() => "withheld",
        None if held.reason.is_undecided() => "undecided",
        None => "held",
    }
}
