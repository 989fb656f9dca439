//! Rows of what is owed (应收): orders by due day. Source: S12, S34, S41, S43–S45.
//!
//! Floor: rows. What an order owes is told by `sync-core`; what a list needs stands in the read table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::{
    domain::{
        cash::{Age, PaymentPromise, PromiseState, Receivable},
        sale::{Order, OrderStatus, order_number},
    },
    paper::{Paper, PaperKey},
    scope::Scope,
    time::{BusinessDate, business_date},
    unit::{CustomerId, Money, PaperId, StaffId},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    AskRefusal, Asked, List, Reader, RowsError, Slice,
    common::{CustomerRef, Person, clock},
    names::{Names, Wanted},
};
use crate::store::{
    Came, ChosenUnit, OwedAsk, OwedListing, OwedOrder, OwedRow, OwedStatus, OwedSums, Snapshot, Stored,
};

/// The filter, order and page of the list of what is owed.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OwedAsked {
    /// Words, pinyin initials or numbers, to be found on the customer's card.
    pub q: Option<String>,
    /// Only this order.
    pub id: Option<Uuid>,
    /// Only of this customer.
    pub customer: Option<Uuid>,
    /// Only of customers whom this rep looks after.
    pub staff: Option<Uuid>,
    /// Only of customers at this place (所在市县), as it stands on their cards.
    pub place: Option<String>,
    /// Only so old: `not-due`, `1-30`, `31-60`, `61-90`, `over-90` days past the due day.
    pub age: Option<String>,
    /// `open` (the usual), `overdue`, `broken` (what was promised has not come), `collected` (not confirmed yet), `paid`.
    pub status: Option<String>,
    /// `due` (the usual), `amount` (what is open), `at` or `customer`; with a `-` before it the largest first.
    pub sort: Option<String>,
    /// Which page, from 1.
    pub page: Option<u32>,
    /// Rows of a page, at most 200.
    pub per_page: Option<u32>,
}

impl OwedAsked {
    /// What is common to all lists: words, page.
    pub(crate) fn common(&self) -> Asked {
        let Self { q, id, customer, staff, status, page, per_page, .. } = self.clone();
        Asked { q, id, customer, staff, status, page, per_page, ..Asked::default() }
    }

    fn status(&self) -> Result<OwedStatus, AskRefusal> {
        let Some(asked) = self.status.as_deref().filter(|asked| !asked.is_empty()) else {
            return Ok(OwedStatus::default());
        };
        let found = OwedStatus::ALL.into_iter().find(|status| status.code() == asked);
        found.ok_or(AskRefusal::NoSuchStatus)
    }

    fn age(&self) -> Result<Option<Age>, AskRefusal> {
        let asked = self.age.as_deref().filter(|asked| !asked.is_empty());
        asked.map(|asked| Age::from_code(asked).ok_or(AskRefusal::NoSuchAge)).transpose()
    }

    fn order(&self) -> Result<(OwedOrder, bool), AskRefusal> {
        let Some(asked) = self.sort.as_deref().filter(|asked| !asked.is_empty()) else {
            return Ok((OwedOrder::default(), false));
        };
        let (descending, word) = asked.strip_prefix('-').map_or((false, asked), |word| (true, word));
        let by = match word {
            "due" => OwedOrder::Due,
            "amount" => OwedOrder::Open,
            "at" => OwedOrder::Taken,
            "customer" => OwedOrder::Name,
            _ => return Err(AskRefusal::NoSuchOwedOrder),
        };
        Ok((by, descending))
    }
}

/// What was promised, and where that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PromiseRow {
    /// Until the end of which day.
    #[schema(value_type = NaiveDate)]
    pub day: BusinessDate,
    /// How much.
    #[schema(value_type = String, example = "5000.00")]
    pub amount: Money,
    /// `kept`, `late` (it came after its day), `running` or `broken`.
    #[schema(value_type = String, example = "broken")]
    pub state: &'static str,
}

impl PromiseRow {
    fn of(day: BusinessDate, amount: Money, came: Option<Came>, today: BusinessDate) -> Self {
        let state = match came {
            Some(Came::InTime) => PromiseState::Kept,
            Some(Came::Later) => PromiseState::Late,
            None if today <= day => PromiseState::Running,
            None => PromiseState::Broken,
        };
        Self { day, amount, state: state.code() }
    }

    pub(super) fn told((promise, state): (PaymentPromise, PromiseState)) -> Self {
        Self { day: promise.day, amount: promise.amount.money(), state: state.code() }
    }
}

/// What one order owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceivableRow {
    /// Which order.
    #[schema(value_type = Uuid)]
    pub id: PaperId,
    /// The number people use.
    #[schema(example = "DH-07-0012")]
    pub number: String,
    /// When it was taken.
    pub at: String,
    /// Who orders; absent where the reader may not see the customer.
    pub customer: Option<CustomerRef>,
    /// Who looks after the customer.
    pub staff: Option<Person>,
    /// The customer's place (所在市县).
    pub place: String,
    /// Wanted by.
    #[schema(value_type = Option<NaiveDate>)]
    pub deliver_by: Option<BusinessDate>,
    /// Whether logistics has it in hand.
    pub accepted: bool,
    /// The day on which it is due: at once, or as a credit exception says. Source: S12, S44, S45.
    #[schema(value_type = NaiveDate)]
    pub due: BusinessDate,
    /// What it comes to.
    #[schema(value_type = String, example = "2880.00")]
    pub total: Money,
    /// What was collected (已收), cash that reps hold included.
    #[schema(value_type = String, example = "1000.00")]
    pub collected: Money,
    /// What of that finance has confirmed (已付). Source: S34, Q3.
    #[schema(value_type = String, example = "0.00")]
    pub paid: Money,
    /// What is still to be collected (待付).
    #[schema(value_type = String, example = "1880.00")]
    pub open: Money,
    /// `open`, `collected` or `paid`.
    #[schema(value_type = String, example = "open")]
    pub standing: &'static str,
    /// For how many days it has been overdue; absent where it is not.
    pub days_overdue: Option<u32>,
    /// How old: `not-due`, `1-30`, `31-60`, `61-90`, `over-90`.
    #[schema(value_type = String, example = "1-30")]
    pub age: &'static str,
    /// When somebody was last urged to pay it.
    pub urged: Option<String>,
    /// What was last promised.
    pub promised: Option<PromiseRow>,
    /// What lets its goods go: `paid`, `excepted`, or `waits` for its money; absent in the list. Source: S12, S44, S45.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "waits")]
    pub release: Option<&'static str>,
}

/// What is open of one age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgeSum {
    /// Which.
    #[schema(value_type = String, example = "31-60")]
    pub age: &'static str,
    /// How much.
    #[schema(value_type = String, example = "120000.00")]
    pub open: Money,
}

/// What all orders of a list come to, on whichever page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceivableSums {
    /// What they come to.
    #[schema(value_type = String, example = "2880.00")]
    pub total: Money,
    /// What was collected.
    #[schema(value_type = String, example = "1000.00")]
    pub collected: Money,
    /// What of that is confirmed.
    #[schema(value_type = String, example = "0.00")]
    pub paid: Money,
    /// What is open.
    #[schema(value_type = String, example = "1880.00")]
    pub open: Money,
    /// What is open by age, the youngest first.
    pub ages: Vec<AgeSum>,
}

impl From<OwedSums> for ReceivableSums {
    fn from(sums: OwedSums) -> Self {
        let OwedSums { total, collected, paid, ages, .. } = sums;
        let ages = Age::ALL.into_iter().zip(ages).map(|(age, open)| AgeSum { age: age.code(), open });
        Self { total, collected, paid, open: total.minus(collected), ages: ages.collect() }
    }
}

/// A page of the list of what is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceivablesPage {
    /// The rows.
    pub rows: Vec<ReceivableRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// Which page this is, from 1.
    pub page: u32,
    /// Rows of a page.
    pub per_page: u32,
    /// The feed position it is of.
    pub position: u64,
    /// When it was read.
    pub as_of: String,
    /// What all of them come to.
    pub sums: ReceivableSums,
}

/// An order beside what it owes.
pub(super) fn number(order: Option<&Order>, names: &Names<'_>) -> (String, Option<BusinessDate>, bool) {
    let Some((order, taken)) = order.and_then(|order| Some((order, order.recorded.as_ref()?))) else {
        return (String::new(), None, false);
    };
    let number = order_number(names.device_number(taken.id.device), taken.what.number);
    (number, taken.what.deliver_by, order.status() == OrderStatus::Accepted)
}

/// Beside what an order owes: whose it is.
pub(super) struct Whose<'w> {
    pub(super) customer: CustomerId,
    pub(super) staff: Option<StaffId>,
    pub(super) place: &'w str,
}

pub(super) fn receivable_row(
    owed: &Receivable,
    whose: &Whose<'_>,
    order: Option<&Order>,
    today: BusinessDate,
    names: &Names<'_>,
) -> ReceivableRow {
    let (number, deliver_by, accepted) = number(order, names);
    ReceivableRow {
        id: owed.order,
        number,
        at: clock(owed.at),
        customer: names.customer(whose.customer),
        staff: whose.staff.map(|staff| names.person(staff)),
        place: whose.place.to_owned(),
        deliver_by,
        accepted,
        due: owed.due,
        total: owed.total,
        collected: owed.collected,
        paid: owed.paid,
        open: owed.open(),
        standing: owed.standing().code(),
        days_overdue: owed.days_overdue(today),
        age: owed.age(today).code(),
        urged: None,
        promised: None,
        release: None,
    }
}

impl Reader<'_, ChosenUnit> {
    /// What orders owe, the longest due first.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn receivables(&mut self, asked: &OwedAsked) -> Result<ReceivablesPage, RowsError> {
        let paging = asked.common().paging()?;
        let (slice, sums) = self.receivables_from(asked, paging.offset(), paging.per_page).await?;
        let List { rows, total, page, per_page, as_of, .. } =
            self.page_of(slice, paging.page, paging.per_page).await?;
        let position = self.snapshot.owed_mark().await?.through;
        Ok(ReceivablesPage { rows, total, page, per_page, position, as_of, sums: sums.into() })
    }

    /// The same from an offset on, without the page around it.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn receivables_from(
        &mut self,
        asked: &OwedAsked,
        offset: u64,
        limit: u32,
    ) -> Result<(Slice<ReceivableRow>, OwedSums), RowsError> {
        let filter = asked.common().filter().map_err(RowsError::from)?;
        let (by, descending) = asked.order()?;
        let today = business_date(self.now);
        let sees_all = self.viewer.role.sees_all_customers();
        let ask = OwedAsk {
            today,
            sight: (!sees_all).then(|| self.viewer.customers.iter().copied().collect()),
            words: filter.words,
            order: asked.id.map(PaperId),
            customer: filter.customer,
            staff: filter.staff,
            place: asked.place.as_deref().map(str::trim).filter(|place| !place.is_empty()).map(str::to_owned),
            age: asked.age()?,
            status: asked.status()?,
            by,
            descending,
            offset,
            limit,
        };
        let OwedListing { rows, sums } = self.snapshot.owed_page(&ask).await?;
        let rows = self.owed_rows(rows, today).await?;
        Ok((Slice { rows, total: sums.orders }, sums))
    }
}

impl<N: Snapshot> Reader<'_, N> {
    async fn owed_rows(&mut self, rows: Vec<OwedRow>, today: BusinessDate) -> Stored<Vec<ReceivableRow>> {
        let viewer = self.viewer;
        let rows: Vec<OwedRow> =
            rows.into_iter().filter(|row| viewer.may_see(Scope::Customer(row.customer))).collect();
        let keys: Vec<PaperKey> = rows.iter().map(|row| PaperKey::order(row.owed.order)).collect();
        let orders: BTreeMap<PaperKey, Paper> = self.snapshot.papers(&keys).await?.into_iter().collect();
        let mut wanted = Wanted::default();
        for row in &rows {
            wanted.customer(row.customer);
            row.staff.map(|staff| wanted.staff(staff));
        }
        wants_devices(orders.values(), &mut wanted);
        let names = self.names(wanted).await?;
        let row = |row: OwedRow| {
            let order = match orders.get(&PaperKey::order(row.owed.order)) {
                Some(Paper::Order(order)) => Some(order),
                _ => None,
            };
            let whose = Whose { customer: row.customer, staff: row.staff, place: &row.place };
            let promised = row.promised.map(|(day, sum)| PromiseRow::of(day, sum, row.came, today));
            let urged = row.urged.map(clock);
            ReceivableRow { urged, promised, ..receivable_row(&row.owed, &whose, order, today, &names) }
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

pub(super) fn wants_devices<'p>(orders: impl Iterator<Item = &'p Paper>, wanted: &mut Wanted) {
    for paper in orders {
        if let Paper::Order(order) = paper {
            order.recorded.as_ref().map(|taken| wanted.device(taken.id.device));
        }
    }
}
