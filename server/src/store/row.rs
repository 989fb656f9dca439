//! What goes into the store and comes out of it.

use std::collections::BTreeMap;

use sync_core::{
    domain::visit::BlobHash,
    feed::Entry,
    log::{Declared, Hash, SetDigest},
    paper::{Paper, PaperKey},
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId, Money, StaffId},
};
use uuid::Uuid;

use super::DeviceTrouble;

/// A company whose book is kept here.
#[derive(Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id: the first column of every key.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// The hub's device, in whose log the console's commands stand.
    pub hub: DeviceId,
    /// The secret half of the hub's signing key. Never shown, never logged.
    pub hub_key: [u8; 32],
    /// Since when.
    pub founded: Timestamp,
}

impl std::fmt::Debug for Company {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Company").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Conservation: received = applied + held + quarantined, at every moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Changes that came in for the first time.
    pub received: u64,
    /// Of them: in the book.
    pub applied: u64,
    /// Of them: held with a reason.
    pub held: u64,
    /// Of them: put aside, because they cannot be changes of this feed.
    pub quarantined: u64,
}

/// Where a company's feed stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Which life of the book.
    pub epoch: u32,
    /// The last position given out.
    pub position: u64,
    /// The latest effective time in the feed.
    pub latest: Timestamp,
    /// What was counted.
    pub counters: Counters,
    /// The last device number given out.
    pub devices: u32,
}

/// The proof over a log's head: what was signed, and the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The batch's header, as it was signed.
    pub header: Vec<u8>,
    /// The signature of the device's key.
    pub signature: [u8; 64],
}

/// What a device said of itself at its last contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceSeen {
    /// When that was.
    pub at: Timestamp,
    /// What it declared; of changes, those it still held back after what it delivered with the word.
    pub declared: Declared,
    /// When it declared that; absent where nobody noted it. Being heard of is no word.
    pub said: Option<Timestamp>,
}

impl DeviceSeen {
    /// How far the device's clock was ahead of the server's, in milliseconds; behind is negative.
    pub fn clock_ahead_ms(&self) -> i64 {
        let signed = |at: Timestamp| i64::try_from(at.millis()).unwrap_or(i64::MAX);
        signed(self.declared.clock) - signed(self.at)
    }

    /// The cash in its drawer, as the device counts it.
    pub const fn cash(&self) -> Money {
        self.declared.cash
    }
}

/// A device and where its log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLog {
    /// The device.
    pub device: DeviceId,
    /// Whose it is; the operator's for the hub itself.
    pub staff: StaffId,
    /// Its number in the company; zero for the hub.
    pub number: u32,
    /// Its Ed25519 public key.
    pub key: [u8; 32],
    /// Since when.
    pub enrolled: Timestamp,
    /// Since when it has no rights.
    pub revoked: Option<Timestamp>,
    /// The last sequence in the feed; zero before the first.
    pub last_seq: u64,
    /// The chain's link after it.
    pub link: Hash,
    /// The effective time of its last change.
    pub latest: Timestamp,
    /// The proof over the head of its chain.
    pub checkpoint: Option<Checkpoint>,
    /// Its last contact.
    pub seen: Option<DeviceSeen>,
    /// What does not fit about its log.
    pub trouble: Option<DeviceTrouble>,
    /// How many of its changes were put aside.
    pub aside: u64,
}

impl DeviceLog {
    /// What the device still held back, as it said last.
    pub fn still_unsent(&self) -> u64 {
        self.seen.map_or(0, |seen| seen.declared.unsent)
    }
}

/// One row of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRow {
    /// The entry.
    pub entry: Entry,
    /// The link of its device's chain after it.
    pub link: Hash,
    /// Where it is to be seen.
    pub scopes: Vec<Scope>,
}

impl FeedRow {
    /// The bytes of its change: nearly all that it takes.
    pub fn bytes(&self) -> usize {
        self.entry.change.header_bytes().len() + self.entry.change.body().len()
    }
}

/// What one group of changes writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// Where the feed stands afterwards.
    pub head: Head,
    /// New rows of the feed, in order.
    pub rows: Vec<FeedRow>,
    /// The papers written on, as they are now.
    pub papers: Vec<(PaperKey, Paper)>,
    /// Those among them that one row alone has made, of these or of what the unit has saved before, with its position:
    /// folded onto nothing, it gives that paper. A store may keep them as that.
    pub made: BTreeMap<PaperKey, u64>,
    /// The digests of the scopes touched, as they are now.
    pub digests: Vec<(Scope, SetDigest)>,
    /// The device logs that moved, as they are now; new ones among them.
    pub devices: Vec<DeviceLog>,
    /// Which files are named in which scope.
    pub blobs: Vec<(BlobHash, Scope)>,
    /// Scopes that are granted to a device's owner again: nothing of them need be given up.
    pub regained: Vec<(DeviceId, Scope)>,
    /// What devices must give up, or have given up, as it is now.
    pub evictions: Vec<Eviction>,
    /// The commands among the rows that their callers have named.
    pub named: Vec<NamedCommand>,
}

/// The name that a caller gave to a command in a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommandName {
    /// The session; another's names are others.
    pub session: Uuid,
    /// The name.
    pub name: String,
}

/// A command that was carried out under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCommand {
    /// The name.
    pub name: CommandName,
    /// The SHA-256 of what was asked for.
    pub said: Hash,
    /// Which change of the hub's log it became.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
}

/// For so long a command's name is remembered.
pub const NAMES_KEPT_MS: u64 = 7 * 86_400_000;

/// A scope that a device must give up, from the loss until it is granted to its owner again. Source: S79.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eviction {
    /// The device.
    pub device: DeviceId,
    /// What it lost; [`Scope::Common`] stands for everything, of a device that was stopped or emptied.
    pub scope: Scope,
    /// The head of the feed when it was lost: a device that had read less cannot have known.
    pub position: u64,
    /// When it was lost.
    pub since: Timestamp,
    /// That it is gone from the device.
    pub confirmed: Option<Confirmed>,
}

/// The proof that a device holds something no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// When its statement came.
    pub at: Timestamp,
    /// The statement, as it was signed: [`SignedHolding`](sync_core::log::SignedHolding).
    pub proof: Vec<u8>,
}

/// A change put aside: its device's log says something else at this place. Kept with the signature that proves whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The device that signed it.
    pub device: DeviceId,
    /// Its sequence.
    pub seq: u64,
    /// The link of the other chain after it: the same change put aside twice has the same.
    pub link: Hash,
    /// Why it cannot be taken.
    pub reason: String,
    /// When it came.
    pub at: Timestamp,
    /// The change as it came.
    pub change: Vec<u8>,
    /// The signed header of the batch that brought it.
    pub proof: Checkpoint,
}

/// A file (照片、凭证), named by the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub hash: BlobHash,
    /// Its media type, as its first bytes tell.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Who brought it.
    pub uploader: StaffId,
    /// When.
    pub created: Timestamp,
}

/// For so long a file waits for the change that names it: as long as a phone works without a signal.
pub const UNNAMED_KEPT_MS: u64 = 30 * 86_400_000;

/// For so long what has come is kept for the rest to follow.
pub const PIECES_KEPT_MS: u64 = 3 * 86_400_000;

/// Something on its way in pieces: who brings it, and the hash of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The device that brings it; another device's pieces are no part of it.
    pub device: DeviceId,
    /// Whose budget it counts in.
    pub uploader: StaffId,
    /// The SHA-256 of the whole.
    pub hash: Hash,
}

/// What became of a file that was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept.
    New,
    /// It was there already.
    Already,
    /// It is not kept: too many bytes of theirs wait for a change that names them.
    OverBudget,
}

/// A paper in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: PaperKey,
    /// The paper.
    pub paper: Paper,
    /// Its scope.
    pub scope: Scope,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The page.
    pub rows: Vec<Listed>,
    /// How many there are in all.
    pub total: u64,
    /// What all of them come to, where they carry sums.
    pub amount: Money,
}
