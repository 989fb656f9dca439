//! The customer card's fields in words.
//!
//! Floor: office/screens. This module must not know where a field is shown.

use serde::Serialize;
use sync_core::domain::customer::FieldValue;

use super::cells::nothing;
use crate::ui::{format, t};

/// What a field is called (S92).
pub(super) fn field_name(field: &str) -> String {
    t!(&format!("card-{field}"))
}

/// A stage, as the list names it.
pub(super) fn stage_name(stage: &str) -> String {
    if stage.is_empty() { nothing() } else { t!(&format!("stage-{stage}")) }
}

fn code(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A value as people read it; empty where the field was cleared.
pub(super) fn value_words(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.to_string(),
        FieldValue::Date(date) => format::full_day(date.0),
        FieldValue::Count(count) => t!("unit-people", count = *count),
        FieldValue::Money(money) => t!("unit-yuan", amount = format::sum(*money)),
        FieldValue::Place(place) => format!("{}, {}", degrees(place.latitude), degrees(place.longitude)),
        FieldValue::Organisation(organisation) => t!(&format!("organisation-{}", code(organisation))),
        FieldValue::Stage(stage) => stage_name(&code(stage)),
    }
}

/// # Units
/// `tenth_micro` in 1e-7 degrees; shown with five decimals, about a metre.
pub(super) fn degrees(tenth_micro: i32) -> String {
    let (whole, part) = (tenth_micro.unsigned_abs() / 10_000_000, tenth_micro.unsigned_abs() % 10_000_000);
    let sign = if tenth_micro < 0 { "-" } else { "" };
    format!("{sign}{whole}.{:05}°", part / 100)
}

#[cfg(test)]
mod tests {
    use super::degrees;

    #[test]
    fn degrees_keep_their_sign_and_their_zeros() {
        assert_eq!(degrees(384_872_010), "38.48720°");
        assert_eq!(degrees(-5_000_000), "-0.50000°");
    }
}
