//! 款已上交: whether the cash of a receipt has left its drawer and was rightly sent on. The oldest cash goes first.
//! Source: S13, S14, S17.
//!
//! Floor: domain. Must not know where papers are kept: those of one drawer are handed in, in any order.

use super::{
    BreachKind, CashLimits, Collection, HandIn, HandInStamp, HandInStatus, Means, Remittance, Violation,
    ViolationStatus,
};
use crate::{
    domain::Recorded,
    time::Timestamp,
    unit::{ChangeId, DeviceId, Money},
};

type Turn = (Timestamp, ChangeId);

/// One drawer, told backwards from what lies in it now: what came, what went, and what of it was not rightly sent on.
///
/// Only what is later than the receipt that is asked about, and later than the breaches, needs to be handed in.
#[derive(Clone, Debug)]
pub struct DrawerRun {
    device: DeviceId,
    held: Money,
    came: Vec<(Turn, Money)>,
    went: Vec<(Turn, Money)>,
    astray: Vec<Astray>,
}

/// What an entry took out of the drawer though it was not rightly sent on.
#[derive(Clone, Copy, Debug)]
struct Astray {
    turn: Turn,
    most: Money,
    /// Only as far as the drawer stood below nothing after it.
    below_only: bool,
    /// Somebody has still to look into it.
    doubted: bool,
}

/// What a breach about cash that went has been written of.
#[derive(Clone, Copy, Debug)]
pub enum Breached<'p> {
    /// Cash was sent on.
    Remitted(&'p Remittance),
    /// A collection was taken back whose cash had been sent on.
    Reversed(&'p Collection),
}

impl DrawerRun {
    /// A drawer in which so much lies.
    pub const fn of(device: DeviceId, held: Money) -> Self {
        Self { device, held, came: Vec::new(), went: Vec::new(), astray: Vec::new() }
    }

    /// Cash that was collected; what was reversed never lay there.
    pub fn collected(&mut self, paper: &Collection) {
        let stands = paper.recorded.as_ref().filter(|_| paper.reversals.is_empty());
        let cash = stands.filter(|taken| taken.what.means == Means::Cash && taken.id.device == self.device);
        if let Some(taken) = cash {
            self.came.push(((taken.at, taken.id), taken.what.amount.money()));
        }
    }

    /// Cash that was sent on; what came back never went.
    pub fn remitted(&mut self, paper: &Remittance) {
        if let Some(sent) = &paper.recorded {
            self.went.push(((sent.at, sent.id), paper.out_of(self.device)));
        }
    }

    /// Cash that was handed in, once finance has signed for it.
    pub fn handed_in(&mut self, paper: &HandIn) {
        let received =
            paper.stamp(HandInStamp::Received).filter(|_| paper.status() == HandInStatus::Received);
        if let (Some(signed), Some(received)) = (&paper.recorded, received) {
            let parts = signed.what.drawers.iter().filter(|part| part.device == self.device);
            self.went.push(((received.at, received.id), parts.map(|part| part.amount.money()).sum()));
        }
    }

    /// Lost phones that were settled: what was counted of one came into the drawer; what was taken out of this one was
    /// counted and not sent on. Source: S13, S15.
    pub fn settled(&mut self, limits: &CashLimits) {
        for Recorded { what, at, id, .. } in limits.settlements() {
            if what.into == self.device {
                self.came.push(((*at, *id), what.counted));
            }
            if what.device == self.device {
                self.went.push(((*at, *id), what.drawer));
                let most = what.drawer.max(Money::ZERO);
                self.astray.push(Astray { turn: (*at, *id), most, below_only: false, doubted: true });
            }
        }
    }

    /// A violation about cash that the book took out of a drawer: sent to no open account, or more than lay there.
    ///
    /// It says nothing any more once it is closed, or once finance has confirmed that the remittance arrived.
    pub fn breached(&mut self, violation: &Violation, of: Breached<'_>) {
        let Some(raised) = violation.raised.as_ref().filter(|raised| raised.what.kind.sends_nothing()) else {
            return;
        };
        let (most, arrived) = match of {
            Breached::Remitted(paper) => (paper.out_of(self.device), paper.confirmation().is_some()),
            Breached::Reversed(paper) => {
                let Some(taken) = paper.recorded.as_ref().filter(|taken| taken.id.device == self.device)
                else {
                    return;
                };
                (taken.what.amount.money(), false)
            }
        };
        let below_only = raised.what.kind == BreachKind::BelowZero;
        let doubted = !arrived && violation.status() != ViolationStatus::Closed;
        self.astray.push(Astray { turn: (raised.at, raised.id), most, below_only, doubted });
    }

    /// From when on the drawer is to be known in order to answer for a receipt: from the receipt or the first breach.
    pub fn known_from(&self, receipt: Timestamp) -> Timestamp {
        self.astray.iter().map(|one| one.turn.0).fold(receipt, Timestamp::min)
    }

    /// Whether breaches have to be told apart from what was rightly sent on.
    pub const fn has_breaches(&self) -> bool {
        !self.astray.is_empty()
    }

    /// Whether the cash that was taken at a turn has left the drawer and was rightly sent on.
    ///
    /// All cash that ever came stands in one row, the oldest first, and what goes is cut off at its head: places are
    /// counted from where the head is now. A drawer below nothing that no breach explains says so of no cash.
    /// Source: S13, S14.
    pub fn has_left(&self, at: Timestamp, id: ChangeId, sum: Money) -> bool {
        if self.held < Money::ZERO && self.astray.is_empty() {
            return false;
        }
        let ends = self.tail((at, id));
        let begins = ends.minus(sum);
        let went_astray = self.astray.iter().filter(|one| one.doubted).any(|one| {
            let (turn, lost) = self.lost(one);
            let head = self.head(turn);
            begins < head && ends > head.minus(lost)
        });
        ends <= Money::ZERO && !went_astray
    }

    /// Where the row ended at a turn.
    fn tail(&self, turn: Turn) -> Money {
        self.held.minus(later(&self.came, turn))
    }

    /// Where its head was at a turn.
    fn head(&self, turn: Turn) -> Money {
        later(&self.went, turn).negated()
    }

    /// When how much of it was cut off the head. Of two phones the one that was heard of last has brought the drawer below
    /// nothing, whenever it says that it was: then the first turn from there on at which it stood so.
    fn lost(&self, one: &Astray) -> (Turn, Money) {
        if !one.below_only {
            return (one.turn, one.most);
        }
        let went = self.went.iter().map(|(turn, _)| *turn).filter(|turn| *turn >= one.turn);
        let stood = went.chain([one.turn]).map(|turn| (turn, self.head(turn).minus(self.tail(turn))));
        let first = stood.filter(|(_, below)| *below > Money::ZERO).min();
        first.map_or((one.turn, Money::ZERO), |(turn, below)| (turn, below.min(one.most)))
    }
}

fn later(moves: &[(Turn, Money)], turn: Turn) -> Money {
    moves.iter().filter(|(of, _)| *of > turn).map(|(_, sum)| *sum).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);

    /// A drawer by what moved it: so much in, so much out, so much out and astray, so much astray below nothing.
    #[derive(Clone, Copy)]
    enum Moved {
        In(i64),
        Out(i64),
        Astray(i64),
        Short(i64),
        Cleared(i64),
    }

    fn turn(seq: usize) -> Turn {
        let seq = seq as u64;
        (Timestamp::from_millis(seq), ChangeId { device: DEVICE, seq })
    }

    /// Which of the sums that came in have been passed on.
    fn left(moves: &[Moved]) -> Vec<bool> {
        use Moved::{Astray as Wrong, Cleared, In, Out, Short};
        let held = moves.iter().map(|one| match one {
            In(sum) => *sum,
            Out(sum) | Wrong(sum) | Short(sum) | Cleared(sum) => -sum,
        });
        let mut run = DrawerRun::of(DEVICE, Money::yuan(held.sum()));
        for (seq, one) in moves.iter().enumerate() {
            let (In(sum) | Out(sum) | Wrong(sum) | Short(sum) | Cleared(sum)) = one;
            let (turn, most) = (turn(seq), Money::yuan(*sum));
            if matches!(one, In(_)) {
                run.came.push((turn, most));
                continue;
            }
            run.went.push((turn, most));
            let (below_only, doubted) = (matches!(one, Short(_)), !matches!(one, Cleared(_)));
            if !matches!(one, Out(_)) {
                run.astray.push(Astray { turn, most, below_only, doubted });
            }
        }
        let came = moves.iter().enumerate().filter_map(|(seq, one)| match one {
            In(sum) => Some(run.has_left(turn(seq).0, turn(seq).1, Money::yuan(*sum))),
            _ => None,
        });
        came.collect()
    }

    use Moved::{Astray as Wrong, Cleared, In, Out, Short};

    /// S13, S14.
    #[test]
    fn the_oldest_cash_goes_first() {
        assert_eq!(left(&[In(300), In(200), Out(299)]), [false, false]);
        assert_eq!(left(&[In(300), In(200), Out(300)]), [true, false]);
        assert_eq!(left(&[In(300), In(200), Out(499)]), [true, false]);
        assert_eq!(left(&[In(300), In(200), Out(500)]), [true, true]);
    }

    /// S13, S46: what was sent astray counts against the cash that it was, and against none that came later.
    #[test]
    fn what_went_astray_counts_against_that_very_cash() {
        assert_eq!(left(&[In(300), Wrong(300), In(200), Out(200)]), [false, true]);
        assert_eq!(left(&[In(300), Wrong(300), In(300), Out(300)]), [false, true], "no later cash covers it");
        assert_eq!(left(&[In(300), Out(300), In(200), Wrong(200)]), [true, false]);
        assert_eq!(left(&[In(300), In(200), Wrong(300), Out(200)]), [false, true]);
        assert_eq!(left(&[In(300), Cleared(300), In(200), Out(200)]), [true, true], "looked into");
    }

    /// S14, S17: of more than lay there only what was too much has not been sent: it is owed out of the next that comes.
    #[test]
    fn of_more_than_was_held_only_the_shortfall_counts() {
        assert_eq!(left(&[In(9_999), Short(10_000)]), [true]);
        assert_eq!(left(&[In(9_999), Short(10_000), In(1), In(500), Out(500)]), [true, false, true]);
        assert_eq!(left(&[In(300), Out(300), Short(300), In(100)]), [true, false]);
        assert_eq!(left(&[In(300), Out(300), Cleared(300), In(100)]), [true, true]);
        assert_eq!(
            left(&[In(300), Short(300), Out(300), In(100)]),
            [true, false],
            "heard of last, said to be first"
        );
    }

    #[test]
    fn a_drawer_below_nothing_that_nothing_explains_says_so_of_no_cash() {
        assert_eq!(left(&[In(5), Out(10)]), [false]);
    }
}
