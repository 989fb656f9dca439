//! Merging as the phone does it, by itself, so that the benchmark can time it in the phone's kind of program.
//!
//! Floor: beside the phone's bundle, and no part of it.

use std::collections::BTreeMap;

use sync_core::{
    feed::Entry,
    paper::{Paper, PaperKey},
    wire::Page,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// Entries of the feed, read and waiting to be merged.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Entries(Vec<Entry>);

#[wasm_bindgen]
impl Entries {
    /// Reads a page of the feed; without entries where the bytes are none.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn read(page: &[u8]) -> Self {
        Self(Page::from_bytes(page).map(|page| page.entries).unwrap_or_default())
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Folds all of them into papers. How many papers that are.
    #[must_use]
    pub fn merge(&self) -> usize {
        let mut papers: BTreeMap<PaperKey, Paper> = BTreeMap::new();
        for entry in &self.0 {
            entry.fold(&mut papers);
        }
        papers.len()
    }
}
