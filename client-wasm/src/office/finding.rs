//! What is typed into the top bar: a number on paper leads straight to its list, anything else to the search page.
//!
//! Floor: office. This module must not draw anything.

use super::place::Place;

/// The list that shows a number as it stands on paper: `SK-12-0069` or `DH-07-0060`, in any case.
fn list_of(words: &str) -> Option<&'static str> {
    let upper = words.to_uppercase();
    let mut parts = upper.split('-');
    let list = match parts.next()? {
        "DH" => "orders",
        "SK" => "collections",
        _ => return None,
    };
    let figures = |part: Option<&str>| part.is_some_and(|part| part.parse::<u32>().is_ok());
    (figures(parts.next()) && figures(parts.next()) && parts.next().is_none()).then_some(list)
}

/// The address of where such a thing stands; `None` where nothing was typed.
pub(super) fn address(words: &str) -> Option<String> {
    let words = words.trim();
    let path = list_of(words).unwrap_or("search").to_owned();
    let settings = vec![("q".to_owned(), words.to_owned())];
    (!words.is_empty()).then(|| Place { path, settings }.address())
}

#[cfg(test)]
mod tests {
    use super::list_of;

    #[test]
    fn a_number_on_paper_leads_to_its_list() {
        assert_eq!(list_of("sk-12-0069"), Some("collections"));
        assert_eq!(list_of("DH-07-60"), Some("orders"));
        for other in ["德顺粮油", "SK-12", "DH-07-00-1", "DH-xx-1"] {
            assert_eq!(list_of(other), None, "{other}");
        }
    }
}
