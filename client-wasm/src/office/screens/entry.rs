//! A feed entry in words: what was done, what became of it.
//!
//! Floor: office/screens. This module must not know where an entry is shown.

use leptos::prelude::*;

use super::card::field_name;
use super::cells::nothing;
use crate::office::api::standing::FeedEntry;
use crate::ui::{Fate, format, t, words};

/// 拜访, 订单 DH-07-0044, 收现金 1,960.00
pub(super) fn title(entry: &FeedEntry) -> String {
    let gist = &entry.summary;
    let means = gist.means.as_deref().unwrap_or_default();
    let key = match (entry.kind.as_str(), means) {
        ("collected", "transfer") => "did-collected-transfer".to_owned(),
        (kind, _) => format!("did-{kind}"),
    };
    let did = t!(&key);
    let did = if did == key { entry.kind.clone() } else { did };
    let money_first = matches!(entry.kind.as_str(), "collected" | "remitted");
    let detail = match (&gist.number, gist.amount) {
        (_, Some(amount)) if money_first => format::sum(amount),
        (Some(number), _) => number.clone(),
        _ => String::new(),
    };
    format!("{did} {detail}").trim_end().to_owned()
}

/// The quiet line below: what the title leaves out.
pub(super) fn line(entry: &FeedEntry) -> String {
    let gist = &entry.summary;
    let money_first = matches!(entry.kind.as_str(), "collected" | "remitted");
    let mut parts = Vec::new();
    if money_first {
        parts.extend(gist.number.clone());
    } else {
        parts.extend(gist.amount.map(|amount| t!("unit-yuan", amount = format::sum(amount))));
    }
    let text = gist.text.as_deref().filter(|text| !text.is_empty());
    parts.extend(text.map(|text| in_words(&entry.kind, text)));
    parts.join(" · ")
}

/// The feed names fields and stamps by their codes; people read their names.
fn in_words(kind: &str, text: &str) -> String {
    match kind {
        "card-field-set" => field_name(text),
        "personal-field-set" => t!(&format!("personal-{text}")),
        "order-stamped" => t!(&format!("orders-state-{text}")),
        _ => text.to_owned(),
    }
}

/// What became of it.
pub(super) fn fate(entry: &FeedEntry) -> Fate {
    match entry.verdict.as_str() {
        "held" => Fate::Held,
        "findings" => Fate::Finding,
        _ if !entry.findings.is_empty() || entry.withheld => Fate::Finding,
        _ => Fate::Applied,
    }
}

/// Who, and by which phone.
pub(super) fn author(entry: &FeedEntry) -> String {
    entry.staff.as_ref().map_or_else(nothing, |staff| staff.name.clone())
}

/// 07 号机, or the office's own log.
pub(super) fn device(entry: &FeedEntry) -> String {
    match entry.device_number {
        Some(number) if number > 0 => t!("devices-number", number = format!("{number:02}")),
        _ => t!("devices-office"),
    }
}

/// The kinds of the feed, to narrow it.
pub(super) fn kinds() -> Vec<&'static str> {
    vec![
        "visit-recorded",
        "order-taken",
        "order-stamped",
        "collected",
        "remitted",
        "reversed",
        "customer-created",
        "card-field-set",
        "personal-field-set",
        "contact-added",
        "contact-removed",
        "owner-set",
        "held-decided",
        "taken-on-behalf",
        "resubmitted",
        "product-set",
        "price-list-issued",
        "company-account-opened",
        "company-account-closed",
        "share-moved",
        "lost-phone-settled",
        "limit-overridden",
        "violation-raised",
        "violation-stamped",
        "cash-handed-in",
        "hand-in-stamped",
        "day-closed",
        "month-closed",
        "month-stamped",
        "month-line-explained",
        "money-confirmed",
        "confirmation-withdrawn",
        "statement-imported",
        "line-set-aside",
        "mapping-saved",
        "staff-joined",
        "staff-role-set",
        "device-enrolled",
        "device-revoked",
    ]
}

/// What happened long before it was received is said so.
pub(super) fn delay(entry: &FeedEntry) -> Option<String> {
    const WORTH_SAYING_MS: i64 = 10 * 60_000;
    let (happened, heard) = (entry.happened(), entry.heard());
    (heard.0 - happened.0 > WORTH_SAYING_MS)
        .then(|| t!("feed-happened-at", time = format::recent(heard.0, happened.0)))
}

/// The one line of the side feed.
pub(super) fn side(entry: &FeedEntry) -> AnyView {
    let customer = entry.customer.as_ref().map(|customer| customer.name.clone());
    let below = [customer, Some(line(entry)), delay(entry)]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let mark = match fate(entry) {
        Fate::Applied => None,
        other => Some(crate::ui::fate_badge(other)),
    };
    view! {
        <li>
            <time>{entry.heard().short()}</time>
            <div>
                <b>{author(entry)}</b>" "{title(entry)}" "{mark}
                <span class="sub faint tiny blk">{below}</span>
            </div>
        </li>
    }
    .into_any()
}

/// Why it is held, or what came to light, each a sentence.
pub(super) fn sentences(entry: &FeedEntry) -> Vec<String> {
    let family = if entry.reason.is_some() { "refusal" } else { "finding" };
    entry
        .reason
        .iter()
        .chain(&entry.findings)
        .map(
            |said| {
                if said.text.is_empty() { words::of_code(family, &said.code, &[]) } else { said.text.clone() }
            },
        )
        .collect()
}
