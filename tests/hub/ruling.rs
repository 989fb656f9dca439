//! What waits is decided by a head, or corrected by its author: nothing is dismissed by itself, and nothing counts twice.

use server::{
    hub::{Command, CommandError, Ruled},
    store::Snapshot,
};
use sync_core::{
    domain::{
        cash::{
            BreachKind, LedgerAccount, LimitOverridden, LimitPart, ViolationRaised, ViolationStamp,
            ViolationStamped,
        },
        customer::{CardField, CardFieldSet, CustomerCreated, FieldValue, PersonalField, PersonalFieldSet},
        month::MonthClosed,
        people::{Role, StaffJoined, StaffRoleSet},
    },
    log::Actor,
    op::{HeldDecided, Op, Resubmitted, Ruling, Said},
    paper::{Outcome, Paper, PaperKey},
    refusal::Verdict,
    time::{Period, Timestamp, business_date},
    unit::{Amount, ChangeId, CustomerId, Money, PaperId, StaffId},
    wire::PushReply,
};

use crate::house::{
    ADMIN, HEAD, House, LIU, MA, MONEY, Pen, SESSION, YANG, card, cash, customer, minute, text, visit,
};

fn actor(staff: StaffId) -> Actor {
    Actor { staff, session: SESSION }
}

fn declined(reason: &str) -> Ruling {
    Ruling::Declined { reason: text(reason) }
}

async fn rules(
    house: &House,
    who: StaffId,
    change: ChangeId,
    ruling: Ruling,
    at: Timestamp,
) -> Result<Ruled, CommandError> {
    house.hub.rule(actor(who), change.created(), ruling, at).await
}

fn code(result: Result<Ruled, CommandError>) -> &'static str {
    match result {
        Err(CommandError::Refused { refusal, .. }) => refusal.code(),
        Err(CommandError::Store(error)) => panic!("{error}"),
        Ok(_) => "ruled",
    }
}

async fn paper(house: &House, key: PaperKey) -> Option<Paper> {
    let found = house.hub.snapshot().await.expect("a moment").papers(&[key]).await.expect("papers");
    found.into_iter().next().map(|(_, paper)| paper)
}

async fn outcome(house: &House, change: ChangeId) -> Outcome {
    match paper(house, PaperKey::held(change)).await {
        Some(Paper::Held(_, Some(outcome))) => outcome,
        other => panic!("nothing was said of it: {other:?}"),
    }
}

async fn text_of(house: &House, number: u8, field: CardField) -> String {
    let Some(Paper::Customer(card)) = paper(house, PaperKey::customer(customer(number))).await else {
        panic!("a card")
    };
    card.text(field).to_owned()
}

async fn sum(house: &House, account: LedgerAccount) -> Money {
    match paper(house, PaperKey::balance(account)).await {
        Some(Paper::Balance(balance)) => balance.sum,
        _ => Money::ZERO,
    }
}

fn verdict(reply: &PushReply) -> Verdict {
    reply.judged.last().and_then(|judged| judged.verdict.clone()).unwrap_or_else(Verdict::plain)
}

fn held_for(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Held { reason } => reason.code(),
        Verdict::Applied { .. } => "applied",
    }
}

/// One change of Ma's phone, delivered at minute 20. Which it was.
async fn delivers(house: &House, ma: &mut Pen, op: &Op, at: Timestamp) -> (ChangeId, Verdict) {
    ma.writes(op, at);
    let seq = ma.next_seq() - 1;
    let reply = house.push(ma, ma.batch(seq..=seq), at.max(minute(20))).await.expect("taken");
    (ChangeId { device: ma.device, seq }, verdict(&reply))
}

/// S79: what a head accepts counts under its author's name and at its own time.
#[tokio::test]
async fn an_accepted_change_counts_as_its_author_wrote_it_at_its_own_time() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (change, verdict) = delivers(&house, &mut ma, &card(11, "马写的地址"), minute(10)).await;
    assert_eq!(held_for(&verdict), "customer.not-yours");
    let ruled = rules(&house, HEAD, change, Ruling::Accepted, minute(30)).await.expect("a head may");
    assert_eq!(ruled.also, 0);
    let Some(Paper::Customer(card)) = paper(&house, PaperKey::customer(customer(11))).await else {
        panic!("a card")
    };
    let (id, write) =
        card.fields.get(&CardField::RegisteredAddress).and_then(|field| field.current()).expect("written");
    assert_eq!((id, write.by, write.at), (change, MA, minute(10)));
    let outcome = outcome(&house, change).await;
    assert!(outcome.is_accepted());
    let decided = outcome.decided.expect("decided");
    assert_eq!((decided.by, decided.id), (HEAD, ruled.done.change));
    house.holds().await;
    // Its author reads the decision, and nothing of a customer that is not theirs; the owner reads the content.
    let kinds = async |staff| {
        let pulled = house.pulled(staff).await;
        let seen = pulled.iter().map(|entry| entry.change.header.kind).filter(|kind| (5..=7).contains(kind));
        seen.collect::<Vec<u16>>()
    };
    assert_eq!(kinds(MA).await, [5]);
    assert_eq!(kinds(YANG).await, [6]);
    assert_eq!(kinds(HEAD).await, [5, 6]);
}

/// Kept, with who and why; whoever comes later is told who was earlier.
#[tokio::test]
async fn a_declined_change_is_kept_with_its_reason_and_is_decided_once() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (change, _) = delivers(&house, &mut ma, &card(11, "不对"), minute(10)).await;
    let first = rules(&house, HEAD, change, declined("请找杨核对"), minute(30)).await.expect("a head may");
    let decided = outcome(&house, change).await.decided.expect("decided");
    assert_eq!((decided.by, decided.ruling), (HEAD, declined("请找杨核对")));
    assert!(matches!(paper(&house, PaperKey::held(change)).await, Some(Paper::Held(Some(_), _))));
    assert_eq!(text_of(&house, 11, CardField::RegisteredAddress).await, "");
    // The same head who asks again is answered the same; nothing is written twice.
    let again = rules(&house, HEAD, change, declined("请找杨核对"), minute(31)).await.expect("the same");
    assert_eq!((again.done.change, again.done.position), (first.done.change, first.done.position));
    let late = rules(&house, HEAD, change, Ruling::Accepted, minute(32)).await;
    assert_eq!(code(late), "change.already-decided");
    house.holds().await;
}

#[tokio::test]
async fn only_heads_decide_and_only_in_the_office() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (change, _) = delivers(&house, &mut ma, &card(11, "谁来定"), minute(10)).await;
    for who in [MA, YANG, MONEY, LIU, ADMIN] {
        for ruling in [Ruling::Accepted, declined("试试")] {
            assert_eq!(code(rules(&house, who, change, ruling, minute(30)).await), "change.not-a-ruler");
        }
    }
    let nowhere = ChangeId { device: ma.device, seq: 99 };
    assert_eq!(code(rules(&house, HEAD, nowhere, Ruling::Accepted, minute(30)).await), "change.nothing-held");
    // A head's own phone says it: it waits like anything without a right.
    house.says(Op::StaffRoleSet(StaffRoleSet { staff: MA, role: Role::SalesHead, replaces: vec![] })).await;
    let (author, personal, ruling) = (MA, false, Ruling::Accepted);
    let decided = Op::HeldDecided(HeldDecided { change, author, personal, ruling });
    let (_, verdict) = delivers(&house, &mut ma, &decided, minute(40)).await;
    assert_eq!(held_for(&verdict), "change.not-a-ruler");
    house.holds().await;
}

/// S92: a head who may not see personal fields does not decide on them.
#[tokio::test]
async fn a_personal_field_is_decided_by_whoever_may_see_it() {
    let house = House::new().await;
    let marketing = StaffRoleSet { staff: LIU, role: Role::MarketingHead, replaces: vec![] };
    house.says(Op::StaffRoleSet(marketing)).await;
    let mut ma = house.pen(MA, 1).await;
    let (field, value) = (PersonalField::Family, text("两个孩子"));
    let set = PersonalFieldSet { customer: customer(11), field, value, replaces: Vec::new() };
    let (change, _) = delivers(&house, &mut ma, &Op::PersonalFieldSet(set), minute(10)).await;
    for ruling in [Ruling::Accepted, declined("不能写")] {
        assert_eq!(code(rules(&house, LIU, change, ruling, minute(30)).await), "change.not-a-ruler");
    }
    rules(&house, HEAD, change, Ruling::Accepted, minute(31)).await.expect("the sales head sees such fields");
    let Some(Paper::Personal(card)) = paper(&house, PaperKey::personal(customer(11))).await else {
        panic!("a personal card")
    };
    assert!(card.fields.get(&PersonalField::Family).is_some());
    let seen = house.pulled(LIU).await;
    assert!(!seen.iter().any(|entry| (5..=7).contains(&entry.change.header.kind)), "S92");
    house.holds().await;
}

/// All other rules hold: a head stands in for a missing right, not for a missing name.
#[tokio::test]
async fn a_change_that_still_may_not_be_is_not_accepted_and_nothing_is_written() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let new = CustomerId(ChangeId { device: ma.device, seq: 1 }.created());
    let nameless = CustomerCreated { customer: new, fields: vec![], contacts: vec![], owner: MA };
    let (change, _) = delivers(&house, &mut ma, &Op::CustomerCreated(nameless), minute(10)).await;
    let before = house.holds().await.entries;
    assert_eq!(code(rules(&house, HEAD, change, Ruling::Accepted, minute(30)).await), "customer.no-name");
    assert_eq!(house.holds().await.entries, before);
    ma.writes_raw(4_711, vec![1, 2, 3], vec![], minute(11));
    house.push(&ma, ma.batch(2..=2), minute(20)).await.expect("taken");
    let unknown = ChangeId { device: ma.device, seq: 2 };
    assert_eq!(code(rules(&house, HEAD, unknown, Ruling::Accepted, minute(30)).await), "change.unknown-kind");
    rules(&house, HEAD, unknown, declined("看不懂"), minute(31)).await.expect("it can be sent back");
    house.holds().await;
}

/// What waited for a creation only is accepted with it; what came meanwhile finds the customer.
#[tokio::test]
async fn what_waited_for_an_accepted_creation_is_accepted_with_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let new = CustomerId(ChangeId { device: ma.device, seq: 1 }.created());
    let fields = vec![(CardField::Name, FieldValue::Text(text("替杨建的店")))];
    let created = CustomerCreated { customer: new, fields, contacts: vec![], owner: YANG };
    let (creation, verdict) = delivers(&house, &mut ma, &Op::CustomerCreated(created), minute(10)).await;
    assert_eq!(held_for(&verdict), "customer.may-not-assign");
    let Op::CardFieldSet(mut set) = card(1, "新街") else { unreachable!("a card field") };
    set.customer = new;
    let (waits, verdict) = delivers(&house, &mut ma, &Op::CardFieldSet(set), minute(11)).await;
    assert_eq!(held_for(&verdict), "change.waits-for");
    let Op::VisitRecorded(mut seen) = visit(1, "新店开张") else { unreachable!("a visit") };
    seen.customer = new;
    let (fact, verdict) = delivers(&house, &mut ma, &Op::VisitRecorded(seen), minute(12)).await;
    assert!(matches!(verdict, Verdict::Applied { withheld: true, .. }));
    assert_eq!(code(rules(&house, HEAD, waits, Ruling::Accepted, minute(29)).await), "change.waits-for");
    let ruled = rules(&house, HEAD, creation, Ruling::Accepted, minute(30)).await.expect("a head may");
    assert_eq!(ruled.also, 2);
    let Some(Paper::Customer(card)) = paper(&house, PaperKey::customer(new)).await else { panic!("a card") };
    assert_eq!((card.name(), card.text(CardField::RegisteredAddress)), ("替杨建的店", "新街"));
    assert_eq!(card.owner.value(), Some(&YANG));
    for change in [waits, fact] {
        assert!(outcome(&house, change).await.is_accepted());
    }
    let key = PaperKey::visit(PaperId(fact.created()));
    let Some(Paper::Visit(visit)) = paper(&house, key).await else { panic!("a visit") };
    let recorded = visit.recorded.expect("recorded");
    assert_eq!((recorded.by, recorded.withheld, recorded.accepted_by), (MA, false, Some(HEAD)));
    house.holds().await;
}

/// S15, S17: withheld money lies in its author's drawer; accepted it is the customer's, declined it stays withheld.
#[tokio::test]
async fn withheld_money_counts_for_the_customer_once_a_head_accepts_it() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (taken, _) = delivers(&house, &mut ma, &cash(11, 30_000, 1), minute(10)).await;
    let (left, _) = delivers(&house, &mut ma, &cash(12, 20_000, 2), minute(11)).await;
    let accounts = async || {
        let (mine, his) = (LedgerAccount::Suspense(MA), LedgerAccount::Customer(customer(11)));
        let drawer = LedgerAccount::Drawer(MA, ma.device);
        (sum(&house, drawer).await, sum(&house, mine).await, sum(&house, his).await)
    };
    assert_eq!(accounts().await, (Money::yuan(500), Money::yuan(-500), Money::ZERO));
    rules(&house, HEAD, taken, Ruling::Accepted, minute(30)).await.expect("a head may");
    rules(&house, HEAD, left, declined("不是这家的钱"), minute(31)).await.expect("a head may");
    assert_eq!(accounts().await, (Money::yuan(500), Money::yuan(-200), Money::yuan(-300)));
    let seen = house.pulled(YANG).await;
    assert!(seen.iter().any(|entry| matches!(entry.op().map(|op| op.said().clone()), Ok(Op::Collected(_)))));
    assert_eq!(
        code(rules(&house, HEAD, taken, declined("反悔"), minute(32)).await),
        "change.already-decided"
    );
    house.holds().await;
}

/// F17: the author corrects what waits or was sent back; the new one names the old, which is then settled.
#[tokio::test]
async fn a_corrected_change_takes_the_place_of_the_one_that_waited() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (first, _) = delivers(&house, &mut ma, &card(11, "写错了客户"), minute(10)).await;
    rules(&house, HEAD, first, declined("不是您的客户"), minute(30)).await.expect("a head may");
    let again = |held, op| Op::Resubmitted(Resubmitted { held, said: Said(Box::new(op)) });
    let (second, verdict) = delivers(&house, &mut ma, &again(first, card(1, "写对了")), minute(35)).await;
    assert_eq!(verdict, Verdict::plain());
    assert_eq!(text_of(&house, 1, CardField::RegisteredAddress).await, "写对了");
    let settled = outcome(&house, first).await;
    assert_eq!(settled.corrected.expect("corrected").id, second);
    assert!(settled.decided.is_some(), "what was decided stays to be read");
    let twice = again(first, card(1, "再写一次"));
    let (_, verdict) = delivers(&house, &mut ma, &twice, minute(36)).await;
    assert_eq!(held_for(&verdict), "change.already-decided");
    // Another kind of change is no correction, and nobody corrects what is somebody else's.
    let (third, _) = delivers(&house, &mut ma, &card(11, "又错"), minute(37)).await;
    let (_, verdict) = delivers(&house, &mut ma, &again(third, visit(1, "拜访")), minute(38)).await;
    assert_eq!(held_for(&verdict), "change.nothing-held");
    let mut yang = house.pen(YANG, 2).await;
    let (_, verdict) = delivers(&house, &mut yang, &again(third, card(11, "替他改")), minute(39)).await;
    assert_eq!(held_for(&verdict), "change.nothing-held");
    house.holds().await;
}

/// A correction that breaks a rule waits in its turn, in the place of the first; accepted, it counts as any other.
#[tokio::test]
async fn a_correction_that_waits_can_be_accepted_and_the_first_one_not_any_more() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let new = CustomerId(ChangeId { device: ma.device, seq: 1 }.created());
    let created = |name: Option<&str>| {
        let fields = name.map(|name| (CardField::Name, FieldValue::Text(text(name)))).into_iter().collect();
        Op::CustomerCreated(CustomerCreated { customer: new, fields, contacts: vec![], owner: YANG })
    };
    let (first, _) = delivers(&house, &mut ma, &created(None), minute(10)).await;
    let said = Said(Box::new(created(Some("有名字了"))));
    let again = Op::Resubmitted(Resubmitted { held: first, said });
    let (second, verdict) = delivers(&house, &mut ma, &again, minute(11)).await;
    assert_eq!(held_for(&verdict), "customer.may-not-assign");
    assert_eq!(
        code(rules(&house, HEAD, first, Ruling::Accepted, minute(30)).await),
        "change.already-decided"
    );
    rules(&house, HEAD, second, Ruling::Accepted, minute(31)).await.expect("a head may");
    let Some(Paper::Customer(card)) = paper(&house, PaperKey::customer(new)).await else { panic!("a card") };
    assert_eq!(card.name(), "有名字了", "a customer keeps its name, whoever corrects it");
    house.holds().await;
}

/// The head was earlier: the correction waits and does not count a second time.
#[tokio::test]
async fn a_correction_of_what_was_accepted_meanwhile_counts_nowhere() {
    let house = House::new().await;
    let mut ma = house.pen(MA, 1).await;
    let (first, _) = delivers(&house, &mut ma, &card(11, "第一次"), minute(10)).await;
    let said = Said(Box::new(card(1, "第二次")));
    ma.writes(&Op::Resubmitted(Resubmitted { held: first, said }), minute(11));
    rules(&house, HEAD, first, Ruling::Accepted, minute(30)).await.expect("a head may");
    let reply = house.push(&ma, ma.batch(2..=2), minute(40)).await.expect("taken");
    assert_eq!(held_for(&verdict(&reply)), "change.already-decided");
    // Nor does it by a head who takes it out of the inbox.
    let second = ChangeId { device: ma.device, seq: 2 };
    let refused = rules(&house, HEAD, second, Ruling::Accepted, minute(41)).await;
    assert_eq!(code(refused), "change.already-decided");
    assert_eq!(text_of(&house, 11, CardField::RegisteredAddress).await, "第一次");
    assert_eq!(text_of(&house, 1, CardField::RegisteredAddress).await, "");
    assert_eq!(outcome(&house, first).await.decided.map(|decided| decided.by), Some(HEAD));
    house.holds().await;
}

fn credit(number: u8, words: &str, replaces: Vec<ChangeId>) -> Op {
    let (field, value) = (CardField::Credit, FieldValue::Text(text(words)));
    Op::CardFieldSet(CardFieldSet { customer: customer(number), field, value, replaces })
}

/// S82: what binds the company is not overwritten by whoever has not seen it; a head chooses, and both are kept.
#[tokio::test]
async fn two_who_write_what_binds_the_company_are_told_and_a_head_chooses() {
    for (ruling, shown) in [(Ruling::Accepted, "月结三万"), (declined("按办公室的"), "先款后货")]
    {
        let house = House::new().await;
        let mut ma = house.pen(MA, 1).await;
        let (base, verdict) = delivers(&house, &mut ma, &credit(1, "月结一万", vec![]), minute(5)).await;
        assert_eq!(verdict, Verdict::plain());
        let command = Command::new(actor(HEAD), credit(1, "先款后货", vec![base]));
        house.hub.command(command, minute(15)).await.expect("a head may");
        let mine = credit(1, "月结三万", vec![base]);
        let (change, verdict) = delivers(&house, &mut ma, &mine, minute(10)).await;
        let Verdict::Held { reason } = verdict else { panic!("both values are kept") };
        assert_eq!((reason.code(), reason.is_undecided()), ("customer.undecided", true));
        assert_eq!(text_of(&house, 1, CardField::Credit).await, "先款后货");
        let reason = serde_json::to_value(&reason).expect("a reason");
        assert_eq!(
            (&reason["base"]["value"], &reason["theirs"]["value"]),
            (&"月结一万".into(), &"先款后货".into())
        );
        rules(&house, HEAD, change, ruling, minute(30)).await.expect("a head may");
        let Some(Paper::Customer(card)) = paper(&house, PaperKey::customer(customer(1))).await else {
            panic!("a card")
        };
        assert_eq!(card.text(CardField::Credit), shown);
        assert_eq!(card.conflicts().count(), 0, "it is decided");
        house.holds().await;
        // Whoever has seen it writes on.
        let seen = credit(1, "重新约定", card.heads(CardField::Credit));
        assert_eq!(delivers(&house, &mut ma, &seen, minute(40)).await.1, Verdict::plain());
    }
}

/// S1, S5: at the console nothing is recorded over what prices and quantities hang on; the rest may be described anew.
#[tokio::test]
async fn what_prices_hang_on_is_not_overwritten_by_a_stale_page() {
    use sync_core::domain::sale::{ProductCard, ProductSet};
    let house = House::new().await;
    let product = sync_core::unit::ProductId::from_bytes([50; 16]);
    let says = async |name: &str, net_weight_g, replaces| {
        let card = ProductCard {
            code: text("MF-25"),
            name: text(name),
            specification: text("25kg"),
            packaging: text("袋"),
            unit: text("袋"),
            quality: text(""),
            net_weight_g,
            tolerance_g: 50,
            discontinued: false,
        };
        let op = Op::ProductSet(ProductSet { product, card, replaces });
        house.hub.command(Command::new(actor(HEAD), op), minute(10)).await
    };
    let first = says("雪花粉", 25_000, vec![]).await.expect("a head may").change;
    says("雪花粉", 10_000, vec![first]).await.expect("a head may");
    let Err(CommandError::Refused { refusal, .. }) = says("雪花粉", 20_000, vec![first]).await else {
        panic!("a stale page")
    };
    assert_eq!(refusal.code(), "product.undecided");
    says("雪花粉（新名）", 10_000, vec![first]).await.expect("the weight is the same");
    house.holds().await;
}

/// S16, S46: a special rule and a stamp on a violation are whose word they are; a head who may says them himself and takes
/// nobody's over.
#[tokio::test]
async fn nobody_takes_over_a_special_rule_or_a_stamp_of_somebody_without_the_right() {
    let house = House::new().await;
    let vp = StaffId::from_bytes([207; 16]);
    let (number, name, role) = (text("207"), text("副总"), Role::MarketingVp);
    house.says(Op::StaffJoined(StaffJoined { staff: vp, number, name, role, team: text("") })).await;
    let ma = house.pen(MA, 1).await;
    let mut yang = house.pen(YANG, 2).await;
    let amount = |yuan| Amount::new(Money::yuan(yuan)).expect("a sum");
    let day = business_date(minute(5));
    let rule = LimitOverridden {
        staff: MA,
        hold: amount(5_000),
        remit_from: amount(5_000),
        from: day,
        to: day,
        parts: vec![LimitPart { device: ma.device, amount: amount(5_000) }],
        reason: text("我说的"),
    };
    let (change, verdict) = delivers(&house, &mut yang, &Op::LimitOverridden(rule.clone()), minute(10)).await;
    assert_eq!(held_for(&verdict), "limit.not-management");
    let accepted = rules(&house, vp, change, Ruling::Accepted, minute(30)).await;
    assert_eq!(code(accepted), "limit.not-management");
    assert_eq!(code(rules(&house, vp, change, declined("我自己来定"), minute(31)).await), "ruled");
    let own = Command::new(actor(vp), Op::LimitOverridden(rule));
    house.hub.command(own, minute(32)).await.expect("management says it in its own name");

    let raised = ViolationRaised {
        staff: MA,
        kind: BreachKind::PersonalAccount,
        held: Money::ZERO,
        amount: Money::yuan(1),
        reason: text(""),
        photo: None,
    };
    let raises = Command::new(actor(MONEY), Op::ViolationRaised(raised));
    let done = house.hub.command(raises, minute(33)).await.expect("finance may");
    let violation = PaperId(done.change.created());
    let stamp = ViolationStamp::LookedInto;
    let stamped = ViolationStamped { violation, staff: MA, stamp, note: text("没事") };
    let (change, verdict) = delivers(&house, &mut yang, &Op::ViolationStamped(stamped), minute(34)).await;
    assert_eq!(held_for(&verdict), "violation.not-yours");
    let accepted = rules(&house, vp, change, Ruling::Accepted, minute(35)).await;
    assert_eq!(code(accepted), "violation.not-yours");
    house.holds().await;
}

/// S17: a month is closed by whoever may close it; a closing that a rep has written waits, and no head takes it over.
#[tokio::test]
async fn nobody_takes_over_the_closing_of_a_month() {
    let house = House::new().await;
    let mut yang = house.pen(YANG, 2).await;
    let closed = MonthClosed {
        period: Period::at(minute(5)).before(),
        through: 1,
        closed_before: None,
        table: [0; 32],
        missing: Vec::new(),
        reason: text(""),
        notes: [0; 32],
    };
    let (change, verdict) = delivers(&house, &mut yang, &Op::MonthClosed(closed), minute(10)).await;
    assert_eq!(held_for(&verdict), "month.office-only");
    let accepted = rules(&house, HEAD, change, Ruling::Accepted, minute(30)).await;
    assert_eq!(code(accepted), "month.office-only");
    house.holds().await;
}
