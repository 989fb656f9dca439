//! Several servers over one store: any phone to any of them, and each tells its consoles what another wrote.

use std::{sync::Arc, time::Duration};

use server::store::postgres::PostgresStore;
use server::{
    hub::Hub,
    live::{Hint, Live},
};
use tests::{memory::MemoryStore, postgres::Database};
use tokio::sync::broadcast::Receiver;

use crate::house::{House, MA, YANG, card, cash, minute, outside, visit};

/// Never within a test.
const NEVER: Duration = Duration::from_hours(1);
/// Soon.
const SOON: Duration = Duration::from_millis(10);

type Shared = Arc<Hub<MemoryStore>>;

/// A second server over the same store.
async fn second(house: &House) -> Shared {
    let opened = Hub::open(house.hub.store().clone(), Some(house.hub.company()), outside(Arc::default(), 0));
    Arc::new(opened.await.expect("the store answers").expect("the company is there"))
}

/// Both follow the feed, the second looking so often by itself. What the second one's consoles hear.
async fn consoles(first: &Shared, second: &Shared, looking: Duration) -> (Live, Receiver<Hint>) {
    let follows = Live::follow_looking(Arc::clone(first), NEVER);
    let other = Live::follow_looking(Arc::clone(second), looking);
    let hints = other.hear();
    while first.store().ears() < 2 {
        tokio::task::yield_now().await;
    }
    (follows, hints)
}

#[tokio::test]
async fn phones_go_to_any_server_and_what_comes_to_both_at_once_is_in_the_feed_once() {
    let house = House::new().await;
    let other = second(&house).await;
    let (mut ma, mut yang) = (house.pen(MA, 1).await, house.pen(YANG, 2).await);
    let before = house.holds().await.entries;
    for turn in 0..8 {
        ma.writes(&visit(1, "谈"), minute(10 + turn));
        yang.writes(&cash(11, 100, u32::try_from(turn).expect("small") + 1), minute(10 + turn));
    }
    for seq in 1..=8 {
        // Both phones, the same batch to both servers at once; the answer of either is the same.
        let one = house
            .hub
            .ingest(vec![ma.arrived(ma.batch(1..=seq)), yang.arrived(yang.batch(1..=seq))], minute(30));
        let two =
            other.ingest(vec![yang.arrived(yang.batch(1..=seq)), ma.arrived(ma.batch(1..=seq))], minute(30));
        let (one, mut two) = futures::join!(one, two);
        two.reverse();
        assert_eq!(one, two);
        assert!(one.iter().all(|answer| answer.as_ref().is_ok_and(|reply| reply.through == seq)));
    }
    assert_eq!(house.holds().await.entries, before + 16);
    assert_eq!(other.verify().await.expect("the store").entries, before + 16);
}

#[tokio::test]
async fn a_console_at_one_server_hears_what_a_phone_brought_to_the_other() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈"), minute(10));
    let viewers = [house.hub.viewer(MA).await, house.hub.viewer(YANG).await];
    let [his, hers] = viewers.map(|viewer| viewer.expect("the store").expect("a member of staff"));
    let (arrived, other) = (ma.arrived(ma.all()), second(&house).await);
    let first = Arc::new(house.hub);
    let (_follows, mut hints) = consoles(&first, &other, NEVER).await;
    let answer = first.ingest(vec![arrived], minute(20)).await.pop().expect("one").expect("taken");
    let hint = hints.recv().await.expect("a hint");
    assert_eq!((hint.name(), hint.position), ("feed", answer.judged[0].position));
    assert!(hint.is_for(&his) && !hint.is_for(&hers), "those hear it who may see it");
}

#[tokio::test]
async fn where_every_word_is_lost_a_look_finds_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&card(1, "街"), minute(10));
    let (arrived, other) = (ma.arrived(ma.all()), second(&house).await);
    let first = Arc::new(house.hub);
    let (_follows, mut hints) = consoles(&first, &other, SOON).await;
    first.store().lose_words();
    let answer = first.ingest(vec![arrived], minute(20)).await.pop().expect("one").expect("taken");
    let hint = hints.recv().await.expect("a hint");
    assert_eq!((hint.name(), hint.position), ("feed", answer.judged[0].position));
    // What is known of phones is in no feed: from time to time whoever sees phones looks anew.
    assert_eq!(hints.recv().await.expect("a hint").name(), "device");
}

#[tokio::test]
async fn what_is_known_of_a_phone_reaches_the_consoles_of_other_servers() {
    let house = House::new().await;
    let other = second(&house).await;
    let viewer = |staff| house.hub.viewer(staff);
    let (head, rep) = (viewer(crate::house::HEAD).await, viewer(YANG).await);
    let [head, rep] = [head, rep].map(|viewer| viewer.expect("the store").expect("a member of staff"));
    let first = Arc::new(house.hub);
    let (follows, mut hints) = consoles(&first, &other, NEVER).await;
    follows.tell_of_phone(MA, 7);
    let hint = hints.recv().await.expect("a hint");
    assert_eq!(hint.name(), "device");
    assert!(hint.is_for(&head) && !hint.is_for(&rep));
}

#[tokio::test]
async fn a_server_that_was_cut_off_listens_again_and_looks_at_what_it_missed() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&card(1, "街"), minute(10));
    let (arrived, other) = (ma.arrived(ma.all()), second(&house).await);
    let first = Arc::new(house.hub);
    let (_follows, mut hints) = consoles(&first, &other, NEVER).await;
    first.store().lose_words();
    first.store().break_ears();
    let answer = first.ingest(vec![arrived], minute(20)).await.pop().expect("one").expect("taken");
    let hint = hints.recv().await.expect("a hint");
    assert_eq!((hint.name(), hint.position), ("feed", answer.judged[0].position));
}

/// Over Postgres words go by `NOTIFY`; nobody looks here, so they are the only way.
#[tokio::test]
async fn over_postgres_a_word_reaches_the_other_server_and_a_lost_connection_is_made_up_for() {
    let database = Database::fresh().await;
    let [one, two] = [
        PostgresStore::open(database.options()).await.expect("a store"),
        PostgresStore::open(database.options()).await.expect("a store of another server"),
    ];
    let house = House::over(one).await;
    let mut ma = house.pen(MA, 1).await;
    (0..3).for_each(|turn| ma.writes(&visit(1, "谈"), minute(10 + turn)));
    let opened = Hub::open(two, Some(house.hub.company()), outside(Arc::default(), 0)).await;
    let second = Arc::new(opened.expect("the store answers").expect("the company is there"));
    let first = Arc::new(house.hub);
    let (told, other) =
        (Live::follow_looking(Arc::clone(&first), NEVER), Live::follow_looking(Arc::clone(&second), NEVER));
    let mut hints = other.hear();
    let mut outsider = database.connection().await;
    listeners(&mut outsider, 2).await;
    let delivers = async |seq: u64| {
        let answer = first.ingest(vec![ma.arrived(ma.batch(seq..=seq))], minute(20)).await;
        answer.into_iter().next().expect("one").expect("taken").judged[0].position
    };
    let position = delivers(1).await;
    let hint = hints.recv().await.expect("a hint");
    assert_eq!((hint.name(), hint.position), ("feed", position));
    told.tell_of_phone(MA, position);
    assert_eq!(hints.recv().await.expect("a hint").name(), "device");
    // Both lose the connection on which they listen; what is written meanwhile is found when they listen again.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    sqlx::query(cut).fetch_all(&mut outsider).await.expect("an operator may");
    let position = delivers(2).await;
    let mut hint = hints.recv().await.expect("a hint");
    while hint.position < position {
        hint = hints.recv().await.expect("a hint");
    }
    listeners(&mut outsider, 2).await;
    let position = delivers(3).await;
    let mut hint = hints.recv().await.expect("a hint");
    while hint.position < position {
        hint = hints.recv().await.expect("a hint");
    }
    told.close();
    other.close();
}

/// Waits until so many servers listen.
async fn listeners(outsider: &mut sqlx::PgConnection, expected: i64) {
    let count =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    loop {
        let there: i64 = sqlx::query_scalar(count).fetch_one(&mut *outsider).await.expect("a count");
        if there == expected {
            return;
        }
        tokio::task::yield_now().await;
    }
}
