//! Rows of the dunning log (催款). Source: S43.
//!
//! Floor: rows, beside the list of what is owed.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::{
    domain::{Recorded, cash::PaymentUrged},
    paper::{Paper, PaperKey, PaperKind},
    time::BusinessDate,
    unit::{Money, PaperId},
};
use utoipa::ToSchema;

use super::{
    Reader,
    common::{CustomerRef, Person, clock},
    lists::of_variant,
    names::{Names, Wanted},
    receivables::{number, wants_devices},
};
use crate::store::{Listed, Snapshot, Stored};

/// A reminder to pay (催款).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UrgingRow {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: PaperId,
    /// When.
    pub at: String,
    /// Who urged.
    pub staff: Person,
    /// Which customer; absent where the reader may not see it.
    pub customer: Option<CustomerRef>,
    /// For which order; absent where for all that is owed.
    #[schema(value_type = Option<Uuid>)]
    pub order: Option<PaperId>,
    /// That order's number.
    pub order_number: Option<String>,
    /// How: `phone`, `in-person`, `message`, `letter`.
    #[schema(value_type = String, example = "phone")]
    pub by: &'static str,
    /// Whom.
    pub whom: String,
    /// What was said.
    pub said: String,
    /// What was promised; its state is told on the customer's page.
    #[schema(value_type = Option<NaiveDate>)]
    pub promised_on: Option<BusinessDate>,
    /// How much was promised.
    #[schema(value_type = Option<String>, example = "5000.00")]
    pub promised: Option<Money>,
}

/// The names a reminder shows.
pub(super) fn wants_urging(one: &Recorded<PaymentUrged>, wanted: &mut Wanted) {
    wanted.staff(one.by).customer(one.what.customer);
    one.what.order.map(|order| wanted.paper(PaperKey::order(order)));
}

pub(super) fn urging_row(id: PaperId, one: &Recorded<PaymentUrged>, names: &Names<'_>) -> UrgingRow {
    let what = &one.what;
    let order = what.order.and_then(|order| match names.paper(&PaperKey::order(order)) {
        Some(Paper::Order(order)) => Some(number(Some(order), names).0),
        _ => None,
    });
    UrgingRow {
        id,
        at: clock(one.at),
        staff: names.person(one.by),
        customer: names.customer(what.customer),
        order: what.order,
        order_number: order,
        by: what.by.code(),
        whom: what.whom.to_string(),
        said: what.said.to_string(),
        promised_on: what.promised.map(|promise| promise.day),
        promised: what.promised.map(|promise| promise.amount.money()),
    }
}

impl<N: Snapshot> Reader<'_, N> {
    pub(super) async fn urging_rows(&mut self, listed: Vec<Listed>) -> Stored<Vec<UrgingRow>> {
        let mut wanted = Wanted::default();
        let of = of_variant!(listed, Urging).filter_map(|(_, paper)| paper.recorded.as_ref());
        of.for_each(|one| wants_urging(one, &mut wanted));
        let orders: Vec<PaperKey> =
            wanted.0.iter().filter(|key| key.kind == PaperKind::Order).copied().collect();
        let orders: BTreeMap<PaperKey, Paper> = self.snapshot.papers(&orders).await?.into_iter().collect();
        wants_devices(orders.values(), &mut wanted);
        let names = self.names(wanted).await?;
        Ok(of_variant!(listed, Urging)
            .filter_map(|(id, paper)| Some(urging_row(PaperId(id), paper.recorded.as_ref()?, &names)))
            .collect())
    }
}
