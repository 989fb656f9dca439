//! What a name is found by: pinyin initials (拼音首字母), and letters whatever their case.

const FIRST: u32 = 0x4E00;
const TABLE: &str = include_str!(concat!(env!("OUT_DIR"), "/initials.txt"));

/// The initials of a text in lower case: Chinese characters by their most common reading,
/// letters and digits as they are, everything else left out.
///
/// # Example
/// ```
/// assert_eq!(sync_core::unit::initials("宁安食品商行 A8"), "naspsha8");
/// ```
pub fn initials(text: &str) -> String {
    text.chars().filter_map(initial).collect()
}

/// A text as it is searched in and for: Latin, Greek, Cyrillic and full-width letters in lower case.
///
/// Every script's rules of case are a table of eleven kilobytes, which the phone would download for these few.
///
/// # Example
/// ```
/// assert_eq!(sync_core::unit::folded("Café ＡＢ 宁安 ОАО"), "café ａｂ 宁安 оао");
/// ```
pub fn folded(text: &str) -> String {
    text.chars().map(lower).collect()
}

fn lower(c: char) -> char {
    let further = match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' | 'Ａ'..='Ｚ' => 32,
        'Ѐ'..='Џ' => 80,
        _ => 0,
    };
    char::from_u32(c as u32 + further).unwrap_or(c)
}

fn initial(c: char) -> Option<char> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase());
    }
    let index = (c as u32).checked_sub(FIRST)? as usize;
    TABLE.as_bytes().get(index).copied().filter(u8::is_ascii_lowercase).map(char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_folded_as_the_whole_table_would_fold_them() {
        for c in ('\0'..='\u{bf}').chain('À'..='Þ').chain('Α'..='Ϋ').chain('Ѐ'..='Я').chain('Ａ'..='Ｚ')
        {
            assert_eq!(folded(&c.to_string()), c.to_string().to_lowercase(), "{c}");
        }
    }
}
