//! Commands of the console, devices that begin and end, and what each person is shown.

use server::{
    feed::PullAsk,
    hub::{Command, CommandError, EnrolError, Enrolment},
    snapshots::SnapshotError,
    store::{Devices, Snapshot},
};
use sync_core::{
    domain::cash::Share,
    log::Actor,
    op::Op,
    paper::{Paper, PaperKind},
    scope::Scope,
    snapshot::{CHUNK_BYTES, Chunk},
    unit::{ChangeId, CustomerId},
};

use crate::house::{
    ADMIN, HEAD, House, LIU, MA, MONEY, SESSION, YANG, card, customer, hand_over, minute, of_these, text,
    visit,
};

const fn by(staff: sync_core::unit::StaffId) -> Actor {
    Actor { staff, session: SESSION }
}

#[tokio::test]
async fn a_command_that_a_rule_refuses_comes_back_and_leaves_no_trace() {
    let house = House::new().await;
    let before = house.holds().await;
    let refused = house.hub.command(Command::new(by(MA), hand_over(1, YANG)), minute(5)).await;
    let Err(CommandError::Refused { index: 0, refusal }) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code(), "customer.may-not-assign");
    assert_eq!(house.holds().await, before);
}

#[tokio::test]
async fn several_commands_are_carried_out_all_or_none() {
    let house = House::new().await;
    let before = house.holds().await;
    let commands = vec![
        Command::new(by(HEAD), card(1, "一")),
        Command::new(by(HEAD), hand_over(1, YANG)),
        Command::new(by(HEAD), card(99, "没有这个客户")),
    ];
    let refused = house.hub.commands(commands, minute(5)).await;
    assert!(matches!(refused, Err(CommandError::Refused { index: 2, .. })), "{refused:?}");
    assert_eq!(house.holds().await, before);
}

#[tokio::test]
async fn a_command_names_what_it_creates_after_itself_and_is_signed_by_the_hub() {
    let house = House::new().await;
    let derive = |id: ChangeId| {
        let Op::CustomerCreated(mut op) = new_customer() else { unreachable!("a customer") };
        op.customer = CustomerId(id.created());
        Op::CustomerCreated(op)
    };
    let done = house.hub.command(Command::deriving(by(HEAD), derive), minute(5)).await.expect("a head may");
    let log = house.hub.device_log(house.hub.device()).await.expect("the store").expect("the hub's log");
    assert_eq!((done.change.device, done.change.seq), (log.device, log.last_seq));
    let entries =
        house.hub.snapshot().await.expect("a moment").entries(&[done.change]).await.expect("entries");
    let header = &entries[0].entry.change.header;
    assert_eq!(header.actor, Some(by(HEAD)));
    assert!(entries[0].entry.change.salt().is_some(), "it names persons");
    assert!(house.holds().await.signatures >= 1);
}

fn new_customer() -> Op {
    use sync_core::domain::customer::{CardField, CustomerCreated, FieldValue};
    Op::CustomerCreated(CustomerCreated {
        customer: customer(50),
        fields: vec![(CardField::Name, FieldValue::Text(text("新商行")))],
        contacts: Vec::new(),
        owner: YANG,
    })
}

#[tokio::test]
async fn the_first_phone_of_a_direct_rep_holds_the_whole_limit_and_a_second_nothing() {
    let house = House::new().await;
    let enrolment = |staff, key: u8| {
        let key = ed25519_dalek::SigningKey::from_bytes(&[key; 32]).verifying_key().to_bytes();
        Enrolment { staff, session: SESSION, key, name: text("手机") }
    };
    let first = house.hub.enrol(enrolment(MA, 1), minute(1)).await.expect("a phone");
    let again = house.hub.enrol(enrolment(MA, 1), minute(2)).await.expect("the answer was lost");
    assert_eq!(first, again);
    let second = house.hub.enrol(enrolment(MA, 2), minute(3)).await.expect("a phone");
    let no_cash = house.hub.enrol(enrolment(YANG, 3), minute(4)).await.expect("a phone");
    assert_eq!((first.share, second.share, no_cash.share), (Share::WHOLE, Share::NONE, Share::NONE));
    assert_eq!((first.number, second.number, no_cash.number), (1, 2, 3));
    let desk = house.hub.enrol(enrolment(HEAD, 4), minute(5)).await;
    assert!(matches!(desk, Err(EnrolError::RoleHasNoPhone { .. })), "{desk:?}");
    let stolen = house.hub.enrol(enrolment(YANG, 1), minute(6)).await;
    assert!(matches!(stolen, Err(EnrolError::KeyInUse)), "{stolen:?}");
    house.holds().await;
}

#[tokio::test]
async fn a_phone_that_has_written_may_not_begin_again_under_its_key() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "谈"), minute(10));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let key = house.hub.device_log(ma.device).await.expect("the store").expect("a phone").key;
    let again =
        house.hub.enrol(Enrolment { staff: MA, session: SESSION, key, name: text("手机") }, minute(21)).await;
    assert!(matches!(again, Err(EnrolError::KeyInUse)), "{again:?}");
}

#[tokio::test]
async fn a_revoked_phone_still_delivers_what_it_recorded_before() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&card(1, "撤销前"), minute(10));
    let refused = house.hub.revoke(by(YANG), ma.device, text("丢了"), minute(14)).await;
    assert!(matches!(refused, Err(CommandError::Refused { .. })), "{refused:?}");
    house.hub.revoke(by(ADMIN), ma.device, text("丢了"), minute(15)).await.expect("an administrator may");
    ma.writes(&card(1, "撤销后"), minute(16));
    let reply = house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    assert_eq!(reply.judged[0].verdict, None, "before: applied");
    let after = reply.judged[1].verdict.as_ref().expect("something to say");
    assert!(
        matches!(after, sync_core::refusal::Verdict::Held { reason } if reason.code() == "change.device-revoked")
    );
    let logs = house.hub.snapshot().await.expect("a moment").devices(&Devices::Of(MA)).await.expect("logs");
    assert!(logs[0].revoked.is_some());
    house.holds().await;
}

#[tokio::test]
async fn a_rep_is_shown_their_own_customers_and_never_a_strangers() {
    let house = House::new().await;
    let (mut ma, mut yang) = (house.pen(MA, 1).await, house.pen(YANG, 2).await);
    ma.writes(&visit(1, "马的"), minute(10));
    yang.writes(&visit(11, "杨的"), minute(10));
    house.group(vec![(&ma, ma.all()), (&yang, yang.all())], minute(20)).await;
    let mine =
        [Scope::Common, Scope::Staff(MA)].into_iter().chain((1..=3).map(|n| Scope::Customer(customer(n))));
    let mine: Vec<Scope> = mine.collect();
    let pulled = house.pulled(MA).await;
    assert!(pulled.iter().any(|entry| entry.change.id.device == ma.device));
    for entry in &pulled {
        assert!(entry.scopes().iter().any(|scope| mine.contains(scope)), "{:?}", entry.change.id);
    }
    let viewer = house.hub.viewer(MA).await.expect("the store").expect("Ma");
    let theirs = house.hub.cut(&viewer, &of_these(&house, [Scope::Customer(customer(11))]).await, 999).await;
    assert_eq!(theirs.err(), Some(SnapshotError::NotHeld));
    assert!(
        house
            .pulled(ADMIN)
            .await
            .iter()
            .all(|entry| entry.scopes().contains(&Scope::Common) || entry.staff == ADMIN)
    );
}

#[tokio::test]
async fn a_desk_that_sees_every_customer_sees_no_drawer_and_no_personal_field() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "马的"), minute(10));
    ma.writes(&personal(1), minute(11));
    ma.writes(&visit(11, "别人的"), minute(12));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    let seqs_seen_by = async |staff| -> Vec<u64> {
        let pulled = house.pulled(staff).await;
        let of_ma = pulled.iter().filter(|entry| entry.change.id.device == ma.device);
        of_ma.map(|entry| entry.change.id.seq).collect()
    };
    assert_eq!(seqs_seen_by(MA).await, [1, 2, 3]);
    assert_eq!(seqs_seen_by(HEAD).await, [1, 2, 3], "the head of sales sees all of it");
    assert_eq!(seqs_seen_by(LIU).await, [1], "not the personal field, not what is withheld");
    assert_eq!(seqs_seen_by(ADMIN).await, Vec::<u64>::new());
    let viewer = house.hub.viewer(LIU).await.expect("the store").expect("Liu");
    for scope in [Scope::Staff(MA), Scope::CustomerPrivate(customer(1))] {
        let ask = of_these(&house, [Scope::Customer(customer(1)), scope]).await;
        assert_eq!(house.hub.cut(&viewer, &ask, 999).await.err(), Some(SnapshotError::NotHeld));
    }
}

fn personal(whom: u8) -> Op {
    use sync_core::domain::customer::{PersonalField, PersonalFieldSet};
    Op::PersonalFieldSet(PersonalFieldSet {
        customer: customer(whom),
        field: PersonalField::ALL[0],
        value: text("爱喝茶"),
        replaces: Vec::new(),
    })
}

#[tokio::test]
async fn a_customer_handed_over_brings_its_whole_past_to_the_new_owner() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&visit(1, "早先"), minute(10));
    house.push(&ma, ma.all(), minute(20)).await.expect("taken");
    house.hub.command(Command::new(by(HEAD), hand_over(1, YANG)), minute(21)).await.expect("a head may");
    let viewer = house.hub.viewer(YANG).await.expect("the store").expect("Yang");
    let ask = PullAsk { epoch: 1, after: 1, limit: 500, scopes: [0; 16] };
    let page = house.hub.pull(&viewer, ask, minute(22)).await.expect("a page");
    let grants = page.grants.expect("the grants are others than the request said");
    assert!(grants.contains(&Scope::Customer(customer(1))));
    let ask = of_these(&house, [Scope::Customer(customer(1))]).await;
    assert_eq!(ask.position, Some(page.head));
    let past = house.hub.cut(&viewer, &ask, CHUNK_BYTES).await.expect("theirs now");
    assert_eq!(past.manifest.scopes[0].1.count, 3, "created, visited, handed over");
    let chunk: Chunk = minicbor::decode(&past.chunks[0]).expect("a chunk");
    let kinds: Vec<PaperKind> = chunk.papers.iter().map(|(key, _)| key.kind).collect();
    assert_eq!(kinds, [PaperKind::Customer, PaperKind::Visit]);
}

#[tokio::test]
async fn a_reader_of_another_life_of_the_book_begins_anew() {
    let house = House::new().await;
    let viewer = house.hub.viewer(MA).await.expect("the store").expect("Ma");
    let ask = PullAsk { epoch: 9, after: 3, limit: 500, scopes: [0; 16] };
    let page = house.hub.pull(&viewer, ask, minute(22)).await.expect("a page");
    assert_eq!((page.scanned_to.epoch, page.scanned_to.position, page.entries.len()), (1, 0, 0));
}

#[tokio::test]
async fn the_head_is_told_after_each_commit_and_never_before() {
    let house = House::new().await;
    let mut heads = house.hub.heads();
    let before = *heads.borrow_and_update();
    let refused = house.hub.command(Command::new(by(MA), hand_over(1, YANG)), minute(5)).await;
    assert!(refused.is_err());
    let refused = house
        .hub
        .commands(
            vec![Command::new(by(HEAD), card(1, "一")), Command::new(by(MA), hand_over(1, YANG))],
            minute(5),
        )
        .await;
    assert!(refused.is_err());
    assert!(!heads.has_changed().expect("the hub is there"));
    house.hub.command(Command::new(by(HEAD), card(1, "一")), minute(5)).await.expect("a head may");
    assert_eq!(*heads.borrow_and_update(), before + 1);
}

/// The operator is the command line at the server: no person is given its role, and nobody enters it as staff.
#[tokio::test]
async fn nobody_is_made_the_operator() {
    use sync_core::{
        domain::people::{Role, StaffJoined, StaffRoleSet},
        judge::OPERATOR,
    };
    let house = House::new().await;
    let set = StaffRoleSet { staff: ADMIN, role: Role::Operator, replaces: Vec::new() };
    let joined =
        |staff, role| StaffJoined { staff, number: text("9"), name: text("某"), role, team: text("") };
    let new = sync_core::unit::StaffId::from_bytes([77; 16]);
    for (op, code) in [
        (Op::StaffRoleSet(set), "staff.not-for-people"),
        (Op::StaffJoined(joined(new, Role::Operator)), "staff.not-for-people"),
        (Op::StaffJoined(joined(OPERATOR, Role::Rep)), "staff.exists"),
    ] {
        let refused = house.hub.command(Command::new(by(ADMIN), op), minute(5)).await;
        let Err(CommandError::Refused { refusal, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), code);
    }
}

/// S79: customers are looked after by salespeople, and only by those who are there.
#[tokio::test]
async fn a_customer_is_handed_to_a_salesperson_only() {
    let house = House::new().await;
    let nobody = sync_core::unit::StaffId::from_bytes([78; 16]);
    for (owner, code) in [(LIU, "customer.not-a-rep"), (nobody, "staff.unknown")] {
        let refused = house.hub.command(Command::new(by(HEAD), hand_over(1, owner)), minute(5)).await;
        let Err(CommandError::Refused { refusal, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), code);
    }
}

/// S14, S15: what a lost phone may hold stays spent until finance settles it; then the next phone has its share, with the
/// cash that was counted in it.
#[tokio::test]
async fn a_lost_phones_share_comes_back_when_finance_settles_it_and_not_before() {
    use crate::house::cash;
    use sync_core::{domain::cash::LostPhoneSettled, unit::Money};
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    ma.writes(&cash(1, 1_500_000, 1), minute(10));
    house.push(&ma, ma.all(), minute(11)).await.expect("taken");
    house.hub.revoke(by(ADMIN), ma.device, text("丢了"), minute(12)).await.expect("an administrator may");
    let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
    let enrolment = Enrolment { staff: MA, session: SESSION, key, name: text("新手机") };
    let next = house.hub.enrol(enrolment, minute(13)).await.expect("a phone");
    assert_eq!(next.share, Share::NONE);
    let (share, drawer) = (Money::yuan(20_000), Money::yuan(15_000));
    let settles = |drawer| {
        let (device, into, counted) = (ma.device, next.device, Money::yuan(14_990));
        let note = text("短十元");
        Op::LostPhoneSettled(LostPhoneSettled { staff: MA, device, into, share, drawer, counted, note })
    };
    for (actor, said, code) in
        [(HEAD, drawer, "limit.not-finance"), (MONEY, Money::yuan(14_990), "limit.other-figures")]
    {
        let refused = house.hub.command(Command::new(by(actor), settles(said)), minute(14)).await;
        let Err(CommandError::Refused { refusal, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code(), code);
    }
    house.hub.command(Command::new(by(MONEY), settles(drawer)), minute(15)).await.expect("its figures");
    let mut papers = house.papers().await;
    let day = sync_core::time::business_date(minute(16));
    assert_eq!(sync_core::judge::share_on(&papers, MA, next.device, day), Share::WHOLE);
    assert_eq!(sync_core::judge::drawer_holds(&papers, MA, next.device), Money::yuan(14_990));
    assert_eq!(sync_core::judge::drawer_holds(&papers, MA, ma.device), Money::ZERO);
    // What the lost phone brings after all is recorded, and is above a share of nothing.
    ma.writes(&cash(1, 100, 2), minute(11));
    house.push(&ma, ma.batch(2..=2), minute(17)).await.expect("taken");
    papers = house.papers().await;
    let raised =
        papers.values().filter(|paper| matches!(paper, Paper::Violation(one) if one.raised.is_some()));
    assert_eq!(raised.count(), 1);
    house.holds().await;
}

/// What another process writes into the same store is noticed by looking.
#[tokio::test]
async fn a_head_moved_by_somebody_else_is_told_once_it_is_looked_for() {
    let house = House::new().await;
    let outside = server::outside::Outside::of(|| minute(1), |bytes| bytes.fill(3));
    let store = house.hub.store().clone();
    let other = server::hub::Hub::open(store, None, outside).await.expect("the store").expect("the company");
    let heads = house.hub.heads();
    let before = *heads.borrow();
    other.command(Command::new(by(HEAD), card(1, "别的进程写的")), minute(5)).await.expect("a head may");
    assert_eq!(*heads.borrow(), before);
    assert_eq!(house.hub.look().await.expect("the store"), before + 1);
    assert_eq!(*heads.borrow(), before + 1);
}
