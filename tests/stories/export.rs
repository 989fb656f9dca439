//! Lists go out as files that say who took them, when and by what filter. Source: S78.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use server::{
    export::{ListKind, workbook},
    import::{self, ListHead, Table, Why},
    rows::Asked,
};
use sync_core::{
    crdt::{Register, Write},
    domain::{
        Recorded,
        customer::{CardField, CustomerCard, FieldValue},
        people::{Role, StaffCard, StaffJoined},
    },
    locale::Lang,
    paper::{Paper, PaperKey},
    unit::{ChangeId, CustomerId, DeviceId, StaffId, Text},
};

use crate::world::{company, filled, now, reader, small, tell, texts, viewer};

async fn taken_out(number: &str, lang: Lang, kind: ListKind, asked: &Asked) -> Vec<u8> {
    let viewer = viewer(company(), number).await;
    let words = texts(lang);
    let mut moment = company().snapshot().await.expect("a moment");
    workbook(&mut reader(&mut moment, &viewer, &words), kind, asked).await.expect("a file")
}

fn first_sheet(bytes: Vec<u8>) -> (String, Range<Data>) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names().remove(0);
    let range = book.worksheet_range(&name).expect("a sheet");
    (name, range)
}

fn words(range: &Range<Data>, row: u32, column: u32) -> String {
    range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn every_list_goes_out_with_title_watermark_and_headers_in_both_languages() {
    for kind in ListKind::ALL {
        for lang in Lang::ALL {
            // What the bank says is finance's alone.
            let (number, who) = match kind {
                ListKind::BankLines | ListKind::Statements => ("CW-0001", "王会计"),
                _ => ("XS-0001", "李部长"),
            };
            let (name, range) = first_sheet(tell(taken_out(number, lang, *kind, &Asked::default())));
            assert_eq!(words(&range, 0, 0), name);
            assert!(words(&range, 1, 0).contains(who), "{}", kind.code());
            let headers: Vec<String> =
                (0..u32::try_from(range.width()).expect("narrow")).map(|c| words(&range, 2, c)).collect();
            assert!(
                headers.iter().all(|header| !header.is_empty() && !header.starts_with("export-")),
                "{headers:?}"
            );
            assert!(range.height() > 3, "{} has rows", kind.code());
        }
    }
}

#[test]
fn a_file_has_every_row_of_its_filter_and_says_the_filter() {
    let asked = Asked { status: Some("cash".into()), sort: Some("-amount".into()), ..Asked::default() };
    let (_, range) = first_sheet(tell(taken_out("CW-0001", Lang::ZhCn, ListKind::Collections, &asked)));
    let total = tell(async {
        let viewer = viewer(company(), "CW-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        reader(&mut moment, &viewer, &words).collections(&asked).await.expect("collections").total
    });
    assert_eq!(range.height() as u64, total + 3, "title, watermark and headers above the rows");
    let watermark = words(&range, 1, 0);
    assert_eq!(watermark, "导出人：王会计 · 时间：2026年10月16日 11:15 · 条件：状态 现金");
    let sums: Vec<f64> = (3..u32::try_from(range.height()).expect("short"))
        .map(|row| match range.get_value((row, 4)) {
            Some(Data::Float(sum)) => *sum,
            other => panic!("a sum is a number: {other:?}"),
        })
        .collect();
    assert!(sums.windows(2).all(|pair| pair[0] >= pair[1]));
}

/// S17: whatever is asked for by its state, the file says the state in words and not in a code.
#[test]
fn the_state_that_was_asked_for_stands_on_the_file_in_words() {
    let cases = [
        (
            ListKind::HandIns,
            "signed,received,sent-back,withdrawn,taken-back",
            "待签收、已签收、已退回、已撤回、已撤销签收",
        ),
        (ListKind::DayCloses, "even,short,over", "相符、短款、长款"),
        (ListKind::Limits, "stopped,emptied", "已停用，待清账、已停用，无须清账"),
    ];
    for (kind, status, said) in cases {
        let asked = Asked { status: Some(status.into()), ..Asked::default() };
        let (_, range) = first_sheet(tell(taken_out("CW-0001", Lang::ZhCn, kind, &asked)));
        let watermark = words(&range, 1, 0);
        assert!(watermark.contains(&format!("状态 {said}")), "{}: {watermark}", kind.code());
    }
}

/// A rep of direct sales.
fn rep(number: u8) -> (PaperKey, Paper) {
    let (device, staff) = (DeviceId::from_bytes([4; 16]), StaffId::from_bytes([number; 16]));
    let (id, at) = (ChangeId { device, seq: u64::from(number) }, now());
    let mut role = Register::default();
    role.write(id, Write { value: Role::DirectRep, at, by: staff, replaces: Vec::new() });
    let what = StaffJoined {
        staff,
        number: Text::new(&format!("R-{number}")).expect("short enough"),
        name: Text::new(&format!("马{number}")).expect("short enough"),
        role: Role::DirectRep,
        team: Text::default(),
    };
    let joined = Some(Recorded { what, id, by: staff, at, withheld: false, accepted_by: None });
    (PaperKey::staff(staff), Paper::Staff(StaffCard { joined, role }))
}

/// A customer on whose name and county two people disagree.
fn disputed(number: u8) -> (PaperKey, Paper) {
    let by = StaffId::from_bytes([1; 16]);
    let mut card = CustomerCard { created: Some(now()), ..CustomerCard::default() };
    for field in [CardField::Name, CardField::Phone] {
        let mut register = Register::default();
        for device in [4, 5] {
            let id = ChangeId { device: DeviceId::from_bytes([device; 16]), seq: u64::from(number) };
            let value = FieldValue::Text(Text::new(&format!("{number}号店{device}")).expect("short enough"));
            register.write(id, Write { value, at: now(), by, replaces: Vec::new() });
        }
        card.fields.insert(field, register);
    }
    (PaperKey::customer(CustomerId::from_bytes([number; 16])), Paper::Customer(card))
}

#[test]
fn cash_and_conflicts_go_out_whole_however_many_there_are() {
    let hub = small();
    let (cash, conflicts) = tell(async {
        filled(&hub, (1..=210).flat_map(|number| [rep(number), disputed(number)]).collect()).await;
        let head = viewer(&hub, "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = hub.snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let page = reader.conflicts(&Asked { page: Some(3), per_page: Some(200), ..Asked::default() }).await;
        let page = page.expect("conflicts");
        assert_eq!((page.rows.len(), page.total), (20, 420), "fields are counted, not cards");
        let cash = workbook(&mut reader, ListKind::Cash, &Asked::default()).await.expect("a file");
        (cash, workbook(&mut reader, ListKind::Conflicts, &Asked::default()).await.expect("a file"))
    });
    assert_eq!(first_sheet(cash).1.height(), 211 + 3);
    assert_eq!(first_sheet(conflicts).1.height(), 420 + 3);
}

#[test]
fn a_rep_takes_out_only_own_customers() {
    let (_, range) =
        first_sheet(tell(taken_out("YW-0117", Lang::ZhCn, ListKind::Customers, &Asked::default())));
    let own = tell(viewer(company(), "YW-0117")).customers.len();
    assert_eq!(range.height(), own + 3);
}

#[test]
fn a_price_list_that_went_out_can_come_in_again() {
    let asked = Asked { q: Some("2026-10".into()), ..Asked::default() };
    for lang in Lang::ALL {
        let bytes = tell(taken_out("NQ-0001", lang, ListKind::PriceLists, &asked));
        let table = Table::read("价格表.xlsx", bytes).expect("a table");
        let report = tell(import::prices(company(), &table, &ListHead::default(), false, now()))
            .expect("the store answers");
        assert_eq!(report.new, 39, "one of forty products is not sold any more");
        let why: Vec<_> = report.faults.iter().map(|fault| &fault.why).collect();
        assert_eq!(why, [&Why::VersionTaken], "all else is as it went out");
    }
}
