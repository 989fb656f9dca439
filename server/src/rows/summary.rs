//! The office's numbers of the moment (总览): today, cash in hand, what waits for a person, conservation.
//!
//! Floor: above the lists.

use std::collections::BTreeMap;

use chrono::Days;
use serde::Serialize;
use sync_core::{
    domain::{
        bank::LineStatus,
        cash::{HandInStatus, ViolationStatus, cash_warning, in_hand},
    },
    judge::limits_on,
    paper::{Paper, PaperKey, PaperKind, WAITING},
    scope::Scope,
    time::business_date,
    unit::Money,
};
use utoipa::ToSchema;

use super::{Reader, ask::day_begins_ms, clock};
use crate::store::{Counters, Devices, Filter, ListAsk, Listing, Sight, Snapshot, Sort, Stored};

/// After so long without a contact a phone is late.
const LATE_AFTER_MS: u64 = 48 * 3_600_000;

/// Conservation: received = applied + held + quarantined, at every moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Conservation {
    /// Changes that came in.
    pub received: u64,
    /// Of them in the book.
    pub applied: u64,
    /// Of them held.
    pub held: u64,
    /// Of them put aside.
    pub quarantined: u64,
    /// Of those in the book, the facts that count for their author only until a head has decided.
    pub withheld: u64,
    /// What waits for a head in the whole company: of the held what nobody has decided on, and the withheld.
    pub waiting: u64,
}

impl Conservation {
    fn of(counters: Counters, withheld: u64, waiting: u64) -> Self {
        let Counters { received, applied, held, quarantined } = counters;
        Self { received, applied, held, quarantined, withheld, waiting }
    }
}

/// The numbers of the moment, as far as the reader sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SummaryPage {
    /// When it was read.
    pub as_of: String,
    /// The feed position it is of.
    pub position: u64,
    /// Visits made today.
    pub visits_today: u64,
    /// Orders taken today.
    pub orders_today: u64,
    /// What they come to.
    #[schema(value_type = String, example = "38600.00")]
    pub orders_sum_today: Money,
    /// Money received today.
    #[schema(value_type = String, example = "12480.00")]
    pub collected_today: Money,
    /// Cash in the hands of all reps.
    #[schema(value_type = String, example = "64310.00")]
    pub cash_in_hand: Money,
    /// Reps who must remit at once. Source: S14.
    pub reps_to_remit: u64,
    /// Cash that reps have signed for and finance has not. Source: S13.
    pub hand_ins: u64,
    /// Lines of bank statements of which nobody knows yet what they pay; none for whoever does not sit at finance's desk.
    /// Source: S41.
    pub bank_lines: u64,
    /// Changes that wait for somebody to decide.
    pub held: u64,
    /// Fields on which nobody has decided, and values that bind the company of which one must be chosen: as many as
    /// `GET /conflicts` has rows.
    pub conflicts: u64,
    /// Those of which one must be chosen: they are among the held and among the conflicts.
    pub undecided: u64,
    /// Violations that a head or finance has still to stamp. Source: S15, S46.
    pub violations: u64,
    /// Phones in use that have not been heard of for two days.
    pub phones_late: u64,
    /// Conservation.
    pub conservation: Conservation,
}

impl<N: Snapshot> Reader<'_, N> {
    /// The numbers of the moment.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn summary(&mut self) -> Stored<SummaryPage> {
        let today = business_date(self.now).0;
        let day = Filter {
            from_ms: Some(day_begins_ms(today)),
            until_ms: today.checked_add_days(Days::new(1)).map(day_begins_ms),
            ..Filter::default()
        };
        let but =
            |filter: &Filter, status: &str| Filter { status_not: vec![status.into()], ..filter.clone() };
        let visits = self.count(PaperKind::Visit, day.clone()).await?;
        let orders = self.count(PaperKind::Order, but(&day, "withdrawn")).await?;
        let collected = self.count(PaperKind::Collection, but(&day, "reversed")).await?;
        let waits = WAITING.map(str::to_owned).to_vec();
        let waiting = self.count(PaperKind::Held, Filter { status: waits, ..Filter::default() }).await?;
        let closed = vec![ViolationStatus::Closed.code().to_owned()];
        let open = Filter { status_not: closed, ..Filter::default() };
        let violations = self.count(PaperKind::Violation, open).await?;
        let conflicts = self.undecided().await?;
        let withheld = self.of_the_company(&["withheld"]).await?;
        let of_all = self.of_the_company(&WAITING).await?;
        let hand_ins = self.summary_of_hand_ins().await?;
        let (cash_in_hand, reps_to_remit) = self.cash_and_due().await?;
        let head = self.snapshot.head().await?;
        let unclaimed =
            [LineStatus::Open, LineStatus::Reopened].map(|status| status.code().to_owned()).to_vec();
        let lines =
            self.count(PaperKind::BankLine, Filter { status: unclaimed, ..Filter::default() }).await?;
        Ok(SummaryPage {
            as_of: clock(self.now),
            position: head.position,
            visits_today: visits.total,
            orders_today: orders.total,
            orders_sum_today: orders.amount,
            collected_today: collected.amount,
            cash_in_hand,
            reps_to_remit,
            hand_ins,
            bank_lines: lines.total,
            held: waiting.total,
            conflicts: conflicts.all,
            undecided: conflicts.to_choose,
            violations: violations.total,
            phones_late: self.phones_late().await?,
            conservation: Conservation::of(head.counters, withheld, of_all),
        })
    }

    /// The cash in the hands of all reps, and how many of them must remit: each by the sums that hold for them today.
    /// Source: S14, S16.
    async fn cash_and_due(&mut self) -> Stored<(Money, u64)> {
        let today = business_date(self.now);
        let drawers = self.drawers().await?;
        let keys: Vec<PaperKey> = drawers.keys().map(|staff| PaperKey::limits(*staff)).collect();
        let papers: BTreeMap<PaperKey, Paper> = self.snapshot.papers(&keys).await?.into_iter().collect();
        let mut all = (Money::ZERO, 0);
        for (staff, parts) in drawers {
            let held = in_hand(parts.iter().map(|(_, sum)| *sum));
            let must_remit = cash_warning(held, limits_on(&papers, staff, today).remit_from).is_some();
            all = (all.0.plus(held), all.1 + u64::from(must_remit));
        }
        Ok(all)
    }

    /// Cash that reps have signed for and finance has not.
    pub(super) async fn summary_of_hand_ins(&mut self) -> Stored<u64> {
        let signed = vec![HandInStatus::Signed.code().to_owned()];
        let filter = Filter { status: signed, ..Filter::default() };
        Ok(self.count(PaperKind::HandIn, filter).await?.total)
    }

    async fn count(&mut self, kind: PaperKind, filter: Filter) -> Stored<Listing> {
        self.ask(&[kind], filter, Sort::default(), 0, 0).await
    }

    /// How many changes stand like this in the whole company, whoever reads: a number beside those of the feed.
    async fn of_the_company(&mut self, status: &[&str]) -> Stored<u64> {
        let filter = Filter {
            status: status.iter().map(|status| (*status).to_owned()).collect(),
            ..Filter::default()
        };
        let (kinds, sight) = (vec![PaperKind::Held], Sight::everything());
        let sort = Sort::default();
        let ask = ListAsk { kinds, sight, filter, sort, offset: 0, limit: 0, totals: true };
        Ok(self.snapshot.list(&ask).await?.total)
    }

    async fn phones_late(&mut self) -> Stored<u64> {
        let now = self.now.millis();
        let logs = self.snapshot.devices(&Devices::All).await?;
        let late = logs
            .iter()
            .filter(|log| log.number > 0 && log.revoked.is_none())
            .filter(|log| self.viewer.may_see(Scope::Staff(log.staff)))
            .filter(|log| {
                let last = log.seen.map_or(log.enrolled, |seen| seen.at);
                now.saturating_sub(last.millis()) > LATE_AFTER_MS
            });
        Ok(late.count() as u64)
    }
}
