//! A company behind a real listener on loopback, with a clock the test moves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use server::auth::Passwords;
use server::config::Surroundings;
use server::http::{App, serve};
use server::hub::{Command, Hub};
use server::outside::Outside;
use server::store::{ChosenStore, Identities};
use sync_core::domain::cash::CompanyAccountOpened;
use sync_core::domain::customer::{CardField, CustomerCreated, FieldValue, PersonalField, PersonalFieldSet};
use sync_core::domain::people::{Role, StaffJoined};
use sync_core::domain::sale::{PriceListIssued, ProductCard, ProductSet};
use sync_core::log::{Actor, sha256};
use sync_core::op::Op;
use sync_core::time::{BusinessDate, Timestamp};
use sync_core::unit::{AccountId, CustomerId, PriceListId, ProductId, StaffId, Text, UnitPrice};
use tests::books::{Book, Shelf};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::client::{Answer, Request};

/// 2026-11-20 10:00 in the company's zone.
const START: u64 = 1_795_140_000_000;

const AROUND: Surroundings =
    Surroundings { behind_proxy: false, secure_cookies: false, offline_lease_days: 35 };

/// Everybody's password.
pub(crate) const PASSWORD: &str = "saishang-2026";

/// Number, name and role of everybody in the house. Their ids are `who(number)`.
pub(crate) const STAFF: [(&str, &str, Role); 6] = [
    ("1001", "马立群", Role::DirectRep),
    ("1002", "王海霞", Role::DirectRep),
    ("2001", "李会计", Role::Finance),
    ("3001", "周部长", Role::SalesHead),
    ("4001", "丁师傅", Role::Keeper),
    ("5001", "管理员", Role::Administrator),
];

/// The customer of the rep with number 1001, and that of 1002.
pub(crate) const HIS: CustomerId = CustomerId::from_bytes([0xa1; 16]);
pub(crate) const HERS: CustomerId = CustomerId::from_bytes([0xb2; 16]);
pub(crate) const PRODUCT: ProductId = ProductId::from_bytes([0xc3; 16]);
pub(crate) const LIST: PriceListId = PriceListId::from_bytes([0xd4; 16]);
pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([0xe5; 16]);

/// A customer with name and telephone number.
pub(crate) type Shop = (CustomerId, &'static str, &'static str);

pub(crate) fn who(number: &str) -> StaffId {
    let hash = sha256(&[b"staff", number.as_bytes()]);
    StaffId(Uuid::from_slice(&hash[..16]).expect("sixteen bytes"))
}

pub(crate) fn text<const LEAST: usize, const MOST: usize>(words: &str) -> Text<LEAST, MOST> {
    Text::new(words).expect("within its limit")
}

/// A running server.
pub(crate) struct House {
    pub(crate) at: SocketAddr,
    pub(crate) identities: Identities,
    pub(crate) app: App,
    /// Where the book lies; another company in the same database has nothing to clear away.
    shelf: Option<Shelf>,
    now: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<std::io::Result<()>>>,
}

impl House {
    /// Founds the company, enters its people, customers and goods, and serves.
    pub(crate) async fn open() -> Self {
        Self::over(Book::of_this_run().await).await
    }

    /// The same, over a book that is there already.
    pub(crate) async fn over(book: Book) -> Self {
        let Book { store, shelf } = book;
        let customers = [(HIS, "宁安食品商行", "13909510001"), (HERS, "红柳粮油店", "13909520002")];
        let now = Arc::new(AtomicU64::new(START));
        Self::founded(store, "宁夏塞上良品", b"", customers, now, Some(shelf)).await
    }

    /// Another company in the same database, with people of the same numbers and customers of its own.
    pub(crate) async fn beside(&self, customers: [Shop; 2]) -> Self {
        let store = self.app.hub().store().clone();
        Self::founded(store, "河西面业", b"beside", customers, Arc::clone(&self.now), None).await
    }

    async fn founded(
        store: ChosenStore,
        name: &str,
        salt: &'static [u8],
        customers: [Shop; 2],
        now: Arc<AtomicU64>,
        shelf: Option<Shelf>,
    ) -> Self {
        let outside = outside(Arc::clone(&now), salt);
        let hub =
            Hub::found(store, name, outside.clone(), outside.now()).await.expect("a company is founded");
        hub.store().begin_life(outside.now()).await.expect("it is served from here");
        let identities = Identities::new(hub.store(), hub.company());
        people_who_sign_in(&identities, &outside).await;
        let app = App::around(Arc::new(hub), outside, AROUND).await.expect("the parts fit");
        furnish(&app, customers).await;
        Self::serving(app, identities, now, shelf).await
    }

    async fn serving(app: App, identities: Identities, now: Arc<AtomicU64>, shelf: Option<Shelf>) -> Self {
        let shown = app.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let at = listener.local_addr().expect("a listener has an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(serve(listener, app, async {
            let _ = stopped.await;
        }));
        Self { at, identities, app: shown, shelf, now, stop: Some(stop), running: Some(running) }
    }

    /// Another server over the same book, with connections of its own and the same clock. Nobody tells it anything.
    pub(crate) async fn once_more(&self) -> Self {
        let store = self.shelf().once_more().await;
        let outside = outside(Arc::clone(&self.now), b"once more");
        let company = Some(self.app.hub().company());
        let hub = Hub::open(store, company, outside.clone()).await.expect("the store answers");
        let hub = hub.expect("the company is there");
        let identities = Identities::new(hub.store(), hub.company());
        let app = App::around(Arc::new(hub), outside, AROUND).await.expect("the parts fit");
        Self::serving(app, identities, Arc::clone(&self.now), None).await
    }

    /// The server that begins with a copy of the book in the place of it, as `fieldbook serve` does.
    pub(crate) async fn restored(&self, copy: Book) -> Self {
        let Book { store, shelf } = copy;
        store.begin_life(self.now()).await.expect("it begins a new life");
        let outside = outside(Arc::clone(&self.now), b"restored");
        let hub = Hub::open(store, None, outside.clone()).await.expect("the store answers");
        let hub = hub.expect("the company is there");
        let identities = Identities::new(hub.store(), hub.company());
        let app = App::around(Arc::new(hub), outside, AROUND).await.expect("the parts fit");
        Self::serving(app, identities, Arc::clone(&self.now), Some(shelf)).await
    }

    /// Lets time pass.
    pub(crate) fn later(&self, seconds: u64) {
        self.now.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        Request::new(self.at, "GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Request {
        Request::new(self.at, "POST", path)
    }

    pub(crate) fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.at, method, path)
    }

    pub(crate) async fn try_sign_in(&self, number: &str, password: &str) -> Answer {
        let body = json!({ "number": number, "password": password });
        self.post("/api/v1/session").json(&body).send().await
    }

    /// Signs in as a phone does: with everything in the body.
    pub(crate) async fn signed_in(&self, number: &str) -> Value {
        self.try_sign_in(number, PASSWORD).await.ok()
    }

    /// An access token of somebody.
    pub(crate) async fn access(&self, number: &str) -> String {
        let session = self.signed_in(number).await;
        session["access"].as_str().expect("a session has a token").to_owned()
    }

    /// Reads a path as somebody.
    pub(crate) async fn read(&self, access: &str, path: &str) -> Answer {
        self.get(path).bearer(access).send().await
    }

    pub(crate) async fn command(&self, access: &str, op: &Value) -> Answer {
        self.post("/api/v1/commands").bearer(access).json(op).send().await
    }

    /// The marketing vice president, who is in the book from here on, says something.
    pub(crate) async fn says_as_vp(&self, op: Op) {
        let (staff, number, role) = (who("6001"), text("6001"), Role::MarketingVp);
        let joined = StaffJoined { staff, number, name: text("高副总"), role, team: text("") };
        let joins = Command::new(Command::operator(Uuid::nil()), Op::StaffJoined(joined));
        let says = Command::new(Actor { staff, session: Uuid::nil() }, op);
        for command in [joins, says] {
            self.app.queue.command(command).await.expect("each may");
        }
    }

    /// Where the book lies.
    pub(crate) fn shelf(&self) -> &Shelf {
        self.shelf.as_ref().expect("the first company's book has a place")
    }

    /// Stops in good order.
    pub(crate) async fn close(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(running) = self.running.take() {
            running.await.expect("the server does not panic").expect("the listener holds");
        }
    }
}

/// The clock of the test, and bytes that are the same at every run.
fn outside(now: Arc<AtomicU64>, salt: &'static [u8]) -> Outside {
    let drawn = AtomicU64::new(0);
    Outside::of(
        move || Timestamp::from_millis(now.load(Ordering::SeqCst)),
        move |bytes| {
            for chunk in bytes.chunks_mut(32) {
                let turn = drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                chunk.copy_from_slice(&sha256(&[b"drawn", salt, &turn])[..chunk.len()]);
            }
        },
    )
}

async fn people_who_sign_in(identities: &Identities, outside: &Outside) {
    let passwords = Passwords::new(outside);
    let hash = passwords.hash(PASSWORD.to_owned(), outside.random()).await.expect("nobody else is hashing");
    for (number, ..) in STAFF {
        let set = identities.set_user(who(number), number, &hash, outside.now());
        set.await.expect("the number is free");
    }
}

/// Two customers with an owner each, one product, one list, one account.
async fn furnish(app: &App, customers: [Shop; 2]) {
    let mut ops: Vec<Op> = STAFF
        .into_iter()
        .map(|(number, name, role)| {
            Op::StaffJoined(StaffJoined {
                staff: who(number),
                number: text(number),
                name: text(name),
                role,
                team: text(""),
            })
        })
        .collect();
    for ((id, name, phone), owner) in customers.into_iter().zip(["1001", "1002"]) {
        ops.push(customer(id, owner, name, phone));
    }
    ops.push(Op::ProductSet(ProductSet { product: PRODUCT, card: noodles(), replaces: Vec::new() }));
    ops.push(Op::PriceListIssued(PriceListIssued {
        list: LIST,
        version: text("2026-11"),
        meeting: text(""),
        valid_from: day(1),
        valid_to: day(30),
        prices: vec![(PRODUCT, UnitPrice::typed("68").expect("a price"))],
    }));
    ops.push(Op::CompanyAccountOpened(CompanyAccountOpened {
        account: ACCOUNT,
        holder: text("宁夏塞上良品"),
        bank: text("中国银行银川分行"),
        number: text("106000000001"),
    }));
    let commands = ops.into_iter().map(|op| Command::new(Command::operator(Uuid::nil()), op)).collect();
    app.queue.commands(commands).await.expect("the house is furnished by the rules");
    let head = Actor { staff: who("3001"), session: Uuid::nil() };
    let interests = customers.map(|(customer, ..)| {
        let set = PersonalFieldSet {
            customer,
            field: PersonalField::Interests,
            value: text("钓鱼"),
            replaces: Vec::new(),
        };
        Command::new(head, Op::PersonalFieldSet(set))
    });
    app.queue.commands(interests.into()).await.expect("the head knows what they like");
}

fn customer(id: CustomerId, owner: &str, name: &str, phone: &str) -> Op {
    Op::CustomerCreated(CustomerCreated {
        customer: id,
        fields: vec![
            (CardField::Name, FieldValue::Text(text(name))),
            (CardField::Phone, FieldValue::Text(text(phone))),
        ],
        contacts: Vec::new(),
        owner: who(owner),
    })
}

fn noodles() -> ProductCard {
    ProductCard {
        code: text("GM-0110"),
        name: text("鸡蛋挂面"),
        specification: text("1 kg×10"),
        packaging: text("纸箱"),
        unit: text("箱"),
        quality: text(""),
        net_weight_g: 10_000,
        tolerance_g: 60,
        discontinued: false,
    }
}

pub(crate) fn day(day: u32) -> BusinessDate {
    BusinessDate::of(2026, 11, day).expect("November has that day")
}
