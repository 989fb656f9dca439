//! What needs a person, gathered from the lists: money above the limit, held changes, conflicts, cash to remit, late phones.
//!
//! Floor: office/screens, below `home`. This module must not decide what is an exception: the server's rows say so.

use super::card::field_name;
use super::held::{kind_name, reason};
use crate::office::api::At;
use crate::office::api::limits::ViolationRow;
use crate::office::api::people::{CashRow, CashState, DeviceRow};
use crate::office::api::standing::{ConflictRow, HeldRow};
use crate::ui::{Icon, Tone, format, t};

/// Why something needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ground {
    /// A violation (违规) that a head or finance has still to stamp.
    Violation,
    /// A drawer above the limit.
    Over,
    /// A phone whose log splits, or goes back to an old state.
    Log,
    /// A held change.
    Held,
    /// Two values in one field.
    Conflict,
    /// Cash that must be remitted.
    Remit,
    /// A phone not heard of today.
    Late,
}

impl Ground {
    pub(super) const ALL: [Self; 7] =
        [Self::Violation, Self::Over, Self::Log, Self::Held, Self::Conflict, Self::Remit, Self::Late];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Over => "over",
            Self::Held => "held",
            Self::Conflict => "conflict",
            Self::Remit => "remit",
            Self::Late => "late",
            Self::Log => "log",
        }
    }

    pub(super) fn word(self) -> String {
        t!(&format!("matter-{}", self.code()))
    }

    pub(super) const fn look(self) -> (Tone, Icon) {
        match self {
            Self::Over => (Tone::Danger, Icon::Warn),
            Self::Held => (Tone::Held, Icon::Hold),
            Self::Conflict => (Tone::Finding, Icon::Swap),
            Self::Remit => (Tone::Finding, Icon::Cash),
            Self::Late => (Tone::Finding, Icon::Device),
            Self::Violation | Self::Log => (Tone::Danger, Icon::Stop),
        }
    }
}

/// One thing that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matter {
    pub(super) ground: Ground,
    pub(super) title: String,
    pub(super) line: String,
    pub(super) who: String,
    pub(super) since: Option<At>,
    pub(super) href: String,
}

pub(super) fn of_cash(row: &CashRow) -> Option<Matter> {
    let held = format::sum(row.held);
    let (ground, title) = match row.state {
        CashState::Over => (
            Ground::Over,
            t!("matter-over-title", held = held, over = format::sum(row.held.minus(row.limit))),
        ),
        CashState::Remit => {
            (Ground::Remit, t!("matter-remit-title", held = held, from = format::sum(row.remit_from)))
        }
        CashState::Held | CashState::None => return None,
    };
    let remitted = row
        .last_remittance
        .map_or_else(|| t!("matter-never-remitted"), |at| t!("matter-last-remitted", time = at.recent()));
    Some(Matter {
        ground,
        title,
        line: remitted,
        who: row.staff.name.clone(),
        since: row.last_collection,
        href: format!("#/cash?status={}", ground.code()),
    })
}

pub(super) fn of_violation(row: &ViolationRow) -> Matter {
    let kind = t!(&format!("violations-kind-{}", row.kind));
    Matter {
        ground: Ground::Violation,
        title: t!("matter-violation-title", what = kind, amount = format::sum(row.amount)),
        line: t!(&format!("violations-state-{}", row.status)),
        who: row.staff.name.clone(),
        since: Some(row.at),
        href: format!("#/violations?open={}", row.id),
    }
}

pub(super) fn of_held(row: &HeldRow) -> Matter {
    let customer = row.customer.as_ref().map(|customer| format!(" · {}", customer.name)).unwrap_or_default();
    Matter {
        ground: Ground::Held,
        title: format!("{}{customer}", kind_name(&row.kind)),
        line: reason(row),
        who: row.by.name.clone(),
        since: Some(row.at),
        href: format!("#/held?open={}", row.id),
    }
}

/// What has to be chosen is among what is held already.
pub(super) fn of_conflict(row: &ConflictRow) -> Option<Matter> {
    row.waits.is_none().then(|| Matter {
        ground: Ground::Conflict,
        title: t!("matter-conflict-title", customer = &row.customer.name, field = field_name(&row.field)),
        line: t!("matter-conflict-line"),
        who: row.shown.by.name.clone(),
        since: Some(row.shown.at),
        href: "#/conflicts".to_owned(),
    })
}

pub(super) fn of_device(row: &DeviceRow) -> Option<Matter> {
    let number = t!("devices-number", number = format!("{:02}", row.number));
    if let Some(trouble) = row.trouble.as_ref().filter(|trouble| !trouble.passes()) {
        let word = t!(&format!("trouble-{}", trouble.code));
        return Some(Matter {
            ground: Ground::Log,
            title: t!("matter-log-title", device = number, what = word),
            line: t!("matter-log-line", seq = trouble.seq, count = row.aside),
            who: row.staff.name.clone(),
            since: Some(trouble.since),
            href: format!("#/devices?status=trouble&open={}", row.id),
        });
    }
    if !row.is_late() {
        return None;
    }
    let title = match row.last_seen {
        Some(seen) => t!("matter-late-title", device = number, age = seen.age()),
        None => t!("matter-late-never", device = number),
    };
    let cash = row.declared_cash.map_or_else(super::cells::nothing, format::sum);
    Some(Matter {
        ground: Ground::Late,
        title,
        line: t!("matter-late-line", count = row.unsent.unwrap_or_default(), cash = cash),
        who: row.staff.name.clone(),
        since: row.last_seen,
        href: format!("#/devices?q={}&open={}", row.number, row.id),
    })
}
