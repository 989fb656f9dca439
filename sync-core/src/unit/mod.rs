//! Floor 1: what is counted and named. Knows nothing of time, papers or devices.

mod capitals;
mod id;
mod initials;
mod money;
mod place;
mod quantity;
mod text;
mod wide;

pub use capitals::capitals;
pub use id::*;
pub use initials::{Initials, folded};
pub use money::{Amount, Money, NotAnAmount, UnitPrice};
pub use place::Place;
pub use quantity::Quantity;
pub(crate) use text::in_reading_order;
pub use text::{NotAText, Text};
pub use wide::narrow_digit;
