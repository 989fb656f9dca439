//! Two changed the same field: both values, the rule, and one press to use the other.
//!
//! Floor: ui. This module must not decide which value counts: it is handed in.

use leptos::prelude::*;

use super::badge::{Fate, Tone, badge, fate_badge};
use super::fresh::fresh;
use super::icon::Icon;
use super::words::t;

/// One value of a field and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 您改的, 内勤改的, or the name.
    pub who: String,
    /// The value as people read it.
    pub value: String,
    /// When, and whether offline.
    pub when: String,
}

/// A field with its value before, mine and theirs. The losing value can be put back by one press, which is a new change.
#[component]
pub fn ConflictCard(
    /// The field: 联系电话.
    #[prop(into)]
    field: String,
    /// The value before both.
    #[prop(optional, into)]
    base: Option<Version>,
    /// The reader's own value.
    mine: Version,
    /// The other's value.
    theirs: Version,
    /// Whether mine is the value in use.
    #[prop(into)]
    mine_in_use: Signal<bool>,
    /// Puts the losing value back; absent where the reader may not.
    #[prop(optional, into)]
    on_restore: Option<UnsyncCallback<()>>,
    /// Whether a head has still to choose one of the two.
    #[prop(optional)]
    waits: bool,
    /// Why this value counts; the rule of cards when left out.
    #[prop(optional, into)]
    why: Option<String>,
) -> impl IntoView {
    let base = base.map(|base| {
        view! {
            <div class="version is-base">
                <span class="version-who">{base.who}</span>
                <span class="version-value">{base.value}</span>
                <span class="tiny faint">{base.when}</span>
            </div>
        }
    });
    let field_name = field.clone();
    let one = move |version: Version, in_use: Signal<bool>| {
        let spoken = format!("{} {}", field_name, version.value);
        view! {
            <div class="version" class:is-winner=in_use>
                <span class="version-who">{version.who}</span>
                <span><span class="version-value">{version.value}</span><span class="row-sub">{version.when}</span></span>
                {fresh(move || if in_use.get() {
                    Some(badge(Tone::Applied, Some(Icon::Check), t!("conflict-in-use")))
                } else {
                    let label = format!("{} {}", t!("conflict-restore"), spoken);
                    on_restore.map(|restore| view! {
                        <button type="button" class="btn" aria-label=label on:click=move |_| restore.run(())>{t!("conflict-restore")}</button>
                    }.into_any())
                })}
            </div>
        }
        .into_any()
    };
    view! {
        <section class="card">
            <div class="card-head"><span>{field}</span>{fate_badge(if waits { Fate::Held } else { Fate::Finding })}</div>
            <div class="versions">
                {base}
                {one(mine, mine_in_use)}
                {one(theirs, Signal::derive(move || !mine_in_use.get()))}
            </div>
            <p class="conflict-why">{why.unwrap_or_else(|| t!("conflict-why"))}</p>
        </section>
    }
    .into_any()
}
