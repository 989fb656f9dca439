//! One run: phones, a link that loses, repeats, reorders and delays, a hub over a store that fails, one seed.
//!
//! Time is virtual. First everything goes wrong that can; then the faults heal, and the world must come to rest.

use sync_core::{snapshot::SnapshotAsk, time::Timestamp, wire::Page};

use crate::{
    dice::Dice,
    gesture::gesture,
    office::{Office, PullAsk, PushAnswer},
    phone::{Phone, Power},
};

/// A tenth of a second.
const TICK_MS: u64 = 100;
/// How long things go wrong: an hour.
const TROUBLE_TICKS: u64 = 600;
/// How long the world may take to come to rest once the faults have healed. Source: R3.
const REST_TICKS: u64 = 600;
/// An answer that took longer than this is given up by the phone.
const PATIENCE_MS: u64 = 30_000;

/// What is on its way.
#[derive(Clone)]
enum Message {
    Push(Vec<u8>),
    PushAnswer(PushAnswer),
    Pull(PullAsk),
    Page(Vec<u8>),
    AskSnapshot(SnapshotAsk, Option<u32>),
    Piece(SnapshotAsk, Option<u32>, Vec<u8>),
    /// There is no such snapshot for this phone: the feed must tell why.
    NoSnapshot,
}

#[derive(Clone)]
struct Parcel {
    arrives: u64,
    sent: u64,
    phone: usize,
    message: Message,
}

pub(crate) struct World {
    dice: Dice,
    tick: u64,
    office: Office,
    phones: Vec<Phone>,
    /// When each phone may speak again; a phone has one question open at a time.
    waits_until: Vec<u64>,
    parcels: Vec<Parcel>,
    healed: bool,
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) changes: u64,
    pub(crate) rested_after_ms: u64,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let count = 2 + usize::try_from(dice.below(3)).expect("small");
        let (office, phones) = Office::founded(&mut dice, count, Self::time(0));
        let waits_until = vec![0; phones.len()];
        Self { dice, tick: 0, office, phones, waits_until, parcels: Vec::new(), healed: false }
    }

    fn time(tick: u64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + tick * TICK_MS)
    }

    fn now(&self) -> Timestamp {
        Self::time(self.tick)
    }

    /// Runs the seed through.
    ///
    /// # Errors
    /// What was wrong at the end.
    pub(crate) fn run(mut self) -> Result<Outcome, String> {
        while self.tick < TROUBLE_TICKS {
            self.step()?;
        }
        self.heal();
        let healed_at = self.tick;
        while self.tick < healed_at + REST_TICKS && !self.at_rest() {
            self.step()?;
        }
        let rested_after_ms = (self.tick - healed_at) * TICK_MS;
        self.judge_the_end().map(|changes| Outcome { changes, rested_after_ms })
    }

    fn heal(&mut self) {
        self.healed = true;
        self.office.heal();
        for phone in &mut self.phones {
            phone.clock_off_ms = 0;
        }
    }

    fn step(&mut self) -> Result<(), String> {
        self.tick += 1;
        if !self.healed && self.dice.once_in(60) {
            self.office.trouble(&mut self.dice);
        }
        for index in 0..self.phones.len() {
            if !self.healed {
                self.live(index);
            }
            if self.waits_until[index] <= self.tick && (self.healed || self.dice.once_in(8)) {
                self.speak(index);
            }
        }
        self.deliver()?;
        self.office.money_sums_to_zero()
    }

    fn power(&mut self) -> Power {
        if self.healed {
            return Power::On;
        }
        match self.dice.below(30) {
            0 => Power::FailsBefore,
            1 => Power::FailsAfter,
            _ => Power::On,
        }
    }

    /// What happens to a phone and its owner by themselves.
    fn live(&mut self, index: usize) {
        let now = self.now();
        let phone = &self.phones[index];
        if self.dice.once_in(12) && phone.replica.may_record() && !phone.lost {
            let power = self.power();
            let salt = self.dice.bytes16();
            let op = gesture(&mut self.dice, &self.phones[index].replica, now);
            // A rule may well say no; the dice do not know the limits.
            let _ = self.phones[index].record(op, salt, now, power);
        }
        let phone = &mut self.phones[index];
        match self.dice.below(400) {
            0 => phone.restart(),
            1 => phone.clock_off_ms = 365 * 86_400_000,
            2 => phone.clock_off_ms = -365 * 86_400_000,
            3 => phone.clock_off_ms = i64::try_from(self.dice.below(600_000)).expect("small") - 300_000,
            4 => phone.clock_off_ms = 0,
            5 => self.office.hand_over_a_customer(&mut self.dice, now),
            6 => phone.keep_image(),
            7 if !phone.lost => drop(phone.fall_back()),
            8 => self.office.keep_backup(),
            9 if self.phones.iter().all(|phone| !phone.lost) => {
                self.office.restore();
                let kept = self.office.kept();
                self.phones.iter_mut().for_each(|phone| phone.office_is_set_back(&kept));
            }
            _ => {}
        }
    }

    /// The phone asks the one thing that is next: deliver, then the past of a granted scope, then what is new.
    fn speak(&mut self, index: usize) {
        let now = self.now();
        let phone = &mut self.phones[index];
        if phone.lost && phone.outgoing(now).is_none() {
            // What its forked log holds has been brought; now it begins anew under another id.
            if let Some((identity, key)) = self.office.enrol_again(&mut self.dice, index, now) {
                phone.begin_anew(identity, key);
            }
            return;
        }
        let phone = &self.phones[index];
        let may_push =
            !phone.must_read && phone.replica.backlog().unsent > 0 && (self.healed || !self.dice.once_in(3));
        let message = if let Some(bytes) = phone.outgoing(now).filter(|_| may_push) {
            Message::Push(bytes)
        } else if let Some(ask) = phone.replica.missing_past().filter(|_| !phone.must_read) {
            Message::AskSnapshot(ask, phone.replica.next_chunk())
        } else {
            let index = phone.replica.index();
            let limit = 1 + u32::try_from(self.dice.below(40)).expect("small");
            Message::Pull(PullAsk { cursor: index.cursor, held: index.scopes_fingerprint(), limit })
        };
        self.waits_until[index] = self.tick + PATIENCE_MS / TICK_MS;
        self.send(index, &message);
    }

    fn send(&mut self, phone: usize, message: &Message) {
        let copies = match (self.healed, self.dice.below(10)) {
            (false, 0 | 1) => 0,
            (false, 2 | 3) => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let longest = if self.dice.once_in(6) { 400 } else { 8 };
            let delay = if self.healed { 1 } else { 1 + self.dice.below(longest) };
            let message = message.clone();
            self.parcels.push(Parcel { arrives: self.tick + delay, sent: self.tick, phone, message });
        }
    }

    fn deliver(&mut self) -> Result<(), String> {
        let tick = self.tick;
        let (arrived, on_the_way) =
            std::mem::take(&mut self.parcels).into_iter().partition(|p| p.arrives <= tick);
        self.parcels = on_the_way;
        let mut pushes = Vec::new();
        for Parcel { sent, phone, message, .. } in arrived {
            match message {
                Message::Push(bytes) => pushes.push((phone, bytes)),
                other => self.take(phone, other, sent)?,
            }
        }
        // All that arrive in the same moment share a transaction.
        let now = self.now();
        let batches: Vec<_> = pushes.iter().map(|(phone, bytes)| (*phone, bytes.as_slice())).collect();
        for (phone, answer) in self.office.ingest(&batches, now)? {
            self.send(phone, &Message::PushAnswer(answer));
        }
        Ok(())
    }

    fn take(&mut self, phone: usize, message: Message, sent: u64) -> Result<(), String> {
        let now = self.now();
        let stale = (self.tick - sent) * TICK_MS > PATIENCE_MS;
        let power = self.power();
        match message {
            Message::Push(_) => {}
            Message::Pull(ask) => {
                if let Some(page) = self.office.pull(phone, &ask, now) {
                    self.send(phone, &Message::Page(page.to_bytes()));
                }
            }
            Message::AskSnapshot(ask, number) => match self.office.snapshot(phone, &ask, number) {
                Some(Ok(bytes)) => self.send(phone, &Message::Piece(ask, number, bytes)),
                Some(Err(_)) => self.send(phone, &Message::NoSnapshot),
                None => {}
            },
            _ if stale => {}
            Message::PushAnswer(answer) => {
                self.waits_until[phone] = self.tick;
                let phone = &mut self.phones[phone];
                match answer {
                    PushAnswer::Taken(reply, end, head) => {
                        phone.acknowledge(&reply, now, power);
                        if phone.lost && phone.link_after(end) == Some(head) {
                            phone.replica.put_aside(end);
                        }
                    }
                    PushAnswer::Gap(expected) if expected < phone.replica.next_seq() => {
                        phone.offer_again(expected, power);
                    }
                    PushAnswer::Gap(expected) => phone.lost |= expected > phone.replica.next_seq(),
                    // The answer to a late copy of what the phone does not know any more says nothing of its log.
                    PushAnswer::Fork(end, head) if phone.link_after(end) != Some(head) => {}
                    PushAnswer::Fork(end, _) => {
                        phone.lost = true;
                        phone.replica.put_aside(end);
                    }
                }
            }
            Message::Page(bytes) => {
                self.waits_until[phone] = self.tick;
                let page =
                    Page::from_bytes(&bytes).map_err(|e| format!("a page of the hub is no page: {e}"))?;
                let received = self.phones[phone].receive(&page, power);
                if received.diverged {
                    let differs = self.office.scopes_that_differ(&self.phones[phone].replica);
                    return Err(format!(
                        "phone {phone} holds another book than the hub at {}: {differs}",
                        page.head
                    ));
                }
            }
            Message::Piece(ask, number, bytes) => {
                self.waits_until[phone] = self.tick;
                self.phones[phone].take_piece(&ask, number, &bytes, power);
            }
            Message::NoSnapshot => {
                self.waits_until[phone] = self.tick;
                self.phones[phone].must_read = true;
            }
        }
        Ok(())
    }

    fn at_rest(&self) -> bool {
        let head = self.office.head();
        self.phones.iter().all(|phone| {
            phone.replica.backlog().unsent == 0
                && !phone.lost
                && phone.replica.index().cursor.position == head
                && phone.replica.missing_past().is_none()
        })
    }

    /// What every phone still has open, for whoever replays the seed.
    fn unrest(&self) -> String {
        let head = self.office.head();
        let of = |phone: &Phone| {
            let (index, backlog) = (phone.replica.index(), phone.replica.backlog());
            let (at, past) = (index.cursor.position, index.missing.len());
            format!("{} unsent, at {at} of {head}, {past} scopes to fill", backlog.unsent)
        };
        self.phones.iter().map(of).collect::<Vec<_>>().join("; ")
    }

    fn judge_the_end(&mut self) -> Result<u64, String> {
        if !self.at_rest() {
            return Err(format!("not at rest a minute after the faults had healed: {}", self.unrest()));
        }
        let mut changes = 0;
        let kept = self.office.kept();
        for (index, phone) in self.phones.iter().enumerate() {
            for saved in &phone.saved {
                changes += 1;
                let times = kept.get(saved).copied().unwrap_or_default();
                if times != 1 {
                    return Err(format!("phone {index}: change {} is kept {times} times", saved.0.seq));
                }
            }
            let (state, set) = self.office.digests_of(index)?;
            if phone.replica.combined_digest() != set {
                return Err(format!("phone {index}: another set of entries than the hub's"));
            }
            if phone.replica.state_digest() != state {
                return Err(format!(
                    "phone {index}: {}",
                    self.office.first_difference(index, &phone.replica)
                ));
            }
        }
        self.office.holds_together()?;
        Ok(changes)
    }
}
