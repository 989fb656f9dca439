//! A bank's statement in the book: read in once, matched by what finance confirms, set aside, and open again after a bounce.
//! Source: S17, S34, S41, S46.

use sync_core::{
    domain::{
        bank::{
            AmountColumns, AsideKind, BankLine, BookedLine, Layout, LineSetAside, LineStatus, MOST_LINES,
            MappingSaved, StatementImported, gives_back,
        },
        cash::{
            BreachKind, Collected, ConfirmationWithdrawn, ConfirmedPaper, DrawerPart, LedgerAccount, Means,
            MoneyConfirmed, Remitted, Reversed, Reversible, Violation, ViolationStamp, ViolationStamped,
        },
        visit::BlobHash,
    },
    op::Op,
    paper::{Paper, PaperKey},
    unit::{AccountId, ChangeId, Money, PaperId},
};

use crate::book::{Book, CLOSED, FINANCE, FINE, HEAD, HIS, MA, OPEN, YANG, date, device, text, whole, yuan};

fn line(number: u32, sum: i64, serial: &str) -> BookedLine {
    BookedLine {
        number,
        date: date(10, 9),
        amount: Money::yuan(sum),
        payer: text("马立群"),
        reference: text("货款204817"),
        serial: text(serial),
        again: 0,
    }
}

fn statement(lines: Vec<BookedLine>) -> Op {
    let rows: u32 = lines.iter().map(|line| line.number).sum();
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&rows.to_be_bytes());
    let (file, name) = (BlobHash(hash), text("十月.csv"));
    Op::StatementImported(StatementImported { account: OPEN, file, name, part: 1, parts: 1, lines })
}

fn remits(book: &mut Book, sum: &str, receipt: u32) -> PaperId {
    book.has(
        MA,
        Op::Collected(Collected {
            customer: HIS,
            amount: yuan(sum),
            means: Means::Cash,
            receipt,
            order: None,
            over_limit: None,
            note: text(""),
            photo: None,
        }),
    );
    book.has(
        MA,
        Op::Remitted(Remitted {
            amount: yuan(sum),
            account: OPEN,
            drawers: vec![DrawerPart { device: device(MA), amount: yuan(sum) }],
            reference: text("204817"),
            slip: None,
        }),
    )
}

fn named(papers: &[PaperId]) -> Vec<ConfirmedPaper> {
    papers.iter().map(|of| ConfirmedPaper { of: *of, staff: MA }).collect()
}

fn confirms(papers: &[PaperId], sum: &str, lines: &[PaperId]) -> Op {
    Op::MoneyConfirmed(MoneyConfirmed {
        kind: Reversible::Remittance,
        papers: named(papers),
        customer: None,
        account: OPEN,
        amount: yuan(sum),
        arrived_on: date(10, 9),
        lines: lines.to_vec(),
        note: text(""),
    })
}

fn bounced(of: PaperId) -> Op {
    let kind = Reversible::Remittance;
    Op::Reversed(Reversed { kind, of, staff: MA, customer: None, reason: text("银行退回") })
}

fn aside(line: PaperId, kind: AsideKind, note: &str) -> Op {
    Op::LineSetAside(LineSetAside { line, kind, note: text(note), staff: None, amount: None })
}

fn paper(book: &Book, line: PaperId) -> &BankLine {
    match book.papers().get(&PaperKey::bank_line(line)) {
        Some(Paper::BankLine(paper)) => paper,
        other => panic!("{other:?}"),
    }
}

fn status(book: &Book, line: PaperId) -> LineStatus {
    paper(book, line).status()
}

/// The change that brought the latest confirmation of a line.
fn confirmation(book: &Book, line: PaperId) -> ChangeId {
    paper(book, line).standing().expect("it pays something").0
}

/// S34: the same statement brings nothing twice; one of the same days and some more brings the rest.
#[test]
fn a_statement_is_read_in_once_and_an_overlapping_one_brings_what_is_new() {
    let mut book = Book::new();
    let first = statement(vec![line(2, 9_000, "B1"), line(3, -5, "B2")]);
    for staff in [MA, YANG, HEAD] {
        assert_eq!(book.asks(staff, &first), Err("statement.not-finance"), "{staff}");
    }
    assert_eq!(book.asks(FINANCE, &first), FINE);
    book.has(FINANCE, &first);
    assert_eq!(book.asks(FINANCE, &first), Err("statement.already-imported"));
    let again = statement(vec![line(7, 9_000, "B1"), line(8, -5, "B2")]);
    assert_eq!(book.asks(FINANCE, &again), Err("statement.already-imported"), "other rows, the same lines");
    let more = statement(vec![line(7, 9_000, "B1"), line(9, 12, "B3")]);
    assert_eq!(book.asks(FINANCE, &more), FINE);
    book.has(FINANCE, &more);
    let lines = book.papers().keys().filter(|key| key.kind == sync_core::paper::PaperKind::BankLine);
    assert_eq!(lines.count(), 3);
    assert_eq!(book.asks(FINANCE, &statement(Vec::new())), Err("statement.no-lines"));
    let elsewhere = AccountId::from_bytes([99; 16]);
    let (file, name) = (BlobHash([1; 32]), text("a.csv"));
    let unknown =
        StatementImported { account: elsewhere, file, name, part: 1, parts: 1, lines: vec![line(2, 1, "")] };
    assert_eq!(book.asks(FINANCE, &Op::StatementImported(unknown)), Err("statement.unknown-account"));
}

/// A thousand lines fit: in two changes, each far below what a change may weigh.
#[test]
fn a_statement_of_a_thousand_lines_fits_in_two_changes() {
    let lines: Vec<BookedLine> = (0..1_000)
        .map(|at| BookedLine {
            payer: text(&"银".repeat(20)),
            reference: text(&"款".repeat(30)),
            ..line(at, i64::from(at) + 1, &format!("B{at:09}"))
        })
        .collect();
    let parts: Vec<Op> = lines.chunks(MOST_LINES).map(|some| statement(some.to_vec())).collect();
    assert_eq!(parts.len(), 2);
    for part in &parts {
        let body = part.to_body();
        assert!(body.len() < 160_000, "{} bytes", body.len());
        let read = Op::from_body(part.kind(), Op::VERSION, &body);
        assert_eq!(read.as_ref(), Ok(part));
    }
    let body = statement(lines).to_body();
    assert!(Op::from_body(66, Op::VERSION, &body).is_err(), "a thousand at once are too many");
}

/// S34: what finance confirms by a line is matched; one line pays several papers, several lines pay one, to the fen.
#[test]
fn a_line_pays_what_finance_confirms_by_it_and_nothing_else() {
    let mut book = Book::new();
    let (one, other) = (remits(&mut book, "5000", 1), remits(&mut book, "4000", 2));
    let (all, half) = (line(2, 9_000, "B1"), line(3, 3_000, "B2"));
    let (all_id, half_id) = (all.id(OPEN), half.id(OPEN));
    book.has(FINANCE, statement(vec![all, half]));
    assert_eq!(book.asks(FINANCE, &confirms(&[one], "5000", &[all_id])), Err("statement.lines-differ"));
    let nothing = PaperId::from_bytes([9; 16]);
    assert_eq!(book.asks(FINANCE, &confirms(&[one], "5000", &[nothing])), Err("statement.unknown-line"));
    let both = confirms(&[one, other], "9000", &[all_id]);
    assert_eq!(book.asks(FINANCE, &both), FINE);
    book.has(FINANCE, &both);
    assert_eq!((status(&book, all_id), status(&book, half_id)), (LineStatus::Matched, LineStatus::Open));
    let third = remits(&mut book, "9000", 3);
    assert_eq!(book.asks(FINANCE, &confirms(&[third], "9000", &[all_id])), Err("statement.line-taken"));
    assert_eq!(book.asks(FINANCE, &aside(all_id, AsideKind::Fee, "")), Err("statement.line-taken"));
    // Two lines pay one paper.
    let rest = line(4, 6_000, "B3");
    let rest_id = rest.id(OPEN);
    book.has(FINANCE, statement(vec![rest]));
    let two = confirms(&[third], "9000", &[half_id, rest_id]);
    assert_eq!(book.asks(FINANCE, &two), FINE);
    book.has(FINANCE, two);
    assert_eq!(status(&book, rest_id), LineStatus::Matched);
    assert_eq!(book.balances(), Money::ZERO);
}

/// S17: what the bank returns is the same sum the other way round, no earlier, and of the same payer or in nobody's name.
#[test]
fn a_line_gives_back_what_another_one_brought() {
    let came = line(2, 9_000, "B1");
    let back = |sum: i64, day: u32, payer: &str| BookedLine {
        date: date(10, day),
        payer: text(payer),
        ..line(3, sum, "B2")
    };
    let gives = |back: &BookedLine| gives_back(back, &came);
    for one in [back(-9_000, 9, "马立群"), back(-9_000, 31, "马立群"), back(-9_000, 12, "")] {
        assert!(gives(&one), "{one:?}");
    }
    let november = BookedLine { date: date(11, 14), ..back(-9_000, 9, "马立群") };
    let none = [
        back(9_000, 12, "马立群"),
        back(-8_999, 12, "马立群"),
        back(-9_000, 8, "马立群"),
        back(-9_000, 12, "塞上物业服务中心"),
        november,
    ];
    for one in none {
        assert!(!gives(&one), "{one:?}");
    }
}

/// S13, S46: a line of one account says nothing of money that went to another.
#[test]
fn a_line_of_another_account_pays_nothing_here() {
    let mut book = Book::new();
    let sent = remits(&mut book, "5000", 1);
    let line = line(2, 5_000, "B1");
    let elsewhere = line.id(CLOSED);
    let (file, name) = (BlobHash([7; 32]), text("旧户.csv"));
    let old = StatementImported { account: CLOSED, file, name, part: 1, parts: 1, lines: vec![line] };
    book.has(FINANCE, Op::StatementImported(old));
    assert_eq!(book.asks(FINANCE, &confirms(&[sent], "5000", &[elsewhere])), Err("statement.other-account"));
}

/// S13, S17: what is withheld moves no money, and has not arrived anywhere.
#[test]
fn a_remittance_that_is_withheld_is_not_confirmed() {
    let mut book = Book::new();
    let drawers = vec![DrawerPart { device: device(MA), amount: yuan("5000") }];
    let sent = Remitted { amount: yuan("5000"), account: OPEN, drawers, reference: text(""), slip: None };
    let withheld = book.has_withheld(MA, Op::Remitted(sent));
    assert_eq!(book.asks(FINANCE, &confirms(&[withheld], "5000", &[])), Err("confirmation.withheld"));
}

/// S17: the bank returns a remittance: its line is open again, and pays another; in whichever order both are heard.
#[test]
fn a_bounce_opens_the_line_again() {
    let lines = |order: bool| {
        let mut book = Book::new();
        let sent = remits(&mut book, "9000", 1);
        let came = line(2, 9_000, "B1");
        let id = came.id(OPEN);
        book.has(FINANCE, statement(vec![came]));
        if order {
            book.has(FINANCE, confirms(&[sent], "9000", &[id]));
            book.has(FINANCE, bounced(sent));
        } else {
            book.has(FINANCE, bounced(sent));
            book.has(FINANCE, confirms(&[sent], "9000", &[id]));
        }
        (book, id)
    };
    for order in [true, false] {
        let (mut book, id) = lines(order);
        assert_eq!(status(&book, id), LineStatus::Reopened, "{order}");
        let again = book.has(
            MA,
            Op::Remitted(Remitted {
                amount: yuan("9000"),
                account: OPEN,
                drawers: vec![DrawerPart { device: device(MA), amount: yuan("9000") }],
                reference: text(""),
                slip: None,
            }),
        );
        assert_eq!(book.asks(FINANCE, &confirms(&[again], "9000", &[id])), FINE);
    }
}

/// S34: what was matched wrongly is taken apart again, and nothing of it stays.
#[test]
fn a_confirmation_that_was_wrong_is_withdrawn() {
    let mut book = Book::new();
    let sent = remits(&mut book, "9000", 1);
    let came = line(2, 9_000, "B1");
    let id = came.id(OPEN);
    book.has(FINANCE, statement(vec![came]));
    book.has(FINANCE, confirms(&[sent], "9000", &[id]));
    let withdrawn = |confirmation| {
        Op::ConfirmationWithdrawn(ConfirmationWithdrawn {
            confirmation,
            kind: Reversible::Remittance,
            papers: named(&[sent]),
            customer: None,
            lines: vec![id],
            reason: text("对错了"),
        })
    };
    let it = withdrawn(confirmation(&book, id));
    assert_eq!(book.asks(MA, &it), Err("confirmation.not-finance"));
    let another = withdrawn(ChangeId { device: device(MA), seq: 900 });
    assert_eq!(book.asks(FINANCE, &another), Err("confirmation.not-confirmed"));
    assert_eq!(book.asks(FINANCE, &it), FINE);
    book.has(FINANCE, &it);
    assert_eq!(status(&book, id), LineStatus::Open, "nothing has gone back");
    assert_eq!(book.asks(FINANCE, &it), Err("confirmation.not-confirmed"));
    assert_eq!(book.asks(FINANCE, &confirms(&[sent], "9000", &[id])), FINE, "and is confirmed anew");
    assert_eq!(book.balances(), Money::ZERO);
}

/// S34: a fee, interest and what is not ours is set aside with a reason, and can be taken up again.
#[test]
fn a_line_that_pays_nothing_is_set_aside_and_taken_up_again() {
    let mut book = Book::new();
    let fee = line(2, -50, "B1");
    let id = fee.id(OPEN);
    book.has(FINANCE, statement(vec![fee]));
    assert_eq!(book.asks(HEAD, &aside(id, AsideKind::Fee, "")), Err("statement.not-finance"));
    assert_eq!(book.asks(FINANCE, &aside(id, AsideKind::TakenUp, "")), Err("statement.not-aside"));
    assert_eq!(book.asks(FINANCE, &aside(id, AsideKind::NotOurs, "")), Err("statement.no-reason"));
    assert_eq!(book.asks(FINANCE, &aside(id, AsideKind::Fee, "")), FINE);
    book.has(FINANCE, aside(id, AsideKind::Fee, ""));
    assert_eq!(status(&book, id), LineStatus::SetAside);
    assert_eq!(book.asks(FINANCE, &aside(id, AsideKind::Interest, "")), Err("statement.set-aside"));
    book.has(FINANCE, aside(id, AsideKind::TakenUp, ""));
    assert_eq!(status(&book, id), LineStatus::Open);
}

/// S46: money through a personal account is somebody's case: the violation comes with the line, of its sum.
#[test]
fn a_payment_through_a_personal_account_raises_a_violation() {
    let mut book = Book::new();
    let paid = line(2, -3_200, "B1");
    let id = paid.id(OPEN);
    book.has(FINANCE, statement(vec![paid]));
    let case = |staff, sum: &str, note: &str| {
        Op::LineSetAside(LineSetAside {
            line: id,
            kind: AsideKind::PersonalAccount,
            note: text(note),
            staff: Some(staff),
            amount: Some(yuan(sum)),
        })
    };
    let why = "付给业务员个人卡";
    assert_eq!(book.asks(FINANCE, &aside(id, AsideKind::PersonalAccount, why)), Err("statement.no-case"));
    assert_eq!(book.asks(FINANCE, &case(MA, "3199.99", why)), Err("statement.no-case"));
    assert_eq!(book.asks(FINANCE, &case(MA, "3200", "")), Err("statement.no-reason"));
    let nobody = sync_core::unit::StaffId::from_bytes([88; 16]);
    assert_eq!(book.asks(FINANCE, &case(nobody, "3200", why)), Err("staff.unknown"));
    assert_eq!(book.asks(FINANCE, &case(MA, "3200", why)), FINE);
    let raised = book.has(FINANCE, case(MA, "3200", why));
    let violation: &Violation = match book.papers().get(&PaperKey::violation(raised)) {
        Some(Paper::Violation(violation)) => violation,
        other => panic!("{other:?}"),
    };
    let what = &violation.raised.as_ref().expect("raised").what;
    assert_eq!((what.staff, what.kind, what.amount), (MA, BreachKind::PersonalAccount, whole(3_200)));
    assert_eq!(what.reason.as_str(), why);
}

/// S46: what is set aside as a case is not taken up while the case is open, so that one line has no two of them.
#[test]
fn a_line_with_an_open_case_is_not_taken_up() {
    let mut book = Book::new();
    let paid = line(2, -3_200, "B1");
    let id = paid.id(OPEN);
    book.has(FINANCE, statement(vec![paid]));
    let why = text("付给业务员个人卡");
    let case = Op::LineSetAside(LineSetAside {
        line: id,
        kind: AsideKind::PersonalAccount,
        note: why,
        staff: Some(MA),
        amount: Some(yuan("3200")),
    });
    let violation = book.has(FINANCE, &case);
    let taken_up = aside(id, AsideKind::TakenUp, "");
    let stamped =
        |stamp| Op::ViolationStamped(ViolationStamped { violation, staff: MA, stamp, note: text("已查") });
    assert_eq!(book.asks(FINANCE, &taken_up), Err("statement.case-open"));
    book.has(HEAD, stamped(ViolationStamp::LookedInto));
    assert_eq!(book.asks(FINANCE, &taken_up), Err("statement.case-open"), "half of it is open");
    book.has(FINANCE, stamped(ViolationStamp::Settled));
    assert_eq!(book.asks(FINANCE, &taken_up), FINE);
    book.has(FINANCE, taken_up);
    assert_eq!(status(&book, id), LineStatus::Open);
}

/// S34: with lines money has arrived on the day of the latest of them, and on no other, however early.
#[test]
fn the_lines_say_on_which_day_money_arrived() {
    let mut book = Book::new();
    let sent = remits(&mut book, "9000", 1);
    let early = BookedLine { date: date(8, 1), ..line(2, 3_000, "B1") };
    let late = BookedLine { date: date(8, 3), ..line(3, 6_000, "B2") };
    let ids = [early.id(OPEN), late.id(OPEN)];
    book.has(FINANCE, statement(vec![early, late]));
    let on = |day| {
        let Op::MoneyConfirmed(op) = confirms(&[sent], "9000", &ids) else { panic!("a confirmation") };
        Op::MoneyConfirmed(MoneyConfirmed { arrived_on: day, ..op })
    };
    assert_eq!(book.asks(FINANCE, &on(date(8, 1))), Err("statement.other-day"));
    assert_eq!(book.asks(FINANCE, &on(date(8, 4))), Err("statement.other-day"));
    assert_eq!(book.asks(FINANCE, &on(date(8, 3))), FINE);
    let ahead = BookedLine { date: date(10, 11), ..line(4, 9_000, "B3") };
    let ahead_id = ahead.id(OPEN);
    book.has(FINANCE, statement(vec![ahead]));
    let Op::MoneyConfirmed(op) = confirms(&[sent], "9000", &[ahead_id]) else { panic!("a confirmation") };
    let tomorrow = Op::MoneyConfirmed(MoneyConfirmed { arrived_on: date(10, 11), ..op });
    assert_eq!(book.asks(FINANCE, &tomorrow), Err("confirmation.not-yet"), "not before it has come");
}

/// S34: how a bank writes is kept for an account; the last word counts.
#[test]
fn a_layout_is_kept_for_an_account_and_the_last_one_counts() {
    let mut book = Book::new();
    let saved = |account, name: &str| {
        let layout = Layout {
            name: text(name),
            date: text("日期"),
            amount: AmountColumns::Signed { amount: text("金额") },
            payer: text("户名"),
            reference: Vec::new(),
            serial: None,
        };
        Op::MappingSaved(MappingSaved { account, layout })
    };
    assert_eq!(book.asks(MA, &saved(OPEN, "甲")), Err("statement.not-finance"));
    let nowhere = AccountId::from_bytes([99; 16]);
    assert_eq!(book.asks(FINANCE, &saved(nowhere, "甲")), Err("statement.unknown-account"));
    assert_eq!(
        book.asks(FINANCE, &saved(CLOSED, "甲")),
        FINE,
        "an old account's statements are read as well"
    );
    book.has(FINANCE, saved(OPEN, "甲"));
    book.has(FINANCE, saved(OPEN, "乙"));
    let Some(Paper::Mapping(mapping)) = book.papers().get(&PaperKey::mapping(OPEN)) else { panic!("kept") };
    assert_eq!(mapping.layout().expect("one").what.layout.name.as_str(), "乙");
}

/// S13, S17: of two remittances that one line pays one comes back: the other is on its way again, in whichever order that is
/// heard, and no money is in the book twice.
#[test]
fn a_bounce_of_one_undoes_what_was_confirmed_with_it() {
    for confirmed_first in [true, false] {
        let mut book = Book::new();
        let one = remits(&mut book, "10000", 1);
        let other = remits(&mut book, "10000", 2);
        let came = line(2, 20_000, "B1");
        let id = came.id(OPEN);
        book.has(FINANCE, statement(vec![came]));
        let both = confirms(&[one, other], "20000", &[id]);
        let back = bounced(one);
        for op in if confirmed_first { [&both, &back] } else { [&back, &both] } {
            book.has(FINANCE, op);
        }
        assert_eq!(status(&book, id), LineStatus::Reopened, "{confirmed_first}");
        let still = match book.papers().get(&PaperKey::remittance(other)) {
            Some(Paper::Remittance(paper)) => paper.status(),
            unlike => panic!("{unlike:?}"),
        };
        assert_eq!(still, "sent", "{confirmed_first}");
        let arrived = match book.papers().get(&PaperKey::balance(LedgerAccount::Arrived(OPEN))) {
            Some(Paper::Balance(balance)) => balance.sum,
            _ => Money::ZERO,
        };
        assert_eq!((arrived, book.balances()), (Money::ZERO, Money::ZERO), "{confirmed_first}");
        // The line is of twenty thousand: what is left of the papers is not.
        assert_eq!(book.asks(FINANCE, &confirms(&[other], "10000", &[id])), Err("statement.lines-differ"));
        let third = remits(&mut book, "20000", 3);
        assert_eq!(book.asks(FINANCE, &confirms(&[third], "20000", &[id])), FINE);
    }
}

/// S13: a confirmation is withdrawn whole, in the names of those whose money it is.
#[test]
fn a_confirmation_is_withdrawn_of_all_that_it_confirmed_and_of_nobody_else() {
    let mut book = Book::new();
    let (one, other) = (remits(&mut book, "9000", 1), remits(&mut book, "9000", 2));
    let came = line(2, 18_000, "B1");
    let id = came.id(OPEN);
    book.has(FINANCE, statement(vec![came]));
    book.has(FINANCE, confirms(&[one, other], "18000", &[id]));
    let whole = ConfirmationWithdrawn {
        confirmation: confirmation(&book, id),
        kind: Reversible::Remittance,
        papers: named(&[one, other]),
        customer: None,
        lines: vec![id],
        reason: text("对错了"),
    };
    let no = |op: ConfirmationWithdrawn| book.asks(FINANCE, &Op::ConfirmationWithdrawn(op)).err();
    let part = ConfirmationWithdrawn { papers: named(&[one]), ..whole.clone() };
    assert_eq!(no(part), Some("confirmation.not-confirmed"));
    let twice = ConfirmationWithdrawn { papers: named(&[one, other, one]), ..whole.clone() };
    assert_eq!(no(twice), Some("confirmation.nothing-named"));
    let yangs = vec![ConfirmedPaper { of: one, staff: YANG }, ConfirmedPaper { of: other, staff: MA }];
    assert_eq!(no(ConfirmationWithdrawn { papers: yangs, ..whole.clone() }), Some("confirmation.unknown"));
    let elsewhere = ConfirmationWithdrawn { customer: Some(HIS), ..whole.clone() };
    assert_eq!(no(elsewhere), Some("confirmation.unknown"));
    let unlined = ConfirmationWithdrawn { lines: Vec::new(), ..whole.clone() };
    assert_eq!(no(unlined), Some("confirmation.not-confirmed"));
    assert_eq!(no(whole), None);
}

/// S34: the same file is read in once, by whatever columns; a part of it that is missing still comes.
#[test]
fn a_file_that_is_there_is_not_read_in_by_other_columns() {
    let mut book = Book::new();
    let of = |part, lines: Vec<BookedLine>| {
        let (account, file, name) = (OPEN, BlobHash([9; 32]), text("十月.csv"));
        Op::StatementImported(StatementImported { account, file, name, part, parts: 2, lines })
    };
    book.has(FINANCE, of(1, vec![line(2, 9_000, "")]));
    let other = BookedLine { reference: text("另一列"), ..line(2, 9_000, "") };
    assert_eq!(book.asks(FINANCE, &of(1, vec![other.clone()])), Err("statement.already-imported"));
    assert_eq!(book.asks(FINANCE, &of(2, vec![other])), FINE);
}

/// A sum or a day that no bank writes is told with its limit, whatever client sends it.
#[test]
fn a_line_beyond_all_sums_and_days_is_malformed() {
    let told = |line: BookedLine| {
        let op = statement(vec![line]);
        Op::from_body(op.kind(), Op::VERSION, &op.to_body()).map(|_| ()).map_err(|why| why.to_string())
    };
    assert_eq!(told(line(2, 9_000, "B1")), Ok(()));
    for sum in [i64::MAX, -100_000_000_000, 100_000_000_000] {
        let beyond = told(BookedLine { amount: Money::fen(sum), ..line(2, 1, "") });
        assert!(beyond.expect_err("too much").ends_with("the limit is 999999999.99"), "{sum}");
    }
    let early = BookedLine {
        date: sync_core::time::BusinessDate::of(1899, 12, 31).expect("a day"),
        ..line(2, 1, "")
    };
    assert!(told(early).expect_err("long ago").contains("1899-12-31"));
}
