//! Cash handed to the office on a paper that both sign, and days that are closed. Source: S13, S14, S17.

use sync_core::{
    domain::cash::{
        CashHandedIn, Collected, Counted, DayClosed, DrawerHeld, DrawerPart, HandInStamp, HandInStamped,
        LedgerAccount, Means, Remitted,
    },
    judge,
    op::Op,
    paper::{Paper, PaperKey},
    unit::{DeviceId, Money, PaperId, StaffId},
};

use crate::book::{Book, FINANCE, FINE, HEAD, HIS, MA, OPEN, YANG, date, device, text, whole, yuan};

fn cash(sum: &str, receipt: u32) -> Op {
    Op::Collected(Collected {
        customer: HIS,
        amount: yuan(sum),
        means: Means::Cash,
        receipt,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    })
}

fn part(sum: &str) -> DrawerPart {
    DrawerPart { device: device(MA), amount: yuan(sum) }
}

fn paper(sum: &str) -> CashHandedIn {
    CashHandedIn { amount: yuan(sum), drawers: vec![part(sum)], note: text("") }
}

fn stamp(hand_in: PaperId, body: &CashHandedIn, stamp: HandInStamp, note: &str) -> Op {
    Op::HandInStamped(HandInStamped { hand_in, staff: MA, stamp, over: body.body_hash(), note: text(note) })
}

fn held(book: &Book) -> Money {
    judge::drawer_holds(book.papers(), MA, device(MA))
}

fn till(book: &Book) -> Money {
    match book.papers().get(&PaperKey::balance(LedgerAccount::Till)) {
        Some(Paper::Balance(balance)) => balance.sum,
        _ => Money::ZERO,
    }
}

/// S13, S17: the money leaves the drawer when both have signed, not before, and postings sum to zero at every step.
#[test]
fn cash_handed_in_leaves_the_drawer_once_both_have_signed() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    let body = paper("9000");
    assert_eq!(book.asks(MA, &Op::CashHandedIn(body.clone())), FINE);
    let id = book.has(MA, Op::CashHandedIn(body.clone()));
    assert_eq!((held(&book), till(&book)), (whole(9_000), Money::ZERO), "one signature moves nothing");
    assert_eq!(book.balances(), Money::ZERO);
    let received = stamp(id, &body, HandInStamp::Received, "");
    assert_eq!(book.asks(FINANCE, &received), FINE);
    book.has(FINANCE, &received);
    assert_eq!((held(&book), till(&book)), (Money::ZERO, whole(9_000)));
    assert_eq!(book.balances(), Money::ZERO, "postings sum to zero");
    assert_eq!(book.asks(FINANCE, &received), Err("hand-in.already-stamped"));
    assert_eq!(book.asks(MA, &stamp(id, &body, HandInStamp::Withdrawn, "")), Err("hand-in.already-stamped"));
    // Even said beside each other, what finance has signed for it has.
    book.has(MA, stamp(id, &body, HandInStamp::Withdrawn, ""));
    assert_eq!((held(&book), till(&book)), (Money::ZERO, whole(9_000)));
}

/// S13: no more than the drawers hold, in parts that add up; what went another way meanwhile is not signed for.
#[test]
fn no_more_is_handed_in_than_the_drawer_holds_when_it_is_signed_for() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    assert_eq!(book.asks(MA, &Op::CashHandedIn(paper("9000.01"))), Err("cash.more-than-held"));
    let uneven = CashHandedIn { amount: yuan("9000"), drawers: vec![part("8999.99")], note: text("") };
    assert_eq!(book.asks(MA, &Op::CashHandedIn(uneven)), Err("cash.parts-differ"));
    let body = paper("9000");
    let id = book.has(MA, Op::CashHandedIn(body.clone()));
    book.has(
        MA,
        Op::Remitted(Remitted {
            amount: yuan("0.01"),
            account: OPEN,
            drawers: vec![part("0.01")],
            reference: text(""),
            slip: None,
        }),
    );
    assert_eq!(book.asks(FINANCE, &stamp(id, &body, HandInStamp::Received, "")), Err("cash.more-than-held"));
    assert_eq!(book.asks(FINANCE, &stamp(id, &body, HandInStamp::SentBack, "少一分")), FINE);
}

/// S17: finance signs or sends back with a reason, its author withdraws; each over the very words, each once.
#[test]
fn a_hand_in_is_stamped_by_whom_it_concerns_and_over_its_own_words() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    let body = paper("9000");
    let id = book.has(MA, Op::CashHandedIn(body.clone()));
    let asks = |book: &Book, staff: StaffId, kind, note| book.asks(staff, &stamp(id, &body, kind, note));
    for staff in [MA, YANG, HEAD] {
        assert_eq!(asks(&book, staff, HandInStamp::Received, ""), Err("hand-in.not-yours"), "{staff}");
    }
    assert_eq!(asks(&book, FINANCE, HandInStamp::Withdrawn, ""), Err("hand-in.not-yours"));
    assert_eq!(asks(&book, FINANCE, HandInStamp::SentBack, ""), Err("hand-in.no-reason"));
    assert_eq!(asks(&book, MA, HandInStamp::Withdrawn, ""), FINE);
    let other = stamp(id, &paper("8000"), HandInStamp::Received, "");
    assert_eq!(book.asks(FINANCE, &other), Err("hand-in.other-body"));
    let nothing = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(book.asks(FINANCE, &stamp(nothing, &body, HandInStamp::Received, "")), Err("hand-in.unknown"));
    book.has(FINANCE, stamp(id, &body, HandInStamp::SentBack, "少一张一百"));
    assert_eq!(held(&book), whole(9_000), "what was sent back is in the bag");
    assert_eq!(asks(&book, FINANCE, HandInStamp::Received, ""), Err("hand-in.already-stamped"));
}

/// S13, S17: finance alone takes its signature back, once and with a reason; the cash lies in the drawer again and the slip
/// is signed by nobody anew.
#[test]
fn a_countersignature_that_is_taken_back_puts_the_cash_into_the_drawer_again() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    let body = paper("9000");
    let id = book.has(MA, Op::CashHandedIn(body.clone()));
    let asks =
        |book: &Book, staff: StaffId, note| book.asks(staff, &stamp(id, &body, HandInStamp::TakenBack, note));
    assert_eq!(asks(&book, FINANCE, "签错了"), Err("hand-in.not-received"), "nobody has signed for it");
    book.has(FINANCE, stamp(id, &body, HandInStamp::Received, ""));
    for staff in [MA, YANG, HEAD] {
        assert_eq!(asks(&book, staff, "签错了"), Err("hand-in.not-yours"), "{staff}");
    }
    assert_eq!(asks(&book, FINANCE, ""), Err("hand-in.no-reason"));
    assert_eq!(asks(&book, FINANCE, "签错了"), FINE);
    let other = stamp(id, &paper("8000"), HandInStamp::TakenBack, "签错了");
    assert_eq!(book.asks(FINANCE, &other), Err("hand-in.other-body"));
    book.has(FINANCE, stamp(id, &body, HandInStamp::TakenBack, "签错了"));
    assert_eq!((held(&book), till(&book)), (whole(9_000), Money::ZERO));
    assert_eq!(book.balances(), Money::ZERO, "postings sum to zero");
    assert_eq!(asks(&book, FINANCE, "签错了"), Err("hand-in.not-received"), "once");
    let again = stamp(id, &body, HandInStamp::Received, "");
    assert_eq!(book.asks(FINANCE, &again), Err("hand-in.already-stamped"));
    let anew = Op::CashHandedIn(body.clone());
    assert_eq!(book.asks(MA, &anew), FINE, "the rep signs a new one");
    let Some(Paper::HandIn(slip)) = book.papers().get(&PaperKey::hand_in(id)) else { panic!("a slip") };
    let told = [HandInStamp::Received, HandInStamp::TakenBack].map(|one| slip.stamp(one).is_some());
    assert_eq!((slip.status().code(), told), ("taken-back", [true; 2]), "both stand on it for ever");
}

/// S15, S17: what comes back into a drawer counts against its share like any cash.
#[test]
fn a_countersignature_taken_back_over_a_full_drawer_is_above_the_share() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    let body = paper("9000");
    let id = book.has(MA, Op::CashHandedIn(body.clone()));
    book.has(FINANCE, stamp(id, &body, HandInStamp::Received, ""));
    let taken_back = stamp(id, &body, HandInStamp::TakenBack, "签错了");
    book.has(MA, cash("11000", 2));
    assert_eq!(book.asks(FINANCE, &taken_back), FINE, "twenty thousand may be held");
    book.has(MA, cash("0.01", 3));
    assert_eq!(book.asks(FINANCE, &taken_back), Ok(vec!["cash.over-limit"]));
}

fn count(pieces: &[(i64, u32)], expected: i64, why: &str) -> DayClosed {
    let counted = pieces
        .iter()
        .map(|(fen, pieces)| Counted { denomination: Money::fen(*fen), pieces: *pieces })
        .collect();
    let drawers = vec![DrawerHeld { device: device(MA), held: Money::fen(expected) }];
    DayClosed { day: date(10, 10), drawers, counted, explanation: text(why) }
}

/// S14, S17: counted by note and coin against the book; a difference is explained, to the fen.
#[test]
fn a_day_is_closed_by_notes_and_coins_and_a_difference_is_explained() {
    let mut book = Book::new();
    book.has(MA, cash("8655.53", 1));
    let differs = || Ok(vec!["day-close.drawer-differs"]);
    let asks = |staff, closed| book.asks(staff, &Op::DayClosed(closed));
    let even = || count(&[(10_000, 86), (5_000, 1), (100, 5), (50, 1), (1, 3)], 865_553, "");
    assert_eq!(even().counted(), Money::fen(865_553));
    assert_eq!(asks(MA, even()), FINE);
    assert_eq!(asks(MA, count(&[(10_000, 86)], 860_001, "")), Err("day-close.unexplained"));
    assert_eq!(asks(MA, count(&[(10_000, 86)], 860_001, "少收一分")), differs());
    assert_eq!(asks(MA, count(&[(10_000, 86)], 859_999, "")), Err("day-close.unexplained"));
    assert_eq!(asks(YANG, even()), Err("day-close.not-a-cash-rep"));
    assert_eq!(asks(MA, count(&[(300, 1)], 300, "")), Err("day-close.not-a-denomination"));
    assert_eq!(asks(MA, count(&[(100, 1), (100, 1)], 200, "")), Err("day-close.not-a-denomination"));
    assert_eq!(asks(MA, count(&[(100, 100_000)], 10_000_000, "")), differs());
    assert_eq!(asks(MA, count(&[(100, 100_001)], 10_000_100, "")), Err("day-close.too-many"));
    let tomorrow = DayClosed { day: date(10, 11), ..even() };
    assert_eq!(asks(MA, tomorrow), Err("day-close.not-yet"));
    let yesterday = DayClosed { day: date(10, 9), ..even() };
    assert_eq!(asks(MA, yesterday), FINE);
}

/// S17: the sums that a closed day has of the drawers are held against the book, and so is a drawer that it leaves out.
#[test]
fn a_closed_day_with_other_sums_than_the_book_says_so() {
    let mut book = Book::new();
    book.has(MA, cash("100", 1));
    let asks = |drawers: Vec<DrawerHeld>| {
        let closed = DayClosed { drawers, ..count(&[(10_000, 1)], 0, "明天再对") };
        book.asks(MA, &Op::DayClosed(closed))
    };
    let held = |device, yuan| DrawerHeld { device, held: whole(yuan) };
    let other = DeviceId::from_bytes([151; 16]);
    assert_eq!(asks(vec![held(device(MA), 100)]), FINE);
    assert_eq!(asks(vec![held(device(MA), 60), held(device(MA), 40)]), FINE);
    let differs = "day-close.drawer-differs";
    assert_eq!(asks(vec![held(device(MA), 99)]), Ok(vec![differs]));
    assert_eq!(asks(Vec::new()), Ok(vec![differs]));
    assert_eq!(asks(vec![held(device(MA), 50), held(other, 50)]), Ok(vec![differs, differs]));
}

/// S17: what was counted moves no money.
#[test]
fn a_count_changes_nothing_in_the_drawer() {
    let mut book = Book::new();
    book.has(MA, cash("9000", 1));
    let id = book.has(MA, Op::DayClosed(count(&[(10_000, 89)], 900_000, "少一百，明天补")));
    assert_eq!(held(&book), whole(9_000));
    assert_eq!(book.balances(), Money::ZERO);
    let Some(Paper::DayClose(closed)) = book.papers().get(&PaperKey::day_close(id)) else {
        panic!("the day is in the book")
    };
    assert_eq!(closed.status(), "short");
    assert_eq!(closed.recorded.as_ref().map(|one| one.what.difference()), Some(whole(-100)));
}
