//! 现金日结: the bag counted by note and coin, against what the book says; a difference is explained in words. S14, S17.
//!
//! Floor: screens. This module must not correct the book by what was counted.

use leptos::prelude::*;
use sync_core::{
    domain::cash::{Counted, DENOMINATIONS, DayCloseRefusal, DayClosed, DrawerHeld, MOST_PIECES, counted},
    op::Op,
    refusal::Refusal,
    replica::Replica,
    time::business_date,
    unit::{Money, PaperId, Text, capitals, narrow_digit},
};

use super::{
    drafts::{Form, Slot},
    parts::{self, NotHere, Saving, SubHead},
    timeline,
};
use crate::{
    field::{
        app::RecordError,
        router::{self, Route},
        texts::{self, ms},
    },
    ui::{
        ActionBar, Body, Button, ButtonKind, ButtonSize, Card, Icon, Note, TextArea, Tone, badge, fate_badge,
        focus, format, fresh, kept, pairs, sum_view, t, tell,
    },
};

/// Names the sentence about a count for the control that it is about.
const COUNT_ERROR: &str = "count-error";

#[derive(Clone, Copy)]
struct CountForm {
    pieces: [RwSignal<String>; DENOMINATIONS.len()],
    explanation: RwSignal<String>,
    count_error: RwSignal<Option<String>>,
    explanation_error: RwSignal<Option<String>>,
}

impl Form for CountForm {
    fn is_begun(&self) -> bool {
        let written = |text: &RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        self.pieces.iter().chain([&self.explanation]).any(written)
    }

    fn slots(&self) -> Vec<Slot> {
        self.pieces.into_iter().chain([self.explanation]).map(Slot::Text).collect()
    }
}

/// How many pieces are typed: nothing is none, full-width figures are figures; `None` where it is no number.
fn typed_pieces(text: &str) -> Option<u32> {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != ',' && *c != '，').map(narrow_digit).collect();
    if plain.is_empty() { Some(0) } else { plain.parse().ok() }
}

impl CountForm {
    fn blank() -> Self {
        Self {
            pieces: std::array::from_fn(|_| RwSignal::new(String::new())),
            explanation: RwSignal::new(String::new()),
            count_error: RwSignal::new(None),
            explanation_error: RwSignal::new(None),
        }
    }

    /// What is counted so far; changes with what is typed. What is no number counts for nothing.
    fn counted(&self) -> Vec<Counted> {
        let both = DENOMINATIONS.into_iter().zip(self.pieces);
        both.map(|(denomination, typed)| {
            let pieces = typed.with(|text| typed_pieces(text)).unwrap_or_default();
            Counted { denomination, pieces }
        })
        .filter(|one| one.pieces > 0)
        .collect()
    }

    /// What stands in a count and is no number, or too large: said, and kept.
    fn check(&self) -> bool {
        let wrong = DENOMINATIONS.into_iter().zip(self.pieces).find_map(|(denomination, typed)| {
            let text = typed.get_untracked();
            match typed_pieces(&text) {
                Some(pieces) if pieces <= MOST_PIECES => None,
                Some(pieces) => {
                    let why = DayCloseRefusal::TooMany { denomination, pieces, most: MOST_PIECES };
                    Some(texts::refusal(&Refusal::DayClose(why)))
                }
                None => Some(t!("count-no-number", name = note_name(denomination), text = text.trim())),
            }
        });
        let fine = wrong.is_none();
        self.count_error.set(wrong);
        fine
    }

    fn explain(&self, error: &RecordError) -> bool {
        let RecordError::Refused(Refusal::DayClose(refusal)) = error else { return false };
        let place = match refusal {
            DayCloseRefusal::Unexplained { .. } => self.explanation_error,
            DayCloseRefusal::NotADenomination { .. } | DayCloseRefusal::TooMany { .. } => self.count_error,
            DayCloseRefusal::NotACashRep | DayCloseRefusal::NotYet => return false,
        };
        place.try_set(Some(texts::not_recorded(error).sentence));
        focus::first_error();
        true
    }
}

/// 100 元, 5 角, 1 分
fn note_name(denomination: Money) -> String {
    let fen = denomination.as_fen();
    match fen {
        100.. => t!("note-yuan", count = fen / 100),
        10..=99 => t!("note-jiao", count = fen / 10),
        _ => t!("note-fen", count = fen),
    }
}

fn yuan(money: Money) -> String {
    t!("unit-yuan", amount = format::sum(money))
}

fn expected(drawers: &[DrawerHeld]) -> Money {
    drawers.iter().map(|drawer| drawer.held).sum()
}

/// Counts the bag and closes the day.
#[component]
pub(super) fn DayClose() -> impl IntoView {
    let field = parts::field();
    let drafts = parts::drafts();
    let form = drafts.on_screen(Route::DayClose, CountForm::blank);
    parts::clears(form.explanation, form.explanation_error);
    let saving = Saving::of(Route::DayClose);
    let due = kept(move || field.read(|book| expected(&book.drawers_held())));
    let sum = kept(move || counted(&form.counted()));
    let difference = kept(move || sum.get().minus(due.get()));
    let save = move || {
        // What explains no difference is not said; it stays typed in case the count changes again.
        let explained = !untrack(|| difference.get()).is_zero();
        let text = if explained { form.explanation.get_untracked() } else { String::new() };
        let explanation = Text::new(&text);
        form.explanation_error.set(explanation.as_ref().err().map(texts::not_a_text));
        let (true, Ok(explanation)) = (form.check(), explanation) else {
            focus::first_error();
            return;
        };
        let (counted, day) = (untrack(|| form.counted()), business_date(field.now()));
        saving.record(
            move |book| Op::DayClosed(DayClosed { day, drawers: book.drawers_held(), counted, explanation }),
            move |saved| {
                drafts.saved(Route::DayClose);
                tell(parts::saved_here());
                router::replace(Route::DayClosePage(PaperId(saved.id.created())));
            },
            move |error| form.explain(error),
        );
    };
    let sub = Signal::derive(move || format::full_day(business_date(field.now()).0));
    let lines = DENOMINATIONS
        .into_iter()
        .zip(form.pieces)
        .map(|(denomination, typed)| count_line(denomination, typed, form.count_error))
        .collect_view();
    view! {
        <SubHead title=t!("close-title") sub=sub up=Route::Drawer />
        <Body>
            {saving.note()}
            <Card label=t!("close-count")>
                <h2 class="h3">{t!("close-count")}</h2>
                <div class="count-grid" role="group" aria-label=t!("close-count")>{lines}</div>
                {fresh(move || form.count_error.get().map(|sentence| view! { <p class="field-error" role="alert" id=COUNT_ERROR><span>{sentence}</span></p> }))}
            </Card>
            <Card label=t!("close-sums")>
                {fresh(move || pairs(true, vec![
                    (t!("close-expected"), view! { <span data-testid="close-expected">{yuan(due.get())}</span> }.into_any()),
                    (t!("close-counted"), view! { <b data-testid="close-counted">{yuan(sum.get())}</b> }.into_any()),
                    (t!("close-difference"), difference_view(difference.get())),
                ]))}
            </Card>
            {fresh(move || (!difference.get().is_zero()).then(|| view! {
                <TextArea label=t!("close-explain") value=form.explanation hint=t!("close-explain-hint") error=form.explanation_error testid="close-explain" />
            }))}
            <Note>{t!("close-note")}</Note>
        </Body>
        <ActionBar>
            <Button label=t!("close-save") kind=ButtonKind::Primary size=ButtonSize::Big on_press=save testid="save-close" />
        </ActionBar>
    }
}

fn count_line(denomination: Money, typed: RwSignal<String>, error: RwSignal<Option<String>>) -> AnyView {
    let name = note_name(denomination);
    let label = t!("close-pieces", name = name.clone());
    let sum = move || {
        let pieces = typed.with(|text| typed_pieces(text)).unwrap_or_default();
        if pieces == 0 { String::new() } else { format::sum(counted(&[Counted { denomination, pieces }])) }
    };
    parts::clears(typed, error);
    let wrong = Signal::derive(move || {
        let said = error.with(Option::is_some);
        let fine = typed.with(|text| typed_pieces(text)).is_some_and(|pieces| pieces <= MOST_PIECES);
        (said && !fine).then_some("true")
    });
    let described = Signal::derive(move || wrong.get().map(|_| COUNT_ERROR));
    let testid = format!("count-{}", denomination.as_fen());
    view! {
        <label class="count-line">
            <span class="count-name">{name}</span>
            <input
                class="input count-input"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                placeholder="0"
                aria-label=label
                aria-invalid=wrong
                aria-describedby=described
                data-testid=testid
                prop:value=typed
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <span class="count-sum num" aria-hidden="true">{fresh(sum)}</span>
        </label>
    }
    .into_any()
}

fn difference_view(difference: Money) -> AnyView {
    let (class, word) = if difference.is_zero() {
        ("", t!("close-even"))
    } else if difference < Money::ZERO {
        ("is-danger", t!("close-short", amount = format::sum(difference.negated())))
    } else {
        ("is-danger", t!("close-over", amount = format::sum(difference)))
    };
    view! { <b class=class data-testid="close-difference">{word}</b> }.into_any()
}

/// One day that was closed.
#[component]
pub(super) fn DayClosePage(
    /// Which.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    fresh(move || {
        link.track();
        let found = field.read(|book: &Replica| {
            let closed = book.day_close(id)?.recorded.clone()?;
            let fate = timeline::fate_of(book, field, &closed);
            Some((closed, fate))
        });
        let Some((closed, fate)) = found else {
            return view! { <NotHere up=Route::Drawer /> }.into_any();
        };
        let (what, at) = (closed.what, closed.at);
        let pieces = what
            .counted
            .iter()
            .filter(|one| one.pieces > 0)
            .map(|one| {
                let said = t!("close-line", count = one.pieces, amount = format::sum(counted(&[*one])));
                (note_name(one.denomination), said.into_any())
            })
            .collect();
        let explained = what.explanation.to_string();
        let mark = if what.difference().is_zero() {
            badge(Tone::Applied, Some(Icon::Check), t!("close-even"))
        } else {
            badge(Tone::Finding, Some(Icon::Warn), t!("close-differs"))
        };
        let sums = vec![
            (t!("close-expected"), yuan(what.expected()).into_any()),
            (t!("close-counted"), yuan(what.counted()).into_any()),
            (t!("close-difference"), difference_view(what.difference())),
            (t!("paper-at"), format::full_moment(ms(at)).into_any()),
        ];
        view! {
            <SubHead title=t!("close-paper") sub=format::full_day(what.day.0) up=Route::Drawer />
            <Body>
                <Card>
                    <div class="line line--between line--top">
                        <div>
                            <div class="amount amount--mid">{sum_view(what.counted())}</div>
                            <p class="capitals">{capitals(what.counted())}</p>
                        </div>
                        {fate_badge(fate)}
                    </div>
                    <div class="line" data-testid="close-state">{mark}</div>
                    <hr class="rule" />
                    {pairs(true, sums)}
                    {(!explained.is_empty()).then(|| view! {
                        <div><span class="label">{t!("close-explain")}</span><p class="prose">{explained}</p></div>
                    })}
                </Card>
                <Card><h2 class="h3">{t!("close-count")}</h2>{pairs(true, pieces)}</Card>
                <p class="small muted">{t!("close-seen")}</p>
            </Body>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::typed_pieces;

    #[test]
    fn pieces_are_read_as_people_type_them() {
        assert_eq!(typed_pieces(""), Some(0));
        assert_eq!(typed_pieces(" １２ "), Some(12));
        assert_eq!(typed_pieces("1,200"), Some(1200));
        assert_eq!(typed_pieces("1.5"), None);
        assert_eq!(typed_pieces("三"), None);
    }
}
