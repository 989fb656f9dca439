//! F12 收据: number, amount, capitals, a code to check, and what has become of it.
//!
//! Floor: screens. This module must not change the receipt; taking it back is a new entry.

use leptos::{prelude::*, task::spawn_local};
use sync_core::{
    domain::{
        Recorded,
        cash::{Collected, Means},
    },
    replica::Replica,
    unit::{CustomerId, Money, PaperId, capitals},
};

use super::{
    look,
    parts::{self, NotHere, SubHead},
    photos::Photos,
    qr,
    receipt_image::{self, Picture, Shared},
    timeline, told,
};
use crate::{
    field::{
        app::Field,
        router::Route,
        texts::{self, ms},
    },
    ui::{
        ActionBar, Banner, Body, Button, ButtonKind, ButtonLink, ButtonSize, Fate, Icon, Sheet, Tone, badge,
        fate_badge, format, fresh, kept, maybe, pairs, sum_view, t, tell,
    },
};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Page {
    taken: Recorded<Collected>,
    holder: String,
    customer: String,
    number: String,
    before: Option<String>,
    by: String,
    accepted: Option<String>,
    order: Option<String>,
    account: String,
    fate: Fate,
    reversal: Option<(String, i64, String)>,
    /// Whether finance has confirmed a transfer.
    arrived: bool,
    mine: bool,
    /// Whether its cash has left the drawer; `None` where it never lay in one.
    left: Option<bool>,
}

impl Page {
    fn amount(&self) -> Money {
        self.taken.what.amount.money()
    }
}

fn page(book: &Replica, field: Field, id: PaperId) -> Option<Page> {
    let collection = book.collection(id)?;
    let taken = collection.recorded.clone()?;
    let holder = book
        .accounts()
        .find_map(|(_, account)| account.opened.as_ref().map(|opened| opened.what.holder.to_string()));
    let order = taken.what.order.and_then(|order| {
        let recorded = book.order(order)?.recorded.as_ref()?;
        look::order_number(book, recorded.id, recorded.what.number)
    });
    let before = (taken.what.receipt > 1)
        .then(|| look::receipt_number(book, taken.id, taken.what.receipt - 1))
        .flatten();
    let account = match &taken.what.means {
        Means::Cash => String::new(),
        Means::Transfer { account, .. } => told::account_line(book, *account),
    };
    Some(Page {
        holder: holder.unwrap_or_else(|| t!("app-name")),
        customer: texts::customer_name(book, taken.what.customer),
        number: look::receipt_number(book, taken.id, taken.what.receipt).unwrap_or_default(),
        before,
        by: texts::staff_name(book, taken.by),
        accepted: taken.accepted_by.map(|head| texts::staff_name(book, head)),
        order,
        account,
        fate: timeline::fate_of(book, field, &taken),
        reversal: collection.reversals.entries().next().map(|(_, reversal)| {
            (texts::staff_name(book, reversal.by), ms(reversal.at), reversal.reason.to_string())
        }),
        arrived: collection.confirmation().is_some(),
        mine: taken.by == book.identity().staff,
        left: book.cash_has_left(id),
        taken,
    })
}

/// A receipt.
#[component]
pub(super) fn Receipt(
    /// Of which collection.
    id: PaperId,
) -> impl IntoView {
    let field = parts::field();
    let link = field.link();
    let page = kept(move || {
        link.track();
        field.read(|book| page(book, field, id))
    });
    let showing = RwSignal::new(false);
    // Only the phone that gave the receipt out can sign for it; it does so once, and every drawing shows the same.
    let check = RwSignal::new(None::<String>);
    let claim = field.peek(|book| {
        let taken = book.collection(id)?.recorded.as_ref()?;
        let me = book.identity();
        (taken.id.device == me.device).then(|| qr::claim(me.company, taken))
    });
    let own = claim.is_some();
    spawn_local(async move {
        let Some(claim) = claim else { return };
        let signature = field.sign_claim(claim).await;
        check.try_set(signature.map(|signature| qr::check_link(&claim, &signature)));
    });
    fresh(move || match page.get() {
        None => view! { <NotHere up=Route::Today /> }.into_any(),
        Some(page) => view! { <Shown id=id page=page showing=showing own=own check=check /> }.into_any(),
    })
}

fn means_word(means: &Means) -> String {
    match means {
        Means::Cash => t!("collect-cash"),
        Means::Transfer { .. } => t!("collect-transfer"),
    }
}

fn details(page: &Page) -> AnyView {
    let mut entries = vec![(t!("receipt-customer"), page.customer.clone().into_any())];
    let what = page
        .order
        .clone()
        .map_or_else(|| t!("receipt-goods"), |order| t!("receipt-for-order", order = order));
    entries.push((t!("receipt-what"), what.into_any()));
    entries.push((t!("collect-means"), means_word(&page.taken.what.means).into_any()));
    if !page.account.is_empty() {
        entries.push((t!("remit-account"), page.account.clone().into_any()));
    }
    entries.push((t!("receipt-by"), page.by.clone().into_any()));
    entries.push((t!("paper-at"), format::full_moment(ms(page.taken.at)).into_any()));
    pairs(true, entries)
}

/// What is the company's own to know: on the screen of the rep, and on no paper that a customer gets.
fn inner(page: &Page) -> AnyView {
    let mut entries = Vec::new();
    if let Some(head) = page.accepted.clone() {
        entries.push((
            t!("paper-accepted-by"),
            view! { <span data-testid="accepted-by">{head}</span> }.into_any(),
        ));
    }
    if let Some(reason) = &page.taken.what.over_limit {
        entries.push((t!("taken-reason"), reason.to_string().into_any()));
    }
    let photo = page.taken.what.photo.filter(|_| page.mine);
    if entries.is_empty() && photo.is_none() {
        return ().into_any();
    }
    view! {
        <div class="stack no-print" data-testid="receipt-inner">
            {pairs(true, entries)}
            {photo.map(|hash| view! { <Photos hashes=vec![hash] /> })}
        </div>
    }
    .into_any()
}

/// What a customer reads across the receipt: that it counts no more, that it was taken above the limit. Source: Q9.
fn words_across(page: &Page) -> Vec<String> {
    let reversed = page.reversal.is_some().then(|| t!("receipt-void"));
    let over = page.taken.what.over_limit.is_some().then(|| t!("receipt-over-limit"));
    reversed.into_iter().chain(over).collect()
}

/// The receipt as a picture says it: what stands on it for the customer, and nothing of what only the rep sees.
fn picture(page: &Page, link: Option<String>) -> Picture {
    let what = page
        .order
        .clone()
        .map_or_else(|| t!("receipt-goods"), |order| t!("receipt-for-order", order = order));
    let lines = vec![
        (t!("receipt-customer"), page.customer.clone()),
        (t!("receipt-what"), what),
        (t!("collect-means"), means_word(&page.taken.what.means)),
        (t!("receipt-by"), page.by.clone()),
        (t!("paper-at"), format::full_moment(ms(page.taken.at))),
    ];
    Picture {
        holder: page.holder.clone(),
        number: page.number.clone(),
        amount: format::sum(page.amount()),
        capitals: capitals(page.amount()),
        lines,
        marks: words_across(page),
        void: page.reversal.is_some(),
        link,
    }
}

fn marks(page: &Page) -> AnyView {
    let over = page
        .taken
        .what
        .over_limit
        .is_some()
        .then(|| badge(Tone::Danger, Some(Icon::Warn), t!("receipt-over-limit")));
    let fate = match (&page.reversal, page.arrived) {
        (Some(_), _) => parts::reversed_badge(),
        (None, true) => parts::arrived_badge(),
        (None, false) => fate_badge(page.fate),
    };
    let left = page.left.filter(|_| page.reversal.is_none()).map(|left| {
        if left {
            badge(Tone::Applied, Some(Icon::Bank), t!("receipt-left"))
        } else {
            badge(Tone::Line, Some(Icon::Cash), t!("receipt-in-hand"))
        }
    });
    view! { <div class="line line--wrap receipt-marks no-print" data-testid="receipt-state">{fate}{left}{over}</div> }
        .into_any()
}

#[component]
fn Shown(
    id: PaperId,
    page: Page,
    showing: RwSignal<bool>,
    own: bool,
    check: RwSignal<Option<String>>,
) -> impl IntoView {
    let customer: CustomerId = page.taken.what.customer;
    let amount = page.amount();
    let may_reverse = page.mine && page.reversal.is_none() && !page.arrived;
    let finance_reverses = page.mine && page.reversal.is_none() && page.arrived;
    let scan = match &page.before {
        _ if !own => t!("receipt-scan-elsewhere"),
        Some(before) => t!("receipt-scan-after", before = before),
        None => t!("receipt-scan"),
    };
    let code = move |class| maybe(move || check.get(), move |link| qr::qr(&link, t!("receipt-qr"), class));
    let for_customer = page.clone();
    let drawing = page.clone();
    let share = move || {
        let picture = picture(&drawing, check.get_untracked());
        spawn_local(async move {
            match receipt_image::share(&picture).await {
                Some(Shared::Offered) => {}
                Some(Shared::Kept) => tell(t!("receipt-image-kept")),
                Some(Shared::KeptInstead) => tell(t!("receipt-image-kept-instead")),
                None => tell(t!("receipt-image-trouble")),
            }
        });
    };
    let reversed = page.reversal.clone().map(|(who, at, reason)| {
        view! { <Banner tone=Tone::Danger icon=Icon::Swap lead=t!("receipt-reversed") text=t!("receipt-reversed-text", who = who, at = format::moment(at), reason = reason) /> }
    });
    view! {
        <SubHead title=t!("receipt-title") sub=page.number.clone() up=Route::Customer(customer) />
        <Body>
            {reversed}
            <section class="card receipt" class:is-void=page.reversal.is_some() aria-label=t!("receipt-title")>
                <div class="tc">
                    <p class="small muted">{page.holder.clone()}</p>
                    <h2 class="h-title">{t!("receipt-heading")}</h2>
                    <p class="code muted" data-testid="receipt-number">{t!("receipt-no", number = page.number.clone())}</p>
                </div>
                <div class="tc">
                    <div class="amount amount--center" data-testid="receipt-amount">{sum_view(amount)}</div>
                    <p class="capitals">{capitals(amount)}</p>
                </div>
                {marks(&page)}
                {words_across(&page).into_iter().map(|words| view! { <p class="tc print-only receipt-across">{words}</p> }).collect_view()}
                <hr class="rule" />
                {details(&page)}
                {inner(&page)}
                <hr class="rule" />
                <div class="line line--top qrline">
                    {code("qr")}
                    <div class="small"><b>{t!("receipt-scan-lead")}</b><p class="muted">{scan}</p></div>
                </div>
            </section>
            <div class="line line--wrap no-print">
                <Button label=t!("receipt-share") icon=Icon::Export on_press=share testid="share-receipt" />
                <Button label=t!("receipt-print") icon=Icon::Print on_press=receipt_image::print testid="print-receipt" />
            </div>
            {may_reverse.then(|| view! {
                <ButtonLink label=t!("reverse-do") kind=ButtonKind::Second size=ButtonSize::Block href=Route::Reverse(sync_core::domain::cash::Reversible::Collection, id).href() testid="reverse" />
            })}
            {finance_reverses.then(|| view! { <p class="small muted" data-testid="finance-reverses">{t!("reverse-finance")}</p> })}
        </Body>
        <ActionBar>
            <Button label=t!("receipt-show") kind=ButtonKind::Primary size=ButtonSize::Big on_press=move || showing.set(true) testid="show-receipt" />
        </ActionBar>
        <Sheet open=showing on_close=move || showing.set(false) title=t!("receipt-title")>
            <div class="stack tc">
                <p class="code muted">{for_customer.number.clone()}</p>
                <div class="amount amount--center">{sum_view(amount)}</div>
                <p class="capitals">{capitals(amount)}</p>
                {code("qr qr--big")}
                <p class="small muted">{if own { t!("receipt-scan") } else { t!("receipt-scan-elsewhere") }}</p>
                <Button label=t!("do-close") size=ButtonSize::Block on_press=move || showing.set(false) />
            </div>
        </Sheet>
    }
}
