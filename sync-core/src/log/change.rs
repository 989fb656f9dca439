//! One business gesture as it is stored and sent: the same bytes from the first save to the last copy.

use minicbor::{Decode, Decoder, Encode, Encoder};
use thiserror::Error;
use uuid::Uuid;

use super::{Hash, sha256};
use crate::{
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, DeviceId, StaffId},
};

/// Random bytes before a body that names persons, so that the body can be erased and its hash kept.
pub type Salt = [u8; 16];

/// Who acted through the hub's own log, since that log has no phone behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Actor {
    /// The member of staff.
    #[n(0)]
    pub staff: StaffId,
    /// Their session at the console.
    #[cbor(n(1), with = "uuid_bytes")]
    pub session: Uuid,
}

reads_map!(Actor { 0: staff, 1: session with uuid_bytes::decode });

/// What stands around a body.
///
/// Company and device are not repeated here: they stand in the batch and in the first link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    /// The place in the device's log, from 1, without gaps.
    #[n(0)]
    pub seq: u64,
    /// The time its author claims.
    #[n(1)]
    pub at: Timestamp,
    /// The feed position its author knew.
    #[n(2)]
    pub seen: u64,
    /// What the body is; never reused.
    #[n(3)]
    pub kind: u16,
    /// In which meaning of that kind.
    #[n(4)]
    pub version: u8,
    /// Where it is to be seen.
    #[n(5)]
    pub scopes: Vec<Scope>,
    /// Which thing it is about; absent where the change creates it.
    #[cbor(n(6), with = "optional_uuid_bytes", has_nil)]
    pub entity: Option<Uuid>,
    /// Who acted; only in the hub's log.
    #[n(7)]
    pub actor: Option<Actor>,
    /// The life of the book that `seen` counts in; absent in the hub's own log.
    #[n(8)]
    pub epoch: Option<u32>,
}

impl Header {
    /// Whether it is about what only few may see of a customer's person, as far as the header tells. Source: S92.
    pub fn is_personal(&self) -> bool {
        self.scopes.iter().any(|scope| matches!(scope, Scope::CustomerPrivate(_)))
    }
}

/// A change: header, salt and body, with the very bytes that were first stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Device and sequence.
    pub id: ChangeId,
    /// The header, read.
    pub header: Header,
    header_bytes: Vec<u8>,
    salt: Option<Salt>,
    body: Vec<u8>,
}

/// Bytes that are no change.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not a change: {0}")]
pub struct NotAChange(pub String);

impl Change {
    /// Seals a body under a header. What is sealed never changes again.
    pub fn seal(device: DeviceId, header: Header, salt: Option<Salt>, body: Vec<u8>) -> Self {
        let header_bytes = minicbor::to_vec(&header).expect("writing to memory cannot fail");
        Self { id: ChangeId { device, seq: header.seq }, header, header_bytes, salt, body }
    }

    /// The bytes to store and to send.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.header_bytes.len() + self.body.len() + 28);
        let mut e = Encoder::new(&mut out);
        let parts = 2 + u64::from(self.salt.is_some());
        e.array(parts)
            .and_then(|e| e.bytes(&self.header_bytes))
            .and_then(|e| e.bytes(&self.body))
            .expect("writing to memory cannot fail");
        if let Some(salt) = &self.salt {
            e.bytes(salt).expect("writing to memory cannot fail");
        }
        out
    }

    /// Reads a change of a device's log.
    ///
    /// # Errors
    /// When the bytes are not a change. The body is not looked at.
    pub fn from_bytes(device: DeviceId, bytes: &[u8]) -> Result<Self, NotAChange> {
        let fail = |e: minicbor::decode::Error| NotAChange(e.to_string());
        let mut d = Decoder::new(bytes);
        let parts = d.array().map_err(fail)?;
        let header_bytes = d.bytes().map_err(fail)?.to_vec();
        let body = d.bytes().map_err(fail)?.to_vec();
        let salt = match parts {
            Some(2) => None,
            Some(3) => {
                let salt = d.bytes().map_err(fail)?;
                Some(salt.try_into().map_err(|_| NotAChange("a salt has 16 bytes".into()))?)
            }
            _ => return Err(NotAChange("two or three parts are expected".into())),
        };
        if d.position() != bytes.len() {
            return Err(NotAChange("there is more after the last part".into()));
        }
        let header: Header = minicbor::decode(&header_bytes).map_err(fail)?;
        Ok(Self { id: ChangeId { device, seq: header.seq }, header, header_bytes, salt, body })
    }

    /// The body's bytes.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The header's bytes.
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// The salt before the body, on kinds that name persons.
    pub fn salt(&self) -> Option<&Salt> {
        self.salt.as_ref()
    }

    /// The hash over salt and body, which stays when a body is erased.
    ///
    /// It says whether there is a salt: a salted body can never pass for an unsalted one that begins with the salt.
    pub fn body_hash(&self) -> Hash {
        body_hash(self.salt.as_ref().map(|salt| &salt[..]), &self.body)
    }

    /// The hash over the whole change, without its place in the chain.
    pub fn content_hash(&self) -> Hash {
        content_hash(&self.header_bytes, &self.body_hash())
    }
}

/// [`Change::body_hash`], for whoever has the parts.
pub fn body_hash(salt: Option<&[u8]>, body: &[u8]) -> Hash {
    sha256(&[&[u8::from(salt.is_some())], salt.unwrap_or_default(), body])
}

/// [`Change::content_hash`], for whoever has the header and the hash that stays when a body is erased.
pub fn content_hash(header_bytes: &[u8], body_hash: &Hash) -> Hash {
    sha256(&[&sha256(&[header_bytes]), body_hash])
}

/// A UUID as sixteen bytes.
pub(crate) mod uuid_bytes {
    use minicbor::{Decoder, Encoder};
    use uuid::Uuid;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        id: &Uuid,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(id.as_bytes())?.ok()
    }

    pub(crate) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Uuid, minicbor::decode::Error> {
        Uuid::from_slice(d.bytes()?).map_err(|_| minicbor::decode::Error::message("an id has 16 bytes"))
    }
}

/// A UUID as sixteen bytes, or nothing at all.
#[expect(
    clippy::ref_option,
    clippy::option_option,
    clippy::unnecessary_wraps,
    reason = "the shapes the derive asks for"
)]
pub(crate) mod optional_uuid_bytes {
    use minicbor::{Decoder, Encoder, data::Type};
    use uuid::Uuid;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        id: &Option<Uuid>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match id {
            Some(id) => e.bytes(id.as_bytes())?.ok(),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(
        d: &mut Decoder<'_>,
        ctx: &mut C,
    ) -> Result<Option<Uuid>, minicbor::decode::Error> {
        if d.datatype()? == Type::Null {
            d.null()?;
            return Ok(None);
        }
        super::uuid_bytes::decode(d, ctx).map(Some)
    }

    pub(crate) fn nil() -> Option<Option<Uuid>> {
        Some(None)
    }

    pub(crate) fn is_nil(id: &Option<Uuid>) -> bool {
        id.is_none()
    }
}
