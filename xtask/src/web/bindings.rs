//! The JavaScript that loads a `.wasm` file, made by the library behind wasm-bindgen's own tool.

use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

use crate::tree;
use crate::trouble::Trouble;

/// Writes `NAME.js`, `NAME_bg.wasm` and the snippets they need into `folder`.
pub(super) fn write(compiled: &Path, folder: &Path) -> Result<(), Trouble> {
    tree::empty(folder)?;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .typescript(false)
        .omit_default_module_path(true)
        // The other half of a divided program shares the table of functions.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.web(true).and_then(Bindgen::generate_output).map_err(|error| {
        Trouble::new(
            format!("bindings for {}: {error:#}", compiled.display()),
            "wasm-bindgen and wasm-bindgen-cli-support must have the same version in Cargo.toml",
        )
    })?;
    let mut script = output.js().to_owned();
    for (number, import) in output.wasm_mut().imports.iter_mut().enumerate() {
        if ends_in_a_hash(&import.name) {
            let short = format!("_{number}");
            script = script.replace(&import.name, &short);
            import.name = short;
        }
    }
    output.emit(folder).map_err(|error| {
        Trouble::new(format!("{}: {error:#}", folder.display()), "see that there is room")
    })?;
    let name = compiled.file_stem().unwrap_or_default().to_string_lossy();
    tree::write(&folder.join(format!("{name}.js")), script.as_bytes())
}

/// Writes what Node loads a `.wasm` file by into `folder`.
pub(super) fn for_node(compiled: &Path, folder: &Path) -> Result<(), Trouble> {
    tree::empty(folder)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).typescript(false);
    let written = bindgen.nodejs(true).and_then(|bindgen| bindgen.generate(folder));
    written.map_err(|error| {
        Trouble::new(
            format!("bindings for {}: {error:#}", compiled.display()),
            "wasm-bindgen and wasm-bindgen-cli-support must have the same version in Cargo.toml",
        )
    })
}

/// Whether both files name an import by a hash, which packs badly: `__wbg_focus_0123456789abcdef`.
fn ends_in_a_hash(import: &str) -> bool {
    import
        .rsplit_once('_')
        .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::ends_in_a_hash;

    #[test]
    fn only_names_with_a_hash_are_shortened() {
        assert!(ends_in_a_hash("__wbg_focus_0123456789abcdef"));
        assert!(!ends_in_a_hash("__wbindgen_init_externref_table"));
    }
}
