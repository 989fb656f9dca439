//! Steps that tables have been through and this version does not know: whether it can work beside them. Decision 029.

use std::borrow::Cow;

use sqlx::migrate::Migrator;

/// A step with a name that begins so only adds: tables, columns that need not be named, indexes, views. An earlier version
/// neither needs nor harms what it adds.
const ADDS: &str = "adds ";

/// Whether a step of this name only adds.
pub(super) fn only_adds(name: &str) -> bool {
    name.starts_with(ADDS)
}

/// The first step that this version does not know and that does more than add.
pub(super) fn changes(ours: &Migrator, been_through: &[(i64, String)]) -> Option<i64> {
    let known = |version: i64| ours.iter().any(|step| step.version == version);
    let strange = been_through.iter().find(|(version, name)| !known(*version) && !only_adds(name));
    strange.map(|(version, _)| *version)
}

/// The same steps, for tables that have been through others as well.
pub(super) fn beside(ours: &'static Migrator) -> Migrator {
    Migrator { migrations: Cow::Borrowed(&ours.migrations), ignore_missing: true, ..Migrator::DEFAULT }
}
