//! A company with years behind it: reps record through the replica, put to every rule, and the hub takes it in.
//!
//! In this process and without HTTP, because only what comes afterwards is measured.

use std::path::Path;

use ed25519_dalek::{Signer, SigningKey};
use server::{
    feed::PullAsk,
    hub::{Arrived, Enrolment, Hub},
    outside::Outside,
    store::{Store, sqlite::SqliteStore},
};
use sync_core::{
    domain::cash::{DrawerPart, Remitted},
    feed::{Cursor, Entry},
    log::Change,
    op::Op,
    refusal::Verdict,
    replica::{Identity, Replica},
    time::Timestamp,
    unit::{Amount, CustomerId, Money},
    wire::{Page, PushReply},
};
use uuid::Uuid;

use crate::{
    Measured,
    company::{customer_id, rep_number, staff_id},
    dice::Dice,
    raw,
    workload::{Kind, gesture, mixed, text},
};

/// How many changes a push brings.
const BATCH: usize = 200;
/// Who remits at so much never comes near the limit.
const REMITS_AT: Money = Money::yuan(8_000);

/// A rep who has worked for a long time.
struct Writer {
    replica: Replica,
    key: SigningKey,
    dice: Dice,
    customers: Vec<CustomerId>,
    kinds: Vec<Kind>,
    at: Timestamp,
    pace_ms: u64,
}

/// A push, and the changes it brings.
struct Push {
    bytes: Vec<u8>,
    changes: Vec<Change>,
}

/// Who records, how much, and over which time.
pub(crate) struct Span {
    /// These reps, by their numbers in the bench.
    pub(crate) reps: std::ops::Range<u32>,
    /// Each with so many customers.
    pub(crate) customers: u32,
    /// From here on.
    pub(crate) from: Timestamp,
    /// Up to here.
    pub(crate) until: Timestamp,
    /// So many changes each.
    pub(crate) each: usize,
}

/// A history that is being written.
pub(crate) struct History {
    outside: Outside,
    writers: Vec<Writer>,
}

impl History {
    /// Enrols a phone for each of the reps and lets it read its part of the book.
    pub(crate) async fn begun(file: &Path, outside: &Outside, span: &Span) -> Measured<Self> {
        let hub = opened(file, outside).await?;
        let mut writers = Vec::new();
        for rep in span.reps.clone() {
            writers.push(Writer::enrolled(&hub, rep, span, outside.now()).await?);
        }
        hub.store().close().await;
        Ok(Self { outside: outside.clone(), writers })
    }

    /// Everybody records so many more changes, and the hub takes them in.
    pub(crate) async fn grows(&mut self, file: &Path, each: usize) -> Measured<()> {
        const TEAM: usize = 10;
        let hub = opened(file, &self.outside).await?;
        for team in 0..self.writers.len().div_ceil(TEAM) {
            let mut left = each;
            while left > 0 {
                let some = left.min(BATCH);
                left -= some;
                let first = team * TEAM;
                let last = (first + TEAM).min(self.writers.len());
                let drafted = self.writers.drain(first..last).map(|mut writer| {
                    tokio::task::spawn_blocking(move || {
                        let push = writer.records(some)?;
                        Measured::Ok((writer, push))
                    })
                });
                let drafted: Vec<_> = drafted.collect();
                let mut waiting = Vec::new();
                for task in drafted {
                    waiting.push(task.await??);
                }
                self.taken(&hub, waiting, first).await?;
            }
        }
        hub.store().close().await;
        Ok(())
    }

    /// The hub takes pushes in as one group; whoever brought them goes back to their place.
    async fn taken(
        &mut self,
        hub: &Hub<SqliteStore>,
        pushes: Vec<(Writer, Push)>,
        place: usize,
    ) -> Measured<()> {
        // As long ago as they were recorded.
        let now = pushes.iter().map(|(writer, _)| writer.at).max().unwrap_or_default();
        let arrived = pushes.iter().map(|(writer, push)| {
            let me = writer.replica.identity();
            Arrived::check(&push.bytes, me.company, me.device, &me.key)
        });
        let group = arrived.collect::<Result<Vec<_>, _>>()?;
        let replies = hub.ingest(group, now).await;
        let mut back = Vec::new();
        for ((mut writer, push), reply) in pushes.into_iter().zip(replies) {
            writer.hears(&reply?, push.changes, now)?;
            back.push(writer);
        }
        self.writers.splice(place..place, back);
        Ok(())
    }
}

async fn opened(file: &Path, outside: &Outside) -> Measured<Hub<SqliteStore>> {
    let store = SqliteStore::open(file).await?;
    Ok(Hub::open(store, None, outside.clone()).await?.ok_or("the file holds no company")?)
}

/// Enrols a phone of a rep that has recorded nothing yet.
pub(crate) async fn enrolled<S: Store>(
    hub: &Hub<S>,
    rep: u32,
    key: &SigningKey,
    at: Timestamp,
) -> Measured<Replica> {
    let (number, public) = (rep_number(rep), key.verifying_key().to_bytes());
    let staff = staff_id(&number);
    let enrolment = Enrolment { staff, session: Uuid::nil(), key: public, name: text("测速手机") };
    let enrolled = hub.enrol(enrolment, at).await?;
    Ok(Replica::new(Identity {
        company: hub.company(),
        device: enrolled.device,
        number: enrolled.number,
        staff,
        name: number,
        role: enrolled.role,
        share: enrolled.share,
        key: public,
    }))
}

/// Reads the feed to its head.
pub(crate) async fn pulls<S: Store>(hub: &Hub<S>, replica: &mut Replica, now: Timestamp) -> Measured<()> {
    let staff = replica.identity().staff;
    let viewer = hub.viewer(staff).await?.ok_or("the rep is not in the book")?;
    loop {
        let known = replica.index();
        let ask = PullAsk {
            epoch: known.cursor.epoch,
            after: known.cursor.position,
            limit: 1_000,
            scopes: known.scopes_fingerprint(),
        };
        if !replica.receive(&hub.pull(&viewer, ask, now).await?).more {
            return Ok(());
        }
    }
}

impl Writer {
    async fn enrolled(hub: &Hub<SqliteStore>, rep: u32, span: &Span, now: Timestamp) -> Measured<Self> {
        let mut dice = Dice::new(9_000 + u64::from(rep));
        let key = SigningKey::from_bytes(&dice.bytes());
        let mut replica = enrolled(hub, rep, &key, span.from).await?;
        pulls(hub, &mut replica, now).await?;
        let mut kinds = mixed(span.each.next_multiple_of(100), &mut dice);
        kinds.reverse();
        let pace_ms = (span.until.millis() - span.from.millis()) / (span.each as u64 + 1);
        let customers = (0..span.customers).map(|index| customer_id(rep, index)).collect();
        Ok(Self { replica, key, dice, customers, kinds, at: span.from, pace_ms })
    }

    /// Records so many changes and signs them.
    fn records(&mut self, count: usize) -> Measured<Push> {
        let mut changes = Vec::with_capacity(count);
        for _ in 0..count {
            self.at = self.at.plus_millis(self.pace_ms);
            let op = if self.replica.cash_in_hand() >= REMITS_AT {
                self.remittance()
            } else {
                let kind = self.kinds.pop().unwrap_or(Kind::Visit);
                gesture(kind, &self.replica, &self.customers, self.at, &mut self.dice)
            };
            let draft = self.replica.draft(op, self.at, self.dice.bytes())?;
            changes.push(draft.record().change);
            self.replica.saved(draft);
        }
        let batch = self.replica.outgoing(usize::MAX, self.at).ok_or("nothing is unsent")?;
        Ok(Push { bytes: batch.signed(&self.key.sign(&batch.signing_bytes()).to_bytes()), changes })
    }

    /// Everything in hand, to the company's account.
    fn remittance(&self) -> Op {
        let amount = Amount::new(self.replica.cash_in_hand()).expect("above zero");
        let drawers = vec![DrawerPart { device: self.replica.identity().device, amount }];
        let account = self.replica.accounts().next().map(|(id, _)| id).expect("the company has an account");
        Op::Remitted(Remitted { amount, account, drawers, reference: text("482913"), slip: None })
    }

    /// The hub's answer, and the page of the feed that would bring the same changes back.
    fn hears(&mut self, reply: &PushReply, changes: Vec<Change>, now: Timestamp) -> Measured<()> {
        if let Some(judged) = reply.judged.iter().find(|judged| judged.verdict.is_some()) {
            return Err(format!("change {} was not simply applied: {:?}", judged.seq, judged.verdict).into());
        }
        self.replica.acknowledge(reply, self.at);
        let staff = self.replica.identity().staff;
        let entries = changes.into_iter().zip(&reply.judged).map(|(change, judged)| Entry {
            position: judged.position,
            change,
            staff,
            effective: judged.effective,
            received: now,
            verdict: Verdict::plain(),
        });
        let entries: Vec<Entry> = entries.collect();
        let position = entries.last().map_or(0, |entry| entry.position);
        let index = self.replica.index();
        let page = Page {
            scanned_to: Cursor { epoch: reply.epoch, position },
            head: position + 1,
            entries,
            now,
            asked_with: index.scopes_fingerprint(),
            asked_after: index.cursor.position,
            ..Page::default()
        };
        if self.replica.receive(&page).rolled_back {
            return Err("the rep's phone does not know its own changes".into());
        }
        Ok(())
    }
}

/// The feed of a file, to its head.
pub(crate) async fn entries(file: &Path, outside: &Outside, after: u64, most: u32) -> Measured<Vec<Entry>> {
    use server::store::{FeedAsk, Snapshot};
    let hub = opened(file, outside).await?;
    let ask = FeedAsk { after, limit: most, ..FeedAsk::default() };
    let rows = hub.snapshot().await?.feed(&ask).await?;
    hub.store().close().await;
    Ok(rows.into_iter().map(|row| row.entry).collect())
}

/// Puts the changes of a book into a file for the raw handler to serve.
pub(crate) async fn copied(book: &Path, outside: &Outside, rows: &Path) -> Measured<()> {
    const AT_ONCE: u32 = 20_000;
    let mut after = 0;
    loop {
        let some = entries(book, outside, after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.position;
        let filled = some.iter().map(|entry| {
            let id = entry.change.id;
            (*id.device.bytes(), id.seq, entry.change.to_bytes())
        });
        raw::fill(rows, &filled.collect::<Vec<_>>()).await?;
    }
}
