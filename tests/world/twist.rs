//! What a store in memory can be made to do wrong.

use server::store::{DeviceLog, Quarantined, Writing};

/// What a store does otherwise than its law says: for whoever wants to know whether their tests would notice.
pub trait Twist: Send + Sync + std::fmt::Debug {
    /// What is saved in the place of what was handed in.
    fn saves(&self, _writing: &mut Writing) {}

    /// What is put aside in the place of what was handed in.
    fn puts_aside(&self, _what: &mut Vec<Quarantined>) {}

    /// Whether a unit that is committed is forgotten, though the answer is good.
    fn forgets(&self) -> bool {
        false
    }

    /// Whether a row is not to be seen yet by those who read, with the feed's head at this position.
    fn hides(&self, _position: u64, _head: u64) -> bool {
        false
    }

    /// A device log as the writer gets to see it.
    fn shows(&self, _log: &mut DeviceLog) {}

    /// Whether a change may be in the feed twice.
    fn repeats(&self) -> bool {
        false
    }
}
