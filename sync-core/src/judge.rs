//! Floor 9: the rules put to the papers, and what an entry does to them. The same on the phone and at the server.
//!
//! Knows nothing of where papers are kept: it is given them, and says which it needs.

mod ruling;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    crdt::{Stamp, Write},
    domain::{
        Recorded,
        cash::{
            self, AccountRefusal, Collected, LedgerAccount, Means, RemitNow, Remitted, Reversal, Reversed,
            Reversible, Share, Target,
        },
        customer::{self, CustomerCreated, CustomerRefusal},
        people::{Author, DeviceRefusal, Role, StaffJoined, StaffRefusal, StaffRoleSet},
        sale::{self, PriceRefusal},
        visit,
    },
    log::Change,
    op::{Ending, Op, UnreadableBody},
    paper::{HeldChange, Outcome, Paper, PaperKey},
    refusal::{ChangeRefusal, Finding, Refusal, Verdict},
    time::{Timestamp, business_date},
    unit::{ChangeId, CustomerId, DeviceId, Money, PaperId, StaffId},
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
        Op::Collected(op) => {
            keys.extend([
                PaperKey::collection(created),
                PaperKey::balance(LedgerAccount::Customer(op.customer)),
                PaperKey::balance(LedgerAccount::Suspense(staff)),
                drawer(staff, id.device),
            ]);
            if let Means::Transfer { account, .. } = op.means {
                keys.extend([
                    PaperKey::account(account),
                    PaperKey::balance(LedgerAccount::InTransit(account)),
                ]);
            }
        }
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
            if let Some(paper) = papers.paper(&target) {
                keys.extend(
                    paper.unreversed_postings().iter().map(|posting| PaperKey::balance(posting.account)),
                );
            }
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

fn reversed_key(op: &Reversed) -> PaperKey {
    match op.kind {
        Reversible::Collection => PaperKey::collection(op.of),
        Reversible::Remittance => PaperKey::remittance(op.of),
    }
}

/// Puts the rules to one op, before it is recorded on a phone and again at the hub.
///
/// # Errors
/// The reason, from the noun whose rule it is.
pub fn check(
    papers: &impl Papers,
    op: &Op,
    id: ChangeId,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    match op {
        // Only where the feed is written are these decided: `judge` puts their rules to them.
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) => Err(ChangeRefusal::NotARuler.into()),
        Op::Resubmitted(op) => {
            let creates = ruling::may_resubmit(papers, op, author.staff)?;
            check_said(papers, &op.said.0, creates, author, at)
        }
        _ => check_said(papers, op, id.created(), author, at),
    }
}

/// The rules put to what an op says of the company's papers. What it creates is named `creates`.
fn check_said(
    papers: &impl Papers,
    op: &Op,
    creates: Uuid,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let customer_of = |customer: CustomerId| customer_card(papers, &PaperKey::customer(customer));
    if let Some(held) = waits_for(papers, op, author) {
        return Err(held.into());
    }
    match op {
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) | Op::Resubmitted(_) => {
            Err(ChangeRefusal::NothingHeld.into())
        }
        Op::StaffJoined(_) | Op::StaffRoleSet(_) if !author.may(Role::keeps_staff) => {
            Err(StaffRefusal::NotYours.into())
        }
        Op::StaffJoined(StaffJoined { role: Role::Operator, .. })
        | Op::StaffRoleSet(StaffRoleSet { role: Role::Operator, .. }) => {
            Err(StaffRefusal::NotForPeople.into())
        }
        Op::StaffJoined(op) if op.staff == OPERATOR => Err(StaffRefusal::Exists.into()),
        Op::StaffJoined(op) if staff_card(papers, &PaperKey::staff(op.staff)).is_some() => {
            Err(StaffRefusal::Exists.into())
        }
        Op::StaffRoleSet(op) if staff_card(papers, &PaperKey::staff(op.staff)).is_none() => {
            Err(StaffRefusal::Unknown.into())
        }
        Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) if !author.may(Role::keeps_staff) => {
            Err(DeviceRefusal::NotYours.into())
        }
        Op::DeviceEnrolled(op) if device_card(papers, &PaperKey::device(op.device)).is_some() => {
            Err(DeviceRefusal::Exists.into())
        }
        Op::DeviceRevoked(op) if device_card(papers, &PaperKey::device(op.device)).is_none() => {
            Err(DeviceRefusal::Unknown.into())
        }
        Op::StaffJoined(_) | Op::StaffRoleSet(_) | Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) => {
            Ok(Vec::new())
        }
        Op::CustomerCreated(op) => may_create(op, papers, creates, author).map(|()| Vec::new()),
        Op::CardFieldSet(op) => nothing(customer::may_write_field(op, customer_of(op.customer), author, at)),
        Op::PersonalFieldSet(op) => {
            nothing(customer::may_write_personal_field(op, customer_of(op.customer), author, at))
        }
        Op::ContactAdded(op) => {
            nothing(customer::may_touch(op.customer, customer_of(op.customer), author, at))
        }
        Op::ContactRemoved(op) => {
            nothing(customer::may_touch(op.customer, customer_of(op.customer), author, at))
        }
        Op::OwnerSet(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            if !author.may(Role::assigns_customers) {
                return Err(CustomerRefusal::MayNotAssign { owner: op.owner }.into());
            }
            nothing(is_a_rep(papers, op.owner))
        }
        Op::ProductSet(op) => {
            nothing(sale::may_describe(op, product_paper(papers, &PaperKey::product(op.product)), author))
        }
        Op::PriceListIssued(op) => {
            sale::may_issue(op, author)?;
            let known = price_list(papers, &PaperKey::price_list(op.list)).is_some();
            nothing(if known { Err(PriceRefusal::Exists) } else { Ok(()) })
        }
        Op::VisitRecorded(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            nothing(visit::may_record(op))
        }
        Op::OrderTaken(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            let list = price_list(papers, &PaperKey::price_list(op.price_list));
            sale::may_take(op, list)?;
            let expired = list.is_some_and(|list| !list.in_force_on(business_date(at)));
            Ok(expired.then_some(Finding::ListExpired).into_iter().collect())
        }
        Op::OrderStamped(op) => {
            customer::may_touch(op.customer, customer_of(op.customer), author, at)?;
            nothing(sale::may_stamp(op, order_paper(papers, &PaperKey::order(op.order)), author))
        }
        Op::CompanyAccountOpened(op) => {
            cash::may_keep_accounts(author)?;
            let known = account_paper(papers, &PaperKey::account(op.account)).is_some();
            nothing(if known { Err(AccountRefusal::Exists) } else { Ok(()) })
        }
        Op::CompanyAccountClosed(op) => {
            cash::may_keep_accounts(author)?;
            let known = account_paper(papers, &PaperKey::account(op.account)).is_some();
            nothing(if known { Ok(()) } else { Err(AccountRefusal::Unknown) })
        }
        Op::Collected(op) => check_collection(papers, op, author, at),
        Op::Remitted(op) => check_remittance(papers, op, author, at),
        Op::Reversed(op) => {
            cash::may_reverse(op, reversal_target(papers, op), author)?;
            Ok(drawers_below_zero(papers, &reversed_key(op)))
        }
    }
}

fn nothing<E: Into<Refusal>>(checked: Result<(), E>) -> Result<Vec<Finding>, Refusal> {
    checked.map(|()| Vec::new()).map_err(Into::into)
}

/// Whether the creation of what an op is about still waits. Once a head has accepted it, or its author has corrected
/// it, what it created is there, and what waited for it can be decided in its turn.
///
/// Only whoever may see that it waits is told. Source: S78.
fn waits_for(papers: &impl Papers, op: &Op, author: &Author) -> Option<ChangeRefusal> {
    if matches!(op, Op::CustomerCreated(_)) {
        return None;
    }
    let waits = |id: &Uuid| match papers.paper(&PaperKey { kind: crate::paper::PaperKind::Held, id: *id }) {
        Some(Paper::Held(Some(held), outcome)) => {
            let accepted = outcome.as_ref().is_some_and(Outcome::is_accepted);
            let card = customer_card(papers, &PaperKey::customer(CustomerId(*id)));
            let sees = held.by == author.staff || author.may(Role::sees_all_drawers);
            sees && !held.is_fact() && !accepted && !card.is_some_and(customer::CustomerCard::exists)
        }
        _ => false,
    };
    [op.entity(), op.customer().map(|customer| customer.0)]
        .into_iter()
        .flatten()
        .find(waits)
        .map(|paper| ChangeRefusal::WaitsFor { paper })
}

fn may_create(
    op: &CustomerCreated,
    papers: &impl Papers,
    named: Uuid,
    author: &Author,
) -> Result<(), Refusal> {
    let exists = customer_card(papers, &PaperKey::customer(op.customer))
        .is_some_and(crate::domain::customer::CustomerCard::exists);
    // A phone's customer is named after the change that enters it; only an import hands ids in.
    let foreign_id = author.role != Role::Operator && op.customer.0 != named;
    if exists || foreign_id {
        return Err(CustomerRefusal::Exists { customer: op.customer }.into());
    }
    customer::may_assign(op.owner, author)?;
    if op.owner != author.staff {
        is_a_rep(papers, op.owner)?;
    }
    for (field, value) in &op.fields {
        field.accepts(value).map_err(|why| CustomerRefusal::Field { why })?;
    }
    let named = op.fields.iter().any(|(field, _)| *field == customer::CardField::Name);
    if named { Ok(()) } else { Err(CustomerRefusal::NoName.into()) }
}

/// Whether somebody works in the field, so that customers can be theirs. Source: S79.
fn is_a_rep(papers: &impl Papers, staff: StaffId) -> Result<(), Refusal> {
    let card = staff_card(papers, &PaperKey::staff(staff)).ok_or(StaffRefusal::Unknown)?;
    let rep = card.role.value().is_some_and(|role| role.is_rep());
    if rep { Ok(()) } else { Err(CustomerRefusal::NotARep { owner: staff }.into()) }
}

/// The cash in one device's drawer.
pub fn drawer_holds(papers: &impl Papers, staff: StaffId, device: DeviceId) -> Money {
    balance_paper(papers, &PaperKey::balance(LedgerAccount::Drawer(staff, device)))
        .map_or(Money::ZERO, |balance| balance.sum)
}

fn check_collection(
    papers: &impl Papers,
    op: &Collected,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    customer::may_touch(op.customer, customer_card(papers, &PaperKey::customer(op.customer)), author, at)?;
    check_money(papers, op, author, at)
}

/// The rules about the money of a collection, whoever the customer is.
fn check_money(
    papers: &impl Papers,
    op: &Collected,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let held = drawer_holds(papers, author.staff, author.device);
    let account = match op.means {
        Means::Transfer { account, .. } => account_paper(papers, &PaperKey::account(account)),
        Means::Cash => None,
    };
    cash::may_record_collection(op, held, account, author, at)?;
    Ok(collection_findings(papers, op, author))
}

/// Puts the rules to a fact about a customer that this device does not hold any more: all but whose it is.
///
/// # Errors
/// The reason, from the noun whose rule it is.
pub(crate) fn check_fact_of_moved(
    papers: &impl Papers,
    op: &Op,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    match op {
        Op::VisitRecorded(op) => nothing(visit::may_record(op)),
        Op::Collected(op) => check_money(papers, op, author, at),
        _ => Ok(Vec::new()),
    }
}

/// What a collection brings to light, whether or not it was made with a right to it. Source: S14, S15, S17.
fn collection_findings(papers: &impl Papers, op: &Collected, author: &Author) -> Vec<Finding> {
    let held = drawer_holds(papers, author.staff, author.device);
    let mut findings = Vec::new();
    if op.means == Means::Cash {
        let holds = cash::would_hold(held, op.amount.money());
        if holds > author.share.limit() {
            findings.push(Finding::OverLimit(RemitNow { held: holds }));
        } else {
            findings.extend(cash::cash_warning(holds).map(Finding::RemitNow));
        }
    }
    let given = device_card(papers, &PaperKey::device(author.device)).map_or(0, |card| card.receipts);
    let due = given.saturating_add(1);
    if op.receipt != due {
        findings.push(Finding::ReceiptOutOfTurn { due, found: op.receipt });
    }
    findings
}

fn check_remittance(
    papers: &impl Papers,
    op: &Remitted,
    author: &Author,
    at: Timestamp,
) -> Result<Vec<Finding>, Refusal> {
    let account = account_paper(papers, &PaperKey::account(op.account));
    nothing(cash::may_remit(op, |device| drawer_holds(papers, author.staff, device), account, at))
}

/// The drawers that a reversal leaves with less than nothing: what was reversed had been remitted already.
fn drawers_below_zero(papers: &impl Papers, reversed: &PaperKey) -> Vec<Finding> {
    let postings = papers.paper(reversed).map(Paper::postings).unwrap_or_default();
    let drawers = postings.into_iter().filter(|posting| matches!(posting.account, LedgerAccount::Drawer(..)));
    let left = drawers.map(|posting| {
        let there = balance_paper(papers, &PaperKey::balance(posting.account));
        there.map_or(Money::ZERO, |balance| balance.sum).minus(posting.sum)
    });
    left.filter(|left| *left < Money::ZERO).map(|held| Finding::DrawerBelowZero { held }).collect()
}

fn reversal_target(papers: &impl Papers, op: &Reversed) -> Option<Target> {
    let key = reversed_key(op);
    match op.kind {
        Reversible::Collection => collection_paper(papers, &key).and_then(|paper| {
            let recorded = paper.recorded.as_ref()?;
            let customer = Some(recorded.what.customer);
            Some(Target { by: recorded.by, customer, reversed: !paper.reversals.is_empty() })
        }),
        Reversible::Remittance => remittance_paper(papers, &key).and_then(|paper| {
            let recorded = paper.recorded.as_ref()?;
            Some(Target { by: recorded.by, customer: None, reversed: !paper.reversals.is_empty() })
        }),
    }
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
    let author = author_at(papers, staff, change.id.device, at);
    let checked = author
        .clone()
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
            findings.push(Finding::AgainstRule(reason));
            if let (Op::Collected(op), Ok(author)) = (op, &author) {
                findings.extend(collection_findings(papers, op, author));
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
                | Self::Cash(cash::CashRefusal::NotYours | cash::CashRefusal::NothingToReverse)
        )
    }
}

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
    fn recorded<T: Clone>(&self, what: &T) -> Recorded<T> {
        Recorded {
            what: what.clone(),
            id: self.id,
            by: self.staff,
            at: self.at,
            withheld: self.withheld,
            accepted_by: self.accepted_by,
        }
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

/// Writes an applied op into the papers. Cannot fail, and applied in any order gives the same papers.
pub fn apply(papers: &mut impl Papers, act: &Act, op: &Op) {
    let created = PaperId(act.id.created());
    macro_rules! on {
        ($key:expr, $variant:ident, |$paper:ident| $write:expr) => {
            if let Paper::$variant($paper) = papers.paper_mut($key) {
                $write;
            }
        };
    }
    match op {
        Op::HeldDecided(_) | Op::TakenOnBehalf(_) | Op::Resubmitted(_) => ruling::apply(papers, act, op),
        Op::StaffJoined(op) => on!(PaperKey::staff(op.staff), Staff, |card| {
            act.recorded(op).enter(&mut card.joined);
            card.role.write(act.id, act.write(&op.role, &[]));
        }),
        Op::StaffRoleSet(op) => on!(PaperKey::staff(op.staff), Staff, |card| {
            card.role.write(act.id, act.write(&op.role, &op.replaces));
        }),
        Op::DeviceEnrolled(op) => on!(PaperKey::device(op.device), Device, |card| {
            act.recorded(op).enter(&mut card.enrolled);
        }),
        Op::DeviceRevoked(op) => on!(PaperKey::device(op.device), Device, |card| {
            card.revoked = Some(card.revoked.map_or(act.at, |earlier| earlier.min(act.at)));
        }),
        Op::CustomerCreated(op) => on!(PaperKey::customer(op.customer), Customer, |card| {
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
        Op::CardFieldSet(op) => on!(PaperKey::customer(op.customer), Customer, |card| {
            card.fields.or_default(op.field).write(act.id, act.write(&op.value, &op.replaces));
        }),
        Op::PersonalFieldSet(op) => on!(PaperKey::personal(op.customer), Personal, |card| {
            card.fields.or_default(op.field).write(act.id, act.write(&op.value, &op.replaces));
        }),
        Op::ContactAdded(op) => on!(PaperKey::customer(op.customer), Customer, |card| {
            card.contacts.add(act.id, op.contact.clone());
            if let Some(corrected) = op.corrects {
                card.contacts.remove(corrected);
            }
        }),
        Op::ContactRemoved(op) => {
            on!(PaperKey::customer(op.customer), Customer, |card| card.contacts.remove(op.addition));
        }
        Op::OwnerSet(op) => on!(PaperKey::customer(op.customer), Customer, |card| {
            card.owner.write(act.id, act.write(&op.owner, &op.replaces));
        }),
        Op::ProductSet(op) => on!(PaperKey::product(op.product), Product, |product| {
            product.card.write(act.id, act.write(&op.card, &op.replaces));
        }),
        Op::PriceListIssued(op) => on!(PaperKey::price_list(op.list), PriceList, |list| {
            act.recorded(op).enter(&mut list.issued);
        }),
        Op::VisitRecorded(op) => on!(PaperKey::visit(created), Visit, |visit| {
            act.recorded(op).enter(&mut visit.recorded);
        }),
        Op::OrderTaken(op) => {
            on!(PaperKey::order(created), Order, |order| {
                act.recorded(op).enter(&mut order.recorded);
            });
            on!(PaperKey::device(act.id.device), Device, |card| card.orders = card.orders.max(op.number));
        }
        Op::OrderStamped(op) => on!(PaperKey::order(op.order), Order, |order| {
            order.stamps.set(act.id, Stamp { kind: op.stamp, by: act.staff, at: act.at, over: op.over });
        }),
        Op::CompanyAccountOpened(op) => on!(PaperKey::account(op.account), Account, |account| {
            act.recorded(op).enter(&mut account.opened);
        }),
        Op::CompanyAccountClosed(op) => on!(PaperKey::account(op.account), Account, |account| {
            account.closed = Some(account.closed.map_or(act.at, |earlier| earlier.min(act.at)));
        }),
        Op::Collected(op) => {
            posting(papers, PaperKey::collection(created), |paper| {
                if let Paper::Collection(collection) = paper {
                    act.recorded(op).enter(&mut collection.recorded);
                }
            });
            on!(PaperKey::device(act.id.device), Device, |card| card.receipts =
                card.receipts.max(op.receipt));
        }
        Op::Remitted(op) => posting(papers, PaperKey::remittance(created), |paper| {
            if let Paper::Remittance(remittance) = paper {
                act.recorded(op).enter(&mut remittance.recorded);
            }
        }),
        Op::Reversed(_) if act.withheld => {}
        Op::Reversed(op) => {
            let reversal = Reversal { by: act.staff, at: act.at, reason: op.reason.clone() };
            posting(papers, reversed_key(op), |paper| match paper {
                Paper::Collection(collection) => collection.reversals.enter(act.id, reversal),
                Paper::Remittance(remittance) => remittance.reversals.enter(act.id, reversal),
                _ => {}
            });
        }
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
