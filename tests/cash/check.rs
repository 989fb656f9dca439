//! What must hold after every step.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    domain::cash::{BreachKind, CashRefusal, HOLD_LIMIT, Share, Violation, is_unraised},
    judge,
    paper::{Paper, PaperKey, PaperKind},
    refusal::{Finding, Refusal, Verdict},
    time::{BusinessDate, Timestamp, business_date},
    unit::{DeviceId, Money},
};

use crate::{
    office::{MA, Office, drawers, shares},
    phone::Phone,
};

/// What may be held on a day, as management has ever said of it: a phone that is out of reach may go by any of it.
fn ever_allowed(papers: &BTreeMap<PaperKey, Paper>, day: BusinessDate) -> Money {
    let Some(Paper::Limits(limits)) = papers.get(&PaperKey::limits(MA)) else { return HOLD_LIMIT };
    let raised = limits.overrides.entries().map(|(_, rule)| &rule.what);
    let raised = raised.filter(|rule| rule.from <= day && day <= rule.to);
    let more: Money = raised.map(|rule| rule.hold.money().minus(HOLD_LIMIT).max(Money::ZERO)).sum();
    HOLD_LIMIT.plus(more)
}

/// After every step.
pub(crate) fn look(office: &Office, phones: &[Phone], now: Timestamp) -> Result<(), String> {
    let (papers, day) = (office.papers(), business_date(now));
    let sum: Money = papers
        .values()
        .filter_map(|paper| match paper {
            Paper::Balance(balance) => Some(balance.sum),
            _ => None,
        })
        .sum();
    if !sum.is_zero() {
        return Err(format!("postings come to {sum}"));
    }
    let hold = judge::limits_on(&papers, MA, day).hold;
    let all: Money = shares(&papers, day).into_values().sum();
    if all > hold {
        return Err(format!("the shares come to {all}; {hold} may be held"));
    }
    let seen: Money = phones.iter().map(|phone| phone.replica.share(now).limit()).sum();
    let allowed = ever_allowed(&papers, day);
    // A phone that was settled while it was out of reach goes on by the share that another has by now.
    let settled = |phone: &&Phone| match papers.get(&PaperKey::limits(MA)) {
        Some(Paper::Limits(limits)) => limits.settlement(phone.device()).is_some(),
        _ => false,
    };
    let gone: Money = phones.iter().filter(settled).map(|phone| phone.replica.share(now).limit()).sum();
    if seen.minus(gone) > allowed {
        return Err(format!("the phones go by {seen} in all, {gone} of it settled; {allowed} is allowed"));
    }
    if is_unraised(above_or_not(&papers, day), violations(&papers)) {
        return Err("a silent breach: a drawer stands above its share and no violation is open".into());
    }
    every_finding_is_raised(office, &papers)
}

/// What stood above its share or below nothing before a step, and how many violations there were.
#[derive(Default)]
pub(crate) struct Watch {
    above: BTreeSet<DeviceId>,
    below: BTreeMap<DeviceId, Money>,
    violations: usize,
}

impl Watch {
    fn of(office: &Office, now: Timestamp) -> Self {
        let (papers, day) = (office.papers(), business_date(now));
        let share = |device| judge::share_on(&papers, MA, device, day).limit();
        let all = drawers(&papers);
        let above = all.iter().filter(|(device, held)| **held > share(**device)).map(|(device, _)| *device);
        let above = above.collect();
        let below = all.into_iter().filter(|(_, held)| *held < Money::ZERO).collect();
        let raised = violations(&papers).into_iter().filter(|one| one.raised.is_some());
        Self { above, below, violations: raised.count() }
    }

    pub(crate) fn begin(&mut self, office: &Office, now: Timestamp) {
        *self = Self::of(office, now);
    }

    /// Whatever took more out of a drawer than lay in it has raised a violation itself.
    pub(crate) fn below(&self, office: &Office, now: Timestamp) -> Result<(), String> {
        let after = Self::of(office, now);
        let before = |device| self.below.get(device).copied().unwrap_or_default();
        let came = after.below.iter().filter(|(device, held)| **held < before(*device)).count();
        if came > 0 && after.violations == self.violations {
            return Err(format!("{came} drawers came to stand below nothing, and no entry raised it"));
        }
        Ok(())
    }

    /// Whatever took a drawer above its share has raised a violation itself, whoever looks afterwards.
    pub(crate) fn end(&self, office: &Office, now: Timestamp) -> Result<(), String> {
        let after = Self::of(office, now);
        let came = after.above.difference(&self.above).count();
        if came > 0 && after.violations == self.violations {
            return Err(format!("{came} drawers came to stand above their share, and no entry raised it"));
        }
        Ok(())
    }
}

/// Every drawer with its share.
fn above_or_not(papers: &BTreeMap<PaperKey, Paper>, day: BusinessDate) -> Vec<(Money, Share)> {
    let drawers = drawers(papers).into_iter();
    drawers.map(|(device, held)| (held, judge::share_on(papers, MA, device, day))).collect()
}

/// The violations in a book.
fn violations(papers: &BTreeMap<PaperKey, Paper>) -> Vec<&Violation> {
    papers
        .values()
        .filter_map(|paper| match paper {
            Paper::Violation(one) => Some(one),
            _ => None,
        })
        .collect()
}

/// Whether a finding says that a drawer came to stand above its share, or below nothing.
pub(crate) fn is_breach(finding: &Finding) -> bool {
    matches!(finding, Finding::OverLimit(_)) || is_below_nothing(finding)
}

/// Whether a finding says that more was taken out of a drawer than lay in it.
pub(crate) fn is_below_nothing(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::DrawerBelowZero { .. }
            | Finding::AgainstRule(Refusal::Cash(CashRefusal::MoreThanHeld { .. }))
    )
}

/// Every entry that came to stand above the share or below nothing has its violation, and every such violation its entry.
fn every_finding_is_raised(office: &Office, papers: &BTreeMap<PaperKey, Paper>) -> Result<(), String> {
    let over = |verdict: &Verdict| match verdict {
        Verdict::Applied { findings, .. } => findings.iter().any(is_breach),
        Verdict::Held { .. } => false,
    };
    let found: BTreeSet<_> = office
        .rows()
        .iter()
        .filter(|row| over(&row.entry.verdict))
        .map(|row| row.entry.change.id.created())
        .collect();
    let raised: BTreeSet<_> = papers
        .iter()
        .filter(|(key, _)| key.kind == PaperKind::Violation)
        .filter_map(|(key, paper)| match paper {
            Paper::Violation(one) => one.raised.as_ref().map(|raised| (key.id, raised.what.kind)),
            _ => None,
        })
        .filter(|(_, kind)| *kind != BreachKind::StillAbove)
        .map(|(id, _)| id)
        .collect();
    if found == raised {
        Ok(())
    } else {
        Err(format!("{} entries above the share or below nothing, {} violations", found.len(), raised.len()))
    }
}
