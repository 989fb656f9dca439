//! Builds the table of pinyin initials: one ASCII letter for each character of the unified block.
use pinyin::ToPinyin;
use std::{env, fs, path::Path};

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let table: String = (FIRST..=LAST)
        .map(|code| {
            char::from_u32(code)
                .and_then(|c| c.to_pinyin())
                .and_then(|p| p.first_letter().chars().next())
                .filter(char::is_ascii_lowercase)
                .unwrap_or('?')
        })
        .collect();
    let table = with_reading(&table, '行', "h");
    let out = env::var("OUT_DIR").expect("cargo names the output folder");
    fs::write(Path::new(&out).join("initials.txt"), table).expect("the output folder is writable");
}

/// In the names of shops 行 is read háng (商行, 粮行), not xíng.
fn with_reading(table: &str, character: char, initial: &str) -> String {
    let index = (character as u32 - FIRST) as usize;
    [&table[..index], initial, &table[index + 1..]].concat()
}
