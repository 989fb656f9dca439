//! A month is closed by the clerk in its turn, and countersigned by another person over the same table. Source: S17.

use std::collections::BTreeMap;

use sync_core::{
    domain::{
        cash::{
            CashHandedIn, Collected, ConfirmationWithdrawn, ConfirmedPaper, DrawerPart, HandInStamp,
            HandInStamped, Means, MoneyConfirmed, Remitted, Reversed, Reversible,
        },
        month::{
            MissingPhone, MonthClosed, MonthFacts, MonthLineExplained, MonthRefusal, MonthStamp,
            MonthStamped, MonthStatus, RecoveryLine, are_the_facts, still_gives,
        },
        people::{Role, StaffJoined, StaffRoleSet},
    },
    feed::Entry,
    log::{Change, Hash, Header},
    op::Op,
    paper::{Paper, PaperKey},
    recovery::{Bounds, Moved, RecoveryTable, RepLine, recovery_table},
    refusal::Verdict,
    time::{Period, Timestamp},
    unit::{ChangeId, Money, PaperId, StaffId},
};

use crate::book::{
    ADMIN, Book, FINANCE, FINE, HEAD, HIS, MA, OPEN, YANG, date, device, october, text, whole, yuan,
};

pub(crate) const CLERK: StaffId = StaffId::from_bytes([8; 16]);
const TABLE: Hash = [5; 32];
const NOTES: Hash = [4; 32];

pub(crate) fn month(month: u32) -> Period {
    Period::of(2026, month).expect("a month")
}

pub(crate) fn book() -> Book {
    let mut book = Book::new();
    let joined =
        StaffJoined { staff: CLERK, number: text("8"), name: text("某"), role: Role::Clerk, team: text("") };
    book.has(ADMIN, Op::StaffJoined(joined));
    book
}

pub(crate) fn closing(period: Period, through: u64, closed_before: Option<u64>) -> MonthClosed {
    let (missing, reason) = (Vec::new(), text(""));
    MonthClosed { period, through, closed_before, table: TABLE, missing, reason, notes: NOTES }
}

pub(crate) fn missing(staff: StaffId, seq: u64) -> MissingPhone {
    MissingPhone { device: device(staff), staff, seq, link: [3; 32], heard: None }
}

pub(crate) fn stamp(closing: PaperId, period: Period, stamp: MonthStamp, note: &str) -> MonthStamped {
    MonthStamped { closing, period, stamp, table: TABLE, note: text(note) }
}

pub(crate) fn status(book: &Book, period: Period) -> MonthStatus {
    match book.papers().get(&PaperKey::closings()) {
        Some(Paper::Closings(closings)) => closings.status(period),
        _ => MonthStatus::Open,
    }
}

/// S17: the clerk closes, nobody else; not before six in the evening of the thirtieth; not without a word where a phone
/// is missing.
#[test]
fn a_month_is_closed_by_the_clerk_once_it_is_over_and_whoever_is_missing_is_missing_for_a_reason() {
    let book = book();
    let september = closing(month(9), 40, None);
    let op = Op::MonthClosed(september.clone());
    for staff in [MA, YANG, HEAD, FINANCE, ADMIN] {
        assert_eq!(book.asks(staff, &op), Err("month.not-yours"), "{staff}");
    }
    assert_eq!(book.asks(CLERK, &op), FINE);
    let (end, october_end) = (month(9).end(), month(10).end());
    let late = Op::MonthClosed(closing(month(10), 40, None));
    assert_eq!(book.asks(CLERK, &late), Err("month.not-over"));
    assert_eq!(book.asks_at(CLERK, &late, october_end), Err("month.not-over"), "six o'clock is in it");
    assert_eq!(book.asks_at(CLERK, &late, october_end.next()), FINE);
    assert!(end < october(2));
    let without = MonthClosed { missing: vec![missing(MA, 7)], ..september };
    assert_eq!(book.asks(CLERK, &Op::MonthClosed(without.clone())), Err("month.no-reason"));
    let said = MonthClosed { reason: text("手机掉进水渠"), ..without };
    assert_eq!(book.asks(CLERK, &Op::MonthClosed(said.clone())), FINE);
    let named = |many| {
        let missing = (0..many).map(|seq| missing(MA, seq)).collect();
        book.asks(CLERK, &Op::MonthClosed(MonthClosed { missing, ..said.clone() }))
    };
    assert_eq!((named(500), named(501)), (FINE, Err("month.too-many-phones")));
}

/// S17: two persons sign over one hash, also where one of them has come to the other's desk meanwhile.
#[test]
fn a_month_is_countersigned_by_another_person_over_the_same_table_and_then_nothing_of_it_changes() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    let asks = |book: &Book, staff, one: MonthStamped| book.asks(staff, &Op::MonthStamped(one));
    let agreed = || stamp(id, month(9), MonthStamp::Agreed, "");
    assert_eq!(status(&book, month(9)), MonthStatus::Signed);
    for staff in [MA, HEAD, CLERK] {
        assert_eq!(asks(&book, staff, agreed()), Err("month.not-yours"), "{staff}");
    }
    assert_eq!(book.asks(CLERK, &Op::MonthClosed(closing(month(9), 41, None))), Err("month.signed"));
    assert_eq!(asks(&book, FINANCE, MonthStamped { table: [6; 32], ..agreed() }), Err("month.other-table"));
    assert_eq!(asks(&book, FINANCE, MonthStamped { period: month(8), ..agreed() }), Err("month.unknown"));
    let nothing = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(asks(&book, FINANCE, MonthStamped { closing: nothing, ..agreed() }), Err("month.unknown"));
    assert_eq!(asks(&book, FINANCE, stamp(id, month(9), MonthStamp::SentBack, "")), Err("month.no-note"));
    // The clerk goes to the finance desk: what was closed there is not countersigned there.
    let moved = StaffRoleSet { staff: CLERK, role: Role::Finance, replaces: Vec::new() };
    let mut later = self::book();
    let own = later.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    later.has(ADMIN, Op::StaffRoleSet(moved));
    assert_eq!(asks(&later, CLERK, stamp(own, month(9), MonthStamp::Agreed, "")), Err("month.same-person"));
    later.has(CLERK, Op::MonthStamped(stamp(own, month(9), MonthStamp::Agreed, "")));
    assert_eq!(
        status(&later, month(9)),
        MonthStatus::Signed,
        "nor does it count where it stands all the same"
    );

    assert_eq!(asks(&book, FINANCE, agreed()), FINE);
    book.has(FINANCE, Op::MonthStamped(agreed()));
    assert_eq!(status(&book, month(9)), MonthStatus::Closed);
    assert_eq!(asks(&book, FINANCE, agreed()), Err("month.closed"));
    assert_eq!(book.asks(CLERK, &Op::MonthClosed(closing(month(9), 41, None))), Err("month.closed"));
    let explained = |period| {
        let line = RecoveryLine::Missing(MA);
        Op::MonthLineExplained(MonthLineExplained {
            period,
            line,
            difference: Money::yuan(200),
            explanation: text("短款"),
        })
    };
    assert_eq!(
        later.asks(FINANCE, &explained(month(9))),
        Err("month.signed"),
        "what is signed is not explained"
    );
    assert_eq!(book.asks(FINANCE, &explained(month(9))), Err("month.closed"));
    assert_eq!(book.asks(FINANCE, &explained(month(10))), FINE);
    assert_eq!(book.asks(CLERK, &explained(month(10))), FINE);
    assert_eq!(book.asks(HEAD, &explained(month(10))), Err("month.not-yours"));
}

/// S17: what is sent back is closed anew, the older one is not stamped any more, and months follow each other.
#[test]
fn a_closing_that_was_sent_back_is_made_anew_and_months_are_closed_in_their_turn() {
    let mut book = book();
    let asks = |book: &Book, one: MonthStamped| book.asks(FINANCE, &Op::MonthStamped(one));
    let first = book.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    book.has(FINANCE, Op::MonthStamped(stamp(first, month(9), MonthStamp::SentBack, "少一笔")));
    assert_eq!(status(&book, month(9)), MonthStatus::Open);
    assert_eq!(asks(&book, stamp(first, month(9), MonthStamp::Agreed, "")), Err("month.already-stamped"));
    let second = book.has(CLERK, Op::MonthClosed(closing(month(9), 50, None)));
    assert_eq!(asks(&book, stamp(first, month(9), MonthStamp::Agreed, "")), Err("month.already-stamped"));
    book.has(FINANCE, Op::MonthStamped(stamp(second, month(9), MonthStamp::Agreed, "")));
    let at = |period: Period| period.end().next();
    let close = |period: Period, before| Op::MonthClosed(closing(period, 60, before));
    let asks = |period: Period, before| book.asks_at(CLERK, &close(period, before), at(period));
    assert_eq!(asks(month(11), Some(50)), Err("month.out-of-turn"));
    assert_eq!(asks(month(8), None), Err("month.out-of-turn"));
    assert_eq!(asks(month(10), None), Err("month.other-table"));
    assert_eq!(asks(month(10), Some(40)), Err("month.other-table"), "what was sent back counts for nothing");
    assert_eq!(asks(month(10), Some(50)), FINE);
    // Not before the place where the month before ended: what lies between would count in both, or in none.
    let behind = Op::MonthClosed(closing(month(10), 49, Some(50)));
    assert_eq!(book.asks_at(CLERK, &behind, at(month(10))), Err("month.behind-last"));
}

/// S17: what is signed is what the feed gives: the very phones at their very places, all explained, to the byte.
#[test]
fn a_closing_says_what_the_feed_says() {
    let op = MonthClosed { missing: vec![missing(MA, 7)], ..closing(month(9), 40, None) };
    let facts = MonthFacts {
        head: 60,
        table: Some(TABLE),
        missing: vec![missing(MA, 7)],
        unexplained: 0,
        since: 0,
        notes: NOTES,
    };
    assert_eq!(are_the_facts(&op, &facts), Ok(()));
    let asks = |facts: MonthFacts| are_the_facts(&op, &facts);
    let phones = |missing: Vec<MissingPhone>| MonthFacts { missing, ..facts.clone() };
    assert_eq!(asks(phones(vec![])), Err(MonthRefusal::OtherPhones { missing: 0 }));
    assert_eq!(asks(phones(vec![missing(MA, 8)])), Err(MonthRefusal::OtherPhones { missing: 1 }));
    let forked = MissingPhone { link: [9; 32], ..missing(MA, 7) };
    assert_eq!(asks(phones(vec![forked])), Err(MonthRefusal::OtherPhones { missing: 1 }), "another log");
    let both = vec![missing(MA, 7), missing(YANG, 1)];
    assert_eq!(asks(phones(both)), Err(MonthRefusal::OtherPhones { missing: 2 }));
    assert_eq!(
        asks(MonthFacts { unexplained: 1, ..facts.clone() }),
        Err(MonthRefusal::Unexplained { lines: 1 })
    );
    assert_eq!(asks(MonthFacts { table: Some([6; 32]), ..facts.clone() }), Err(MonthRefusal::OtherTable));
    assert_eq!(asks(MonthFacts { since: 2, ..facts.clone() }), Err(MonthRefusal::MoreCame { changes: 2 }));
    assert_eq!(asks(MonthFacts { notes: [6; 32], ..facts.clone() }), Err(MonthRefusal::OtherNotes));
    assert_eq!(still_gives(&op, Some(TABLE), NOTES), Ok(()));
    assert_eq!(still_gives(&op, None, NOTES), Err(MonthRefusal::OtherTable));
    assert_eq!(still_gives(&op, Some([6; 32]), NOTES), Err(MonthRefusal::OtherTable));
    assert_eq!(still_gives(&op, Some(TABLE), [6; 32]), Err(MonthRefusal::OtherNotes));
    assert_eq!(
        asks(MonthFacts { table: None, ..facts.clone() }),
        Err(MonthRefusal::AheadOfFeed { head: 60 })
    );
    // Where it was heard of last is told, and is no part of where it stands.
    let heard = MissingPhone { heard: Some(Timestamp::from_millis(1)), ..missing(MA, 7) };
    assert_eq!(asks(phones(vec![heard])), Ok(()));
}

/// Q10: a month is closed without a phone once finance and a head have both signed, in whichever order; either sends it back.
#[test]
fn without_a_phone_a_month_is_closed_by_a_head_beside_finance() {
    let stamped = |id, how| Op::MonthStamped(stamp(id, month(9), how, ""));
    let short = || MonthClosed {
        missing: vec![missing(MA, 7)],
        reason: text("手机掉进水渠"),
        ..closing(month(9), 40, None)
    };
    for order in [[FINANCE, HEAD], [HEAD, FINANCE]] {
        let mut book = book();
        let id = book.has(CLERK, Op::MonthClosed(short()));
        for (place, staff) in order.into_iter().enumerate() {
            let (own, others) = if staff == HEAD {
                (MonthStamp::WithoutPhones, MonthStamp::Agreed)
            } else {
                (MonthStamp::Agreed, MonthStamp::WithoutPhones)
            };
            assert_eq!(book.asks(staff, &stamped(id, others)), Err("month.not-yours"));
            assert_eq!(status(&book, month(9)), MonthStatus::Signed, "{place} of two");
            book.has(staff, stamped(id, own));
            let again = if place == 0 { "month.already-stamped" } else { "month.closed" };
            assert_eq!(book.asks(staff, &stamped(id, own)), Err(again));
        }
        assert_eq!(status(&book, month(9)), MonthStatus::Closed);
    }
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(short()));
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    let back = Op::MonthStamped(stamp(id, month(9), MonthStamp::SentBack, "等手机修好"));
    assert_eq!(book.asks(HEAD, &back), FINE);
    book.has(HEAD, back);
    assert_eq!(status(&book, month(9)), MonthStatus::Open);
    let whole = book.has(CLERK, Op::MonthClosed(closing(month(9), 50, None)));
    let release = stamped(whole, MonthStamp::WithoutPhones);
    assert_eq!(book.asks(HEAD, &release), Err("month.nobody-missing"));
}

/// S17: what is missing, what is withheld and what stands below nothing are three things: none makes up for another, nor
/// does one drawer for the other.
#[test]
fn differences_do_not_make_up_for_each_other() {
    let stands = |sum: i64| RepLine { opening: Money::yuan(sum), sources: Vec::new() };
    let table = |missing: i64, withheld: i64, drawers: [i64; 2]| RecoveryTable {
        bounds: Bounds { period: month(9), through: 40, closed_before: None },
        customers: BTreeMap::new(),
        drawers: BTreeMap::from([(
            MA,
            [MA, YANG].map(device).into_iter().zip(drawers.map(stands)).collect::<BTreeMap<_, _>>(),
        )]),
        missing: BTreeMap::from([(MA, stands(missing))]),
        withheld: BTreeMap::from([(MA, stands(withheld))]),
        confirmed: BTreeMap::from([(MA, stands(90))]),
    };
    let (lost, held, below) =
        (RecoveryLine::Missing(MA), RecoveryLine::Withheld(MA), RecoveryLine::Below(MA));
    let yuan = Money::yuan;
    assert_eq!(table(0, 0, [500, 0]).differences(), []);
    assert_eq!(table(200, 0, [-200, 0]).differences(), [(lost, yuan(200)), (below, yuan(200))]);
    assert_eq!(table(500, -500, [500, 0]).differences(), [(lost, yuan(500)), (held, yuan(500))]);
    assert_eq!(table(0, 0, [500, -500]).differences(), [(below, yuan(500))]);
    assert_eq!(table(200, -300, [-50, -50]).difference(MA).to_explain(), yuan(600));
}

/// A feed of October, an entry a day.
#[derive(Default)]
pub(crate) struct Feed(pub(crate) Vec<Entry>);

impl Feed {
    pub(crate) fn has(&mut self, staff: StaffId, op: &Op) -> ChangeId {
        let at = october(self.0.len() as u64 + 1);
        self.has_at(staff, op, at, Verdict::plain())
    }

    pub(crate) fn has_at(&mut self, staff: StaffId, op: &Op, at: Timestamp, verdict: Verdict) -> ChangeId {
        let position = self.0.len() as u64 + 1;
        let header = Header {
            seq: position,
            at,
            seen: 0,
            kind: op.kind(),
            version: Op::VERSION,
            scopes: op.scopes(staff),
            entity: None,
            actor: None,
            epoch: Some(1),
        };
        let change = Change::seal(device(staff), header, None, op.to_body());
        let id = change.id;
        self.0.push(Entry { position, change, staff, effective: at, received: at, verdict });
        id
    }

    pub(crate) fn sends(&mut self, sum: &str) -> PaperId {
        let sent = Remitted {
            amount: yuan(sum),
            account: OPEN,
            drawers: vec![DrawerPart { device: device(MA), amount: yuan(sum) }],
            reference: text(""),
            slip: None,
        };
        PaperId(self.has(MA, &Op::Remitted(sent)).created())
    }

    pub(crate) fn finds(&mut self, of: &[PaperId], sum: &str) -> ChangeId {
        let confirmed = MoneyConfirmed {
            kind: Reversible::Remittance,
            papers: papers(of),
            customer: None,
            account: OPEN,
            amount: yuan(sum),
            arrived_on: date(10, 10),
            lines: Vec::new(),
            note: text(""),
        };
        self.has(FINANCE, &Op::MoneyConfirmed(confirmed))
    }

    /// What is confirmed of Ma's, and by what the last entry moved it.
    fn confirmed(&self) -> (Money, Option<(Moved, Money)>) {
        let head = self.0.len() as u64;
        let table = recovery_table(&self.0, Bounds { period: month(10), through: head, closed_before: None });
        let line = table.confirmed.get(&MA).cloned().unwrap_or_default();
        let last = line.sources.last().filter(|source| source.position == head);
        (line.closing(), last.map(|source| (source.moved, source.sum)))
    }
}

fn papers(of: &[PaperId]) -> Vec<ConfirmedPaper> {
    of.iter().map(|of| ConfirmedPaper { of: *of, staff: MA }).collect()
}

/// S13, S17: what finance has confirmed of what left a rep's hands: by the bank or over the counter, as long as it stands.
#[test]
fn what_finance_has_confirmed_of_what_left_a_reps_hands_is_a_figure_with_its_changes() {
    let (mut feed, nothing) = (Feed::default(), Money::ZERO);
    let cash = |amount, receipt| {
        let means = Means::Cash;
        let (order, over_limit, note, photo) = (None, None, text(""), None);
        Op::Collected(Collected { customer: HIS, amount, means, receipt, order, over_limit, note, photo })
    };
    feed.has(MA, &cash(yuan("900"), 1));
    let (first, second) = (feed.sends("300"), feed.sends("200"));
    assert_eq!(feed.confirmed(), (nothing, None), "sent is not arrived");
    let found = feed.finds(&[first, second], "500");
    assert_eq!(feed.confirmed(), (whole(500), Some((Moved::Confirmed, whole(500)))));
    feed.finds(&[first], "300");
    assert_eq!(feed.confirmed(), (whole(500), None), "found twice is found once");
    let withdrawn = ConfirmationWithdrawn {
        confirmation: found,
        kind: Reversible::Remittance,
        papers: papers(&[first, second]),
        customer: None,
        lines: Vec::new(),
        reason: text("认错了"),
    };
    feed.has(FINANCE, &Op::ConfirmationWithdrawn(withdrawn));
    assert_eq!(feed.confirmed(), (whole(300), Some((Moved::Confirmed, whole(-200)))));

    let amount = yuan("400");
    let drawers = vec![DrawerPart { device: device(MA), amount }];
    let body = CashHandedIn { amount, drawers, note: text("") };
    let hand_in = PaperId(feed.has(MA, &Op::CashHandedIn(body.clone())).created());
    assert_eq!(feed.confirmed(), (whole(300), None), "one signature confirms nothing");
    let (stamp, over) = (HandInStamp::Received, body.body_hash());
    let received = HandInStamped { hand_in, staff: MA, stamp, over, note: text("") };
    feed.has(FINANCE, &Op::HandInStamped(received));
    assert_eq!(feed.confirmed(), (whole(700), Some((Moved::HandedIn, whole(400)))));

    let (stamp, over) = (HandInStamp::TakenBack, body.body_hash());
    let taken_back = HandInStamped { hand_in, staff: MA, stamp, over, note: text("签错了") };
    feed.has(FINANCE, &Op::HandInStamped(taken_back));
    assert_eq!(feed.confirmed(), (whole(300), Some((Moved::Reversed, whole(-400)))));

    let reason = text("银行退回");
    let bounced = Reversed { kind: Reversible::Remittance, of: first, staff: MA, customer: None, reason };
    feed.has(FINANCE, &Op::Reversed(bounced));
    assert_eq!(feed.confirmed(), (whole(0), Some((Moved::Reversed, whole(-300)))));
}
