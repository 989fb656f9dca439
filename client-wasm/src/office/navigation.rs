//! The places of the console and who is given them: hidden is absent, not grey.
//!
//! Floor: office. This module must not draw a screen.

use leptos::prelude::*;
use sync_core::domain::people::Role;
use sync_core::scope::Desk;

use super::state::Office;
use crate::ui::{Icon, NavGroup, NavItem, t};

/// A place in the navigation.
#[derive(Clone, Copy)]
pub(crate) struct Section {
    /// Behind `#/`.
    pub(crate) path: &'static str,
    /// The key of its name.
    pub(crate) name: &'static str,
    icon: Icon,
    /// The letter after G.
    pub(crate) letter: char,
    group: Option<&'static str>,
    granted: fn(Role) -> bool,
}

const fn section(
    path: &'static str,
    name: &'static str,
    icon: Icon,
    letter: char,
    group: Option<&'static str>,
    granted: fn(Role) -> bool,
) -> Section {
    Section { path, name, icon, letter, group, granted }
}

const MONEY: Option<&str> = Some("nav-group-money");
const GOODS: Option<&str> = Some("nav-group-goods");
const CUSTOMERS: Option<&str> = Some("nav-group-customers");
const PEOPLE: Option<&str> = Some("nav-group-people");

fn everybody(_: Role) -> bool {
    true
}

/// Whether the role works with customers at all: all of them, or its own.
fn with_customers(role: Role) -> bool {
    role.sees_all_customers() || role.is_rep()
}

fn with_money(role: Role) -> bool {
    role.sees_all_drawers() || role.is_rep()
}

fn with_accounts(role: Role) -> bool {
    role.keeps_accounts() || role.sits_at(Desk::Finance) || role.sees_all_drawers()
}

fn at_finance(role: Role) -> bool {
    role.sits_at(Desk::Finance)
}

fn with_months(role: Role) -> bool {
    role.sits_at(Desk::Books)
}

fn with_people(role: Role) -> bool {
    role.sees_all_drawers() || role.keeps_staff()
}

fn with_prices(role: Role) -> bool {
    with_customers(role) || role.keeps_prices()
}

/// Every place, in the order of the navigation.
pub(crate) const SECTIONS: [Section; 23] = [
    section("", "nav-home", Icon::Home, 'h', None, everybody),
    section("feed", "nav-feed", Icon::Feed, 'f', None, everybody),
    section("collections", "nav-collections", Icon::Cash, 'r', MONEY, with_money),
    section("remittances", "nav-remittances", Icon::Bank, 't', MONEY, with_money),
    section("hand-ins", "nav-hand-ins", Icon::Pen, 'i', MONEY, with_money),
    section("cash", "nav-cash", Icon::Chart, 'm', MONEY, with_money),
    section("violations", "nav-violations", Icon::Warn, 'w', MONEY, Role::sees_all_drawers),
    section("special-rules", "nav-special-rules", Icon::Clock, 'u', MONEY, Role::sees_all_drawers),
    section("month", "nav-month", Icon::File, 'b', MONEY, with_months),
    section("matching", "nav-matching", Icon::Swap, 'k', MONEY, Role::confirms_money),
    section("bank-lines", "nav-bank-lines", Icon::List, 'y', MONEY, at_finance),
    section("receivables", "nav-receivables", Icon::Clock, 'j', MONEY, with_customers),
    section("credit-exceptions", "nav-credit", Icon::Key, 'q', MONEY, Role::sees_all_customers),
    section("accounts", "nav-accounts", Icon::Key, 'a', MONEY, with_accounts),
    section("orders", "nav-orders", Icon::Order, 'o', GOODS, with_customers),
    section("price-lists", "nav-prices", Icon::List, 'l', GOODS, with_prices),
    section("products", "nav-products", Icon::File, 'p', GOODS, with_prices),
    section("customers", "nav-customers", Icon::People, 'c', CUSTOMERS, with_customers),
    section("visits", "nav-visits", Icon::Visit, 'v', CUSTOMERS, with_customers),
    section("held", "nav-held", Icon::Hold, 'e', CUSTOMERS, with_money),
    section("conflicts", "nav-conflicts", Icon::Swap, 'x', CUSTOMERS, with_customers),
    section("staff", "nav-staff", Icon::Me, 's', PEOPLE, with_people),
    section("devices", "nav-devices", Icon::Device, 'd', PEOPLE, with_people),
];

/// Whether a role is given the place a path belongs to.
pub(crate) fn granted(path: &str, role: Role) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let found = SECTIONS.iter().find(|section| section.path == first);
    found.is_none_or(|section| (section.granted)(role))
}

/// The places of a role, in their groups, with what waits at each.
pub(crate) fn of(role: Role, office: Office) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    let mut last = None;
    for section in SECTIONS.iter().filter(|section| (section.granted)(role)) {
        if groups.is_empty() || last != section.group {
            last = section.group;
            let title = section.group.map(|key| t!(key));
            groups.push(NavGroup { title, items: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.items.push(item(section, office));
        }
    }
    groups
}

fn item(section: &Section, office: Office) -> NavItem {
    let path = section.path;
    let count = move || {
        office.summary.with(|summary| {
            summary.as_ref().map_or(0, |summary| match path {
                "" => summary.open() + summary.violations + summary.reps_to_remit + summary.phones_late,
                "cash" => summary.reps_to_remit,
                "hand-ins" => summary.hand_ins,
                "matching" => summary.bank_lines,
                "violations" => summary.violations,
                "held" => summary.held,
                "conflicts" => summary.conflicts,
                "devices" => summary.phones_late,
                _ => 0,
            })
        })
    };
    NavItem {
        label: t!(section.name),
        icon: section.icon,
        href: format!("#/{path}"),
        count: Signal::derive(count),
        urgent: matches!(path, "" | "held" | "violations"),
    }
}
