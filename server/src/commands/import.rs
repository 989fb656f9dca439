//! `fieldbook import customers|prices FILE`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use server::config::DataFolder;
use server::import::{self, ListHead, MOST_BYTES, Report, Table, UnreadableFile};
use server::outside::Outside;
use sync_core::locale::{Lang, SERVER, Texts};

use super::{Trouble, open, place};

/// `fieldbook import`
#[derive(Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Customer cards; columns are named as on the card, in Chinese or English, with 负责人工号 / owner number
    Customers(Source),
    /// Prices of a new list; columns 产品代码 / product code and 单价 / price
    Prices {
        #[command(flatten)]
        file: Source,
        /// The version of the list, such as 2026-11
        #[arg(long)]
        version: Option<String>,
        /// The meeting that set it
        #[arg(long)]
        meeting: Option<String>,
        /// First day in force, such as 2026-11-01
        #[arg(long, value_name = "DAY")]
        from: Option<String>,
        /// Last day in force
        #[arg(long, value_name = "DAY")]
        to: Option<String>,
    },
}

#[derive(Args)]
struct Source {
    #[command(flatten)]
    folder: DataFolder,
    /// An .xlsx or .csv file, with the names of its columns in the first row
    file: PathBuf,
    /// Take it in; without this only what would happen is said
    #[arg(long)]
    apply: bool,
}

impl Import {
    pub(crate) async fn run(self) -> Result<(), Trouble> {
        let texts = Texts::new(language()).with(SERVER);
        let (file, head) = match self.what {
            What::Customers(file) => (file, None),
            What::Prices { file, version, meeting, from, to } => {
                (file, Some(ListHead { version, meeting, from, to }))
            }
        };
        let table = file.read(&texts)?;
        let outside = Outside::real();
        let place = place(&file.folder)?;
        let hub = open(&place, &outside).await?;
        let now = outside.now();
        let report = match head {
            None => import::customers(&hub, &table, file.apply, now).await,
            Some(head) => import::prices(&hub, &table, &head, file.apply, now).await,
        };
        hub.store().close().await;
        let import::ImportError::Store(error) = match report {
            Ok(report) => return told(&report, &texts),
            Err(error) => error,
        };
        Err(Trouble::of_store(&place, &error))
    }
}

impl Source {
    fn read(&self, texts: &Texts) -> Result<Table, Trouble> {
        let of_file = |error| Trouble::of_file(&self.file, &error);
        let has = std::fs::metadata(&self.file).map_err(of_file)?.len();
        let unreadable = |why: UnreadableFile| {
            Trouble::new(format!("{}: {}", self.file.display(), why.said(texts)), "nothing was written")
        };
        if has > MOST_BYTES {
            return Err(unreadable(UnreadableFile::TooLarge { has, most: MOST_BYTES }));
        }
        let bytes = std::fs::read(&self.file).map_err(of_file)?;
        Table::read(&self.file.to_string_lossy(), bytes).map_err(unreadable)
    }
}

fn told(report: &Report, texts: &Texts) -> Result<(), Trouble> {
    println!("{}", report.said(texts));
    match report.faults.len() {
        0 => Ok(()),
        faults => Err(Trouble::new(format!("{faults} places to correct"), "see above")),
    }
}

/// The language of the terminal.
fn language() -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|said| !said.is_empty());
    Lang::from_tag(&said.unwrap_or_default())
}
