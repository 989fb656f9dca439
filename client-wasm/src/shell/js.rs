//! Calling what the browser has and the bindings do not describe, or not yet without a compiler switch.
//!
//! Floor: shell, at the bottom. This module must not know what is called for what.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A property; `undefined` where there is none.
pub(crate) fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method.
pub(crate) fn call(target: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(target, name).dyn_into()?;
    function.apply(target, &arguments.iter().collect::<Array>())
}

/// Calls a method that answers later, and waits for the answer.
pub(crate) async fn call_later(
    target: &JsValue,
    name: &str,
    arguments: &[JsValue],
) -> Result<JsValue, JsValue> {
    let promise: Promise = call(target, name, arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

/// An object of these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // A plain new object takes every property.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// The name of a `DOMException`, such as `QuotaExceededError`; empty for anything else.
pub(crate) fn error_name(error: &JsValue) -> String {
    text(error, "name").unwrap_or_default()
}

/// A text property.
pub(crate) fn text(value: &JsValue, name: &str) -> Option<String> {
    get(value, name).as_string()
}

/// A property that is a whole number and fits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast from a float saturates; what does not fit is not such a number"
)]
pub(crate) fn number(value: &JsValue, name: &str) -> Option<u32> {
    get(value, name)
        .as_f64()
        .filter(|number| (0.0..=4_294_967_295.0).contains(number))
        .map(|number| number as u32)
}

/// JSON of these properties.
pub(crate) fn to_json(properties: &[(&str, JsValue)]) -> String {
    JSON::stringify(&object(properties)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// What JSON says; `undefined` where it is none.
pub(crate) fn from_json(bytes: &[u8]) -> JsValue {
    std::str::from_utf8(bytes).ok().and_then(|text| JSON::parse(text).ok()).unwrap_or(JsValue::UNDEFINED)
}
