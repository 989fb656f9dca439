//! What became of a record, in colour, icon and word together.
//!
//! Floor: ui. This module must not judge: the fate is handed in.

use leptos::prelude::*;

use super::fresh::fresh;
use super::icon::{Icon, icon};
use super::words::t;

/// The five fates of a record (五种着落); there is no sixth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 已存本机: written to this device for good, not sent.
    Saved,
    /// 发送中: on its way.
    Sending,
    /// 已入账: received and in force.
    Applied,
    /// 有提示: in force, with a sentence to read.
    Finding,
    /// 待处理: received, waits for a person.
    Held,
}

impl Fate {
    /// The fate's own word.
    pub fn word(self) -> String {
        t!(match self {
            Self::Saved => "fate-saved",
            Self::Sending => "fate-sending",
            Self::Applied => "fate-applied",
            Self::Finding => "fate-finding",
            Self::Held => "fate-held",
        })
    }

    /// One sentence on what the fate means.
    pub fn meaning(self) -> String {
        t!(match self {
            Self::Saved => "fate-saved-means",
            Self::Sending => "fate-sending-means",
            Self::Applied => "fate-applied-means",
            Self::Finding => "fate-finding-means",
            Self::Held => "fate-held-means",
        })
    }

    const fn look(self) -> (Tone, Icon) {
        match self {
            Self::Saved => (Tone::Saved, Icon::Device),
            Self::Sending => (Tone::Sending, Icon::Sending),
            Self::Applied => (Tone::Applied, Icon::Check),
            Self::Finding => (Tone::Finding, Icon::Info),
            Self::Held => (Tone::Held, Icon::Hold),
        }
    }
}

/// The colours that carry a meaning, of badges, banners and leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey: kept here.
    #[default]
    Saved,
    /// Blue: on its way.
    Sending,
    /// Green: in force.
    Applied,
    /// Amber: a note, or soon.
    Finding,
    /// Violet: waits for a person.
    Held,
    /// Red: over a limit, late, a violation.
    Danger,
    /// An outline without colour.
    Line,
}

impl Tone {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Sending => "sending",
            Self::Applied => "applied",
            Self::Finding => "finding",
            Self::Held => "held",
            Self::Danger => "danger",
            Self::Line => "line",
        }
    }
}

/// A small word on a tint, with an icon where it stands for a state.
pub fn badge(tone: Tone, glyph: Option<Icon>, word: impl Into<String>) -> AnyView {
    let class = format!("badge badge--{}", tone.name());
    view! { <span class=class>{glyph.map(icon)}{word.into()}</span> }.into_any()
}

/// The badge of one of the five fates.
pub fn fate_badge(fate: Fate) -> AnyView {
    let (tone, glyph) = fate.look();
    badge(tone, Some(glyph), fate.word())
}

/// The badge of a fate that changes while it is looked at.
#[component]
pub fn FateBadge(
    /// The fate shown.
    #[prop(into)]
    fate: Signal<Fate>,
) -> impl IntoView {
    fresh(move || fate_badge(fate.get()))
}
