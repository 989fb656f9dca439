//! 职工: a member of staff.

use minicbor::Encode;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Role;
use crate::{
    crdt::Register,
    domain::Recorded,
    unit::{ChangeId, StaffId, Text},
};

/// Somebody joins the company's book.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct StaffJoined {
    /// Who.
    #[n(0)]
    pub staff: StaffId,
    /// Staff number (工号), as they sign in with.
    #[n(1)]
    pub number: Text<1, 20>,
    /// Name.
    #[n(2)]
    pub name: Text<1, 40>,
    /// Role.
    #[n(3)]
    pub role: Role,
    /// Team, empty where there is none.
    #[n(4)]
    #[serde(default)]
    pub team: Text<0, 40>,
}

reads_map!(StaffJoined { 0: staff, 1: number, 2: name, 3: role, 4: team });

/// Somebody's role changes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cbor(map)]
pub struct StaffRoleSet {
    /// Whose.
    #[n(0)]
    pub staff: StaffId,
    /// The new role.
    #[n(1)]
    pub role: Role,
    /// The writes it replaces.
    #[n(2)]
    pub replaces: Vec<ChangeId>,
}

reads_map!(StaffRoleSet { 0: staff, 1: role, 2: replaces });

/// What the company knows of a member of staff.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode)]
#[cbor(map)]
pub struct StaffCard {
    /// As they joined.
    #[n(0)]
    pub joined: Option<Recorded<StaffJoined>>,
    /// The role, with its history: rights are judged at the time of an act.
    #[n(1)]
    pub role: Register<Role>,
}

reads_map!(StaffCard { 0: joined, 1: role });

/// Why a change to staff is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum StaffRefusal {
    /// The author's role does not keep staff.
    #[n(0)]
    #[error("only an administrator or the sales department head keeps staff")]
    NotYours,
    /// There is no such member of staff.
    #[n(1)]
    #[error("no such member of staff")]
    Unknown,
    /// They are in the book already.
    #[n(2)]
    #[error("this member of staff is in the book already")]
    Exists,
    /// The operator's role is the command line's at the server; nobody holds it.
    #[n(3)]
    #[error("the role of the operator is nobody's")]
    NotForPeople,
}

reads_enum!(StaffRefusal { 0: NotYours, 1: Unknown, 2: Exists, 3: NotForPeople });

impl StaffRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "staff.not-yours",
            Self::Unknown => "staff.unknown",
            Self::Exists => "staff.exists",
            Self::NotForPeople => "staff.not-for-people",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        "S78"
    }
}
