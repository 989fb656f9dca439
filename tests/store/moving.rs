//! A company moves between stores, and nothing of it changes.

use server::{
    auth::{Client, KeptKey, NewToken, Purpose, Session, Subject},
    store::{
        Blob, CashBy, CashMark, Checkpoint, ChosenStore, CommandName, Confirmed, DeviceSeen, Devices,
        Eviction, FeedAsk, Identities, NamedCommand, OwedBy, OwedMark, OwedRow, Parcel, Pieces, Quarantined,
        Receivables, Sight, Snapshot, Store, StoreError, Unit,
        moving::{Movable, Moved, move_company},
    },
};
use sync_core::{
    domain::{cash::Receivable, visit::BlobHash},
    log::Declared,
    scope::Scope,
    time::{BusinessDate, Timestamp},
    unit::{CompanyId, DeviceId, Money, PaperId},
};
use tests::books::{Book, edit};
use uuid::Uuid;

use crate::sample::{
    COMPANY, HUB, OTHER_COMPANY, PHONE, STAFF, card, company, customer, digest, founded, hash, log, row,
    save, visit, writing,
};

const NOW: Timestamp = Timestamp::from_millis(1_759_000_000_000);
const SESSION: Uuid = Uuid::from_bytes([31; 16]);

/// A book with something in every table.
async fn filled(store: &ChosenStore) {
    founded(store).await;
    let mine = Scope::Customer(customer(1));
    let mut some = writing((1..=1_200).map(|n| row(n, n, &[mine, Scope::Common])).collect());
    some.papers = (1..=600).map(|n| visit(n, 1, 5, u64::from(n), "谈了订货")).collect();
    some.papers.push(card(1, "百汇超市", 5));
    some.digests = vec![(mine, digest(7)), (Scope::Common, digest(8))];
    let declared = Declared { unsent: u64::MAX, cash: Money::fen(-5), clock: NOW };
    some.devices = vec![server::store::DeviceLog {
        checkpoint: Some(Checkpoint { header: vec![0, 255, 1], signature: [7; 64] }),
        seen: Some(DeviceSeen { at: NOW, declared, said: Some(NOW) }),
        ..log(PHONE, 1)
    }];
    some.blobs = (1..=20).map(|n| (BlobHash(hash(n)), mine)).collect();
    let confirmed = Some(Confirmed { at: NOW, proof: vec![1, 2, 3] });
    let lost = |device, confirmed| Eviction { device, scope: mine, position: 7, since: NOW, confirmed };
    some.evictions = vec![lost(PHONE, confirmed), lost(HUB, None)];
    let name = CommandName { session: SESSION, name: "第一次".into() };
    some.named = vec![NamedCommand { name, said: hash(6), seq: 3, at: NOW }];
    save(store, COMPANY, &some).await;
    let aside = Quarantined {
        device: PHONE,
        seq: 5,
        link: hash(9),
        reason: "fork at 5".into(),
        at: NOW,
        change: vec![0xff; 900],
        proof: Checkpoint { header: vec![7; 90], signature: [8; 64] },
    };
    let mut unit = store.begin(COMPANY).await.expect("the lock");
    assert_eq!(unit.put_aside(&[aside]).await.expect("put aside"), 1);
    unit.commit().await.expect("durable");
    for n in 1..=20 {
        let blob = Blob {
            hash: BlobHash(hash(n)),
            media: "image/jpeg".into(),
            bytes: vec![n; 10_000],
            uploader: STAFF,
            created: NOW,
        };
        store.put_blob(COMPANY, &blob, u64::MAX / 4).await.expect("kept");
    }
    let doors = Identities::new(store, COMPANY);
    for (purpose, secret) in [(Purpose::Access, 3), (Purpose::Sealing, 4)] {
        doors.first_key(&KeptKey::new(purpose, [secret; 32], NOW)).await.expect("a key");
    }
    doors.set_user(STAFF, "1001", "a hash", NOW).await.expect("a user");
    let session = Session { id: SESSION, staff: STAFF, client: Client::Phone, device: Some(PHONE) };
    let token = NewToken { hash: [9; 32], expires: Timestamp::from_millis(NOW.millis() + 1_000) };
    doors.open_session(&session, Some([8; 32]), &token, NOW).await.expect("a session");
    doors.keep_recovery(PHONE, &[5; 32], NOW).await.expect("kept");
    let subjects = [Subject::number("1001"), Subject::address("10.0.0.1")];
    doors.count_attempt(subjects, NOW).await.expect("an answer").expect("counted");
    let due = BusinessDate::of(2026, 10, 1).expect("a day");
    let (order, one) = (PaperId(Uuid::from_bytes([41; 16])), Money::fen(100));
    let owed = Receivable { order, at: NOW, due, total: one, collected: one, paid: Money::ZERO };
    let (customer, name, place) = (customer(1), "百汇超市".to_owned(), "西夏区".to_owned());
    let row = OwedRow { owed, customer, name, staff: None, place, urged: None, promised: None, came: None };
    let read = OwedMark { through: 3, ..OwedMark::default() };
    let of = [OwedBy { customer, rows: vec![row] }];
    let mark = CashMark { through: 3, traced: vec![0xa0] };
    let cash = [CashBy { staff: STAFF, mark, anew: true, arrived: vec![(order, customer, one)] }];
    assert!(
        Receivables::new(store, COMPANY).replace(OwedMark::default(), read, &of, &cash).await.expect("read")
    );
    let parcel = Parcel { device: PHONE, uploader: STAFF, hash: hash(77) };
    assert!(store.take_turn(COMPANY, "tidy", NOW, 1_000).await.expect("an answer"), "nobody took it before");
    Pieces::new(store, COMPANY).put(&parcel, 0, &[1, 2, 3], NOW, u64::MAX / 4).await.expect("kept");
}

/// Every table, with its rows as they are.
async fn everything(store: &ChosenStore, company: CompanyId) -> Vec<String> {
    let mut unit = store.begin(company).await.expect("the lock");
    let mut all = Vec::new();
    for table in unit.tables().await.expect("tables") {
        let rows = unit.page(&table, None, 5_000).await.expect("rows");
        assert!(!rows.is_empty() || company != COMPANY, "nothing in {} to be moved", table.name);
        // What says where the book is served from is another on each side.
        let marks = table.columns.iter().position(|(name, _)| name == "copied").unwrap_or(usize::MAX);
        let shown = rows.iter().map(|row| {
            let row: Vec<_> = row.iter().enumerate().filter(|(place, _)| *place != marks).collect();
            format!("{} {row:?}", table.name)
        });
        all.extend(shown);
    }
    all
}

#[tokio::test]
async fn the_tables_of_both_databases_are_twins() {
    let [sqlite, postgres] = Book::of_each().await;
    let mut one = sqlite.store.begin(COMPANY).await.expect("a unit");
    let mut two = postgres.store.begin(COMPANY).await.expect("a unit");
    let tables = one.tables().await.expect("tables");
    assert!(tables.len() > 12, "{tables:?}");
    for table in &tables {
        assert!(
            !table.key.is_empty() || ["company", "receivables_read"].contains(&&table.name[..]),
            "{} has a key",
            table.name
        );
    }
    assert_eq!(two.tables().await.expect("tables"), tables);
}

#[tokio::test]
async fn a_company_moves_to_postgres_and_back_and_every_byte_is_the_same() {
    let [first, second] = Book::of_each().await;
    let third = Book::sqlite().await;
    filled(&first.store).await;
    let before = everything(&first.store, COMPANY).await;
    let mut proofs = Vec::new();
    for (from, to) in [(&first.store, &second.store), (&second.store, &third.store)] {
        let moved = move_company(from, to, COMPANY).await.expect("it moves");
        assert!(matches!(moved, Moved::Now(_)), "{moved:?}");
        proofs.push(moved.proof().to_vec());
        let refused = from.begin(COMPANY).await.expect("the lock").head().await;
        let Err(StoreError::Unavailable(why)) = refused else { panic!("{refused:?}") };
        assert!(why.contains("has moved"), "{why}");
    }
    assert_eq!(proofs[0], proofs[1], "the same rows and the same hashes");
    assert_eq!(everything(&third.store, COMPANY).await, before);
    let runs = proofs[0].iter().find(|same| same.table == "runs").expect("a feed");
    assert_eq!(runs.rows, 5);
    // And as the hub and the door read it.
    let mut moment = third.store.snapshot(COMPANY).await.expect("a moment");
    let head = moment.head().await.expect("it is served from here");
    assert_eq!((head.epoch, head.position), (1, 1_200), "no new life, so no phone is asked for anything");
    let all = FeedAsk { limit: 2_000, ..FeedAsk::default() };
    let rows: Vec<_> =
        (1..=1_200).map(|n| row(n, n, &[Scope::Customer(customer(1)), Scope::Common])).collect();
    assert_eq!(moment.feed(&all).await.expect("the feed"), rows);
    assert_eq!(moment.papers_in(&Sight::everything()).await.expect("papers").len(), 601);
    assert_eq!(moment.devices(&Devices::All).await.expect("devices").len(), 2);
    let doors = Identities::new(&third.store, COMPANY);
    doors.first_key(&KeptKey::new(Purpose::Access, [99; 32], NOW)).await.expect("there is one");
    let keys = doors.keys(Purpose::Access).await.expect("keys");
    assert_eq!(keys.iter().map(|key| key.secret).collect::<Vec<_>>(), [[3; 32]], "nobody is signed out");
    assert!(doors.open_session_of(SESSION).await.expect("an answer").is_some());
}

#[tokio::test]
async fn what_cannot_be_moved_whole_is_not_moved() {
    let [from, to] = Book::of_each().await;
    filled(&from.store).await;
    edit(
        &to.store,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION \
         'could not extend file: No space left on device' USING ERRCODE = '53100'; END$$",
    )
    .await;
    edit(&to.store, "CREATE TRIGGER full_disk BEFORE INSERT ON users EXECUTE FUNCTION full_disk()").await;
    let refused = move_company(&from.store, &to.store, COMPANY).await;
    assert!(matches!(refused, Err(StoreError::Full(_))), "{refused:?}");
    assert_eq!(to.store.companies().await.expect("companies"), []);
    let mut unit = from.store.begin(COMPANY).await.expect("the lock");
    assert_eq!(unit.head().await.expect("the old place serves on").position, 1_200);
    drop(unit);
    edit(&to.store, "DROP TRIGGER full_disk ON users").await;
    move_company(&from.store, &to.store, COMPANY).await.expect("now it moves");
}

#[tokio::test]
async fn what_changes_on_the_way_is_noticed() {
    let [from, to] = Book::of_each().await;
    filled(&from.store).await;
    edit(
        &to.store,
        "CREATE FUNCTION another() RETURNS trigger LANGUAGE plpgsql AS \
         $$BEGIN IF NEW.last = 768 THEN NEW.entries = '\\x00'::bytea; END IF; RETURN NEW; END$$",
    )
    .await;
    edit(&to.store, "CREATE TRIGGER another BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION another()")
        .await;
    let refused = move_company(&from.store, &to.store, COMPANY).await;
    assert!(matches!(&refused, Err(StoreError::Corrupt(why)) if why.contains("runs")), "{refused:?}");
    assert_eq!(to.store.companies().await.expect("companies"), []);
}

#[tokio::test]
async fn a_move_that_was_cut_off_at_its_end_is_finished_and_another_book_is_not_overwritten() {
    let [from, to] = Book::of_each().await;
    filled(&from.store).await;
    // Another company is there already: it is none of this one's business.
    to.store.found(&company(OTHER_COMPANY), &log(HUB, 0)).await.expect("another company");
    let moved = move_company(&from.store, &to.store, COMPANY).await.expect("it moves");
    edit(&from.store, "UPDATE company SET copied = 0").await;
    let again = move_company(&from.store, &to.store, COMPANY).await.expect("it is finished");
    assert_eq!(again, Moved::Before(moved.proof().to_vec()));
    edit(&from.store, "UPDATE company SET copied = 0").await;
    let mut more = writing(vec![row(1_201, 1_201, &[Scope::Common])]);
    more.devices = vec![log(DeviceId::from_bytes([60; 16]), 2)];
    save(&to.store, COMPANY, &more).await;
    let refused = move_company(&from.store, &to.store, COMPANY).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    let mut unit = from.store.begin(COMPANY).await.expect("the lock");
    assert_eq!(unit.head().await.expect("the old place serves on").position, 1_200);
    assert_eq!(everything(&to.store, OTHER_COMPANY).await.len(), 2, "a company and its hub");
}
