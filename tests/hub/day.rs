//! A day of the company, step by step, over any store: what is done, what is answered, and what is stored afterwards.

use std::{
    fmt::Debug,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use server::{
    feed::PullAsk,
    hub::{
        Command, CommandError, EnrolError, Enrolment, HoldingError, Hub, NamedError, OwnLog, PushError,
        Transfer, TransferError,
    },
    snapshots::SnapshotError,
    store::{
        Blob, CommandName, Devices, FeedAsk, Inspection, Period, Sight, Snapshot, Store, StoreError, Stored,
        TroubleKind, sqlite::SqliteStore,
    },
};
use sync_core::{
    domain::visit::{BlobHash, Purpose, VisitRecorded},
    log::{Actor, SignedHolding, sha256},
    op::{Op, Ruling},
    snapshot::SnapshotAsk,
    unit::{ChangeId, StaffId},
};
use tests::failing::Failing;

use crate::house::{
    ADMIN, HEAD, House, MA, Pen, SESSION, YANG, card, cash, customer, minute, outside, text, visit,
};

/// What is done to the company in a day, one after the other. Each asks for the same however often it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Somebody opens the company.
    Opens,
    /// A phone begins its log.
    Enrols,
    /// A copy of a phone sends what comes after a fork that nobody knows of yet.
    Strays,
    /// Five pushes of four phones in one transaction: of one a part is held, one is a fork, one has a gap, one repeats.
    Group,
    /// The console says something under a name.
    Command,
    /// The console says two things at once.
    Commands,
    /// A head accepts what waits.
    Rules,
    /// Two customers change hands.
    Transfers,
    /// A phone states that it has given them up.
    States,
    /// What was recorded before the change of hands comes after it.
    Late,
    /// Contacts are noted.
    Heard,
    /// A broken batch is noted.
    Notices,
    /// A phone that knows less than it has delivered reads.
    Reads,
    /// A photo comes.
    File,
    /// And the visit that names it.
    Names,
    /// What nobody names goes.
    Tidies,
    /// A phone loses its rights.
    Revokes,
    /// And delivers what it had recorded.
    Delivers,
    /// A rep reads all that is theirs.
    Pulls,
    /// Or has it folded.
    Folds,
    /// And compares.
    Digests,
}

impl Step {
    pub(crate) const ALL: [Self; 21] = [
        Self::Opens,
        Self::Enrols,
        Self::Strays,
        Self::Group,
        Self::Command,
        Self::Commands,
        Self::Rules,
        Self::Transfers,
        Self::States,
        Self::Late,
        Self::Heard,
        Self::Notices,
        Self::Reads,
        Self::File,
        Self::Names,
        Self::Tidies,
        Self::Revokes,
        Self::Delivers,
        Self::Pulls,
        Self::Folds,
        Self::Digests,
    ];

    /// Whether it writes at all.
    pub(crate) const fn writes(self) -> bool {
        !matches!(self, Self::Opens | Self::Pulls | Self::Folds | Self::Digests)
    }

    /// Whether asking again is the same answer; where it is not, it is said that nothing was left to do.
    pub(crate) const fn answers_the_same_again(self) -> bool {
        !matches!(self, Self::Transfers | Self::States | Self::File | Self::Tidies)
    }

    /// Whether a second time is a second command: without a name nobody can tell.
    pub(crate) const fn is_unnamed(self) -> bool {
        matches!(self, Self::Commands | Self::Revokes)
    }
}

/// What an error says of the store, where it says something of it.
trait OfStore: Debug {
    fn of_store(&self) -> Option<StoreError>;
}

macro_rules! of_store {
    ($($error:ty: $pattern:pat => $found:expr;)*) => {
        $(impl OfStore for $error {
            fn of_store(&self) -> Option<StoreError> {
                match self {
                    $pattern => Some($found.clone()),
                    _ => None,
                }
            }
        })*
    };
}

of_store! {
    PushError: Self::Store(error) => error;
    CommandError: Self::Store(error) => error;
    NamedError: Self::Command(CommandError::Store(error)) => error;
    EnrolError: Self::Command(CommandError::Store(error)) => error;
    TransferError: Self::Command(CommandError::Store(error)) => error;
    HoldingError: Self::Store(error) => error;
    SnapshotError: Self::Store(error) => error;
}

impl OfStore for StoreError {
    fn of_store(&self) -> Option<StoreError> {
        Some(self.clone())
    }
}

/// What was answered, in words, or that the store could not do it.
fn told<T: Debug, E: OfStore>(answer: Result<T, E>) -> Stored<String> {
    match answer {
        Ok(answer) => Ok(format!("{answer:?}")),
        Err(error) => error.of_store().map_or_else(|| Ok(format!("{error:?}")), Err),
    }
}

/// The company in the morning, with phones that have written but not delivered.
pub(crate) struct Day<S> {
    pub(crate) house: House<Failing<S>>,
    drawn: Arc<AtomicU64>,
    ma: Pen,
    copy: Pen,
    yang: Pen,
    gap: Pen,
}

const PHOTO: &[u8] = b"a slip, as bright as day";

fn file(bytes: &[u8]) -> Blob {
    let hash = BlobHash(sha256(&[bytes]));
    Blob { hash, media: "image/png".into(), bytes: bytes.to_vec(), uploader: YANG, created: minute(2) }
}

impl<S: Store> Day<S> {
    pub(crate) async fn begins(store: S) -> Self {
        Self::of(store, 0).await
    }

    /// The same day of a company with an id of its own; all other ids are the same.
    pub(crate) async fn of(store: S, company: u8) -> Self {
        let drawn = Arc::new(AtomicU64::new(1));
        let house = House::drawing(Failing::around(store), Arc::clone(&drawn), company).await;
        let mut ma = house.pen(MA, 1).await;
        ma.writes(&visit(1, "谈了订货"), minute(5));
        house.push(&ma, ma.all(), minute(6)).await.expect("taken");
        let mut copy = ma.clone();
        copy.writes(&visit(2, "又一家"), minute(7));
        copy.writes(&visit(3, "再一家"), minute(8));
        ma.writes(&cash(1, 400_000, 1), minute(7));
        ma.writes_raw(9_999, b"\xa1\x18\x63\x61x".to_vec(), card(1, "").scopes(MA), minute(8));
        ma.writes(&card(11, "不是他的"), minute(9));
        // It says that it has seen every command of the office there is.
        ma.seen = (10_000, Some(1));
        ma.writes(&visit(1, "交接前谈的"), minute(15));
        ma.writes(&visit(3, "停用前谈的"), minute(16));
        let mut yang = house.pen(YANG, 2).await;
        yang.writes(&visit(11, "催货款"), minute(7));
        yang.writes(&visit(12, "看陈列"), minute(8));
        let with_photo = VisitRecorded {
            customer: customer(13),
            purposes: vec![Purpose::DiscussOrder],
            met: text("老板"),
            said: text("照了门头"),
            next_step: text(""),
            next_on: None,
            place: None,
            photos: vec![file(PHOTO).hash],
        };
        yang.writes(&Op::VisitRecorded(with_photo), minute(9));
        let mut gap = house.pen(YANG, 3).await;
        gap.writes(&visit(11, "第一条"), minute(7));
        gap.writes(&visit(11, "第二条"), minute(8));
        let store = house.hub.store();
        store.put_blob(house.hub.company(), &file(b"never named"), 1 << 20).await.expect("kept");
        Self { house, drawn, ma, copy, yang, gap }
    }

    pub(crate) fn hub(&self) -> &Hub<Failing<S>> {
        &self.house.hub
    }

    /// Does one thing, drawing the same as if it had never been tried before.
    pub(crate) async fn does(&self, step: Step) -> Stored<String> {
        self.drawn.store(1_000 * (step as u64 + 1), Ordering::SeqCst);
        let (hub, store, company) = (self.hub(), self.hub().store(), self.hub().company());
        let head = Actor { staff: HEAD, session: SESSION };
        let says = |op: Op| Command::new(head, op);
        match step {
            Step::Opens => {
                let opened = Hub::open(store.clone(), Some(company), outside(Arc::clone(&self.drawn), 0));
                told(opened.await.map(|hub| hub.map(|hub| (hub.company(), *hub.heads().borrow()))))
            }
            Step::Enrols => {
                let key = self.ma.key_of(9);
                let enrolment = Enrolment { staff: MA, session: SESSION, key, name: text("第二部手机") };
                told(hub.enrol(enrolment, minute(19)).await)
            }
            Step::Strays => self.pushes(&self.copy, 3).await,
            Step::Group => self.group().await,
            Step::Command => {
                let name = CommandName { session: SESSION, name: "a-1".into() };
                told(hub.command_once(name, [1; 32], says(card(1, "办公室改的")), minute(21)).await)
            }
            Step::Commands => told(
                hub.commands(vec![says(card(2, "一起改的")), says(card(3, "一起改的"))], minute(22)).await,
            ),
            Step::Rules => {
                let waits = ChangeId { device: self.ma.device, seq: 4 }.created();
                told(hub.rule(head, waits, Ruling::Accepted, minute(30)).await)
            }
            Step::Transfers => {
                let customers = Some(vec![customer(1), customer(2)]);
                let transfer =
                    Transfer { actor: head, from: MA, to: YANG, customers, reason: Some(text("调岗")) };
                told(hub.transfer(transfer, minute(40)).await)
            }
            Step::States => self.states().await,
            Step::Late => self.pushes(&self.ma, 5).await,
            Step::Heard => told(hub.heard_of(vec![self.ma.device, self.yang.device], minute(50)).await),
            Step::Notices => told(hub.notice(self.yang.device, TroubleKind::Broken, 3, minute(51)).await),
            Step::Reads => {
                let own = OwnLog { last_seq: 1, clock_ms: minute(70).millis() };
                told(hub.reads(self.ma.device, own, minute(52)).await)
            }
            Step::File => told(store.put_blob(company, &file(PHOTO), 1 << 20).await),
            Step::Names => self.pushes(&self.yang, 3).await,
            Step::Tidies => told(store.remove_unnamed(company, minute(3)).await),
            Step::Revokes => {
                let actor = Actor { staff: ADMIN, session: SESSION };
                told(hub.revoke(actor, self.ma.device, text("手机丢了"), minute(60)).await)
            }
            Step::Delivers => self.pushes(&self.ma, 6).await,
            Step::Pulls => self.pulls(YANG).await,
            Step::Folds => self.folds(YANG).await,
            Step::Digests => {
                let viewer = hub.viewer(YANG).await?.expect("a member of staff");
                told(hub.digest(&viewer).await)
            }
        }
    }

    async fn group(&self) -> Stored<String> {
        let (ma, yang) = (&self.ma, &self.yang);
        let pushes = vec![
            (ma, ma.batch(2..=4)),
            (&self.copy, self.copy.batch(2..=2)),
            (yang, yang.batch(1..=2)),
            (&self.gap, self.gap.batch(2..=2)),
            (ma, ma.batch(3..=4)),
        ];
        let answers = self.house.group(pushes, minute(20)).await;
        let of_store = answers.iter().filter_map(|answer| answer.as_ref().err()?.of_store());
        let of_store: Vec<StoreError> = of_store.collect();
        assert!(of_store.is_empty() || of_store.len() == 5, "all of a group or none: {answers:#?}");
        of_store.into_iter().next().map_or_else(|| Ok(format!("{answers:?}")), Err)
    }

    async fn pushes(&self, pen: &Pen, seq: u64) -> Stored<String> {
        told(self.house.push(pen, pen.batch(seq..=seq), minute(55)).await)
    }

    async fn states(&self) -> Stored<String> {
        let viewer = self.hub().viewer(MA).await?.expect("a member of staff");
        let scopes = viewer.listed_scopes().expect("a rep's can be listed");
        let head = self.hub().snapshot().await?.head().await?;
        let statement = self.ma.states(&scopes, head.epoch, head.position);
        let said = SignedHolding::from_bytes(&statement).expect("a statement");
        told(self.hub().holds(self.ma.device, &said, &statement, minute(45)).await)
    }

    async fn pulls(&self, staff: StaffId) -> Stored<String> {
        let viewer = self.hub().viewer(staff).await?.expect("a member of staff");
        let (mut epoch, mut after, mut pages) = (0, 0, Vec::new());
        loop {
            let ask = PullAsk { epoch, after, limit: 7, scopes: [0; 16] };
            let page = self.hub().pull_for(&viewer, self.yang.device, ask, minute(61)).await?;
            (epoch, after) = (page.scanned_to.epoch, page.scanned_to.position);
            let last = after == page.head;
            pages.push(page);
            if last {
                return Ok(format!("{pages:?}"));
            }
        }
    }

    async fn folds(&self, staff: StaffId) -> Stored<String> {
        let viewer = self.hub().viewer(staff).await?.expect("a member of staff");
        let ask = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: None };
        let cut = match self.hub().cut(&viewer, &ask, 4_096).await {
            Ok(cut) => cut,
            refused => return told(refused.map(|_| ())),
        };
        let sizes = cut.manifest.bytes.clone();
        let signed = self.hub().signed(&cut.manifest, sizes, Some(self.yang.device)).await?;
        Ok(format!("{:?} {:?}", cut.chunks, signed.to_bytes()))
    }

    /// Everything that is stored, table by table, read by somebody whom no failure touches.
    pub(crate) async fn book(&self) -> StoredBook {
        let store = self.hub().store().inside();
        let mut moment = store.snapshot(self.hub().company()).await.expect("a moment");
        book(&mut moment).await.expect("it can be read")
    }
}

/// What is stored, table by table.
pub(crate) type StoredBook = Vec<(&'static str, String)>;

async fn book(moment: &mut (impl Snapshot + Inspection)) -> Stored<StoredBook> {
    let mut files = Vec::new();
    while let Some(file) = moment.next_blob(files.last().map(|file: &Blob| file.hash)).await? {
        files.push(file);
    }
    let feed = FeedAsk { limit: 10_000, ..FeedAsk::default() };
    Ok(vec![
        ("head", format!("{:?}", moment.head().await?)),
        ("devices", format!("{:?}", moment.devices(&Devices::All).await?)),
        ("feed", format!("{:?}", moment.feed(&feed).await?)),
        ("papers", format!("{:?}", moment.papers_in(&Sight::everything()).await?)),
        ("columns", format!("{:?}", moment.shown(None, 10_000).await?)),
        ("places", format!("{:?}", moment.places(None, 10_000).await?)),
        ("named files", format!("{:?}", moment.named(None, 10_000).await?)),
        ("files", format!("{files:?}")),
        ("digests", format!("{:?}", moment.digests(None).await?)),
        ("put aside", format!("{:?}", moment.quarantine().await?)),
        ("counted by days", format!("{:?}", moment.tallies(Period::Day).await?)),
        ("counted by months", format!("{:?}", moment.tallies(Period::Month).await?)),
        ("evictions", format!("{:?}", moment.evictions(None).await?)),
    ])
}

/// Two books are the same, or the first table in which they are not.
pub(crate) fn same(book: &StoredBook, expected: &StoredBook, when: &str) {
    for ((table, stored), (_, expected)) in book.iter().zip(expected) {
        assert_eq!(stored, expected, "{when}: {table}");
    }
}

/// A folder of its own, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn fresh(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("fieldbook-failing-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub(crate) async fn store(&self, name: &str) -> SqliteStore {
        SqliteStore::open(&self.0.join(format!("{name}.db"))).await.expect("a store")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
