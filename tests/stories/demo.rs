//! The demo company: the same everywhere, and something on every screen.

use server::{
    demo::{self, PASSWORD, WITHOUT_A_PHONE, everybody, sign_ins},
    hub::{Enrolment, Hub},
    rows::{Asked, CashState, Reader},
    store::{FeedAsk, Snapshot},
};
use sync_core::{
    domain::{cash::Share, people::Role},
    judge::OPERATOR,
    locale::Lang,
    time::{Timestamp, business_date},
    unit::{Money, Text},
};
use tests::memory::MemoryStore;
use uuid::Uuid;

use crate::world::{company, founded, now, reader, staff, tell, texts, told, viewer};

async fn state(hub: &Hub<MemoryStore>) -> ([u8; 32], [u8; 32], u64) {
    let everything = hub.viewer(OPERATOR).await.expect("the store answers").expect("the operator");
    let digest = hub.digest(&everything).await.expect("the store answers");
    (digest.state, digest.set.sum, digest.position)
}

#[test]
fn the_same_present_tells_the_same_past() {
    let (again, told_again) = founded();
    assert_eq!(told_again, told());
    assert_eq!(again.company(), company().company());
    assert_eq!(tell(state(&again)), tell(state(company())));
}

#[test]
fn the_past_holds_when_everything_is_recomputed() {
    let report = tell(company().verify()).expect("the store answers");
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

#[test]
fn thousands_of_changes_lie_in_the_three_months_before_now_and_none_after() {
    assert!((12_000..=16_000).contains(&told().changes), "{:?}", told());
    tell(async {
        let mut moment = company().snapshot().await.expect("a moment");
        let ask = FeedAsk { limit: 100_000, ..FeedAsk::default() };
        let feed = moment.feed(&ask).await.expect("the store answers");
        assert!(feed.iter().all(|row| row.entry.effective <= now() && row.entry.received <= now()));
        let ninety_seven_days = 97 * 86_400_000;
        assert!(feed.iter().all(|row| row.entry.effective.plus_millis(ninety_seven_days) > now()));
    });
}

#[test]
fn every_screen_has_something_to_show() {
    tell(async {
        let viewer = viewer(company(), "ZJ-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &viewer, &words);
        let summary = reader.summary().await.expect("numbers");
        assert!(summary.visits_today > 0 && summary.orders_today > 0, "{summary:?}");
        assert!(summary.held >= 6 && summary.conflicts >= 6 && summary.phones_late >= 2, "{summary:?}");
        assert!(summary.reps_to_remit >= 2, "{summary:?}");
        let all = Asked::default();
        assert_eq!(reader.customers(&all).await.expect("customers").total, 600);
        assert_eq!(reader.products(&all).await.expect("products").total, 40);
        assert_eq!(reader.staff(&all).await.expect("staff").total, 43);
        assert!(reader.price_lists(&all).await.expect("lists").rows.iter().any(|list| list.in_force));
        let accounts = reader.accounts(&all).await.expect("accounts").rows;
        assert!(accounts.iter().any(|account| account.status == "open"));
        let reversed = Asked { status: Some("reversed".into()), ..Asked::default() };
        assert!(reader.collections(&reversed).await.expect("collections").total >= 4);
    });
}

/// A moment of the demo on 16 October 2026, a Friday, or so many days later.
fn moment(days: u64, hour: u64) -> sync_core::time::Timestamp {
    const MIDNIGHT: u64 = 1_792_080_000_000;
    sync_core::time::Timestamp::from_millis(MIDNIGHT + (days * 24 + hour) * 3_600_000)
}

#[test]
fn every_screen_has_something_to_show_at_any_hour_and_on_a_day_of_rest() {
    for (days, hour) in [(0, 7), (0, 9), (0, 12), (0, 17), (2, 11)] {
        let present = moment(days, hour);
        tell(async {
            let (hub, _) = demo::found(MemoryStore::default(), present).await.expect("the past can be told");
            let viewer = viewer(&hub, "CW-0001").await;
            let words = texts(Lang::ZhCn);
            let mut book = hub.snapshot().await.expect("a moment");
            let mut reader = Reader::new(&mut book, &viewer, &words, present);
            let cash = reader.cash(&Asked::default()).await.expect("cash").rows;
            for state in [CashState::Over, CashState::Remit] {
                assert!(
                    cash.iter().any(|row| row.state == state),
                    "{state:?} on day {days} at {hour}: {cash:?}"
                );
            }
            let summary = reader.summary().await.expect("numbers");
            assert!(summary.visits_today > 0, "on day {days} at {hour}: {summary:?}");
            assert!(summary.held >= 6 && summary.conflicts >= 6, "on day {days} at {hour}: {summary:?}");
            let lists = reader.price_lists(&Asked::default()).await.expect("lists").rows;
            let far = sync_core::time::business_date(present.plus_millis(60 * 86_400_000));
            assert!(lists.iter().any(|list| list.in_force && list.valid_to > far), "{lists:?}");
        });
    }
}

#[test]
fn visits_have_photos_slips_are_there_and_something_was_reversed_and_discontinued() {
    tell(async {
        let viewer = viewer(company(), "CW-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &viewer, &words);
        let most = Asked { per_page: Some(200), ..Asked::default() };
        let visits = reader.visits(&most).await.expect("visits").rows;
        let photo = visits.iter().find_map(|visit| visit.photos.first()).expect("a photo").clone();
        let remittances = reader.remittances(&most).await.expect("remittances").rows;
        let slip = remittances.iter().find_map(|row| row.slip.clone()).expect("a slip");
        let reversed = Asked { status: Some("reversed".into()), ..Asked::default() };
        assert!(reader.remittances(&reversed).await.expect("remittances").total >= 1);
        let gone = Asked { status: Some("discontinued".into()), ..Asked::default() };
        assert_eq!(reader.products(&gone).await.expect("products").total, 1);
        for hash in [photo, slip] {
            let hash = hash.parse().expect("a hash");
            let (blob, scopes) = moment.blob(&hash).await.expect("the store answers").expect("its bytes");
            assert!(blob.bytes.starts_with(&[0xff, 0xd8, 0xff]) && !scopes.is_empty());
        }
    });
}

#[test]
fn one_rep_must_remit_and_one_holds_more_than_the_limit_with_the_reason_written_down() {
    tell(async {
        let viewer = viewer(company(), "CW-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &viewer, &words);
        let cash = reader.cash(&Asked::default()).await.expect("cash").rows;
        assert_eq!(cash.len(), 12);
        assert!(cash.iter().any(|row| row.state == CashState::Over), "{cash:?}");
        assert!(cash.iter().any(|row| row.state == CashState::Remit), "{cash:?}");
        let over = cash.iter().find(|row| row.state == CashState::Over).expect("one above the limit");
        let of = Asked { staff: Some(over.staff.id.0), ..Asked::default() };
        let receipts = reader.collections(&of).await.expect("receipts").rows;
        assert!(receipts.iter().any(|receipt| receipt.over_limit.is_some()));
    });
}

/// S13, Q6: finance keeps up: what waits for it is of the last days, but for a few that the bank has not booked.
#[test]
fn what_was_sent_weeks_ago_is_confirmed_but_for_a_handful() {
    tell(async {
        let viewer = viewer(company(), "CW-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &viewer, &words);
        let of = |status: &str, to: Option<chrono::NaiveDate>| Asked {
            status: Some(status.into()),
            to,
            ..Asked::default()
        };
        let week_ago = business_date(Timestamp::from_millis(now().millis() - 8 * 86_400_000)).0;
        let confirmed = reader.remittances(&of("confirmed", None)).await.expect("confirmed").total;
        let sent = reader.remittances(&of("sent", None)).await.expect("sent").total;
        let old = reader.remittances(&of("sent", Some(week_ago))).await.expect("old").total;
        assert!(confirmed > 100 && (1..=20).contains(&sent) && old == 0, "{confirmed}, {sent}, {old}");
        let found = reader.collections(&of("confirmed", None)).await.expect("confirmed").total;
        let sent = reader.collections(&of("transfer", None)).await.expect("sent").total;
        let old = reader.collections(&of("transfer", Some(week_ago))).await.expect("old").total;
        assert!(
            found > 500 && (10..=120).contains(&sent) && (1..=9).contains(&old),
            "{found}, {sent}, {old}"
        );
    });
}

/// S13, S17: two slips that finance has signed, one it has sent back with a word why, one that waits.
#[test]
fn cash_was_handed_in_four_times_and_finance_has_answered_each_but_the_last() {
    tell(async {
        let viewer = viewer(company(), "CW-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &viewer, &words);
        let slips = reader.hand_ins(&Asked::default()).await.expect("slips").rows;
        let of = |status: &str| slips.iter().filter(|slip| slip.status == status).count();
        assert_eq!((of("received"), of("sent-back"), of("signed")), (2, 1, 1), "{slips:?}");
    });
}

#[test]
fn the_first_phone_of_a_rep_without_one_has_the_whole_share_and_an_empty_drawer() {
    let (hub, _) = founded();
    tell(async {
        for (index, number) in (1..).zip(WITHOUT_A_PHONE) {
            let viewer = viewer(&hub, number).await;
            assert!(viewer.role == Role::DirectRep && viewer.customers.len() > 10, "{number}");
            let key = ed25519_dalek::SigningKey::from_bytes(&[index; 32]).verifying_key().to_bytes();
            let name = Text::new("新手机").expect("a name");
            let enrolment = Enrolment { staff: staff(number), session: Uuid::nil(), key, name };
            let enrolled = hub.enrol(enrolment, now()).await.expect("a phone");
            assert_eq!(enrolled.share, Share::WHOLE, "{number}");
            let finance = crate::world::viewer(&hub, "CW-0001").await;
            let words = texts(Lang::ZhCn);
            let mut moment = hub.snapshot().await.expect("a moment");
            let mut reader = reader(&mut moment, &finance, &words);
            let of = Asked { staff: Some(staff(number).0), ..Asked::default() };
            let cash = reader.cash(&of).await.expect("cash").rows;
            assert!(cash.iter().all(|row| row.held == Money::ZERO), "{cash:?}");
        }
    });
}

#[test]
fn everybody_stands_in_the_sign_ins_with_the_password() {
    let text = sign_ins();
    assert!(text.contains(PASSWORD));
    for person in everybody() {
        assert!(text.contains(&person.number) && text.contains(person.name), "{}", person.number);
    }
}
