//! Files come in all or nothing, and every fault is named. Source: S5, S85.

use server::{
    hub::Hub,
    import::{self, ListHead, Table, UnreadableFile, Why},
    rows::Asked,
    store::Snapshot,
};
use sync_core::{locale::Lang, unit::NotAnAmount};
use tests::memory::MemoryStore;

use crate::world::{now, reader, small, tell, texts, viewer};

fn csv(text: &str) -> Table {
    Table::read("file.csv", text.as_bytes().to_vec()).expect("a table")
}

async fn position(hub: &Hub<MemoryStore>) -> u64 {
    hub.snapshot().await.expect("a moment").head().await.expect("a head").position
}

const TWO_SHOPS: &str = "名称,电话,所在市县,创业时间,组织形式,职工人数,年销售额,负责人工号,联系人,联系人电话\n\
    塞上人家粮油店,10099990001,利通区,2016年5月1日,个体工商户,6,\"360,000.00\",YW-0117,马大姐,10099990002\n\
    河畔超市,10099990003,利通区,2018/3/2,limited-company,12,900000,YW-0117,,\n";

#[test]
fn a_dry_run_writes_nothing_and_applying_writes_all_at_once() {
    let hub = small();
    tell(async {
        let before = position(&hub).await;
        let dry = import::customers(&hub, &csv(TWO_SHOPS), false, now()).await.expect("the store answers");
        assert_eq!((dry.new, dry.faults.as_slice(), dry.applied), (2, &[][..], false));
        assert_eq!(position(&hub).await, before);
        let done = import::customers(&hub, &csv(TWO_SHOPS), true, now()).await.expect("the store answers");
        assert!(done.applied);
        assert_eq!(position(&hub).await, before + 2);
        let again = import::customers(&hub, &csv(TWO_SHOPS), true, now()).await.expect("the store answers");
        assert_eq!((again.new, again.already.len()), (0, 2));
        assert_eq!(position(&hub).await, before + 2);

        let ma = viewer(&hub, "YW-0117").await;
        let words = texts(Lang::ZhCn);
        let mut moment = hub.snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &ma, &words);
        let found =
            reader.customers(&Asked { q: Some("ssrj".into()), ..Asked::default() }).await.expect("customers");
        assert_eq!(found.rows.first().map(|row| row.name.as_str()), Some("塞上人家粮油店"));
        let page = reader.customer(found.rows[0].id).await.expect("the store answers").expect("a page");
        assert_eq!(page.contacts.len(), 1);
        assert!(page.fields.iter().any(|field| field.field == "annual-sales"));
    });
}

#[test]
fn one_fault_in_a_file_and_nothing_of_it_is_taken_in() {
    let hub = small();
    tell(async {
        let before = position(&hub).await;
        let file = csv(&format!(
            "{TWO_SHOPS},1,,,,,,YW-0117,,\n三号店,2,,昨天,,-1,12.345,CW-0001,,\n河畔超市,10099990003,,,,,,YW-0117,,\n"
        ));
        let report = import::customers(&hub, &file, true, now()).await.expect("the store answers");
        assert!(!report.applied);
        assert_eq!(position(&hub).await, before);
        let found: Vec<_> = report.faults.iter().map(|f| (f.row, f.column.as_str(), &f.why)).collect();
        for expected in [
            (4, "名称", &Why::Missing),
            (5, "创业时间", &Why::NotADate),
            (5, "职工人数", &Why::NotACount { most: 1_000_000 }),
            (5, "年销售额", &Why::Amount(NotAnAmount::TooManyDecimals { most: 2 })),
            (5, "负责人工号", &Why::NotARep),
            (6, "名称", &Why::SameAsRow { row: 3 }),
        ] {
            assert!(found.contains(&expected), "{expected:?} in {found:?}");
        }
        assert_eq!(found.len(), 6, "{found:?}");
        let said = report.said(&texts(Lang::ZhCn));
        assert!(said.contains("第 5 行 · 年销售额：金额最多 2 位小数。"), "{said}");
        assert!(said.contains("什么都没有写"), "{said}");
    });
}

#[test]
fn wrong_columns_are_named_with_the_ones_that_are_known() {
    let hub = small();
    tell(async {
        let report = import::customers(&hub, &csv("店名,phone\n店,1\n"), true, now())
            .await
            .expect("the store answers");
        let named: Vec<_> = report.faults.iter().map(|fault| fault.column.as_str()).collect();
        assert_eq!(named, ["店名", "名称", "负责人工号"]);
        let said = report.said(&texts(Lang::En));
        assert!(
            said.contains("This column is not known") && said.contains("This column is missing"),
            "{said}"
        );
    });
}

#[test]
fn prices_become_a_new_list_and_what_is_wrong_with_them_is_told_apart() {
    let hub = small();
    let head = ListHead {
        version: Some("2026-11".into()),
        meeting: None,
        from: Some("2026-11-01".into()),
        to: Some("2026-11-30".into()),
    };
    tell(async {
        let bad = csv("code,price\nMF-0125,97.50\nMF-0110,41.00005\nXX-1,5\nMF-0225,0\nMF-0125,98\n");
        let report = import::prices(&hub, &bad, &head, true, now()).await.expect("the store answers");
        let why: Vec<_> = report.faults.iter().map(|fault| (fault.row, &fault.why)).collect();
        assert_eq!(
            why,
            [
                (3, &Why::Amount(NotAnAmount::TooManyDecimals { most: 4 })),
                (4, &Why::NoSuchProduct),
                (5, &Why::Amount(NotAnAmount::NotPositive)),
                (6, &Why::SameAsRow { row: 2 }),
            ]
        );
        let good = csv("code,price\nMF-0125,97.5001\nmf-0110,41\n");
        let done = import::prices(&hub, &good, &head, true, now()).await.expect("the store answers");
        assert!(done.applied && done.left_out == ["MF-0225"], "{done:?}");
        let again = import::prices(&hub, &good, &head, true, now()).await.expect("the store answers");
        assert!(again.faults.iter().any(|fault| fault.why == Why::VersionTaken));
        let unsaid =
            import::prices(&hub, &good, &ListHead::default(), true, now()).await.expect("the store answers");
        assert_eq!(unsaid.faults.len(), 3, "version, first and last day: {unsaid:?}");
    });
}

#[test]
fn a_file_that_is_no_table_is_told_in_both_languages() {
    for lang in Lang::ALL {
        let said = UnreadableFile::TooManyRows { most: 20_000 }.said(&texts(lang));
        assert!(said.contains("20,000"), "{said}");
        let said = UnreadableFile::TooManyTexts { most: 1_200_000 }.said(&texts(lang));
        assert!(said.contains("1,200,000"), "{said}");
        let said = UnreadableFile::UnpacksTooFar { most: 16_777_216 }.said(&texts(lang));
        assert!(said.contains("16,777,216"), "{said}");
    }
}
