//! The unit of a transaction: at hand, or saving what was judged already while more is judged.
//!
//! Floor: hub. Needs no runtime: what is being saved goes on whenever somebody looks after it or waits for it.

use std::{
    collections::BTreeMap,
    fmt,
    future::{Future, poll_fn},
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use sync_core::paper::PaperKey;

use crate::{
    figures::Stage,
    store::{FeedRow, StoreError, Stored, Unit, Writing},
};

/// What comes back when something was saved: the unit, what it was, and whether it worked.
type Back<U> = (U, Writing, Stored<()>);

/// Where the unit is.
enum Place<U> {
    Here(U),
    Saving(Pin<Box<dyn Future<Output = Back<U>> + Send>>),
    /// Saving has failed, and with it the transaction.
    Lost(StoreError),
}

/// The unit of a transaction, and the rows of the feed that it has saved before the end.
pub(super) struct Writer<U> {
    place: Place<U>,
    saved: Vec<FeedRow>,
}

impl<U: Unit> Writer<U> {
    pub(super) const fn of(unit: U) -> Self {
        Self { place: Place::Here(unit), saved: Vec::new() }
    }

    /// Whether it is at hand without waiting.
    pub(super) const fn is_free(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }

    /// Begins to save something. It goes on with [`Writer::look`], and is done at the latest when the unit is asked for.
    pub(super) fn save(&mut self, writing: Writing) {
        debug_assert!(self.are_so_made(&writing), "a paper is what its one entry makes of it");
        let lost = Place::Lost(StoreError::Unavailable("the unit is not there".into()));
        self.place = match mem::replace(&mut self.place, lost) {
            Place::Here(mut unit) => Place::Saving(Box::pin(async move {
                let done = Stage::Save.of(unit.save(&writing)).await;
                (unit, writing, done)
            })),
            elsewhere => elsewhere,
        };
    }

    /// The unit, once it has saved what it was given.
    ///
    /// # Errors
    /// Those of saving: then nothing of the transaction is written.
    pub(super) async fn unit(&mut self) -> Stored<&mut U> {
        poll_fn(|cx| self.poll(cx)).await;
        match &mut self.place {
            Place::Here(unit) => Ok(unit),
            Place::Lost(why) => Err(why.clone()),
            Place::Saving(_) => unreachable!("it was waited for"),
        }
    }

    /// Looks after what is being saved, without waiting for it.
    pub(super) async fn look(&mut self) {
        poll_fn(|cx| {
            let _ = self.poll(cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Lets others have their turn, so that what the database has answered is heard.
    pub(super) async fn rest(&mut self) {
        let mut rested = false;
        poll_fn(|cx| {
            if self.poll(cx).is_ready() || mem::replace(&mut rested, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Place::Saving(saving) = &mut self.place else { return Poll::Ready(()) };
        let (unit, writing, done) = ready!(saving.as_mut().poll(cx));
        self.saved.extend(writing.rows);
        self.place = match done {
            Ok(()) => Place::Here(unit),
            Err(why) => Place::Lost(why),
        };
        Poll::Ready(())
    }

    /// The rows that were saved, in order.
    pub(super) fn saved(&self) -> &[FeedRow] {
        &self.saved
    }

    /// Saves the rest and makes everything durable. All rows, in order.
    ///
    /// # Errors
    /// Those of the store: then nothing of the transaction is written.
    pub(super) async fn commit(mut self, rest: Writing) -> Stored<Vec<FeedRow>> {
        self.unit().await?;
        self.save(rest);
        self.unit().await?;
        let Place::Here(unit) = self.place else { unreachable!("it was waited for") };
        Stage::Commit.of(unit.commit()).await?;
        Ok(self.saved)
    }

    /// Whether the papers of which it is said that one entry has made them are what that entry makes.
    fn are_so_made(&self, writing: &Writing) -> bool {
        let entry = |position| {
            let mut rows = self.saved.iter().chain(&writing.rows);
            rows.find(|row| row.entry.position == position).map(|row| &row.entry)
        };
        let as_made = |key: &PaperKey, position| {
            let mut folded = BTreeMap::new();
            entry(position)?.fold(&mut folded);
            folded.remove(key)
        };
        let papers = writing.papers.iter();
        let made = papers.filter_map(|(key, paper)| Some((key, paper, *writing.made.get(key)?)));
        made.into_iter().all(|(key, paper, position)| as_made(key, position).as_ref() == Some(paper))
    }
}

impl<U> fmt::Debug for Writer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("saved", &self.saved.len()).finish_non_exhaustive()
    }
}
