//! Chapter 1: who works here, in which role, with which device. Source: S1–S3, S78.

mod device;
mod role;
mod staff;

pub use device::{DeviceCard, DeviceEnrolled, DeviceRefusal, DeviceRevoked};
pub use role::Role;
pub use staff::{StaffCard, StaffJoined, StaffRefusal, StaffRoleSet};

use crate::{
    domain::cash::Share,
    unit::{DeviceId, StaffId},
};

/// Who acts, as the rules need to know them at the effective time of the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Author {
    /// The member of staff.
    pub staff: StaffId,
    /// Their role at that time.
    pub role: Role,
    /// The device they wrote on.
    pub device: DeviceId,
    /// That device's share of the cash limit.
    pub share: Share,
    /// The role of the head who accepts their change: its rights count beside the author's own. Source: S79.
    pub backed: Option<Role>,
}

impl Author {
    /// Whether the author has a right, of their own or through the head who accepts their change.
    pub fn may(&self, right: impl Fn(Role) -> bool) -> bool {
        right(self.role) || self.backed.is_some_and(right)
    }
}
