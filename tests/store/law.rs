//! The law of every store, each sentence of it once.

use futures::future::join_all;
use server::store::{
    Blob, Checkpoint, CommandName, Confirmed, DeviceSeen, DeviceTrouble, Devices, Eviction, FeedAsk, FeedRow,
    Inspection, Kept, NamedCommand, Period, Quarantined, Shown, Sight, Snapshot, Store, StoreError,
    TroubleKind, Unit, tallied,
};
use sync_core::{
    domain::visit::BlobHash,
    log::Declared,
    paper::{Paper, PaperKey, PaperKind},
    scope::{Desk, Scope},
    time::Timestamp,
    unit::{ChangeId, DeviceId, Money, StaffId},
};
use uuid::Uuid;

pub(crate) use crate::parts::a_group_saved_in_parts_is_what_it_is_in_one;
use crate::sample::{
    COMPANY, HUB, OTHER_COMPANY, PHONE, STAFF, card, company, customer, digest, founded, hash, log, row,
    save, visit, writing,
};

fn all() -> FeedAsk {
    FeedAsk { limit: 1_000, ..FeedAsk::default() }
}

async fn positions<S: Store>(store: &S, ask: &FeedAsk) -> Vec<u64> {
    let rows = store.snapshot(COMPANY).await.expect("a moment").feed(ask).await.expect("the feed");
    rows.iter().map(|row| row.entry.position).collect()
}

pub(crate) async fn what_a_unit_saved_is_there_after_its_commit_and_not_before<S: Store>(store: S) {
    founded(&store).await;
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    unit.save(&writing(vec![row(1, 1, &[Scope::Common])])).await.expect("saved");
    assert_eq!(unit.head().await.expect("its own head").position, 1, "a unit reads what it wrote");
    assert_eq!(positions(&store, &all()).await, Vec::<u64>::new(), "nobody else does");
    assert_eq!(store.head(COMPANY).await.expect("a head").position, 0);
    unit.commit().await.expect("durable");
    assert_eq!(positions(&store, &all()).await, [1]);
    assert_eq!(store.head(COMPANY).await.expect("a head").position, 1);
}

pub(crate) async fn a_unit_that_is_dropped_has_written_nothing<S: Store>(store: S) {
    founded(&store).await;
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let mut all_of_it = writing(vec![row(1, 1, &[Scope::Common])]);
    all_of_it.papers = vec![visit(1, 1, 1, 1, "话")];
    all_of_it.devices = vec![log(PHONE, 1)];
    all_of_it.digests = vec![(Scope::Common, digest(1))];
    unit.save(&all_of_it).await.expect("saved");
    drop(unit);
    let mut moment = store.begin(COMPANY).await.expect("the lock is free again");
    assert_eq!(moment.head().await.expect("a head").position, 0);
    assert_eq!(moment.devices(&Devices::All).await.expect("devices").len(), 1, "the hub's");
    assert_eq!(moment.papers_in(&Sight::everything()).await.expect("papers"), []);
    assert_eq!(moment.digests(None).await.expect("digests"), []);
}

pub(crate) async fn many_writers_at_once_make_one_dense_feed<S: Store>(store: S) {
    founded(&store).await;
    join_all((1..=30).map(|seq| writes_or_gives_up(store.clone(), seq))).await;
    assert_eq!(positions(&store, &all()).await, (1..=20).collect::<Vec<_>>());
}

/// Writes one entry behind the head; every third gives up after having written.
pub(crate) async fn writes_or_gives_up<S: Store>(store: S, seq: u64) {
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let next = unit.head().await.expect("a head").position + 1;
    unit.save(&writing(vec![row(next, seq, &[Scope::Common])])).await.expect("saved");
    if !seq.is_multiple_of(3) {
        unit.commit().await.expect("durable");
    }
}

pub(crate) async fn a_change_is_in_the_feed_once<S: Store>(store: S) {
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let again = writing(vec![row(2, 2, &[Scope::Common]), row(3, 1, &[Scope::Common])]);
    let refused = unit.save(&again).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    drop(unit);
    assert_eq!(positions(&store, &all()).await, [1]);
}

pub(crate) async fn a_company_is_founded_once_and_found_again<S: Store>(store: S) {
    founded(&store).await;
    let again = store.found(&company(COMPANY), &log(HUB, 0)).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert_eq!(store.companies().await.expect("companies"), [company(COMPANY)]);
}

pub(crate) async fn bytes_come_out_as_they_went_in<S: Store>(store: S) {
    founded(&store).await;
    let scopes = [Scope::Customer(customer(7)), Scope::Staff(STAFF), Scope::Desk(Desk::Finance)];
    let rows: Vec<_> = (1..=200).map(|n| row(n, n, &scopes)).collect();
    save(&store, COMPANY, &writing(rows.clone())).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    assert_eq!(moment.feed(&all()).await.expect("the feed"), rows);
    let asked = [200, 3, 777].map(|seq| ChangeId { device: PHONE, seq });
    let found = moment.entries(&asked).await.expect("entries");
    assert_eq!(found, [rows[2].clone(), rows[199].clone()], "by device and sequence, absent ones left out");
    let unlinked = moment.entries_unlinked(&asked).await.expect("entries");
    assert_eq!(unlinked, [rows[2].entry.clone(), rows[199].entry.clone()], "the same without their links");
}

pub(crate) async fn a_moment_stays_what_it_was<S: Store>(store: S) {
    founded(&store).await;
    save(&store, COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    assert_eq!(moment.head().await.expect("a head").position, 1);
    let mut more = writing(vec![row(2, 2, &[Scope::Common])]);
    more.digests = vec![(Scope::Common, digest(2))];
    more.papers = vec![card(1, "百汇超市", 1)];
    save(&store, COMPANY, &more).await;
    assert_eq!(moment.feed(&all()).await.expect("the feed").len(), 1);
    assert_eq!(moment.digests(None).await.expect("digests"), []);
    assert_eq!(moment.papers_in(&Sight::everything()).await.expect("papers"), []);
    assert_eq!(moment.head().await.expect("a head").position, 1);
    assert_eq!(positions(&store, &all()).await, [1, 2]);
}

pub(crate) async fn companies_are_apart<S: Store>(store: S) {
    founded(&store).await;
    store.found(&company(OTHER_COMPANY), &log(HUB, 0)).await.expect("another company");
    let mut mine = writing(vec![row(1, 1, &[Scope::Common])]);
    mine.papers = vec![card(1, "百汇超市", 1)];
    mine.digests = vec![(Scope::Common, digest(1))];
    mine.devices = vec![log(PHONE, 1)];
    mine.blobs = vec![(BlobHash(hash(1)), Scope::Common)];
    save(&store, COMPANY, &mine).await;
    let blob = Blob {
        hash: BlobHash(hash(1)),
        media: "image/png".into(),
        bytes: vec![1, 2],
        uploader: STAFF,
        created: Timestamp::ZERO,
    };
    store.put_blob(COMPANY, &blob, 100).await.expect("kept");
    let mut other = store.snapshot(OTHER_COMPANY).await.expect("a moment");
    assert_eq!(other.head().await.expect("a head").position, 0);
    assert_eq!(other.feed(&all()).await.expect("the feed"), []);
    assert_eq!(other.papers(&[PaperKey::customer(customer(1))]).await.expect("papers"), []);
    assert_eq!(other.digests(None).await.expect("digests"), []);
    assert_eq!(other.devices(&Devices::All).await.expect("devices").len(), 1);
    assert_eq!(other.blob(&BlobHash(hash(1))).await.expect("files"), None);
    save(&store, OTHER_COMPANY, &writing(vec![row(1, 1, &[Scope::Common])])).await;
}

pub(crate) async fn a_slice_of_the_feed_is_what_was_asked_for<S: Store>(store: S) {
    founded(&store).await;
    let (mine, desk) = (Scope::Customer(customer(1)), Scope::Desk(Desk::Logistics));
    let scopes_of = |n: u64| match n % 4 {
        0 => vec![mine, desk],
        1 => vec![mine],
        2 => vec![desk],
        _ => vec![Scope::Common],
    };
    let rows = (1..=40).map(|n| row(n, n, &scopes_of(n))).collect();
    save(&store, COMPANY, &writing(rows)).await;
    let ask =
        |scopes: &[Scope]| FeedAsk { scopes: Some(scopes.to_vec()), limit: 1_000, ..FeedAsk::default() };
    let both = positions(&store, &ask(&[mine, desk])).await;
    let expected: Vec<u64> = (1..=40).filter(|n| n % 4 != 3).collect();
    assert_eq!(both, expected, "an entry in two scopes comes once");
    let some = FeedAsk { after: 8, through: Some(30), limit: 3, ..ask(&[mine]) };
    assert_eq!(positions(&store, &some).await, [9, 12, 13]);
    let latest = FeedAsk { after: 8, through: Some(30), limit: 3, latest_first: true, ..ask(&[mine]) };
    assert_eq!(positions(&store, &latest).await, [29, 28, 25]);
    assert_eq!(positions(&store, &FeedAsk { latest_first: true, limit: 2, ..all() }).await, [40, 39]);
    assert_eq!(positions(&store, &ask(&[])).await, Vec::<u64>::new());
}

pub(crate) async fn a_slice_of_so_many_bytes_is_not_much_longer<S: Store>(store: S) {
    founded(&store).await;
    let rows: Vec<_> = (1..=600).map(|n| row(n, n, &[Scope::Common])).collect();
    save(&store, COMPANY, &writing(rows.clone())).await;
    let bytes = |after: usize, fit: usize| rows[after..after + fit].iter().map(FeedRow::bytes).sum();
    let store = &store;
    let some = |most_bytes, ask: FeedAsk| async move {
        positions(store, &FeedAsk { most_bytes: Some(most_bytes), ..ask }).await
    };
    assert_eq!(some(usize::MAX, all()).await.len(), 600);
    for (after, fit) in [(0, 1), (0, 100), (0, 256), (0, 257), (250, 1), (256, 40), (400, 3)] {
        let came = some(bytes(after, fit), FeedAsk { after: after as u64, ..all() }).await;
        assert!(came.iter().copied().zip(after as u64 + 1..).all(|(came, due)| came == due), "{came:?}");
        assert!((fit..fit + 256).contains(&came.len()), "{} came where {fit} fit", came.len());
    }
    assert!(
        some(bytes(0, 10), FeedAsk { limit: 3, ..all() }).await == [1, 2, 3],
        "and no more than were asked for"
    );
}

pub(crate) async fn a_paper_is_what_was_written_last<S: Store>(store: S) {
    founded(&store).await;
    let papers: Vec<_> = (1..=600).map(|n| visit(n, 1, 1, 1, "第一次")).collect();
    let mut first = writing(Vec::new());
    first.papers.clone_from(&papers);
    save(&store, COMPANY, &first).await;
    let mut second = writing(Vec::new());
    second.papers =
        vec![visit(5, 2, 2, 2, "改过"), (PaperKey::personal(customer(9)), Paper::shell(PaperKind::Personal))];
    save(&store, COMPANY, &second).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let asked: Vec<PaperKey> =
        papers.iter().map(|(key, _)| *key).chain([PaperKey::product_nobody_wrote()]).collect();
    let found = moment.papers(&asked).await.expect("papers");
    assert_eq!(found.len(), 600, "what nobody wrote is left out");
    assert!(found.is_sorted_by_key(|(key, _)| *key));
    let changed = visit(5, 2, 2, 2, "改过");
    assert!(found.contains(&changed));
    let theirs = Sight { scopes: vec![Scope::Customer(customer(2))], ..Sight::default() };
    assert_eq!(moment.papers_in(&theirs).await.expect("papers"), [changed], "it left the scope it was in");
}

trait Nobody {
    fn product_nobody_wrote() -> PaperKey;
}

impl Nobody for PaperKey {
    fn product_nobody_wrote() -> PaperKey {
        PaperKey { kind: PaperKind::Product, id: customer(250).0 }
    }
}

pub(crate) async fn a_sight_is_classes_and_single_scopes<S: Store>(store: S) {
    founded(&store).await;
    let mut some = writing(Vec::new());
    some.papers = vec![
        card(1, "百汇超市", 1),
        card(2, "惠民粮油", 2),
        (PaperKey::personal(customer(1)), Paper::shell(PaperKind::Personal)),
        (PaperKey::staff(STAFF), Paper::shell(PaperKind::Staff)),
        // Nothing was written on it: it belongs nowhere.
        (PaperKey::device(PHONE), Paper::shell(PaperKind::Device)),
    ];
    save(&store, COMPANY, &some).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let mut keys = async |sight: Sight| -> Vec<PaperKey> {
        moment.papers_in(&sight).await.expect("papers").into_iter().map(|(key, _)| key).collect()
    };
    let (one, two) = (PaperKey::customer(customer(1)), PaperKey::customer(customer(2)));
    let (personal, staff) = (PaperKey::personal(customer(1)), PaperKey::staff(STAFF));
    assert_eq!(keys(Sight::default()).await, []);
    assert_eq!(keys(Sight { all_customers: true, ..Sight::default() }).await, [one, two]);
    assert_eq!(keys(Sight { all_personal: true, ..Sight::default() }).await, [personal]);
    assert_eq!(keys(Sight { scopes: vec![Scope::Common], ..Sight::default() }).await, [staff]);
    assert_eq!(keys(Sight { scopes: vec![Scope::Customer(customer(2))], ..Sight::default() }).await, [two]);
    assert_eq!(keys(Sight::everything()).await, [staff, one, two, personal]);
    assert_eq!(
        moment.customers_of(sync_core::unit::StaffId::from_bytes([2; 16])).await.expect("ids"),
        [customer(2)]
    );
}

pub(crate) async fn a_device_log_keeps_whatever_a_device_says<S: Store>(store: S) {
    founded(&store).await;
    let declared =
        Declared { unsent: u64::MAX, cash: Money::fen(-5), clock: Timestamp::from_packed(u64::MAX) };
    let full = |device: u8, number| server::store::DeviceLog {
        revoked: Some(Timestamp::from_packed(77)),
        last_seq: 12,
        latest: Timestamp::from_packed(99),
        checkpoint: Some(Checkpoint { header: vec![1, 2, 3], signature: [7; 64] }),
        seen: Some(DeviceSeen {
            at: Timestamp::from_packed(5),
            declared,
            said: Some(Timestamp::from_packed(4)),
        }),
        trouble: Some(DeviceTrouble {
            kind: TroubleKind::SetBack,
            seq: 4,
            since: Timestamp::from_packed(6),
            last: Timestamp::from_packed(7),
        }),
        aside: 2,
        ..log(DeviceId::from_bytes([device; 16]), number)
    };
    let mut some = writing(Vec::new());
    some.devices = vec![full(50, 2), full(51, 1)];
    save(&store, COMPANY, &some).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let of_staff = moment.devices(&Devices::Of(STAFF)).await.expect("devices");
    assert_eq!(of_staff, [log(HUB, 0), full(51, 1), full(50, 2)], "by number");
    let these = Devices::These(vec![DeviceId::from_bytes([50; 16]), DeviceId::from_bytes([99; 16])]);
    assert_eq!(moment.devices(&these).await.expect("devices"), [full(50, 2)]);
    assert_eq!(moment.devices(&Devices::These(Vec::new())).await.expect("devices"), []);
}

pub(crate) async fn digests_are_those_asked_for<S: Store>(store: S) {
    founded(&store).await;
    let scopes: Vec<Scope> = (1..=200).map(|n| Scope::Customer(customer(n))).collect();
    let mut some = writing(Vec::new());
    some.digests = (1..=100).map(|n| (Scope::Customer(customer(n)), digest(n))).collect();
    save(&store, COMPANY, &some).await;
    let mut later = writing(Vec::new());
    later.digests = vec![(Scope::Customer(customer(3)), digest(33))];
    save(&store, COMPANY, &later).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let found = moment.digests(Some(&scopes)).await.expect("digests");
    assert_eq!(found.len(), 100, "a scope without entries is left out");
    assert_eq!(found[2], (Scope::Customer(customer(3)), digest(33)));
    assert_eq!(moment.digests(None).await.expect("digests"), found);
    assert_eq!(moment.digests(Some(&[])).await.expect("digests"), []);
}

pub(crate) async fn a_file_is_kept_once_with_every_scope_that_names_it<S: Store>(store: S) {
    founded(&store).await;
    let blob = Blob {
        hash: BlobHash(hash(4)),
        media: "image/webp".into(),
        bytes: vec![0; 300_000],
        uploader: STAFF,
        created: Timestamp::from_packed(8),
    };
    assert_eq!(store.put_blob(COMPANY, &blob, 300_000).await.expect("an answer"), Kept::New);
    assert_eq!(store.put_blob(COMPANY, &blob, 300_000).await.expect("an answer"), Kept::Already);
    let (one, two) = (Scope::Customer(customer(1)), Scope::Staff(STAFF));
    let mut some = writing(Vec::new());
    some.blobs = vec![(BlobHash(hash(4)), one), (BlobHash(hash(4)), two)];
    save(&store, COMPANY, &some).await;
    save(&store, COMPANY, &some).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    assert_eq!(moment.blob(&BlobHash(hash(4))).await.expect("files"), Some((blob, vec![one, two])));
    assert_eq!(moment.blob(&BlobHash(hash(5))).await.expect("files"), None);
}

fn file(number: u8, uploader: StaffId, created: Timestamp) -> Blob {
    let media = "image/jpeg".into();
    Blob { hash: BlobHash(hash(number)), media, bytes: vec![number; 1_000], uploader, created }
}

pub(crate) async fn files_that_no_change_names_have_a_budget_and_an_end<S: Store>(store: S) {
    founded(&store).await;
    let day = |day: u64| Timestamp::from_millis(1_759_000_000_000 + day * 86_400_000);
    let (other, store) = (StaffId::from_bytes([77; 16]), &store);
    let put = async |number, by, at| {
        store.put_blob(COMPANY, &file(number, by, at), 2_000).await.expect("an answer")
    };
    assert_eq!(put(1, STAFF, day(0)).await, Kept::New);
    assert_eq!(put(2, STAFF, day(1)).await, Kept::New);
    assert_eq!(put(3, STAFF, day(2)).await, Kept::OverBudget);
    assert_eq!(put(2, STAFF, day(2)).await, Kept::Already, "what is there needs no room");
    assert_eq!(put(3, other, day(2)).await, Kept::New, "everybody has a budget of their own");
    let mut naming = writing(Vec::new());
    naming.blobs = vec![(BlobHash(hash(1)), Scope::Common)];
    save(store, COMPANY, &naming).await;
    assert_eq!(put(4, STAFF, day(3)).await, Kept::New, "a named file costs nothing");
    assert_eq!(put(5, STAFF, day(4)).await, Kept::OverBudget);
    assert_eq!(put(5, STAFF, day(32)).await, Kept::New, "what is about to go does not count");
    assert_eq!(store.remove_unnamed(COMPANY, day(3)).await.expect("an answer"), 2);
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let mut left = Vec::new();
    let mut after = None;
    while let Some(blob) = moment.next_blob(after).await.expect("files") {
        after = Some(blob.hash);
        left.push(blob.hash.0[0]);
    }
    assert_eq!(left, [1, 4, 5]);
}

pub(crate) async fn files_that_come_at_once_share_one_budget<S: Store>(store: S) {
    founded(&store).await;
    let files: Vec<Blob> = (1..=12).map(|number| file(number, STAFF, Timestamp::ZERO)).collect();
    let brought = files.iter().map(|file| store.put_blob(COMPANY, file, 3_000));
    let kept: Vec<Kept> = join_all(brought).await.into_iter().map(|kept| kept.expect("an answer")).collect();
    assert_eq!(kept.iter().filter(|kept| **kept == Kept::New).count(), 3, "{kept:?}");
    assert_eq!(kept.iter().filter(|kept| **kept == Kept::OverBudget).count(), 9, "{kept:?}");
}

pub(crate) async fn what_follows_from_others_is_shown_piece_by_piece<S: Store>(store: S) {
    founded(&store).await;
    let (one, two) = (Scope::Customer(customer(1)), Scope::Staff(STAFF));
    let mut some = writing(vec![row(1, 1, &[two, one]), row(2, 2, &[one])]);
    some.papers = (1..=5).map(|number| visit(number, 2, 5, u64::from(number), "看了货架")).collect();
    some.papers.push(card(3, "百汇超市", 5));
    some.blobs = vec![(BlobHash(hash(4)), two), (BlobHash(hash(4)), one), (BlobHash(hash(2)), two)];
    save(&store, COMPANY, &some).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let mut expected: Vec<Shown> = some.papers.iter().map(|(key, paper)| Shown::of(key, paper)).collect();
    expected.sort_by_key(|shown| shown.key);
    let first = moment.shown(None, 4).await.expect("columns");
    let rest = moment.shown(first.last().map(|shown| shown.key), 4).await.expect("columns");
    assert_eq!([first, rest].concat(), expected);
    let first = moment.places(None, 2).await.expect("places");
    let rest = moment.places(first.last().copied(), 9).await.expect("places");
    assert_eq!([first, rest].concat(), [(one, 1), (one, 2), (two, 1)]);
    let first = moment.named(None, 2).await.expect("names");
    let rest = moment.named(first.last().copied(), 9).await.expect("names");
    let (lower, higher) = (BlobHash(hash(2)), BlobHash(hash(4)));
    assert_eq!([first, rest].concat(), [(lower, two), (higher, one), (higher, two)]);
}

pub(crate) async fn what_lists_show_is_counted_as_it_is_written<S: Store>(store: S) {
    founded(&store).await;
    let day = |n: u16, day: u64| visit(n, 1, 7, day * 24 * 60, "谈了订货");
    let mut papers: Vec<_> = (1..=100).map(|n| day(n, u64::from(n % 3))).collect();
    papers.push(card(3, "百汇超市", 5));
    let mut some = writing(Vec::new());
    some.papers.clone_from(&papers);
    save(&store, COMPANY, &some).await;
    // Some are written again on another day, in a unit that has looked for them and in one that has not.
    let moved: Vec<_> = (1..=20).map(|n| day(n, 9)).collect();
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let keys: Vec<PaperKey> = moved[..10].iter().map(|(key, _)| *key).collect();
    unit.papers(&keys).await.expect("papers");
    unit.papers(&[day(777, 0).0]).await.expect("papers");
    for part in [moved[..10].to_vec(), moved[10..].to_vec(), vec![day(777, 9)], vec![day(777, 8)]] {
        let mut again = writing(Vec::new());
        again.papers = part;
        unit.save(&again).await.expect("saved");
    }
    unit.commit().await.expect("durable");
    papers.retain(|(key, _)| moved.iter().all(|(moved, _)| moved != key));
    papers.extend(moved);
    papers.push(day(777, 8));
    let shown: Vec<Shown> = papers.iter().map(|(key, paper)| Shown::of(key, paper)).collect();
    let expected = tallied(&shown);
    assert!(expected.len() > 5, "{expected:?}");
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    for period in Period::ALL {
        let expected: Vec<_> = period.gathered(expected.clone()).into_iter().collect();
        assert_eq!(moment.tallies(period).await.expect("tallies"), expected, "{period:?}");
    }
}

pub(crate) async fn what_is_put_aside_is_kept_once<S: Store>(store: S) {
    founded(&store).await;
    let aside = |seq: u64| Quarantined {
        device: PHONE,
        seq,
        link: hash(u8::try_from(seq).expect("small")),
        reason: "fork at 5".into(),
        at: Timestamp::from_packed(9),
        change: vec![0xff; 900],
        proof: Checkpoint { header: vec![7; 90], signature: [8; 64] },
    };
    let (one, two) = (aside(5), aside(6));
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    assert_eq!(unit.put_aside(std::slice::from_ref(&one)).await.expect("put aside"), 1);
    assert_eq!(unit.put_aside(&[one.clone(), two.clone()]).await.expect("one was there"), 1);
    assert!(unit.is_aside(PHONE, &hash(6)).await.expect("put aside"));
    unit.commit().await.expect("durable");
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    assert!(!moment.is_aside(PHONE, &hash(7)).await.expect("never put aside"));
    assert_eq!(moment.quarantine().await.expect("what was put aside"), [one, two]);
}

pub(crate) async fn what_devices_must_give_up_is_kept_until_it_is_granted_again<S: Store>(store: S) {
    founded(&store).await;
    let of = |device, scope| Eviction {
        device,
        scope,
        position: 7,
        since: Timestamp::from_millis(1_759_000_000_000),
        confirmed: None,
    };
    let (one, other) = (Scope::Customer(customer(1)), Scope::Customer(customer(2)));
    let mut lost = writing(Vec::new());
    lost.evictions = vec![of(PHONE, one), of(PHONE, other), of(HUB, one)];
    save(&store, COMPANY, &lost).await;
    let mut confirmed = writing(Vec::new());
    let proof = Confirmed { at: Timestamp::from_millis(1_759_000_009_000), proof: vec![1, 2, 3] };
    // Lost and confirmed in one writing: what was said last counts.
    confirmed.evictions = vec![of(PHONE, one), Eviction { confirmed: Some(proof.clone()), ..of(PHONE, one) }];
    confirmed.regained = vec![(PHONE, other), (HUB, other)];
    save(&store, COMPANY, &confirmed).await;
    let mut moment = store.snapshot(COMPANY).await.expect("a moment");
    let phones = moment.evictions(Some(&[PHONE])).await.expect("the store");
    assert_eq!(phones, [Eviction { confirmed: Some(proof), ..of(PHONE, one) }]);
    assert_eq!(moment.evictions(None).await.expect("the store").len(), 2);
    assert_eq!(moment.evictions(Some(&[])).await.expect("the store"), []);
    assert_eq!(moment.head().await.expect("a head").position, 0, "the feed does not move by it");
}

pub(crate) async fn a_commands_name_is_kept_with_it_and_for_its_session_alone<S: Store>(store: S) {
    founded(&store).await;
    let at = |days: u64| Timestamp::from_millis(1_759_000_000_000 + days * 86_400_000);
    let name =
        |session: u8, name: &str| CommandName { session: Uuid::from_bytes([session; 16]), name: name.into() };
    let named = |name, seq, days| NamedCommand { name, said: hash(3), seq, at: at(days) };
    let first = named(name(1, "a-1"), 7, 0);
    let mut dropped = writing(Vec::new());
    dropped.named = vec![first.clone()];
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    unit.save(&dropped).await.expect("saved");
    assert_eq!(unit.command_named(&first.name).await.expect("the store"), Some(first.clone()));
    drop(unit);
    let known = async |name: &CommandName| {
        store.snapshot(COMPANY).await.expect("a moment").command_named(name).await.expect("the store")
    };
    assert_eq!(known(&first.name).await, None, "what was not committed has no name");
    save(&store, COMPANY, &dropped).await;
    assert_eq!(known(&first.name).await, Some(first.clone()));
    assert_eq!((known(&name(2, "a-1")).await, known(&name(1, "a-2")).await), (None, None));
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    let twice = unit.save(&dropped).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "a name is given once: {twice:?}");
    drop(unit);
    for (days, remembered) in [(7, true), (8, false)] {
        let mut later = writing(Vec::new());
        later.named = vec![named(name(1, &format!("b-{days}")), 8, days)];
        save(&store, COMPANY, &later).await;
        assert_eq!(known(&first.name).await.is_some(), remembered, "after {days} days");
    }
}

pub(crate) async fn a_turn_is_taken_by_one_and_again_when_its_time_has_passed<S: Store>(store: S) {
    founded(&store).await;
    let at = |minute: u64| Timestamp::from_millis(1_759_000_000_000 + minute * 60_000);
    let takes = |task, minute| store.take_turn(COMPANY, task, at(minute), 10 * 60_000);
    let at_once = join_all([takes("tidy", 0), takes("tidy", 0), takes("tidy", 0)]).await;
    let taken = at_once.into_iter().filter(|taken| *taken == Ok(true)).count();
    assert_eq!(taken, 1, "of three who ask at once");
    assert!(takes("another", 1).await.expect("the store"), "each task has turns of its own");
    assert!(!takes("tidy", 9).await.expect("the store"));
    assert!(takes("tidy", 10).await.expect("the store"));
    assert!(!takes("tidy", 11).await.expect("the store"));
}
