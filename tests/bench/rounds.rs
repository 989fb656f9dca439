//! The measured rounds: the same load against the raw limit and against the product, one after the other.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use minicbor::decode;
use sync_core::feed::Cursor;
use sync_core::wire::{MEDIA_TYPE, Page, PushReply};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    Measured,
    client::{Connection, packed, request},
    company::{CHANGES, CLERK, Company, DEVICES, PASSWORD},
    database,
    figures::{for_each, percentile},
    raw,
    server::{Running, Which, bytes_on_disk},
};

/// How many changes each device brings one by one.
const SINGLES: usize = 20;

/// What Chromium says it can unpack.
const BROWSER: &str = "gzip, deflate, br, zstd";

/// How long any one load may take before the run is given up.
const PATIENCE: Duration = Duration::from_mins(2);

/// The database of the company as it is before each round.
pub(crate) const COMPANY: &str = "company";

const ALL: usize = DEVICES as usize * CHANGES;

/// Everything to be sent, ready before any clock starts; one list of requests for each device.
pub(crate) struct Load {
    batches: [Vec<Vec<Vec<u8>>>; 2],
    singles: [Vec<Vec<Vec<u8>>>; 2],
    clerk: String,
    position: u64,
}

/// What one round of full pushes came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ingest {
    pub(crate) changes_a_second: f64,
    pub(crate) p95_ms: f64,
    pub(crate) cpu_us: f64,
    pub(crate) peak_mb: f64,
    pub(crate) disk_bytes: f64,
    pub(crate) reply_bytes: f64,
    pub(crate) pull_ms: f64,
    pub(crate) pull_bytes: f64,
}

/// The folder of a run, and the company's file or database as it is before each round.
pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    pub(crate) company: PathBuf,
    pub(crate) load: Load,
}

impl Load {
    /// Signs everybody in, at the product's own door, and packs what they will send.
    pub(crate) async fn ready(company: &Company, file: &Path) -> Measured<Self> {
        let server = Running::start(Which::Product, file)?;
        let mut load = Self {
            batches: [vec![], vec![]],
            singles: [vec![], vec![]],
            clerk: String::new(),
            position: company.position,
        };
        let mut door = Connection::open(server.address).await?;
        load.clerk = signed_in(&mut door, CLERK, None).await?;
        for phone in &company.phones {
            let token = signed_in(&mut door, &phone.number, Some(phone.device.0.to_string())).await?;
            let product = |body: Vec<u8>| push_request(&token, &body);
            load.batches[1].push(phone.batches(CHANGES).into_iter().map(product).collect());
            load.singles[1].push(phone.batches(1).into_iter().take(SINGLES).map(product).collect());
            let changes: Vec<Vec<u8>> = phone.changes.iter().map(sync_core::log::Change::to_bytes).collect();
            let raw = |path, size| {
                let parts = changes.chunks(size).zip((1..).step_by(size));
                parts.map(move |(part, first)| {
                    let body = raw::body(phone.device.bytes(), first, part.iter().map(Vec::as_slice));
                    request("POST", path, &[], &body)
                })
            };
            load.batches[0].push(raw("/push", CHANGES).collect());
            load.singles[0].push(raw("/one", 1).take(SINGLES).collect());
        }
        server.stop().await?;
        Ok(load)
    }

    /// The head of the feed before the pushes.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// Full pushes for one of the servers, one list for each device.
    pub(crate) fn full(&self, which: Which) -> &[Vec<Vec<u8>>] {
        &self.batches[which as usize]
    }

    /// The bytes on the wire for each change of a full push: head, signature, packed body.
    pub(crate) fn push_bytes(&self) -> f64 {
        for_each(self.batches[Which::Product as usize].iter().flatten().map(Vec::len).sum(), ALL)
    }
}

fn push_request(token: &str, body: &[u8]) -> Vec<u8> {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("content-type", MEDIA_TYPE),
        ("content-encoding", "gzip"),
        ("accept-encoding", "gzip"),
        ("authorization", bearer.as_str()),
    ];
    request("POST", "/api/v1/push", &headers, &packed(body))
}

pub(crate) async fn signed_in(
    door: &mut Connection,
    number: &str,
    device: Option<String>,
) -> Measured<String> {
    let body = serde_json::json!({ "number": number, "password": PASSWORD, "device": device }).to_string();
    let headers = [("content-type", "application/json")];
    let answer = door.send(&request("POST", "/api/v1/session", &headers, body.as_bytes())).await?.body()?;
    let answer: serde_json::Value = serde_json::from_slice(&answer)?;
    Ok(answer["access"].as_str().ok_or("no access token")?.to_owned())
}

/// What a load came to: seconds in all, milliseconds of each request, bytes answered.
pub(crate) struct Driven {
    pub(crate) seconds: f64,
    pub(crate) each_ms: Vec<f64>,
    answered: u64,
}

/// Lets all devices send what they have, each over its own connection, one request after the other.
pub(crate) async fn drive(server: &Running, load: &[Vec<Vec<u8>>], product: bool) -> Measured<Driven> {
    let start = Arc::new(Barrier::new(load.len() + 1));
    let mut tasks = JoinSet::new();
    for requests in load {
        let (start, requests) = (Arc::clone(&start), requests.clone());
        let mut connection = Connection::open(server.address).await?;
        tasks.spawn(async move {
            start.wait().await;
            let mut each_ms = Vec::with_capacity(requests.len());
            for request in &requests {
                let begun = Instant::now();
                let answer = connection.send(request).await.and_then(super::client::Answer::body);
                each_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
                let answer = answer.map_err(|error| error.to_string())?;
                if product {
                    taken(&answer)?;
                }
            }
            Ok::<_, String>((each_ms, connection.received))
        });
    }
    start.wait().await;
    let begun = Instant::now();
    let mut driven = Driven { seconds: 0.0, each_ms: Vec::new(), answered: 0 };
    let everybody = async {
        while let Some(done) = tasks.join_next().await {
            let (each_ms, answered) = done??;
            driven.each_ms.extend(each_ms);
            driven.answered += answered;
        }
        Measured::Ok(())
    };
    tokio::time::timeout(PATIENCE, everybody).await??;
    driven.seconds = begun.elapsed().as_secs_f64();
    Ok(driven)
}

/// Everything was taken, and nothing had to be said about it.
fn taken(answer: &[u8]) -> Result<(), String> {
    let reply: PushReply = minicbor::decode(answer).map_err(|error: decode::Error| error.to_string())?;
    match reply.judged.iter().find(|judged| judged.verdict.is_some()) {
        Some(judged) => Err(format!("change {} was not simply applied: {:?}", judged.seq, judged.verdict)),
        None => Ok(()),
    }
}

impl Bench {
    /// A fresh file for a round.
    async fn fresh(&self, which: Which) -> Measured<(PathBuf, u64)> {
        if database::options(&self.company).is_some() {
            let (name, like) = match which {
                Which::Raw => ("raw", "template0"),
                Which::Product => ("product", COMPANY),
            };
            let place = database::fresh(name, like).await?;
            let before = bytes_on_disk(&place).await?;
            return Ok((place, before));
        }
        let file = self.folder.join(format!("{}.db", which.word()));
        for suffix in ["", "-wal", "-shm"] {
            let stale = self.folder.join(format!("{}.db{suffix}", which.word()));
            if stale.exists() {
                fs::remove_file(stale)?;
            }
        }
        if which == Which::Raw {
            return Ok((file, 0));
        }
        fs::copy(&self.company, &file)?;
        let before = bytes_on_disk(&file).await?;
        Ok((file, before))
    }

    /// The product's file, with what was pushed in the last round.
    pub(crate) fn pushed(&self) -> PathBuf {
        self.folder.join(format!("{}.db", Which::Product.word()))
    }

    /// All devices bring all they have, each in one push; then everything is pulled.
    pub(crate) async fn ingest(&self, which: Which) -> Measured<Ingest> {
        let (file, before) = self.fresh(which).await?;
        let server = Running::start(which, &file)?;
        let product = which == Which::Product;
        let cpu = server.count_from_here()?;
        let mut driven = drive(&server, &self.load.batches[which as usize], product).await?;
        let pushed = server.used_since(cpu)?;
        let begun = Instant::now();
        let pull_bytes = if product { self.pull(&server).await? } else { dump(&server).await? };
        let pull_ms = begun.elapsed().as_secs_f64() * 1000.0;
        let peak = server.used_since(cpu)?.peak_bytes;
        let disk = server.stop().await?;
        Ok(Ingest {
            changes_a_second: for_each(ALL, 1) / driven.seconds,
            p95_ms: percentile(&mut driven.each_ms, 95),
            cpu_us: pushed.cpu_us / for_each(ALL, 1),
            peak_mb: peak / 1e6,
            disk_bytes: for_each(usize::try_from(disk.saturating_sub(before))?, ALL),
            reply_bytes: for_each(usize::try_from(driven.answered)?, ALL),
            pull_ms,
            pull_bytes: for_each(usize::try_from(pull_bytes)?, ALL),
        })
    }

    /// All devices bring changes one by one: changes a second.
    pub(crate) async fn single(&self, which: Which) -> Measured<f64> {
        let (file, _) = self.fresh(which).await?;
        let server = Running::start(which, &file)?;
        let driven = drive(&server, &self.load.singles[which as usize], which == Which::Product).await?;
        server.stop().await?;
        Ok(for_each(driven.each_ms.len(), 1) / driven.seconds)
    }

    /// A new console reads what was pushed, page by page, unpacks and decodes it. Bytes received.
    async fn pull(&self, server: &Running) -> Measured<u64> {
        let mut connection = Connection::open(server.address).await?;
        let bearer = format!("Bearer {}", self.load.clerk);
        let headers = [("accept-encoding", BROWSER), ("authorization", bearer.as_str())];
        let (mut after, mut entries) = (self.load.position, 0);
        let next = |epoch: u32, after: u64| {
            let path = format!("/api/v1/pull?epoch={epoch}&after={after}&limit=1000");
            request("GET", &path, &headers, &[])
        };
        connection.ask(&next(1, after)).await?;
        loop {
            let answer = connection.hear().await?.body()?;
            // Where a page ends it says first: the next is asked for before this one is read.
            let mut begin = minicbor::Decoder::new(&answer);
            begin.array()?;
            let (scanned_to, head): (Cursor, u64) = (begin.decode()?, begin.decode()?);
            let again = scanned_to.position < after;
            let more = again || scanned_to.position < head;
            if more {
                connection.ask(&next(scanned_to.epoch, after.max(scanned_to.position))).await?;
            }
            if !again {
                entries += Page::from_bytes(&answer)?.entries.len();
                after = scanned_to.position;
            }
            if !more {
                break;
            }
        }
        if entries == ALL {
            Ok(connection.received)
        } else {
            Err(format!("{entries} entries were pulled").into())
        }
    }
}

/// Everything the raw handler holds, in one answer.
pub(crate) async fn dump(server: &Running) -> Measured<u64> {
    let mut connection = Connection::open(server.address).await?;
    connection.send(&request("GET", "/rows", &[], &[])).await?.body()?;
    Ok(connection.received)
}
