//! Shared parts of both bundles: what screens are put together from. Words by `t!`, looks by class names of `tokens.css`.
//!
//! Floor: above `sync-core`'s units and words, below `shell`, `field` and `office`. These modules must not know the
//! replica, the network or any paper; they draw what they are handed and report gestures.
//!
//! # How a screen is written
//!
//! - Name what you use: `use crate::ui::{Body, Button, t};`. Components of a screen itself are best private or `pub(crate)`.
//! - The bundle has a budget. What changes goes through [`fresh`] or [`maybe`] instead of a bare `move || view! { … }`, and
//!   words and attributes are `Signal`s (`{label}`, `class=Signal::derive(…)`): each bare closure costs kilobytes of its own.
//!   What is worked out and compared is [`kept`] instead of a `Memo`, and a list is `.map(IntoAny::into_any).collect_view()`.
//!   A `Signal` of anything but words, flags and counts is better a [`Kept`]: each further type costs half a kilobyte.
//! - Labels are `String` (`t!("do-save")`); what changes while looked at is `Signal<…>`: pass a `String`, a signal, or
//!   `Signal::derive(move || …)`. Gestures are plain closures: `on_press=move || …`.
//! - Nothing carries a `style` attribute. Sizes that follow figures are SVG attributes or `<progress>`.
//! - New words go into `sync-core/src/locales/{zh-CN,en}/{field,office,refusal}.ftl`, both languages at once.
//!   Values are named: `t!("strip-old", days = 5, count = 23)`; numbers get thousands commas and English plurals.
//!   A refusal's sentence: `words::say(|texts| sync_core::sentence::refusal(texts, &refused))`; below a field
//!   `sentence::not_a_text`, `sentence::not_an_amount`. Names of roles, card fields, purposes: `t!(&format!("role-{}", role.code()))`,
//!   `card-…`, `personal-…`, `purpose-…`, `stage-…`, `organisation-…` (term.ftl).
//!
//! ```ignore
//! // src/bin/field.rs
//! words::begin(later::speak, later::wanted());
//! ui::start(|| view! { <Speaking><App /></Speaking> });
//! // and on 我的: field.set_lang(Lang::En) draws everything under <Speaking> anew.
//!
//! // App: the frame is mounted once, around the routes; so the strip never leaves.
//! view! {
//!     <FieldFrame strip=strip sync_href="/app/outbox" cash_href="/app/remit" enrolled=enrolled>
//!         <Routes fallback=NotFound>…</Routes>
//!     </FieldFrame>
//! }
//!
//! // A page is a fragment: head, body, and a bar at the thumb.
//! view! {
//!     <PageHead title=t!("visit-title") sub=customer_name back=Back::Page("/app/customers/7".into()) />
//!     <Body>
//!         <MultiChips label=t!("visit-purpose") values=purposes choices=choices error=purpose_error />
//!         <TextArea label=t!("visit-said") value=said />
//!     </Body>
//!     <ActionBar>
//!         <Button label=t!("visit-save") kind=ButtonKind::Primary size=ButtonSize::Big on_press=save why_not=why_not />
//!     </ActionBar>
//! }
//! ```
//!
//! # Parts
//!
//! `?` marks what may be left out.
//!
//! | Part | Takes |
//! |---|---|
//! | [`words`] | `begin(speak, lang)`, `change(lang)`, `lang()`, `say(\|texts\| …)`, `of_code(family, code, values)`, `<Speaking>`, `t!(key, name = value, …)` |
//! | [`format`] | `sum(Money)`, `day(date)`, `day_with_weekday`, `full_day`, `hour_minute(ms)`, `moment(ms)`, `full_moment(ms)`, `recent(now, then)`, `age(now, then)`, `local(ms)` |
//! | [`sum_view`] | `sum`, where the sign of the currency stands before it: `-¥3,200.00` |
//! | [`focus`] | `first_error()` after a refused form, `focus(element)`, `typing()` |
//! | [`icon()`], [`icon_large`] | `Icon::Check` |
//! | [`Button`] | `label kind? size? icon? why_not? submit? on_press?`; with `why_not` it stays focusable and says why |
//! | [`ButtonLink`], [`IconButton`] | `label href kind? size? icon?` · `icon label on_press` |
//! | [`fate_badge`], [`FateBadge`], [`badge`] | `Fate::Saved` · `fate` · `(Tone, Option<Icon>, word)` |
//! | [`Banner`] | `icon lead tone? text? flush? action?` with `WayOn::page(word, href)` or `WayOn::act(word, closure)` |
//! | [`tell`], [`aloud`] | a toast from anywhere: `tell(t!("toast-saved"))` · has a sentence on the page read aloud again |
//! | [`RefusalNote`] | `sentence code?`: `role=alert` |
//! | [`Card`], [`Rows`], [`Section`], [`Note`] | `label? children` · `label? children` · `title note? action?` · children |
//! | [`Row`] | `title sub? lead? href? on_press? end? clip?`; `lead=Lead::Icon(Icon::Cash, Tone::Applied)` or `Lead::Letter(name)`; `end=move || view` |
//! | [`pairs`], [`Figures`] | `pairs(right, vec![(name, view)])` · `figures inside?` of `Figure` |
//! | [`TextField`] | `label value kind? hint? error? optional? placeholder? autocomplete? name? node?` |
//! | [`TextArea`], [`SearchField`] | `label value hint? error? optional? placeholder?` · `label value node?` |
//! | [`SelectField`] | `label value choices none? hint? error? optional?` |
//! | [`ChoiceChips`], [`MultiChips`] | `label value: RwSignal<Option<String>> choices layout? …` · `label values: RwSignal<Vec<String>> choices layout? …` |
//! | [`RadioRows`], [`Tick`], [`Stepper`] | `label value choices: Vec<(Choice, second line)>` · `label value` · `label value: RwSignal<u32> least? most?` |
//! | [`AmountField`], [`Keypad`] | `label text capitals? hint? error?` · `text go on_go`; both share the `text` signal, judged by `sync-core` |
//! | [`Sheet`] | `open on_close title alert? children`: focus trap, Esc, focus returns |
//! | [`Meter`], [`Progress`] | `held after? remit_at limit` · `label done of` |
//! | [`Timeline`] | `stamps` of `Stamp { seal, title, meta, end, state, red }` |
//! | [`ConflictCard`] | `field base? mine theirs mine_in_use on_restore? why?` of `Version { who, value, when }` |
//! | [`EmptyState`], [`ErrorState`], [`Loading`] | `icon title text? action?` · `code title? text? on_retry?` · nothing |
//! | [`FieldFrame`], [`PageHead`], [`Body`], [`ActionBar`], [`TabBar`] | as above; `PageHead: title sub? back? actions?`, `Body: centred?`, `TabBar: current unsent on_record` |
//! | [`NewVersionBanner`] | nothing; place it at the top of a tab's body |
//! | [`Desk`], [`Page`], [`Panel`], [`Tabs`] | `nav path conservation live who on_search end?` · `title sub? end?` · `title end? padded?` · `label value tabs` |
//! | [`DataTable`] | `label columns rows sort page total page_size? selected? on_open?`; `rows` is `None` while fetching; J, K, Enter |
//! | [`FilterBar`], [`FilterSelect`] | children · `label value choices all` |

pub mod amount;
pub mod badge;
pub mod bars;
pub mod button;
pub mod conflict;
pub mod desk;
pub mod focus;
pub mod form;
pub mod format;
pub mod fresh;
pub mod icon;
pub mod kept;
pub mod meter;
pub mod pick;
pub mod say;
pub mod sheet;
pub mod stamps;
pub mod state;
pub mod stepper;
pub mod sum;
pub mod surface;
pub mod table;
pub mod text;
pub mod update;
pub mod words;

use std::cell::Cell as Counter;

use leptos::prelude::*;

pub use amount::{AmountField, Keypad};
pub use badge::{Fate, FateBadge, Tone, badge, fate_badge};
pub use bars::{ActionBar, Back, Body, Contact, FieldFrame, PageHead, Strip, StripState, Tab, TabBar};
pub use button::{Button, ButtonKind, ButtonLink, ButtonSize, IconButton};
pub use conflict::{ConflictCard, Version};
pub use desk::{Desk, Live, NavGroup, NavItem, Page, Panel, Tabs};
pub use fresh::{fresh, maybe};
pub use icon::{Icon, drawn, icon, icon_large};
pub use kept::{Kept, kept};
pub use meter::{CashLevel, Meter, Progress};
pub use pick::{ChipLayout, Choice, ChoiceChips, MultiChips, RadioRows, SelectField, Tick};
// Screens name it by hand, so the same name in Leptos never meets it.
pub use say::WayOn as Action;
pub use say::{Banner, RefusalNote, ToastPlace, WayOn, aloud, hush, tell};
pub use sheet::{Sheet, is_opening};
pub use stamps::{Stamp, StampState, Timeline};
pub use state::{EmptyState, ErrorState, Loading};
pub use stepper::{NO_NUMBER, Stepper};
pub use sum::sum_view;
pub use surface::{Card, Figure, Figures, Lead, Note, Row, Rows, Section, pairs};
pub use table::{Cell, Column, DataTable, FilterBar, FilterSelect, Sort, TableRow};
pub use text::{SearchField, TextArea, TextField, TextKind};
pub use update::NewVersionBanner;
pub use words::Speaking;
pub(crate) use words::t;

thread_local! {
    static NEXT: Counter<u32> = const { Counter::new(1) };
}

/// An id no other element of the page has, to tie labels and sentences to their controls.
pub fn unique(prefix: &str) -> String {
    let number = NEXT.get();
    NEXT.set(number.wrapping_add(1));
    format!("{prefix}-{number}")
}

/// Clears the splash of `index.html` and draws the application in its place.
pub fn start<F, V>(application: F)
where
    F: FnOnce() -> V + 'static,
    V: IntoView + 'static,
{
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
    }
    leptos::mount::mount_to_body(application);
}
