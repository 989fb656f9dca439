//! A customer checks a receipt by its code: received, taken back, not yet received, or not ours. Source: S13.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::json;
use sync_core::claim::ReceiptClaim;
use sync_core::domain::cash::{DrawerPart, Remitted, Reversed, Reversible, ShareMoved};
use sync_core::op::Op;
use sync_core::time::business_date;
use sync_core::unit::{AccountId, Amount, ChangeId, CompanyId, DeviceId, Money, PaperId};

use crate::house::{ACCOUNT, HIS, House, text};
use crate::phone::{Phone, cash};

/// What the code on the phone's first receipt of `yuan` claims.
fn claim(phone: &Phone, yuan: i64) -> ReceiptClaim {
    ReceiptClaim {
        company: phone.replica.identity().company,
        device: phone.device(),
        seq: 1,
        receipt: 1,
        amount: Money::yuan(yuan),
    }
}

fn link(claim: &ReceiptClaim, key: &SigningKey) -> String {
    let signature = key.sign(&claim.signing_bytes()).to_bytes();
    format!("/r/{}", URL_SAFE_NO_PAD.encode(claim.signed(&signature)))
}

/// A house, and a phone whose first change is a receipt of 300.00, still unsent.
async fn with_a_receipt() -> (House, Phone) {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "300.00", 1), house.now());
    (house, phone)
}

/// The same, sent, and then finance closes the company's account.
async fn with_its_account_closed() -> (House, Phone, String) {
    let (house, mut phone) = with_a_receipt().await;
    phone.pushes(&house).await;
    let finance = house.access("2001").await;
    house.command(&finance, &json!({ "op": "company-account-closed", "account": ACCOUNT })).await.ok();
    (house, phone, finance)
}

/// The same, sent, and a second phone of the same rep's that knows of it.
async fn with_a_second_phone() -> (House, Phone, Phone) {
    let (house, mut phone) = with_a_receipt().await;
    phone.pushes(&house).await;
    let mut second = Phone::enrolled(&house, "1001", 2).await;
    second.pulls(&house).await;
    (house, phone, second)
}

async fn page(house: &House, link: &str) -> String {
    house.get(link).english().send().await.text()
}

/// Nothing of a claim that is not ours is repeated, or the page would vouch for it.
fn assert_foreign(page: &str) {
    assert!(page.contains("class=\"foreign\"") && !page.contains("<dd>"), "{page}");
}

#[tokio::test]
async fn a_receipt_is_waited_for_then_known_then_taken_back() {
    let (house, mut phone) = with_a_receipt().await;
    let link = link(&claim(&phone, 300), &phone.key);
    let waiting = page(&house, &link).await;
    assert!(waiting.contains("class=\"waiting\"") && waiting.contains("SK-01-0001"), "{waiting}");
    phone.pushes(&house).await;
    let known = page(&house, &link).await;
    assert!(known.contains("class=\"known\"") && known.contains("300.00"), "{known}");
    let of = PaperId(ChangeId { device: phone.device(), seq: 1 }.created());
    let (staff, customer) = (phone.replica.identity().staff, Some(HIS));
    let taken_back =
        Reversed { kind: Reversible::Collection, of, staff, customer, reason: text("金额记错了") };
    phone.does(Op::Reversed(taken_back), house.now());
    phone.pushes(&house).await;
    let reversed = page(&house, &link).await;
    assert!(reversed.contains("class=\"reversed\"") && reversed.contains("no longer valid"), "{reversed}");
}

/// S13, S14: the oldest cash is sent first; what the bank brings back lies in the bag again.
#[tokio::test]
async fn a_receipt_says_when_its_money_has_been_passed_on_and_when_it_has_come_back() {
    let (house, mut phone) = with_a_receipt().await;
    phone.does(cash(HIS, "200.00", 2), house.now());
    phone.pushes(&house).await;
    let first = link(&claim(&phone, 300), &phone.key);
    let second = link(&ReceiptClaim { seq: 2, receipt: 2, ..claim(&phone, 200) }, &phone.key);
    let stands = async |first_is: &str, second_is: &str| {
        for (link, word) in [(&first, first_is), (&second, second_is)] {
            let page = page(&house, link).await;
            assert!(page.contains(&format!("class=\"{word}\"")), "{word}: {page}");
        }
    };
    stands("known", "known").await;
    let [almost, rest, all] = ["299.99", "0.01", "200.00"].map(|yuan| sent(phone.device(), yuan));
    phone.does(almost, house.now());
    phone.pushes(&house).await;
    stands("known", "known").await;
    phone.does(rest, house.now());
    phone.pushes(&house).await;
    stands("remitted", "known").await;
    phone.does(all, house.now());
    phone.pushes(&house).await;
    stands("remitted", "remitted").await;
    let of = PaperId(ChangeId { device: phone.device(), seq: 5 }.created());
    let staff = phone.replica.identity().staff;
    let bounced =
        Reversed { kind: Reversible::Remittance, of, staff, customer: None, reason: text("银行退回") };
    phone.does(Op::Reversed(bounced), house.now());
    phone.pushes(&house).await;
    stands("remitted", "known").await;
}

/// One phone's remittance out of one drawer.
fn sent(device: DeviceId, yuan: &str) -> Op {
    sent_to(ACCOUNT, device, yuan)
}

fn sent_to(account: AccountId, device: DeviceId, yuan: &str) -> Op {
    let amount = Amount::typed(yuan).expect("a sum");
    let drawers = vec![DrawerPart { device, amount }];
    Op::Remitted(Remitted { amount, account, drawers, reference: text("204817"), slip: None })
}

/// Each of these receipts of a phone stands as the word says.
async fn stand(house: &House, phone: &Phone, receipts: &[(u64, u32, i64, &str)]) {
    for (seq, receipt, yuan, word) in receipts {
        let claim = ReceiptClaim { seq: *seq, receipt: *receipt, ..claim(phone, *yuan) };
        let page = page(house, &link(&claim, &phone.key)).await;
        assert!(page.contains(&format!("class=\"{word}\"")), "receipt {receipt} is {word}: {page}");
    }
}

/// S13, S46: what was sent to no open account of the company's has not been passed on, though the drawer is empty.
#[tokio::test]
async fn cash_sent_to_an_account_that_was_closed_is_not_called_passed_on() {
    let (house, mut phone, _) = with_its_account_closed().await;
    house.later(60);
    let device = phone.device();
    phone.does(sent(device, "300.00"), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "known")]).await;
}

/// S13, S46: what went to a closed account is that very cash and none that was taken later, until the case is closed.
#[tokio::test]
async fn what_was_sent_astray_does_not_stand_against_later_receipts() {
    let (house, mut phone, finance) = with_its_account_closed().await;
    let head = house.access("3001").await;
    let opened =
        json!({ "op": "company-account-opened", "holder": "公司", "bank": "农行", "number": "29000001" });
    house.command(&finance, &opened).await.ok();
    let accounts = house.read(&finance, "/api/v1/accounts?status=open").await.ok();
    let account = serde_json::from_value(accounts["rows"][0]["id"].clone()).expect("an account");
    house.later(60);
    let device = phone.device();
    phone.does(sent(device, "300.00"), house.now());
    phone.pushes(&house).await;
    phone.pulls(&house).await;
    phone.does(cash(HIS, "300.00", 2), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "known"), (3, 2, 300, "known")]).await;
    phone.does(sent_to(account, device, "300.00"), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "known"), (3, 2, 300, "remitted")]).await;
    phone.pulls(&house).await;
    let on_the_phone = |seq| phone.replica.cash_has_left(PaperId(ChangeId { device, seq }.created()));
    assert_eq!((on_the_phone(1), on_the_phone(3)), (Some(false), Some(true)), "the phone says the same");
    let violation = ChangeId { device, seq: 2 }.created();
    for (who, stamp) in [(&head, "looked-into"), (&finance, "settled")] {
        let stamped = json!({ "op": "violation-stamped", "violation": violation, "staff": phone.replica.identity().staff,
            "stamp": stamp, "note": "钱已转回" });
        house.command(who, &stamped).await.ok();
    }
    stand(&house, &phone, &[(1, 1, 300, "remitted"), (3, 2, 300, "remitted")]).await;
}

/// S13, S14, S17: of more than lay in the drawer only what was too much is in doubt, until finance has found it.
#[tokio::test]
async fn of_more_than_was_held_only_the_shortfall_is_in_doubt() {
    let (house, mut phone, mut second) = with_a_second_phone().await;
    let device = phone.device();
    second.does(sent(device, "300.00"), house.now());
    second.pushes(&house).await;
    phone.does(cash(HIS, "100.00", 2), house.now());
    phone.does(sent(device, "400.00"), house.now());
    phone.does(cash(HIS, "50.00", 3), house.now());
    phone.pushes(&house).await;
    let doubted = [(1, 1, 300, "remitted"), (2, 2, 100, "remitted"), (4, 3, 50, "known")];
    stand(&house, &phone, &doubted).await;
    let finance = house.access("2001").await;
    let sent = ChangeId { device, seq: 3 }.created();
    let arrived = json!({ "op": "money-confirmed", "kind": "remittance", "account": ACCOUNT, "amount": "400.00",
        "papers": [{ "of": sent, "staff": phone.replica.identity().staff }],
        "arrived_on": business_date(house.now()), "note": "" });
    house.command(&finance, &arrived).await.ok();
    stand(&house, &phone, &[(1, 1, 300, "remitted"), (4, 3, 50, "remitted")]).await;
}

/// S13, S17: a reversal of what had been sent on leaves a drawer below zero; no later cash is called passed on by that,
/// and what was passed on before stays so.
#[tokio::test]
async fn a_drawer_below_zero_calls_no_later_cash_passed_on() {
    let (house, mut phone) = with_a_receipt().await;
    let device = phone.device();
    phone.does(sent(device, "300.00"), house.now());
    phone.does(cash(HIS, "200.00", 2), house.now());
    phone.does(sent(device, "200.00"), house.now());
    let of = PaperId(ChangeId { device, seq: 3 }.created());
    let (staff, customer) = (phone.replica.identity().staff, Some(HIS));
    let (kind, reason) = (Reversible::Collection, text("没收成"));
    phone.does(Op::Reversed(Reversed { kind, of, staff, customer, reason }), house.now());
    phone.does(cash(HIS, "150.00", 3), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "remitted"), (3, 2, 200, "reversed"), (6, 3, 150, "known")]).await;
    phone.does(cash(HIS, "50.00", 4), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "remitted"), (6, 3, 150, "known"), (7, 4, 50, "known")]).await;
}

/// S13, S14: the same cash sent on by two phones has been passed on once, and what is taken afterwards not at all.
#[tokio::test]
async fn cash_that_was_sent_on_twice_pays_for_no_later_receipt() {
    let (house, mut phone, mut second) = with_a_second_phone().await;
    let device = phone.device();
    second.does(sent(device, "300.00"), house.now());
    phone.does(sent(device, "300.00"), house.now());
    second.pushes(&house).await;
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "remitted")]).await;
    house.later(60);
    phone.does(cash(HIS, "100.00", 2), house.now());
    phone.pushes(&house).await;
    stand(&house, &phone, &[(1, 1, 300, "remitted"), (3, 2, 100, "known")]).await;
}

/// S13, S15: the settlement of a lost phone passes on nothing and takes nothing back, neither there nor where it goes.
#[tokio::test]
async fn a_settlement_leaves_every_receipt_as_it_stood() {
    let (house, mut phone) = with_a_receipt().await;
    let mut heir = Phone::enrolled(&house, "1001", 2).await;
    phone.pulls(&house).await;
    let (device, other, staff) = (phone.device(), heir.device(), phone.replica.identity().staff);
    let amount = Amount::typed("1000").expect("a sum");
    phone.does(sent(device, "300.00"), house.now());
    phone.does(cash(HIS, "200.00", 2), house.now());
    phone.does(Op::ShareMoved(ShareMoved { staff, to: Some(other), amount }), house.now());
    phone.pushes(&house).await;
    heir.pulls(&house).await;
    heir.does(cash(HIS, "100.00", 1), house.now());
    heir.does(sent(other, "100.00"), house.now());
    heir.pushes(&house).await;
    let lost = [(1, 1, 300, "remitted"), (3, 2, 200, "known")];
    stand(&house, &phone, &lost).await;
    stand(&house, &heir, &[(1, 1, 100, "remitted")]).await;
    let (head, finance) = (house.access("3001").await, house.access("2001").await);
    let stops = house.request("DELETE", &format!("/api/v1/devices/{device}"));
    stops.bearer(&head).json(&json!({ "reason": "丢了" })).send().await.ok();
    let settled = json!({ "op": "lost-phone-settled", "staff": staff, "device": device, "into": other,
        "share": "19000.00", "drawer": "200.00", "counted": "200.00", "note": "点清" });
    house.command(&finance, &settled).await.ok();
    stand(&house, &phone, &lost).await;
    stand(&house, &heir, &[(1, 1, 100, "remitted")]).await;
}

#[tokio::test]
async fn a_claim_on_a_number_not_given_out_yet_needs_the_phones_own_signature() {
    let (house, mut phone) = with_a_receipt().await;
    phone.pushes(&house).await;
    let ahead = ReceiptClaim { seq: 1_000, receipt: 999, ..claim(&phone, 50_000) };
    assert_foreign(&page(&house, &link(&ahead, &SigningKey::from_bytes(&[9; 32]))).await);
    assert!(page(&house, &link(&ahead, &phone.key)).await.contains("class=\"waiting\""));
}

#[tokio::test]
async fn a_sum_raised_on_a_code_is_not_ours_before_and_after_the_record_has_arrived() {
    let (house, mut phone) = with_a_receipt().await;
    let signature = phone.key.sign(&claim(&phone, 300).signing_bytes()).to_bytes();
    let raised = claim(&phone, 30_000).signed(&signature);
    let forged = format!("/r/{}", URL_SAFE_NO_PAD.encode(raised));
    assert_foreign(&page(&house, &forged).await);
    phone.pushes(&house).await;
    assert_foreign(&page(&house, &forged).await);
    // Not even the phone itself can sign a sum that the book does not have.
    assert_foreign(&page(&house, &link(&claim(&phone, 30_000), &phone.key)).await);
}

#[tokio::test]
async fn another_companys_claim_and_one_without_a_signature_are_not_ours() {
    let (house, phone) = with_a_receipt().await;
    let elsewhere = ReceiptClaim { company: CompanyId(uuid::Uuid::from_u128(1)), ..claim(&phone, 300) };
    assert_foreign(&page(&house, &link(&elsewhere, &phone.key)).await);
    let unsigned = claim(&phone, 300).signed(&[0; 64]);
    assert_foreign(&page(&house, &format!("/r/{}", URL_SAFE_NO_PAD.encode(unsigned))).await);
}

/// Everything a code can have come to on its way from the paper: cut, run together, taken for another, or gone.
fn broken_links(whole: &str) -> Vec<String> {
    let cut = (1..whole.len() - 3).step_by(9).map(|cut| whole[..whole.len() - cut].to_owned());
    let odd = [
        "/r",
        "/r/",
        "/r/x",
        "/r/not-a-claim",
        "/r/%20",
        "/r/%ff%fe",
        "/r/%00",
        "/r/a/b/c",
        "/r/+/=",
        "/r/%3Cb%3E",
    ];
    let odd = odd.into_iter().map(ToOwned::to_owned);
    let longer = ["AAAA", "/x", "?from=wechat&x=%ff"].map(|more| format!("{whole}{more}"));
    cut.chain(odd).chain(longer).filter(|link| link.len() > 1).collect()
}

/// S13: whoever stands there with a receipt in hand reads a page in their own language, and never a program's answer.
#[tokio::test]
async fn a_broken_code_is_answered_by_a_page_for_people_in_both_languages() {
    let (house, phone) = with_a_receipt().await;
    let whole = link(&claim(&phone, 300), &phone.key);
    let languages = [
        ("zh-CN", "这个收据码看不全", "请对准收据上的码再扫一次"),
        ("en", "This receipt code cannot be read", "Please scan the code on the receipt once more"),
    ];
    for broken in broken_links(&whole) {
        for (language, verdict, then) in languages {
            let answer = house.get(&broken).header("accept-language", language).send().await;
            let page = answer.text();
            assert_eq!(answer.status, 200, "{broken}: {page}");
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{broken}");
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{broken}: {page}");
            let read = page.contains("class=\"waiting\"");
            let asked_along = broken.contains('?');
            assert_eq!(
                read, asked_along,
                "{broken}: what an app appends as a question breaks no code: {page}"
            );
            assert!(read || page.contains(verdict) && page.contains(then), "{broken}: {page}");
            assert!(page.contains("宁夏塞上良品"), "whose page it is: {page}");
            assert_eq!(read, page.contains("<dd>"), "{broken}: {page}");
            for word in ["malformed", "problem", "不予受理", "\"code\"", "<b>"] {
                assert!(!page.contains(word), "{broken} says {word}: {page}");
            }
        }
    }
    // With a stroke behind it, it is the same code.
    assert!(page(&house, &format!("{whole}/")).await.contains("class=\"waiting\""));
}

/// A book that does not answer says nothing against the receipt.
#[tokio::test]
async fn a_book_that_does_not_answer_is_told_by_a_page_for_people_too() {
    let (house, phone) = with_a_receipt().await;
    let whole = link(&claim(&phone, 300), &phone.key);
    house.app.hub().store().close().await;
    let answer = house.get(&whole).english().send().await;
    assert_eq!((answer.status, answer.header("content-type")), (503, Some("text/html; charset=utf-8")));
    let page = answer.text();
    assert!(
        page.contains("class=\"unasked\"") && page.contains("says nothing against the receipt"),
        "{page}"
    );
    assert!(!page.contains("<dd>") && !page.contains("server.unavailable"), "{page}");
}
