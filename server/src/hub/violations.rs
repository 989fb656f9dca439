//! Drawers that stand above their share though no entry says so are looked for, and a violation is raised. Source: S15, S16.
//!
//! Floor: hub. What an entry breaks the entry itself raises; here is only what time brings about: a special rule that ran
//! out over a full drawer, a violation that was closed before the cash was gone.

use std::collections::BTreeMap;

use sync_core::{
    domain::cash::{BreachKind, LedgerAccount, Violation, ViolationRaised, ViolationStatus, is_unraised},
    judge,
    op::Op,
    paper::{Paper, PaperKey, PaperKind},
    time::{Timestamp, business_date},
    unit::{DeviceId, Money, StaffId, Text},
};
use uuid::Uuid;

use super::{Command, CommandError, Hub, session::Session};
use crate::store::{Filter, ListAsk, Listed, Store, Stored, Unit};

impl<S: Store> Hub<S> {
    /// Raises a violation for everybody one of whose drawers stands above its share today without an open one that says
    /// so. How many were raised; asked again, none.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn raise_still_above(&self, now: Timestamp) -> Result<u64, CommandError> {
        let mut session = self.session(now).await?;
        let (today, mut raised) = (business_date(now), 0);
        for (staff, drawers) in drawers(&mut session).await? {
            let devices = drawers.iter().map(|(device, _)| PaperKey::device(*device));
            session.load(devices.chain([PaperKey::limits(staff)])).await?;
            let held: Vec<_> = {
                let papers = session.at_hand();
                let share = |device| judge::share_on(&papers, staff, device, today);
                drawers.iter().map(|(device, held)| (*held, share(*device))).collect()
            };
            if !is_unraised(held.iter().copied(), []) {
                continue;
            }
            let open = open_violations(&mut session, staff).await?;
            if !is_unraised(held, &open) {
                continue;
            }
            let sum: Money = drawers.iter().map(|(_, held)| (*held).max(Money::ZERO)).sum();
            let (kind, reason) = (BreachKind::StillAbove, Text::default());
            let said = ViolationRaised { staff, kind, held: sum, amount: sum, reason, photo: None };
            let command = Command::new(Command::operator(Uuid::nil()), Op::ViolationRaised(said));
            let written = self.write(&mut session, command).await?;
            written.map_err(|refusal| CommandError::Refused { index: 0, refusal })?;
            raised += 1;
        }
        if raised > 0 {
            let head = session.commit().await?;
            self.tell(head);
        }
        Ok(raised)
    }
}

async fn listed<U: Unit>(session: &mut Session<U>, kind: PaperKind, filter: Filter) -> Stored<Vec<Listed>> {
    Ok(session.unit().await?.list(&ListAsk::every(&[kind], filter)).await?.rows)
}

/// The drawers with something in them, by whose they are.
async fn drawers<U: Unit>(session: &mut Session<U>) -> Stored<BTreeMap<StaffId, Vec<(DeviceId, Money)>>> {
    let filter = Filter { status: vec!["drawer".to_owned()], ..Filter::default() };
    let mut by_staff: BTreeMap<StaffId, Vec<(DeviceId, Money)>> = BTreeMap::new();
    for row in listed(session, PaperKind::Balance, filter).await? {
        let Paper::Balance(balance) = row.paper else { continue };
        if let Some(LedgerAccount::Drawer(staff, device)) = balance.account
            && balance.sum > Money::ZERO
        {
            by_staff.entry(staff).or_default().push((device, balance.sum));
        }
    }
    Ok(by_staff)
}

/// The violations of somebody that are not closed.
async fn open_violations<U: Unit>(session: &mut Session<U>, staff: StaffId) -> Stored<Vec<Violation>> {
    let closed = vec![ViolationStatus::Closed.code().to_owned()];
    let filter = Filter { staff: Some(staff), status_not: closed, ..Filter::default() };
    let rows = listed(session, PaperKind::Violation, filter).await?.into_iter();
    Ok(rows
        .filter_map(|row| match row.paper {
            Paper::Violation(violation) => Some(violation),
            _ => None,
        })
        .collect())
}
