//! What is done to a batch, and what must become of it.

use ed25519_dalek::SigningKey;
use sync_core::{
    log::{Change, Header},
    op::Op,
    scope::Scope,
    time::Timestamp,
    unit::{CompanyId, DeviceId},
};

use super::batch::Parts;
use crate::{Proved, dice::Dice, pen::Pen};

/// What must become of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing of it is taken.
    Refused,
    /// Nothing is taken, or it reads as exactly what was signed: the frame around it is not signed.
    RefusedOrSame,
    /// Its device signed it, and its log says something else there: all of it is kept, apart.
    Aside,
    /// Its device signed it, and something is missing before it: it is asked for.
    Asked,
    /// Its device signed it and it continues the log: it is in the book, whatever it says.
    Taken,
}

/// A hostile batch.
pub(crate) struct Mutant {
    pub(crate) kind: &'static str,
    pub(crate) due: Due,
    pub(crate) bytes: Vec<u8>,
    /// The log as its device would have it afterwards, for one that forks or is taken.
    pub(crate) log: Option<Pen>,
}

/// Who the batches are of, and what the hub has of them.
pub(crate) struct Victim<'p> {
    pub(crate) pen: &'p Pen,
    pub(crate) through: u64,
    /// Another device's batch, to take parts from.
    pub(crate) other: &'p [u8],
    /// Words for the pen.
    pub(crate) op: &'p dyn Fn(&mut Dice) -> Op,
    pub(crate) now: Timestamp,
}

impl Victim<'_> {
    /// The log with some changes more, of which the hub knows nothing.
    fn goes_on(&self, from: u64, dice: &mut Dice) -> Pen {
        let mut pen = self.pen.cut_back(from);
        for _ in 0..=dice.below(5) {
            let op = (self.op)(dice);
            pen.writes(&op, self.now.plus_millis(dice.below(1_000)));
        }
        pen
    }

    /// An honest batch: the next, or one that was delivered before.
    fn honest(&self, dice: &mut Dice) -> Vec<u8> {
        if self.through > 0 && dice.once_in(3) {
            let first = 1 + dice.below(self.through);
            let last = (first + dice.below(6)).min(self.through);
            return self.pen.batch(first..=last, self.now);
        }
        let pen = self.goes_on(self.through, dice);
        pen.batch(self.through + 1..=pen.written(), self.now)
    }

    /// One hostile batch.
    pub(crate) fn mutant(&self, dice: &mut Dice) -> Proved<Mutant> {
        let of = |kind, due, bytes| Mutant { kind, due, bytes, log: None };
        match dice.below(20) {
            0..=7 => {
                let honest = self.honest(dice);
                let (kind, bytes) = mangled(&honest, self.other, dice);
                Ok(of(kind, Due::RefusedOrSame, bytes))
            }
            8 | 9 => {
                let parts = rearranged(Parts::of(&self.honest(dice))?, self.other, dice)?;
                Ok(of("changes moved, signature kept", Due::RefusedOrSame, parts.bytes()))
            }
            10 => {
                let parts = lying(Parts::of(&self.honest(dice))?, dice)?;
                Ok(of("header changed, signature kept", Due::RefusedOrSame, parts.bytes()))
            }
            11 => {
                let wrong = SigningKey::from_bytes(
                    &[dice.bytes16(), dice.bytes16()].concat().try_into().expect("32"),
                );
                let parts = Parts::of(&self.honest(dice))?.signed(&wrong);
                Ok(of("signed by another key", Due::Refused, parts.bytes()))
            }
            12 => {
                let honest = Parts::of(&self.honest(dice))?;
                let parts = rearranged(honest.clone(), self.other, dice)?;
                let same = parts.changes == honest.changes && parts.says.is_none();
                let due = if same { Due::RefusedOrSame } else { Due::Refused };
                Ok(of("chain broken, signed by the right key", due, parts.signed(&self.pen.key).bytes()))
            }
            13 => {
                let honest = Parts::of(&self.honest(dice))?;
                let parts = lying(honest.clone(), dice)?;
                let due = if parts.header == honest.header { Due::RefusedOrSame } else { Due::Refused };
                let only_declared = parts.read()?.declared != honest.read()?.declared;
                // What a device declares of itself is its own to say.
                if only_declared {
                    return Ok(of(
                        "signed by the right key, declares another sum",
                        Due::RefusedOrSame,
                        parts.signed(&self.pen.key).bytes(),
                    ));
                }
                Ok(of("header changed, signed by the right key", due, parts.signed(&self.pen.key).bytes()))
            }
            14 => {
                let parts = renumbered(self, dice)?;
                Ok(of(
                    "old sequence, signed by the right key",
                    Due::Refused,
                    parts.signed(&self.pen.key).bytes(),
                ))
            }
            15 | 16 if self.through > 0 => Ok(self.fork(dice)),
            17 => {
                let pen = self.goes_on(self.through, dice);
                let mut pen = pen;
                for _ in 0..3 {
                    pen.writes(&(self.op)(dice), self.now);
                }
                let first = self.through + 2 + dice.below(2);
                let bytes = pen.batch(first..=pen.written(), self.now);
                Ok(Mutant { kind: "a gap, signed by the right key", due: Due::Asked, bytes, log: None })
            }
            _ => Ok(self.nonsense(dice)),
        }
    }

    /// Another past under the right signature: a clone, or a phone set back.
    fn fork(&self, dice: &mut Dice) -> Mutant {
        let from = dice.below(self.through);
        let pen = self.goes_on(from, dice);
        let first = if from > 0 && dice.once_in(3) { from } else { from + 1 };
        let bytes = pen.batch(first..=pen.written(), self.now);
        Mutant { kind: "a fork, signed by the right key", due: Due::Aside, bytes, log: Some(pen) }
    }

    /// A log that goes on with bodies that say nothing, or too much.
    fn nonsense(&self, dice: &mut Dice) -> Mutant {
        let mut pen = self.pen.clone();
        let first = pen.written() + 1;
        for _ in 0..=dice.below(3) {
            let honest = (self.op)(dice);
            let kinds =
                [1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 20, 21, 30, 40, 41, 50, 51, 52, 53, 54, 999, u16::MAX];
            let kind = if dice.once_in(2) { honest.kind() } else { *dice.pick(&kinds).expect("kinds") };
            let (_, body) = mangled(&honest.to_body(), self.other, dice);
            let scopes = match dice.below(3) {
                0 => vec![Scope::Common; usize::try_from(dice.below(4)).expect("small")],
                _ => honest.scopes(pen.staff),
            };
            let when = match dice.below(6) {
                0 => Timestamp::from_packed(dice.next() >> 1),
                1 => Timestamp::ZERO,
                _ => self.now,
            };
            pen.writes_raw(kind, body, scopes, when);
        }
        let bytes = pen.batch(first..=pen.written(), self.now);
        Mutant { kind: "nonsense, signed by the right key", due: Due::Taken, bytes, log: Some(pen) }
    }
}

/// Bytes changed without knowing what they mean.
pub(crate) fn mangled(bytes: &[u8], other: &[u8], dice: &mut Dice) -> (&'static str, Vec<u8>) {
    let mut out = bytes.to_vec();
    let at =
        |dice: &mut Dice, length: usize| usize::try_from(dice.below(length.max(1) as u64)).expect("an index");
    match dice.below(9) {
        0 | 1 => {
            for _ in 0..=dice.below(3) {
                let place = at(dice, out.len());
                if let Some(byte) = out.get_mut(place) {
                    *byte ^= 1 << dice.below(8);
                }
            }
            ("bits flipped", out)
        }
        2 => {
            out.truncate(at(dice, out.len()));
            ("cut short", out)
        }
        3 => {
            let cut = at(dice, out.len());
            let from = at(dice, other.len());
            out.truncate(cut);
            out.extend(&other[from..]);
            ("spliced with another", out)
        }
        4 => {
            let (one, two) = (at(dice, out.len()), at(dice, out.len()));
            out.drain(one.min(two)..one.max(two));
            ("a piece taken out", out)
        }
        5 => {
            let (one, two, into) = (at(dice, out.len()), at(dice, out.len()), at(dice, out.len()));
            let piece = out[one.min(two)..one.max(two)].to_vec();
            out.splice(into..into, piece);
            ("a piece doubled", out)
        }
        6 => {
            let place = at(dice, out.len());
            // Lengths as CBOR writes them: none, one, two, four and eight bytes long, and without an end.
            let length = [0x40, 0x58, 0x59, 0x5a, 0x5b, 0x5f, 0x80, 0x98, 0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xff];
            if let Some(byte) = out.get_mut(place) {
                *byte = *dice.pick(&length).expect("lengths");
            }
            ("a length that lies", out)
        }
        7 => {
            let place = at(dice, out.len());
            for byte in out.iter_mut().skip(place).take(8) {
                *byte = 0xff;
            }
            ("large numbers", out)
        }
        _ => {
            out.extend(dice.bytes16());
            ("something after the end", out)
        }
    }
}

/// Changes in another order, twice, gone, or somebody else's.
fn rearranged(mut parts: Parts, other: &[u8], dice: &mut Dice) -> Proved<Parts> {
    let count = parts.changes.len() as u64;
    let index = usize::try_from(dice.below(count))?;
    match dice.below(5) {
        0 if count > 1 => parts.changes.swap(index, (index + 1) % usize::try_from(count)?),
        1 => {
            let twice = parts.changes[index].clone();
            parts.changes.insert(index, twice);
        }
        2 => drop(parts.changes.remove(index)),
        3 => {
            let theirs = Parts::of(other)?;
            parts.changes[index].clone_from(&theirs.changes[0]);
        }
        _ => {
            parts.says = Some([0, 1, count + 1, 1_001, u64::MAX][usize::try_from(dice.below(5))?])
                .filter(|says| *says != count);
        }
    }
    Ok(parts)
}

/// A header that says something else.
fn lying(parts: Parts, dice: &mut Dice) -> Proved<Parts> {
    let which = dice.below(8);
    let bytes = dice.bytes16();
    let far = dice.next();
    parts.with(|header| match which {
        0 => header.company = CompanyId::from_bytes(bytes),
        1 => header.device = DeviceId::from_bytes(bytes),
        2 => header.first = [0, header.first + 1, u64::MAX, far][usize::from(bytes[0] % 4)],
        3 => header.count = [0, header.count + 1, u64::MAX, far][usize::from(bytes[0] % 4)],
        4 => header.before[..16].copy_from_slice(&bytes),
        5 => header.head[..16].copy_from_slice(&bytes),
        6 => header.declared.unsent = far,
        _ => std::mem::swap(&mut header.before, &mut header.head),
    })
}

/// Changes whose own numbers are not where they stand.
fn renumbered(victim: &Victim<'_>, dice: &mut Dice) -> Proved<Parts> {
    let mut parts = Parts::of(&victim.honest(dice))?;
    let index = usize::try_from(dice.below(parts.changes.len() as u64))?;
    let change = Change::from_bytes(victim.pen.device, &parts.changes[index])?;
    let seq =
        [0, change.id.seq.saturating_sub(1), change.id.seq + 1, u64::MAX][usize::try_from(dice.below(4))?];
    let header = Header { seq, ..change.header.clone() };
    let sealed = Change::seal(victim.pen.device, header, change.salt().copied(), change.body().to_vec());
    parts.changes[index] = sealed.to_bytes();
    // The chain is made to come out right: only the number is wrong.
    let read = parts.read()?;
    let mut link = read.before;
    for bytes in &parts.changes {
        link = sync_core::log::next_link(&link, &Change::from_bytes(victim.pen.device, bytes)?);
    }
    parts.with(|header| header.head = link)
}
