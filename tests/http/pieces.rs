//! Lines that break: what comes in pieces arrives whole, once, and is what it says.
//! Source: S93 (photos of a visit), S14 (slips).

use std::time::Duration;

use serde_json::json;
use server::store::{Kept, PIECES_KEPT_MS, Parcel, Pieces};
use sync_core::domain::customer::{CardField, CardFieldSet, FieldValue};
use sync_core::domain::sale::{OrderLine, OrderTaken};
use sync_core::domain::visit::BlobHash;
use sync_core::log::sha256;
use sync_core::op::Op;
use sync_core::refusal::Verdict;
use sync_core::replica::Pace;
use sync_core::time::Timestamp;
use sync_core::unit::{Quantity, UnitPrice};
use sync_core::wire::PushReply;

use crate::client::{Answer, Request};
use crate::house::{HIS, House, LIST, PRODUCT, text, who};
use crate::phone::{Phone, cash, hex, visit};
use crate::picture::{jpeg, with_segment};
use crate::sync::gzip;

/// Within this a server that keeps what arrived has kept it, however busy the machine is.
const SOON: Duration = Duration::from_secs(20);

const PIECE: &str = "application/partial-upload";

/// Where something of this hash is brought to.
fn path(kind: &str, whole: &[u8]) -> String {
    format!("/api/v1/{kind}/{}", hex(&sha256(&[whole])))
}

/// The piece of `whole` that begins at `start` and has at most `length` bytes.
fn piece(house: &House, access: &str, path: &str, whole: &[u8], start: usize, length: usize) -> Request {
    let end = whole.len().min(start + length);
    house
        .request("PATCH", path)
        .bearer(access)
        .header("content-type", PIECE)
        .header("upload-offset", start.to_string())
        .header("upload-length", whole.len().to_string())
        .bytes(&whole[start..end])
}

/// How much has come, and whether that is all.
async fn come(house: &House, access: &str, path: &str) -> (usize, bool) {
    progress(&house.request("HEAD", path).bearer(access).send().await)
}

#[track_caller]
fn progress(answer: &Answer) -> (usize, bool) {
    assert_eq!(answer.status, 204, "{}", answer.text());
    let offset = answer.header("upload-offset").and_then(|said| said.parse().ok());
    (offset.expect("how much has come is said"), answer.header("upload-complete") == Some("?1"))
}

#[tokio::test]
async fn a_photo_comes_in_pieces_late_and_overlapping_and_is_there_once() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let (access, photo) = (phone.access.as_str(), jpeg("门口"));
    let path = path("blobs", &photo);
    assert_eq!(come(&house, access, &path).await, (0, false));
    let first = piece(&house, access, &path, &photo, 0, 5_000).send().await;
    assert_eq!(progress(&first), (5_000, false));
    // The same once more, a part of it, and one that overlaps: nothing of it does harm.
    for (start, length, then) in [(0, 5_000, 5_000), (1_000, 700, 5_000), (4_000, 3_000, 7_000)] {
        let answer = piece(&house, access, &path, &photo, start, length).send().await;
        assert_eq!(progress(&answer), (then, false));
    }
    let gap = piece(&house, access, &path, &photo, 9_000, 100).send().await;
    let gap = gap.problem(409, "piece.gap");
    assert_eq!((&gap["expected"], &gap["field"]), (&json!(7_000), &json!("upload-offset")));
    assert_eq!(come(&house, access, &path).await, (7_000, false));
    let last = piece(&house, access, &path, &photo, 7_000, photo.len()).send().await;
    assert_eq!(progress(&last), (photo.len(), true));
    assert_eq!(come(&house, access, &path).await, (photo.len(), true));
    // What comes late finds it there.
    let late = piece(&house, access, &path, &photo, 0, photo.len()).send().await;
    assert_eq!(progress(&late), (photo.len(), true));
    assert_eq!(house.read(access, &path).await.body, photo);
}

#[tokio::test]
async fn what_arrived_of_a_piece_that_broke_off_is_kept() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let (access, photo) = (phone.access.as_str(), jpeg("断线"));
    let path = path("blobs", &photo);
    let cut = piece(&house, access, &path, &photo, 0, 10_000);
    let head = cut.head_length();
    assert!(cut.send_cut(head + 3_000).await.is_none(), "it broke off");
    // The server notices the end of the line in its own time, and that is soon.
    let noticed = async { while come(&house, access, &path).await.0 < 3_000 {} };
    tokio::time::timeout(SOON, noticed).await.expect("what had come of the piece is kept");
    assert_eq!(come(&house, access, &path).await, (3_000, false));
    let rest = piece(&house, access, &path, &photo, 3_000, photo.len()).send().await;
    assert_eq!(progress(&rest), (photo.len(), true));
    assert_eq!(house.read(access, &path).await.body, photo);
}

#[tokio::test]
async fn pieces_say_what_they_are_and_keep_their_limits() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let (access, photo) = (phone.access.as_str(), jpeg("限额"));
    let path = path("blobs", &photo);
    let bare = || house.request("PATCH", &path).bearer(access).bytes(&photo[..10]);
    let unnamed = bare().send().await.problem(415, "request.media-type");
    assert_eq!(unnamed["field"], "content-type");
    let typed = || bare().header("content-type", PIECE);
    assert_eq!(typed().send().await.problem(400, "piece.malformed")["field"], "upload-offset");
    let without_end = typed().header("upload-offset", "0").send().await;
    assert_eq!(without_end.problem(400, "piece.malformed")["field"], "upload-length");
    for (start, length) in [("5", "4"), ("0", "0"), ("-1", "9"), ("0", "many")] {
        let asked = typed().header("upload-offset", start).header("upload-length", length);
        asked.send().await.problem(400, "piece.malformed");
    }
    let large = typed().header("upload-offset", "0").header("upload-length", "3145729").send().await;
    let large = large.problem(413, "blob.too-large");
    assert_eq!((&large["field"], &large["limit"]), (&json!("upload-length"), &json!(3_145_728)));
    let long = house.request("PATCH", &path).bearer(access).bytes(vec![1; 65_537]);
    let long = long.header("content-type", PIECE).header("upload-offset", "0");
    let long = long.header("upload-length", "100000").send().await;
    assert_eq!(long.problem(413, "piece.too-large")["limit"], 65_536);
    house.request("PATCH", "/api/v1/blobs/short").bearer(access).send().await.problem(404, "thing.not-found");
}

#[tokio::test]
async fn pieces_of_another_content_than_the_name_says_are_let_go() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let (access, photo, other) = (phone.access.as_str(), jpeg("一"), jpeg("二"));
    let path = path("blobs", &photo);
    piece(&house, access, &path, &other, 0, 5_000).send().await;
    let whole = piece(&house, access, &path, &other, 5_000, other.len()).send().await;
    assert_eq!(whole.problem(422, "blob.hash")["field"], "hash");
    assert_eq!(come(&house, access, &path).await, (0, false), "it can begin again");
    let again = piece(&house, access, &path, &photo, 0, photo.len()).send().await;
    assert_eq!(progress(&again), (photo.len(), true));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_by_its_bytes_whatever_it_is_called() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let photo = jpeg("门口");
    let hostile: [(&str, Vec<u8>); 9] = [
        ("a page", b"<!doctype html><script>alert(1)</script>".to_vec()),
        ("a drawing that runs", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("a document", b"%PDF-1.7\n1 0 obj\n".to_vec()),
        ("a program", b"MZ\x90\x00\x03\x00\x00\x00".to_vec()),
        ("an archive", b"PK\x03\x04\x14\x00\x00\x00".to_vec()),
        ("a picture with an archive behind it", [&photo[..], b"PK\x03\x04zip"].concat()),
        ("a picture with a page behind it", [&photo[..], b"<script>alert(1)</script>"].concat()),
        ("a picture with a page in its comment", with_segment(0xfe, b"<script>alert(1)</script>")),
        ("half a picture", photo[..photo.len() / 2].to_vec()),
    ];
    for (what, bytes) in hostile {
        let path = path("blobs", &bytes);
        for named in ["image/jpeg", "image/png", "application/octet-stream"] {
            let asked = house.request("PUT", &path).bearer(&phone.access).header("content-type", named);
            let problem = asked.english().bytes(bytes.clone()).send().await.problem(415, "blob.type");
            assert_eq!(problem["field"], "body", "{what}");
            let said = problem["detail"].as_str().expect("a sentence");
            assert!(said.contains("JPEG, PNG or WebP"), "{what}: {said}");
            assert!(problem["technical"].is_string(), "{what}: {problem}");
        }
        let in_pieces = piece(&house, &phone.access, &path, &bytes, 0, bytes.len()).send().await;
        in_pieces.problem(415, "blob.type");
        assert_eq!(come(&house, &phone.access, &path).await, (0, false), "{what} is let go");
        house.read(&phone.access, &path).await.problem(404, "thing.not-found");
    }
    let mut huge = photo.clone();
    let frame = huge.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame") + 5;
    huge[frame..frame + 4].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    let request = house.request("PUT", &path("blobs", &huge)).bearer(&phone.access);
    assert_eq!(request.bytes(huge).send().await.problem(422, "blob.pixels")["limit"], 12_000);
}

#[tokio::test]
async fn a_picture_is_served_so_that_no_browser_makes_anything_else_of_it() {
    let house = House::open().await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let photo = jpeg("陈列");
    let path = path("blobs", &photo);
    let request = house.request("PUT", &path).bearer(&phone.access).header("content-type", "text/html");
    assert_eq!(request.bytes(photo.clone()).send().await.status, 201);
    let seen = house.read(&phone.access, &path).await;
    assert_eq!(seen.body, photo);
    let name = path.rsplit('/').next().expect("a hash");
    for (header, value) in [
        ("content-type", "image/jpeg".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("content-disposition", format!("attachment; filename=\"{name}.jpeg\"")),
        ("cache-control", "private, no-store".to_owned()),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ] {
        assert_eq!(seen.header(header), Some(value.as_str()), "{header}");
    }
}

#[tokio::test]
async fn a_picture_that_no_record_names_is_its_uploaders_alone_and_pieces_are_their_devices() {
    let house = House::open().await;
    let his = Phone::enrolled(&house, "1001", 1).await;
    let hers = Phone::enrolled(&house, "1002", 2).await;
    let photo = jpeg("还没有记录");
    let path = path("blobs", &photo);
    piece(&house, &his.access, &path, &photo, 0, 5_000).send().await;
    assert_eq!(come(&house, &hers.access, &path).await, (0, false), "she learns nothing of his pieces");
    piece(&house, &his.access, &path, &photo, 5_000, photo.len()).send().await;
    assert_eq!(come(&house, &hers.access, &path).await, (0, false), "nor that the whole is there");
    for number in ["1002", "2001", "3001", "5001"] {
        let access = house.access(number).await;
        house.read(&access, &path).await.problem(404, "thing.not-found");
    }
    assert_eq!(house.read(&house.access("1001").await, &path).await.body, photo);
    let console = house.access("3001").await;
    let without_phone = piece(&house, &console, &path, &photo, 0, 10).send().await;
    without_phone.problem(403, "device.missing");
}

#[tokio::test]
async fn a_visit_counts_while_its_photo_is_under_way() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    let photo = jpeg("在路上");
    let mut with_photo = visit(HIS, "陈列照片随后到");
    if let Op::VisitRecorded(visit) = &mut with_photo {
        visit.photos.push(BlobHash(sha256(&[&photo])));
    }
    phone.does(with_photo, house.now());
    let replies = phone.pushes(&house).await;
    let verdict = replies[0].judged[0].verdict.clone().unwrap_or_else(Verdict::plain);
    assert_eq!(verdict, Verdict::plain());
    let head = house.access("3001").await;
    assert_eq!(house.read(&head, "/api/v1/visits").await.ok()["total"], 1);
    let path = path("blobs", &photo);
    house.read(&head, &path).await.problem(404, "thing.not-found");
    piece(&house, &phone.access, &path, &photo, 0, photo.len()).send().await;
    assert_eq!(house.read(&head, &path).await.body, photo);
}

#[tokio::test]
async fn pieces_have_the_budget_of_unnamed_files_and_an_end() {
    let house = House::open().await;
    let hub = house.app.hub();
    let pieces = Pieces::new(hub.store(), hub.company());
    let phone = Phone::enrolled(&house, "1001", 1).await;
    let parcel = |hash| Parcel { device: phone.device(), uploader: who("1001"), hash: [hash; 32] };
    let later = |ms| Timestamp::from_millis(house.now().millis() + ms);
    let put = async |hash, start, at| {
        pieces.put(&parcel(hash), start, &[hash; 400], at, 1_000).await.expect("an answer")
    };
    assert_eq!(put(1, 0, house.now()).await, Kept::New);
    assert_eq!(put(1, 0, house.now()).await, Kept::Already, "somebody was quicker");
    assert_eq!(put(1, 400, house.now()).await, Kept::New);
    assert_eq!(put(2, 0, house.now()).await, Kept::OverBudget);
    assert_eq!(pieces.tidy(later(PIECES_KEPT_MS - 1)).await.expect("an answer"), 0);
    assert_eq!(pieces.tidy(later(PIECES_KEPT_MS + 1)).await.expect("an answer"), 2);
    assert_eq!(pieces.come(&parcel(1)).await.expect("an answer"), 0);
    let photo = jpeg("没有记录的照片");
    let request = house.request("PUT", &path("blobs", &photo)).bearer(&phone.access);
    assert_eq!(request.bytes(photo).send().await.status, 201);
    assert_eq!(put(2, 0, house.now()).await, Kept::OverBudget, "files and pieces share one budget");
}

#[tokio::test]
async fn a_push_in_pieces_is_the_same_push() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    for turn in 0..5 {
        phone.does(visit(HIS, &format!("第{turn}次")), house.now());
    }
    let batch = gzip(&phone.outgoing(house.now()).expect("five are unsent"));
    let path = path("push", &batch);
    let mut answer = None;
    for start in (0..batch.len()).step_by(100) {
        answer = Some(piece(&house, &phone.access, &path, &batch, start, 100).send().await);
    }
    let answer = answer.expect("there are pieces");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
    assert_eq!(reply.judged.len(), 5);
    assert_eq!(come(&house, &phone.access, &path).await, (0, false), "nothing of it lies about");
    // The answer was lost: the same once more gets the same answer and changes nothing.
    let again = piece(&house, &phone.access, &path, &batch, 0, batch.len()).send().await;
    let again: PushReply = minicbor::decode(&again.body).expect("a reply");
    assert_eq!(again.judged, reply.judged);
    phone.replica.acknowledge(&again, house.now());
    assert_eq!(phone.replica.backlog().unsent, 0);
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 5);
    let nonsense = b"no batch at all".to_vec();
    let path = crate::pieces::path("push", &nonsense);
    let refused = piece(&house, &phone.access, &path, &nonsense, 0, 100).send().await;
    refused.problem(400, "push.malformed");
}

/// An order of forty lines, a visit of two thousand characters, and a long card.
fn large_changes() -> Vec<Op> {
    let price = UnitPrice::typed("68").expect("a price");
    let line = |boxes| OrderLine::priced(PRODUCT, Quantity::new(boxes).expect("a quantity"), price);
    let order = OrderTaken {
        customer: HIS,
        number: 1,
        price_list: LIST,
        lines: (1..=40).map(|boxes| line(boxes * 7 + boxes * boxes % 11)).collect(),
        deliver_by: None,
        deliver_to: text("银川市兴庆区解放东街126号塞上商贸城B座二层库房，卸货走后门"),
        payer: text(""),
        note: text("先送一半，另一半等电话"),
    };
    // As far from repeating itself as two thousand characters can be.
    let said: String =
        (0..2_000_u32).filter_map(|turn| char::from_u32(0x4e00 + turn * 7_919 % 5_003)).collect();
    let card = CardFieldSet {
        customer: HIS,
        field: CardField::RegisteredAddress,
        value: FieldValue::Text(text("宁夏银川市金凤区正源北街与宁安大街交叉口往东三百米路南第二个院子")),
        replaces: Vec::new(),
    };
    vec![Op::OrderTaken(order), visit(HIS, &said), Op::CardFieldSet(card), cash(HIS, "860.50", 1)]
}

/// Sends over a line that is cut after so many bytes of every request; nothing comes back of one that was cut.
async fn over_the_line(request: Request, cut: usize) -> Option<Answer> {
    request.send_cut(cut).await
}

/// S93, S42: a line that is cut after every kilobyte, head included, still carries the largest changes.
#[tokio::test]
async fn a_line_that_is_cut_after_every_kilobyte_for_ever_carries_changes_larger_than_that() {
    const CUT: usize = 1_024;
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    for op in large_changes() {
        phone.does(op, house.now());
    }
    let access = phone.access.clone();
    let mut pace = Pace::new(32 << 10, 128, 512 << 10);
    let (mut cuts, mut requests, mut largest) = (0, 0, 0);
    while let Some(batch) = phone.replica.outgoing(2 << 10, house.now()) {
        let batch = gzip(&phone.signed(&batch));
        largest = largest.max(batch.len());
        let path = path("push", &batch);
        let mut at = 0;
        let answer = loop {
            requests += 1;
            assert!(requests < 500, "it never arrives");
            let asked = piece(&house, &access, &path, &batch, at, pace.size());
            match over_the_line(asked, CUT).await {
                Some(answer) if answer.status == 200 => break answer,
                Some(answer) => {
                    pace.succeeded();
                    at = progress(&answer).0;
                }
                None => {
                    cuts += 1;
                    let _ = pace.failed(0);
                    let asked = house.request("HEAD", &path).bearer(&access);
                    at = progress(&over_the_line(asked, CUT).await.expect("a head is short")).0;
                }
            }
        };
        let reply: PushReply = minicbor::decode(&answer.body).expect("a reply");
        phone.replica.acknowledge(&reply, house.now());
    }
    assert!(largest > 2 * CUT && cuts > 5, "{largest} bytes at most, {cuts} cuts");
    phone.pulls(&house).await;
    let digest = house.read(&access, "/api/v1/digest").await.ok();
    assert_eq!(digest["state"], hex(&phone.replica.state_digest()));
    let orders = house.read(&access, "/api/v1/orders").await.ok();
    assert_eq!(orders["rows"][0]["lines"].as_array().map(Vec::len), Some(40));
}
