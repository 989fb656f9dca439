//! Snapshot and tail come to the same as the whole feed, wherever the cut is, whatever is granted or taken away
//! meanwhile, wherever the phone stops.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sync_core::{
    domain::{
        cash::Share,
        customer::OwnerSet,
        people::Role,
        sale::{OrderStamp, OrderStamped, OrderTaken},
    },
    feed::{Cursor, Entry},
    log::{Change, Header, SetDigest},
    op::Op,
    paper::{Paper, PaperKey},
    refusal::Verdict,
    replica::{Identity, Received, Replica, ScopeRecord, state_digest},
    scope::{Scope, scopes_fingerprint},
    snapshot::{Cut, Folding, Gathering, SignedManifest, SnapshotAsk},
    time::Timestamp,
    unit::{CompanyId, CustomerId, DeviceId, PaperId, PriceListId, StaffId, Text},
    wire::Page,
};

use crate::deeds::{Deed, deeds, device, entries, id};

const COMPANY: CompanyId = CompanyId::from_bytes([9; 16]);
/// A chunk holds a paper or two.
const SMALL: usize = 260;

fn me() -> StaffId {
    StaffId::from_bytes(id(40))
}

/// Scopes of the small histories, by the bits of a number; the common one and one's own are always among them.
fn scopes(bits: u8) -> BTreeSet<Scope> {
    let all = [
        Scope::Customer(CustomerId::from_bytes(id(80))),
        Scope::Customer(CustomerId::from_bytes(id(81))),
        Scope::Staff(StaffId::from_bytes(id(41))),
    ];
    let chosen = all.into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
    chosen.map(|(_, scope)| scope).chain([Scope::Common, Scope::Staff(me())]).collect()
}

fn seen_by(entry: &Entry, scopes: &BTreeSet<Scope>) -> bool {
    entry.scopes().iter().any(|scope| scopes.contains(scope))
}

fn folded<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    scopes: &BTreeSet<Scope>,
) -> BTreeMap<PaperKey, Paper> {
    let mut papers = BTreeMap::new();
    let seen = entries.into_iter().filter(|entry| seen_by(entry, scopes));
    seen.for_each(|entry| entry.fold(&mut papers));
    papers
}

/// The papers of a book that belong to these scopes.
fn of_scopes<'a>(
    papers: impl IntoIterator<Item = (&'a PaperKey, &'a Paper)>,
    scopes: &BTreeSet<Scope>,
) -> Vec<(&'a PaperKey, &'a Paper)> {
    let held = |key: &PaperKey, paper: &Paper| paper.scope(key).is_some_and(|home| scopes.contains(&home));
    papers.into_iter().filter(|(key, paper)| held(key, paper)).collect()
}

fn cut(entries: &[Entry], scopes: &BTreeSet<Scope>, position: u64, most_bytes: usize) -> Cut {
    let mut gathering = Gathering::of(scopes.iter().copied());
    let mut folding = Folding::of(scopes.iter().copied());
    let mut puts_away = folding.clone();
    for entry in entries.iter().filter(|entry| entry.position <= position) {
        if gathering.counts(entry, &entry.scopes()) {
            folding.take_in(entry);
            puts_away.take_in(entry);
            puts_away.put_away();
        }
    }
    let cut = folding.cut(&gathering, COMPANY, 1, position, most_bytes);
    let other = puts_away.cut(&gathering, COMPANY, 1, position, most_bytes);
    assert_eq!(other, cut, "a paper that was put away and taken up again is what it was");
    cut
}

fn signed(cut: &Cut) -> Vec<u8> {
    let signed = SignedManifest {
        manifest: minicbor::to_vec(&cut.manifest).expect("to memory").into(),
        signature: vec![0; 64].into(),
        key: vec![0; 32].into(),
        packed: cut.manifest.bytes.clone(),
        log_seq: 0,
        log_link: Vec::new().into(),
        log_device: Vec::new().into(),
    };
    signed.to_bytes()
}

/// A phone with a disk.
struct Phone {
    replica: Replica,
    index: Vec<u8>,
    scopes: BTreeMap<Scope, Vec<u8>>,
}

impl Phone {
    fn new() -> Self {
        let replica = Replica::new(Identity {
            company: COMPANY,
            device: DeviceId::from_bytes([222; 16]),
            number: 1,
            staff: me(),
            name: "马".into(),
            role: Role::DirectRep,
            share: Share::WHOLE,
            key: [0; 32],
        });
        let index = minicbor::to_vec(replica.index()).expect("to memory");
        Self { replica, index, scopes: BTreeMap::new() }
    }

    /// What the shell writes in one transaction.
    fn store(&mut self, received: &Received) {
        for scope in &received.evicted {
            self.scopes.remove(scope);
        }
        for record in self.replica.scope_records(&received.touched) {
            self.scopes.insert(record.scope, minicbor::to_vec(&record).expect("to memory"));
        }
        self.index = minicbor::to_vec(self.replica.index()).expect("to memory");
    }

    fn restart(&mut self) {
        let index = minicbor::decode(&self.index).expect("as written");
        let scopes = self.scopes.values().map(|bytes| minicbor::decode(bytes).expect("as written"));
        let scopes: Vec<ScopeRecord> = scopes.collect();
        self.replica = Replica::restore(index, scopes, Vec::new()).expect("an empty log");
    }

    /// Nothing of a scope that is not whole is in the book.
    fn shows_only_what_is_whole(&self) {
        for (key, paper) in self.replica.view().confirmed() {
            let seen_by = paper.scopes(key);
            let missing = seen_by.iter().any(|scope| self.replica.index().missing.contains(scope));
            let whole = seen_by.iter().any(|scope| self.replica.is_whole(*scope));
            assert!(whole || !missing, "{key:?} is shown before its scope is whole");
        }
    }
}

/// The hub's side: a feed that grows, and grants that change.
struct Office<'a> {
    entries: &'a [Entry],
    head: usize,
    granted: BTreeSet<Scope>,
}

impl Office<'_> {
    fn head(&self) -> u64 {
        self.head as u64
    }

    fn feed(&self) -> &[Entry] {
        &self.entries[..self.head]
    }

    fn digests(&self) -> BTreeMap<Scope, SetDigest> {
        let mut digests: BTreeMap<Scope, SetDigest> = BTreeMap::new();
        for entry in self.feed() {
            for scope in entry.scopes().into_iter().filter(|scope| self.granted.contains(scope)) {
                digests.entry(scope).or_default().add(&entry.hash());
            }
        }
        digests
    }

    fn page(&self, phone: &Replica, limit: usize) -> Page {
        let (at, held) = (phone.index().cursor.position, phone.index().scopes_fingerprint());
        let new = self.feed().iter().filter(|entry| entry.position > at && seen_by(entry, &self.granted));
        let entries: Vec<Entry> = new.take(limit).cloned().collect();
        let full = entries.len() == limit;
        let position =
            if full { entries.last().map_or(self.head(), |last| last.position) } else { self.head() };
        let grants: Vec<Scope> = self.granted.iter().copied().collect();
        let grants = (scopes_fingerprint(&self.granted) != held).then_some(grants);
        let digests = self.digests();
        let at_head = position == self.head();
        let touched: BTreeSet<Scope> = entries.iter().flat_map(Entry::scopes).collect();
        let told =
            |scope: &&Scope| touched.contains(*scope) || (grants.is_some() && !digests.contains_key(*scope));
        let tell = |scope: &Scope| (*scope, digests.get(scope).copied().unwrap_or_default());
        let sum = digests.values().fold(SetDigest::default(), |mut sum, digest| {
            sum.absorb(digest);
            sum
        });
        Page {
            scanned_to: Cursor { epoch: 1, position },
            head: self.head(),
            digests: if at_head { self.granted.iter().filter(told).map(tell).collect() } else { Vec::new() },
            combined: at_head.then_some(sum),
            entries,
            grants,
            now: Timestamp::ZERO,
            asked_with: held,
            asked_after: at,
            log: None,
        }
    }

    /// The snapshot a phone asks for; nothing when its grants are others by now.
    fn snapshot(&self, ask: &SnapshotAsk) -> Option<Cut> {
        let scopes: BTreeSet<Scope> = match &ask.scopes {
            Some(scopes) => scopes.iter().copied().collect(),
            None if ask.position.is_some() && scopes_fingerprint(&self.granted) != ask.held => return None,
            None => self.granted.clone(),
        };
        let position = ask.position.unwrap_or(self.head());
        scopes.is_subset(&self.granted).then(|| cut(self.entries, &scopes, position, SMALL))
    }

    /// The phone does what is next.
    fn next(&self, phone: &mut Phone, limit: usize) {
        let received = match phone.replica.missing_past().map(|ask| (self.snapshot(&ask), ask)) {
            Some((Some(cut), ask)) => match phone.replica.next_chunk() {
                None => phone.replica.take_piece(&ask, None, &signed(&cut)),
                Some(number) => {
                    let chunk = &cut.chunks[usize::try_from(number).expect("small")];
                    let taken = phone.replica.take_piece(&ask, Some(number), chunk);
                    assert!(!taken.more, "the chunk that the manifest names");
                    taken
                }
            },
            Some((None, _)) | None => phone.replica.receive(&self.page(&phone.replica, limit)),
        };
        assert!(!received.diverged, "the digests agree");
        phone.store(&received);
        phone.shows_only_what_is_whole();
    }

    fn at_rest(&self, phone: &Phone) -> bool {
        let index = phone.replica.index();
        let caught_up = index.cursor.position == self.head() && index.scopes == self.granted;
        caught_up && phone.replica.missing_past().is_none()
    }
}

/// What happens next in a random life of a phone.
#[derive(Clone, Copy, Debug)]
enum Turn {
    /// The feed grows.
    Grows(u8),
    /// Other scopes are granted.
    Grants(u8),
    /// The phone does what is next, with pages of so many entries.
    Syncs(u8),
    /// The phone starts again from its disk.
    Restarts,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        2 => (1u8..6).prop_map(Turn::Grows),
        2 => (0u8..8).prop_map(Turn::Grants),
        6 => (1u8..5).prop_map(Turn::Syncs),
        2 => Just(Turn::Restarts),
    ];
    proptest::collection::vec(turn, 1..30)
}

fn long_histories() -> impl Strategy<Value = Vec<Deed>> {
    proptest::collection::vec(deeds(), 1..4).prop_map(|parts| parts.concat())
}

/// An entry of a history told by hand: the author's next change, at this position.
fn told(position: u64, who: u8, seq: u64, op: &Op) -> Entry {
    let (staff, at) = (StaffId::from_bytes(id(who + 40)), Timestamp::from_millis(1_000_000 + position));
    let header = Header {
        seq,
        at,
        seen: 0,
        kind: op.kind(),
        version: Op::VERSION,
        scopes: op.scopes(staff),
        entity: op.entity(),
        actor: None,
        epoch: None,
    };
    let change = Change::seal(device(who), header, None, op.to_body());
    Entry { position, change, staff, effective: at, received: at, verdict: Verdict::plain() }
}

/// A paper is in one record only: what was kept of it by another scope does not come back after a restart.
#[test]
fn an_order_stamped_while_its_customer_was_away_is_stamped_after_the_return_and_a_restart() {
    let customer = CustomerId::from_bytes(id(80));
    let order = OrderTaken {
        customer,
        number: 1,
        price_list: PriceListId::from_bytes(id(130)),
        lines: Vec::new(),
        deliver_by: None,
        deliver_to: Text::default(),
        payer: Text::default(),
        note: Text::default(),
    };
    let over = order.body_hash();
    let taken = told(1, 0, 1, &Op::OrderTaken(order));
    let order = PaperId(taken.change.id.created());
    let owner = |owner| Op::OwnerSet(OwnerSet { customer, owner, replaces: Vec::new(), reason: None });
    let stamped = Op::OrderStamped(OrderStamped { order, customer, stamp: OrderStamp::Accepted, over });
    let entries = [
        taken,
        told(2, 1, 1, &owner(StaffId::from_bytes(id(41)))),
        told(3, 1, 2, &stamped),
        told(4, 1, 3, &owner(me())),
    ];
    let mut phone = Phone::new();
    for (head, bits) in [(1, 1), (2, 0), (3, 0), (4, 1)] {
        let office = Office { entries: &entries, head, granted: scopes(bits) };
        while !office.at_rest(&phone) {
            office.next(&mut phone, 5);
        }
    }
    phone.restart();
    let whole = folded(&entries, &scopes(1));
    let key = PaperKey::order(order);
    assert_eq!(phone.replica.view().confirmed().get(&key), whole.get(&key));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Also what is only known by another scope, such as money taken from a customer who has been handed over.
    #[test]
    fn a_snapshot_with_the_tail_on_it_is_the_whole_fold(
        history in long_histories(),
        at in 0usize..60,
        bits in 0u8..8,
        most_bytes in 1usize..600,
    ) {
        let entries = entries(&history);
        let scopes = scopes(bits);
        let position = at.clamp(1, entries.len());
        let office = Office { entries: &entries, head: entries.len(), granted: scopes.clone() };
        let mut phone = Phone::new();
        let ask = phone.replica.missing_past().expect("everything");
        let cut = cut(&entries, &scopes, position as u64, most_bytes);
        let received = phone.replica.take_piece(&ask, None, &signed(&cut));
        phone.store(&received);
        for (number, chunk) in (0..).zip(&cut.chunks) {
            let received = phone.replica.take_piece(&ask, Some(number), chunk);
            prop_assert!(!received.more, "the next one");
            phone.store(&received);
            phone.restart();
            phone.shows_only_what_is_whole();
        }
        prop_assert_eq!(phone.replica.index().cursor.position, position as u64);
        for _ in 0..=entries.len() {
            office.next(&mut phone, 2);
        }
        prop_assert!(office.at_rest(&phone));
        let whole = folded(&entries, &scopes);
        let seen = |(key, paper): &(&PaperKey, &Paper)| {
            paper.scopes(key).iter().any(|scope| scopes.contains(scope))
        };
        let here: Vec<_> = phone.replica.view().confirmed().iter().filter(seen).collect();
        prop_assert_eq!(here, whole.iter().filter(seen).collect::<Vec<_>>());
    }

    #[test]
    fn a_phone_that_stops_anywhere_while_grants_change_ends_with_the_book_of_the_hub(
        history in long_histories(),
        turns in turns(),
        last in 0u8..8,
    ) {
        let entries = entries(&history);
        let mut office = Office { entries: &entries, head: 1, granted: scopes(last) };
        let mut phone = Phone::new();
        for turn in turns {
            match turn {
                Turn::Grows(by) => office.head = entries.len().min(office.head + usize::from(by)),
                // A grant is an entry of the feed: the head moves with it.
                Turn::Grants(bits) if office.head < entries.len() => {
                    office.head += 1;
                    office.granted = scopes(bits);
                }
                Turn::Grants(_) => {}
                Turn::Syncs(limit) => office.next(&mut phone, usize::from(limit)),
                Turn::Restarts => phone.restart(),
            }
        }
        for _ in 0..400 {
            if office.at_rest(&phone) {
                break;
            }
            office.next(&mut phone, 3);
        }
        phone.restart();
        prop_assert!(office.at_rest(&phone), "never at rest: {:?}", phone.replica.index());
        let granted = office.granted.clone();
        let whole = folded(office.feed(), &granted);
        let here = of_scopes(phone.replica.view().confirmed(), &granted);
        prop_assert_eq!(here, of_scopes(&whole, &granted));
        let state = state_digest(of_scopes(&whole, &granted).into_iter());
        prop_assert_eq!(phone.replica.state_digest(), state);
    }
}
