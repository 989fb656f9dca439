//! The receipt's claim and its drawing: whoever scans it sees what became of the money.
//!
//! Floor: screens. This module must not know what the check page says.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fast_qr::{ECL, QRBuilder};
use leptos::prelude::*;
use sync_core::{claim::ReceiptClaim, domain::Recorded, domain::cash::Collected, unit::CompanyId};

/// What a receipt claims.
pub(crate) fn claim(company: CompanyId, taken: &Recorded<Collected>) -> ReceiptClaim {
    ReceiptClaim {
        company,
        device: taken.id.device,
        seq: taken.id.seq,
        receipt: taken.what.receipt,
        amount: taken.what.amount.money(),
    }
}

/// Where a signed claim is checked.
pub(crate) fn check_link(claim: &ReceiptClaim, signature: &[u8; 64]) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}/r/{}", URL_SAFE_NO_PAD.encode(claim.signed(signature)))
}

/// Light modules around the code, without which it is not found.
const QUIET: usize = 2;

/// Dark modules beside each other: column, row, how many.
type Run = (usize, usize, usize);

/// A text as a QR code: width with its quiet border, and the runs of dark modules, row by row.
pub(crate) fn runs(text: &str) -> Option<(usize, Vec<Run>)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut runs = Vec::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let dark = code[row][column..].iter().take_while(|module| module.value()).count();
            if dark > 0 {
                runs.push((column + QUIET, row + QUIET, dark));
            }
            column += dark.max(1);
        }
    }
    Some((code.size + 2 * QUIET, runs))
}

/// The same as the path of a drawing.
pub(crate) fn path(text: &str) -> Option<(usize, String)> {
    let (width, runs) = runs(text)?;
    let mut path = String::new();
    for (column, row, dark) in runs {
        // Writing to memory cannot fail.
        let _ = write!(path, "M{column} {row}h{dark}v1h-{dark}z");
    }
    Some((width, path))
}

/// Draws a text as a QR code, black on white in every theme.
pub(crate) fn qr(text: &str, label: String, class: &'static str) -> AnyView {
    path(text)
        .map(|(width, path)| {
            let side = width.to_string();
            view! {
                <svg class=class viewBox=format!("0 0 {width} {width}") role="img" aria-label=label shape-rendering="crispEdges">
                    <rect width=side.clone() height=side fill="#fff"></rect>
                    <path d=path fill="#000"></path>
                </svg>
            }
        })
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_border_and_its_first_finder_row() {
        let (width, path) = path("https://example.invalid/r/abc").expect("a short text fits");
        assert_eq!((width - 2 * QUIET - 17) % 4, 0);
        assert!(path.starts_with("M2 2h7v1h-7z"), "{path}");
    }
}
