//! Keys that are rotated and replaced while phones and servers go on. Source: the design's ninth chapter.

use serde_json::Value;
use server::auth::{KeptKey, Purpose, sealing_public, signing_public};
use sync_core::evidence::{Fault, Link, check, line};
use sync_core::log::is_signed_by;
use sync_core::wire::seal;

use crate::at_rest::{delivers, seals, unhex};
use crate::house::{HIS, House};
use crate::phone::{Phone, hex, visit};

/// What `fieldbook keys rotate` writes down.
async fn rotates(house: &House, purpose: Purpose, secret: u8) -> KeptKey {
    let key = KeptKey::new(purpose, [secret; 32], house.now().plus_millis(purpose.notice_ms()));
    let kept = house.identities.keep_keys(std::slice::from_ref(&key)).await.expect("the store answers");
    assert_eq!(kept, [true]);
    key
}

async fn stands(house: &House, access: &str) -> u16 {
    house.read(access, "/api/v1/session").await.status
}

#[tokio::test]
async fn a_rotated_key_of_tokens_costs_nobody_a_sign_in_at_any_server() {
    let house = House::open().await;
    let second = house.once_more().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    rotates(&house, Purpose::Access, 8).await;
    // Every ten seconds, from the rotation until the last token of the old key has run out, a token is given out by one
    // server and used at the other.
    let mut given_out = Vec::new();
    for turn in 0..72 {
        let giver = if turn % 2 == 0 { &house } else { &second };
        phone.renews(giver).await;
        given_out.push((house.now().millis(), phone.access.clone()));
        given_out.retain(|(at, _)| house.now().millis() - at < 590_000);
        for (at, access) in &given_out {
            for server in [&house, &second] {
                let status = stands(server, access).await;
                assert_eq!(status, 204, "given out {} ms ago", house.now().millis() - at);
            }
        }
        house.later(10);
    }
    // One that the old key would seal now opens nowhere.
    let old = house.identities.keys(Purpose::Access).await.expect("keys").pop().expect("the first one");
    let forged = server::auth::AccessKey::new(house.app.hub().company(), &old.secret);
    let badge = house.app.auth.badge(&phone.access).await.expect("it stands");
    house.later(60);
    let forged = forged.seal(badge, house.now());
    for server in [&house, &second] {
        assert_eq!(stands(server, &forged).await, 401);
    }
}

#[tokio::test]
async fn a_replaced_key_of_tokens_voids_all_of_them_within_ten_seconds_and_renewing_goes_on() {
    let house = House::open().await;
    let second = house.once_more().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let stolen = phone.access.clone();
    assert_eq!((stands(&house, &stolen).await, stands(&second, &stolen).await), (204, 204));
    let only = KeptKey::new(Purpose::Access, [9; 32], house.now());
    house.identities.keep_only(&only).await.expect("the store answers");
    house.later(10);
    for server in [&house, &second] {
        server.read(&stolen, "/api/v1/session").await.problem(401, "session.malformed");
    }
    phone.renews(&house).await;
    assert_eq!((stands(&house, &phone.access).await, stands(&second, &phone.access).await), (204, 204));
}

#[tokio::test]
async fn a_rotated_key_of_seals_is_told_under_the_hubs_signature_and_what_was_sealed_before_still_opens() {
    let house = House::open().await;
    let second = house.once_more().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    let batch = phone.outgoing(house.now()).expect("one is unsent");
    let before = house.app.auth.sealing_key();
    let sealed_before = seals(&house, &phone, &batch, 1);
    let key = rotates(&house, Purpose::Sealing, 8).await;
    house.later(10);
    assert_eq!(told(&second, &mut phone).await, hex(&before), "not used yet");
    house.later(60);
    let after = sealing_public(&key.secret);
    for server in [&house, &second] {
        assert_eq!(told(server, &mut phone).await, hex(&after));
    }
    // A phone that was locked all the while brings what it had sealed to the old one; later it seals to the new one.
    assert_eq!(delivers(&second, &phone.access, sealed_before).await.status, 200);
    let sealed_after = seals(&house, &phone, &batch, 2);
    assert_eq!(delivers(&second, &phone.access, sealed_after.clone()).await.status, 200);
    // Replaced, because one was in wrong hands: what was sealed to the others opens no more, and is still on the phone.
    let only = KeptKey::new(Purpose::Sealing, [9; 32], house.now());
    house.identities.keep_only(&only).await.expect("the store answers");
    house.later(10);
    assert_eq!(told(&second, &mut phone).await, hex(&sealing_public(&only.secret)));
    delivers(&second, &phone.access, sealed_after).await.problem(422, "push.bad-seal");
    phone.pushes(&house).await;
    assert_eq!(phone.replica.backlog().unsent, 0);
}

#[tokio::test]
async fn a_rotated_key_of_the_hub_is_followed_by_phones_and_what_it_signed_stays_proven() {
    let house = House::open().await;
    let second = house.once_more().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    let founding = phone.hub_key;
    phone.pulls(&house).await;
    phone.does(visit(HIS, "送样"), house.now());
    phone.pushes(&house).await;
    let checkpoint = phone.replica.index().checkpoint.clone().expect("countersigned by the first key");
    let key = rotates(&house, Purpose::Hub, 8).await;
    let after = signing_public(&key.secret);
    assert_eq!(renewed(&second, &mut phone).await, (vec![founding], founding), "the servers do not know yet");
    house.later(10);
    for server in [&house, &second] {
        assert_eq!(renewed(server, &mut phone).await, (vec![founding, after], after), "at every server");
    }
    // The company's own log goes on under the new key, and all of it is proven.
    let mut newer = Phone::enrolled(&second, "1002", 2).await;
    assert_eq!(newer.hub_key, after, "who comes now knows the new one");
    newer.pulls(&second).await;
    let report = second.app.hub().verify().await.expect("the store answers");
    assert!(report.holds(), "{:?}", report.faults);
    let taken_out = async |device| {
        let file = second.app.hub().log_file(device, |_| true, |_, _| true, house.now()).await;
        file.expect("the store answers").expect("there is a log")
    };
    let his = taken_out(phone.replica.identity().device).await;
    let own = taken_out(second.app.hub().device()).await;
    for (known, whose) in [(founding, "the first key"), (after, "the new one")] {
        let checked = check(&his, &known, Some(&checkpoint));
        assert!(checked.holds(), "his log, under {whose}: {:?}", checked.faults);
        let checked = check(&own, &known, None);
        assert!(checked.holds(), "the company's own, under {whose}: {:?}", checked.faults);
    }
    let stranger = check(&his, &signing_public(&[77; 32]), None);
    assert!(stranger.faults.contains(&Fault::OtherHubKey) && stranger.faults.contains(&Fault::Seal));
}

/// The key that a renewal tells a phone to seal to; the hub's signature over it is checked as the phone does.
async fn told(house: &House, phone: &mut Phone) -> String {
    let session = renews(house, phone).await;
    signer(house, phone, &session);
    session["sealing_key"].as_str().expect("a key").to_owned()
}

/// The keys of the hub that a phone believes after a renewal, and the one that has signed the key of seals.
async fn renewed(house: &House, phone: &mut Phone) -> (Vec<[u8; 32]>, [u8; 32]) {
    let session = renews(house, phone).await;
    (believed(house, phone, &session), signer(house, phone, &session))
}

async fn renews(house: &House, phone: &mut Phone) -> Value {
    let session = house.post("/api/v1/session/refresh").json(&phone.renewal()).send().await.ok();
    phone.takes(&session);
    session
}

fn believed(house: &House, phone: &Phone, session: &Value) -> Vec<[u8; 32]> {
    let links = session["hub_keys"].as_str().map_or_else(|| vec![0x80], unhex);
    let links: Vec<Link> = minicbor::decode(&links).expect("links");
    line(house.app.hub().company(), &phone.hub_key, &links)
}

fn signer(house: &House, phone: &Phone, session: &Value) -> [u8; 32] {
    let public = unhex(session["sealing_key"].as_str().expect("a key"));
    let public: [u8; 32] = public.try_into().expect("32 bytes");
    let signature = unhex(session["sealing_signature"].as_str().expect("it is signed"));
    let signature: [u8; 64] = signature.try_into().expect("64 bytes");
    let signed = seal::key_signing_bytes(house.app.hub().company(), &public);
    let mut keys = believed(house, phone, session).into_iter();
    keys.find(|key| is_signed_by(key, &signed, &signature)).expect("a key that the phone believes")
}
