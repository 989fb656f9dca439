//! The queue before the hub.

use std::sync::Arc;

use futures::future::join_all;
use server::{
    hub::{Command, HubQueue, PushError, QueueLimits},
    outside::Outside,
};
use sync_core::log::Actor;

use crate::house::{HEAD, House, MA, SESSION, YANG, card, minute, visit};

fn outside() -> Outside {
    Outside::of(|| minute(20), |bytes| bytes.fill(7))
}

#[tokio::test]
async fn pushes_and_commands_at_once_are_all_taken_and_answered() {
    let house = House::new().await;
    let mut pens = vec![house.pen(MA, 1).await, house.pen(YANG, 2).await, house.pen(MA, 3).await];
    for pen in &mut pens {
        let whom = if pen.staff == MA { 1 } else { 11 };
        (0..20).for_each(|n| pen.writes(&visit(whom, "谈"), minute(n)));
    }
    let before = house.holds().await.entries;
    let hub = Arc::new(house.hub);
    let queue = HubQueue::start(
        Arc::clone(&hub),
        outside(),
        QueueLimits { group: 2, changes: 15, waiting: 100, ..QueueLimits::default() },
    );
    let each = pens.iter().map(|pen| {
        let queue = &queue;
        async move {
            for seqs in [1..=7, 8..=8, 8..=20] {
                queue.push(pen.arrived(pen.batch(seqs))).await.expect("taken");
            }
        }
    });
    let commands =
        (0..5).map(|_| queue.command(Command::new(Actor { staff: HEAD, session: SESSION }, card(1, "街"))));
    let (_, commands) = futures::join!(join_all(each), join_all(commands));
    assert!(commands.iter().all(Result::is_ok));
    let report = hub.verify().await.expect("the store");
    assert!(report.holds(), "{:?}", report.faults);
    assert_eq!(report.entries, before + 65);
}

#[tokio::test]
async fn when_too_many_wait_the_next_is_told_to_come_back() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈"), minute(1));
    let lock = server::store::Store::begin(house.hub.store(), house.hub.company()).await.expect("the lock");
    let queue = HubQueue::start(
        Arc::new(house.hub),
        outside(),
        QueueLimits { waiting: 1, group: 1, changes: 1, ..QueueLimits::default() },
    );
    let mut waiting: Vec<_> = Vec::new();
    let mut busy = 0;
    for _ in 0..6 {
        let mut push = Box::pin(queue.push(ma.arrived(ma.all())));
        match futures::poll!(push.as_mut()) {
            std::task::Poll::Ready(Err(PushError::Busy)) => busy += 1,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
            std::task::Poll::Pending => waiting.push(push),
        }
        tokio::task::yield_now().await;
    }
    assert!(busy > 0);
    drop(lock);
    for answer in join_all(waiting).await {
        assert_eq!(answer.expect("taken at last").through, 1);
    }
}

/// A phone that only reads is not late: that it was heard of is noted, what it declared last still stands.
#[tokio::test]
async fn a_phone_that_only_reads_is_heard_of() {
    use server::store::Snapshot;
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈"), minute(2));
    house.push(&ma, ma.all(), minute(5)).await.expect("taken");
    let silent = house.pen(YANG, 2).await;
    house.hub.heard_of(vec![ma.device, silent.device], minute(50)).await.expect("the store");
    let devices = server::store::Devices::These(vec![ma.device, silent.device]);
    let logs = house.hub.snapshot().await.expect("a moment").devices(&devices).await.expect("logs");
    for log in logs {
        let seen = log.seen.expect("it was heard of");
        assert_eq!(seen.at, minute(50));
        let delivered = log.device == ma.device;
        assert_eq!(seen.declared.unsent, u64::from(delivered));
        assert_eq!(seen.clock_ahead_ms(), 0, "it said so at minute 5");
    }
    house.holds().await;
}
