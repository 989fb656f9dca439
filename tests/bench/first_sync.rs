//! A rep's second phone fetches the whole book: 2,000 customers and 50,000 changes.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use ed25519_dalek::SigningKey;
use server::{hub::Hub, outside::Outside, store::sqlite::SqliteStore};
use sync_core::{
    log::sha256,
    replica::Replica,
    snapshot::{Manifest, SignedManifest},
    wire::MEDIA_TYPE,
};

use crate::{
    Measured,
    client::{Connection, request},
    company::{self, Plan, days_ago, rep_number},
    dice::Dice,
    figures::{Figure, for_each, median},
    history::{self, History, Span, enrolled},
    raw,
    rounds::{dump, signed_in},
    server::{Running, Which},
};

const CUSTOMERS: u32 = 2_000;
const CHANGES: usize = 50_000;
const ROUNDS: usize = 3;

/// What one round came to.
struct Round {
    ms: f64,
    bytes: f64,
    peak_mb: f64,
}

/// A question for the past, as it is put to the server.
struct Question {
    request: Vec<u8>,
    chunk: Option<u32>,
}

/// The book of a rep with years behind it, in a file.
pub(crate) struct Book {
    file: PathBuf,
    /// Where its feed stood before the rep began.
    founded: u64,
}

impl Book {
    /// Writes it.
    pub(crate) async fn written(folder: &Path, outside: &Outside) -> Measured<Self> {
        println!("writing the book of a rep with {CUSTOMERS} customers and {CHANGES} changes …");
        let file = folder.join("first.db");
        let plan = Plan { reps: 1, customers: CUSTOMERS, phones: 0, days: 700 };
        let founded = company::found(&file, outside, &plan).await?.position;
        let now = outside.now();
        let span = Span {
            reps: 0..1,
            customers: CUSTOMERS,
            from: days_ago(plan.days - 1, now),
            until: days_ago(1, now),
            each: CHANGES,
        };
        History::begun(&file, outside, &span).await?.grows(&file, CHANGES).await?;
        Ok(Self { file, founded })
    }

    /// Where it lies.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Removes it.
    pub(crate) fn remove(self) -> Measured<()> {
        Ok(fs::remove_file(self.file)?)
    }

    /// Fetches it as often as counts.
    pub(crate) async fn measured(&self, outside: &Outside) -> Measured<Vec<Figure>> {
        let (file, rows) = (&self.file, self.file.with_file_name("first-raw.db"));
        let json = as_json(file, self.founded, &rows, outside).await?;
        println!("{:.1} MB as JSON", for_each(json, 1) / 1e6);
        let mut replica = second_phone(file, outside).await?;
        let mut rounds = [Vec::new(), Vec::new()];
        let questions = questions(file, &mut replica).await?;
        for round in 1..=ROUNDS {
            rounds[0].push(raw_round(&rows).await?);
            rounds[1].push(round_of(file, &replica, &questions).await?);
            let [raw, product] =
                [0, 1].map(|which: usize| rounds[which].last().map_or(0.0, |round| round.ms));
            println!("round {round}: first sync {product:.0} ms, the JSON {raw:.0} ms");
        }
        fs::remove_file(rows)?;
        let of = |name, unit, measure: fn(&Round) -> f64| {
            let [raw, value] = [0, 1].map(|which: usize| median(rounds[which].iter().map(measure)));
            Figure { name, value, unit, raw }
        };
        Ok(vec![
            of("first_sync_time", "ms", |round| round.ms),
            of("first_sync_bytes", "MB", |round| round.bytes / 1e6),
            of("first_sync_memory", "MB", |round| round.peak_mb),
        ])
    }
}

/// The same changes as rows of JSON for the raw handler. How many bytes.
async fn as_json(file: &Path, after: u64, rows: &Path, outside: &Outside) -> Measured<usize> {
    let entries = history::entries(file, outside, after, u32::MAX).await?;
    let mut all = Vec::with_capacity(entries.len());
    for entry in &entries {
        let json = serde_json::json!({
            "position": entry.position,
            "device": entry.change.id.device.0,
            "seq": entry.change.id.seq,
            "staff": entry.staff.0,
            "at": entry.effective.millis(),
            "received": entry.received.millis(),
            "change": serde_json::to_value(entry.op().map_err(|why| why.to_string())?)?,
        });
        all.push((*entry.change.id.device.bytes(), entry.change.id.seq, serde_json::to_vec(&json)?));
    }
    raw::fill(rows, &all).await?;
    Ok(all.iter().map(|(_, _, json)| json.len()).sum())
}

async fn second_phone(file: &Path, outside: &Outside) -> Measured<Replica> {
    let hub = Hub::open(SqliteStore::open(file).await?, None, outside.clone()).await?;
    let hub = hub.ok_or("the file holds no company")?;
    let key = SigningKey::from_bytes(&Dice::new(77).bytes());
    let replica = enrolled(&hub, 0, &key, outside.now()).await?;
    hub.store().close().await;
    Ok(replica)
}

async fn bearer(server: &Running, replica: &Replica) -> Measured<String> {
    let mut door = Connection::open(server.address).await?;
    let device = Some(replica.identity().device.0.to_string());
    Ok(format!("Bearer {}", signed_in(&mut door, &rep_number(0), device).await?))
}

/// Fetches the book once as a phone does, to the end, and notes what it asks.
async fn questions(file: &Path, replica: &mut Replica) -> Measured<Vec<(Option<u32>, Vec<u8>)>> {
    let server = Running::start(Which::Product, file)?;
    let bearer = bearer(&server, replica).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut asked = Vec::new();
    while let Some(ask) = replica.missing_past() {
        let (chunk, body) = (replica.next_chunk(), minicbor::to_vec(&ask)?);
        let answer = connection.send(&question(&bearer, chunk, &body)).await?.body()?;
        replica.take_piece(&ask, chunk, &answer);
        asked.push((chunk, body));
    }
    let papers = replica.view().confirmed().len();
    server.stop().await?;
    if papers < CHANGES / 2 {
        return Err(format!("only {papers} papers have come").into());
    }
    println!("{papers} papers in {} chunks", asked.len() - 1);
    Ok(asked)
}

fn question(bearer: &str, chunk: Option<u32>, body: &[u8]) -> Vec<u8> {
    let path = chunk.map_or("/api/v1/snapshot".to_owned(), |number| format!("/api/v1/snapshot/{number}"));
    let headers = [
        ("content-type", MEDIA_TYPE),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("authorization", bearer),
    ];
    request("POST", &path, &headers, body)
}

/// Fetches the book from a server that has just started: unpacked, and each chunk what the manifest says it is.
async fn round_of(file: &Path, replica: &Replica, asked: &[(Option<u32>, Vec<u8>)]) -> Measured<Round> {
    let server = Running::start(Which::Product, file)?;
    let bearer = bearer(&server, replica).await?;
    let questions: Vec<Question> = asked
        .iter()
        .map(|(chunk, body)| Question { request: question(&bearer, *chunk, body), chunk: *chunk })
        .collect();
    let mut connection = Connection::open(server.address).await?;
    let cpu = server.count_from_here()?;
    let begun = Instant::now();
    let mut manifest: Option<Manifest> = None;
    for question in &questions {
        let answer = connection.send(&question.request).await?.body()?;
        match (question.chunk, &manifest) {
            (Some(number), Some(manifest)) => {
                if manifest.hash(number) != Some(&sha256(&[&answer])[..]) {
                    return Err(format!("chunk {number} is another than the manifest says").into());
                }
            }
            _ => manifest = Some(SignedManifest::from_bytes(&answer)?.manifest()?),
        }
    }
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    let peak_mb = server.used_since(cpu)?.peak_bytes / 1e6;
    let sent: usize = questions.iter().map(|question| question.request.len()).sum();
    let bytes = for_each(usize::try_from(connection.received)? + sent, 1);
    server.stop().await?;
    Ok(Round { ms, bytes, peak_mb })
}

async fn raw_round(rows: &Path) -> Measured<Round> {
    let server = Running::start(Which::Raw, rows)?;
    let cpu = server.count_from_here()?;
    let begun = Instant::now();
    let bytes = for_each(usize::try_from(dump(&server).await?)?, 1);
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    let peak_mb = server.used_since(cpu)?.peak_bytes / 1e6;
    server.stop().await?;
    Ok(Round { ms, bytes, peak_mb })
}
