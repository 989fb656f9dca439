//! Money in fen (分), prices with four decimals, and amounts as people type them. No floats.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use thiserror::Error;

use super::{Quantity, wide::narrow_digit};

/// A sum of money, positive or negative.
///
/// # Units
/// Whole fen; one yuan is 100 fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many whole yuan.
    pub const fn yuan(yuan: i64) -> Self {
        Self(yuan * 100)
    }

    /// So many fen.
    pub const fn fen(fen: i64) -> Self {
        Self(fen)
    }

    /// The sum in fen, as tables keep it.
    pub const fn as_fen(self) -> i64 {
        self.0
    }

    /// The sum of both. Every posted amount is at most [`Amount::MOST`], so the bound is never met in a real book.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left after taking `other` away.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The same sum with the other sign.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// How far it is from nothing, on either side.
    #[must_use]
    pub const fn distance(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether nothing is owed either way.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// With thousands commas, for people: `12,345.60`.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, cents) = digits.split_once('.').expect("money always shows two decimals");
        let mut out = String::with_capacity(plain.len() + 6);
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out.push(',');
            }
            out.push(c);
        }
        format!("{sign}{out}.{cents}")
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::plus)
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl<C> Encode<C> for Money {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.i64(self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Money {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        d.i64().map(Self)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
        decimal(digits, 2, Amount::MOST).map(|fen| Self(sign * fen)).map_err(D::Error::custom)
    }
}

/// Why a text or number is no amount. The variants carry what a person must be told.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize, Deserialize)]
pub enum NotAnAmount {
    /// Nothing was typed.
    #[n(0)]
    #[error("no amount")]
    Empty,
    /// Something else than digits, a decimal point and thousands separators.
    #[n(1)]
    #[error("not a number")]
    NotANumber,
    /// More decimals than money has.
    #[n(2)]
    #[error("more than {most} decimals")]
    TooManyDecimals {
        /// How many are allowed.
        #[n(0)]
        most: u32,
    },
    /// Zero or less.
    #[n(3)]
    #[error("must be more than zero")]
    NotPositive,
    /// Above [`Amount::MOST`].
    #[n(4)]
    #[error("above the limit of {most}")]
    TooLarge {
        /// The largest amount one paper may carry.
        #[n(0)]
        most: Money,
    },
}

reads_enum!(NotAnAmount {
    0: Empty,
    1: NotANumber,
    2: TooManyDecimals { most },
    3: NotPositive,
    4: TooLarge { most },
});

/// What one paper may carry: more than nothing and at most [`Amount::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Encode)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct Amount(Money);

impl Amount {
    /// The largest amount one paper may carry: 999,999,999.99 yuan.
    pub const MOST: Money = Money::fen(99_999_999_999);

    /// The amount, when it is one.
    ///
    /// # Errors
    /// Zero, negative, or above [`Amount::MOST`].
    pub fn new(money: Money) -> Result<Self, NotAnAmount> {
        if money <= Money::ZERO {
            Err(NotAnAmount::NotPositive)
        } else if money > Self::MOST {
            Err(NotAnAmount::TooLarge { most: Self::MOST })
        } else {
            Ok(Self(money))
        }
    }

    /// The amount as a person types it: full-width digits, thousands commas and spaces are understood.
    ///
    /// # Errors
    /// Letters, three decimals, zero, negative or overflow, each told apart.
    ///
    /// # Example
    /// ```
    /// use sync_core::unit::{Amount, Money};
    /// assert_eq!(Amount::typed("１，０００.5").map(Amount::money), Ok(Money::fen(100_050)));
    /// ```
    pub fn typed(text: &str) -> Result<Self, NotAnAmount> {
        let plain = narrow(text);
        if plain.is_empty() {
            return Err(NotAnAmount::Empty);
        }
        if let Some(rest) = plain.strip_prefix('-') {
            return Err(decimal(rest, 2, Amount::MOST).err().unwrap_or(NotAnAmount::NotPositive));
        }
        Self::new(Money(decimal(&plain, 2, Amount::MOST)?))
    }

    /// The amount as money.
    pub const fn money(self) -> Money {
        self.0
    }
}

impl<'b, C> Decode<'b, C> for Amount {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, decode::Error> {
        Self::new(Money::decode(d, ctx)?).map_err(decode::Error::message)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::typed(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

/// The price of one unit (单价).
///
/// # Units
/// Ten-thousandths of a yuan, so that prices per kilogram stay exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
#[cbor(transparent)]
pub struct UnitPrice(i64);

impl UnitPrice {
    /// The highest price: 9,999,999.9999 yuan.
    pub const MOST: Self = Self(99_999_999_999);

    /// The same, as people read it.
    const MOST_MONEY: Money = Money(Self::MOST.0 / 100);

    /// So many ten-thousandths of a yuan.
    ///
    /// # Errors
    /// Zero, negative or above [`UnitPrice::MOST`].
    pub fn new(ten_thousandths: i64) -> Result<Self, NotAnAmount> {
        if ten_thousandths <= 0 {
            Err(NotAnAmount::NotPositive)
        } else if ten_thousandths > Self::MOST.0 {
            Err(NotAnAmount::TooLarge { most: Self::MOST_MONEY })
        } else {
            Ok(Self(ten_thousandths))
        }
    }

    /// The price as a person types it, with up to four decimals.
    pub fn typed(text: &str) -> Result<Self, NotAnAmount> {
        let plain = narrow(text);
        if plain.is_empty() {
            return Err(NotAnAmount::Empty);
        }
        if let Some(rest) = plain.strip_prefix('-') {
            return Err(decimal(rest, 4, Self::MOST_MONEY).err().unwrap_or(NotAnAmount::NotPositive));
        }
        Self::new(decimal(&plain, 4, Self::MOST_MONEY)?)
    }

    /// The price in ten-thousandths of a yuan, as tables keep it.
    pub const fn as_ten_thousandths(self) -> i64 {
        self.0
    }

    /// What `quantity` costs at this price, rounded half-up to the fen once.
    pub fn times(self, quantity: Quantity) -> Money {
        let exact = i128::from(self.0) * i128::from(quantity.pieces());
        Money(i64::try_from((exact + 50) / 100).unwrap_or(i64::MAX))
    }
}

impl std::fmt::Display for UnitPrice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / 10_000, self.0 % 10_000);
        if rest % 100 == 0 { write!(f, "{whole}.{:02}", rest / 100) } else { write!(f, "{whole}.{rest:04}") }
    }
}

impl<'b, C> Decode<'b, C> for UnitPrice {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::new(d.i64()?).map_err(decode::Error::message)
    }
}

impl Serialize for UnitPrice {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnitPrice {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::typed(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

/// Full-width forms made narrow, spaces, a currency sign and the word 元 behind dropped, thousands separators too.
///
/// A comma that stands where no thousands end stays, so that nobody's decimal comma multiplies the money.
fn narrow(text: &str) -> String {
    let text = text.trim();
    let plain: String = text
        .strip_suffix('元')
        .unwrap_or(text)
        .chars()
        .map(|c| match c {
            '．' | '。' => '.',
            '，' => ',',
            '－' | '−' => '-',
            other => narrow_digit(other),
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '¥' | '￥'))
        .collect();
    let whole = plain.split('.').next().unwrap_or_default();
    let groups = || whole.split(',');
    let begins =
        || groups().next().is_some_and(|first| (1..=3).contains(&first.trim_start_matches('-').len()));
    let in_threes = groups().skip(1).all(|group| group.len() == 3) && (groups().count() == 1 || begins());
    if in_threes && !plain[whole.len()..].contains(',') { plain.replace(',', "") } else { plain }
}

/// `digits[.digits]` as a whole number of the smallest unit with `places` decimals.
fn decimal(text: &str, places: u32, most: Money) -> Result<i64, NotAnAmount> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) {
        return Err(NotAnAmount::NotANumber);
    }
    let part = part.trim_end_matches('0');
    if part.len() > places as usize {
        return Err(NotAnAmount::TooManyDecimals { most: places });
    }
    let too_large = NotAnAmount::TooLarge { most };
    let mut value: i64 = 0;
    let padding = std::iter::repeat_n(b'0', places as usize - part.len());
    for digit in whole.bytes().chain(part.bytes()).chain(padding) {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i64::from(digit - b'0')))
            .ok_or_else(|| too_large.clone())?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        for text in ["1,000", "1,000.0", "１０００", " 1 000 ", "1000.00", "¥1，000", "1,000 元"] {
            assert_eq!(Amount::typed(text).map(Amount::money), Ok(Money::yuan(1000)), "{text}");
        }
        assert_eq!(Amount::typed("1000.5").map(Amount::money), Ok(Money::fen(100_050)));
        assert_eq!(Amount::typed(".5").map(Amount::money), Ok(Money::fen(50)));
    }

    #[test]
    fn what_is_no_amount_is_told_apart() {
        assert_eq!(Amount::typed(""), Err(NotAnAmount::Empty));
        assert_eq!(Amount::typed("12a"), Err(NotAnAmount::NotANumber));
        assert_eq!(Amount::typed("."), Err(NotAnAmount::NotANumber));
        for decimal_comma in
            ["12,5", "1,23,4.5", "1000,50", "1000,500", "1,000.5,0", ",5", "1,0000", "1元000"]
        {
            assert_eq!(Amount::typed(decimal_comma), Err(NotAnAmount::NotANumber), "{decimal_comma}");
        }
        assert_eq!(Amount::typed("1.001"), Err(NotAnAmount::TooManyDecimals { most: 2 }));
        assert_eq!(Amount::typed("0.00"), Err(NotAnAmount::NotPositive));
        assert_eq!(Amount::typed("-5"), Err(NotAnAmount::NotPositive));
        let too_large = Err(NotAnAmount::TooLarge { most: Amount::MOST });
        assert_eq!(Amount::typed("1000000000000"), too_large);
        assert_eq!(Amount::typed("99999999999999999999999"), too_large);
        assert_eq!(Amount::typed("999999999.99").map(Amount::money), Ok(Amount::MOST));
        assert_eq!(Amount::typed("1000000000.00"), too_large);
    }

    #[test]
    fn a_line_is_rounded_half_up_to_the_fen_once() {
        let price = UnitPrice::typed("1.2345").expect("a price");
        assert_eq!(price.times(Quantity::new(1).expect("one")), Money::fen(123));
        assert_eq!(price.times(Quantity::new(10).expect("ten")), Money::fen(1235));
        assert_eq!(price.times(Quantity::new(2).expect("two")), Money::fen(247));
    }

    #[test]
    fn money_shows_two_decimals_and_commas() {
        assert_eq!(Money::fen(-5).to_string(), "-0.05");
        assert_eq!(Money::fen(123_456_789).grouped(), "1,234,567.89");
        assert_eq!(Money::fen(-99_999).grouped(), "-999.99");
    }
}
