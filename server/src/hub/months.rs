//! What is signed of a month is what the feed gives, asked where the feed stands still: within the command. Source: S17.

use std::sync::Arc;

use sync_core::{
    domain::month::{
        Closings, LineNotes, MonthClosed, MonthRefusal, MonthStamp, MonthStamped, are_the_facts, still_gives,
    },
    op::Op,
    paper::{Paper, PaperKey},
    time::Period,
};

use super::{Hub, session::Session};
use crate::{
    recovery::Recoveries,
    store::{Store, Stored, Unit},
};

impl<S: Store> Hub<S> {
    /// The books of the months, as far as they were read.
    pub const fn recoveries(&self) -> &Recoveries {
        &self.recoveries
    }

    /// Reads the books on to the feed's head. Whoever waits holds nothing meanwhile.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn reads_the_books(self: &Arc<Self>) -> Stored<()> {
        self.recoveries.read_on(self).await
    }

    /// Whether what was just judged says of a month what the feed says. Where it does not, nothing of the transaction is
    /// kept.
    pub(super) async fn month_is_so(
        &self,
        session: &mut Session<S::Unit>,
        op: &Op,
    ) -> Stored<Result<(), MonthRefusal>> {
        match op {
            Op::MonthClosed(op) => self.closing_is_so(session, op).await,
            Op::MonthStamped(op) if op.stamp != MonthStamp::SentBack => self.stamp_is_so(session, op).await,
            _ => Ok(Ok(())),
        }
    }

    async fn closing_is_so(
        &self,
        session: &mut Session<S::Unit>,
        op: &MonthClosed,
    ) -> Stored<Result<(), MonthRefusal>> {
        let (closings, notes) = session.months(op.period).await?;
        let now = session.now;
        let facts = self.recoveries.facts(session.unit().await?, op, (&closings, &notes), now).await?;
        Ok(are_the_facts(op, &facts))
    }

    async fn stamp_is_so(
        &self,
        session: &mut Session<S::Unit>,
        op: &MonthStamped,
    ) -> Stored<Result<(), MonthRefusal>> {
        let (closings, notes) = session.months(op.period).await?;
        let closing = closings.all().into_iter().find(|one| one.id() == op.closing);
        let Some(closing) = closing else { return Ok(Err(MonthRefusal::Unknown)) };
        let table = self.recoveries.given(session.unit().await?, &closing.closed.what).await?;
        Ok(still_gives(&closing.closed.what, table, notes.hash()))
    }
}

impl<U: Unit> Session<U> {
    /// The closings, and what was explained of a month.
    async fn months(&mut self, period: Period) -> Stored<(Closings, LineNotes)> {
        let (closings, notes) = (PaperKey::closings(), PaperKey::line_notes(period));
        self.load([closings, notes]).await?;
        let closings = match self.paper(&closings) {
            Some(Paper::Closings(closings)) => closings.clone(),
            _ => Closings::default(),
        };
        let notes = match self.paper(&notes) {
            Some(Paper::LineNotes(notes)) => notes.clone(),
            _ => LineNotes::default(),
        };
        Ok((closings, notes))
    }
}
