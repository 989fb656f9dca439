//! Pinyin initials, so that a name is found by its first letters (拼音首字母).

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

fn initial(c: char) -> Option<char> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase());
    }
    let index = (c as u32).checked_sub(FIRST)? as usize;
    TABLE.as_bytes().get(index).copied().filter(u8::is_ascii_lowercase).map(char::from)
}
