//! A line to Postgres that breaks where a test wants it: before a question has gone over, or after it was done, when only
//! its answer is lost.
//!
//! It stands between a server and the cluster of the run, and knows little of their language: where a message begins and
//! ends, and which questions nobody waits for.

use std::{
    collections::BTreeSet,
    io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixListener, UnixStream},
    task::JoinHandle,
};

use crate::postgres::Database;

/// What is lost when the line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The question: the database never hears it.
    Question,
    /// The answer: the database has done what it was asked.
    Answer,
}

/// The line. Every connection over it counts; the one that asks too much breaks, and the others live.
#[derive(Debug)]
pub struct Line {
    folder: PathBuf,
    plan: Arc<Plan>,
    carrying: JoinHandle<()>,
}

/// What is to break, and what was heard.
#[derive(Debug)]
struct Plan {
    lost: Lost,
    /// Questions left until the line breaks.
    left: AtomicI64,
    /// The server has begun to listen to others.
    listens: AtomicBool,
}

type Reads = Box<dyn AsyncRead + Send + Unpin>;
type Writes = Box<dyn AsyncWrite + Send + Unpin>;

impl Line {
    /// A line to a database, which does not break until it is told to.
    ///
    /// # Panics
    /// The temporary folder cannot be written.
    pub fn to(database: &Database, lost: Lost) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let turn = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("fieldbook-line-{}-{turn}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket in it");
        let plan = Plan { lost, left: AtomicI64::new(i64::MAX), listens: AtomicBool::new(false) };
        let (plan, to) = (Arc::new(plan), database.options());
        let planned = Arc::clone(&plan);
        let carrying = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carried(client, to.clone(), Arc::clone(&planned)));
            }
        });
        Self { folder, plan, carrying }
    }

    /// The way to the database over this line.
    pub fn options(&self, database: &Database) -> PgConnectOptions {
        database.options().socket(&self.folder).port(5432).ssl_mode(PgSslMode::Disable)
    }

    /// The `questions`-th question from now on breaks it, and only that one. What nobody waits for does not count: words to
    /// other servers, the end of a transaction that was given up, and what a new connection is told, because another one is
    /// made in its place.
    pub async fn break_at(&self, questions: u32) {
        while !self.plan.listens.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        self.plan.left.store(questions.into(), Ordering::SeqCst);
    }

    /// It does not break any more. Whether it has since it was told to.
    pub fn heal(&self) -> bool {
        self.plan.left.swap(i64::MAX, Ordering::SeqCst) <= 0
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.carrying.abort();
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Carries one connection to its end, or until it breaks. Either way both sides see that it is gone.
async fn carried(client: UnixStream, to: PgConnectOptions, plan: Arc<Plan>) {
    let Ok((database_says, database_hears)) = connected(&to).await else { return };
    let (client_says, client_hears) = client.into_split();
    let is_lost = AtomicBool::new(false);
    tokio::select! {
        _ = questions(Box::new(client_says), database_hears, &plan, &is_lost) => {}
        _ = answers(database_says, Box::new(client_hears), &is_lost) => {}
    }
}

async fn connected(to: &PgConnectOptions) -> io::Result<(Reads, Writes)> {
    if let Some(folder) = to.get_socket() {
        let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{}", to.get_port()))).await?;
        let (says, hears) = socket.into_split();
        return Ok((Box::new(says), Box::new(hears)));
    }
    let (says, hears) = TcpStream::connect((to.get_host(), to.get_port())).await?.into_split();
    Ok((Box::new(says), Box::new(hears)))
}

/// A message: its length, which counts itself, and as much as that says. `kind` stands before it.
async fn message(from: &mut Reads, kind: Option<u8>) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut bytes: Vec<u8> = kind.into_iter().chain(length.to_be_bytes()).collect();
    let body = u64::from(length.saturating_sub(4));
    from.take(body).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

/// The parts of a message after its length, each of which ends with a zero.
fn parts(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    message.get(5..).unwrap_or_default().split(|byte| *byte == 0)
}

fn says(text: &[u8], words: &str) -> bool {
    text.windows(words.len()).any(|some| some == words.as_bytes())
}

/// What the server asks goes over, up to the question that breaks the line.
///
/// A question ends with `Q` or with `S` (sync); an `S` that nothing stands before only asks whether anybody is there.
async fn questions(mut from: Reads, mut to: Writes, plan: &Plan, is_lost: &AtomicBool) -> io::Result<()> {
    to.write_all(&message(&mut from, None).await?).await?;
    // Statements that are prepared (`P`) under a name and said later (`B`).
    let mut words: BTreeSet<Vec<u8>> = BTreeSet::new();
    let mut counts = false;
    loop {
        let kind = from.read_u8().await?;
        let message = message(&mut from, Some(kind)).await?;
        let ends = match kind {
            b'Q' => !says(&message, "ROLLBACK") && !says(&message, "LISTEN"),
            b'S' => std::mem::take(&mut counts),
            b'P' => {
                let mut parts = parts(&message);
                let (name, text) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                if says(text, "pg_notify") || says(text, "set_config") {
                    words.insert(name.to_vec());
                } else {
                    words.remove(name);
                    counts = true;
                }
                false
            }
            b'B' => {
                counts |= !words.contains(parts(&message).nth(1).unwrap_or_default());
                false
            }
            _ => false,
        };
        if kind == b'Q' && says(&message, "LISTEN") {
            plan.listens.store(true, Ordering::SeqCst);
        }
        if ends && plan.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            match plan.lost {
                Lost::Question => return Ok(()),
                Lost::Answer => is_lost.store(true, Ordering::SeqCst),
            }
        }
        to.write_all(&message).await?;
    }
}

/// What the database answers goes back. Of what is lost nothing does, and the line breaks once it is done (`Z`).
async fn answers(mut from: Reads, mut to: Writes, is_lost: &AtomicBool) -> io::Result<()> {
    loop {
        let kind = from.read_u8().await?;
        let message = message(&mut from, Some(kind)).await?;
        if !is_lost.load(Ordering::SeqCst) {
            to.write_all(&message).await?;
        } else if kind == b'Z' {
            return Ok(());
        }
    }
}
