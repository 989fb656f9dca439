//! One op of every kind, with every field filled.

use sync_core::{
    domain::{
        bank::{AmountColumns, AsideKind, BookedLine, Layout, LineSetAside, MappingSaved, StatementImported},
        cash::{
            BreachKind, CashHandedIn, Collected, CompanyAccountClosed, CompanyAccountOpened,
            ConfirmationWithdrawn, ConfirmedPaper, Counted, CreditExcepted, CreditExceptionStamped,
            CreditStamp, DayClosed, DrawerHeld, DrawerPart, HandInStamp, HandInStamped, LimitOverridden,
            LimitPart, LostPhoneSettled, Means, MoneyConfirmed, PaymentPromise, PaymentUrged, Remitted,
            Reversed, Reversible, Share, ShareMoved, UrgedBy, ViolationRaised, ViolationStamp,
            ViolationStamped,
        },
        customer::{
            CardField, CardFieldSet, Contact, ContactAdded, ContactRemoved, CustomerCreated, FieldValue,
            Organisation, OwnerSet, PersonalField, PersonalFieldSet, Stage,
        },
        month::{MissingPhone, MonthClosed, MonthLineExplained, MonthStamp, MonthStamped, RecoveryLine},
        people::{DeviceEnrolled, DeviceRevoked, Role, StaffJoined, StaffRoleSet},
        sale::{OrderLine, OrderStamp, OrderStamped, OrderTaken, PriceListIssued, ProductCard, ProductSet},
        visit::{BlobHash, Purpose, VisitRecorded},
    },
    op::{HeldDecided, Op, Resubmitted, Ruling, Said, TakenOnBehalf},
    time::{BusinessDate, Period, Timestamp},
    unit::{
        AccountId, Amount, ChangeId, CustomerId, DeviceId, Money, PaperId, Place, PriceListId, ProductId,
        Quantity, StaffId, Text, UnitPrice,
    },
};

use super::Sample;

pub(super) const MA: StaffId = StaffId::from_bytes([201; 16]);
pub(super) const YANG: StaffId = StaffId::from_bytes([202; 16]);
pub(super) const HEAD: StaffId = StaffId::from_bytes([203; 16]);
pub(super) const FINANCE: StaffId = StaffId::from_bytes([204; 16]);
pub(super) const LOGISTICS: StaffId = StaffId::from_bytes([205; 16]);
pub(super) const CUSTOMER: CustomerId = CustomerId::from_bytes([1; 16]);
pub(super) const PRODUCT: ProductId = ProductId::from_bytes([31; 16]);
pub(super) const LIST: PriceListId = PriceListId::from_bytes([41; 16]);
pub(super) const ACCOUNT: AccountId = AccountId::from_bytes([61; 16]);
pub(super) const DEVICE: DeviceId = DeviceId::from_bytes([71; 16]);
const PAPER: PaperId = PaperId::from_bytes([81; 16]);

pub(super) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("within its limit")
}

pub(super) fn amount(fen: i64) -> Amount {
    Amount::new(Money::fen(fen)).expect("a sum")
}

fn day(year: i32, month: u32, day: u32) -> BusinessDate {
    BusinessDate::of(year, month, day).expect("a day")
}

const fn earlier(seq: u64) -> ChangeId {
    ChangeId { device: DEVICE, seq }
}

const fn place() -> Place {
    Place { latitude: 379_852_001, longitude: 1_062_122_002, accuracy_m: 12 }
}

/// One of every kind; a kind twice where its fields are of several sorts.
pub fn ops() -> Vec<Op> {
    [people(), rulings(), customers(), goods(), field_work(), money(), at_the_desk(), closed_and_owed()]
        .concat()
}

/// The sample of an op: named by its kind, and by its turn among those of the kind.
pub(super) fn sample(op: Op) -> Sample {
    let (kind, version) = (op.kind(), Op::VERSION);
    let turn = ops().iter().take_while(|other| **other != op).filter(|other| other.kind() == kind).count();
    let turn = if turn == 0 { String::new() } else { format!("-{}", turn + 1) };
    let name = format!("op/{kind:03}-{}{turn}", Op::name_of(kind));
    let bytes = op.to_body();
    Sample::by(name, op, bytes, move |bytes| {
        Op::from_body(kind, version, bytes).map_err(|error| error.to_string())
    })
}

fn people() -> Vec<Op> {
    let (number, name, team) = (text("YW-0117"), text("马立群"), text("一组"));
    vec![
        Op::StaffJoined(StaffJoined { staff: MA, number, name, role: Role::DirectRep, team }),
        Op::StaffRoleSet(StaffRoleSet { staff: MA, role: Role::Rep, replaces: vec![earlier(3)] }),
        Op::DeviceEnrolled(DeviceEnrolled {
            device: DEVICE,
            staff: MA,
            number: 7,
            name: text("红米 12"),
            key: [5; 32],
            share: Share::WHOLE,
        }),
        Op::DeviceRevoked(DeviceRevoked { device: DEVICE, staff: MA, reason: text("丢了") }),
    ]
}

fn rulings() -> Vec<Op> {
    let (change, author) = (earlier(4), MA);
    let said = || {
        let (field, value) = (PersonalField::Family, text("两个孩子"));
        Said(Box::new(Op::PersonalFieldSet(PersonalFieldSet {
            customer: CUSTOMER,
            field,
            value,
            replaces: vec![],
        })))
    };
    let declined = Ruling::Declined { reason: text("请与杨核对") };
    let at = Timestamp::from_packed(0x0199_0000_0000_0007);
    vec![
        Op::HeldDecided(HeldDecided { change, author, personal: false, ruling: Ruling::Accepted }),
        Op::HeldDecided(HeldDecided { change, author, personal: true, ruling: declined }),
        Op::TakenOnBehalf(TakenOnBehalf { change, author, at, said: said() }),
        Op::Resubmitted(Resubmitted { held: change, said: said() }),
    ]
}

fn customers() -> Vec<Op> {
    let values = [
        (CardField::Name, FieldValue::Text(text("宁安食品行"))),
        (CardField::FoundedOn, FieldValue::Date(day(2015, 3, 9))),
        (CardField::Employees, FieldValue::Count(12)),
        (CardField::AnnualSales, FieldValue::Money(Money::yuan(1_200_000))),
        (CardField::Location, FieldValue::Place(place())),
        (CardField::Organisation, FieldValue::Organisation(Organisation::SoleTrader)),
        (CardField::Stage, FieldValue::Stage(Stage::FirstContact)),
    ];
    let contact = Contact { name: text("海老板"), position: text("经理"), phone: text("13900000001") };
    vec![
        Op::CustomerCreated(CustomerCreated {
            customer: CUSTOMER,
            fields: values.to_vec(),
            contacts: vec![contact.clone()],
            owner: MA,
        }),
        Op::CardFieldSet(CardFieldSet {
            customer: CUSTOMER,
            field: CardField::RegisteredAddress,
            value: FieldValue::Text(text("新市街 1 号")),
            replaces: vec![earlier(4), earlier(9)],
        }),
        Op::PersonalFieldSet(PersonalFieldSet {
            customer: CUSTOMER,
            field: PersonalField::Interests,
            value: text("钓鱼"),
            replaces: vec![earlier(5)],
        }),
        Op::ContactAdded(ContactAdded { customer: CUSTOMER, contact, corrects: Some(earlier(6)) }),
        Op::ContactRemoved(ContactRemoved { customer: CUSTOMER, addition: earlier(7) }),
        Op::OwnerSet(OwnerSet { customer: CUSTOMER, owner: YANG, replaces: vec![earlier(8)], reason: None }),
    ]
}

fn goods() -> Vec<Op> {
    let card = ProductCard {
        code: text("MF-0125"),
        name: text("特一面粉"),
        specification: text("25 kg"),
        packaging: text("编织袋"),
        unit: text("袋"),
        quality: text("特制一等"),
        net_weight_g: 25_000,
        tolerance_g: 250,
        discontinued: false,
    };
    let price = UnitPrice::typed("96.05").expect("a price");
    vec![
        Op::ProductSet(ProductSet { product: PRODUCT, card, replaces: vec![earlier(2)] }),
        Op::PriceListIssued(PriceListIssued {
            list: LIST,
            version: text("2025-11"),
            meeting: text("11 月定价会"),
            valid_from: day(2025, 11, 1),
            valid_to: day(2025, 12, 31),
            prices: vec![(PRODUCT, price)],
        }),
    ]
}

fn field_work() -> Vec<Op> {
    let price = UnitPrice::typed("96.05").expect("a price");
    let quantity = Quantity::new(30).expect("a quantity");
    let line = OrderLine { product: PRODUCT, quantity, price, total: price.times(quantity) };
    vec![
        Op::VisitRecorded(VisitRecorded {
            customer: CUSTOMER,
            purposes: vec![Purpose::DiscussOrder, Purpose::Display],
            met: text("海老板"),
            said: text("月底要三十袋"),
            next_step: text("送样"),
            next_on: Some(day(2025, 12, 1)),
            place: Some(place()),
            photos: vec![BlobHash([6; 32])],
        }),
        Op::OrderTaken(OrderTaken {
            customer: CUSTOMER,
            number: 1,
            price_list: LIST,
            lines: vec![line],
            deliver_by: Some(day(2025, 12, 3)),
            deliver_to: text("新市街 1 号"),
            payer: text("宁安食品行"),
            note: text("下午送"),
        }),
        Op::OrderStamped(OrderStamped {
            order: PAPER,
            customer: CUSTOMER,
            stamp: OrderStamp::Accepted,
            over: [7; 32],
        }),
    ]
}

fn money() -> Vec<Op> {
    let collected = |means, over_limit| {
        Op::Collected(Collected {
            customer: CUSTOMER,
            amount: amount(288_150),
            means,
            receipt: 1,
            order: Some(PAPER),
            over_limit,
            note: text("部分货款"),
            photo: None,
        })
    };
    let reversed = |kind, customer| {
        Op::Reversed(Reversed { kind, of: PAPER, staff: MA, customer, reason: text("重复记录") })
    };
    vec![
        Op::CompanyAccountOpened(CompanyAccountOpened {
            account: ACCOUNT,
            holder: text("宁夏塞上良品"),
            bank: text("农业银行吴忠支行"),
            number: text("622200003318"),
        }),
        Op::CompanyAccountClosed(CompanyAccountClosed { account: ACCOUNT }),
        collected(Means::Cash, Some(text("客户已付，人已走"))),
        collected(Means::Transfer { account: ACCOUNT, reference: text("货款 1127") }, None),
        Op::Remitted(Remitted {
            amount: amount(288_150),
            account: ACCOUNT,
            drawers: vec![DrawerPart { device: DEVICE, amount: amount(288_150) }],
            reference: text("204817"),
            slip: Some(BlobHash([8; 32])),
        }),
        reversed(Reversible::Collection, Some(CUSTOMER)),
        reversed(Reversible::Remittance, None),
        with_a_photo(collected(Means::Cash, Some(text("网点关门")))),
        Op::ShareMoved(ShareMoved { staff: MA, to: Some(DEVICE), amount: amount(500_000) }),
        Op::ShareMoved(ShareMoved { staff: MA, to: None, amount: amount(500_000) }),
        Op::LostPhoneSettled(LostPhoneSettled {
            staff: MA,
            device: DEVICE,
            into: DeviceId::from_bytes([72; 16]),
            share: Money::yuan(20_000),
            drawer: Money::fen(288_150),
            counted: Money::fen(288_100),
            note: text("当面点清，短五角"),
        }),
        Op::LimitOverridden(LimitOverridden {
            staff: MA,
            hold: amount(5_000_000),
            remit_from: amount(3_000_000),
            from: day(2026, 1, 20),
            to: day(2026, 2, 15),
            parts: vec![LimitPart { device: DEVICE, amount: amount(3_000_000) }],
            reason: text("年关集中回款"),
        }),
        Op::ViolationRaised(ViolationRaised {
            staff: MA,
            kind: BreachKind::PersonalAccount,
            held: Money::ZERO,
            amount: Money::fen(288_150),
            reason: text("汇入个人账户"),
            photo: Some(BlobHash([9; 32])),
        }),
        Op::ViolationStamped(ViolationStamped {
            violation: PAPER,
            staff: MA,
            stamp: ViolationStamp::LookedInto,
            note: text("客户已写说明"),
        }),
        Op::CashHandedIn(handed_in()),
        Op::HandInStamped(HandInStamped {
            hand_in: PAPER,
            staff: MA,
            stamp: HandInStamp::SentBack,
            over: handed_in().body_hash(),
            note: text("少一张一百"),
        }),
        Op::HandInStamped(HandInStamped {
            hand_in: PAPER,
            staff: MA,
            stamp: HandInStamp::TakenBack,
            over: handed_in().body_hash(),
            note: text("签错了人"),
        }),
    ]
}

fn at_the_desk() -> Vec<Op> {
    vec![
        Op::MoneyConfirmed(MoneyConfirmed {
            kind: Reversible::Remittance,
            papers: vec![ConfirmedPaper { of: PAPER, staff: MA }],
            customer: None,
            account: ACCOUNT,
            amount: amount(288_150),
            arrived_on: day(2026, 10, 17),
            lines: vec![PaperId::from_bytes([73; 16])],
            note: text("附言写的是货款"),
        }),
        Op::MoneyConfirmed(MoneyConfirmed {
            kind: Reversible::Collection,
            papers: vec![ConfirmedPaper { of: PAPER, staff: MA }],
            customer: Some(CUSTOMER),
            account: ACCOUNT,
            amount: amount(288_150),
            arrived_on: day(2026, 10, 17),
            lines: Vec::new(),
            note: text(""),
        }),
        Op::ConfirmationWithdrawn(ConfirmationWithdrawn {
            confirmation: ChangeId { device: DEVICE, seq: 7 },
            kind: Reversible::Remittance,
            papers: vec![ConfirmedPaper { of: PAPER, staff: MA }],
            customer: None,
            lines: vec![PaperId::from_bytes([73; 16])],
            reason: text("对错了人"),
        }),
        Op::StatementImported(StatementImported {
            account: ACCOUNT,
            file: BlobHash([10; 32]),
            name: text("十月流水.xlsx"),
            part: 1,
            parts: 2,
            lines: vec![BookedLine {
                number: 4,
                date: day(2026, 10, 17),
                amount: Money::fen(-5_000),
                payer: text("宁安食品商行"),
                reference: text("转账 货款204817"),
                serial: text("B000000017"),
                again: 1,
            }],
        }),
        Op::LineSetAside(LineSetAside {
            line: PaperId::from_bytes([73; 16]),
            kind: AsideKind::PersonalAccount,
            note: text("客户说业务员给的是个人卡"),
            staff: Some(MA),
            amount: Some(amount(288_150)),
        }),
        Op::MappingSaved(mapping(AmountColumns::Apart {
            came_in: text("贷方发生额"),
            went_out: Some(text("借方发生额")),
        })),
        Op::MappingSaved(mapping(AmountColumns::Marked {
            amount: text("金额"),
            mark: text("借贷标志"),
            came_in: vec![text("贷"), text("C")],
        })),
    ]
}

fn closed_and_owed() -> Vec<Op> {
    vec![
        Op::DayClosed(DayClosed {
            day: day(2026, 10, 16),
            drawers: vec![DrawerHeld { device: DEVICE, held: Money::fen(288_150) }],
            counted: vec![
                Counted { denomination: Money::yuan(100), pieces: 28 },
                Counted { denomination: Money::fen(50), pieces: 161 },
            ],
            explanation: text("找零多给了一元"),
        }),
        Op::MonthClosed(MonthClosed {
            period: october(),
            through: 52_880,
            closed_before: Some(41_002),
            table: [12; 32],
            missing: vec![MissingPhone {
                device: DEVICE,
                staff: MA,
                seq: 44,
                link: [13; 32],
                heard: Some(Timestamp::from_packed(0x0199_0000_0000_0007)),
            }],
            reason: text("手机掉进水渠"),
            notes: [14; 32],
        }),
        Op::MonthStamped(MonthStamped {
            closing: PAPER,
            period: october(),
            stamp: MonthStamp::SentBack,
            table: [12; 32],
            note: text("少一笔汇款"),
        }),
        Op::MonthLineExplained(MonthLineExplained {
            period: october(),
            line: RecoveryLine::Missing(MA),
            difference: Money::yuan(200),
            explanation: text("丢的手机里短二百"),
        }),
        Op::PaymentUrged(PaymentUrged {
            customer: CUSTOMER,
            order: Some(PAPER),
            by: UrgedBy::InPerson,
            whom: text("店主老周"),
            said: text("中秋前先付一半"),
            promised: Some(PaymentPromise { day: day(2026, 9, 25), amount: amount(500_000) }),
        }),
        Op::CreditExcepted(CreditExcepted {
            customer: CUSTOMER,
            limit: amount(3_000_000),
            pay_within: 30,
            from: day(2026, 10, 1),
            to: day(2026, 12, 31),
            reason: text("老客户，秋收后付清"),
        }),
        Op::CreditExceptionStamped(CreditExceptionStamped {
            exception: PAPER,
            customer: CUSTOMER,
            stamp: CreditStamp::Ended,
            note: text("改为先款后货"),
        }),
    ]
}

fn october() -> Period {
    Period::of(2026, 10).expect("a month")
}

fn mapping(amount: AmountColumns) -> MappingSaved {
    let layout = Layout {
        name: text("甲行"),
        date: text("交易日期"),
        amount,
        payer: text("对方户名"),
        reference: vec![text("摘要"), text("附言")],
        serial: Some(text("流水号")),
    };
    MappingSaved { account: ACCOUNT, layout }
}

fn handed_in() -> CashHandedIn {
    let drawers = vec![DrawerPart { device: DEVICE, amount: amount(288_150) }];
    CashHandedIn { amount: amount(288_150), drawers, note: text("十月第二周") }
}

fn with_a_photo(op: Op) -> Op {
    match op {
        Op::Collected(collected) => Op::Collected(Collected { photo: Some(BlobHash([9; 32])), ..collected }),
        other => other,
    }
}
