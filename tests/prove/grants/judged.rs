//! What a judged change means for who may see it: taken down for the oracle.

use sync_core::{refusal::Verdict, scope::Desk, time::Timestamp, unit::StaffId};

use super::{
    oracle::{Room, Shop, breaks_a_rule},
    step::{What, Wrote},
    world::{Fact, World},
};

impl World {
    /// Takes down who may see a change that has been judged.
    pub(super) fn settle(&mut self, author: StaffId, wrote: Wrote, verdict: &Verdict, at: Timestamp) {
        let Wrote { word, what } = wrote;
        let own = vec![Room::Own(author)];
        let (in_feed, in_lists, list) = match (verdict, &what) {
            (Verdict::Held { .. }, What::Personal(_)) => {
                let room = vec![Room::OwnPersonal(author)];
                (room.clone(), room, Some("held"))
            }
            (Verdict::Held { .. }, _) => (own.clone(), own, Some("held")),
            (Verdict::Applied { withheld: true, .. }, what) => (own.clone(), own, list_of(what)),
            (Verdict::Applied { .. }, what) => {
                let (in_feed, in_lists) = rooms(what, author);
                (in_feed, in_lists, list_of(what))
            }
        };
        let held = matches!(verdict, Verdict::Held { .. });
        if let (What::NewShop(id, owner), false) = (&what, held) {
            self.shops.push(Shop { id: *id, owners: vec![(at, *owner)] });
        }
        if let What::Visit(_, Some(hash)) = &what
            && let Some((.., seen)) = self.photos.iter_mut().find(|(known, ..)| known == hash)
        {
            seen.clone_from(&in_feed);
        }
        let marks = match &what {
            What::Cash(_, marks) | What::Transfer(_, marks) => marks.to_vec(),
            What::Order(_, number) => vec![number.clone()],
            _ => Vec::new(),
        };
        if let (Verdict::Applied { findings, .. }, Some(whose)) = (verdict, money_of(&what, author))
            && findings.iter().any(breaks_a_rule)
        {
            // S15: a violation beside it, for its author, the heads and finance.
            let own = vec![Room::Own(whose)];
            let (word, list) = (String::new(), Some("violations"));
            let (in_feed, in_lists, withheld, shown) = (own.clone(), own, false, false);
            self.facts.push(Fact { word, in_feed, in_lists, list, withheld, shown, marks: Vec::new() });
        }
        let shown = list.is_some() && !matches!(what, What::Unknown | What::Forbidden);
        // Whoever had the right to reverse what is withheld waits for nobody.
        let withheld = matches!(verdict, Verdict::Applied { withheld: true, findings }
            if findings.iter().any(|finding| finding.against_rule().is_some()));
        self.facts.push(Fact { word, in_feed, in_lists, list, withheld, shown, marks });
    }
}

/// Where an applied change is brought to, and where its paper is a row. Source: S78, S92, S79.
fn rooms(what: &What, author: StaffId) -> (Vec<Room>, Vec<Room>) {
    let same = |rooms: Vec<Room>| (rooms.clone(), rooms);
    let finance = Room::At(Desk::Finance);
    match what {
        What::NewShop(customer, _)
        | What::Card(customer)
        | What::Visit(customer, _)
        | What::Urging(customer) => same(vec![Room::Customers(*customer)]),
        What::Personal(customer) => same(vec![Room::Personal(*customer)]),
        What::Order(customer, _) => {
            let feed = vec![Room::Customers(*customer), Room::Own(author), Room::At(Desk::Logistics)];
            (feed, vec![Room::Customers(*customer)])
        }
        What::Cash(customer, _) => {
            (vec![Room::Customers(*customer), Room::Own(author)], vec![Room::Customers(*customer)])
        }
        What::Transfer(customer, _) => {
            (vec![Room::Customers(*customer), Room::Own(author), finance], vec![Room::Customers(*customer)])
        }
        What::Remittance => (vec![Room::Own(author), finance], vec![Room::Own(author)]),
        What::Reversal(staff, customer) => {
            let of_customer: Vec<Room> = customer.map(Room::Customers).into_iter().collect();
            let feed = [of_customer.clone(), vec![Room::Own(*staff), finance]].concat();
            (feed, of_customer)
        }
        // What no rep may write is never applied; a kind nobody knows neither.
        What::Forbidden | What::Unknown => (Vec::new(), Vec::new()),
    }
}

/// Whose drawer a change is about.
const fn money_of(what: &What, author: StaffId) -> Option<StaffId> {
    match what {
        What::Cash(..) | What::Transfer(..) | What::Remittance => Some(author),
        What::Reversal(staff, _) => Some(*staff),
        _ => None,
    }
}

const fn list_of(what: &What) -> Option<&'static str> {
    match what {
        What::NewShop(..) => Some("customers"),
        What::Visit(..) => Some("visits"),
        What::Order(..) => Some("orders"),
        What::Cash(..) | What::Transfer(..) => Some("collections"),
        What::Remittance => Some("remittances"),
        What::Urging(_) => Some("urgings"),
        _ => None,
    }
}
