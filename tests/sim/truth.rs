//! What was really done, noted beside the world under test: the one witness that no fault touches.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::{
    log::{Change, Hash},
    replica::LogRecord,
    scope::Scope,
    unit::DeviceId,
};

use crate::{office::Office, phone::Phone};

/// A change that some phone has reported as saved.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    pub(crate) change: Change,
    /// The hub has answered that it has it.
    pub(crate) acknowledged: bool,
}

#[derive(Default)]
pub(crate) struct Truth {
    /// By the link after it: what a phone reported as saved, whatever became of the phone.
    saved: BTreeMap<Hash, Saved>,
    /// Of them: what nobody has any more, because the last copy was destroyed by force.
    gone: BTreeSet<Hash>,
    /// What the office had lost at a restore, of what it had acknowledged.
    lost_by_office: BTreeSet<Hash>,
    /// Every scope that somebody was ever granted.
    granted: BTreeMap<usize, BTreeSet<Scope>>,
    /// The head of the feed that was looked at last.
    seen: (u32, u64),
    /// The devices whose log may say two things at one place, because somebody copied or damaged its storage.
    forked: BTreeSet<DeviceId>,
}

/// Where changes are: on a phone, or at the office.
pub(crate) fn everywhere(phones: &[Phone], office: &Office) -> BTreeSet<Hash> {
    let on_phones = phones.iter().flat_map(|phone| phone.disk.links());
    on_phones.chain(office.kept().into_keys()).collect()
}

impl Truth {
    pub(crate) fn saved(&mut self, record: &LogRecord) -> Result<(), String> {
        let id = record.change.id;
        let again =
            !self.forked.contains(&id.device) && self.saved.values().any(|saved| saved.change.id == id);
        if again {
            return Err(format!("sequence {} of device {} was given out twice", id.seq, id.device));
        }
        let saved = Saved { change: record.change.clone(), acknowledged: false };
        self.saved.insert(record.link, saved);
        Ok(())
    }

    /// From now on a log may say two things at one place.
    pub(crate) fn may_fork(&mut self, device: DeviceId) {
        self.forked.insert(device);
    }

    pub(crate) fn is_forked(&self, device: DeviceId) -> bool {
        self.forked.contains(&device)
    }

    /// A device that was deleted must begin anew under another id.
    pub(crate) fn may_not_fork(&mut self, device: DeviceId) {
        self.forked.remove(&device);
    }

    /// A phone was told that the hub has its log up to a sequence.
    pub(crate) fn acknowledged(&mut self, phone: &Phone, through: u64) {
        for record in phone.disk.records().iter().filter(|record| record.change.id.seq <= through) {
            if let Some(saved) = self.saved.get_mut(&record.link) {
                saved.acknowledged = true;
            }
        }
    }

    /// What was somewhere before an act of force and is nowhere after it cannot be asked for.
    pub(crate) fn gone_between(&mut self, before: &BTreeSet<Hash>, after: &BTreeSet<Hash>) {
        let gone = before.difference(after).filter(|link| self.saved.contains_key(*link));
        self.gone.extend(gone.copied());
    }

    /// What the office had and has not after it was set back.
    pub(crate) fn office_lost(&mut self, before: &BTreeSet<Hash>, after: &BTreeSet<Hash>) {
        let lost = before.difference(after);
        let acknowledged = |link: &&Hash| self.saved.get(*link).is_some_and(|saved| saved.acknowledged);
        let lost: Vec<Hash> = lost.filter(acknowledged).copied().collect();
        self.lost_by_office.extend(lost);
    }

    /// What phones have saved and somebody should still have, by link.
    pub(crate) fn demanded(&self) -> impl Iterator<Item = (&Hash, &Saved)> {
        self.saved.iter().filter(|(link, _)| !self.gone.contains(*link))
    }

    pub(crate) fn knows(&self, link: &Hash) -> bool {
        self.saved.contains_key(link)
    }

    pub(crate) fn changes(&self) -> u64 {
        self.saved.len() as u64
    }

    pub(crate) fn gone(&self) -> u64 {
        self.gone.len() as u64
    }

    /// How many acknowledged changes the office had lost and must have back. Source: R7.
    pub(crate) fn returned(&self) -> u64 {
        self.lost_by_office.difference(&self.gone).count() as u64
    }

    /// Whether a change is one that was destroyed by force.
    pub(crate) fn is_gone(&self, link: &Hash) -> bool {
        self.gone.contains(link)
    }

    /// Notes the grants whenever the feed has moved. Whether it has.
    pub(crate) fn look(&mut self, office: &Office) -> bool {
        let head = office.head();
        if (head.epoch, head.position) == self.seen {
            return false;
        }
        self.seen = (head.epoch, head.position);
        for person in 0..office.people.len() {
            let granted = office.viewer(person).listed_scopes().unwrap_or_default();
            self.granted.entry(person).or_default().extend(granted);
        }
        true
    }

    /// Whether somebody was ever granted a scope.
    pub(crate) fn was_granted(&self, person: usize, scope: Scope) -> bool {
        self.granted.get(&person).is_some_and(|granted| granted.contains(&scope))
    }
}
