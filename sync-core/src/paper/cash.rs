//! The rows of cash handed in and of days that were closed.

use super::{Paper, Row, row_of};

/// The row of such a paper; `None` while it is a shell.
pub(super) fn row(paper: &Paper) -> Option<Row> {
    match paper {
        Paper::HandIn(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let (status, search) = (paper.status().code(), recorded.what.note.to_string());
            Some(Row { status, search, ..row_of(recorded, None, Some(recorded.what.amount.money())) })
        }
        Paper::DayClose(paper) => {
            let recorded = paper.recorded.as_ref()?;
            let what = &recorded.what;
            Some(Row {
                status: paper.status(),
                label: what.day.to_string(),
                search: what.explanation.to_string(),
                ..row_of(recorded, None, Some(what.counted()))
            })
        }
        _ => None,
    }
}
