//! What customers owe, who urges them, and which goods go before their money. Source: S12, S34, S41, S43–S45, Q3.

use std::collections::BTreeMap;

use sync_core::{
    domain::cash::{
        Age, CashHandedIn, CashOfRep, Collected, CreditExcepted, CreditExceptionStamped, CreditPolicy,
        CreditStamp, CreditStatus, CustomerAccount, DrawerPart, HandInStamp, HandInStamped, Means, Owed,
        Payment, PaymentPromise, PaymentUrged, PromiseState, ReceivableRefusal, Release, Reminded, Remitted,
        Standing, UrgedBy, may_promise, may_stamp_credit,
    },
    domain::people::{Author, Role},
    op::Op,
    paper::{Paper, PaperKey},
    time::BusinessDate,
    unit::{CustomerId, Money, PaperId, StaffId},
};

use crate::book::{
    ADMIN, Book, FINANCE, FINE, HEAD, HERS, HIS, LOGISTICS, MA, OPEN, YANG, date, device, line, october,
    order, text, whole, yuan,
};

/// An order of his of 2,469.13 yuan, taken on the second of October.
fn ordered(book: &mut Book) -> PaperId {
    book.has(MA, Op::OrderTaken(order(vec![line(20, 1_234_567)])))
}

fn took(book: &mut Book, sum: &str, order: Option<PaperId>, means: Means) -> PaperId {
    book.has(MA, Op::Collected(collected(sum, order, means)))
}

/// His cash.
pub(crate) fn cash_of(sum: &str, order: Option<PaperId>) -> Op {
    Op::Collected(collected(sum, order, Means::Cash))
}

fn collected(sum: &str, order: Option<PaperId>, means: Means) -> Collected {
    let (amount, over_limit, note, photo) = (yuan(sum), None, text(""), None);
    Collected { customer: HIS, amount, means, receipt: 1, order, over_limit, note, photo }
}

fn hands_in(book: &mut Book, sum: &str) -> (PaperId, CashHandedIn) {
    let drawers = vec![DrawerPart { device: device(MA), amount: yuan(sum) }];
    let body = CashHandedIn { amount: yuan(sum), drawers, note: text("") };
    (book.has(MA, Op::CashHandedIn(body.clone())), body)
}

/// How much of each cash collection has arrived, by the papers of the book.
pub(crate) fn arrived(book: &Book) -> BTreeMap<PaperId, Money> {
    whole_of(book).arrived(&[])
}

/// All cash in the book.
pub(crate) fn whole_of(book: &Book) -> CashOfRep {
    let mut cash = CashOfRep::default();
    for (key, paper) in book.papers() {
        match paper {
            Paper::Collection(paper) => cash.collected(PaperId(key.id), paper),
            Paper::Remittance(paper) => cash.remitted(paper),
            Paper::HandIn(paper) => cash.handed_in(paper),
            Paper::Limits(limits) => cash.settled(limits),
            _ => {}
        }
    }
    cash
}

/// What the book says of his account, by the functions that phone and office ask.
fn account(book: &Book, today: BusinessDate) -> CustomerAccount {
    let nothing = CreditPolicy::default();
    let policy = match book.papers().get(&PaperKey::credit(HIS)) {
        Some(Paper::Credit(policy)) => policy,
        _ => &nothing,
    };
    let parts = arrived(book);
    let orders: Vec<Owed> = book
        .papers()
        .iter()
        .filter_map(|(key, paper)| match paper {
            Paper::Order(order) => Owed::of(PaperId(key.id), order, Some(policy)),
            _ => None,
        })
        .collect();
    let payments: Vec<Payment> = book
        .papers()
        .iter()
        .filter_map(|(key, paper)| match paper {
            Paper::Collection(one) => {
                Payment::of(PaperId(key.id), one, |id| parts.get(&id).copied().unwrap_or(Money::ZERO))
            }
            _ => None,
        })
        .collect();
    CustomerAccount::of(&orders, &payments, Some(policy), today)
}

fn urged(customer: CustomerId, order: Option<PaperId>, promised: Option<PaymentPromise>) -> Op {
    Op::PaymentUrged(PaymentUrged {
        customer,
        order,
        by: UrgedBy::Phone,
        whom: text("老板娘"),
        said: text("月底一定付"),
        promised,
    })
}

fn excepted(limit: &str, from: BusinessDate, to: BusinessDate) -> CreditExcepted {
    CreditExcepted {
        customer: HIS,
        limit: yuan(limit),
        pay_within: 30,
        from,
        to,
        reason: text("老客户，秋收后付"),
    }
}

fn stamped(exception: PaperId, stamp: CreditStamp, note: &str) -> Op {
    Op::CreditExceptionStamped(CreditExceptionStamped { exception, customer: HIS, stamp, note: text(note) })
}

/// S12, S34, S44, Q3: the bag, the account and the countersigned slip are three things, and only the last is paid.
#[test]
fn cash_is_collected_in_the_bag_and_paid_once_finance_has_signed_for_it() {
    let mut book = Book::new();
    let id = ordered(&mut book);
    let today = date(10, 10);
    let said = |book: &Book| {
        let account = account(book, today);
        let (row, release) = account.order(id).expect("it stands");
        (row.collected, row.paid, row.standing(), release)
    };
    let due = whole(0).plus(Money::fen(246_913));
    assert_eq!(said(&book), (Money::ZERO, Money::ZERO, Standing::Open, Release::Waits(due)));
    took(&mut book, "2469.13", Some(id), Means::Cash);
    assert_eq!(said(&book), (due, Money::ZERO, Standing::Collected, Release::Waits(due)));
    let drawers = vec![DrawerPart { device: device(MA), amount: yuan("1000") }];
    let sent = Remitted { amount: yuan("1000"), account: OPEN, drawers, reference: text(""), slip: None };
    book.has(MA, Op::Remitted(sent));
    assert_eq!(said(&book).1, Money::ZERO, "what was sent has not been found yet");
    let (slip, body) = hands_in(&mut book, "1469.13");
    assert_eq!(said(&book).1, Money::ZERO, "one signature pays nothing");
    let (stamp, note) = (HandInStamp::Received, text(""));
    book.has(
        FINANCE,
        Op::HandInStamped(HandInStamped { hand_in: slip, staff: MA, stamp, over: body.body_hash(), note }),
    );
    let open = whole(1_000);
    assert_eq!(said(&book), (due, due.minus(open), Standing::Collected, Release::Waits(open)));
    let (stamp, note) = (HandInStamp::TakenBack, text("签错了"));
    book.has(
        FINANCE,
        Op::HandInStamped(HandInStamped { hand_in: slip, staff: MA, stamp, over: body.body_hash(), note }),
    );
    assert_eq!(said(&book), (due, Money::ZERO, Standing::Collected, Release::Waits(due)), "unpaid again");
    let (slip, body) = hands_in(&mut book, "1469.13");
    let (stamp, note) = (HandInStamp::Received, text(""));
    book.has(
        FINANCE,
        Op::HandInStamped(HandInStamped { hand_in: slip, staff: MA, stamp, over: body.body_hash(), note }),
    );
    assert_eq!(said(&book).1, due.minus(open), "the same cash pays once it is handed in anew");
}

/// S34: a transfer that a rep has entered is a claim until finance has found it.
#[test]
fn a_transfer_is_collected_and_not_paid() {
    let mut book = Book::new();
    let id = ordered(&mut book);
    took(&mut book, "2469.13", Some(id), Means::Transfer { account: OPEN, reference: text("0417") });
    let account = account(&book, date(10, 10));
    assert_eq!(account.order(id).expect("it stands").0.standing(), Standing::Collected);
    assert_eq!(account.unconfirmed(), Money::fen(246_913));
    assert_eq!(account.overdue(date(12, 31)), None, "what is in a rep's hands is not the customer's fault");
}

/// S12, S41, S45: pay-first orders are due the day they are taken; by an exception of that day, so many days later.
#[test]
fn an_order_is_due_at_once_or_as_an_exception_says() {
    let mut book = Book::new();
    let id = ordered(&mut book);
    let row = |book: &Book, today| *account(book, today).order(id).expect("it stands").0;
    assert_eq!(row(&book, date(10, 2)).due, date(10, 2));
    assert_eq!(row(&book, date(10, 2)).days_overdue(date(10, 2)), None);
    assert_eq!(row(&book, date(10, 3)).days_overdue(date(10, 3)), Some(1));
    assert_eq!(row(&book, date(11, 1)).age(date(11, 1)), Age::UpTo30);
    assert_eq!(row(&book, date(11, 2)).age(date(11, 2)), Age::UpTo60);
    let exception = book.has(HEAD, Op::CreditExcepted(excepted("3000", date(10, 2), date(10, 20))));
    assert_eq!(row(&book, date(10, 3)).due, date(10, 2), "nobody has approved it");
    book.has(FINANCE, stamped(exception, CreditStamp::Approved, ""));
    assert_eq!(row(&book, date(10, 3)).due, date(11, 1));
    assert_eq!(row(&book, date(11, 1)).days_overdue(date(11, 1)), None);
    assert_eq!(account(&book, date(11, 2)).overdue(date(11, 2)), Some((Money::fen(246_913), date(11, 1))));
}

/// S12, S45: an exception lets go what it has room for, the oldest first, and no fen more; paid orders need none.
#[test]
fn an_exception_lets_go_what_it_has_room_for() {
    let mut book = Book::new();
    let [first, second, third] = [(); 3].map(|()| ordered(&mut book));
    let exception = book.has(HEAD, Op::CreditExcepted(excepted("4938.26", date(10, 2), date(10, 20))));
    let today = date(10, 10);
    let releases = |book: &Book, today| account(book, today).releases;
    let waits = Release::Waits(Money::fen(246_913));
    assert_eq!(releases(&book, today), [waits; 3], "proposed is not approved");
    book.has(FINANCE, stamped(exception, CreditStamp::Approved, ""));
    assert_eq!(releases(&book, today), [Release::Excepted, Release::Excepted, waits]);
    assert_eq!(releases(&book, date(10, 21)), [waits; 3], "it has run out");
    took(&mut book, "2469.13", Some(first), Means::Cash);
    assert_eq!(releases(&book, today)[2], waits, "cash in the bag makes no room");
    let (slip, body) = hands_in(&mut book, "2469.13");
    let (stamp, note) = (HandInStamp::Received, text(""));
    book.has(
        FINANCE,
        Op::HandInStamped(HandInStamped { hand_in: slip, staff: MA, stamp, over: body.body_hash(), note }),
    );
    assert_eq!(releases(&book, today), [Release::Paid, Release::Excepted, Release::Excepted]);
    book.has(HEAD, stamped(exception, CreditStamp::Ended, "改为先款后货"));
    assert_eq!(
        self::account(&book, today).rows.iter().map(|row| row.due).collect::<Vec<_>>(),
        [date(11, 1); 3],
        "what is ended afterwards has counted for what was ordered before"
    );
    let after = ordered(&mut book);
    assert_eq!(
        self::account(&book, today).order(after).expect("it stands").0.due,
        date(10, 2),
        "the same day"
    );
    let account = account(&book, today);
    for (order, release) in [(second, waits), (third, waits), (first, Release::Paid)] {
        assert_eq!(account.order(order).map(|(_, release)| release), Some(release), "ended");
    }
    let one_fen_less = CreditExcepted { limit: yuan("2469.12"), ..excepted("1", date(10, 2), date(10, 20)) };
    let row = account.order(second).expect("it stands").0;
    assert_eq!(sync_core::domain::cash::is_released(row, Some(&one_fen_less), Money::ZERO), waits);
}

/// S45: made by finance and the heads, approved by another; with a reason, dated, at most a year, one at a time.
#[test]
fn an_exception_is_made_by_one_and_approved_by_another() {
    let mut book = Book::new();
    let ask = |book: &Book, staff: StaffId, op: CreditExcepted| book.asks(staff, &Op::CreditExcepted(op));
    let fine = || excepted("30000", date(10, 10), date(12, 31));
    for staff in [HEAD, FINANCE] {
        assert_eq!(ask(&book, staff, fine()), FINE, "{staff}");
    }
    for (staff, why) in
        [(MA, "credit.not-yours"), (LOGISTICS, "credit.not-yours"), (YANG, "customer.not-yours")]
    {
        assert_eq!(ask(&book, staff, fine()), Err(why), "{staff}");
    }
    let before = excepted("30000", date(10, 9), date(12, 31));
    assert_eq!(ask(&book, HEAD, before), Err("credit.begins-before"), "nothing overdue is made so no more");
    let year = |to| excepted("30000", date(10, 10), to);
    let of = |year, month, day| BusinessDate::of(year, month, day).expect("a date");
    assert_eq!(ask(&book, HEAD, year(of(2027, 10, 10))), FINE);
    assert_eq!(ask(&book, HEAD, year(of(2027, 10, 11))), Err("credit.too-long"));
    assert_eq!(ask(&book, HEAD, year(date(10, 9))), Err("credit.ends-before-it-begins"));
    assert_eq!(ask(&book, HEAD, excepted("1", date(10, 1), date(10, 9))), Err("credit.over"));
    let late = |days| CreditExcepted { pay_within: days, ..fine() };
    assert_eq!(
        (ask(&book, HEAD, late(180)), ask(&book, HEAD, late(181))),
        (FINE, Err("credit.pays-too-late"))
    );

    let id = book.has(HEAD, Op::CreditExcepted(fine()));
    assert_eq!(ask(&book, FINANCE, excepted("1", date(12, 31), of(2027, 1, 9))), Err("credit.overlaps"));
    assert_eq!(ask(&book, FINANCE, excepted("1", of(2027, 1, 1), of(2027, 1, 9))), FINE);
    let approve = stamped(id, CreditStamp::Approved, "");
    let asks = |book: &Book| [MA, HEAD, FINANCE].map(|staff| book.asks(staff, &approve));
    assert_eq!(asks(&book), [Err("credit.not-an-approver"), Err("credit.your-own"), FINE]);
    assert_eq!(book.asks(FINANCE, &stamped(id, CreditStamp::SentBack, "")), Err("credit.no-reason"));
    let nothing = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(book.asks(FINANCE, &stamped(nothing, CreditStamp::Approved, "")), Err("credit.unknown"));
    // Made beside each other before either was known: the second is not approved.
    let beside = book.has(FINANCE, Op::CreditExcepted(fine()));
    book.has(FINANCE, &approve);
    assert_eq!(book.asks(FINANCE, &approve), Err("credit.already-stamped"));
    assert_eq!(book.asks(FINANCE, &stamped(beside, CreditStamp::Approved, "")), Err("credit.your-own"));
    let third = book.has(HEAD, Op::CreditExcepted(fine()));
    assert_eq!(book.asks(FINANCE, &stamped(third, CreditStamp::Approved, "")), Err("credit.overlaps"));
    assert_eq!(book.asks(FINANCE, &stamped(id, CreditStamp::Ended, "不再赊")), FINE);
    assert_eq!(book.asks(HEAD, &stamped(id, CreditStamp::Ended, "不再赊")), FINE, "who made it may end it");
    assert_eq!(
        book.asks(FINANCE, &stamped(id, CreditStamp::SentBack, "晚了")),
        Err("credit.already-stamped")
    );
    let Some(Paper::Credit(policy)) = book.papers().get(&PaperKey::credit(HIS)) else { panic!("a policy") };
    let status = |day| policy.status(id, day);
    assert_eq!(status(date(10, 9)), Some(CreditStatus::Ahead));
    assert_eq!(
        (status(date(10, 10)), status(date(12, 31))),
        (Some(CreditStatus::InForce), Some(CreditStatus::InForce))
    );
    assert_eq!(status(of(2027, 1, 1)), Some(CreditStatus::Ended));
}

/// S45: of all roles three approve; whoever may make an exception may not approve it by that.
#[test]
fn three_roles_approve_what_another_has_made() {
    let mut book = Book::new();
    let id = book.has(HEAD, Op::CreditExcepted(excepted("30000", date(10, 10), date(12, 31))));
    let Some(Paper::Credit(policy)) = book.papers().get(&PaperKey::credit(HIS)) else { panic!("a policy") };
    let Op::CreditExceptionStamped(stamp) = stamped(id, CreditStamp::Approved, "") else { panic!("a stamp") };
    for role in Role::ALL {
        let author = Author { role, ..book.author(FINANCE, october(10)) };
        let said = may_stamp_credit(&stamp, Some(policy), &author, date(10, 10)).map_err(|no| no.code());
        let approves = matches!(role, Role::Finance | Role::MarketingVp | Role::GeneralManager);
        assert_eq!(said, if approves { Ok(()) } else { Err("credit.not-an-approver") }, "{role:?}");
        let backed = Author { backed: Some(Role::GeneralManager), ..author };
        let said = may_stamp_credit(&stamp, Some(policy), &backed, date(10, 10));
        assert_eq!(said.is_ok(), approves, "{role:?}: who accepts a waiting change lends no such right");
    }
}

/// S43: reps urge their own customers, logistics and the office all; of an order of that customer's; a promise lies ahead.
#[test]
fn whoever_urges_says_whom_about_what_and_what_was_promised() {
    let mut book = Book::new();
    let id = ordered(&mut book);
    let promise = |day| Some(PaymentPromise { day, amount: yuan("2000") });
    for staff in [MA, LOGISTICS, FINANCE, HEAD] {
        assert_eq!(book.asks(staff, &urged(HIS, Some(id), promise(date(10, 10)))), FINE, "{staff}");
    }
    assert_eq!(book.asks(YANG, &urged(HIS, None, None)), Err("customer.not-yours"));
    assert_eq!(book.asks(ADMIN, &urged(HIS, None, None)), Err("customer.not-yours"));
    assert_eq!(book.asks(YANG, &urged(HERS, Some(id), None)), Err("urging.no-such-order"));
    assert_eq!(book.asks(MA, &urged(HIS, None, promise(date(10, 9)))), Err("urging.promised-before"));
    let ahead = |day| promise(BusinessDate::of(2027, 10, day).expect("a date"));
    assert_eq!(book.asks(MA, &urged(HIS, None, ahead(11))), FINE, "366 days");
    assert_eq!(book.asks(MA, &urged(HIS, None, ahead(12))), Err("urging.promised-too-far"));
}

/// S41, S43: nobody promises more than is still to be collected: of the order that is named, or of all.
#[test]
fn no_more_is_promised_than_is_owed() {
    let mut book = Book::new();
    let first = ordered(&mut book);
    let second = ordered(&mut book);
    took(&mut book, "2000", Some(first), Means::Cash);
    let account = account(&book, date(10, 10));
    let asked = |sum: &str, order| {
        let promise = PaymentPromise { day: date(10, 10), amount: yuan(sum) };
        let Op::PaymentUrged(said) = urged(HIS, order, Some(promise)) else { unreachable!("a reminder") };
        may_promise(&said, &account)
    };
    let too_much = |sum: &str, open: &str| {
        let (amount, open) = (yuan(sum).money(), yuan(open).money());
        Err(ReceivableRefusal::PromisedTooMuch { amount, open })
    };
    assert_eq!(asked("469.13", Some(first)), Ok(()), "what is left of it");
    assert_eq!(asked("469.14", Some(first)), too_much("469.14", "469.13"));
    assert_eq!(asked("2469.13", Some(second)), Ok(()));
    assert_eq!(asked("2469.14", Some(second)), too_much("2469.14", "2469.13"));
    assert_eq!(asked("2938.26", None), Ok(()), "all that is owed");
    assert_eq!(asked("2938.27", None), too_much("2938.27", "2938.26"));
    let of_no_order = ReceivableRefusal::PromisedTooMuch { amount: yuan("1").money(), open: Money::ZERO };
    assert_eq!(asked("1", Some(PaperId::from_bytes([9; 16]))), Err(of_no_order));
}

/// S41, S43: a promise is kept by whatever the customer pays since, runs until its day is over, and is broken then.
#[test]
fn a_promise_is_kept_by_money_and_broken_by_its_day() {
    let mut book = Book::new();
    let id = ordered(&mut book);
    took(&mut book, "500", None, Means::Cash);
    let promise = PaymentPromise { day: date(10, 15), amount: yuan("1000") };
    book.has(MA, urged(HIS, Some(id), Some(promise)));
    book.has(MA, urged(HIS, None, None));
    let state = |book: &Book, today| {
        let urgings = book.papers().values().filter_map(|paper| match paper {
            Paper::Urging(urging) => urging.recorded.as_ref(),
            _ => None,
        });
        let payments: Vec<Payment> = book
            .papers()
            .iter()
            .filter_map(|(key, paper)| match paper {
                Paper::Collection(one) => Payment::of(PaperId(key.id), one, |_| Money::ZERO),
                _ => None,
            })
            .collect();
        let reminded = Reminded::of(urgings, Some((id, october(1))));
        assert_eq!(reminded.last.map(|one| one.what.order), Some(None), "the last, whatever it was about");
        reminded.promise(&payments, today).map(|(_, state)| state)
    };
    assert_eq!(state(&book, date(10, 15)), Some(PromiseState::Running));
    assert_eq!(state(&book, date(10, 16)), Some(PromiseState::Broken), "what came before does not keep it");
    took(&mut book, "999.99", None, Means::Cash);
    assert_eq!(state(&book, date(10, 16)), Some(PromiseState::Broken));
    took(&mut book, "0.01", None, Means::Cash);
    assert_eq!(state(&book, date(10, 16)), Some(PromiseState::Kept));
    let yesterday = PaymentPromise { day: date(10, 1), amount: yuan("1") };
    book.has(MA, urged(HIS, None, Some(yesterday)));
    book.has(MA, urged(HIS, None, None));
    took(&mut book, "1", None, Means::Cash);
    assert_eq!(state(&book, date(10, 16)), Some(PromiseState::Late), "it came after its day");
}
