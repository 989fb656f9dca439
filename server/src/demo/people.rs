//! Who works at the demo company: thirty reps in three teams, and the office (人员).
//!
//! Floor: a table of the demo. Must not know what anybody did.

use ed25519_dalek::SigningKey;
use sync_core::{
    domain::people::{Role, StaffJoined},
    log::sha256,
    unit::{StaffId, derived_bytes},
};

use super::{dice::SEED, text};

/// Somebody of the company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Staff number (工号).
    pub number: String,
    /// Name.
    pub name: &'static str,
    /// Role.
    pub role: Role,
    /// Team, empty in the office.
    pub team: &'static str,
}

/// Names of the reps YW-0101 to YW-0130, in order; a star marks a direct-sales rep.
const REPS: [&str; 30] = [
    "李志强",
    "*王海霞",
    "张建军",
    "*刘彦",
    "陈晓梅",
    "杨学文",
    "*赵国栋",
    "黄立新",
    "*周海峰",
    "吴秀兰",
    "徐永刚",
    "*孙丽娟",
    "马占海",
    "*胡军",
    "朱文博",
    "何小龙",
    "*马建国",
    "高翔",
    "*林玉珍",
    "郭振华",
    "罗瑞",
    "*梁晓东",
    "宋春燕",
    "*马晓燕",
    "韩少平",
    "丁玉山",
    "*冯建平",
    "田桂花",
    "*苏明",
    "白雪峰",
];

/// The teams, each with ten reps.
const TEAMS: [&str; 3] = ["银川一部", "石嘴山吴忠二部", "固原中卫三部"];

/// The office.
const OFFICE: [(&str, &str, Role); 13] = [
    ("CW-0001", "王会计", Role::Finance),
    ("CW-0002", "李晓慧", Role::Finance),
    ("WL-0001", "张物流", Role::Logistics),
    ("NQ-0001", "陈静", Role::Clerk),
    ("NQ-0002", "何婷", Role::Clerk),
    ("DA-0001", "马秀英", Role::Archivist),
    ("SC-0001", "周部长", Role::MarketingHead),
    ("XS-0001", "李部长", Role::SalesHead),
    ("XS-0002", "杨经理", Role::SalesManager),
    ("FZ-0001", "刘副总", Role::MarketingVp),
    ("ZJ-0001", "赵总", Role::GeneralManager),
    ("KG-0001", "丁师傅", Role::Keeper),
    ("GL-0001", "管理员", Role::Administrator),
];

/// The direct-sales reps who have a past but no phone: the first phone enrolled for them has the whole share.
pub const WITHOUT_A_PHONE: [&str; 3] = ["YW-0117", "YW-0102", "YW-0109"];

/// Thirty reps.
pub(super) fn reps() -> Vec<Person> {
    (0..REPS.len())
        .map(|index| Person {
            number: format!("YW-{:04}", 101 + index),
            name: REPS[index].trim_start_matches('*'),
            role: if REPS[index].starts_with('*') { Role::DirectRep } else { Role::Rep },
            team: TEAMS[index / 10],
        })
        .collect()
}

/// The office.
pub(super) fn office() -> Vec<Person> {
    OFFICE
        .into_iter()
        .map(|(number, name, role)| Person { number: number.to_owned(), name, role, team: "" })
        .collect()
}

/// Everybody, reps first.
pub fn everybody() -> Vec<Person> {
    let mut all = reps();
    all.extend(office());
    all
}

/// The id of the member of staff with this number.
pub(super) fn staff_id(number: &str) -> StaffId {
    StaffId::from_bytes(derived_bytes("demo staff", &[number.as_bytes()]))
}

impl Person {
    /// Their id.
    pub fn id(&self) -> StaffId {
        staff_id(&self.number)
    }

    /// As they join the company's book.
    pub(super) fn joined(&self) -> StaffJoined {
        StaffJoined {
            staff: self.id(),
            number: text(&self.number),
            name: text(self.name),
            role: self.role,
            team: text(self.team),
        }
    }

    /// Whether a phone of theirs is still in use at the end of the history.
    pub(super) fn keeps_a_phone(&self) -> bool {
        !WITHOUT_A_PHONE.contains(&self.number.as_str())
    }

    /// The key of their demo phone.
    pub(super) fn key(&self) -> SigningKey {
        let secret = sha256(&[b"fieldbook demo key", &SEED.to_be_bytes(), self.number.as_bytes()]);
        SigningKey::from_bytes(&secret)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn thirty_reps_of_whom_twelve_take_cash_stand_in_three_teams() {
        let reps = reps();
        let teams: BTreeSet<_> = reps.iter().map(|rep| rep.team).collect();
        assert_eq!((reps.len(), teams.len()), (30, 3));
        assert_eq!(reps.iter().filter(|rep| rep.role.may_take_cash()).count(), 12);
    }

    #[test]
    fn those_without_a_phone_are_direct_reps() {
        for number in WITHOUT_A_PHONE {
            let rep = reps().into_iter().find(|rep| rep.number == number).expect("a rep");
            assert!(rep.role.may_take_cash(), "{number}");
        }
    }

    #[test]
    fn everybody_has_a_number_and_a_key_of_their_own() {
        let everybody = everybody();
        let numbers: BTreeSet<_> = everybody.iter().map(Person::id).collect();
        let keys: BTreeSet<_> = everybody.iter().map(|p| p.key().to_bytes()).collect();
        assert_eq!((numbers.len(), keys.len()), (43, 43));
    }
}
