//! Prices and orders. Source: S1, S5, S42.

use sync_core::{
    domain::sale::{MOST_LINES, OrderStamp, OrderStamped, PriceListIssued, ProductCard, ProductSet},
    op::Op,
    unit::{Money, PaperId, PriceListId, ProductId},
};

use crate::book::{
    ADMIN, Book, FINE, FLOUR, HEAD, HIS, LIST, LOGISTICS, MA, YANG, date, line, october, order, price, text,
};

/// S42: lines at the list's price, at least one and at most two hundred, each with its sum rounded once.
#[test]
fn an_order_has_lines_at_the_lists_price_and_their_right_sums() {
    let book = Book::new();
    let asks = |order| book.asks(MA, &Op::OrderTaken(order));
    assert_eq!(asks(order(vec![line(3, 1_234_567)])), FINE);
    assert_eq!(asks(order(Vec::new())), Err("order.no-lines"));
    let many = |count: u32| order(vec![line(1, 1_234_567); usize::try_from(count).expect("small")]);
    assert_eq!(asks(many(MOST_LINES)), FINE);
    assert_eq!(asks(many(MOST_LINES + 1)), Err("order.too-many-lines"));
    assert_eq!(asks(order(vec![line(3, 1_234_566)])), Err("order.not-the-list-price"));
    let mut wrong = line(3, 1_234_567);
    wrong.total = wrong.total.plus(Money::fen(1));
    assert_eq!(asks(order(vec![wrong])), Err("order.wrong-total"));
    let mut other = line(3, 1_234_567);
    other.product = ProductId::from_bytes([99; 16]);
    assert_eq!(asks(order(vec![other])), Err("order.not-listed"));
    let mut unknown = order(vec![line(3, 1_234_567)]);
    unknown.price_list = PriceListId::from_bytes([99; 16]);
    assert_eq!(asks(unknown), Err("order.no-such-list"));
}

/// S5: an order by a list that has run out is taken and marked; the last day still counts.
#[test]
fn a_list_that_has_run_out_is_marked_on_the_day_after_its_last() {
    let book = Book::new();
    let order = Op::OrderTaken(order(vec![line(1, 1_234_567)]));
    assert_eq!(book.asks_at(MA, &order, october(31)), FINE);
    assert_eq!(book.asks_at(MA, &order, october(32)), Ok(vec!["price.list-expired"]));
}

#[test]
fn an_order_for_a_strangers_customer_is_refused() {
    let book = Book::new();
    assert_eq!(book.asks(YANG, &Op::OrderTaken(order(vec![line(1, 1_234_567)]))), Err("customer.not-yours"));
}

/// S42: logistics takes an order in hand; its author or logistics takes it back; a stamp stands over the very body.
#[test]
fn an_order_is_stamped_by_logistics_and_withdrawn_by_its_author_over_its_very_body() {
    let mut book = Book::new();
    let taken = order(vec![line(1, 1_234_567)]);
    let over = taken.body_hash();
    let of = book.has(MA, Op::OrderTaken(taken));
    let stamp = |order, stamp, over| Op::OrderStamped(OrderStamped { order, customer: HIS, stamp, over });
    let (accepted, withdrawn) = (OrderStamp::Accepted, OrderStamp::Withdrawn);
    assert_eq!(book.asks(LOGISTICS, &stamp(of, accepted, over)), FINE);
    assert_eq!(book.asks(MA, &stamp(of, accepted, over)), Err("order.not-yours"));
    assert_eq!(book.asks(MA, &stamp(of, withdrawn, over)), FINE);
    assert_eq!(book.asks(LOGISTICS, &stamp(of, withdrawn, over)), FINE);
    assert_eq!(book.asks(HEAD, &stamp(of, withdrawn, over)), Err("order.not-yours"));
    assert_eq!(book.asks(LOGISTICS, &stamp(of, accepted, [1; 32])), Err("order.other-body"));
    let nobodys = PaperId(uuid::Uuid::from_bytes([9; 16]));
    assert_eq!(book.asks(LOGISTICS, &stamp(nobodys, accepted, over)), Err("order.unknown"));
}

/// S5: the pricing meeting's list is entered by those who keep prices, once, with each product once.
#[test]
fn a_price_list_is_issued_once_with_each_product_once_by_those_who_keep_prices() {
    let book = Book::new();
    let list = |list, from, to, prices| {
        let (version, meeting) = (text("2026-11"), text(""));
        Op::PriceListIssued(PriceListIssued {
            list,
            version,
            meeting,
            valid_from: from,
            valid_to: to,
            prices,
        })
    };
    let new = PriceListId::from_bytes([29; 16]);
    let one = || vec![(FLOUR, price(10_000))];
    let (first, last) = (date(11, 1), date(11, 30));
    assert_eq!(book.asks(HEAD, &list(new, first, last, one())), FINE);
    assert_eq!(book.asks(HEAD, &list(new, first, first, one())), FINE);
    assert_eq!(book.asks(HEAD, &list(new, last, first, one())), Err("price.ends-before-it-begins"));
    assert_eq!(book.asks(HEAD, &list(new, first, last, Vec::new())), Err("price.not-once-each"));
    let twice = vec![(FLOUR, price(10_000)), (FLOUR, price(10_000))];
    assert_eq!(book.asks(HEAD, &list(new, first, last, twice)), Err("price.not-once-each"));
    assert_eq!(book.asks(HEAD, &list(LIST, first, last, one())), Err("price.exists"));
    assert_eq!(book.asks(MA, &list(new, first, last, one())), Err("price.not-yours"));
}

/// S1: products are described by those who keep prices.
#[test]
fn a_product_is_described_by_those_who_keep_prices() {
    let book = Book::new();
    let card = ProductCard {
        code: text("P1"),
        name: text("特一面粉"),
        specification: text("25 kg"),
        packaging: text("编织袋"),
        unit: text("袋"),
        quality: text(""),
        net_weight_g: 25_000,
        tolerance_g: 100,
        discontinued: false,
    };
    let set = Op::ProductSet(ProductSet { product: FLOUR, card, replaces: Vec::new() });
    assert_eq!(book.asks(HEAD, &set), FINE);
    for stranger in [MA, LOGISTICS, ADMIN] {
        assert_eq!(book.asks(stranger, &set), Err("product.not-yours"));
    }
}
