//! What a phone calls itself, so that its owner recognises it in a list.
//!
//! Floor: shell. This module must not identify anybody: a make and a browser, no more.

/// Such as `Android · Chrome`.
pub fn device_name() -> String {
    let told = web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    let first = |names: &[&'static str]| names.iter().copied().find(|name| told.contains(name));
    let system = first(&["iPhone", "iPad", "HarmonyOS", "Android", "Windows", "Mac OS", "Linux"]);
    let browser =
        first(&["MicroMessenger", "HuaweiBrowser", "MiuiBrowser", "Edg", "Firefox", "Chrome", "Safari"]);
    let parts: Vec<&str> = [system, browser].into_iter().flatten().collect();
    parts.join(" · ")
}
