//! `fieldbook keys`: see, rotate, put into a safe, take out of it again, replace.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use server::auth::{KeptKey, KeyFile, LEAST_LETTERS, Purpose, Stand, sealing_public, signing_public, stands};
use server::config::DataFolder;
use server::hub::SharedHub;
use server::outside::Outside;
use server::rows::clock;
use server::store::{ChosenStore, Identities, Place};
use sync_core::log::sha256;
use sync_core::time::Timestamp;

use super::{Trouble, open, place};

/// `fieldbook keys`
#[derive(Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    task: KeysTask,
}

#[derive(Subcommand)]
enum KeysTask {
    /// Show every key: what it is for, since when, how it stands. Secrets are not shown
    List(List),
    /// Begin a new key; what the one before has made still opens
    Rotate(Which),
    /// Put a new key in the place of all of a purpose at once, because one of them is in wrong hands
    Replace(Replace),
    /// Write all keys into a file under a passphrase, for the safe
    Export(Safe),
    /// Take back the keys of such a file that the book does not know
    Import(Safe),
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    folder: DataFolder,
}

#[derive(Args)]
struct Which {
    #[command(flatten)]
    folder: DataFolder,
    /// `hub` (signs what the company says), `access` (signs the tokens of sign-ins) or `sealing` (opens what locked
    /// phones deliver)
    #[arg(value_parser = purpose)]
    purpose: Purpose,
}

#[derive(Args)]
struct Replace {
    #[command(flatten)]
    which: Which,
    /// I know what stops working: it is printed without this
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
struct Safe {
    #[command(flatten)]
    folder: DataFolder,
    /// The file of keys
    file: PathBuf,
    /// A file whose first line is the passphrase, of 12 letters at least
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

fn purpose(code: &str) -> Result<Purpose, String> {
    Purpose::from_code(code).ok_or_else(|| {
        let all = Purpose::ALL.map(Purpose::code).join(", ");
        format!("there are {all}")
    })
}

/// A book that is open, and its keys.
struct Opened {
    hub: SharedHub<ChosenStore>,
    identities: Identities,
    outside: Outside,
    book: Place,
}

impl Opened {
    /// With its first keys, which else the first server makes.
    async fn with_keys(folder: &DataFolder) -> Result<Self, Trouble> {
        let opened = Self::of(folder).await?;
        for purpose in Purpose::REPLACEABLE {
            let fresh = KeptKey::new(purpose, opened.outside.random(), opened.outside.now());
            let first = opened.identities.first_key(&fresh).await;
            first.map_err(|error| Trouble::of_store(&opened.book, &error))?;
        }
        Ok(opened)
    }

    async fn of(folder: &DataFolder) -> Result<Self, Trouble> {
        let outside = Outside::real();
        let book = place(folder)?;
        let hub = open(&book, &outside).await?;
        let identities = Identities::new(hub.store(), hub.company());
        Ok(Self { hub, identities, outside, book })
    }

    async fn keys(&self, purpose: Purpose) -> Result<Vec<KeptKey>, Trouble> {
        self.identities.keys(purpose).await.map_err(|error| Trouble::of_store(&self.book, &error))
    }

    async fn all(&self) -> Result<KeyFile, Trouble> {
        let mut keys = Vec::new();
        for purpose in Purpose::ALL {
            keys.extend(self.keys(purpose).await?);
        }
        let hub_key = self.hub.signer_bytes();
        Ok(KeyFile { company: self.hub.company(), hub_key, keys })
    }

    async fn close(self) {
        self.hub.store().close().await;
    }
}

impl Keys {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        match self.task {
            KeysTask::List(list) => list.run().await,
            KeysTask::Rotate(which) => which.rotate().await,
            KeysTask::Replace(replace) => replace.run().await,
            KeysTask::Export(safe) => safe.export().await,
            KeysTask::Import(safe) => safe.import().await,
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Trouble> {
        let opened = Opened::with_keys(&self.folder).await?;
        let now = opened.outside.now();
        let signers = opened.hub.signers();
        let first = if opened.hub.public_key() == signers.founding() { "in use" } else { "proves for good" };
        println!("hub      {}  the company's first, {first}", hex(&signers.founding()));
        for purpose in Purpose::ALL {
            let keys = opened.keys(purpose).await?;
            for (key, stand) in keys.iter().zip(stands(&keys, now)) {
                println!("{:<8} {}  {}", purpose.code(), shown(key), told(key, stand));
            }
        }
        opened.close().await;
        Ok(())
    }
}

impl Which {
    async fn rotate(self) -> Result<(), Trouble> {
        let Self { folder, purpose } = self;
        let opened = Opened::with_keys(&folder).await?;
        // The latest key begins last, though a clock was set back.
        let latest = opened.keys(purpose).await?.first().map_or(Timestamp::ZERO, |key| key.since);
        let since = opened.outside.now().plus_millis(purpose.notice_ms()).max(latest.plus_millis(1));
        let key = KeptKey::new(purpose, opened.outside.random(), since);
        let kept = opened.identities.keep_keys(std::slice::from_ref(&key)).await;
        kept.map_err(|error| Trouble::of_store(&opened.book, &error))?;
        opened.close().await;
        println!("{} {}: in use from {} on, at every server", purpose.code(), shown(&key), clock(since));
        println!(
            "{}",
            match purpose {
                Purpose::Hub =>
                    "phones follow by themselves, because the key before has signed it; what that one signed stays proven",
                Purpose::Access =>
                    "nobody notices: tokens of the key before open until they run out, in ten minutes",
                Purpose::Sealing =>
                    "phones take it at their next renewal; what was sealed to the key before opens for good",
            }
        );
        println!("then put all keys into the safe again: fieldbook keys export");
        Ok(())
    }
}

impl Replace {
    async fn run(self) -> Result<(), Trouble> {
        let purpose = self.which.purpose;
        let stops = match purpose {
            Purpose::Hub => {
                return Err(Trouble::new(
                    "hub: phones follow only to a key that the one before has signed, so none can stand in the place of all",
                    "rotate it: `fieldbook keys rotate hub`; from then on phones take nothing more under the key before",
                ));
            }
            Purpose::Access => {
                "every token is void within ten seconds; phones and consoles renew theirs by themselves, and nobody signs in anew"
            }
            Purpose::Sealing => {
                "what phones have sealed to the old keys opens no more: a locked phone delivers after it was opened once, and rescue files made before are lost"
            }
        };
        if !self.yes {
            return Err(Trouble::new(format!("{}: {stops}", purpose.code()), "add --yes to do it"));
        }
        let opened = Opened::with_keys(&self.which.folder).await?;
        let key = KeptKey::new(purpose, opened.outside.random(), opened.outside.now());
        let kept = opened.identities.keep_only(&key).await;
        kept.map_err(|error| Trouble::of_store(&opened.book, &error))?;
        opened.close().await;
        println!("{} {}: the only one now", purpose.code(), shown(&key));
        println!("{stops}");
        Ok(())
    }
}

impl Safe {
    async fn export(self) -> Result<(), Trouble> {
        let passphrase = self.passphrase()?;
        let opened = Opened::with_keys(&self.folder).await?;
        let all = opened.all().await?;
        let bytes = all.closed(&passphrase, &opened.outside);
        opened.close().await;
        written(&self.file, &bytes).map_err(|error| Trouble::of_file(&self.file, &error))?;
        println!("wrote the hub's key and {} more to {}", all.keys.len(), self.file.display());
        println!("keep it apart from the copies of the book, and the passphrase apart from both");
        Ok(())
    }

    async fn import(self) -> Result<(), Trouble> {
        let passphrase = self.passphrase()?;
        let bytes = fs::read(&self.file).map_err(|error| Trouble::of_file(&self.file, &error))?;
        let file = KeyFile::opened(&bytes, &passphrase).map_err(|why| {
            Trouble::new(format!("{}: {why}", self.file.display()), "check the file and the passphrase")
        })?;
        let opened = Opened::of(&self.folder).await?;
        if file.company != opened.hub.company() || file.hub_key != opened.hub.signer_bytes() {
            return Err(Trouble::new(
                format!("{}: these are the keys of another company", self.file.display()),
                "name the right folder with --data",
            ));
        }
        let new = opened.identities.keep_keys(&file.keys).await;
        let new = new.map_err(|error| Trouble::of_store(&opened.book, &error))?;
        opened.close().await;
        let taken = new.iter().filter(|new| **new).count();
        println!("took {taken} keys that the book did not know; {} it knew", new.len() - taken);
        Ok(())
    }

    fn passphrase(&self) -> Result<String, Trouble> {
        let file = &self.passphrase_file;
        let said = fs::read_to_string(file).map_err(|error| Trouble::of_file(file, &error))?;
        let line = said.lines().next().unwrap_or_default().trim().to_owned();
        let letters = line.chars().count();
        if letters < LEAST_LETTERS {
            return Err(Trouble::new(
                format!(
                    "{}: the passphrase has {letters} letters; {LEAST_LETTERS} at least are needed",
                    file.display()
                ),
                "write a longer one into its first line",
            ));
        }
        Ok(line)
    }
}

/// Nobody but its owner may read it, and none that is there is written over.
fn written(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A key as it may be shown: of the hub's and of seals the public half, of tokens a few figures of its hash.
fn shown(key: &KeptKey) -> String {
    match key.purpose {
        Purpose::Hub => hex(&signing_public(&key.secret)),
        Purpose::Sealing => hex(&sealing_public(&key.secret)),
        Purpose::Access => hex(&sha256(&[b"fieldbook.shown-key.v1", &key.secret])[..8]),
    }
}

fn told(key: &KeptKey, stand: Stand) -> String {
    let since = clock(key.since);
    match stand {
        Stand::Coming => format!("will be used from {since} on"),
        Stand::InUse => format!("in use since {since}"),
        Stand::Opens(Some(until)) => format!("used since {since}, opens until {}", clock(until)),
        Stand::Opens(None) if key.purpose == Purpose::Hub => format!("used since {since}, proves for good"),
        Stand::Opens(None) => format!("used since {since}, opens for good"),
        Stand::Past => format!("used since {since}, past"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut figures, byte| {
        write!(figures, "{byte:02x}").expect("writing to memory cannot fail");
        figures
    })
}
