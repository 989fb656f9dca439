//! Sums in Chinese capitals (人民币大写), as receipts must carry them.

use super::Money;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];

/// The sum in capitals, with 整 after whole yuan or whole jiao.
///
/// # Example
/// ```
/// use sync_core::unit::{Money, capitals};
/// assert_eq!(capitals(Money::fen(280_000)), "贰仟捌佰元整");
/// assert_eq!(capitals(Money::fen(1_000_050_05)), "壹佰万零伍拾元零伍分");
/// ```
pub fn capitals(money: Money) -> String {
    let fen = money.as_fen().unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut out = String::new();
    if money < Money::ZERO {
        out.push('负');
    }
    if yuan > 0 {
        out.push_str(&whole(yuan));
        out.push('元');
    }
    match (jiao, fen) {
        (0, 0) if yuan == 0 => out.push_str("零元整"),
        (0, 0) => out.push('整'),
        (j, 0) => {
            out.push_str(DIGITS[usize::try_from(j).unwrap_or(0)]);
            out.push_str("角整");
        }
        (j, f) => {
            if j > 0 {
                out.push_str(DIGITS[usize::try_from(j).unwrap_or(0)]);
                out.push('角');
            } else if yuan > 0 {
                out.push('零');
            }
            out.push_str(DIGITS[usize::try_from(f).unwrap_or(0)]);
            out.push('分');
        }
    }
    out
}

/// A whole number above zero in capitals: groups of four digits, one 零 for each run of zeros inside.
fn whole(number: u64) -> String {
    let groups: Vec<u64> = std::iter::successors(Some(number), |n| (*n >= 10_000).then_some(n / 10_000))
        .map(|n| n % 10_000)
        .collect();
    let mut out = String::new();
    let mut zero_due = false;
    for (index, &group) in groups.iter().enumerate().rev() {
        if group == 0 {
            zero_due = !out.is_empty();
            continue;
        }
        if !out.is_empty() && (zero_due || group < 1000) {
            out.push('零');
        }
        zero_due = false;
        out.push_str(&four_digits(group));
        out.push_str(GROUPS[index]);
    }
    out
}

fn four_digits(group: u64) -> String {
    let mut out = String::new();
    let mut zero_due = false;
    for place in (0..4u32).rev() {
        let digit = usize::try_from(group / 10u64.pow(place) % 10).unwrap_or(0);
        if digit == 0 {
            zero_due = !out.is_empty();
            continue;
        }
        if zero_due {
            out.push('零');
            zero_due = false;
        }
        out.push_str(DIGITS[digit]);
        out.push_str(PLACES[place as usize]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_as_a_bank_accepts_them() {
        let cases = [
            (0, "零元整"),
            (1, "壹分"),
            (10, "壹角整"),
            (105, "壹元零伍分"),
            (150, "壹元伍角整"),
            (1_001, "壹拾元零壹分"),
            (100_000, "壹仟元整"),
            (100_100, "壹仟零壹元整"),
            (999_999, "玖仟玖佰玖拾玖元玖角玖分"),
            (1_000_000, "壹万元整"),
            (1_010_000, "壹万零壹佰元整"),
            (2_000_001, "贰万元零壹分"),
            (10_000_100, "壹拾万零壹元整"),
            (1_680_032_500, "壹仟陆佰捌拾万零叁佰贰拾伍元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_010_000, "壹亿零壹佰元整"),
            (99_999_999_999, "玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
            (-280_000, "负贰仟捌佰元整"),
        ];
        for (fen, text) in cases {
            assert_eq!(capitals(Money::fen(fen)), text, "{fen}");
        }
    }
}
