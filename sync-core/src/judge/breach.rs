//! Floor 9: what an entry breaks, written down as a violation together with the entry. It cannot fail.
//!
//! Source: S13–S15, S17.

use super::{Act, Papers};
use crate::{
    domain::cash::{
        BreachKind, CashRefusal, Collected, HandInStamped, LostPhoneSettled, Remitted, Reversed,
        ViolationRaised,
    },
    op::Op,
    paper::{Paper, PaperKey},
    refusal::{Finding, Refusal},
    unit::{Money, PaperId, Text},
};

/// Raises the violation of an entry that breaks a rule about money; of an entry that breaks none, nothing.
///
/// Everybody who folds the entry raises the same one.
pub fn raise(papers: &mut impl Papers, act: &Act, op: &Op, findings: &[Finding]) {
    let Some((kind, held)) = worst(findings) else { return };
    let words = |text: &str| Text::new(text).unwrap_or_default();
    let (staff, amount, reason, photo) = match op {
        Op::Collected(Collected { amount, over_limit, note, photo, .. }) => {
            let why = over_limit.as_ref().map_or_else(|| note.clone(), |why| words(why.as_str()));
            (act.staff, amount.money(), why, *photo)
        }
        Op::Remitted(Remitted { amount, reference, slip, .. }) => {
            (act.staff, amount.money(), words(reference.as_str()), *slip)
        }
        // Below nothing it is about what is missing.
        Op::Reversed(Reversed { staff, reason, .. }) => {
            (*staff, held.distance(), words(reason.as_str()), None)
        }
        Op::LostPhoneSettled(LostPhoneSettled { staff, counted, note, .. }) => {
            (*staff, *counted, words(note.as_str()), None)
        }
        Op::HandInStamped(HandInStamped { staff, note, .. }) => (*staff, held.distance(), note.clone(), None),
        _ => return,
    };
    let raised = ViolationRaised { staff, kind, held, amount, reason, photo };
    if let Paper::Violation(violation) = papers.paper_mut(PaperKey::violation(PaperId(act.id.created()))) {
        act.recorded(&raised).enter(&mut violation.raised);
    }
}

/// The rule broken, and what was held then: of several the one that lies deepest.
fn worst(findings: &[Finding]) -> Option<(BreachKind, Money)> {
    let held = findings.iter().find_map(|finding| match finding {
        Finding::OverLimit(over) => Some(over.held),
        _ => None,
    });
    let against = findings.iter().find_map(|finding| match finding.against_rule() {
        Some(Refusal::Cash(CashRefusal::NotACashRep)) => Some(BreachKind::NotACashRep),
        Some(Refusal::Cash(CashRefusal::NotACompanyAccount { .. })) => Some(BreachKind::NotACompanyAccount),
        _ => None,
    });
    if let Some(kind) = against.or(held.map(|_| BreachKind::AboveShare)) {
        return Some((kind, held.unwrap_or_default()));
    }
    let short = findings.iter().find_map(|finding| match finding {
        Finding::DrawerBelowZero { held }
        | Finding::AgainstRule(Refusal::Cash(CashRefusal::MoreThanHeld { held })) => Some(*held),
        _ => None,
    });
    short.map(|held| (BreachKind::BelowZero, held))
}
