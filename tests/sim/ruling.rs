//! A head at the console decides on what waits, while everything goes wrong; and what must come of it.

use std::collections::{BTreeMap, BTreeSet};

use futures::executor::block_on;
use server::store::{FeedRow, Sight};
use sync_core::{
    log::Actor,
    op::{Op, Ruling},
    paper::{HeldChange, Outcome, Paper, PaperKey},
    refusal::{ChangeRefusal, Refusal, Verdict},
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

use crate::{
    dice::Dice,
    fault::{Fault, Tally},
    office::{Office, SESSION, text},
};

/// The head of the sales department, who has no phone.
pub(crate) const HEAD: StaffId = StaffId::from_bytes([210; 16]);

impl Office {
    /// Everything that waits for somebody.
    fn waiting(&self) -> Vec<HeldChange> {
        let papers = self.papers(&Sight::everything()).into_values();
        let held = papers.filter_map(|paper| match paper {
            Paper::Held(Some(held), outcome) if outcome.as_ref().and_then(Outcome::settled).is_none() => {
                Some(held)
            }
            _ => None,
        });
        held.collect()
    }

    /// The head decides on something that waits. What came of it, if anything did.
    pub(crate) fn decides(&self, dice: &mut Dice, now: Timestamp) -> Option<Fault> {
        let held = dice.pick(&self.waiting())?.clone();
        let actor = Actor { staff: HEAD, session: SESSION };
        let (ruling, fault) = if dice.once_in(3) {
            (Ruling::Declined { reason: text("请核对") }, Fault::SentBack)
        } else if held.is_fact() {
            (Ruling::Accepted, Fault::FactAccepted)
        } else if held.reason.is_undecided() {
            (Ruling::Accepted, Fault::Chosen)
        } else {
            (Ruling::Accepted, Fault::Accepted)
        };
        // A rule may say no, and the store may be failing just now; then it waits on.
        self.ways.rules(&self.hub, actor, &held, ruling, now).then_some(fault)
    }
}

/// What was said of one change that waited, by the feed.
#[derive(Default)]
struct Told {
    /// The decisions on it.
    decided: BTreeSet<ChangeId>,
    /// Whether one of them accepts it.
    accepted: bool,
    /// How often its content was taken over.
    taken: u64,
    /// The corrections of it that count.
    counted: u64,
    /// All corrections that took its place, those that wait in their turn as well.
    corrected: BTreeSet<ChangeId>,
}

/// Whether a correction came for something that could not be corrected any more.
fn came_too_late(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Held { reason: Refusal::Change(reason) } if !matches!(reason, ChangeRefusal::WaitsFor { .. }))
}

fn told(rows: &[FeedRow]) -> Result<BTreeMap<ChangeId, Told>, String> {
    let mut all: BTreeMap<ChangeId, Told> = BTreeMap::new();
    for entry in rows.iter().map(|row| &row.entry) {
        let (id, applied) = (entry.change.id, entry.verdict.is_applied());
        match entry.op() {
            Ok(Op::HeldDecided(op)) if applied => {
                let told = all.entry(op.change).or_default();
                told.accepted |= op.ruling == Ruling::Accepted;
                told.decided.insert(id);
            }
            Ok(Op::TakenOnBehalf(op)) if applied => {
                let original = rows.iter().map(|row| &row.entry).find(|there| there.change.id == op.change);
                let same = original.is_some_and(|there| {
                    (there.staff, there.effective) == (op.author, op.at)
                        && there.op().is_ok_and(|said| said.said() == &*op.said.0)
                });
                if !same {
                    return Err(format!(
                        "change {} was accepted as something else than it is",
                        op.change.seq
                    ));
                }
                all.entry(op.change).or_default().taken += 1;
            }
            Ok(Op::Resubmitted(op)) if !came_too_late(&entry.verdict) => {
                let told = all.entry(op.held).or_default();
                told.corrected.insert(id);
                told.counted += u64::from(applied);
            }
            _ => {}
        }
    }
    Ok(all)
}

/// Nothing that waited counts twice, whether a head accepts it or its author corrects it; and nothing is done with by
/// itself: whatever was said of it, somebody said it in the feed.
pub(crate) fn what_waited_counts_once(office: &Office) -> Result<(), String> {
    let (rows, papers) = (office.rows(), office.papers(&Sight::everything()));
    let all = told(&rows)?;
    for (change, told) in &all {
        let counts = told.taken + told.counted;
        if counts > 1 {
            return Err(format!("change {} that waited counts {counts} times", change.seq));
        }
        if told.decided.len() > 1 || told.corrected.len() > 1 {
            return Err(format!("change {} was decided or corrected more than once", change.seq));
        }
        if told.accepted != (told.taken == 1) {
            return Err(format!("change {} was accepted, and what it says was not taken over", change.seq));
        }
    }
    for (key, paper) in &papers {
        let Paper::Held(held, outcome) = paper else { continue };
        let Some(held) = held else {
            return Err("something was said of a change that nobody holds".to_owned());
        };
        let told = all.get(&held.id);
        let said =
            |which: fn(&Told) -> &BTreeSet<ChangeId>| told.and_then(|told| which(told).first().copied());
        let shown = |which: fn(&Outcome) -> Option<ChangeId>| outcome.as_ref().and_then(which);
        let decided = shown(|outcome| outcome.decided.as_ref().map(|settled| settled.id));
        let corrected = shown(|outcome| outcome.corrected.as_ref().map(|settled| settled.id));
        if *key != PaperKey::held(held.id)
            || (said(|told| &told.decided), said(|told| &told.corrected)) != (decided, corrected)
        {
            return Err(format!("of change {} the book says otherwise than those who decided", held.id.seq));
        }
    }
    Ok(())
}

/// Counts what came to light only once it had arrived.
pub(crate) fn count_clashes(office: &Office, tally: &mut Tally) {
    for row in office.rows() {
        let Verdict::Held { reason } = &row.entry.verdict else { continue };
        if reason.is_undecided() {
            tally.count(Fault::TwoBinding);
        }
        if came_too_late(&row.entry.verdict) && matches!(row.entry.op(), Ok(Op::Resubmitted(_))) {
            tally.count(Fault::CorrectedTooLate);
        }
    }
}

/// The honest way to decide: what the console's route does.
pub(crate) fn by_the_route(
    hub: &server::hub::Hub<tests::memory::MemoryStore>,
    actor: Actor,
    held: &HeldChange,
    ruling: Ruling,
    now: Timestamp,
) -> bool {
    block_on(hub.rule(actor, held.id.created(), ruling, now)).is_ok()
}
