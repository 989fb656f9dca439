//! 标准样本: bytes as a version wrote them, which every later version reads as the same and writes in the same way.
//!
//! A sample is a value of today's types beside the bytes that were written for it once. The values stand in this
//! folder; the bytes lie in `v1`, one file for each, and are never written over. A new kind of op, message, refusal or
//! table step is given a sample here, and `cargo xtask golden` writes what is not there yet.

mod book;
mod messages;
mod ops;
mod verdicts;

use std::fmt::{Debug, Write};
use std::path::PathBuf;

pub use book::{BOOK_STEPS, Furnished, book_at, furnished, newest_step};
pub use ops::ops;

/// The format whose samples are kept in this folder.
pub const FORMAT: &str = "v1";

/// One value with its bytes, and whether bytes are read as that value.
pub struct Sample {
    /// Its place below the folder of its format.
    pub name: String,
    /// What today's writer writes for it.
    pub bytes: Vec<u8>,
    /// The value, for people who look at the file.
    pub meaning: String,
    reads: Reads,
}

/// Whether bytes are read as one value; else what they are read as.
type Reads = Box<dyn Fn(&[u8]) -> Result<(), String>>;

impl Debug for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sample").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Sample {
    /// Whether today's reader reads these bytes as the value.
    ///
    /// # Errors
    /// What it reads instead.
    pub fn reads(&self, bytes: &[u8]) -> Result<(), String> {
        (self.reads)(bytes)
    }

    /// A value that is read in a way of its own.
    fn by<T: Debug + PartialEq + 'static>(
        name: impl Into<String>,
        value: T,
        bytes: Vec<u8>,
        read: impl Fn(&[u8]) -> Result<T, String> + 'static,
    ) -> Self {
        let meaning = format!("{value:#?}");
        let reads = move |bytes: &[u8]| match read(bytes) {
            Ok(found) if found == value => Ok(()),
            Ok(found) => Err(format!("it reads as {found:?}")),
            Err(why) => Err(why),
        };
        Self { name: name.into(), bytes, meaning, reads: Box::new(reads) }
    }

    /// A value that is written and read by itself.
    fn of<T>(name: impl Into<String>, value: T) -> Self
    where
        T: Debug + PartialEq + minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + 'static,
    {
        let bytes = minicbor::to_vec(&value).expect("writing to memory cannot fail");
        Self::by(name, value, bytes, |bytes| {
            let mut d = minicbor::Decoder::new(bytes);
            let value = d.decode().map_err(|error| error.to_string())?;
            if d.position() == bytes.len() { Ok(value) } else { Err("there is more after it".to_owned()) }
        })
    }
}

/// Every sample of today.
pub fn samples() -> Vec<Sample> {
    let mut all: Vec<Sample> = ops().into_iter().map(ops::sample).collect();
    all.extend(verdicts::samples());
    all.extend(messages::samples());
    all
}

/// The codes of all refusals and findings that have a sample.
pub fn codes() -> Vec<&'static str> {
    verdicts::codes()
}

/// The folder of the samples.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(FORMAT)
}

/// The file of a sample: its bytes in figures, then what they mean.
pub fn file_of(name: &str) -> PathBuf {
    folder().join(format!("{name}.txt"))
}

/// What stands in a sample's file.
pub fn written(sample: &Sample) -> String {
    let mut text = String::new();
    for line in sample.bytes.chunks(40) {
        for byte in line {
            write!(text, "{byte:02x}").expect("writing to memory cannot fail");
        }
        text.push('\n');
    }
    format!("{text}\n{}\n", sample.meaning)
}

/// The bytes in a sample's file.
///
/// # Panics
/// What stands there is no sample.
pub fn read(text: &str) -> Vec<u8> {
    let figures: Vec<u8> = text.lines().take_while(|line| !line.is_empty()).flat_map(str::bytes).collect();
    let figure = |c: u8| u8::try_from(char::from(c).to_digit(16).expect("a figure")).expect("below sixteen");
    figures.chunks_exact(2).map(|pair| figure(pair[0]) << 4 | figure(pair[1])).collect()
}
