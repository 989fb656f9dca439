//! What does not fit about a device's log is named at the contact that shows it: one test for each kind.

use server::{
    hub::{Arrived, OwnLog, PushError},
    store::{DeviceTrouble, TroubleKind},
};
use tests::books::{Book, edit};

use crate::house::{House, MA, Pen, cash, minute, visit};

/// What is noted about a pen's device.
async fn noted(house: &House, pen: &Pen) -> Option<DeviceTrouble> {
    house.hub.device_log(pen.device).await.expect("the store").expect("a device").trouble
}

fn named(trouble: Option<DeviceTrouble>) -> Option<(TroubleKind, u64)> {
    trouble.map(|trouble| (trouble.kind, trouble.seq))
}

async fn ma_with(house: &House, visits: u64) -> Pen {
    let mut ma = house.pen(MA, 1).await;
    for turn in 1..=visits {
        ma.writes(&visit(1, "谈了订货"), minute(9 + turn));
    }
    ma
}

#[tokio::test]
async fn a_gap_is_named_where_it_begins_and_passes_once_it_is_filled() {
    let house = House::new().await;
    let ma = ma_with(&house, 4).await;
    house.push(&ma, ma.batch(1..=1), minute(20)).await.expect("taken");
    let gap = house.push(&ma, ma.batch(3..=4), minute(21)).await;
    assert_eq!(gap, Err(PushError::Gap { expected: 2 }));
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Gap, 2)));
    house.push(&ma, ma.batch(1..=1), minute(22)).await.expect("an old batch once more");
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Gap, 2)), "that filled nothing");
    house.push(&ma, ma.batch(2..=4), minute(23)).await.expect("what was missing");
    assert_eq!(noted(&house, &ma).await, None);
    house.holds().await;
}

#[tokio::test]
async fn an_edited_or_reordered_batch_and_a_foreign_key_are_told_apart_and_pass_with_the_next_good_one() {
    let house = House::new().await;
    let ma = ma_with(&house, 3).await;
    let key = house.hub.device_log(ma.device).await.expect("the store").expect("a phone").key;
    let shows = |bytes: &[u8]| {
        let refused = Arrived::check(bytes, ma.company, ma.device, &key).expect_err("it does not hold");
        refused.shows()
    };
    let edited = {
        let mut bytes = ma.all();
        let place =
            bytes.windows(12).rposition(|some| some == "谈了订货".as_bytes()).expect("the third visit");
        bytes[place..place + 12].copy_from_slice("没谈订货".as_bytes());
        bytes
    };
    assert_eq!(shows(&edited), Some((TroubleKind::Broken, 3)));
    assert_eq!(shows(&ma.reordered(2, 3)), Some((TroubleKind::Broken, 2)));
    let stranger = house.pen(MA, 2).await;
    let foreign = stranger.signing_for(&ma).all();
    assert_eq!(shows(&foreign), Some((TroubleKind::Unsigned, 0)));
    for (kind, seq) in [shows(&edited), shows(&foreign)].into_iter().flatten() {
        house.hub.notice(ma.device, kind, seq, minute(20)).await.expect("noted");
        assert_eq!(named(noted(&house, &ma).await), Some((kind, seq)));
    }
    house.push(&ma, ma.all(), minute(21)).await.expect("as it was written");
    assert_eq!(noted(&house, &ma).await, None);
}

#[tokio::test]
async fn a_fork_is_named_with_its_first_place_and_time_and_what_was_put_aside_is_counted() {
    let house = House::new().await;
    let mut ma = ma_with(&house, 1).await;
    let mut other = ma.clone();
    ma.writes(&cash(1, 400_000, 1), minute(11));
    other.writes(&cash(1, 999_900, 1), minute(11));
    other.writes(&visit(2, "又一家"), minute(12));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    for at in [minute(21), minute(25)] {
        assert_eq!(house.push(&other, other.all(), at).await, Err(PushError::Fork { seq: 2 }));
    }
    let log = house.hub.device_log(ma.device).await.expect("the store").expect("a device");
    let fork = DeviceTrouble { kind: TroubleKind::Fork, seq: 2, since: minute(21), last: minute(25) };
    assert_eq!((log.trouble, log.aside), (Some(fork), 2));
    house.holds().await;
}

#[tokio::test]
async fn once_both_logs_go_on_it_is_a_copy_and_no_restored_image() {
    let house = House::new().await;
    let mut ma = ma_with(&house, 1).await;
    let mut copy = ma.clone();
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    ma.writes(&cash(1, 400_000, 1), minute(21));
    house.push(&ma, ma.batch(2..=2), minute(22)).await.expect("taken");
    copy.writes(&visit(2, "又一家"), minute(23));
    assert_eq!(house.push(&copy, copy.all(), minute(24)).await, Err(PushError::Fork { seq: 2 }));
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Fork, 2)), "nobody can tell yet");
    house.push(&ma, ma.all(), minute(25)).await.expect("nothing new in it");
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Fork, 2)), "sent again, not gone on");
    ma.writes(&visit(3, "看陈列"), minute(26));
    house.push(&ma, ma.batch(3..=3), minute(27)).await.expect("the first log goes on");
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Cloned, 2)));
    house.holds().await;
}

/// The pens declare the fifth minute as their clock with every batch.
const fn says(last_seq: u64, at: u64) -> OwnLog {
    OwnLog { last_seq, clock_ms: 1_759_000_000_000 + at * 60_000 }
}

#[tokio::test]
async fn a_storage_set_back_is_named_when_the_device_reads_and_stays_named_when_it_goes_on() {
    let house = House::new().await;
    let mut ma = ma_with(&house, 3).await;
    let mut image = Pen::clone(&ma);
    ma.writes(&cash(1, 400_000, 1), minute(14));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    house.hub.reads(ma.device, says(4, 6), minute(21)).await.expect("noted");
    assert_eq!(noted(&house, &ma).await, None, "it knows its own log");
    house.hub.reads(ma.device, says(3, 4), minute(21)).await.expect("noted");
    assert_eq!(noted(&house, &ma).await, None, "a request made before the delivery that came late");
    house.hub.reads(ma.device, says(3, 7), minute(22)).await.expect("noted");
    let set_back = DeviceTrouble { kind: TroubleKind::SetBack, seq: 4, since: minute(22), last: minute(22) };
    assert_eq!(noted(&house, &ma).await, Some(set_back));
    image.writes(&visit(2, "又一家"), minute(23));
    assert_eq!(house.push(&image, image.batch(4..=4), minute(24)).await, Err(PushError::Fork { seq: 4 }));
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::SetBack, 4)), "an old state that goes on");
    house.holds().await;
}

#[tokio::test]
async fn a_device_that_knew_less_and_then_all_again_is_two() {
    let house = House::new().await;
    let ma = ma_with(&house, 3).await;
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    house.hub.reads(ma.device, says(1, 7), minute(22)).await.expect("noted");
    house.hub.reads(ma.device, says(3, 8), minute(23)).await.expect("noted");
    assert_eq!(named(noted(&house, &ma).await), Some((TroubleKind::Cloned, 2)));
}

/// Decision 010: an office that goes back to a backup is healed, and no phone is blamed for it.
#[tokio::test]
async fn an_office_restored_from_a_backup_blames_no_phone() {
    let house = House::new().await;
    let mut ma = ma_with(&house, 2).await;
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let backup = house.hub.store().backup();
    ma.writes(&visit(3, "看陈列"), minute(21));
    house.push(&ma, ma.batch(3..=3), minute(22)).await.expect("taken");
    house.hub.store().restore(&backup);
    house.hub.reads(ma.device, says(3, 30), minute(31)).await.expect("noted");
    assert_eq!(noted(&house, &ma).await, None, "it knows more than the office, not less");
    ma.writes(&visit(1, "第二次"), minute(32));
    let gap = house.push(&ma, ma.batch(4..=4), minute(33)).await;
    assert_eq!(gap, Err(PushError::Gap { expected: 3 }));
    house.push(&ma, ma.batch(3..=4), minute(34)).await.expect("what the office had lost");
    assert_eq!(noted(&house, &ma).await, None);
    house.holds().await;
}

#[tokio::test]
async fn what_is_noted_is_stored_and_verify_counts_what_was_put_aside() {
    for book in Book::of_each().await {
        let house = House::over(book.store).await;
        let mut ma = house.pen(MA, 1).await;
        let mut other = ma.clone();
        ma.writes(&visit(1, "谈了订货"), minute(10));
        other.writes(&visit(2, "又一家"), minute(10));
        house.push(&ma, ma.all(), minute(20)).await.expect("taken");
        house.push(&other, other.all(), minute(21)).await.expect_err("a fork");
        let log = house.hub.device_log(ma.device).await.expect("the store").expect("a device");
        let fork = DeviceTrouble { kind: TroubleKind::Fork, seq: 1, since: minute(21), last: minute(21) };
        assert_eq!((log.trouble, log.aside), (Some(fork), 1));
        house.holds().await;
        assert_eq!(edit(house.hub.store(), "DELETE FROM quarantine").await, 1);
        let faults = house.hub.verify().await.expect("the store").faults;
        assert!(
            faults.iter().any(|fault| fault.contains("0 changes are put aside, its log says 1")),
            "{faults:?}"
        );
        house.hub.store().close().await;
    }
}
