//! Runs: changes that follow on each other in the feed and in one device's log are kept packed in one row.
//!
//! Nine tenths of a change are what the one before has said as well: customer, scopes, field names, half of the time. So a
//! push of two hundred changes takes the room of sixty, and comes out of the database as one row. Decision 031.

use std::cell::RefCell;

use minicbor::{Decoder, Encoder};
use sync_core::{
    feed::Entry,
    log::{Change, Hash, next_link},
    refusal::Verdict,
    scope::Scope,
    time::Timestamp,
    unit::{DeviceId, StaffId},
};
use zstd::bulk::Decompressor;

use super::{FeedRow, Stored, codec::corrupt};

/// The most entries in one run.
pub(super) const MOST_ENTRIES: u64 = 256;

/// A run is full with the entry that brings it to so many bytes: whoever wants one entry unpacks the whole.
const MOST_BYTES: usize = 96 << 10;

/// The first byte of what is kept says how: as it is, or packed with zstd.
const PLAIN: u8 = 0;
const PACKED: u8 = 1;

/// Less than this is kept as it is: a change that came alone has little in it that comes again.
const LEAST_PACKED: usize = 600;

/// No run is larger unpacked: one change of the largest push and what stands around it.
const MOST_UNPACKED: usize = 32 << 20;

/// Eight bytes a change less than at the fastest level, for three tenths of a microsecond; the next level takes twice the time.
const LEVEL: i32 = 4;

/// Entries that follow on each other in the feed and in one device's log, of one author, received at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The position of its last entry.
    pub last: u64,
    /// How many entries.
    pub count: u64,
    /// The device.
    pub device: DeviceId,
    /// The sequence of its last entry.
    pub last_seq: u64,
    /// Who wrote them.
    pub staff: StaffId,
    /// When they were received.
    pub received: Timestamp,
    /// The link of the device's chain after its last entry.
    pub link: Hash,
    /// Everything else, packed.
    pub entries: Vec<u8>,
}

/// Which entries of a run are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w> {
    /// Only positions above this.
    pub(super) after: u64,
    /// Only positions up to this one.
    pub(super) through: u64,
    /// Only entries in one of these scopes, in order; all where none are named.
    pub(super) scopes: Option<&'w [Scope]>,
    /// Whether the links of the chain are wanted.
    pub(super) links: bool,
}

impl Wanted<'_> {
    /// All of them.
    pub(super) const ALL: Self = Self { after: 0, through: u64::MAX, scopes: None, links: true };

    fn wants(&self, scopes: &[Scope]) -> bool {
        self.scopes.is_none_or(|wanted| scopes.iter().any(|scope| wanted.binary_search(scope).is_ok()))
    }
}

/// The rows of a writing as runs, in their order.
pub fn runs_of(rows: &[FeedRow]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let (mut count, mut bytes) = (1, first.bytes());
        let mut before = first;
        while let Some(next) = rest.get(count).filter(|next| goes_on(before, next)) {
            if count as u64 == MOST_ENTRIES || bytes >= MOST_BYTES {
                break;
            }
            (count, bytes, before) = (count + 1, bytes + next.bytes(), next);
        }
        let (some, further) = rest.split_at(count);
        runs.push(Run::of(some, before));
        rest = further;
    }
    runs
}

fn goes_on(row: &FeedRow, next: &FeedRow) -> bool {
    let (row, next) = (&row.entry, &next.entry);
    next.position == row.position + 1
        && next.change.id.device == row.change.id.device
        && next.change.id.seq == row.change.id.seq + 1
        && next.staff == row.staff
        && next.received == row.received
}

impl Run {
    /// Some entries that follow on each other, and the last of them.
    fn of(rows: &[FeedRow], last: &FeedRow) -> Self {
        let entry = &last.entry;
        Self {
            last: entry.position,
            count: rows.len() as u64,
            device: entry.change.id.device,
            last_seq: entry.change.id.seq,
            staff: entry.staff,
            received: entry.received,
            link: last.link,
            entries: packed(rows),
        }
    }

    /// The sequence of its first entry.
    pub const fn first_seq(&self) -> u64 {
        self.last_seq.saturating_sub(self.count.saturating_sub(1))
    }

    /// The position of its first entry.
    pub const fn first(&self) -> u64 {
        self.last.saturating_sub(self.count.saturating_sub(1))
    }

    /// All its entries.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`](super::StoreError::Corrupt) where what is packed is no run.
    pub fn rows(&self) -> Stored<Vec<FeedRow>> {
        self.wanted(&Wanted::ALL)
    }

    /// Its entries at some positions, in order.
    pub(super) fn entries_at(&self, positions: &[u64]) -> Stored<Vec<Entry>> {
        let plain = unpacked(&self.entries)?;
        let mut parts = Parts::of(&plain, self.count).map_err(corrupt)?;
        let mut entries = Vec::with_capacity(positions.len());
        for index in 0..self.count {
            let bytes = parts.changes.bytes().map_err(corrupt)?;
            if positions.binary_search(&(self.first() + index)).is_ok() {
                let change = Change::from_bytes(self.device, bytes).map_err(corrupt)?;
                entries.push(self.entry(index, change, &mut parts));
            }
        }
        Ok(entries)
    }

    fn entry(&self, index: u64, change: Change, parts: &mut Parts<'_>) -> Entry {
        let effective = parts.effective.get(&index).copied().unwrap_or(change.header.at);
        let verdict = parts.verdicts.remove(&index).unwrap_or_else(Verdict::plain);
        let (staff, received) = (self.staff, self.received);
        Entry { position: self.first() + index, change, staff, effective, received, verdict }
    }

    /// Its entries that are wanted, in order. Links that are not wanted are zero.
    pub(super) fn wanted(&self, wanted: &Wanted<'_>) -> Stored<Vec<FeedRow>> {
        let plain = unpacked(&self.entries)?;
        let mut parts = Parts::of(&plain, self.count).map_err(corrupt)?;
        let mut link = parts.first_link;
        let mut rows = Vec::new();
        for index in 0..self.count {
            let position = self.first() + index;
            let bytes = parts.changes.bytes().map_err(corrupt)?;
            let out = position <= wanted.after || position > wanted.through;
            if out && !wanted.links {
                continue;
            }
            let change = Change::from_bytes(self.device, bytes).map_err(corrupt)?;
            if wanted.links {
                link = if index + 1 == self.count {
                    self.link
                } else {
                    match (index, parts.links.get(&index)) {
                        (_, Some(link)) => *link,
                        (0, None) => link,
                        (_, None) => next_link(&link, &change),
                    }
                };
            }
            let scopes = parts.scopes.remove(&index).unwrap_or_else(|| change.header.scopes.clone());
            if out || !wanted.wants(&scopes) {
                continue;
            }
            rows.push(FeedRow { entry: self.entry(index, change, &mut parts), link, scopes });
        }
        Ok(rows)
    }
}

/// What is unpacked of a run, by the place in it. Most entries take effect at the time they say, were simply applied, are
/// seen where they say, and follow in their chain from the one before: only what differs is written.
struct Parts<'p> {
    first_link: Hash,
    links: Few<Hash>,
    effective: Few<Timestamp>,
    verdicts: Few<Verdict>,
    scopes: Few<Vec<Scope>>,
    changes: Decoder<'p>,
}

type Few<T> = std::collections::BTreeMap<u64, T>;

impl<'p> Parts<'p> {
    fn of(plain: &'p [u8], count: u64) -> Result<Self, minicbor::decode::Error> {
        let mut d = Decoder::new(plain);
        let hash = |d: &mut Decoder<'_>| {
            let bytes = d.bytes()?;
            bytes.try_into().map_err(|_| minicbor::decode::Error::message("a link has 32 bytes"))
        };
        d.array()?;
        let first_link = hash(&mut d)?;
        let links = few(&mut d, hash)?;
        let effective = few(&mut d, |d| d.u64().map(Timestamp::from_packed))?;
        let verdicts = few(&mut d, Decoder::decode)?;
        let scopes = few(&mut d, Decoder::decode)?;
        if d.array()? != Some(count) {
            return Err(minicbor::decode::Error::message("another number of entries than the row says"));
        }
        Ok(Self { first_link, links, effective, verdicts, scopes, changes: d })
    }
}

fn few<'p, T>(
    d: &mut Decoder<'p>,
    read: impl Fn(&mut Decoder<'p>) -> Result<T, minicbor::decode::Error>,
) -> Result<Few<T>, minicbor::decode::Error> {
    let mut found = Few::new();
    for _ in 0..d.map()?.unwrap_or_default() {
        let place = d.u64()?;
        found.insert(place, read(d)?);
    }
    Ok(found)
}

fn packed(rows: &[FeedRow]) -> Vec<u8> {
    let plain = plain(rows);
    let length = u32::try_from(plain.len()).expect("a run is smaller than 4 GiB").to_be_bytes();
    if plain.len() < LEAST_PACKED {
        return [&[PLAIN][..], &length, &plain].concat();
    }
    let packed = zstd::bulk::compress(&plain, LEVEL).expect("there is room for what is packed");
    [&[PACKED][..], &length, &packed].concat()
}

thread_local! {
    /// Its tables take longer to set up than a small run takes to unpack.
    static UNPACKER: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::new().expect("there is memory for its tables"));
}

fn unpacked(bytes: &[u8]) -> Stored<Vec<u8>> {
    let (form, rest) = bytes.split_first().ok_or_else(|| corrupt("an empty run"))?;
    let (length, packed) = rest.split_first_chunk::<4>().ok_or_else(|| corrupt("a run is cut off"))?;
    let length = u32::from_be_bytes(*length) as usize;
    let plain = match *form {
        PLAIN => packed.to_vec(),
        PACKED if length <= MOST_UNPACKED => {
            UNPACKER.with_borrow_mut(|unpacker| unpacker.decompress(packed, length)).map_err(corrupt)?
        }
        form => return Err(corrupt(format!("a run of form {form} and {length} bytes"))),
    };
    if plain.len() == length { Ok(plain) } else { Err(corrupt("a run is shorter than it says")) }
}

fn plain(rows: &[FeedRow]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(rows.iter().map(FeedRow::bytes).sum::<usize>() + 64 + rows.len() * 8);
    write(rows, &mut Encoder::new(&mut plain)).expect("writing to memory cannot fail");
    plain
}

/// The places of rows of which something is to be written, with what it is.
fn differing<'r, T>(rows: &'r [FeedRow], what: impl Fn(usize, &'r FeedRow) -> Option<T>) -> Vec<(u64, T)> {
    let places = rows.iter().enumerate();
    places.filter_map(|(place, row)| Some((place as u64, what(place, row)?))).collect()
}

fn write(
    rows: &[FeedRow],
    e: &mut Encoder<&mut Vec<u8>>,
) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
    e.array(6)?;
    e.bytes(&rows.first().map_or([0; 32], |row| row.link))?;
    // The first and the last stand for themselves.
    let between = 1..rows.len().saturating_sub(1);
    let links = differing(rows, |place, row| {
        let follows = |before: &FeedRow| next_link(&before.link, &row.entry.change) == row.link;
        (between.contains(&place) && !follows(&rows[place - 1])).then_some(&row.link)
    });
    e.map(links.len() as u64)?;
    for (place, link) in links {
        e.u64(place)?.bytes(link)?;
    }
    let effective = differing(rows, |_, row| {
        (row.entry.effective != row.entry.change.header.at).then_some(row.entry.effective.packed())
    });
    e.map(effective.len() as u64)?;
    for (place, at) in effective {
        e.u64(place)?.u64(at)?;
    }
    let verdicts =
        differing(rows, |_, row| (row.entry.verdict != Verdict::plain()).then_some(&row.entry.verdict));
    e.map(verdicts.len() as u64)?;
    for (place, verdict) in verdicts {
        e.u64(place)?.encode(verdict)?;
    }
    let scopes =
        differing(rows, |_, row| (row.scopes != row.entry.change.header.scopes).then_some(&row.scopes));
    e.map(scopes.len() as u64)?;
    for (place, scopes) in scopes {
        e.u64(place)?.encode(scopes)?;
    }
    e.array(rows.len() as u64)?;
    for row in rows {
        e.bytes(&row.entry.change.to_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::{
        log::Header,
        refusal::{ChangeRefusal, Finding},
        unit::CustomerId,
    };

    const PHONE: DeviceId = DeviceId::from_bytes([3; 16]);
    const STAFF: StaffId = StaffId::from_bytes([4; 16]);

    fn scope(number: u8) -> Scope {
        Scope::Customer(CustomerId::from_bytes([number; 16]))
    }

    /// An entry whose verdict, time and scopes differ now and then from what its change says.
    fn row(position: u64, seq: u64, before: &Hash) -> FeedRow {
        let header = Header {
            seq,
            at: Timestamp::from_packed(1_000_000 + seq),
            seen: 1,
            kind: 30,
            version: 1,
            scopes: vec![scope(u8::try_from(seq % 5).expect("small"))],
            entity: None,
            actor: None,
            epoch: None,
        };
        let scopes = if seq.is_multiple_of(7) { vec![scope(9)] } else { header.scopes.clone() };
        let effective = if seq.is_multiple_of(11) { header.at.next() } else { header.at };
        let verdict = match seq % 13 {
            0 => Verdict::Held { reason: ChangeRefusal::UnknownKind { kind: 4, version: 9 }.into() },
            1 => Verdict::Applied { findings: vec![Finding::ListExpired], withheld: false },
            _ => Verdict::plain(),
        };
        let change = Change::seal(PHONE, header, None, vec![7; 40]);
        let link = next_link(before, &change);
        let received = Timestamp::from_packed(2_000_000);
        FeedRow {
            entry: Entry { position, change, staff: STAFF, effective, received, verdict },
            link,
            scopes,
        }
    }

    fn rows(positions: std::ops::RangeInclusive<u64>) -> Vec<FeedRow> {
        let mut before = [1; 32];
        let rows = positions.map(|position| {
            let row = row(position, position - 10, &before);
            before = row.link;
            row
        });
        rows.collect()
    }

    #[test]
    fn what_goes_into_runs_comes_out_of_them() {
        let mut rows = rows(11..=700);
        // A chain that does not follow is kept as it is told; another day of receipt begins another run.
        rows[100].link = [9; 32];
        for row in &mut rows[500..] {
            row.entry.received = row.entry.received.next();
        }
        let runs = runs_of(&rows);
        assert_eq!(runs.iter().map(|run| run.count).collect::<Vec<_>>(), [256, 244, 190]);
        assert_eq!((runs[1].first(), runs[1].last, runs[1].first_seq()), (267, 510, 257));
        let out: Vec<FeedRow> = runs.iter().flat_map(|run| run.rows().expect("a run")).collect();
        assert_eq!(out, rows);
        let packed: usize = runs.iter().map(|run| run.entries.len()).sum();
        assert!(packed * 4 < rows.iter().map(FeedRow::bytes).sum(), "{packed} bytes");
    }

    #[test]
    fn a_change_that_came_alone_is_kept_as_it_is() {
        let rows = rows(11..=11);
        let [run] = &runs_of(&rows)[..] else { panic!("one run") };
        assert_eq!((run.first(), run.last, run.count, run.entries[0]), (11, 11, 1, PLAIN));
        assert_eq!(run.rows().expect("a run"), rows);
    }

    #[test]
    fn only_what_is_wanted_comes_out() {
        let rows = rows(11..=60);
        let [run] = &runs_of(&rows)[..] else { panic!("one run") };
        let scopes = [scope(2), scope(9)];
        let wanted = Wanted { after: 20, through: 41, scopes: Some(&scopes), links: true };
        let meant = rows.iter().filter(|row| {
            (21..=41).contains(&row.entry.position) && row.scopes.iter().any(|scope| scopes.contains(scope))
        });
        let meant: Vec<FeedRow> = meant.cloned().collect();
        assert!(meant.len() > 3);
        assert_eq!(run.wanted(&wanted).expect("a run"), meant);
        let without = run.wanted(&Wanted { links: false, ..wanted }).expect("a run");
        assert_eq!(
            without.iter().map(|row| &row.entry).collect::<Vec<_>>(),
            meant.iter().map(|row| &row.entry).collect::<Vec<_>>()
        );
        let two = run.entries_at(&[12, 60, 61]).expect("a run");
        assert_eq!(two, [rows[1].entry.clone(), rows[49].entry.clone()]);
    }

    #[test]
    fn what_is_no_run_is_said_to_be_none() {
        let rows = rows(11..=40);
        let run = runs_of(&rows).remove(0);
        for entries in [
            vec![],
            vec![PACKED],
            vec![PLAIN, 0, 0, 0, 2, 0x80],
            vec![2, 0, 0, 0, 1, 0],
            [&run.entries[..9], &[0; 90]].concat(),
        ] {
            assert!(Run { entries, ..run.clone() }.rows().is_err());
        }
        assert!(Run { count: run.count + 1, ..run.clone() }.rows().is_err());
        let mut long = run.entries.clone();
        long[1..5].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(Run { entries: long, ..run }.rows().is_err());
    }
}
