//! `cargo xtask golden`: writes the samples that are not there yet, and never one that is.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tests::golden::{BOOK_STEPS, book_at, file_of, folder, newest_step, samples, written};

fn main() {
    let mut new = 0;
    for sample in samples() {
        let file = file_of(&sample.name);
        if !file.exists() {
            put(&file, written(&sample).as_bytes());
            new += 1;
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    new += runtime.block_on(books());
    println!("{new} new samples; those that were there are as they were");
}

async fn books() -> usize {
    let mut new = 0;
    for step in BOOK_STEPS.into_iter().chain([newest_step().await]) {
        let file = folder().join(format!("book/{step:04}.db.gz"));
        if file.exists() {
            continue;
        }
        let scratch = std::env::temp_dir().join(format!("fieldbook-golden-{}-{step}", std::process::id()));
        fs::create_dir_all(&scratch).expect("a folder to work in");
        let book = scratch.join("book.db");
        book_at(step, &book).await;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&fs::read(&book).expect("the book")).expect("into memory");
        put(&file, &packed.finish().expect("into memory"));
        fs::remove_dir_all(scratch).expect("the folder goes");
        new += 1;
    }
    new
}

fn put(file: &Path, bytes: &[u8]) {
    fs::create_dir_all(file.parent().expect("a sample lies in a folder")).expect("the folder is there");
    fs::write(file, bytes).expect("the sample is written");
    println!("{}", file.display());
}
