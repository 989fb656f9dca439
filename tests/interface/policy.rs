//! The strict content policy holds in the sources: nothing asks for an inline style or an inline script.

use crate::sources;

/// What an inline style, script or handler looks like in a page.
const INLINE: [&str; 5] = [" style=", "<style", "<script>", " onclick=", "javascript:"];

#[test]
fn no_page_and_no_screen_carries_an_inline_style_or_script() {
    let files = sources::below("web", "html").into_iter().chain(sources::below("src", "rs"));
    let mut read = 0;
    for (path, text) in files {
        read += 1;
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for mark in INLINE {
                assert!(!line.contains(mark), "{}: {line}", path.display());
            }
        }
    }
    assert!(read > 10, "only {read} files were read");
}

#[test]
fn every_page_loads_its_scripts_from_files_of_its_own() {
    for (path, page) in sources::below("web", "html") {
        for script in page.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains("src=\"/"), "{}: <script{tag}>", path.display());
        }
        assert!(
            !page.contains("http://") && !page.contains("https://"),
            "{} reaches outside",
            path.display()
        );
    }
}

#[test]
fn the_worker_answers_for_its_own_address_only() {
    let worker = sources::text("web/field/sw.js");
    assert!(worker.contains("url.pathname.startsWith(\"/app/\")"));
    assert!(!worker.contains("fetch(\"/api") && !worker.contains("importScripts"));
}
