//! A rescue file: what a phone could not deliver, carried by somebody else, gives exactly what a push would.

use ring::aead;
use serde_json::json;
use sync_core::domain::visit::BlobHash;
use sync_core::log::sha256;
use sync_core::op::Op;
use sync_core::rescue::{self, CONTEXT, KEY_CONTEXT, MOST_BYTES, Rescue};
use sync_core::wire::seal;

use crate::client::Answer;
use crate::house::{HIS, House};
use crate::phone::{Phone, cash, visit};
use crate::picture::jpeg;

impl House {
    async fn is_brought(&self, number: &str, file: Vec<u8>) -> Answer {
        let access = self.access(number).await;
        let request = self.post("/api/v1/rescue").bearer(&access);
        request.header("content-type", "application/octet-stream").bytes(file).send().await
    }
}

/// The key of a file in these tests.
const SECRET: [u8; 32] = [9; 32];

impl Phone {
    /// A file under its name, sealed as a phone seals it.
    fn sealed(&self, house: &House, rescue: &Rescue) -> Vec<u8> {
        let public = house.app.auth.sealing_key();
        let head = seal::head(&public, self.device());
        let secret = seal::whole(&public, &keys::seal(&public, KEY_CONTEXT, &head, &SECRET, &[3; 32]));
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &SECRET).expect("32 bytes");
        let mut text = rescue.to_bytes();
        let nonce = aead::Nonce::assume_unique_for_key([5; 12]);
        let key = aead::LessSafeKey::new(key);
        key.seal_in_place_append_tag(nonce, aead::Aad::from(CONTEXT), &mut text).expect("sealed");
        rescue::file(self.device(), &secret, &[&[1][..], &[5; 12], &text].concat())
    }
}

fn photo() -> Vec<u8> {
    jpeg("没送出的照片")
}

impl Phone {
    /// What it could not deliver, with one photo.
    fn rescue(&self, house: &House) -> Rescue {
        let batches = self.replica.undelivered(house.now());
        let signed = batches.iter().map(|batch| self.signed(batch).into()).collect();
        let photos = vec![photo().into()];
        Rescue { batches: signed, photos }
    }
}

/// A rep's phone with a visit, its photo, and cash, of which nothing was delivered.
async fn stranded(house: &House) -> Phone {
    let mut phone = Phone::enrolled(house, "1001", 1).await;
    phone.pulls(house).await;
    let Op::VisitRecorded(mut seen) = visit(HIS, "没送出的拜访") else { unreachable!("a visit") };
    seen.photos = vec![BlobHash(sha256(&[&photo()]))];
    phone.does(Op::VisitRecorded(seen), house.now());
    phone.does(cash(HIS, "100.00", 1), house.now());
    phone
}

#[tokio::test]
async fn a_colleague_or_the_office_brings_the_file_and_it_is_as_if_the_phone_had_pushed() {
    let house = House::open().await;
    let mut phone = stranded(&house).await;
    let file = phone.sealed(&house, &phone.rescue(&house));
    let answer = house.is_brought("1002", file.clone()).await.ok();
    let expected = json!({ "device_number": 1, "taken": 2, "known": 0, "put_aside": 0, "photos": 1 });
    assert_eq!(answer, expected);
    for carrier in ["5001", "3001"] {
        let again = house.is_brought(carrier, file.clone()).await.ok();
        assert_eq!(
            (&again["taken"], &again["known"]),
            (&json!(0), &json!(2)),
            "the same again changes nothing"
        );
    }
    let access = house.access("3001").await;
    let visits = house.read(&access, "/api/v1/visits").await.ok();
    assert_eq!((&visits["total"], &visits["rows"][0]["said"]), (&json!(1), &json!("没送出的拜访")));
    let hash = BlobHash(sha256(&[&photo()]));
    assert_eq!(house.read(&access, &format!("/api/v1/blobs/{hash}")).await.body, photo());
    // The phone itself comes back: the company knows all of it, and says so.
    let replies = phone.pushes(&house).await;
    assert_eq!(replies[0].through, 2);
    assert_eq!(phone.replica.backlog().unsent, 0);
}

#[tokio::test]
async fn whoever_carries_the_file_can_neither_read_nor_change_it() {
    let house = House::open().await;
    let phone = stranded(&house).await;
    let rescue = phone.rescue(&house);
    let file = phone.sealed(&house, &rescue);
    let words = "没送出的拜访".as_bytes();
    assert!(!file.windows(words.len()).any(|part| part == words));
    for at in [0, 7, 8, 24, 33, 65, 113, 114, 126, file.len() - 1] {
        let mut changed = file.clone();
        changed[at] ^= 1;
        house.is_brought("1002", changed).await.problem(422, "rescue.does-not-open");
    }
    for cut in [0, 8, 24, 60, 112, 113, 114, 126, file.len() - 1] {
        house.is_brought("1002", file[..cut].to_vec()).await.problem(422, "rescue.does-not-open");
    }
    // Even who knows how to seal cannot write in another's name: the batches carry the device's signature.
    let mut forged = rescue.clone();
    let batch = &mut forged.batches[0];
    let mut bytes = batch.to_vec();
    *bytes.last_mut().expect("bytes") ^= 1;
    *batch = bytes.into();
    let answer = house.is_brought("1002", phone.sealed(&house, &forged)).await;
    assert!([400, 422].contains(&answer.status), "{}", answer.text());
    let hers = Phone::enrolled(&house, "1002", 2).await;
    house.is_brought("1002", hers.sealed(&house, &rescue)).await.problem(403, "push.not-your-device");
    // Nor does a file open under the name of another phone, nor one that was sealed for another purpose.
    let mut renamed = file.clone();
    renamed[8..24].copy_from_slice(hers.device().bytes());
    house.is_brought("1002", renamed).await.problem(422, "rescue.does-not-open");
    let public = house.app.auth.sealing_key();
    let head = seal::head(&public, phone.device());
    let other = seal::whole(&public, &keys::seal(&public, seal::CONTEXT, &head, &SECRET, &[3; 32]));
    let other = rescue::file(phone.device(), &other, &file[113..]);
    house.is_brought("1002", other).await.problem(422, "rescue.does-not-open");
    let access = house.access("3001").await;
    assert_eq!(house.read(&access, "/api/v1/visits").await.ok()["total"], 0, "nothing of it was taken");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_said_to_be_so() {
    let house = House::open().await;
    let problem = house.is_brought("1002", vec![0; MOST_BYTES + 1]).await.problem(413, "rescue.too-large");
    assert_eq!(problem["limit"], MOST_BYTES);
}

#[tokio::test]
async fn what_contradicts_what_came_before_is_kept_apart() {
    let house = House::open().await;
    let mut phone = stranded(&house).await;
    let mut clone = Phone {
        replica: phone.replica.clone(),
        access: phone.access.clone(),
        refresh: phone.refresh.clone(),
        key: phone.key.clone(),
        hub_key: phone.hub_key,
    };
    clone.does(visit(HIS, "另一部手机的"), house.now());
    phone.does(visit(HIS, "这部手机的"), house.now());
    phone.pushes(&house).await;
    let file = clone.sealed(&house, &clone.rescue(&house));
    let answer = house.is_brought("5001", file).await.ok();
    assert_eq!((&answer["known"], &answer["put_aside"]), (&json!(2), &json!(1)), "{answer}");
    let access = house.access("3001").await;
    let summary = house.read(&access, "/api/v1/summary").await.ok();
    assert_eq!(summary["conservation"]["quarantined"], 1, "{summary}");
}
