//! Floor 0: reads what is written as a map with integer keys, as every paper and message is.
//!
//! The derive of `minicbor` writes the reading of each field twice, for maps that say their length and for those that do
//! not, and its refusals once for each field; a phone downloads them all. Here each is written once.

use minicbor::{Decode, Decoder, data::Type, decode::Error};

/// Implements `Decode` for a struct that is written as a map, with the numbers of its `#[n(…)]`.
///
/// Numbers not known here are skipped, and so is a value of a kind not known here where the field may be absent.
macro_rules! reads_map {
    ($name:ident $(<$inside:ident>)? { $($n:literal: $field:ident $(with $read:path)?),+ $(,)? }) => {
        impl<'b, C, $($inside: minicbor::Decode<'b, C>)?> minicbor::Decode<'b, C> for $name $(<$inside>)? {
            fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                let mut left = d.map()?;
                $(let mut $field = None;)+
                while $crate::map::another(d, &mut left)? {
                    let read = match d.i64()? {
                        $($n => reads_map!(@read d ctx $field $($read)?),)+
                        _ => d.skip(),
                    };
                    read?;
                }
                match ($(reads_map!(@there C $field $($read)?),)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err($crate::map::incomplete(stringify!($name), at)),
                }
            }
        }
    };
    (@read $d:ident $ctx:ident $field:ident) => { $crate::map::read($d, $ctx, &mut $field) };
    (@read $d:ident $ctx:ident $field:ident $read:path) => { $read($d, $ctx).map(|value| $field = Some(value)) };
    (@there $c:ident $field:ident) => { $crate::map::there::<$c, _>($field) };
    (@there $c:ident $field:ident $read:path) => { $field };
}

/// Whether the map goes on; `left` is how many entries it still says it has.
pub(crate) fn another(d: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    match left {
        Some(0) => Ok(false),
        Some(left) => {
            *left -= 1;
            Ok(true)
        }
        None if d.datatype()? == Type::Break => d.skip().map(|()| false),
        None => Ok(true),
    }
}

/// Reads one field.
pub(crate) fn read<'b, C, T: Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
    field: &mut Option<T>,
) -> Result<(), Error> {
    match T::decode(d, ctx) {
        Ok(value) => *field = Some(value),
        Err(error) if error.is_unknown_variant() && T::nil().is_some() => d.skip()?,
        Err(error) => return Err(error),
    }
    Ok(())
}

/// What was read, or the nothing that stands for an absent field.
pub(crate) fn there<'b, C, T: Decode<'b, C>>(field: Option<T>) -> Option<T> {
    field.or_else(T::nil)
}

/// A field that must be there is not.
pub(crate) fn incomplete(name: &'static str, at: usize) -> Error {
    Error::message("a field is missing").with_message(name).at(at)
}

#[cfg(test)]
mod tests {
    use minicbor::{Encode, Encoder};

    #[derive(Debug, PartialEq, Encode)]
    #[cbor(map)]
    struct Line {
        #[n(0)]
        name: u8,
        #[n(2)]
        sum: Option<u8>,
    }

    reads_map!(Line { 0: name, 2: sum });

    #[test]
    fn what_is_not_known_is_skipped_and_what_may_be_absent_is() {
        let mut e = Encoder::new(Vec::new());
        e.map(2).and_then(|e| e.u8(7)?.array(1)?.str("new")?.u8(0)?.u8(5)).expect("into memory");
        let read: Line = minicbor::decode(e.writer()).expect("a line");
        assert_eq!(read, Line { name: 5, sum: None });
    }

    #[test]
    fn a_map_that_does_not_say_its_length_is_read_too() {
        let mut e = Encoder::new(Vec::new());
        e.begin_map().and_then(|e| e.u8(2)?.u8(9)?.u8(0)?.u8(5)?.end()).expect("into memory");
        let read: Line = minicbor::decode(e.writer()).expect("a line");
        assert_eq!(read, Line { name: 5, sum: Some(9) });
    }

    #[test]
    fn a_missing_field_is_told_with_its_map() {
        let error = minicbor::decode::<Line>(&[0xa0]).expect_err("the name is missing");
        assert!(error.to_string().contains("Line"), "{error}");
    }
}
