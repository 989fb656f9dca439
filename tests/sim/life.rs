//! What people do with their phones, and what happens to these.

use sync_core::{op::Op, time::Timestamp};

use crate::{
    disk::Power,
    fault::Fault,
    gesture::gesture,
    newer,
    phone::{Gesture, Standing},
    report::tell,
    truth::everywhere,
    world::World,
};

/// The most phones in a world, clones included.
const MOST_PHONES: usize = 8;
const YEAR_MS: i64 = 365 * 86_400_000;

impl World {
    /// What happens to a phone and its owner by themselves.
    pub(crate) fn live(&mut self, index: usize) -> Result<(), String> {
        if self.dice.once_in(12) && self.phones[index].records() {
            self.act(index)?;
        }
        if self.phones[index].other_tab().is_some() && self.dice.once_in(6) {
            self.act_in_other_tab(index)?;
        }
        match self.dice.below(1_000) {
            0..=2 => {
                self.phones[index].restart();
                self.outcome.tally.count(Fault::Restarted);
            }
            3..=4 => self.set_clock(index, YEAR_MS, Fault::YearAhead),
            5..=6 => self.set_clock(index, -YEAR_MS, Fault::YearBack),
            7..=8 => {
                let off = i64::try_from(self.dice.below(600_000)).expect("small") - 300_000;
                self.set_clock(index, off, Fault::MinutesOff);
            }
            9..=11 => self.phones[index].clock_off_ms = 0,
            12..=15 => self.hand_over(),
            16..=17 => self.phones[index].keep_image(),
            18..=20 => self.set_back(index),
            21..=22 => self.office.keep_backup(),
            23..=24 => self.restore_the_office(),
            36 if self.dice.once_in(3) => self.evict(index, Fault::WhollyEvicted),
            25 if self.dice.once_in(2) => self.evict(index, Fault::PartlyEvicted),
            26 => self.clone_a_phone(index),
            27..=28 => self.open_second_tab(index),
            29 if self.dice.once_in(2) => self.revoke(index),
            30 => return self.be_newer(index),
            31 => {
                let now = self.now();
                if self.office.newer_server_writes(&mut self.dice, now) {
                    self.outcome.tally.count(Fault::NewerOffice);
                }
            }
            37..=42 => {
                let now = self.now();
                if let Some(fault) = self.office.decides(&mut self.dice, now) {
                    self.outcome.tally.count(fault);
                }
            }
            32..=34 => self.link.cut(&mut self.dice, index, self.tick),
            35 if self.dice.once_in(4) => {
                self.leapt_ms += self.dice.below(36_000_000);
                self.outcome.tally.count(Fault::TimeLeapt);
            }
            _ => {}
        }
        Ok(())
    }

    /// Somebody does something on a phone.
    fn act(&mut self, index: usize) -> Result<(), String> {
        let typed = self.dice.clone();
        let power = self.power();
        // What is typed is drawn by dice of its own, so that it can be typed again.
        let _ = self.dice.next();
        self.type_in(index, typed, power)
    }

    /// What could not be stored is typed again, or rather: it is still there, and saved once more.
    pub(crate) fn type_again(&mut self, index: usize) -> Result<(), String> {
        let phone = &mut self.phones[index];
        if !phone.records() || !(self.healed || self.dice.once_in(20)) {
            return Ok(());
        }
        let Some(typed) = phone.typed.take() else { return Ok(()) };
        let power = self.power();
        self.type_in(index, typed, power)
    }

    fn type_in(&mut self, index: usize, mut typed: crate::dice::Dice, power: Power) -> Result<(), String> {
        let (now, again) = (self.now(), typed.clone());
        let op = gesture(&mut typed, &self.phones[index].replica, now);
        let salt = typed.bytes16();
        let phone = &mut self.phones[index];
        match phone.record(&*self.ways, op.clone(), salt, now, power) {
            Gesture::Saved(record) => {
                self.truth.saved(&record)?;
                if matches!(op, Op::Resubmitted(_)) {
                    self.outcome.tally.count(Fault::Corrected);
                }
            }
            // A rule may well say no; the dice do not know the limits. But no clock is a reason. Source: R5.
            Gesture::Refused(refusal) if phone.clock_off_ms != 0 => {
                if phone.replica.draft(op, now, salt).is_ok() {
                    return Err(format!("phone {index}: refused because of its clock: {refusal}"));
                }
            }
            Gesture::Kept => phone.typed = Some(again),
            Gesture::Refused(_) | Gesture::Gone => {}
        }
        Ok(())
    }

    fn act_in_other_tab(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let Some(tab) = self.phones[index].other_tab() else { return Ok(()) };
        let op = gesture(&mut self.dice, tab, now);
        let salt = self.dice.bytes16();
        if let Gesture::Saved(record) = self.phones[index].record_in_other_tab(&*self.ways, op, salt, now) {
            self.truth.saved(&record)?;
        }
        self.outcome.tally.count(Fault::SecondTab);
        Ok(())
    }

    fn open_second_tab(&mut self, index: usize) {
        if self.phones[index].records() {
            self.phones[index].open_second_tab();
        }
    }

    fn set_clock(&mut self, index: usize, off_ms: i64, fault: Fault) {
        self.phones[index].clock_off_ms = off_ms;
        self.outcome.tally.count(fault);
    }

    fn hand_over(&mut self) {
        let (now, under_way) = (self.now(), self.link.has_page_under_way());
        if self.office.hand_over_a_customer(&mut self.dice, now) {
            self.outcome.tally.count(Fault::HandedOver);
            if under_way {
                self.outcome.tally.count(Fault::HandedOverMidPage);
            }
        }
    }

    /// Something is done to a phone's storage by force; what is nowhere afterwards cannot be asked for.
    fn by_force(&mut self, index: usize, fault: Fault, force: impl FnOnce(&mut Self)) {
        let before = everywhere(&self.phones, &self.office);
        self.truth.may_fork(self.device_of(index));
        self.phones[index].harm = Some((fault, self.tick));
        let tick = self.tick;
        tell(|| format!("{tick} phone {index}: {}", fault.name()));
        force(self);
        let after = everywhere(&self.phones, &self.office);
        self.truth.gone_between(&before, &after);
        self.outcome.tally.count(fault);
    }

    fn set_back(&mut self, index: usize) {
        if !self.phones[index].lost && self.phones[index].has_image() {
            self.by_force(index, Fault::SetBack, |world| world.phones[index].fall_back());
        }
    }

    fn evict(&mut self, index: usize, fault: Fault) {
        if !self.phones[index].is_open() {
            return;
        }
        if fault == Fault::WhollyEvicted {
            let forked = self.truth.is_forked(self.device_of(index));
            self.by_force(index, fault, |world| world.phones[index].lose_everything());
            if !forked {
                self.truth.may_not_fork(self.device_of(index));
            }
            return;
        }
        let whole = self.phones[index].replica.clone();
        self.by_force(index, fault, |world| {
            let phone = &mut world.phones[index];
            phone.disk.lose_a_part(&mut world.dice);
            phone.restart();
        });
        let phone = &self.phones[index];
        let started_over = phone.replica.index().cursor.position < whole.index().cursor.position;
        if phone.standing == Standing::Open && !started_over {
            // What it shows must be what it showed, or the next contact must tell.
            let same = phone.replica.state_digest() == whole.state_digest();
            if !same && whole.index().complete {
                let (occurred, _) = self.outcome.noticed.entry(fault).or_default();
                *occurred += 1;
            }
        } else if phone.standing == Standing::Open {
            let (occurred, noticed) = self.outcome.noticed.entry(fault).or_default();
            *occurred += 1;
            *noticed += 1;
        }
    }

    fn clone_a_phone(&mut self, index: usize) {
        let phone = &self.phones[index];
        if self.phones.len() == MOST_PHONES || !phone.records() {
            return;
        }
        let twin = phone.clone_of(self.tick);
        self.by_force(index, Fault::Cloned, |world| world.phones.push(twin));
    }

    fn revoke(&mut self, index: usize) {
        let now = self.now();
        if self.phones[index].is_open() && self.office.revoke(self.device_of(index), now) {
            self.outcome.tally.count(Fault::Revoked);
        }
    }

    /// For one gesture the phone's program was a newer one.
    fn be_newer(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let phone = &self.phones[index];
        if !phone.records() {
            return Ok(());
        }
        let replica = &phone.replica;
        let before = phone.link_after(replica.next_seq() - 1);
        let at: Timestamp = replica.index().clock.tick(phone.clock(now));
        let Some(record) = newer::record(&mut self.dice, replica, before, at) else { return Ok(()) };
        if self.phones[index].record_sealed(&record) {
            self.truth.saved(&record)?;
            self.outcome.tally.count(Fault::NewerPhone);
        }
        Ok(())
    }

    fn restore_the_office(&mut self) {
        // A phone that is about to give up its log for good would not heal the office any more.
        if !self.office.has_backup() || self.phones.iter().any(|phone| phone.lost || !phone.is_open()) {
            return;
        }
        let before = everywhere(&self.phones, &self.office);
        let had = self.office.kept().into_keys().collect();
        let tick = self.tick;
        tell(|| format!("{tick} the office is restored"));
        self.office.restore();
        let has = self.office.kept().into_keys().collect();
        let after = everywhere(&self.phones, &self.office);
        self.truth.gone_between(&before, &after);
        self.truth.office_lost(&had, &has);
        self.outcome.tally.count(Fault::OfficeRestored);
    }
}
