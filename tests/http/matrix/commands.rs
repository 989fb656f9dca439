//! Every op of the console × every role × one's own, a colleague's, another company's and nobody's thing.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync_core::domain::people::Role::{
    self, Administrator, Clerk, DirectRep, Finance, GeneralManager, Logistics, MarketingHead, MarketingVp,
    SalesHead, SalesManager,
};

use super::oracle::Duty::{Customers, Drawers, Personal};
use super::oracle::{Duty, Whose, own, sees};
use super::stage::{Stage, Thing};
use super::told;
use crate::house::{ACCOUNT, PRODUCT, who};
use crate::phone::hex;

/// One op of the console.
struct Command {
    /// Its name, as the document lists it.
    op: &'static str,
    /// The roles whose it is; with it, whether the things of one's own are enough.
    roles: &'static [Role],
    own: bool,
    /// By which duties what it names is seen, and what whoever does not see it is told.
    about: Option<(&'static [Duty], &'static str)>,
    /// What whoever sees it is told whose it is not, where that is the rule that says no.
    refused: Option<&'static str>,
    /// Whether it is said of a thing once.
    once: bool,
    /// Where nobody gets to the end: whose it is, what they are told, and what everybody else is.
    no: Option<(&'static [Role], &'static str, &'static str)>,
    says: fn(&Thing) -> Value,
}

const KEEP_PRICES: &[Role] = &[SalesHead, MarketingHead, MarketingVp, Clerk];
/// Reps their own, and these all. Source: S43.
const URGE: &[Role] = &[Logistics, Clerk, Finance, SalesHead, SalesManager, MarketingHead, MarketingVp];
/// Those who make credit exceptions. Source: S45.
const EXCEPT: &[Role] = &[Finance, SalesHead, SalesManager, MarketingHead, MarketingVp, GeneralManager];
/// Those who approve what another has made, and end it. Source: S45.
const APPROVE: &[Role] = &[Finance, MarketingVp, GeneralManager];
/// Those who let a month be closed without a phone. Source: Q10.
const RELEASE: &[Role] = &[SalesHead, MarketingHead];
const KEEP_STAFF: &[Role] = &[SalesHead, Administrator];
const HEADS: &[Role] = &[SalesHead, SalesManager, MarketingHead, MarketingVp];
const ASSIGN: &[Role] = &[SalesHead, MarketingVp];
const OF_CUSTOMER: Option<(&[Duty], &str)> = Some((&[Customers], "customer.not-yours"));

fn word() -> Value {
    json!({ "type": "text", "value": "字" })
}

/// A number that no account has yet.
fn number_of_its_own() -> String {
    format!("{:020}", uuid::Uuid::new_v4().as_u128() % 10_u128.pow(20))
}

/// A stamp on a closing that is not there.
fn month_stamp(stamp: &str) -> Value {
    json!({ "closing": "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee", "period": "2026-11", "stamp": stamp,
        "table": "00".repeat(32), "note": "少一笔" })
}

#[expect(clippy::too_many_lines, reason = "one entry for each command")]
fn commands() -> [Command; 34] {
    let general = |op, roles, says| Command {
        op,
        roles,
        own: false,
        about: None,
        refused: None,
        once: false,
        no: None,
        says,
    };
    let of_customer = |op, roles, own, says| Command { own, about: OF_CUSTOMER, ..general(op, roles, says) };
    let of_drawer = |op, roles, hidden, refused, says| Command {
        about: Some((&[Drawers], hidden)),
        refused: Some(refused),
        once: true,
        ..general(op, roles, says)
    };
    [
        general(
            "company-account-opened",
            &[Finance],
            |_| json!({ "holder": "公司", "bank": "银行", "number": number_of_its_own() }),
        ),
        general("company-account-closed", &[Finance], |_| json!({ "account": ACCOUNT })),
        general("price-list-issued", KEEP_PRICES, |_| {
            json!({ "version": "2026-12", "meeting": "", "valid_from": "2026-12-01",
                "valid_to": "2026-12-31", "prices": [[PRODUCT, "68"]] })
        }),
        general("product-set", KEEP_PRICES, |_| {
            let card = json!({ "code": "GM-0110", "name": "鸡蛋挂面", "specification": "1 kg×10",
                "packaging": "纸箱", "unit": "箱", "net_weight_g": 10_000, "tolerance_g": 60 });
            json!({ "product": PRODUCT, "card": card })
        }),
        general("staff-joined", KEEP_STAFF, |_| json!({ "number": "7", "name": "某人", "role": "rep" })),
        general(
            "staff-role-set",
            KEEP_STAFF,
            |_| json!({ "staff": who("4001"), "role": "keeper", "replaces": [] }),
        ),
        general(
            "customer-created",
            &[SalesHead, MarketingVp, Administrator],
            |_| json!({ "fields": [["name", word()]], "contacts": [], "owner": who("1002") }),
        ),
        of_customer(
            "owner-set",
            ASSIGN,
            false,
            |thing| json!({ "customer": thing.customer, "owner": thing.staff, "replaces": [] }),
        ),
        of_customer("card-field-set", Customers.roles(), true, |thing| {
            json!({ "customer": thing.customer, "field": "registered-address", "value": word(),
                "replaces": [] })
        }),
        of_customer(
            "personal-field-set",
            Personal.roles(),
            true,
            |thing| json!({ "customer": thing.customer, "field": "interests", "value": "字", "replaces": [] }),
        ),
        of_customer(
            "contact-added",
            Customers.roles(),
            true,
            |thing| json!({ "customer": thing.customer, "contact": { "name": "杨", "position": "", "phone": "" } }),
        ),
        of_customer(
            "contact-removed",
            Customers.roles(),
            true,
            |thing| json!({ "customer": thing.customer, "addition": { "device": thing.device, "seq": 1 } }),
        ),
        of_customer("order-stamped", &[Logistics], false, |thing| {
            json!({ "order": thing.order, "customer": thing.customer, "stamp": "accepted",
                "over": thing.over })
        }),
        // Before the cash is reversed: finance signs for no more than lies in the drawer.
        of_drawer("hand-in-stamped", &[Finance], "hand-in.not-yours", "hand-in.not-yours", |thing| {
            json!({ "hand_in": thing.hand_in, "staff": thing.staff, "stamp": "received",
                "over": hex(&thing.handed_over) })
        }),
        of_drawer("hand-in-stamped", &[Finance], "hand-in.not-yours", "hand-in.not-yours", |thing| {
            json!({ "hand_in": thing.hand_in, "staff": thing.staff, "stamp": "taken-back",
                "over": hex(&thing.handed_over), "note": "签错了" })
        }),
        Command {
            op: "reversed",
            roles: &[Finance],
            own: true,
            about: Some((&[Customers, Drawers], "cash.nothing-to-reverse")),
            refused: None,
            once: true,
            no: None,
            says: |thing| {
                json!({ "kind": "collection", "of": thing.collection, "staff": thing.staff,
                    "customer": thing.customer, "reason": "金额记错了" })
            },
        },
        general("violation-raised", &[Finance], |_| {
            json!({ "staff": who("1001"), "kind": "personal-account", "amount": "88.00",
                "reason": "汇入个人账户" })
        }),
        Command {
            op: "limit-overridden",
            roles: &[MarketingVp, GeneralManager],
            own: false,
            about: Some((&[Drawers], "limit.not-management")),
            refused: Some("limit.not-management"),
            once: false,
            no: None,
            says: |thing| {
                json!({ "staff": thing.staff, "hold": "8000", "remit_from": "8000", "from": thing.day,
                    "to": thing.day, "parts": [{ "device": thing.device, "amount": "8000" }],
                    "reason": "新到岗" })
            },
        },
        of_drawer("lost-phone-settled", &[Finance], "limit.not-finance", "limit.not-finance", |thing| {
            json!({ "staff": thing.staff, "device": thing.lost, "into": thing.device, "share": "0.00",
                "drawer": "0.00", "counted": "0.00", "note": "点过" })
        }),
        of_drawer(
            "violation-stamped",
            HEADS,
            "violation.not-yours",
            "violation.not-yours",
            |thing| json!({ "violation": thing.violation, "staff": thing.staff, "stamp": "looked-into", "note": "已查" }),
        ),
        of_drawer(
            "violation-stamped",
            &[Finance],
            "violation.not-yours",
            "violation.not-yours",
            |thing| json!({ "violation": thing.violation, "staff": thing.staff, "stamp": "settled", "note": "已结" }),
        ),
        general("month-line-explained", &[Finance, Clerk], |_| {
            json!({ "period": "2026-11", "line": { "missing": who("1001") }, "difference": "200.00",
                "explanation": "丢的手机里短二百" })
        }),
        // The month is not over here, and nothing was closed: whose it is gets as far as that, and nobody else.
        Command {
            no: Some((&[Clerk], "month.not-over", "month.not-yours")),
            ..general(
                "month-closed",
                &[],
                |_| json!({ "period": "2026-11", "through": 1, "table": "00".repeat(32), "notes": "00".repeat(32) }),
            )
        },
        Command {
            no: Some((&[Finance], "month.unknown", "month.not-yours")),
            ..general("month-stamped", &[], |_| month_stamp("agreed"))
        },
        Command {
            no: Some((RELEASE, "month.unknown", "month.not-yours")),
            ..general("month-stamped", &[], |_| month_stamp("without-phones"))
        },
        Command {
            no: Some((&[Finance, SalesHead, MarketingHead], "month.unknown", "month.not-yours")),
            ..general("month-stamped", &[], |_| month_stamp("sent-back"))
        },
        of_drawer(
            "money-confirmed",
            &[Finance],
            "confirmation.not-finance",
            "confirmation.not-finance",
            |thing| {
                json!({ "kind": "remittance", "papers": [{ "of": thing.sent, "staff": thing.staff }],
                "account": ACCOUNT, "amount": thing.sum, "arrived_on": thing.day })
            },
        ),
        of_drawer(
            "confirmation-withdrawn",
            &[Finance],
            "confirmation.not-finance",
            "confirmation.not-finance",
            |thing| {
                json!({ "confirmation": thing.confirmation, "kind": "remittance",
                "papers": [{ "of": thing.confirmed, "staff": thing.staff }], "reason": "对错了" })
            },
        ),
        of_drawer(
            "line-set-aside",
            &[Finance],
            "statement.not-finance",
            "statement.not-finance",
            |thing| json!({ "line": thing.line, "kind": "fee" }),
        ),
        general("mapping-saved", &[Finance], |_| {
            let layout = json!({ "name": "甲行", "date": "日期", "payer": "户名",
                "amount": { "type": "signed", "amount": "金额" } });
            json!({ "account": ACCOUNT, "layout": layout })
        }),
        of_customer("payment-urged", URGE, true, |thing| {
            json!({ "customer": thing.customer, "order": null, "by": "phone", "whom": "店主", "said": "月底付",
                "promised": { "day": "2026-12-31", "amount": "1" } })
        }),
        Command {
            // No second exception is made for the same days.
            once: true,
            ..of_customer("credit-excepted", EXCEPT, false, |thing| {
                json!({ "customer": thing.customer, "limit": "5000", "pay_within": 30, "from": "2026-12-01",
                    "to": "2026-12-31", "reason": "老客户" })
            })
        },
        // Somebody else has made it: each is told by their role alone whether they may.
        Command {
            once: true,
            refused: Some("credit.not-an-approver"),
            ..of_customer(
                "credit-exception-stamped",
                APPROVE,
                false,
                |thing| json!({ "exception": thing.exception, "customer": thing.customer, "stamp": "approved" }),
            )
        },
        Command {
            once: true,
            refused: Some("credit.not-an-approver"),
            ..of_customer("credit-exception-stamped", APPROVE, false, |thing| {
                json!({ "exception": thing.exception, "customer": thing.customer, "stamp": "ended",
                    "note": "改为先款后货" })
            })
        },
    ]
}

impl Command {
    fn body(&self, thing: &Thing) -> Value {
        let mut body = (self.says)(thing);
        body["op"] = self.op.into();
        body
    }

    fn is_for(&self, role: Role, whose: Whose) -> bool {
        self.roles.contains(&role) || self.own && own(role) == Some(whose)
    }
}

#[tokio::test]
async fn the_commands_have_every_op_that_the_document_lists_and_no_other() {
    let stage = Stage::set().await;
    let document = stage.house.get("/api/v1/openapi.json").send().await.ok();
    let listed = document["paths"]["/api/v1/commands"]["post"]["x-ops"].as_array().expect("ops").iter();
    let listed: BTreeSet<&str> = listed.filter_map(Value::as_str).collect();
    let commands = commands();
    assert_eq!(commands.iter().map(|command| command.op).collect::<BTreeSet<_>>(), listed);
}

/// S78: what somebody may not see is for them not there, whatever they would have it done with.
#[tokio::test]
async fn every_command_is_carried_out_for_the_roles_whose_it_is_and_tells_nobody_what_they_do_not_see() {
    let stage = Stage::set().await;
    let nothing = stage.thing(Whose::Nobodys, false).await;
    for command in &commands() {
        let mut done = BTreeSet::new();
        for role in Role::ALL {
            let access = stage.access(role).await;
            let none = stage.house.command(&access, &command.body(&nothing)).await;
            for whose in [own(role).unwrap_or(Whose::His), Whose::Hers, Whose::Elsewhere] {
                let thing = stage.thing(whose, false).await;
                let answer = stage.house.command(&access, &command.body(&thing)).await;
                let what = format!("{role:?}, {whose:?}, {}: {}", command.op, answer.text());
                let foreign = stage.foreign_in(role, &answer, &thing);
                assert!(foreign.is_empty(), "{what} shows {foreign:?}");
                if let Some((duties, hidden)) = command.about
                    && !sees(role, whose, duties)
                {
                    // The id somebody asks after is all that may differ, and it is theirs to know.
                    assert_eq!(
                        told(&answer, &thing),
                        told(&none, &nothing),
                        "{what}: tells that it is there"
                    );
                    let of_all =
                        whose == Whose::Elsewhere && duties.iter().any(|duty| duty.roles().contains(&role));
                    // Whoever sees all there are is told that there is none.
                    if !of_all {
                        answer.problem(422, hidden);
                    }
                    continue;
                }
                // What is said once of a thing is not said again; and who takes no cash has nothing to say it of, nor has a
                // special rule been made for them.
                let no_cash = whose == Whose::Theirs && (command.once || command.op == "limit-overridden");
                let spent = no_cash || done.contains(&thing.staff);
                let here = command.about.is_none() || whose != Whose::Elsewhere;
                let allowed = command.is_for(role, whose);
                let due = if allowed && here && !spent { 200 } else { 422 };
                assert_eq!(answer.status, due, "{what}");
                if let Some((theirs, no, not_yours)) = command.no {
                    let code = if theirs.contains(&role) { no } else { not_yours };
                    assert_eq!(answer.json()["code"], code, "{what}");
                }
                if command.once && due == 200 {
                    done.insert(thing.staff.clone());
                }
                if let (Some(code), false, true, false) = (command.refused, allowed, here, no_cash) {
                    answer.problem(422, code);
                }
            }
        }
        assert!(!command.once || done.len() == 2, "{}: of his and of hers it was said", command.op);
    }
    assert_eq!(own(DirectRep), Some(Whose::His));
}
