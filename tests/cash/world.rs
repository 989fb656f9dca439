//! One run: one rep, one to four phones, an office, one seed.

use std::collections::BTreeSet;

use futures::executor::block_on;
use sync_core::{
    domain::cash::{
        CashRefusal, ConfirmedPaper, HOLD_LIMIT, HandInStamp, HandInStamped, HandInStatus, LimitOverridden,
        LimitPart, LostPhoneSettled, MoneyConfirmed, Remitted, Reversible, ViolationStamp, ViolationStamped,
    },
    judge,
    log::Hash,
    op::Op,
    paper::{Paper, PaperKey},
    refusal::{Finding, Refusal, Verdict},
    time::{BusinessDate, Timestamp, business_date},
    unit::{Amount, ChangeId, DeviceId, Money, PaperId},
};

use crate::{
    check::{self, Watch},
    dice::Dice,
    office::{FINANCE, MA, Office, VP, customer},
    phone::{Phone, text},
};

const STEPS: u64 = 130;

/// What happened, and how often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    collected: u64,
    refused: u64,
    taken: u64,
    remitted: u64,
    moved: u64,
    reversed: u64,
    unsaid: u64,
    below: u64,
    bounced: u64,
    stopped: u64,
    settled: u64,
    late: u64,
    raised_limits: u64,
    lowered_limits: u64,
    ran_out: u64,
    violations: u64,
    closed: u64,
    handed_in: u64,
    countersigned: u64,
    sent_back: u64,
    signature_taken_back: u64,
    spent_before_signed: u64,
    confirmed: u64,
    bounced_after: u64,
    lost_answers: u64,
}

macro_rules! counted {
    ($($name:ident)*) => {
        impl Seen {
            pub(crate) fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }

            /// What did not happen once.
            pub(crate) fn never(&self) -> Vec<&'static str> {
                let all = [$((stringify!($name), self.$name)),*];
                all.into_iter().filter(|(_, times)| *times == 0).map(|(name, _)| name).collect()
            }
        }
    };
}

counted! {
    collected refused taken remitted moved reversed unsaid below bounced stopped settled late raised_limits lowered_limits
    ran_out violations closed handed_in countersigned sent_back signature_taken_back spent_before_signed confirmed bounced_after lost_answers
}

pub(crate) struct World {
    dice: Dice,
    now: Timestamp,
    office: Office,
    phones: Vec<Phone>,
    /// Whether management makes special rules here: then what was done on one day may be too much on the next.
    has_rules: bool,
    watch: Watch,
    seen: Seen,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let now = Timestamp::from_millis(1_790_640_000_000);
        let mut office = Office::founded(now);
        let mut phones: Vec<Phone> = (0..=dice.below(4)).map(|_| office.enrols(now)).collect();
        for phone in &mut phones {
            pulls(&office, phone, now);
        }
        let has_rules = dice.once_in(2);
        Self { dice, now, office, phones, has_rules, watch: Watch::default(), seen: Seen::default() }
    }

    fn day(&self) -> BusinessDate {
        business_date(self.now)
    }

    pub(crate) fn run(mut self) -> Result<Seen, String> {
        self.lives()?;
        Ok(self.seen)
    }

    fn lives(&mut self) -> Result<(), String> {
        for step in 0..STEPS {
            let minutes = if self.dice.once_in(25) { 1_440 } else { self.dice.below(90) };
            self.now = self.now.plus_millis((1 + minutes) * 60_000);
            self.runs_out();
            let told = |fault| format!("step {step}: {fault}");
            self.watch.begin(&self.office, self.now);
            self.step().map_err(told)?;
            self.watch.below(&self.office, self.now).map_err(told)?;
            if !self.has_rules {
                self.watch.end(&self.office, self.now).map_err(told)?;
            }
            self.runs_out();
            check::look(&self.office, &self.phones, self.now).map_err(told)?;
        }
        self.comes_to_rest()
    }

    /// The office at the end of a run.
    pub(crate) fn lived(mut self) -> Result<Office, String> {
        self.lives()?;
        Ok(self.office)
    }

    fn step(&mut self) -> Result<(), String> {
        match self.dice.below(47) {
            46 => self.unsays(),
            0..=23 => self.gesture(),
            24..=29 => return self.speaks(),
            30..=33 => self.hears(),
            34 => self.bounces(),
            35 => self.loses(),
            36 => return self.settles(),
            37 => self.buys(),
            38 => self.overrides(),
            39 => self.closes(),
            40 if self.dice.once_in(3) => return self.takes_signature_back(),
            40 | 41 => return self.countersigns(),
            42..=44 => return self.confirms(),
            _ => self.finds(),
        }
        Ok(())
    }

    fn in_hand(&mut self) -> Option<usize> {
        let there: Vec<usize> = (0..self.phones.len()).filter(|at| !self.phones[*at].lost).collect();
        self.dice.pick(&there).copied()
    }

    /// Somebody does something on a phone, with or without a signal.
    fn gesture(&mut self) {
        let Some(at) = self.in_hand() else { return };
        let now = self.now;
        let (dice, phone) = (&mut self.dice, &mut self.phones[at]);
        let amount = match dice.below(6) {
            0 => {
                [1, 999_999, 1_000_000, 2_000_000, 2_000_001][usize::try_from(dice.below(5)).expect("small")]
            }
            _ => 1 + i64::try_from(dice.below(700_000)).expect("small"),
        };
        let amount = Amount::new(Money::fen(amount)).expect("positive");
        let whom = customer(1 + u8::try_from(dice.below(2)).expect("small"));
        let (op, count): (Option<Op>, fn(&mut Seen) -> &mut u64) = match dice.below(13) {
            0..=5 => (Some(phone.collects(amount, whom, false)), |seen| &mut seen.collected),
            6 | 7 => (phone.remits(dice, now), |seen| &mut seen.remitted),
            8 | 9 => (phone.gives(dice, now), |seen| &mut seen.moved),
            10 => (phone.hands_in(dice), |seen| &mut seen.handed_in),
            _ => (phone.reverses(dice), |seen| &mut seen.reversed),
        };
        let Some(op) = op else { return };
        let share = phone.replica.share(now).limit();
        match phone.does(op, now) {
            Ok(()) => *count(&mut self.seen) += 1,
            Err(Refusal::Cash(CashRefusal::AboveLimit { would_hold, limit, may_take })) => {
                self.seen.refused += 1;
                assert_eq!(limit, share);
                assert!(would_hold > limit && may_take < amount.money());
                // Now and then the money was taken already.
                if self.dice.once_in(4) {
                    let phone = &mut self.phones[at];
                    let op = phone.collects(amount, whom, true);
                    phone.does(op, now).expect("truth is always recordable");
                    self.seen.taken += 1;
                }
            }
            Err(_) => {}
        }
    }

    /// Somebody takes all they may, sends it on, says that they never took it, and takes as much again.
    fn unsays(&mut self) {
        let Some(at) = self.in_hand() else { return };
        let (now, whom) = (self.now, customer(1));
        let phone = &mut self.phones[at];
        let (share, held) = (phone.replica.share(now).limit(), phone.replica.cash_in_hand());
        let Ok(amount) = Amount::new(share.minus(held.max(Money::ZERO))) else { return };
        let seq = phone.replica.next_seq();
        if phone.does(phone.collects(amount, whom, false), now).is_err() {
            return;
        }
        let of = PaperId(ChangeId { device: phone.device(), seq }.created());
        let sent = phone.sends(phone.replica.cash_in_hand()).is_some_and(|op| phone.does(op, now).is_ok());
        let unsaid = phone.does(phone.takes_back(Reversible::Collection, of, Some(whom)), now).is_ok();
        let again = phone.does(phone.collects(amount, whom, false), now).is_ok();
        self.seen.unsaid += u64::from(sent && unsaid && again);
    }

    /// A phone delivers; now and then the answer is lost.
    fn speaks(&mut self) -> Result<(), String> {
        let Some(at) = self.in_hand() else { return Ok(()) };
        self.delivers(at, true)
    }

    fn delivers(&mut self, at: usize, may_fail: bool) -> Result<(), String> {
        let now = self.now;
        let Some(arrived) = self.phones[at].push(now) else { return Ok(()) };
        let reply = block_on(self.office.hub.ingest(vec![arrived], now)).pop().expect("one answer");
        let reply = reply.map_err(|error| format!("a push was not taken: {error}"))?;
        if may_fail && self.dice.once_in(5) {
            self.seen.lost_answers += 1;
            return Ok(());
        }
        let settled = self.is_settled(self.phones[at].device());
        for judged in &reply.judged {
            let verdict = judged.verdict.clone().unwrap_or_else(Verdict::plain);
            if let Verdict::Applied { findings, .. } = verdict {
                let over = findings.iter().any(|one| matches!(one, Finding::OverLimit(_)));
                self.seen.violations += u64::from(over);
                self.seen.below += u64::from(findings.iter().any(check::is_below_nothing));
                self.seen.late += u64::from(over && settled);
            }
        }
        self.phones[at].replica.acknowledge(&reply, now);
        Ok(())
    }

    fn is_settled(&self, device: DeviceId) -> bool {
        match self.office.papers().get(&PaperKey::limits(MA)) {
            Some(Paper::Limits(limits)) => limits.settlement(device).is_some(),
            _ => false,
        }
    }

    fn hears(&mut self) {
        let Some(at) = self.in_hand() else { return };
        if !self.phones[at].stopped {
            pulls(&self.office, &mut self.phones[at], self.now);
        }
    }

    /// The bank returns a remittance.
    fn bounces(&mut self) {
        let papers = self.office.papers();
        let sent: Vec<PaperId> = papers
            .iter()
            .filter_map(|(key, paper)| match paper {
                Paper::Remittance(paper) if paper.recorded.is_some() && paper.reversals.is_empty() => {
                    Some(PaperId(key.id))
                }
                _ => None,
            })
            .collect();
        let Some(of) = self.dice.pick(&sent).copied() else { return };
        let arrived = match papers.get(&PaperKey::remittance(of)) {
            Some(Paper::Remittance(paper)) => paper.confirmation().is_some(),
            _ => false,
        };
        self.office.bounces(of, self.now).expect("finance may");
        self.seen.bounced_after += u64::from(arrived);
        self.seen.bounced += 1;
    }

    /// A phone is lost, and perhaps stopped.
    fn loses(&mut self) {
        let Some(at) = self.in_hand() else { return };
        self.phones[at].lost = true;
        if self.dice.once_in(2) {
            self.stops(at);
        }
    }

    fn stops(&mut self, at: usize) {
        if !std::mem::replace(&mut self.phones[at].stopped, true) {
            self.office.stops(self.phones[at].device(), self.now);
            self.seen.stopped += 1;
        }
    }

    /// Finance settles a phone that was stopped, onto one in use.
    fn settles(&mut self) -> Result<(), String> {
        if let Some(lost) = self.phones.iter().position(|phone| phone.lost && !phone.stopped) {
            self.stops(lost);
        }
        let open = |phone: &&Phone| phone.stopped && !self.is_settled(phone.device());
        let stopped: Vec<DeviceId> = self.phones.iter().filter(open).map(Phone::device).collect();
        let in_use: Vec<DeviceId> =
            self.phones.iter().filter(|one| !one.stopped).map(Phone::device).collect();
        let Some(device) = self.dice.pick(&stopped).copied() else { return Ok(()) };
        let Some(into) = self.dice.pick(&in_use).copied() else { return Ok(()) };
        let papers = self.office.papers();
        let (share, drawer) =
            (judge::own_share(&papers, MA, device), judge::drawer_holds(&papers, MA, device));
        let short = Money::fen(i64::try_from(self.dice.below(3)).expect("small") * 500);
        let counted = drawer.minus(short).max(Money::ZERO);
        let note = text("当面点清");
        let op = LostPhoneSettled { staff: MA, device, into, share, drawer, counted, note };
        self.office
            .says(FINANCE, Op::LostPhoneSettled(op), self.now)
            .map_err(|refusal| format!("finance may settle, but: {refusal}"))?;
        self.seen.settled += 1;
        Ok(())
    }

    /// The rep gets another phone, of four in use at most.
    fn buys(&mut self) {
        if self.phones.iter().filter(|phone| !phone.stopped).count() < 4 {
            let mut phone = self.office.enrols(self.now);
            pulls(&self.office, &mut phone, self.now);
            self.phones.push(phone);
        }
    }

    /// Management makes a special rule for some days.
    fn overrides(&mut self) {
        if !self.has_rules {
            return;
        }
        let in_use: Vec<DeviceId> =
            self.phones.iter().filter(|one| !one.stopped).map(Phone::device).collect();
        let Some(first) = self.dice.pick(&in_use).copied() else { return };
        let raised = self.dice.once_in(2);
        let hold = Money::yuan(if raised { 30_000 } else { 6_000 });
        let due = if raised { hold.minus(HOLD_LIMIT) } else { hold };
        let second = in_use.iter().copied().find(|device| *device != first);
        let parts: Vec<(DeviceId, Money)> = match second {
            Some(second) => {
                let part = due.as_fen() / 4;
                vec![(first, due.minus(Money::fen(part))), (second, Money::fen(part))]
            }
            None => vec![(first, due)],
        };
        let amount = |money| Amount::new(money).expect("positive");
        let days = self.dice.below(3);
        let from = self.day();
        let to = BusinessDate(from.0 + chrono::Days::new(days));
        let rule = LimitOverridden {
            staff: MA,
            hold: amount(hold),
            remit_from: amount(hold),
            from,
            to,
            parts: parts
                .into_iter()
                .map(|(device, money)| LimitPart { device, amount: amount(money) })
                .collect(),
            reason: text("年关"),
        };
        self.office.says(VP, Op::LimitOverridden(rule), self.now).expect("management may");
        *(if raised { &mut self.seen.raised_limits } else { &mut self.seen.lowered_limits }) += 1;
    }

    /// A head and finance close a violation, whether or not the cash is gone.
    fn closes(&mut self) {
        let papers = self.office.papers();
        let open: Vec<PaperId> = papers
            .iter()
            .filter_map(|(key, paper)| match paper {
                Paper::Violation(one) if one.raised.is_some() && one.stamps.is_empty() => {
                    Some(PaperId(key.id))
                }
                _ => None,
            })
            .collect();
        let Some(violation) = self.dice.pick(&open).copied() else { return };
        for (who, stamp) in [(VP, ViolationStamp::LookedInto), (FINANCE, ViolationStamp::Settled)] {
            let stamped = ViolationStamped { violation, staff: MA, stamp, note: text("已说明") };
            self.office.says(who, Op::ViolationStamped(stamped), self.now).expect("both may");
        }
        self.seen.closed += 1;
    }

    /// Finance countersigns cash that was handed in, or sends it back; what went another way meanwhile it cannot sign for.
    fn countersigns(&mut self) -> Result<(), String> {
        let papers = self.office.papers();
        let open: Vec<(PaperId, Hash)> = papers
            .iter()
            .filter_map(|(key, paper)| match paper {
                Paper::HandIn(paper) if paper.status() == HandInStatus::Signed => {
                    Some((PaperId(key.id), paper.recorded.as_ref()?.what.body_hash()))
                }
                _ => None,
            })
            .collect();
        let Some((hand_in, over)) = self.dice.pick(&open).copied() else { return Ok(()) };
        let says = |stamp, note| {
            Op::HandInStamped(HandInStamped { hand_in, staff: MA, stamp, over, note: text(note) })
        };
        let sends_back = self.dice.once_in(4);
        if !sends_back {
            match self.office.says(FINANCE, says(HandInStamp::Received, ""), self.now) {
                Ok(()) => {
                    self.seen.countersigned += 1;
                    return Ok(());
                }
                Err(Refusal::Cash(CashRefusal::MoreThanHeld { .. })) => self.seen.spent_before_signed += 1,
                Err(refusal) => return Err(format!("finance may sign, but: {refusal}")),
            }
        }
        self.office
            .says(FINANCE, says(HandInStamp::SentBack, "对不上"), self.now)
            .map_err(|refusal| format!("finance may send it back, but: {refusal}"))?;
        self.seen.sent_back += 1;
        Ok(())
    }

    /// Finance takes back what it has countersigned by mistake: the cash lies in the drawer again.
    fn takes_signature_back(&mut self) -> Result<(), String> {
        let papers = self.office.papers();
        let signed: Vec<(PaperId, Hash)> = papers
            .iter()
            .filter_map(|(key, paper)| match paper {
                Paper::HandIn(paper) if paper.status() == HandInStatus::Received => {
                    Some((PaperId(key.id), paper.recorded.as_ref()?.what.body_hash()))
                }
                _ => None,
            })
            .collect();
        let Some((hand_in, over)) = self.dice.pick(&signed).copied() else { return Ok(()) };
        let (stamp, note) = (HandInStamp::TakenBack, text("签错了人"));
        self.office
            .says(
                FINANCE,
                Op::HandInStamped(HandInStamped { hand_in, staff: MA, stamp, over, note }),
                self.now,
            )
            .map_err(|refusal| format!("finance may take its signature back, but: {refusal}"))?;
        self.seen.signature_taken_back += 1;
        Ok(())
    }

    /// Finance confirms that remittances have arrived: one, or two that were paid in at once.
    fn confirms(&mut self) -> Result<(), String> {
        let papers = self.office.papers();
        let sent: Vec<(PaperId, Remitted)> = papers
            .iter()
            .filter_map(|(key, paper)| match paper {
                // What a head has still to decide on is not confirmed.
                Paper::Remittance(paper) if paper.status() == "sent" => {
                    let sent = paper.recorded.as_ref().filter(|sent| !sent.withheld)?;
                    Some((PaperId(key.id), sent.what.clone()))
                }
                _ => None,
            })
            .collect();
        let several = if self.dice.once_in(3) { 2 } else { 1 };
        let some = &sent[..several.min(sent.len())];
        let due: Money = some.iter().map(|(_, what)| what.amount.money()).sum();
        let (Some((_, first)), Ok(amount)) = (some.first(), Amount::new(due)) else { return Ok(()) };
        let op = MoneyConfirmed {
            kind: Reversible::Remittance,
            papers: some.iter().map(|(of, _)| ConfirmedPaper { of: *of, staff: MA }).collect(),
            customer: None,
            account: first.account,
            amount,
            arrived_on: self.day(),
            lines: Vec::new(),
            note: text(""),
        };
        self.office
            .says(FINANCE, Op::MoneyConfirmed(op), self.now)
            .map_err(|refusal| format!("finance may confirm, but: {refusal}"))?;
        self.seen.confirmed += 1;
        Ok(())
    }

    /// What the office does whenever a day or a rule ends: it looks for what no entry tells.
    fn runs_out(&mut self) {
        let raised = block_on(self.office.hub.raise_still_above(self.now)).expect("the store");
        self.seen.ran_out += raised;
    }

    /// A lost phone turns up again; it may have been used meanwhile, and delivers.
    fn finds(&mut self) {
        let lost: Vec<usize> = (0..self.phones.len()).filter(|at| self.phones[*at].lost).collect();
        if let Some(at) = self.dice.pick(&lost).copied() {
            self.phones[at].lost = false;
        }
    }

    /// Everything is delivered and heard; then everybody has the same book.
    fn comes_to_rest(&mut self) -> Result<(), String> {
        for at in 0..self.phones.len() {
            while self.phones[at].replica.backlog().unsent > 0 {
                self.delivers(at, false)?;
                self.runs_out();
                check::look(&self.office, &self.phones, self.now)?;
            }
        }
        let viewer = block_on(self.office.hub.viewer(MA)).expect("the store").expect("a member of staff");
        let digest = block_on(self.office.hub.digest(&viewer)).expect("a digest");
        let mut states = BTreeSet::new();
        for phone in self.phones.iter_mut().filter(|phone| !phone.stopped) {
            pulls(&self.office, phone, self.now);
            if phone.replica.combined_digest() != digest.set {
                return Err(format!("phone {} has another set of entries than the hub", phone.device()));
            }
            states.insert(phone.replica.state_digest());
        }
        if states.iter().any(|state| *state != digest.state) {
            return Err("a phone folds another book than the hub".into());
        }
        let report = block_on(self.office.hub.verify()).expect("the store");
        report.faults.first().map_or(Ok(()), |fault| Err(fault.clone()))?;
        Ok(())
    }
}

fn pulls(office: &Office, phone: &mut Phone, now: Timestamp) {
    loop {
        let page = office.page(&phone.replica, now);
        let received = phone.replica.receive(&page);
        assert!(!received.diverged && !received.rolled_back, "an honest phone");
        if !received.more {
            break;
        }
    }
}
