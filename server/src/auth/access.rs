//! Access tokens: a signed badge that lasts ten minutes and is checked without asking the store.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sync_core::{
    time::Timestamp,
    unit::{CompanyId, StaffId},
};
use uuid::Uuid;

use super::AuthRefusal;

/// How long an access token is good for.
pub const ACCESS_LIFE_MS: u64 = 10 * 60_000;

/// The one algorithm; a token that names another is not read at all.
const ALGORITHM: Algorithm = Algorithm::HS256;

const ISSUER: &str = "fieldbook";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    cid: CompanyId,
    sub: StaffId,
    sid: Uuid,
    /// Seconds, as the standard wants them.
    iat: u64,
    exp: u64,
}

/// What a whole and valid access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Badge {
    /// Whose it is.
    pub staff: StaffId,
    /// The session it was given out for. Its device is asked of the store: a session may be bound to one later.
    pub session: Uuid,
}

/// The company's key for access tokens.
pub struct AccessKey {
    company: CompanyId,
    sealing: EncodingKey,
    opening: DecodingKey,
}

impl AccessKey {
    /// The key made of a secret, tried out once.
    ///
    /// # Panics
    /// When what it has just sealed does not open: the binary was built without the algorithm.
    pub fn new(company: CompanyId, secret: &[u8; 32]) -> Self {
        let key = Self {
            company,
            sealing: EncodingKey::from_secret(secret),
            opening: DecodingKey::from_secret(secret),
        };
        let sample = Badge { staff: StaffId(Uuid::nil()), session: Uuid::nil() };
        let now = Timestamp::from_millis(0);
        let opened = key.read(&key.seal(sample, now), now);
        assert_eq!(opened.ok(), Some(sample), "access tokens open with the key that sealed them");
        key
    }

    /// A badge, good from now on for [`ACCESS_LIFE_MS`].
    ///
    /// # Panics
    /// Never: the key was tried out when it was made.
    pub fn seal(&self, badge: Badge, now: Timestamp) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            cid: self.company,
            sub: badge.staff,
            sid: badge.session,
            iat: now.millis() / 1000,
            exp: (now.millis() + ACCESS_LIFE_MS) / 1000,
        };
        encode(&Header::new(ALGORITHM), &claims, &self.sealing).expect("claims of plain text can be sealed")
    }

    /// Opens a token.
    ///
    /// # Errors
    /// Not ours, another company's, or run out by the clock handed in.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Badge, AuthRefusal> {
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[ISSUER]);
        // The clock is handed in; the library would read its own.
        validation.validate_exp = false;
        let claims =
            decode::<Claims>(token, &self.opening, &validation).map_err(|_| AuthRefusal::Malformed)?.claims;
        if claims.cid != self.company {
            return Err(AuthRefusal::Malformed);
        }
        if now.millis() / 1000 >= claims.exp {
            return Err(AuthRefusal::Expired);
        }
        Ok(Badge { staff: claims.sub, session: claims.sid })
    }
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPANY: CompanyId = CompanyId::from_bytes([7; 16]);
    const BADGE: Badge = Badge { staff: StaffId(Uuid::from_u128(6)), session: Uuid::from_u128(5) };

    #[test]
    fn a_token_is_good_for_ten_minutes_and_not_a_second_more() {
        let key = AccessKey::new(COMPANY, &[1; 32]);
        let start = Timestamp::from_millis(1_000_000);
        let token = key.seal(BADGE, start);
        let last = start.plus_millis(ACCESS_LIFE_MS - 1_000);
        assert_eq!(key.read(&token, last).ok(), Some(BADGE));
        let over = start.plus_millis(ACCESS_LIFE_MS);
        assert!(matches!(key.read(&token, over), Err(AuthRefusal::Expired)));
    }

    #[test]
    fn another_companys_token_another_key_and_no_algorithm_are_refused() {
        let key = AccessKey::new(COMPANY, &[1; 32]);
        let now = Timestamp::from_millis(1_000_000);
        let foreign = AccessKey::new(CompanyId::from_bytes([8; 16]), &[1; 32]).seal(BADGE, now);
        let forged = AccessKey::new(COMPANY, &[2; 32]).seal(BADGE, now);
        let good = key.seal(BADGE, now);
        // The header {"alg":"none","typ":"JWT"} before the good claims, and no signature.
        let claims = good.split('.').nth(1).unwrap_or_default();
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
        for token in [&foreign, &forged, &unsigned, "", "a.b.c"] {
            assert!(matches!(key.read(token, now), Err(AuthRefusal::Malformed)), "{token}");
        }
    }
}
