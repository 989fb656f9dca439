//! Floor 11: the messages between phone and server, in a self-describing binary with integer keys.
//!
//! Every message is a map or an array that may grow at its end: older readers skip what they do not know.

pub mod seal;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::{
    feed::{Cursor, Entry},
    log::{Change, Hash, SetDigest},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, StaffId},
};

/// The media type of these messages.
pub const MEDIA_TYPE: &str = "application/vnd.fieldbook+cbor";

/// What became of one pushed change.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Judged {
    /// Its sequence.
    #[n(0)]
    pub seq: u64,
    /// Its place in the feed.
    #[n(1)]
    pub position: u64,
    /// When it takes effect.
    #[n(2)]
    pub effective: Timestamp,
    /// What became of it; absent for applied with nothing to say.
    #[n(3)]
    pub verdict: Option<Verdict>,
}

reads_map!(Judged { 0: seq, 1: position, 2: effective, 3: verdict });

/// The answer to a push: everything up to `through` is in the feed and durable.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct PushReply {
    /// The last sequence of the device that the hub holds.
    #[n(0)]
    pub through: u64,
    /// One for each change of the batch, in order.
    #[n(1)]
    pub judged: Vec<Judged>,
    /// The hub's clock.
    #[n(2)]
    pub now: Timestamp,
    /// The life of the book that the positions count in.
    #[n(3)]
    pub epoch: u32,
    /// The hub's signature over the device's log up to `through`: see [`Checkpoint`].
    #[cbor(n(4), with = "minicbor::bytes")]
    pub countersigned: [u8; 64],
    /// The link of the device's chain after `through`, as the hub has it.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub link: Hash,
}

reads_map!(PushReply {
    0: through, 1: judged, 2: now, 3: epoch,
    4: countersigned with minicbor::bytes::decode, 5: link with minicbor::bytes::decode,
});

/// What the hub has countersigned of a device's log: proof for its owner that the company has it, and for anybody that
/// the log up to there is the one the company received. It proves *unchanged and complete*, not *true*.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Checkpoint {
    /// The life of the book.
    #[n(0)]
    pub epoch: u32,
    /// The last sequence it covers.
    #[n(1)]
    pub through: u64,
    /// The link of the device's chain after it.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub link: Hash,
    /// When the hub signed.
    #[n(3)]
    pub at: Timestamp,
    /// Its signature over [`Checkpoint::signing_bytes`].
    #[cbor(n(4), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

reads_map!(Checkpoint {
    0: epoch, 1: through, 2: link with minicbor::bytes::decode, 3: at,
    4: signature with minicbor::bytes::decode,
});

impl Checkpoint {
    /// What the hub's key signs.
    pub fn signing_bytes(
        company: CompanyId,
        device: DeviceId,
        epoch: u32,
        through: u64,
        link: &Hash,
        at: Timestamp,
    ) -> Vec<u8> {
        [
            &b"fieldbook.checkpoint.v1"[..],
            company.bytes(),
            device.bytes(),
            &epoch.to_be_bytes(),
            &through.to_be_bytes(),
            link,
            &at.packed().to_be_bytes(),
        ]
        .concat()
    }
}

/// Where the hub has the log of a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct LogEnd {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// The last sequence the hub holds.
    #[n(1)]
    pub seq: u64,
    /// The link after it.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub link: Hash,
}

reads_map!(LogEnd { 0: device, 1: seq, 2: link with minicbor::bytes::decode });

/// A page of the feed, as one viewer sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Where the reader stands after this page, whether or not it saw anything.
    pub scanned_to: Cursor,
    /// The feed's head when the page was made.
    pub head: u64,
    /// What the reader may see, in feed order.
    pub entries: Vec<Entry>,
    /// The scopes the reader holds, when they are others than the request said.
    pub grants: Option<Vec<Scope>>,
    /// The digests of the scopes touched, when the page reaches the head.
    pub digests: Vec<(Scope, SetDigest)>,
    /// The sum of the digests of all scopes held, when the page reaches the head.
    pub combined: Option<SetDigest>,
    /// The hub's clock.
    pub now: Timestamp,
    /// The fingerprint of the scopes the reader said it holds: an answer to a reader of other scopes is none.
    pub asked_with: [u8; 16],
    /// The position the reader said it stood at: an answer to a reader further on leaves a gap.
    pub asked_after: u64,
    /// Where the hub has the log of the device that reads. Of what it had delivered itself a device may see nothing any
    /// more, when it was about customers of others: only this tells it then that its store was set back.
    pub log: Option<LogEnd>,
}

impl Page {
    /// The bytes to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Reads a page.
    ///
    /// # Errors
    /// When the bytes are not a page.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, decode::Error> {
        minicbor::decode(bytes)
    }
}

/// The least recently needed part of a page's header: who wrote what, once for each author.
type Authors = Vec<(DeviceId, StaffId)>;

impl<C> Encode<C> for Page {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let mut authors = Authors::new();
        for entry in &self.entries {
            let author = (entry.change.id.device, entry.staff);
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        e.array(10 + u64::from(self.log.is_some()))?;
        self.scanned_to.encode(e, ctx)?;
        self.head.encode(e, ctx)?;
        authors.encode(e, ctx)?;
        e.array(self.entries.len() as u64)?;
        for entry in &self.entries {
            let author = (entry.change.id.device, entry.staff);
            let index = authors.iter().position(|a| *a == author).expect("every author was listed above");
            encode_entry(entry, index as u64, e, ctx)?;
        }
        self.grants.encode(e, ctx)?;
        self.digests.encode(e, ctx)?;
        self.combined.encode(e, ctx)?;
        self.now.encode(e, ctx)?;
        e.bytes(&self.asked_with)?.u64(self.asked_after)?;
        // Where it is not known, a page is as it always was.
        self.log.as_ref().map_or(Ok(()), |log| log.encode(e, ctx))
    }
}

fn encode_entry<C, W: encode::Write>(
    entry: &Entry,
    author: u64,
    e: &mut Encoder<W>,
    ctx: &mut C,
) -> Result<(), encode::Error<W::Error>> {
    e.array(6)?.u64(entry.position)?.u64(author)?;
    let as_claimed = entry.effective == entry.change.header.at;
    (!as_claimed).then_some(entry.effective).encode(e, ctx)?;
    entry.received.millis().encode(e, ctx)?;
    (entry.verdict != Verdict::plain()).then_some(&entry.verdict).encode(e, ctx)?;
    e.bytes(&entry.change.to_bytes())?.ok()
}

impl<'b, C> Decode<'b, C> for Page {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let parts = d.array()?.ok_or_else(|| decode::Error::message("a page says how many parts it has"))?;
        if parts < 10 {
            return Err(decode::Error::message("a page has ten parts"));
        }
        let scanned_to = d.decode_with(ctx)?;
        let head = d.u64()?;
        let authors: Authors = d.decode_with(ctx)?;
        let count =
            d.array()?.ok_or_else(|| decode::Error::message("a page says how many entries it has"))?;
        let mut entries = Vec::new();
        for _ in 0..count {
            entries.push(decode_entry(&authors, d, ctx)?);
        }
        let page = Self {
            scanned_to,
            head,
            entries,
            grants: d.decode_with(ctx)?,
            digests: d.decode_with(ctx)?,
            combined: d.decode_with(ctx)?,
            now: d.decode_with(ctx)?,
            asked_with: d
                .bytes()?
                .try_into()
                .map_err(|_| decode::Error::message("a fingerprint has 16 bytes"))?,
            asked_after: d.u64()?,
            log: if parts > 10 { d.decode_with(ctx)? } else { None },
        };
        for _ in 11..parts {
            d.skip()?;
        }
        Ok(page)
    }
}

fn decode_entry<C>(authors: &Authors, d: &mut Decoder<'_>, ctx: &mut C) -> Result<Entry, decode::Error> {
    let parts = d.array()?.ok_or_else(|| decode::Error::message("an entry says how many parts it has"))?;
    if parts < 6 {
        return Err(decode::Error::message("an entry has six parts"));
    }
    let position = d.u64()?;
    let author = usize::try_from(d.u64()?).ok().and_then(|index| authors.get(index));
    let (device, staff) = *author.ok_or_else(|| decode::Error::message("the author is not listed"))?;
    let effective: Option<Timestamp> = d.decode_with(ctx)?;
    let received = Timestamp::from_millis(d.u64()? & ((1 << 48) - 1));
    let verdict: Option<Verdict> = d.decode_with(ctx)?;
    let change = Change::from_bytes(device, d.bytes()?).map_err(decode::Error::message)?;
    for _ in 6..parts {
        d.skip()?;
    }
    Ok(Entry {
        position,
        effective: effective.unwrap_or(change.header.at),
        change,
        staff,
        received,
        verdict: verdict.unwrap_or_else(Verdict::plain),
    })
}
