//! Where the phone is. Routes stand behind the hash, so that any of them opens again without a signal.
//!
//! Floor: field, beside [`super::app`]. This module must not know what a page shows.

use std::cell::RefCell;

use leptos::prelude::*;
use sync_core::{
    domain::{
        cash::Reversible,
        customer::{CardField, PersonalField},
    },
    unit::{ChangeId, CustomerId, PaperId},
};

/// A page of the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// 今天
    Today,
    /// 客户
    Customers,
    /// 客户里只看一部分: owing, or not seen for long.
    CustomersOf(Part),
    /// 新客户
    NewCustomer,
    /// 客户页
    Customer(CustomerId),
    /// 客户基本信息卡
    Card(CustomerId),
    /// One field of the card.
    CardField(CustomerId, CardField),
    /// One personal field.
    Personal(CustomerId, PersonalField),
    /// A contact: a new one, or one that is corrected.
    Contact(CustomerId, Option<ChangeId>),
    /// 两人都改了
    Conflict(CustomerId, CardField),
    /// 记拜访
    Visit(CustomerId),
    /// 下订单
    Order(CustomerId),
    /// 收款
    Collect(CustomerId),
    /// 如实记下已收的钱
    Taken(CustomerId),
    /// 催款
    Urge(CustomerId),
    /// A reminder as it was entered.
    UrgingPage(PaperId),
    /// 逾期未付
    Overdue,
    /// A visit as it was recorded.
    VisitPage(PaperId),
    /// An order as it was taken.
    OrderPage(PaperId),
    /// 收据
    Receipt(PaperId),
    /// 现金抽屉
    Drawer,
    /// 转出额度
    GiveShare,
    /// 交现金给公司
    HandIn,
    /// A paper of cash handed in.
    HandInPage(PaperId),
    /// 现金日结
    DayClose,
    /// A day that was closed.
    DayClosePage(PaperId),
    /// 汇回公司
    Remit,
    /// A remittance as it was recorded.
    RemittancePage(PaperId),
    /// 汇款记录
    Remittances,
    /// 冲正
    Reverse(Reversible, PaperId),
    /// 待发
    Outbox,
    /// One own change, and what became of it.
    OutboxLine(u64),
    /// 更正后重新提交: one that waits or was sent back, written anew.
    Correct(u64),
    /// 我的
    Me,
    /// Signing in again, where the session has ended.
    SignIn,
    /// No such page.
    Unknown,
}

/// A part of the customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Everyone.
    #[default]
    All,
    /// 待付款
    Owing,
    /// 30 天未访
    NotSeen,
}

impl Part {
    /// The part's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Owing => "owing",
            Self::NotSeen => "not-seen",
        }
    }
}

impl Route {
    /// The customer that a page is about, where its address says so.
    pub const fn customer(&self) -> Option<CustomerId> {
        match self {
            Self::Customer(id)
            | Self::Card(id)
            | Self::CardField(id, _)
            | Self::Personal(id, _)
            | Self::Contact(id, _)
            | Self::Conflict(id, _)
            | Self::Visit(id)
            | Self::Order(id)
            | Self::Collect(id)
            | Self::Taken(id)
            | Self::Urge(id) => Some(*id),
            _ => None,
        }
    }

    /// Where a link to the page leads.
    pub fn href(&self) -> String {
        match self {
            Self::Today | Self::Unknown => "#/".to_owned(),
            Self::Customers | Self::CustomersOf(Part::All) => "#/customers".to_owned(),
            Self::CustomersOf(part) => format!("#/customers/{}", part.code()),
            Self::NewCustomer => "#/customers/new".to_owned(),
            Self::Customer(id) => format!("#/customers/{id}"),
            Self::Card(id) => format!("#/customers/{id}/card"),
            Self::CardField(id, field) => format!("#/customers/{id}/card/{}", field.code()),
            Self::Personal(id, field) => format!("#/customers/{id}/personal/{}", field.code()),
            Self::Contact(id, None) => format!("#/customers/{id}/contacts/new"),
            Self::Contact(id, Some(change)) => {
                format!("#/customers/{id}/contacts/{}/{}", change.device, change.seq)
            }
            Self::Conflict(id, field) => format!("#/customers/{id}/conflicts/{}", field.code()),
            Self::Visit(id) => format!("#/customers/{id}/visit"),
            Self::Order(id) => format!("#/customers/{id}/order"),
            Self::Collect(id) => format!("#/customers/{id}/collect"),
            Self::Taken(id) => format!("#/customers/{id}/collect/taken"),
            Self::Urge(id) => format!("#/customers/{id}/urge"),
            Self::UrgingPage(id) => format!("#/urgings/{id}"),
            Self::Overdue => "#/overdue".to_owned(),
            Self::VisitPage(id) => format!("#/visits/{id}"),
            Self::OrderPage(id) => format!("#/orders/{id}"),
            Self::Receipt(id) => format!("#/receipts/{id}"),
            Self::Drawer => "#/drawer".to_owned(),
            Self::GiveShare => "#/drawer/share".to_owned(),
            Self::HandIn => "#/drawer/hand-in".to_owned(),
            Self::HandInPage(id) => format!("#/drawer/hand-in/{id}"),
            Self::DayClose => "#/drawer/close".to_owned(),
            Self::DayClosePage(id) => format!("#/drawer/close/{id}"),
            Self::Remit => "#/remit".to_owned(),
            Self::RemittancePage(id) => format!("#/remittances/{id}"),
            Self::Remittances => "#/remittances".to_owned(),
            Self::Reverse(Reversible::Collection, id) => format!("#/receipts/{id}/reverse"),
            Self::Reverse(Reversible::Remittance, id) => format!("#/remittances/{id}/reverse"),
            Self::Outbox => "#/outbox".to_owned(),
            Self::OutboxLine(seq) => format!("#/outbox/{seq}"),
            Self::Correct(seq) => format!("#/outbox/{seq}/correct"),
            Self::Me => "#/me".to_owned(),
            Self::SignIn => "#/sign-in".to_owned(),
        }
    }

    /// The page a hash names.
    pub fn of_hash(hash: &str) -> Self {
        let parts: Vec<&str> =
            hash.trim_start_matches('#').split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] => Some(Self::Today),
            ["customers"] => Some(Self::Customers),
            ["customers", "owing"] => Some(Self::CustomersOf(Part::Owing)),
            ["customers", "not-seen"] => Some(Self::CustomersOf(Part::NotSeen)),
            ["customers", "new"] => Some(Self::NewCustomer),
            ["customers", id, rest @ ..] => id.parse().ok().and_then(|id| of_customer(id, rest)),
            ["visits", id] => id.parse().ok().map(Self::VisitPage),
            ["orders", id] => id.parse().ok().map(Self::OrderPage),
            ["receipts", id] => id.parse().ok().map(Self::Receipt),
            ["receipts", id, "reverse"] => {
                id.parse().ok().map(|id| Self::Reverse(Reversible::Collection, id))
            }
            ["urgings", id] => id.parse().ok().map(Self::UrgingPage),
            ["overdue"] => Some(Self::Overdue),
            ["drawer"] => Some(Self::Drawer),
            ["drawer", "share"] => Some(Self::GiveShare),
            ["drawer", "hand-in"] => Some(Self::HandIn),
            ["drawer", "hand-in", id] => id.parse().ok().map(Self::HandInPage),
            ["drawer", "close"] => Some(Self::DayClose),
            ["drawer", "close", id] => id.parse().ok().map(Self::DayClosePage),
            ["remit"] => Some(Self::Remit),
            ["remittances"] => Some(Self::Remittances),
            ["remittances", id] => id.parse().ok().map(Self::RemittancePage),
            ["remittances", id, "reverse"] => {
                id.parse().ok().map(|id| Self::Reverse(Reversible::Remittance, id))
            }
            ["outbox"] => Some(Self::Outbox),
            ["outbox", seq] => seq.parse().ok().map(Self::OutboxLine),
            ["outbox", seq, "correct"] => seq.parse().ok().map(Self::Correct),
            ["me"] => Some(Self::Me),
            ["sign-in"] => Some(Self::SignIn),
            _ => None,
        }
        .unwrap_or(Self::Unknown)
    }
}

fn of_customer(id: CustomerId, rest: &[&str]) -> Option<Route> {
    let card_field = |code: &str| CardField::ALL.into_iter().find(|field| field.code() == code);
    let personal = |code: &str| PersonalField::ALL.into_iter().find(|field| field.code() == code);
    match rest {
        [] => Some(Route::Customer(id)),
        ["card"] => Some(Route::Card(id)),
        ["card", code] => card_field(code).map(|field| Route::CardField(id, field)),
        ["personal", code] => personal(code).map(|field| Route::Personal(id, field)),
        ["contacts", "new"] => Some(Route::Contact(id, None)),
        ["contacts", device, seq] => {
            let change = ChangeId { device: device.parse().ok()?, seq: seq.parse().ok()? };
            Some(Route::Contact(id, Some(change)))
        }
        ["conflicts", code] => card_field(code).map(|field| Route::Conflict(id, field)),
        ["visit"] => Some(Route::Visit(id)),
        ["order"] => Some(Route::Order(id)),
        ["collect"] => Some(Route::Collect(id)),
        ["collect", "taken"] => Some(Route::Taken(id)),
        ["urge"] => Some(Route::Urge(id)),
        _ => None,
    }
}

thread_local! {
    /// The hashes gone through in this page's life, to tell a way back from a way on.
    static TRAIL: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// What takes the place of the page that is being gone back to.
    static INSTEAD: RefCell<Option<Route>> = const { RefCell::new(None) };
}

fn hash() -> String {
    let hash = window().location().hash().unwrap_or_default();
    if hash.is_empty() { Route::Today.href() } else { hash }
}

/// The page the address names now.
pub fn here() -> Route {
    Route::of_hash(&hash())
}

/// Begins to follow the address; call once, where the application is drawn.
pub fn begin() -> ReadSignal<Route> {
    let (route, set_route) = signal(Route::of_hash(&hash()));
    TRAIL.set(vec![hash()]);
    let listener = window_event_listener_untyped("hashchange", move |_| {
        let now = hash();
        TRAIL.with_borrow_mut(|trail| {
            if trail.len() > 1 && trail[trail.len() - 2] == now {
                trail.pop();
            } else if trail.last() != Some(&now) {
                trail.push(now.clone());
            }
        });
        match INSTEAD.take() {
            Some(instead) => replace(instead),
            None => set_route.set(Route::of_hash(&now)),
        }
    });
    on_cleanup(move || listener.remove());
    route
}

/// Goes on to a page.
pub fn go(to: Route) {
    // The address of one's own page can always be set.
    let _ = window().location().set_hash(&to.href());
}

/// Goes to a page that takes the place of this one: a form that was saved does not come back.
pub fn replace(to: Route) {
    let href = to.href();
    let before = TRAIL.with_borrow_mut(|trail| {
        trail.pop();
        trail.last().cloned()
    });
    if before.as_deref() == Some(href.as_str()) {
        TRAIL.with_borrow_mut(|trail| trail.push(String::new()));
        go_back();
    } else {
        // As above.
        let _ = window().location().replace(&href);
    }
}

/// As [`replace`], where the form began on the page before: that one does not come back either.
pub fn replace_both(to: Route) {
    if TRAIL.with_borrow(|trail| trail.len() > 1) {
        INSTEAD.set(Some(to));
        go_back();
    } else {
        replace(to);
    }
}

fn go_back() {
    if let Ok(history) = window().history() {
        // A page that has come from another one can go back to it.
        let _ = history.back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_found_again_behind_its_hash() {
        let customer = CustomerId::from_bytes([1; 16]);
        let paper = PaperId::from_bytes([2; 16]);
        let change = ChangeId { device: sync_core::unit::DeviceId::from_bytes([3; 16]), seq: 7 };
        let routes = [
            Route::Today,
            Route::Customers,
            Route::CustomersOf(Part::Owing),
            Route::CustomersOf(Part::NotSeen),
            Route::NewCustomer,
            Route::Customer(customer),
            Route::Card(customer),
            Route::CardField(customer, CardField::AnnualSales),
            Route::Personal(customer, PersonalField::Hobbies),
            Route::Contact(customer, None),
            Route::Contact(customer, Some(change)),
            Route::Conflict(customer, CardField::Phone),
            Route::Visit(customer),
            Route::Order(customer),
            Route::Collect(customer),
            Route::Taken(customer),
            Route::Urge(customer),
            Route::UrgingPage(paper),
            Route::Overdue,
            Route::VisitPage(paper),
            Route::OrderPage(paper),
            Route::Receipt(paper),
            Route::Drawer,
            Route::GiveShare,
            Route::HandIn,
            Route::HandInPage(paper),
            Route::DayClose,
            Route::DayClosePage(paper),
            Route::Remit,
            Route::RemittancePage(paper),
            Route::Remittances,
            Route::Reverse(Reversible::Collection, paper),
            Route::Reverse(Reversible::Remittance, paper),
            Route::Outbox,
            Route::OutboxLine(12),
            Route::Correct(12),
            Route::Me,
            Route::SignIn,
        ];
        for route in routes {
            assert_eq!(Route::of_hash(&route.href()), route);
        }
    }

    #[test]
    fn an_address_of_nothing_is_unknown_and_an_empty_one_is_today() {
        assert_eq!(Route::of_hash(""), Route::Today);
        assert_eq!(Route::of_hash("#/customers/no-such-id"), Route::Unknown);
        assert_eq!(Route::of_hash("#/somewhere/else"), Route::Unknown);
    }
}
