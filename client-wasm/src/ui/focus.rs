//! Where the keyboard's focus goes: arrows within a group, round and round within a sheet, and back where it came from.
//!
//! Floor: ui, at the bottom. This module must not know what is focused.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, NodeList};

/// Everything the tab key reaches inside an element.
const REACHABLE: &str = "a[href],button,input,select,textarea,[tabindex]:not([tabindex='-1'])";

fn elements(list: &NodeList) -> Vec<HtmlElement> {
    (0..list.length()).filter_map(|at| list.item(at)).filter_map(|node| node.dyn_into().ok()).collect()
}

fn within(root: &Element, selector: &str) -> Vec<HtmlElement> {
    root.query_selector_all(selector).map(|list| elements(&list)).unwrap_or_default()
}

/// The element that has the focus now.
pub fn focused() -> Option<HtmlElement> {
    document().active_element().and_then(|element| element.dyn_into().ok())
}

/// Gives an element the focus; one that cannot take it is left alone.
pub fn focus(element: &HtmlElement) {
    // Refusing the focus is the element's right, not a fault.
    let _ = element.focus();
}

/// Moves the focus to the first field that has an error, after the screen was drawn: in the sheet that lies over the
/// page, unfolded, in sight, and on its first control where it is a group such as chips or photos.
pub fn first_error() {
    const WRONG: &str = "[aria-invalid='true'],.has-error,.field-error";
    request_animation_frame(|| {
        let sheet = document().query_selector(".scrim > .sheet").ok().flatten();
        let found =
            sheet.map_or_else(|| document().query_selector(WRONG), |sheet| sheet.query_selector(WRONG));
        let Ok(Some(found)) = found else { return };
        if let Ok(Some(fold)) = found.closest("details") {
            // A fold takes this attribute always.
            let _ = fold.set_attribute("open", "");
        }
        found.scroll_into_view();
        let inside =
            within(&found, "[aria-invalid='true']").into_iter().chain(within(&found, REACHABLE)).next();
        if let Some(control) = inside.or_else(|| found.dyn_into().ok()) {
            focus(&control);
        }
    });
}

/// Arrow keys in a radio group press the neighbour.
pub(super) fn arrows_move(event: &KeyboardEvent) {
    let by = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => -1,
        _ => return,
    };
    let Some(group) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let radios = within(&group, "[role='radio']");
    let Some(at) = radios.iter().position(|radio| Some(radio) == focused().as_ref()) else {
        return;
    };
    event.prevent_default();
    let count = i64::try_from(radios.len()).unwrap_or(1);
    let next = (i64::try_from(at).unwrap_or(0) + by).rem_euclid(count);
    if let Some(radio) = usize::try_from(next).ok().and_then(|next| radios.get(next)) {
        focus(radio);
        radio.click();
    }
}

/// Keeps the tab key inside `root`.
pub(super) fn keep_inside(root: &Element, event: &KeyboardEvent) {
    if event.key() != "Tab" {
        return;
    }
    let reachable = within(root, REACHABLE);
    let (Some(first), Some(last)) = (reachable.first(), reachable.last()) else {
        return;
    };
    let now = focused();
    let outside = now.as_ref().is_none_or(|now| !root.contains(Some(now)));
    let target = match event.shift_key() {
        true if outside
            || now.as_ref() == Some(first)
            || now.as_ref().is_some_and(|n| n.is_same_node(Some(root))) =>
        {
            last
        }
        false if outside || now.as_ref() == Some(last) => first,
        _ => return,
    };
    event.prevent_default();
    focus(target);
}

/// Whether keys are being typed into a field now, so that single-key shortcuts keep still.
pub fn typing() -> bool {
    focused().is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Whether a sheet lies over the page, so that keys meant for the page keep still.
pub fn behind_a_sheet() -> bool {
    matches!(document().query_selector(".scrim"), Ok(Some(_)))
}

/// Whether this sheet lies above every other.
pub(super) fn is_on_top(sheet: Option<&Element>) -> bool {
    let all =
        document().query_selector_all(".scrim > .sheet").map(|list| elements(&list)).unwrap_or_default();
    all.last().is_some_and(|last| sheet.is_some_and(|sheet| last.is_same_node(Some(sheet))))
}

/// Moves the focus to the next or previous row, or to the first where none has it.
pub(super) fn next_row(body: &Element, down: bool) {
    let rows = within(body, "tr[tabindex]");
    let now = focused();
    let at = rows.iter().position(|row| now.as_ref().is_some_and(|now| row.contains(Some(now))));
    let next = match (at, down) {
        (None, _) => 0,
        (Some(at), true) => at + 1,
        (Some(at), false) => at.saturating_sub(1),
    };
    if let Some(row) = rows.get(next) {
        focus(row);
    }
}
