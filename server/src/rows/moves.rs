//! What a move of customers does to whose phones, and what a phone still has to give up. Source: S79.
//!
//! Floor: above the lists. Reads one moment; must not write.

use std::collections::BTreeSet;

use serde::Serialize;
use sync_core::{
    paper::PaperKey,
    scope::Scope,
    time::business_date,
    unit::{CustomerId, DeviceId, StaffId},
};
use utoipa::ToSchema;

use super::{CustomerRef, DeviceRow, Person, Reader, clock, names::Wanted, people};
use crate::{
    scope,
    store::{DeviceLog, Devices, Eviction, Snapshot, Stored},
};

/// What handing customers over would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TransferPreview {
    /// Who looks after them now.
    pub from: Person,
    /// Who is to look after them.
    pub to: Person,
    /// The customers that would change hands, by name.
    pub customers: Vec<CustomerRef>,
    /// The phones that would lose or gain them.
    pub phones: Vec<AffectedPhone>,
    /// The feed position it is of.
    pub position: u64,
    /// When it was read.
    pub as_of: String,
}

/// A phone that a move touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AffectedPhone {
    /// The phone, with what it last said of itself: what it has not sent is judged by when it was done.
    #[serde(flatten)]
    pub device: DeviceRow,
    /// Customers whose records leave it at its next contact.
    pub loses: u64,
    /// Customers whose whole past it is sent.
    pub gains: u64,
}

/// Something a phone must give up, or has given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EvictionRow {
    /// Which customer's records; absent for everything, or where the reader does not see that customer.
    pub customer: Option<CustomerRef>,
    /// Whether everything is meant: the phone was stopped, or emptied by signing out.
    pub everything: bool,
    /// Since when it is wanted back.
    pub since: String,
    /// When the phone's signed statement came that it is gone; absent until then.
    pub confirmed: Option<String>,
}

/// What one phone must give up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EvictionPage {
    /// The unconfirmed first, then the latest first.
    pub rows: Vec<EvictionRow>,
    /// How many of them are unconfirmed.
    pub unconfirmed: u64,
}

/// What a device still has to give up: how much, and since when at the longest.
pub(super) fn still_held(device: DeviceId, evictions: &[Eviction]) -> (u64, Option<String>) {
    let held = evictions.iter().filter(|gone| gone.device == device && gone.confirmed.is_none());
    let since = held.clone().map(|gone| gone.since).min();
    (held.count() as u64, since.map(clock))
}

impl<N: Snapshot> Reader<'_, N> {
    /// What handing these customers over would do; all of `from` where none are named. Those that are not with `from`
    /// are left out.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn transfer_preview(
        &mut self,
        from: StaffId,
        to: StaffId,
        named: Option<&[CustomerId]>,
    ) -> Stored<TransferPreview> {
        let named: Option<BTreeSet<&CustomerId>> = named.map(|named| named.iter().collect());
        let mut moving = self.snapshot.customers_of(from).await?;
        moving.retain(|customer| named.as_ref().is_none_or(|named| named.contains(customer)));
        let mut wanted = Wanted::default();
        wanted.staff(from).staff(to);
        for customer in &moving {
            wanted.customer(*customer);
        }
        let phones = self.phones_of(from, &mut wanted).await?;
        let gaining = self.phones_of(to, &mut wanted).await?;
        let ids: Vec<DeviceId> = phones.iter().chain(&gaining).map(|log| log.device).collect();
        let evictions = self.snapshot.evictions(Some(&ids)).await?;
        let today = business_date(self.now);
        let names = self.names(wanted).await?;
        let mut customers: Vec<CustomerRef> = moving.iter().filter_map(|id| names.customer(*id)).collect();
        customers.sort_by(|one, other| one.name.cmp(&other.name));
        let count = moving.len() as u64;
        let loses = phones.iter().map(|log| (log, count, 0));
        let gains = gaining.iter().map(|log| (log, 0, count));
        let phones = loses.chain(gains).filter_map(|(log, loses, gains)| {
            let sync_core::paper::Paper::Device(card) = names.paper(&PaperKey::device(log.device))? else {
                return None;
            };
            let device = people::device_row(log.device, card, Some(log), &evictions, today, &names)?;
            Some(AffectedPhone { device, loses, gains })
        });
        let (phones, from, to) = (phones.collect(), names.person(from), names.person(to));
        let position = self.snapshot.head().await?.position;
        Ok(TransferPreview { from, to, customers, phones, position, as_of: clock(self.now) })
    }

    /// The phones of somebody that still have their rights.
    async fn phones_of(&mut self, staff: StaffId, wanted: &mut Wanted) -> Stored<Vec<DeviceLog>> {
        let mut logs = self.snapshot.devices(&Devices::Of(staff)).await?;
        logs.retain(|log| log.revoked.is_none());
        for log in &logs {
            wanted.device(log.device).staff(log.staff).paper(PaperKey::limits(log.staff));
        }
        Ok(logs)
    }

    /// What a phone must give up or has given up; `None` for a phone the reader does not see.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn evictions(&mut self, device: DeviceId) -> Stored<Option<EvictionPage>> {
        let logs = self.snapshot.devices(&Devices::These(vec![device])).await?;
        let seen = logs.first().is_some_and(|log| {
            scope::sight_of_devices(self.viewer).holds(Scope::Staff(log.staff)) && log.number > 0
        });
        if !seen {
            return Ok(None);
        }
        let mut evictions = self.snapshot.evictions(Some(&[device])).await?;
        evictions.sort_by_key(|gone| (gone.confirmed.is_some(), std::cmp::Reverse(gone.since)));
        let mut wanted = Wanted::default();
        for gone in &evictions {
            if let Scope::Customer(customer) = gone.scope {
                wanted.customer(customer);
            }
        }
        let names = self.names(wanted).await?;
        let rows = evictions.iter().map(|gone| EvictionRow {
            customer: match gone.scope {
                Scope::Customer(customer) => names.customer(customer),
                _ => None,
            },
            everything: gone.scope == Scope::Common,
            since: clock(gone.since),
            confirmed: gone.confirmed.as_ref().map(|confirmed| clock(confirmed.at)),
        });
        let unconfirmed = evictions.iter().filter(|gone| gone.confirmed.is_none()).count() as u64;
        Ok(Some(EvictionPage { rows: rows.collect(), unconfirmed }))
    }
}
