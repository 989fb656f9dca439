//! Names of things: 16 bytes each, written as a UUID outside.
//!
//! An id is never drawn at random here: it is handed in, or derived from the change that creates the thing.

use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteSlice, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id made of these sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes of the id.
            pub const fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
                e.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
                let bytes: &ByteSlice = d.decode()?;
                let bytes: [u8; 16] = (**bytes)
                    .try_into()
                    .map_err(|_| decode::Error::message("an id has 16 bytes"))?;
                Ok(Self::from_bytes(bytes))
            }
        }
    };
}

id!(/// The company whose book this is: the first column of every key.
    CompanyId);
id!(/// One phone, tablet or hub that writes a log of its own.
    DeviceId);
id!(/// One member of staff (职工).
    StaffId);
id!(/// One customer (客户).
    CustomerId);
id!(/// One product (产品).
    ProductId);
id!(/// One issue of the price list (销售定价).
    PriceListId);
id!(/// One designated company account (公司指定账户). Source: S13.
    AccountId);
id!(/// One recorded paper of the ledger or form kind: a visit, an order, a collection, a remittance.
    PaperId);

/// Sixteen bytes derived from a name space and parts, so that the same parts always give the same id.
pub fn derived_bytes(space: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(space.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().into_bytes()
}

/// So many bytes at the end of an id have room for a sequence.
const ROOM: usize = 6;

impl DeviceId {
    /// A device whose papers are named after their places in its log: its id ends in zeros where theirs have the sequence,
    /// so that what one device writes one after the other lies together in every table.
    pub const fn with_room(bytes: [u8; 16]) -> Self {
        let mut bytes = bytes;
        let mut at = bytes.len() - ROOM;
        while at < bytes.len() {
            bytes[at] = 0;
            at += 1;
        }
        Self::from_bytes(bytes)
    }

    /// The device that this change enrols; with room where the one that wrote it has room.
    pub fn enrolled_by(change: ChangeId) -> Self {
        if change.device.has_room() {
            Self::with_room(change.derived("device"))
        } else {
            Self(change.created())
        }
    }

    fn has_room(&self) -> bool {
        self.bytes().ends_with(&[0; ROOM])
    }
}

/// The identity of a change: which device wrote it, and as its how-manieth.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
pub struct ChangeId {
    /// The device in whose log the change stands.
    #[n(0)]
    pub device: DeviceId,
    /// Its place there, from 1, without gaps.
    #[n(1)]
    pub seq: u64,
}

impl ChangeId {
    /// The id of the thing that this change creates: the device's id with the sequence in its room. A device without room
    /// names things by a hash.
    pub fn created(&self) -> Uuid {
        let seq = self.seq.to_be_bytes();
        let (beyond, seq) = seq.split_at(seq.len() - ROOM);
        if !self.device.has_room() || beyond.iter().any(|byte| *byte != 0) {
            return Uuid::from_bytes(self.derived("created"));
        }
        let mut bytes = *self.device.bytes();
        let room = bytes.len() - ROOM;
        bytes[room..].copy_from_slice(seq);
        Uuid::from_bytes(bytes)
    }

    fn derived(&self, space: &str) -> [u8; 16] {
        derived_bytes(space, &[self.device.bytes(), &self.seq.to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created(device: DeviceId, seq: u64) -> Uuid {
        ChangeId { device, seq }.created()
    }

    #[test]
    fn what_a_device_creates_follows_on_itself() {
        let enrolled = ChangeId { device: DeviceId::with_room([3; 16]), seq: 7 };
        let device = DeviceId::enrolled_by(enrolled);
        assert_eq!(device.to_string(), "975e5ca1-a99a-813f-8993-000000000000", "the same for ever");
        assert!(created(device, 255) < created(device, 256), "in the order of the log");
        assert_eq!(created(device, 1).as_u128(), device.0.as_u128() + 1);
        assert_eq!(created(device, 1).get_version_num(), 8, "an id of our own making");
        assert_ne!(device, DeviceId::enrolled_by(ChangeId { seq: 8, ..enrolled }));
        assert_ne!(device.0, enrolled.created());
    }

    #[test]
    fn a_device_without_room_names_things_by_a_hash() {
        let device = DeviceId::from_bytes([7; 16]);
        let first = created(device, 1);
        assert_eq!(first.to_string(), "c3d98901-d78d-8a70-bccd-07de61e42d66");
        assert_ne!(first.as_u128() + 1, created(device, 2).as_u128());
        assert_eq!(DeviceId::enrolled_by(ChangeId { device, seq: 1 }).0, first, "and so do those it enrols");
        let last = DeviceId::with_room([7; 16]);
        assert_ne!(created(last, 1 << 48), created(last, 0), "no sequence is cut short");
    }
}
