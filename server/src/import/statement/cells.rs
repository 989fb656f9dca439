//! One cell of a statement, as banks write it: words, a sum with its sign, a day, and what is no line at all.
//!
//! Floor: import, below `statement`. Must not know which column a cell stands in.

use sync_core::{
    time::BusinessDate,
    unit::{Amount, Money, Text},
};

use crate::import::{cells, fault::Why};

/// How the cells of a row begin that is a sum of others.
const SUMS: [&str; 5] = ["合计", "总计", "小计", "本页", "累计"];
/// Of what stretch a bank adds up, before such a word.
const STRETCHES: [&str; 6] = ["", "本日", "本月", "本季", "本年", "本页"];

/// The words of a cell, without the signs that nobody sees.
pub(super) fn seen(cell: &str) -> String {
    let seen: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    seen.trim().to_owned()
}

/// The words of a cell as far as they are kept, with a mark where they were longer; and whether they were.
pub(super) fn kept<const MOST: usize>(cell: &str) -> (Text<0, MOST>, bool) {
    let words = seen(cell);
    if let Ok(whole) = Text::new(&words) {
        return (whole, false);
    }
    let mut cut: String = words.chars().take(MOST - 1).collect();
    cut.push('…');
    (Text::new(&cut).expect("as many letters as are kept, and none that is unseen"), true)
}

/// A sum of a statement: empty is nothing, and one below nothing is one that went out. A minus stands before it, or behind,
/// or is the brackets that bookkeepers write.
pub(super) fn signed(cell: &str) -> Result<Money, Why> {
    let cell: String = cell
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '¥' | '￥'))
        .map(|c| match c {
            '－' | '−' | '–' | '—' | '﹣' => '-',
            '＋' => '+',
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect();
    let cell = cell.trim_start_matches('+').trim_end_matches('元');
    if cell.trim_matches('-').is_empty() {
        return Ok(Money::ZERO);
    }
    let bracketed = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let minus = bracketed.or_else(|| cell.strip_prefix('-')).or_else(|| cell.strip_suffix('-'));
    let figures = minus.unwrap_or(cell);
    if figures.chars().all(|c| matches!(c, '0' | '０' | '.' | ',')) {
        return Ok(Money::ZERO);
    }
    let money = Amount::typed(figures).map_err(Why::Amount)?.money();
    Ok(if minus.is_some() { money.negated() } else { money })
}

/// Whether a cell speaks of a sum, whatever else it says.
pub(super) fn speaks_of_a_sum(cell: &str) -> bool {
    SUMS.iter().any(|word| cell.contains(word))
}

/// Whether a cell names a sum and nothing else: 本月合计.
pub(super) fn is_named_sum(cell: &str) -> bool {
    let plain: String = cell.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：')).collect();
    SUMS.iter().any(|word| plain.strip_suffix(word).is_some_and(|stretch| STRETCHES.contains(&stretch)))
}

/// The day in a cell that may hold the time of day as well, and nothing else: a month alone is the head of a sum.
pub(super) fn booked_on(cell: &str) -> Result<BusinessDate, Why> {
    const BETWEEN: &str = "-/.:：年月日时分秒TZ+";
    if !cell.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || BETWEEN.contains(c)) {
        return Err(Why::NotADate);
    }
    let day = cell.split_whitespace().next().unwrap_or_default();
    let day = day.split('T').next().unwrap_or_default();
    let run = day.chars().take_while(char::is_ascii_digit).count();
    let parts = day.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    if run < 8 && parts < 3 {
        return Err(Why::NotADate);
    }
    cells::date(if run >= 8 { &day[..8] } else { day })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_read_as_banks_write_it() {
        let fen = |cell: &str| signed(cell).map(Money::as_fen).ok();
        for minus in
            ["-1,234.00", "－1,234.00", "−1234", "(1,234.00)", "（1,234.00）", "1,234.00-", "-¥1,234.00"]
        {
            assert_eq!(fen(minus), Some(-123_400), "{minus}");
        }
        for plus in ["+1,234.00", "１，２３４．００", "￥ 1,234.00", "1234元"] {
            assert_eq!(fen(plus), Some(123_400), "{plus}");
        }
        for nothing in ["", "-", "--", "—", "0.00", "(0.00)", "-0"] {
            assert_eq!(fen(nothing), Some(0), "{nothing}");
        }
        for none in ["一百", "(12", "1-2", "--5", "((5))"] {
            assert_eq!(fen(none), None, "{none}");
        }
    }
}
