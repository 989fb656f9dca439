//! Chapter 2: 月末核对. The clerk closes a month, finance countersigns it over the same hash, and what differs is explained
//! line by line. Source: S17.
//!
//! Floor: domain. It knows no feed: what the table of a month comes to is handed in.

mod rules;

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
pub use rules::{
    MonthFacts, MonthRefusal, are_the_facts, is_due, may_close_month, may_explain_line, may_stamp_month,
    still_gives,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Recorded;
use crate::{
    crdt::Ledger,
    log::{Hash, hex_hash, sha256},
    time::{Period, Timestamp},
    unit::{CustomerId, DeviceId, Money, PaperId, StaffId, Text, derived_bytes},
};

/// The most phones that one closing names as not being in.
pub const MOST_MISSING: u16 = 500;

/// A phone that was not in when a month was closed, with the last checkpoint of its log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MissingPhone {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// Whose it is.
    #[n(1)]
    pub staff: StaffId,
    /// The last sequence of its log that the company holds; zero before the first.
    #[n(2)]
    pub seq: u64,
    /// The link of its chain there.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "hex_hash")]
    pub link: Hash,
    /// When it was heard of last; absent where it never was.
    #[n(4)]
    #[serde(default)]
    pub heard: Option<Timestamp>,
}

reads_map!(MissingPhone {
    0: device,
    1: staff,
    2: seq,
    3: link with minicbor::bytes::decode,
    4: heard,
});

/// 关账: the clerk closes a month of the books, as the feed tells it up to a position.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MonthClosed {
    /// Which month.
    #[n(0)]
    pub period: Period,
    /// Up to here the feed counts.
    #[n(1)]
    pub through: u64,
    /// Up to here it counted when the month before was closed; absent for the first month that is closed.
    #[n(2)]
    #[serde(default)]
    pub closed_before: Option<u64>,
    /// The hash of 销售资金回收表: what both sign.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "hex_hash")]
    pub table: Hash,
    /// The phones that were not in.
    #[n(4)]
    #[serde(default)]
    pub missing: Vec<MissingPhone>,
    /// Why it is closed without them.
    #[n(5)]
    #[serde(default)]
    pub reason: Text<0, 200>,
    /// The hash of the explanations that count: they are signed with the table.
    #[cbor(n(6), with = "minicbor::bytes")]
    #[serde(with = "hex_hash")]
    pub notes: Hash,
}

reads_map!(MonthClosed {
    0: period,
    1: through,
    2: closed_before,
    3: table with minicbor::bytes::decode,
    4: missing,
    5: reason,
    6: notes with minicbor::bytes::decode,
});

/// What a stamp on a closing says.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum MonthStamp {
    /// 核对无误: finance agrees, and the month is closed.
    #[n(0)]
    Agreed,
    /// 退回: finance, or the head who is asked, does not, and says why.
    #[n(1)]
    SentBack,
    /// 同意缺机关账: a head lets it be closed without the phones that are missing. Source: Q10.
    #[n(2)]
    WithoutPhones,
}

/// Finance countersigns a closing, a head lets it be closed without a phone, or either sends it back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MonthStamped {
    /// Which closing.
    #[n(0)]
    pub closing: PaperId,
    /// Of which month.
    #[n(1)]
    pub period: Period,
    /// What the stamp says.
    #[n(2)]
    pub stamp: MonthStamp,
    /// The hash of the table that was seen.
    #[cbor(n(3), with = "minicbor::bytes")]
    #[serde(with = "hex_hash")]
    pub table: Hash,
    /// Why, where it is sent back.
    #[n(4)]
    #[serde(default)]
    pub note: Text<0, 200>,
}

reads_map!(MonthStamped {
    0: closing,
    1: period,
    2: stamp,
    3: table with minicbor::bytes::decode,
    4: note,
});

/// Which line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecoveryLine {
    /// What a customer owes.
    #[n(0)]
    Customer(#[n(0)] CustomerId),
    /// 短少: what is missing from a lost phone of a rep's.
    #[n(1)]
    Missing(#[n(0)] StaffId),
    /// 挂账: what a rep took without a right to it.
    #[n(2)]
    Withheld(#[n(0)] StaffId),
    /// 透支: by how much drawers of a rep stand below nothing.
    #[n(3)]
    Below(#[n(0)] StaffId),
}

reads_enum!(RecoveryLine { 0: Customer(a), 1: Missing(a), 2: Withheld(a), 3: Below(a) });

/// The clerk or finance explains the difference of one line.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct MonthLineExplained {
    /// In which month.
    #[n(0)]
    pub period: Period,
    /// Which line.
    #[n(1)]
    pub line: RecoveryLine,
    /// The difference that was seen: once it is another one, it is to be explained anew.
    #[n(2)]
    pub difference: Money,
    /// What explains it.
    #[n(3)]
    pub explanation: Text<1, 200>,
}

reads_map!(MonthLineExplained { 0: period, 1: line, 2: difference, 3: explanation });

/// 关账簿: every closing of a month with what finance stamped on it. A company has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Closings {
    /// What the clerk has signed.
    #[n(0)]
    pub closed: Ledger<Recorded<MonthClosed>>,
    /// What finance has.
    #[n(1)]
    pub stamps: Ledger<Recorded<MonthStamped>>,
}

reads_map!(Closings { 0: closed, 1: stamps });

/// Where a month stands, read off its signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthStatus {
    /// Nobody has signed, or finance has sent back what was.
    Open,
    /// The clerk has signed; finance has not, or a head whose word is needed has not.
    Signed,
    /// All whose word is needed have signed.
    Closed,
}

impl MonthStatus {
    /// The stable name, as the office uses it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Signed => "signed",
            Self::Closed => "closed",
        }
    }
}

/// A closing with the stamps that count on it.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'c> {
    /// What the clerk signed.
    pub closed: &'c Recorded<MonthClosed>,
    /// Finance's agreement.
    pub agreed: Option<&'c Recorded<MonthStamped>>,
    /// The head's, where phones are missing. Source: Q10.
    pub released: Option<&'c Recorded<MonthStamped>>,
    /// Who sent it back, before it was closed.
    pub sent_back: Option<&'c Recorded<MonthStamped>>,
}

impl Closing<'_> {
    /// Where it stands; one that was sent back leaves its month open.
    pub fn status(&self) -> MonthStatus {
        if self.sent_back.is_some() {
            MonthStatus::Open
        } else if self.agreed.is_some() && (self.released.is_some() || !self.needs_a_head()) {
            MonthStatus::Closed
        } else {
            MonthStatus::Signed
        }
    }

    /// Whether a head's word is needed beside finance's: phones are missing. Source: Q10.
    pub fn needs_a_head(&self) -> bool {
        !self.closed.what.missing.is_empty()
    }

    /// What it is called in stamps.
    pub fn id(&self) -> PaperId {
        PaperId(self.closed.id.created())
    }
}

impl Closings {
    /// Whether nothing was ever closed or stamped.
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty() && self.stamps.is_empty()
    }

    /// A closing with what was stamped on this very table by others than its author: of each kind the first, each by
    /// another person, and none after it was sent back or closed.
    fn stamped<'c>(&'c self, closed: &'c Recorded<MonthClosed>) -> Closing<'c> {
        let id = PaperId(closed.id.created());
        let stamps = self.stamps.entries().map(|(_, stamp)| stamp);
        let mut over: Vec<_> = stamps
            .filter(|stamp| {
                stamp.what.closing == id && stamp.what.table == closed.what.table && stamp.by != closed.by
            })
            .collect();
        over.sort_by_key(|stamp| (stamp.at, stamp.id));
        let mut closing = Closing { closed, agreed: None, released: None, sent_back: None };
        for stamp in over {
            let another = |one: Option<&Recorded<MonthStamped>>| one.is_none_or(|one| one.by != stamp.by);
            if closing.status() != MonthStatus::Signed {
                break;
            }
            match stamp.what.stamp {
                MonthStamp::SentBack => closing.sent_back = Some(stamp),
                MonthStamp::Agreed if closing.agreed.is_none() && another(closing.released) => {
                    closing.agreed = Some(stamp);
                }
                MonthStamp::WithoutPhones if closing.released.is_none() && another(closing.agreed) => {
                    closing.released = Some(stamp);
                }
                MonthStamp::Agreed | MonthStamp::WithoutPhones => {}
            }
        }
        closing
    }

    /// Every closing, the earliest first.
    pub fn all(&self) -> Vec<Closing<'_>> {
        let mut all: Vec<_> = self.closed.entries().map(|(_, closed)| self.stamped(closed)).collect();
        all.sort_by_key(|one| (one.closed.at, one.closed.id));
        all
    }

    /// The closing of a month that counts: the one that is closed, or else the latest.
    pub fn of(&self, period: Period) -> Option<Closing<'_>> {
        let all: Vec<_> = self.all().into_iter().filter(|one| one.closed.what.period == period).collect();
        let both = all.iter().find(|one| one.status() == MonthStatus::Closed).copied();
        both.or_else(|| all.last().copied())
    }

    /// Where a month stands.
    pub fn status(&self, period: Period) -> MonthStatus {
        self.of(period).map_or(MonthStatus::Open, |closing| closing.status())
    }

    /// The months that are closed, in their order.
    pub fn both_signed(&self) -> Vec<Closing<'_>> {
        let mut periods: Vec<Period> = self.closed.entries().map(|(_, one)| one.what.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let each = periods.into_iter().filter_map(|period| self.of(period));
        each.filter(|closing| closing.status() == MonthStatus::Closed).collect()
    }

    /// Up to where the feed counted when the month before this one was closed.
    pub fn closed_before(&self, period: Period) -> Option<u64> {
        let before = self.of(period.before()).filter(|one| one.status() == MonthStatus::Closed);
        before.map(|one| one.closed.what.through)
    }

    /// Whether a stopped phone was named by a month that is closed: it is asked for once.
    pub fn has_named(&self, device: DeviceId) -> bool {
        let closed = self.both_signed();
        closed.iter().any(|one| one.closed.what.missing.iter().any(|phone| phone.device == device))
    }
}

/// What was explained of one month's table, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LineNotes {
    /// Every explanation; of one line the latest counts.
    #[n(0)]
    pub explained: Ledger<Recorded<MonthLineExplained>>,
}

reads_map!(LineNotes { 0: explained });

impl LineNotes {
    /// The latest explanation of a line.
    pub fn of(&self, line: RecoveryLine) -> Option<&Recorded<MonthLineExplained>> {
        let all = self.explained.entries().map(|(_, one)| one).filter(|one| one.what.line == line);
        all.max_by_key(|one| (one.at, one.id))
    }

    /// The hash of the explanations that count, line by line.
    pub fn hash(&self) -> Hash {
        let mut latest: BTreeMap<RecoveryLine, &Recorded<MonthLineExplained>> = BTreeMap::new();
        for (_, one) in self.explained.entries() {
            let known = latest.entry(one.what.line).or_insert(one);
            if (known.at, known.id) < (one.at, one.id) {
                *known = one;
            }
        }
        let counts: Vec<_> = latest.values().map(|one| (&one.what, one.by)).collect();
        let bytes = minicbor::to_vec(&counts).expect("writing to memory cannot fail");
        sha256(&[b"fieldbook.line-notes.v1", &bytes])
    }

    /// Whether this very difference of a line is explained.
    pub fn explains(&self, line: RecoveryLine, difference: Money) -> bool {
        self.of(line).is_some_and(|one| one.what.difference == difference)
    }
}

/// What the book of closings is called.
pub fn closings_id() -> Uuid {
    Uuid::from_bytes(derived_bytes("closings", &[]))
}

/// What the explanations of a month are called.
pub fn line_notes_id(period: Period) -> Uuid {
    Uuid::from_bytes(derived_bytes("line-notes", &[period.to_string().as_bytes()]))
}
