//! Floor 9: the rules about staff and devices, which only whoever keeps them says anything of.
//!
//! Below `rules`, which puts them to an op.

use super::{OPERATOR, Papers, device_card, staff_card};
use crate::{
    domain::people::{Author, DeviceRefusal, Role, StaffJoined, StaffRefusal, StaffRoleSet},
    op::Op,
    paper::PaperKey,
    refusal::Refusal,
};

/// The rules about staff and devices. Source: S78.
pub(super) fn check(papers: &impl Papers, op: &Op, author: &Author) -> Result<(), Refusal> {
    match op {
        Op::StaffJoined(_) | Op::StaffRoleSet(_) if !author.may(Role::keeps_staff) => {
            Err(StaffRefusal::NotYours.into())
        }
        Op::StaffJoined(StaffJoined { role: Role::Operator, .. })
        | Op::StaffRoleSet(StaffRoleSet { role: Role::Operator, .. }) => {
            Err(StaffRefusal::NotForPeople.into())
        }
        Op::StaffJoined(op) if op.staff == OPERATOR => Err(StaffRefusal::Exists.into()),
        Op::StaffJoined(op) if staff_card(papers, &PaperKey::staff(op.staff)).is_some() => {
            Err(StaffRefusal::Exists.into())
        }
        Op::StaffRoleSet(op) if staff_card(papers, &PaperKey::staff(op.staff)).is_none() => {
            Err(StaffRefusal::Unknown.into())
        }
        Op::DeviceEnrolled(_) | Op::DeviceRevoked(_) if !author.may(Role::keeps_staff) => {
            Err(DeviceRefusal::NotYours.into())
        }
        Op::DeviceEnrolled(op) if device_card(papers, &PaperKey::device(op.device)).is_some() => {
            Err(DeviceRefusal::Exists.into())
        }
        Op::DeviceRevoked(op) if device_card(papers, &PaperKey::device(op.device)).is_none() => {
            Err(DeviceRefusal::Unknown.into())
        }
        _ => Ok(()),
    }
}
