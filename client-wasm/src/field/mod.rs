//! The phone's offline bundle: a device's book, kept and sent, and the screens over it.

pub mod app;
mod engine;
pub mod later;
pub mod pages;
pub mod router;
pub mod screens;
pub mod texts;
