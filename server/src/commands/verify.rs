//! `fieldbook verify`: a whole book, or one device's log in a file that somebody outside was given.
//!
//! It only looks: a file it is given is neither written nor brought up to date.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use server::config::DataFolder;
use server::outside::Outside;
use server::receivables;
use server::rows::clock;
use server::store::Place;
use server::verify::Report;
use sync_core::evidence::{self, Checked, LogFile};
use sync_core::wire::Checkpoint;

use super::{Trouble, look_at, place};

/// `fieldbook verify`
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    folder: DataFolder,
    /// A backup, or a device's log (`.fieldbooklog`), to check instead
    file: Option<PathBuf>,
    /// The company's public key, for a device's log: 64 hexadecimal figures, got from the company by another way
    #[arg(long, value_name = "HEX")]
    hub_key: Option<String>,
    /// The checkpoint that the phone shows, for a device's log: the company may not give out less than it signed for
    #[arg(long, value_name = "HEX")]
    checkpoint: Option<String>,
}

impl Verify {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let place = match &self.file {
            Some(file) => Place::File(file.clone()),
            None => place(&self.folder)?,
        };
        match place.file() {
            Some(file) if evidence::is_log(&beginning(file)) => self.log(file),
            _ => book(&place).await,
        }
    }

    /// A device's log: offline, with nothing but the file and the company's public key.
    fn log(&self, file: &Path) -> Result<(), Trouble> {
        let key = self.hub_key.as_deref().ok_or_else(|| {
            Trouble::new(
                format!("{} is a device's log: it proves nothing without the company's public key", file.display()),
                "add --hub-key with the 64 figures that the company has published (`fieldbook verify` on its book names them)",
            )
        })?;
        let key: [u8; 32] = unhex(key).and_then(|key| key.try_into().ok()).ok_or_else(|| {
            Trouble::new(
                "--hub-key: a public key has 64 hexadecimal figures",
                "copy all of it, then try again",
            )
        })?;
        let handed_in = self.checkpoint.as_deref().map(checkpoint).transpose()?;
        let bytes = std::fs::read(file).map_err(|error| Trouble::of_file(file, &error))?;
        let checked = evidence::check(&bytes, &key, handed_in.as_ref());
        tell_log(&checked, handed_in.as_ref());
        ended(
            checked.faults.len(),
            "do not rely on this file; ask the company for the log anew, and compare the key",
        )?;
        println!("everything holds");
        Ok(())
    }
}

fn checkpoint(figures: &str) -> Result<Checkpoint, Trouble> {
    unhex(figures).and_then(|bytes| minicbor::decode(&bytes).ok()).ok_or_else(|| {
        Trouble::new(
            "--checkpoint: these figures are no checkpoint",
            "copy all of them from the phone, then try again",
        )
    })
}

/// How a file begins; nothing where it cannot be read.
fn beginning(file: &Path) -> Vec<u8> {
    let mut begins = Vec::new();
    // What cannot be read now is told when it is opened.
    let _ = File::open(file).and_then(|file| file.take(16).read_to_end(&mut begins));
    begins
}

async fn book(place: &Place) -> Result<(), Trouble> {
    let looking = look_at(place, &Outside::real()).await?;
    let of_store = |error| Trouble::of_store(place, &error);
    let report = looking.hub.verify().await.map_err(of_store)?;
    let owed = receivables::faults(looking.hub.store(), looking.hub.company()).await.map_err(of_store)?;
    let key = looking.hub.public_key();
    let earlier = looking.looked.is_earlier();
    looking.looked.close().await;
    tell(&report);
    println!("the company's public key     {}", hex(&key));
    if earlier {
        println!(
            "its tables are of an earlier version: a copy was brought up to date and checked, the file is as it was"
        );
    }
    ended(report.faults.len(), "keep this book as it is, and restore the latest backup that verifies")?;
    for fault in &owed {
        println!("FINDING in the list of what is owed: {fault}");
    }
    ended(
        owed.len(),
        "the book holds, and only the list beside it does not: read it anew with `fieldbook read-receivables`",
    )?;
    println!("everything holds");
    Ok(())
}

fn ended(faults: usize, way_on: &str) -> Result<(), Trouble> {
    if faults == 0 {
        return Ok(());
    }
    let findings = if faults == 1 { "finding" } else { "findings" };
    Err(Trouble::new(format!("{faults} {findings}, listed above"), way_on))
}

fn tell(report: &Report) {
    let counters = report.counters;
    println!("entries of the feed read     {:>10}", report.entries);
    println!("device chains recomputed     {:>10}", report.chains);
    println!("signatures over chain heads  {:>10}", report.signatures);
    println!("papers folded anew           {:>10}", report.papers);
    println!("scope digests recomputed     {:>10}", report.digests);
    println!("places in scopes and lists   {:>10}", report.places);
    println!("files compared with names    {:>10}", report.files);
    println!("accounts added up            {:>10}", report.balances);
    println!("tables of closed months      {:>10}", report.months);
    println!(
        "received {} = applied {} + held {} + put aside {}",
        counters.received, counters.applied, counters.held, counters.quarantined
    );
    for fault in &report.faults {
        println!("FINDING {fault}");
    }
}

fn tell_log(checked: &Checked, handed_in: Option<&Checkpoint>) {
    if let Some(file) = &checked.file {
        let LogFile { company, company_name, device, number, owner, staff, checkpoint, .. } = file;
        println!("company                      {company_name} ({company})");
        println!("device                       {number:02} ({device})");
        println!("its owner, by the company    {owner} ({staff})");
        println!("its public key               {}", hex(&file.key));
        println!("changes                      {:>10}", checked.changes);
        println!("of them without their body   {:>10}", checked.without_body);
        println!("signed by the device up to   {:>10}", checked.signed_through);
        println!("countersigned by the company {:>10}  at {}", checkpoint.through, clock(checkpoint.at));
        if let Some(handed_in) = handed_in {
            println!("checkpoint handed in up to   {:>10}  at {}", handed_in.through, clock(handed_in.at));
        }
        if let Some(seq) = checked.forks_at {
            println!(
                "the same key has signed another log too, from change {seq} on: a copy of the device, or an old state put back"
            );
        }
    }
    for fault in &checked.faults {
        println!("FINDING {fault}");
    }
    if checked.holds() {
        println!(
            "proved: nothing was changed, left out, added or moved from the first change to the last; the device's"
        );
        println!("key has signed all of it, and the company has countersigned it at the time above.");
    }
    println!(
        "not proved: that what was recorded is true; what was recorded and never sent, or sent after that time;"
    );
    println!("times, owner and verdicts, which the company declares; who held the phone.");
}

fn unhex(figures: &str) -> Option<Vec<u8>> {
    let figures: Vec<u8> = figures.bytes().filter(|figure| !figure.is_ascii_whitespace()).collect();
    let figure = |c: u8| char::from(c).to_digit(16).and_then(|figure| u8::try_from(figure).ok());
    if !figures.len().is_multiple_of(2) {
        return None;
    }
    figures.chunks_exact(2).map(|pair| Some(figure(pair[0])? << 4 | figure(pair[1])?)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut figures, byte| {
        write!(figures, "{byte:02x}").expect("writing to memory cannot fail");
        figures
    })
}
