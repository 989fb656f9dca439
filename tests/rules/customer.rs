//! Customer cards: who enters, writes and hands them over. Source: S78, S79, S85, S92.

use sync_core::{
    domain::customer::{
        CardField, CardFieldSet, CustomerCreated, FieldValue, OwnerSet, PersonalField, PersonalFieldSet,
    },
    op::Op,
    unit::{Amount, CustomerId, Money, StaffId},
};

use crate::book::{ADMIN, Book, FINANCE, FINE, HEAD, HERS, HIS, LOGISTICS, MA, YANG, text};

fn created(customer: CustomerId, owner: StaffId, named: bool) -> Op {
    let name = named.then(|| (CardField::Name, FieldValue::Text(text("宁安商行"))));
    Op::CustomerCreated(CustomerCreated {
        customer,
        fields: name.into_iter().collect(),
        contacts: Vec::new(),
        owner,
    })
}

fn set(field: CardField, value: FieldValue) -> Op {
    Op::CardFieldSet(CardFieldSet { customer: HIS, field, value, replaces: Vec::new() })
}

/// S85: a customer has a name, is entered once, under the id that its own change gives it.
#[test]
fn a_customer_is_entered_once_with_a_name_under_its_own_id() {
    let book = Book::new();
    let own = book.names(MA);
    assert_eq!(book.asks(MA, &created(own, MA, true)), FINE);
    assert_eq!(book.asks(MA, &created(own, MA, false)), Err("customer.no-name"));
    assert_eq!(book.asks(MA, &created(HIS, MA, true)), Err("customer.exists"));
    assert_eq!(book.asks(MA, &created(book.names(YANG), MA, true)), Err("customer.exists"));
    assert_eq!(book.asks(MA, &created(own, YANG, true)), Err("customer.may-not-assign"));
}

/// S78: the card is written by who looks after the customer and by roles that see all customers.
#[test]
fn a_card_is_written_by_its_owner_and_by_those_who_see_all_customers() {
    let book = Book::new();
    let phone = set(CardField::Phone, FieldValue::Text(text("0951-1")));
    for (staff, says) in [
        (MA, FINE),
        (HEAD, FINE),
        (LOGISTICS, FINE),
        (YANG, Err("customer.not-yours")),
        (ADMIN, Err("customer.not-yours")),
    ] {
        assert_eq!(book.asks(staff, &phone), says);
    }
}

/// S92: each field takes its own type of value, up to its limit.
#[test]
fn a_field_takes_its_own_type_of_value_up_to_its_limit() {
    let book = Book::new();
    let words = |count: usize| FieldValue::Text(text(&"字".repeat(count)));
    let asks = |field, value| book.asks(MA, &set(field, value));
    assert_eq!(asks(CardField::Name, words(60)), FINE);
    assert_eq!(asks(CardField::Name, words(61)), Err("customer.field"));
    assert_eq!(asks(CardField::Name, words(0)), Err("customer.field"));
    assert_eq!(asks(CardField::Phone, words(30)), FINE);
    assert_eq!(asks(CardField::Phone, words(31)), Err("customer.field"));
    assert_eq!(asks(CardField::Employees, FieldValue::Count(1_000_000)), FINE);
    assert_eq!(asks(CardField::Employees, FieldValue::Count(1_000_001)), Err("customer.field"));
    assert_eq!(asks(CardField::Employees, words(2)), Err("customer.field"));
    assert_eq!(asks(CardField::AnnualSales, FieldValue::Money(Amount::MOST)), FINE);
    let more = FieldValue::Money(Amount::MOST.plus(Money::fen(1)));
    assert_eq!(asks(CardField::AnnualSales, more), Err("customer.field"));
    assert_eq!(asks(CardField::AnnualSales, FieldValue::Money(Money::fen(-1))), Err("customer.field"));
}

/// S92: personal fields are written by who looks after the customer, or by those who see them.
#[test]
fn a_personal_field_is_written_by_the_owner_or_by_those_who_see_such_fields() {
    let book = Book::new();
    let family = Op::PersonalFieldSet(PersonalFieldSet {
        customer: HIS,
        field: PersonalField::Family,
        value: text("两个孩子"),
        replaces: Vec::new(),
    });
    assert_eq!(book.asks(MA, &family), FINE);
    assert_eq!(book.asks(HEAD, &family), FINE);
    for stranger in [YANG, FINANCE, LOGISTICS] {
        assert_eq!(book.asks(stranger, &family), Err("customer.not-yours"));
    }
}

/// S79: heads hand customers over, to salespeople.
#[test]
fn a_customer_is_handed_over_by_a_head_to_a_salesperson() {
    let book = Book::new();
    let hand =
        |customer, owner| Op::OwnerSet(OwnerSet { customer, owner, replaces: Vec::new(), reason: None });
    assert_eq!(book.asks(HEAD, &hand(HIS, YANG)), FINE);
    assert_eq!(book.asks(MA, &hand(HIS, YANG)), Err("customer.may-not-assign"));
    assert_eq!(book.asks(FINANCE, &hand(HIS, YANG)), Err("customer.may-not-assign"));
    assert_eq!(book.asks(HEAD, &hand(HERS, FINANCE)), Err("customer.not-a-rep"));
    assert_eq!(book.asks(HEAD, &hand(HERS, StaffId::from_bytes([88; 16]))), Err("staff.unknown"));
    let nobody = CustomerId::from_bytes([99; 16]);
    assert_eq!(book.asks(HEAD, &hand(nobody, YANG)), Err("customer.unknown"));
}
