//! Floor 9: what becomes of changes that wait: a head decides on them, their author corrects them.
//!
//! Below `judge`, whose rules it puts to the content. What was written stays as it was written.

use uuid::Uuid;

use super::{
    Act, Papers, apply as apply_op, check, collection_paper, device_card, rules::check_said, staff_card,
};
use crate::{
    domain::{
        cash::{CashRefusal, Share},
        month::MonthRefusal,
        people::{Author, Role},
    },
    op::{HeldDecided, Op, Resubmitted, Ruling, TakenOnBehalf},
    paper::{HeldChange, Outcome, Paper, PaperKey, Settled},
    refusal::{ChangeRefusal, Finding, Refusal},
    time::Timestamp,
    unit::{ChangeId, PaperId, StaffId},
};

/// A change that waits for somebody to decide, and what was said of it so far.
fn waiting(papers: &impl Papers, change: ChangeId) -> Result<(&HeldChange, Option<&Outcome>), ChangeRefusal> {
    match papers.paper(&PaperKey::held(change)) {
        Some(Paper::Held(Some(held), outcome)) => Ok((held, outcome.as_ref())),
        _ => Err(ChangeRefusal::NothingHeld),
    }
}

fn decided_already(settled: &Settled) -> ChangeRefusal {
    ChangeRefusal::AlreadyDecided { by: settled.by, at: settled.at }
}

/// Whether an author may correct this: their own, of the same kind, neither accepted nor corrected before. What was
/// sent back may be corrected. Comes back: the name of what the corrected change was to create.
pub(super) fn may_resubmit(
    papers: &impl Papers,
    op: &Resubmitted,
    author: StaffId,
) -> Result<Uuid, ChangeRefusal> {
    let (held, outcome) = waiting(papers, op.held)?;
    let settled = outcome.and_then(Outcome::settled);
    if let Some(settled) = settled.filter(|settled| !matches!(settled.ruling, Ruling::Declined { .. })) {
        return Err(decided_already(settled));
    }
    let before = held.op()?;
    if held.by != author || held.is_fact() || before.said().kind() != op.said.0.kind() {
        return Err(ChangeRefusal::NothingHeld);
    }
    // A customer keeps its name, so that what was written about it meanwhile finds it.
    Ok(before.said().customer().map_or(op.held.created(), |customer| customer.0))
}

/// Whether a head may decide like this. Source: S79.
fn may_decide(papers: &impl Papers, op: &HeldDecided, ruler: &Author) -> Result<(), Refusal> {
    let (held, outcome) = waiting(papers, op.change)?;
    if !ruler.role.rules_on_held() || (held.personal && !ruler.role.sees_personal_fields()) {
        return Err(ChangeRefusal::NotARuler.into());
    }
    if let Some(settled) = outcome.and_then(Outcome::settled) {
        return Err(decided_already(settled).into());
    }
    if (op.author, op.personal) != (held.by, held.personal) {
        return Err(ChangeRefusal::NothingHeld.into());
    }
    match op.ruling {
        Ruling::Accepted => may_be_accepted(papers, held, ruler.role),
        Ruling::Declined { .. } => Ok(()),
        Ruling::Corrected => Err(ChangeRefusal::NothingHeld.into()),
    }
}

/// Whether a change may count as its author wrote it, at its own time, with a head's rights beside the author's. Every
/// rule but the missing right holds; of a fact only the right is asked, as it is in the book already.
fn may_be_accepted(papers: &impl Papers, held: &HeldChange, head: Role) -> Result<(), Refusal> {
    let op = held.op().map_err(ChangeRefusal::from)?;
    if matches!(op, Op::StaffJoined(_) | Op::StaffRoleSet(_) | Op::DeviceEnrolled(_) | Op::DeviceRevoked(_)) {
        // Who keeps staff and devices does it in their own name; nobody is let in on somebody's behalf.
        return Err(held.reason.clone());
    }
    if matches!(
        op.said(),
        Op::LimitOverridden(_)
            | Op::ViolationStamped(_)
            | Op::MonthClosed(_)
            | Op::MonthStamped(_)
            | Op::MonthLineExplained(_)
    ) {
        // Whose word it is is all there is to it: whoever has the right says it in their own name. Source: S16, S17, S46.
        return Err(held.reason.clone());
    }
    // What it takes the place of counts already, or another correction has taken that place.
    if let Op::Resubmitted(resubmitted) = &op
        && let Ok((_, outcome)) = waiting(papers, resubmitted.held)
        && let Some(settled) = outcome.and_then(Outcome::settled)
        && settled.id != held.id
        && !matches!(settled.ruling, Ruling::Declined { .. })
    {
        return Err(decided_already(settled).into());
    }
    let creates = match (&op, op.said()) {
        (Op::Resubmitted(_), Op::CustomerCreated(said)) => said.customer.0,
        _ => held.id.created(),
    };
    let card = staff_card(papers, &PaperKey::staff(held.by));
    let role = card.and_then(|card| card.role.value_at(held.at).or(card.role.value()));
    let device = held.id.device;
    let share = device_card(papers, &PaperKey::device(device))
        .and_then(|card| card.enrolled.as_ref())
        .map_or(Share::NONE, |device| device.what.share);
    let role = role.copied().unwrap_or(head);
    // Whoever looks after the customer has not seen its reversal, and would find money that is not there.
    if is_reversed(papers, held) {
        return Err(CashRefusal::AlreadyReversed.into());
    }
    let author = Author { staff: held.by, role, device, share, backed: Some(head) };
    match check_said(papers, op.said(), creates, &author, held.at) {
        Err(reason) if !held.is_fact() || reason.withholds() => Err(reason),
        _ => Ok(()),
    }
}

/// Whether an op closes, stamps or explains a month: what it says is held against the feed where the feed is written.
const fn is_of_a_month(op: &Op) -> bool {
    matches!(op, Op::MonthClosed(_) | Op::MonthStamped(_) | Op::MonthLineExplained(_))
}

/// Whether money that waits has been reversed meanwhile.
fn is_reversed(papers: &impl Papers, held: &HeldChange) -> bool {
    let paper = collection_paper(papers, &PaperKey::collection(PaperId(held.id.created())));
    paper.is_some_and(|paper| !paper.reversals.is_empty())
}

/// Whether a head may take this over: it was accepted, and this is what it says.
fn may_take_over(papers: &impl Papers, op: &TakenOnBehalf, ruler: &Author) -> Result<(), Refusal> {
    let (held, outcome) = waiting(papers, op.change)?;
    let same = (held.by, held.at) == (op.author, op.at)
        && held.op().is_ok_and(|said| said.said() == &*op.said.0)
        && outcome.is_some_and(Outcome::is_accepted);
    if !ruler.role.rules_on_held() {
        return Err(ChangeRefusal::NotARuler.into());
    }
    if same { Ok(()) } else { Err(ChangeRefusal::NothingHeld.into()) }
}

/// The rules put to an op that has arrived. What heads decide is decided in the office alone: no enrolled device may
/// say it, so that what was accepted is always taken over in the same moment. A month is closed there as well, where the
/// feed is at hand that gives its table. Source: S17, S79.
pub(super) fn check_arrived(
    papers: &impl Papers,
    op: &Op,
    id: ChangeId,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let in_the_office = device_card(papers, &PaperKey::device(id.device)).is_none();
    match op {
        Op::HeldDecided(op) if in_the_office => may_decide(papers, op, author).map(|()| Vec::new()),
        Op::TakenOnBehalf(op) if in_the_office => may_take_over(papers, op, author).map(|()| Vec::new()),
        op if !in_the_office && is_of_a_month(op.said()) => Err(MonthRefusal::OfficeOnly.into()),
        op => check(papers, op, id, author, at),
    }
}

/// Writes what was said of a change that waits beside it.
fn settle(
    papers: &mut impl Papers,
    change: ChangeId,
    (author, personal): (StaffId, bool),
    act: &Act,
    ruling: Ruling,
) {
    if let Paper::Held(_, outcome) = papers.paper_mut(PaperKey::held(change)) {
        let settled = Settled { at: act.at, id: act.id, by: act.staff, ruling };
        outcome.get_or_insert_with(|| Outcome::open(author, personal)).enter(settled);
    }
}

pub(super) fn correct(papers: &mut impl Papers, act: &Act, op: &Resubmitted) {
    settle(papers, op.held, (act.staff, op.said.0.is_personal()), act, Ruling::Corrected);
}

/// Writes a decision, what it takes over, or a correction into the papers.
pub(super) fn apply(papers: &mut impl Papers, act: &Act, op: &Op) {
    match op {
        Op::HeldDecided(op) => {
            settle(papers, op.change, (op.author, op.personal), act, op.ruling.clone());
        }
        Op::TakenOnBehalf(op) => {
            let accepted_by = Some(act.staff);
            let original = Act { id: op.change, staff: op.author, at: op.at, withheld: false, accepted_by };
            apply_op(papers, &original, &op.said.0);
        }
        Op::Resubmitted(op) => {
            correct(papers, act, op);
            apply_op(papers, act, &op.said.0);
        }
        _ => {}
    }
}
