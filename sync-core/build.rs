//! Builds the table of pinyin initials: one ASCII letter for each character of the unified block.
//! Copies the dictionaries without their comments, which nobody reads on a phone.
use pinyin::ToPinyin;
use std::{env, fs, path::Path};

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FA5;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/locales");
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
    let out = Path::new(&out);
    fs::write(out.join("initials.txt"), table).expect("the output folder is writable");
    for lang in ["zh-CN", "en"] {
        copy_dictionaries(&Path::new("src/locales").join(lang), &out.join(lang));
    }
}

fn copy_dictionaries(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the output folder is writable");
    for file in fs::read_dir(from).expect("each language has its folder") {
        let file = file.expect("a folder can be listed");
        let text = fs::read_to_string(file.path()).expect("dictionaries are text");
        let said = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let said: String = said.flat_map(|line| [line, "\n"]).collect();
        fs::write(to.join(file.file_name()), said).expect("the output folder is writable");
    }
}

/// In the names of shops 行 is read háng (商行, 粮行), not xíng.
fn with_reading(table: &str, character: char, initial: &str) -> String {
    let index = (character as u32 - FIRST) as usize;
    [&table[..index], initial, &table[index + 1..]].concat()
}
