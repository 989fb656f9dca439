//! Rows of a month of the books (销售资金回收表): its lines, what is still missing, and who has signed. Source: S17.
//!
//! Floor: rows. Pure: a month as `recovery` finds it, and the names on a page.

use std::collections::BTreeSet;

use serde::Serialize;
use sync_core::{
    domain::{
        Recorded,
        month::{
            Closing, MissingPhone, MonthClosed, MonthLineExplained, MonthStamp, MonthStamped, RecoveryLine,
        },
    },
    log::Hash,
    recovery::{CustomerLine, Differences, Moved, Source},
    time::Period,
    unit::{CustomerId, Money, StaffId},
};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MonthChange,
    common::{CustomerRef, Person, clock, hex},
    names::Names,
};
use crate::{recovery::Month, store::DeviceLog};

/// A month in the list of months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthRow {
    /// Which.
    #[schema(value_type = String, example = "2026-10")]
    pub month: Period,
    /// Where it stands: `open`, `signed`, `closed`.
    #[schema(value_type = String, example = "closed")]
    pub status: &'static str,
    /// When it ends.
    pub ends: String,
    /// Whether it is over.
    pub is_over: bool,
}

/// The months of the books, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthsPage {
    /// The months.
    pub months: Vec<MonthRow>,
    /// The one that is to be closed next.
    #[schema(value_type = String, example = "2026-10")]
    pub due: Period,
}

/// What was explained of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplainedRow {
    /// What explains it.
    pub explanation: String,
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Of which difference: once it is another one, it is to be explained anew.
    #[schema(value_type = String, example = "200.00")]
    pub difference: Money,
}

/// What one customer owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryCustomerRow {
    /// Which customer.
    pub customer: CustomerRef,
    /// What was owed when the month began.
    #[schema(value_type = String, example = "1200.00")]
    pub opening: Money,
    /// What was ordered, less what was taken back.
    #[schema(value_type = String, example = "18640.00")]
    pub ordered: Money,
    /// Received in cash.
    #[schema(value_type = String, example = "9200.00")]
    pub cash: Money,
    /// Received by transfer.
    #[schema(value_type = String, example = "9440.00")]
    pub transfer: Money,
    /// Of what was received, taken back, or come back from the bank.
    #[schema(value_type = String, example = "0.00")]
    pub reversed: Money,
    /// 差额: what is owed when the month ends; below nothing what was paid ahead.
    #[schema(value_type = String, example = "1200.00")]
    pub difference: Money,
    /// When it moved last.
    pub last: Option<String>,
    /// Who moved it last.
    pub by: Option<Person>,
    /// How many of its changes took effect in an earlier month, which had been closed.
    pub late: u32,
    /// What was explained.
    pub explained: Option<ExplainedRow>,
}

/// What one rep holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryRepRow {
    /// Who.
    pub staff: Person,
    /// What was held when the month began.
    #[schema(value_type = String, example = "1200.00")]
    pub opening: Money,
    /// Taken in cash.
    #[schema(value_type = String, example = "9200.00")]
    pub cash: Money,
    /// Sent to an account of the company's.
    #[schema(value_type = String, example = "9200.00")]
    pub remitted: Money,
    /// Handed to the office, and countersigned there.
    #[schema(value_type = String, example = "0.00")]
    pub handed_in: Money,
    /// What finance has confirmed in the month of what left the rep's hands: handed in, or remitted and arrived; less what
    /// it has taken back of that.
    #[schema(value_type = String, example = "9200.00")]
    pub confirmed: Money,
    /// What came back: a collection or a remittance taken back.
    #[schema(value_type = String, example = "0.00")]
    pub reversed: Money,
    /// What the settlement of a lost phone moved.
    #[schema(value_type = String, example = "0.00")]
    pub settled: Money,
    /// In hand when the month ends.
    #[schema(value_type = String, example = "1200.00")]
    pub held: Money,
    /// 差额: what is to be explained, the three kinds of difference added up without their signs.
    #[schema(value_type = String, example = "200.00")]
    pub difference: Money,
    /// The differences, each by itself: one does not make up for another.
    pub differences: Vec<DifferenceRow>,
    /// How many of its changes took effect in an earlier month, which had been closed.
    pub late: u32,
}

/// A difference of a rep's, to be explained by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DifferenceRow {
    /// `missing` (短少, from a lost phone), `withheld` (挂账, taken without a right to it) or `below` (透支, drawers below
    /// nothing).
    #[schema(value_type = String, example = "missing")]
    pub kind: &'static str,
    /// How much.
    #[schema(value_type = String, example = "200.00")]
    pub sum: Money,
    /// What was explained.
    pub explained: Option<ExplainedRow>,
}

/// A phone that is not in: with the last checkpoint of its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingRow {
    /// Whose.
    pub staff: Person,
    /// Its number in the company.
    pub number: u32,
    /// When it was heard of last.
    pub heard: Option<String>,
    /// The last sequence of its log that the company holds.
    pub seq: u64,
    /// The link of its chain there.
    pub link: String,
    /// Changes it still held back then, as it declared; absent where it is told of a closing.
    pub unsent: Option<u64>,
    /// Cash in its drawer, as it declared; absent where it is told of a closing.
    #[schema(value_type = Option<String>, example = "8200.00")]
    pub declared_cash: Option<Money>,
    /// Since when it has been stopped, where it has.
    pub stopped: Option<String>,
}

/// What finance stamped on a closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthStampRow {
    /// `agreed`, `sent-back`, or a head's `without-phones`.
    #[schema(value_type = String, example = "agreed")]
    pub stamp: &'static str,
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// Why it was sent back.
    pub note: String,
}

/// What the clerk has signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClosingRow {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: Uuid,
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// The hash of the table that was signed.
    pub table: String,
    /// The phones that were not in.
    pub missing: Vec<MissingRow>,
    /// Why it was closed without them.
    pub reason: String,
    /// Finance's, and a head's where phones are missing.
    pub stamps: Vec<MonthStampRow>,
    /// Whether a head's word is needed beside finance's: phones are missing.
    pub needs_a_head: bool,
    /// Whether it was signed over the table that the page shows, as the feed gives it.
    pub is_of_table: bool,
}

/// The sums of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthTotals {
    /// Owed when the month began.
    #[schema(value_type = String, example = "1200.00")]
    pub opening: Money,
    /// Ordered.
    #[schema(value_type = String, example = "109400.00")]
    pub ordered: Money,
    /// Received in cash.
    #[schema(value_type = String, example = "20200.00")]
    pub cash: Money,
    /// Received by transfer.
    #[schema(value_type = String, example = "89200.00")]
    pub transfer: Money,
    /// Owed when the month ends.
    #[schema(value_type = String, example = "0.00")]
    pub owed: Money,
    /// Sent on by reps.
    #[schema(value_type = String, example = "16520.00")]
    pub remitted: Money,
    /// Handed to the office.
    #[schema(value_type = String, example = "0.00")]
    pub handed_in: Money,
    /// In the hands of reps.
    #[schema(value_type = String, example = "3480.00")]
    pub held: Money,
    /// Missing.
    #[schema(value_type = String, example = "200.00")]
    pub difference: Money,
}

/// A month of the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthPage {
    /// Which.
    #[schema(value_type = String, example = "2026-10")]
    pub month: Period,
    /// Where it stands: `open`, `signed`, `closed`.
    #[schema(value_type = String, example = "open")]
    pub status: &'static str,
    /// When it ends.
    pub ends: String,
    /// Whether it is over.
    pub is_over: bool,
    /// The month that is to be closed next.
    #[schema(value_type = String, example = "2026-10")]
    pub due: Period,
    /// Up to here the feed counts in this table.
    pub through: u64,
    /// How far the feed reaches.
    pub head: u64,
    /// When it was read.
    pub as_of: String,
    /// The hash of the table's bytes: what both sign.
    pub table: String,
    /// What customers owe.
    pub customers: Vec<RecoveryCustomerRow>,
    /// What reps hold.
    pub reps: Vec<RecoveryRepRow>,
    /// The sums.
    pub totals: MonthTotals,
    /// How many phones could have something of the month.
    pub phones: u32,
    /// Those that are not in.
    pub missing: Vec<MissingRow>,
    /// How many differences nobody has explained.
    pub unexplained: u32,
    /// The closing that counts; of an open month one that was sent back.
    pub closing: Option<ClosingRow>,
    /// What took effect in an earlier, closed month and counts in this one: the latest, at most 50.
    pub late: Vec<MonthChange>,
    /// How many there are.
    pub late_total: u64,
    /// What took effect in this closed month and counts in a later one: the latest, at most 50.
    pub later: Vec<MonthChange>,
    /// How many there are.
    pub later_total: u64,
    /// The op `month-closed` as the clerk would sign it now; absent unless the month can be signed.
    #[schema(value_type = Option<Object>)]
    pub to_sign: Option<MonthClosed>,
}

const fn stamp_code(stamp: MonthStamp) -> &'static str {
    match stamp {
        MonthStamp::Agreed => "agreed",
        MonthStamp::SentBack => "sent-back",
        MonthStamp::WithoutPhones => "without-phones",
    }
}

fn late_ones<'s>(sources: impl IntoIterator<Item = &'s Source>) -> u32 {
    let late = sources.into_iter().filter(|source| source.late);
    let places: BTreeSet<u64> = late.map(|source| source.position).collect();
    u32::try_from(places.len()).unwrap_or(u32::MAX)
}

fn explained(note: Option<&Recorded<MonthLineExplained>>, names: &Names<'_>) -> Option<ExplainedRow> {
    note.map(|note| ExplainedRow {
        explanation: note.what.explanation.to_string(),
        by: names.person(note.by),
        at: clock(note.at),
        difference: note.what.difference,
    })
}

pub(super) fn customer_row(
    id: CustomerId,
    line: &CustomerLine,
    month: &Month,
    names: &Names<'_>,
) -> RecoveryCustomerRow {
    let last = line.sources.last();
    RecoveryCustomerRow {
        customer: names.customer(id).unwrap_or(CustomerRef { id, name: String::new() }),
        opening: line.opening,
        ordered: line.of(Moved::Ordered).plus(line.of(Moved::Withdrawn)),
        cash: line.of(Moved::Cash).negated(),
        transfer: line.of(Moved::Transfer).negated(),
        reversed: line.of(Moved::Reversed),
        difference: line.closing(),
        last: last.map(|source| clock(source.at)),
        by: last.map(|source| names.person(source.by)),
        late: late_ones(&line.sources),
        explained: explained(month.notes.of(RecoveryLine::Customer(id)), names),
    }
}

pub(super) fn rep_row(id: StaffId, month: &Month, names: &Names<'_>) -> RecoveryRepRow {
    let table = &month.table;
    let line = table.held(id);
    let of_others = [&table.missing, &table.withheld, &table.confirmed].map(|lines| lines.get(&id));
    let of_others = of_others.into_iter().flatten().flat_map(|line| &line.sources);
    let confirmed = table.confirmed.get(&id).map_or(Money::ZERO, |line| line.closing().minus(line.opening));
    let Differences { missing, withheld, below } = table.difference(id);
    let row = |(kind, line, sum): (&'static str, RecoveryLine, Money)| {
        let explained = explained(month.notes.of(line), names);
        (!sum.is_zero() || explained.is_some()).then_some(DifferenceRow { kind, sum, explained })
    };
    let all = [
        ("missing", RecoveryLine::Missing(id), missing),
        ("withheld", RecoveryLine::Withheld(id), withheld),
        ("below", RecoveryLine::Below(id), below),
    ];
    RecoveryRepRow {
        staff: names.person(id),
        opening: line.opening,
        cash: line.of(Moved::Cash),
        remitted: line.of(Moved::Remitted).negated(),
        handed_in: line.of(Moved::HandedIn).negated(),
        confirmed,
        reversed: line.of(Moved::Reversed),
        settled: line.of(Moved::Settled),
        held: line.closing(),
        difference: table.difference(id).to_explain(),
        differences: all.into_iter().filter_map(row).collect(),
        late: late_ones(line.sources.iter().chain(of_others)),
    }
}

pub(super) fn totals(customers: &[RecoveryCustomerRow], reps: &[RecoveryRepRow]) -> MonthTotals {
    let of = |sum: fn(&RecoveryCustomerRow) -> Money| customers.iter().map(sum).sum();
    let by = |sum: fn(&RecoveryRepRow) -> Money| reps.iter().map(sum).sum();
    MonthTotals {
        opening: of(|row| row.opening),
        ordered: of(|row| row.ordered),
        cash: of(|row| row.cash),
        transfer: of(|row| row.transfer),
        owed: of(|row| row.difference),
        remitted: by(|row| row.remitted),
        handed_in: by(|row| row.handed_in),
        held: by(|row| row.held),
        difference: by(|row| row.difference),
    }
}

pub(super) fn missing_row(log: &DeviceLog, names: &Names<'_>) -> MissingRow {
    MissingRow {
        staff: names.person(log.staff),
        number: log.number,
        heard: log.seen.map(|seen| clock(seen.at)),
        seq: log.last_seq,
        link: hex(&log.link),
        unsent: Some(log.still_unsent()),
        declared_cash: log.seen.map(|seen| seen.cash()),
        stopped: log.revoked.map(clock),
    }
}

fn named_row(phone: &MissingPhone, names: &Names<'_>) -> MissingRow {
    MissingRow {
        staff: names.person(phone.staff),
        number: names.device_number(phone.device),
        heard: phone.heard.map(clock),
        seq: phone.seq,
        link: hex(&phone.link),
        unsent: None,
        declared_cash: None,
        stopped: None,
    }
}

/// The stamps that count on a closing.
pub(super) fn stamps_of<'c>(closing: &Closing<'c>) -> impl Iterator<Item = &'c Recorded<MonthStamped>> {
    [closing.agreed, closing.released, closing.sent_back].into_iter().flatten()
}

pub(super) fn closing_row(closing: &Closing<'_>, shown: Hash, names: &Names<'_>) -> ClosingRow {
    let what = &closing.closed.what;
    ClosingRow {
        id: closing.id().0,
        by: names.person(closing.closed.by),
        at: clock(closing.closed.at),
        table: hex(&what.table),
        missing: what.missing.iter().map(|phone| named_row(phone, names)).collect(),
        reason: what.reason.to_string(),
        stamps: stamps_of(closing)
            .map(|stamp| MonthStampRow {
                stamp: stamp_code(stamp.what.stamp),
                by: names.person(stamp.by),
                at: clock(stamp.at),
                note: stamp.what.note.to_string(),
            })
            .collect(),
        needs_a_head: closing.needs_a_head(),
        is_of_table: what.table == shown,
    }
}
