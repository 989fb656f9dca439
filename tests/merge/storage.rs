//! What a phone finds in its storage: what a newer version wrote stays, what is missing is noticed.

use sync_core::{
    domain::{cash::Share, customer::OwnerSet, people::Role},
    feed::{Cursor, Entry},
    log::{Change, Header, genesis, next_link},
    op::{Op, Resubmitted, Said},
    paper::{Paper, PaperKey},
    refusal::Verdict,
    replica::{Identity, Index, LogRecord, Replica, ScopeRecord},
    scope::Scope,
    time::Timestamp,
    unit::{ChangeId, CompanyId, CustomerId, DeviceId, StaffId},
    wire::{Judged, LogEnd, Page, PushReply},
};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);
const ME: StaffId = StaffId::from_bytes([3; 16]);

fn identity() -> Identity {
    Identity {
        company: CompanyId::from_bytes([1; 16]),
        device: DeviceId::from_bytes([2; 16]),
        number: 7,
        staff: ME,
        name: "马".into(),
        role: Role::DirectRep,
        share: Share::WHOLE,
        key: [4; 32],
    }
}

fn change(device: DeviceId, seq: u64, kind: u16, scopes: Vec<Scope>, body: Vec<u8>) -> Change {
    let at = Timestamp::from_millis(NOW.millis() + seq);
    let header =
        Header { seq, at, seen: 0, kind, version: 1, scopes, entity: None, actor: None, epoch: Some(1) };
    Change::seal(device, header, None, body)
}

/// A log of so many changes of a kind that this version does not know.
fn newer_log(count: u64) -> Vec<LogRecord> {
    let me = identity();
    let mut link = genesis(me.company, me.device, &me.key);
    let mut log = Vec::new();
    for seq in 1..=count {
        let change = change(me.device, seq, 9_001, vec![Scope::Common], vec![0xa0]);
        link = next_link(&link, &change);
        log.push(LogRecord { change, link, judged: None });
    }
    log
}

fn index() -> Index {
    Replica::new(identity()).index().clone()
}

/// The phone was updated, recorded something, and its older program came back.
#[test]
fn what_a_newer_version_recorded_is_kept_sent_and_offered_again_as_it_is() {
    let log = newer_log(3);
    let mut phone = Replica::restore(index(), [], log.clone()).expect("nothing is lost");
    assert_eq!((phone.next_seq(), phone.backlog().unsent), (4, 3));
    let batch = phone.outgoing(1 << 20, NOW).expect("three changes");
    let sent = sync_core::log::SignedBatch::from_bytes(&batch.signed(&[0; 64])).expect("a batch");
    let sent: Vec<_> = sent.changes.iter().map(|(change, _)| change.to_bytes()).collect();
    assert_eq!(sent, log.iter().map(|record| record.change.to_bytes()).collect::<Vec<_>>());
    let judged = (1..=3).map(|seq| Judged { seq, position: seq, effective: NOW, verdict: None }).collect();
    let reply =
        PushReply { through: 3, judged, now: NOW, epoch: 1, countersigned: [9; 64], link: log[2].link };
    let stored = phone.acknowledge(&reply, NOW);
    assert_eq!(phone.backlog().unsent, 0);
    let again = phone.offer_again(2, stored);
    assert_eq!(again.len(), 2, "the restored office gets them back");
}

#[test]
fn a_log_that_ends_before_what_the_feed_has_shown_of_it_is_noticed() {
    let (log, mut index) = (newer_log(3), index());
    (index.settled_through, index.settled_link) = (3, log[2].link);
    assert!(Replica::restore(index.clone(), [], log.clone()).is_ok());
    assert!(
        Replica::restore(index.clone(), [], log[1..].to_vec()).is_ok(),
        "old records may be cleared away"
    );
    let shorter = Replica::restore(index.clone(), [], log[..2].to_vec()).expect_err("the last is missing");
    assert_eq!((shorter.expected, shorter.found), (3, 0));
    assert!(Replica::restore(index.clone(), [], Vec::new()).is_err());
    let hole = Replica::restore(index, [], vec![log[0].clone(), log[2].clone()]).expect_err("a hole");
    assert_eq!((hole.expected, hole.found), (2, 3));
}

/// The office was restored, and what this phone had offered to it since is gone from the phone's store.
#[test]
fn what_the_office_does_not_hold_any_more_is_offered_from_there_on() {
    let log = newer_log(3);
    let mut phone = Replica::restore(index(), [], log.clone()).expect("nothing is lost");
    let judged = (1..=3).map(|seq| Judged { seq, position: seq, effective: NOW, verdict: None }).collect();
    let reply =
        PushReply { through: 3, judged, now: NOW, epoch: 1, countersigned: [9; 64], link: log[2].link };
    let stored = phone.acknowledge(&reply, NOW);
    let says = |seq: u64, epoch: u32| Page {
        scanned_to: Cursor { epoch, position: 0 },
        log: Some(LogEnd { device: identity().device, seq, link: [0; 32] }),
        ..Page::default()
    };
    assert_eq!(phone.forgotten_by(&says(3, 1)), None, "it holds all of it");
    assert_eq!(phone.forgotten_by(&says(1, 2)), None, "another life is told by other means");
    assert_eq!(phone.forgotten_by(&says(1, 1)), Some(2));
    assert_eq!(phone.offer_again(2, stored).len(), 2);
    assert_eq!(phone.forgotten_by(&says(1, 1)), None, "they are among those to be sent");
}

/// Another tab has written behind a broken lock: the log in the store goes on after what this tab knows.
#[test]
fn a_book_that_another_tab_has_overtaken_knows_it_by_the_stored_log() {
    let log = newer_log(3);
    let tab = Replica::restore(index(), [], log[..2].to_vec()).expect("two records");
    assert!(!tab.is_behind(&log[..2]), "the log is as this tab knows it");
    assert!(tab.is_behind(&log));
}

fn page(phone: &Replica, entries: Vec<Entry>, grants: Vec<Scope>) -> Page {
    let head = entries.last().map_or(0, |entry| entry.position);
    Page {
        scanned_to: Cursor { epoch: 1, position: head },
        head,
        entries,
        grants: Some(grants),
        asked_with: phone.index().scopes_fingerprint(),
        now: NOW,
        ..Page::default()
    }
}

fn entry(position: u64, staff: StaffId, op: &Op) -> Entry {
    let device = DeviceId::from_bytes([77; 16]);
    let change = change(device, position, op.kind(), op.scopes(staff), op.to_body());
    let effective = change.header.at;
    Entry { position, change, staff, effective, received: NOW, verdict: Verdict::plain() }
}

#[test]
fn a_scope_whose_record_is_missing_has_the_book_read_anew() {
    let customer = CustomerId::from_bytes([8; 16]);
    let mut phone = Replica::new(identity());
    let owner = OwnerSet { customer, owner: ME, replaces: Vec::new(), reason: None };
    let scopes = vec![Scope::Common, Scope::Customer(customer)];
    let received = phone.receive(&page(&phone, vec![entry(1, ME, &Op::OwnerSet(owner))], scopes));
    let stored: Vec<ScopeRecord> = received.touched.iter().map(|scope| phone.scope_record(*scope)).collect();
    let whole = Replica::restore(phone.index().clone(), stored, Vec::new()).expect("nothing is lost");
    assert_eq!(whole.index().cursor.position, 1);
    let lacking = Replica::restore(phone.index().clone(), [], Vec::new()).expect("the log is whole");
    assert_eq!(lacking.index().cursor.position, 0, "the feed is read from its beginning");
    assert!(!lacking.index().complete);
    assert_eq!(lacking.scopes(), phone.scopes(), "what is not granted any more has to leave by name");
}

/// S14: of a book that is read anew the old records lie in the store until they are written over; money in them is not
/// taken for counted.
#[test]
fn records_of_the_book_before_are_not_mixed_into_the_one_that_is_read_anew() {
    let customer = CustomerId::from_bytes([8; 16]);
    let mut phone = Replica::new(identity());
    let scopes = vec![Scope::Common, Scope::Staff(ME), Scope::Customer(customer)];
    let op = Op::Collected(crate::deeds::collected(customer));
    let taken = |phone: &Replica| page(phone, vec![entry(1, ME, &op)], scopes.clone());
    phone.receive(&taken(&phone));
    let of_customer = phone.scope_record(Scope::Customer(customer));
    let lacking = Replica::restore(phone.index().clone(), [of_customer.clone()], Vec::new()).expect("no log");
    assert_eq!(lacking.index().cursor.position, 0, "the drawer's record is missing: it is read anew");
    let mut again = Replica::restore(lacking.index().clone(), [of_customer], Vec::new()).expect("no log");
    assert!(again.view().confirmed().is_empty(), "a record of the book before is in the book");
    again.receive(&taken(&again));
    assert_eq!(again.state_digest(), phone.state_digest(), "the drawer holds what was taken");
}

/// S78: money that a colleague took stands in his drawer, and his drawer is not this phone's to show.
#[test]
fn a_by_product_of_an_entry_in_a_scope_that_is_not_held_does_not_stay() {
    let customer = CustomerId::from_bytes([8; 16]);
    let mut phone = Replica::new(identity());
    let colleague = StaffId::from_bytes([9; 16]);
    let collected = crate::deeds::collected(customer);
    let scopes = vec![Scope::Common, Scope::Customer(customer)];
    let entries = vec![entry(1, colleague, &Op::Collected(collected))];
    phone.receive(&page(&phone, entries, scopes));
    let papers = phone.view().confirmed();
    let foreign = |(key, paper): (&PaperKey, &Paper)| {
        paper.scope(key).is_some_and(|scope| !phone.scopes().contains(&scope))
    };
    assert!(papers.iter().any(|(_, paper)| matches!(paper, Paper::Collection(_))));
    assert!(!papers.iter().any(foreign), "the colleague's drawer is in memory");
}

/// What a colleague corrects is seen with the customer; that it waited is the colleague's own.
#[test]
fn what_a_colleague_corrected_does_not_stay_as_something_that_waits() {
    let (customer, colleague) = (CustomerId::from_bytes([8; 16]), StaffId::from_bytes([9; 16]));
    let mut phone = Replica::new(identity());
    let held = ChangeId { device: DeviceId::from_bytes([66; 16]), seq: 4 };
    let owner = OwnerSet { customer, owner: ME, replaces: Vec::new(), reason: None };
    let corrected = Resubmitted { held, said: Said(Box::new(Op::OwnerSet(owner))) };
    let entries = vec![entry(1, colleague, &Op::Resubmitted(corrected))];
    phone.receive(&page(&phone, entries, vec![Scope::Common, Scope::Customer(customer)]));
    let papers = phone.view().confirmed();
    assert!(papers.contains_key(&PaperKey::customer(customer)), "what it says is the customer's");
    assert!(!papers.contains_key(&PaperKey::held(held)), "a colleague's held change is in memory");
}

/// An author sees what became of the own correction when the customer is handed over meanwhile, and not the card.
#[test]
fn an_own_correction_does_not_bring_the_card_of_a_customer_that_is_not_held() {
    let customer = CustomerId::from_bytes([8; 16]);
    let mut phone = Replica::new(identity());
    let held = ChangeId { device: identity().device, seq: 4 };
    let owner = OwnerSet { customer, owner: ME, replaces: Vec::new(), reason: None };
    let corrected = Resubmitted { held, said: Said(Box::new(Op::OwnerSet(owner))) };
    let entries = vec![entry(1, ME, &Op::Resubmitted(corrected))];
    phone.receive(&page(&phone, entries, vec![Scope::Common, Scope::Staff(ME)]));
    let papers = phone.view().confirmed();
    assert!(papers.contains_key(&PaperKey::held(held)), "it is settled, and that is its author's");
    assert!(!papers.contains_key(&PaperKey::customer(customer)), "a part of a foreign card is in memory");
}

/// A device that was revoked, or whose log forks, still brings what an office that was set back has lost.
#[test]
fn the_last_words_are_the_last_change_and_a_fork_brings_the_whole_log() {
    let mut phone = Replica::restore(index(), [], newer_log(3)).expect("nothing is lost");
    let judged = (1..=3).map(|seq| Judged { seq, position: seq, effective: NOW, verdict: None }).collect();
    let link = newer_log(3)[2].link;
    let reply = PushReply { through: 3, judged, now: NOW, epoch: 1, countersigned: [9; 64], link };
    let stored = phone.acknowledge(&reply, NOW);
    let mut forked = phone.clone();
    forked.put_aside(3);
    phone.last_words(stored.clone());
    let sent = |phone: &Replica| phone.outgoing(1 << 20, NOW).map(|batch| batch.sequences());
    assert_eq!(sent(&phone), Some(3..=3));
    forked.offer_all(stored);
    assert_eq!(sent(&forked), Some(1..=3));
    assert!(!phone.is_answer_of_another_life(&PushReply { epoch: 7, ..reply }), "any life may answer");
}

/// R9: of what a device had delivered it may see nothing any more; where its log stands it is told all the same.
#[test]
fn a_page_without_any_entry_tells_a_phone_that_its_store_was_set_back() {
    let log = newer_log(3);
    let mut phone = Replica::restore(index(), [], log[..2].to_vec()).expect("the old image is whole");
    let end = LogEnd { device: identity().device, seq: 3, link: log[2].link };
    let told = Page { log: Some(end.clone()), ..page(&phone, Vec::new(), vec![Scope::Common]) };
    assert_eq!(
        Page::from_bytes(&told.to_bytes()).expect("a page"),
        told,
        "it travels at the end of the page"
    );
    assert!(phone.receive(&told).rolled_back);
    let same = LogEnd { seq: 2, link: log[1].link, ..end.clone() };
    assert!(!phone.receive(&Page { log: Some(same), ..told.clone() }).rolled_back);
    let of_another = LogEnd { device: DeviceId::from_bytes([9; 16]), ..end };
    assert!(!phone.receive(&Page { log: Some(of_another), ..told }).rolled_back);
}
