//! The names that are filled into pages and scripts once the files they name exist.

use crate::trouble::Trouble;

/// What the placeholders of a bundle stand for.
pub(super) struct Names {
    /// Address of the style sheet: `{{css}}`.
    pub(super) css: String,
    /// Address of the JavaScript that loads the bundle: `{{js}}`.
    pub(super) js: String,
    /// Address of the bundle itself: `{{wasm}}`.
    pub(super) wasm: String,
    /// Fingerprint of the whole bundle: `{{version}}`.
    pub(super) version: String,
    /// Every address a phone keeps for the way without signal: `{{precache}}`.
    pub(super) precache: Vec<String>,
    /// Every address a phone fetches once it has started: English, the table of pinyin initials, the program of
    /// passphrases, the other half of its own: `{{later}}`.
    pub(super) later: Vec<String>,
}

impl Names {
    /// The text with every placeholder filled; `file` is named where one is unknown.
    pub(super) fn fill(&self, file: &str, text: &str) -> Result<String, Trouble> {
        let filled = text
            .replace("{{css}}", &self.css)
            .replace("{{js}}", &self.js)
            .replace("{{wasm}}", &self.wasm)
            .replace("{{version}}", &self.version)
            .replace("{{precache}}", &list(&self.precache))
            .replace("{{later}}", &list(&self.later));
        match filled.split_once("{{").and_then(|(_, rest)| rest.split_once("}}")) {
            Some((name, _)) if is_name(name) => Err(Trouble::new(
                format!("{file} has the unknown placeholder {{{{{name}}}}}"),
                "use one of css, js, wasm, version, precache, later",
            )),
            _ => Ok(filled),
        }
    }
}

/// Whether a file may hold placeholders.
pub(super) fn has_placeholders(file: &str) -> bool {
    [".html", ".js", ".webmanifest"].iter().any(|ending| file.ends_with(ending))
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A list of addresses as a script reads it; addresses hold no quotes.
fn list(addresses: &[String]) -> String {
    let quoted: Vec<String> = addresses.iter().map(|address| format!("\"{address}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{Names, has_placeholders};

    fn names() -> Names {
        Names {
            css: "/app/field-1.css".into(),
            js: "/app/field-2.js".into(),
            wasm: "/app/field-3.wasm".into(),
            version: "4".into(),
            precache: vec!["/app/a".into(), "/app/b".into()],
            later: vec!["/app/c".into()],
        }
    }

    #[test]
    fn every_placeholder_is_filled() {
        let text = "{{css}} {{js}} {{wasm}} {{version}} {{precache}} {{later}}";
        let filled = names().fill("sw.js", text).expect("all of them are known");
        assert_eq!(
            filled,
            "/app/field-1.css /app/field-2.js /app/field-3.wasm 4 \
             [\"/app/a\", \"/app/b\"] [\"/app/c\"]"
        );
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_its_file() {
        let trouble = names().fill("index.html", "<p>{{colour}}</p>").expect_err("nobody fills a colour");
        assert!(trouble.to_string().contains("index.html has the unknown placeholder {{colour}}"));
    }

    #[test]
    fn braces_that_are_no_placeholder_stay() {
        let script = "const shape = {{ width: 1 }};";
        assert_eq!(names().fill("a.js", script).expect("nothing to fill"), script);
    }

    #[test]
    fn pictures_are_copied_as_they_are() {
        assert!(has_placeholders("manifest.webmanifest"));
        assert!(!has_placeholders("icon-192.png"));
    }
}
