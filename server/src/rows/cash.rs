//! Rows of cash in hand (未汇回货款): each cash rep against the limits. Source: S14, S15.
//!
//! Floor: rows, beside the lists: balances of drawers, and the names on a page.

use serde::Serialize;
use sync_core::{
    domain::{
        cash::{self, Balance, LedgerAccount, Limits, Share},
        people::Role,
    },
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
    time::{BusinessDate, business_date},
    unit::{DeviceId, Money, StaffId},
};
use utoipa::ToSchema;

use super::{
    Asked, DayCloseRow, List, Reader, RowsError, Slice,
    common::Person,
    lists::{BY_NAME, LATEST, of_variant},
    names::{Names, Wanted},
};
use crate::store::{Filter, Snapshot, Sort, Stored};

/// The cash in one device's drawer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DrawerRow {
    /// Which device.
    #[schema(value_type = uuid::Uuid)]
    pub device: DeviceId,
    /// Its number in the company.
    pub number: u32,
    /// What is in it.
    #[schema(value_type = String, example = "8200.00")]
    pub held: Money,
    /// The most it may hold today: its share of the limit.
    #[schema(value_type = String, example = "20000.00")]
    pub share: Money,
}

/// How the cash in hand stands to the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CashState {
    /// Nothing in hand.
    None,
    /// Below the sum at which it must be remitted.
    Held,
    /// It must be remitted at once. Source: S14.
    Remit,
    /// More than may be held. Source: S15.
    Over,
}

impl CashState {
    /// The state of a sum, by what somebody is held against.
    pub fn of(held: Money, limits: Limits) -> Self {
        if held > limits.hold {
            Self::Over
        } else if held >= limits.remit_from {
            Self::Remit
        } else if held.is_zero() {
            Self::None
        } else {
            Self::Held
        }
    }
}

/// The cash in hand of a rep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CashRow {
    /// Who.
    pub staff: Person,
    /// In which role.
    #[schema(value_type = String, example = "direct-rep")]
    pub role: Role,
    /// How much, over all devices.
    #[schema(value_type = String, example = "8200.00")]
    pub held: Money,
    /// How much was sent to the company's accounts and is not confirmed by finance yet. Source: S13.
    #[schema(value_type = String, example = "9000.00")]
    pub sent: Money,
    /// How much finance has confirmed: arrived, or countersigned at its desk. Source: S13, S17.
    #[schema(value_type = String, example = "41200.00")]
    pub confirmed: Money,
    /// The most that may be held today, by a special rule where there is one. Source: S15, S16.
    #[schema(value_type = String, example = "20000.00")]
    pub limit: Money,
    /// From here on it must be remitted. Source: S14, S16.
    #[schema(value_type = String, example = "10000.00")]
    pub remit_from: Money,
    /// How it stands to the limits.
    pub state: CashState,
    /// Until which day a special rule holds, where one does. Source: S16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_until: Option<String>,
    /// Where it is.
    pub drawers: Vec<DrawerRow>,
    /// The last money taken.
    pub last_collection: Option<String>,
    /// The last money sent.
    pub last_remittance: Option<String>,
    /// The day closed last (日结). Source: S14, S17.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_close: Option<DayCloseRow>,
}

/// The drawers of the balances, with their owners.
pub(super) fn drawers<'b>(
    balances: impl IntoIterator<Item = &'b Balance>,
) -> Vec<(StaffId, DeviceId, Money)> {
    balances
        .into_iter()
        .filter_map(|balance| match balance.account {
            Some(LedgerAccount::Drawer(staff, device)) => Some((staff, device, balance.sum)),
            _ => None,
        })
        .collect()
}

/// The row of a rep with these drawers.
pub(super) fn row(
    staff: StaffId,
    role: Role,
    drawers: &[(DeviceId, Money)],
    today: BusinessDate,
    names: &Names<'_>,
) -> CashRow {
    let held = cash::in_hand(drawers.iter().map(|(_, sum)| *sum));
    let special = match names.paper(&PaperKey::limits(staff)) {
        Some(Paper::Limits(limits)) => Some(limits),
        _ => None,
    };
    let limits = special.map_or(Limits::USUAL, |special| special.limits_on(today));
    let share = |device| {
        let leased = match names.paper(&PaperKey::device(device)) {
            Some(Paper::Device(card)) => card.enrolled.as_ref().map_or(Share::NONE, |one| one.what.share),
            _ => Share::NONE,
        };
        special.map_or(leased, |special| special.share(device, leased, today)).limit()
    };
    CashRow {
        staff: names.person(staff),
        role,
        held,
        sent: Money::ZERO,
        confirmed: Money::ZERO,
        limit: limits.hold,
        remit_from: limits.remit_from,
        state: CashState::of(held, limits),
        special_until: special
            .and_then(|special| special.override_on(today))
            .map(|rule| rule.what.to.to_string()),
        drawers: drawers
            .iter()
            .map(|(device, held)| DrawerRow {
                device: *device,
                number: names.device_number(*device),
                held: *held,
                share: share(*device),
            })
            .collect(),
        last_collection: None,
        last_remittance: None,
        last_close: None,
    }
}

impl<N: Snapshot> Reader<'_, N> {
    /// Cash in hand: everybody who may take cash or holds some, the most first.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn cash(&mut self, asked: &Asked) -> Result<List<CashRow>, RowsError> {
        let paging = asked.paging()?;
        let slice = self.cash_from(asked, paging.offset(), paging.per_page).await?;
        self.page_of(slice, paging.page, paging.per_page).await
    }

    /// The same from an offset on, without the page around it.
    ///
    /// # Errors
    /// Not askable like this, or those of the store.
    pub async fn cash_from(
        &mut self,
        asked: &Asked,
        offset: u64,
        limit: u32,
    ) -> Result<Slice<CashRow>, RowsError> {
        let mut slice = self.cash_in_hand(asked).await?;
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        slice.rows = slice.rows.into_iter().skip(skip).take(limit as usize).collect();
        for row in &mut slice.rows {
            let of = |status_not: &[&str]| Filter {
                staff: Some(row.staff.id),
                status_not: status_not.iter().map(|s| (*s).to_owned()).collect(),
                ..Filter::default()
            };
            row.last_collection = self.last(&[PaperKind::Collection], of(&["transfer", "confirmed"])).await?;
            row.last_remittance = self.last(&[PaperKind::Remittance], of(&[])).await?;
            let stands = |status: &str| Filter { status: vec![status.to_owned()], ..of(&[]) };
            row.sent = self.sum(PaperKind::Remittance, stands("sent")).await?;
            let arrived = self.sum(PaperKind::Remittance, stands("confirmed")).await?;
            row.confirmed = self.sum(PaperKind::HandIn, stands("received")).await?.plus(arrived);
            let closed = self.ask(&[PaperKind::DayClose], of(&[]), LATEST, 0, 1).await?;
            row.last_close = self.day_close_rows(closed.rows).await?.pop();
        }
        Ok(slice)
    }

    /// What the papers of a kind come to.
    async fn sum(&mut self, kind: PaperKind, filter: Filter) -> Stored<Money> {
        Ok(self.ask(&[kind], filter, Sort::default(), 0, 0).await?.amount)
    }

    /// Everybody's cash in hand, the most first.
    async fn cash_in_hand(&mut self, asked: &Asked) -> Result<Slice<CashRow>, RowsError> {
        let filter = asked.filter()?;
        let drawers = self.drawers().await?;
        let staff = self.ask(&[PaperKind::Staff], filter, BY_NAME, 0, 10_000).await?.rows;
        let mut wanted = Wanted::default();
        for (owner, parts) in &drawers {
            wanted.staff(*owner);
            for (device, _) in parts {
                wanted.device(*device);
            }
        }
        of_variant!(staff, Staff).for_each(|(id, _)| {
            wanted.staff(StaffId(id)).paper(PaperKey::limits(StaffId(id)));
        });
        let today = business_date(self.now);
        let viewer = self.viewer;
        let names = self.names(wanted).await?;
        let mut rows: Vec<CashRow> = of_variant!(staff, Staff)
            .filter(|(id, _)| viewer.may_see(Scope::Staff(StaffId(*id))))
            .filter_map(|(id, card)| {
                let role = *card.role.value()?;
                let parts = drawers.get(&StaffId(id)).map(Vec::as_slice).unwrap_or_default();
                let shown = role.may_take_cash() || parts.iter().any(|(_, sum)| !sum.is_zero());
                shown.then(|| row(StaffId(id), role, parts, today, &names))
            })
            .collect();
        rows.sort_by(|one, other| {
            other.held.cmp(&one.held).then_with(|| one.staff.name.cmp(&other.staff.name))
        });
        let total = rows.len() as u64;
        Ok(Slice { rows, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_is_to_be_remitted_and_above_twenty_is_over() {
        let cases = [
            (0, CashState::None),
            (1, CashState::Held),
            (999_999, CashState::Held),
            (1_000_000, CashState::Remit),
            (2_000_000, CashState::Remit),
            (2_000_001, CashState::Over),
        ];
        for (fen, state) in cases {
            assert_eq!(CashState::of(Money::fen(fen), Limits::USUAL), state, "{fen}");
        }
    }

    /// S16: a special rule has its own sums.
    #[test]
    fn by_a_special_rule_its_own_sums_count() {
        let limits = Limits { remit_from: Money::yuan(30_000), hold: Money::yuan(50_000) };
        let cases =
            [(2_999_999, CashState::Held), (3_000_000, CashState::Remit), (5_000_001, CashState::Over)];
        for (fen, state) in cases {
            assert_eq!(CashState::of(Money::fen(fen), limits), state, "{fen}");
        }
    }
}
