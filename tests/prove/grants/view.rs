//! Somebody looks at every route, and what they find is compared with what the oracle says they may find.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::atomic::Ordering,
};

use axum::body::Body;
use calamine::{Reader, Xlsx};
use futures::StreamExt;
use serde_json::Value;
use sync_core::{
    log::SetDigest,
    op::Op,
    scope::Scope,
    snapshot::{SignedManifest, SnapshotAsk},
    wire::{MEDIA_TYPE, Page},
};
use uuid::Uuid;

use super::{
    Sums,
    oracle::{Person, Room, room_of},
    world::{Answer, Fact, MARK, PRODUCT, World, price},
};
use crate::{Proved, pen::hex};

/// The lists, with what each has beyond the facts of a history.
const LISTS: [&str; 18] = [
    "visits",
    "orders",
    "collections",
    "remittances",
    "violations",
    "hand-ins",
    "day-closes",
    "customers",
    "staff",
    "devices",
    "held",
    "products",
    "price-lists",
    "accounts",
    "cash",
    "conflicts",
    "urgings",
    "credit-exceptions",
];

/// What somebody may find, and what they must find.
struct Eyes<'w> {
    world: &'w World,
    person: Person,
    access: String,
    /// Every word and mark with whether they may find it.
    words: BTreeMap<&'w str, bool>,
    foreign_marks: Vec<&'w str>,
    sums: &'w Sums,
}

impl World {
    /// Somebody looks at every route; at the files and searches too where `closely`, else at some of them.
    pub(crate) async fn looks(&mut self, person: &Person, closely: bool, sums: &Sums) -> Proved<()> {
        let drawn = self.dice.next();
        let world: &Self = self;
        let access = world.access(person.staff, None).await?;
        let may = |fact: &Fact| world.may(person, &fact.in_feed) || world.may(person, &fact.in_lists);
        let words: BTreeMap<&str, bool> = world
            .facts
            .iter()
            .filter(|fact| !fact.word.is_empty())
            .map(|fact| (fact.word.as_str(), may(fact)))
            .collect();
        let hidden = world.facts.iter().filter(|fact| !may(fact));
        let foreign_marks: Vec<&str> =
            hidden.flat_map(|fact| fact.marks.iter().map(String::as_str)).collect();
        let withheld = words.values().filter(|may| !**may).count() as u64;
        sums.withheld.fetch_add(withheld, Ordering::Relaxed);
        let eyes = Eyes { world, person: person.clone(), access, words, foreign_marks, sums };
        eyes.everywhere(closely, drawn).await.map_err(|why| format!("{:?}: {why}", person.role).into())
    }
}

impl Eyes<'_> {
    async fn everywhere(&self, closely: bool, drawn: u64) -> Proved<()> {
        for path in self.addresses(closely, drawn) {
            let answer = self.get(&path).await?;
            self.finds(&path, &answer)?;
        }
        for list in LISTS {
            self.list(list).await?;
        }
        self.summary().await?;
        let pages = self.pages().await?;
        self.feed(&pages)?;
        self.digest(&pages).await?;
        self.photos().await?;
        self.snapshots(closely, drawn).await?;
        self.searches(closely, drawn).await?;
        Ok(())
    }

    async fn get(&self, path: &str) -> Proved<Answer> {
        self.sums.answers.fetch_add(1, Ordering::Relaxed);
        let answer = self.world.ask("GET", path, &self.access, Body::empty(), &[]).await?;
        if answer.status >= 500 {
            return Err(format!("{path}: {} {}", answer.status, answer.text()).into());
        }
        Ok(answer)
    }

    /// Every described route that reads, with everything that is known in the places of its path.
    fn addresses(&self, closely: bool, drawn: u64) -> Vec<String> {
        let mut all = Vec::new();
        for (index, route) in self.world.routes.iter().enumerate() {
            // Lines, photos and lists have checks of their own; a file is read now and then.
            let rarely = route.split('.').next_back() == Some("xlsx")
                && !closely
                && !(index as u64 + drawn).is_multiple_of(7);
            let apart = route.ends_with("/events") || route.ends_with("/blobs/{hash}");
            let apart = apart || LISTS.iter().any(|list| route.strip_prefix("/api/v1/") == Some(list));
            if apart || rarely {
                continue;
            }
            let Some((before, rest)) = route.split_once('{') else {
                let how_many = if route.ends_with("/feed") { "limit=500" } else { "per_page=200" };
                all.push(format!("{route}?{how_many}"));
                continue;
            };
            let Some((name, after)) = rest.split_once('}') else { continue };
            for id in self.known(name, before) {
                all.push(format!("{before}{id}{after}"));
            }
        }
        all
    }

    /// Everything that could stand in a place of a path.
    fn known(&self, name: &str, before: &str) -> Vec<String> {
        let world = self.world;
        let customers = || world.shops.iter().map(|shop| shop.id.to_string());
        let devices = || world.devices().into_iter().map(|device| device.to_string());
        let staff = || world.people.iter().map(|person| person.staff.to_string());
        let targets = || world.targets.iter().map(|target| target.id.to_string());
        match name {
            "hash" => world.photos.iter().map(|(hash, ..)| hex(hash)).collect(),
            "scope" => self.all_scopes().into_iter().map(|scope| hex(&scope.to_bytes())).collect(),
            "claim" => vec!["x".into()],
            "month" => vec!["2026-11".into(), "2026-12".into()],
            _ if before.ends_with("/customers/") => customers().collect(),
            _ if before.ends_with("/devices/") || name == "device" => devices().collect(),
            _ => customers().chain(devices()).chain(staff()).chain(targets()).collect(),
        }
    }

    fn all_scopes(&self) -> Vec<Scope> {
        use sync_core::scope::Desk;
        let desks =
            [Desk::Dock, Desk::Logistics, Desk::Finance, Desk::Production, Desk::Books].map(Scope::Desk);
        let staff = self.world.people.iter().map(|person| person.staff);
        let customers = self.world.shops.iter().map(|shop| shop.id);
        let of_staff = staff.flat_map(|staff| [Scope::Staff(staff), Scope::StaffPrivate(staff)]);
        let of_customers = customers.flat_map(|id| [Scope::Customer(id), Scope::CustomerPrivate(id)]);
        [Scope::Common].into_iter().chain(desks).chain(of_staff).chain(of_customers).collect()
    }

    fn enters(&self, room: Room) -> bool {
        self.world.may(&self.person, &[room])
    }

    /// Nothing in an answer is somebody else's. The words that are in it.
    fn finds(&self, path: &str, answer: &Answer) -> Proved<BTreeSet<String>> {
        let file = answer.media.contains("spreadsheet");
        let text = if file { cells(&answer.body)? } else { answer.text() };
        let found = words_in(text.as_bytes());
        for word in &found {
            if self.words.get(word.as_str()) != Some(&true) {
                return Err(format!("{path} shows the foreign {word}: {}", around(&text, word)).into());
            }
        }
        let foreign = self.foreign_marks.iter().find(|mark| text.contains(**mark));
        if let Some(mark) = foreign {
            return Err(format!("{path} shows the foreign {mark}: {}", around(&text, mark)).into());
        }
        Ok(found)
    }

    /// A list has exactly the rows that this person may see, and says so.
    async fn list(&self, list: &str) -> Proved<()> {
        let path = format!("/api/v1/{list}?per_page=200");
        let answer = self.get(&path).await?;
        let found = self.finds(&path, &answer)?;
        let page = answer.json()?;
        let rows = page["rows"].as_array().ok_or_else(|| format!("{path}: {page}"))?;
        let seen: Vec<&Fact> = self
            .world
            .facts
            .iter()
            .filter(|fact| fact.is_in(list) && self.world.may(&self.person, &fact.in_lists))
            .collect();
        if let Some(missing) = seen.iter().find(|fact| fact.shown && !found.contains(&fact.word)) {
            return Err(format!("{path} does not show {missing:?}: {page}").into());
        }
        let due = match list {
            "products" | "price-lists" | "accounts" => 1,
            "staff" => self.world.people.len(),
            "conflicts" | "cash" => rows.len(),
            _ => seen.len(),
        };
        if page["total"] != due || rows.len() != due {
            return Err(
                format!("{path} counts {} and shows {} of {due}: {page}", page["total"], rows.len()).into()
            );
        }
        match list {
            "cash" => self.drawers(rows, |row| &row["staff"]["id"], |_| true),
            "staff" => self.drawers(rows, |row| &row["id"], |row| row["cash"].is_string()),
            "devices" => {
                self.drawers(rows, |row| &row["staff"]["id"], |row| row["declared_cash"].is_string())
            }
            _ => Ok(()),
        }
    }

    /// Cash stands only beside those whose drawers this person may look into.
    fn drawers(
        &self,
        rows: &[Value],
        whose: impl Fn(&Value) -> &Value,
        tells: impl Fn(&Value) -> bool,
    ) -> Proved<()> {
        for row in rows.iter().filter(|row| tells(row)) {
            let staff: Uuid =
                whose(row).as_str().and_then(|id| id.parse().ok()).ok_or("a row without a person")?;
            if !self.enters(Room::Own(sync_core::unit::StaffId(staff))) {
                return Err(format!("somebody else's drawer: {row}").into());
            }
        }
        Ok(())
    }

    /// The numbers of the moment count what this person sees, and nothing else.
    async fn summary(&self) -> Proved<()> {
        let page = self.get("/api/v1/summary").await?.json()?;
        for (name, list) in [("visits_today", "visits"), ("held", "held"), ("violations", "violations")] {
            let of_list = |fact: &&Fact| fact.is_in(list) && self.world.may(&self.person, &fact.in_lists);
            let due = self.world.facts.iter().filter(of_list).count();
            if page[name] != due {
                return Err(format!("the summary's {name} is {}, not {due}", page[name]).into());
            }
        }
        Ok(())
    }

    /// A device that begins at nothing is brought exactly what this person may see.
    fn feed(&self, pages: &[Page]) -> Proved<()> {
        let mut found = BTreeSet::new();
        for page in pages {
            let bytes = page.to_bytes();
            found.extend(words_in(&bytes));
            for entry in &page.entries {
                if !entry.scopes().into_iter().any(|scope| self.enters(room_of(scope))) {
                    return Err(format!("the feed brings the foreign entry {}", entry.position).into());
                }
            }
        }
        for fact in self.world.facts.iter().filter(|fact| !fact.word.is_empty()) {
            let may = self.world.may(&self.person, &fact.in_feed);
            if may != found.contains(&fact.word) {
                let what = if may { "does not bring" } else { "brings the foreign" };
                return Err(format!("the feed {what} {fact:?}").into());
            }
        }
        Ok(())
    }

    async fn pages(&self) -> Proved<Vec<Page>> {
        let (mut after, mut epoch, mut pages) = (0, 0, Vec::new());
        loop {
            let path = format!("/api/v1/pull?epoch={epoch}&after={after}&limit=40");
            let answer = self.get(&path).await?;
            if answer.status != 200 {
                return Err(format!("{path}: {}", answer.text()).into());
            }
            let page = Page::from_bytes(&answer.body)?;
            (after, epoch) = (page.scanned_to.position, page.scanned_to.epoch);
            let done = after >= page.head;
            pages.push(page);
            if done {
                return Ok(pages);
            }
        }
    }

    /// The digest is the sum over what the oracle says is seen.
    async fn digest(&self, pages: &[Page]) -> Proved<()> {
        let told = self.get("/api/v1/digest").await?.json()?;
        let mut sum = SetDigest::default();
        for page in pages {
            for entry in &page.entries {
                let seen = entry.scopes().into_iter().filter(|scope| self.enters(room_of(*scope)));
                seen.for_each(|_| sum.add(&entry.hash()));
            }
        }
        if told["set"] == hex(&sum.sum) && told["count"] == sum.count {
            Ok(())
        } else {
            Err(format!("the digest is of {} entries, not of {}", told["count"], sum.count).into())
        }
    }

    /// A photo is for whoever sees a paper that names it, and for whoever brought it.
    async fn photos(&self) -> Proved<()> {
        for (hash, by, rooms) in &self.world.photos {
            let may = *by == self.person.staff || self.world.may(&self.person, rooms);
            let answer = self.get(&format!("/api/v1/blobs/{}", hex(hash))).await?;
            if answer.status != if may { 200 } else { 404 } {
                return Err(format!("a photo of {rooms:?} is answered {}", answer.status).into());
            }
        }
        Ok(())
    }

    /// The snapshot of a scope is for whoever holds it, whole, and has nothing of any other.
    async fn snapshots(&self, closely: bool, drawn: u64) -> Proved<()> {
        let some = |(index, _): &(usize, Scope)| closely || (*index as u64 + drawn).is_multiple_of(4);
        for (_, scope) in self.all_scopes().into_iter().enumerate().filter(some) {
            let ask = SnapshotAsk { epoch: 0, position: None, held: [0; 16], scopes: Some(vec![scope]) };
            let manifest = self.snapshot("/api/v1/snapshot", &ask).await?;
            let may = self.enters(room_of(scope));
            if manifest.status != if may { 200 } else { 403 } {
                return Err(format!("the snapshot of {scope:?} is answered {}", manifest.status).into());
            }
            let first = self.snapshot("/api/v1/snapshot/0", &ask).await?;
            if !may {
                if first.status != 403 {
                    return Err(format!("a chunk of {scope:?} is answered {}", first.status).into());
                }
                continue;
            }
            let signed = SignedManifest::from_bytes(&manifest.body)?;
            let mut found = BTreeSet::new();
            for number in 0..signed.packed.len() {
                let path = format!("/api/v1/snapshot/{number}");
                found.extend(self.finds(&path, &self.snapshot(&path, &ask).await?)?);
            }
            self.is_whole(scope, &found)?;
        }
        Ok(())
    }

    async fn snapshot(&self, path: &str, ask: &SnapshotAsk) -> Proved<Answer> {
        self.sums.answers.fetch_add(1, Ordering::Relaxed);
        let headers = [("content-type", MEDIA_TYPE)];
        let body = Body::from(minicbor::to_vec(ask)?);
        let answer = self.world.ask("POST", path, &self.access, body, &headers).await?;
        if answer.status >= 500 { Err(format!("{path}: {}", answer.text()).into()) } else { Ok(answer) }
    }

    /// A test that finds nothing foreign must be able to find what is there: the name of the customer.
    fn is_whole(&self, scope: Scope, found: &BTreeSet<String>) -> Proved<()> {
        let rows = self.world.facts.iter().filter(|fact| fact.is_in("customers"));
        let missing = rows.filter(|fact| fact.in_lists.contains(&room_of(scope)));
        match missing.filter(|fact| !found.contains(&fact.word)).count() {
            0 => Ok(()),
            _ => Err(format!("the snapshot of {scope:?} does not say its name").into()),
        }
    }

    /// Nobody learns by searching that a word is there which they may not read.
    async fn searches(&self, closely: bool, drawn: u64) -> Proved<()> {
        let foreign: Vec<&str> = self.words.iter().filter(|(_, may)| !**may).map(|(word, _)| *word).collect();
        let few = if closely { 4 } else { 1 };
        for turn in 0..few.min(foreign.len()) {
            let at = (usize::try_from(drawn >> 16)? + turn * 7) % foreign.len();
            for list in LISTS {
                let path = format!("/api/v1/{list}?q={}", foreign[at]);
                let page = self.get(&path).await?.json()?;
                if page["total"] != 0 {
                    return Err(format!("{path} finds something: {page}").into());
                }
            }
        }
        Ok(())
    }
}

impl World {
    /// A live line brings hints of what its hearer may see, and of nothing else.
    pub(crate) async fn listens(&mut self, person: &Person) -> Proved<()> {
        let access = self.access(person.staff, None).await?;
        let mut line = self.stream("/api/v1/events", &access).await?;
        let mut told = self.app.live.hear();
        let shop = self.dice.pick(&self.shops).expect("customers").id;
        let head = self.in_role(sync_core::domain::people::Role::SalesHead).ok_or("nobody heads sales")?;
        self.later();
        let op = Op::OwnerSet(sync_core::domain::customer::OwnerSet {
            customer: shop,
            owner: self.shops.iter().find(|known| known.id == shop).expect("it is there").owner(),
            replaces: Vec::new(),
            reason: None,
        });
        // An owner who has left the field is given no customer: then nothing moves, and there is nothing to hear.
        let Ok(first) = self.office(head, op).await else { return Ok(()) };
        while told.recv().await?.position < first {}
        let everybodys = self.office(head, common()).await?;
        let due = if self.may(person, &[Room::Customers(shop)]) { first } else { everybodys };
        let mut heard = String::new();
        while !heard.contains("\n\n") {
            let piece = line.next().await.ok_or("the line ended")??;
            heard.push_str(&String::from_utf8_lossy(&piece));
        }
        if heard.contains(&format!("{{\"position\":{due}}}")) {
            Ok(())
        } else {
            Err(format!("{:?} heard {heard:?}, not {due}", person.role).into())
        }
    }
}

/// Something that is everybody's.
fn common() -> Op {
    Op::PriceListIssued(sync_core::domain::sale::PriceListIssued {
        list: sync_core::unit::PriceListId::from_bytes([0xd9; 16]),
        version: crate::pen::text("2026-12"),
        meeting: crate::pen::text(""),
        valid_from: sync_core::time::BusinessDate::of(2026, 12, 1).expect("a day"),
        valid_to: sync_core::time::BusinessDate::of(2026, 12, 31).expect("a day"),
        prices: vec![(PRODUCT, price())],
    })
}

/// The words of facts in some bytes.
fn words_in(bytes: &[u8]) -> BTreeSet<String> {
    const LENGTH: usize = 10;
    let mut found = BTreeSet::new();
    let mark = MARK.as_bytes();
    let mut at = 0;
    while at + LENGTH <= bytes.len() {
        let word = &bytes[at..at + LENGTH];
        // Hashes hold any two letters; that all ten are such as words are made of happens to none.
        let letters = || word.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if word.starts_with(mark) && letters() {
            found.insert(String::from_utf8_lossy(word).into_owned());
            at += LENGTH;
        } else {
            at += 1;
        }
    }
    found
}

/// What stands around a word.
fn around(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or(0);
    let before: String = text[..at].chars().rev().take(150).collect();
    let after: String = text[at..].chars().take(200).collect();
    before.chars().rev().chain(after.chars()).collect()
}

/// Every cell of a file, as text.
fn cells(bytes: &[u8]) -> Proved<String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| format!("no workbook: {error}"))?;
    let sheets = book.worksheets();
    let cells = sheets.iter().flat_map(|(_, range)| range.cells().map(|(_, _, cell)| cell.to_string()));
    Ok(cells.collect::<Vec<_>>().join(" "))
}
