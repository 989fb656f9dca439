//! Both themes: the dark colours are written twice and must agree, and every text is readable on its ground.

use std::collections::BTreeMap;

use crate::sources;

type Colours = BTreeMap<String, String>;

/// The custom properties of the block that starts after `selector`.
fn block(sheet: &str, selector: &str) -> Colours {
    let start = sheet.find(selector).expect("the sheet has this block") + selector.len();
    let body = sheet[start..].split('}').next().unwrap_or_default();
    body.split(';')
        .filter_map(|rule| rule.rsplit("*/").next()?.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

fn light() -> Colours {
    block(&sources::text("web/shared/tokens.css"), ":root, [data-theme=\"light\"] {")
}

fn dark() -> Colours {
    block(&sources::text("web/shared/tokens.css"), "[data-theme=\"dark\"] {")
}

#[test]
fn both_copies_of_the_dark_colours_are_equal() {
    let sheet = sources::text("web/shared/tokens.css");
    let followed = block(&sheet, "@media (prefers-color-scheme: dark) { :root:not([data-theme]) {");
    assert!(followed.len() > 30, "only {} colours were read", followed.len());
    assert_eq!(dark(), followed);
}

#[test]
fn the_dark_theme_names_every_colour_of_the_light_one() {
    let (light, dark) = (light(), dark());
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
}

/// Relative luminance of a colour such as `#0a6349`, as WCAG 2 defines it.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("colours have six digits");
        let share = f64::from(value) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Text on its ground.
const TEXTS: [(&str, &str); 24] = [
    ("ink", "canvas"),
    ("ink", "surface"),
    ("ink", "surface-2"),
    ("ink-2", "canvas"),
    ("ink-2", "surface"),
    ("ink-2", "surface-2"),
    ("ink-2", "surface-3"),
    ("ink-3", "canvas"),
    ("ink-3", "surface"),
    ("ink-3", "surface-2"),
    ("ink-3", "surface-3"),
    ("brand", "surface"),
    ("brand", "canvas"),
    ("brand", "brand-tint"),
    ("on-brand", "brand"),
    ("on-brand", "brand-press"),
    ("saved", "saved-tint"),
    ("sending", "sending-tint"),
    ("applied", "applied-tint"),
    ("finding", "finding-tint"),
    ("held", "held-tint"),
    ("danger", "danger-tint"),
    ("danger", "surface"),
    ("canvas", "ink"),
];

/// Edges and marks that carry a meaning.
const EDGES: [(&str, &str); 4] =
    [("line-strong", "surface"), ("focus", "surface"), ("focus", "canvas"), ("danger-solid", "surface")];

fn below(colours: &Colours, pairs: &[(&str, &str)], least: f64) -> Vec<String> {
    let colour = |name: &str| colours.get(&format!("--{name}")).expect("the theme names it").as_str();
    pairs
        .iter()
        .map(|(on, ground)| (on, ground, contrast(colour(on), colour(ground))))
        .filter(|(.., found)| *found < least)
        .map(|(on, ground, found)| format!("{on} on {ground}: {found:.2}"))
        .collect()
}

#[test]
fn every_text_reads_on_its_ground_in_both_themes() {
    for colours in [light(), dark()] {
        assert_eq!(below(&colours, &TEXTS, 4.5), Vec::<String>::new());
    }
}

#[test]
fn edges_and_focus_marks_can_be_told_from_their_ground_in_both_themes() {
    for colours in [light(), dark()] {
        assert_eq!(below(&colours, &EDGES, 3.0), Vec::<String>::new());
    }
}
