//! The company's keys: there, whole, and doing what they are for.

use sync_core::time::Timestamp;
use sync_core::unit::{CompanyId, StaffId};
use uuid::Uuid;

use super::Check;
use crate::auth::{AccessKey, Badge, opens_what_is_sealed};

/// Keys by name. `was_open` is whether anybody ever signed in here: before that the keys need not be there.
pub fn of_keys(company: CompanyId, keys: &[(String, Vec<u8>)], was_open: bool, now: Timestamp) -> Vec<Check> {
    let tried = |name: &'static str, purpose: &str, works: &dyn Fn(&[u8; 32]) -> bool, lost: &str| {
        let ours: Vec<_> = keys.iter().filter(|(key, _)| is_of(key, purpose)).collect();
        if ours.is_empty() {
            return if was_open {
                Check::bad(name, "is not there, though people have signed in", lost)
            } else {
                Check::fine(name, "is made by the first `fieldbook serve`")
            };
        }
        for (key, secret) in &ours {
            let advice = "restore the latest backup that verifies";
            let Ok(secret) = secret.as_slice().try_into() else {
                return Check::bad(name, format!("{key} has {} bytes, not 32", secret.len()), advice);
            };
            if !works(secret) {
                return Check::bad(name, format!("{key} does not open what it has closed"), advice);
            }
        }
        Check::fine(name, format!("{} there, tried out", ours.len()))
    };
    let opens = |secret: &[u8; 32]| {
        let key = AccessKey::new(company, secret);
        let badge = Badge { staff: StaffId(Uuid::nil()), session: Uuid::nil() };
        key.read(&key.seal(badge, now), now).is_ok_and(|read| read == badge)
    };
    let lost_tokens = "restore a backup, or go on: everybody is asked for their password once more";
    let lost_seals = "restore a backup that has it: without it nothing opens what locked phones have sealed";
    vec![
        tried("token key", "access", &opens, lost_tokens),
        tried("sealing key", "sealing", &opens_what_is_sealed, lost_seals),
    ]
}

/// `access`, or `access` with something behind it where there is more than one.
fn is_of(key: &str, purpose: &str) -> bool {
    key.strip_prefix(purpose).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    const COMPANY: CompanyId = CompanyId::from_bytes([7; 16]);

    fn levels(keys: &[(&str, &[u8])], was_open: bool) -> [Level; 2] {
        let keys: Vec<_> = keys.iter().map(|(name, secret)| ((*name).to_owned(), secret.to_vec())).collect();
        let checks = of_keys(COMPANY, &keys, was_open, Timestamp::from_millis(1_795_140_000_000));
        [checks[0].level, checks[1].level]
    }

    #[test]
    fn a_key_that_is_gone_cut_or_of_another_length_is_named() {
        let whole = [1; 32];
        assert_eq!(
            levels(&[("access", &whole), ("sealing", &whole), ("sealing.2", &whole)], true),
            [Level::Ok; 2]
        );
        assert_eq!(levels(&[], false), [Level::Ok; 2], "nobody has signed in yet");
        assert_eq!(levels(&[], true), [Level::Bad; 2]);
        assert_eq!(levels(&[("access", &whole)], true), [Level::Ok, Level::Bad]);
        assert_eq!(levels(&[("access", &whole[..31]), ("sealing", &whole)], true), [Level::Bad, Level::Ok]);
    }
}
