//! One run: phones, a link, a hub over a store that fails, one seed.
//!
//! Time is virtual. First everything goes wrong that can; then the faults heal, and the world must come to rest.

use std::{collections::BTreeMap, rc::Rc};

use sync_core::{log::Hash, time::Timestamp, unit::DeviceId, wire::Page};

use crate::{
    checks,
    dice::Dice,
    disk::Power,
    fault::{Fault, Tally},
    link::{Link, Message, Parcel},
    office::{NoPage, Office, PullAsk},
    phone::{Phone, Standing},
    report::tell,
    ruling,
    truth::{Saved, Truth, everywhere},
    ways::Ways,
};

/// A tenth of a second.
const TICK_MS: u64 = 100;
/// For how long things go wrong: a minute, and the hours that pass at once.
const TROUBLE_TICKS: u64 = 600;
/// How long the world may take to come to rest once the faults have healed. Source: R3.
const REST_TICKS: u64 = 600;
/// An answer that took longer than this is given up by the phone.
const PATIENCE_MS: u64 = 30_000;

pub(crate) struct World {
    pub(crate) ways: Rc<dyn Ways>,
    pub(crate) dice: Dice,
    pub(crate) tick: u64,
    /// Hours that passed at once.
    pub(crate) leapt_ms: u64,
    pub(crate) office: Office,
    pub(crate) phones: Vec<Phone>,
    pub(crate) link: Link,
    pub(crate) truth: Truth,
    pub(crate) outcome: Outcome,
    pub(crate) healed: bool,
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) changes: u64,
    pub(crate) held: u64,
    pub(crate) aside: u64,
    pub(crate) rested_after_ms: u64,
    /// Changes whose last copy was destroyed by force.
    pub(crate) gone: u64,
    /// Acknowledged changes that a restored office had lost and has again. Source: R7.
    pub(crate) returned: u64,
    pub(crate) tally: Tally,
    /// By what happened to a phone's storage: how often it mattered, and how often it was noticed in time. Source: R9.
    pub(crate) noticed: BTreeMap<Fault, (u64, u64)>,
}

impl World {
    pub(crate) fn new(seed: u64, ways: Rc<dyn Ways>) -> Self {
        let mut dice = Dice::new(seed);
        let people = 2 + usize::try_from(dice.below(3)).expect("small");
        ways.time_is(Self::time(0));
        let (office, phones) = Office::founded(&mut dice, people, &ways, Self::time(0));
        Self {
            ways,
            dice,
            tick: 0,
            leapt_ms: 0,
            office,
            phones,
            link: Link::default(),
            truth: Truth::default(),
            outcome: Outcome::default(),
            healed: false,
        }
    }

    const fn time(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + millis)
    }

    pub(crate) const fn now(&self) -> Timestamp {
        Self::time(self.tick * TICK_MS + self.leapt_ms)
    }

    /// Runs the seed through.
    ///
    /// # Errors
    /// What was wrong, and when.
    pub(crate) fn run(mut self) -> Result<Outcome, String> {
        let outcome = self.live_through();
        let (tick, healed) = (self.tick, if self.healed { ", healed" } else { "" });
        outcome.map_err(|fault| format!("at tick {tick}{healed}: {fault}"))?;
        Ok(self.outcome)
    }

    fn live_through(&mut self) -> Result<(), String> {
        // Most phones have their book when trouble begins; some get it in the midst of it.
        if !self.dice.once_in(4) {
            self.set_healed(true);
            while self.tick < REST_TICKS && !self.at_rest() {
                self.step()?;
            }
            self.set_healed(false);
        }
        let trouble_ends = self.tick + TROUBLE_TICKS;
        while self.tick < trouble_ends {
            self.step()?;
        }
        self.heal();
        let healed_at = self.tick;
        while self.tick < healed_at + REST_TICKS && !self.at_rest() {
            self.step()?;
        }
        self.outcome.rested_after_ms = (self.tick - healed_at) * TICK_MS;
        self.judge_the_end()
    }

    const fn set_healed(&mut self, healed: bool) {
        self.healed = healed;
        self.link.healed = healed;
    }

    fn heal(&mut self) {
        self.set_healed(true);
        self.office.heal();
        for phone in &mut self.phones {
            phone.clock_off_ms = 0;
            // Its pages are closed, and one is opened: what another tab has stored is found then.
            if phone.stores_more_than_it_knows() {
                phone.restart();
            }
        }
    }

    fn step(&mut self) -> Result<(), String> {
        self.tick += 1;
        self.ways.time_is(self.now());
        if !self.healed && self.dice.once_in(60) {
            self.office.trouble(&mut self.dice);
        }
        for index in 0..self.phones.len() {
            if !self.healed {
                self.live(index)?;
            }
            self.type_again(index)?;
            if self.phones[index].waits_until <= self.tick && (self.healed || self.dice.once_in(8)) {
                self.speak(index)?;
            }
        }
        self.deliver()?;
        self.office.count_failures(&mut self.outcome.tally);
        if self.truth.look(&self.office) {
            self.office.adds_up()?;
        }
        self.nobody_holds_what_was_never_granted()
    }

    fn nobody_holds_what_was_never_granted(&self) -> Result<(), String> {
        for (index, phone) in self.phones.iter().enumerate().filter(|(_, phone)| phone.is_open()) {
            let mut held = phone.replica.scopes().iter();
            if let Some(scope) = held.find(|scope| !self.truth.was_granted(phone.person, **scope)) {
                return Err(format!("phone {index} holds {scope:?}, which was never granted to its owner"));
            }
        }
        Ok(())
    }

    /// How the next write goes.
    pub(crate) fn power(&mut self) -> Power {
        if self.healed {
            return Power::On;
        }
        let (power, fault) = match self.dice.below(60) {
            0 | 1 => (Power::FailsBefore, Fault::PowerBefore),
            2 | 3 => (Power::FailsAfter, Fault::PowerAfter),
            4 => (Power::FailsMidway(1 + usize::from(self.dice.once_in(2))), Fault::PowerMidway),
            5 | 6 => (Power::Full, Fault::Full),
            _ => return Power::On,
        };
        self.outcome.tally.count(fault);
        power
    }

    /// The phone asks the one thing that is next: deliver, then the past of a granted scope, then what is new.
    fn speak(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let phone = &self.phones[index];
        if phone.standing != Standing::Open || phone.lost && !phone.has_outgoing() {
            // What its log holds has been brought, or cannot be; now it begins anew under another id.
            return if phone.stores_more_than_it_knows() {
                self.phones[index].restart();
                Ok(())
            } else {
                self.begin_anew(index)
            };
        }
        let may_push = !phone.must_read && phone.has_outgoing() && (self.healed || !self.dice.once_in(3));
        let phone = &mut self.phones[index];
        let device = phone.replica.identity().device;
        let message = if may_push {
            Message::Push(phone.outgoing(&*self.ways, now).expect("there is something"))
        } else if let Some(ask) = phone.replica.missing_past().filter(|_| !phone.must_read) {
            Message::AskSnapshot(ask, phone.replica.next_chunk())
        } else {
            let index = phone.replica.index();
            let limit = 1 + u32::try_from(self.dice.below(40)).expect("small");
            Message::Pull(PullAsk { cursor: index.cursor, held: index.scopes_fingerprint(), limit })
        };
        phone.waits_until = self.tick + PATIENCE_MS / TICK_MS;
        let (asked, sent, life) = (self.tick, self.tick, phone.life);
        self.send(Parcel { message, phone: index, device, life, asked, sent, known: None });
        Ok(())
    }

    fn send(&mut self, parcel: Parcel) {
        let parcel = self.ways.carries(&mut self.dice, self.phones.len(), parcel);
        self.link.send(&mut self.dice, &mut self.outcome.tally, &parcel);
    }

    /// A phone gives up its log and begins another, unless the office's store fails just now.
    fn begin_anew(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let phone = &self.phones[index];
        let (person, former) = (phone.person, phone.replica.identity().clone());
        let was_open = phone.is_open();
        let back = self.ways.comes_back_as(&former, phone.key()).filter(|_| !was_open);
        let begun = back.or_else(|| self.office.enrol(&mut self.dice, person, now));
        let Some((identity, key)) = begun else { return Ok(()) };
        if identity.device == former.device {
            return Err(format!("phone {index} came back under the id whose log it has lost"));
        }
        let before = everywhere(&self.phones, &self.office);
        if let Some((harm, _)) = self.phones[index].harm.filter(|_| !was_open) {
            let (occurred, noticed) = self.outcome.noticed.entry(harm).or_default();
            *occurred += 1;
            *noticed += 1;
        }
        let tick = self.tick;
        tell(|| format!("{tick} phone {index} begins anew"));
        self.phones[index].begin_anew(identity, key);
        let after = everywhere(&self.phones, &self.office);
        let nowhere = |(link, _): &(&Hash, &Saved)| before.contains(*link) && !after.contains(*link);
        if let Some((_, saved)) = self.truth.demanded().find(nowhere).filter(|_| was_open) {
            let id = saved.change.id;
            return Err(format!(
                "phone {index} gave up its log; change {} of {} was nowhere else",
                id.seq, id.device
            ));
        }
        self.truth.gone_between(&before, &after);
        Ok(())
    }

    fn deliver(&mut self) -> Result<(), String> {
        let (mut pushes, mut senders) = (Vec::new(), Vec::new());
        for parcel in self.link.arrived(self.tick) {
            if let Message::Push(bytes) = &parcel.message {
                pushes.push((parcel.device, bytes.clone()));
                senders.push(parcel);
            } else if parcel.message.is_question() {
                self.answer(&parcel);
            } else {
                self.take(parcel)?;
            }
        }
        // All that arrive in the same moment share a transaction.
        let now = self.now();
        let batches: Vec<_> = pushes.iter().map(|(device, bytes)| (*device, bytes.as_slice())).collect();
        for (index, answer) in self.office.ingest(&batches, now)? {
            self.reply(&senders[index], Message::PushAnswer(answer));
        }
        Ok(())
    }

    fn reply(&mut self, question: &Parcel, message: Message) {
        let known = self.office.stands(question.device);
        self.send(Parcel { message, sent: self.tick, known, ..question.clone() });
    }

    /// The office answers a reader.
    fn answer(&mut self, question: &Parcel) {
        let (now, device) = (self.now(), question.device);
        let person = self.phones[question.phone].person;
        let answer = match &question.message {
            Message::Pull(ask) => {
                self.office.pull(person, device, ask, now).map(|page| Message::Page(self.spoiled(page)))
            }
            Message::AskSnapshot(ask, number) => {
                let piece = self.office.snapshot(person, device, ask, *number);
                piece.map(|bytes| Message::Piece(ask.clone(), *number, bytes))
            }
            _ => return,
        };
        let message = match answer {
            Ok(message) => message,
            Err(NoPage::Revoked) => Message::Revoked,
            Err(NoPage::NoSnapshot) => Message::NoSnapshot,
            Err(NoPage::Silence) => return,
        };
        self.reply(question, message);
    }

    /// A page as it leaves the office: once in a while something between loses an entry of it.
    fn spoiled(&mut self, mut page: Page) -> Vec<u8> {
        if !self.healed && page.entries.len() > 1 && self.dice.once_in(25) {
            let which = usize::try_from(self.dice.below(page.entries.len() as u64)).expect("small");
            page.entries.remove(which);
            // What was made of it is told by a mark that no reader knows.
            page.now = Timestamp::from_packed(page.now.packed() | 1);
        }
        page.to_bytes()
    }

    fn at_rest(&self) -> bool {
        let head = self.office.head().position;
        self.phones.iter().all(|phone| phone.is_at_rest(head))
    }

    /// What every phone still has open, for whoever replays the seed.
    fn unrest(&self) -> String {
        let head = self.office.head().position;
        let of = |phone: &Phone| {
            let (index, backlog) = (phone.replica.index(), phone.replica.backlog());
            let (at, past) = (index.cursor.position, index.missing.len());
            let lost = if phone.lost { ", lost" } else { "" };
            let standing = phone.standing;
            format!("{standing:?}{lost}, {} unsent, at {at} of {head}, {past} scopes to fill", backlog.unsent)
        };
        self.phones.iter().map(of).collect::<Vec<_>>().join("; ")
    }

    fn judge_the_end(&mut self) -> Result<(), String> {
        if !self.at_rest() {
            return Err(format!("not at rest a minute after the faults had healed: {}", self.unrest()));
        }
        checks::everything_is_kept_once(&self.office, &self.truth)?;
        ruling::what_waited_counts_once(&self.office)?;
        for (index, phone) in self.phones.iter().enumerate() {
            let told = |fault| format!("phone {index}: {fault}");
            checks::holds_the_same_book(&self.office, phone).map_err(told)?;
            let viewer = self.office.viewer(phone.person);
            checks::holds_nothing_foreign(&viewer, phone).map_err(told)?;
        }
        self.outcome.held = checks::held_changes_are_visible(&self.office, &self.phones)?;
        ruling::count_clashes(&self.office, &mut self.outcome.tally);
        checks::no_clock_wins(&self.office)?;
        checks::receipts_are_of_this_time(&self.office, self.now().millis())?;
        self.office.holds_together()?;
        self.outcome.aside = self.office.head().counters.quarantined;
        self.outcome.changes = self.truth.changes();
        self.outcome.gone = self.truth.gone();
        self.outcome.returned = self.truth.returned();
        Ok(())
    }

    pub(crate) fn device_of(&self, index: usize) -> DeviceId {
        self.phones[index].replica.identity().device
    }
}
