//! Floor 11: a snapshot (快照): what the entries of some scopes come to at one position of the feed, cut into chunks.
//!
//! *Invariant.* A snapshot is a pure function of the feed: the same scopes at the same position are cut into the same
//! bytes by every server, today or after a restart. So nobody stores one, and a reader goes on at the chunk it misses,
//! wherever that is made.

mod desk;

use std::collections::{BTreeMap, BTreeSet};

use desk::Desk;
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteVec, decode};

use crate::{
    feed::Entry,
    log::{SetDigest, sha256},
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::CompanyId,
};

/// The most bytes of a chunk before it is packed, so that no packing can bring it above what a cut line may cost.
/// A paper that is larger by itself travels alone.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// What a reader asks for: all of its scopes at the head, or these at the position where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct SnapshotAsk {
    /// The life of the book the reader knows; 0 at first.
    #[n(0)]
    pub epoch: u32,
    /// Where the reader stands; absent at the very first, for the feed's head.
    #[n(1)]
    pub position: Option<u64>,
    /// The fingerprint of the scopes it holds.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub held: [u8; 16],
    /// Which of them; absent for all.
    #[n(3)]
    pub scopes: Option<Vec<Scope>>,
}

reads_map!(SnapshotAsk { 0: epoch, 1: position, 2: held with minicbor::bytes::decode, 3: scopes });

/// What a snapshot consists of: all that its chunks are checked against.
///
/// Written as an array that may grow at its end, like a page: what stands for each scope and for each chunk stands in
/// rows of its own, and a phone reads it with the least code.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct Manifest {
    /// Whose book.
    #[n(0)]
    pub company: CompanyId,
    /// Which life of it.
    #[n(1)]
    pub epoch: u32,
    /// The position all of it is of.
    #[n(2)]
    pub position: u64,
    /// The latest effective time in it.
    #[n(3)]
    pub latest: Timestamp,
    /// The scopes, in the order in which they come, with the digest of the entries of each: those that follow add to it.
    #[n(4)]
    pub scopes: Vec<(Scope, SetDigest)>,
    /// After so many chunks each of them is whole.
    #[n(5)]
    pub whole_after: Vec<u32>,
    /// The hashes of the chunks, unpacked, in order, 32 bytes each.
    #[n(6)]
    pub hashes: ByteVec,
    /// How many bytes each chunk has, unpacked.
    #[n(7)]
    pub bytes: Vec<u32>,
}

impl Manifest {
    /// The hash of a chunk.
    pub fn hash(&self, number: u32) -> Option<&[u8]> {
        self.hashes.chunks_exact(32).nth(usize::try_from(number).ok()?)
    }

    /// Whether a scope is in it.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|(there, _)| *there == scope)
    }
}

/// A manifest with the hub's signature, as it is sent and as a device keeps it. An array that may grow at its end.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
pub struct SignedManifest {
    /// The manifest's bytes, as signed.
    #[n(0)]
    pub manifest: ByteVec,
    /// The signature over [`SignedManifest::signing_bytes`].
    #[n(1)]
    pub signature: ByteVec,
    /// The key that signed, for a reader that has not been told any.
    #[n(2)]
    pub key: ByteVec,
    /// The bytes of each chunk as it is sent, packed: what is told to whoever waits.
    #[n(3)]
    pub packed: Vec<u32>,
    /// The last sequence that the hub holds of the asking device's log: a store that was set back is noticed by it.
    #[n(4)]
    pub log_seq: u64,
    /// The link after it.
    #[n(5)]
    pub log_link: ByteVec,
    /// Which device that is; empty where nobody asks from one.
    #[n(6)]
    pub log_device: ByteVec,
}

impl SignedManifest {
    /// Reads one.
    ///
    /// # Errors
    /// When the bytes are not one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, decode::Error> {
        let mut d = Decoder::new(bytes);
        has_parts(&mut d, 7)?;
        Ok(Self {
            manifest: d.decode()?,
            signature: d.decode()?,
            key: d.decode()?,
            packed: d.decode()?,
            log_seq: d.u64()?,
            log_link: d.decode()?,
            log_device: d.decode()?,
        })
    }

    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// What the hub's key signs.
    pub fn signing_bytes(&self) -> Vec<u8> {
        manifest_signing_bytes(&self.manifest)
    }

    /// The manifest.
    ///
    /// # Errors
    /// When the bytes are not one.
    pub fn manifest(&self) -> Result<Manifest, decode::Error> {
        let mut d = Decoder::new(&self.manifest);
        has_parts(&mut d, 8)?;
        Ok(Manifest {
            company: d.decode()?,
            epoch: d.u32()?,
            position: d.u64()?,
            latest: d.decode()?,
            scopes: d.decode()?,
            whole_after: d.decode()?,
            hashes: d.decode()?,
            bytes: d.decode()?,
        })
    }
}

/// Whether a message has so many parts; there may be more behind them.
fn has_parts(d: &mut Decoder<'_>, least: u64) -> Result<(), decode::Error> {
    let enough = d.array()?.is_some_and(|parts| parts >= least);
    if enough { Ok(()) } else { Err(decode::Error::message("a part is missing")) }
}

/// What the hub's key signs of a manifest's bytes.
pub fn manifest_signing_bytes(manifest: &[u8]) -> Vec<u8> {
    [b"fieldbook.snapshot.v1", manifest].concat()
}

/// The papers of one chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Each under its key.
    pub papers: Vec<(PaperKey, Paper)>,
}

/// The key of a paper that is named after the change which brought it: it need not be said.
fn own_key(paper: &Paper) -> Option<PaperKey> {
    use crate::unit::PaperId;
    match paper {
        Paper::Visit(paper) => paper.recorded.as_ref().map(|r| PaperKey::visit(PaperId(r.id.created()))),
        Paper::Order(paper) => paper.recorded.as_ref().map(|r| PaperKey::order(PaperId(r.id.created()))),
        Paper::Collection(paper) => {
            paper.recorded.as_ref().map(|r| PaperKey::collection(PaperId(r.id.created())))
        }
        Paper::Remittance(paper) => {
            paper.recorded.as_ref().map(|r| PaperKey::remittance(PaperId(r.id.created())))
        }
        Paper::Urging(paper) => paper.recorded.as_ref().map(|r| PaperKey::urging(PaperId(r.id.created()))),
        Paper::Balance(balance) => balance.account.map(PaperKey::balance),
        Paper::Held(held, _) => held.as_ref().map(|held| PaperKey::held(held.id)),
        _ => None,
    }
}

/// Writes one paper as a chunk carries it.
fn write(out: &mut Vec<u8>, key: &PaperKey, paper: &Paper) {
    let mut e = Encoder::new(out);
    let named = own_key(paper) == Some(*key);
    let all = e.array(if named { 1 } else { 2 }).and_then(|e| e.encode(paper));
    let all = if named { all } else { all.and_then(|e| e.encode(key)) };
    all.expect("writing to memory cannot fail");
}

/// Reads one paper.
fn read<C>(d: &mut Decoder<'_>, ctx: &mut C) -> Result<(PaperKey, Paper), decode::Error> {
    let parts = d.array()?.unwrap_or_default();
    let paper = Paper::decode(d, ctx)?;
    let key = if parts > 1 { Some(PaperKey::decode(d, ctx)?) } else { own_key(&paper) };
    for _ in 2..parts {
        d.skip()?;
    }
    Ok((key.ok_or_else(|| decode::Error::message("a paper without a name"))?, paper))
}

impl<'b, C> Decode<'b, C> for Chunk {
    /// A paper of a kind not known here is left out, as its entries would be.
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let mut papers = Vec::new();
        for _ in 0..d.array()?.unwrap_or_default() {
            let at = d.position();
            match read(d, ctx) {
                Ok(paper) => papers.push(paper),
                Err(error) if error.is_unknown_variant() => {
                    d.set_position(at);
                    d.skip()?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Self { papers })
    }
}

/// In which scope's part of a snapshot of `scopes` a paper comes: the first of its scopes that is among them.
pub fn part_of(scopes: &BTreeSet<Scope>, key: &PaperKey, paper: &Paper) -> Option<Scope> {
    paper.scopes(key).into_iter().find(|scope| scopes.contains(scope))
}

/// Which entries a snapshot is made of, and what they come to in each of its scopes.
///
/// Beside [`Folding`], because neither needs the other before the snapshot is cut: one thread may gather what another folds.
#[derive(Clone, Debug)]
pub struct Gathering {
    scopes: BTreeMap<Scope, Gathered>,
}

/// The entries of one scope.
#[derive(Clone, Copy, Debug, Default)]
struct Gathered {
    digest: SetDigest,
    latest: Timestamp,
}

/// The papers of a snapshot in the making.
#[derive(Clone, Debug)]
pub struct Folding {
    scopes: BTreeSet<Scope>,
    papers: Desk,
}

/// A snapshot, cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What it consists of.
    pub manifest: Manifest,
    /// The chunks' bytes, in order.
    pub chunks: Vec<Vec<u8>>,
}

impl Gathering {
    /// Begins a snapshot of some scopes.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self { scopes: scopes.into_iter().map(|scope| (scope, Gathered::default())).collect() }
    }

    /// Counts an entry with the scopes it lies in. Whether it lies in one of the snapshot's, and is to be folded.
    pub fn counts(&mut self, entry: &Entry, lies_in: &[Scope]) -> bool {
        let mut hash = None;
        for scope in lies_in {
            if let Some(gathered) = self.scopes.get_mut(scope) {
                gathered.digest.add(hash.get_or_insert_with(|| entry.hash()));
                gathered.latest = gathered.latest.max(entry.effective);
            }
        }
        hash.is_some()
    }

    /// What every gesture needs comes first, then the customers, those last heard of before the others, then their
    /// persons.
    fn in_order(&self) -> Vec<(Scope, Gathered)> {
        let class = |scope: &Scope| match scope {
            Scope::Common => 0,
            Scope::Staff(_) => 1,
            Scope::StaffPrivate(_) => 2,
            Scope::Desk(_) => 3,
            Scope::Customer(_) => 4,
            Scope::CustomerPrivate(_) => 5,
        };
        let mut scopes: Vec<_> = self.scopes.iter().map(|(scope, gathered)| (*scope, *gathered)).collect();
        scopes.sort_by_key(|(scope, gathered)| (class(scope), std::cmp::Reverse(gathered.latest), *scope));
        scopes
    }
}

impl Folding {
    /// Begins a snapshot of some scopes.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self { scopes: scopes.into_iter().collect(), papers: Desk::default() }
    }

    /// Folds an entry that [`Gathering::counts`].
    pub fn take_in(&mut self, entry: &Entry) {
        entry.fold(&mut self.papers);
    }

    /// Puts papers away that may not be written on again: to be called now and then, so that a large book need not be in
    /// memory as it is read.
    pub fn put_away(&mut self) {
        self.papers.put_away(&self.scopes);
    }

    /// Cuts it into chunks of at most so many bytes.
    pub fn cut(
        self,
        gathering: &Gathering,
        company: CompanyId,
        epoch: u32,
        position: u64,
        most_bytes: usize,
    ) -> Cut {
        let mut parts: BTreeMap<Scope, Vec<Box<[u8]>>> = BTreeMap::new();
        // Each paper goes as its bytes come: a large book need not be in memory twice.
        for (scope, bytes) in self.papers.into_parts(&self.scopes) {
            parts.entry(scope).or_default().push(bytes);
        }
        let mut chunks = Chunks { most_bytes, ..Chunks::default() };
        let (mut scopes, mut whole_after, mut latest) = (Vec::new(), Vec::new(), Timestamp::ZERO);
        for (scope, gathered) in gathering.in_order() {
            for paper in parts.remove(&scope).unwrap_or_default() {
                chunks.put(&paper);
            }
            scopes.push((scope, gathered.digest));
            whole_after.push(chunks.begun());
            latest = latest.max(gathered.latest);
        }
        let chunks = chunks.all();
        let manifest = Manifest {
            company,
            epoch,
            position,
            latest,
            scopes,
            whole_after,
            hashes: chunks.iter().flat_map(|chunk| sha256(&[chunk])).collect::<Vec<u8>>().into(),
            bytes: chunks.iter().map(|chunk| u32::try_from(chunk.len()).expect("a chunk is small")).collect(),
        };
        Cut { manifest, chunks }
    }
}

/// Chunks in the making.
#[derive(Default)]
struct Chunks {
    most_bytes: usize,
    full: Vec<Vec<u8>>,
    papers: u64,
    filling: Vec<u8>,
}

impl Chunks {
    /// Room for the head of a chunk.
    const HEAD: usize = 9;

    fn put(&mut self, paper: &[u8]) {
        if self.papers > 0 && Self::HEAD + self.filling.len() + paper.len() > self.most_bytes {
            self.close();
        }
        self.papers += 1;
        self.filling.extend_from_slice(paper);
    }

    fn close(&mut self) {
        let mut e = Encoder::new(Vec::with_capacity(Self::HEAD + self.filling.len()));
        e.array(std::mem::take(&mut self.papers)).expect("writing to memory cannot fail");
        let mut bytes = e.into_writer();
        bytes.append(&mut self.filling);
        self.full.push(bytes);
    }

    /// How many chunks hold all that was put so far.
    fn begun(&self) -> u32 {
        u32::try_from(self.full.len()).expect("few") + u32::from(self.papers > 0)
    }

    fn all(mut self) -> Vec<Vec<u8>> {
        if self.papers > 0 {
            self.close();
        }
        self.full
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::cash::{Balance, LedgerAccount},
        unit::{CustomerId, Money},
    };

    fn balance(number: u8) -> (PaperKey, Paper) {
        let account = LedgerAccount::Customer(CustomerId::from_bytes([number; 16]));
        let balance = Balance { account: Some(account), sum: Money::yuan(number.into()) };
        (PaperKey::balance(account), Paper::Balance(balance))
    }

    fn written(key: &PaperKey, paper: &Paper) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, key, paper);
        bytes
    }

    #[test]
    fn a_paper_says_its_name_only_where_it_does_not_follow_from_what_it_says() {
        let (key, paper) = balance(7);
        let (other, _) = balance(8);
        let (named, strange) = (written(&key, &paper), written(&other, &paper));
        assert_eq!((named[0], strange[0]), (0x81, 0x82));
        for (key, bytes) in [(key, named), (other, strange)] {
            let read = read(&mut Decoder::new(&bytes), &mut ()).expect("as written");
            assert_eq!(read, (key, paper.clone()));
        }
    }

    #[test]
    fn a_paper_of_a_kind_not_known_here_is_left_out_and_the_others_are_read() {
        let mut bytes = vec![0x83];
        bytes.extend(written(&balance(1).0, &balance(1).1));
        // One of kind 99 with a text in it, under a key.
        bytes.extend([0x82, 0x82, 0x18, 99, 0x81, 0x61, b'x', 0x82, 0x18, 99, 0x40]);
        bytes.extend(written(&balance(2).0, &balance(2).1));
        let chunk: Chunk = minicbor::decode(&bytes).expect("a chunk");
        assert_eq!(chunk.papers, [balance(1), balance(2)]);
    }

    #[test]
    fn a_chunk_is_full_before_it_is_too_large_and_a_larger_paper_travels_alone() {
        let mut chunks = Chunks { most_bytes: 60, ..Chunks::default() };
        let sizes = [20, 20, 20, 90, 20];
        let held: Vec<u32> = sizes
            .iter()
            .map(|size| {
                chunks.put(&vec![0; *size]);
                chunks.begun()
            })
            .collect();
        assert_eq!(held, [1, 1, 2, 3, 4]);
        let all = chunks.all();
        assert_eq!(all.iter().map(Vec::len).collect::<Vec<_>>(), [41, 21, 91, 21]);
    }
}
