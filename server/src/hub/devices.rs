//! Devices begin their logs and lose their rights.

use ed25519_dalek::VerifyingKey;
use sync_core::{
    domain::{
        cash::Share,
        people::{DeviceEnrolled, DeviceRevoked, Role},
    },
    judge::{self, OPERATOR},
    log::{Actor, Declared, Hash},
    op::Op,
    paper::{Paper, PaperKey},
    time::Timestamp,
    unit::{DeviceId, StaffId, Text},
};
use thiserror::Error;
use uuid::Uuid;

use super::{Command, CommandError, Done, Hub, NamedError, session::Session};
use crate::store::{CommandName, DeviceSeen, Devices, Store, StoreError, Stored};

/// A phone wants to begin its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Whose phone it is.
    pub staff: StaffId,
    /// In which session they are signed in.
    pub session: Uuid,
    /// The phone's Ed25519 public key.
    pub key: [u8; 32],
    /// What it calls itself.
    pub name: Text<0, 60>,
}

/// A phone that may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its id.
    pub device: DeviceId,
    /// Its number in the company.
    pub number: u32,
    /// Its share of the cash limit.
    pub share: Share,
    /// The role of its owner.
    pub role: Role,
}

/// Why a phone may not begin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnrolError {
    /// Nobody of this company.
    #[error("no such member of staff")]
    UnknownStaff,
    /// This role works at a desk.
    #[error("the role {} has no phone of its own", role.code())]
    RoleHasNoPhone {
        /// Which role.
        role: Role,
    },
    /// The key has a log already; a phone that lost its store begins anew under a new key.
    #[error("this key has a log already")]
    KeyInUse,
    /// Not a point on the curve: no signature could ever be checked with it.
    #[error("not an Ed25519 public key")]
    NotAKey,
    /// A rule says no, or the store could not do it.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Command(error.into())
    }
}

impl<S: Store> Hub<S> {
    /// Lets a phone begin its log. The same key asked for again before it wrote anything gets the same answer.
    ///
    /// # Errors
    /// Why it may not begin.
    pub async fn enrol(&self, enrolment: Enrolment, now: Timestamp) -> Result<Enrolled, EnrolError> {
        if VerifyingKey::from_bytes(&enrolment.key).is_err() {
            return Err(EnrolError::NotAKey);
        }
        let mut session = self.session(now).await?;
        let role = Self::role_of(&mut session, enrolment.staff).await?;
        session.load_devices(Devices::All).await?;
        if let Some(same) = session.devices.values().find(|log| log.key == enrolment.key) {
            let again = same.staff == enrolment.staff && same.last_seq == 0 && same.revoked.is_none();
            let (device, number) = (same.device, same.number);
            if !again {
                return Err(EnrolError::KeyInUse);
            }
            let share = Self::share_of(&mut session, device).await?;
            return Ok(Enrolled { device, number, share, role });
        }
        let share = Self::share_left(&mut session, enrolment.staff, role).await?;
        let number = session.head.devices + 1;
        let Enrolment { staff, session: signed_in, key, name } = enrolment;
        let command = Command::deriving(Command::operator(signed_in), move |id| {
            let device = DeviceId::enrolled_by(id);
            Op::DeviceEnrolled(DeviceEnrolled { device, staff, number, name, key, share })
        });
        let done = self.write(&mut session, command).await?;
        let done = done.map_err(|refusal| CommandError::Refused { index: 0, refusal })?;
        let head = session.commit().await?;
        self.tell(head);
        let device = DeviceId::enrolled_by(done.change);
        Ok(Enrolled { device, number, share, role })
    }

    /// The role of somebody who is to have a phone.
    async fn role_of(session: &mut Session<S::Unit>, staff: StaffId) -> Result<Role, EnrolError> {
        let key = PaperKey::staff(staff);
        session.load([key]).await?;
        let Some(Paper::Staff(card)) = session.paper(&key) else {
            return Err(EnrolError::UnknownStaff);
        };
        match card.role.value() {
            Some(role) if role.is_rep() => Ok(*role),
            Some(role) => Err(EnrolError::RoleHasNoPhone { role: *role }),
            None => Err(EnrolError::UnknownStaff),
        }
    }

    /// What a new device of somebody may hold: what none of their others has. The share of a lost phone is not back
    /// before finance has settled it, that of a phone handed in was given back by the phone itself. Source: S14, S15.
    async fn share_left(session: &mut Session<S::Unit>, staff: StaffId, role: Role) -> Stored<Share> {
        let own: Vec<_> = session.devices.values().filter(|log| log.staff == staff).cloned().collect();
        if !role.may_take_cash() {
            return Ok(Share::NONE);
        }
        let cards = own.iter().map(|log| PaperKey::device(log.device));
        session.load(cards.chain([PaperKey::limits(staff)])).await?;
        let papers = session.at_hand();
        let taken = own.iter().map(|log| judge::own_share(&papers, staff, log.device)).sum();
        Ok(Share::WHOLE.less(taken))
    }

    async fn share_of(session: &mut Session<S::Unit>, device: DeviceId) -> Stored<Share> {
        let key = PaperKey::device(device);
        session.load([key]).await?;
        Ok(match session.paper(&key) {
            Some(Paper::Device(card)) => {
                card.enrolled.as_ref().map_or(Share::NONE, |device| device.what.share)
            }
            _ => Share::NONE,
        })
    }

    /// Notes that devices were heard of which delivered nothing: what they declared last still stands, their clock goes on.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn heard_of(&self, devices: Vec<DeviceId>, now: Timestamp) -> Stored<()> {
        let mut session = self.session(now).await?;
        session.load_devices(Devices::These(devices.clone())).await?;
        for device in devices {
            let Some(log) = session.touch(device) else { continue };
            let nothing = Declared { clock: now, ..Declared::default() };
            let seen = log.seen.unwrap_or(DeviceSeen { at: now, declared: nothing, said: None });
            let since = now.millis().saturating_sub(seen.at.millis());
            let declared = Declared { clock: seen.declared.clock.plus_millis(since), ..seen.declared };
            log.seen = Some(DeviceSeen { at: now.max(seen.at), declared, said: seen.said });
        }
        session.commit().await.map(drop)
    }

    /// Takes a device's rights; it may still deliver what it recorded before.
    ///
    /// # Errors
    /// The rule that says no, or the store.
    pub async fn revoke(
        &self,
        actor: Actor,
        device: DeviceId,
        reason: Text<1, 200>,
        now: Timestamp,
    ) -> Result<Done, CommandError> {
        let command = self.revocation(actor, device, reason).await?;
        self.command(command, now).await
    }

    /// The same under a name, once. `said` is the hash of what the caller asked for.
    ///
    /// # Errors
    /// As [`Hub::command_once`].
    pub async fn revoke_once(
        &self,
        name: CommandName,
        said: Hash,
        actor: Actor,
        device: DeviceId,
        reason: Text<1, 200>,
        now: Timestamp,
    ) -> Result<Done, NamedError> {
        let command = self.revocation(actor, device, reason).await?;
        self.command_once(name, said, command, now).await
    }

    async fn revocation(&self, actor: Actor, device: DeviceId, reason: Text<1, 200>) -> Stored<Command> {
        let staff = self.device_log(device).await?.map_or(OPERATOR, |log| log.staff);
        Ok(Command::new(actor, Op::DeviceRevoked(DeviceRevoked { device, staff, reason })))
    }
}
