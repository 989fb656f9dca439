//! What a phone does with an answer.

use sync_core::{log::Hash, wire::Page};

use crate::{
    disk::Power,
    fault::Fault,
    link::{Message, Parcel},
    office::PushAnswer,
    report::tell,
    world::World,
};

/// An answer that took longer than this is given up by the phone.
const PATIENCE_TICKS: u64 = 300;

/// An answer that was taken in.
struct Heard {
    /// When its question was asked.
    asked: u64,
    /// Where the office's copy of the phone's log stood when it answered.
    known: Option<(u64, Hash)>,
    /// Whether nothing more is to be heard before the phone stands where the office stands.
    whole: bool,
    /// Whether the phone knew before that it cannot go on.
    was_lost: bool,
}

impl World {
    /// An answer has come.
    pub(crate) fn take(&mut self, parcel: Parcel) -> Result<(), String> {
        let Parcel { message, phone: index, device, life, asked, sent, known } = parcel;
        // An answer to what was asked before the program started anew finds nobody, and one that took too long was given up.
        let phone = &mut self.phones[index];
        let asked_by_this = life == phone.life && device == phone.replica.identity().device;
        if !phone.is_open() || !asked_by_this || self.tick - sent > PATIENCE_TICKS {
            return Ok(());
        }
        phone.waits_until = self.tick;
        let tick = self.tick;
        tell(|| format!("{tick} phone {index} {} hears {}", phone.told(), message.told()));
        let was_lost = phone.lost;
        let power = self.power();
        let heard = self.take_message(index, message, (asked, known, was_lost), power);
        let phone = &mut self.phones[index];
        if phone.lost && !was_lost {
            phone.gave_up_at = self.tick;
        }
        heard
    }

    fn take_message(
        &mut self,
        index: usize,
        message: Message,
        (asked, known, was_lost): (u64, Option<(u64, Hash)>, bool),
        power: Power,
    ) -> Result<(), String> {
        match message {
            Message::PushAnswer(answer) => {
                let whole = self.take_push_answer(index, answer, asked, power);
                self.has_heard(index, &Heard { asked, known, whole, was_lost })
            }
            Message::Page(bytes) => {
                let whole = self.take_page(index, &bytes, power)?;
                self.has_heard(index, &Heard { asked, known, whole, was_lost })
            }
            Message::Piece(ask, number, bytes) => {
                let taken = self.phones[index].take_piece(&*self.ways, (&ask, number), &bytes, power);
                let whole = taken && number.is_none();
                self.has_heard(index, &Heard { asked, known, whole, was_lost })
            }
            Message::NoSnapshot => {
                self.phones[index].must_read = true;
                Ok(())
            }
            Message::Revoked => {
                self.phones[index].is_told_that_it_is_revoked(&*self.ways, power);
                Ok(())
            }
            Message::Push(_) | Message::Pull(_) | Message::AskSnapshot(..) => Ok(()),
        }
    }

    /// Whether the answer was of the log as it stands.
    fn take_push_answer(&mut self, index: usize, answer: PushAnswer, asked: u64, power: Power) -> bool {
        let now = self.now();
        let phone = &mut self.phones[index];
        if phone.lost && asked <= phone.gave_up_at {
            // Since then all of the log is offered: an answer to less says nothing of it.
            return false;
        }
        match answer {
            PushAnswer::Taken(reply, end, head) => {
                let through = phone.acknowledge(&*self.ways, &reply, (end, head), now, power);
                if through && !phone.lost && !phone.must_read {
                    self.truth.acknowledged(phone, reply.through);
                }
                through && !self.phones[index].must_read
            }
            PushAnswer::Gap(expected) if expected < phone.replica.next_seq() => {
                phone.offer_again(&*self.ways, expected, power);
                false
            }
            PushAnswer::Gap(expected) => {
                if expected > phone.replica.next_seq() {
                    phone.forks(&*self.ways, 0, power);
                }
                phone.lost
            }
            // The answer to a late copy of what the phone does not know any more says nothing of its log.
            PushAnswer::Fork(end, head) if phone.link_after(end) != Some(head) => false,
            PushAnswer::Fork(end, _) => {
                phone.forks(&*self.ways, end, power);
                phone.lost
            }
        }
    }

    /// Whether the phone now stands where the office stood when it answered.
    fn take_page(&mut self, index: usize, bytes: &[u8], power: Power) -> Result<bool, String> {
        let page = Page::from_bytes(bytes).map_err(|e| format!("a page of the hub is no page: {e}"))?;
        let page = self.ways.reads(page);
        let lacks_an_entry = page.now.packed() & 1 == 1;
        let phone = &mut self.phones[index];
        let before = phone.replica.index().cursor;
        let received = phone.receive(&*self.ways, &page, power);
        if lacks_an_entry && phone.replica.index().cursor != before {
            phone.misses_an_entry = true;
            self.outcome.tally.count(Fault::EntryMissing);
        }
        let phone = &mut self.phones[index];
        let Some(received) = received else { return Ok(false) };
        if received.diverged {
            if !phone.misses_an_entry {
                let differs = self.office.scopes_that_differ(&self.phones[index]);
                let head = page.head;
                return Err(format!("phone {index} holds another book than the hub at {head}: {differs}"));
            }
            phone.start_over(&*self.ways, power);
            return Ok(false);
        }
        let strange = received.rolled_back && !self.phones[index].lost;
        Ok(!received.more && !strange)
    }

    /// R9: a phone whose log is behind what the office has of it must know so when it has heard a whole answer.
    fn has_heard(&mut self, index: usize, heard: &Heard) -> Result<(), String> {
        let phone = &self.phones[index];
        if !phone.is_open() {
            return Ok(());
        }
        let behind = heard.known.is_some_and(|(seq, link)| seq > 0 && phone.link_after(seq) != Some(link));
        if phone.lost && !heard.was_lost && !behind {
            return Err(format!("phone {index} gave itself up though its log is whole"));
        }
        let before_it_happened = phone.harm.is_some_and(|(_, since)| heard.asked < since);
        if !behind || before_it_happened || !(heard.whole || phone.lost) {
            return Ok(());
        }
        if !phone.lost {
            return Err(format!(
                "phone {index} was set back or cloned and did not notice at its next contact"
            ));
        }
        if let Some((harm, _)) = self.phones[index].harm.take() {
            let (occurred, noticed) = self.outcome.noticed.entry(harm).or_default();
            *occurred += 1;
            *noticed += 1;
        }
        Ok(())
    }
}
