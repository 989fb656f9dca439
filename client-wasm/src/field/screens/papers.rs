//! What a change says, line by line: the original as it was written.
//!
//! Floor: screens. This module must not leave anything out.

use leptos::prelude::*;
use sync_core::{
    domain::{
        cash::{Collected, Means, PaymentUrged, Remitted, Reversible},
        customer::{Contact, CustomerCreated},
        sale::OrderTaken,
        visit::VisitRecorded,
    },
    op::Op,
    replica::Replica,
    unit::{ProductId, StaffId},
};

use super::told;
use crate::{
    field::texts,
    ui::{format, t},
};

/// Names with values.
pub(crate) type Entries = Vec<(String, AnyView)>;

fn plain(entries: &mut Entries, name: String, value: impl Into<String>) {
    let value = value.into();
    if !value.is_empty() {
        entries.push((name, value.into_any()));
    }
}

fn multiline(entries: &mut Entries, name: String, value: &str) {
    if !value.is_empty() {
        let value = value.to_owned();
        entries.push((name, view! { <span class="prose">{value}</span> }.into_any()));
    }
}

/// The head who took it over for its author (代为入账), where somebody did.
pub(crate) fn accepted_by(book: &Replica, head: Option<StaffId>) -> Option<(String, AnyView)> {
    let name = texts::staff_name(book, head?);
    Some((t!("paper-accepted-by"), view! { <span data-testid="accepted-by">{name}</span> }.into_any()))
}

/// A visit's lines.
pub(crate) fn of_visit(visit: &VisitRecorded) -> Entries {
    let mut entries = Entries::new();
    plain(&mut entries, t!("visit-purpose"), texts::purposes(&visit.purposes));
    plain(&mut entries, t!("visit-met"), visit.met.to_string());
    multiline(&mut entries, t!("visit-said"), visit.said.as_str());
    multiline(&mut entries, t!("visit-next"), visit.next_step.as_str());
    plain(
        &mut entries,
        t!("visit-next-on"),
        visit.next_on.map(|on| format::full_day(on.0)).unwrap_or_default(),
    );
    plain(
        &mut entries,
        t!("card-location"),
        visit.place.map_or_else(|| t!("place-without-said"), |place| texts::place(&place)),
    );
    plain(
        &mut entries,
        t!("visit-photos"),
        if visit.photos.is_empty() { String::new() } else { t!("photo-count", count = visit.photos.len()) },
    );
    entries
}

/// A product's name and unit, as the book describes it now.
pub(crate) fn product(book: &Replica, product: ProductId) -> (String, String) {
    book.product_card(product).map_or_else(
        || (t!("order-product-unknown"), String::new()),
        |card| (texts::product_name(card), card.unit.to_string()),
    )
}

/// An order's lines and terms.
pub(crate) fn of_order(book: &Replica, order: &OrderTaken) -> Entries {
    let mut entries = Entries::new();
    for line in &order.lines {
        let (name, unit) = product(book, line.product);
        let said = t!(
            "order-line",
            count = line.quantity.pieces(),
            unit = unit,
            price = line.price.to_string(),
            amount = format::sum(line.total)
        );
        plain(&mut entries, name, said);
    }
    plain(&mut entries, t!("order-total"), t!("unit-yuan", amount = format::sum(order.total())));
    terms(&mut entries, book, order);
    entries
}

/// Delivery, payer, note and list version.
pub(crate) fn terms(entries: &mut Entries, book: &Replica, order: &OrderTaken) {
    plain(
        entries,
        t!("order-deliver-by"),
        order.deliver_by.map(|on| format::full_day(on.0)).unwrap_or_default(),
    );
    plain(entries, t!("order-deliver-to"), order.deliver_to.to_string());
    plain(entries, t!("order-payer"), order.payer.to_string());
    multiline(entries, t!("order-note"), order.note.as_str());
    let version = book
        .price_list(order.price_list)
        .and_then(|list| list.issued.as_ref())
        .map(|issued| issued.what.version.to_string());
    plain(entries, t!("order-list"), version.unwrap_or_default());
}

/// A collection's lines.
pub(crate) fn of_collection(book: &Replica, collected: &Collected) -> Entries {
    let mut entries = Entries::new();
    plain(&mut entries, t!("paper-amount"), t!("unit-yuan", amount = format::sum(collected.amount.money())));
    match &collected.means {
        Means::Cash => plain(&mut entries, t!("collect-means"), t!("collect-cash")),
        Means::Transfer { account, reference } => {
            plain(&mut entries, t!("collect-means"), t!("collect-transfer"));
            plain(&mut entries, t!("remit-account"), told::account_line(book, *account));
            plain(&mut entries, t!("collect-reference"), reference.to_string());
        }
    }
    let number = book.identity().number;
    plain(
        &mut entries,
        t!("receipt-number"),
        sync_core::domain::cash::receipt_number(number, collected.receipt),
    );
    let reason = collected.over_limit.as_ref().map(ToString::to_string);
    plain(&mut entries, t!("taken-reason"), reason.unwrap_or_default());
    plain(&mut entries, t!("order-note"), collected.note.to_string());
    entries
}

/// A remittance's lines.
pub(crate) fn of_remittance(book: &Replica, remitted: &Remitted) -> Entries {
    let mut entries = Entries::new();
    plain(&mut entries, t!("paper-amount"), t!("unit-yuan", amount = format::sum(remitted.amount.money())));
    plain(&mut entries, t!("remit-account"), told::account_line(book, remitted.account));
    plain(&mut entries, t!("remit-reference"), remitted.reference.to_string());
    entries
}

/// A reminder's lines.
pub(crate) fn of_urging(book: &Replica, urged: &PaymentUrged) -> Entries {
    let mut entries = Entries::new();
    let order = urged.order.and_then(|id| book.order(id)).and_then(|order| order.recorded.as_ref());
    let number = order.and_then(|taken| super::look::order_number(book, taken.id, taken.what.number));
    plain(&mut entries, t!("urging-about"), number.unwrap_or_else(|| t!("urging-about-all")));
    plain(&mut entries, t!("urging-by"), t!(&format!("urged-by-{}", urged.by.code())));
    plain(&mut entries, t!("urging-whom"), urged.whom.to_string());
    multiline(&mut entries, t!("urging-what"), urged.said.as_str());
    if let Some(promise) = urged.promised {
        let words = t!(
            "urging-promised",
            day = format::full_day(promise.day.0),
            amount = format::sum(promise.amount.money())
        );
        plain(&mut entries, t!("owed-promised"), words);
    }
    entries
}

fn of_contact(entries: &mut Entries, contact: &Contact) {
    plain(entries, t!("contact-name"), contact.name.to_string());
    plain(entries, t!("contact-position"), contact.position.to_string());
    plain(entries, t!("contact-phone"), contact.phone.to_string());
}

fn of_new_customer(created: &CustomerCreated) -> Entries {
    let mut entries = Entries::new();
    for (field, value) in &created.fields {
        plain(&mut entries, texts::card_field(*field), texts::value(value));
    }
    for contact in &created.contacts {
        of_contact(&mut entries, contact);
    }
    entries
}

/// The lines of whatever this device wrote.
pub(crate) fn of_op(book: &Replica, op: &Op) -> Entries {
    let mut entries = match op.said() {
        Op::VisitRecorded(visit) => of_visit(visit),
        Op::OrderTaken(order) => of_order(book, order),
        Op::Collected(collected) => of_collection(book, collected),
        Op::Remitted(remitted) => of_remittance(book, remitted),
        Op::CustomerCreated(created) => of_new_customer(created),
        Op::CardFieldSet(set) => {
            let mut entries = Entries::new();
            plain(&mut entries, texts::card_field(set.field), texts::value(&set.value));
            entries
        }
        Op::PersonalFieldSet(set) => {
            let mut entries = Entries::new();
            plain(&mut entries, texts::personal_field(set.field), set.value.to_string());
            entries
        }
        Op::ContactAdded(added) => {
            let mut entries = Entries::new();
            of_contact(&mut entries, &added.contact);
            entries
        }
        Op::Reversed(reversed) => {
            let mut entries = Entries::new();
            let what = match reversed.kind {
                Reversible::Collection => t!("reverse-collection"),
                Reversible::Remittance => t!("reverse-remittance"),
            };
            plain(&mut entries, t!("reverse-what"), what);
            plain(&mut entries, t!("reverse-reason"), reversed.reason.to_string());
            entries
        }
        Op::ShareMoved(moved) => {
            let mut entries = Entries::new();
            let amount = t!("unit-yuan", amount = format::sum(moved.amount.money()));
            plain(&mut entries, t!("paper-amount"), amount);
            entries
        }
        Op::CashHandedIn(signed) => {
            let mut entries = Entries::new();
            let amount = t!("unit-yuan", amount = format::sum(signed.amount.money()));
            plain(&mut entries, t!("paper-amount"), amount);
            plain(&mut entries, t!("hand-in-note"), signed.note.to_string());
            entries
        }
        Op::DayClosed(closed) => {
            let mut entries = Entries::new();
            let yuan = |money| t!("unit-yuan", amount = format::sum(money));
            plain(&mut entries, t!("close-day"), format::full_day(closed.day.0));
            plain(&mut entries, t!("close-expected"), yuan(closed.expected()));
            plain(&mut entries, t!("close-counted"), yuan(closed.counted()));
            multiline(&mut entries, t!("close-explain"), closed.explanation.as_str());
            entries
        }
        Op::PaymentUrged(urged) => of_urging(book, urged),
        Op::CreditExcepted(made) => {
            let mut entries = Entries::new();
            let words = t!(
                "owed-exception",
                amount = format::sum(made.limit.money()),
                days = made.pay_within,
                day = format::full_day(made.to.0)
            );
            plain(&mut entries, t!("owed-exception-title"), words);
            entries
        }
        Op::CreditExceptionStamped(_)
        | Op::HandInStamped(_)
        | Op::MonthClosed(_)
        | Op::MonthStamped(_)
        | Op::MonthLineExplained(_)
        | Op::MoneyConfirmed(_)
        | Op::ConfirmationWithdrawn(_)
        | Op::StatementImported(_)
        | Op::LineSetAside(_)
        | Op::MappingSaved(_)
        | Op::LostPhoneSettled(_)
        | Op::LimitOverridden(_)
        | Op::ViolationRaised(_)
        | Op::ViolationStamped(_)
        | Op::ContactRemoved(_)
        | Op::OrderStamped(_)
        | Op::OwnerSet(_)
        | Op::HeldDecided(_)
        | Op::TakenOnBehalf(_)
        | Op::Resubmitted(_)
        | Op::StaffJoined(_)
        | Op::StaffRoleSet(_)
        | Op::DeviceEnrolled(_)
        | Op::DeviceRevoked(_)
        | Op::ProductSet(_)
        | Op::PriceListIssued(_)
        | Op::CompanyAccountOpened(_)
        | Op::CompanyAccountClosed(_) => Entries::new(),
    };
    if let Some(customer) = op.customer() {
        entries.insert(0, (t!("paper-customer"), texts::customer_name(book, customer).into_any()));
    }
    entries
}
