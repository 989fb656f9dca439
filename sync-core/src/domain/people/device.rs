//! 设备: a phone, tablet or hub that writes a log.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    domain::{Recorded, cash::Share},
    time::Timestamp,
    unit::{DeviceId, StaffId, Text},
};

/// A device begins its log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct DeviceEnrolled {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Whose it is.
    #[n(1)]
    pub staff: StaffId,
    /// Its number in the company, as receipts carry it.
    #[n(2)]
    pub number: u32,
    /// What it calls itself.
    #[n(3)]
    pub name: Text<0, 60>,
    /// Its Ed25519 public key.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// Its share of the cash limit.
    #[n(5)]
    pub share: Share,
}

reads_map!(DeviceEnrolled { 0: device, 1: staff, 2: number, 3: name, 4: key with minicbor::bytes::decode, 5: share });

/// A device loses its rights, but for delivering what it recorded before.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct DeviceRevoked {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Whose it is.
    #[n(1)]
    pub staff: StaffId,
    /// Why.
    #[n(2)]
    pub reason: Text<1, 200>,
}

reads_map!(DeviceRevoked { 0: device, 1: staff, 2: reason });

/// What the company knows of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct DeviceCard {
    /// As it was enrolled.
    #[n(0)]
    pub enrolled: Option<Recorded<DeviceEnrolled>>,
    /// Since when it has no rights: the earliest revocation.
    #[n(1)]
    pub revoked: Option<Timestamp>,
    /// The highest receipt number it has given out.
    #[n(3)]
    pub receipts: u32,
    /// The highest order number it has given out.
    #[n(4)]
    pub orders: u32,
}

reads_map!(DeviceCard { 0: enrolled, 1: revoked, 3: receipts, 4: orders });

/// Why a change to a device is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum DeviceRefusal {
    /// The author's role does not keep devices.
    #[n(0)]
    #[error("only an administrator or the sales department head keeps devices")]
    NotYours,
    /// There is no such device.
    #[n(1)]
    #[error("no such device")]
    Unknown,
    /// It is in the book already.
    #[n(2)]
    #[error("this device is in the book already")]
    Exists,
}

reads_enum!(DeviceRefusal { 0: NotYours, 1: Unknown, 2: Exists });

impl DeviceRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "device.not-yours",
            Self::Unknown => "device.unknown",
            Self::Exists => "device.exists",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S78"
    }
}
