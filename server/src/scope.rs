//! Floor 2: who is looking, loaded from the book. What they may see, only `Viewer` says.

use sync_core::{
    domain::{customer::CustomerRefusal, people::Role},
    judge::OPERATOR,
    paper::{Paper, PaperKey},
    scope::{Desk, Scope, Viewer},
    unit::{CustomerId, StaffId},
};

use crate::store::{Sight, Snapshot, Stored};

/// The member of staff as a viewer: their role now, their customers now. `None` for nobody of this company.
///
/// # Errors
/// Those of the store.
pub async fn viewer(snapshot: &mut impl Snapshot, staff: StaffId) -> Stored<Option<Viewer>> {
    if staff == OPERATOR {
        return Ok(Some(Viewer {
            staff,
            role: Role::Operator,
            customers: std::collections::BTreeSet::new(),
        }));
    }
    let papers = snapshot.papers(&[PaperKey::staff(staff)]).await?;
    let Some((_, Paper::Staff(card))) = papers.first() else {
        return Ok(None);
    };
    let Some(role) = card.role.value().copied() else {
        return Ok(None);
    };
    let customers = snapshot.customers_of(staff).await?.into_iter().collect();
    Ok(Some(Viewer { staff, role, customers }))
}

/// Whether a viewer may hand customers over, told before anything is looked up for it. Source: S79.
///
/// # Errors
/// Their role does not.
pub fn may_hand_over(viewer: &Viewer, to: StaffId) -> Result<(), CustomerRefusal> {
    if viewer.role.assigns_customers() { Ok(()) } else { Err(CustomerRefusal::MayNotAssign { owner: to }) }
}

/// What a viewer sees of the list of devices: whoever keeps staff keeps everybody's devices. Source: S78.
pub fn sight_of_devices(viewer: &Viewer) -> Sight {
    let own = sight(viewer);
    Sight { all_staff: own.all_staff || viewer.role.keeps_staff(), ..own }
}

/// What a viewer sees, in the form a store can search by.
///
/// Asks [`Viewer::may_see`] about a customer and a colleague that nobody can have: who sees those, sees all.
pub fn sight(viewer: &Viewer) -> Sight {
    const NOBODY: [u8; 16] = [0xff; 16];
    let listed = [
        Scope::Common,
        Scope::Staff(viewer.staff),
        Scope::StaffPrivate(viewer.staff),
        Scope::Desk(Desk::Dock),
        Scope::Desk(Desk::Logistics),
        Scope::Desk(Desk::Finance),
        Scope::Desk(Desk::Production),
        Scope::Desk(Desk::Books),
    ];
    let customers =
        viewer.customers.iter().flat_map(|id| [Scope::Customer(*id), Scope::CustomerPrivate(*id)]);
    Sight {
        all_customers: viewer.may_see(Scope::Customer(CustomerId::from_bytes(NOBODY))),
        all_personal: viewer.may_see(Scope::CustomerPrivate(CustomerId::from_bytes(NOBODY))),
        all_staff: viewer.may_see(Scope::Staff(StaffId::from_bytes(NOBODY))),
        scopes: listed.into_iter().chain(customers).filter(|scope| viewer.may_see(*scope)).collect(),
    }
}
