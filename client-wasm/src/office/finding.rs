//! What is typed into the top bar: a number on paper leads straight to its list, anything else to the search page.
//!
//! Floor: office. This module must not draw anything.

use leptos::task::spawn_local;

use super::api;
use super::api::papers::Listed;
use super::api::people::DeviceRow;
use super::place::{self, Place};

/// A number as it stands on receipts and orders: which list, which phone, the how-manieth there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PaperNumber {
    list: &'static str,
    phone: u32,
    count: String,
}

impl PaperNumber {
    /// `SK-12-0069` or `DH-07-0060`, in any case.
    fn read(words: &str) -> Option<Self> {
        let upper = words.to_uppercase();
        let mut parts = upper.split('-');
        let list = match parts.next()? {
            "DH" => "orders",
            "SK" => "collections",
            _ => return None,
        };
        let phone = parts.next()?.parse().ok()?;
        let count: u32 = parts.next()?.parse().ok()?;
        Some(Self { list, phone, count: format!("{count:04}") })
    }
}

/// Leads to where such a thing stands.
pub(super) fn find(words: &str) {
    let words = words.trim().to_owned();
    if words.is_empty() {
        return;
    }
    let Some(number) = PaperNumber::read(&words) else {
        go("search", &words, String::new());
        return;
    };
    spawn_local(async move {
        let path = format!("/devices?q={}&per_page=200", number.phone);
        let phones = api::get::<Listed<DeviceRow>>(&path).await;
        // Whoever may not see phones finds the number among everybody's.
        let rows = phones.map(|phones| phones.rows).unwrap_or_default();
        let phone = rows.into_iter().find(|phone| phone.number == number.phone);
        go(number.list, &number.count, phone.map(|phone| phone.staff.id).unwrap_or_default());
    });
}

fn go(path: &str, words: &str, staff: String) {
    let place = Place {
        path: path.to_owned(),
        settings: vec![("q".to_owned(), words.to_owned()), ("staff".to_owned(), staff)],
    };
    place::go(&place.address());
}

#[cfg(test)]
mod tests {
    use super::PaperNumber;

    #[test]
    fn a_number_on_paper_names_its_list_its_phone_and_its_count() {
        let read = |words| PaperNumber::read(words).map(|number| (number.list, number.phone, number.count));
        assert_eq!(read("sk-12-0069"), Some(("collections", 12, "0069".to_owned())));
        assert_eq!(read("DH-07-60"), Some(("orders", 7, "0060".to_owned())));
        assert_eq!(read("德顺粮油"), None);
        assert_eq!(read("SK-12"), None);
    }
}
