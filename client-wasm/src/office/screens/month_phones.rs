//! The phones that are not in: what one of them says of itself, the same on the screen and on paper (S17).
//!
//! Floor: office/screens, below `month_gates` and `month_paper`. This module must not know how a row is drawn.

use super::cells::nothing;
use crate::office::api::At;
use crate::office::api::month::MissingPhone;
use crate::ui::{format, t};

/// So many letters of a link tell one log from another.
const LINK_SHOWN: usize = 12;

/// The words of one phone's row, in its order.
pub(super) struct PhoneWords {
    /// Whose it is.
    pub(super) who: String,
    /// `07 号机`
    pub(super) number: String,
    /// When it was heard of last.
    pub(super) heard: String,
    /// How far its log is known.
    pub(super) checkpoint: String,
    /// How many changes it had not sent.
    pub(super) unsent: String,
    /// The cash that it said was in the bag.
    pub(super) cash: String,
}

/// What one phone says of itself.
pub(super) fn words_of(phone: &MissingPhone) -> PhoneWords {
    let link: String = phone.link.chars().take(LINK_SHOWN).collect();
    PhoneWords {
        who: phone.staff.name.clone(),
        number: t!("devices-number", number = format!("{:02}", phone.number)),
        heard: phone.heard.map_or_else(|| t!("month-phone-never"), At::full),
        checkpoint: t!("month-phone-checkpoint", seq = phone.seq, link = link),
        unsent: phone.unsent.map_or_else(nothing, |count| count.to_string()),
        cash: phone.declared_cash.map_or_else(nothing, format::sum),
    }
}
