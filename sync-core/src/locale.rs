//! The words of the product in both languages (中文在先，英文齐全), from one set of Fluent files for phone, console and server.
//!
//! Floor: beside everything; used by screens and by the server's answers.
//! This module must not know any business noun: it is handed keys, codes and values.

mod pattern;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Lang {
    /// 简体中文, the language everything is first written in.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English, the full second dictionary.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Both, the first language first.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The tag of documents and headers: `zh-CN` or `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's own name, as a language switch shows it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "中文",
            Self::En => "English",
        }
    }

    /// The language of a tag such as `en-GB`; whatever is neither reads Chinese.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.trim().get(..2).unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") { Self::En } else { Self::ZhCn }
    }

    /// Which numbers take the singular; Chinese has none.
    const fn is_one(self) -> fn(i64) -> bool {
        match self {
            Self::ZhCn => |_| false,
            Self::En => |number| number.unsigned_abs() == 1,
        }
    }

    /// The first language of an `Accept-Language` header that the product speaks.
    pub fn from_accept_header(header: &str) -> Self {
        header
            .split(',')
            .map(|part| part.trim().get(..2).unwrap_or_default())
            .find_map(|primary| match primary {
                p if p.eq_ignore_ascii_case("zh") => Some(Self::ZhCn),
                p if p.eq_ignore_ascii_case("en") => Some(Self::En),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// A set of Fluent files in both languages; a bundle that never names one does not carry it.
#[derive(Clone, Copy, Debug)]
pub struct Dictionary {
    zh_cn: &'static [&'static str],
    en: &'static [&'static str],
}

impl Dictionary {
    /// The files of one language.
    pub const fn sources(&self, lang: Lang) -> &'static [&'static str] {
        match lang {
            Lang::ZhCn => self.zh_cn,
            Lang::En => self.en,
        }
    }
}

/// A dictionary from the files of these names; each name is a file under both `locales/zh-CN/` and `locales/en/`.
macro_rules! dictionary {
    ($($file:literal),+ $(,)?) => {
        Dictionary {
            zh_cn: &[$(include_str!(concat!(env!("OUT_DIR"), "/zh-CN/", $file, ".ftl"))),+],
            en: &[$(include_str!(concat!(env!("OUT_DIR"), "/en/", $file, ".ftl"))),+],
        }
    };
}

/// What every side says: parts of screens, fates, dates, refusals and findings.
pub const COMMON: Dictionary = dictionary!["common", "term", "refusal", "receivable"];
/// What only the phone says.
pub const FIELD: Dictionary = dictionary!["field", "field-receivable"];
/// What the office console says.
pub const OFFICE: Dictionary = dictionary!["office", "content", "office-receivable"];
/// What only the server's answers say.
pub const SERVER: Dictionary = dictionary!["server", "import", "export", "export-receivable"];
/// What the parts of a change are called: the office lists them, and the server says which of them does not fit.
pub const CONTENT: Dictionary = dictionary!["content"];

/// What is put into a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Words, or a figure already written out.
    Text(Cow<'a, str>),
    /// A whole number: shown with thousands commas, and English chooses singular or plural by it.
    Count(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

/// Whole numbers of every width count the same.
macro_rules! counts {
    ($($number:ty),+) => {
        $(impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Self::Count(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })+
    };
}
counts!(i64, i32, u8, u16, u32, u64, usize);

/// The words of one language, ready to be asked.
///
/// # Example
///
/// ```
/// use sync_core::locale::{Lang, Texts};
/// let texts = Texts::new(Lang::En);
/// assert_eq!(texts.text("unit-records", &[("count", 1.into())]), "1 record");
/// ```
pub struct Texts {
    lang: Lang,
    /// Every key with its pattern, in the order of the keys.
    patterns: Vec<(&'static str, &'static str)>,
}

impl Texts {
    /// The words every side shares.
    pub fn new(lang: Lang) -> Self {
        Self::of(lang, COMMON.sources(lang))
    }

    /// The words of these files, which whoever runs the core hands in: so a phone carries only the language it speaks.
    ///
    /// # Panics
    /// When the files name a key twice.
    pub fn of(lang: Lang, sources: &[&'static str]) -> Self {
        Self { lang, patterns: Vec::new() }.and(sources)
    }

    /// The same with another dictionary added.
    ///
    /// # Panics
    /// When a shipped dictionary names a key twice, which the tests of this module exclude.
    #[must_use]
    pub fn with(self, dictionary: Dictionary) -> Self {
        let sources = dictionary.sources(self.lang);
        self.and(sources)
    }

    fn and(mut self, sources: &[&'static str]) -> Self {
        for source in sources {
            self.patterns.extend(pattern::messages(source));
        }
        self.patterns.sort_unstable();
        assert!(self.patterns.windows(2).all(|pair| pair[0].0 != pair[1].0), "no key is named twice");
        self
    }

    /// The language spoken.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether there are words for this key.
    pub fn has(&self, key: &str) -> bool {
        self.pattern(key).is_some()
    }

    /// The words for `key` with the values put in; a key without words shows itself.
    pub fn text(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let mut said = String::new();
        match self.pattern(key) {
            Some(pattern) => pattern::write(&mut said, pattern, values, self.lang.is_one()),
            None => said.push_str(key),
        }
        said
    }

    fn pattern(&self, key: &str) -> Option<&'static str> {
        let at = self.patterns.binary_search_by(|(known, _)| (*known).cmp(key)).ok()?;
        Some(self.patterns[at].1)
    }

    /// The words for a stable code such as `cash.above-limit` of one `family` (`refusal`, `finding`), if there are any.
    pub fn of_code(&self, family: &str, code: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let key = format!("{family}-{}", code.replace('.', "-"));
        self.has(&key).then(|| self.text(&key, values))
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("lang", &self.lang).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every message of a source with the names of its values.
    fn messages(source: &str) -> Vec<(String, BTreeSet<String>)> {
        let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
        for line in source.lines() {
            let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
            if let Some((key, _)) = line.split_once('=').filter(|_| starts) {
                found.push((key.trim().to_owned(), BTreeSet::new()));
            }
            let Some((_, names)) = found.last_mut().filter(|_| !line.starts_with('#')) else {
                continue;
            };
            for part in line.split('$').skip(1) {
                names.insert(
                    part.chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
                        .collect(),
                );
            }
        }
        found
    }

    fn by_key(dictionary: Dictionary, lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        dictionary.sources(lang).iter().flat_map(|source| messages(source)).collect()
    }

    #[test]
    fn both_languages_have_exactly_the_same_keys_and_values() {
        for dictionary in [COMMON, FIELD, OFFICE, SERVER] {
            assert_eq!(by_key(dictionary, Lang::ZhCn), by_key(dictionary, Lang::En));
        }
    }

    #[test]
    fn no_key_is_named_twice_and_every_file_is_well_formed() {
        for lang in Lang::ALL {
            let texts = Texts::new(lang).with(FIELD).with(OFFICE).with(SERVER);
            let keys: usize = [COMMON, FIELD, OFFICE, SERVER].iter().map(|d| by_key(*d, lang).len()).sum();
            let named: usize = [COMMON, FIELD, OFFICE, SERVER]
                .iter()
                .flat_map(|d| d.sources(lang))
                .map(|source| messages(source).len())
                .sum();
            assert_eq!(keys, named);
            for key in [COMMON, FIELD, OFFICE, SERVER].iter().flat_map(|d| by_key(*d, lang).into_keys()) {
                assert!(texts.has(&key), "{key} is in a file but has no words");
            }
        }
    }

    #[test]
    fn no_sentence_blames_or_shouts() {
        for source in [COMMON, FIELD, OFFICE, SERVER].iter().flat_map(|d| d.sources(Lang::ZhCn)) {
            for word in ["失败", "非法", "拒绝", "错误操作", "！"] {
                assert!(!source.contains(word), "{word} is not a word of this product");
            }
        }
    }

    #[test]
    fn values_stand_in_the_sentence_without_isolating_marks() {
        let said = Texts::new(Lang::ZhCn).text("unit-records", &[("count", 48_213.into())]);
        assert_eq!(said, "48,213 条");
    }

    #[test]
    fn english_counts_one_and_many() {
        let texts = Texts::new(Lang::En);
        assert_eq!(texts.text("unit-records", &[("count", 1.into())]), "1 record");
        assert_eq!(texts.text("unit-records", &[("count", 1_002.into())]), "1,002 records");
    }

    #[test]
    fn a_key_without_words_shows_itself() {
        assert_eq!(Texts::new(Lang::En).text("no-such-key", &[]), "no-such-key");
    }

    #[test]
    fn a_browser_that_reads_neither_language_gets_chinese() {
        assert_eq!(Lang::from_accept_header("fr-FR,de;q=0.8"), Lang::ZhCn);
        assert_eq!(Lang::from_accept_header("en-GB,zh;q=0.8"), Lang::En);
        assert_eq!(Lang::from_accept_header("fr, zh-TW;q=0.8"), Lang::ZhCn);
    }
}
