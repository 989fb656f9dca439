//! What the office reads: only what the viewer may see, with names, in their language. Source: S78, S92.

use server::{
    demo::everybody,
    rows::{Asked, FeedAsked, MOST_PER_PAGE, RowsError, TimelineRow},
};
use sync_core::{
    crdt::{Register, Write},
    domain::{
        Recorded,
        customer::{CardField, CustomerCard, FieldValue},
        people::Role,
        visit::{Purpose, Visit, VisitRecorded},
    },
    locale::Lang,
    paper::{Paper, PaperKey},
    scope::{Scope, Viewer},
    time::Timestamp,
    unit::{ChangeId, CustomerId, DeviceId, PaperId, Text},
};

use crate::world::{company, filled, reader, small, staff, tell, texts, viewer};

fn most() -> Asked {
    Asked { per_page: Some(MOST_PER_PAGE), ..Asked::default() }
}

/// Checks every list against what the viewer may see.
async fn sees_only_their_own(viewer: &Viewer) {
    let words = texts(Lang::ZhCn);
    let mut moment = company().snapshot().await.expect("a moment");
    let mut reader = reader(&mut moment, viewer, &words);
    let mine = |customer: Option<CustomerId>| customer.is_none_or(|id| viewer.may_see(Scope::Customer(id)));
    let few = Asked { per_page: Some(8), sort: Some("-label".into()), ..Asked::default() };
    for row in reader.customers(&few).await.expect("customers").rows {
        assert!(mine(Some(row.id)), "{}: {}", viewer.role.code(), row.name);
    }
    for row in reader.visits(&most()).await.expect("visits").rows {
        let own = row.customer.is_some() || (row.withheld && viewer.may_see(Scope::Staff(row.staff.id)));
        assert!(own && mine(row.customer.map(|c| c.id)), "{}", viewer.role.code());
    }
    for row in reader.orders(&most()).await.expect("orders").rows {
        assert!(row.customer.is_some() && mine(row.customer.map(|c| c.id)), "{}", viewer.role.code());
    }
    for row in reader.collections(&most()).await.expect("collections").rows {
        assert!(mine(row.customer.map(|c| c.id)), "{}", viewer.role.code());
    }
    for row in reader.remittances(&most()).await.expect("remittances").rows {
        assert!(viewer.may_see(Scope::Staff(row.staff.id)), "{}", viewer.role.code());
    }
    for row in reader.cash(&most()).await.expect("cash").rows {
        assert!(viewer.may_see(Scope::Staff(row.staff.id)), "{}", viewer.role.code());
    }
    for row in reader.devices(&most()).await.expect("devices").rows {
        let sees_drawer = viewer.may_see(Scope::Staff(row.staff.id));
        assert!(sees_drawer || viewer.role.keeps_staff(), "{}", viewer.role.code());
        assert_eq!(row.declared_cash.is_some(), sees_drawer, "{}", viewer.role.code());
    }
    for row in reader.held(&most()).await.expect("held").rows {
        assert!(viewer.may_see(Scope::Staff(row.by.id)), "{}", viewer.role.code());
    }
    for row in reader.conflicts(&most()).await.expect("conflicts").rows {
        assert!(mine(Some(row.customer.id)), "{}", viewer.role.code());
    }
    for line in
        reader.feed(&FeedAsked { limit: Some(500), ..FeedAsked::default() }).await.expect("a feed").entries
    {
        assert!(mine(line.customer.map(|c| c.id)), "{}", viewer.role.code());
    }
}

#[test]
fn every_role_finds_in_every_list_only_what_it_may_see() {
    let mut roles = std::collections::BTreeSet::new();
    for person in everybody() {
        if roles.insert(person.role.code()) {
            tell(async { sees_only_their_own(&viewer(company(), &person.number).await).await });
        }
    }
    assert!(roles.len() > 10);
}

#[test]
fn a_stranger_s_customer_has_neither_page_nor_timeline() {
    tell(async {
        let (ma, li) = (viewer(company(), "YW-0117").await, viewer(company(), "YW-0101").await);
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &ma, &words);
        let (own, foreign) = (ma.customers.first().expect("one"), li.customers.first().expect("one"));
        assert!(reader.customer(*own).await.expect("the store answers").is_some());
        assert!(reader.customer(*foreign).await.expect("the store answers").is_none());
        assert!(reader.timeline(*foreign, &most()).await.expect("the store answers").is_none());
        let of = Asked { customer: Some(foreign.0), ..most() };
        assert_eq!(reader.visits(&of).await.expect("visits").total, 0);
    });
}

#[test]
fn personal_fields_are_there_for_who_needs_them_and_absent_for_others() {
    tell(async {
        let ma = viewer(company(), "YW-0117").await;
        let words = texts(Lang::ZhCn);
        let mut written = 0;
        for (number, sees) in [("YW-0117", true), ("DA-0001", true), ("CW-0001", false), ("WL-0001", false)] {
            let viewer = viewer(company(), number).await;
            let mut moment = company().snapshot().await.expect("a moment");
            let mut reader = reader(&mut moment, &viewer, &words);
            for customer in &ma.customers {
                let page = reader.customer(*customer).await.expect("the store answers").expect("a page");
                assert_eq!(page.personal.is_some(), sees, "{number}");
                written += page.personal.map_or(0, |fields| fields.len());
            }
        }
        assert!(written > 0, "somebody has personal fields");
    });
}

#[test]
fn a_timeline_is_whole_and_in_order_over_its_pages() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let ma = viewer(company(), "YW-0117").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let customer = *ma.customers.first().expect("a customer");
        let mut times = Vec::new();
        let mut kinds = std::collections::BTreeSet::new();
        for page in 1.. {
            let asked = Asked { page: Some(page), per_page: Some(7), ..Asked::default() };
            let list =
                reader.timeline(customer, &asked).await.expect("the store answers").expect("a timeline");
            let total = usize::try_from(list.total).expect("not so many");
            for row in list.rows {
                let (kind, at) = match row {
                    TimelineRow::Visit(row) => ("visit", row.at),
                    TimelineRow::Order(row) => ("order", row.at),
                    TimelineRow::Collection(row) => ("collection", row.at),
                    TimelineRow::Card(row) => ("card", row.at),
                    TimelineRow::Change(row) => ("change", row.at),
                };
                kinds.insert(kind);
                times.push(at);
            }
            if times.len() >= total {
                assert_eq!(times.len(), total);
                break;
            }
        }
        assert!(kinds.contains("visit") && kinds.contains("card"), "{kinds:?}");
        assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "the latest comes first");
    });
}

/// Minute by minute a visit with the customer, and after every hundredth a write on its card.
fn a_long_history(customer: CustomerId, visits: u16) -> Vec<(PaperKey, Paper)> {
    let (device, by) = (DeviceId::from_bytes([4; 16]), staff("YW-0117"));
    let at = |minute: u64| Timestamp::from_millis(1_759_000_000_000 + minute * 60_000);
    let mut card = CustomerCard { created: Some(at(0)), ..CustomerCard::default() };
    let mut name = Register::default();
    let mut papers: Vec<_> = (1..=visits)
        .map(|minute| {
            let id = ChangeId { device, seq: u64::from(minute) };
            if minute % 100 == 0 {
                let value = FieldValue::Text(Text::new("塞上人家粮油店").expect("short enough"));
                let at = at(u64::from(minute)).plus_millis(30_000);
                name.write(
                    ChangeId { seq: id.seq + 100_000, ..id },
                    Write { value, at, by, replaces: Vec::new() },
                );
            }
            let what = VisitRecorded {
                customer,
                purposes: vec![Purpose::Display],
                met: Text::default(),
                said: Text::new("看了货架").expect("short enough"),
                next_step: Text::default(),
                next_on: None,
                place: None,
                photos: Vec::new(),
            };
            let recorded =
                Recorded { what, id, by, at: at(u64::from(minute)), withheld: false, accepted_by: None };
            (PaperKey::visit(PaperId(id.created())), Paper::Visit(Visit { recorded: Some(recorded) }))
        })
        .collect();
    card.fields.insert(CardField::Name, name);
    card.owner.write(ChangeId { device, seq: 9 }, Write { value: by, at: at(0), by, replaces: Vec::new() });
    papers.push((PaperKey::customer(customer), Paper::Customer(card)));
    papers
}

#[test]
fn a_timeline_of_many_years_is_shown_to_its_first_day() {
    let (hub, customer) = (small(), CustomerId::from_bytes([7; 16]));
    tell(async {
        filled(&hub, a_long_history(customer, 6_000)).await;
        let head = viewer(&hub, "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = hub.snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let mut times = Vec::new();
        let mut writes = 0;
        for page in 1..=31 {
            let asked = Asked { page: Some(page), per_page: Some(200), ..Asked::default() };
            let list =
                reader.timeline(customer, &asked).await.expect("the store answers").expect("a timeline");
            assert_eq!(list.total, 6_060);
            for row in list.rows {
                match row {
                    TimelineRow::Visit(row) => times.push(row.at),
                    TimelineRow::Card(row) => {
                        writes += 1;
                        times.push(row.at);
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!((times.len(), writes), (6_060, 60));
        assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "the latest comes first");
    });
}

#[test]
fn reasons_are_said_in_the_language_that_was_asked_for() {
    tell(async {
        let leader = viewer(company(), "XS-0001").await;
        let mut said = Vec::new();
        for lang in Lang::ALL {
            let words = texts(lang);
            let mut moment = company().snapshot().await.expect("a moment");
            let mut reader = reader(&mut moment, &leader, &words);
            let all = reader.held(&most()).await.expect("held").rows;
            // Strangers' customers, two values of which one must be chosen, facts that count for their author only.
            for (status, count) in [("held", 6), ("undecided", 2), ("withheld", 3)] {
                assert_eq!(all.iter().filter(|row| row.status == status).count(), count, "{status}");
            }
            assert!(all.iter().all(|row| row.content.is_some() && row.customer.is_some() && row.may_decide));
            assert!(all.iter().all(|row| row.other.is_some() == (row.status == "undecided")));
            let held: Vec<_> = all.into_iter().filter(|row| row.status == "held").collect();
            said.push(held[0].reason.clone());
        }
        assert_eq!(said[0].code, said[1].code);
        assert_ne!(said[0].text, said[1].text);
        assert_eq!(said[0].clause, Some("S78"));
    });
}

#[test]
fn a_feed_is_read_backwards_and_forwards_without_a_gap() {
    tell(async {
        let ma = viewer(company(), "YW-0117").await;
        assert_eq!(ma.role, Role::DirectRep);
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &ma, &words);
        let mut backwards = Vec::new();
        let mut before = None;
        loop {
            let asked = FeedAsked { before, limit: Some(97), ..FeedAsked::default() };
            let page = reader.feed(&asked).await.expect("a feed");
            let Some(last) = page.entries.last() else { break };
            before = Some(last.position);
            backwards.extend(page.entries.iter().map(|line| line.position));
        }
        let mut forwards = Vec::new();
        let mut after = Some(0);
        loop {
            let page = reader
                .feed(&FeedAsked { after, limit: Some(500), ..FeedAsked::default() })
                .await
                .expect("a feed");
            let Some(last) = page.entries.last() else { break };
            after = Some(last.position);
            forwards.extend(page.entries.iter().map(|line| line.position));
        }
        forwards.reverse();
        assert!(backwards.len() > 300);
        assert_eq!(backwards, forwards);
    });
}

#[test]
fn a_list_says_what_it_does_not_take() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let asked = Asked { per_page: Some(MOST_PER_PAGE + 1), ..Asked::default() };
        let Err(RowsError::Ask(refusal)) = reader.visits(&asked).await else { panic!("a limit was passed") };
        assert_eq!((refusal.field(), refusal.limit()), ("per_page", Some(MOST_PER_PAGE)));
    });
}

#[test]
fn a_number_on_paper_finds_its_one_order_or_receipt() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let order = reader.orders(&most()).await.expect("orders").rows.remove(0);
        let receipt = reader.collections(&most()).await.expect("receipts").rows.remove(0);
        let found = |number: &str| Asked { q: Some(number.to_lowercase()), ..Asked::default() };
        let orders = reader.orders(&found(&order.number)).await.expect("orders").rows;
        assert_eq!(orders.iter().map(|row| row.id).collect::<Vec<_>>(), [order.id], "{}", order.number);
        let receipts = reader.collections(&found(&receipt.number)).await.expect("receipts").rows;
        assert_eq!(receipts.iter().map(|row| row.id).collect::<Vec<_>>(), [receipt.id], "{}", receipt.number);
        assert_eq!(reader.collections(&found(&order.number)).await.expect("receipts").total, 0);
        assert_eq!(reader.orders(&found("DH-999-0001")).await.expect("orders").total, 0);
    });
}

#[test]
fn a_list_is_searched_by_the_customer_and_by_the_rep_whom_the_viewer_sees() {
    tell(async {
        let (leader, ma) = (viewer(company(), "XS-0001").await, viewer(company(), "YW-0117").await);
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let (foreign, held) = {
            let mut reader = reader(&mut moment, &leader, &words);
            let visits = reader.visits(&most()).await.expect("visits").rows;
            let foreign = visits.iter().find(|row| row.staff.name != "马建国").expect("another's").clone();
            let name = foreign.customer.as_ref().expect("the leader sees it").name.clone();
            let found = reader.visits(&Asked { q: Some(name.clone()), ..most() }).await.expect("visits");
            assert!(found.total > 0 && found.rows.iter().any(|row| row.id == foreign.id));
            assert!(
                found.rows.iter().all(|row| row.customer.as_ref().is_some_and(|c| c.name.contains(&name)))
            );
            let of_ma = reader.orders(&Asked { q: Some("马建国".into()), ..most() }).await.expect("orders");
            assert!(of_ma.total > 0 && of_ma.rows.iter().all(|row| row.staff.name == "马建国"));
            let waits = reader.held(&most()).await.expect("held").rows.remove(0);
            let asked = Asked { q: waits.customer.clone().map(|customer| customer.name), ..most() };
            (name, reader.held(&asked).await.expect("held").rows.iter().any(|row| row.id == waits.id))
        };
        assert!(held, "a held change is found by its customer");
        let mut reader = reader(&mut moment, &ma, &words);
        assert_eq!(reader.visits(&Asked { q: Some(foreign), ..most() }).await.expect("visits").total, 0);
    });
}

#[test]
fn visits_are_in_the_order_of_their_customers_and_phones_in_that_of_their_last_word() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let asked = Asked { sort: Some("customer".into()), ..most() };
        let visits = reader.visits(&asked).await.expect("visits").rows;
        let names: Vec<_> = visits.iter().filter_map(|row| row.customer.as_ref()).map(|c| &c.name).collect();
        assert!(names.len() > 100 && names.is_sorted());
        let asked = Asked { sort: Some("-seen".into()), ..most() };
        let phones = reader.devices(&asked).await.expect("devices").rows;
        assert!(phones.len() > 20 && phones.windows(2).all(|two| two[0].last_seen >= two[1].last_seen));
        let asked =
            Asked { sort: Some("-seen".into()), page: Some(2), per_page: Some(5), ..Asked::default() };
        assert_eq!(reader.devices(&asked).await.expect("devices").rows[0].id, phones[5].id);
    });
}

#[test]
fn conflicts_are_counted_and_paged_by_fields() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        let all = reader.conflicts(&most()).await.expect("conflicts");
        assert_eq!(all.total, all.rows.len() as u64);
        let asked = |page| Asked { page: Some(page), per_page: Some(4), ..Asked::default() };
        let mut paged = reader.conflicts(&asked(1)).await.expect("conflicts").rows;
        paged.extend(reader.conflicts(&asked(2)).await.expect("conflicts").rows);
        assert_eq!(paged, all.rows[..paged.len()]);
        assert_eq!(paged.len() as u64, all.total.min(8));
    });
}

#[test]
fn the_feed_is_narrowed_by_person_kind_fate_and_customer() {
    tell(async {
        let leader = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &leader, &words);
        let all = FeedAsked { limit: Some(500), ..FeedAsked::default() };
        let order = FeedAsked { kind: Some("order-taken".into()), ..all.clone() };
        let line = reader.feed(&order).await.expect("a feed").entries.remove(0);
        let customer = line.customer.expect("an order names its customer").id;
        let of = FeedAsked { staff: Some(line.staff.id.0), customer: Some(customer.0), ..order };
        let found = reader.feed(&of).await.expect("a feed");
        assert_eq!(found.reached, 1, "everything was looked through");
        assert!(found.entries.iter().any(|one| one.position == line.position));
        assert!(found.entries.iter().all(|one| {
            let about = one.customer.as_ref().is_some_and(|about| about.id == customer);
            one.kind == "order-taken" && one.staff.id == line.staff.id && about
        }));
        let held = FeedAsked { verdict: Some("held".into()), ..all };
        let held = reader.feed(&held).await.expect("a feed").entries;
        assert_eq!(held.len(), 8);
        assert!(held.iter().all(|line| line.reason.is_some()));
    });
}

#[test]
fn a_timeline_tells_of_hand_overs_stamps_and_reversals_in_lines_of_their_own() {
    tell(async {
        let head = viewer(company(), "XS-0001").await;
        let words = texts(Lang::ZhCn);
        let mut moment = company().snapshot().await.expect("a moment");
        let mut reader = reader(&mut moment, &head, &words);
        for kind in ["owner-set", "order-stamped", "reversed", "contact-added"] {
            let asked = FeedAsked { kind: Some(kind.into()), limit: Some(1), ..FeedAsked::default() };
            let line = reader.feed(&asked).await.expect("a feed").entries.remove(0);
            let customer = line.customer.expect("about a customer").id;
            let timeline = reader.timeline(customer, &most()).await.expect("the store answers").expect("one");
            let numbered = line.summary.number.as_ref();
            match kind {
                "order-stamped" => assert!(numbered.is_some_and(|number| number.starts_with("DH-"))),
                "reversed" => assert!(numbered.is_some_and(|number| number.starts_with("SK-"))),
                _ => {}
            }
            let told = timeline.rows.iter().any(|row| match row {
                TimelineRow::Change(change) => change.position == line.position,
                _ => false,
            });
            assert!(told, "{kind}");
        }
    });
}

#[test]
fn a_personal_field_is_told_without_its_value_and_only_to_who_sees_it() {
    tell(async {
        let words = texts(Lang::ZhCn);
        let ma = viewer(company(), "YW-0117").await;
        let mut told = std::collections::BTreeMap::new();
        for number in ["YW-0117", "CW-0001"] {
            let viewer = viewer(company(), number).await;
            let mut moment = company().snapshot().await.expect("a moment");
            let mut reader = reader(&mut moment, &viewer, &words);
            for customer in &ma.customers {
                let rows = reader.timeline(*customer, &most()).await.expect("an answer").expect("one").rows;
                let lines = rows.into_iter().filter_map(|row| match row {
                    TimelineRow::Change(line) if line.kind == "personal-field-set" => Some(line.summary.text),
                    _ => None,
                });
                told.entry(number).or_insert_with(Vec::new).extend(lines);
            }
        }
        assert!(!told["YW-0117"].is_empty() && told["CW-0001"].is_empty());
        let code = |text: &String| text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(told["YW-0117"].iter().flatten().all(code), "the field's code and nothing else");
    });
}
