//! What happens in a history: customers come and go, people change, phones write what they may and what they may not.

use axum::body::Body;
use sync_core::{
    domain::{
        cash::{Collected, DrawerPart, Means, PaymentUrged, Remitted, Reversed, Reversible, UrgedBy},
        customer::{
            CardField, CardFieldSet, Contact, ContactAdded, CustomerCreated, FieldValue, OwnerSet,
            PersonalField, PersonalFieldSet,
        },
        people::{DeviceRevoked, Role, StaffRoleSet},
        sale::{OrderLine, OrderStamp, OrderStamped, OrderTaken},
        visit::{BlobHash, Purpose, VisitRecorded},
    },
    log::sha256,
    op::Op,
    refusal::Verdict,
    scope::{Desk, Scope},
    unit::{Amount, ChangeId, CustomerId, Money, PaperId, Quantity, StaffId},
    wire::{MEDIA_TYPE, PushReply},
};

use super::{
    oracle::{Room, Shop},
    world::{ACCOUNT, Fact, LIST, PRODUCT, Target, World, is_a_rep, price},
};
use crate::{
    Proved,
    pen::{hex, text},
};

/// What a change that is still on its phone says, for whoever keeps the oracle.
#[derive(Clone, Debug)]
pub(crate) struct Wrote {
    pub(crate) word: String,
    pub(crate) what: What,
}

/// What kind of thing was written, as far as it matters for who may see it.
#[derive(Clone, Debug)]
pub(crate) enum What {
    NewShop(CustomerId, StaffId),
    Card(CustomerId),
    Personal(CustomerId),
    Visit(CustomerId, Option<[u8; 32]>),
    Order(CustomerId, String),
    Cash(CustomerId, [String; 2]),
    Transfer(CustomerId, [String; 2]),
    Remittance,
    /// A reminder to pay.
    Urging(CustomerId),
    /// Of a collection: whose it claims to be, and of which customer.
    Reversal(StaffId, Option<CustomerId>),
    /// What no rep may write: their own promotion, another's phone, another's customer. It waits.
    Forbidden,
    /// A kind that nobody knows, whatever rooms its header names.
    Unknown,
}

impl World {
    /// One step; what it was.
    pub(crate) async fn step(&mut self) -> Proved<&'static str> {
        self.later();
        match self.dice.below(14) {
            0 => self.hands_over().await,
            1 => self.changes_role().await,
            2 => self.phones_come_and_go().await,
            3 => self.office_writes().await,
            4 => self.new_shop_of_anybody().await,
            _ => self.phone_works().await,
        }
    }

    fn any_rep(&mut self) -> Option<StaffId> {
        let reps: Vec<StaffId> =
            self.people.iter().filter(|person| is_a_rep(person.role)).map(|person| person.staff).collect();
        self.dice.pick(&reps).copied()
    }

    fn any_shop(&mut self) -> CustomerId {
        self.dice.pick(&self.shops).expect("there are customers").id
    }

    async fn hands_over(&mut self) -> Proved<&'static str> {
        let (Some(to), Some(head)) = (self.any_rep(), self.in_role(Role::SalesHead)) else {
            return Ok("nothing");
        };
        let customer = self.any_shop();
        self.office(head, Op::OwnerSet(OwnerSet { customer, owner: to, replaces: Vec::new(), reason: None }))
            .await?;
        let now = self.now();
        let shop = self.shops.iter_mut().find(|shop| shop.id == customer).expect("it is there");
        shop.owners.push((now, to));
        Ok("a customer was handed over")
    }

    async fn changes_role(&mut self) -> Proved<&'static str> {
        let Some(keeper) = self.in_role(Role::Administrator) else { return Ok("nothing") };
        let roles = [
            Role::Rep,
            Role::DirectRep,
            Role::Keeper,
            Role::Clerk,
            Role::Finance,
            Role::Archivist,
            Role::Production,
            Role::ManagementRepresentative,
        ];
        let role = *self.dice.pick(&roles).expect("roles");
        let free: Vec<usize> = (0..self.people.len())
            .filter(|index| !matches!(self.people[*index].role, Role::Administrator | Role::SalesHead))
            .collect();
        let index = *self.dice.pick(&free).expect("people");
        let staff = self.people[index].staff;
        self.office(keeper, Op::StaffRoleSet(StaffRoleSet { staff, role, replaces: Vec::new() })).await?;
        self.people[index].role = role;
        Ok("somebody's role changed")
    }

    async fn phones_come_and_go(&mut self) -> Proved<&'static str> {
        if self.dice.once_in(2) {
            let Some(staff) = self.any_rep() else { return Ok("nothing") };
            self.enrol(staff).await?;
            return Ok("a phone was enrolled");
        }
        let active: Vec<usize> =
            (0..self.phones.len()).filter(|index| !self.phones[*index].revoked).collect();
        let (Some(index), Some(head)) = (self.dice.pick(&active).copied(), self.in_role(Role::SalesHead))
        else {
            return Ok("nothing");
        };
        let (device, staff) = (self.phones[index].pen.device, self.phones[index].pen.staff);
        let word = self.word();
        self.office(head, Op::DeviceRevoked(DeviceRevoked { device, staff, reason: text(&word) })).await?;
        self.app.auth.forget_device(device);
        self.phones[index].revoked = true;
        let rooms = vec![Room::Own(staff)];
        self.note(word, &rooms, &rooms, None);
        Ok("a phone was revoked")
    }

    fn note(&mut self, word: String, in_feed: &[Room], in_lists: &[Room], list: Option<&'static str>) {
        let shown = list.is_some();
        let (in_feed, in_lists) = (in_feed.to_vec(), in_lists.to_vec());
        self.facts.push(Fact { word, in_feed, in_lists, list, withheld: false, shown, marks: Vec::new() });
    }

    async fn office_writes(&mut self) -> Proved<&'static str> {
        let Some(head) = self.in_role(Role::SalesHead) else { return Ok("nothing") };
        let (customer, word) = (self.any_shop(), self.word());
        if self.dice.once_in(2) {
            let op = self.personal(customer, &word);
            self.office(head, op).await?;
            let rooms = [Room::Personal(customer)];
            self.note(word, &rooms, &rooms, None);
            return Ok("the office wrote a personal field");
        }
        let op = card(customer, &word);
        self.office(head, op).await?;
        let rooms = [Room::Customers(customer)];
        self.note(word, &rooms, &rooms, None);
        Ok("the office wrote a field")
    }

    async fn new_shop_of_anybody(&mut self) -> Proved<&'static str> {
        let Some(owner) = self.any_rep() else { return Ok("nothing") };
        self.new_shop(owner).await?;
        Ok("a customer was created")
    }

    /// A customer that the office enters.
    pub(crate) async fn new_shop(&mut self, owner: StaffId) -> Proved<()> {
        let (id, word) = (CustomerId::from_bytes(self.dice.bytes16()), self.word());
        let created = CustomerCreated {
            customer: id,
            fields: vec![(CardField::Name, FieldValue::Text(text(&word)))],
            contacts: Vec::new(),
            owner,
        };
        self.office(sync_core::judge::OPERATOR, Op::CustomerCreated(created)).await?;
        self.shops.push(Shop { id, owners: vec![(self.now(), owner)] });
        let rooms = [Room::Customers(id)];
        self.note(word, &rooms, &rooms, Some("customers"));
        Ok(())
    }

    fn personal(&mut self, customer: CustomerId, word: &str) -> Op {
        let field = *self.dice.pick(&PersonalField::ALL).expect("fields");
        Op::PersonalFieldSet(PersonalFieldSet { customer, field, value: text(word), replaces: Vec::new() })
    }

    /// A phone writes some changes; mostly they are delivered at once, sometimes only later.
    async fn phone_works(&mut self) -> Proved<&'static str> {
        let index = usize::try_from(self.dice.below(self.phones.len() as u64))?;
        for _ in 0..=self.dice.below(3) {
            self.writes(index).await?;
            self.later();
        }
        if self.dice.once_in(4) {
            return Ok("a phone wrote and did not deliver");
        }
        self.delivers(index).await?;
        Ok("a phone delivered")
    }

    async fn writes(&mut self, index: usize) -> Proved<()> {
        let me = self.phones[index].pen.staff;
        // Mostly one's own customers; often enough somebody else's.
        let own: Vec<CustomerId> =
            self.shops.iter().filter(|shop| shop.owner() == me).map(|shop| shop.id).collect();
        let foreign = own.is_empty() || self.dice.once_in(3);
        let customer = if foreign { self.any_shop() } else { *self.dice.pick(&own).expect("own customers") };
        let word = self.word();
        let (op, what) = match self.dice.below(14) {
            0 => (self.personal(customer, &word), What::Personal(customer)),
            1 => (card(customer, &word), What::Card(customer)),
            2 => {
                let contact = Contact { name: text(&word), position: text(""), phone: text("") };
                (Op::ContactAdded(ContactAdded { customer, contact, corrects: None }), What::Card(customer))
            }
            3 => self.visit(index, customer, &word).await?,
            4 => (visit(customer, &word, None), What::Visit(customer, None)),
            5 => self.order(index, customer, &word),
            6 => self.cash(index, customer, &word, false),
            7 => self.cash(index, customer, &word, true),
            8 => (remittance(self.phones[index].pen.device, &word), What::Remittance),
            9 => self.reversal(me, customer, &word),
            10 => self.forbidden(me, customer, &word),
            11 => (urging(customer, &word), What::Urging(customer)),
            12 => {
                let next = ChangeId {
                    device: self.phones[index].pen.device,
                    seq: self.phones[index].pen.written() + 1,
                };
                let id = CustomerId(next.created());
                let name = (CardField::Name, FieldValue::Text(text(&word)));
                let created =
                    CustomerCreated { customer: id, fields: vec![name], contacts: Vec::new(), owner: me };
                (Op::CustomerCreated(created), What::NewShop(id, me))
            }
            _ => return self.unknown(index, word),
        };
        let now = self.now();
        let phone = &mut self.phones[index];
        phone.pen.writes(&op, now);
        // What is forbidden mostly has no room for a word: then it counts, and nothing more is looked for.
        let worded = !matches!(what, What::Forbidden) || matches!(op, Op::DeviceRevoked(_));
        let word = if worded { word } else { String::new() };
        phone.wrote.insert(phone.pen.written(), Wrote { word, what });
        Ok(())
    }

    /// Something of a newer version that says of itself it is everybody's.
    fn unknown(&mut self, index: usize, word: String) -> Proved<()> {
        let (customer, now) = (self.any_shop(), self.now());
        let phone = &mut self.phones[index];
        let scopes = vec![Scope::Common, Scope::Customer(customer), Scope::Desk(Desk::Finance)];
        phone.pen.writes_raw(999, minicbor::to_vec(&word)?, scopes, now);
        phone.wrote.insert(phone.pen.written(), Wrote { word, what: What::Unknown });
        Ok(())
    }

    async fn visit(&mut self, index: usize, customer: CustomerId, word: &str) -> Proved<(Op, What)> {
        if self.phones[index].revoked {
            return Ok((visit(customer, word, None), What::Visit(customer, None)));
        }
        let bytes = tests::picture::jpeg(&self.dice.bytes16());
        let hash = sha256(&[&bytes]);
        let pen = &self.phones[index].pen;
        let access = self.access(pen.staff, Some(pen)).await?;
        let path = format!("/api/v1/blobs/{}", hex(&hash));
        let answer = self.ask("PUT", &path, &access, Body::from(bytes), &[]).await?;
        if answer.status != 201 {
            return Err(format!("a photo: {} {}", answer.status, answer.text()).into());
        }
        self.photos.push((hash, self.phones[index].pen.staff, Vec::new()));
        Ok((visit(customer, word, Some(hash)), What::Visit(customer, Some(hash))))
    }

    fn order(&mut self, index: usize, customer: CustomerId, word: &str) -> (Op, What) {
        let phone = &mut self.phones[index];
        phone.orders += 1;
        let number = format!("DH-{:02}-{:04}", phone.number, phone.orders);
        let quantity = Quantity::new(2).expect("a quantity");
        let line = OrderLine { product: PRODUCT, quantity, price: price(), total: price().times(quantity) };
        let op = Op::OrderTaken(OrderTaken {
            customer,
            number: phone.orders,
            price_list: LIST,
            lines: vec![line],
            deliver_by: None,
            deliver_to: text(""),
            payer: text(""),
            note: text(word),
        });
        let next = ChangeId { device: phone.pen.device, seq: phone.pen.written() + 1 };
        let by = phone.pen.staff;
        self.targets.push(Target { id: next.created(), is_order: true, by, customer });
        (op, What::Order(customer, number))
    }

    fn cash(&mut self, index: usize, customer: CustomerId, word: &str, transfer: bool) -> (Op, What) {
        let fen = 100_003 + i64::try_from(self.dice.below(90_000)).expect("small") * 10;
        let phone = &mut self.phones[index];
        phone.receipts += 1;
        let number = format!("SK-{:02}-{:04}", phone.number, phone.receipts);
        let marks = [number, format!("{}.{:02}", fen / 100, fen % 100)];
        let means =
            if transfer { Means::Transfer { account: ACCOUNT, reference: text("") } } else { Means::Cash };
        let op = Op::Collected(Collected {
            customer,
            amount: Amount::new(Money::fen(fen)).expect("a sum"),
            means,
            receipt: phone.receipts,
            order: None,
            over_limit: None,
            note: text(word),
            photo: None,
        });
        let next = ChangeId { device: phone.pen.device, seq: phone.pen.written() + 1 };
        let by = phone.pen.staff;
        self.targets.push(Target { id: next.created(), is_order: false, by, customer });
        (op, if transfer { What::Transfer(customer, marks) } else { What::Cash(customer, marks) })
    }

    /// A reversal: of one's own, or of somebody else's whose id was guessed, under one's own name.
    fn reversal(&mut self, me: StaffId, customer: CustomerId, word: &str) -> (Op, What) {
        let collections: Vec<Target> =
            self.targets.iter().filter(|target| !target.is_order).cloned().collect();
        let Some(target) = self.dice.pick(&collections).cloned() else {
            return (card(customer, word), What::Card(customer));
        };
        let (staff, whose) = if target.by == me { (me, Some(target.customer)) } else { (me, None) };
        let (kind, of) = (Reversible::Collection, PaperId(target.id));
        let op = Op::Reversed(Reversed { kind, of, staff, customer: whose, reason: text(word) });
        (op, What::Reversal(staff, whose))
    }

    fn forbidden(&mut self, me: StaffId, customer: CustomerId, word: &str) -> (Op, What) {
        let orders: Vec<Target> = self.targets.iter().filter(|target| target.is_order).cloned().collect();
        let other = self.people.iter().find(|person| person.staff != me).expect("colleagues").staff;
        let device = *self.dice.pick(&self.devices()).expect("phones");
        let op = match (self.dice.below(4), self.dice.pick(&orders)) {
            (0, _) => {
                Op::StaffRoleSet(StaffRoleSet { staff: me, role: Role::GeneralManager, replaces: Vec::new() })
            }
            (1, _) => Op::DeviceRevoked(DeviceRevoked { device, staff: me, reason: text(word) }),
            (2, Some(order)) => Op::OrderStamped(OrderStamped {
                order: PaperId(order.id),
                customer,
                stamp: OrderStamp::Withdrawn,
                over: [0; 32],
            }),
            _ => {
                let owner = if self.shops.iter().any(|shop| shop.id == customer && shop.owner() == me) {
                    other
                } else {
                    me
                };
                Op::OwnerSet(OwnerSet { customer, owner, replaces: Vec::new(), reason: None })
            }
        };
        (op, What::Forbidden)
    }

    /// Delivers everything that is still on a phone.
    async fn delivers(&mut self, index: usize) -> Proved<()> {
        let now = self.now();
        let phone = &self.phones[index];
        let (first, last) = (phone.through + 1, phone.pen.written());
        if first > last {
            return Ok(());
        }
        let batch = phone.pen.batch(first..=last, now);
        let access = self.access(phone.pen.staff, Some(&phone.pen)).await?;
        let headers = [("content-type", MEDIA_TYPE)];
        let answer = self.ask("POST", "/api/v1/push", &access, Body::from(batch), &headers).await?;
        if answer.status != 200 {
            return Err(format!("a push: {} {}", answer.status, answer.text()).into());
        }
        let reply: PushReply = minicbor::decode(&answer.body)?;
        for judged in reply.judged {
            let author = self.phones[index].pen.staff;
            let Some(wrote) = self.phones[index].wrote.remove(&judged.seq) else { continue };
            let verdict = judged.verdict.unwrap_or_else(Verdict::plain);
            self.settle(author, wrote, &verdict, judged.effective);
        }
        self.phones[index].through = last;
        Ok(())
    }
}

fn card(customer: CustomerId, word: &str) -> Op {
    let (field, value) = (CardField::RegisteredAddress, FieldValue::Text(text(word)));
    Op::CardFieldSet(CardFieldSet { customer, field, value, replaces: Vec::new() })
}

fn visit(customer: CustomerId, word: &str, photo: Option<[u8; 32]>) -> Op {
    Op::VisitRecorded(VisitRecorded {
        customer,
        purposes: vec![Purpose::DiscussOrder],
        met: text("老板"),
        said: text(word),
        next_step: text(""),
        next_on: None,
        place: None,
        photos: photo.map(BlobHash).into_iter().collect(),
    })
}

fn urging(customer: CustomerId, word: &str) -> Op {
    let (by, whom) = (UrgedBy::Phone, text("老板"));
    Op::PaymentUrged(PaymentUrged { customer, order: None, by, whom, said: text(word), promised: None })
}

fn remittance(device: sync_core::unit::DeviceId, word: &str) -> Op {
    let amount = Amount::new(Money::fen(500)).expect("a sum");
    let drawers = vec![DrawerPart { device, amount }];
    Op::Remitted(Remitted { amount, account: ACCOUNT, drawers, reference: text(word), slip: None })
}
