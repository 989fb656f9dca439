//! Rows of credit exceptions (特殊政策). Source: S45.
//!
//! Floor: rows, beside the list of what is owed.

use serde::Serialize;
use sync_core::{
    domain::{
        Recorded,
        cash::{CreditExcepted, CreditExceptionStamped, CreditPolicy, CreditStamp},
    },
    paper::{Paper, PaperKind},
    time::{BusinessDate, business_date},
    unit::{Money, PaperId},
};
use utoipa::ToSchema;

use super::{
    Asked, List, Reader, RowsError, Slice,
    common::{CustomerRef, Person, clock},
    lists::{LATEST, of_variant},
    names::{Names, Wanted},
};
use crate::store::Snapshot;

/// Who stamped a credit exception, when, and what was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CreditStampRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why.
    pub note: String,
}

/// A credit exception (特殊政策). Source: S45.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CreditRow {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: PaperId,
    /// For which customer; absent where the reader may not see it.
    pub customer: Option<CustomerRef>,
    /// The most that may be unpaid.
    #[schema(value_type = String, example = "30000.00")]
    pub limit: Money,
    /// How many days after it was taken an order is due.
    pub pay_within: u16,
    /// The first day.
    #[schema(value_type = NaiveDate)]
    pub from: BusinessDate,
    /// The last day.
    #[schema(value_type = NaiveDate)]
    pub to: BusinessDate,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub by: Person,
    /// When.
    pub at: String,
    /// `proposed`, `sent-back`, `ahead`, `in-force` or `ended`.
    #[schema(value_type = String, example = "in-force")]
    pub status: &'static str,
    /// Who approved it.
    pub approved: Option<CreditStampRow>,
    /// Who sent it back.
    pub sent_back: Option<CreditStampRow>,
    /// Who ended it.
    pub ended: Option<CreditStampRow>,
}

/// The names a customer's credit exceptions show.
pub(super) fn wants_credit(policy: &CreditPolicy, wanted: &mut Wanted) {
    for (_, one) in policy.exceptions.entries() {
        wanted.staff(one.by).customer(one.what.customer);
    }
    for (_, stamp) in policy.stamps.entries() {
        wanted.staff(stamp.by);
    }
}

fn credit_row(
    (id, one): (PaperId, &Recorded<CreditExcepted>),
    policy: &CreditPolicy,
    today: BusinessDate,
    names: &Names<'_>,
) -> CreditRow {
    let stamp = |stamp| {
        policy.stamp(id, stamp).map(|one: &Recorded<CreditExceptionStamped>| CreditStampRow {
            by: names.person(one.by),
            at: clock(one.at),
            note: one.what.note.to_string(),
        })
    };
    CreditRow {
        id,
        customer: names.customer(one.what.customer),
        limit: one.what.limit.money(),
        pay_within: one.what.pay_within,
        from: one.what.from,
        to: one.what.to,
        reason: one.what.reason.to_string(),
        by: names.person(one.by),
        at: clock(one.at),
        status: policy.status(id, today).map_or("", |status| status.code()),
        approved: stamp(CreditStamp::Approved),
        sent_back: stamp(CreditStamp::SentBack),
        ended: stamp(CreditStamp::Ended),
    }
}

pub(super) fn credit_rows(
    policy: &CreditPolicy,
    wanted: impl Fn(&Recorded<CreditExcepted>) -> bool,
    today: BusinessDate,
    names: &Names<'_>,
) -> Vec<CreditRow> {
    let mut all: Vec<_> = policy.all().filter(|(_, one)| wanted(one)).collect();
    all.sort_by_key(|(_, one)| std::cmp::Reverse((one.at, one.id)));
    all.into_iter().map(|one| credit_row(one, policy, today, names)).collect()
}

impl<N: Snapshot> Reader<'_, N> {
    /// Credit exceptions, the latest first.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn credit_exceptions(&mut self, asked: &Asked) -> Result<List<CreditRow>, RowsError> {
        let paging = asked.paging()?;
        let slice = self.credit_exceptions_from(asked, paging.offset(), paging.per_page).await?;
        self.page_of(slice, paging.page, paging.per_page).await
    }

    /// The same from an offset on, without the page around it.
    ///
    /// How one stands is a matter of the day, so all that are in sight are read: of customers with exceptions there are few.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn credit_exceptions_from(
        &mut self,
        asked: &Asked,
        offset: u64,
        limit: u32,
    ) -> Result<Slice<CreditRow>, RowsError> {
        let (mut filter, today) = (asked.filter()?, business_date(self.now));
        // Who made one, when, and how it stands is asked of the exceptions: the store knows their customers.
        let statuses = std::mem::take(&mut filter.status);
        let (staff, from, until) = (filter.staff.take(), filter.from_ms.take(), filter.until_ms.take());
        let made = move |one: &Recorded<CreditExcepted>| {
            let at = i64::try_from(one.at.millis()).unwrap_or(i64::MAX);
            staff.is_none_or(|staff| staff == one.by)
                && from.is_none_or(|from| from <= at)
                && until.is_none_or(|until| at < until)
        };
        let listed = self.ask(&[PaperKind::Credit], filter, LATEST, 0, 100_000).await?.rows;
        let mut wanted = Wanted::default();
        of_variant!(listed, Credit).for_each(|(_, policy)| wants_credit(policy, &mut wanted));
        let names = self.names(wanted).await?;
        let mut rows: Vec<CreditRow> = of_variant!(listed, Credit)
            .flat_map(|(_, policy)| credit_rows(policy, made, today, &names))
            .collect();
        rows.retain(|row| statuses.is_empty() || statuses.iter().any(|status| status == row.status));
        rows.sort_by(|a, b| b.at.cmp(&a.at).then(a.id.cmp(&b.id)));
        let total = rows.len() as u64;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(Slice { rows: rows.into_iter().skip(skip).take(limit as usize).collect(), total })
    }
}
