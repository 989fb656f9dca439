//! A small company behind the whole HTTP layer, in this process, with a clock that the history moves.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, header},
};
use ed25519_dalek::SigningKey;
use serde_json::Value;
use server::{
    auth::Client,
    config::Surroundings,
    http::{App, router},
    hub::{Command, Enrolment, Hub},
    outside::Outside,
    store::{ChosenStore, Identities, sqlite::SqliteStore},
};
use sync_core::{
    domain::{
        cash::CompanyAccountOpened,
        people::{Role, StaffJoined},
        sale::{PriceListIssued, ProductCard, ProductSet},
    },
    log::{Actor, sha256},
    op::Op,
    time::{BusinessDate, Timestamp},
    unit::{AccountId, DeviceId, PriceListId, ProductId, StaffId, UnitPrice},
};
use tower::ServiceExt;
use uuid::Uuid;

use super::{
    oracle::{Person, Room, Shop, enters},
    step::Wrote,
};
use crate::{
    Proved,
    dice::Dice,
    pen::{Pen, text},
};

/// 2026-11-20 10:00 in the company's zone.
const START: u64 = 1_795_140_000_000;

pub(crate) const PRODUCT: ProductId = ProductId::from_bytes([0xc3; 16]);
pub(crate) const LIST: PriceListId = PriceListId::from_bytes([0xd4; 16]);
pub(crate) const ACCOUNT: AccountId = AccountId::from_bytes([0xe5; 16]);

/// What every word of a fact begins with.
pub(crate) const MARK: &str = "zq";

/// Something that was written, with a word of its own, and where it is to be seen.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) word: String,
    /// Rooms whose holders are brought the entry.
    pub(crate) in_feed: Vec<Room>,
    /// Rooms whose holders see the paper in lists.
    pub(crate) in_lists: Vec<Room>,
    /// The list in which it is a row.
    pub(crate) list: Option<&'static str>,
    /// Whether it counts for its author only: then it is a row of what waits for a head as well.
    pub(crate) withheld: bool,
    /// Whether that row must show the word.
    pub(crate) shown: bool,
    /// Sums and numbers that are nobody else's either.
    pub(crate) marks: Vec<String>,
}

impl Fact {
    /// Whether it is a row of this list.
    pub(crate) fn is_in(&self, list: &str) -> bool {
        self.list == Some(list) || (self.withheld && list == "held")
    }
}

/// An answer, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) media: String,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Proved<Value> {
        serde_json::from_slice(&self.body).map_err(|_| format!("{} {}", self.status, self.text()).into())
    }
}

/// A phone and what it has written.
pub(crate) struct Phone {
    pub(crate) pen: Pen,
    pub(crate) number: u32,
    pub(crate) revoked: bool,
    pub(crate) through: u64,
    pub(crate) receipts: u32,
    pub(crate) orders: u32,
    pub(crate) wrote: BTreeMap<u64, Wrote>,
}

/// A collection or an order that others may try to reach by its id.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) id: Uuid,
    pub(crate) is_order: bool,
    pub(crate) by: StaffId,
    pub(crate) customer: sync_core::unit::CustomerId,
}

/// The company of one history.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) app: App,
    router: Router,
    folder: PathBuf,
    now: Arc<AtomicU64>,
    pub(crate) people: Vec<Person>,
    pub(crate) shops: Vec<Shop>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) photos: Vec<([u8; 32], StaffId, Vec<Room>)>,
    pub(crate) targets: Vec<Target>,
    pub(crate) routes: Vec<String>,
    secrets: u8,
}

impl World {
    /// Founds it: a person of every role and two reps more, a product, a list, an account.
    pub(crate) async fn found(seed: u64) -> Proved<Self> {
        let now = Arc::new(AtomicU64::new(START));
        let folder = fresh_folder()?;
        let clock = Arc::clone(&now);
        let drawn = AtomicU64::new(seed << 20);
        let outside = Outside::of(
            move || Timestamp::from_millis(clock.load(Ordering::SeqCst)),
            move |bytes| {
                for chunk in bytes.chunks_mut(32) {
                    let turn = drawn.fetch_add(1, Ordering::SeqCst).to_be_bytes();
                    chunk.copy_from_slice(&sha256(&[b"drawn", &turn])[..chunk.len()]);
                }
            },
        );
        let store = SqliteStore::open(&folder.join("fieldbook.db")).await?;
        let hub = Hub::found(ChosenStore::Sqlite(store), "塞北食品", outside.clone(), outside.now()).await?;
        let identities = Identities::new(hub.store(), hub.company());
        let around = Surroundings { behind_proxy: false, secure_cookies: false, offline_lease_days: 35 };
        let app = App::around(Arc::new(hub), outside.clone(), around).await?;
        let roles = Role::ALL.into_iter().chain([Role::DirectRep, Role::Rep]);
        let people: Vec<Person> =
            roles.zip(1..).map(|(role, n)| Person { staff: StaffId::from_bytes([n; 16]), role }).collect();
        for (person, number) in people.iter().zip(1001..) {
            // Nobody signs in with a password here: sessions are opened at the door itself.
            identities.set_user(person.staff, &format!("{number}"), "no hash", outside.now()).await?;
        }
        let mut world = Self {
            dice: Dice::new(seed),
            router: router(app.clone()),
            app,
            folder,
            now,
            people,
            shops: Vec::new(),
            phones: Vec::new(),
            facts: Vec::new(),
            photos: Vec::new(),
            targets: Vec::new(),
            routes: Vec::new(),
            secrets: 0,
        };
        world.furnish().await?;
        world.read_routes().await?;
        for person in world.people.clone().iter().filter(|person| is_a_rep(person.role)) {
            world.enrol(person.staff).await?;
            world.new_shop(person.staff).await?;
        }
        Ok(world)
    }

    async fn furnish(&mut self) -> Proved<()> {
        let mut ops: Vec<Op> = Vec::new();
        for (person, number) in self.people.iter().zip(1001..) {
            ops.push(Op::StaffJoined(StaffJoined {
                staff: person.staff,
                number: text(&format!("{number}")),
                name: text(&format!("职工{number}")),
                role: person.role,
                team: text(""),
            }));
        }
        let card = ProductCard {
            code: text("GM-0110"),
            name: text("鸡蛋挂面"),
            specification: text("1 kg×10"),
            packaging: text("纸箱"),
            unit: text("箱"),
            quality: text(""),
            net_weight_g: 10_000,
            tolerance_g: 60,
            discontinued: false,
        };
        ops.push(Op::ProductSet(ProductSet { product: PRODUCT, card, replaces: Vec::new() }));
        let day = |day| BusinessDate::of(2026, 11, day).expect("November has that day");
        ops.push(Op::PriceListIssued(PriceListIssued {
            list: LIST,
            version: text("2026-11"),
            meeting: text(""),
            valid_from: day(1),
            valid_to: day(30),
            prices: vec![(PRODUCT, price())],
        }));
        ops.push(Op::CompanyAccountOpened(CompanyAccountOpened {
            account: ACCOUNT,
            holder: text("塞北食品"),
            bank: text("银行"),
            number: text("106000000001"),
        }));
        let operator = Command::operator(Uuid::nil());
        self.app.queue.commands(ops.into_iter().map(|op| Command::new(operator, op)).collect()).await?;
        Ok(())
    }

    /// Every operation of the described interface that reads.
    async fn read_routes(&mut self) -> Proved<()> {
        let document = self.ask("GET", "/api/v1/openapi.json", "", Body::empty(), &[]).await?.json()?;
        let paths = document["paths"].as_object().ok_or("a document without paths")?;
        let reads = paths.iter().filter(|(_, methods)| methods.get("get").is_some());
        self.routes = reads.map(|(path, _)| path.clone()).collect();
        if self.routes.len() < 30 { Err("the document describes too few routes".into()) } else { Ok(()) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    /// A minute passes.
    pub(crate) fn later(&self) {
        self.now.fetch_add(60_000, Ordering::SeqCst);
    }

    /// Somebody of the company: every second time one who works in the field.
    pub(crate) fn anybody(&mut self) -> Person {
        if self.dice.once_in(2) {
            return self.dice.pick(&self.people).expect("people").clone();
        }
        let reps: Vec<Person> = self.people.iter().filter(|person| is_a_rep(person.role)).cloned().collect();
        self.dice.pick(&reps).cloned().unwrap_or_else(|| self.people[0].clone())
    }

    /// Somebody in this role, if anybody is.
    pub(crate) fn in_role(&self, role: Role) -> Option<StaffId> {
        self.people.iter().find(|person| person.role == role).map(|person| person.staff)
    }

    /// Whether somebody may enter any of these rooms now.
    pub(crate) fn may(&self, person: &Person, rooms: &[Room]) -> bool {
        rooms.iter().any(|room| enters(person, *room, &self.shops))
    }

    /// A word that nobody has written before.
    pub(crate) fn word(&mut self) -> String {
        let letters = b"abcdefghijkmnopqrstuvwxyz0123456789";
        let drawn: String = (0..9)
            .map(|_| char::from(*self.dice.pick(letters).expect("letters")))
            .filter(|letter| *letter != 'q')
            .chain("00000000".chars())
            .take(8)
            .collect();
        format!("{MARK}{drawn}")
    }

    /// An access token of somebody, of a session on their device where they call from one.
    pub(crate) async fn access(&self, staff: StaffId, device: Option<&Pen>) -> Proved<String> {
        let device = device.map(|pen| (pen.device, pen.key.verifying_key().to_bytes()));
        let opened = self.app.auth.open_session(staff, Client::Phone, device).await;
        Ok(opened.map_err(|error| error.to_string())?.access)
    }

    /// One request through the whole HTTP layer.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        access: &str,
        body: Body,
        headers: &[(&str, &str)],
    ) -> Proved<Answer> {
        let mut request = Request::builder().method(method).uri(path);
        if !access.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {access}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(body)?).await?;
        let status = response.status().as_u16();
        let media = response.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
        let media = media.unwrap_or_default().to_owned();
        let body = to_bytes(response.into_body(), usize::MAX).await?;
        Ok(Answer { status, media, body })
    }

    /// The answer to a request whose end is not waited for.
    pub(crate) async fn stream(&self, path: &str, access: &str) -> Proved<axum::body::BodyDataStream> {
        let request = Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {access}"));
        let response = self.router.clone().oneshot(request.body(Body::empty())?).await?;
        Ok(response.into_body().into_data_stream())
    }

    /// A command of the office, by somebody; its position.
    pub(crate) async fn office(&self, staff: StaffId, op: Op) -> Proved<u64> {
        let actor = Actor { staff, session: Uuid::nil() };
        let done = self.app.queue.command(Command::new(actor, op)).await?;
        Ok(done.position)
    }

    /// A new phone for somebody.
    pub(crate) async fn enrol(&mut self, staff: StaffId) -> Proved<()> {
        self.secrets += 1;
        let key = SigningKey::from_bytes(&[self.secrets; 32]);
        let public = key.verifying_key().to_bytes();
        let word = self.word();
        let enrolment = Enrolment { staff, session: Uuid::nil(), key: public, name: text(&word) };
        let enrolled = self.app.queue.enrol(enrolment).await?;
        self.facts.push(Fact {
            word,
            in_feed: vec![Room::Own(staff)],
            in_lists: vec![Room::Own(staff), Room::Phones(staff)],
            list: Some("devices"),
            withheld: false,
            shown: true,
            marks: Vec::new(),
        });
        self.phones.push(Phone {
            pen: Pen::new(self.app.hub().company(), enrolled.device, staff, key),
            number: enrolled.number,
            revoked: false,
            through: 0,
            receipts: 0,
            orders: 0,
            wrote: BTreeMap::new(),
        });
        Ok(())
    }

    /// The devices enrolled so far.
    pub(crate) fn devices(&self) -> Vec<DeviceId> {
        self.phones.iter().map(|phone| phone.pen.device).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

pub(crate) const fn is_a_rep(role: Role) -> bool {
    matches!(role, Role::Rep | Role::DirectRep)
}

pub(crate) fn price() -> UnitPrice {
    UnitPrice::typed("68").expect("a price")
}

/// In memory where the machine offers that: what is proved here needs no disk.
fn fresh_folder() -> Proved<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let memory = PathBuf::from("/dev/shm");
    let above = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let turn = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = above.join(format!("fieldbook-grants-{}-{turn}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
