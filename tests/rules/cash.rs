//! Money on its way to the company. Source: S13, S14, S15, S17, S46.

use sync_core::{
    domain::cash::{
        Collected, CompanyAccountClosed, CompanyAccountOpened, DrawerPart, Means, Remitted, Reversed,
        Reversible,
    },
    op::Op,
    unit::{AccountId, CustomerId, PaperId},
};

use crate::book::{Book, CLOSED, FINANCE, FINE, HEAD, HERS, HIS, MA, OPEN, YANG, device, text, whole, yuan};

fn cash(customer: CustomerId, sum: &str, receipt: u32) -> Collected {
    let (means, order, over_limit, note, photo) = (Means::Cash, None, None, text(""), None);
    Collected { customer, amount: yuan(sum), means, receipt, order, over_limit, note, photo }
}

fn transfer(account: AccountId) -> Collected {
    let means = Means::Transfer { account, reference: text("") };
    Collected { means, ..cash(HERS, "100", 1) }
}

fn remitted(sum: &str, parts: &[&str], account: AccountId) -> Op {
    let part = |part: &&str| DrawerPart { device: device(MA), amount: yuan(part) };
    let drawers = parts.iter().map(part).collect();
    Op::Remitted(Remitted { amount: yuan(sum), account, drawers, reference: text(""), slip: None })
}

fn reversed(of: PaperId, customer: Option<CustomerId>) -> Op {
    let kind = if customer.is_some() { Reversible::Collection } else { Reversible::Remittance };
    Op::Reversed(Reversed { kind, of, staff: MA, customer, reason: text("写错了") })
}

/// S14: only direct-sales reps take cash.
#[test]
fn cash_is_taken_by_direct_sales_reps_only() {
    let book = Book::new();
    assert_eq!(book.asks(MA, &Op::Collected(cash(HIS, "100", 1))), FINE);
    assert_eq!(book.asks(YANG, &Op::Collected(cash(HERS, "100", 1))), Err("cash.not-a-cash-rep"));
    assert_eq!(book.asks(YANG, &Op::Collected(transfer(OPEN))), FINE);
}

/// S14, S15: the edges 9,999.99 / 10,000.00 / 20,000.00 / 20,000.01.
#[test]
fn from_ten_thousand_on_remit_and_never_above_twenty() {
    let book = Book::new();
    let asks = |sum| book.asks(MA, &Op::Collected(cash(HIS, sum, 1)));
    assert_eq!(asks("9999.99"), FINE);
    assert_eq!(asks("10000.00"), Ok(vec!["cash.remit-now"]));
    assert_eq!(asks("20000.00"), Ok(vec!["cash.remit-now"]));
    assert_eq!(asks("20000.01"), Err("cash.above-limit"));
}

/// S15: money already taken is recorded with its reason, and said to be above the limit.
#[test]
fn money_already_taken_above_the_limit_is_recorded_and_said_so() {
    let book = Book::new();
    let taken = |sum| Collected { over_limit: Some(text("客户已付清")), ..cash(HIS, sum, 1) };
    assert_eq!(book.asks(MA, &Op::Collected(taken("20000.01"))), Ok(vec!["cash.over-limit"]));
    assert_eq!(book.asks(MA, &Op::Collected(taken("20000.00"))), Ok(vec!["cash.remit-now"]));
}

/// S17: receipts are numbered without gaps.
#[test]
fn a_receipt_out_of_turn_is_said() {
    let mut book = Book::new();
    assert_eq!(book.asks(MA, &Op::Collected(cash(HIS, "1", 2))), Ok(vec!["cash.receipt-out-of-turn"]));
    book.has(MA, Op::Collected(cash(HIS, "1", 1)));
    assert_eq!(book.asks(MA, &Op::Collected(cash(HIS, "1", 2))), FINE);
    assert_eq!(book.asks(MA, &Op::Collected(cash(HIS, "1", 1))), Ok(vec!["cash.receipt-out-of-turn"]));
}

/// S13, S46: money goes to an account that finance keeps and has not closed.
#[test]
fn money_goes_to_an_open_account_of_the_companys_only() {
    let mut book = Book::new();
    book.has(MA, Op::Collected(cash(HIS, "500", 1)));
    let nobodys = AccountId::from_bytes([99; 16]);
    for account in [CLOSED, nobodys] {
        assert_eq!(book.asks(YANG, &Op::Collected(transfer(account))), Err("cash.not-a-company-account"));
        assert_eq!(book.asks(MA, &remitted("500", &["500"], account)), Err("cash.not-a-company-account"));
    }
}

/// S14: a remittance is no more than the drawer holds, and its parts add up.
#[test]
fn a_remittance_adds_up_and_empties_no_drawer_below_nothing() {
    let mut book = Book::new();
    book.has(MA, Op::Collected(cash(HIS, "500", 1)));
    assert_eq!(book.asks(MA, &remitted("500", &["500"], OPEN)), FINE);
    assert_eq!(book.asks(MA, &remitted("500", &["200", "300"], OPEN)), FINE);
    assert_eq!(book.asks(MA, &remitted("500.01", &["500.01"], OPEN)), Err("cash.more-than-held"));
    assert_eq!(book.asks(MA, &remitted("500.01", &["200", "300.01"], OPEN)), Err("cash.more-than-held"));
    assert_eq!(book.asks(MA, &remitted("500", &["499.99"], OPEN)), Err("cash.parts-differ"));
}

/// S17: a mistake is reversed once, by its author or finance, by the right words.
#[test]
fn a_mistake_is_reversed_once_by_its_author_or_by_finance() {
    let mut book = Book::new();
    let of = book.has(MA, Op::Collected(cash(HIS, "500", 1)));
    assert_eq!(book.asks(MA, &reversed(of, Some(HIS))), FINE);
    assert_eq!(book.asks(FINANCE, &reversed(of, Some(HIS))), FINE);
    assert_eq!(book.asks(HEAD, &reversed(of, Some(HIS))), Err("cash.not-yours"));
    assert_eq!(book.asks(MA, &reversed(of, Some(HERS))), Err("cash.nothing-to-reverse"));
    assert_eq!(book.asks(MA, &reversed(of, None)), Err("cash.nothing-to-reverse"));
    let nothing = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(book.asks(MA, &reversed(nothing, Some(HIS))), Err("cash.nothing-to-reverse"));
    book.has(MA, reversed(of, Some(HIS)));
    assert_eq!(book.asks(MA, &reversed(of, Some(HIS))), Err("cash.already-reversed"));
}

/// S14, S17: what was remitted already cannot be un-taken without anybody noticing.
#[test]
fn a_reversal_of_what_was_remitted_says_that_the_drawer_stands_below_zero() {
    let mut book = Book::new();
    let of = book.has(MA, Op::Collected(cash(HIS, "500", 1)));
    book.has(MA, remitted("500", &["500"], OPEN));
    assert_eq!(book.asks(MA, &reversed(of, Some(HIS))), Ok(vec!["cash.drawer-below-zero"]));
}

/// S14, S17: what comes back into a drawer below zero lessens what is missing, and is not said to have made it.
#[test]
fn a_remittance_that_comes_back_into_a_drawer_below_zero_is_nobodys_fault() {
    let mut book = Book::new();
    let of = book.has(MA, Op::Collected(cash(HIS, "500", 1)));
    let back = book.has(MA, remitted("200", &["200"], OPEN));
    book.has(MA, remitted("300", &["300"], OPEN));
    book.has(MA, reversed(of, Some(HIS)));
    assert_eq!(book.asks(FINANCE, &reversed(back, None)), FINE);
}

/// S13: finance keeps the list of accounts, and nobody else.
#[test]
fn accounts_are_opened_and_closed_by_finance_only() {
    let book = Book::new();
    let open = |account| {
        let (holder, bank, number) = (text("公司"), text("银行"), text("622200"));
        Op::CompanyAccountOpened(CompanyAccountOpened { account, holder, bank, number })
    };
    let close = |account| Op::CompanyAccountClosed(CompanyAccountClosed { account });
    let new = AccountId::from_bytes([39; 16]);
    assert_eq!(book.asks(FINANCE, &open(new)), FINE);
    assert_eq!(book.asks(FINANCE, &open(OPEN)), Err("account.exists"));
    assert_eq!(book.asks(HEAD, &open(new)), Err("account.not-finance"));
    for number in ["abcdefgh", "6222 00001", "６２２２００００", "62220000-1"] {
        let opened = CompanyAccountOpened {
            account: new,
            holder: text("公司"),
            bank: text("银行"),
            number: text(number),
        };
        let asked = book.asks(FINANCE, &Op::CompanyAccountOpened(opened));
        assert_eq!(asked, Err("account.not-a-number"), "{number}");
    }
    assert_eq!(book.asks(FINANCE, &close(OPEN)), FINE);
    assert_eq!(book.asks(FINANCE, &close(new)), Err("account.unknown"));
    assert_eq!(book.asks(MA, &close(OPEN)), Err("account.not-finance"));
}

/// S15: the whole limit is twenty thousand.
#[test]
fn the_share_of_one_device_is_the_whole_limit() {
    let book = Book::new();
    assert_eq!(book.author(MA, crate::book::october(10)).share.limit(), whole(20_000));
}
