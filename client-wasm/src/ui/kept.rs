//! What is worked out anew when something it reads has changed, and told on only where it has become another.
//!
//! Floor: ui, at the bottom. This module must not know what is kept.
//! A `Memo` of Leptos brings its bookkeeping along once for each type, some kilobytes each; here all types share one.

use std::{any::Any, marker::PhantomData, sync::Arc};

use leptos::prelude::*;

type Value = Arc<dyn Any + Send + Sync>;

/// A value worked out by [`kept`]; copied and read like a signal.
pub struct Kept<T> {
    memo: Memo<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

/// Works a value out whenever something read inside has changed.
pub fn kept<T: PartialEq + Send + Sync + 'static>(work: impl Fn() -> T + Send + Sync + 'static) -> Kept<T> {
    Kept { memo: shared(Box::new(move || Arc::new(work())), changed::<T>), of: PhantomData }
}

/// The one place where keeping is compiled.
fn shared(
    work: Box<dyn Fn() -> Value + Send + Sync>,
    changed: fn(Option<&Value>, Option<&Value>) -> bool,
) -> Memo<Value> {
    Memo::new_with_compare(move |_| work(), changed)
}

fn changed<T: PartialEq + 'static>(before: Option<&Value>, now: Option<&Value>) -> bool {
    before.and_then(|value| value.downcast_ref::<T>()) != now.and_then(|value| value.downcast_ref::<T>())
}

fn value(memo: Memo<Value>) -> Value {
    memo.get()
}

fn value_untracked(memo: Memo<Value>) -> Value {
    memo.get_untracked()
}

impl<T: 'static> Kept<T> {
    /// Looks at the value.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(value(self.memo).downcast_ref().expect("a value is of the type it was kept as"))
    }

    /// Looks at the value and does not follow it.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(value_untracked(self.memo).downcast_ref().expect("a value is of the type it was kept as"))
    }
}

impl<T: Clone + 'static> Kept<T> {
    /// The value.
    pub fn get(self) -> T {
        self.with(T::clone)
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<T> for Kept<T> {
    fn from(value: T) -> Self {
        kept(move || value.clone())
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> From<Signal<T>> for Kept<T> {
    fn from(signal: Signal<T>) -> Self {
        kept(move || signal.get())
    }
}

impl<T: Clone + Send + Sync + 'static> From<Kept<T>> for Signal<T> {
    fn from(kept: Kept<T>) -> Self {
        Self::derive(move || kept.get())
    }
}
