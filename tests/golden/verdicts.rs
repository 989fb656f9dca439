//! A verdict for every reason a rule can have.

use std::collections::BTreeMap;

use sync_core::{
    domain::{
        bank::StatementRefusal,
        cash::{
            AccountRefusal, CashRefusal, ConfirmationRefusal, DayCloseRefusal, HandInRefusal, LimitRefusal,
            ReceivableRefusal, RemitNow, ViolationRefusal,
        },
        customer::{CardField, CustomerRefusal, FieldRefusal, FieldValue},
        month::MonthRefusal,
        people::{DeviceRefusal, StaffRefusal},
        sale::{Binding, OrderRefusal, PriceRefusal, ProductRefusal},
        visit::VisitRefusal,
    },
    refusal::{ChangeRefusal, Finding, Refusal, Verdict},
    time::{BusinessDate, Period, Timestamp},
    unit::{Money, NotAText, PaperId, StaffId, UnitPrice},
};
use uuid::Uuid;

use super::{
    Sample,
    ops::{ACCOUNT, CUSTOMER, DEVICE, LIST, MA, text},
};

fn refusals() -> Vec<Refusal> {
    [people(), customers(), sales(), money(), at_the_desk(), months(), changes()].concat()
}

fn people() -> Vec<Refusal> {
    let staff =
        [StaffRefusal::NotYours, StaffRefusal::Unknown, StaffRefusal::Exists, StaffRefusal::NotForPeople];
    let devices = [DeviceRefusal::NotYours, DeviceRefusal::Unknown, DeviceRefusal::Exists];
    staff.map(Refusal::from).into_iter().chain(devices.map(Refusal::from)).collect()
}

fn customers() -> Vec<Refusal> {
    let (customer, owner, field) = (CUSTOMER, MA, CardField::Name);
    let of_field = |why| CustomerRefusal::Field { why };
    let of_text = |why| of_field(FieldRefusal::Text { field, why });
    let all = [
        CustomerRefusal::Unknown { customer },
        CustomerRefusal::NotYours { customer },
        CustomerRefusal::Exists { customer },
        CustomerRefusal::NoName,
        CustomerRefusal::MayNotAssign { owner },
        CustomerRefusal::NotARep { owner },
        CustomerRefusal::Undecided {
            field: CardField::Credit,
            base: Some(FieldValue::Text(text("月结一万"))),
            theirs: FieldValue::Text(text("先款后货")),
            by: owner,
            at: Timestamp::from_packed(0x0199_0000_0000_0007),
        },
        of_field(FieldRefusal::WrongType { field }),
        of_field(FieldRefusal::TooLarge { field: CardField::Employees, most: 1_000_000 }),
        of_text(NotAText::TooShort { has: 0, least: 1 }),
        of_text(NotAText::TooLong { has: 75, most: 60 }),
        of_text(NotAText::ControlCharacter),
    ];
    all.map(Refusal::from).to_vec()
}

fn sales() -> Vec<Refusal> {
    let price = |typed| UnitPrice::typed(typed).expect("a price");
    let orders = [
        OrderRefusal::NoLines,
        OrderRefusal::TooManyLines { has: 300, most: 200 },
        OrderRefusal::NoSuchList { list: LIST },
        OrderRefusal::NotListed { line: 3 },
        OrderRefusal::NotTheListPrice { line: 2, listed: price("96.05"), asked: price("90") },
        OrderRefusal::WrongTotal { line: 1, right: Money::fen(288_150) },
        OrderRefusal::Unknown,
        OrderRefusal::OtherBody,
        OrderRefusal::NotYours,
    ];
    let prices = [
        PriceRefusal::NotYours,
        PriceRefusal::EndsBeforeItBegins,
        PriceRefusal::NotOnceEach,
        PriceRefusal::Exists,
    ];
    let visits = [
        VisitRefusal::NoPurpose,
        VisitRefusal::TooManyPhotos { has: 10, most: 9 },
        VisitRefusal::NoSuchPlace,
    ];
    let all = orders.map(Refusal::from).into_iter().chain(prices.map(Refusal::from));
    let theirs = Box::new(Binding {
        unit: text("袋"),
        packaging: text("编织袋"),
        net_weight_g: 25_000,
        tolerance_g: 50,
    });
    let at = Timestamp::from_packed(0x0199_0000_0000_0007);
    let undecided = ProductRefusal::Undecided { base: Some(theirs.clone()), theirs, by: MA, at };
    all.chain(visits.map(Refusal::from)).chain([ProductRefusal::NotYours.into(), undecided.into()]).collect()
}

fn money() -> Vec<Refusal> {
    let accounts = [
        AccountRefusal::NotFinance,
        AccountRefusal::Unknown,
        AccountRefusal::Exists,
        AccountRefusal::NotANumber,
        AccountRefusal::NumberTaken,
        AccountRefusal::StaffName,
    ];
    let cash = [
        CashRefusal::AboveLimit {
            would_hold: Money::fen(2_000_001),
            limit: Money::yuan(20_000),
            may_take: Money::yuan(1_000),
        },
        CashRefusal::NotACashRep,
        CashRefusal::MoreThanHeld { held: Money::yuan(5) },
        CashRefusal::NotACompanyAccount { account: ACCOUNT },
        CashRefusal::NothingToReverse,
        CashRefusal::AlreadyReversed,
        CashRefusal::NotYours,
        CashRefusal::PartsDiffer { parts: Money::yuan(7) },
        CashRefusal::ConfirmedMoney,
    ];
    let limits = [
        LimitRefusal::NotYourPhone,
        LimitRefusal::MoreThanLeft { left: Money::yuan(4_000) },
        LimitRefusal::NotFinance,
        LimitRefusal::StillInUse,
        LimitRefusal::AlreadySettled,
        LimitRefusal::OtherFigures { share: Money::yuan(20_000), drawer: Money::yuan(-7) },
        LimitRefusal::BelowNothing,
        LimitRefusal::NotManagement,
        LimitRefusal::NotACashRep,
        LimitRefusal::EndsBeforeItBegins,
        LimitRefusal::TooLong { days: 400, most: 366 },
        LimitRefusal::RemitAboveHold { remit_from: Money::yuan(30_000), hold: Money::yuan(20_000) },
        LimitRefusal::PartsDiffer { parts: Money::yuan(7), due: Money::yuan(8) },
        LimitRefusal::OwnAffair,
        LimitRefusal::BeginsBefore { day: BusinessDate::of(2026, 9, 25).expect("a date") },
    ];
    let violations = [
        ViolationRefusal::NotYours,
        ViolationRefusal::Unknown,
        ViolationRefusal::AlreadyStamped,
        ViolationRefusal::RaisesItself,
        ViolationRefusal::OwnAffair,
    ];
    let hand_ins = [
        HandInRefusal::Unknown,
        HandInRefusal::OtherBody,
        HandInRefusal::NotYours,
        HandInRefusal::AlreadyStamped,
        HandInRefusal::NoReason,
        HandInRefusal::NotReceived,
    ];
    let closes = [
        DayCloseRefusal::NotACashRep,
        DayCloseRefusal::NotADenomination { denomination: Money::yuan(3) },
        DayCloseRefusal::TooMany { denomination: Money::yuan(100), pieces: 100_001, most: 100_000 },
        DayCloseRefusal::Unexplained { difference: Money::yuan(-1) },
        DayCloseRefusal::NotYet,
    ];
    let of_the_bag = hand_ins.map(Refusal::from).into_iter().chain(closes.map(Refusal::from));
    let of_cash = accounts.map(Refusal::from).into_iter().chain(cash.map(Refusal::from));
    of_cash.chain(limits.map(Refusal::from)).chain(violations.map(Refusal::from)).chain(of_the_bag).collect()
}

fn at_the_desk() -> Vec<Refusal> {
    let confirmations = [
        ConfirmationRefusal::Unknown,
        ConfirmationRefusal::NotFinance,
        ConfirmationRefusal::OwnMoney,
        ConfirmationRefusal::Reversed,
        ConfirmationRefusal::AlreadyConfirmed,
        ConfirmationRefusal::AmountDiffers { due: Money::yuan(7) },
        ConfirmationRefusal::OtherAccount { account: ACCOUNT },
        ConfirmationRefusal::NotSent,
        ConfirmationRefusal::NotYet { today: BusinessDate::of(2026, 10, 17).expect("a date") },
        ConfirmationRefusal::SeveralReps,
        ConfirmationRefusal::NothingNamed,
        ConfirmationRefusal::NotConfirmed,
        ConfirmationRefusal::Withheld,
        ConfirmationRefusal::NotACompanyAccount,
        ConfirmationRefusal::TooEarly { first: BusinessDate::of(2026, 9, 12).expect("a date") },
    ];
    let statements = [
        StatementRefusal::NotFinance,
        StatementRefusal::UnknownAccount,
        StatementRefusal::NoLines,
        StatementRefusal::AlreadyImported,
        StatementRefusal::UnknownLine,
        StatementRefusal::LineTaken { number: 4 },
        StatementRefusal::SetAside { number: 4 },
        StatementRefusal::OtherAccount,
        StatementRefusal::LinesDiffer { come: Money::yuan(7) },
        StatementRefusal::NoReason,
        StatementRefusal::NoCase { due: Money::yuan(7) },
        StatementRefusal::NotAside,
        StatementRefusal::NotMatched,
        StatementRefusal::OtherDay { day: BusinessDate::of(2026, 10, 17).expect("a date") },
        StatementRefusal::CaseOpen {
            violation: PaperId::from_bytes([7; 16]),
            staff: StaffId::from_bytes([8; 16]),
        },
    ];
    let day = |month, day| BusinessDate::of(2026, month, day).expect("a date");
    let owed = [
        ReceivableRefusal::MayNotUrge,
        ReceivableRefusal::NoSuchOrder,
        ReceivableRefusal::PromisedBefore { day: day(9, 25) },
        ReceivableRefusal::MayNotExcept,
        ReceivableRefusal::MayNotApprove,
        ReceivableRefusal::YourOwn,
        ReceivableRefusal::EndsBeforeItBegins,
        ReceivableRefusal::Over { day: day(9, 25) },
        ReceivableRefusal::TooLong { days: 367, most: 366 },
        ReceivableRefusal::CreditTooLong { days: 181, most: 180 },
        ReceivableRefusal::Overlaps { from: day(10, 1), to: day(12, 31) },
        ReceivableRefusal::NoSuchException,
        ReceivableRefusal::AlreadyStamped,
        ReceivableRefusal::NoReason,
        ReceivableRefusal::PromisedTooFar { day: day(9, 25), most: 366 },
        ReceivableRefusal::BeginsBefore { day: day(9, 25) },
        ReceivableRefusal::PromisedTooMuch { amount: Money::yuan(5_000), open: Money::yuan(500) },
    ];
    let of_the_bank = confirmations.map(Refusal::from).into_iter().chain(statements.map(Refusal::from));
    of_the_bank.chain(owed.map(Refusal::from)).collect()
}

fn months() -> Vec<Refusal> {
    let october = Period::of(2026, 10).expect("a month");
    let all = [
        MonthRefusal::NotYours,
        MonthRefusal::NotOver { until: october.end() },
        MonthRefusal::Closed { period: october },
        MonthRefusal::OutOfTurn { due: october },
        MonthRefusal::OtherTable,
        MonthRefusal::SamePerson,
        MonthRefusal::NoReason { missing: 2 },
        MonthRefusal::OtherPhones { missing: 1 },
        MonthRefusal::Unexplained { lines: 3 },
        MonthRefusal::Unknown,
        MonthRefusal::AlreadyStamped,
        MonthRefusal::NoNote,
        MonthRefusal::TooManyPhones { has: 501, most: 500 },
        MonthRefusal::AheadOfFeed { head: 52_880 },
        MonthRefusal::BehindLast { closed: 41_002 },
        MonthRefusal::MoreCame { changes: 2 },
        MonthRefusal::Signed { period: october },
        MonthRefusal::OtherNotes,
        MonthRefusal::NobodyMissing,
        MonthRefusal::OfficeOnly,
    ];
    all.map(Refusal::from).to_vec()
}

fn changes() -> Vec<Refusal> {
    let all = [
        ChangeRefusal::UnknownKind { kind: 9_999, version: 1 },
        ChangeRefusal::Malformed { why: "a name has 60 characters at most".into() },
        ChangeRefusal::WaitsFor { paper: Uuid::from_bytes([81; 16]) },
        ChangeRefusal::DeviceRevoked,
        ChangeRefusal::UnknownAuthor,
        ChangeRefusal::NotARuler,
        ChangeRefusal::NothingHeld,
        ChangeRefusal::AlreadyDecided { by: MA, at: Timestamp::from_packed(0x0199_0000_0000_0007) },
    ];
    all.map(Refusal::from).to_vec()
}

fn findings() -> Vec<Finding> {
    let held = RemitNow { held: Money::yuan(10_000) };
    vec![
        Finding::RemitNow(held),
        Finding::AgainstRule(CashRefusal::NotACashRep.into()),
        Finding::ClockAhead { claimed: Timestamp::from_packed(0x0199_0000_0000_0007) },
        Finding::ListExpired,
        Finding::ReceiptOutOfTurn { due: 3, found: 5 },
        Finding::OverLimit(held),
        Finding::OtherScopes,
        Finding::DrawerBelowZero { held: Money::yuan(-1) },
    ]
}

/// Those that came after the first collective sample, which stays as it was written.
fn later_findings() -> Vec<Finding> {
    let (said, held) = (Money::yuan(2), Money::yuan(3));
    vec![Finding::DrawerDiffers { device: DEVICE, said, held }]
}

/// The codes of all of them.
pub(super) fn codes() -> Vec<&'static str> {
    let refused: Vec<_> = refusals().iter().map(Refusal::code).collect();
    refused.into_iter().chain(findings().iter().chain(&later_findings()).map(Finding::code)).collect()
}

pub(super) fn samples() -> Vec<Sample> {
    // Named by the reason, and by the turn among those of the same: a new one moves no other's name.
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    let mut held = Vec::new();
    for reason in refusals() {
        let code = reason.code();
        let turn = turns.entry(code).or_default();
        *turn += 1;
        let turn = if *turn == 1 { String::new() } else { format!("-{turn}") };
        held.push(Sample::of(format!("verdict/held-{code}{turn}"), Verdict::Held { reason }));
    }
    let all = Verdict::Applied { findings: findings(), withheld: true };
    let found = findings().into_iter().chain(later_findings()).map(|finding| {
        let name = format!("verdict/finding-{}", finding.code());
        Sample::of(name, finding)
    });
    held.into_iter()
        .chain(found)
        .chain([
            Sample::of("verdict/applied", Verdict::plain()),
            Sample::of("verdict/applied-with-all-findings-and-withheld", all),
        ])
        .collect()
}
