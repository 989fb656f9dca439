//! Rows of changes put aside (隔离): what another log under the same id says, kept with its signature.
//!
//! Floor: rows. A moment of the store, and the names on a page.

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::{
    log::Change,
    op::Op,
    paper::held_scope,
    scope::{Scope, Viewer},
    unit::{DeviceId, Money, StaffId},
};
use utoipa::ToSchema;

use super::{
    Reader,
    common::{CustomerRef, Person, clock, hex},
    held::{kind_name, on_paper},
    names::Wanted,
};
use crate::store::{DeviceLog, Devices, Quarantined, Snapshot, Stored};

/// The most rows one answer shows; the log in a file has them all.
const MOST_SHOWN: usize = 500;

/// A change put aside.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AsideRow {
    /// Its place in the other log.
    pub seq: u64,
    /// When it came.
    pub at: String,
    /// The time its author claims; absent where it cannot be read.
    pub claimed: Option<String>,
    /// Whose device has signed it.
    pub by: Person,
    /// What kind of change it is.
    #[schema(example = "visit-recorded")]
    pub kind: String,
    /// What it says; absent where this version cannot read it, or the reader may not see it.
    #[schema(value_type = Option<Object>)]
    pub content: Option<Json>,
    /// The number that stands on the paper, where it writes one; absent where `content` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "DH-07-0044")]
    pub number: Option<String>,
    /// The sum on it, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "2880.00")]
    pub amount: Option<Money>,
    /// The customer it is about; absent where about none, or the reader may not see it.
    pub customer: Option<CustomerRef>,
    /// The link of the other chain after it.
    pub hash: String,
}

/// What was put aside of one device.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AsidePage {
    /// How many there are.
    pub total: u64,
    /// The first of them, by their place in the log.
    pub rows: Vec<AsideRow>,
}

/// Whether somebody may read what a change put aside says: it lies where a held change of its author would.
pub fn reads_aside(viewer: &Viewer, author: StaffId, change: &Change) -> bool {
    let personal = change.header.is_personal() || matches!(op_of(change), Some(Op::PersonalFieldSet(_)));
    viewer.may_see(held_scope(author, personal))
}

fn op_of(change: &Change) -> Option<Op> {
    Op::from_body(change.header.kind, change.header.version, change.body()).ok()
}

impl<N: Snapshot> Reader<'_, N> {
    /// What was put aside of a device; `None` where there is no such device, or it is not for this reader.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn aside(&mut self, device: DeviceId) -> Stored<Option<AsidePage>> {
        let log = self.snapshot.devices(&Devices::These(vec![device])).await?.pop();
        let sees =
            |log: &DeviceLog| self.viewer.may_see(Scope::Staff(log.staff)) || self.viewer.role.keeps_staff();
        let Some(log) = log.filter(sees) else { return Ok(None) };
        let kept = self.snapshot.quarantine_of(device).await?;
        let total = kept.len() as u64;
        let shown: Vec<(Quarantined, Option<Change>)> = kept
            .into_iter()
            .take(MOST_SHOWN)
            .map(|kept| {
                let change = Change::from_bytes(kept.device, &kept.change).ok();
                (kept, change)
            })
            .collect();
        let mut wanted = Wanted::default();
        wanted.staff(log.staff);
        let ops = shown.iter().filter_map(|(_, change)| op_of(change.as_ref()?));
        for customer in ops.filter_map(|op| op.customer()) {
            wanted.customer(customer);
        }
        let viewer = self.viewer;
        let names = self.names(wanted).await?;
        let rows = shown.iter().map(|(kept, change)| {
            let change = change.as_ref();
            let op = change.filter(|change| reads_aside(viewer, log.staff, change)).and_then(op_of);
            let (number, amount) = op.as_ref().map(|op| on_paper(op.said(), log.number)).unwrap_or_default();
            AsideRow {
                number,
                amount,
                seq: kept.seq,
                at: clock(kept.at),
                claimed: change.map(|change| clock(change.header.at)),
                by: names.person(log.staff),
                kind: change.map_or_else(String::new, |change| kind_name(change.header.kind)),
                customer: op.as_ref().and_then(Op::customer).and_then(|customer| names.customer(customer)),
                content: op.and_then(|op| serde_json::to_value(op.said()).ok()),
                hash: hex(&kept.link),
            }
        });
        Ok(Some(AsidePage { total, rows: rows.collect() }))
    }
}
