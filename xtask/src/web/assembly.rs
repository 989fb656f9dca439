//! Puts a bundle's folder together: program, bindings, style sheet, pages and icons, named so that browsers can keep them.
//!
//! Files with a fingerprint in their name never change; the pages that name them do.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sync_core::locale::{COMMON, FIELD, Lang};
use sync_core::unit::Initials;

use super::fill::{self, Names};
use super::halves::{self, Halves};
use super::{Bundle, KEYS, bindings, comments, packing};
use crate::setup;
use crate::tree;
use crate::trouble::Trouble;

/// What the service worker does not put aside: itself, and the icons that only the system takes, at installing.
const NOT_PUT_ASIDE: [&str; 3] = ["sw.js", "icon-512.png", "icon-maskable-512.png"];

/// The bundle whose program is divided.
const DIVIDED: &str = "field";

/// The files of a bundle by their name below its address.
type Files = BTreeMap<String, Vec<u8>>;

/// Brings `target/web/NAME` up to date and says what stands there.
pub(super) fn assemble(bundle: &Bundle) -> Result<String, Trouble> {
    let name = bundle.name;
    let compiled = compiled(name);
    let sources = sources_of(name)?;
    let stamp_file = tree::workshop().join(format!("{name}.stamp"));
    let stamp = stamp_of(&[compiled.clone(), self::compiled(KEYS)], &sources)?;
    let place = tree::web().join(name);
    if place.join("index.html").exists() && fs::read(&stamp_file).is_ok_and(|old| old == stamp.as_bytes()) {
        return Ok(format!("{name} unchanged"));
    }
    let bound = tree::workshop().join(name);
    let halves = if name == DIVIDED {
        Some(halves::divide(&compiled, &tree::workshop().join("halves"))?)
    } else {
        None
    };
    bindings::write(halves.as_ref().map_or(&compiled, |halves| &halves.first), &bound)?;
    let files = files_of(bundle, sources, &bound, halves)?;
    let fresh = tree::workshop().join(format!("{name}.new"));
    tree::empty(&fresh)?;
    let mut on_the_way = 0;
    for (path, content) in &files {
        tree::write(&fresh.join(path), content)?;
        let packed = packing::packed(content);
        on_the_way += packed.as_ref().map_or(content.len(), Vec::len);
        if let Some(packed) = packed {
            tree::write(&fresh.join(format!("{path}{}", packing::ENDING)), &packed)?;
        }
    }
    tree::swap_in(&fresh, &place)?;
    tree::write(&stamp_file, stamp.as_bytes())?;
    let whole: usize = files.values().map(Vec::len).sum();
    Ok(format!("{name} {} KB, packed {} KB, in {} files", whole / 1000, on_the_way / 1000, files.len()))
}

/// A program as the compiler left it.
fn compiled(name: &str) -> PathBuf {
    tree::target().join(setup::WASM_TARGET).join("wasm").join(format!("{name}.wasm"))
}

/// The hand-written files: the shared ones, and above them the bundle's own.
fn sources_of(name: &str) -> Result<Files, Trouble> {
    let mut sources = Files::new();
    let mut sheets = Vec::new();
    for folder in ["shared", name] {
        let folder = tree::root().join("client-wasm/web").join(folder);
        for path in tree::files_below(&folder)? {
            let content = tree::read(&path)?;
            if path.extension().is_some_and(|ending| ending == "css") {
                sheets.extend(content);
                sheets.push(b'\n');
            } else {
                sources.insert(below(&folder, &path), content);
            }
        }
    }
    sources.insert("all.css".into(), sheets);
    Ok(sources)
}

/// Every file of the finished folder.
fn files_of(
    bundle: &Bundle,
    mut sources: Files,
    bound: &Path,
    halves: Option<Halves>,
) -> Result<Files, Trouble> {
    let name = bundle.name;
    let mut files = Files::new();
    let mut keep = |ending: &str, content: Vec<u8>| {
        let path = format!("{name}-{}.{ending}", fingerprint(&[&content]));
        let address = format!("{}/{path}", bundle.mount);
        files.insert(path, content);
        address
    };
    let css = keep("css", lean("all.css", sources.remove("all.css").unwrap_or_default())?);
    let script = format!("{name}.js");
    let mut program = tree::read(&bound.join(&script))?;
    let mut later = Vec::new();
    if let Some(halves) = halves {
        let other = keep("wasm", halves.other.clone());
        let beside = other.rsplit('/').next().unwrap_or(&other);
        program = halves.join(&text_of(&script, program)?, beside)?.into_bytes();
        later.push(other);
    }
    let js = keep("js", lean(&script, program)?);
    let wasm = keep("wasm", tree::read(&bound.join(format!("{name}_bg.wasm")))?);
    // The files that `boot.js` takes by their place come first.
    later.splice(0..0, later_files(name)?.into_iter().map(|(ending, content)| keep(ending, content)));
    files.extend(snippets_of(bound)?);

    let version = version_of(&files, &sources);
    let put_aside = files.keys().chain(sources.keys()).filter(|path| !NOT_PUT_ASIDE.contains(&path.as_str()));
    let addresses = put_aside.map(|path| format!("{}/{path}", bundle.mount));
    let precache = addresses.filter(|address| !later.contains(address)).collect();
    let names = Names { css, js, wasm, version, precache, later };
    for (path, content) in sources {
        let content = if comments::may_stand_in(&path) { lean(&path, content)? } else { content };
        let content = if fill::has_placeholders(&path) { filled(&names, &path, content)? } else { content };
        files.insert(path, content);
    }
    Ok(files)
}

/// What a bundle's program does without at first: the phone's words in its second language, the table of initials, and
/// the program of passphrases and seals. `boot.js` takes them in this order.
fn later_files(name: &str) -> Result<Vec<(&'static str, Vec<u8>)>, Trouble> {
    if name != DIVIDED {
        return Ok(Vec::new());
    }
    let english: String =
        [COMMON, FIELD].iter().flat_map(|dictionary| dictionary.sources(Lang::En)).copied().collect();
    let bound = tree::workshop().join(KEYS);
    bindings::write(&compiled(KEYS), &bound)?;
    Ok(vec![
        ("txt", english.into_bytes()),
        ("txt", Initials::BUILT_IN.table().to_owned().into_bytes()),
        ("js", lean("keys.js", tree::read(&bound.join("keys.js"))?)?),
        ("wasm", tree::read(&bound.join("keys_bg.wasm"))?),
    ])
}

/// Scripts that crates bring along, at the place the bindings look for them.
fn snippets_of(bound: &Path) -> Result<Files, Trouble> {
    let folder = bound.join("snippets");
    if !folder.exists() {
        return Ok(Files::new());
    }
    tree::files_below(&folder)?.iter().map(|path| Ok((below(bound, path), tree::read(path)?))).collect()
}

fn filled(names: &Names, path: &str, content: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    names.fill(path, &text_of(path, content)?).map(String::into_bytes)
}

/// A style sheet or script as it is sent.
fn lean(path: &str, content: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    Ok(comments::without(&text_of(path, content)?).into_bytes())
}

fn text_of(path: &str, content: Vec<u8>) -> Result<String, Trouble> {
    String::from_utf8(content)
        .map_err(|error| Trouble::new(format!("{path}: {error}"), "save the file as UTF-8"))
}

/// The fingerprint of everything in the bundle; what has one in its name stands in by name.
fn version_of(files: &Files, sources: &Files) -> String {
    let named = files.iter().flat_map(|(path, content)| [path.as_bytes(), content.as_slice()]);
    let written = sources.iter().flat_map(|(path, content)| [path.as_bytes(), content.as_slice()]);
    fingerprint(&named.chain(written).collect::<Vec<_>>())
}

/// Changes whenever the bundle would: with its program, its sources, or this program.
fn stamp_of(compiled: &[PathBuf], sources: &Files) -> Result<String, Trouble> {
    let programs: Vec<Vec<u8>> =
        compiled.iter().map(|program| tree::read(program)).collect::<Result<_, _>>()?;
    let own = std::env::current_exe().and_then(fs::metadata).and_then(|own| own.modified()).ok();
    let own = own.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |age| age.as_nanos());
    let own = own.to_le_bytes();
    let mut parts: Vec<&[u8]> = programs.iter().map(Vec::as_slice).collect();
    parts.push(own.as_slice());
    parts.extend(sources.iter().flat_map(|(path, content)| [path.as_bytes(), content.as_slice()]));
    Ok(fingerprint(&parts))
}

fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}

/// The path below `folder`, with forward slashes.
fn below(folder: &Path, path: &Path) -> String {
    let rest = path.strip_prefix(folder).unwrap_or(path);
    rest.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::{Files, fingerprint, version_of};

    #[test]
    fn a_fingerprint_tells_where_a_part_ends() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }

    #[test]
    fn a_changed_page_is_a_new_version() {
        let page = |text: &str| Files::from([("index.html".to_owned(), text.as_bytes().to_vec())]);
        assert_ne!(version_of(&Files::new(), &page("a")), version_of(&Files::new(), &page("b")));
    }
}
