//! The restore drill: a day-old copy becomes the book, and everything that phones were told is kept comes back. Source: R7.

use serde_json::json;
use server::store::Snapshot;
use sync_core::log::Actor;
use sync_core::op::Op;
use sync_core::replica::LogRecord;
use sync_core::wire::{Page, PushReply};
use tests::books::copy;
use uuid::Uuid;

use crate::house::{HERS, HIS, House, PASSWORD, text, who};
use crate::phone::{Phone, cash, hex, order, visit};

/// A phone with its storage: the log as its shell keeps it.
struct Kept {
    phone: Phone,
    log: Vec<LogRecord>,
}

impl Kept {
    async fn enrolled(house: &House, number: &str, seed: u8) -> Self {
        let mut phone = Phone::enrolled(house, number, seed).await;
        phone.pulls(house).await;
        Self { phone, log: Vec::new() }
    }

    fn does(&mut self, op: Op, house: &House) {
        let draft = self.phone.replica.draft(op, house.now(), [7; 16]).expect("the rules say yes");
        self.log.push(draft.record());
        self.phone.replica.saved(draft);
    }

    /// Puts what the office has lost back among what is to be sent.
    fn offers_again(&mut self, from: u64) {
        if from > 0 {
            self.phone.replica.offer_again(from, self.log.clone());
        }
    }

    /// One contact with an office that may have been restored since the last, as the shell does it: read, and where the
    /// office begins a new life offer the last change again; deliver, and where it has lost more begin there.
    async fn heals(&mut self, house: &House) {
        loop {
            let index = self.phone.replica.index();
            let path = format!(
                "/api/v1/pull?epoch={}&after={}&scopes={}",
                index.cursor.epoch,
                index.cursor.position,
                hex(&index.scopes_fingerprint())
            );
            let page: Page = self.phone.page(house, &path).await;
            if self.phone.replica.is_of_another_life(&page) {
                self.offers_again(self.phone.replica.last_answered());
            }
            let received = self.phone.replica.receive(&page);
            assert!(!received.diverged && !received.rolled_back, "the digests agree, and the log is its own");
            while let Some(ask) = self.phone.replica.missing_past() {
                self.phone.takes_a_piece(house, &ask).await;
            }
            self.delivers(house).await;
            if !received.more && self.phone.replica.missing_past().is_none() {
                break;
            }
        }
    }

    async fn delivers(&mut self, house: &House) {
        while let Some(bytes) = self.phone.outgoing(house.now()) {
            let answer = self.phone.send(house, bytes).await;
            if answer.status == 409 {
                let problem = answer.problem(409, "push.gap");
                self.offers_again(problem["expected"].as_u64().expect("where the log goes on"));
                continue;
            }
            assert_eq!(answer.status, 200, "{}", answer.text());
            let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
            self.phone.replica.acknowledge(&reply, house.now());
        }
    }
}

#[tokio::test]
async fn after_a_restore_everything_that_was_acknowledged_comes_back_from_the_phones() {
    let house = House::open().await;
    let mut phones = vec![
        Kept::enrolled(&house, "1001", 1).await,
        Kept::enrolled(&house, "1001", 2).await,
        Kept::enrolled(&house, "1002", 3).await,
    ];
    let lost = Kept::enrolled(&house, "1002", 4).await;
    let whose = |at: usize| if at == 2 { HERS } else { HIS };
    for (at, kept) in phones.iter_mut().enumerate() {
        (0..5).for_each(|turn| kept.does(visit(whose(at), &format!("备份前 {turn}")), &house));
        // The share of the limit is with the first phone of each.
        if at != 1 {
            kept.does(cash(whose(at), "120.00", 1), &house);
        }
        kept.delivers(&house).await;
    }
    let copy = copy(house.app.hub().store(), house.shelf()).await;
    // A day passes: all of it delivered and acknowledged, but for the last visit of each, which is still on the phone.
    house.later(86_400);
    for kept in &mut phones {
        kept.phone.renews(&house).await;
    }
    for (at, kept) in phones.iter_mut().enumerate() {
        (0..40).for_each(|turn| kept.does(visit(whose(at), &format!("备份后 {turn}")), &house));
        kept.does(order(whose(at), 3, 1), &house);
        kept.delivers(&house).await;
        kept.heals(&house).await;
    }
    let admin = Actor { staff: who("5001"), session: Uuid::nil() };
    let stopped = house.app.queue.revoke(admin, lost.phone.device(), text("遗失")).await;
    stopped.expect("an administrator may");
    let before = house.app.snapshot().await.expect("a moment").head().await.expect("a head");
    for (at, kept) in phones.iter_mut().enumerate() {
        kept.does(visit(whose(at), "还没发出去"), &house);
    }
    let acknowledged: Vec<LogRecord> =
        phones.iter().flat_map(|kept| kept.log[..kept.log.len() - 1].to_vec()).collect();
    assert_eq!(acknowledged.len(), 3 * 46 + 2);

    // The disk is gone. The copy of yesterday is served in the place of the book.
    let restored = house.restored(copy).await;
    let head = restored.app.snapshot().await.expect("a moment").head().await.expect("a head");
    assert!(head.epoch > before.epoch, "a new life");
    assert!(head.position < before.position - 100, "much was lost");
    // Their sign-ins were renewed since the copy was made: it does not know them, and their owners sign in once more.
    for (kept, number) in phones.iter_mut().zip(["1001", "1001", "1002"]) {
        let renewal = kept.phone.renewal();
        let unknown = restored.post("/api/v1/session/refresh").json(&renewal).send().await;
        unknown.problem(401, "session.ended");
        let sign_in = json!({ "number": number, "password": PASSWORD, "device": kept.phone.device() });
        let session = restored.post("/api/v1/session").json(&sign_in).send().await.ok();
        kept.phone.takes(&session);
    }
    // Each contacts the office when it happens to; then once more, to read what the others brought.
    for _ in 0..2 {
        for kept in &mut phones {
            kept.heals(&restored).await;
        }
    }
    let hub = restored.app.hub();
    let ids: Vec<_> = acknowledged.iter().map(|record| record.change.id).collect();
    let back = hub.snapshot().await.expect("a moment").entries(&ids).await.expect("entries");
    assert_eq!(back.len(), acknowledged.len(), "each is there, and once");
    for record in &acknowledged {
        let row = back.iter().find(|row| row.entry.change.id == record.change.id).expect("it is there");
        assert_eq!(row.entry.change.to_bytes(), record.change.to_bytes(), "with the bytes its phone wrote");
    }
    for kept in &phones {
        assert_eq!(kept.phone.replica.backlog().unsent, 0);
        let digest = restored.read(&kept.phone.access, "/api/v1/digest").await.ok();
        assert_eq!(digest["state"], hex(&kept.phone.replica.state_digest()), "phone and office agree");
    }
    // What only the office had done since the copy is not there, as the operator's page says.
    let log = hub.device_log(lost.phone.device()).await.expect("the store").expect("it was enrolled before");
    assert_eq!(log.revoked, None);
    let report = hub.verify().await.expect("the store answers");
    assert!(report.holds(), "{:?}", report.faults);
}
