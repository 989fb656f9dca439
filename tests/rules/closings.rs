//! Which signatures count on a closing, and who may set them. Source: S17, Q10.

use sync_core::{
    domain::{
        month::{
            Closings, LineNotes, MonthClosed, MonthLineExplained, MonthStamp, MonthStamped, MonthStatus,
            RecoveryLine,
        },
        people::{Role, StaffRoleSet},
    },
    op::Op,
    paper::{Paper, PaperKey},
    time::Period,
    unit::{Money, PaperId, StaffId},
};

use crate::{
    book::{ADMIN, Book, FINANCE, FINE, HEAD, LOGISTICS, MA, YANG, device, text},
    month::{CLERK, book, closing, missing, month, stamp, status},
};

fn stamped(id: PaperId, how: MonthStamp) -> Op {
    Op::MonthStamped(stamp(id, month(9), how, "少一笔"))
}

fn short() -> MonthClosed {
    MonthClosed {
        missing: vec![missing(MA, 7)], reason: text("手机掉进水渠"), ..closing(month(9), 40, None)
    }
}

fn closings(book: &Book) -> &Closings {
    match book.papers().get(&PaperKey::closings()) {
        Some(Paper::Closings(closings)) => closings,
        _ => panic!("nothing was closed"),
    }
}

/// S17, Q10: of all roles one closes, one countersigns, two let it be closed without a phone.
#[test]
fn the_clerk_closes_finance_countersigns_and_the_heads_of_department_release() {
    for role in Role::ALL {
        assert_eq!(role.closes_months(), role == Role::Clerk, "{role:?}");
        assert_eq!(role.countersigns_months(), role == Role::Finance, "{role:?}");
        let releases = matches!(role, Role::SalesHead | Role::MarketingHead);
        assert_eq!(role.closes_without_phones(), releases, "{role:?}");
    }
}

/// S17: a closing is sent back by finance or a head, and by nobody else, not even by the clerk who made it.
#[test]
fn nobody_but_finance_and_the_heads_sends_a_closing_back() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(short()));
    for staff in [CLERK, MA, YANG, LOGISTICS, ADMIN] {
        assert_eq!(book.asks(staff, &stamped(id, MonthStamp::SentBack)), Err("month.not-yours"), "{staff}");
    }
    for staff in [FINANCE, HEAD] {
        assert_eq!(book.asks(staff, &stamped(id, MonthStamp::SentBack)), FINE, "{staff}");
    }
}

/// S17, Q10: finance and head are two persons, also where one has come to the other's desk between the two stamps; a
/// second stamp of one person counts for nothing where it stands all the same.
#[test]
fn one_person_does_not_set_both_stamps() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(short()));
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    let moved = StaffRoleSet { staff: FINANCE, role: Role::SalesHead, replaces: Vec::new() };
    book.has(ADMIN, Op::StaffRoleSet(moved));
    assert_eq!(book.asks(FINANCE, &stamped(id, MonthStamp::WithoutPhones)), Err("month.same-person"));
    book.has(FINANCE, stamped(id, MonthStamp::WithoutPhones));
    assert_eq!(status(&book, month(9)), MonthStatus::Signed);
    book.has(HEAD, stamped(id, MonthStamp::WithoutPhones));
    assert_eq!(status(&book, month(9)), MonthStatus::Closed);

    let mut book = self::book();
    let id = book.has(CLERK, Op::MonthClosed(short()));
    book.has(HEAD, stamped(id, MonthStamp::WithoutPhones));
    let moved = StaffRoleSet { staff: HEAD, role: Role::Finance, replaces: Vec::new() };
    book.has(ADMIN, Op::StaffRoleSet(moved));
    assert_eq!(book.asks(HEAD, &stamped(id, MonthStamp::Agreed)), Err("month.same-person"));
}

/// S17: a stamp on another table than the one that was closed counts for nothing where it stands all the same.
#[test]
fn a_stamp_over_another_table_does_not_count() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    let Op::MonthStamped(agreed) = stamped(id, MonthStamp::Agreed) else { panic!("a stamp") };
    book.has(FINANCE, Op::MonthStamped(MonthStamped { table: [6; 32], ..agreed }));
    assert_eq!(status(&book, month(9)), MonthStatus::Signed);
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    assert_eq!(status(&book, month(9)), MonthStatus::Closed);
}

/// S17: what was sent back is not agreed to any more, and what is closed is not sent back, whatever is stamped on it.
#[test]
fn nothing_counts_that_was_stamped_after_the_end() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    book.has(FINANCE, stamped(id, MonthStamp::SentBack));
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    assert_eq!(status(&book, month(9)), MonthStatus::Open);
    assert_eq!(closings(&book).of(month(9)).and_then(|one| one.agreed).map(|one| one.by), None);
    let id = book.has(CLERK, Op::MonthClosed(closing(month(9), 50, None)));
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    book.has(FINANCE, stamped(id, MonthStamp::SentBack));
    assert_eq!(status(&book, month(9)), MonthStatus::Closed);
}

/// S17: a closed month stays as it was closed, though another closing of it stands behind; of two that nobody has stamped
/// the later one counts, and the earlier is stamped no more.
#[test]
fn the_closing_that_was_signed_by_all_counts_or_else_the_latest() {
    let mut book = book();
    let first = book.has(CLERK, Op::MonthClosed(closing(month(9), 40, None)));
    let second = book.has(CLERK, Op::MonthClosed(closing(month(9), 50, None)));
    let asks = |id| book.asks(FINANCE, &stamped(id, MonthStamp::Agreed));
    assert_eq!((asks(first), asks(second)), (Err("month.already-stamped"), FINE));
    book.has(FINANCE, stamped(second, MonthStamp::Agreed));
    book.has(CLERK, Op::MonthClosed(closing(month(9), 60, None)));
    let all = closings(&book);
    assert_eq!(all.of(month(9)).map(|one| one.id()), Some(second));
    assert_eq!(all.status(month(9)), MonthStatus::Closed);
    assert_eq!(all.closed_before(month(10)), Some(50));
}

/// S17: a month goes on where the one before was closed: not where it was only signed.
#[test]
fn what_is_only_signed_closes_nothing() {
    let mut book = book();
    let id = book.has(CLERK, Op::MonthClosed(short()));
    let (period, phone) = (Period::of(2026, 10).expect("a month"), device(MA));
    let said = |book: &Book| (closings(book).closed_before(period), closings(book).has_named(phone));
    assert_eq!(said(&book), (None, false));
    book.has(FINANCE, stamped(id, MonthStamp::Agreed));
    assert_eq!(said(&book), (None, false), "a head has not signed");
    book.has(HEAD, stamped(id, MonthStamp::WithoutPhones));
    assert_eq!(said(&book), (Some(40), true));
    assert!(!closings(&book).has_named(device(YANG)));
}

/// S17: a line is explained for the very difference that was seen, by the latest word alone; another word is another hash.
#[test]
fn the_latest_explanation_counts_and_for_its_own_difference_only() {
    let mut book = book();
    let (line, other) = (RecoveryLine::Missing(MA), RecoveryLine::Withheld(MA));
    let explained = |book: &mut Book, staff: StaffId, sum: i64, words: &str| {
        let (period, difference, explanation) = (month(9), Money::yuan(sum), text(words));
        book.has(staff, Op::MonthLineExplained(MonthLineExplained { period, line, difference, explanation }));
    };
    let notes = |book: &Book| match book.papers().get(&PaperKey::line_notes(month(9))) {
        Some(Paper::LineNotes(notes)) => notes.clone(),
        _ => LineNotes::default(),
    };
    explained(&mut book, CLERK, 200, "短款");
    let first = notes(&book);
    let open = |notes: &LineNotes, line, sum| notes.unexplained(&[(line, Money::yuan(sum))]);
    assert_eq!(
        (open(&first, line, 200), open(&first, line, 201), open(&first, other, 200)),
        (0, 1, 1),
        "this line, this sum"
    );
    explained(&mut book, FINANCE, 300, "又少一百");
    let second = notes(&book);
    assert_eq!((open(&second, line, 200), open(&second, line, 300)), (1, 0));
    assert_ne!(second.hash(), first.hash());
    let later = |book: &mut Book| {
        explained(book, CLERK, 300, "已赔");
        notes(book).hash()
    };
    assert_ne!(later(&mut book), second.hash(), "another word of another person");
}
