//! What does not fit about a device's log, as it was noticed at a contact: named, with its place and its time.
//!
//! Floor: store, a row. What leads from one to the next is said here once; the hub notes it under its lock.

use sync_core::time::Timestamp;

/// What does not fit about a device's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// Changes before those that came are missing; the device was asked for them.
    Gap,
    /// A batch whose changes do not make up its chain: one was edited, moved or left out on the way to its signature.
    Broken,
    /// A batch that another key has signed.
    Unsigned,
    /// The device knows less of its own log than the company has: an old state of its storage was put back.
    SetBack,
    /// It says something else than it said before: an old state that goes on, or a copy. Which of them, nobody can tell yet.
    Fork,
    /// Both logs go on: two copies are in use under one id.
    Cloned,
}

impl TroubleKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Gap, Self::Broken, Self::Unsigned, Self::SetBack, Self::Fork, Self::Cloned];

    /// The stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Broken => "broken",
            Self::Unsigned => "unsigned",
            Self::SetBack => "set-back",
            Self::Fork => "fork",
            Self::Cloned => "cloned",
        }
    }

    /// The kind of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it stays noted: what has passed with the next good delivery does not.
    pub const fn stays(self) -> bool {
        matches!(self, Self::SetBack | Self::Fork | Self::Cloned)
    }
}

/// What does not fit about a device's log, since when and from where on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceTrouble {
    /// What.
    pub kind: TroubleKind,
    /// The first sequence it is about.
    pub seq: u64,
    /// When it was noticed first.
    pub since: Timestamp,
    /// When it was noticed last.
    pub last: Timestamp,
}

impl DeviceTrouble {
    /// What is noted after something was noticed: the graver stays, its first place and its first time stay.
    pub fn after(known: Option<Self>, kind: TroubleKind, seq: u64, now: Timestamp) -> Self {
        match known {
            Some(known) if known.kind == kind || (known.kind.stays() && known.kind != TroubleKind::Fork) => {
                // What passes by says nothing of where the graver began.
                let seq = if kind.stays() { known.seq.min(seq) } else { known.seq };
                Self { seq, last: now, ..known }
            }
            Some(known) if known.kind.stays() && !kind.stays() => Self { last: now, ..known },
            _ => Self { kind, seq, since: now, last: now },
        }
    }

    /// What is noted after the log that the company has was continued: what could pass has passed, and what said
    /// something else before is a second copy.
    pub fn continued(self, now: Timestamp) -> Option<Self> {
        match self.kind {
            TroubleKind::Cloned => Some(self),
            kind if kind.stays() => Some(Self { kind: TroubleKind::Cloned, last: now, ..self }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn noticed(kinds: &[(TroubleKind, u64)]) -> DeviceTrouble {
        let mut known = None;
        for (turn, (kind, seq)) in kinds.iter().enumerate() {
            known = Some(DeviceTrouble::after(known, *kind, *seq, at(turn as u64 + 1)));
        }
        known.expect("something was noticed")
    }

    #[test]
    fn the_graver_stays_with_its_first_place_and_time() {
        use TroubleKind::{Broken, Fork, Gap, SetBack};
        let set_back = noticed(&[(Gap, 9), (SetBack, 6), (Fork, 7), (Broken, 2)]);
        let expected = DeviceTrouble { kind: SetBack, seq: 6, since: at(2), last: at(4) };
        assert_eq!(set_back, expected, "an old state that goes on is known as one");
        let fork = noticed(&[(Fork, 7), (Gap, 3), (Fork, 5)]);
        assert_eq!((fork.kind, fork.seq, fork.since), (Fork, 5, at(1)));
    }

    #[test]
    fn what_could_pass_passes_and_what_said_something_else_is_a_copy() {
        use TroubleKind::{Cloned, Fork, Gap, SetBack};
        assert_eq!(noticed(&[(Gap, 3)]).continued(at(9)), None);
        for kind in [SetBack, Fork] {
            let copy = noticed(&[(kind, 3)]).continued(at(9)).expect("it stays noted");
            assert_eq!((copy.kind, copy.seq, copy.since, copy.last), (Cloned, 3, at(1), at(9)));
            assert_eq!(copy.continued(at(10)), Some(copy));
        }
    }
}
