//! Rows of collections (货款回收), remittances (汇回) and company accounts (公司指定账户). Source: S13–S15.
//!
//! Floor: rows. Pure: a paper and the names on its page.

use serde::Serialize;
use sync_core::{
    domain::cash::{
        Collection, CompanyAccount, Confirmation, Confirmations, ConfirmedPaper, LedgerAccount, Means,
        Remittance, Reversal, receipt_number,
    },
    paper::{Paper, PaperKey},
    unit::{AccountId, Money, PaperId, capitals},
};
use utoipa::ToSchema;

use super::{
    common::{AccountRef, ChangeRef, CustomerRef, Person, clock},
    names::{Names, Wanted},
    statements::PaidRow,
};

/// Who took a paper back, when and why (冲正).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReversalRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why.
    pub reason: String,
}

/// Finance, who has confirmed that it arrived (到账确认). Source: S13, S34.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConfirmationRow {
    /// Who.
    pub by: Person,
    /// When it was confirmed.
    pub at: String,
    /// The day the bank booked it (起息日).
    #[schema(value_type = String, example = "2026-10-16")]
    pub arrived_on: String,
    /// Anything else.
    pub note: String,
    /// The change that said so: it is withdrawn by this name.
    pub confirmation: ChangeRef,
    /// All that it confirmed, this paper among them.
    pub papers: Vec<PaidRow>,
    /// The lines of the bank's statement that it named.
    #[schema(value_type = Vec<uuid::Uuid>)]
    pub lines: Vec<PaperId>,
}

/// Money received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CollectionRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// The number on the receipt.
    #[schema(example = "SK-07-0031")]
    pub number: String,
    /// When it was received.
    pub at: String,
    /// Who received it.
    pub staff: Person,
    /// From whom; absent where the reader may not see the customer.
    pub customer: Option<CustomerRef>,
    /// How much.
    #[schema(value_type = String, example = "2880.00")]
    pub amount: Money,
    /// The same in capitals (大写).
    #[schema(example = "贰仟捌佰捌拾元整")]
    pub capitals: String,
    /// How: `cash` or `transfer`.
    #[schema(value_type = String, example = "cash")]
    pub means: &'static str,
    /// To which account, for a transfer.
    pub account: Option<AccountRef>,
    /// What the bank wrote beside it.
    pub reference: String,
    /// Why it was taken above the limit, where it was (超限收款).
    pub over_limit: Option<String>,
    /// Where it stands: `cash`, `transfer`, `confirmed`, `reversed`.
    #[schema(value_type = String, example = "cash")]
    pub status: &'static str,
    /// Anything else.
    pub note: String,
    /// The reversal, where it was taken back.
    pub reversal: Option<ReversalRow>,
    /// The confirmation that a transfer has arrived, also of one that was taken back since.
    pub confirmation: Option<Box<ConfirmationRow>>,
    /// Whether it counts in its author's scope only, until a supervisor rules.
    pub withheld: bool,
    /// The head who took it over for its author, where it counts through them (代为入账).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_by: Option<Person>,
}

/// Cash sent on to the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RemittanceRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: PaperId,
    /// When.
    pub at: String,
    /// Who.
    pub staff: Person,
    /// How much.
    #[schema(value_type = String, example = "9000.00")]
    pub amount: Money,
    /// To which account.
    pub account: AccountRef,
    /// The last digits of the bank's slip.
    pub reference: String,
    /// The name of the slip's photo.
    pub slip: Option<String>,
    /// Where it stands: `sent`, `confirmed`, `reversed`.
    #[schema(value_type = String, example = "sent")]
    pub status: &'static str,
    /// The reversal, where it was taken back.
    pub reversal: Option<ReversalRow>,
    /// The confirmation that it has arrived, also of one that was taken back since.
    pub confirmation: Option<Box<ConfirmationRow>>,
}

/// A company account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountRow {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: AccountId,
    /// In whose name.
    pub holder: String,
    /// Bank and branch.
    pub bank: String,
    /// Account number.
    pub number: String,
    /// Where it stands: `open`, `closed`.
    #[schema(value_type = String, example = "open")]
    pub status: &'static str,
    /// When it was put on the list.
    pub opened: String,
    /// Since when it is off the list.
    pub closed: Option<String>,
    /// What was sent there and is not yet confirmed; absent where the reader does not sit at the finance desk.
    #[schema(value_type = Option<String>, example = "41200.00")]
    pub in_transit: Option<Money>,
    /// What has arrived there, as finance has confirmed it; absent where the reader does not sit at the finance desk.
    #[schema(value_type = Option<String>, example = "120600.00")]
    pub arrived: Option<Money>,
}

/// The names a collection's row shows.
pub(super) fn collection_wants(collection: &Collection, wanted: &mut Wanted) {
    let Some(recorded) = &collection.recorded else { return };
    wanted.staff(recorded.by).taken_over_by(recorded.accepted_by).customer(recorded.what.customer);
    wanted.device(recorded.id.device);
    if let Means::Transfer { account, .. } = recorded.what.means {
        wanted.account(account);
    }
    for (_, reversal) in collection.reversals.entries() {
        wanted.staff(reversal.by);
    }
    if let Some(confirmation) = collection.confirmation() {
        confirmation_wants(confirmation, wanted);
    }
}

/// The row of a collection; `None` while the paper is a shell.
pub(super) fn collection_row(
    id: PaperId,
    collection: &Collection,
    names: &Names<'_>,
) -> Option<CollectionRow> {
    let recorded = collection.recorded.as_ref()?;
    let what = &recorded.what;
    let (means, account, reference) = match &what.means {
        Means::Cash => ("cash", None, String::new()),
        Means::Transfer { account, reference } => {
            ("transfer", Some(names.account(*account)), reference.to_string())
        }
    };
    let reversal = first(collection.reversals.entries().map(|(_, reversal)| reversal));
    Some(CollectionRow {
        id,
        number: receipt_number(names.device_number(recorded.id.device), what.receipt),
        at: clock(recorded.at),
        staff: names.person(recorded.by),
        customer: names.customer(what.customer),
        amount: what.amount.money(),
        capitals: capitals(what.amount.money()),
        means,
        account,
        reference,
        over_limit: what.over_limit.as_ref().map(ToString::to_string),
        status: collection.status(),
        note: what.note.to_string(),
        reversal: reversal.map(|reversal| reversal_row(reversal, names)),
        confirmation: confirmation_row(collection.confirmations.as_ref(), names),
        withheld: recorded.withheld,
        accepted_by: recorded.accepted_by.map(|head| names.person(head)),
    })
}

/// The names a remittance's row shows.
pub(super) fn remittance_wants(remittance: &Remittance, wanted: &mut Wanted) {
    let Some(recorded) = &remittance.recorded else { return };
    wanted.staff(recorded.by).account(recorded.what.account);
    for (_, reversal) in remittance.reversals.entries() {
        wanted.staff(reversal.by);
    }
    if let Some(confirmation) = remittance.confirmation() {
        confirmation_wants(confirmation, wanted);
    }
}

/// The row of a remittance; `None` while the paper is a shell.
pub(super) fn remittance_row(
    id: PaperId,
    remittance: &Remittance,
    names: &Names<'_>,
) -> Option<RemittanceRow> {
    let recorded = remittance.recorded.as_ref()?;
    let what = &recorded.what;
    let reversal = first(remittance.reversals.entries().map(|(_, reversal)| reversal));
    Some(RemittanceRow {
        id,
        at: clock(recorded.at),
        staff: names.person(recorded.by),
        amount: what.amount.money(),
        account: names.account(what.account),
        reference: what.reference.to_string(),
        slip: what.slip.as_ref().map(ToString::to_string),
        status: remittance.status(),
        reversal: reversal.map(|reversal| reversal_row(reversal, names)),
        confirmation: confirmation_row(remittance.confirmations.as_ref(), names),
    })
}

/// The papers an account's row shows.
pub(super) fn account_wants(id: AccountId, wanted: &mut Wanted) {
    wanted.paper(PaperKey::balance(LedgerAccount::InTransit(id)));
    wanted.paper(PaperKey::balance(LedgerAccount::Arrived(id)));
}

/// The row of a company account; `None` while the paper is a shell.
pub(super) fn account_row(id: AccountId, account: &CompanyAccount, names: &Names<'_>) -> Option<AccountRow> {
    let opened = account.opened.as_ref()?;
    let desk = sync_core::scope::Scope::Desk(sync_core::scope::Desk::Finance);
    let stands = |account| {
        names.viewer().may_see(desk).then(|| match names.paper(&PaperKey::balance(account)) {
            Some(Paper::Balance(balance)) => balance.sum,
            _ => Money::ZERO,
        })
    };
    Some(AccountRow {
        id,
        holder: opened.what.holder.to_string(),
        bank: opened.what.bank.to_string(),
        number: opened.what.number.to_string(),
        status: if account.closed.is_some() { "closed" } else { "open" },
        opened: clock(opened.at),
        closed: account.closed.map(clock),
        in_transit: stands(LedgerAccount::InTransit(id)),
        arrived: stands(LedgerAccount::Arrived(id)),
    })
}

fn first<'r>(reversals: impl Iterator<Item = &'r Reversal>) -> Option<&'r Reversal> {
    reversals.min_by_key(|reversal| reversal.at)
}

fn confirmation_wants(confirmation: &Confirmation, wanted: &mut Wanted) {
    wanted.staff(confirmation.by);
    for paper in &confirmation.papers {
        wanted.staff(paper.staff);
    }
}

fn confirmation_row(
    confirmations: Option<&Confirmations>,
    names: &Names<'_>,
) -> Option<Box<ConfirmationRow>> {
    let (change, confirmation) = confirmations?.counts()?;
    let paid = |paper: &ConfirmedPaper| PaidRow { of: paper.of, staff: names.person(paper.staff) };
    Some(Box::new(ConfirmationRow {
        by: names.person(confirmation.by),
        at: clock(confirmation.at),
        arrived_on: confirmation.arrived_on.to_string(),
        note: confirmation.note.to_string(),
        confirmation: change.into(),
        papers: confirmation.papers.iter().map(paid).collect(),
        lines: confirmation.lines.clone(),
    }))
}

fn reversal_row(reversal: &Reversal, names: &Names<'_>) -> ReversalRow {
    ReversalRow { by: names.person(reversal.by), at: clock(reversal.at), reason: reversal.reason.to_string() }
}
