//! Photos of a visit, or of a bank's slip: taken, made small, kept on this phone; shown again.
//!
//! Floor: screens. This module must not wait for an upload.

use leptos::{html::Input, prelude::*};
use sync_core::domain::visit::BlobHash;
use wasm_bindgen_futures::spawn_local;

use super::parts;
use crate::{
    field::app::Photo,
    ui::{Icon, fresh, icon, icon_large, maybe, t, unique},
};

/// The photos taken for a form, with the button that takes one more.
#[component]
pub(super) fn PhotoField(
    /// 照片
    #[prop(into)]
    label: String,
    /// What was taken.
    photos: RwSignal<Vec<Photo>>,
    /// How many may be taken.
    most: usize,
    /// How many are still being made small; a form that is saved meanwhile would leave them out.
    working: RwSignal<u32>,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let field = parts::field();
    let input = NodeRef::<Input>::new();
    let trouble = RwSignal::new(None::<String>);
    let take = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let files = input.files();
        let chosen = files.as_ref().map_or(0, web_sys::FileList::length);
        let coming = working.get_untracked() as usize;
        let room = most.saturating_sub(photos.with_untracked(Vec::len) + coming);
        let taken = chosen.min(u32::try_from(room).unwrap_or(u32::MAX));
        trouble
            .set((taken < chosen).then(|| t!("photo-too-many", most = most, chosen = chosen, taken = taken)));
        for file in (0..taken).filter_map(|at| files.as_ref().and_then(|files| files.get(at))) {
            working.update(|count| *count += 1);
            spawn_local(async move {
                let outcome = field.add_photo(file).await;
                working.try_update(|count| *count = count.saturating_sub(1));
                match outcome {
                    Ok(photo) => {
                        photos.try_update(|all| {
                            if all.iter().all(|kept| kept.hash != photo.hash) {
                                all.push(photo);
                            }
                        });
                    }
                    Err(code) => {
                        trouble.try_set(Some(match code.as_str() {
                            "store.full" => t!("photo-full"),
                            "photo.not-a-picture" => t!("photo-no-picture"),
                            _ => t!("photo-trouble", code = &code),
                        }));
                    }
                }
            });
        }
        // The same picture may be chosen again after it was taken off.
        input.set_value("");
    };
    let error_id = unique("photos");
    let described = error_id.clone();
    let wrong = move || error.get().or_else(|| trouble.get());
    let weight = move || {
        photos.with(|photos| {
            let kilobytes = photos.iter().map(|photo| photo.bytes).sum::<u32>().div_ceil(1024);
            if photos.is_empty() {
                t!("form-optional")
            } else {
                t!("photo-weight", count = photos.len(), kilobytes = kilobytes)
            }
        })
    };
    let one = move |photo: Photo| {
        let hash = photo.hash;
        let off = move |_| {
            photos.update(|all| all.retain(|kept| kept.hash != hash));
            field.drop_photo(hash);
        };
        view! {
            <span class="photo" data-testid="photo">
                <img class="pic" src=photo.url alt=t!("photo-alt") />
                <span class="photo-state">{t!("fate-saved")}</span>
                <button type="button" class="photo-off" aria-label=t!("photo-off") on:click=off>{icon(Icon::Close)}</button>
            </span>
        }
    };
    let several = most > 1;
    let full = Signal::derive(move || photos.with(Vec::len) >= most);
    view! {
        <fieldset class="field" class:has-error=move || error.with(Option::is_some) aria-describedby=Signal::derive(move || wrong().map(|_| described.clone()))>
            <legend>{label} <span class="opt">{fresh(weight)}</span></legend>
            <div class="photos">
                {fresh(move || photos.get().into_iter().map(one).map(IntoAny::into_any).collect_view())}
                {fresh(move || (working.get() > 0).then(|| view! { <span class="photo bone" role="status"><span class="sr">{t!("photo-working")}</span></span> }))}
                <label class="photo photo--add" class:sr=full>
                    <input
                        class="sr"
                        type="file"
                        accept="image/*"
                        multiple=several
                        node_ref=input
                        on:change=take
                        data-testid="photo-input"
                        disabled=full
                    />
                    <span class="tc">{icon_large(Icon::Camera)}<span class="blk">{t!("photo-take")}</span></span>
                </label>
            </div>
            {maybe(wrong, move |sentence| view! {
                <p class="field-error" role="alert" id=error_id.clone()>{icon(Icon::Info)}<span>{sentence}</span></p>
            })}
        </fieldset>
    }
}

/// Why a form with photos cannot be saved just now.
pub(super) fn still_working(working: RwSignal<u32>) -> Signal<Option<String>> {
    Signal::derive(move || (working.get() > 0).then(|| t!("photo-working")))
}

/// Photos of a paper in the book.
#[component]
pub(super) fn Photos(
    /// Which.
    hashes: Vec<BlobHash>,
) -> impl IntoView {
    let field = parts::field();
    let one = move |hash: BlobHash| {
        let url = RwSignal::new(None::<Option<String>>);
        spawn_local(async move {
            let found = field.photo_url(hash).await;
            url.try_set(Some(found));
        });
        fresh(move || {
            match url.get() {
            Some(Some(url)) => {
                view! { <a class="photo" href=url.clone() target="_blank" rel="noopener"><img class="pic" src=url.clone() alt=t!("photo-alt") /></a> }.into_any()
            }
            Some(None) => view! { <span class="photo photo--add"><span class="tc small">{t!("photo-later")}</span></span> }.into_any(),
            None => view! { <span class="photo bone"></span> }.into_any(),
        }
        })
    };
    let all = hashes.into_iter().map(one).map(IntoAny::into_any).collect_view();
    view! { <div class="photos">{all}</div> }
}
