//! The demo company's months: those that are over are closed and prove themselves, this one goes on without two phones.
//! Source: S17.

use server::{recovery::Recoveries, store::Snapshot};
use sync_core::{
    domain::month::MonthStatus,
    locale::Lang,
    recovery::{Bounds, RecoveryTable, recovery_table},
    time::Period,
};

use crate::world::{company, now, reader, tell, texts, viewer};

fn month(month: u32) -> Period {
    Period::of(2026, month).expect("a month")
}

/// The whole feed folded once more, without anything that was kept.
async fn anew(bounds: Bounds) -> RecoveryTable {
    let mut moment = company().snapshot().await.expect("a moment");
    let ask = server::store::FeedAsk { limit: u32::MAX, ..server::store::FeedAsk::default() };
    let rows = moment.feed(&ask).await.expect("the feed");
    recovery_table(rows.iter().map(|row| &row.entry), bounds)
}

/// S17: each closed month names its hash, and the feed gives the same bytes again; the next begins where it ended.
#[test]
fn every_month_that_is_over_is_closed_over_a_table_that_the_feed_gives_again() {
    tell(async {
        let recoveries = Recoveries::default();
        let mut moment = company().snapshot().await.expect("a moment");
        let mut before: Option<RecoveryTable> = None;
        for number in [7, 8, 9] {
            let found = recoveries.month(&mut moment, month(number), now()).await.expect("the store answers");
            assert_eq!(found.status, MonthStatus::Closed, "{number}");
            let closing = found.closings.of(month(number)).expect("it was closed");
            let signed = &closing.closed.what;
            assert_ne!(closing.agreed.expect("finance has signed").by, closing.closed.by);
            assert_eq!(closing.released.is_some(), closing.needs_a_head(), "{number}: a head's word");
            let table = anew(found.table.bounds).await;
            assert_eq!((table.bytes(), table.hash()), (found.table.bytes(), signed.table), "{number}");
            assert_eq!(signed.missing.is_empty(), signed.reason.as_str().is_empty());
            assert_eq!(found.notes.unexplained(&table.differences()), 0);
            if let Some(before) = before {
                assert_eq!(signed.closed_before, Some(before.bounds.through));
                for staff in table.staff() {
                    assert_eq!(table.held(staff).opening, before.held(staff).closing(), "{number}");
                }
            }
            before = Some(table);
        }
    });
}

/// S17: the month that goes on is read as of now, waits for the phones that are silent, and cannot be signed yet.
#[test]
fn the_month_that_goes_on_names_the_phones_that_are_silent_and_is_not_to_be_signed_yet() {
    tell(async {
        let recoveries = Recoveries::default();
        let clerk = viewer(company(), "NQ-0001").await;
        let texts = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let found = recoveries.month(&mut moment, month(10), now()).await.expect("the store answers");
        let page = reader(&mut moment, &clerk, &texts).month(&found).await.expect("the store answers");
        assert_eq!((page.status, page.is_over, page.due), ("open", false, month(10)));
        assert_eq!(page.to_sign, None);
        let silent: Vec<_> = page.missing.iter().filter(|phone| phone.stopped.is_none()).collect();
        assert_eq!(silent.len(), 2, "{silent:?}");
        assert!(page.reps.len() > 10 && page.customers.len() > 100, "{} customers", page.customers.len());
        let sums = page.reps.iter().map(|row| row.held).sum::<sync_core::unit::Money>();
        assert_eq!(page.totals.held, sums);
        let listed = reader(&mut moment, &clerk, &texts).months().await.expect("the store answers");
        let states: Vec<_> = listed.months.iter().map(|row| (row.month, row.status)).collect();
        assert_eq!(
            states,
            [(month(10), "open"), (month(9), "closed"), (month(8), "closed"), (month(7), "closed")]
        );
    });
}
