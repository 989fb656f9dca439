//! What this device holds, told to the hub; and the customers that were taken away from it.

use super::Replica;
use crate::{log::Holding, scope::Scope, time::Timestamp, unit::CustomerId};

impl Replica {
    /// The statement that is due: the scopes held are others than those the hub was told of.
    ///
    /// To be made only when the transaction that stores the scopes has completed. Not due before the feed was read to
    /// its end: until then the device does not know what it may hold. Source: S79.
    pub fn holding_due(&self, now: Timestamp) -> Option<Holding> {
        let index = &self.index;
        let scopes = index.scopes_fingerprint();
        if !index.complete
            || index.cursor.epoch == 0
            || index.told.as_ref().is_some_and(|told| told[..] == scopes)
        {
            return None;
        }
        Some(self.holding(scopes, now))
    }

    /// The statement of a device that was emptied: it holds nothing.
    pub fn holding_nothing(&self, now: Timestamp) -> Holding {
        self.holding(crate::scope::scopes_fingerprint(std::iter::empty::<&Scope>()), now)
    }

    fn holding(&self, scopes: [u8; 16], at: Timestamp) -> Holding {
        let (me, cursor) = (self.identity(), self.index.cursor);
        let (company, device) = (me.company, me.device);
        Holding { company, device, epoch: cursor.epoch, position: cursor.position, scopes, at }
    }

    /// Takes note that the hub knows what was stated.
    pub fn holding_told(&mut self, holding: &Holding) {
        self.index.told = Some(holding.scopes.to_vec().into());
    }

    /// Whether a customer was taken away from this device. Nothing else is known of it here. Source: S79.
    pub fn has_moved(&self, customer: CustomerId) -> bool {
        self.index.complete && self.index.moved.as_ref().is_some_and(|moved| moved.contains(&customer))
    }

    /// How many customers were taken away from this device.
    pub fn moved_count(&self) -> usize {
        self.index.moved.as_ref().map_or(0, std::collections::BTreeSet::len)
    }

    /// Takes note that a customer's scope was lost.
    pub(super) fn note_moved(&mut self, scope: Scope) {
        if let Scope::Customer(customer) = scope {
            self.index.moved.get_or_insert_default().insert(customer);
        }
    }

    /// What is held again has not moved.
    pub(super) fn forget_moves_back(&mut self) {
        let scopes = &self.index.scopes;
        if let Some(moved) = &mut self.index.moved {
            moved.retain(|customer| !scopes.contains(&Scope::Customer(*customer)));
        }
    }
}
