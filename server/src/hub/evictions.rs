//! Who must give up what, and who says that it is gone. Source: S78, S79.

use std::collections::{BTreeMap, btree_map::Entry};

use sync_core::{
    log::{SignedHolding, UnacceptableBatch},
    paper::{Paper, PaperKey},
    scope::{Scope, scopes_fingerprint},
    time::Timestamp,
    unit::{CustomerId, DeviceId, StaffId},
};
use thiserror::Error;

use super::{Hub, session::Session};
use crate::{
    scope,
    store::{Confirmed, Devices, Eviction, Snapshot, Store, StoreError, Stored, Unit},
};

/// What a device still has to give up, after its statement was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// Losses that this statement confirmed.
    pub confirmed: u64,
    /// Losses that are still unconfirmed: they came after the position it speaks of.
    pub unconfirmed: u64,
}

/// Why a statement of what a device holds was not taken. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HoldingError {
    /// Not a statement, or not signed by the device.
    #[error(transparent)]
    Unacceptable(#[from] UnacceptableBatch),
    /// It speaks of another device, or of another company's.
    #[error("the statement is of another device")]
    NotYourDevice,
    /// The device holds other scopes than it may, or read another life of the book: it must pull first.
    #[error("the device holds other scopes than it is granted")]
    OtherScopes,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<S: Store> Hub<S> {
    /// Takes in a device's signed statement of what it holds, and confirms by it what it had to give up.
    ///
    /// The statement must name exactly what the device may hold now; of a device that was stopped, nothing at all.
    /// It confirms what was lost up to the position it speaks of. Said twice, it changes nothing.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn holds(
        &self,
        device: DeviceId,
        said: &SignedHolding,
        proof: &[u8],
        now: Timestamp,
    ) -> Result<Outstanding, HoldingError> {
        let holding = said.holding;
        if holding.device != device || holding.company != self.company.id {
            return Err(HoldingError::NotYourDevice);
        }
        let mut session = self.session(now).await?;
        session.load_devices(Devices::These(vec![device])).await?;
        let log = session.devices.get(&device).cloned().ok_or(HoldingError::NotYourDevice)?;
        said.verify(&log.key)?;
        let nothing = holding.is_of_nothing();
        if !nothing {
            let alive = log.revoked.is_none();
            let here = holding.epoch == session.head.epoch && holding.position <= session.head.position;
            let granted = session.grants(log.staff).await?;
            if !alive || !here || granted.is_none_or(|granted| granted != holding.scopes) {
                return Err(HoldingError::OtherScopes);
            }
        }
        let mut answer = Outstanding::default();
        let mut known = session.unit().await?.evictions(Some(&[device])).await?;
        if nothing && !known.iter().any(|eviction| eviction.scope == Scope::Common) {
            // Signed out, and so emptied of its own: nothing that is lost later was ever left on it.
            let position = session.head.position;
            known.push(Eviction { device, scope: Scope::Common, position, since: now, confirmed: None });
        }
        for eviction in known.into_iter().filter(|eviction| eviction.confirmed.is_none()) {
            let covers = eviction.position <= holding.position && eviction.scope != Scope::Common;
            if nothing || covers {
                let confirmed = Some(Confirmed { at: now, proof: proof.to_vec() });
                session.evictions.push(Eviction { confirmed, ..eviction });
                answer.confirmed += 1;
            } else {
                answer.unconfirmed += 1;
            }
        }
        session.commit().await?;
        Ok(answer)
    }
}

impl<U: Unit> Session<U> {
    /// The fingerprint of what somebody's devices may hold now; `None` for somebody whose grants cannot be listed.
    async fn grants(&mut self, staff: StaffId) -> Stored<Option<[u8; 16]>> {
        let viewer = scope::viewer(self.unit().await?, staff).await?;
        let listed = viewer.and_then(|viewer| viewer.listed_scopes());
        Ok(listed.map(|scopes| scopes_fingerprint(&scopes)))
    }

    /// Notes who looked after a customer before its card was first written on in this transaction.
    pub(super) fn note_owner(&mut self, key: &PaperKey, written: &Paper) {
        let (Paper::Customer(card), Some(Paper::Customer(before))) = (written, self.paper(key)) else {
            return;
        };
        if let Some(owner) = before.owner.value().filter(|owner| card.owner.value() != Some(owner)) {
            let owner = *owner;
            self.owners.entry(CustomerId(key.id)).or_insert(owner);
        }
    }

    /// What this transaction took from whose devices, and what it gave back.
    pub(super) async fn changed_hands(&mut self) -> Stored<Vec<(DeviceId, Scope)>> {
        let mut phones: BTreeMap<StaffId, Vec<DeviceId>> = BTreeMap::new();
        let mut regained = Vec::new();
        let owners = std::mem::take(&mut self.owners);
        // Where a card was saved ahead, it is read again.
        self.load(owners.keys().map(|customer| PaperKey::customer(*customer))).await?;
        for (customer, before) in owners {
            let scope = Scope::Customer(customer);
            let now = match self.paper(&PaperKey::customer(customer)) {
                Some(Paper::Customer(card)) => card.owner.value().copied(),
                _ => None,
            };
            if now == Some(before) {
                continue;
            }
            for staff in [Some(before), now].into_iter().flatten() {
                if let Entry::Vacant(unasked) = phones.entry(staff) {
                    unasked.insert(self.holding_phones(staff).await?);
                }
            }
            let lost = phones[&before].iter();
            let (position, since) = (self.head.position, self.now);
            let lost =
                lost.map(|device| Eviction { device: *device, scope, position, since, confirmed: None });
            self.evictions.extend(lost);
            regained.extend(now.iter().flat_map(|now| &phones[now]).map(|device| (*device, scope)));
        }
        for device in std::mem::take(&mut self.stopped) {
            let known = self.unit().await?.evictions(Some(&[device])).await?;
            if !known.iter().any(|eviction| eviction.scope == Scope::Common) {
                let (position, since) = (self.head.position, self.now);
                let scope = Scope::Common;
                self.evictions.push(Eviction { device, scope, position, since, confirmed: None });
            }
        }
        Ok(regained)
    }

    /// The devices of somebody on which customers may lie: not those that were stopped or emptied, of which everything
    /// is wanted already.
    async fn holding_phones(&mut self, staff: StaffId) -> Stored<Vec<DeviceId>> {
        self.load_devices(Devices::Of(staff)).await?;
        let own = self.devices.values().filter(|log| log.staff == staff);
        let own: Vec<DeviceId> = own.map(|log| log.device).collect();
        if own.is_empty() {
            return Ok(own);
        }
        let gone = self.unit().await?.evictions(Some(&own)).await?;
        let whole = |device: &DeviceId| {
            gone.iter().any(|eviction| eviction.device == *device && eviction.scope == Scope::Common)
        };
        Ok(own.into_iter().filter(|device| !whole(device)).collect())
    }
}
