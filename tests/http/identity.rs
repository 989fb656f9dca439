//! Signing in, staying signed in, being signed out.

use ed25519_dalek::Signer;
use serde_json::{Value, json};
use tests::books::number;

use crate::client::Answer;
use crate::house::{House, PASSWORD};
use crate::phone::{Phone, hex};

fn token(session: &Value, name: &str) -> String {
    session[name].as_str().unwrap_or_else(|| panic!("no {name} in {session}")).to_owned()
}

async fn renewed(house: &House, refresh: &str) -> Answer {
    let body = json!({ "refresh": refresh });
    house.post("/api/v1/session/refresh").json(&body).send().await
}

fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("the office gets a cookie");
    set.split(';').next().expect("a cookie has a value").to_owned()
}

async fn renewed_by_cookie(house: &House, cookie: &str) -> Answer {
    let request = house.post("/api/v1/session/refresh").header("x-fieldbook-client", "office");
    request.header("cookie", cookie).send().await
}

#[tokio::test]
async fn a_rep_signs_in_and_is_told_who_and_where_they_are() {
    let house = House::open().await;
    let session = house.signed_in("1001").await;
    assert_eq!(session["staff"]["name"], "马立群");
    assert_eq!(session["staff"]["role"], "direct-rep");
    assert_eq!(session["company"]["name"], "宁夏塞上良品");
    assert_eq!(session["expires_in"], 600);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_number_look_the_same_and_count_down() {
    let house = House::open().await;
    let wrong = house.try_sign_in("1001", "nope").await.problem(401, "session.wrong-password");
    let nobody = house.try_sign_in("9999", "nope").await.problem(401, "session.wrong-password");
    assert_eq!(wrong["tries_left"], 4);
    assert_eq!(nobody["tries_left"], 4);
    assert_eq!(wrong["detail"], nobody["detail"]);
}

#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_waits_and_each_wait_grows() {
    let house = House::open().await;
    for left in (0..5).rev() {
        let problem = house.try_sign_in("1001", "nope").await.problem(401, "session.wrong-password");
        assert_eq!(problem["tries_left"], left);
    }
    let throttled = house.try_sign_in("1001", PASSWORD).await;
    throttled.problem(429, "session.throttled");
    assert_eq!(throttled.header("retry-after"), Some("30"));
    house.later(30);
    house.try_sign_in("1001", "nope").await.problem(401, "session.wrong-password");
    assert_eq!(house.try_sign_in("1001", PASSWORD).await.header("retry-after"), Some("60"));
    house.later(60);
    house.try_sign_in("1001", PASSWORD).await.ok();
    let problem = house.try_sign_in("1001", "nope").await.problem(401, "session.wrong-password");
    assert_eq!(problem["tries_left"], 4, "a success forgets the failures");
}

#[tokio::test]
async fn one_address_trying_many_numbers_is_made_to_wait_too() {
    let house = House::open().await;
    for number in 0..30 {
        let number = format!("8{number:03}");
        house.try_sign_in(&number, "nope").await.problem(401, "session.wrong-password");
    }
    house.try_sign_in("1001", PASSWORD).await.problem(429, "session.throttled");
}

#[tokio::test]
async fn an_access_token_runs_out_after_ten_minutes() {
    let house = House::open().await;
    let access = house.access("1001").await;
    house.later(599);
    house.read(&access, "/api/v1/visits").await.ok();
    house.later(1);
    let expired = house.read(&access, "/api/v1/visits").await;
    expired.problem(401, "session.expired");
    assert_eq!(expired.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_refresh_token_is_good_once_but_two_racing_tabs_both_get_through() {
    let house = House::open().await;
    let session = house.signed_in("2001").await;
    let first = token(&session, "refresh");
    let (one, other) = tokio::join!(renewed(&house, &first), renewed(&house, &first));
    let (one, other) = (one.ok(), other.ok());
    assert_ne!(one["refresh"], other["refresh"]);
    house.later(31);
    renewed(&house, &token(&one, "refresh")).await.ok();
    renewed(&house, &first).await.problem(401, "session.reused");
    // The whole session has ended: the younger tokens and the access token with it.
    renewed(&house, &token(&other, "refresh")).await.problem(401, "session.ended");
    house.read(&token(&one, "access"), "/api/v1/visits").await.problem(401, "session.ended");
}

#[tokio::test]
async fn the_office_keeps_its_refresh_token_where_no_script_reads_it() {
    let house = House::open().await;
    let body = json!({ "number": "2001", "password": PASSWORD });
    let request = house.post("/api/v1/session").header("x-fieldbook-client", "office");
    let answer = request.json(&body).send().await;
    assert!(answer.ok().get("refresh").is_none());
    let set = answer.header("set-cookie").expect("a cookie").to_owned();
    for word in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/session"] {
        assert!(set.contains(word), "{set}");
    }
    let again = renewed_by_cookie(&house, &cookie(&answer)).await;
    again.ok();
    assert_ne!(cookie(&again), cookie(&answer));
    // Without the header that a foreign page cannot set, the cookie opens nothing.
    let foreign = house.post("/api/v1/session/refresh").header("cookie", cookie(&again)).send().await;
    foreign.problem(400, "request.malformed");
}

#[tokio::test]
async fn whoever_signs_out_is_out_at_once() {
    let house = House::open().await;
    let session = house.signed_in("2001").await;
    let access = token(&session, "access");
    let out = house.request("DELETE", "/api/v1/session").bearer(&access).send().await;
    assert_eq!(out.status, 204);
    house.read(&access, "/api/v1/visits").await.problem(401, "session.ended");
    renewed(&house, &token(&session, "refresh")).await.problem(401, "session.ended");
}

#[tokio::test]
async fn an_enrolled_phone_renews_only_with_its_own_signature() {
    let house = House::open().await;
    let before = house.signed_in("1001").await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    renewed(&house, &phone.refresh).await.problem(401, "session.bad-signature");
    let bytes = [b"fieldbook.refresh.v1", phone.refresh.as_bytes()].concat();
    let signature = hex(&phone.key.sign(&bytes).to_bytes());
    let body =
        json!({ "refresh": phone.refresh, "device": phone.device().to_string(), "signature": signature });
    let next = house.post("/api/v1/session/refresh").json(&body).send().await.ok();
    assert_ne!(token(&next, "refresh"), phone.refresh);
    // Another session of the same person goes on.
    renewed(&house, &token(&before, "refresh")).await.ok();
}

#[tokio::test]
async fn the_token_before_enrolment_is_void_afterwards() {
    let house = House::open().await;
    let session = house.signed_in("1001").await;
    let body =
        json!({ "key": hex(&ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes()) });
    let access = token(&session, "access");
    let answer = house.post("/api/v1/devices").bearer(&access).json(&body).send().await;
    assert_eq!(answer.json()["share"], "20000.00");
    renewed(&house, &token(&session, "refresh")).await.problem(401, "session.ended");
}

#[tokio::test]
async fn a_role_that_works_at_a_desk_enrols_no_phone() {
    let house = House::open().await;
    let access = house.access("2001").await;
    let body =
        json!({ "key": hex(&ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes()) });
    let answer = house.post("/api/v1/devices").bearer(&access).json(&body).send().await;
    answer.problem(403, "device.role-has-no-phone");
    let body = json!({ "key": "zz" });
    let problem = house.post("/api/v1/devices").bearer(&access).json(&body).send().await;
    assert_eq!(problem.problem(400, "device.bad-key")["field"], "key");
}

#[tokio::test]
async fn a_revoked_phone_reads_nothing_more_but_still_delivers() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(crate::phone::visit(crate::house::HIS, "送样"), house.now());
    let head = house.access("3001").await;
    let body = json!({ "reason": "手机丢了" });
    let path = format!("/api/v1/devices/{}", phone.device());
    house.later(1);
    house.request("DELETE", &path).bearer(&head).json(&body).send().await.ok();
    let refused = house.read(&phone.access, "/api/v1/pull").await;
    refused.problem(403, "device.revoked");
    let replies = phone.pushes(&house).await;
    assert_eq!(replies[0].through, 1);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_within_ten_seconds_and_stays_out() {
    let house = House::open().await;
    let access = house.access("2001").await;
    house.read(&access, "/api/v1/visits").await.ok();
    assert!(house.identities.disable_user("2001", house.now()).await.expect("the store answers"));
    house.later(10);
    house.read(&access, "/api/v1/visits").await.problem(401, "session.ended");
    house.try_sign_in("2001", PASSWORD).await.problem(401, "session.wrong-password");
}

#[tokio::test]
async fn a_phone_of_somebody_disabled_reads_nothing_more_but_still_delivers_until_they_are_let_in_again() {
    let house = House::open().await;
    let mut phone = Phone::enrolled(&house, "1001", 1).await;
    phone.pulls(&house).await;
    phone.does(crate::phone::visit(crate::house::HIS, "送样"), house.now());
    assert!(house.identities.disable_user("1001", house.now()).await.expect("the store answers"));
    house.later(10);
    house.read(&phone.access, "/api/v1/pull").await.problem(403, "session.disabled");
    // Days later its access token has run out: it renews by its own key, and delivers.
    house.later(3 * 86_400);
    let signature =
        hex(&phone.key.sign(&[b"fieldbook.refresh.v1", phone.refresh.as_bytes()].concat()).to_bytes());
    let body = json!({ "refresh": phone.refresh, "device": phone.device(), "signature": signature });
    let renewed = house.post("/api/v1/session/refresh").json(&body).send().await.ok();
    phone.access = token(&renewed, "access");
    assert!(renewed.get("lease_days").is_none(), "the days without contact are not begun anew");
    let photo = crate::picture::jpeg("停用以后");
    let path = format!("/api/v1/blobs/{}", hex(&sync_core::log::sha256(&[&photo])));
    assert_eq!(house.request("PUT", &path).bearer(&phone.access).bytes(photo).send().await.status, 201);
    assert_eq!(phone.pushes(&house).await[0].through, 1);
    house.read(&phone.access, "/api/v1/visits").await.problem(403, "session.disabled");
    assert!(house.identities.enable_user("1001").await.expect("the store answers"));
    house.later(10);
    assert_eq!(house.read(&phone.access, "/api/v1/visits").await.ok()["total"], 1);
    house.try_sign_in("1001", PASSWORD).await.ok();
}

#[tokio::test]
async fn somebody_disabled_renews_no_session_of_the_office() {
    let house = House::open().await;
    let refresh = token(&house.signed_in("2001").await, "refresh");
    assert!(house.identities.disable_user("2001", house.now()).await.expect("the store answers"));
    renewed(&house, &refresh).await.problem(401, "session.ended");
}

async fn kept(house: &House) -> (i64, i64) {
    let store = house.app.hub().store();
    let sessions = number(store, "SELECT COUNT(*) FROM sessions").await;
    (sessions, number(store, "SELECT COUNT(*) FROM refresh_tokens").await)
}

#[tokio::test]
async fn tokens_and_sessions_that_are_past_use_are_removed_and_no_others() {
    let house = House::open().await;
    let ended = house.signed_in("2001").await;
    house.request("DELETE", "/api/v1/session").bearer(&token(&ended, "access")).send().await;
    house.signed_in("3001").await;
    let phone = Phone::enrolled(&house, "1001", 1).await;
    house.app.tidy().await.expect("the store answers");
    assert_eq!(kept(&house).await, (3, 2), "the token of the session that ended is gone");
    house.later(2 * 86_400);
    house.app.tidy().await.expect("the store answers");
    assert_eq!(kept(&house).await, (2, 2));
    house.later(59 * 86_400);
    house.app.tidy().await.expect("the store answers");
    assert_eq!(kept(&house).await, (0, 0), "a phone's token lasts for sixty days");
    renewed(&house, &phone.refresh).await.problem(401, "session.ended");
}
