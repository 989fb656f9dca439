//! Floor 9: what an act does to drawers, and what it says of them that the book does not have. It stops nothing.
//!
//! Below `rules`, which decide whether the act may be done. Source: S14, S15, S17.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Papers, collection_paper, remittance_paper, reversed_key,
    rules::{above, drawer_holds, share_on},
};
use crate::{
    domain::cash::{DayClosed, LedgerAccount, Remitted, Reversed, Reversible, Target},
    paper::{Paper, PaperKey},
    refusal::Finding,
    time::{Timestamp, business_date},
    unit::{DeviceId, Money, StaffId},
};

/// The drawers that a remittance leaves below nothing, where another rule than that was broken as well. Source: S14, S17.
pub(super) fn after_remittance(papers: &impl Papers, op: &Remitted, staff: StaffId) -> Vec<Finding> {
    let mut sent: BTreeMap<DeviceId, Money> = BTreeMap::new();
    for part in &op.drawers {
        let sum = sent.entry(part.device).or_default();
        *sum = sum.plus(part.amount.money());
    }
    let left = sent.into_iter().map(|(device, sum)| drawer_holds(papers, staff, device).minus(sum));
    left.filter(|held| *held < Money::ZERO).map(|held| Finding::DrawerBelowZero { held }).collect()
}

/// What a reversal does to drawers: less than nothing, where what is reversed had been remitted already; more than the
/// share, where a remittance comes back. Source: S14, S15, S17.
pub(super) fn after_reversal(papers: &impl Papers, reversed: &PaperKey, at: Timestamp) -> Vec<Finding> {
    let mut moved: BTreeMap<(StaffId, DeviceId), Money> = BTreeMap::new();
    for posting in papers.paper(reversed).map(Paper::postings).unwrap_or_default() {
        if let LedgerAccount::Drawer(staff, device) = posting.account {
            let sum = moved.entry((staff, device)).or_default();
            *sum = sum.plus(posting.sum);
        }
    }
    let found = moved.into_iter().filter_map(|((staff, device), sum)| {
        let held = drawer_holds(papers, staff, device).minus(sum);
        let comes_back = sum < Money::ZERO;
        if comes_back {
            above(share_on(papers, staff, device, business_date(at)), held)
        } else {
            (held < Money::ZERO).then_some(Finding::DrawerBelowZero { held })
        }
    });
    found.collect()
}

/// The drawers that a closed day has with other sums than the book: those it names, and that of the phone it was closed
/// on. Of a phone that was out of reach the book may have heard later. Source: S17.
pub(super) fn at_close(
    papers: &impl Papers,
    op: &DayClosed,
    staff: StaffId,
    device: DeviceId,
) -> Vec<Finding> {
    let said = |device| -> Money {
        let named = op.drawers.iter().filter(|drawer| drawer.device == device);
        named.map(|drawer| drawer.held).sum()
    };
    let named: BTreeSet<DeviceId> = op.drawers.iter().map(|drawer| drawer.device).chain([device]).collect();
    let differs = named.into_iter().filter_map(|device| {
        let (said, held) = (said(device), drawer_holds(papers, staff, device));
        (said != held).then_some(Finding::DrawerDiffers { device, said, held })
    });
    differs.collect()
}

/// What a reversal must know of the paper that it reverses.
pub(super) fn reversal_target(papers: &impl Papers, op: &Reversed) -> Option<Target> {
    let key = reversed_key(op);
    match op.kind {
        Reversible::Collection => collection_paper(papers, &key).and_then(|paper| {
            let recorded = paper.recorded.as_ref()?;
            let customer = Some(recorded.what.customer);
            let (reversed, confirmed) = (!paper.reversals.is_empty(), paper.confirmation().is_some());
            Some(Target { by: recorded.by, customer, reversed, confirmed })
        }),
        Reversible::Remittance => remittance_paper(papers, &key).and_then(|paper| {
            let recorded = paper.recorded.as_ref()?;
            let (reversed, confirmed) = (!paper.reversals.is_empty(), paper.confirmation().is_some());
            Some(Target { by: recorded.by, customer: None, reversed, confirmed })
        }),
    }
}
