//! Floor 9: what an entry writes into the papers. It cannot fail, and any order gives the same papers.
//!
//! Below `judge`: no rule is asked here.

use super::{Papers, confirmations_of, money_key, reversed_key, ruling};
use crate::{
    crdt::{Stamp, Write},
    domain::{
        Recorded,
        bank::{LineImported, LineMatch, PartImported},
        cash::{BreachKind, Confirmation, Confirmations, Reversal, Reversible, ViolationRaised},
    },
    op::{Op, UnreadableBody},
    paper::{HeldChange, Paper, PaperKey},
    refusal::{ChangeRefusal, Refusal},
    time::Timestamp,
    unit::{ChangeId, DeviceId, Money, PaperId, StaffId},
};

/// Who did what when: all that is needed to write an applied op into the papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// The change.
    pub id: ChangeId,
    /// Who wrote it.
    pub staff: StaffId,
    /// Its effective time.
    pub at: Timestamp,
    /// Whether it counts in its author's scope only.
    pub withheld: bool,
    /// The head who took it over for its author.
    pub accepted_by: Option<StaffId>,
}

impl Act {
    pub(super) fn recorded<T: Clone>(&self, what: &T) -> Recorded<T> {
        Recorded {
            what: what.clone(),
            id: self.id,
            by: self.staff,
            at: self.at,
            withheld: self.withheld,
            accepted_by: self.accepted_by,
        }
    }

    /// An entry among several of one paper: under the name of its change it is the same, whichever head took it over.
    fn entered<T: Clone>(&self, what: &T) -> Recorded<T> {
        Recorded { accepted_by: None, ..self.recorded(what) }
    }

    fn write<T: Clone>(&self, value: &T, replaces: &[ChangeId]) -> Write<T> {
        Write { value: value.clone(), at: self.at, by: self.staff, replaces: replaces.to_vec() }
    }
}

/// Puts a held change on the papers. A number it has given out is not given out again.
pub fn hold(papers: &mut impl Papers, act: &Act, op: Result<&Op, &UnreadableBody>, held: &HeldChange) {
    wait(papers, held);
    // What its author could not correct, or not any more, stays as it was.
    let could_not =
        matches!(&held.reason, Refusal::Change(why) if !matches!(why, ChangeRefusal::WaitsFor { .. }));
    if let (Ok(Op::Resubmitted(resubmitted)), false) = (op, could_not) {
        ruling::correct(papers, act, resubmitted);
    }
    if let Ok(Op::OrderTaken(order)) = op.map(Op::said)
        && let Paper::Device(card) = papers.paper_mut(PaperKey::device(act.id.device))
    {
        card.orders = card.orders.max(order.number);
    }
}

/// Puts a change among those that wait for somebody to decide.
pub fn wait(papers: &mut impl Papers, held: &HeldChange) {
    if let Paper::Held(slot, _) = papers.paper_mut(PaperKey::held(held.id)) {
        slot.get_or_insert_with(|| held.clone());
    }
}

/// Writes on a paper of a kind.
macro_rules! on {
    ($papers:ident, $key:expr, $variant:ident, |$paper:ident| $write:expr) => {
        if let Paper::$variant($paper) = $papers.paper_mut($key) {
            $write;
        }
    };
}

/// Writes an applied op into the papers. Cannot fail, and applied in any order gives the same papers.
pub fn apply(papers: &mut impl Papers, act: &Act, op: &Op) {
    let created = PaperId(act.id.created());
    match op {
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) | Op::Resubmitted(_) => ruling::apply(papers, act, op),
        Op::StaffJoined(_) | Op::StaffRoleSet(_) | Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) => {
            apply_people(papers, act, op);
        }
        Op::CustomerCreated(op) => on!(papers, PaperKey::customer(op.customer), Customer, |card| {
            for (field, value) in &op.fields {
                card.fields.or_default(*field).write(act.id, act.write(value, &[]));
            }
            // Contacts of one change need names of their own: they are told apart by what they say.
            for (index, contact) in op.contacts.iter().enumerate() {
                card.contacts.add(part_of(act.id, index), contact.clone());
            }
            card.owner.write(act.id, act.write(&op.owner, &[]));
            card.created = Some(card.created.map_or(act.at, |earlier| earlier.min(act.at)));
        }),
        Op::CardFieldSet(op) => on!(papers, PaperKey::customer(op.customer), Customer, |card| {
            card.fields.or_default(op.field).write(act.id, act.write(&op.value, &op.replaces));
        }),
        Op::PersonalFieldSet(op) => on!(papers, PaperKey::personal(op.customer), Personal, |card| {
            card.fields.or_default(op.field).write(act.id, act.write(&op.value, &op.replaces));
        }),
        Op::ContactAdded(op) => on!(papers, PaperKey::customer(op.customer), Customer, |card| {
            card.contacts.add(act.id, op.contact.clone());
            if let Some(corrected) = op.corrects {
                card.contacts.remove(corrected);
            }
        }),
        Op::ContactRemoved(op) => {
            on!(papers, PaperKey::customer(op.customer), Customer, |card| card.contacts.remove(op.addition));
        }
        Op::OwnerSet(op) => on!(papers, PaperKey::customer(op.customer), Customer, |card| {
            card.owner.write(act.id, act.write(&op.owner, &op.replaces));
        }),
        Op::ProductSet(op) => on!(papers, PaperKey::product(op.product), Product, |product| {
            product.card.write(act.id, act.write(&op.card, &op.replaces));
        }),
        Op::PriceListIssued(op) => on!(papers, PaperKey::price_list(op.list), PriceList, |list| {
            act.recorded(op).enter(&mut list.issued);
        }),
        Op::VisitRecorded(op) => on!(papers, PaperKey::visit(created), Visit, |visit| {
            act.recorded(op).enter(&mut visit.recorded);
        }),
        Op::OrderTaken(op) => {
            on!(papers, PaperKey::order(created), Order, |order| {
                act.recorded(op).enter(&mut order.recorded);
            });
            on!(papers, PaperKey::device(act.id.device), Device, |card| card.orders =
                card.orders.max(op.number));
        }
        Op::OrderStamped(op) => on!(papers, PaperKey::order(op.order), Order, |order| {
            order.stamps.set(act.id, Stamp { kind: op.stamp, by: act.staff, at: act.at, over: op.over });
        }),
        Op::Collected(op) => {
            posting(papers, PaperKey::collection(created), |paper| {
                if let Paper::Collection(collection) = paper {
                    act.recorded(op).enter(&mut collection.recorded);
                }
            });
            on!(papers, PaperKey::device(act.id.device), Device, |card| card.receipts =
                card.receipts.max(op.receipt));
        }
        Op::CompanyAccountOpened(_)
        | Op::CompanyAccountClosed(_)
        | Op::Remitted(_)
        | Op::Reversed(_)
        | Op::ShareMoved(_)
        | Op::LostPhoneSettled(_)
        | Op::LimitOverridden(_)
        | Op::ViolationRaised(_)
        | Op::ViolationStamped(_)
        | Op::CashHandedIn(_)
        | Op::HandInStamped(_)
        | Op::DayClosed(_)
        | Op::MoneyConfirmed(_)
        | Op::ConfirmationWithdrawn(_)
        | Op::PaymentUrged(_)
        | Op::CreditExcepted(_)
        | Op::CreditExceptionStamped(_) => apply_cash(papers, act, op),
        Op::MonthClosed(op) => on!(papers, PaperKey::closings(), Closings, |book| {
            book.closed.enter(act.id, act.entered(op));
        }),
        Op::MonthStamped(op) => on!(papers, PaperKey::closings(), Closings, |book| {
            book.stamps.enter(act.id, act.entered(op));
        }),
        Op::MonthLineExplained(op) => on!(papers, PaperKey::line_notes(op.period), LineNotes, |notes| {
            notes.explained.enter(act.id, act.entered(op));
        }),
        Op::StatementImported(_) | Op::LineSetAside(_) | Op::MappingSaved(_) => {
            apply_statement(papers, act, op);
        }
    }
}

/// What is written about staff and their devices.
fn apply_people(papers: &mut impl Papers, act: &Act, op: &Op) {
    match op {
        Op::StaffJoined(op) => on!(papers, PaperKey::staff(op.staff), Staff, |card| {
            act.recorded(op).enter(&mut card.joined);
            card.role.write(act.id, act.write(&op.role, &[]));
        }),
        Op::StaffRoleSet(op) => on!(papers, PaperKey::staff(op.staff), Staff, |card| {
            card.role.write(act.id, act.write(&op.role, &op.replaces));
        }),
        Op::DeviceEnrolled(op) => on!(papers, PaperKey::device(op.device), Device, |card| {
            act.recorded(op).enter(&mut card.enrolled);
        }),
        Op::DeviceRevoked(op) => on!(papers, PaperKey::device(op.device), Device, |card| {
            card.revoked = Some(card.revoked.map_or(act.at, |earlier| earlier.min(act.at)));
        }),
        _ => {}
    }
}

/// What is written about cash that was sent on, taken back, shared out or looked into.
fn apply_cash(papers: &mut impl Papers, act: &Act, op: &Op) {
    let created = PaperId(act.id.created());
    match op {
        Op::CompanyAccountOpened(op) => on!(papers, PaperKey::account(op.account), Account, |account| {
            act.recorded(op).enter(&mut account.opened);
        }),
        Op::CompanyAccountClosed(op) => on!(papers, PaperKey::account(op.account), Account, |account| {
            account.closed = Some(account.closed.map_or(act.at, |earlier| earlier.min(act.at)));
        }),
        Op::Remitted(op) => posting(papers, PaperKey::remittance(created), |paper| {
            if let Paper::Remittance(remittance) = paper {
                act.recorded(op).enter(&mut remittance.recorded);
            }
        }),
        Op::ShareMoved(op) => on!(papers, PaperKey::limits(op.staff), Limits, |limits| {
            limits.moves.enter(act.id, act.entered(op));
        }),
        Op::LostPhoneSettled(op) => posting(papers, PaperKey::limits(op.staff), |paper| {
            if let Paper::Limits(limits) = paper {
                limits.settled.enter(act.id, act.entered(op));
            }
        }),
        Op::LimitOverridden(op) => on!(papers, PaperKey::limits(op.staff), Limits, |limits| {
            limits.overrides.enter(act.id, act.entered(op));
        }),
        Op::ViolationRaised(op) => on!(papers, PaperKey::violation(created), Violation, |violation| {
            act.recorded(op).enter(&mut violation.raised);
        }),
        Op::ViolationStamped(op) => on!(papers, PaperKey::violation(op.violation), Violation, |violation| {
            violation.stamps.enter(act.id, act.entered(op));
        }),
        Op::CashHandedIn(op) => posting(papers, PaperKey::hand_in(created), |paper| {
            if let Paper::HandIn(hand_in) = paper {
                act.recorded(op).enter(&mut hand_in.recorded);
            }
        }),
        Op::HandInStamped(op) => posting(papers, PaperKey::hand_in(op.hand_in), |paper| {
            if let Paper::HandIn(hand_in) = paper {
                hand_in.stamps.enter(act.id, act.entered(op));
            }
        }),
        Op::DayClosed(op) => on!(papers, PaperKey::day_close(created), DayClose, |close| {
            act.recorded(op).enter(&mut close.recorded);
        }),
        Op::MoneyConfirmed(op) => {
            for paper in &op.papers {
                let (arrived_on, note, lines) = (op.arrived_on, op.note.clone(), op.lines.clone());
                let (by, at, papers_of_it) = (act.staff, act.at, op.papers.clone());
                let confirmation = Confirmation { by, at, arrived_on, note, lines, papers: papers_of_it };
                on_confirmations(papers, op.kind, paper.of, |some| some.all.enter(act.id, confirmation));
            }
            let one = LineMatch {
                by: act.staff,
                at: act.at,
                kind: op.kind,
                papers: op.papers.clone(),
                customer: op.customer,
                lines: op.lines.clone(),
            };
            for line in &op.lines {
                on!(papers, PaperKey::bank_line(*line), BankLine, |line| line
                    .matches
                    .enter(act.id, one.clone()));
            }
            for paper in &op.papers {
                undo_if_reversed(papers, op.kind, paper.of);
            }
        }
        Op::ConfirmationWithdrawn(op) => {
            for paper in &op.papers {
                on_confirmations(papers, op.kind, paper.of, |some| {
                    some.withdrawn.insert(op.confirmation);
                });
            }
            for line in &op.lines {
                on!(papers, PaperKey::bank_line(*line), BankLine, |line| {
                    line.released.insert(op.confirmation);
                });
            }
        }
        Op::PaymentUrged(op) => on!(papers, PaperKey::urging(created), Urging, |urging| {
            act.recorded(op).enter(&mut urging.recorded);
        }),
        Op::CreditExcepted(op) => on!(papers, PaperKey::credit(op.customer), Credit, |policy| {
            policy.exceptions.enter(act.id, act.entered(op));
        }),
        Op::CreditExceptionStamped(op) => on!(papers, PaperKey::credit(op.customer), Credit, |policy| {
            policy.stamps.enter(act.id, act.entered(op));
        }),
        Op::Reversed(_) if act.withheld => {}
        Op::Reversed(op) => {
            let reversal = Reversal { by: act.staff, at: act.at, reason: op.reason.clone() };
            posting(papers, reversed_key(op), |paper| match paper {
                Paper::Collection(collection) => collection.reversals.enter(act.id, reversal),
                Paper::Remittance(remittance) => remittance.reversals.enter(act.id, reversal),
                _ => {}
            });
            undo_if_reversed(papers, op.kind, op.of);
        }
        _ => {}
    }
}

/// Writes among the confirmations of money, and moves what its postings changed by.
fn on_confirmations(
    papers: &mut impl Papers,
    kind: Reversible,
    of: PaperId,
    write: impl FnOnce(&mut Confirmations),
) {
    posting(papers, money_key(kind, of), |paper| match paper {
        Paper::Collection(collection) => write(collection.confirmations.get_or_insert_default()),
        Paper::Remittance(remittance) => write(remittance.confirmations.get_or_insert_default()),
        _ => {}
    });
}

/// Undoes every confirmation of money that was reversed, for all that it confirmed at once: none of it has arrived as was
/// said, and the lines that said so are open again.
fn undo_if_reversed(papers: &mut impl Papers, kind: Reversible, of: PaperId) {
    let money = money_key(kind, of);
    let reversed = match papers.paper(&money) {
        Some(Paper::Collection(collection)) => !collection.reversals.is_empty(),
        Some(Paper::Remittance(remittance)) => !remittance.reversals.is_empty(),
        _ => false,
    };
    if !reversed {
        return;
    }
    let undone: Vec<(ChangeId, Confirmation)> =
        confirmations_of(papers, &money).into_iter().map(|(id, one)| (id, one.clone())).collect();
    for (id, confirmation) in undone {
        for paper in &confirmation.papers {
            on_confirmations(papers, kind, paper.of, |some| {
                some.withdrawn.insert(id);
            });
        }
        for line in &confirmation.lines {
            on!(papers, PaperKey::bank_line(*line), BankLine, |line| {
                line.released.insert(id);
                line.bounced.insert(id);
            });
        }
    }
}

/// What is written about a bank's statement: its lines, which of them are set aside, and how the bank writes.
fn apply_statement(papers: &mut impl Papers, act: &Act, op: &Op) {
    match op {
        Op::StatementImported(op) => {
            let statement = op.statement();
            if let Some(part) = PartImported::of(op) {
                on!(papers, PaperKey::statement(statement), Statement, |paper| {
                    paper.parts.enter(act.id, act.entered(&part));
                });
            }
            for line in &op.lines {
                let imported = LineImported { account: op.account, statement, line: line.clone() };
                on!(papers, PaperKey::bank_line(line.id(op.account)), BankLine, |paper| {
                    act.entered(&imported).enter(&mut paper.recorded);
                });
            }
        }
        Op::LineSetAside(op) => {
            on!(papers, PaperKey::bank_line(op.line), BankLine, |line| {
                line.stamps.enter(act.id, act.entered(op));
            });
            if let Some((staff, amount)) = op.case() {
                let raised = ViolationRaised {
                    staff,
                    kind: BreachKind::PersonalAccount,
                    held: Money::ZERO,
                    amount: amount.money(),
                    reason: op.note.clone(),
                    photo: None,
                };
                let case = PaperKey::violation(PaperId(act.id.created()));
                on!(papers, case, Violation, |violation| act.entered(&raised).enter(&mut violation.raised));
            }
        }
        Op::MappingSaved(op) => on!(papers, PaperKey::mapping(op.account), Mapping, |mapping| {
            mapping.saved.enter(act.id, act.entered(op));
        }),
        _ => {}
    }
}

/// The name of one part of a change that brings several things at once.
fn part_of(id: ChangeId, index: usize) -> ChangeId {
    let device = crate::unit::derived_bytes("part", &[id.device.bytes(), &(index as u64).to_be_bytes()]);
    ChangeId { device: DeviceId::from_bytes(device), seq: id.seq }
}

/// Writes on a paper and moves what its postings changed by into the balances.
///
/// A balance that was moved and moved back is the same as one that a reversal kept from ever moving.
fn posting(papers: &mut impl Papers, key: PaperKey, write: impl FnOnce(&mut Paper)) {
    let paper = papers.paper_mut(key);
    let before = paper.postings();
    write(paper);
    let after = paper.postings();
    let concerned = paper.unreversed_postings();
    let moves = concerned
        .into_iter()
        .map(|posting| (posting.account, Money::ZERO))
        .chain(before.into_iter().map(|posting| (posting.account, posting.sum.negated())))
        .chain(after.into_iter().map(|posting| (posting.account, posting.sum)));
    for (account, sum) in moves {
        if let Paper::Balance(balance) = papers.paper_mut(PaperKey::balance(account)) {
            balance.account = Some(account);
            balance.sum = balance.sum.plus(sum);
        }
    }
}
