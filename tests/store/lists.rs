//! A list shows the same in every backend, whatever is asked for.

use server::store::{Filter, ListAsk, Order, Sight, Snapshot, Sort, Store, Sums};
use sync_core::{paper::PaperKind, scope::Scope, unit::StaffId};

use crate::{
    backend::{Backend, Memory, Postgres, Sqlite},
    sample::{COMPANY, STAFF, card, customer, founded, order, save, visit, writing},
};

async fn filled<S: Store>(store: &S) {
    founded(store).await;
    let said = ["催了货款", "100% 满意", "下_单", "要 Flour 两袋", "价格\\合同"];
    let mut some = writing(Vec::new());
    some.papers = (1..=90u16)
        .map(|n| {
            let (whom, by) = (n.to_le_bytes()[0] % 7 + 1, n.to_le_bytes()[0] % 3 + 1);
            visit(n, whom, by, u64::from(n * 37 % 50), said[usize::from(n) % said.len()])
        })
        .collect();
    let names = ["银川百汇", "吴忠惠民", "中卫ABC", "固原便民", "石嘴山"];
    some.papers.extend(names.iter().zip(1..).map(|(name, n)| card(n, name, n % 3 + 1)));
    // Over two years, some for the same sum.
    some.papers.extend(
        (1..=60).map(|n| order(n, n % 7 + 1, n % 3 + 1, u64::from(n) * 12, 100 + u32::from(n) * 37 % 20)),
    );
    save(store, COMPANY, &some).await;
}

/// Orders by their sums: all, a page behind the first, of some time, of one customer, in a sight of a few.
fn by_sums() -> Vec<ListAsk> {
    let asks = [false, true].into_iter().flat_map(|descending| {
        let all = ListAsk {
            kinds: vec![PaperKind::Order],
            sort: Sort { by: Order::Amount, descending },
            ..visits()
        };
        let days = |days: i64| Some(1_759_000_000_000 + days * 86_400_000);
        let some_time = Filter { from_ms: days(100), until_ms: days(400), ..Filter::default() };
        let few =
            Sight { scopes: vec![Scope::Customer(customer(2)), Scope::Staff(STAFF)], ..Sight::default() };
        [
            all.clone(),
            ListAsk { offset: 33, ..all.clone() },
            ListAsk { offset: 59, ..all.clone() },
            ListAsk { totals: false, ..all.clone() },
            ListAsk { totals: false, filter: some_time.clone(), ..all.clone() },
            ListAsk { filter: some_time, ..all.clone() },
            ListAsk { filter: Filter { customer: Some(customer(2)), ..Filter::default() }, ..all.clone() },
            ListAsk { filter: Filter { words: Some("下午".into()), ..Filter::default() }, ..all.clone() },
            ListAsk { sight: few, ..all },
        ]
    });
    asks.collect()
}

/// Twenty visits, the latest first.
fn visits() -> ListAsk {
    ListAsk {
        kinds: vec![PaperKind::Visit],
        sight: Sight::everything(),
        filter: Filter::default(),
        sort: Sort { by: Order::At, descending: true },
        offset: 0,
        limit: 20,
        totals: true,
    }
}

/// Words and standings that nobody can have written, and names of papers of two kinds.
fn odd_asks() -> Vec<ListAsk> {
    let with = |change: &dyn Fn(&mut ListAsk)| {
        let mut ask = visits();
        change(&mut ask);
        ask
    };
    let both_kinds = |descending| {
        with(&|ask| {
            ask.kinds = vec![PaperKind::Customer, PaperKind::Visit];
            ask.sort = Sort { by: Order::Customer, descending };
        })
    };
    vec![
        with(&|ask| ask.filter.words = Some("货款\0".into())),
        with(&|ask| ask.filter.words = Some("\0".into())),
        with(&|ask| ask.filter.status = vec!["没有\0".into()]),
        with(&|ask| ask.sort = Sort { by: Order::Staff, descending: false }),
        both_kinds(true),
        both_kinds(false),
    ]
}

fn asks() -> Vec<ListAsk> {
    let base = visits();
    let with = |change: &dyn Fn(&mut ListAsk)| {
        let mut ask = base.clone();
        change(&mut ask);
        ask
    };
    let minutes = |n: i64| 1_759_000_000_000 + n * 60_000;
    let words = |words: &'static str| with(&move |ask| ask.filter.words = Some(words.into()));
    vec![
        base.clone(),
        with(&|ask| ask.offset = 80),
        with(&|ask| ask.offset = 500),
        with(&|ask| ask.limit = 0),
        with(&|ask| ask.kinds = vec![PaperKind::Customer, PaperKind::Visit]),
        with(&|ask| ask.kinds = Vec::new()),
        with(&|ask| ask.sort = Sort { by: Order::At, descending: false }),
        with(&|ask| {
            ask.kinds = vec![PaperKind::Customer];
            ask.sort = Sort { by: Order::Label, descending: false };
        }),
        with(&|ask| ask.sort = Sort { by: Order::Amount, descending: true }),
        with(&|ask| ask.filter.id = Some(visit(7, 1, 1, 0, "").0.id)),
        with(&|ask| ask.filter.customer = Some(customer(3))),
        with(&|ask| ask.filter.staff = Some(StaffId::from_bytes([2; 16]))),
        with(&|ask| ask.filter.status = vec!["withheld".into()]),
        with(&|ask| ask.filter.status_not = vec!["withheld".into()]),
        with(&|ask| {
            ask.filter.from_ms = Some(minutes(10));
            ask.filter.until_ms = Some(minutes(20));
        }),
        words("货款"),
        words("%"),
        words("_"),
        words("\\"),
        words("FLOUR 杨"),
        words("没有这样的话"),
        words("百汇"),
        words("abc 货款"),
        with(&|ask| {
            ask.filter.words = Some("百汇".into());
            ask.sight = Sight { scopes: vec![Scope::Customer(customer(2))], ..Sight::default() };
        }),
        with(&|ask| ask.sort = Sort { by: Order::Customer, descending: false }),
        with(&|ask| ask.sort = Sort { by: Order::Customer, descending: true }),
        with(&|ask| ask.sort = Sort { by: Order::Staff, descending: true }),
        with(&|ask| {
            // The cards of two customers are not there: what has no name comes last.
            ask.sort = Sort { by: Order::Customer, descending: false };
            ask.offset = 80;
        }),
        with(&|ask| {
            ask.sort = Sort { by: Order::Customer, descending: true };
            ask.offset = 45;
        }),
        with(&|ask| {
            ask.sort = Sort { by: Order::Customer, descending: true };
            ask.filter.staff = Some(StaffId::from_bytes([2; 16]));
        }),
        with(&|ask| {
            ask.filter.status = vec!["withheld".into()];
            ask.sort = Sort { by: Order::Staff, descending: false };
        }),
        with(&|ask| {
            ask.filter.customer = Some(customer(3));
            ask.sort = Sort { by: Order::Amount, descending: false };
        }),
        with(&|ask| {
            // From one midnight in the company's zone to the next: as it was counted.
            ask.filter.from_ms = Some(1_758_988_800_000);
            ask.filter.until_ms = Some(1_758_988_800_000 + 86_400_000);
            ask.filter.status_not = vec!["withheld".into()];
        }),
        with(&|ask| {
            ask.sight = Sight { all_customers: true, scopes: vec![Scope::Staff(STAFF)], ..Sight::default() };
            ask.filter.staff = Some(STAFF);
        }),
        with(&|ask| ask.filter.sums = Some(Sums::AboveNothing)),
        with(&|ask| {
            ask.kinds = vec![PaperKind::Order];
            ask.filter.sums = Some(Sums::NothingOrBelow);
        }),
        with(&|ask| {
            ask.kinds = vec![PaperKind::Order];
            ask.filter.sums = Some(Sums::AboveNothing);
        }),
        with(&|ask| ask.totals = false),
        with(&|ask| {
            ask.kinds = vec![PaperKind::Order, PaperKind::Visit];
            ask.filter.customer = Some(customer(3));
            ask.totals = false;
        }),
        with(&|ask| {
            ask.kinds = vec![PaperKind::Order];
            ask.sort = Sort { by: Order::Amount, descending: true };
        }),
        with(&|ask| ask.sight = Sight::default()),
        with(&|ask| ask.sight = Sight { scopes: vec![Scope::Customer(customer(2))], ..Sight::default() }),
        with(&|ask| ask.sight = Sight { scopes: vec![Scope::Staff(STAFF)], ..Sight::default() }),
        with(&|ask| ask.sight = Sight { all_staff: true, ..Sight::default() }),
    ]
}

#[tokio::test]
async fn a_list_shows_the_same_in_every_backend() {
    let (memory, sqlite, postgres) = (Memory::fresh().await, Sqlite::fresh().await, Postgres::fresh().await);
    filled(&memory.store()).await;
    filled(&sqlite.store()).await;
    filled(&postgres.store()).await;
    let mut one = memory.store().snapshot(COMPANY).await.expect("a moment");
    let mut two = sqlite.store().snapshot(COMPANY).await.expect("a moment");
    let mut three = postgres.store().snapshot(COMPANY).await.expect("a moment");
    let mut shown = 0;
    for ask in asks().into_iter().chain(odd_asks()).chain(by_sums()) {
        let meant = one.list(&ask).await.expect("a list");
        assert_eq!(two.list(&ask).await.expect("a list"), meant, "SQLite: {ask:?}");
        assert_eq!(three.list(&ask).await.expect("a list"), meant, "Postgres: {ask:?}");
        shown += meant.rows.len();
    }
    assert!(shown > 200, "most of the lists show something");
}
