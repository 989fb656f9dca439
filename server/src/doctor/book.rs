//! What the database says of itself: version, settings, pages, steps.

use super::Check;
use crate::store::StoreError;
use crate::store::health::{Health, Steps};

/// What the store says of itself.
pub fn of_store(health: &Health) -> Vec<Check> {
    let name = "database";
    let mut checks = vec![match health.too_old {
        Some(least) => Check::bad(
            name,
            format!("{}; {least} is the least", health.product),
            "use a version that is not known to damage books",
        ),
        None => Check::fine(name, health.product.clone()),
    }];
    checks.extend(health.settings.iter().map(|setting| {
        let saw = format!("{} is {}", setting.name, setting.is);
        if setting.holds() {
            return Check::fine("database", saw);
        }
        let advice = format!("set it to {}: what was acknowledged must be there after a crash", setting.due);
        Check::bad("database", saw, advice)
    }));
    checks.push(of_steps(&health.steps));
    checks.push(if health.damage.is_empty() {
        Check::fine("integrity", health.pages)
    } else {
        Check::bad(
            "integrity",
            health.damage.join(", "),
            "stop the server, keep what is there as it is, and restore the latest backup that verifies: phones bring the rest",
        )
    });
    checks
}

/// Whether the tables are those of this program.
pub fn of_steps(steps: &Steps) -> Check {
    let name = "tables";
    let list = |steps: &[i64]| steps.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let Steps { done, missing, unknown, added, altered, unfinished } = steps;
    if !unfinished.is_empty() {
        let advice = "restore the backup that was made before the upgrade, and upgrade again";
        return Check::bad(name, format!("step {} was begun and not ended", list(unfinished)), advice);
    }
    if !unknown.is_empty() {
        let saw = format!("step {} is not known here: a later version has opened this book", list(unknown));
        return Check::bad(name, saw, "use that version's program");
    }
    if !altered.is_empty() {
        let saw = format!("step {} was another than the one known here", list(altered));
        return Check::bad(name, saw, "use the program that made this book, or restore a backup");
    }
    if !missing.is_empty() {
        let saw = format!("step {} is still to come: an earlier version's tables", list(missing));
        return Check::warn(name, saw, "make a backup; the next `fieldbook serve` brings them up to date");
    }
    if !added.is_empty() {
        let saw = format!("all {done} steps done; a later version has added step {}", list(added));
        return Check::fine(name, saw);
    }
    Check::fine(name, format!("all {done} steps done, none unknown"))
}

/// A book that cannot be looked at.
pub fn of_book(error: &StoreError) -> Check {
    let advice = match error {
        StoreError::Unavailable(_) => "see that no other process holds it and that this user may read it",
        StoreError::Full(_) => "make room on that disk",
        StoreError::Conflict(_) | StoreError::Corrupt(_) => "restore the latest backup that verifies",
        StoreError::Migration(_) => "use the program of the version that made it",
    };
    Check::bad("database", error.to_string(), advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;
    use crate::store::health::Tuned;

    #[test]
    fn a_database_that_is_too_old_badly_set_or_damaged_is_named() {
        let good = Health { product: "SQLite 3.51.3".to_owned(), ..Health::default() };
        assert!(of_store(&good).iter().all(|check| check.level == Level::Ok));
        let old =
            Health { product: "SQLite 3.50.0".to_owned(), too_old: Some("3.51.3"), ..Health::default() };
        assert!(
            of_store(&old)[0].saw.contains("3.51.3 is the least") && of_store(&old)[0].level == Level::Bad
        );
        let loose = Tuned { name: "fsync", is: "off".to_owned(), due: "on" };
        let loose = of_store(&Health { settings: vec![loose], ..good.clone() });
        assert!(
            loose.iter().any(|check| check.level == Level::Bad && check.saw == "fsync is off"),
            "{loose:?}"
        );
        let damaged = of_store(&Health { damage: vec!["row 7 missing from index".to_owned()], ..good });
        assert!(damaged.iter().any(|check| check.name == "integrity" && check.level == Level::Bad));
    }

    #[test]
    fn a_later_version_that_has_only_added_is_named_and_one_that_has_changed_is_refused() {
        let known = [(1, vec![7])];
        let with = |name: &str| {
            let step = |number, name: &str, sum| (number, name.to_owned(), true, vec![sum]);
            of_steps(&Steps::of(&[step(1, "book", 7), step(2, name, 9)], &known))
        };
        let added = with("adds routes");
        assert!(
            added.level == Level::Ok && added.saw.contains("later version has added step 2"),
            "{added:?}"
        );
        assert_eq!(with("routes").level, Level::Bad);
    }
}
