//! A phone: sync-core's replica with a key of its own, talking HTTP.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sync_core::domain::cash::{Collected, Means, Share};
use sync_core::domain::people::Role;
use sync_core::domain::sale::{OrderLine, OrderTaken};
use sync_core::domain::visit::{Purpose, VisitRecorded};
use sync_core::log::{Change, Declared, Header, PushBatch};
use sync_core::op::Op;
use sync_core::replica::{Identity, Replica};
use sync_core::snapshot::{SignedManifest, SnapshotAsk};
use sync_core::time::Timestamp;
use sync_core::unit::{Amount, CompanyId, CustomerId, DeviceId, Money, Quantity, StaffId, UnitPrice};
use sync_core::wire::{MEDIA_TYPE, Page, PushReply};

use crate::client::Answer;
use crate::house::{House, LIST, PRODUCT, text};

/// A phone in somebody's hand.
pub(crate) struct Phone {
    pub(crate) replica: Replica,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) key: SigningKey,
    pub(crate) hub_key: [u8; 32],
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits =
        |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]));
    bytes.iter().flat_map(digits).collect()
}

fn unhex(figures: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&figures[2 * at..2 * at + 2], 16).expect("figures"))
}

fn id<T: std::str::FromStr>(value: &Value) -> T {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.unwrap_or_else(|| panic!("not an id: {value}"))
}

impl Phone {
    /// Signs in and enrols a phone with a key made of `seed`.
    pub(crate) async fn enrolled(house: &House, number: &str, seed: u8) -> Self {
        let access = house.access(number).await;
        Self::with(house, access, seed, "手机").await
    }

    /// Enrols a phone for whoever is signed in.
    pub(crate) async fn with(house: &House, access: String, seed: u8, name: &str) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = key.verifying_key().to_bytes();
        let body = json!({ "key": hex(&public), "name": name });
        let answer = house.post("/api/v1/devices").bearer(&access).json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let enrolled = answer.json();
        let share: Money = serde_json::from_value(enrolled["share"].clone()).expect("a share is money");
        let identity = Identity {
            company: id::<CompanyId>(&enrolled["company"]),
            device: id::<DeviceId>(&enrolled["device"]),
            number: u32::try_from(enrolled["number"].as_u64().expect("a number")).expect("a small number"),
            staff: id::<StaffId>(&enrolled["staff"]["id"]),
            name: enrolled["staff"]["name"].as_str().expect("a name").to_owned(),
            role: Role::from_code(enrolled["staff"]["role"].as_str().expect("a role")).expect("a known role"),
            share: if share == Money::ZERO { Share::NONE } else { Share::WHOLE },
            key: public,
        };
        Self {
            replica: Replica::new(identity),
            access,
            refresh: enrolled["refresh"].as_str().expect("a token").to_owned(),
            key,
            hub_key: unhex(enrolled["hub_key"].as_str().expect("a key")),
        }
    }

    /// Renews the session as the shell does: with its refresh token, signed by the device's key.
    pub(crate) async fn renews(&mut self, house: &House) {
        let session = house.post("/api/v1/session/refresh").json(&self.renewal()).send().await.ok();
        self.takes(&session);
    }

    /// What it asks for another session with.
    pub(crate) fn renewal(&self) -> Value {
        let signature = self.key.sign(&server::auth::refresh_signing_bytes(&self.refresh)).to_bytes();
        json!({ "refresh": self.refresh, "device": self.device(), "signature": hex(&signature) })
    }

    /// Takes over the session it was given.
    pub(crate) fn takes(&mut self, session: &Value) {
        session["access"].as_str().expect("a token").clone_into(&mut self.access);
        session["refresh"].as_str().expect("a token").clone_into(&mut self.refresh);
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.replica.identity().device
    }

    /// Records a gesture as the shell would.
    pub(crate) fn does(&mut self, op: Op, now: Timestamp) {
        let draft = self.replica.draft(op, now, [7; 16]).expect("the rules say yes");
        self.replica.saved(draft);
    }

    /// The next batch, signed; `None` when everything is acknowledged.
    pub(crate) fn outgoing(&self, now: Timestamp) -> Option<Vec<u8>> {
        self.replica.outgoing(64 * 1024, now).map(|batch| self.signed(&batch))
    }

    pub(crate) fn signed(&self, batch: &PushBatch) -> Vec<u8> {
        batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes())
    }

    /// Sends bytes as a push.
    pub(crate) async fn send(&self, house: &House, bytes: Vec<u8>) -> Answer {
        let request = house.post("/api/v1/push").bearer(&self.access);
        request.header("content-type", MEDIA_TYPE).bytes(bytes).send().await
    }

    /// Sends everything unsent and takes in the answers.
    pub(crate) async fn pushes(&mut self, house: &House) -> Vec<PushReply> {
        let mut replies = Vec::new();
        while let Some(bytes) = self.outgoing(house.now()) {
            let answer = self.send(house, bytes).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
            self.replica.acknowledge(&reply, house.now());
            replies.push(reply);
        }
        replies
    }

    /// Asks for the feed as the shell does: with the last of its own changes, and by its own clock.
    pub(crate) async fn says_where_it_stands(&self, house: &House) {
        let (cursor, own) = (self.replica.index().cursor, self.replica.next_seq() - 1);
        let path = format!(
            "/api/v1/pull?epoch={}&after={}&own={own}&clock={}",
            cursor.epoch,
            cursor.position,
            house.now().millis()
        );
        self.page(house, &path).await;
    }

    /// Gets what is missing of the past, then reads the feed to its end.
    pub(crate) async fn pulls(&mut self, house: &House) {
        loop {
            while let Some(ask) = self.replica.missing_past() {
                self.takes_a_piece(house, &ask).await;
            }
            let cursor = self.replica.index().cursor;
            let path = format!(
                "/api/v1/pull?epoch={}&after={}&scopes={}",
                cursor.epoch,
                cursor.position,
                hex(&self.replica.index().scopes_fingerprint())
            );
            let received = self.replica.receive(&self.page(house, &path).await);
            assert!(!received.diverged, "the digests agree");
            if !received.more && self.replica.missing_past().is_none() {
                break;
            }
        }
    }

    /// Asks for a snapshot's manifest, or for its next chunk, and takes it in. How many bytes went over the wire.
    pub(crate) async fn takes_a_piece(&mut self, house: &House, ask: &SnapshotAsk) -> usize {
        let number = self.replica.next_chunk();
        let answer = self.asks_for_piece(house, ask, number).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.unpacked();
        if number.is_none() {
            let signed = SignedManifest::from_bytes(&body).expect("a manifest");
            let signature = Signature::from_slice(&signed.signature).expect("a signature");
            let key = VerifyingKey::from_bytes(&self.hub_key).expect("a key");
            key.verify_strict(&signed.signing_bytes(), &signature).expect("signed by the hub");
        }
        let received = self.replica.take_piece(ask, number, &body);
        assert!(!received.rolled_back && !received.more, "the answer fits the question");
        answer.wire
    }

    /// The answer to a question for a manifest or a chunk.
    pub(crate) async fn asks_for_piece(
        &self,
        house: &House,
        ask: &SnapshotAsk,
        number: Option<u32>,
    ) -> Answer {
        let path = match number {
            None => "/api/v1/snapshot".to_owned(),
            Some(number) => format!("/api/v1/snapshot/{number}"),
        };
        let request = house.post(&path).bearer(&self.access).header("content-type", MEDIA_TYPE);
        let request = request.header("accept-encoding", "gzip, deflate, br, zstd");
        request.bytes(minicbor::to_vec(ask).expect("to memory")).send().await
    }

    pub(crate) async fn page(&self, house: &House, path: &str) -> Page {
        let answer = house.read(&self.access, path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Page::from_bytes(&answer.body).expect("a page")
    }

    /// A batch of hand-made changes after what the replica holds: what an unruly or newer phone might send.
    pub(crate) fn hand_made(&self, bodies: &[(u16, Vec<u8>)], now: Timestamp) -> Vec<u8> {
        let first = self.replica.next_seq();
        let staff = self.replica.identity().staff;
        let changes: Vec<Change> = bodies
            .iter()
            .zip(first..)
            .map(|((kind, body), seq)| {
                let header = Header {
                    seq,
                    at: now.plus_millis(seq),
                    seen: 0,
                    kind: *kind,
                    version: 1,
                    scopes: vec![sync_core::scope::Scope::Staff(staff)],
                    entity: None,
                    actor: None,
                    epoch: None,
                };
                Change::seal(self.device(), header, None, body.clone())
            })
            .collect();
        let before = self.replica.index().settled_link;
        let declared = Declared { unsent: 1, cash: Money::ZERO, clock: now };
        let batch = PushBatch::new(self.replica.identity().company, before, &changes, declared);
        self.signed(&batch.expect("there are changes"))
    }
}

pub(crate) fn visit(customer: CustomerId, said: &str) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![Purpose::ALL[0]],
        met: text("马经理"),
        said: text(said),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: Vec::new(),
    })
}

pub(crate) fn cash(customer: CustomerId, amount: &str, receipt: u32) -> Op {
    Op::Collected(Collected {
        customer,
        amount: Amount::typed(amount).expect("an amount"),
        means: Means::Cash,
        receipt,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    })
}

pub(crate) fn order(customer: CustomerId, boxes: u32, number: u32) -> Op {
    let price = UnitPrice::typed("68").expect("a price");
    let quantity = Quantity::new(boxes).expect("a quantity");
    let line = OrderLine { product: PRODUCT, quantity, price, total: price.times(quantity) };
    Op::OrderTaken(OrderTaken {
        customer,
        number,
        price_list: LIST,
        lines: vec![line],
        deliver_by: None,
        deliver_to: text(""),
        payer: text(""),
        note: text(""),
    })
}
