//! Pushes: repeated, split, interleaved, forked, with gaps; nothing twice and nothing lost.

use server::{
    hub::PushError,
    store::{Snapshot, StoreError},
};
use sync_core::{refusal::Verdict, wire::Page};
use tests::books::Book;

use crate::house::{House, MA, Pen, YANG, card, cash, minute, visit};

async fn ma_writes(house: &House) -> Pen {
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    ma.writes(&cash(1, 400_000, 1), minute(11));
    ma.writes(&card(2, "新市街 1 号"), minute(12));
    ma.writes(&cash(2, 599_999, 2), minute(13));
    ma.writes(&visit(3, "看陈列"), minute(14));
    ma
}

async fn yang_writes(house: &House) -> Pen {
    let mut yang = house.pen(YANG, 2).await;
    yang.writes(&visit(11, "催货款"), minute(10));
    yang.writes(&card(11, "南门"), minute(11));
    yang
}

#[tokio::test]
async fn a_push_repeated_split_or_interleaved_gives_the_same_book_and_nothing_twice() {
    let whole = House::new().await;
    let (ma, yang) = (ma_writes(&whole).await, yang_writes(&whole).await);
    whole.push(&ma, ma.all(), minute(20)).await.expect("taken");
    whole.push(&yang, yang.all(), minute(20)).await.expect("taken");

    let again = House::new().await;
    let (ma, yang) = (ma_writes(&again).await, yang_writes(&again).await);
    for _ in 0..3 {
        let reply = again.push(&ma, ma.all(), minute(20)).await.expect("taken");
        assert_eq!((reply.through, reply.judged.len()), (5, 5));
        again.push(&yang, yang.all(), minute(20)).await.expect("taken");
    }

    let split = House::new().await;
    let (ma, yang) = (ma_writes(&split).await, yang_writes(&split).await);
    split.push(&yang, yang.batch(1..=1), minute(20)).await.expect("taken");
    split.push(&ma, ma.batch(1..=2), minute(20)).await.expect("taken");
    split.push(&yang, yang.batch(2..=2), minute(20)).await.expect("taken");
    split.push(&ma, ma.batch(2..=3), minute(20)).await.expect("taken");
    split.push(&ma, ma.batch(1..=5), minute(20)).await.expect("taken");

    let grouped = House::new().await;
    let (ma, yang) = (ma_writes(&grouped).await, yang_writes(&grouped).await);
    let pushes = vec![
        (&ma, ma.batch(1..=2)),
        (&yang, yang.all()),
        (&ma, ma.batch(1..=4)),
        (&ma, ma.batch(3..=5)),
        (&yang, yang.batch(2..=2)),
    ];
    let answers = grouped.group(pushes, minute(20)).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(answers[2].as_ref().expect("taken").judged.len(), 4, "what was known is answered again");

    let expected = (whole.digest(MA).await, whole.digest(YANG).await);
    for house in [&again, &split, &grouped] {
        let (ma, yang) = (house.digest(MA).await, house.digest(YANG).await);
        assert_eq!(
            (ma.state, ma.set, yang.state, yang.set),
            (expected.0.state, expected.0.set, expected.1.state, expected.1.set)
        );
        assert_eq!(house.holds().await.counters, whole.holds().await.counters);
    }
}

#[tokio::test]
async fn a_push_sent_again_is_answered_with_what_was_decided_the_first_time() {
    let house = House::new().await;
    let ma = ma_writes(&house).await;
    let first = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let second = house.push(&ma, ma.all(), minute(999)).await.expect("taken");
    assert_eq!(first.judged, second.judged);
    assert_eq!(first.through, second.through);
}

#[tokio::test]
async fn a_gap_is_asked_for_and_nothing_after_it_is_stored() {
    let house = House::new().await;
    let ma = ma_writes(&house).await;
    let answer = house.push(&ma, ma.batch(2..=5), minute(20)).await;
    assert_eq!(answer, Err(PushError::Gap { expected: 1 }));
    house.push(&ma, ma.batch(1..=2), minute(20)).await.expect("taken");
    let answer = house.push(&ma, ma.batch(4..=5), minute(20)).await;
    assert_eq!(answer, Err(PushError::Gap { expected: 3 }));
    assert_eq!(house.holds().await.counters.quarantined, 0);
}

#[tokio::test]
async fn a_clone_that_says_something_else_is_a_fork_whose_bytes_are_kept_and_counted_once() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    let mut clone = ma.clone();
    ma.writes(&cash(1, 400_000, 1), minute(11));
    clone.writes(&cash(1, 999_900, 1), minute(11));
    clone.writes(&visit(2, "又一家"), minute(12));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let before = house.holds().await.counters;
    for _ in 0..2 {
        let answer = house.push(&clone, clone.all(), minute(21)).await;
        assert_eq!(answer, Err(PushError::Fork { seq: 2 }));
    }
    let counters = house.holds().await.counters;
    assert_eq!(counters.quarantined, 2, "the two changes the feed does not hold, once");
    assert_eq!(counters.received, before.received + 2);
    assert_eq!(counters.received, counters.applied + counters.held + counters.quarantined);
    let aside = house.hub.snapshot().await.expect("a moment").quarantine().await.expect("the store");
    let kept: Vec<u64> = aside.iter().map(|what| what.seq).collect();
    assert_eq!(kept, [2, 3]);
    assert_eq!(aside[0].change, clone.bytes_of(2));
}

#[tokio::test]
async fn a_fork_in_other_pieces_and_what_follows_it_are_kept_once_each() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    let mut clone = ma.clone();
    ma.writes(&cash(1, 400_000, 1), minute(11));
    clone.writes(&cash(1, 999_900, 1), minute(11));
    for seq in 3..=6 {
        clone.writes(&visit(2, "又一家"), minute(10 + seq));
    }
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    for (piece, seq) in [(1..=3, 2), (2..=4, 2), (5..=6, 5), (4..=6, 4)] {
        let answer = house.push(&clone, clone.batch(piece.clone()), minute(21)).await;
        assert_eq!(answer, Err(PushError::Fork { seq }), "{piece:?}");
    }
    assert_eq!(house.holds().await.counters.quarantined, 5);
}

#[tokio::test]
async fn a_log_that_goes_on_after_another_past_is_a_fork() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let mut image = ma.clone();
    ma.writes(&visit(1, "谈了订货"), minute(10));
    image.writes(&visit(1, "没谈成"), minute(10));
    image.writes(&visit(2, "又一家"), minute(11));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let answer = house.push(&image, image.batch(2..=2), minute(20)).await;
    assert_eq!(answer, Err(PushError::Fork { seq: 2 }));
}

#[tokio::test]
async fn one_bad_push_of_a_group_is_answered_alone() {
    let house = House::new().await;
    let (ma, yang) = (ma_writes(&house).await, yang_writes(&house).await);
    let answers = house.group(vec![(&ma, ma.batch(3..=5)), (&yang, yang.all())], minute(20)).await;
    assert_eq!(answers[0], Err(PushError::Gap { expected: 1 }));
    assert_eq!(answers[1].as_ref().expect("taken").through, 2);
    house.holds().await;
}

/// What this version does not know is stored and handed on in its original bytes: a kind, and a field of a known body.
#[tokio::test]
async fn kinds_and_fields_that_nobody_knows_yet_go_through_byte_for_byte() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let mine = vec![sync_core::scope::Scope::Staff(MA)];
    ma.writes_raw(9_999, b"\xa1\x18\x63\x61x".to_vec(), mine, minute(10));
    let known = visit(1, "谈了订货");
    let mut body = known.to_body();
    assert_eq!(body[0] & 0xe0, 0xa0, "a map");
    body[0] += 1;
    body.extend(b"\x18\x63\x63new");
    ma.writes_raw(known.kind(), body, known.scopes(MA), minute(11));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let first = reply.judged[0].verdict.as_ref().expect("something to say");
    assert!(matches!(first, Verdict::Held { reason } if reason.code() == "change.unknown-kind"), "{first:?}");
    assert_eq!(reply.judged[1].verdict, None, "a field more does not stand in the way");
    let pulled = house.pulled(MA).await;
    let of_ma = pulled.iter().filter(|entry| entry.change.id.device == ma.device);
    let page = Page { entries: of_ma.cloned().collect(), ..Page::default() };
    let read = Page::from_bytes(&page.to_bytes()).expect("a page");
    let bytes: Vec<Vec<u8>> = read.entries.iter().map(|entry| entry.change.to_bytes()).collect();
    assert_eq!(bytes, [ma.bytes_of(1), ma.bytes_of(2)]);
    house.holds().await;
}

#[tokio::test]
async fn when_the_store_fails_all_of_the_group_get_the_error_and_nothing_is_stored() {
    let house = House::new().await;
    let (ma, yang) = (ma_writes(&house).await, yang_writes(&house).await);
    let before = house.holds().await;
    let mut failures = 0;
    for call in 1.. {
        house.hub.store().fail_at(call);
        let answers = house.group(vec![(&ma, ma.all()), (&yang, yang.all())], minute(20)).await;
        let failed = !house.hub.store().will_fail();
        house.hub.store().fail_never();
        if !failed {
            assert!(answers.iter().all(Result::is_ok));
            break;
        }
        failures += 1;
        assert!(
            answers.iter().all(|answer| matches!(answer, Err(PushError::Store(StoreError::Unavailable(_)))))
        );
        assert_eq!(house.holds().await, before, "after a failure at call {call}");
    }
    assert!(failures >= 5, "begin, head, devices, papers, save, commit: {failures}");
    assert_eq!(house.holds().await.entries, before.entries + 7);
}

#[tokio::test]
async fn later_pushes_of_a_group_see_what_earlier_ones_wrote() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 1_900_000, 1), minute(10));
    ma.writes(&cash(1, 100_001, 2), minute(11));
    let answers = house.group(vec![(&ma, ma.batch(1..=1)), (&ma, ma.batch(2..=2))], minute(20)).await;
    let second = answers[1].as_ref().expect("taken").judged[0].verdict.clone();
    let Some(Verdict::Applied { findings, withheld: false }) = second else { panic!("{second:?}") };
    assert_eq!(findings[0].code(), "cash.above-limit", "the drawer of the first push is full");
    house.holds().await;
}

#[tokio::test]
async fn the_same_pushes_make_the_same_book_in_every_store() {
    let memory = House::new().await;
    let ma = ma_writes(&memory).await;
    memory.push(&ma, ma.all(), minute(20)).await.expect("taken");
    for book in Book::of_each().await {
        let house = House::over(book.store).await;
        let mut ma = house.pen(MA, 1).await;
        ma.writes(&visit(1, "谈了订货"), minute(10));
        ma.writes(&cash(1, 400_000, 1), minute(11));
        ma.writes(&card(2, "新市街 1 号"), minute(12));
        ma.writes(&cash(2, 599_999, 2), minute(13));
        ma.writes(&visit(3, "看陈列"), minute(14));
        house.push(&ma, ma.all(), minute(20)).await.expect("taken");
        assert_eq!(house.digest(MA).await, memory.digest(MA).await);
        assert_eq!(house.holds().await, memory.holds().await);
        house.hub.store().close().await;
    }
}

/// Ma's phone and Yang's, by turns, in one group; what one push has written is touched again by a later one.
async fn taken_in_turns(ahead: usize) -> (House, String) {
    let mut house = House::new().await;
    house.hub = house.hub.saving_ahead(ahead);
    let (mut ma, mut yang) = (ma_writes(&house).await, yang_writes(&house).await);
    for n in 0..20_u8 {
        ma.writes(&card(1 + n % 3, &format!("新市街 {n} 号")), minute(30 + u64::from(n)));
        ma.writes(&visit(1 + n % 3, "谈了订货"), minute(30 + u64::from(n)));
        yang.writes(&cash(11, 1_000, n.into()), minute(30 + u64::from(n)));
        yang.writes(&card(11, &format!("南门 {n} 号")), minute(30 + u64::from(n)));
    }
    let pushes = vec![
        (&ma, ma.batch(1..=7)),
        (&yang, yang.batch(1..=9)),
        (&ma, ma.batch(5..=20)),
        (&yang, yang.batch(11..=12)),
        (&ma, ma.batch(1..=12)),
        (&yang, yang.batch(3..=42)),
        (&ma, ma.batch(21..=45)),
    ];
    let answers = format!("{:?}", house.group(pushes, minute(90)).await);
    (house, answers)
}

#[tokio::test]
async fn what_is_saved_while_more_is_judged_comes_to_the_same_book_and_the_same_answers() {
    let (whole, expected) = taken_in_turns(usize::MAX).await;
    assert!(expected.contains("Gap"), "{expected}");
    let feed = whole.pulled(MA).await;
    let (ma, yang) = (whole.digest(MA).await, whole.digest(YANG).await);
    for ahead in [1, 10, 30] {
        let (house, answers) = taken_in_turns(ahead).await;
        assert_eq!(answers, expected, "from {ahead} on");
        assert_eq!(house.pulled(MA).await, feed, "from {ahead} on");
        let (ma_too, yang_too) = (house.digest(MA).await, house.digest(YANG).await);
        assert_eq!((ma_too.state, ma_too.set), (ma.state, ma.set));
        assert_eq!((yang_too.state, yang_too.set), (yang.state, yang.set));
        assert_eq!(house.holds().await.counters, whole.holds().await.counters);
    }
}
