//! Every word a screen asks for exists, in both languages, in a dictionary its bundle carries.

use std::collections::BTreeSet;

use sync_core::locale::{COMMON, Dictionary, FIELD, Lang, OFFICE, SERVER, Texts};
use sync_core::op::Op;

use crate::sources;

/// The literal keys a source asks for: `t!("do-save")`, `words::text("do-save")`. Keys put together at run time are not seen.
fn asked(source: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for mark in ["t!(\"", "words::text(\"", "words::text_with(\""] {
            for (at, _) in line.match_indices(mark) {
                let within_a_word = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if let Some((key, _)) = line[at + mark.len()..].split_once('"').filter(|_| !within_a_word) {
                    keys.push(key.to_owned());
                }
            }
        }
    }
    keys
}

fn without_words(folder: &str, dictionaries: &[Dictionary]) -> (usize, BTreeSet<String>) {
    let speaks =
        Lang::ALL.map(|lang| dictionaries.iter().fold(Texts::new(lang), |texts, more| texts.with(*more)));
    let mut count = 0;
    let mut missing = BTreeSet::new();
    for (path, source) in sources::below(folder, "rs") {
        for key in asked(&source) {
            count += 1;
            for texts in speaks.iter().filter(|texts| !texts.has(&key)) {
                let file = path.file_name().unwrap_or_default().display();
                missing.insert(format!("{key} in {} ({file})", texts.lang().tag()));
            }
        }
    }
    (count, missing)
}

#[test]
fn every_word_of_the_phone_exists_in_both_languages() {
    let (count, missing) = without_words("src/field", &[FIELD]);
    assert_eq!(missing, BTreeSet::new());
    assert!(count > 20, "only {count} words were found");
}

#[test]
fn every_word_of_the_console_exists_in_both_languages() {
    let (count, missing) = without_words("src/office", &[OFFICE]);
    assert_eq!(missing, BTreeSet::new());
    assert!(count > 20, "only {count} words were found");
}

#[test]
fn every_word_of_a_shared_part_exists_in_both_languages() {
    let (count, missing) = without_words("src/ui", &[FIELD, OFFICE]);
    assert_eq!(missing, BTreeSet::new());
    assert!(count > 50, "only {count} words were found");
}

#[test]
fn a_bundle_speaks_from_the_common_dictionary_without_asking() {
    let texts = Texts::new(Lang::En);
    assert!(texts.has("fate-held") && !texts.has("tab-today") && !texts.has("nav-feed"));
    // Naming it again is a mistake the dictionary finds at once.
    assert!(std::panic::catch_unwind(|| Texts::new(Lang::En).with(COMMON)).is_err());
}

/// The quoted words of a constant in a source of the client.
fn constant(name: &str) -> BTreeSet<String> {
    let declared = format!("const {name}: ");
    let sources = sources::below("src/office", "rs");
    let (_, rest) = sources
        .iter()
        .find_map(|(_, source)| source.split_once(&declared))
        .expect("the constant is declared");
    let (list, _) = rest.split_once("];").expect("it ends");
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_field_of_every_change_has_a_word_where_it_is_told() {
    let untold = constant("UNTOLD");
    let mut fields = BTreeSet::new();
    for op in tests::golden::ops() {
        let said = serde_json::to_value(op.said()).expect("an op in JSON");
        fields.extend(said.as_object().expect("named fields").keys().cloned());
    }
    assert!(fields.len() > 40, "only {} fields were found", fields.len());
    let mut missing = BTreeSet::new();
    for texts in Lang::ALL.map(|lang| Texts::new(lang).with(OFFICE)) {
        for field in fields.difference(&untold) {
            let key = format!("content-{}", field.replace('_', "-"));
            if !texts.has(&key) {
                missing.insert(format!("{key} in {}", texts.lang().tag()));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_kind_of_change_has_a_word_on_the_page_and_in_the_file() {
    let mut missing = BTreeSet::new();
    for lang in Lang::ALL {
        for (family, texts) in
            [("did", Texts::new(lang).with(OFFICE)), ("export-kind", Texts::new(lang).with(SERVER))]
        {
            for kind in Op::KINDS {
                let key = format!("{family}-{}", server::rows::kind_name(*kind));
                if !texts.has(&key) {
                    missing.insert(format!("{key} in {}", lang.tag()));
                }
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}
