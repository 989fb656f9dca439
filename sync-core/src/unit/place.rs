//! Where on the earth.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A place as the phone measured it (定位), in WGS-84.
///
/// # Units
/// Latitude and longitude in 1e-7 degrees, accuracy in metres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
pub struct Place {
    /// North is positive.
    #[n(0)]
    pub latitude: i32,
    /// East is positive.
    #[n(1)]
    pub longitude: i32,
    /// Radius within which the phone believes itself to be.
    #[n(2)]
    pub accuracy_m: u32,
}

impl Place {
    /// Whether such a place exists.
    pub const fn is_on_earth(&self) -> bool {
        self.latitude.unsigned_abs() <= 900_000_000 && self.longitude.unsigned_abs() <= 1_800_000_000
    }
}
