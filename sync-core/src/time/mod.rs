//! Floor 2: when. Knows no clock: the present is always handed in.

mod calendar;
mod period;
mod timestamp;

pub use calendar::{BusinessDate, business_date, business_date_time};
pub use period::{NotAMonth, Period};
pub use timestamp::{Clock, Timestamp};
