//! The part of Fluent that the dictionaries use: messages, values put in, and a choice by a number.
//!
//! Floor: below [`super`]. This module must not know any key or language.
//! A phone downloads it before anything else, so it reads this part and no more; a test beside it puts every sentence
//! of every dictionary to the Fluent implementation and expects the same words.
//!
//! Not read: attributes, terms, functions, references to other messages, escapes inside quotes.

use super::Value;
use crate::unit::in_reading_order;

/// The messages of a Fluent file: each key with its pattern as it stands there.
pub(super) fn messages(source: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let (message, after) = rest.split_at(end_of_message(rest));
        rest = after;
        let named = message.starts_with(|c: char| c.is_ascii_alphabetic());
        if let Some((key, pattern)) = message.split_once('=').filter(|_| named) {
            found.push((key.trim(), pattern.trim()));
        }
    }
    found
}

/// A message goes on over every line that is indented or only closes a brace.
fn end_of_message(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        if end > 0 && !line.starts_with([' ', '}']) {
            break;
        }
        end += line.len();
    }
    end
}

/// Writes a pattern with the values put in; one that is not given shows its name.
pub(super) fn write(out: &mut String, pattern: &str, values: &[(&str, Value<'_>)], is_one: fn(i64) -> bool) {
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        write_text(out, before);
        let (inside, after) = after.split_at(closing_brace(after));
        rest = after.strip_prefix('}').unwrap_or_default();
        write_placeable(out, inside.trim(), values, is_one);
    }
    write_text(out, rest);
}

/// Lines further down lose their indentation.
fn write_text(out: &mut String, text: &str) {
    let mut lines = text.split('\n');
    out.push_str(lines.next().unwrap_or_default());
    for line in lines {
        out.push('\n');
        out.push_str(line.trim_start_matches(' '));
    }
}

/// Where the brace closes that was opened before `text`.
fn closing_brace(text: &str) -> usize {
    let mut open = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => open += 1,
            '}' if open == 0 => return at,
            '}' => open -= 1,
            _ => {}
        }
    }
    text.len()
}

fn write_placeable(out: &mut String, inside: &str, values: &[(&str, Value<'_>)], is_one: fn(i64) -> bool) {
    if let Some(quoted) = inside.strip_prefix('"') {
        out.push_str(quoted.trim_end_matches('"'));
        return;
    }
    let (name, variants) = inside.split_once("->").map_or((inside, None), |(n, v)| (n.trim(), Some(v)));
    let value =
        values.iter().find(|(known, _)| name.strip_prefix('$') == Some(*known)).map(|(_, value)| value);
    match (variants, value) {
        (Some(variants), value) => write(out, chosen(variants, value, is_one), values, is_one),
        // Words that somebody typed do not turn the sentence round.
        (None, Some(Value::Text(text))) => out.push_str(&in_reading_order(text)),
        (None, Some(Value::Count(number))) => write_grouped(out, *number),
        (None, None) => {
            out.push('{');
            out.push_str(name);
            out.push('}');
        }
    }
}

/// The pattern of the variant that the value calls for, else of the one with the star.
fn chosen<'p>(variants: &'p str, value: Option<&Value<'_>>, is_one: fn(i64) -> bool) -> &'p str {
    let mut starred = "";
    for line in variants.split('\n').map(str::trim) {
        let (line, star) = line.strip_prefix('*').map_or((line, false), |line| (line, true));
        let Some((key, pattern)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) else {
            continue;
        };
        if star {
            starred = pattern.trim_start();
        } else if value.is_some_and(|value| calls_for(value, key, is_one)) {
            return pattern.trim_start();
        }
    }
    starred
}

fn calls_for(value: &Value<'_>, key: &str, is_one: fn(i64) -> bool) -> bool {
    match value {
        Value::Text(text) => text == key,
        Value::Count(number) => key == "one" && is_one(*number),
    }
}

/// Whole numbers with thousands commas, wherever a sentence shows one.
fn write_grouped(out: &mut String, number: i64) {
    let digits = number.unsigned_abs().to_string();
    if number < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
}

#[cfg(test)]
mod tests {
    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

    use super::super::{COMMON, Dictionary, FIELD, Lang, OFFICE, SERVER, Texts, Value};
    use super::{messages, write};

    fn said(source: &'static str, values: &[(&str, Value<'_>)]) -> String {
        let mut out = String::new();
        write(&mut out, messages(source)[0].1, values, |number| number == 1);
        out
    }

    #[test]
    fn words_put_in_do_not_turn_the_sentence_round() {
        let why: Value<'_> = "改\u{202e}价".into();
        assert_eq!(said("a = 退回：「{ $why }」。", &[("why", why)]), "退回：「改价」。");
    }

    #[test]
    fn a_value_that_is_not_given_shows_its_name() {
        assert_eq!(said("a = from { $day } on", &[]), "from {$day} on");
    }

    #[test]
    fn a_choice_stands_between_words_and_may_show_its_number() {
        let source = "a = so { $n ->\n    [one] { $n } day\n   *[other] { $n } days\n}.\nb = more";
        assert_eq!(said(source, &[("n", 1.into())]), "so 1 day.");
        assert_eq!(said(source, &[("n", (-1_234_567).into())]), "so -1,234,567 days.");
        assert_eq!(messages(source)[1], ("b", "more"));
    }

    fn fluent(lang: Lang, dictionary: Dictionary) -> FluentBundle<FluentResource> {
        let mut bundle = FluentBundle::new(vec![lang.tag().parse().expect("both tags are well formed")]);
        bundle.set_use_isolating(false);
        for source in [COMMON, dictionary].iter().flat_map(|part| part.sources(lang)) {
            let resource = FluentResource::try_new((*source).to_owned()).expect("well formed");
            bundle.add_resource(resource).expect("no key is named twice");
        }
        bundle
    }

    /// Every name that stands behind a `$` in a pattern.
    fn names(pattern: &str) -> Vec<&str> {
        let end = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        pattern.split('$').skip(1).filter_map(|part| part.split(end).next()).collect()
    }

    #[test]
    fn every_sentence_reads_as_fluent_itself_would_write_it() {
        let mut compared = 0;
        for (lang, dictionary) in
            Lang::ALL.iter().flat_map(|lang| [FIELD, OFFICE, SERVER].map(|d| (*lang, d)))
        {
            let (texts, fluent) = (Texts::new(lang).with(dictionary), fluent(lang, dictionary));
            let sources = [COMMON, dictionary];
            for (key, pattern) in sources.iter().flat_map(|d| d.sources(lang)).flat_map(|s| messages(s)) {
                let message = fluent.get_message(key).expect("both know the key");
                let expected = message.value().expect("every message has words");
                for count in [None, Some(0), Some(1), Some(2), Some(-1), Some(21)] {
                    let mut args = FluentArgs::new();
                    let mut values = Vec::new();
                    for name in names(pattern) {
                        let value = count.map_or_else(|| Value::from("甲 {"), Value::from);
                        args.set(name, count.map_or_else(|| FluentValue::from("甲 {"), FluentValue::from));
                        values.push((name, value));
                    }
                    let expected = fluent.format_pattern(expected, Some(&args), &mut Vec::new());
                    assert_eq!(texts.text(key, &values), expected, "{key} in {lang:?} with {count:?}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 10_000, "only {compared} sentences were compared");
    }
}
