//! A group that is saved in parts, while further ones of it are judged.

use server::store::{
    Devices, FeedAsk, Inspection, Period, Sight, Snapshot, Store, StoreError, Unit, Writing,
};
use sync_core::{
    domain::visit::BlobHash,
    scope::{Desk, Scope},
};

use crate::sample::{
    COMPANY, HUB, OTHER_COMPANY, PHONE, card, company, customer, digest, founded, hash, log, row, save,
    visit, writing,
};

const MINUTES_A_DAY: u64 = 24 * 60;

/// Rows and papers of a part that goes from one position to another. Visits of earlier parts are written once more, on
/// another day, and every part writes on one card.
fn part(from: u64, through: u64) -> Writing {
    let scopes = [Scope::Customer(customer(1)), Scope::Desk(Desk::Finance)];
    let rows = (from..=through).map(|n| row(n, n, &scopes[..=usize::from(n % 2 == 0)])).collect();
    let mut part = writing(rows);
    let number = |n: u64| u16::try_from(n).expect("small");
    let new = (from..=through).map(|n| visit(number(n), 1, 7, n, "谈了订货"));
    let again = (1..from).step_by(3).map(|n| visit(number(n), 1, 7, n + from * MINUTES_A_DAY, "又谈了"));
    part.papers = new.chain(again).chain([card(1, &format!("百汇超市{from}"), 5)]).collect();
    part
}

pub(crate) async fn a_group_saved_in_parts_is_what_it_is_in_one<S: Store>(store: S) {
    founded(&store).await;
    store.found(&company(OTHER_COMPANY), &log(HUB, 0)).await.expect("another company");
    let parts = [part(1, 40), part(41, 41), part(42, 90)];
    let mut last = Writing { head: parts[2].head, ..Writing::default() };
    last.digests = vec![(Scope::Common, digest(1))];
    last.devices = vec![log(PHONE, 1)];
    last.blobs = vec![(BlobHash(hash(1)), Scope::Common)];
    let mut whole = last.clone();
    whole.rows = parts.iter().flat_map(|part| part.rows.clone()).collect();
    let papers: std::collections::BTreeMap<_, _> =
        parts.iter().flat_map(|part| part.papers.clone()).collect();
    whole.papers = papers.into_iter().collect();
    save(&store, OTHER_COMPANY, &whole).await;

    let mut unit = store.begin(COMPANY).await.expect("the lock");
    for part in &parts {
        let keys: Vec<_> = part.papers.iter().map(|(key, _)| *key).collect();
        unit.papers(&keys).await.expect("papers");
        unit.save(part).await.expect("saved");
        assert_eq!(unit.head().await.expect("its own head"), part.head);
        let mine: Vec<_> = unit.papers(&keys).await.expect("papers");
        assert_eq!(mine.len(), keys.len(), "a unit reads what it wrote");
    }
    unit.save(&last).await.expect("saved");
    unit.commit().await.expect("durable");

    let (mut one, mut other) = (
        store.snapshot(COMPANY).await.expect("a moment"),
        store.snapshot(OTHER_COMPANY).await.expect("a moment"),
    );
    let all = FeedAsk { limit: 1_000, ..FeedAsk::default() };
    assert_eq!(one.feed(&all).await.expect("the feed"), other.feed(&all).await.expect("the feed"));
    assert_eq!(one.head().await, other.head().await);
    let all = Sight::everything();
    assert_eq!(one.papers_in(&all).await.expect("papers"), other.papers_in(&all).await.expect("papers"));
    assert_eq!(
        one.shown(None, 1_000).await.expect("columns"),
        other.shown(None, 1_000).await.expect("columns")
    );
    for period in Period::ALL {
        let (one, other) = (one.tallies(period).await, other.tallies(period).await);
        assert_eq!(one.expect("tallies"), other.expect("tallies"), "{period:?}");
    }
    assert_eq!(one.digests(None).await, other.digests(None).await);
    assert_eq!(one.devices(&Devices::All).await, other.devices(&Devices::All).await);
    drop((one, other));

    // What is in the feed is there once, whichever part brings it, and then nothing of any part stays.
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    unit.save(&part(91, 95)).await.expect("saved");
    let refused = unit.save(&writing(vec![row(96, 93, &[Scope::Common])])).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    drop(unit);
    assert_eq!(store.snapshot(COMPANY).await.expect("a moment").head().await, Ok(whole.head));
}
