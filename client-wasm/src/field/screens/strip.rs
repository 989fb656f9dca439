//! What the strip shows: contact, the unsent and their age, what is held, cash in hand.
//!
//! Floor: screens. This module must not draw; the frame does.

use leptos::prelude::*;
use sync_core::{
    domain::cash::Limits,
    replica::Replica,
    time::{Timestamp, business_date},
    unit::Money,
};

use super::{look, parts};
use crate::{
    field::{
        app::{Field, Phase},
        texts::ms,
    },
    ui::{CashLevel, Contact, Kept, StripState, format, kept},
};

const DAY_MS: i64 = 86_400_000;
/// From so many days without contact on the strip says so.
const LOST_AFTER_DAYS: i64 = 2;

/// Where cash stands against its two lines. Source: S14, S15.
pub(crate) fn cash_level(held: Money, limits: Limits) -> CashLevel {
    if held > limits.hold {
        CashLevel::Over
    } else if held >= limits.remit_from {
        CashLevel::Soon
    } else {
        CashLevel::Fine
    }
}

fn age(now: i64, oldest: Option<Timestamp>) -> String {
    oldest.map(|oldest| format::age(now, ms(oldest))).unwrap_or_default()
}

fn overdue(now: i64, oldest: Option<Timestamp>) -> bool {
    oldest.is_some_and(|oldest| now - ms(oldest) >= DAY_MS)
}

/// The state of the strip, as it changes.
pub(crate) fn strip_state(field: Field) -> Kept<StripState> {
    let (phase, link, backlog, now) = (field.phase(), field.link(), field.backlog(), parts::now());
    kept(move || {
        if matches!(phase.get(), Phase::Loading | Phase::SignedOut | Phase::Stopped) {
            return StripState::default();
        }
        let (backlog, link, now) = (backlog.get(), link.get(), now.get());
        if phase.get() == Phase::Locked {
            // What a locked phone delivers is counted off.
            field.read(|_| ());
            let door = field.door();
            return StripState {
                contact: Contact::Locked,
                unsent: u32::try_from(door.unsent).unwrap_or(u32::MAX),
                oldest: age(now, door.oldest),
                overdue: overdue(now, door.oldest),
                cash: door.cash.map(|cash| (cash, cash_level(cash, door.limits()))),
                ..StripState::default()
            };
        }
        let ((held, closed), cash) = field.read(|book: &Replica| {
            let today = business_date(field.now());
            let level = || cash_level(book.cash_in_all(), book.limits(today));
            let cash = look::may_take_cash(book, field.now()).then(|| (book.cash_in_all(), level()));
            (look::held_here(book), cash)
        });
        let unsent = u32::try_from(backlog.unsent).unwrap_or(u32::MAX);
        let silent_days = link.last_contact.map_or(0, |last| (now - ms(last)).max(0) / DAY_MS);
        let contact = match &link.sending {
            // On a line that has just broken nothing is on its way until something is heard.
            Some(range) if link.online => {
                let sent = u32::try_from(range.clone().count()).unwrap_or(u32::MAX);
                Contact::Sending { sent: sent.min(unsent.max(1)), total: unsent.max(1) }
            }
            _ if link.needs_sign_in => Contact::SignIn,
            _ if !link.online && silent_days >= LOST_AFTER_DAYS => {
                Contact::Lost { days: u32::try_from(silent_days).unwrap_or(u32::MAX) }
            }
            _ if link.online && !link.heard => Contact::Connecting,
            _ if link.online => Contact::Online,
            _ => Contact::Offline,
        };
        StripState {
            contact,
            unsent,
            oldest: age(now, backlog.oldest),
            overdue: overdue(now, backlog.oldest),
            photos: link.photos_waiting,
            held: u32::try_from(held.len()).unwrap_or(u32::MAX),
            closed: closed > 0,
            cash,
        }
    })
}
