//! The line icons of both bundles: one path each, drawn in the text's colour.
//!
//! Floor: ui, at the bottom. This module must not know what an icon stands next to.

use leptos::prelude::*;

/// A line icon. It never speaks alone: a word or an `aria-label` stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// To the page before.
    Back,
    /// Take back the last figure.
    Backspace,
    /// Remittance, company account.
    Bank,
    /// Take a photo.
    Camera,
    /// Cash.
    Cash,
    /// Reports.
    Chart,
    /// Done, applied.
    Check,
    /// A time limit.
    Clock,
    /// Complaint.
    Complaint,
    /// This phone, saved here.
    Device,
    /// Opens downwards.
    Down,
    /// Take out as a file.
    Export,
    /// Look.
    Eye,
    /// The feed.
    Feed,
    /// A paper.
    File,
    /// Language.
    Globe,
    /// Held, waits for a person.
    Hold,
    /// Overview.
    Home,
    /// A note.
    Info,
    /// Unlock.
    Key,
    /// A list.
    List,
    /// Locked.
    Lock,
    /// Leave.
    Logout,
    /// My own page.
    Me,
    /// One less.
    Minus,
    /// More actions.
    More,
    /// Onwards.
    Next,
    /// No signal.
    Offline,
    /// Order.
    Order,
    /// Outbox.
    Outbox,
    /// Edit.
    Pen,
    /// Customers, people.
    People,
    /// Call.
    Phone,
    /// One more, add.
    Plus,
    /// Print.
    Print,
    /// Code to check.
    Qr,
    /// Search.
    Search,
    /// On its way.
    Sending,
    /// Settings.
    Settings,
    /// Share.
    Share,
    /// Stopped.
    Stop,
    /// Exchange, hand over.
    Swap,
    /// Synchronise.
    Sync,
    /// Today.
    Today,
    /// Lorry.
    Truck,
    /// Upwards.
    Up,
    /// Visit, place.
    Visit,
    /// Warning.
    Warn,
    /// Close, clear.
    Close,
}

impl Icon {
    /// The drawing, in a square of 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Backspace => "M8.5 5.5H20v13H8.5L3 12zM11.5 9.5l5 5M16.5 9.5l-5 5",
            Self::Bank => "M3.5 9.5L12 4l8.5 5.5zM5 20h14M6.5 9.5V17M10.2 9.5V17M13.8 9.5V17M17.5 9.5V17",
            Self::Camera => "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM8.5 13a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
            Self::Cash => {
                "M5 6h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-14a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0zM6.5 12h.01M17.5 12h.01"
            }
            Self::Chart => "M4 20h16M7 16v-5M12 16V6M17 16v-8",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Clock => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM12 7v5.2l3.3 2",
            Self::Complaint => "M4 5h16v11.5H11L6.5 20v-3.5H4zM12 8v4M12 14.2h.01",
            Self::Device => {
                "M9 3h6a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-6a2 2 0 0 1-2-2v-14a2 2 0 0 1 2-2zM11 18h2"
            }
            Self::Down => "M5 9l7 7 7-7",
            Self::Export => "M12 4v10M8 10.5l4 4 4-4M4 15v4.5h16V15",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0z"
            }
            Self::Feed => "M3 12h4l2.5-7 4.5 14 2.5-7H21",
            Self::File => "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5M9 13h6M9 16.5h6",
            Self::Globe => {
                "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM3.5 12h17M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17"
            }
            Self::Hold => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM10 9v6M14 9v6",
            Self::Home => "M4 11l8-7 8 7v9h-5.5v-5.5h-5V20H4z",
            Self::Info => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM12 11v5M12 8h.01",
            Self::Key => "M4 15a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM11 12l8-8M16 7l3 3",
            Self::List => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
            Self::Lock => {
                "M7 10.5h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2zM8 10.5V8a4 4 0 018 0v2.5"
            }
            Self::Logout => "M14 4H5v16h9M10 12h10M17 8.5l3.5 3.5-3.5 3.5",
            Self::Me => "M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6",
            Self::Minus => "M5 12h14",
            Self::More => "M6 12h.01M12 12h.01M18 12h.01",
            Self::Next => "M9 5l7 7-7 7",
            Self::Offline => {
                "M3 4l18 16M5 12.5a10 10 0 013-2M2 9a15 15 0 014-2.5M12 5c3.8 0 7.2 1.5 10 4M15.5 10.8c1.3.4 2.5 1 3.5 1.7M8.5 16a5 5 0 0 1 4.5-1M12 19.5h.01"
            }
            Self::Order => "M6 3.5h12v17l-3-2-3 2-3-2-3 2zM9.5 8.5h5M9.5 12.5h5",
            Self::Outbox => {
                "M12 14V4M8 7.5L12 3.5l4 4M4 13v5.5A1.5 1.5 0 0 0 5.5 20h13a1.5 1.5 0 0 0 1.5-1.5V13h-4.5l-1.5 2.5h-4L8.5 13z"
            }
            Self::Pen => "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
            Self::People => {
                "M5.5 8.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0zM2.5 19.5c.6-3.4 3.2-5.2 6.5-5.2s5.9 1.8 6.5 5.2M16 5.3a3.4 3.4 0 010 6.4M18 14.8c2 .7 3.2 2.3 3.6 4.7"
            }
            Self::Phone => {
                "M6 4h3.5l1.5 4.5-2 1.5c1 2.2 2.8 4 5 5l1.5-2 4.5 1.5V18c0 1.2-1 2-2.2 2C10.5 19.5 4.5 13.5 4 6.2 4 5 4.8 4 6 4z"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Print => "M7 8V4h10v4M7 17H4v-7.5h16V17h-3M7 14h10v6H7z",
            Self::Qr => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2M14 18v2M18 18h2v2h-2z",
            Self::Search => "M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0zM16 16l4.5 4.5",
            Self::Sending => "M12 20V5M6 11l6-6 6 6",
            Self::Settings => {
                "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0a2 2 0 1 0-4 0zM7 17a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"
            }
            Self::Share => "M12 14V4M8.5 7L12 3.5 15.5 7M6 11H5v9h14v-9h-1",
            Self::Stop => "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0zM6 6l12 12",
            Self::Swap => "M4 8h14l-3.5-3.5M20 16H6l3.5 3.5",
            Self::Sync => "M4.5 12a7.5 7.5 0 0113-5M19.5 12a7.5 7.5 0 01-13 5M18 3.5V7.5h-4M6 20.5v-4h4",
            Self::Today => {
                "M6.5 5.5h11a2.5 2.5 0 0 1 2.5 2.5v9.5a2.5 2.5 0 0 1-2.5 2.5h-11a2.5 2.5 0 0 1-2.5-2.5v-9.5a2.5 2.5 0 0 1 2.5-2.5zM4 10h16M8.5 3.5v4M15.5 3.5v4M9 15l2 2 4-4"
            }
            Self::Truck => {
                "M2.5 6h11v11h-11zM13.5 10h4l4 4v3h-8M5 18a2 2 0 1 0 4 0a2 2 0 1 0-4 0zM15 18a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"
            }
            Self::Up => "M5 15l7-7 7 7",
            Self::Visit => {
                "M12 21c4.5-4.6 6.8-8 6.8-11A6.8 6.8 0 0 0 5.2 10c0 3 2.3 6.4 6.8 11zM9.5 10a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z"
            }
            Self::Warn => "M12 4l9 16H3zM12 10v4.5M12 17.2h.01",
            Self::Close => "M6 6l12 12M18 6L6 18",
        }
    }
}

/// Draws an icon at the size of the text.
pub fn icon(which: Icon) -> AnyView {
    drawn(which, "i")
}

/// Draws an icon at the size of a bar's button.
pub fn icon_large(which: Icon) -> AnyView {
    drawn(which, "i i--lg")
}

/// Draws an icon with classes of its own.
pub fn drawn(which: Icon, class: &'static str) -> AnyView {
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=which.path()></path>
        </svg>
    }
    .into_any()
}
