//! `fieldbook import customers|prices`: first a dry run, then all or nothing.

use std::process::Output;

use crate::house::{Folder, fails_saying, stderr, stdout, succeeds};

const SHOPS: &str = "名称,电话,负责人工号\n塞上人家粮油店,10099990001,1001\n河畔超市,10099990003,1001\n";

fn with_a_rep() -> Folder {
    let folder = Folder::with_company();
    succeeds(&folder.run(&["user", "add", "--number", "1001", "--name", "马立群", "--role", "rep"]));
    folder
}

/// Places to correct were listed, and it ended with a failure.
#[track_caller]
fn lists_faults(output: &Output, words: &[&str]) {
    assert_eq!(output.status.code(), Some(1), "{}", stdout(output));
    assert!(stderr(output).contains("to correct"), "{}", stderr(output));
    for word in words {
        assert!(stdout(output).contains(word), "{word} is not in: {}", stdout(output));
    }
}

#[test]
fn customers_are_read_first_and_taken_in_when_told() {
    let folder = with_a_rep();
    let file = folder.write("shops.csv", SHOPS);
    let dry = succeeds(&folder.run(&["import", "customers", &file]));
    assert!(dry.contains("新客户 2 家") && dry.contains("什么都没有写"), "{dry}");
    let done = succeeds(&folder.run(&["import", "customers", &file, "--apply"]));
    assert!(done.contains("已全部写入"), "{done}");
    let again = succeeds(&folder.run(&["import", "customers", &file, "--apply"]));
    assert!(again.contains("账本里已有 2 家"), "{again}");
    assert!(succeeds(&folder.run(&["verify"])).contains("everything holds"));
}

#[test]
fn a_fault_is_named_by_row_and_column_and_nothing_of_the_file_is_taken_in() {
    let folder = with_a_rep();
    let file = folder.write("shops.csv", &format!("{SHOPS}三号店,3,9999\n,4,1001\n"));
    let refused = folder.run(&["import", "customers", &file, "--apply"]);
    lists_faults(&refused, &["第 4 行 · 负责人工号", "没有这个工号", "第 5 行 · 名称", "什么都没有写"]);
    let file = folder.write("whole.csv", SHOPS);
    assert!(succeeds(&folder.run(&["import", "customers", &file])).contains("新客户 2 家"));
    let columns = folder.write("columns.csv", "店名,电话\n店,1\n");
    lists_faults(&folder.run(&["import", "customers", &columns]), &["店名", "不认识这一列"]);
}

#[test]
fn prices_want_known_products_and_are_told_apart() {
    let folder = with_a_rep();
    let file = folder.write("prices.csv", "产品代码,单价\nMF-0125,96.00\nMF-0110,0\n");
    let head = ["--version", "2026-11", "--from", "2026-11-01", "--to", "2026-11-30"];
    let task = [&["import", "prices", &file][..], &head, &["--apply"]].concat();
    lists_faults(&folder.run(&task), &["第 2 行 · 产品代码", "没有这个产品代码", "第 3 行 · 单价"]);
}

#[test]
fn prices_of_a_new_list_are_taken_in_once() {
    let folder = Folder::new();
    succeeds(&folder.run(&["init", "--demo"]));
    let file = folder.write("prices.csv", "产品代码,单价\nMF-0125,97.50\n");
    let head = ["--version", "2027-01", "--from", "2027-01-01", "--to", "2027-01-31"];
    let dry = [&["import", "prices", &file][..], &head].concat();
    let said = succeeds(&folder.run(&dry));
    assert!(said.contains("价格表 2027-01") && said.contains("有 1 个价格"), "{said}");
    let apply = [&dry[..], &["--apply"]].concat();
    assert!(succeeds(&folder.run(&apply)).contains("已全部写入"));
    lists_faults(&folder.run(&apply), &["已经在账本里"]);
}

#[test]
fn a_file_that_is_none_is_one_line_with_the_limit() {
    let folder = with_a_rep();
    let task = |file: &str| folder.run(&["import", "customers", file]);
    fails_saying(&task(&folder.write("a.pdf", "x")), &["a.pdf", ".xlsx", "nothing was written"]);
    fails_saying(&task(&folder.write("a.xlsx", "这不是表格")), &["a.xlsx", "nothing was written"]);
    fails_saying(&task("nowhere.csv"), &["nowhere.csv", "check the path"]);
    let long = folder.write("long.csv", &"名称\n".repeat(20_010));
    fails_saying(&task(&long), &["20,000", "nothing was written"]);
    let large = folder.0.join("large.csv");
    let file = std::fs::File::create(&large).expect("a file");
    file.set_len(21 * 1024 * 1024).expect("a long one");
    fails_saying(&task(large.to_str().expect("a plain path")), &["20,971,520", "nothing was written"]);
}
