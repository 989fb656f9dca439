//! Shares of the limit over a rep's devices, lost phones, special rules, violations. Source: S14, S15, S16, S46.

use sync_core::{
    domain::{
        cash::{
            BreachKind, Collected, LimitOverridden, LimitPart, LostPhoneSettled, Means, Share, ShareMoved,
            ViolationRaised, ViolationStamp, ViolationStamped,
        },
        people::{DeviceEnrolled, DeviceRevoked, Role, StaffJoined},
    },
    judge,
    op::Op,
    time::BusinessDate,
    unit::{DeviceId, Money, PaperId, StaffId},
};

use crate::book::{Book, FINANCE, FINE, HEAD, HIS, MA, YANG, date, device, text, whole, yuan};

/// Ma's second phone, enrolled beside the first.
const SECOND: DeviceId = DeviceId::from_bytes([150; 16]);
const VP: StaffId = StaffId::from_bytes([7; 16]);

fn two_phones() -> Book {
    let mut book = Book::new();
    let (number, name, key) = (50, text(""), [8; 32]);
    let enrolled = DeviceEnrolled { device: SECOND, staff: MA, number, name, key, share: Share::NONE };
    book.has(HEAD, Op::DeviceEnrolled(enrolled));
    let role = Role::MarketingVp;
    let joined = StaffJoined { staff: VP, number: text("7"), name: text("副总"), role, team: text("") };
    book.has(HEAD, Op::StaffJoined(joined));
    book
}

fn cash(sum: &str) -> Op {
    let (means, order, over_limit, note, photo) = (Means::Cash, None, None, text(""), None);
    Op::Collected(Collected {
        customer: HIS,
        amount: yuan(sum),
        means,
        receipt: 1,
        order,
        over_limit,
        note,
        photo,
    })
}

fn gives(sum: &str, to: Option<DeviceId>) -> Op {
    Op::ShareMoved(ShareMoved { staff: MA, to, amount: yuan(sum) })
}

fn share(book: &Book, device: DeviceId, day: BusinessDate) -> Money {
    judge::share_on(book.papers(), MA, device, day).limit()
}

fn october(day: u32) -> BusinessDate {
    date(10, day)
}

/// S14, S15: what one device gives up another has, and both together never more than the limit.
#[test]
fn a_share_that_is_given_up_is_with_the_other_device_and_nowhere_else() {
    let mut book = two_phones();
    assert_eq!(share(&book, SECOND, october(10)), Money::ZERO);
    book.has(MA, gives("8000", Some(SECOND)));
    assert_eq!(
        (share(&book, device(MA), october(10)), share(&book, SECOND, october(10))),
        (whole(12_000), whole(8_000))
    );
    assert_eq!(book.asks(MA, &cash("12000.01")), Err("cash.above-limit"));
    assert_eq!(book.asks(MA, &cash("12000")), Ok(vec!["cash.remit-now"]));
    book.has(MA, gives("2000", None));
    assert_eq!(share(&book, device(MA), october(10)), whole(10_000));
}

/// S15: only what is left beside the cash in the drawer is given up, on a phone of one's own, to one in use.
#[test]
fn no_device_gives_up_what_it_has_spent() {
    let mut book = two_phones();
    book.has(MA, cash("15000"));
    assert_eq!(book.asks(MA, &gives("5000", Some(SECOND))), FINE);
    assert_eq!(book.asks(MA, &gives("5000.01", Some(SECOND))), Err("limit.more-than-left"));
    assert_eq!(book.asks(MA, &gives("1", Some(device(MA)))), Err("limit.not-your-phone"));
    assert_eq!(book.asks(MA, &gives("1", Some(device(YANG)))), Err("limit.not-your-phone"));
    assert_eq!(book.asks(YANG, &gives("1", None)), Err("limit.not-your-phone"));
    book.has(HEAD, Op::DeviceRevoked(DeviceRevoked { device: SECOND, staff: MA, reason: text("丢了") }));
    assert_eq!(book.asks(MA, &gives("1", Some(SECOND))), Err("limit.not-your-phone"));
}

fn settled(share: i64, drawer: i64, counted: i64) -> LostPhoneSettled {
    let (device, into) = (device(MA), SECOND);
    let (share, drawer, counted) = (whole(share), whole(drawer), whole(counted));
    LostPhoneSettled { staff: MA, device, into, share, drawer, counted, note: text("当面点清") }
}

/// S14, S15: finance settles a stopped phone by the book's figures; drawer and share pass on, what is missing is kept.
#[test]
fn a_lost_phone_is_settled_by_finance_once_and_by_the_books_figures() {
    let mut book = two_phones();
    book.has(MA, cash("15000"));
    let settle = |one| Op::LostPhoneSettled(one);
    assert_eq!(book.asks(FINANCE, &settle(settled(20_000, 15_000, 15_000))), Err("limit.still-in-use"));
    book.has(HEAD, Op::DeviceRevoked(DeviceRevoked { device: device(MA), staff: MA, reason: text("丢了") }));
    assert_eq!(book.asks(HEAD, &settle(settled(20_000, 15_000, 15_000))), Err("limit.not-finance"));
    assert_eq!(book.asks(FINANCE, &settle(settled(20_000, 14_000, 14_000))), Err("limit.other-figures"));
    assert_eq!(book.asks(FINANCE, &settle(settled(19_000, 15_000, 15_000))), Err("limit.other-figures"));
    assert_eq!(book.asks(FINANCE, &settle(settled(20_000, 15_000, -1))), Err("limit.below-nothing"));
    let self_heir = LostPhoneSettled { into: device(MA), ..settled(20_000, 15_000, 15_000) };
    assert_eq!(book.asks(FINANCE, &settle(self_heir)), Err("limit.not-your-phone"));
    assert_eq!(book.asks(FINANCE, &settle(settled(20_000, 15_000, 20_000))), FINE);
    assert_eq!(book.asks(FINANCE, &settle(settled(20_000, 15_000, 20_001))), Ok(vec!["cash.over-limit"]));
    book.has(FINANCE, settle(settled(20_000, 15_000, 14_990)));
    assert_eq!(book.asks(FINANCE, &settle(settled(0, 0, 0))), Err("limit.already-settled"));
    assert_eq!(
        (share(&book, device(MA), october(10)), share(&book, SECOND, october(10))),
        (Money::ZERO, whole(20_000))
    );
    assert_eq!(judge::drawer_holds(book.papers(), MA, SECOND), whole(14_990));
    assert_eq!(judge::drawer_holds(book.papers(), MA, device(MA)), Money::ZERO);
    assert_eq!(book.balances(), Money::ZERO, "postings sum to zero");
}

/// S14, S15, S16: the part of a special rule that was the lost phone's passes on with its share, in the same entry.
#[test]
fn the_phone_that_takes_over_is_held_against_the_lost_ones_part_as_well() {
    let mut book = two_phones();
    book.has(VP, Op::LimitOverridden(rule("30000", &[(device(MA), "7000"), (SECOND, "3000")])));
    book.has(MA, cash("15000"));
    book.has(HEAD, Op::DeviceRevoked(DeviceRevoked { device: device(MA), staff: MA, reason: text("丢了") }));
    let settle =
        |counted: Money| Op::LostPhoneSettled(LostPhoneSettled { counted, ..settled(20_000, 15_000, 0) });
    assert_eq!(book.asks(FINANCE, &settle(whole(30_000))), FINE);
    let above = whole(30_000).plus(Money::fen(1));
    assert_eq!(book.asks(FINANCE, &settle(above)), Ok(vec!["cash.over-limit"]));
    book.has(FINANCE, settle(whole(15_000)));
    assert_eq!(share(&book, SECOND, october(10)), whole(30_000), "what was asked is what stands afterwards");
}

/// S15, S16: a lowered limit caps what a phone takes over, whatever share comes with it.
#[test]
fn a_lowered_limit_caps_the_phone_that_takes_over() {
    let mut book = two_phones();
    book.has(VP, Op::LimitOverridden(rule("6000", &[(device(MA), "4000"), (SECOND, "2000")])));
    book.has(MA, cash("4000"));
    book.has(HEAD, Op::DeviceRevoked(DeviceRevoked { device: device(MA), staff: MA, reason: text("丢了") }));
    let settle =
        |counted: Money| Op::LostPhoneSettled(LostPhoneSettled { counted, ..settled(20_000, 4_000, 0) });
    assert_eq!(book.asks(FINANCE, &settle(whole(6_000))), FINE);
    let above = whole(6_000).plus(Money::fen(1));
    assert_eq!(book.asks(FINANCE, &settle(above)), Ok(vec!["cash.over-limit"]));
    book.has(FINANCE, settle(whole(4_000)));
    assert_eq!(share(&book, SECOND, october(10)), whole(6_000), "what was asked is what stands afterwards");
}

fn rule(hold: &str, parts: &[(DeviceId, &str)]) -> LimitOverridden {
    let parts = parts.iter().map(|(device, sum)| LimitPart { device: *device, amount: yuan(sum) }).collect();
    let (from, to, reason) = (october(5), october(12), text("国庆后集中回款"));
    LimitOverridden { staff: MA, hold: yuan(hold), remit_from: yuan(hold), from, to, parts, reason }
}

/// S16: a special rule is management's, is dated, and its parts add up.
#[test]
fn a_special_rule_is_made_by_management_for_some_days_and_adds_up() {
    let book = two_phones();
    let makes = |rule| Op::LimitOverridden(rule);
    let at = crate::book::october;
    let asks = |who, op: &Op| book.asks_at(who, op, at(5));
    let good = || rule("50000", &[(device(MA), "20000"), (SECOND, "10000")]);
    assert_eq!(asks(VP, &makes(good())), FINE);
    assert_eq!(asks(FINANCE, &makes(good())), Err("limit.not-management"));
    assert_eq!(asks(VP, &makes(LimitOverridden { staff: YANG, ..good() })), Err("limit.not-a-cash-rep"));
    let backwards = LimitOverridden { to: october(4), ..good() };
    assert_eq!(asks(VP, &makes(backwards)), Err("limit.ends-before-it-begins"));
    assert_eq!(book.asks_at(VP, &makes(good()), at(5)), FINE);
    assert_eq!(book.asks_at(VP, &makes(good()), at(6)), Err("limit.begins-before"), "what was, stays");
    let one_day = LimitOverridden { to: october(5), ..good() };
    assert_eq!(asks(VP, &makes(one_day)), FINE);
    let a_year = |last| LimitOverridden { to: BusinessDate::of(2027, 10, last).expect("a date"), ..good() };
    assert_eq!(asks(VP, &makes(a_year(5))), FINE);
    assert_eq!(asks(VP, &makes(a_year(6))), Err("limit.too-long"));
    let late = LimitOverridden { remit_from: yuan("50000.01"), ..good() };
    assert_eq!(asks(VP, &makes(late)), Err("limit.remit-above-hold"));
    assert_eq!(asks(VP, &makes(rule("50000", &[(device(MA), "20000")]))), Err("limit.parts-differ"));
    assert_eq!(asks(VP, &makes(rule("5000", &[(device(MA), "5000")]))), FINE);
    assert_eq!(asks(VP, &makes(rule("5000", &[(device(YANG), "5000")]))), Err("limit.not-your-phone"));
}

/// S16: it holds from its first day to its last, warns by its own sum, and ends by itself.
#[test]
fn a_special_rule_holds_on_its_days_and_ends_by_itself() {
    let mut book = two_phones();
    book.has(VP, Op::LimitOverridden(rule("50000", &[(device(MA), "20000"), (SECOND, "10000")])));
    for (day, mine, second) in [(4, 20_000, 0), (5, 40_000, 10_000), (12, 40_000, 10_000), (13, 20_000, 0)] {
        let both = (share(&book, device(MA), october(day)), share(&book, SECOND, october(day)));
        assert_eq!(both, (whole(mine), whole(second)), "on the {day}th");
    }
    assert_eq!(book.asks_at(MA, &cash("40000"), crate::book::october(12)), FINE);
    assert_eq!(book.asks_at(MA, &cash("40000.01"), crate::book::october(12)), Err("cash.above-limit"));
    assert_eq!(book.asks_at(MA, &cash("20000.01"), crate::book::october(13)), Err("cash.above-limit"));
}

/// S16: by a lowered limit every device holds its part at most, whatever was moved; one that has none holds nothing.
#[test]
fn a_lowered_limit_caps_every_device() {
    let mut book = two_phones();
    book.has(MA, gives("8000", Some(SECOND)));
    book.has(VP, Op::LimitOverridden(rule("6000", &[(device(MA), "6000")])));
    assert_eq!(
        (share(&book, device(MA), october(10)), share(&book, SECOND, october(10))),
        (whole(6_000), Money::ZERO)
    );
    assert_eq!(book.asks(MA, &cash("6000")), Ok(vec!["cash.remit-now"]));
    assert_eq!(book.asks(MA, &cash("6000.01")), Err("cash.above-limit"));
}

/// S15, S46: heads look into a violation, finance settles it; what raises itself is not raised by hand.
#[test]
fn a_violation_is_stamped_by_a_head_and_by_finance_each_once() {
    let mut book = two_phones();
    let raises = |kind| {
        let (held, amount, reason, photo) = (Money::ZERO, whole(500), text("汇入个人账户"), None);
        Op::ViolationRaised(ViolationRaised { staff: MA, kind, held, amount, reason, photo })
    };
    assert_eq!(book.asks(FINANCE, &raises(BreachKind::PersonalAccount)), FINE);
    assert_eq!(book.asks(HEAD, &raises(BreachKind::PersonalAccount)), Err("violation.not-yours"));
    assert_eq!(book.asks(FINANCE, &raises(BreachKind::AboveShare)), Err("violation.raises-itself"));
    let violation = book.has(FINANCE, raises(BreachKind::PersonalAccount));
    let stamps = |stamp, staff, violation| {
        Op::ViolationStamped(ViolationStamped { violation, staff, stamp, note: text("已查") })
    };
    let looked = ViolationStamp::LookedInto;
    assert_eq!(book.asks(HEAD, &stamps(looked, MA, violation)), FINE);
    assert_eq!(book.asks(FINANCE, &stamps(looked, MA, violation)), Err("violation.not-yours"));
    assert_eq!(book.asks(HEAD, &stamps(ViolationStamp::Settled, MA, violation)), Err("violation.not-yours"));
    assert_eq!(book.asks(FINANCE, &stamps(ViolationStamp::Settled, MA, violation)), FINE);
    assert_eq!(book.asks(HEAD, &stamps(looked, YANG, violation)), Err("violation.unknown"));
    let nothing = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(book.asks(HEAD, &stamps(looked, MA, nothing)), Err("violation.unknown"));
    book.has(HEAD, stamps(looked, MA, violation));
    assert_eq!(book.asks(HEAD, &stamps(looked, MA, violation)), Err("violation.already-stamped"));
}

/// S15, S16, S46: nobody stamps a violation of their own, settles a phone of their own or makes a rule for themselves.
#[test]
fn nobody_rules_on_what_concerns_themselves() {
    let mut book = two_phones();
    let of = |staff| {
        let (kind, held, amount, reason) =
            (BreachKind::PersonalAccount, Money::ZERO, whole(500), text("汇入个人账户"));
        Op::ViolationRaised(ViolationRaised { staff, kind, held, amount, reason, photo: None })
    };
    let (of_head, of_finance) = (book.has(FINANCE, of(HEAD)), book.has(FINANCE, of(FINANCE)));
    let stamps = |stamp, staff, violation| {
        Op::ViolationStamped(ViolationStamped { violation, staff, stamp, note: text("已查") })
    };
    let (looked, settles) = (ViolationStamp::LookedInto, ViolationStamp::Settled);
    assert_eq!(book.asks(HEAD, &stamps(looked, HEAD, of_head)), Err("violation.own-affair"));
    assert_eq!(book.asks(VP, &stamps(looked, HEAD, of_head)), FINE);
    assert_eq!(book.asks(FINANCE, &stamps(settles, FINANCE, of_finance)), Err("violation.own-affair"));
    assert_eq!(book.asks(HEAD, &stamps(looked, FINANCE, of_finance)), FINE);

    let own_phone = LostPhoneSettled { staff: FINANCE, device: device(FINANCE), ..settled(0, 0, 0) };
    assert_eq!(book.asks(FINANCE, &Op::LostPhoneSettled(own_phone)), Err("limit.own-affair"));
    let own_rule = LimitOverridden { staff: VP, ..rule("5000", &[(device(VP), "5000")]) };
    assert_eq!(book.asks(VP, &Op::LimitOverridden(own_rule)), Err("limit.own-affair"));
}
