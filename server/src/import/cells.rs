//! What stands in a cell, read as what the column takes.
//!
//! Floor: beside the columns.

use chrono::NaiveDate;
use sync_core::{locale::Texts, time::BusinessDate};

use super::fault::Why;

/// A date as people write it: 2026-11-01, 2026/11/1, 2026.11.1, 2026年11月1日, 20261101; a year alone is its first day.
pub(super) fn date(cell: &str) -> Result<BusinessDate, Why> {
    let parts: Vec<&str> =
        cell.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().map_err(|_| Why::NotADate);
    let (year, month, day) = match parts.as_slice() {
        [whole] if whole.len() == 8 => (number(&whole[..4])?, number(&whole[4..6])?, number(&whole[6..])?),
        [year] if year.len() == 4 => (number(year)?, 1, 1),
        [year, month] if year.len() == 4 => (number(year)?, number(month)?, 1),
        [year, month, day] if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        _ => return Err(Why::NotADate),
    };
    let year = i32::try_from(year).map_err(|_| Why::NotADate)?;
    NaiveDate::from_ymd_opt(year, month, day)
        .filter(|_| (1900..=2100).contains(&year))
        .map(BusinessDate)
        .ok_or(Why::NotADate)
}

/// A whole number up to a limit; thousands commas are understood.
pub(super) fn count(cell: &str, most: u32) -> Result<u32, Why> {
    let digits: String = cell.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    digits.parse::<u32>().ok().filter(|count| *count <= most).ok_or(Why::NotACount { most })
}

/// One of several things by its code, or by its word in either language.
pub(super) fn choice<T: Copy>(
    cell: &str,
    prefix: &str,
    all: &[(T, &str)],
    texts: &[Texts; 2],
) -> Result<T, Why> {
    let word = |texts: &Texts, code: &str| texts.text(&format!("{prefix}-{code}"), &[]);
    let found = all.iter().find(|(_, code)| {
        code.eq_ignore_ascii_case(cell)
            || texts.iter().any(|texts| word(texts, code).eq_ignore_ascii_case(cell))
    });
    found.map(|(thing, _)| *thing).ok_or_else(|| Why::NotOneOf {
        choices: all
            .iter()
            .map(|(_, code)| format!("{} / {}", word(&texts[0], code), word(&texts[1], code)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_as_people_write_it() {
        for text in ["2026-11-01", "2026/11/1", "2026.11.1", "2026年11月1日", "20261101"] {
            assert_eq!(date(text).map(|day| day.to_string()), Ok("2026-11-01".to_owned()), "{text}");
        }
        assert_eq!(date("2008").map(|day| day.to_string()), Ok("2008-01-01".to_owned()));
        for text in ["", "明天", "2026-13-01", "01/11/2026", "0001-01-01"] {
            assert_eq!(date(text), Err(Why::NotADate), "{text}");
        }
    }

    #[test]
    fn a_count_has_a_limit() {
        assert_eq!(count("1,200", 5_000), Ok(1_200));
        assert_eq!(count("-1", 5), Err(Why::NotACount { most: 5 }));
        assert_eq!(count("6", 5), Err(Why::NotACount { most: 5 }));
    }
}
