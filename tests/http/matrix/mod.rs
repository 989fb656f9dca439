//! Every operation of the described interface × every role × one's own, a colleague's, another company's and nobody's
//! thing, and every token that is none. What is expected stands in [`table`], a row for each operation.

mod commands;
mod oracle;
mod stage;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use server::config::Surroundings;
use server::http::App;
use server::hub::Hub;
use sync_core::domain::people::Role;

use crate::client::Answer;
use crate::house::{PASSWORD, STAFF, text, who};
use crate::logs::logged_here;
use crate::rights::cells;
use oracle::{Read, Whose, Word, own, sees};
use stage::{Stage, Thing, head, lost, staff_in};
use table::{Asks, Door, Row, table};

/// The operations that the document describes: the scheme each asks for, and the roles it names.
async fn described(stage: &Stage) -> BTreeMap<String, (Option<String>, Vec<String>)> {
    let document = stage.house.get("/api/v1/openapi.json").send().await.ok();
    let mut all = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, described) in methods.as_object().expect("methods") {
            let security = described["security"][0].as_object().and_then(|asked| asked.iter().next());
            let roles = security.and_then(|(_, roles)| serde_json::from_value(roles.clone()).ok());
            let scheme = security.map(|(scheme, _)| scheme.clone());
            all.insert(format!("{} {path}", method.to_uppercase()), (scheme, roles.unwrap_or_default()));
        }
    }
    all
}

/// What somebody can tell two answers apart by.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer to a question after a thing, as it was read.
///
/// A file is its cells; it says by which filter it was taken out, and whoever asked by an id knows that id.
fn told(answer: &Answer, asked: &Thing) -> Told {
    let kind = answer.header("content-type").unwrap_or_default();
    let file = || cells(answer.body.clone()).replace(&asked.customer.to_string(), "asked").into_bytes();
    let body = match kind {
        kind if kind.contains("spreadsheet") => file(),
        // The number of the request, which is in the header as well, is another each time.
        "application/problem+json" => match serde_json::from_slice::<Value>(&answer.body) {
            Ok(mut problem) => {
                problem.as_object_mut().expect("a document").remove("request");
                problem.to_string().into_bytes()
            }
            // Whoever asks for the head alone is told no more.
            Err(_) => answer.body.clone(),
        },
        _ => answer.body.clone(),
    };
    let differs = ["x-request-id", "date", "content-length", "content-disposition"];
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| !differs.contains(&name.as_str()));
    headers.sort();
    Told { status: answer.status, headers, body }
}

fn code(answer: &Answer) -> (u16, String) {
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, problem["code"].as_str().unwrap_or_default().to_owned())
}

/// Everything in an answer that somebody could read: headers, and what is packed unpacked.
fn read(answer: &Answer, asked: &Thing) -> Read {
    let mut body = told(answer, asked).body;
    for (name, value) in &answer.headers {
        body.extend(format!("\n{name}: {value}").into_bytes());
    }
    Read::of(body)
}

impl Stage {
    /// A row asked after a thing, under a token or none.
    async fn asks(&self, row: &Row, thing: &Thing, access: Option<&str>) -> Answer {
        let request = self.house.request(row.method(), &row.address(thing));
        let mut request = (row.says)(self, thing, request);
        if let Some(access) = access {
            request = request.bearer(access);
        }
        // The answer of a live line has no end: it is asked for its head.
        let answer =
            if row.path().ends_with("/events") { request.answered().await } else { request.send().await };
        assert!(answer.status < 500, "{}: {}", row.operation, answer.text());
        answer
    }

    /// The token a role comes with through this row's door.
    async fn token(&self, row: &Row, role: Role) -> String {
        match (row.door, self.phone(role)) {
            (Door::Phone | Door::Delivery, Some(phone)) => phone.access.clone(),
            _ => self.access(role).await,
        }
    }

    /// The words that this role must not find, and stand in this answer; the id that was asked by is no news.
    fn foreign_in(&self, role: Role, answer: &Answer, asked: &Thing) -> Vec<String> {
        let read = read(answer, asked);
        let id = (asked.customer.to_string().into_bytes(), asked.customer.bytes().to_vec());
        let known = |word: &Word| word.bytes == id.0 || word.bytes == id.1;
        let foreign =
            self.words.iter().filter(|word| !word.is_for(role) && !known(word) && word.is_in(&read));
        foreign.map(|word| word.text().map_or_else(|| format!("{word:?}"), ToOwned::to_owned)).collect()
    }
}

/// A route that is described and has no row is one whose rights nobody has said.
#[tokio::test]
async fn the_table_has_every_described_operation_with_its_door_and_its_roles_and_no_other() {
    let stage = Stage::set().await;
    let described = described(&stage).await;
    let rows = table();
    let named: BTreeSet<String> = rows.iter().map(|row| row.operation.to_owned()).collect();
    let all: BTreeSet<String> = described.keys().cloned().collect();
    assert_eq!(named, all, "left: rows of tests/http/matrix/table.rs; right: what the document describes");
    for row in &rows {
        let (scheme, roles) = &described[row.operation];
        assert_eq!(row.door.scheme(), scheme.as_deref(), "{}", row.operation);
        if roles.is_empty() {
            continue;
        }
        let asks = |role| Asks { role, whose: own(role).unwrap_or(Whose::His) };
        let may = Role::ALL.into_iter().filter(|role| (row.due)(asks(*role)).0 < 300);
        let may: Vec<&str> = may.map(Role::code).collect();
        let mut roles: Vec<&str> = roles.iter().map(String::as_str).collect();
        roles.sort_by_key(|role| Role::ALL.into_iter().position(|known| known.code() == *role));
        assert_eq!(roles, may, "{}: the document names other roles", row.operation);
    }
}

/// What the log must not say, whoever asks for what: names, sums and what was written, never mind ids.
fn unlogged(stage: &Stage) -> Vec<String> {
    let is_an_id = |word: &str| {
        word.len() >= 16
            && word.chars().all(|sign| sign.is_ascii_hexdigit() || ['-', '.', ':'].contains(&sign))
    };
    let said = stage.words.iter().filter_map(Word::text).filter(|word| word.len() > 3 && !is_an_id(word));
    let mut words: Vec<String> = said.map(ToOwned::to_owned).collect();
    words.extend(STAFF.iter().map(|(_, name, _)| (*name).to_owned()));
    words.extend(
        [PASSWORD, "13909510001", "13909520002", "13909530003", "432109", "543219"].map(ToOwned::to_owned),
    );
    words
}

/// S78, S92: own, a colleague's, another company's and nobody's, for every role; what is not theirs looks like nothing.
/// The log says nothing of it either, whoever's it is.
#[tokio::test]
async fn every_operation_answers_every_role_as_the_table_says_and_shows_nothing_foreign() {
    let (logged, _guard) = logged_here();
    let stage = Stage::set().await;
    let mut found = vec![false; stage.words.len()];
    let rows = table();
    for role in Role::ALL {
        for row in &rows {
            stage.is_asked(row, role, &mut found).await;
            if is_a_list(row, &rows) {
                stage.is_listed(row, role, &mut found).await;
            }
        }
    }
    for (word, found) in stage.words.iter().zip(found) {
        let somebodys = Role::ALL.into_iter().any(|role| word.is_for(role));
        let proved = found || !somebodys || !word.sought;
        assert!(proved, "nobody has found {word:?}: nothing was proved by its absence");
    }
    let lines = logged.say_nothing_of(&unlogged(&stage));
    assert!(lines > rows.len() * Role::ALL.len(), "every request was logged: {lines}");
}

impl Stage {
    /// A role asks a row after everybody's thing.
    async fn is_asked(&self, row: &Row, role: Role, found: &mut [bool]) {
        let nothing = self.thing(Whose::Nobodys, false).await;
        // Nobody's is asked after first: what is brought under its name changes nothing for the others.
        let none = self.asks(row, &nothing, Some(&self.token(row, role).await)).await;
        for whose in [own(role).unwrap_or(Whose::His), Whose::Hers, Whose::Elsewhere, Whose::Nobodys] {
            let thing = self.thing(whose, row.uses_up()).await;
            let answer = match whose {
                Whose::Nobodys => none.clone(),
                _ => self.asks(row, &thing, Some(&self.token(row, role).await)).await,
            };
            let what = format!("{role:?}, {whose:?}: {}", row.operation);
            let due = (row.due)(Asks { role, whose });
            assert_eq!(code(&answer), row.worded(due), "{what}: {}", answer.text());
            self.shows_nothing_foreign(role, &answer, &thing, &what, found);
            let (there, not_there) = (told(&answer, &thing), told(&none, &nothing));
            match row.about {
                Some(duties) if sees(role, whose, duties) => {}
                // Whoever sees all there are is shown an empty one for a name that is none here, with that name in it.
                Some(duties) if due.0 < 300 && duties.iter().any(|duty| duty.roles().contains(&role)) => {
                    assert_eq!(there.body.len(), not_there.body.len(), "{what} tells that it is there");
                }
                Some(_) => assert_eq!(there, not_there, "{what} tells that it is there"),
                None => {}
            }
        }
    }

    /// A role asks for the whole of a list, and for its file.
    async fn is_listed(&self, row: &Row, role: Role, found: &mut [bool]) {
        let (access, nothing) = (self.access(role).await, self.thing(Whose::Nobodys, false).await);
        for path in [row.path().to_owned(), format!("{}.xlsx", row.path())] {
            let answer = self.house.get(&path).query("per_page=200").bearer(&access).send().await;
            assert_eq!(answer.status, 200, "{role:?}: {path}: {}", answer.text());
            self.shows_nothing_foreign(role, &answer, &nothing, &format!("{role:?}: {path}"), found);
        }
    }

    /// Notes what was found in an answer, and that nothing of it is foreign.
    fn shows_nothing_foreign(
        &self,
        role: Role,
        answer: &Answer,
        thing: &Thing,
        what: &str,
        found: &mut [bool],
    ) {
        let foreign = self.foreign_in(role, answer, thing);
        assert!(foreign.is_empty(), "{what} shows {foreign:?}: {}", answer.text());
        let read = read(answer, thing);
        for (word, found) in self.words.iter().zip(found) {
            *found = *found || word.is_in(&read);
        }
    }
}

/// What somebody may not see they do not find by searching for it either, not even by a count.
#[tokio::test]
async fn no_list_and_no_file_finds_a_foreign_word() {
    let stage = Stage::set().await;
    let rows = table();
    let lists: Vec<&Row> = rows.iter().filter(|row| is_a_list(row, &rows)).collect();
    assert!(lists.len() >= 13, "{} lists", lists.len());
    let foreign = [Whose::Hers, Whose::Elsewhere, Whose::Nobodys];
    let short = |word: &Word| word.sought && word.text().is_some_and(|word| word.len() < 60);
    let marked = stage.words.iter().filter(|word| foreign.contains(&word.whose) && short(word));
    let marked: Vec<&Word> = marked.collect();
    for role in Role::ALL {
        let access = stage.access(role).await;
        for row in &lists {
            for word in marked.iter().filter(|word| !word.is_for(role)) {
                let query = format!("per_page=200&q={}", escaped(word.text().expect("a text")));
                let request = stage.house.get(row.path()).query(&query).bearer(&access);
                let page = request.send().await.ok();
                assert_eq!(page["total"], 0, "{role:?} finds {:?} in {}: {page}", word.text(), row.path());
            }
        }
    }
}

/// Whether a row is a list's: those are files as well.
fn is_a_list(row: &Row, rows: &[Row]) -> bool {
    let file = format!("{}.xlsx", row.operation);
    rows.iter().any(|row| row.operation == file)
}

/// Letters as an address takes them.
fn escaped(word: &str) -> String {
    use std::fmt::Write;
    word.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02x}").expect("writing to memory cannot fail");
        out
    })
}

/// What a token that is none is answered: by a row that asks for access, and by one that delivers.
type NoToken<'t> = (&'t str, Option<&'t str>, (u16, &'static str), Option<(u16, &'static str)>);

#[tokio::test]
async fn every_operation_refuses_every_token_that_is_none() {
    let stage = Stage::set().await;
    let thing = stage.thing(Whose::His, false).await;
    let elsewhere = stage.beside.access("1001").await;
    let gone = stage.access(Role::SalesHead).await;
    let out = stage.house.request("DELETE", "/api/v1/session").bearer(&gone).send().await;
    assert_eq!(out.status, 204, "{}", out.text());
    let phone = stage.phone(Role::DirectRep).expect("a direct rep has a phone");
    let head_access = stage.access(Role::SalesHead).await;
    let path = format!("/api/v1/devices/{}", phone.device());
    let revoked = stage.house.request("DELETE", &path).bearer(&head_access).json(&lost()).send().await;
    assert_eq!(revoked.status, 200, "{}", revoked.text());
    let old = stage.access(Role::SalesHead).await;
    let refused = |status, code| (status, code);
    let tokens: [NoToken<'_>; 5] = [
        ("none", None, refused(401, "session.missing"), Some(refused(401, "session.missing"))),
        (
            "no token",
            Some("a.b.c"),
            refused(401, "session.malformed"),
            Some(refused(401, "session.malformed")),
        ),
        (
            "another company's",
            Some(&elsewhere),
            refused(401, "session.malformed"),
            Some(refused(401, "session.malformed")),
        ),
        ("signed out", Some(&gone), refused(401, "session.ended"), Some(refused(401, "session.ended"))),
        // Whoever lost their rights still delivers.
        ("of a revoked phone", Some(&phone.access), refused(403, "device.revoked"), None),
    ];
    for row in &table() {
        for (what, token, access, delivery) in &tokens {
            refuses(&stage, row, &thing, (what, *token), *access, *delivery).await;
        }
    }
    stage.house.later(11 * 60);
    let expired = Some((401, "session.expired"));
    for row in &table() {
        refuses(&stage, row, &thing, ("run out", Some(&old)), (401, "session.expired"), expired).await;
    }
}

async fn refuses(
    stage: &Stage,
    row: &Row,
    thing: &Thing,
    (what, token): (&str, Option<&str>),
    access: (u16, &str),
    delivery: Option<(u16, &str)>,
) {
    let answer = stage.asks(row, thing, token).await;
    let said = code(&answer);
    let due = match row.door {
        Door::Open => {
            let bare = stage.asks(row, thing, None).await;
            assert_eq!(said, code(&bare), "{}: anybody may, whatever they bring along", row.operation);
            return;
        }
        Door::Access | Door::Phone => Some(access),
        Door::Delivery => delivery,
    };
    let what = format!("{}, {what}: {}", row.operation, answer.text());
    match due {
        Some(due) => assert_eq!(said, row.worded(due), "{what}"),
        // What a revoked phone says it holds is not what it may: it must empty itself first.
        None => assert!(said.0 < 300 || said.1 == "holding.other-scopes", "{what}"),
    }
    let read = read(&answer, thing);
    let shown = stage.words.iter().find(|word| due.is_some() && word.is_in(&read));
    assert!(shown.is_none(), "{what} shows {shown:?}");
}

/// Signing in with the right password and a device that is somebody else's tells nothing of that device.
#[tokio::test]
async fn a_sign_in_naming_a_foreign_device_is_answered_as_one_naming_none() {
    let stage = Stage::set().await;
    let mut answers = Vec::new();
    for whose in [Whose::Nobodys, Whose::Hers, Whose::Elsewhere] {
        let thing = stage.thing(whose, false).await;
        let body = json!({ "number": "1001", "password": PASSWORD, "device": thing.device });
        let answer = stage.house.post("/api/v1/session").json(&body).send().await;
        answer.problem(422, "device.unknown");
        answers.push(told(&answer, &thing));
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "{answers:?}");
}

/// G2: on a node that did not itself revoke, every read is refused ten seconds later.
#[tokio::test]
async fn what_one_node_revokes_reads_nothing_on_another_ten_seconds_later() {
    let stage = Stage::set().await;
    let phone = stage.phone(Role::DirectRep).expect("a direct rep has a phone");
    let (store, outside) = (stage.house.app.hub().store().clone(), stage.house.app.outside.clone());
    let company = Some(stage.house.app.hub().company());
    let hub = Hub::open(store, company, outside.clone()).await.expect("the store answers");
    let around = Surroundings { behind_proxy: false, secure_cookies: false, offline_lease_days: 35 };
    let other =
        App::around(Arc::new(hub.expect("the company")), outside, around).await.expect("the parts fit");
    // The first node has just asked after the device, and remembers.
    assert_eq!(stage.house.read(&phone.access, "/api/v1/visits").await.status, 200);
    other.queue.revoke(head(), phone.device(), text("丢了")).await.expect("the head may");
    stage.house.later(10);
    let thing = stage.thing(Whose::His, false).await;
    for row in table().iter().filter(|row| row.door.scheme() == Some("access")) {
        let answer = stage.asks(row, &thing, Some(&phone.access)).await;
        assert_eq!(code(&answer), (403, "device.revoked".to_owned()), "{}", row.operation);
    }
    assert_eq!(staff_in(Role::DirectRep), who("1001"));
}
