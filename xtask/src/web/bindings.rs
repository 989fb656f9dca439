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
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)).map_err(|error| {
        Trouble::new(
            format!("bindings for {}: {error:#}", compiled.display()),
            "wasm-bindgen and wasm-bindgen-cli-support must have the same version in Cargo.toml",
        )
    })
}
