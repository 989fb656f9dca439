//! The account of one customer: what they owe, order by order, the dunning log, credit exceptions. Source: S12, S34, S41, S43–S45.
//!
//! Floor: rows, beside the list of what is owed.

use serde::Serialize;
use sync_core::{
    domain::{
        Recorded,
        cash::{PaymentUrged, Receivable, Release},
        customer::CardField,
    },
    paper::{Paper, PaperKey},
    scope::Scope,
    time::{BusinessDate, business_date},
    unit::{CustomerId, Money, PaperId},
};
use utoipa::ToSchema;

use super::{
    Reader,
    common::clock,
    credit::{CreditRow, credit_rows, wants_credit},
    names::Wanted,
    receivables::{PromiseRow, ReceivableRow, Whose, receivable_row},
    urging::{UrgingRow, urging_row, wants_urging},
};
use crate::{
    receivables::Accounts,
    store::{ChosenUnit, Snapshot, Stored},
};

/// What is overdue of one customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverdueRow {
    /// How much.
    #[schema(value_type = String, example = "1880.00")]
    pub amount: Money,
    /// Since which day.
    #[schema(value_type = NaiveDate)]
    pub since: BusinessDate,
    /// For how many days.
    pub days: i64,
}

/// The account of one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountPage {
    /// What is still to be collected (待付).
    #[schema(value_type = String, example = "1880.00")]
    pub open: Money,
    /// What was collected and not yet confirmed (已收未付). Source: Q3.
    #[schema(value_type = String, example = "1000.00")]
    pub unconfirmed: Money,
    /// What was received beyond all orders.
    #[schema(value_type = String, example = "0.00")]
    pub beyond: Money,
    /// What is overdue.
    pub overdue: Option<OverdueRow>,
    /// The orders that stand, the latest first.
    pub orders: Vec<ReceivableRow>,
    /// The dunning log, the latest first.
    pub urgings: Vec<UrgingRow>,
    /// What was last promised.
    pub promised: Option<PromiseRow>,
    /// Credit exceptions, the latest first.
    pub exceptions: Vec<CreditRow>,
    /// Whether the reader may enter a reminder.
    pub may_urge: bool,
    /// Whether the reader may make a credit exception.
    pub may_except: bool,
    /// Whether the reader may approve those of others.
    pub may_approve: bool,
}

impl Reader<'_, ChosenUnit> {
    /// The account of a customer; `None` where there is none, or the viewer may not see it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn account(&mut self, customer: CustomerId) -> Stored<Option<AccountPage>> {
        if !self.viewer.may_see(Scope::Customer(customer)) {
            return Ok(None);
        }
        let card = match self.snapshot.papers(&[PaperKey::customer(customer)]).await?.pop() {
            Some((_, Paper::Customer(card))) if card.exists() => card,
            _ => return Ok(None),
        };
        let account = Accounts::at(&mut *self.snapshot).await?.of(customer).await?;
        let (role, today) = (self.viewer.role, business_date(self.now));
        let mut wanted = Wanted::default();
        wanted.customer(customer);
        card.owner.value().map(|owner| wanted.staff(*owner));
        account.urgings.iter().for_each(|(_, one)| wants_urging(one, &mut wanted));
        wants_credit(&account.policy, &mut wanted);
        for (_, order) in &account.orders {
            order.recorded.as_ref().map(|taken| wanted.device(taken.id.device));
        }
        let names = self.names(wanted).await?;
        let whose =
            Whose { customer, staff: card.owner.value().copied(), place: card.text(CardField::County) };
        let on = account.on(today);
        let order_row = |(owed, release): (&Receivable, &Release)| {
            let order = account.orders.iter().find(|(id, _)| *id == owed.order).map(|(_, order)| order);
            let reminded = account.reminded(Some((owed.order, owed.at)));
            ReceivableRow {
                urged: reminded.last.map(|one| clock(one.at)),
                promised: reminded.promise(&account.payments, today).map(PromiseRow::told),
                release: Some(release.code()),
                ..receivable_row(owed, &whose, order, today, &names)
            }
        };
        let mut urgings: Vec<&(PaperId, Recorded<PaymentUrged>)> = account.urgings.iter().collect();
        urgings.retain(|(_, one)| !one.withheld);
        urgings.sort_by_key(|(_, one)| std::cmp::Reverse((one.at, one.id)));
        Ok(Some(AccountPage {
            open: on.open(),
            unconfirmed: on.unconfirmed(),
            beyond: on.beyond,
            overdue: on.overdue(today).map(|(amount, since)| OverdueRow {
                amount,
                since,
                days: (today.0 - since.0).num_days(),
            }),
            orders: on.rows.iter().zip(&on.releases).rev().map(order_row).collect(),
            urgings: urgings.into_iter().map(|(id, one)| urging_row(*id, one, &names)).collect(),
            promised: account.reminded(None).promise(&account.payments, today).map(PromiseRow::told),
            exceptions: credit_rows(&account.policy, |_| true, today, &names),
            may_urge: role.urges_payment(),
            may_except: role.proposes_credit(),
            may_approve: role.approves_credit(),
        }))
    }
}
