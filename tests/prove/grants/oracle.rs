//! Who may see what, said a second time: from the regulation's roles, without asking the product's own function.
//!
//! It must never call `Viewer`, nor any of the questions a `Role` answers: what both got from one place, no comparison
//! could find wrong.

use sync_core::{
    domain::{cash::CashRefusal, people::Role},
    refusal::{Finding, Refusal},
    scope::{Desk, Scope},
    time::Timestamp,
    unit::{CustomerId, StaffId},
};

/// A part of the book, as the regulation speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// Products, prices, accounts, who works here.
    Everybodys,
    /// What is done with one customer. Source: S78.
    Customers(CustomerId),
    /// What is known of a customer's person. Source: S92.
    Personal(CustomerId),
    /// What one member of staff holds, and what of theirs waits for a decision.
    Own(StaffId),
    /// What of theirs waits and is about a customer's person.
    OwnPersonal(StaffId),
    /// A desk's.
    At(Desk),
    /// Which phones there are. Source: S78.
    Phones(StaffId),
}

/// What somebody may be trusted with beyond their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// Every customer.
    Customers,
    /// What is known of every customer's person.
    Personal,
    /// Everybody's drawer and what of theirs waits.
    Drawers,
    /// Which phones there are.
    Phones,
    /// A desk.
    At(Desk),
}

/// The duties of each role. A rep sees their own customers and nobody else's.
const fn duties(role: Role) -> &'static [Duty] {
    use Duty::{At, Customers, Drawers, Personal, Phones};
    match role {
        Role::Rep | Role::DirectRep | Role::ManagementRepresentative | Role::Operator => &[],
        Role::Keeper => &[At(Desk::Dock)],
        Role::Production => &[At(Desk::Production)],
        Role::Administrator => &[Phones],
        Role::Logistics => &[Customers, At(Desk::Logistics), At(Desk::Dock)],
        Role::Archivist => &[Customers, Personal],
        Role::Finance => &[Customers, Drawers, Phones, At(Desk::Finance), At(Desk::Books)],
        Role::Clerk | Role::MarketingHead => &[Customers, Drawers, Phones, At(Desk::Books)],
        Role::SalesManager => &[Customers, Drawers, Phones],
        Role::SalesHead => &[Customers, Personal, Drawers, Phones, At(Desk::Books)],
        Role::MarketingVp | Role::GeneralManager => {
            &[Customers, Personal, Drawers, Phones, At(Desk::Finance), At(Desk::Books)]
        }
    }
}

/// Somebody who looks.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) staff: StaffId,
    pub(crate) role: Role,
}

/// A customer and who has looked after it since when.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) id: CustomerId,
    pub(crate) owners: Vec<(Timestamp, StaffId)>,
}

impl Shop {
    pub(crate) fn owner(&self) -> StaffId {
        self.owners.iter().max_by_key(|(since, _)| *since).expect("a customer has an owner").1
    }
}

/// Whether somebody may enter a room, customers being whose they are.
pub(crate) fn enters(person: &Person, room: Room, shops: &[Shop]) -> bool {
    let has = |duty| duties(person.role).contains(&duty);
    let theirs = |customer| shops.iter().any(|shop| shop.id == customer && shop.owner() == person.staff);
    match room {
        Room::Everybodys => true,
        Room::Customers(customer) => has(Duty::Customers) || theirs(customer),
        Room::Personal(customer) => has(Duty::Personal) || theirs(customer),
        Room::Own(staff) => has(Duty::Drawers) || staff == person.staff,
        Room::OwnPersonal(staff) => has(Duty::Personal) || staff == person.staff,
        Room::At(desk) => has(Duty::At(desk)),
        Room::Phones(staff) => has(Duty::Phones) || staff == person.staff,
    }
}

/// The room that a scope of the product stands for.
pub(crate) const fn room_of(scope: Scope) -> Room {
    match scope {
        Scope::Common => Room::Everybodys,
        Scope::Customer(customer) => Room::Customers(customer),
        Scope::CustomerPrivate(customer) => Room::Personal(customer),
        Scope::Staff(staff) => Room::Own(staff),
        Scope::StaffPrivate(staff) => Room::OwnPersonal(staff),
        Scope::Desk(desk) => Room::At(desk),
    }
}

/// Whether a finding says that money lies where it may not: above a share, with somebody who takes none, in an account that
/// is not the company's; or that more left a drawer than lay in it. Source: S14, S15, S17, S46.
pub(crate) fn breaks_a_rule(finding: &Finding) -> bool {
    let against = |rule: &Refusal| {
        matches!(
            rule,
            Refusal::Cash(
                CashRefusal::NotACashRep
                    | CashRefusal::NotACompanyAccount { .. }
                    | CashRefusal::MoreThanHeld { .. }
            )
        )
    };
    matches!(finding, Finding::OverLimit(_) | Finding::DrawerBelowZero { .. })
        || finding.against_rule().is_some_and(against)
}
