//! What a name is found by: pinyin initials (拼音首字母), and letters whatever their case.

const FIRST: u32 = 0x4E00;

/// The table of initials, one letter for each Chinese character; whoever runs the core hands it in.
///
/// The server has it built in; a phone fetches it once its book is there, and finds by initials from then on.
#[derive(Clone, Copy, Debug)]
pub struct Initials {
    table: &'static str,
}

impl Initials {
    /// The whole table; a program that never names it does not carry it.
    pub const BUILT_IN: Self = Self { table: include_str!(concat!(env!("OUT_DIR"), "/initials.txt")) };
    /// None yet: letters and digits only.
    pub const NONE: Self = Self { table: "" };

    /// The table as [`Self::table`] gave it.
    pub const fn from_table(table: &'static str) -> Self {
        Self { table }
    }

    /// The table itself, to be handed on.
    pub const fn table(self) -> &'static str {
        self.table
    }

    /// The initials of a text in lower case: Chinese characters by their most common reading,
    /// letters and digits as they are, everything else left out.
    ///
    /// # Example
    /// ```
    /// assert_eq!(sync_core::unit::Initials::BUILT_IN.of("宁安食品商行 A8"), "naspsha8");
    /// assert_eq!(sync_core::unit::Initials::NONE.of("宁安食品商行 A8"), "a8");
    /// ```
    pub fn of(self, text: &str) -> String {
        text.chars().filter_map(|c| self.of_character(c)).collect()
    }

    fn of_character(self, c: char) -> Option<char> {
        if c.is_ascii_alphanumeric() {
            return Some(c.to_ascii_lowercase());
        }
        let index = (c as u32).checked_sub(FIRST)? as usize;
        self.table.as_bytes().get(index).copied().filter(u8::is_ascii_lowercase).map(char::from)
    }
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
