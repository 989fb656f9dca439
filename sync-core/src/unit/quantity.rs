//! Whole pieces of a product's own packaging.

use minicbor::{Decode, Decoder, Encode, decode};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// How many bags, boxes or bottles (数量): whole, more than none, at most [`Quantity::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Serialize)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Quantity(u32);

impl Quantity {
    /// The most pieces one line may carry.
    pub const MOST: u32 = 1_000_000;

    /// So many pieces; `None` for none or more than [`Quantity::MOST`].
    pub const fn new(pieces: u32) -> Option<Self> {
        if pieces == 0 || pieces > Self::MOST { None } else { Some(Self(pieces)) }
    }

    /// The number of pieces.
    pub const fn pieces(self) -> u32 {
        self.0
    }
}

impl<'b, C> Decode<'b, C> for Quantity {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::new(d.u32()?).ok_or_else(|| decode::Error::message("a quantity is 1 to 1000000"))
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(u32::deserialize(d)?).ok_or_else(|| D::Error::custom("a quantity is 1 to 1000000"))
    }
}
