//! Leaves comments out of what is sent: they are for who reads the sources, and every phone would pay for them.

/// Whether a file is a style sheet or script.
pub(super) fn may_stand_in(file: &str) -> bool {
    [".css", ".js"].iter().any(|ending| file.ends_with(ending))
}

/// A style sheet or script without the comments that stand on lines of their own or behind a space.
///
/// Quoted text is not known apart; a `/*` behind anything but a space, as in `image/*`, is none.
pub(super) fn without(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("/*") {
        let (before, comment) = rest.split_at(at);
        kept.push_str(before);
        let is_comment = kept.is_empty() || kept.ends_with(char::is_whitespace);
        let end = comment.find("*/").filter(|_| is_comment).map_or(2, |end| end + 2);
        if !is_comment {
            kept.push_str(&comment[..end]);
        }
        rest = &comment[end..];
    }
    kept.push_str(rest);
    let mut lean = String::with_capacity(kept.len());
    for line in kept.lines().map(str::trim_end) {
        if !line.is_empty() && !line.trim_start().starts_with("//") {
            lean.push_str(line);
            lean.push('\n');
        }
    }
    lean
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn comments_go_and_everything_else_stays() {
        let sheet = "/* one\n   two */\n.a { b: c; /* three */ }\n\n.d { e: url(f/*g); }\n";
        assert_eq!(without(sheet), ".a { b: c;  }\n.d { e: url(f/*g); }\n");
        let script = "// says\nconst a = \"http://b\"; // stays\n  /** @returns {c} */\n  d();\n";
        assert_eq!(without(script), "const a = \"http://b\"; // stays\n  d();\n");
    }
}
