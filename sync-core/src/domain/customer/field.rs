//! The fields of the customer card and what each of them takes. Source: S92.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    time::BusinessDate,
    unit::{Amount, Money, NotAText, Place, Text},
};

/// A field of the card (S92 基础资料), without the personal ones.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum CardField {
    /// 名称
    #[n(0)]
    Name,
    /// 注册地址
    #[n(1)]
    RegisteredAddress,
    /// 电话
    #[n(2)]
    Phone,
    /// 法定代表人
    #[n(3)]
    LegalRepresentative,
    /// 创业时间
    #[n(4)]
    FoundedOn,
    /// 与本公司交易时间
    #[n(5)]
    TradingSince,
    /// 组织形式
    #[n(6)]
    Organisation,
    /// 职工人数
    #[n(7)]
    Employees,
    /// 年销售额
    #[n(8)]
    AnnualSales,
    /// 所在市县
    #[n(9)]
    County,
    /// 位置
    #[n(10)]
    Location,
    /// 客户阶段. Source: S81.
    #[n(11)]
    Stage,
    /// 市场潜力. Source: S82.
    #[n(12)]
    MarketPotential,
    /// 发展方向. Source: S82.
    #[n(13)]
    Direction,
    /// 财务信用能力. Source: S82.
    #[n(14)]
    Credit,
    /// 竞争力. Source: S82.
    #[n(15)]
    Competitiveness,
}

/// A personal field of the legal representative (法定代表人), masked for roles that do not need it. Source: S92.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum PersonalField {
    /// 性格
    #[n(0)]
    Character,
    /// 兴趣
    #[n(1)]
    Interests,
    /// 爱好
    #[n(2)]
    Hobbies,
    /// 家庭
    #[n(3)]
    Family,
    /// 学历
    #[n(4)]
    Education,
    /// 年龄
    #[n(5)]
    Age,
    /// 能力
    #[n(6)]
    Ability,
    /// 经历背景
    #[n(7)]
    Background,
}

/// How a customer is organised (组织形式).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Organisation {
    /// 个体工商户
    #[n(0)]
    SoleTrader,
    /// 有限公司
    #[n(1)]
    LimitedCompany,
    /// 合伙
    #[n(2)]
    Partnership,
    /// 合作社
    #[n(3)]
    Cooperative,
    /// 其他
    #[n(4)]
    Other,
}

/// Where a customer stands in its life (客户阶段). Source: S81.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[cbor(index_only)]
pub enum Stage {
    /// 潜在分析
    #[n(0)]
    Potential,
    /// 初期接触
    #[n(1)]
    FirstContact,
    /// 签订合同
    #[n(2)]
    Signed,
    /// 日常维护
    #[n(3)]
    Maintained,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type", content = "value")]
pub enum FieldValue {
    /// Words; empty clears the field.
    #[n(0)]
    Text(#[n(0)] Text<0, 200>),
    /// A date.
    #[n(1)]
    Date(#[n(0)] BusinessDate),
    /// A number.
    #[n(2)]
    Count(#[n(0)] u32),
    /// A sum.
    #[n(3)]
    Money(#[n(0)] Money),
    /// A place.
    #[n(4)]
    Place(#[n(0)] Place),
    /// A form of organisation.
    #[n(5)]
    Organisation(#[n(0)] Organisation),
    /// A stage.
    #[n(6)]
    Stage(#[n(0)] Stage),
}

reads_enum!(FieldValue {
    0: Text(a),
    1: Date(a),
    2: Count(a),
    3: Money(a),
    4: Place(a),
    5: Organisation(a),
    6: Stage(a),
});

impl FieldValue {
    /// The words, where it holds words.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        }
    }
}

/// Why a value does not fit its field.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum FieldRefusal {
    /// The field takes another type of value.
    #[n(0)]
    #[error("{field:?} takes another type of value")]
    WrongType {
        /// Which field.
        #[n(0)]
        field: CardField,
    },
    /// Too long, too short or with control characters.
    #[n(1)]
    #[error("{field:?} {why}")]
    Text {
        /// Which field.
        #[n(0)]
        field: CardField,
        /// What is wrong with the words.
        #[n(1)]
        why: NotAText,
    },
    /// Above what the field takes.
    #[n(2)]
    #[error("{field:?} is above {most}")]
    TooLarge {
        /// Which field.
        #[n(0)]
        field: CardField,
        /// The largest number taken.
        #[n(1)]
        most: u64,
    },
}

reads_enum!(FieldRefusal { 0: WrongType { field }, 1: Text { field, why }, 2: TooLarge { field, most } });

impl FieldRefusal {
    /// The field the reason is about.
    pub const fn field(&self) -> CardField {
        match self {
            Self::WrongType { field } | Self::Text { field, .. } | Self::TooLarge { field, .. } => *field,
        }
    }
}

impl CardField {
    /// Every field, in the order of the card.
    pub const ALL: [Self; 16] = [
        Self::Name,
        Self::County,
        Self::RegisteredAddress,
        Self::Phone,
        Self::LegalRepresentative,
        Self::FoundedOn,
        Self::TradingSince,
        Self::Organisation,
        Self::Employees,
        Self::AnnualSales,
        Self::Stage,
        Self::Location,
        Self::MarketPotential,
        Self::Direction,
        Self::Credit,
        Self::Competitiveness,
    ];

    /// The field's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::RegisteredAddress => "registered-address",
            Self::Phone => "phone",
            Self::LegalRepresentative => "legal-representative",
            Self::FoundedOn => "founded-on",
            Self::TradingSince => "trading-since",
            Self::Organisation => "organisation",
            Self::Employees => "employees",
            Self::AnnualSales => "annual-sales",
            Self::County => "county",
            Self::Location => "location",
            Self::Stage => "stage",
            Self::MarketPotential => "market-potential",
            Self::Direction => "direction",
            Self::Credit => "credit",
            Self::Competitiveness => "competitiveness",
        }
    }

    /// Whether the field binds the company in its dealings: two who write it without knowing of each other must be told,
    /// and a head chooses. Of today's fields only the credit does, by which goods leave before money comes (S82, S45);
    /// prices stand in lists, which are never edited, and all else describes the customer.
    pub const fn is_binding(self) -> bool {
        matches!(self, Self::Credit)
    }

    /// The most characters the field takes, where it takes words.
    pub const fn longest(self) -> usize {
        match self {
            Self::Name => 60,
            Self::Phone => 30,
            Self::LegalRepresentative | Self::County => 40,
            _ => 200,
        }
    }

    /// Whether a value fits this field. Source: S92.
    ///
    /// # Errors
    /// Another type of value, an empty name, or more than the field takes.
    pub fn accepts(self, value: &FieldValue) -> Result<(), FieldRefusal> {
        const MOST_EMPLOYEES: u32 = 1_000_000;
        let fits = match (self, value) {
            (Self::FoundedOn | Self::TradingSince, FieldValue::Date(_))
            | (Self::Organisation, FieldValue::Organisation(_))
            | (Self::Stage, FieldValue::Stage(_)) => true,
            (Self::Location, FieldValue::Place(place)) => place.is_on_earth(),
            (Self::Employees, FieldValue::Count(count)) => {
                let most = u64::from(MOST_EMPLOYEES);
                return if *count > MOST_EMPLOYEES {
                    Err(FieldRefusal::TooLarge { field: self, most })
                } else {
                    Ok(())
                };
            }
            (Self::AnnualSales, FieldValue::Money(money)) => {
                if *money > Amount::MOST {
                    let most = Amount::MOST.as_fen().unsigned_abs() / 100;
                    return Err(FieldRefusal::TooLarge { field: self, most });
                }
                *money >= Money::ZERO
            }
            (
                Self::FoundedOn
                | Self::TradingSince
                | Self::Organisation
                | Self::Stage
                | Self::Location
                | Self::Employees
                | Self::AnnualSales,
                _,
            ) => false,
            (_, FieldValue::Text(text)) => return self.accepts_text(text.as_str()),
            _ => false,
        };
        if fits { Ok(()) } else { Err(FieldRefusal::WrongType { field: self }) }
    }

    fn accepts_text(self, text: &str) -> Result<(), FieldRefusal> {
        let has = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let most = u32::try_from(self.longest()).unwrap_or(u32::MAX);
        if self == Self::Name && has == 0 {
            let why = NotAText::TooShort { has, least: 1 };
            return Err(FieldRefusal::Text { field: self, why });
        }
        if has > most {
            return Err(FieldRefusal::Text { field: self, why: NotAText::TooLong { has, most } });
        }
        Ok(())
    }
}

impl PersonalField {
    /// Every personal field, in the order of the card.
    pub const ALL: [Self; 8] = [
        Self::Character,
        Self::Interests,
        Self::Hobbies,
        Self::Family,
        Self::Education,
        Self::Age,
        Self::Ability,
        Self::Background,
    ];

    /// The field's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Character => "character",
            Self::Interests => "interests",
            Self::Hobbies => "hobbies",
            Self::Family => "family",
            Self::Education => "education",
            Self::Age => "age",
            Self::Ability => "ability",
            Self::Background => "background",
        }
    }
}
