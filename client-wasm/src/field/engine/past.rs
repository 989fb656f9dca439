//! The past: a snapshot's manifest, then its chunks, one after the other; a chunk that does not get through comes in parts.
//!
//! Floor: field, engine. What a chunk means, the replica knows; here is only asking, checking who signed, and what to do
//! when the link breaks.

use sync_core::{
    replica::{Received, Replica},
    snapshot::{ChunkMark, SignedManifest, SnapshotAsk},
    wire::MEDIA_TYPE,
};

use super::{
    Engine, keeping,
    sync::{Halt, standing},
};
use crate::shell::{
    device_key::is_signed,
    net::{Body, NetFault},
};

/// So often in a row the grants may change while the past is fetched; then there is a pause.
const ATTEMPTS: u32 = 4;

/// What a book wants next of its past.
#[derive(Clone, PartialEq, Eq)]
struct Want {
    ask: SnapshotAsk,
    chunk: Option<(u32, ChunkMark)>,
}

impl Want {
    fn of(book: &Replica) -> Option<Self> {
        let ask = book.missing_past()?;
        let coming = book.index().coming.as_ref();
        let chunk = coming.and_then(|coming| {
            let mark = coming.manifest.chunks.get(usize::try_from(coming.taken).ok()?)?;
            Some((coming.taken, mark.clone()))
        });
        Some(Self { ask, chunk })
    }
}

/// A piece of the past, with what it was asked by.
enum Piece {
    Manifest(Box<(SnapshotAsk, SignedManifest)>),
    Chunk(u32, Vec<u8>),
}

impl Piece {
    fn put_into(&self, book: &mut Replica) -> Received {
        match self {
            Self::Manifest(answer) => {
                let (ask, signed) = &**answer;
                book.pin_hub_key(signed.key);
                book.begin(ask, signed)
            }
            Self::Chunk(number, bytes) => book.take_chunk(*number, bytes).unwrap_or_default(),
        }
    }
}

fn garbled() -> Halt {
    Halt::Net(NetFault::Garbled)
}

/// Whether the feed tells why there is no such snapshot for this phone.
fn is_told_by_the_feed(fault: &NetFault) -> bool {
    fault.code().starts_with("snapshot.") || fault.code() == "scope.not-held"
}

impl Engine {
    /// Reads all there is: what is missing of the past, then the feed to its head.
    pub(super) async fn read_all(&self) -> Result<(), Halt> {
        for _ in 0..ATTEMPTS {
            self.fetch_past().await?;
            self.pull_all().await?;
            if self.book().missing_past().is_none() {
                return Ok(());
            }
        }
        Err(Halt::Stuck("sync.grants"))
    }

    /// Fetches what is missing of the past, as far as the hub still agrees that it is.
    async fn fetch_past(&self) -> Result<(), Halt> {
        while let Some(want) = Want::of(&self.book()) {
            let Some(piece) = self.piece(&self.book(), &want).await? else { return Ok(()) };
            let received =
                self.apply(|book| piece.put_into(book), keeping::received).await.map_err(Halt::Store)?;
            goes_on(&self.book(), &want, &received)?;
            self.enter_from_open(keeping::phase_of(&self.book()));
            self.sync.rest.borrow_mut().succeeded();
            self.heard();
        }
        Ok(())
    }

    /// Fetches the whole book again beside the one that is shown, and changes to it in one step.
    /// What is unsent stays; whatever is recorded meanwhile is in it too.
    pub(super) async fn fetch_anew(&self, epoch: u32) -> Result<(), Halt> {
        let mut beside = (*self.book()).clone();
        beside.start_over(epoch);
        loop {
            while let Some(want) = Want::of(&beside) {
                let Some(piece) = self.piece(&beside, &want).await? else { break };
                let received = piece.put_into(&mut beside);
                goes_on(&beside, &want, &received)?;
            }
            let (cursor, scopes) = standing(&beside);
            let received = beside.receive(&self.page(cursor, scopes).await?);
            if received.diverged {
                return Err(Halt::Stuck("sync.diverged"));
            }
            if !received.more && beside.missing_past().is_none() {
                break;
            }
        }
        self.apply(|book| book.adopt(beside), keeping::received).await.map_err(Halt::Store).map(drop)
    }

    /// The next piece of the past; none where the feed must tell first why not.
    async fn piece(&self, book: &Replica, want: &Want) -> Result<Option<Piece>, Halt> {
        let body = Body::Packed(keeping::encoded(&want.ask), MEDIA_TYPE);
        let fetched = match &want.chunk {
            None => self.manifest(book, want, body).await,
            Some((number, mark)) => self.chunk(*number, mark, body).await,
        };
        match fetched {
            Err(Halt::Net(fault)) if is_told_by_the_feed(&fault) => Ok(None),
            fetched => fetched.map(Some),
        }
    }

    async fn manifest(&self, book: &Replica, want: &Want, body: Body) -> Result<Piece, Halt> {
        let answer = self.authorised("POST", "/snapshot", body).await?;
        let signed: SignedManifest = minicbor::decode(&answer).map_err(|_| garbled())?;
        let key = book.hub_key().unwrap_or(signed.key);
        if !is_signed(&key, &signed.signing_bytes(), &signed.signature).await {
            return Err(garbled());
        }
        Ok(Piece::Manifest(Box::new((want.ask.clone(), signed))))
    }

    /// A chunk, in parts as large as the link carries; what has come of it is not asked for again.
    async fn chunk(&self, number: u32, mark: &ChunkMark, body: Body) -> Result<Piece, Halt> {
        let (pace, begun) = (&self.sync.part, &self.sync.begun);
        let (of, mut bytes) = begun.take();
        if of != mark.hash {
            bytes.clear();
        }
        while bytes.len() < usize::try_from(mark.bytes).unwrap_or(usize::MAX) {
            let path = format!("/snapshot/{number}?from={}&most={}", bytes.len(), pace.borrow().size());
            match self.authorised("POST", &path, body.clone()).await {
                Ok(part) if part.is_empty() => return Err(garbled()),
                Ok(part) => {
                    bytes.extend(part);
                    pace.borrow_mut().succeeded();
                }
                Err(Halt::Net(fault)) if Self::smaller(pace, &fault).await => {}
                Err(halt) => {
                    begun.replace((mark.hash, bytes));
                    return Err(halt);
                }
            }
        }
        Ok(Piece::Chunk(number, bytes))
    }
}

/// A piece that changes nothing would be asked for again for ever.
fn goes_on(book: &Replica, before: &Want, received: &Received) -> Result<(), Halt> {
    if received.rolled_back {
        return Err(Halt::Lost("store.rolled-back"));
    }
    if Want::of(book).as_ref() == Some(before) { Err(garbled()) } else { Ok(()) }
}
