//! A rep's bag of cash in the demo: counted on Fridays, and now and then handed in at the counter of the company.
//!
//! Floor: above the rep's day. Source: S13, S14, S17.

use chrono::{Datelike, NaiveDate, Weekday};
use sync_core::{
    domain::cash::{CashHandedIn, Counted, DENOMINATIONS, DayClosed, DrawerPart},
    log::Hash,
    op::Op,
    time::{BusinessDate, Timestamp},
    unit::{Amount, Money, PaperId, StaffId},
};

use super::{DemoError, days::at, dice::Dice, rep::Rep, text};

/// Cash that a rep has signed for and finance has not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed {
    pub(super) hand_in: PaperId,
    pub(super) staff: StaffId,
    pub(super) over: Hash,
}

impl Rep {
    /// On Fridays whoever takes cash counts it; once in a while a note is missing, and the rep says why.
    pub(super) fn counts_its_cash(
        &mut self,
        index: usize,
        date: NaiveDate,
        until: Timestamp,
    ) -> Result<(), DemoError> {
        let time = at(date, 17, 52);
        let counts = self.person.role.may_take_cash() && date.weekday() == Weekday::Fri && time < until;
        if !counts {
            return Ok(());
        }
        let drawers = self.phone.replica.drawers_held();
        let held: Money = drawers.iter().map(|drawer| drawer.held).sum();
        let mut dice = Dice::of("count", (self.index * 1_000 + index) as u64);
        let differs = held > Money::yuan(200) && dice.percent(9);
        let missing = if differs { Money::yuan(*dice.pick(&[5, 10, 20, 50])) } else { Money::ZERO };
        let why = if differs {
            dice.word(&["找零多给了，已和客户说好下次补", "垫付了停车费，票已交内勤"])
        } else {
            ""
        };
        let counted = in_notes(held.minus(missing));
        let op = DayClosed { day: BusinessDate(date), drawers, counted, explanation: text(why) };
        self.phone.act(Op::DayClosed(op), time).map(|_| ())
    }

    /// Signs that all whole hundreds in the drawer are handed in; `None` where there are too few.
    pub(super) fn hands_in(&mut self, time: Timestamp) -> Result<Option<Signed>, DemoError> {
        let device = self.phone.replica.identity().device;
        let whole = Money::yuan(self.phone.cash().as_fen() / 10_000 * 100);
        let Ok(amount) = Amount::new(whole) else { return Ok(None) };
        let op = CashHandedIn {
            amount,
            drawers: vec![DrawerPart { device, amount }],
            note: text("回公司开会，当面交"),
        };
        let over = op.body_hash();
        let id = self.phone.act(Op::CashHandedIn(op), time)?;
        Ok(Some(Signed { hand_in: PaperId(id.created()), staff: self.person.id(), over }))
    }
}

/// A sum in as few notes and coins as it takes.
fn in_notes(sum: Money) -> Vec<Counted> {
    let mut left = sum.as_fen();
    let mut counted = Vec::new();
    for denomination in DENOMINATIONS {
        let pieces = u32::try_from(left / denomination.as_fen()).unwrap_or(0);
        left -= i64::from(pieces) * denomination.as_fen();
        if pieces > 0 {
            counted.push(Counted { denomination, pieces });
        }
    }
    counted
}
