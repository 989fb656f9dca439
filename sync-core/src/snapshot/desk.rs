//! The papers of a snapshot in the making, and how they take little room meanwhile.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use minicbor::Decoder;

use super::{part_of, read, write};
use crate::{
    judge::Papers,
    paper::{Paper, PaperKey, PaperKind},
    scope::Scope,
};

/// The papers of a snapshot in the making. Of the kinds of which there are many, those that nothing was written on for a
/// while are put away as the bytes in which they will be sent: a quarter of the room.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    papers: BTreeMap<PaperKey, Kept>,
    /// What was opened since papers were put away last.
    opened: Vec<PaperKey>,
    /// Room to write a paper in: its length is known only then.
    room: Vec<u8>,
}

/// A paper: open, put away, or put away and read since.
#[derive(Clone, Debug, Default)]
struct Kept {
    open: OnceCell<Box<Paper>>,
    away: Option<Away>,
}

/// A paper as it will be sent, and in which scope's part.
#[derive(Clone, Debug)]
struct Away {
    part: Option<Scope>,
    bytes: Box<[u8]>,
}

impl Away {
    fn of(scopes: &BTreeSet<Scope>, key: &PaperKey, paper: &Paper, room: &mut Vec<u8>) -> Self {
        room.clear();
        write(room, key, paper);
        Self { part: part_of(scopes, key, paper), bytes: room.as_slice().into() }
    }
}

impl Kept {
    fn paper(&self, kind: PaperKind) -> &Paper {
        self.open.get_or_init(|| {
            let away = self.away.as_ref();
            let paper = away.and_then(|away| read(&mut Decoder::new(&away.bytes), &mut ()).ok());
            Box::new(paper.map_or_else(|| Paper::shell(kind), |(_, paper)| paper))
        })
    }
}

impl Desk {
    /// Puts away what was opened, of the kinds of which there are many.
    pub(super) fn put_away(&mut self, scopes: &BTreeSet<Scope>) {
        for key in std::mem::take(&mut self.opened) {
            let Some(kept) = self.papers.get_mut(&key) else { continue };
            if let Some(paper) = kept.open.take() {
                kept.away.get_or_insert_with(|| Away::of(scopes, &key, &paper, &mut self.room));
            }
        }
    }

    /// Every paper as it will be sent, with the scope in whose part it goes, in the order of their keys.
    pub(super) fn into_parts(self, scopes: &BTreeSet<Scope>) -> impl Iterator<Item = (Scope, Box<[u8]>)> {
        let mut room = self.room;
        self.papers.into_iter().filter_map(move |(key, kept)| {
            let away = match kept.away {
                Some(away) => away,
                None => Away::of(scopes, &key, kept.paper(key.kind), &mut room),
            };
            Some((away.part?, away.bytes))
        })
    }
}

impl Papers for Desk {
    fn paper(&self, key: &PaperKey) -> Option<&Paper> {
        self.papers.get(key).map(|kept| kept.paper(key.kind))
    }

    fn paper_mut(&mut self, key: PaperKey) -> &mut Paper {
        let kept = self.papers.entry(key).or_default();
        kept.paper(key.kind);
        // What is written on is no more what was put away.
        kept.away = None;
        let many = [PaperKind::Visit, PaperKind::Order, PaperKind::Collection, PaperKind::Remittance];
        if many.contains(&key.kind) {
            self.opened.push(key);
        }
        kept.open.get_mut().expect("it was just opened")
    }
}
