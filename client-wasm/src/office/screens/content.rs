//! What somebody wrote, as a person reads it: words for its fields, names instead of ids, sums with their commas.
//!
//! Floor: office/screens. This module must not know where it is shown.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde_json::Value;
use sync_core::unit::{Money, Place};

use super::card::degrees;
use super::cells::pair;
use crate::office::api::papers::ProductRow;
use crate::office::fetched::fetched_whole;
use crate::ui::{format, pairs, t};

/// What a product is called, and in what it is counted.
#[derive(Clone, Debug, PartialEq)]
struct Named {
    name: String,
    unit: String,
}

type Names = BTreeMap<String, Named>;

/// Ids, hashes and keys: they say nothing to a person, or stand above already.
const UNTOLD: [&str; 25] = [
    "op",
    "customer",
    "price_list",
    "replaces",
    "over",
    "order",
    "account",
    "owner",
    "staff",
    "device",
    "key",
    "author",
    "change",
    "personal",
    "held",
    "list",
    "product",
    "of",
    "at",
    "drawers",
    "papers",
    "confirmation",
    "file",
    "layout",
    "line",
];

/// What was written, with the names of products instead of their ids; other ids say nothing to a person.
#[component]
pub(super) fn Content(
    content: Value,
    /// The number on the paper, instead of the count that was written.
    number: Option<String>,
    /// The sum on it, below the lines that make it.
    amount: Option<Money>,
) -> impl IntoView {
    let products = fetched_whole::<ProductRow>(|| "/products".to_owned());
    let names = crate::ui::kept(move || {
        products.shown.with(|listed| {
            let rows = listed.iter().flat_map(|listed| &listed.rows);
            rows.map(|row| {
                let name = format!("{} {}", row.name, row.specification);
                (row.id.clone(), Named { name, unit: row.unit.clone() })
            })
            .collect::<Names>()
        })
    });
    move || {
        let names = names.get();
        let said = content.as_object()?;
        let counted = |key: &str| number.is_some() && matches!(key, "number" | "receipt");
        let mut entries = Vec::new();
        entries.extend(number.clone().map(|number| (content_name("number"), number.into_any())));
        for (key, value) in said.iter().filter(|(key, value)| is_told(key, value) && !counted(key)) {
            entries.push((content_name(key), told(key, value, &names)));
            if let (Some(amount), "lines") = (amount, key.as_str()) {
                entries.push(pair("col-total", t!("unit-yuan", amount = format::sum(amount))));
            }
        }
        Some(pairs(false, entries))
    }
}

/// Ids and empty places say nothing to a person.
fn is_told(key: &str, value: &Value) -> bool {
    let empty = value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty);
    !UNTOLD.contains(&key) && !empty
}

fn content_name(key: &str) -> String {
    let named = format!("content-{}", key.replace('_', "-"));
    let said = t!(&named);
    if said == named { key.to_owned() } else { said }
}

fn told(key: &str, value: &Value, names: &Names) -> AnyView {
    match key {
        // Which entry it corrects is named by an id, which says nothing to a person.
        "corrects" | "addition" => t!("waiting-corrects").into_any(),
        // A picture is named by its hash; the paper shows it once it counts.
        "photos" | "slip" | "photo" => {
            let count = value.as_array().map_or(1, Vec::len);
            t!("content-pictures", count = count).into_any()
        }
        "place" => place(value).into_any(),
        "amount" | "share" | "drawer" | "counted" | "hold" | "held" | "remit_from" => {
            t!("unit-yuan", amount = plain(value, names)).into_any()
        }
        "number" => value.as_str().map_or_else(|| value.to_string(), str::to_owned).into_any(),
        _ => lines(value, names),
    }
}

fn place(value: &Value) -> String {
    let Ok(place) = serde_json::from_value::<Place>(value.clone()) else { return value_words(value) };
    t!(
        "visits-place",
        latitude = degrees(place.latitude),
        longitude = degrees(place.longitude),
        accuracy = place.accuracy_m
    )
}

fn lines(value: &Value, names: &Names) -> AnyView {
    match value {
        Value::Array(parts) => parts
            .iter()
            .map(|part| view! { <span class="blk">{plain(part, names)}</span> })
            .collect_view()
            .into_any(),
        other => plain(other, names).into_any(),
    }
}

/// A value of a field, without names of anything.
pub(super) fn value_words(value: &Value) -> String {
    plain(value, &Names::new())
}

fn plain(value: &Value, names: &Names) -> String {
    match value {
        Value::String(text) => names.get(text).map_or_else(|| in_words(text), |named| named.name.clone()),
        Value::Array(parts) => {
            parts.iter().map(|part| plain(part, names)).collect::<Vec<_>>().join(&t!("list-colon"))
        }
        Value::Object(parts) => {
            match (parts.get("product"), parts.get("quantity"), parts.get("price"), parts.get("total")) {
                (Some(product), Some(quantity), Some(price), Some(total)) => t!(
                    "waiting-line",
                    product = plain(product, names),
                    quantity = plain(quantity, names),
                    unit =
                        product.as_str().and_then(|id| names.get(id)).map_or("", |named| named.unit.as_str()),
                    price = plain(price, names),
                    total = plain(total, names)
                ),
                _ => parts
                    .iter()
                    .filter(|(key, value)| key.as_str() != "type" && is_told(key, value))
                    .map(|(_, value)| plain(value, names))
                    .collect::<Vec<_>>()
                    .join(" "),
            }
        }
        other => other.to_string(),
    }
}

/// The code of a field or stage as people call it, a day and a sum as they write them; other words as they stand.
fn in_words(text: &str) -> String {
    if let Some(day) = format::typed_day(text) {
        return format::full_day(day);
    }
    if let Some(sum) = grouped(text) {
        return sum;
    }
    ["card", "personal", "stage", "organisation", "purpose", "orders-state", "content-means", "role"]
        .iter()
        .map(|family| format!("{family}-{text}"))
        .find_map(|key| Some(t!(&key)).filter(|said| *said != key))
        .unwrap_or_else(|| text.to_owned())
}

/// A sum or a price with its commas: `1,295.00`; `None` for what is neither.
fn grouped(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || !(2..=4).contains(&part.len()) {
        return None;
    }
    let groups: Vec<&str> = (0..whole.len().div_ceil(3))
        .rev()
        .map(|group| {
            let end = whole.len() - group * 3;
            &whole[end.saturating_sub(3)..end]
        })
        .collect();
    Some(format!("{}.{part}", groups.join(",")))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_sum_has_its_commas_and_other_words_are_left_alone() {
        assert_eq!(grouped("1295.00").as_deref(), Some("1,295.00"));
        assert_eq!(grouped("1234567.2500").as_deref(), Some("1,234,567.2500"));
        assert_eq!(grouped("68.50").as_deref(), Some("68.50"));
        for other in ["0951-5550108", "v1.2.3", "3.5", "", "1.", "V2.00"] {
            assert_eq!(grouped(other), None, "{other}");
        }
    }
}
