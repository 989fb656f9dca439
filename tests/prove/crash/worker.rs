//! Who works against the server while it is killed: phones that push, pull and bring photos, a clerk at a desk.

use std::{collections::BTreeMap, io::Write, net::SocketAddr, time::SystemTime};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sync_core::{
    domain::{
        cash::{Collected, Means},
        customer::{CardField, CardFieldSet, FieldValue},
        visit::{BlobHash, Purpose, VisitRecorded},
    },
    log::{Hash, sha256},
    op::Op,
    time::Timestamp,
    unit::{Amount, CustomerId, DeviceId, Money},
    wire::{MEDIA_TYPE, Page, PushReply},
};

use super::{company::PASSWORD, line::Line, web};
use crate::{
    Proved,
    dice::Dice,
    pen::{Pen, hex, text},
};

/// A change that the server said it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Acknowledged {
    pub(crate) position: u64,
    /// The hash of its bytes, as far as whoever was told knows them.
    pub(crate) hash: Option<Hash>,
}

/// What a worker wrote, and what the server said it has of it.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) device: DeviceId,
    /// Whether the device's log is this worker's own.
    pub(crate) is_a_phone: bool,
    pub(crate) changes: BTreeMap<u64, Acknowledged>,
    pub(crate) written: BTreeMap<u64, Hash>,
    pub(crate) photos: Vec<(Hash, Vec<u8>)>,
    /// What was said at a desk and answered, each under a name of its own.
    pub(crate) said: Vec<String>,
}

impl Told {
    fn new(device: DeviceId, is_a_phone: bool) -> Self {
        Self {
            device,
            is_a_phone,
            changes: BTreeMap::new(),
            written: BTreeMap::new(),
            photos: Vec::new(),
            said: Vec::new(),
        }
    }

    /// How many changes the server said it has.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.changes.len() as u64
    }
}

/// Why a turn did not come to its end.
pub(crate) enum Broken {
    /// The connection: the server is gone.
    Line,
    /// Something that must not be.
    Fault(String),
}

impl From<std::io::Error> for Broken {
    fn from(_: std::io::Error) -> Self {
        Self::Line
    }
}

impl From<String> for Broken {
    fn from(fault: String) -> Self {
        Self::Fault(fault)
    }
}

pub(crate) type Turn = Result<(), Broken>;

/// Somebody who works.
pub(crate) enum Worker {
    Phone(Box<Phone>),
    Desk(Box<Desk>),
}

impl Worker {
    /// Works against one server after the other until it is over.
    pub(crate) fn work(mut self, line: &Line) -> Proved<Told> {
        let mut life = 0;
        loop {
            let Some((next, at)) = line.another(life, self.told()) else { return Ok(self.told().clone()) };
            life = next;
            let broken = loop {
                if let Err(broken) = self.turn(at) {
                    break broken;
                }
                line.answered();
            };
            if let Broken::Fault(fault) = broken {
                line.fault(fault.clone());
                return Err(fault.into());
            }
        }
    }

    /// Does one thing at a server.
    pub(crate) fn turn(&mut self, at: SocketAddr) -> Turn {
        match self {
            Self::Phone(phone) => phone.turn(at),
            Self::Desk(desk) => desk.turn(at),
        }
    }

    /// Records nothing new, and brings what was not acknowledged yet.
    pub(crate) fn delivers(&mut self, at: SocketAddr) -> Turn {
        match self {
            Self::Phone(phone) => phone.delivers(at),
            Self::Desk(desk) => desk.turn(at),
        }
    }

    /// Whether everything it recorded was acknowledged.
    pub(crate) fn has_delivered(&self) -> bool {
        match self {
            Self::Phone(phone) => phone.through == phone.pen.written(),
            Self::Desk(desk) => desk.asked.is_none(),
        }
    }

    /// What it was told so far.
    pub(crate) const fn told(&self) -> &Told {
        match self {
            Self::Phone(phone) => &phone.told,
            Self::Desk(desk) => &desk.told,
        }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap_or(0))
}

/// Signs in; the number may be named with a device.
fn signed_in(at: SocketAddr, number: &str, device: Option<DeviceId>) -> Result<String, Broken> {
    let body = json!({ "number": number, "password": PASSWORD, "device": device }).to_string();
    let headers = [("content-type", "application/json")];
    let answer = web::ask(at, "POST", "/api/v1/session", &headers, body.as_bytes())?;
    if answer.status == 503 {
        // The database is away.
        return Err(Broken::Line);
    }
    let session: Value = serde_json::from_slice(&answer.body).map_err(|_| answer.text())?;
    let access = session["access"].as_str().ok_or_else(|| format!("signing in: {}", answer.text()))?;
    Ok(format!("Bearer {access}"))
}

/// A phone.
pub(crate) struct Phone {
    number: String,
    pen: Pen,
    customers: Vec<CustomerId>,
    dice: Dice,
    access: Option<String>,
    through: u64,
    receipts: u32,
    said: u64,
    told: Told,
}

impl Phone {
    pub(crate) fn new(number: &str, pen: Pen, customers: Vec<CustomerId>, dice: Dice) -> Self {
        let told = Told::new(pen.device, true);
        let number = number.to_owned();
        Self { number, pen, customers, dice, access: None, through: 0, receipts: 0, said: 0, told }
    }

    fn turn(&mut self, at: SocketAddr) -> Turn {
        let Some(access) = self.access.clone() else {
            self.access = Some(signed_in(at, &self.number, Some(self.pen.device))?);
            return Ok(());
        };
        let answer = match self.dice.below(8) {
            0 => self.pulls(at, &access),
            1 => self.brings_a_photo(at, &access),
            _ => self.pushes(at, &access),
        }?;
        if answer == 401 {
            // Ten minutes have passed.
            self.access = None;
        }
        Ok(())
    }

    fn records(&mut self) {
        for _ in 0..=self.dice.below(8) {
            let op = self.op(None);
            self.writes(&op);
        }
    }

    fn writes(&mut self, op: &Op) {
        self.pen.writes(op, now());
        let seq = self.pen.written();
        self.told.written.insert(seq, sha256(&[&self.pen.change(seq).to_bytes()]));
    }

    fn op(&mut self, photo: Option<BlobHash>) -> Op {
        let customer = *self.dice.pick(&self.customers).expect("it has customers");
        self.said += 1;
        let words = format!("{} 的第 {} 句话", self.number, self.said);
        match self.dice.below(4) {
            0 if photo.is_none() => {
                self.receipts += 1;
                Op::Collected(Collected {
                    customer,
                    amount: Amount::new(Money::fen(101)).expect("a sum"),
                    means: Means::Cash,
                    receipt: self.receipts,
                    order: None,
                    over_limit: None,
                    note: text(&words),
                    photo: None,
                })
            }
            1 if photo.is_none() => Op::CardFieldSet(CardFieldSet {
                customer,
                field: CardField::RegisteredAddress,
                value: FieldValue::Text(text(&words)),
                replaces: Vec::new(),
            }),
            _ => Op::VisitRecorded(VisitRecorded {
                customer,
                purposes: vec![Purpose::DiscussOrder],
                met: text("老板"),
                said: text(&words),
                next_step: text(""),
                next_on: None,
                place: None,
                photos: photo.into_iter().collect(),
            }),
        }
    }

    /// Brings what was not acknowledged yet.
    fn delivers(&mut self, at: SocketAddr) -> Turn {
        let Some(access) = self.access.clone() else {
            self.access = Some(signed_in(at, &self.number, Some(self.pen.device))?);
            return Ok(());
        };
        let (first, last) = (self.through + 1, self.pen.written());
        if first <= last && self.brings(at, &access, first, last)? == 401 {
            self.access = None;
        }
        Ok(())
    }

    /// Sends what is unsent, or now and then once more what was acknowledged, and takes in the answer.
    fn pushes(&mut self, at: SocketAddr, access: &str) -> Result<u16, Broken> {
        if self.through == self.pen.written() || self.dice.once_in(2) {
            self.records();
        }
        let again = self.through > 0 && self.dice.once_in(6);
        let first = if again { self.through } else { self.through + 1 };
        let last = (first + self.dice.below(20)).min(self.pen.written());
        self.brings(at, access, first, last)
    }

    fn brings(&mut self, at: SocketAddr, access: &str, first: u64, last: u64) -> Result<u16, Broken> {
        let batch = self.pen.batch(first..=last, now());
        let mut headers = vec![("authorization", access), ("content-type", MEDIA_TYPE)];
        let packed = self.dice.once_in(2);
        if packed {
            headers.push(("content-encoding", "gzip"));
        }
        let body = if packed { gzip(&batch)? } else { batch };
        let answer = web::ask(at, "POST", "/api/v1/push", &headers, &body)?;
        match answer.status {
            200 => self.hears(&answer.body)?,
            // A server that has only just begun may not take a push yet.
            401 | 503 => {}
            _ => return Err(format!("{} pushed {first} to {last}: {}", self.number, answer.text()).into()),
        }
        Ok(answer.status)
    }

    fn hears(&mut self, body: &[u8]) -> Turn {
        let reply: PushReply = minicbor::decode(body).map_err(|error| error.to_string())?;
        if reply.through > self.pen.written() || reply.link != self.pen.link(reply.through) {
            return Err(format!("{} is told of another log at {}", self.number, reply.through).into());
        }
        if reply.through < self.through {
            return Err(format!("{}: {} of {} are there", self.number, reply.through, self.through).into());
        }
        for judged in reply.judged {
            let hash = self.told.written.get(&judged.seq).ok_or("a change nobody wrote".to_owned())?;
            let told = Acknowledged { position: judged.position, hash: Some(*hash) };
            if let Some(before) = self.told.changes.insert(judged.seq, told)
                && before.position != judged.position
            {
                return Err(format!("{}: change {} moved in the feed", self.number, judged.seq).into());
            }
        }
        self.through = reply.through;
        Ok(())
    }

    fn pulls(&mut self, at: SocketAddr, access: &str) -> Result<u16, Broken> {
        let (after, epoch) = (self.pen.seen.0, self.pen.seen.1.unwrap_or(0));
        let path = format!("/api/v1/pull?epoch={epoch}&after={after}&limit=200");
        let answer = web::ask(at, "GET", &path, &[("authorization", access)], &[])?;
        if answer.status == 200 {
            let page = Page::from_bytes(&answer.body).map_err(|error| error.to_string())?;
            if page.scanned_to.position < after {
                return Err(format!("the feed went back from {after} to {}", page.scanned_to.position).into());
            }
            self.pen.seen = (page.scanned_to.position, Some(page.scanned_to.epoch));
        }
        Ok(answer.status)
    }

    fn brings_a_photo(&mut self, at: SocketAddr, access: &str) -> Result<u16, Broken> {
        let mut comment = Vec::new();
        for _ in 0..=self.dice.below(400) {
            comment.extend(self.dice.bytes16());
        }
        let bytes = tests::picture::jpeg(&comment);
        let hash = sha256(&[&bytes]);
        let path = format!("/api/v1/blobs/{}", hex(&hash));
        let answer = web::ask(at, "PUT", &path, &[("authorization", access)], &bytes)?;
        match answer.status {
            200 | 201 => {
                self.told.photos.push((hash, bytes));
                let op = self.op(Some(BlobHash(hash)));
                self.writes(&op);
            }
            401 | 503 => {}
            _ => return Err(format!("{} brought a photo: {}", self.number, answer.text()).into()),
        }
        Ok(answer.status)
    }
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// A clerk at a desk, whose commands go into the hub's own log.
pub(crate) struct Desk {
    number: String,
    customers: Vec<CustomerId>,
    dice: Dice,
    access: Option<String>,
    said: u64,
    /// What was asked for and is not answered yet: it is asked for again under the same name, at whatever server.
    asked: Option<(String, String)>,
    told: Told,
}

impl Desk {
    pub(crate) fn new(number: &str, hub: DeviceId, customers: Vec<CustomerId>, dice: Dice) -> Self {
        let told = Told::new(hub, false);
        Self { number: number.to_owned(), customers, dice, access: None, said: 0, asked: None, told }
    }

    fn turn(&mut self, at: SocketAddr) -> Turn {
        let Some(access) = self.access.clone() else {
            self.access = Some(signed_in(at, &self.number, None)?);
            return Ok(());
        };
        let (words, op) = self.asked.clone().unwrap_or_else(|| self.next());
        self.asked = Some((words.clone(), op.clone()));
        let name = format!("desk-{}", self.said);
        let headers = [
            ("authorization", access.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", name.as_str()),
        ];
        let answer = web::ask(at, "POST", "/api/v1/commands", &headers, op.as_bytes())?;
        match answer.status {
            200 => {
                self.asked = None;
                self.told.said.push(words);
                let done: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
                let number = |value: &Value| value.as_u64().ok_or_else(|| answer.text());
                let (seq, position) = (number(&done["change"]["seq"])?, number(&done["position"])?);
                self.told.changes.insert(seq, Acknowledged { position, hash: None });
                self.look_up(at, &access, seq, position)
            }
            401 => {
                // Another session's names are others: what was asked for in this one is not asked for again.
                self.asked = None;
                self.access = None;
                Ok(())
            }
            503 => Ok(()),
            _ => Err(format!("the desk: {}", answer.text()).into()),
        }
    }

    /// The next command: its words, and the whole of it.
    fn next(&mut self) -> (String, String) {
        self.said += 1;
        let customer = self.dice.pick(&self.customers).expect("there are customers");
        let words = format!("办公室的第 {} 句话", self.said);
        let op = json!({ "op": "card-field-set", "customer": customer, "field": "registered-address",
            "value": { "type": "text", "value": words }, "replaces": [] });
        (words, op.to_string())
    }

    /// Reads back what a command became in the feed, so that its bytes can be compared after the kill.
    fn look_up(&mut self, at: SocketAddr, access: &str, seq: u64, position: u64) -> Turn {
        let path = format!("/api/v1/pull?epoch=1&after={}&limit=1", position - 1);
        let answer = web::ask(at, "GET", &path, &[("authorization", access)], &[])?;
        if answer.status != 200 {
            return Ok(());
        }
        let page = Page::from_bytes(&answer.body).map_err(|error| error.to_string())?;
        let entry = page.entries.first().filter(|entry| entry.position == position);
        let change =
            entry.map(|entry| entry.change.to_bytes()).ok_or("a command is not in the feed".to_owned())?;
        self.told.changes.insert(seq, Acknowledged { position, hash: Some(sha256(&[&change])) });
        Ok(())
    }
}
