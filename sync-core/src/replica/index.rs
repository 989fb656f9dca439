//! What a device stores beside its papers and its log.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteVec, decode, encode};

use crate::{
    domain::{cash::Share, people::Role},
    feed::Cursor,
    log::{Change, Hash, SetDigest, genesis},
    scope::{Scope, scopes_fingerprint},
    time::{Clock, Timestamp},
    unit::{CompanyId, CustomerId, DeviceId, StaffId},
    wire::{Checkpoint, Judged},
};

/// Who a device is, as enrolment told it.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Identity {
    /// The company.
    #[n(0)]
    pub company: CompanyId,
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// Its number, as receipts carry it.
    #[n(2)]
    pub number: u32,
    /// Whose it is.
    #[n(3)]
    pub staff: StaffId,
    /// Their name.
    #[n(4)]
    pub name: String,
    /// Their role, until the book says otherwise.
    #[n(5)]
    pub role: Role,
    /// The device's share of the cash limit, until the book says otherwise.
    #[n(6)]
    pub share: Share,
    /// Its Ed25519 public key.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub key: [u8; 32],
}

reads_map!(Identity {
    0: company, 1: device, 2: number, 3: staff, 4: name, 5: role, 6: share,
    7: key with minicbor::bytes::decode,
});

/// The index record: all that a device must know at start besides papers and log.
#[derive(Clone, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Index {
    /// Who the device is.
    #[n(0)]
    pub identity: Identity,
    /// Where it stands in the feed.
    #[n(1)]
    pub cursor: Cursor,
    /// Its clock.
    #[n(2)]
    pub clock: Clock,
    /// The latest effective time seen in the feed.
    #[n(3)]
    pub latest_seen: Timestamp,
    /// Up to here the device's own changes have been seen in the feed.
    #[n(4)]
    pub settled_through: u64,
    /// The link after that one.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub settled_link: Hash,
    /// The scopes it holds.
    #[n(6)]
    pub scopes: BTreeSet<Scope>,
    /// The digest of the entries of each.
    #[n(7)]
    pub digests: BTreeMap<Scope, SetDigest>,
    /// When it last heard from the server.
    #[n(8)]
    pub last_contact: Option<Timestamp>,
    /// Whether the feed has been read to its end at least once.
    #[n(9)]
    pub complete: bool,
    /// The scopes that are not whole yet: nothing of them is in the book.
    #[n(10)]
    pub missing: BTreeSet<Scope>,
    /// The last checkpoint of its log that the hub has countersigned.
    #[n(11)]
    pub checkpoint: Option<Checkpoint>,
    /// The snapshot that is coming: its signed manifest, as the hub sent it.
    #[n(12)]
    pub coming: Option<ByteVec>,
    /// The hub's public key, which manifests are checked with.
    #[n(13)]
    pub hub_key: Option<ByteVec>,
    /// So many chunks of what is coming are in.
    #[n(14)]
    pub taken: Option<u32>,
    /// The scopes the hub knows that this device holds, by their fingerprint: what its last signed statement said.
    #[n(15)]
    pub told: Option<ByteVec>,
    /// Customers that were taken away: what is known of them here is only that they are gone.
    #[n(16)]
    pub moved: Option<BTreeSet<CustomerId>>,
    /// So many papers of what is on its way wait beside the book, stored with the scopes that are not whole yet.
    #[n(17)]
    pub waiting: Option<u64>,
}

reads_map!(Index {
    0: identity, 1: cursor, 2: clock, 3: latest_seen, 4: settled_through,
    5: settled_link with minicbor::bytes::decode, 6: scopes, 7: digests, 8: last_contact, 9: complete,
    10: missing, 11: checkpoint, 12: coming, 13: hub_key, 14: taken, 15: told, 16: moved, 17: waiting,
});

impl Index {
    /// Whether a scope is held and all of it up to the cursor is in the book.
    pub(super) fn is_whole(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && !self.missing.contains(&scope)
    }

    pub(super) fn new(identity: Identity) -> Self {
        let settled_link = genesis(identity.company, identity.device, &identity.key);
        Self {
            identity,
            cursor: Cursor::default(),
            clock: Clock::default(),
            latest_seen: Timestamp::ZERO,
            settled_through: 0,
            settled_link,
            scopes: BTreeSet::new(),
            digests: BTreeMap::new(),
            last_contact: None,
            complete: false,
            missing: BTreeSet::new(),
            checkpoint: None,
            coming: None,
            hub_key: None,
            taken: None,
            waiting: None,
            told: None,
            moved: None,
        }
    }

    /// The short name of the scopes held, which goes with every pull.
    pub fn scopes_fingerprint(&self) -> [u8; 16] {
        scopes_fingerprint(&self.scopes)
    }
}

/// One change of the device's own log, as the shell stores it under its sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// The change.
    pub change: Change,
    /// The link after it.
    pub link: Hash,
    /// What became of it, once the hub has answered.
    pub judged: Option<Judged>,
}

impl<C> Encode<C> for LogRecord {
    fn encode<W: encode::Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(4)?;
        self.change.id.device.encode(e, ctx)?;
        e.bytes(&self.change.to_bytes())?.bytes(&self.link)?;
        self.judged.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for LogRecord {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        let (device, change, link, judged): (DeviceId, ByteVec, ByteVec, Option<Judged>) =
            d.decode_with(ctx)?;
        let change = Change::from_bytes(device, &change).map_err(decode::Error::message)?;
        let link = link[..].try_into().map_err(|_| decode::Error::message("a link has 32 bytes"))?;
        Ok(Self { change, link, judged })
    }
}
