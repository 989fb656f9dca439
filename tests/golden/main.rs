//! What an earlier version wrote is read as what it was, written again in the same way, and taken whatever its age.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use flate2::read::GzDecoder;
use server::{
    hub::{Arrived, Hub},
    outside::Outside,
    store::{Devices, Snapshot, TroubleKind, sqlite::SqliteStore},
};
use sync_core::{
    log::{Change, SignedBatch},
    op::Op,
    refusal::Verdict,
    time::Timestamp,
};
use tests::golden::{BOOK_STEPS, Sample, codes, file_of, folder, newest_step, read, samples};

const WAY_ON: &str = "add it to tests/golden and run `cargo xtask golden`";

fn bytes_of(sample: &Sample) -> Vec<u8> {
    let file = file_of(&sample.name);
    let text =
        fs::read_to_string(&file).unwrap_or_else(|_| panic!("{} has no sample: {WAY_ON}", sample.name));
    read(&text)
}

#[test]
fn todays_reader_reads_every_sample_as_what_it_was() {
    for sample in samples() {
        let bytes = bytes_of(&sample);
        assert_eq!(sample.reads(&bytes), Ok(()), "{}", sample.name);
    }
}

#[test]
fn todays_writer_writes_every_sample_in_the_same_way() {
    for sample in samples() {
        assert!(bytes_of(&sample) == sample.bytes, "{} is written in another way than before", sample.name);
    }
}

#[test]
fn no_sample_is_forgotten_and_none_stands_alone() {
    let named: BTreeSet<PathBuf> = samples().iter().map(|sample| file_of(&sample.name)).collect();
    assert!(named.len() > 90, "only {}", named.len());
    assert_eq!(named.len(), samples().len(), "two samples of one name");
    let mut there = BTreeSet::new();
    for kind in fs::read_dir(folder()).expect("the samples").flatten() {
        let files = fs::read_dir(kind.path()).expect("a folder of samples").flatten();
        there.extend(
            files.map(|file| file.path()).filter(|file| file.extension().is_some_and(|e| e == "txt")),
        );
    }
    assert_eq!(there, named, "a sample without a value, or a value without one: {WAY_ON}");
}

#[test]
fn every_kind_of_op_has_a_sample() {
    let with: BTreeSet<u16> = tests::golden::ops().iter().map(Op::kind).collect();
    let without: Vec<&u16> = Op::KINDS.iter().filter(|kind| !with.contains(kind)).collect();
    assert!(without.is_empty(), "kinds {without:?} have no sample: {WAY_ON}");
}

/// The dictionary has words for every reason; each of them has a sample too.
#[test]
fn every_refusal_and_finding_has_a_sample() {
    let with: BTreeSet<String> = codes().into_iter().map(|code| code.replace('.', "-")).collect();
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sync-core/src/locales/en");
    let mut without = BTreeSet::new();
    for file in fs::read_dir(locales).expect("the dictionaries").flatten() {
        let text = fs::read_to_string(file.path()).expect("a dictionary");
        let keys = text.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
        let reasons = keys.filter_map(|key| key.strip_prefix("refusal-").or(key.strip_prefix("finding-")));
        without.extend(reasons.filter(|code| !with.contains(*code)).map(str::to_owned));
    }
    for shared in NOT_REASONS {
        without.remove(shared);
    }
    assert_eq!(without, BTreeSet::new(), "{WAY_ON}");
}

/// Words that belong to no single reason, or are a part of one.
const NOT_REASONS: [&str; 13] = [
    "against-rule",
    "amount-empty",
    "amount-not-a-number",
    "amount-not-positive",
    "amount-too-large",
    "amount-too-many-decimals",
    "field-too-large",
    "field-wrong-type",
    "text-control-character",
    "text-empty",
    "text-too-long",
    "text-too-short",
    "unknown",
];

/// A book of an earlier version in a folder of its own; gone when the test is over.
struct OldBook {
    hub: Hub<SqliteStore>,
    folder: PathBuf,
}

impl OldBook {
    async fn at(step: i64, now: Timestamp) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let turn = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("fieldbook-old-{}-{turn}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let packed = fs::read(books().join(format!("{step:04}.db.gz")));
        let packed = packed.unwrap_or_else(|_| panic!("step {step} of the tables has no book: {WAY_ON}"));
        let mut bytes = Vec::new();
        GzDecoder::new(&packed[..]).read_to_end(&mut bytes).expect("a packed book");
        let file = folder.join("book.db");
        fs::write(&file, bytes).expect("it is laid there");
        let store = SqliteStore::open(&file).await.expect("it is opened and brought up to date");
        let outside = Outside::of(move || now, |bytes| bytes.fill(5));
        let hub = Hub::open(store, None, outside).await.expect("the store").expect("a company");
        Self { hub, folder }
    }
}

impl Drop for OldBook {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn books() -> PathBuf {
    folder().join("book")
}

async fn every_step() -> Vec<i64> {
    BOOK_STEPS.into_iter().chain([newest_step().await]).collect()
}

/// A year after the samples were made.
const YEAR_LATER: Timestamp = Timestamp::from_millis(1_764_205_200_000 + 370 * 86_400_000);

#[tokio::test]
async fn a_book_of_every_step_of_the_tables_is_opened_brought_up_to_date_and_verified() {
    for step in every_step().await {
        let old = OldBook::at(step, YEAR_LATER).await;
        let report = old.hub.verify().await.expect("the store");
        assert_eq!(report.faults, Vec::<String>::new(), "step {step}");
        assert!(report.entries > 20 && report.files == 1 && report.chains == 3, "step {step}: {report:?}");
        assert_eq!((report.counters.held, report.counters.quarantined), (1, 1), "step {step}");
        let mut moment = old.hub.snapshot().await.expect("a moment");
        let logs = moment.devices(&Devices::All).await.expect("devices");
        let forked: Vec<_> = logs.iter().filter_map(|log| Some((log.trouble?.kind, log.aside))).collect();
        assert_eq!(forked, [(TroubleKind::Fork, 1)], "step {step}: what was put aside before is named");
        drop(moment);
        old.hub.store().close().await;
    }
}

/// Pushing is never refused for age: a phone that was without a signal for a year delivers to a new office.
#[tokio::test]
async fn a_batch_that_an_old_version_made_a_year_ago_is_taken_by_every_book() {
    let bytes = read(&fs::read_to_string(file_of("message/batch-a-year-old")).expect("a sample"));
    let header = SignedBatch::from_bytes(&bytes).expect("a batch").header;
    for step in every_step().await {
        let old = OldBook::at(step, YEAR_LATER).await;
        let log = old.hub.device_log(header.device).await.expect("the store").expect("the phone");
        let arrived = Arrived::check(&bytes, header.company, header.device, &log.key).expect("it is whole");
        let answer = old.hub.ingest(vec![arrived], YEAR_LATER).await.pop().expect("an answer");
        let reply = answer.unwrap_or_else(|error| panic!("step {step}: {error}"));
        assert_eq!(reply.judged.len() as u64, header.count);
        for judged in &reply.judged {
            let applied = judged.verdict.as_ref().is_none_or(Verdict::is_applied);
            assert!(applied, "step {step}: {judged:?}");
            assert!(judged.effective < YEAR_LATER, "the act keeps its time: {judged:?}");
        }
        assert!(old.hub.verify().await.expect("the store").holds());
        let ids = (header.first..header.first + header.count)
            .map(|seq| sync_core::unit::ChangeId { device: header.device, seq })
            .collect::<Vec<_>>();
        let rows = old.hub.snapshot().await.expect("a moment").entries(&ids).await.expect("entries");
        for (row, (sent, _)) in rows.iter().zip(SignedBatch::from_bytes(&bytes).expect("a batch").changes) {
            assert_eq!(row.entry.change.to_bytes(), Change::to_bytes(&sent), "byte for byte");
        }
        old.hub.store().close().await;
    }
}
