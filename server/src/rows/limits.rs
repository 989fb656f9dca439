//! Rows of cash limits (现金额度): each rep's phones with share and drawer, lost ones too, and the special rules made for
//! them. Source: S14–S16.
//!
//! Floor: rows, beside the lists: limits, device cards, balances of drawers, and the names on a page.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::{
    domain::{
        Recorded,
        cash::{CashLimits, LimitOverridden, Limits, Share},
        people::Role,
    },
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
    time::{BusinessDate, business_date},
    unit::{DeviceId, Money, StaffId},
};
use utoipa::ToSchema;

use super::{
    Asked, List, Reader, RowsError, Slice,
    common::{Person, clock},
    lists::{BY_NAME, of_variant},
    names::{Names, Wanted},
};
use crate::store::{DeviceLog, Devices, Snapshot};

/// A phone of a rep's, as the limit is divided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitPhoneRow {
    /// Which device.
    #[schema(value_type = uuid::Uuid)]
    pub id: DeviceId,
    /// Its number in the company.
    pub number: u32,
    /// `active`, `stopped` (its drawer and share wait for finance), `emptied` (stopped, and nothing waits) or `settled`.
    #[schema(value_type = String, example = "stopped")]
    pub status: &'static str,
    /// Its own share of the limit by all moves and settlements, special rules apart: the figure a settlement signs.
    #[schema(value_type = String, example = "20000.00")]
    pub share: Money,
    /// What the book says lies in its drawer.
    #[schema(value_type = String, example = "8200.00")]
    pub drawer: Money,
    /// How it was settled, where it was.
    pub settled: Option<SettledRow>,
}

/// How a lost phone was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettledRow {
    /// Who.
    pub by: Person,
    /// When.
    pub at: String,
    /// The number of the phone that took over.
    pub into: u32,
    /// The cash that was counted.
    #[schema(value_type = String, example = "8000.00")]
    pub counted: Money,
    /// What was missing; below nothing where there was more.
    #[schema(value_type = String, example = "200.00")]
    pub missing: Money,
    /// What was found.
    pub note: String,
}

/// A special rule (特殊规定). Source: S16.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpecialRuleRow {
    /// The most that may be held.
    #[schema(value_type = String, example = "30000.00")]
    pub hold: Money,
    /// From here on it must be remitted.
    #[schema(value_type = String, example = "15000.00")]
    pub remit_from: Money,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// `in-force`, `ahead`, `ended`, or `replaced` by a later one on the days it still names.
    #[schema(value_type = String, example = "in-force")]
    pub status: &'static str,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub by: Person,
    /// When.
    pub at: String,
}

/// How the cash limit of one rep is divided, and what was ruled for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LimitsRow {
    /// Whose.
    pub staff: Person,
    /// In which role.
    #[schema(value_type = String, example = "direct-rep")]
    pub role: Role,
    /// The most that may be held today. Source: S15, S16.
    #[schema(value_type = String, example = "20000.00")]
    pub hold: Money,
    /// From here on it must be remitted. Source: S14, S16.
    #[schema(value_type = String, example = "10000.00")]
    pub remit_from: Money,
    /// Their phones, the newest first.
    pub phones: Vec<LimitPhoneRow>,
    /// Special rules, the latest first.
    pub rules: Vec<SpecialRuleRow>,
}

/// Where a special rule stands on a day.
fn rule_status(rule: &Recorded<LimitOverridden>, limits: &CashLimits, today: BusinessDate) -> &'static str {
    if today < rule.what.from {
        "ahead"
    } else if rule.what.to < today {
        "ended"
    } else if limits.override_on(today).is_some_and(|counts| counts.id == rule.id) {
        "in-force"
    } else {
        "replaced"
    }
}

fn rule_row(
    rule: &Recorded<LimitOverridden>,
    limits: &CashLimits,
    today: BusinessDate,
    names: &Names<'_>,
) -> SpecialRuleRow {
    SpecialRuleRow {
        hold: rule.what.hold.money(),
        remit_from: rule.what.remit_from.money(),
        from: rule.what.from.to_string(),
        to: rule.what.to.to_string(),
        status: rule_status(rule, limits, today),
        reason: rule.what.reason.to_string(),
        by: names.person(rule.by),
        at: clock(rule.at),
    }
}

fn phone_row(log: &DeviceLog, limits: &CashLimits, drawer: Money, names: &Names<'_>) -> LimitPhoneRow {
    let leased = match names.paper(&PaperKey::device(log.device)) {
        Some(Paper::Device(card)) => card.enrolled.as_ref().map_or(Share::NONE, |one| one.what.share),
        _ => Share::NONE,
    };
    let settled = limits.settlement(log.device);
    let share = limits.own(log.device, leased);
    let waits = !(share.is_zero() && drawer.is_zero());
    LimitPhoneRow {
        id: log.device,
        number: log.number,
        status: match (log.revoked, settled) {
            (_, Some(_)) => "settled",
            (Some(_), None) if waits => "stopped",
            (Some(_), None) => "emptied",
            (None, None) => "active",
        },
        share,
        drawer,
        settled: settled.map(|settled| SettledRow {
            by: names.person(settled.by),
            at: clock(settled.at),
            into: names.device_number(settled.what.into),
            counted: settled.what.counted,
            missing: settled.what.drawer.minus(settled.what.counted),
            note: settled.what.note.to_string(),
        }),
    }
}

impl<N: Snapshot> Reader<'_, N> {
    /// The cash limits of everybody who may take cash, or still has a share or cash of the time when they might, by name.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn limits(&mut self, asked: &Asked) -> Result<List<LimitsRow>, RowsError> {
        let paging = asked.paging()?;
        let slice = self.limits_from(asked, paging.offset(), paging.per_page).await?;
        self.page_of(slice, paging.page, paging.per_page).await
    }

    /// The same from an offset on, without the page around it.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn limits_from(
        &mut self,
        asked: &Asked,
        offset: u64,
        limit: u32,
    ) -> Result<Slice<LimitsRow>, RowsError> {
        let all = self.limits_of_all(asked).await?;
        let total = all.len() as u64;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(Slice { rows: all.into_iter().skip(skip).take(limit as usize).collect(), total })
    }

    async fn limits_of_all(&mut self, asked: &Asked) -> Result<Vec<LimitsRow>, RowsError> {
        let (mut filter, viewer, today) = (asked.filter()?, self.viewer, business_date(self.now));
        // How a phone or a rule stands is asked of the rows below: staff have no such status.
        filter.status.clear();
        let drawers = self.drawers().await?;
        let staff = self.ask(&[PaperKind::Staff], filter, BY_NAME, 0, 10_000).await?.rows;
        let reps: Vec<(StaffId, Role)> = of_variant!(staff, Staff)
            .filter_map(|(id, card)| Some((StaffId(id), *card.role.value()?)))
            .filter(|(staff, _)| viewer.may_see(Scope::Staff(*staff)))
            .collect();
        let logs = self.snapshot.devices(&Devices::All).await?;
        let keys: Vec<PaperKey> = reps.iter().map(|(staff, _)| PaperKey::limits(*staff)).collect();
        let papers: BTreeMap<PaperKey, Paper> = self.snapshot.papers(&keys).await?.into_iter().collect();
        let mut of_staff: BTreeMap<StaffId, Vec<&DeviceLog>> = BTreeMap::new();
        for log in &logs {
            of_staff.entry(log.staff).or_default().push(log);
        }
        let mut wanted = Wanted::default();
        for paper in papers.values() {
            let Paper::Limits(limits) = paper else { continue };
            for (_, rule) in limits.overrides.entries() {
                wanted.staff(rule.by);
            }
            for (_, settled) in limits.settled.entries() {
                wanted.staff(settled.by);
            }
        }
        for (staff, _) in &reps {
            wanted.staff(*staff);
            for log in of_staff.get(staff).into_iter().flatten() {
                wanted.device(log.device);
            }
        }
        let names = self.names(wanted).await?;
        let drawer = |staff: StaffId, device: DeviceId| -> Money {
            let parts = drawers.get(&staff).into_iter().flatten();
            parts.filter(|(of, _)| *of == device).map(|(_, sum)| *sum).sum()
        };
        let row = |(staff, role): (StaffId, Role)| {
            let nothing = CashLimits::default();
            let limits = match papers.get(&PaperKey::limits(staff)) {
                Some(Paper::Limits(limits)) => limits,
                _ => &nothing,
            };
            let all = of_staff.get(&staff).into_iter().flatten().copied();
            let mut theirs: Vec<&DeviceLog> = all.filter(|log| log.number > 0).collect();
            theirs.sort_by_key(|log| std::cmp::Reverse(log.number));
            let mut rules: Vec<_> = limits.overrides.entries().map(|(_, rule)| rule).collect();
            rules.sort_by_key(|rule| std::cmp::Reverse((rule.at, rule.id)));
            let Limits { remit_from, hold } = limits.limits_on(today);
            LimitsRow {
                staff: names.person(staff),
                role,
                hold,
                remit_from,
                phones: theirs
                    .into_iter()
                    .map(|log| phone_row(log, limits, drawer(staff, log.device), &names))
                    .collect(),
                rules: rules.into_iter().map(|rule| rule_row(rule, limits, today, &names)).collect(),
            }
        };
        // Whoever has changed their role is here until nothing of theirs is left to settle.
        let has = |phone: &LimitPhoneRow| !(phone.share.is_zero() && phone.drawer.is_zero());
        let shown = |row: &LimitsRow| row.role.may_take_cash() || row.phones.iter().any(has);
        let asked_for = |row: &LimitsRow| match asked.status.as_deref().filter(|status| !status.is_empty()) {
            None => true,
            Some(status) => {
                row.rules.iter().any(|rule| rule.status == status)
                    || row.phones.iter().any(|phone| phone.status == status)
            }
        };
        Ok(reps.into_iter().map(row).filter(shown).filter(asked_for).collect())
    }
}
