//! A company, its honest phones and the one whose key is in the wrong hands; each batch is offered and what became of it
//! compared with what must.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use server::{
    hub::{Arrived, Command, Enrolment, Hub, PushError},
    outside::Outside,
    store::{FeedAsk, Head, Snapshot, Store},
};
use sync_core::{
    domain::{
        cash::{Collected, Means},
        customer::{CardField, CardFieldSet, CustomerCreated, FieldValue},
        people::{Role, StaffJoined},
        visit::{Purpose, VisitRecorded},
    },
    log::{Change, Hash, SignedBatch, next_link, sha256},
    op::Op,
    time::Timestamp,
    unit::{Amount, CustomerId, DeviceId, Money, StaffId},
};
use tests::memory::MemoryStore;
use uuid::Uuid;

use super::{
    Tally,
    batch::Parts,
    mutant::{Due, Mutant, Victim},
};
use crate::{
    Proved,
    dice::Dice,
    pen::{Pen, text},
};

const START: u64 = 1_795_140_000_000;

/// How many phones; the last is the one whose key is in the wrong hands.
const PHONES: u8 = 3;

/// What was put aside: the bytes of each change, by device and the link after it.
type Aside = BTreeMap<(DeviceId, Hash), Vec<u8>>;

/// The company of one round.
struct House<S> {
    hub: Hub<S>,
    pens: Vec<Pen>,
    through: Vec<u64>,
    aside: Aside,
    /// Logs that fork, as whoever holds them would have them.
    forks: Vec<(usize, Pen)>,
    minutes: u64,
}

/// Randomness that is the same in every run.
fn outside(seed: u64) -> Outside {
    let count = std::sync::atomic::AtomicU64::new(seed << 20);
    Outside::of(
        || Timestamp::from_millis(START),
        move |bytes| {
            for chunk in bytes.chunks_mut(32) {
                let next = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                chunk.copy_from_slice(&sha256(&[b"drawn", &next.to_be_bytes()])[..chunk.len()]);
            }
        },
    )
}

/// One round of so many batches.
pub(crate) async fn round(seed: u64, batches: u64, tally: &Tally) -> Proved<()> {
    let mut dice = Dice::new(seed);
    let mut house = House::over(MemoryStore::default(), seed).await?;
    for turn in 0..batches {
        house.minutes += 1;
        if turn % 12 == 0 {
            house.honest(&mut dice).await?;
        }
        let mutant = house.mutant(&mut dice)?;
        let (who, mutant) = mutant;
        let kind = mutant.kind;
        let hostile = mutant.bytes.clone();
        let became = house.offered(who, mutant).await.map_err(|why| {
            format!("batch {turn}, {kind}: {why}\n  {}", crate::pen::hex(&hostile[..hostile.len().min(600)]))
        })?;
        tally.note(kind, became);
    }
    house.ends().await
}

impl<S: Store> House<S> {
    async fn over(store: S, seed: u64) -> Proved<Self> {
        let now = Timestamp::from_millis(START);
        let hub = Hub::found(store, "塞北食品", outside(seed), now).await?;
        let mut house = Self {
            hub,
            pens: Vec::new(),
            through: Vec::new(),
            aside: Aside::new(),
            forks: Vec::new(),
            minutes: 0,
        };
        for number in 1..=PHONES {
            let staff = StaffId::from_bytes([number; 16]);
            let (name, role) = (text(&format!("职工{number}")), Role::DirectRep);
            let joined =
                StaffJoined { staff, number: text(&format!("100{number}")), name, role, team: text("") };
            let created = CustomerCreated {
                customer: customer(number),
                fields: vec![(CardField::Name, FieldValue::Text(text(&format!("商行{number}"))))],
                contacts: Vec::new(),
                owner: staff,
            };
            for op in [Op::StaffJoined(joined), Op::CustomerCreated(created)] {
                house.hub.command(Command::new(Command::operator(Uuid::nil()), op), now).await?;
            }
            let key = SigningKey::from_bytes(&[number; 32]);
            let public = key.verifying_key().to_bytes();
            let enrolment = Enrolment { staff, session: Uuid::nil(), key: public, name: text("手机") };
            let enrolled = house.hub.enrol(enrolment, now).await?;
            house.pens.push(Pen::new(house.hub.company(), enrolled.device, staff, key));
            house.through.push(0);
        }
        Ok(house)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(START + self.minutes * 60_000)
    }

    /// Every phone delivers a few honest changes: hostile batches never stand in their way.
    async fn honest(&mut self, dice: &mut Dice) -> Proved<()> {
        let now = self.now();
        for who in 0..self.pens.len() {
            for _ in 0..=dice.below(3) {
                let op = op(who, dice);
                self.pens[who].writes(&op, now);
            }
            let (first, last) = (self.through[who] + 1, self.pens[who].written());
            let bytes = self.pens[who].batch(first..=last, now);
            let arrived =
                self.arrives(who, &bytes).map_err(|why| format!("an honest batch is refused: {why}"))?;
            let reply = self.hub.ingest(vec![arrived], now).await.pop().ok_or("no answer")?;
            let reply = reply.map_err(|why| format!("an honest batch is not taken: {why}"))?;
            if reply.through != last || reply.link != self.pens[who].link(last) {
                return Err(format!("phone {who} is told of another log at {}", reply.through).into());
            }
            self.through[who] = last;
        }
        Ok(())
    }

    fn arrives(&self, who: usize, bytes: &[u8]) -> Result<Arrived, String> {
        let pen = &self.pens[who];
        let key = pen.key.verifying_key().to_bytes();
        Arrived::check(bytes, pen.company, pen.device, &key).map_err(|why| why.to_string())
    }

    fn mutant(&self, dice: &mut Dice) -> Proved<(usize, Mutant)> {
        if let (true, Some((who, fork))) = (dice.once_in(25), dice.pick(&self.forks)) {
            let mut log = fork.clone();
            let first = log.written() + 1;
            for _ in 0..=dice.below(3) {
                log.writes(&op(*who, dice), self.now());
            }
            let bytes = log.batch(first..=log.written(), self.now());
            let kind = "a fork that goes on, signed by the right key";
            return Ok((*who, Mutant { kind, due: Due::Aside, bytes, log: Some(log) }));
        }
        let who = usize::try_from(dice.below(self.pens.len() as u64))?;
        let other = (who + 1) % self.pens.len();
        let theirs = self.pens[other].batch(1..=self.through[other].min(4), self.now());
        let last = self.pens.len() - 1;
        loop {
            let victim = Victim {
                pen: &self.pens[who],
                through: self.through[who],
                other: &theirs,
                op: &|dice| op(who, dice),
                now: self.now(),
            };
            let mutant = victim.mutant(dice)?;
            // Nonsense moves a log on: only the one in the wrong hands.
            if mutant.due != Due::Taken || who == last {
                return Ok((who, mutant));
            }
        }
    }

    /// Offers a batch in the name of a phone and compares what becomes of it; in a word.
    async fn offered(&mut self, who: usize, mutant: Mutant) -> Proved<&'static str> {
        let before = self.standing().await?;
        let arrived = match self.arrives(who, &mutant.bytes) {
            Ok(arrived) => arrived,
            Err(_) if matches!(mutant.due, Due::Refused | Due::RefusedOrSame) => {
                self.is_unmoved(&before).await?;
                return Ok("refused");
            }
            Err(why) => return Err(format!("must be {:?} and is refused: {why}", mutant.due).into()),
        };
        if mutant.due == Due::Refused {
            return Err("must be refused and is believed".into());
        }
        if mutant.due == Due::RefusedOrSame {
            return self.reads_the_same(who, &mutant.bytes, arrived, &before).await;
        }
        let answer = self.hub.ingest(vec![arrived], self.now()).await.pop().ok_or("no answer")?;
        match (mutant.due, answer, mutant.log) {
            (Due::Asked, Err(PushError::Gap { expected }), _) if expected == self.through[who] + 1 => {
                self.is_unmoved(&before).await?;
                Ok("asked for what is missing")
            }
            (Due::Aside, Err(PushError::Fork { .. }), Some(log)) => {
                self.is_aside(&log, &mutant.bytes, &before).await?;
                self.forks.push((who, log));
                Ok("put aside, all of it")
            }
            // A past that happens to say the same is no fork.
            (Due::Taken, Ok(reply), Some(log)) => {
                if reply.through != log.written() || reply.link != log.link(log.written()) {
                    return Err(format!("{} of {} are taken", reply.through, log.written()).into());
                }
                let new = log.written() - self.through[who];
                self.pens[who] = log;
                self.through[who] = reply.through;
                let head = self.head().await?;
                if head.position != before.0.position + new {
                    return Err(format!("{new} changes moved the feed to {}", head.position).into());
                }
                Ok("in the book, held or with what it breaks")
            }
            (due, answer, _) => Err(format!("must be {due:?}, and is {answer:?}").into()),
        }
    }

    /// A batch that was believed though its bytes are others: it must say exactly what was signed.
    async fn reads_the_same(
        &mut self,
        who: usize,
        bytes: &[u8],
        arrived: Arrived,
        before: &Standing,
    ) -> Proved<&'static str> {
        let (first, end) = (arrived.end() + 1 - arrived.len() as u64, arrived.end());
        let signed = SignedBatch::from_bytes(bytes)?;
        let mut link = signed.header.before;
        for change in Parts::of(bytes)?.changes {
            link = next_link(&link, &Change::from_bytes(self.pens[who].device, &change)?);
        }
        if link != arrived.head() {
            return Err("what was believed is not what was signed".into());
        }
        // What its phone had delivered before changes nothing; what it had not would move its log, so it is not offered.
        if end <= self.through[who] && first >= 1 {
            let reply = self.hub.ingest(vec![arrived], self.now()).await.pop().ok_or("no answer")?;
            reply.map_err(|why| format!("the same again is not taken: {why}"))?;
            self.is_unmoved(before).await?;
        }
        Ok("reads as what was signed")
    }

    async fn head(&self) -> Proved<Head> {
        Ok(self.hub.snapshot().await?.head().await?)
    }

    async fn standing(&self) -> Proved<Standing> {
        let mut moment = self.hub.snapshot().await?;
        let head = moment.head().await?;
        let logs = moment.devices(&server::store::Devices::All).await?;
        Ok((head, logs.into_iter().map(|log| (log.device, log.last_seq, log.link)).collect()))
    }

    /// Feed, counters and every log are what they were.
    async fn is_unmoved(&self, before: &Standing) -> Proved<()> {
        if self.standing().await? == *before { Ok(()) } else { Err("the book has moved".into()) }
    }

    /// Every change of a fork is kept, counted once, and nothing else has moved.
    async fn is_aside(&mut self, log: &Pen, bytes: &[u8], before: &Standing) -> Proved<()> {
        let known = &self.pens.iter().find(|pen| pen.device == log.device).ok_or("no such phone")?.clone();
        let mut new = 0;
        for bytes in Parts::of(bytes)?.changes {
            let change = Change::from_bytes(log.device, &bytes)?;
            let link = log.link(change.id.seq);
            let same = change.id.seq <= known.written() && known.link(change.id.seq) == link;
            if !same {
                new += u64::from(self.aside.insert((log.device, link), bytes).is_none());
            }
        }
        let (head, logs) = self.standing().await?;
        let mut due = before.0;
        due.counters.received += new;
        due.counters.quarantined += new;
        if (head, &logs) != (due, &before.1) {
            return Err(
                format!("{new} changes were to be put aside: {:?} became {:?}", before.0, head).into()
            );
        }
        Ok(())
    }

    /// At the end everything is where it belongs: the feed of every phone, and all that was put aside.
    async fn ends(self) -> Proved<()> {
        let report = self.hub.verify().await?;
        if !report.holds() {
            return Err(format!("verify: {:?}", report.faults).into());
        }
        let mut moment = self.hub.snapshot().await?;
        let counters = moment.head().await?.counters;
        if counters.received != counters.applied + counters.held + counters.quarantined {
            return Err(format!("{counters:?} do not add up").into());
        }
        let all = FeedAsk { limit: u32::MAX, ..FeedAsk::default() };
        let rows = moment.feed(&all).await?;
        for (pen, through) in self.pens.iter().zip(&self.through) {
            let own: Vec<Vec<u8>> = rows
                .iter()
                .filter(|row| row.entry.change.id.device == pen.device)
                .map(|row| row.entry.change.to_bytes())
                .collect();
            let due: Vec<Vec<u8>> = (1..=*through).map(|seq| pen.change(seq).to_bytes()).collect();
            if own != due {
                return Err(format!(
                    "the feed has {} changes of a phone that wrote {}",
                    own.len(),
                    due.len()
                )
                .into());
            }
        }
        let kept: Aside =
            moment.quarantine().await?.into_iter().map(|one| ((one.device, one.link), one.change)).collect();
        if kept != self.aside || counters.quarantined != kept.len() as u64 {
            return Err(format!("{} changes are kept aside, not {}", kept.len(), self.aside.len()).into());
        }
        Ok(())
    }
}

/// Feed and logs at one moment.
type Standing = (Head, Vec<(DeviceId, u64, Hash)>);

fn customer(number: u8) -> CustomerId {
    CustomerId::from_bytes([100 + number; 16])
}

/// Something a phone would write, mostly about its own customer.
pub(crate) fn op(who: usize, dice: &mut Dice) -> Op {
    let number = who.to_le_bytes()[0] + 1;
    let customer =
        if dice.once_in(5) { customer(1 + dice.below(9).to_le_bytes()[0]) } else { customer(number) };
    let words = format!("第 {} 句话", dice.below(1 << 40));
    match dice.below(3) {
        0 => Op::Collected(Collected {
            customer,
            amount: Amount::new(Money::fen(1 + i64::try_from(dice.below(50_000)).expect("small")))
                .expect("a sum"),
            means: Means::Cash,
            receipt: 1 + u32::try_from(dice.below(9_999)).expect("small"),
            order: None,
            over_limit: None,
            note: text(&words),
            photo: None,
        }),
        1 => {
            let (field, value) = (CardField::RegisteredAddress, FieldValue::Text(text(&words)));
            Op::CardFieldSet(CardFieldSet { customer, field, value, replaces: Vec::new() })
        }
        _ => Op::VisitRecorded(VisitRecorded {
            customer,
            purposes: vec![Purpose::DiscussOrder],
            met: text("老板"),
            said: text(&words),
            next_step: text(""),
            next_on: None,
            place: None,
            photos: Vec::new(),
        }),
    }
}
