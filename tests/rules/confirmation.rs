//! Finance confirms that money has arrived, and what a reversal makes of it. Source: S13, S17, S34, S46.

use sync_core::{
    domain::cash::{
        Collected, ConfirmedPaper, DrawerPart, LedgerAccount, Means, MoneyConfirmed, Remittance, Remitted,
        Reversed, Reversible,
    },
    judge,
    op::Op,
    paper::{Paper, PaperKey},
    time::{BusinessDate, business_date},
    unit::{Money, PaperId, StaffId},
};

use crate::book::{
    Book, CLOSED, FINANCE, FINE, HEAD, HERS, HIS, LOGISTICS, MA, OPEN, YANG, date, device, text, whole, yuan,
};

fn money(means: Means, sum: &str, receipt: u32) -> Op {
    Op::Collected(Collected {
        customer: HIS,
        amount: yuan(sum),
        means,
        receipt,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    })
}

fn remitted(staff: StaffId, sum: &str) -> Op {
    Op::Remitted(Remitted {
        amount: yuan(sum),
        account: OPEN,
        drawers: vec![DrawerPart { device: device(staff), amount: yuan(sum) }],
        reference: text("204817"),
        slip: None,
    })
}

/// The day the rules are asked on is the tenth of October.
const TODAY: (u32, u32) = (10, 10);

fn on(day: (u32, u32)) -> BusinessDate {
    date(day.0, day.1)
}

fn confirmed(of: &[PaperId], sum: &str) -> MoneyConfirmed {
    MoneyConfirmed {
        kind: Reversible::Remittance,
        papers: of.iter().map(|of| ConfirmedPaper { of: *of, staff: MA }).collect(),
        customer: None,
        account: OPEN,
        amount: yuan(sum),
        arrived_on: on(TODAY),
        lines: Vec::new(),
        note: text(""),
    }
}

fn reversed(kind: Reversible, of: PaperId) -> Op {
    let customer = (kind == Reversible::Collection).then_some(HIS);
    Op::Reversed(Reversed { kind, of, staff: MA, customer, reason: text("银行退回") })
}

fn stands(book: &Book, account: LedgerAccount) -> Money {
    match book.papers().get(&PaperKey::balance(account)) {
        Some(Paper::Balance(balance)) => balance.sum,
        _ => Money::ZERO,
    }
}

/// What is on its way, what has arrived, and what lies in the drawer.
fn three(book: &Book) -> [Money; 3] {
    assert_eq!(book.balances(), Money::ZERO, "postings sum to zero");
    let drawer = judge::drawer_holds(book.papers(), MA, device(MA));
    [stands(book, LedgerAccount::InTransit(OPEN)), stands(book, LedgerAccount::Arrived(OPEN)), drawer]
}

fn remittance(book: &Book, id: PaperId) -> &Remittance {
    match book.papers().get(&PaperKey::remittance(id)) {
        Some(Paper::Remittance(paper)) => paper,
        other => panic!("{other:?}"),
    }
}

/// S13: sent, then arrived; two remittances that were paid in at once are confirmed at once.
#[test]
fn money_that_was_sent_has_arrived_once_finance_has_confirmed_it() {
    let mut book = Book::new();
    book.has(MA, money(Means::Cash, "9000", 1));
    let one = book.has(MA, remitted(MA, "5000"));
    let other = book.has(MA, remitted(MA, "4000"));
    assert_eq!(three(&book), [whole(9_000), Money::ZERO, Money::ZERO]);
    let both = Op::MoneyConfirmed(confirmed(&[one, other], "9000"));
    assert_eq!(book.asks(FINANCE, &both), FINE);
    book.has(FINANCE, &both);
    assert_eq!(three(&book), [Money::ZERO, whole(9_000), Money::ZERO]);
    assert_eq!(remittance(&book, one).status(), "confirmed");
    assert_eq!(book.asks(FINANCE, &both), Err("confirmation.already-confirmed"));
    // Said twice beside each other it has arrived once.
    book.has(FINANCE, &both);
    assert_eq!(three(&book), [Money::ZERO, whole(9_000), Money::ZERO]);
}

/// S13, S17: what the bank returns is in the drawer again, whatever was confirmed, and in whichever order it is heard.
#[test]
fn a_bounced_remittance_reopens_what_it_had_paid() {
    let mut book = Book::new();
    book.has(MA, money(Means::Cash, "9000", 1));
    let sent = book.has(MA, remitted(MA, "9000"));
    book.has(FINANCE, Op::MoneyConfirmed(confirmed(&[sent], "9000")));
    assert_eq!(book.asks(FINANCE, &reversed(Reversible::Remittance, sent)), FINE);
    book.has(FINANCE, reversed(Reversible::Remittance, sent));
    assert_eq!(three(&book), [Money::ZERO, Money::ZERO, whole(9_000)]);
    assert_eq!(remittance(&book, sent).status(), "reversed");
    let again = Op::MoneyConfirmed(confirmed(&[sent], "9000"));
    assert_eq!(book.asks(FINANCE, &again), Err("confirmation.reversed"));
    book.has(FINANCE, &again);
    assert_eq!(three(&book), [Money::ZERO, Money::ZERO, whole(9_000)]);
}

/// S15, S17: with cash taken meanwhile, a bounce takes the drawer above its share, and that is found.
#[test]
fn a_bounce_above_the_share_is_found() {
    let mut book = Book::new();
    book.has(MA, money(Means::Cash, "15000", 1));
    let sent = book.has(MA, remitted(MA, "15000"));
    book.has(FINANCE, Op::MoneyConfirmed(confirmed(&[sent], "15000")));
    book.has(MA, money(Means::Cash, "6000", 2));
    assert_eq!(book.asks(FINANCE, &reversed(Reversible::Remittance, sent)), Ok(vec!["cash.over-limit"]));
}

/// S34: a customer's transfer is confirmed as well, and cash in a drawer is not.
#[test]
fn a_transfer_is_confirmed_and_cash_in_a_drawer_is_not() {
    let mut book = Book::new();
    let transfer = Means::Transfer { account: OPEN, reference: text("") };
    let paid = book.has(MA, money(transfer, "800", 1));
    let cash = book.has(MA, money(Means::Cash, "800", 2));
    let of = |paper, customer| {
        let kind = Reversible::Collection;
        Op::MoneyConfirmed(MoneyConfirmed { kind, customer, ..confirmed(&[paper], "800") })
    };
    assert_eq!(book.asks(FINANCE, &of(cash, Some(HIS))), Err("confirmation.not-sent"));
    assert_eq!(book.asks(FINANCE, &of(paid, Some(HERS))), Err("confirmation.unknown"));
    assert_eq!(book.asks(FINANCE, &of(paid, Some(HIS))), FINE);
    book.has(FINANCE, of(paid, Some(HIS)));
    assert_eq!(three(&book), [Money::ZERO, whole(800), whole(800)]);
    assert_eq!(stands(&book, LedgerAccount::Customer(HIS)), whole(-1_600));
    book.has(FINANCE, reversed(Reversible::Collection, paid));
    assert_eq!(three(&book), [Money::ZERO, Money::ZERO, whole(800)]);
    assert_eq!(stands(&book, LedgerAccount::Customer(HIS)), whole(-800), "it owes again");
}

/// S13, S46: finance confirms, to the fen, on the account it was sent to, and nobody their own.
#[test]
fn money_is_confirmed_by_finance_to_the_fen_on_its_account_and_not_before_it_came() {
    let mut book = Book::new();
    book.has(MA, money(Means::Cash, "9000", 1));
    let sent = book.has(MA, remitted(MA, "9000"));
    let fine = || confirmed(&[sent], "9000");
    for staff in [MA, YANG, HEAD, LOGISTICS] {
        assert_eq!(book.asks(staff, &Op::MoneyConfirmed(fine())), Err("confirmation.not-finance"), "{staff}");
    }
    let no = |op: MoneyConfirmed| book.asks(FINANCE, &Op::MoneyConfirmed(op)).err();
    assert_eq!(no(confirmed(&[sent], "8999.99")), Some("confirmation.amount-differs"));
    assert_eq!(no(confirmed(&[sent], "9000.01")), Some("confirmation.amount-differs"));
    assert_eq!(no(MoneyConfirmed { account: CLOSED, ..fine() }), Some("confirmation.other-account"));
    assert_eq!(no(MoneyConfirmed { arrived_on: on((10, 11)), ..fine() }), Some("confirmation.not-yet"));
    // Thirty-five days before the paper at most, where no line says when.
    let day = business_date(remittance(&book, sent).recorded.as_ref().expect("sent").at).0;
    let before = |days| BusinessDate(day - chrono::Duration::days(days));
    assert_eq!(no(MoneyConfirmed { arrived_on: before(35), ..fine() }), None);
    assert_eq!(no(MoneyConfirmed { arrived_on: before(36), ..fine() }), Some("confirmation.too-early"));
    assert_eq!(no(confirmed(&[], "9000")), Some("confirmation.nothing-named"));
    assert_eq!(no(confirmed(&[sent, sent], "18000")), Some("confirmation.nothing-named"));
    let hers = vec![ConfirmedPaper { of: sent, staff: YANG }];
    assert_eq!(no(MoneyConfirmed { papers: hers, ..fine() }), Some("confirmation.unknown"));
    assert_eq!(no(fine()), None);
    // Finance's own money, however it came to be there, a colleague confirms.
    let own = book.has(FINANCE, remitted(FINANCE, "1"));
    let papers = vec![ConfirmedPaper { of: own, staff: FINANCE }];
    let op = Op::MoneyConfirmed(MoneyConfirmed { papers, ..confirmed(&[], "1") });
    assert_eq!(book.asks(FINANCE, &op), Err("confirmation.own-money"));
    // Each rep reads of their own only.
    let yangs = book.has(YANG, remitted(YANG, "1"));
    let papers = vec![ConfirmedPaper { of: sent, staff: MA }, ConfirmedPaper { of: yangs, staff: YANG }];
    let op = Op::MoneyConfirmed(MoneyConfirmed { papers, ..confirmed(&[], "9001") });
    assert_eq!(book.asks(FINANCE, &op), Err("confirmation.several-reps"));
}

/// S13, S17: what finance has confirmed a rep does not take back alone; what is only sent they do.
#[test]
fn what_has_arrived_finance_alone_reverses() {
    let mut book = Book::new();
    let transfer = Means::Transfer { account: OPEN, reference: text("") };
    let paid = book.has(MA, money(transfer, "800", 1));
    let back = reversed(Reversible::Collection, paid);
    assert_eq!(book.asks(MA, &back), FINE);
    let (kind, customer) = (Reversible::Collection, Some(HIS));
    book.has(FINANCE, Op::MoneyConfirmed(MoneyConfirmed { kind, customer, ..confirmed(&[paid], "800") }));
    assert_eq!(book.asks(MA, &back), Err("cash.confirmed-money"));
    assert_eq!(book.asks(FINANCE, &back), FINE);
}

/// S46: money that went to nobody's account has not arrived, whoever says so; a closed account of ours is ours.
#[test]
fn money_arrives_on_an_account_of_the_companys_only() {
    let mut book = Book::new();
    book.has(MA, money(Means::Cash, "9000", 1));
    let to = |book: &mut Book, account, parts: &str| {
        let drawers = vec![DrawerPart { device: device(MA), amount: yuan(parts) }];
        let (reference, slip) = (text(""), None);
        book.has(MA, Op::Remitted(Remitted { amount: yuan("500"), account, drawers, reference, slip }))
    };
    let nowhere = sync_core::unit::AccountId::from_bytes([99; 16]);
    let lost = to(&mut book, nowhere, "500");
    let asks = |book: &Book, of, account, sum: &str| {
        book.asks(FINANCE, &Op::MoneyConfirmed(MoneyConfirmed { account, ..confirmed(&[of], sum) }))
    };
    assert_eq!(asks(&book, lost, nowhere, "500"), Err("confirmation.not-a-company-account"));
    let old = to(&mut book, CLOSED, "500");
    assert_eq!(asks(&book, old, CLOSED, "500"), FINE);
    // Recorded against the rule: what has moved is what the parts come to, and that is what arrives.
    let uneven = to(&mut book, OPEN, "499");
    assert_eq!(asks(&book, uneven, OPEN, "500"), Err("confirmation.amount-differs"));
    assert_eq!(asks(&book, uneven, OPEN, "499"), FINE);
}
