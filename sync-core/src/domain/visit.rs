//! 客户访问: a visit to a customer. Source: S93.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Recorded;
use crate::{
    time::BusinessDate,
    unit::{CustomerId, Place, Text},
};

/// What a visit was for (拜访目的).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Purpose {
    /// 催货款
    #[n(0)]
    UrgePayment,
    /// 谈订货
    #[n(1)]
    DiscussOrder,
    /// 送货回访
    #[n(2)]
    AfterDelivery,
    /// 看陈列
    #[n(3)]
    Display,
    /// 处理投诉
    #[n(4)]
    Complaint,
    /// 其他
    #[n(5)]
    Other,
}

impl Purpose {
    /// Every purpose, in the order of the screen.
    pub const ALL: [Self; 6] = [
        Self::UrgePayment,
        Self::DiscussOrder,
        Self::AfterDelivery,
        Self::Display,
        Self::Complaint,
        Self::Other,
    ];

    /// The purpose's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UrgePayment => "urge-payment",
            Self::DiscussOrder => "discuss-order",
            Self::AfterDelivery => "after-delivery",
            Self::Display => "display",
            Self::Complaint => "complaint",
            Self::Other => "other",
        }
    }
}

/// The content hash of a photo or slip, under which its bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct BlobHash(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

impl std::fmt::Display for BlobHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for BlobHash {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "a file's name is 64 hexadecimal digits";
        if text.len() != 64 || !text.is_ascii() {
            return Err(WHAT);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| WHAT)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| WHAT)?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for BlobHash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BlobHash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A visit was made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct VisitRecorded {
    /// Whom.
    #[n(0)]
    pub customer: CustomerId,
    /// What for; one at least.
    #[n(1)]
    pub purposes: Vec<Purpose>,
    /// Whom the rep met.
    #[n(2)]
    #[serde(default)]
    pub met: Text<0, 40>,
    /// What was said.
    #[n(3)]
    pub said: Text<0, 2000>,
    /// What comes next.
    #[n(4)]
    #[serde(default)]
    pub next_step: Text<0, 200>,
    /// By when.
    #[n(5)]
    pub next_on: Option<BusinessDate>,
    /// Where; absent when the phone knew none.
    #[n(6)]
    pub place: Option<Place>,
    /// Photos, by content.
    #[n(7)]
    #[serde(default)]
    pub photos: Vec<BlobHash>,
}

reads_map!(VisitRecorded {
    0: customer,
    1: purposes,
    2: met,
    3: said,
    4: next_step,
    5: next_on,
    6: place,
    7: photos
});

/// A visit in the book.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct Visit {
    /// The visit as it was recorded.
    #[n(0)]
    pub recorded: Option<Recorded<VisitRecorded>>,
}

reads_map!(Visit { 0: recorded });

/// Why a visit cannot be recorded like this.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum VisitRefusal {
    /// No purpose was chosen.
    #[n(0)]
    #[error("a visit needs at least one purpose")]
    NoPurpose,
    /// More photos than a visit may carry.
    #[n(1)]
    #[error("{has} photos; the limit is {most}")]
    TooManyPhotos {
        /// Photos there are.
        #[n(0)]
        has: u32,
        /// Photos allowed.
        #[n(1)]
        most: u32,
    },
    /// A place that is not on the earth.
    #[n(2)]
    #[error("the place is not on the earth")]
    NoSuchPlace,
}

reads_enum!(VisitRefusal { 0: NoPurpose, 1: TooManyPhotos { has, most }, 2: NoSuchPlace });

impl VisitRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPurpose => "visit.no-purpose",
            Self::TooManyPhotos { .. } => "visit.too-many-photos",
            Self::NoSuchPlace => "visit.no-such-place",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S93"
    }
}

/// The most photos one visit carries.
pub const MOST_PHOTOS: u32 = 9;

/// Whether a visit can be recorded like this. Source: S93.
pub fn may_record(visit: &VisitRecorded) -> Result<(), VisitRefusal> {
    let has = u32::try_from(visit.photos.len()).unwrap_or(u32::MAX);
    if visit.purposes.is_empty() {
        Err(VisitRefusal::NoPurpose)
    } else if has > MOST_PHOTOS {
        Err(VisitRefusal::TooManyPhotos { has, most: MOST_PHOTOS })
    } else if visit.place.is_some_and(|place| !place.is_on_earth()) {
        Err(VisitRefusal::NoSuchPlace)
    } else {
        Ok(())
    }
}
