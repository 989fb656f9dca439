//! Floor 9: the rules put to the papers, and what an entry does to them. The same on the phone and at the server.
//!
//! Knows nothing of where papers are kept: it is given them, and says which it needs.

mod breach;
mod drawers;
mod people;
mod rules;
mod ruling;
mod write;

use std::collections::{BTreeMap, BTreeSet};

pub use breach::raise;
pub(crate) use rules::check_fact_of_moved;
use rules::collection_findings;
pub use rules::{check, drawer_holds, limits_on, own_share, share_on};
pub use write::{Act, apply, hold, wait};

use crate::{
    domain::{
        bank,
        cash::{self, LedgerAccount, Means, Reversed, Reversible, Share},
        customer::CustomerRefusal,
        people::{Author, Role},
        sale,
    },
    log::Change,
    op::{Ending, Op, UnreadableBody},
    paper::{Paper, PaperKey},
    refusal::{ChangeRefusal, Finding, Refusal, Verdict},
    time::{Timestamp, business_date},
    unit::{ChangeId, DeviceId, PaperId, StaffId},
};

/// The papers at hand. The hub hands in those it loaded, a phone its own book.
pub trait Papers {
    /// A paper, if anything was ever written on it.
    fn paper(&self, key: &PaperKey) -> Option<&Paper>;
    /// A paper to write on; a shell if there was none.
    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper;
}

impl Papers for BTreeMap<PaperKey, Paper> {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.get(key)
    }

    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        self.entry(key).or_insert_with(|| Paper::shell(key.kind))
    }
}

macro_rules! readers {
    ($($name:ident $variant:ident $paper:ty;)*) => {
        $(fn $name<'p>(papers: &'p impl Papers, key: &PaperKey) -> Option<&'p $paper> {
            match papers.paper(key) { Some(Paper::$variant(paper)) => Some(paper), _ => None }
        })*
    };
}

readers! {
    staff_card Staff crate::domain::people::StaffCard;
    device_card Device crate::domain::people::DeviceCard;
    customer_card Customer crate::domain::customer::CustomerCard;
    product_paper Product sale::Product;
    price_list PriceList sale::PriceList;
    order_paper Order sale::Order;
    account_paper Account cash::CompanyAccount;
    collection_paper Collection cash::Collection;
    remittance_paper Remittance cash::Remittance;
    balance_paper Balance cash::Balance;
    limits_paper Limits cash::CashLimits;
    violation_paper Violation cash::Violation;
    hand_in_paper HandIn cash::HandIn;
    closings_paper Closings crate::domain::month::Closings;
    bank_line_paper BankLine bank::BankLine;
    credit_policy Credit cash::CreditPolicy;
}

/// The member of staff who stands for the command line at the server.
pub const OPERATOR: StaffId = StaffId::from_bytes([0; 16]);

/// Who wrote a change, as judged at its effective time.
///
/// # Errors
/// Nobody knows them, or their device had been revoked before the act.
pub fn author_at(
    papers: &impl Papers,
    staff: StaffId,
    device: DeviceId,
    at: Timestamp,
) -> Result<Author, ChangeRefusal> {
    if staff == OPERATOR {
        return Ok(Author { staff, role: Role::Operator, device, share: Share::NONE, backed: None });
    }
    let card = staff_card(papers, &PaperKey::staff(staff)).ok_or(ChangeRefusal::UnknownAuthor)?;
    let role = card.role.value_at(at).or(card.role.value()).ok_or(ChangeRefusal::UnknownAuthor)?;
    let device_card = device_card(papers, &PaperKey::device(device));
    if device_card.and_then(|card| card.revoked).is_some_and(|revoked| revoked <= at) {
        return Err(ChangeRefusal::DeviceRevoked);
    }
    let share =
        device_card.and_then(|card| card.enrolled.as_ref()).map_or(Share::NONE, |device| device.what.share);
    Ok(Author { staff, role: *role, device, share, backed: None })
}

/// The papers a change needs, given those at hand: ask again with them until nothing new is named.
pub fn needs(papers: &impl Papers, op: &Op, id: ChangeId, staff: StaffId) -> BTreeSet<PaperKey> {
    let created = PaperId(id.created());
    let drawer = |staff, device| PaperKey::balance(LedgerAccount::Drawer(staff, device));
    let mut keys = BTreeSet::from([PaperKey::staff(staff), PaperKey::device(id.device)]);
    if let Some(customer) = op.customer() {
        keys.insert(PaperKey::customer(customer));
    }
    match op {
        Op::HeldDecided(op) => keys.extend([PaperKey::held(op.change)]),
        Op::TakenOnBehalf(op) => {
            keys.extend([PaperKey::held(op.change)]);
            keys.extend(needs(papers, &op.said.0, op.change, op.author));
        }
        Op::Resubmitted(op) => {
            keys.extend([PaperKey::held(op.held)]);
            keys.extend(needs(papers, &op.said.0, id, staff));
        }
        Op::StaffJoined(op) => keys.extend([PaperKey::staff(op.staff)]),
        Op::StaffRoleSet(op) => keys.extend([PaperKey::staff(op.staff)]),
        Op::DeviceEnrolled(op) => keys.extend([PaperKey::device(op.device), PaperKey::staff(op.staff)]),
        Op::DeviceRevoked(op) => keys.extend([PaperKey::device(op.device)]),
        Op::OwnerSet(op) => keys.extend([PaperKey::staff(op.owner)]),
        Op::CustomerCreated(op) => keys.extend([PaperKey::staff(op.owner)]),
        Op::PersonalFieldSet(op) => keys.extend([PaperKey::personal(op.customer)]),
        Op::ProductSet(op) => keys.extend([PaperKey::product(op.product)]),
        Op::PriceListIssued(op) => keys.extend([PaperKey::price_list(op.list)]),
        Op::VisitRecorded(_) => keys.extend([PaperKey::visit(created)]),
        Op::OrderTaken(op) => keys.extend([PaperKey::order(created), PaperKey::price_list(op.price_list)]),
        Op::OrderStamped(op) => keys.extend([PaperKey::order(op.order)]),
        Op::CompanyAccountOpened(op) => keys.extend([PaperKey::account(op.account)]),
        Op::CompanyAccountClosed(op) => keys.extend([PaperKey::account(op.account)]),
        Op::Collected(op) => keys.extend(collection_needs(op, created, (staff, id.device))),
        Op::Remitted(op) => {
            keys.extend([
                PaperKey::remittance(created),
                PaperKey::account(op.account),
                PaperKey::balance(LedgerAccount::InTransit(op.account)),
                PaperKey::balance(LedgerAccount::Suspense(staff)),
            ]);
            keys.extend(op.drawers.iter().map(|part| drawer(staff, part.device)));
        }
        Op::Reversed(op) => {
            let target = reversed_key(op);
            keys.insert(target);
            for (_, confirmation) in confirmations_of(papers, &target) {
                keys.extend(confirmation_needs(papers, op.kind, &confirmation.papers, &confirmation.lines));
            }
            if let Some(paper) = papers.paper(&target) {
                let postings = paper.unreversed_postings();
                keys.extend(postings.iter().map(|posting| PaperKey::balance(posting.account)));
                for posting in postings {
                    if let LedgerAccount::Drawer(staff, device) = posting.account {
                        keys.extend([PaperKey::limits(staff), PaperKey::device(device)]);
                    }
                }
            }
        }
        Op::ShareMoved(_)
        | Op::LostPhoneSettled(_)
        | Op::LimitOverridden(_)
        | Op::ViolationRaised(_)
        | Op::ViolationStamped(_) => keys.extend(limits_needs(op, created, (staff, id.device))),
        Op::MonthClosed(_) | Op::MonthStamped(_) => keys.extend([PaperKey::closings()]),
        Op::MonthLineExplained(op) => {
            keys.extend([PaperKey::closings(), PaperKey::line_notes(op.period)]);
        }
        Op::PaymentUrged(_) | Op::CreditExcepted(_) | Op::CreditExceptionStamped(_) => {
            keys.extend(owed_needs(op, created));
        }
        Op::CashHandedIn(_) | Op::HandInStamped(_) | Op::DayClosed(_) => {
            keys.extend(bag_needs(papers, op, created, (staff, id.device)));
        }
        Op::MoneyConfirmed(op) => {
            keys.extend([
                PaperKey::account(op.account),
                PaperKey::balance(LedgerAccount::Arrived(op.account)),
            ]);
            keys.extend(confirmation_needs(papers, op.kind, &op.papers, &op.lines));
        }
        Op::ConfirmationWithdrawn(op) => {
            keys.extend(confirmation_needs(papers, op.kind, &op.papers, &op.lines));
        }
        Op::StatementImported(_) | Op::LineSetAside(_) | Op::MappingSaved(_) => {
            keys.extend(statement_needs(papers, op, created));
        }
        Op::CardFieldSet(_) | Op::ContactAdded(_) | Op::ContactRemoved(_) => {}
    }
    // Whether the creation of what it is about is held.
    let concerned = [op.entity(), op.customer().map(|customer| customer.0)];
    keys.extend(
        concerned.into_iter().flatten().map(|id| PaperKey { kind: crate::paper::PaperKind::Held, id }),
    );
    keys
}

/// What a collection needs: its paper, whose money it was, and where it went.
fn collection_needs(
    op: &cash::Collected,
    created: PaperId,
    (staff, device): (StaffId, DeviceId),
) -> Vec<PaperKey> {
    let mut keys = vec![
        PaperKey::collection(created),
        PaperKey::balance(LedgerAccount::Customer(op.customer)),
        PaperKey::balance(LedgerAccount::Suspense(staff)),
        PaperKey::limits(staff),
        PaperKey::balance(LedgerAccount::Drawer(staff, device)),
    ];
    if let Means::Transfer { account, .. } = op.means {
        keys.extend([PaperKey::account(account), PaperKey::balance(LedgerAccount::InTransit(account))]);
    }
    keys
}

/// What a change needs about shares of the limit, special rules and violations.
fn limits_needs(op: &Op, created: PaperId, (staff, device): (StaffId, DeviceId)) -> Vec<PaperKey> {
    let drawer = |staff, device| PaperKey::balance(LedgerAccount::Drawer(staff, device));
    match op {
        Op::ShareMoved(op) => {
            let to = op.to.map(PaperKey::device).into_iter();
            to.chain([PaperKey::limits(op.staff), drawer(staff, device)]).collect()
        }
        Op::LostPhoneSettled(op) => vec![
            PaperKey::limits(op.staff),
            PaperKey::device(op.device),
            PaperKey::device(op.into),
            drawer(op.staff, op.device),
            drawer(op.staff, op.into),
            PaperKey::balance(LedgerAccount::Difference(op.staff)),
        ],
        Op::LimitOverridden(op) => {
            let parts = op.parts.iter().map(|part| PaperKey::device(part.device));
            parts.chain([PaperKey::limits(op.staff), PaperKey::staff(op.staff)]).collect()
        }
        Op::ViolationRaised(op) => vec![PaperKey::violation(created), PaperKey::staff(op.staff)],
        Op::ViolationStamped(op) => vec![PaperKey::violation(op.violation)],
        _ => Vec::new(),
    }
}

/// What a change needs about statements of the bank.
fn statement_needs(papers: &impl Papers, op: &Op, created: PaperId) -> Vec<PaperKey> {
    match op {
        Op::StatementImported(op) => {
            let lines = op.lines.iter().map(|line| PaperKey::bank_line(line.id(op.account)));
            lines.chain([PaperKey::account(op.account), PaperKey::statement(op.statement())]).collect()
        }
        Op::LineSetAside(op) => {
            let line = PaperKey::bank_line(op.line);
            let case = op.case().map(|(staff, _)| [PaperKey::violation(created), PaperKey::staff(staff)]);
            let before = match papers.paper(&line) {
                Some(Paper::BankLine(line)) => {
                    line.case().map(|(violation, _)| PaperKey::violation(violation))
                }
                _ => None,
            };
            case.into_iter().flatten().chain(before).chain([line]).collect()
        }
        Op::MappingSaved(op) => vec![PaperKey::account(op.account), PaperKey::mapping(op.account)],
        _ => Vec::new(),
    }
}

/// What a change needs about what is owed.
fn owed_needs(op: &Op, created: PaperId) -> Vec<PaperKey> {
    match op {
        Op::PaymentUrged(op) => {
            [PaperKey::urging(created)].into_iter().chain(op.order.map(PaperKey::order)).collect()
        }
        Op::CreditExcepted(op) => vec![PaperKey::credit(op.customer)],
        Op::CreditExceptionStamped(op) => vec![PaperKey::credit(op.customer)],
        _ => Vec::new(),
    }
}

/// What a change needs about cash that is handed in or counted.
fn bag_needs(
    papers: &impl Papers,
    op: &Op,
    created: PaperId,
    (staff, device): (StaffId, DeviceId),
) -> Vec<PaperKey> {
    let drawers = |staff, parts: &[cash::DrawerPart]| -> Vec<PaperKey> {
        let of = parts.iter().map(|part| LedgerAccount::Drawer(staff, part.device));
        of.map(PaperKey::balance).collect()
    };
    match op {
        Op::CashHandedIn(op) => [vec![PaperKey::hand_in(created)], drawers(staff, &op.drawers)].concat(),
        Op::HandInStamped(op) => {
            let key = PaperKey::hand_in(op.hand_in);
            let signed = hand_in_paper(papers, &key).and_then(|paper| paper.recorded.as_ref());
            let moved = signed.map(|signed| {
                let till = PaperKey::balance(LedgerAccount::Till);
                let phones = signed.what.drawers.iter().map(|part| PaperKey::device(part.device));
                // Cash that comes back can be above a share, as what the bank brings back can.
                let shares = phones.chain([PaperKey::limits(signed.by)]).collect();
                [vec![till], drawers(signed.by, &signed.what.drawers), shares].concat()
            });
            [vec![key], moved.unwrap_or_default()].concat()
        }
        Op::DayClosed(op) => {
            let named = op.drawers.iter().map(|drawer| drawer.device).chain([device]);
            let drawers = named.map(|device| PaperKey::balance(LedgerAccount::Drawer(staff, device)));
            drawers.chain([PaperKey::day_close(created)]).collect()
        }
        _ => Vec::new(),
    }
}

/// Money of a kind.
const fn money_key(kind: Reversible, of: PaperId) -> PaperKey {
    match kind {
        Reversible::Collection => PaperKey::collection(of),
        Reversible::Remittance => PaperKey::remittance(of),
    }
}

const fn reversed_key(op: &Reversed) -> PaperKey {
    money_key(op.kind, op.of)
}

/// The confirmations of money, whether they stand or not.
fn confirmations_of<'p>(
    papers: &'p impl Papers,
    money: &PaperKey,
) -> Vec<(ChangeId, &'p cash::Confirmation)> {
    let confirmations = papers.paper(money).and_then(Paper::confirmations);
    confirmations.into_iter().flat_map(|some| some.all.entries()).map(|(id, one)| (*id, one)).collect()
}

/// What a change needs that confirms money, or takes that back: its papers, where it stood and stands, and the lines.
fn confirmation_needs(
    papers: &impl Papers,
    kind: Reversible,
    named: &[cash::ConfirmedPaper],
    lines: &[PaperId],
) -> Vec<PaperKey> {
    let mut keys: Vec<PaperKey> = lines.iter().map(|line| PaperKey::bank_line(*line)).collect();
    for paper in named {
        let key = money_key(kind, paper.of);
        keys.push(key);
        let postings = papers.paper(&key).map(Paper::unreversed_postings).unwrap_or_default();
        keys.extend(postings.iter().map(|posting| PaperKey::balance(posting.account)));
    }
    keys
}

/// What becomes of a change that has arrived: the rules put to it, and the law that a fact is never refused.
pub fn judge(
    papers: &impl Papers,
    change: &Change,
    op: Result<&Op, &UnreadableBody>,
    staff: StaffId,
    at: Timestamp,
) -> Verdict {
    let op = match op {
        Ok(op) => op,
        Err(unreadable) => {
            return Verdict::Held { reason: ChangeRefusal::from(unreadable.clone()).into() };
        }
    };
    let checked = author_at(papers, staff, change.id.device, at)
        .map_err(Refusal::from)
        .and_then(|author| ruling::check_arrived(papers, op, change.id, &author, at));
    let mut findings = Vec::new();
    if at < change.header.at {
        findings.push(Finding::ClockAhead { claimed: change.header.at });
    }
    if change.header.scopes != op.scopes(staff) {
        findings.push(Finding::OtherScopes);
    }
    match checked {
        Ok(found) => {
            findings.extend(found);
            Verdict::Applied { findings, withheld: reverses_withheld(papers, op.said()) }
        }
        Err(reason) if op.ending() == Ending::Ledger => {
            let withheld = reason.withholds() || reverses_withheld(papers, op);
            // A remittance of more than is held says so itself; by any other reason the drawer is looked at all the same.
            let says_so = matches!(reason, Refusal::Cash(cash::CashRefusal::MoreThanHeld { .. }));
            findings.push(Finding::AgainstRule(reason));
            if let Op::Remitted(op) = op
                && !says_so
            {
                findings.extend(drawers::after_remittance(papers, op, staff));
            }
            // Whoever may not write any more holds the cash all the same.
            if let Op::Collected(op) = op {
                let device = change.id.device;
                let share = share_on(papers, staff, device, business_date(at));
                findings.extend(collection_findings(papers, op, (staff, device), share, at));
            }
            Verdict::Applied { findings, withheld }
        }
        Err(reason) => Verdict::Held { reason },
    }
}

/// Whether an op reverses money that counts in its author's scope only: whoever looks after the customer has never seen
/// that money, and reads nothing of its reversal either.
fn reverses_withheld(papers: &impl Papers, op: &Op) -> bool {
    let Op::Reversed(Reversed { kind: Reversible::Collection, of, .. }) = op else { return false };
    let paper = collection_paper(papers, &PaperKey::collection(*of));
    paper.and_then(|paper| paper.recorded.as_ref()).is_some_and(|recorded| recorded.withheld)
}

impl From<UnreadableBody> for ChangeRefusal {
    fn from(unreadable: UnreadableBody) -> Self {
        match unreadable {
            UnreadableBody::UnknownKind { kind, version } => Self::UnknownKind { kind, version },
            UnreadableBody::Malformed { why } => Self::Malformed { why },
        }
    }
}

impl Refusal {
    /// Whether a fact recorded against this rule counts in its author's scope only: made without a right to it.
    pub(crate) const fn withholds(&self) -> bool {
        matches!(
            self,
            Self::Customer(CustomerRefusal::Unknown { .. } | CustomerRefusal::NotYours { .. })
                | Self::Change(_)
                | Self::Cash(
                    cash::CashRefusal::NotYours
                        | cash::CashRefusal::NothingToReverse
                        | cash::CashRefusal::ConfirmedMoney
                )
        )
    }
}
