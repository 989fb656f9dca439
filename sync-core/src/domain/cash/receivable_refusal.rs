//! Why a reminder to pay or a credit exception is not accepted. Source: S43, S45.

use minicbor::Encode;
use serde::Serialize;
use thiserror::Error;

use crate::{time::BusinessDate, unit::Money};

/// Why a reminder to pay, a credit exception or a stamp on one is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ReceivableRefusal {
    /// This role urges nobody to pay. Source: S43.
    #[n(0)]
    #[error("reps, logistics, the clerk, finance and the heads urge customers to pay")]
    MayNotUrge,
    /// The customer has no such order.
    #[n(1)]
    #[error("the customer has no such order")]
    NoSuchOrder,
    /// What was promised lies in the past.
    #[n(2)]
    #[error("promised for {day}, which is over")]
    PromisedBefore {
        /// For which day.
        #[n(0)]
        day: BusinessDate,
    },
    /// This role makes no credit exceptions. Source: S45.
    #[n(3)]
    #[error("credit exceptions are made by finance and the heads")]
    MayNotExcept,
    /// This role approves no credit exceptions. Source: S45.
    #[n(4)]
    #[error("credit exceptions are approved by finance, the marketing vice president or the general manager")]
    MayNotApprove,
    /// Whoever made an exception does not approve it. Source: S45.
    #[n(5)]
    #[error("whoever made it does not approve it or send it back")]
    YourOwn,
    /// It ends before it begins.
    #[n(6)]
    #[error("ends before it begins")]
    EndsBeforeItBegins,
    /// Its last day is over.
    #[n(7)]
    #[error("ends on {day}, which is over")]
    Over {
        /// Its last day.
        #[n(0)]
        day: BusinessDate,
    },
    /// It is made for too long.
    #[n(8)]
    #[error("{days} days; the limit is {most}")]
    TooLong {
        /// For how many days.
        #[n(0)]
        days: u32,
        /// For how many at most.
        #[n(1)]
        most: u32,
    },
    /// The money may come too late.
    #[n(9)]
    #[error("payment within {days} days; the limit is {most}")]
    CreditTooLong {
        /// After how many days.
        #[n(0)]
        days: u16,
        /// After how many at most.
        #[n(1)]
        most: u16,
    },
    /// The customer has another one on one of its days.
    #[n(10)]
    #[error("the customer has another exception from {from} to {to}")]
    Overlaps {
        /// The other one's first day.
        #[n(0)]
        from: BusinessDate,
        /// Its last day.
        #[n(1)]
        to: BusinessDate,
    },
    /// There is no such exception.
    #[n(11)]
    #[error("no such credit exception")]
    NoSuchException,
    /// It was approved, sent back or ended before, or has run out.
    #[n(12)]
    #[error("it was stamped before, or has run out")]
    AlreadyStamped,
    /// It is sent back or ended without a word why.
    #[n(13)]
    #[error("say why")]
    NoReason,
    /// What was promised lies too far ahead.
    #[n(14)]
    #[error("promised for {day}; {most} days ahead at most")]
    PromisedTooFar {
        /// For which day.
        #[n(0)]
        day: BusinessDate,
        /// For how many days ahead at most.
        #[n(1)]
        most: u32,
    },
    /// Its first day lies in the past: what was overdue would be so no more.
    #[n(15)]
    #[error("begins on {day}, which is over")]
    BeginsBefore {
        /// Its first day.
        #[n(0)]
        day: BusinessDate,
    },
    /// More was promised than is still to be collected.
    #[n(16)]
    #[error("promised {amount}, and {open} is owed")]
    PromisedTooMuch {
        /// How much was promised.
        #[n(0)]
        amount: Money,
        /// What is still to be collected.
        #[n(1)]
        open: Money,
    },
}

reads_enum!(ReceivableRefusal {
    0: MayNotUrge,
    1: NoSuchOrder,
    2: PromisedBefore { day },
    3: MayNotExcept,
    4: MayNotApprove,
    5: YourOwn,
    6: EndsBeforeItBegins,
    7: Over { day },
    8: TooLong { days, most },
    9: CreditTooLong { days, most },
    10: Overlaps { from, to },
    11: NoSuchException,
    12: AlreadyStamped,
    13: NoReason,
    14: PromisedTooFar { day, most },
    15: BeginsBefore { day },
    16: PromisedTooMuch { amount, open },
});

impl ReceivableRefusal {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MayNotUrge => "urging.not-yours",
            Self::NoSuchOrder => "urging.no-such-order",
            Self::PromisedBefore { .. } => "urging.promised-before",
            Self::MayNotExcept => "credit.not-yours",
            Self::MayNotApprove => "credit.not-an-approver",
            Self::YourOwn => "credit.your-own",
            Self::EndsBeforeItBegins => "credit.ends-before-it-begins",
            Self::Over { .. } => "credit.over",
            Self::TooLong { .. } => "credit.too-long",
            Self::CreditTooLong { .. } => "credit.pays-too-late",
            Self::Overlaps { .. } => "credit.overlaps",
            Self::NoSuchException => "credit.unknown",
            Self::AlreadyStamped => "credit.already-stamped",
            Self::NoReason => "credit.no-reason",
            Self::PromisedTooFar { .. } => "urging.promised-too-far",
            Self::BeginsBefore { .. } => "credit.begins-before",
            Self::PromisedTooMuch { .. } => "urging.promised-too-much",
        }
    }

    /// The clause behind it.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::MayNotUrge
            | Self::NoSuchOrder
            | Self::PromisedBefore { .. }
            | Self::PromisedTooFar { .. }
            | Self::PromisedTooMuch { .. } => "S43",
            _ => "S45",
        }
    }
}
