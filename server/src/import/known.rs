//! Layouts of bank statements to begin with: three ways in which banks write. Finance keeps its own beside them. Source: S34.

use sync_core::{
    domain::bank::{AmountColumns, Header, Layout},
    unit::Text,
};

fn header(words: &str) -> Header {
    Text::new(words).expect("a header of ours")
}

fn headers(words: &[&str]) -> Vec<Header> {
    words.iter().map(|words| header(words)).collect()
}

/// The layouts that every company has: sums in two columns, with a sign, and with a mark.
pub fn known_layouts() -> [Layout; 3] {
    [
        Layout {
            name: header("借贷分列"),
            date: header("交易日期"),
            amount: AmountColumns::Apart {
                came_in: header("贷方发生额"),
                went_out: Some(header("借方发生额")),
            },
            payer: header("对方户名"),
            reference: headers(&["摘要", "附言"]),
            serial: Some(header("流水号")),
        },
        Layout {
            name: header("带正负号"),
            date: header("记账时间"),
            amount: AmountColumns::Signed { amount: header("交易金额") },
            payer: header("对方账户名称"),
            reference: headers(&["用途"]),
            serial: None,
        },
        Layout {
            name: header("借贷标志"),
            date: header("日期"),
            amount: AmountColumns::Marked {
                amount: header("金额(元)"),
                mark: header("借贷标志"),
                came_in: headers(&["贷", "C"]),
            },
            payer: header("付款人"),
            reference: headers(&["备注"]),
            serial: Some(header("交易流水")),
        },
    ]
}
