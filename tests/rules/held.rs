//! R10: every held change is seen by its author with code, reason and original input, whatever it says and why it waits.

use std::collections::BTreeSet;

use sync_core::{
    domain::{
        cash::{AccountRefusal, CashRefusal, LimitRefusal, Share, ViolationRefusal},
        customer::{CardField, CustomerRefusal, FieldRefusal, FieldValue},
        month::MonthRefusal,
        people::{DeviceRefusal, Role, StaffRefusal},
        sale::{Binding, OrderRefusal, PriceRefusal, ProductRefusal},
        visit::VisitRefusal,
    },
    feed::{Cursor, Entry},
    locale::{Lang, Texts},
    log::{Change, Header},
    op::Op,
    refusal::{ChangeRefusal, Refusal, Verdict},
    replica::{Identity, Replica},
    scope::{Scope, Viewer},
    sentence,
    time::{Period, Timestamp, business_date},
    unit::{
        AccountId, ChangeId, CompanyId, CustomerId, DeviceId, Money, PriceListId, StaffId, Text, UnitPrice,
    },
    wire::Page,
};
use uuid::Uuid;

const ME: StaffId = StaffId::from_bytes([3; 16]);
const OTHER: StaffId = StaffId::from_bytes([4; 16]);
const PHONE: DeviceId = DeviceId::from_bytes([2; 16]);
const WHOSE: CustomerId = CustomerId::from_bytes([7; 16]);
const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn month() -> Period {
    Period::at(NOW)
}

fn sum() -> Money {
    Money::yuan(1)
}

/// One of each.
fn every_refusal() -> Vec<Refusal> {
    let words = |text: &str| FieldValue::Text(Text::new(text).expect("short"));
    let theirs = Box::new(Binding {
        unit: Text::new("袋").expect("short"),
        packaging: Text::default(),
        net_weight_g: 25_000,
        tolerance_g: 50,
    });
    let (customer, owner, by, at) = (WHOSE, OTHER, OTHER, NOW);
    let (account, list) = (AccountId::from_bytes([8; 16]), PriceListId::from_bytes([9; 16]));
    let (listed, asked) = (UnitPrice::MOST, UnitPrice::MOST);
    let why = FieldRefusal::WrongType { field: CardField::Name };
    let undecided = CustomerRefusal::Undecided {
        field: CardField::Credit,
        base: Some(words("月结")),
        theirs: words("现款"),
        by,
        at,
    };
    let mut all: Vec<Refusal> = Vec::new();
    all.extend([StaffRefusal::NotYours, StaffRefusal::Unknown, StaffRefusal::Exists].map(Refusal::from));
    all.push(StaffRefusal::NotForPeople.into());
    all.extend([DeviceRefusal::NotYours, DeviceRefusal::Unknown, DeviceRefusal::Exists].map(Refusal::from));
    all.extend([
        CustomerRefusal::Unknown { customer }.into(),
        CustomerRefusal::NotYours { customer }.into(),
        CustomerRefusal::Exists { customer }.into(),
        CustomerRefusal::Field { why }.into(),
        CustomerRefusal::NoName.into(),
        CustomerRefusal::MayNotAssign { owner }.into(),
        CustomerRefusal::NotARep { owner }.into(),
        undecided.into(),
        ProductRefusal::NotYours.into(),
        ProductRefusal::Undecided { base: None, theirs, by, at }.into(),
        PriceRefusal::NotYours.into(),
        PriceRefusal::EndsBeforeItBegins.into(),
        PriceRefusal::NotOnceEach.into(),
        PriceRefusal::Exists.into(),
        VisitRefusal::NoPurpose.into(),
        VisitRefusal::TooManyPhotos { has: 10, most: 9 }.into(),
        VisitRefusal::NoSuchPlace.into(),
        OrderRefusal::NoLines.into(),
        OrderRefusal::TooManyLines { has: 3, most: 2 }.into(),
        OrderRefusal::NoSuchList { list }.into(),
        OrderRefusal::NotListed { line: 1 }.into(),
        OrderRefusal::NotTheListPrice { line: 1, listed, asked }.into(),
        OrderRefusal::WrongTotal { line: 1, right: sum() }.into(),
        OrderRefusal::Unknown.into(),
        OrderRefusal::OtherBody.into(),
        OrderRefusal::NotYours.into(),
        AccountRefusal::NotFinance.into(),
        AccountRefusal::Unknown.into(),
        AccountRefusal::Exists.into(),
        AccountRefusal::NotANumber.into(),
        AccountRefusal::NumberTaken.into(),
        AccountRefusal::StaffName.into(),
        CashRefusal::AboveLimit { would_hold: sum(), limit: sum(), may_take: sum() }.into(),
        CashRefusal::NotACashRep.into(),
        CashRefusal::MoreThanHeld { held: sum() }.into(),
        CashRefusal::NotACompanyAccount { account }.into(),
        CashRefusal::NothingToReverse.into(),
        CashRefusal::AlreadyReversed.into(),
        CashRefusal::NotYours.into(),
        CashRefusal::PartsDiffer { parts: sum() }.into(),
        CashRefusal::ConfirmedMoney.into(),
        LimitRefusal::NotYourPhone.into(),
        LimitRefusal::MoreThanLeft { left: sum() }.into(),
        LimitRefusal::NotFinance.into(),
        LimitRefusal::StillInUse.into(),
        LimitRefusal::AlreadySettled.into(),
        LimitRefusal::OtherFigures { share: sum(), drawer: sum() }.into(),
        LimitRefusal::BelowNothing.into(),
        LimitRefusal::NotManagement.into(),
        LimitRefusal::NotACashRep.into(),
        LimitRefusal::EndsBeforeItBegins.into(),
        LimitRefusal::TooLong { days: 400, most: 366 }.into(),
        LimitRefusal::RemitAboveHold { remit_from: sum(), hold: sum() }.into(),
        LimitRefusal::PartsDiffer { parts: sum(), due: sum() }.into(),
        LimitRefusal::OwnAffair.into(),
        LimitRefusal::BeginsBefore { day: business_date(NOW) }.into(),
        ViolationRefusal::NotYours.into(),
        ViolationRefusal::Unknown.into(),
        ViolationRefusal::AlreadyStamped.into(),
        ViolationRefusal::RaisesItself.into(),
        ViolationRefusal::OwnAffair.into(),
        ChangeRefusal::UnknownKind { kind: 999, version: 1 }.into(),
        ChangeRefusal::Malformed { why: "75 characters; the limit is 60".into() }.into(),
        ChangeRefusal::WaitsFor { paper: Uuid::from_u128(1) }.into(),
        ChangeRefusal::DeviceRevoked.into(),
        ChangeRefusal::UnknownAuthor.into(),
        ChangeRefusal::NotARuler.into(),
        ChangeRefusal::NothingHeld.into(),
        ChangeRefusal::AlreadyDecided { by, at }.into(),
    ]);
    all.extend(of_months());
    all
}

fn of_months() -> [Refusal; 20] {
    [
        MonthRefusal::NotYours.into(),
        MonthRefusal::NotOver { until: Timestamp::from_millis(1) }.into(),
        MonthRefusal::Closed { period: month() }.into(),
        MonthRefusal::OutOfTurn { due: month() }.into(),
        MonthRefusal::OtherTable.into(),
        MonthRefusal::SamePerson.into(),
        MonthRefusal::NoReason { missing: 1 }.into(),
        MonthRefusal::OtherPhones { missing: 1 }.into(),
        MonthRefusal::Unexplained { lines: 1 }.into(),
        MonthRefusal::Unknown.into(),
        MonthRefusal::AlreadyStamped.into(),
        MonthRefusal::NoNote.into(),
        MonthRefusal::TooManyPhones { has: 501, most: 500 }.into(),
        MonthRefusal::AheadOfFeed { head: 1 }.into(),
        MonthRefusal::BehindLast { closed: 1 }.into(),
        MonthRefusal::MoreCame { changes: 1 }.into(),
        MonthRefusal::Signed { period: month() }.into(),
        MonthRefusal::OtherNotes.into(),
        MonthRefusal::NobodyMissing.into(),
        MonthRefusal::OfficeOnly.into(),
    ]
}

/// Every kind there is, and one that nobody knows yet.
fn every_kind() -> Vec<u16> {
    let kinds: Vec<u16> = (0..1_000).filter(|kind| Op::name_of(*kind) != "unknown").collect();
    assert!(kinds.len() > 20, "{kinds:?}");
    kinds.into_iter().chain([4_711]).collect()
}

/// Where the codes of refusals stand, so that none is forgotten here.
const CODES: [&str; 13] = [
    include_str!("../../sync-core/src/refusal.rs"),
    include_str!("../../sync-core/src/domain/customer/rules.rs"),
    include_str!("../../sync-core/src/domain/cash/account.rs"),
    include_str!("../../sync-core/src/domain/cash/drawer.rs"),
    include_str!("../../sync-core/src/domain/cash/limit_rules.rs"),
    include_str!("../../sync-core/src/domain/cash/violation.rs"),
    include_str!("../../sync-core/src/domain/month/rules.rs"),
    include_str!("../../sync-core/src/domain/visit.rs"),
    include_str!("../../sync-core/src/domain/sale/price_list.rs"),
    include_str!("../../sync-core/src/domain/sale/product.rs"),
    include_str!("../../sync-core/src/domain/sale/order.rs"),
    include_str!("../../sync-core/src/domain/people/staff.rs"),
    include_str!("../../sync-core/src/domain/people/device.rs"),
];

#[test]
fn the_list_of_refusals_is_whole() {
    // A code stands in an arm of `code`: `Self::NotYours => "cash.not-yours"`, alone or as the only one.
    let codes = CODES.iter().flat_map(|source| source.split('"').skip(1).step_by(2));
    let codes: BTreeSet<&str> = codes
        .filter(|code| {
            let plain =
                |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            code.split_once('.').is_some_and(|(noun, reason)| plain(noun) && plain(reason))
        })
        .collect();
    let refusals = every_refusal();
    let mine: BTreeSet<&str> = refusals.iter().map(Refusal::code).collect();
    // Findings have codes of their own.
    let findings = [
        "cash.remit-now",
        "time.clock-ahead",
        "price.list-expired",
        "cash.receipt-out-of-turn",
        "cash.over-limit",
        "change.other-scopes",
        "cash.drawer-below-zero",
        "day-close.drawer-differs",
    ];
    let missing: Vec<_> = codes.difference(&mine).filter(|code| !findings.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(mine.len(), refusals.len(), "one of each");
}

fn held(seq: u64, kind: u16, reason: &Refusal) -> Entry {
    let header = Header {
        seq,
        at: NOW,
        seen: 0,
        kind,
        version: Op::VERSION,
        scopes: vec![Scope::Customer(WHOSE)],
        entity: None,
        actor: None,
        epoch: Some(1),
    };
    let body = format!("what somebody typed, {seq}").into_bytes();
    let change = Change::seal(PHONE, header, None, body);
    let verdict = Verdict::Held { reason: reason.clone() };
    Entry { position: seq, change, staff: ME, effective: NOW, received: NOW, verdict }
}

/// R10, on the author's phone: read from the wire, in the book, after a restart.
#[test]
fn every_held_change_is_seen_by_its_author_with_code_reason_and_original_input() {
    let cases: Vec<(u16, Refusal)> = every_kind()
        .into_iter()
        .flat_map(|kind| every_refusal().into_iter().map(move |reason| (kind, reason)))
        .collect();
    let entries: Vec<Entry> =
        cases.iter().zip(1..).map(|((kind, reason), seq)| held(seq, *kind, reason)).collect();
    let me = Viewer { staff: ME, role: Role::Rep, customers: BTreeSet::new() };
    assert!(entries.iter().all(|entry| me.may_see_any(&entry.scopes())));
    // A phone of its own again: the changes were written on the one before.
    let identity = Identity {
        company: CompanyId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([5; 16]),
        number: 8,
        staff: ME,
        name: "马".into(),
        role: Role::Rep,
        share: Share::NONE,
        key: [4; 32],
    };
    let mut phone = Replica::new(identity);
    let scopes: Vec<Scope> = me.listed_scopes().expect("a rep's can be listed").into_iter().collect();
    let last = entries.len() as u64;
    let page = Page {
        scanned_to: Cursor { epoch: 1, position: last },
        head: last,
        grants: Some(scopes.clone()),
        entries,
        now: NOW,
        asked_with: phone.index().scopes_fingerprint(),
        ..Page::default()
    };
    let page: Page = minicbor::decode(&minicbor::to_vec(&page).expect("into memory")).expect("a page");
    phone.receive(&page);
    let stored: Vec<_> = scopes
        .iter()
        .map(|scope| minicbor::to_vec(phone.scope_record(*scope)).expect("into memory"))
        .map(|bytes| minicbor::decode(&bytes).expect("a record"))
        .collect();
    let phone = Replica::restore(phone.index().clone(), stored, Vec::new()).expect("nothing is lost");
    let texts = Lang::ALL.map(Texts::new);
    let seen = phone.held();
    for ((kind, reason), seq) in cases.iter().zip(1..) {
        let id = ChangeId { device: PHONE, seq };
        let (change, outcome) = seen.iter().find(|(held, _)| held.id == id).expect("its author sees it");
        assert_eq!((change.kind, &change.reason), (*kind, reason));
        assert_eq!(change.body, format!("what somebody typed, {seq}").into_bytes());
        assert!(outcome.is_none(), "nobody has decided");
        for texts in &texts {
            let said = sentence::refusal(texts, &change.reason);
            let unknown = texts.text("refusal-unknown", &[("code", reason.code().into())]);
            assert!(!said.is_empty() && said != unknown, "{} has no words", reason.code());
        }
    }
    assert_eq!(seen.len(), cases.len());
}
