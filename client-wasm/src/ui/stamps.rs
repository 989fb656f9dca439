//! A form's stamps in their order: its status is read off them.
//!
//! Floor: ui. This module must not derive a status: each stamp's state is handed in.

use leptos::prelude::*;

use super::words::t;

/// How far a stamp is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampState {
    /// Set.
    Done,
    /// This step is next.
    Now,
    /// Not yet.
    Wait,
    /// Stopped, and the line below says why.
    Stopped,
}

impl StampState {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "stamp is-done",
            Self::Now => "stamp is-now",
            Self::Wait => "stamp is-wait",
            Self::Stopped => "stamp is-stopped",
        }
    }

    fn word(self) -> String {
        t!(match self {
            Self::Done => "stamp-done",
            Self::Now => "stamp-now",
            Self::Wait => "stamp-wait",
            Self::Stopped => "stamp-stopped",
        })
    }
}

/// One step of a form, or one entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The one character in the seal: 收, 审, 装.
    pub seal: String,
    /// What the step is.
    pub title: String,
    /// Who and when, or who is waited for.
    pub meta: String,
    /// What stands at the end: a clock, a time.
    pub end: String,
    /// How far it is.
    pub state: StampState,
    /// The finance seal (财务盖章), the only red one.
    pub red: bool,
}

/// The stamps from above to below, read as “财务盖章，已盖，王会计，10月16日”.
#[component]
pub fn Timeline(
    /// The stamps in their order.
    stamps: Vec<Stamp>,
) -> impl IntoView {
    let one = |stamp: Stamp| {
        let seal = if stamp.red { "seal seal--red" } else { "seal" };
        view! {
            <li class=stamp.state.class()>
                <span class=seal aria-hidden="true">{stamp.seal}</span>
                <div>
                    <div class="stamp-title">{stamp.title}<span class="sr">{t!("stamp-read", state = stamp.state.word())}</span></div>
                    {(!stamp.meta.is_empty()).then(|| view! { <div class="stamp-meta">{stamp.meta}</div> })}
                </div>
                {(!stamp.end.is_empty()).then(|| view! { <div class="stamp-end">{stamp.end}</div> })}
            </li>
        }
    };
    view! { <ol class="stamps">{stamps.into_iter().map(one).map(IntoAny::into_any).collect_view()}</ol> }
        .into_any()
}
