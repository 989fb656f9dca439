//! What stands of orders and money, of reminders and exceptions, where something counts nowhere, came back or was said
//! twice. Source: S12, S34, S41, S43, S45.

use sync_core::{
    domain::{
        cash::{
            CashOfRep, CreditExcepted, CreditExceptionStamped, CreditPolicy, CreditStamp, CreditStatus,
            CustomerAccount, Owed, Payment, PaymentUrged, ReceivableRefusal, Reminded, Reversed, Reversible,
            UrgedBy, may_stamp_credit, may_urge,
        },
        people::{Author, Role},
        sale::{OrderStamp, OrderStamped},
    },
    op::Op,
    paper::{Paper, PaperKey},
    time::{BusinessDate, business_date},
    unit::{CustomerId, Money, PaperId},
};

use crate::book::{Book, FINANCE, FINE, HEAD, HERS, HIS, MA, date, line, october, order, text, whole, yuan};

fn cash(book: &mut Book, sum: &str) -> PaperId {
    book.has(MA, crate::owed::cash_of(sum, None))
}

fn orders(book: &Book) -> Vec<Owed> {
    let each = book.papers().iter().filter_map(|(key, paper)| match paper {
        Paper::Order(order) => Owed::of(PaperId(key.id), order, None),
        _ => None,
    });
    each.collect()
}

fn payments(book: &Book) -> Vec<Payment> {
    let each = book.papers().iter().filter_map(|(key, paper)| match paper {
        Paper::Collection(one) => Payment::of(PaperId(key.id), one, |_| Money::ZERO),
        _ => None,
    });
    each.collect()
}

/// S12, S41: an order that waits for a head, or was taken back, is owed by nobody.
#[test]
fn what_counts_nowhere_or_was_taken_back_is_not_owed() {
    let mut book = Book::new();
    let body = order(vec![line(20, 1_000_000)]);
    book.has_withheld(MA, Op::OrderTaken(body.clone()));
    assert_eq!(orders(&book), []);
    let id = book.has(MA, Op::OrderTaken(body.clone()));
    assert_eq!(orders(&book).iter().map(|one| one.total).collect::<Vec<_>>(), [whole(2_000)]);
    let (stamp, over) = (OrderStamp::Withdrawn, body.body_hash());
    book.has(MA, Op::OrderStamped(OrderStamped { order: id, customer: HIS, stamp, over }));
    assert_eq!(orders(&book), []);
}

/// S34, S41: money that waits for a head, or was reversed, pays nothing.
#[test]
fn what_counts_nowhere_or_was_reversed_pays_nothing() {
    let mut book = Book::new();
    book.has_withheld(MA, crate::owed::cash_of("100", None));
    assert_eq!(payments(&book), []);
    let id = cash(&mut book, "200");
    assert_eq!(payments(&book).iter().map(|one| one.amount).collect::<Vec<_>>(), [whole(200)]);
    let (kind, reason) = (Reversible::Collection, text("记错"));
    book.has(MA, Op::Reversed(Reversed { kind, of: id, staff: MA, customer: Some(HIS), reason }));
    assert_eq!(payments(&book), []);
}

fn paper(number: u8) -> PaperId {
    PaperId::from_bytes([number; 16])
}

fn owed(number: u8, day: u64, yuan: i64) -> Owed {
    let at = october(day);
    Owed { order: paper(number), at, due: business_date(at), total: Money::yuan(yuan) }
}

fn paid(number: u8, day: u64, yuan: i64, confirmed: i64) -> Payment {
    let (collection, at, amount) = (paper(100 + number), october(day), Money::yuan(yuan));
    Payment { collection, at, amount, order: None, confirmed: Money::yuan(confirmed) }
}

/// S12, S41: the first money pays the first order, whichever was read first; overdue is since the first day of all.
#[test]
fn the_first_money_goes_to_the_first_order_and_the_first_due_day_is_told() {
    let (orders, money) = ([owed(1, 1, 300), owed(2, 3, 300)], [paid(1, 6, 300, 300), paid(2, 5, 300, 0)]);
    let account = CustomerAccount::of(&orders, &money, None, date(10, 10));
    let paid: Vec<_> = account.rows.iter().map(|row| row.paid).collect();
    assert_eq!(paid, [whole(0), whole(300)]);
    let account = CustomerAccount::of(&orders, &[], None, date(10, 10));
    assert_eq!(account.overdue(date(10, 10)), Some((whole(600), date(10, 1))));
}

/// S43: of all roles these urge: reps, logistics, the clerk, finance and the heads.
#[test]
fn whoever_urges_has_the_role_for_it() {
    let book = Book::new();
    let op = urging(HIS, None);
    for role in Role::ALL {
        let urges = matches!(
            role,
            Role::Rep
                | Role::DirectRep
                | Role::Logistics
                | Role::Clerk
                | Role::Finance
                | Role::SalesHead
                | Role::SalesManager
                | Role::MarketingHead
                | Role::MarketingVp
        );
        let author = Author { role, ..book.author(FINANCE, october(10)) };
        let due = if urges { Ok(()) } else { Err(ReceivableRefusal::MayNotUrge) };
        assert_eq!(may_urge(&op, None, &author, date(10, 10)), due, "{role:?}");
    }
}

fn urging(customer: CustomerId, order: Option<PaperId>) -> PaymentUrged {
    let (by, whom, said) = (UrgedBy::Phone, text("老板娘"), text("月底付"));
    PaymentUrged { customer, order, by, whom, said, promised: None }
}

/// S43: nobody is urged for an order that waits for a head.
#[test]
fn an_order_that_counts_nowhere_is_urged_by_nobody() {
    let mut book = Book::new();
    let body = order(vec![line(20, 1_000_000)]);
    let waits = book.has_withheld(MA, Op::OrderTaken(body.clone()));
    assert_eq!(book.asks(MA, &Op::PaymentUrged(urging(HIS, Some(waits)))), Err("urging.no-such-order"));
    let counts = book.has(MA, Op::OrderTaken(body));
    assert_eq!(book.asks(MA, &Op::PaymentUrged(urging(HIS, Some(counts)))), FINE);
}

/// S43: a reminder is about its order, or about all that was owed then; what waits for a head reminds nobody.
#[test]
fn a_reminder_is_about_its_order_or_about_what_was_owed_then() {
    let mut book = Book::new();
    let (one, other) = (paper(1), paper(2));
    let about = |book: &Book, order| {
        let all = book.papers().values().filter_map(|paper| match paper {
            Paper::Urging(urging) => urging.recorded.as_ref(),
            _ => None,
        });
        Reminded::of(all, Some(order)).last.map(|one| one.what.order)
    };
    book.has_at(MA, Op::PaymentUrged(urging(HIS, None)), october(3));
    assert_eq!(about(&book, (one, october(3))), Some(None));
    assert_eq!(about(&book, (one, october(4))), None, "it was not ordered then");
    book.has_at(MA, Op::PaymentUrged(urging(HIS, Some(other))), october(5));
    assert_eq!(about(&book, (one, october(4))), None, "that was about another order");
    assert_eq!(about(&book, (other, october(4))), Some(Some(other)));
    let mut book = Book::new();
    book.has_withheld(MA, Op::PaymentUrged(urging(HIS, None)));
    assert_eq!(about(&book, (one, october(1))), None);
}

fn excepted(limit: &str, from: BusinessDate, to: BusinessDate) -> Op {
    let (pay_within, reason) = (30, text("老客户"));
    Op::CreditExcepted(CreditExcepted { customer: HIS, limit: yuan(limit), pay_within, from, to, reason })
}

fn stamped(exception: PaperId, stamp: CreditStamp, note: &str) -> CreditExceptionStamped {
    CreditExceptionStamped { exception, customer: HIS, stamp, note: text(note) }
}

fn policy(book: &Book) -> &CreditPolicy {
    match book.papers().get(&PaperKey::credit(HIS)) {
        Some(Paper::Credit(policy)) => policy,
        _ => panic!("a policy"),
    }
}

/// S45: an exception is stamped under its own customer's name; what was sent back is neither approved nor in force.
#[test]
fn an_exception_is_its_customers_and_what_was_sent_back_is_over() {
    let mut book = Book::new();
    let id = book.has(HEAD, excepted("5000", date(10, 10), date(10, 31)));
    let author = book.author(FINANCE, october(10));
    let approve = stamped(id, CreditStamp::Approved, "");
    let asks = |op: &CreditExceptionStamped| may_stamp_credit(op, Some(policy(&book)), &author, date(10, 10));
    assert_eq!(asks(&approve), Ok(()));
    let theirs = CreditExceptionStamped { customer: HERS, ..approve.clone() };
    assert_eq!(asks(&theirs), Err(ReceivableRefusal::NoSuchException));
    book.has(FINANCE, Op::CreditExceptionStamped(stamped(id, CreditStamp::SentBack, "额度太大")));
    assert_eq!(policy(&book).status(id, date(10, 10)), Some(CreditStatus::SentBack));
    let again = Op::CreditExceptionStamped(approve);
    assert_eq!(book.asks(FINANCE, &again), Err("credit.already-stamped"));
}

/// S45: the due day of an order is moved by an exception of its own day; of several that were approved the first counts.
#[test]
fn an_exception_counts_on_its_days_and_the_first_approved_before_others() {
    let mut book = Book::new();
    let early = book.has(HEAD, excepted("5000", date(10, 10), date(10, 20)));
    let late = book.has(HEAD, excepted("7000", date(10, 15), date(10, 31)));
    book.has(FINANCE, Op::CreditExceptionStamped(stamped(late, CreditStamp::Approved, "第一次")));
    book.has(FINANCE, Op::CreditExceptionStamped(stamped(early, CreditStamp::Approved, "")));
    book.has(FINANCE, Op::CreditExceptionStamped(stamped(late, CreditStamp::Approved, "第二次")));
    let policy = policy(&book);
    assert_eq!(policy.due_day(october(9)), date(10, 9), "the day before its first");
    assert_eq!(policy.due_day(october(10)), date(11, 9));
    let on = |day| policy.in_force_on(date(10, day)).map(|(id, _)| id);
    assert_eq!([on(9), on(12), on(17), on(25)], [None, Some(early), Some(late), Some(late)]);
    let stamp = policy.stamp(late, CreditStamp::Approved).expect("it was approved");
    assert_eq!(stamp.what.note.as_str(), "第一次");
}

/// S14, Q3: what lay in a drawer before anything that is known here goes out of it first.
#[test]
fn what_lay_in_a_drawer_before_goes_out_first() {
    use sync_core::domain::cash::DrawerHeld;
    let mut book = Book::new();
    let id = cash(&mut book, "300");
    crate::arrival::handed_in(&mut book, crate::book::device(MA), "100");
    let arrived = |held: i64| {
        let mut rep = CashOfRep::default();
        for (key, paper) in book.papers() {
            match paper {
                Paper::Collection(paper) => rep.collected(PaperId(key.id), paper),
                Paper::HandIn(paper) => rep.handed_in(paper),
                _ => {}
            }
        }
        let held = DrawerHeld { device: crate::book::device(MA), held: whole(held) };
        rep.arrived(&[held]).get(&id).copied().unwrap_or(Money::ZERO)
    };
    assert_eq!((arrived(200), arrived(260), arrived(300)), (whole(100), whole(40), Money::ZERO));
}
