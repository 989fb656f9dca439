//! 门牌: what a locked phone still knows: who it is, what is unsent, and for how long it opens without a signal.

use minicbor::{Encode, bytes::ByteVec};

use super::Replica;
use crate::{
    domain::cash::Limits,
    log::Holding,
    scope::{Scope, scopes_fingerprint},
    time::{Timestamp, business_date},
    unit::{CompanyId, DeviceId, Money},
};

const DAY_MS: u64 = 86_400_000;

/// What lies outside of the passphrase: nothing of a customer, and just enough to show the strip and to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Door {
    /// The device; absent before enrolment.
    #[n(0)]
    pub device: Option<DeviceId>,
    /// Its number, as receipts carry it.
    #[n(1)]
    pub number: u32,
    /// Whose it is.
    #[n(2)]
    pub name: String,
    /// The staff number they sign in with.
    #[n(3)]
    pub staff_number: String,
    /// Changes not acknowledged.
    #[n(4)]
    pub unsent: u64,
    /// The claimed time of the oldest of them.
    #[n(5)]
    pub oldest: Option<Timestamp>,
    /// Cash in hand, over all phones as far as is known here; absent for those who take none.
    #[n(6)]
    pub cash: Option<Money>,
    /// The latest time this phone has seen since then, by its own clock: setting it back gains nothing.
    #[n(7)]
    pub latest: Timestamp,
    /// For so many days after the last contact the book opens without a signal.
    #[n(8)]
    pub lease_days: u32,
    /// The public key of the server that batches are sealed to; empty until it was told.
    #[cbor(n(9), with = "minicbor::bytes")]
    pub sealing: Vec<u8>,
    /// When the server was last heard, by this phone's clock, right or wrong: days are counted by one clock only.
    #[n(10)]
    pub heard: Timestamp,
    /// The last sequence of its log: what the server holds is counted against it.
    #[n(11)]
    pub last: u64,
    /// The company; absent before enrolment.
    #[n(12)]
    pub company: Option<CompanyId>,
    /// How the hub's key has come from the one known since enrolment, as the server told it; absent while it is the first.
    #[n(13)]
    pub line: Option<ByteVec>,
    /// From here on the cash must be remitted, by what held when the book was open last. Source: S14, S16.
    #[n(14)]
    pub remit_from: Option<Money>,
    /// The most that may be held, likewise. Source: S15, S16.
    #[n(15)]
    pub hold: Option<Money>,
}

reads_map!(Door {
    0: device, 1: number, 2: name, 3: staff_number, 4: unsent, 5: oldest, 6: cash, 7: latest,
    8: lease_days, 9: sealing with minicbor::bytes::decode, 10: heard, 11: last, 12: company, 13: line,
    14: remit_from, 15: hold,
});

impl Default for Door {
    fn default() -> Self {
        Self {
            device: None,
            number: 0,
            name: String::new(),
            staff_number: String::new(),
            unsent: 0,
            oldest: None,
            cash: None,
            latest: Timestamp::ZERO,
            lease_days: Self::LEASE_DAYS,
            sealing: Vec::new(),
            heard: Timestamp::ZERO,
            last: 0,
            company: None,
            line: None,
            remit_from: None,
            hold: None,
        }
    }
}

impl Door {
    /// Unless the company says otherwise: longer than a phone has to work without a signal. Source: S78.
    pub const LEASE_DAYS: u32 = 35;

    /// Takes over what the book says now.
    pub fn follow(&mut self, book: &Replica, now: Timestamp) {
        let me = book.identity();
        let backlog = book.backlog();
        self.device = Some(me.device);
        self.company = Some(me.company);
        self.number = me.number;
        self.name.clone_from(&me.name);
        self.unsent = backlog.unsent;
        self.last = book.next_seq() - 1;
        self.oldest = backlog.oldest;
        let role = book.author(now).map_or(me.role, |author| author.role);
        self.cash = role.may_take_cash().then(|| book.cash_in_all());
        let limits = book.limits(business_date(now));
        (self.remit_from, self.hold) = (Some(limits.remit_from), Some(limits.hold));
        self.see(now);
    }

    /// What the cash is held against, as far as a locked phone knows. Source: S14–S16.
    pub fn limits(&self) -> Limits {
        Limits {
            remit_from: self.remit_from.unwrap_or(Limits::USUAL.remit_from),
            hold: self.hold.unwrap_or(Limits::USUAL.hold),
        }
    }

    /// The server holds the log up to a sequence. Which of the rest is the oldest, a locked phone cannot tell: what it
    /// knew stands until nothing is unsent.
    pub fn delivered(&mut self, through: u64) {
        self.unsent = self.unsent.min(self.last.saturating_sub(through));
        if self.unsent == 0 {
            self.oldest = None;
        }
    }

    /// The statement of a locked phone that it was emptied. Source: S78.
    pub fn holding_nothing(&self, at: Timestamp) -> Option<Holding> {
        let scopes = scopes_fingerprint(std::iter::empty::<&Scope>());
        Some(Holding { company: self.company?, device: self.device?, epoch: 0, position: 0, scopes, at })
    }

    /// The server was heard just now; the days are counted anew.
    pub const fn hear(&mut self, now: Timestamp) {
        (self.heard, self.latest) = (now, now);
    }

    /// Takes note of the time. A phone that has just been enrolled has heard the server, though no page has said so yet.
    pub fn see(&mut self, now: Timestamp) {
        if self.heard == Timestamp::ZERO {
            self.hear(now);
        }
        self.latest = self.latest.max(now);
    }

    /// How many days are left in which the book opens without a signal; `None` when they are over. Source: S78.
    pub fn days_left(&self, now: Timestamp) -> Option<u64> {
        let since = self.latest.max(now).millis().saturating_sub(self.heard.millis());
        (u64::from(self.lease_days) * DAY_MS).checked_sub(since).map(|left| left.div_ceil(DAY_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u64) -> Timestamp {
        Timestamp::from_millis(number * DAY_MS)
    }

    fn heard_on_the_first() -> Door {
        let mut door = Door::default();
        door.see(day(1));
        door
    }

    /// S78: the screens lock, and only contact opens them.
    #[test]
    fn the_book_opens_for_thirty_five_days_without_a_signal_and_then_no_more() {
        let door = heard_on_the_first();
        assert_eq!(door.days_left(day(1)), Some(35));
        assert_eq!(door.days_left(day(36)), Some(0));
        assert_eq!(door.days_left(day(36).plus_millis(1)), None);
    }

    #[test]
    fn a_clock_that_is_set_back_gains_nothing() {
        let mut door = heard_on_the_first();
        door.see(day(40));
        assert_eq!(door.days_left(day(2)), None);
        door.hear(day(2));
        assert_eq!(door.days_left(day(2)), Some(35), "once the company is heard the days are counted anew");
    }

    #[test]
    fn what_a_locked_phone_delivers_is_counted_off_and_never_on() {
        let mut door = Door { unsent: 10, last: 70, oldest: Some(day(1)), ..Door::default() };
        door.delivered(63);
        assert_eq!((door.unsent, door.oldest), (7, Some(day(1))));
        door.delivered(40);
        assert_eq!(door.unsent, 7, "an answer that comes late tells nothing new");
        door.delivered(70);
        assert_eq!((door.unsent, door.oldest), (0, None));
    }

    #[test]
    fn a_door_is_read_as_it_was_written_and_may_grow() {
        let mut door = heard_on_the_first();
        (door.name, door.cash, door.sealing) = ("马建国".into(), Some(Money::yuan(8_640)), vec![7; 32]);
        (door.remit_from, door.hold) = (Some(Money::yuan(30_000)), Some(Money::yuan(50_000)));
        let bytes = minicbor::to_vec(&door).expect("writing to memory cannot fail");
        assert_eq!(minicbor::decode::<Door>(&bytes).expect("it was just written"), door);
    }
}
