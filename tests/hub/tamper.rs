//! `verify` names whatever was changed behind the hub's back.

use server::store::{Blob, ChosenStore, Devices, FeedAsk, Snapshot, Store, Unit, Writing};
use sync_core::{
    domain::visit::BlobHash,
    log::{SetDigest, sha256},
    op::Op,
    paper::{Paper, PaperKey},
    scope::Scope,
};
use tests::{
    books::{Book, Shelf, bytes, edit},
    memory::MemoryStore,
};

use crate::house::{House, MA, cash, customer, minute, visit};

async fn busy_house() -> House {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈了订货"), minute(10));
    ma.writes(&cash(1, 400_000, 1), minute(11));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let report = house.holds().await;
    assert!(report.entries > 10 && report.chains == 2 && report.signatures == 2, "{report:?}");
    assert!(report.papers > 10 && report.digests > 5 && report.balances >= 2, "{report:?}");
    house
}

/// Writes something behind the hub's back; the faults that `verify` then names.
async fn faults_after(
    change: impl AsyncFnOnce(&mut Writing, &mut <MemoryStore as Store>::Unit),
) -> Vec<String> {
    let house = busy_house().await;
    let mut unit = house.hub.store().begin(house.hub.company()).await.expect("the lock");
    let mut writing = Writing { head: unit.head().await.expect("a head"), ..Writing::default() };
    change(&mut writing, &mut unit).await;
    unit.save(&writing).await.expect("saved");
    unit.commit().await.expect("durable");
    house.hub.verify().await.expect("the store").faults
}

fn one_says(faults: &[String], what: &str) {
    assert!(faults.iter().any(|fault| fault.contains(what)), "{faults:?} should say: {what}");
}

#[tokio::test]
async fn a_balance_that_was_changed_is_named() {
    let faults = faults_after(async |writing, unit| {
        let papers = unit.papers_in(&server::store::Sight::everything()).await.expect("papers");
        let drawer = papers.into_iter().find_map(|(key, paper)| match paper {
            Paper::Balance(balance) => Some((key, balance)),
            _ => None,
        });
        let (key, mut balance) = drawer.expect("a balance");
        balance.sum = balance.sum.plus(sync_core::unit::Money::fen(1));
        writing.papers.push((key, Paper::Balance(balance)));
    })
    .await;
    one_says(&faults, "another paper is stored");
    one_says(&faults, "do not add up to zero");
}

#[tokio::test]
async fn a_paper_that_no_entry_wrote_is_named() {
    let faults = faults_after(async |writing, _| {
        let card = Paper::shell(sync_core::paper::PaperKind::Customer);
        writing.papers.push((PaperKey::customer(customer(77)), card));
    })
    .await;
    one_says(&faults, "no entry wrote");
}

#[tokio::test]
async fn a_digest_that_was_changed_is_named() {
    let faults = faults_after(async |writing, _| {
        writing.digests.push((Scope::Common, SetDigest::default()));
    })
    .await;
    one_says(&faults, "another digest is stored");
}

#[tokio::test]
async fn counters_that_were_changed_are_named() {
    let faults = faults_after(async |writing, _| writing.head.counters.received += 1).await;
    one_says(&faults, "counted");
}

#[tokio::test]
async fn a_log_that_was_set_back_or_whose_proof_was_replaced_is_named() {
    let faults = faults_after(async |writing, unit| {
        let mut logs = unit.devices(&Devices::Of(MA)).await.expect("logs");
        logs[0].last_seq -= 1;
        logs[0].checkpoint.as_mut().expect("a proof").signature[5] ^= 1;
        writing.devices = logs;
    })
    .await;
    one_says(&faults, "its log stands at 1, its chain at 2");
    one_says(&faults, "signature over its chain is not its own");
}

#[tokio::test]
async fn an_entry_slipped_into_the_feed_is_named() {
    let faults = faults_after(async |writing, unit| {
        let all = FeedAsk { limit: 1_000, ..FeedAsk::default() };
        let mut row = unit.feed(&all).await.expect("the feed").pop().expect("an entry");
        let mut header = row.entry.change.header.clone();
        header.seq += 1;
        let body = row.entry.change.body().to_vec();
        row.entry.change = sync_core::log::Change::seal(row.entry.change.id.device, header, None, body);
        row.entry.position += 1;
        writing.head.position += 1;
        writing.rows.push(row);
    })
    .await;
    one_says(&faults, "breaks at sequence 3");
    one_says(&faults, "effective times");
}

/// A busy house over a database, with a photo; gone when the test is over.
struct Kept {
    house: House<ChosenStore>,
    _shelf: Shelf,
}

impl Kept {
    async fn on(book: Book) -> Self {
        let house = House::over(book.store).await;
        let photo = vec![7; 100];
        let hash = BlobHash(sha256(&[&photo]));
        let (media, created) = ("image/jpeg".into(), minute(9));
        let blob = Blob { hash, media, bytes: photo, uploader: MA, created };
        house.hub.store().put_blob(house.hub.company(), &blob, 1_000).await.expect("kept");
        let mut ma = house.pen(MA, 1).await;
        let mut with_photo = visit(1, "谈了订货");
        if let Op::VisitRecorded(visit) = &mut with_photo {
            visit.photos = vec![hash];
        }
        ma.writes(&with_photo, minute(10));
        ma.writes(&cash(1, 400_000, 1), minute(11));
        house.push(&ma, ma.all(), minute(20)).await.expect("taken");
        let report = house.holds().await;
        assert!(report.files == 1 && report.places > 20, "{report:?}");
        Self { house, _shelf: book.shelf }
    }
}

const VISIT: &str = "WHERE kind = 30";

fn edits(store: &ChosenStore) -> Vec<(String, &'static str)> {
    let zeros = |count| bytes(store, &vec![0; count]);
    let paper = |set: String| (format!("UPDATE papers SET {set} {VISIT}"), "lists show another");
    let log = |set: String, number: u8, named| {
        (format!("UPDATE device_logs SET {set} WHERE number = {number}"), named)
    };
    let own = "differs from its enrolment";
    vec![
        (format!("UPDATE blobs SET bytes = {}", zeros(100)), "its bytes are others than its name says"),
        paper(format!("scope = {}", bytes(store, &[0]))),
        paper(format!("staff = {}", zeros(16))),
        paper(format!("customer = {}", zeros(16))),
        paper("status = 'withheld'".into()),
        paper("search = 'nothing'".into()),
        paper("at_ms = 1".into()),
        ("UPDATE papers SET amount_fen = 1 WHERE kind = 51".into(), "lists show another"),
        log(format!("key = {}", zeros(32)), 1, own),
        log(format!("staff = {}", zeros(16)), 1, own),
        log("number = 5".into(), 1, own),
        log("revoked = 1".into(), 1, own),
        log(format!("key = {}", zeros(32)), 0, "another key than the hub"),
        ("UPDATE company SET devices = 9".into(), "the head says 9 devices"),
        ("DELETE FROM run_scopes WHERE last = (SELECT MIN(last) FROM run_scopes)".into(), ": not listed in"),
        (
            format!(
                "UPDATE run_scopes SET scope = {} WHERE scope = (SELECT scope FROM run_scopes ORDER BY scope LIMIT 1)",
                bytes(store, &[0x10])
            ),
            ": listed in Desk(Dock), where it is not",
        ),
        (format!("UPDATE tallies_by_day SET papers = 2 {VISIT}"), "2 were counted, there are 1"),
        (format!("DELETE FROM tallies_by_day {VISIT}"), "none was counted"),
        (
            format!("UPDATE tallies_by_month SET papers = 2 {VISIT}"),
            "from day 20332: 2 were counted, there are 1",
        ),
        (
            format!("UPDATE tallies_by_day SET staff = {} WHERE kind = 51", zeros(16)),
            "1 were counted, there are 0",
        ),
        ("DELETE FROM blob_scopes".into(), "where a change names it"),
        (
            format!("UPDATE blob_scopes SET scope = {}", bytes(store, &[0])),
            "shown in Common, where nothing names it",
        ),
    ]
}

async fn is_named_whatever_is_edited_on(fresh: impl AsyncFn() -> Book) {
    let cases = edits(&fresh().await.store).len();
    for case in 0..cases {
        let kept = Kept::on(fresh().await).await;
        let store = kept.house.hub.store();
        let (statement, named) = edits(store).swap_remove(case);
        assert!(edit(store, &statement).await > 0, "{statement}");
        let faults = kept.house.hub.verify().await.expect("the store").faults;
        assert!(
            faults.iter().any(|fault| fault.contains(named)),
            "{statement}: {faults:?} should say: {named}"
        );
    }
}

#[tokio::test]
async fn whatever_is_edited_in_the_file_is_named() {
    is_named_whatever_is_edited_on(Book::sqlite).await;
}

#[tokio::test]
async fn whatever_is_edited_in_the_database_is_named() {
    is_named_whatever_is_edited_on(Book::postgres).await;
}
