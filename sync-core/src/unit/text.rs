//! Bounded text: what a person wrote, trimmed, without control characters, within a limit.

use std::borrow::Cow;

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use thiserror::Error;

/// Whether a character turns round what stands beside it, without being seen itself (U+202A–U+202E, U+2066–U+2069).
const fn turns_round(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text without what turns round the order of its letters, or of the sentence it is put into.
pub(crate) fn in_reading_order(text: &str) -> Cow<'_, str> {
    if text.contains(turns_round) { Cow::Owned(text.replace(turns_round, "")) } else { Cow::Borrowed(text) }
}

/// Why a text was not taken; the numbers count characters, not bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error, Encode, Serialize, Deserialize)]
pub enum NotAText {
    /// Too short, most often empty.
    #[n(0)]
    #[error("has {has} characters; at least {least} are needed")]
    TooShort {
        /// Characters there are.
        #[n(0)]
        has: u32,
        /// Characters needed.
        #[n(1)]
        least: u32,
    },
    /// Too long.
    #[n(1)]
    #[error("has {has} characters; the limit is {most}")]
    TooLong {
        /// Characters there are.
        #[n(0)]
        has: u32,
        /// Characters allowed.
        #[n(1)]
        most: u32,
    },
    /// A control character that no keyboard writes.
    #[n(2)]
    #[error("holds a control character")]
    ControlCharacter,
}

reads_enum!(NotAText { 0: TooShort { has, least }, 1: TooLong { has, most }, 2: ControlCharacter });

/// A text of `LEAST` to `MOST` characters, trimmed; line breaks and tabs are allowed inside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const LEAST: usize, const MOST: usize>(String);

impl<const LEAST: usize, const MOST: usize> Text<LEAST, MOST> {
    /// The most characters this text may have.
    pub const MOST: usize = MOST;

    /// The trimmed text, as somebody types it: what would turn round the order of letters is left out.
    ///
    /// # Errors
    /// Too short, too long, or with control characters.
    pub fn new(text: &str) -> Result<Self, NotAText> {
        Self::written(&in_reading_order(text))
    }

    /// The same as it was written once: not a letter of it is changed.
    fn written(text: &str) -> Result<Self, NotAText> {
        let text = text.trim();
        let has = text.chars().count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if has < LEAST {
            Err(NotAText::TooShort { has: count(has), least: count(LEAST) })
        } else if has > MOST {
            Err(NotAText::TooLong { has: count(has), most: count(MOST) })
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r')) {
            Err(NotAText::ControlCharacter)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> Default for Text<0, MOST> {
    fn default() -> Self {
        Self(String::new())
    }
}

impl<const LEAST: usize, const MOST: usize> std::fmt::Display for Text<LEAST, MOST> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const LEAST: usize, const MOST: usize, C> Encode<C> for Text<LEAST, MOST> {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, const LEAST: usize, const MOST: usize, C> Decode<'b, C> for Text<LEAST, MOST> {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::written(d.str()?).map_err(decode::Error::message)
    }
}

impl<'de, const LEAST: usize, const MOST: usize> Deserialize<'de> for Text<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(d)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_counts_characters_and_names_the_limit() {
        assert_eq!(Text::<1, 4>::new(" 宁安食品 ").map(|t| t.to_string()), Ok("宁安食品".to_owned()));
        assert_eq!(Text::<1, 4>::new("  "), Err(NotAText::TooShort { has: 0, least: 1 }));
        assert_eq!(Text::<1, 4>::new("宁安食品行"), Err(NotAText::TooLong { has: 5, most: 4 }));
        assert_eq!(Text::<1, 4>::new("a\u{0}b"), Err(NotAText::ControlCharacter));
    }

    #[test]
    fn what_turns_letters_round_is_not_taken_from_a_keyboard_and_read_as_it_was_written() {
        let typed = Text::<1, 9>::new("先款\u{202e}后货\u{2069}").expect("a text");
        assert_eq!(typed.as_str(), "先款后货");
        assert_eq!(Text::<1, 9>::new("\u{202e}"), Err(NotAText::TooShort { has: 0, least: 1 }));
        let older = minicbor::to_vec("先款\u{202e}后货").expect("bytes");
        let read: Text<1, 9> = minicbor::decode(&older).expect("what an older phone has written");
        assert_eq!(minicbor::to_vec(&read).expect("bytes"), older, "its bytes stay what was signed");
    }
}
