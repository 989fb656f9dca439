//! What is brought to the hub once more: an office that came back from a backup lacks it, or this device cannot go on under
//! its id.

use super::{LogRecord, Pending, Replica};
use crate::{log::genesis, wire::Page};

impl Replica {
    /// Puts own changes from `from` on back among those to be sent, given the log as the shell has stored it: the hub
    /// was restored from a backup and has lost them. The records to be stored anew come back.
    ///
    /// What the hub still has is recognised by its links, so offering too much costs nothing but the way.
    pub fn offer_again(&mut self, from: u64, mut log: Vec<LogRecord>) -> Vec<LogRecord> {
        log.sort_by_key(|record| record.change.id.seq);
        let before = from.checked_sub(1).filter(|before| *before > 0);
        let link = match before {
            None => {
                let me = self.identity();
                Some(genesis(me.company, me.device, &me.key))
            }
            Some(before) => {
                log.iter().find(|record| record.change.id.seq == before).map(|record| record.link)
            }
        };
        let Some(link) = link else { return Vec::new() };
        let settled = self.index.settled_through;
        let again = log.into_iter().filter(|record| (from..=settled).contains(&record.change.id.seq));
        let again: Vec<Pending> =
            again.map(|record| Pending::of(LogRecord { judged: None, ..record })).collect();
        if again.len() as u64 != (settled + 1).saturating_sub(from) {
            return Vec::new();
        }
        // Where nothing of it was settled, only the answers of the old life are forgotten.
        if !again.is_empty() {
            self.index.settled_through = from - 1;
            self.index.settled_link = link;
        }
        // An office that asks for these has not even put them aside.
        self.aside_through = self.aside_through.min(from.saturating_sub(1));
        self.settled.retain(|kept| kept.change.id.seq < from);
        for pending in again.into_iter().rev() {
            self.pending.push_front(pending);
        }
        for pending in self.pending.iter_mut().filter(|pending| pending.change.id.seq >= from) {
            pending.judged = None;
        }
        self.relay();
        self.pending.iter().filter(|pending| pending.judged.is_none()).map(Pending::log_record).collect()
    }

    /// What a device that may not read any more still has to say: whatever the hub has not answered, and the last of what
    /// it has, once more. From the answer it learns whether an office that was set back meanwhile still has the rest, which
    /// it can learn from no page. The records to be stored anew come back.
    pub fn last_words(&mut self, log: Vec<LogRecord>) -> Vec<LogRecord> {
        self.offer_for_the_last_time(self.last_answered(), log)
    }

    /// All that a device has which cannot go on under its id, because its log forks or its store was set back: an office
    /// that was set back as well may hold the other chain in the place of what it had acknowledged of this one.
    /// What it holds already is recognised by its links. The records to be stored anew come back.
    pub fn offer_all(&mut self, log: Vec<LogRecord>) -> Vec<LogRecord> {
        let first = log.iter().map(|record| record.change.id.seq).min().unwrap_or(1);
        // The link before the first is known only where the log begins.
        self.offer_for_the_last_time(if first == 1 { 1 } else { first + 1 }, log)
    }

    /// Whether the log as it is stored goes on after what this book knows: another tab has written. What the hub tells of
    /// such a log says nothing against the one stored; the book is opened anew from it before anything is given up.
    pub fn is_behind(&self, log: &[LogRecord]) -> bool {
        log.iter().any(|record| record.change.id.seq >= self.next_seq())
    }

    fn offer_for_the_last_time(&mut self, from: u64, log: Vec<LogRecord>) -> Vec<LogRecord> {
        // The answers may be of any life of the book, and it is read no more.
        self.index.cursor.epoch = 0;
        self.read_anew();
        self.aside_through = 0;
        self.offer_again(from, log)
    }

    /// The last own change that the hub has answered: the least that is offered again when the book begins a new life.
    pub fn last_answered(&self) -> u64 {
        let answered = self.pending.iter().rev().find(|pending| pending.judged.is_some());
        answered.map_or(self.index.settled_through, |pending| pending.change.id.seq)
    }

    /// The first own change that the hub has acknowledged once and does not hold, as a page of the life this reader knows
    /// tells: the office was restored from a backup, and what was offered to it since is gone from this store. It is to be
    /// offered again ([`Replica::offer_again`]). Source: R7.
    pub fn forgotten_by(&self, page: &Page) -> Option<u64> {
        let log = page.log.as_ref().filter(|log| log.device == self.identity().device)?;
        let lacks = page.scanned_to.epoch == self.index.cursor.epoch && log.seq < self.last_answered();
        lacks.then_some(log.seq + 1)
    }
}
