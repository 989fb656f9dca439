//! Wrong phones.

use ed25519_dalek::SigningKey;
use sync_core::{
    replica::{Identity, Received, Replica},
    wire::Page,
};

use crate::{
    disk::{Disk, DiskFault, Power, Step},
    ways::Ways,
};

/// The index, with the cursor in it, is a transaction of its own before the others.
pub(super) struct CursorFirst;

impl Ways for CursorFirst {
    fn write(&self, disk: &mut Disk, steps: Vec<Step>, power: Power) -> Result<(), DiskFault> {
        let (index, others): (Vec<_>, Vec<_>) =
            steps.into_iter().partition(|step| matches!(step, Step::Index(_)));
        disk.write(&index, Power::On)?;
        disk.write(&others, power)
    }
}

/// What has been sent is cleared away.
pub(super) struct PurgedWhenSent;

impl Ways for PurgedWhenSent {
    fn has_sent(&self, disk: &mut Disk, last: u64) {
        disk.log.retain(|seq, _| *seq > last);
    }
}

/// Who somebody was is remembered where the browser's storage is not.
pub(super) struct SameIdAgain;

impl Ways for SameIdAgain {
    fn comes_back_as(&self, former: &Identity, key: &SigningKey) -> Option<(Identity, SigningKey)> {
        Some((former.clone(), key.clone()))
    }
}

pub(super) struct NoDigest;

impl Ways for NoDigest {
    fn takes_in(&self, book: &mut Replica, page: &Page) -> Received {
        Received { diverged: false, ..book.receive(page) }
    }
}

pub(super) struct NoGrants;

impl Ways for NoGrants {
    fn reads(&self, page: Page) -> Page {
        let grants = page.grants.filter(|_| page.asked_after == 0);
        Page { grants, ..page }
    }
}

/// With a scope goes what was recorded in it, delivered or not.
pub(super) struct EvictedFirst;

impl Ways for EvictedFirst {
    fn write(&self, disk: &mut Disk, steps: Vec<Step>, power: Power) -> Result<(), DiskFault> {
        disk.write(&steps, power)?;
        for step in &steps {
            let Step::NoScope(scope) = step else { continue };
            for record in disk.records() {
                if record.judged.is_none() && record.change.header.scopes.contains(scope) {
                    disk.log.remove(&record.change.id.seq);
                }
            }
        }
        Ok(())
    }
}

/// The log is written with *put*.
pub(super) struct Overwriting;

impl Ways for Overwriting {
    fn write(&self, disk: &mut Disk, steps: Vec<Step>, power: Power) -> Result<(), DiskFault> {
        let put = |step| match step {
            Step::Add(seq, bytes) => Step::Log(seq, bytes),
            other => other,
        };
        disk.write(&steps.into_iter().map(put).collect::<Vec<_>>(), power)
    }
}

/// Nobody looks at the answer of the storage.
pub(super) struct SavedWhenFull;

impl Ways for SavedWhenFull {
    fn write(&self, disk: &mut Disk, steps: Vec<Step>, power: Power) -> Result<(), DiskFault> {
        match disk.write(&steps, power) {
            Err(DiskFault::Full) => Ok(()),
            outcome => outcome,
        }
    }
}
