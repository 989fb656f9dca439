//! Which cash has arrived: each drawer gives its oldest cash to every way out, and only confirmed ways pay. Source: S13,
//! S14, S34, Q3.

use sync_core::{
    domain::cash::{
        CashHandedIn, CashOfRep, Collected, ConfirmedPaper, DrawerPart, HandInStamp, HandInStamped,
        LostPhoneSettled, Means, MoneyConfirmed, Remitted, Reversed, Reversible,
    },
    op::Op,
    paper::{Paper, PaperKey},
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, Money, PaperId},
};

use crate::{
    book::{Book, FINANCE, HERS, HIS, MA, OPEN, date, device, october, text, whole, yuan},
    owed::{arrived, whole_of},
};

const OTHER: DeviceId = DeviceId::from_bytes([150; 16]);

fn took(book: &mut Book, customer: CustomerId, sum: &str) -> PaperId {
    let collected = Collected {
        customer,
        amount: yuan(sum),
        means: Means::Cash,
        receipt: 1,
        order: None,
        over_limit: None,
        note: text(""),
        photo: None,
    };
    book.has(MA, Op::Collected(collected))
}

fn sent(book: &mut Book, sum: &str) -> PaperId {
    let drawers = vec![DrawerPart { device: device(MA), amount: yuan(sum) }];
    let (amount, reference) = (yuan(sum), text(""));
    book.has(MA, Op::Remitted(Remitted { amount, account: OPEN, drawers, reference, slip: None }))
}

pub(crate) fn handed_in(book: &mut Book, from: DeviceId, sum: &str) {
    let drawers = vec![DrawerPart { device: from, amount: yuan(sum) }];
    let body = CashHandedIn { amount: yuan(sum), drawers, note: text("") };
    let over = body.body_hash();
    let hand_in = book.has(MA, Op::CashHandedIn(body));
    let (stamp, note) = (HandInStamp::Received, text(""));
    book.has(FINANCE, Op::HandInStamped(HandInStamped { hand_in, staff: MA, stamp, over, note }));
}

fn settled(book: &mut Book, drawer: i64, counted: i64) {
    let (device, drawer, counted) = (device(MA), whole(drawer), whole(counted));
    let (share, note) = (Money::ZERO, text("丢了"));
    let settled = LostPhoneSettled { staff: MA, device, into: OTHER, share, drawer, counted, note };
    book.has(FINANCE, Op::LostPhoneSettled(settled));
}

fn of(book: &Book, papers: &[PaperId]) -> Vec<i64> {
    let all = arrived(book);
    papers.iter().map(|paper| all.get(paper).map_or(0, |part| part.as_fen() / 100)).collect()
}

/// S13, S34, Q3: what finance has counted pays whose notes they are, and not those whose cash is on its way to the bank.
#[test]
fn what_is_handed_in_pays_the_cash_that_is_in_the_drawer_then() {
    let mut book = Book::new();
    let his = took(&mut book, HIS, "300");
    let remittance = sent(&mut book, "300");
    let hers = took(&mut book, HERS, "300");
    handed_in(&mut book, device(MA), "300");
    assert_eq!(of(&book, &[his, hers]), [0, 300]);
    // The bank takes it back: his cash is in the drawer again, and hers has arrived all the same.
    let (kind, reason) = (Reversible::Remittance, text("退汇"));
    book.has(MA, Op::Reversed(Reversed { kind, of: remittance, staff: MA, customer: None, reason }));
    assert_eq!(of(&book, &[his, hers]), [0, 300]);
    handed_in(&mut book, device(MA), "200");
    assert_eq!(of(&book, &[his, hers]), [200, 300]);
}

/// S13, S34, Q3: what finance has found in the account pays the cash that was sent there, and no other.
#[test]
fn what_is_found_in_the_account_pays_the_cash_that_was_sent_there() {
    let mut book = Book::new();
    let cash = [took(&mut book, HIS, "300"), took(&mut book, HERS, "300"), took(&mut book, HIS, "300")];
    let (first, second) = (sent(&mut book, "300"), sent(&mut book, "300"));
    let confirm = |paper| {
        Op::MoneyConfirmed(MoneyConfirmed {
            kind: Reversible::Remittance,
            papers: vec![ConfirmedPaper { of: paper, staff: MA }],
            customer: None,
            account: OPEN,
            amount: yuan("300"),
            arrived_on: date(10, 3),
            lines: Vec::new(),
            note: text(""),
        })
    };
    assert_eq!(of(&book, &cash), [0, 0, 0]);
    book.has(FINANCE, confirm(second));
    assert_eq!(of(&book, &cash), [0, 300, 0]);
    book.has(FINANCE, confirm(first));
    assert_eq!(of(&book, &cash), [300, 300, 0]);
    let (kind, reason) = (Reversible::Remittance, text("退汇"));
    book.has(FINANCE, Op::Reversed(Reversed { kind, of: second, staff: MA, customer: None, reason }));
    assert_eq!(of(&book, &cash), [300, 0, 0], "what the bank took back has not arrived");
}

/// S14: the oldest cash leaves a drawer first, in whatever order the papers are told.
#[test]
fn the_oldest_cash_of_a_drawer_arrives_first_and_to_the_fen() {
    let mut book = Book::new();
    let cash = [took(&mut book, HIS, "200"), took(&mut book, HERS, "300"), took(&mut book, HIS, "50")];
    handed_in(&mut book, device(MA), "250");
    assert_eq!(of(&book, &cash), [200, 50, 0]);
    let (kind, reason) = (Reversible::Collection, text("记错"));
    let reversed = Reversed { kind, of: cash[0], staff: MA, customer: Some(HIS), reason };
    book.has(MA, Op::Reversed(reversed));
    assert_eq!(of(&book, &cash), [0, 250, 0], "what was never taken was never handed in");
}

/// S14: a hand-in names its drawers, and takes no cash out of another.
#[test]
fn a_hand_in_takes_out_of_the_drawers_that_it_names() {
    let mut book = Book::new();
    let his = took(&mut book, HIS, "300");
    handed_in(&mut book, OTHER, "300");
    assert_eq!(of(&book, &[his]), [0]);
}

/// S14, S15: what is missing in a lost phone's drawer is its oldest cash; what was counted goes on in the other drawer.
#[test]
fn what_is_missing_of_a_lost_phone_never_arrives_and_the_rest_can() {
    let mut book = Book::new();
    let (first, last) = (took(&mut book, HIS, "100"), took(&mut book, HERS, "300"));
    settled(&mut book, 400, 300);
    handed_in(&mut book, OTHER, "300");
    assert_eq!(of(&book, &[first, last]), [0, 300]);
    let mut book = Book::new();
    let first = took(&mut book, HIS, "100");
    settled(&mut book, 100, 150);
    handed_in(&mut book, OTHER, "150");
    assert_eq!(of(&book, &[first]), [100], "what was too much is nobody's");
}

/// S14: a paper that comes late finds its place: what was short in a drawer is the next cash that comes.
#[test]
fn what_a_drawer_was_short_of_is_the_next_cash_that_comes() {
    let mut book = Book::new();
    handed_in(&mut book, device(MA), "100");
    let (first, last) = (took(&mut book, HIS, "80"), took(&mut book, HERS, "80"));
    assert_eq!(of(&book, &[first, last]), [80, 20]);
}

/// S13, S14: what came back from the bank is in its drawer again, also where the drawer had been short of it, and where the
/// clock of whoever says so runs behind.
#[test]
fn what_came_back_is_in_its_drawer_again() {
    let mut book = Book::new();
    let remittance = sent(&mut book, "100");
    let back = |of| {
        let (kind, reason) = (Reversible::Remittance, text("退汇"));
        Op::Reversed(Reversed { kind, of, staff: MA, customer: None, reason })
    };
    book.has(MA, back(remittance));
    let cash = took(&mut book, HIS, "100");
    handed_in(&mut book, device(MA), "100");
    assert_eq!(of(&book, &[cash]), [100], "nothing is short any more");

    let mut book = Book::new();
    let cash = took(&mut book, HIS, "100");
    let remittance = sent(&mut book, "100");
    book.has_at(FINANCE, back(remittance), october(1));
    handed_in(&mut book, device(MA), "100");
    assert_eq!(of(&book, &[cash]), [100], "not before it was sent");
}

/// S14: a transfer lies in no drawer, and what was counted beyond the book in a lost phone's bag is handed in before what
/// comes later.
#[test]
fn a_transfer_lies_in_no_drawer_and_what_was_too_much_goes_before_what_comes_later() {
    let mut book = Book::new();
    let Op::Collected(transfer) = crate::owed::cash_of("300", None) else { panic!("money") };
    let means = Means::Transfer { account: OPEN, reference: text("0417") };
    let transfer = book.has(MA, Op::Collected(Collected { means, ..transfer }));
    let cash = took(&mut book, HERS, "100");
    handed_in(&mut book, device(MA), "100");
    assert_eq!(of(&book, &[transfer, cash]), [0, 100]);

    let mut book = Book::new();
    let first = took(&mut book, HIS, "100");
    settled(&mut book, 100, 150);
    handed_in(&mut book, OTHER, "150");
    let later = book.has_on(OTHER, MA, crate::owed::cash_of("80", None));
    handed_in(&mut book, OTHER, "30");
    assert_eq!(of(&book, &[first, later]), [100, 30]);
}

/// A number below another, by a seed.
fn draw(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

/// The last paper of the book, as whoever goes on is handed it.
fn alone(book: &Book, paper: PaperId) -> CashOfRep {
    let mut cash = CashOfRep::default();
    for key in [PaperKey::collection(paper), PaperKey::remittance(paper), PaperKey::hand_in(paper)] {
        match book.papers().get(&key) {
            Some(Paper::Collection(one)) => cash.collected(paper, one),
            Some(Paper::Remittance(one)) => cash.remitted(one),
            Some(Paper::HandIn(one)) => cash.handed_in(one),
            _ => {}
        }
    }
    cash
}

/// S14, S34, Q3: whoever keeps where the cash lies and goes on from there finds what whoever begins with the first collection
/// finds, after every change, in whichever order changes come; and mostly need not begin again.
#[test]
fn going_on_finds_what_going_through_all_of_it_finds() {
    let (mut went_on, mut anew) = (0, 0);
    for seed in 1..=60_u64 {
        let (mut book, mut dice) = (Book::new(), seed);
        let (mut traced, mut known) = whole_of(&book).traced(&[]);
        let mut remittances: Vec<(PaperId, ChangeId)> = Vec::new();
        for turn in 0..60_u64 {
            let late = if draw(&mut dice, 5) == 0 { draw(&mut dice, 9) * 1_000 } else { 0 };
            let at =
                Timestamp::from_millis(october(5).millis() + turn * 1_000 + 500 - late.min(turn * 1_000));
            let sum = (draw(&mut dice, 5) + 1).to_string();
            let drawers = || vec![DrawerPart { device: device(MA), amount: yuan(&sum) }];
            let more = match draw(&mut dice, 10) {
                0..=4 => {
                    let id = book.has_at(MA, crate::owed::cash_of(&sum, None), at);
                    traced.goes_on(alone(&book, id))
                }
                5 => {
                    let (amount, reference) = (yuan(&sum), text(""));
                    let drawers = drawers();
                    let sent = Remitted { amount, account: OPEN, drawers, reference, slip: None };
                    let id = book.has_at(MA, Op::Remitted(sent), at);
                    let Some(Paper::Remittance(paper)) = book.papers().get(&PaperKey::remittance(id)) else {
                        panic!("it was sent")
                    };
                    remittances.push((id, paper.recorded.as_ref().expect("it was").id));
                    traced.goes_on(alone(&book, id))
                }
                6 | 7 => {
                    let body = CashHandedIn { amount: yuan(&sum), drawers: drawers(), note: text("") };
                    let over = body.body_hash();
                    let hand_in = book.has_at(MA, Op::CashHandedIn(body), at);
                    let (stamp, note) = (HandInStamp::Received, text(""));
                    let stamped = HandInStamped { hand_in, staff: MA, stamp, over, note };
                    book.has_at(FINANCE, Op::HandInStamped(stamped), at.next());
                    traced.goes_on(alone(&book, hand_in))
                }
                8 if !remittances.is_empty() => {
                    let (of, change) = remittances.remove(0);
                    let papers = vec![ConfirmedPaper { of, staff: MA }];
                    let (kind, lines, note) = (Reversible::Remittance, Vec::new(), text(""));
                    let (customer, account, amount) = (None, OPEN, yuan("1"));
                    let arrived_on = date(10, 6);
                    let found =
                        MoneyConfirmed { kind, papers, customer, account, amount, arrived_on, lines, note };
                    book.has_at(FINANCE, Op::MoneyConfirmed(found), at);
                    traced.has_found(change)
                }
                _ if !remittances.is_empty() && draw(&mut dice, 3) == 0 => {
                    let (of, _) = remittances.remove(0);
                    let (kind, reason) = (Reversible::Remittance, text("退汇"));
                    let back = Reversed { kind, of, staff: MA, customer: None, reason };
                    book.has_at(MA, Op::Reversed(back), at);
                    None
                }
                _ => continue,
            };
            let (fresh, all) = whole_of(&book).traced(&[]);
            if let Some(more) = more {
                went_on += 1;
                for (paper, part) in more {
                    let of = known.entry(paper).or_insert(Money::ZERO);
                    *of = of.plus(part);
                }
                let bytes = minicbor::to_vec(&traced).expect("to memory");
                traced = minicbor::decode(&bytes).expect("as it was written");
            } else {
                anew += 1;
                (traced, known) = (fresh, all.clone());
            }
            assert_eq!(known, all, "seed {seed}, turn {turn}");
        }
    }
    assert!(went_on > 3 * anew, "{went_on} went on, {anew} began anew");
}
