//! The roles of the regulation and what each of them sees and may do.

use minicbor::Encode;
use serde::{Deserialize, Serialize};

use crate::scope::Desk;

/// A role (岗位) in the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 营销业务员
    #[n(0)]
    Rep,
    /// 直销人员, who may hold cash. Source: S14.
    #[n(1)]
    DirectRep,
    /// 物流专员
    #[n(2)]
    Logistics,
    /// 财务部
    #[n(3)]
    Finance,
    /// 成品库管
    #[n(4)]
    Keeper,
    /// 销售内勤
    #[n(5)]
    Clerk,
    /// 档案管理员
    #[n(6)]
    Archivist,
    /// 市场部部长
    #[n(7)]
    MarketingHead,
    /// 销售业务部部长
    #[n(8)]
    SalesHead,
    /// 销售经理
    #[n(9)]
    SalesManager,
    /// 营销副总
    #[n(10)]
    MarketingVp,
    /// 总经理
    #[n(11)]
    GeneralManager,
    /// 管理者代表
    #[n(12)]
    ManagementRepresentative,
    /// 生产单位
    #[n(13)]
    Production,
    /// 系统管理员: keeps sign-ins and devices, sees no customer.
    #[n(14)]
    Administrator,
    /// 服务器操作员: the command line at the server; signs in nowhere.
    #[n(15)]
    Operator,
}

reads_enum!(Role {
    0: Rep,
    1: DirectRep,
    2: Logistics,
    3: Finance,
    4: Keeper,
    5: Clerk,
    6: Archivist,
    7: MarketingHead,
    8: SalesHead,
    9: SalesManager,
    10: MarketingVp,
    11: GeneralManager,
    12: ManagementRepresentative,
    13: Production,
    14: Administrator,
    15: Operator,
});

impl Role {
    /// Every role, in the order of the regulation.
    pub const ALL: [Self; 15] = [
        Self::Rep,
        Self::DirectRep,
        Self::Logistics,
        Self::Finance,
        Self::Keeper,
        Self::Clerk,
        Self::Archivist,
        Self::MarketingHead,
        Self::SalesHead,
        Self::SalesManager,
        Self::MarketingVp,
        Self::GeneralManager,
        Self::ManagementRepresentative,
        Self::Production,
        Self::Administrator,
    ];

    /// The role's stable name, as commands and translations use it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rep => "rep",
            Self::DirectRep => "direct-rep",
            Self::Logistics => "logistics",
            Self::Finance => "finance",
            Self::Keeper => "keeper",
            Self::Clerk => "clerk",
            Self::Archivist => "archivist",
            Self::MarketingHead => "marketing-head",
            Self::SalesHead => "sales-head",
            Self::SalesManager => "sales-manager",
            Self::MarketingVp => "marketing-vp",
            Self::GeneralManager => "general-manager",
            Self::ManagementRepresentative => "management-representative",
            Self::Production => "production",
            Self::Administrator => "administrator",
            Self::Operator => "operator",
        }
    }

    /// The role of a stable name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role works in the field, with customers of its own.
    pub const fn is_rep(self) -> bool {
        matches!(self, Self::Rep | Self::DirectRep)
    }

    /// Whether the role may take cash. Source: S14.
    pub const fn may_take_cash(self) -> bool {
        matches!(self, Self::DirectRep)
    }

    /// Whether the role sees every customer's papers.
    pub const fn sees_all_customers(self) -> bool {
        !matches!(
            self,
            Self::Rep
                | Self::DirectRep
                | Self::Keeper
                | Self::Production
                | Self::ManagementRepresentative
                | Self::Administrator
        )
    }

    /// Whether the role sees the personal fields of every customer card. Source: S92.
    pub const fn sees_personal_fields(self) -> bool {
        matches!(self, Self::Archivist | Self::SalesHead | Self::MarketingVp | Self::GeneralManager)
    }

    /// Whether the role sees every member of staff's drawer, devices and held changes.
    pub const fn sees_all_drawers(self) -> bool {
        matches!(
            self,
            Self::Finance
                | Self::Clerk
                | Self::MarketingHead
                | Self::SalesHead
                | Self::SalesManager
                | Self::MarketingVp
                | Self::GeneralManager
        )
    }

    /// Whether the role keeps staff and devices.
    pub const fn keeps_staff(self) -> bool {
        matches!(self, Self::Administrator | Self::SalesHead | Self::Operator)
    }

    /// Whether the role gives somebody of role `of` a new password: a head of sales reps only, whoever keeps the system
    /// everybody. Whoever gives it could sign in with it. Source: S78.
    pub const fn renews_passwords(self, of: Self) -> bool {
        match self {
            Self::Administrator => true,
            Self::SalesHead => of.is_rep(),
            _ => false,
        }
    }

    /// Whether the role keeps products and the price list, as the pricing meeting set them. Source: S5.
    pub const fn keeps_prices(self) -> bool {
        matches!(
            self,
            Self::SalesHead | Self::MarketingHead | Self::MarketingVp | Self::Clerk | Self::Operator
        )
    }

    /// Whether the role keeps the list of company accounts. Source: S13.
    pub const fn keeps_accounts(self) -> bool {
        matches!(self, Self::Finance | Self::Operator)
    }

    /// Whether the role settles what a lost phone held, and violations. Source: S14, S15.
    pub const fn settles_phones(self) -> bool {
        matches!(self, Self::Finance)
    }

    /// Whether the role confirms that money has arrived, and reads the bank's statements. Source: S13, S34.
    pub const fn confirms_money(self) -> bool {
        matches!(self, Self::Finance)
    }

    /// Whether the role raises a violation that no entry has raised: finance, and the server itself. Source: S16, S46.
    pub const fn raises_violations(self) -> bool {
        matches!(self, Self::Finance | Self::Operator)
    }

    /// Whether the role makes the company's special rules: its management. Source: S16.
    pub const fn makes_special_rules(self) -> bool {
        matches!(self, Self::MarketingVp | Self::GeneralManager)
    }

    /// Whether the role closes the months of the books (市场部内勤). Source: S17.
    pub const fn closes_months(self) -> bool {
        matches!(self, Self::Clerk)
    }

    /// Whether the role countersigns a month that the clerk has closed. Source: S17.
    pub const fn countersigns_months(self) -> bool {
        matches!(self, Self::Finance)
    }

    /// Whether the role urges customers to pay: reps their own, logistics and the office all. Source: S43.
    pub const fn urges_payment(self) -> bool {
        self.is_rep() || matches!(self, Self::Logistics | Self::Clerk | Self::Finance) || self.rules_on_held()
    }

    /// Whether the role makes credit exceptions, for another to approve: finance and the heads. Source: S45.
    pub const fn proposes_credit(self) -> bool {
        matches!(self, Self::Finance | Self::GeneralManager) || self.rules_on_held()
    }

    /// Whether the role approves credit exceptions. Source: S45.
    pub const fn approves_credit(self) -> bool {
        matches!(self, Self::Finance | Self::MarketingVp | Self::GeneralManager)
    }

    /// Whether the role lets a month be closed without a phone, beside finance: the heads of department (部长). Source: Q10.
    pub const fn closes_without_phones(self) -> bool {
        matches!(self, Self::MarketingHead | Self::SalesHead)
    }

    /// Whether the role may hand a customer from one rep to another.
    pub const fn assigns_customers(self) -> bool {
        matches!(self, Self::SalesHead | Self::MarketingVp | Self::Operator)
    }

    /// Whether the role decides on changes that wait for somebody (待处理): the heads. Source: S79.
    pub const fn rules_on_held(self) -> bool {
        matches!(self, Self::SalesHead | Self::SalesManager | Self::MarketingHead | Self::MarketingVp)
    }

    /// Whether the role belongs to a desk.
    pub const fn sits_at(self, desk: Desk) -> bool {
        matches!(
            (self, desk),
            (Self::Keeper, Desk::Dock)
                | (Self::Logistics, Desk::Logistics | Desk::Dock)
                | (Self::Finance | Self::GeneralManager | Self::MarketingVp, Desk::Finance | Desk::Books)
                | (Self::Clerk | Self::MarketingHead | Self::SalesHead, Desk::Books)
                | (Self::Production, Desk::Production)
        )
    }
}
