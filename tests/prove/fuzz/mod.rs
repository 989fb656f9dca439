//! Hostile bytes for everything that reads bytes from outside: mutated from real messages, on stable Rust, in this process.
//!
//! Nothing may panic, answer with a fault of the server, or grow without bound; what is read reads the same after it was
//! written again. A message that once broke something lies in `tests/prove/corpus` and is read first in every run.

mod seeds;
mod target;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{Proved, asked::Asked, dice::Dice, hostile::mangled, pen::hex};
use sync_core::log::sha256;
use target::Target;

/// The longest message that is tried: what is longer is refused before anything reads it.
const LONGEST: usize = 64 * 1024;

/// More memory than this, at any moment, is a fault.
const MOST_KIB: u64 = 1024 * 1024;

/// How many messages of each target are kept to mutate further.
const KEPT: usize = 400;

/// Reads mutated messages for so many seconds.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let mut dice = Dice::new(asked.seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (world, seeds) = runtime.block_on(seeds::gathered(asked.seed))?;
    let targets = target::all(&world, &seeds, &runtime);
    let each = Duration::from_secs(asked.much) / u32::try_from(targets.len())?;
    let mut said = Vec::new();
    for target in &targets {
        let (tried, kinds) = tried(target, each, &mut dice)?;
        said.push(format!("{:>9} {tried:>8} messages, {kinds:>3} kinds of answer", target.name));
    }
    let peak = peak_kib();
    if peak > MOST_KIB {
        return Err(format!("{peak} KiB of memory were in use at once").into());
    }
    said.push(format!("nothing panicked, everything read reads the same again; {} MiB at most", peak / 1024));
    Ok(said.join("\n"))
}

/// Tries one target; how many messages, and how many different ways in which they were answered.
fn tried(target: &Target<'_>, time: Duration, dice: &mut Dice) -> Proved<(u64, usize)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("prove/corpus").join(target.name);
    for file in known(&folder)? {
        let bytes = fs::read(&file)?;
        answer(target, &bytes).map_err(|why| format!("{}: {why}", file.display()))?;
    }
    let mut pool = target.seeds.clone();
    if pool.is_empty() {
        return Err(format!("there is no message to begin with for {}", target.name).into());
    }
    let mut kinds = std::collections::BTreeSet::new();
    for seed in &target.seeds {
        kinds.insert(answer(target, seed).map_err(|why| kept(&folder, seed, &why))?);
        if let Some(grown) = (target.grown)(seed) {
            (target.same)(seed, &grown).map_err(|why| kept(&folder, &grown, &why))?;
        }
    }
    let (begun, mut tried) = (Instant::now(), 0);
    while begun.elapsed() < time || tried < 50 {
        let mut bytes = dice.pick(&pool).expect("messages").clone();
        let other = dice.pick(&pool).expect("messages").clone();
        for _ in 0..=dice.below(3) {
            bytes = mangled(&bytes, &other, dice).1;
        }
        bytes.truncate(LONGEST);
        let said = answer(target, &bytes).map_err(|why| kept(&folder, &bytes, &why))?;
        // A message that is answered in a new way is one to go on from.
        if kinds.insert(said) && pool.len() < KEPT {
            pool.push(bytes);
        }
        tried += 1;
    }
    Ok((tried, kinds.len()))
}

/// Messages that once broke something.
fn known(folder: &Path) -> Proved<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files =
        fs::read_dir(folder)?.map(|file| file.map(|file| file.path())).collect::<Result<Vec<_>, _>>()?;
    files.sort();
    Ok(files)
}

/// Keeps a message that broke something, for every later run.
fn kept(folder: &Path, bytes: &[u8], why: &str) -> String {
    let file = folder.join(format!("{}.bin", hex(&sha256(&[bytes])[..6])));
    let kept = fs::create_dir_all(folder).and_then(|()| fs::write(&file, bytes));
    match kept {
        Ok(()) => format!("{why}\n  the message is kept in {}", file.display()),
        Err(error) => format!("{why}\n  the message could not be kept: {error}: {}", hex(bytes)),
    }
}

/// How a message is answered, in a few words; a panic is a fault like any other.
fn answer(target: &Target<'_>, bytes: &[u8]) -> Result<String, String> {
    let run = AssertUnwindSafe(|| (target.read)(bytes));
    let said = catch_unwind(run).unwrap_or_else(|_| Err("it panicked".into()));
    said.map_err(|why| format!("{}: {why}", target.name))
}

/// The most memory this process has had, in KiB; zero where the system does not say.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
