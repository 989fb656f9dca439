//! `kill -9` of the real server under load: whatever was acknowledged is there afterwards, once, with its bytes.
//!
//! A crash proof, not a power-loss proof: the operating system lives on, and with it whatever had been handed to it.

mod book;
mod company;
mod line;
mod server;
mod web;
mod worker;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::{Proved, asked::Asked, dice::Dice};
pub(crate) use book::{Book, Shelf};
pub(crate) use company::Company;
use line::Line;
pub(crate) use server::Server;
pub(crate) use worker::{Broken, Told, Worker};

/// After so many kills a new company begins, so that checking the whole book stays quick.
const KILLS_OF_A_COMPANY: u64 = 50;

/// What all the kills came to.
#[derive(Default)]
struct Sums {
    kills: u64,
    while_starting: u64,
    acknowledged: u64,
    cut: u64,
    saved_unheard: u64,
    entries: u64,
}

/// Kills the server so many times.
pub(crate) fn run(asked: &Asked) -> Proved<String> {
    let binary = binary()?;
    let begun = Instant::now();
    let mut sums = Sums::default();
    let mut turn = 0;
    while sums.kills < asked.much {
        let seed = asked.seed + turn;
        let kills = KILLS_OF_A_COMPANY.min(asked.much - sums.kills);
        let folder = Folder::fresh(turn)?;
        let shelf = Shelf::fresh(&folder.0, asked.over_postgres)?;
        let book =
            Book { binary: binary.clone(), folder: folder.0.clone(), shelf: std::sync::Arc::new(shelf) };
        killed(&book, seed, kills, &mut sums).map_err(|why| {
            let store = if asked.over_postgres { " --store postgres" } else { "" };
            format!("seed {seed}: {why}\n  again: cargo xtask crash --kills {kills} --seed {seed}{store}")
        })?;
        turn += 1;
    }
    Ok(format!(
        "{} kills ({} while starting), {} requests cut; {} changes acknowledged, 0 lost, 0 twice; {} more had been saved \
         when the answer was cut; {} entries checked; {} s",
        sums.kills,
        sums.while_starting,
        sums.cut,
        sums.acknowledged,
        sums.saved_unheard,
        sums.entries,
        begun.elapsed().as_secs(),
    ))
}

/// The server's binary: the one that `cargo xtask` has built, named in `FIELDBOOK`, or the one beside this program.
pub(crate) fn binary() -> Proved<PathBuf> {
    let beside = || std::env::current_exe().map(|own| own.with_file_name("fieldbook"));
    let binary = std::env::var_os("FIELDBOOK").map_or_else(beside, |named| Ok(named.into()))?;
    if binary.is_file() { Ok(binary) } else { Err(format!("{} is not built", binary.display()).into()) }
}

/// A folder of its own on the disk of the build, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn fresh(turn: u64) -> Proved<Self> {
        let name = format!("crash-{}-{turn}", std::process::id());
        let folder = std::env::current_exe()?.with_file_name(name);
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// One company, and its server killed so many times.
fn killed(book: &Book, seed: u64, kills: u64, sums: &mut Sums) -> Proved<()> {
    let mut dice = Dice::new(seed);
    let company = Company::found(&book.shelf.place()?, &mut dice)?;
    let line = &Line::new(company.workers.len());
    let outcome = std::thread::scope(|scope| {
        let mut working = Vec::new();
        for worker in company.workers {
            working.push(scope.spawn(move || worker.work(line)));
        }
        let outcome = lives(book, line, kills, &mut dice, sums);
        line.over();
        for worker in working {
            let told = worker.join().map_err(|_| "a worker panicked")??;
            sums.acknowledged += told.acknowledged();
        }
        outcome
    });
    outcome?;
    sums.kills += kills;
    sums.cut += line.cut();
    Ok(())
}

/// One life of the server after the other; each ends by a kill, and the book is looked at in the next.
fn lives(book: &Book, line: &Line, kills: u64, dice: &mut Dice, sums: &mut Sums) -> Proved<()> {
    let mut told: Vec<Told> = Vec::new();
    for kill in 0..kills {
        if dice.once_in(8) {
            let server = Server::start(book)?;
            spin(Duration::from_micros(dice.below(60_000)));
            server.kill()?;
            sums.while_starting += 1;
            continue;
        }
        let server = Server::serving(book)?;
        line.up(server.address());
        // While the phones go on, what they had been told before the kill is looked for in the book.
        if kill > 0 {
            looked_at(book, &told, sums)?;
        }
        line.wait_for(20 + dice.below(200))?;
        spin(Duration::from_micros(dice.below(4_000)));
        server.kill()?;
        line.down();
        told = line.told()?;
    }
    let server = Server::serving(book)?;
    looked_at(book, &told, sums)?;
    server.kill()
}

fn looked_at(book: &Book, told: &[Told], sums: &mut Sums) -> Proved<()> {
    let checked = book.check(told)?;
    sums.saved_unheard += checked.unheard;
    sums.entries += checked.entries;
    book.verify()
}

/// Waits a moment too short for the clock of the system to be asked for it.
fn spin(moment: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < moment {
        std::hint::spin_loop();
    }
}
