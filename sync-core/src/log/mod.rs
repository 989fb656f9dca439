//! Floor 5: what was done, in whose log, unchanged and complete. Knows nothing of what a body says.

mod change;
mod device_log;
mod digest;
pub(crate) mod hex_hash;
mod holding;

pub(crate) use change::uuid_bytes;
pub use change::{Actor, Change, Header, NotAChange, Salt, body_hash, content_hash};
pub use device_log::{
    BatchHeader, Declared, PushBatch, SignedBatch, UnacceptableBatch, genesis, is_signed, is_signed_by,
    link_after, next_link,
};
pub use digest::{Hash, SetDigest, sha256};
pub use holding::{Holding, SignedHolding};
