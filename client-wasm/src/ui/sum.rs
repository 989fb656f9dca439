//! A sum with the sign of its currency, the minus before both: -¥3,200.00.
//!
//! Floor: ui, above `format`. This module must not know what the sum is of.

use leptos::prelude::*;
use sync_core::unit::Money;

use super::format;

/// What stands before the sign of the currency, and what behind it.
fn around_the_sign(sum: Money) -> (&'static str, String) {
    (if sum < Money::ZERO { "-" } else { "" }, format::sum(sum.distance()))
}

/// A sum in yuan as it is drawn wherever the sign of the currency stands before it.
pub fn sum_view(sum: Money) -> AnyView {
    let (minus, figures) = around_the_sign(sum);
    view! { <span class="sum">{minus}<span class="yuan">{figures}</span></span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minus_stands_before_the_sign_of_the_currency() {
        assert_eq!(around_the_sign(Money::fen(-320_000)), ("-", "3,200.00".to_owned()));
        assert_eq!(around_the_sign(Money::fen(320_000)), ("", "3,200.00".to_owned()));
        assert_eq!(around_the_sign(Money::ZERO), ("", "0.00".to_owned()));
    }
}
