//! Stamps (盖章、签字、审批) on a form: each stands over the body's hash; status is read off them.

use minicbor::{Decode, Encode};

use super::Entries;
use crate::{
    time::Timestamp,
    unit::{ChangeId, StaffId},
};

/// One stamp on a form.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Stamp<K> {
    /// What the stamp says.
    #[n(0)]
    pub kind: K,
    /// Who set it.
    #[n(1)]
    pub by: StaffId,
    /// Its effective time.
    #[n(2)]
    pub at: Timestamp,
    /// The hash of the body it stands over.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub over: [u8; 32],
}

reads_map!(Stamp<K> { 0: kind, 1: by, 2: at, 3: over with minicbor::bytes::decode });

/// All stamps of one form.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Stamps<K> {
    stamps: Entries<ChangeId, Stamp<K>>,
}

impl<K> Default for Stamps<K> {
    fn default() -> Self {
        Self { stamps: Entries::default() }
    }
}

impl<K> Stamps<K> {
    /// Sets a stamp; the same stamp twice counts once.
    pub fn set(&mut self, id: ChangeId, stamp: Stamp<K>) {
        self.stamps.enter(id, stamp);
    }

    /// The stamps over this very body, earliest first.
    pub fn over<'a>(&'a self, body: &'a [u8; 32]) -> impl Iterator<Item = &'a Stamp<K>> {
        let mut stamps: Vec<_> = self.stamps.iter().filter(move |(_, stamp)| stamp.over == *body).collect();
        stamps.sort_by_key(|(id, stamp)| (stamp.at, **id));
        stamps.into_iter().map(|(_, stamp)| stamp)
    }
}
