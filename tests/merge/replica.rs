//! A phone by itself: what it records is in its book at once, and stays when it is stored and loaded again.

use sync_core::{
    domain::{
        cash::{CashRefusal, Collected, DrawerPart, Means, RemitNow, Remitted, Share},
        customer::{CardField, CardFieldSet, CustomerCreated, CustomerRefusal, FieldValue},
        people::Role,
    },
    feed::Cursor,
    log::SignedBatch,
    op::Op,
    refusal::{Finding, Refusal},
    replica::{Identity, Index, LogRecord, Replica, ScopeRecord},
    scope::Scope,
    time::Timestamp,
    unit::{Amount, CompanyId, CustomerId, DeviceId, Initials, Money, StaffId, Text},
    wire::{Judged, Page, PushReply},
};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

struct Phone {
    replica: Replica,
    log: Vec<LogRecord>,
}

impl Phone {
    fn new() -> Self {
        let identity = Identity {
            company: CompanyId::from_bytes([1; 16]),
            device: DeviceId::from_bytes([2; 16]),
            number: 7,
            staff: StaffId::from_bytes([3; 16]),
            name: "马".into(),
            role: Role::DirectRep,
            share: Share::WHOLE,
            key: [4; 32],
        };
        Self { replica: Replica::new(identity), log: Vec::new() }
    }

    fn does(&mut self, op: Op) -> Result<Vec<Finding>, Refusal> {
        let draft = self.replica.draft(op, NOW, [5; 16])?;
        self.log.push(draft.record());
        let findings = draft.findings().to_vec();
        self.replica.saved(draft);
        Ok(findings)
    }

    fn enters_a_customer(&mut self) -> CustomerId {
        let customer = CustomerId(self.replica.next_id().created());
        let name = FieldValue::Text(Text::new("宁安食品商行").expect("a name"));
        let fields = vec![(CardField::Name, name)];
        let owner = self.replica.identity().staff;
        self.does(Op::CustomerCreated(CustomerCreated { customer, fields, contacts: Vec::new(), owner }))
            .expect("a rep enters a customer");
        customer
    }

    fn collects(&mut self, customer: CustomerId, amount: &str) -> Result<Vec<Finding>, Refusal> {
        let amount = Amount::typed(amount).expect("an amount");
        let receipt = self.replica.next_receipt();
        let (means, order, over_limit, note, photo) = (Means::Cash, None, None, Text::default(), None);
        let collected = Collected { customer, amount, means, receipt, order, over_limit, note, photo };
        self.does(Op::Collected(collected))
    }
}

/// S14, S15: remit at ten thousand, never above twenty.
#[test]
fn a_rep_at_ten_thousand_is_told_to_remit_and_above_twenty_is_refused() {
    let mut phone = Phone::new();
    let customer = phone.enters_a_customer();
    assert_eq!(phone.collects(customer, "4000.00"), Ok(vec![]));
    assert_eq!(phone.collects(customer, "5999.99"), Ok(vec![]));
    let remit_now = |yuan| Finding::RemitNow(RemitNow { held: Money::yuan(yuan) });
    assert_eq!(phone.collects(customer, "0.01"), Ok(vec![remit_now(10_000)]));
    assert_eq!(phone.collects(customer, "9000.00"), Ok(vec![remit_now(19_000)]));
    let refused = CashRefusal::AboveLimit {
        would_hold: Money::fen(2_000_001),
        limit: Money::yuan(20_000),
        may_take: Money::yuan(1_000),
    };
    assert_eq!(phone.collects(customer, "1000.01"), Err(refused.into()));
    assert_eq!(phone.replica.cash_in_hand(), Money::yuan(19_000));
    assert_eq!(phone.replica.next_receipt(), 5, "a refused intention uses up no receipt number");
}

/// S13, S46: a remittance goes to an account that finance keeps, or it cannot be recorded.
#[test]
fn a_remittance_to_an_account_that_finance_does_not_keep_is_refused() {
    let mut phone = Phone::new();
    let customer = phone.enters_a_customer();
    phone.collects(customer, "100").expect("within the limit");
    let amount = Amount::typed("100").expect("an amount");
    let account = sync_core::unit::AccountId::from_bytes([8; 16]);
    let drawers = vec![DrawerPart { device: phone.replica.identity().device, amount }];
    let remitted = Remitted { amount, account, drawers, reference: Text::default(), slip: None };
    assert_eq!(phone.does(Op::Remitted(remitted)), Err(CashRefusal::NotACompanyAccount { account }.into()));
}

#[test]
fn what_was_stored_is_the_same_book_after_a_reload() {
    let mut phone = Phone::new();
    let customer = phone.enters_a_customer();
    phone.collects(customer, "4000.00").expect("within the limit");
    let scopes: Vec<ScopeRecord> = vec![phone.replica.scope_record(Scope::Common)];
    let log = phone.log.iter().map(minicbor_roundtrip).collect();
    let again = Replica::restore(phone.replica.index().clone(), scopes, log).expect("nothing was lost");
    assert_eq!(again.cash_in_hand(), Money::yuan(4_000));
    assert_eq!(again.next_seq(), 3);
    assert_eq!(again.backlog(), phone.replica.backlog());
    assert_eq!(again.find_customers("nasp", Initials::BUILT_IN).len(), 1);
}

fn minicbor_roundtrip(record: &LogRecord) -> LogRecord {
    minicbor::decode(&minicbor::to_vec(record).expect("to memory")).expect("what was written")
}

#[test]
fn a_log_with_a_hole_is_noticed_at_start() {
    let mut phone = Phone::new();
    phone.enters_a_customer();
    phone.enters_a_customer();
    phone.enters_a_customer();
    phone.log.remove(1);
    let lost = Replica::restore(phone.replica.index().clone(), [], phone.log).expect_err("a hole");
    assert_eq!((lost.expected, lost.found), (2, 3));
}

/// An answer of the hub that acknowledges everything up to `through`.
fn answer(phone: &Phone, epoch: u32, through: u64) -> PushReply {
    let judged = (1..=through).map(|seq| Judged { seq, position: seq, effective: NOW, verdict: None });
    let link = phone.log[usize::try_from(through).expect("small") - 1].link;
    PushReply { through, judged: judged.collect(), now: NOW, epoch, countersigned: [9; 64], link }
}

fn sent(phone: &Phone) -> Option<std::ops::RangeInclusive<u64>> {
    phone.replica.outgoing(1 << 20, NOW).map(|batch| batch.sequences())
}

/// R7: what a restored office has lost comes back from the phone.
#[test]
fn what_the_hub_has_lost_is_offered_again_from_where_it_goes_on() {
    let mut phone = Phone::new();
    let customer = phone.enters_a_customer();
    phone.collects(customer, "100").expect("within the limit");
    phone.collects(customer, "200").expect("within the limit");
    phone.replica.acknowledge(&answer(&phone, 1, 3), NOW);
    assert_eq!(sent(&phone), None);
    let log = phone.log.iter().map(minicbor_roundtrip).collect();
    let stored = phone.replica.offer_again(2, log);
    assert_eq!(stored.iter().map(|record| record.change.id.seq).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(sent(&phone), Some(2..=3));
    assert_eq!(phone.replica.cash_in_hand(), Money::yuan(300), "nothing counts twice");
}

/// What is unsent is sealed part by part, for the time when the book is locked.
#[test]
fn sealed_parts_follow_each_other_and_hold_nothing_that_the_hub_has() {
    let mut phone = Phone::new();
    let customer = phone.enters_a_customer();
    for _ in 0..129 {
        phone.collects(customer, "1.00").expect("within the limit");
    }
    let part = |phone: &Phone, seq: u64| {
        let batch = phone.replica.part(seq, NOW)?;
        let range = batch.sequences();
        let read = SignedBatch::from_bytes(&batch.signed(&[0; 64])).expect("its chain holds together");
        let head = read.changes.last().map(|(_, link)| *link);
        Some((range, read.header.before, head.expect("never without a change")))
    };
    let (first, second, third) = (part(&phone, 10), part(&phone, 64), part(&phone, 130));
    let [(one, _, head), (two, before, next_head), (three, last, _)] =
        [first, second, third].map(|part| part.expect("it is unsent"));
    assert_eq!([one, two, three], [1..=63, 64..=127, 128..=130]);
    assert_eq!((before, last), (head, next_head), "each goes on where the one before ended");
    phone.replica.acknowledge(&answer(&phone, 1, 70), NOW);
    assert_eq!(part(&phone, 10), None);
    assert_eq!(part(&phone, 70).map(|(range, ..)| range), Some(71..=127));
    phone.replica.acknowledge(&answer(&phone, 1, 127), NOW);
    assert_eq!(part(&phone, 100), None, "nothing of a later part is sealed with it");
    assert_eq!(part(&phone, 128).map(|(range, ..)| range), Some(128..=130));
}

#[test]
fn a_log_that_does_not_reach_back_is_not_offered_in_part() {
    let mut phone = Phone::new();
    phone.enters_a_customer();
    phone.enters_a_customer();
    phone.replica.acknowledge(&answer(&phone, 1, 2), NOW);
    let page = Page {
        scanned_to: Cursor { epoch: 1, position: 2 },
        head: 2,
        asked_with: phone.replica.index().scopes_fingerprint(),
        ..Page::default()
    };
    phone.replica.receive(&page);
    assert_eq!(phone.replica.index().settled_through, 2);
    let only_the_last = vec![minicbor_roundtrip(&phone.log[1])];
    assert_eq!(phone.replica.offer_again(1, only_the_last), []);
    assert_eq!(phone.replica.index().settled_through, 2);
}

#[test]
fn an_answer_of_another_life_of_the_book_acknowledges_nothing() {
    let mut phone = Phone::new();
    phone.enters_a_customer();
    phone.replica.acknowledge(&answer(&phone, 1, 1), NOW);
    phone.enters_a_customer();
    let other = answer(&phone, 2, 2);
    assert!(phone.replica.is_answer_of_another_life(&other));
    assert_eq!(phone.replica.acknowledge(&other, NOW), []);
    assert_eq!(sent(&phone), Some(2..=2));
}

/// R9: a store that was set back is noticed by the first answer, whether the hub knows more of the log or another one.
#[test]
fn an_answer_about_another_log_is_noticed_and_acknowledges_nothing() {
    let mut phone = Phone::new();
    phone.enters_a_customer();
    let more = PushReply { through: 5, ..answer(&phone, 1, 1) };
    let other = PushReply { link: [7; 32], ..answer(&phone, 1, 1) };
    for reply in [more, other] {
        assert!(phone.replica.is_contradicted_by(&reply));
        assert_eq!(phone.replica.acknowledge(&reply, NOW), []);
    }
    assert!(!phone.replica.is_contradicted_by(&answer(&phone, 1, 1)));
    assert_eq!(sent(&phone), Some(1..=1));
}

#[test]
fn what_was_put_aside_is_not_offered_twice_but_what_follows_it_is() {
    let mut phone = Phone::new();
    phone.enters_a_customer();
    phone.enters_a_customer();
    phone.replica.put_aside(1);
    assert_eq!(sent(&phone), Some(2..=2));
    phone.replica.put_aside(2);
    assert_eq!(sent(&phone), None);
    assert_eq!(phone.replica.backlog().unsent, 2, "they are not in the book");
}

/// A page made for a reader further on would leave a gap; it is asked for anew.
#[test]
fn a_late_page_that_leaves_a_gap_is_not_taken_in() {
    let mut phone = Phone::new();
    let page = Page {
        scanned_to: Cursor { epoch: 1, position: 9 },
        head: 9,
        asked_after: 5,
        asked_with: phone.replica.index().scopes_fingerprint(),
        ..Page::default()
    };
    let received = phone.replica.receive(&page);
    assert!(received.more);
    assert_eq!(phone.replica.index().cursor, Cursor::default());
}

/// What the hub tells a phone whose grants are these now.
fn granting(phone: &Phone, grants: &[Scope], position: u64) -> Page {
    let index = phone.replica.index();
    Page {
        scanned_to: Cursor { epoch: 1, position },
        head: position,
        grants: Some(grants.to_vec()),
        now: NOW,
        asked_with: index.scopes_fingerprint(),
        asked_after: index.cursor.position,
        ..Page::default()
    }
}

/// S78, S79: what a phone holds is told once, and anew when it has lost something; the book of another life is told anew.
#[test]
fn what_a_phone_holds_is_due_to_be_told_whenever_it_has_changed() {
    let mut phone = Phone::new();
    let customer = CustomerId::from_bytes([9; 16]);
    assert_eq!(phone.replica.holding_due(NOW), None, "it does not know yet what it may hold");
    let own = [Scope::Common, Scope::Staff(StaffId::from_bytes([3; 16]))];
    let more = [own[0], Scope::Customer(customer), Scope::CustomerPrivate(customer), own[1]];
    for (grants, position, moved) in [(&more[..], 4, false), (&own[..], 7, true), (&more[..], 9, false)] {
        phone.replica.receive(&granting(&phone, grants, position));
        let due = phone.replica.holding_due(NOW).expect("its grants are others");
        assert_eq!((due.position, due.scopes), (position, phone.replica.index().scopes_fingerprint()));
        assert_eq!(phone.replica.has_moved(customer), moved);
        phone.replica.holding_told(&due);
        assert_eq!(phone.replica.holding_due(NOW), None, "told once");
        let index = minicbor::to_vec(phone.replica.index()).expect("to memory");
        assert_eq!(&minicbor::decode::<Index>(&index).expect("what was written"), phone.replica.index());
    }
    // The office was restored from a backup, and may have lost what it was told.
    let restored = Page { scanned_to: Cursor { epoch: 2, position: 0 }, ..granting(&phone, &more, 3) };
    phone.replica.receive(&restored);
    phone
        .replica
        .receive(&Page { scanned_to: Cursor { epoch: 2, position: 3 }, ..granting(&phone, &more, 3) });
    assert!(phone.replica.holding_due(NOW).is_some());
    assert!(!phone.replica.has_moved(customer), "it is held again");
}

/// S79: what was done before a customer was taken away is recorded all the same, the limit on cash included (S15).
#[test]
fn a_fact_about_a_customer_that_was_taken_away_is_recorded_and_its_card_is_not_written() {
    let mut phone = Phone::new();
    let customer = CustomerId::from_bytes([9; 16]);
    let not_yours = Refusal::from(CustomerRefusal::NotYours { customer });
    assert_eq!(phone.collects(customer, "100"), Err(not_yours.clone()), "never held: a mistake");
    let scopes = [Scope::Common, Scope::Customer(customer)];
    phone.replica.receive(&granting(&phone, &scopes, 4));
    phone.replica.receive(&granting(&phone, &scopes[..1], 5));
    assert_eq!(phone.collects(customer, "100"), Ok(vec![Finding::AgainstRule(not_yours.clone())]));
    assert_eq!(phone.replica.cash_in_hand(), Money::yuan(100));
    let refused = phone.collects(customer, "20000").expect_err("above the limit");
    assert_eq!(refused.code(), "cash.above-limit");
    let value = FieldValue::Text(Text::new("新地址").expect("short"));
    let field = CardField::RegisteredAddress;
    let set = CardFieldSet { customer, field, value, replaces: Vec::new() };
    assert_eq!(phone.does(Op::CardFieldSet(set)), Err(not_yours));
}
