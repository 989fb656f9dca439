//! The demo company in memory, told once for all stories of this suite.

use std::{future::Future, sync::LazyLock};

use server::{
    demo::{self, Told},
    hub::{Command, Hub},
    rows::Reader,
    store::{Snapshot, Store, Unit, Writing},
};
use sync_core::{
    domain::{
        people::StaffJoined,
        sale::{ProductCard, ProductSet},
    },
    locale::{Lang, SERVER, Texts},
    op::Op,
    paper::{Paper, PaperKey},
    scope::Viewer,
    time::Timestamp,
    unit::{ProductId, StaffId, Text},
};
use tests::memory::MemoryStore;
use uuid::Uuid;

/// The present of every story: Friday, 16 October 2026, a quarter past eleven in the company's zone.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_792_120_500_000)
}

/// Runs a story.
pub(crate) fn tell<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(story)
}

/// A demo company of a story's own.
pub(crate) fn founded() -> (Hub<MemoryStore>, Told) {
    tell(demo::found(MemoryStore::default(), now())).expect("the story and the rules agree")
}

/// Told on a thread of its own: whoever asks first may be in the middle of a story.
static SHARED: LazyLock<(Hub<MemoryStore>, Told)> =
    LazyLock::new(|| std::thread::spawn(founded).join().expect("the past can be told"));

/// A company of a story's own with three people and three products, and nothing else.
pub(crate) fn small() -> Hub<MemoryStore> {
    let everybody = demo::everybody();
    let joined = ["YW-0117", "CW-0001", "XS-0001"].map(|number| {
        let person = everybody.iter().find(|person| person.number == number).expect("somebody");
        Op::StaffJoined(StaffJoined {
            staff: person.id(),
            number: Text::new(number).expect("short enough"),
            name: Text::new(person.name).expect("short enough"),
            role: person.role,
            team: Text::default(),
        })
    });
    let sold = [("MF-0125", 1), ("MF-0110", 2), ("MF-0225", 3)].map(|(code, id)| {
        let card = ProductCard {
            code: Text::new(code).expect("short enough"),
            name: Text::new("特一面粉").expect("short enough"),
            specification: Text::default(),
            packaging: Text::default(),
            unit: Text::new("袋").expect("short enough"),
            quality: Text::default(),
            net_weight_g: 25_000,
            tolerance_g: 100,
            discontinued: false,
        };
        Op::ProductSet(ProductSet { product: ProductId::from_bytes([id; 16]), card, replaces: Vec::new() })
    });
    let operator = Command::operator(Uuid::nil());
    let commands = joined.into_iter().chain(sold).map(|op| Command::new(operator, op)).collect();
    tell(async {
        let hub = Hub::found(MemoryStore::default(), "小公司", demo::outside(now()), now())
            .await
            .expect("a company");
        hub.commands(commands, now()).await.expect("people and products");
        hub
    })
}

/// Puts papers into a company's book without any rule having been asked: for more of them than a story can tell.
pub(crate) async fn filled(hub: &Hub<MemoryStore>, papers: Vec<(PaperKey, Paper)>) {
    let mut unit = hub.store().begin(hub.company()).await.expect("the lock");
    let head = unit.head().await.expect("a head");
    unit.save(&Writing { head, papers, ..Writing::default() }).await.expect("saved");
    unit.commit().await.expect("durable");
}

/// The demo company that stories only read.
pub(crate) fn company() -> &'static Hub<MemoryStore> {
    &SHARED.0
}

/// What its past came to.
pub(crate) fn told() -> Told {
    SHARED.1
}

/// The member of staff with a number.
pub(crate) fn staff(number: &str) -> StaffId {
    demo::everybody().iter().find(|person| person.number == number).expect("somebody").id()
}

/// The member of staff with a number, as a viewer.
pub(crate) async fn viewer<S: Store>(hub: &Hub<S>, number: &str) -> Viewer {
    hub.viewer(staff(number)).await.expect("the store answers").expect("somebody of the company")
}

/// The words of a language.
pub(crate) fn texts(lang: Lang) -> Texts {
    Texts::new(lang).with(SERVER)
}

/// A reader of a moment.
pub(crate) fn reader<'r, N: Snapshot>(
    moment: &'r mut N,
    viewer: &'r Viewer,
    texts: &'r Texts,
) -> Reader<'r, N> {
    Reader::new(moment, viewer, texts, now())
}
