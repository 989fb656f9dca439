//! How alike two names are, as banks and people write them.

use crate::unit::narrow_digit;

/// What banks add to a firm's name or leave out.
const ENDINGS: [&str; 8] =
    ["有限责任公司", "股份有限公司", "有限公司", "公司", "个体工商户", "经营部", "商行", "商店"];

/// A name without what banks write otherwise: full-width forms, spaces, signs, and the firm's legal ending.
pub fn plain_name(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .filter_map(|c| match c {
            'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0),
            c if c.is_alphanumeric() => Some(narrow_digit(c)),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect();
    for ending in ENDINGS {
        if let Some(rest) = plain.strip_suffix(ending)
            && rest.chars().count() >= 2
        {
            plain.truncate(rest.len());
            break;
        }
    }
    plain
}

/// The figures in a text, in their order.
pub fn digits(text: &str) -> String {
    text.chars().map(narrow_digit).filter(char::is_ascii_digit).collect()
}

/// By how many letters two texts differ: put in, left out, exchanged, or two side by side turned round.
pub fn edits(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            let turned = i > 0 && j > 0 && one[i - 1] == *b && *a == other[j - 1];
            if turned {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

/// How alike two plain names are, in a hundred parts; one that is contained in the other is nearly the same.
pub fn similar(one: &str, other: &str) -> usize {
    let (a, b) = (one.chars().count(), other.chars().count());
    if a == 0 || b == 0 {
        return 0;
    }
    if one == other {
        return 100;
    }
    if a.min(b) >= 2 && (one.contains(other) || other.contains(one)) {
        return 90;
    }
    let longer = a.max(b);
    (longer - edits(one, other).min(longer)) * 100 / longer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_however_the_bank_writes_it() {
        for name in ["宁安食品有限公司", "宁安食品", " 宁安 食品（有限公司）", "宁安食品有限责任公司"]
        {
            assert_eq!(plain_name(name), "宁安食品", "{name}");
        }
        assert_eq!(plain_name("ＡＢＣ商行"), "abc");
        assert_eq!(plain_name("公司"), "公司", "a name is not taken away whole");
    }

    #[test]
    fn edits_count_what_fingers_do() {
        assert_eq!(edits("482913", "482913"), 0);
        assert_eq!(edits("482913", "482931"), 1, "two turned round");
        assert_eq!(edits("482913", "48291"), 1);
        assert_eq!(edits("红柳粮油", "红柳油"), 1);
        assert_eq!(edits("", "abc"), 3);
    }

    #[test]
    fn likeness_is_a_hundred_for_the_same_and_nothing_for_none() {
        assert_eq!(similar("宁安食品", "宁安食品"), 100);
        assert_eq!(similar("宁安食品", "宁安"), 90);
        assert_eq!(similar("红柳粮油店", "红柳粮由店"), 80);
        assert_eq!(similar("", "宁安"), 0);
        assert!(similar("河畔超市", "城南粮店") < 40);
    }
}
